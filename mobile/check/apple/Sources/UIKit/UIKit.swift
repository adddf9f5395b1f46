@_exported import CoreGraphics
@_exported import Dispatch

@MainActor open class UIResponder: NSObject {}
@MainActor open class UIView: UIResponder {}
@MainActor open class UIViewController: UIResponder {}

public final class UIImage: NSObject, @unchecked Sendable {
  public enum Orientation: Int { case up, down, left, right, upMirrored, downMirrored, leftMirrored, rightMirrored }

  public convenience init?(data: Data) { fatalError() }
  public var cgImage: CGImage? { fatalError() }
  public var imageOrientation: Orientation { fatalError() }
  public func jpegData(compressionQuality: CGFloat) -> Data? { fatalError() }
  public func pngData() -> Data? { fatalError() }
}

@MainActor public final class UIApplication: UIResponder {
  public struct OpenExternalURLOptionsKey: Hashable {}

  public static var shared: UIApplication { fatalError() }
  nonisolated public static let openSettingsURLString = "app-settings:"
  nonisolated public static let didEnterBackgroundNotification = Notification.Name("didEnterBackground")
  nonisolated public static let willEnterForegroundNotification = Notification.Name("willEnterForeground")

  public func open(
    _: URL, options: [OpenExternalURLOptionsKey: Any] = [:],
    completionHandler: (@MainActor @Sendable (Bool) -> Void)? = nil
  ) { fatalError() }
}

public enum UIDeviceOrientation: Int {
  case unknown, portrait, portraitUpsideDown, landscapeLeft, landscapeRight, faceUp, faceDown
}

@MainActor public final class UIDevice: NSObject {
  public enum BatteryState: Int { case unknown, unplugged, charging, full }

  public static var current: UIDevice { fatalError() }
  nonisolated public static let orientationDidChangeNotification = Notification.Name("orientation")
  nonisolated public static let batteryLevelDidChangeNotification = Notification.Name("batteryLevel")
  nonisolated public static let batteryStateDidChangeNotification = Notification.Name("batteryState")

  public var orientation: UIDeviceOrientation { fatalError() }
  public func beginGeneratingDeviceOrientationNotifications() { fatalError() }
  public func endGeneratingDeviceOrientationNotifications() { fatalError() }
  public var isBatteryMonitoringEnabled: Bool {
    get { fatalError() }
    set {}
  }
  public var batteryLevel: Float { fatalError() }
  public var batteryState: BatteryState { fatalError() }
}
