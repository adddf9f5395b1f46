import Dispatch

public let AVCaptureSessionInterruptionReasonKey = "reason"
public let AVCaptureSessionErrorKey = "error"

public class AVCaptureInput: NSObject {}

public final class AVCaptureDeviceInput: AVCaptureInput {
  public init(device: AVCaptureDevice) throws { fatalError() }
}

public class AVCaptureOutput: NSObject {
  public var connections: [AVCaptureConnection] { fatalError() }
  public func connection(with: AVMediaType) -> AVCaptureConnection? { fatalError() }
}

public enum AVCaptureVideoOrientation: Int {
  case portrait = 1
  case portraitUpsideDown, landscapeRight, landscapeLeft
}

public final class AVCaptureConnection: NSObject {
  public var isVideoMirroringSupported: Bool { fatalError() }
  public var automaticallyAdjustsVideoMirroring: Bool {
    get { fatalError() }
    set {}
  }
  public var isVideoMirrored: Bool {
    get { fatalError() }
    set {}
  }
  public func isVideoRotationAngleSupported(_: CGFloat) -> Bool { fatalError() }
  public var videoRotationAngle: CGFloat {
    get { fatalError() }
    set {}
  }
  public var isVideoOrientationSupported: Bool { fatalError() }
  public var videoOrientation: AVCaptureVideoOrientation {
    get { fatalError() }
    set {}
  }
}

public final class AVCaptureSession: NSObject {
  public struct Preset: Hashable {
    public static let inputPriority = Preset()
  }

  public enum InterruptionReason: Int {
    case videoDeviceNotAvailableInBackground = 1
    case audioDeviceInUseByAnotherClient, videoDeviceInUseByAnotherClient
    case videoDeviceNotAvailableWithMultipleForegroundApps, videoDeviceNotAvailableDueToSystemPressure
  }

  public var sessionPreset: Preset {
    get { fatalError() }
    set {}
  }
  public func beginConfiguration() { fatalError() }
  public func commitConfiguration() { fatalError() }
  public func canAddInput(_: AVCaptureInput) -> Bool { fatalError() }
  public func addInput(_: AVCaptureInput) { fatalError() }
  public func canAddOutput(_: AVCaptureOutput) -> Bool { fatalError() }
  public func addOutput(_: AVCaptureOutput) { fatalError() }
  public func startRunning() { fatalError() }
  public func stopRunning() { fatalError() }
}

public protocol AVCaptureVideoDataOutputSampleBufferDelegate: NSObjectProtocol {
  func captureOutput(_: AVCaptureOutput, didOutput: CMSampleBuffer, from: AVCaptureConnection)
  func captureOutput(_: AVCaptureOutput, didDrop: CMSampleBuffer, from: AVCaptureConnection)
}

public final class AVCaptureVideoDataOutput: AVCaptureOutput {
  public override init() { fatalError() }
  public var videoSettings: [String: Any]! {
    get { fatalError() }
    set {}
  }
  public var alwaysDiscardsLateVideoFrames: Bool {
    get { fatalError() }
    set {}
  }
  public func setSampleBufferDelegate(
    _: AVCaptureVideoDataOutputSampleBufferDelegate?, queue: DispatchQueue?
  ) { fatalError() }
}

public struct AVVideoCodecType: Hashable {
  public static let jpeg = AVVideoCodecType()
}

public let AVVideoCodecKey = "codec"

public final class AVCapturePhotoSettings: NSObject {
  public init(format: [String: Any]?) { fatalError() }
  public var uniqueID: Int64 { fatalError() }
  public var maxPhotoDimensions: CMVideoDimensions {
    get { fatalError() }
    set {}
  }
  public var isHighResolutionPhotoEnabled: Bool {
    get { fatalError() }
    set {}
  }
}

public final class AVCaptureResolvedPhotoSettings: NSObject {
  public var uniqueID: Int64 { fatalError() }
}

public final class AVCapturePhoto: NSObject {
  public var resolvedSettings: AVCaptureResolvedPhotoSettings { fatalError() }
  public func fileDataRepresentation() -> Data? { fatalError() }
}

public protocol AVCapturePhotoCaptureDelegate: NSObjectProtocol {
  func photoOutput(_: AVCapturePhotoOutput, didFinishProcessingPhoto: AVCapturePhoto, error: Error?)
  func photoOutput(_: AVCapturePhotoOutput, didFinishCaptureFor: AVCaptureResolvedPhotoSettings, error: Error?)
}

public final class AVCapturePhotoOutput: AVCaptureOutput {
  public override init() { fatalError() }
  public var availablePhotoCodecTypes: [AVVideoCodecType] { fatalError() }
  public var maxPhotoDimensions: CMVideoDimensions {
    get { fatalError() }
    set {}
  }
  public var isHighResolutionCaptureEnabled: Bool {
    get { fatalError() }
    set {}
  }
  public func capturePhoto(with: AVCapturePhotoSettings, delegate: AVCapturePhotoCaptureDelegate) { fatalError() }
}
