import Tauri
import XCTest

@testable import tauri_plugin_camera

/// Commands through Tauri's own `Invoke`, as far as they go without a camera.
final class CommandTests: XCTestCase {
  private let plugin = CameraPlugin()

  /// Calls a command, and gives what it answers: whether it was resolved, and the JSON.
  private func call(
    _ command: (Invoke) -> Void, _ arguments: String = "{}", file: StaticString = #filePath, line: UInt = #line
  ) throws -> (resolved: Bool, json: Any) {
    let answered = expectation(description: "an answer")
    var answer: (UInt64, String?) = (2, nil)
    let invoke = Invoke(
      command: "c", callback: 0, error: 1,
      sendResponse: {
        answer = ($0, $1)
        answered.fulfill()
      }, sendChannelData: { _, _ in XCTFail("nothing was opened", file: file, line: line) }, data: arguments)
    command(invoke)
    wait(for: [answered], timeout: 5)
    let data = Data((answer.1 ?? "null").utf8)
    return (answer.0 == 0, try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
  }

  private func code(_ command: (Invoke) -> Void, _ arguments: String = "{}") throws -> String? {
    let (resolved, json) = try call(command, arguments)
    XCTAssertFalse(resolved)
    return (json as? [String: Any])?["code"] as? String
  }

  func testWhatNeedsAnOpenCameraSaysSo() throws {
    XCTAssertEqual(try code(plugin.setTorch, #"{"on": true}"#), "not-open")
    XCTAssertEqual(try code(plugin.setZoom, #"{"ratio": 2}"#), "not-open")
    XCTAssertEqual(try code(plugin.focus, #"{"x": 0.5, "y": 0.5}"#), "not-open")
    XCTAssertEqual(try code(plugin.takeStill), "not-open")
  }

  func testClosingWhatIsNotOpenIsNoError() throws {
    let (resolved, json) = try call(plugin.close, #"{"handle": 5}"#)
    XCTAssertTrue(resolved)
    XCTAssertTrue(json is NSNull)
  }

  func testBadArgumentsAreRefused() throws {
    XCTAssertEqual(try code(plugin.setZoom, #"{"ratio": 0}"#), "bad-argument")
    XCTAssertEqual(try code(plugin.setZoom, #"{"ratio": "much"}"#), "bad-argument")
    XCTAssertEqual(try code(plugin.focus, #"{"x": 2, "y": 0.5}"#), "bad-argument")
    XCTAssertEqual(try code(plugin.setTorch, "{}"), "bad-argument")
    XCTAssertEqual(try code(plugin.close, "{}"), "bad-argument")
    let open = #"{"id": "a", "handle": 0, "width": 1280, "height": 720, "fps": 30, "events": "__CHANNEL__:7"}"#
    XCTAssertEqual(try code(plugin.open, open), "bad-argument")
  }
}
