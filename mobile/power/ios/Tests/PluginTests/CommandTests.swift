import Tauri
import XCTest

@testable import tauri_plugin_power

/// Commands through Tauri's own `Invoke`, as far as they go without a battery.
final class CommandTests: XCTestCase {
  private let plugin = PowerPlugin()

  /// Calls a command that answers at once: whether it was resolved, and the JSON.
  private func call(_ command: (Invoke) -> Void, _ arguments: String = "{}") throws -> (resolved: Bool, json: Any) {
    var answer: (UInt64, String?)?
    let invoke = Invoke(
      command: "c", callback: 0, error: 1, sendResponse: { answer = ($0, $1) },
      sendChannelData: { _, _ in XCTFail("nothing is watched") }, data: arguments)
    command(invoke)
    let (callback, json) = try XCTUnwrap(answer)
    let data = Data((json ?? "null").utf8)
    return (callback == 0, try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  private func code(_ command: (Invoke) -> Void, _ arguments: String = "{}") throws -> String? {
    let (resolved, json) = try call(command, arguments)
    XCTAssertFalse(resolved)
    return (json as? [String: Any])?["code"] as? String
  }

  func testHintsAreUnsupported() throws {
    XCTAssertEqual(try code(plugin.openHints, #"{"targetNanos": 33000000, "threadIds": []}"#), "unsupported")
    XCTAssertEqual(try code(plugin.setHintTarget, #"{"targetNanos": 33000000}"#), "unsupported")
    XCTAssertEqual(try code(plugin.reportWork, #"{"actualNanos": 1}"#), "unsupported")
    let (resolved, json) = try call(plugin.closeHints)
    XCTAssertTrue(resolved)
    XCTAssertTrue(json is NSNull)
  }

  func testBadArgumentsAreRefused() throws {
    for arguments in [
      #"{"intervalMs": 100, "channel": "__CHANNEL__:3"}"#, #"{"intervalMs": 1000}"#,
      #"{"intervalMs": 1000, "channel": "none"}"#, #"{"channel": "__CHANNEL__:3"}"#,
    ] {
      XCTAssertEqual(try code(plugin.watch, arguments), "bad-argument", arguments)
    }
  }
}
