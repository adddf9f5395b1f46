@_exported import Foundation

// The types of CoreGraphics that Foundation has on Linux are not declared again.

public typealias CFString = NSString
public typealias CFData = NSData
public typealias CFDictionary = NSDictionary

public class CGImage {
  public var width: Int { fatalError() }
  public var height: Int { fatalError() }
}

public class CGColorSpace {
  public static let sRGB: CFString = "sRGB"
  public init?(name: CFString) { fatalError() }
}

public enum CGImageAlphaInfo: UInt32 {
  case none, premultipliedLast, premultipliedFirst, last, first, noneSkipLast, noneSkipFirst, alphaOnly
}

public struct CGBitmapInfo: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let byteOrder32Little = CGBitmapInfo(rawValue: 2 << 12)
}

public class CGContext {
  public init?(
    data: UnsafeMutableRawPointer?, width: Int, height: Int, bitsPerComponent: Int, bytesPerRow: Int,
    space: CGColorSpace, bitmapInfo: UInt32
  ) { fatalError() }
  public var data: UnsafeMutableRawPointer? { fatalError() }
  public var bytesPerRow: Int { fatalError() }
  public func translateBy(x: CGFloat, y: CGFloat) { fatalError() }
  public func scaleBy(x: CGFloat, y: CGFloat) { fatalError() }
  public func draw(_: CGImage, in: CGRect) { fatalError() }
}
