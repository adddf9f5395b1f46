@_exported import CoreGraphics
@_exported import CoreMedia
import UIKit

public struct AVMediaType: Hashable {
  public static let video = AVMediaType()
}

public enum AVAuthorizationStatus: Int { case notDetermined, restricted, denied, authorized }

public struct AVError: Error {
  public enum Code: Int {
    case deviceAlreadyUsedByAnotherSession, deviceInUseByAnotherApplication,
      deviceLockedForConfigurationByAnotherProcess
    case applicationIsNotAuthorizedToUseDevice, mediaServicesWereReset
  }

  public var code: Code { fatalError() }
}

public final class AVFrameRateRange {
  public var maxFrameRate: Double { fatalError() }
}

public final class AVCaptureDevice: NSObject {
  public struct DeviceType: Hashable, Sendable {
    let name: String
    public static let builtInWideAngleCamera = DeviceType(name: "wide")
    public static let builtInUltraWideCamera = DeviceType(name: "ultra")
    public static let builtInTelephotoCamera = DeviceType(name: "tele")
    public static let external = DeviceType(name: "external")
  }

  public enum Position: Int { case unspecified, back, front }
  public enum TorchMode: Int { case off, on, auto }
  public enum FocusMode: Int { case locked, autoFocus, continuousAutoFocus }
  public enum ExposureMode: Int { case locked, autoExpose, continuousAutoExposure, custom }

  public final class Format: NSObject {
    public var formatDescription: CMFormatDescription { fatalError() }
    public var videoSupportedFrameRateRanges: [AVFrameRateRange] { fatalError() }
    public var supportedMaxPhotoDimensions: [CMVideoDimensions] { fatalError() }
    public var highResolutionStillImageDimensions: CMVideoDimensions { fatalError() }
  }

  public final class DiscoverySession: NSObject {
    public init(deviceTypes: [DeviceType], mediaType: AVMediaType?, position: Position) { fatalError() }
    public var devices: [AVCaptureDevice] { fatalError() }
  }

  public class func authorizationStatus(for: AVMediaType) -> AVAuthorizationStatus { fatalError() }
  public class func requestAccess(
    for: AVMediaType, completionHandler: @escaping @Sendable (Bool) -> Void
  ) { fatalError() }

  public var uniqueID: String { fatalError() }
  public var localizedName: String { fatalError() }
  public var position: Position { fatalError() }
  public var isSuspended: Bool { fatalError() }
  public var formats: [Format] { fatalError() }
  public var activeFormat: Format {
    get { fatalError() }
    set {}
  }
  public var activeVideoMinFrameDuration: CMTime {
    get { fatalError() }
    set {}
  }
  public func lockForConfiguration() throws { fatalError() }
  public func unlockForConfiguration() { fatalError() }

  public var hasTorch: Bool { fatalError() }
  public var isTorchAvailable: Bool { fatalError() }
  public func isTorchModeSupported(_: TorchMode) -> Bool { fatalError() }
  public var torchMode: TorchMode {
    get { fatalError() }
    set {}
  }

  public var minAvailableVideoZoomFactor: CGFloat { fatalError() }
  public var maxAvailableVideoZoomFactor: CGFloat { fatalError() }
  public var videoZoomFactor: CGFloat {
    get { fatalError() }
    set {}
  }

  public var isFocusPointOfInterestSupported: Bool { fatalError() }
  public func isFocusModeSupported(_: FocusMode) -> Bool { fatalError() }
  public var focusPointOfInterest: CGPoint {
    get { fatalError() }
    set {}
  }
  public var focusMode: FocusMode {
    get { fatalError() }
    set {}
  }
  public var isAdjustingFocus: Bool { fatalError() }
  public var isExposurePointOfInterestSupported: Bool { fatalError() }
  public func isExposureModeSupported(_: ExposureMode) -> Bool { fatalError() }
  public var exposurePointOfInterest: CGPoint {
    get { fatalError() }
    set {}
  }
  public var exposureMode: ExposureMode {
    get { fatalError() }
    set {}
  }

  public final class RotationCoordinator: NSObject {
    public init(device: AVCaptureDevice, previewLayer: CALayer?) { fatalError() }
    public var videoRotationAngleForHorizonLevelCapture: CGFloat { fatalError() }
  }
}

public class CALayer {}

extension Notification.Name {
  public static let AVCaptureSessionWasInterrupted = Notification.Name("interrupted")
  public static let AVCaptureSessionInterruptionEnded = Notification.Name("interruptionEnded")
  public static let AVCaptureSessionRuntimeError = Notification.Name("runtimeError")
  public static let AVCaptureDeviceWasDisconnected = Notification.Name("disconnected")
}
