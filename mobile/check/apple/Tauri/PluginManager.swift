import UIKit

/// In place of Tauri's own in `Tauri.swift`, which calls commands by selectors of Objective-C.
public class PluginManager {
  nonisolated(unsafe) static let shared = PluginManager()
  public var viewController: UIViewController?
}
