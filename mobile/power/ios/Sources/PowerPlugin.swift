import Tauri
import UIKit
import WebKit

/// The commands of `mobile/power/README.md`: each is taken apart here and done by `PowerWatch`.
final class PowerPlugin: Plugin {
  private let watch = PowerWatch()

  @objc override func load(webview: WKWebView) {
    watch.prepare()
  }

  @objc func read(_ invoke: Invoke) {
    watch.read { invoke.resolve($0) }
  }

  @objc func watch(_ invoke: Invoke) {
    do {
      let arguments = try invoke.parseArgs(WatchArguments.self)
      try PowerError.check(intervalMs: arguments.intervalMs)
      let channel = arguments.channel
      watch.start(every: .milliseconds(arguments.intervalMs)) { reading in
        // What cannot be sent has nobody who listens any more.
        try? channel.send(reading)
      } started: {
        invoke.resolve()
      }
    } catch {
      reject(invoke, error as? PowerError ?? .badArgument("\(error)"))
    }
  }

  @objc func unwatch(_ invoke: Invoke) {
    watch.stop { invoke.resolve() }
  }

  @objc func openHints(_ invoke: Invoke) {
    reject(invoke, .unsupported("iOS has no performance hints"))
  }

  @objc func setHintTarget(_ invoke: Invoke) {
    openHints(invoke)
  }

  @objc func reportWork(_ invoke: Invoke) {
    openHints(invoke)
  }

  /// None are open, which is no error.
  @objc func closeHints(_ invoke: Invoke) {
    invoke.resolve()
  }

  private func reject(_ invoke: Invoke, _ error: PowerError) {
    invoke.reject(error.message, code: error.code)
  }
}

private struct WatchArguments: Decodable {
  let intervalMs: Int
  let channel: Channel
}

@_cdecl("init_plugin_power")
func initPlugin() -> Plugin {
  PowerPlugin()
}
