@_exported import Foundation

public typealias CVReturn = Int32
public typealias OSType = UInt32

public class CVBuffer {}
public typealias CVImageBuffer = CVBuffer
public typealias CVPixelBuffer = CVImageBuffer

public struct CVPixelBufferLockFlags: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }
  public static let readOnly = CVPixelBufferLockFlags(rawValue: 1)
}

public let kCVReturnSuccess: CVReturn = 0
public let kCVPixelFormatType_420YpCbCr8BiPlanarFullRange: OSType = 0x3432_3066
public let kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange: OSType = 0x3432_3076
public let kCVPixelFormatType_32BGRA: OSType = 0x4247_5241
public let kCVPixelBufferPixelFormatTypeKey = NSString(string: "PixelFormatType")

public func CVPixelBufferLockBaseAddress(_: CVPixelBuffer, _: CVPixelBufferLockFlags) -> CVReturn { fatalError() }
@discardableResult
public func CVPixelBufferUnlockBaseAddress(_: CVPixelBuffer, _: CVPixelBufferLockFlags) -> CVReturn { fatalError() }
public func CVPixelBufferGetPixelFormatType(_: CVPixelBuffer) -> OSType { fatalError() }
public func CVPixelBufferGetPlaneCount(_: CVPixelBuffer) -> Int { fatalError() }
public func CVPixelBufferGetBaseAddress(_: CVPixelBuffer) -> UnsafeMutableRawPointer? { fatalError() }
public func CVPixelBufferGetBytesPerRow(_: CVPixelBuffer) -> Int { fatalError() }
public func CVPixelBufferGetDataSize(_: CVPixelBuffer) -> Int { fatalError() }
public func CVPixelBufferGetBaseAddressOfPlane(_: CVPixelBuffer, _: Int) -> UnsafeMutableRawPointer? { fatalError() }
public func CVPixelBufferGetBytesPerRowOfPlane(_: CVPixelBuffer, _: Int) -> Int { fatalError() }
public func CVPixelBufferGetHeightOfPlane(_: CVPixelBuffer, _: Int) -> Int { fatalError() }
public func CVPixelBufferGetWidthOfPlane(_: CVPixelBuffer, _: Int) -> Int { fatalError() }
public func CVPixelBufferGetWidth(_: CVPixelBuffer) -> Int { fatalError() }
public func CVPixelBufferGetHeight(_: CVPixelBuffer) -> Int { fatalError() }

// `CFString` and `CFTypeRef` are bridged there.
public let kCVImageBufferYCbCrMatrixKey = NSString(string: "CVImageBufferYCbCrMatrix")
public let kCVImageBufferYCbCrMatrix_ITU_R_709_2 = NSString(string: "ITU_R_709_2")

public enum CVAttachmentMode: UInt32 { case shouldNotPropagate, shouldPropagate }

public func CVBufferCopyAttachment(_: CVBuffer, _: NSString, _: UnsafeMutablePointer<CVAttachmentMode>?) -> AnyObject? {
  fatalError()
}
