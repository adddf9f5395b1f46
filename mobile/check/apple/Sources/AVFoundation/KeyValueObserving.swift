import Foundation

// Foundation's own on Apple's systems; Linux has none.

public struct NSKeyValueObservingOptions: OptionSet, Sendable {
  public let rawValue: UInt
  public init(rawValue: UInt) { self.rawValue = rawValue }
  public static let new = NSKeyValueObservingOptions(rawValue: 1)
  public static let initial = NSKeyValueObservingOptions(rawValue: 4)
}

public final class NSKeyValueObservation: NSObject {
  public func invalidate() { fatalError() }
}

public struct NSKeyValueObservedChange<Value> {
  public let newValue: Value?
}

extension AVCaptureDevice.RotationCoordinator {
  public func observe<Value>(
    _: KeyPath<AVCaptureDevice.RotationCoordinator, Value>, options: NSKeyValueObservingOptions = [],
    changeHandler: @escaping @Sendable (
      AVCaptureDevice.RotationCoordinator, NSKeyValueObservedChange<Value>
    ) -> Void
  ) -> NSKeyValueObservation { fatalError() }
}
