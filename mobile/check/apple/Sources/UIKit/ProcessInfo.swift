import Foundation

// Foundation's own on Apple's systems; Linux has none of it.

extension ProcessInfo {
  public enum ThermalState: Int { case nominal, fair, serious, critical }

  public var thermalState: ThermalState { fatalError() }
  public var isLowPowerModeEnabled: Bool { fatalError() }
  public static let thermalStateDidChangeNotification = Notification.Name("thermalState")
}

extension Notification.Name {
  public static let NSProcessInfoPowerStateDidChange = Notification.Name("powerState")
}
