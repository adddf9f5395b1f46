import XCTest

@testable import tauri_plugin_camera

/// The JSON of `mobile/camera/README.md`.
final class ModelsTests: XCTestCase {
  private func json<T: Encodable>(_ value: T) throws -> NSDictionary {
    try XCTUnwrap(JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? NSDictionary)
  }

  private func decoded<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  func testAnswers() throws {
    XCTAssertEqual(try json(Permissions(camera: .prompt)), ["camera": "prompt"])
    let info = CameraInfo(id: "a", facing: .external, name: "", torch: false, minZoom: 1, maxZoom: 8.5)
    XCTAssertEqual(
      try json(Cameras(cameras: [info])),
      [
        "cameras": [
          ["id": "a", "facing": "external", "name": "", "torch": false, "minZoom": 1.0, "maxZoom": 8.5] as NSDictionary
        ]
      ])
    XCTAssertEqual(
      try json(Opened(id: "a", width: 1280, height: 720, fps: 30, torch: true, minZoom: 1, maxZoom: 2)),
      ["id": "a", "width": 1280, "height": 720, "fps": 30, "torch": true, "minZoom": 1.0, "maxZoom": 2.0])
    XCTAssertEqual(try json(Zoomed(ratio: 2)), ["ratio": 2.0])
    XCTAssertEqual(try json(Focused(focused: true)), ["focused": true])
    XCTAssertEqual(
      try json(Still(path: "/a.jpg", width: 4032, height: 3024)),
      ["path": "/a.jpg", "width": 4032, "height": 3024])
  }

  func testChangesHaveAllTheirKeys() throws {
    XCTAssertEqual(try json(Change(.running)), ["state": "running", "reason": NSNull(), "message": NSNull()])
    let reasons: [(Change.Reason, String)] = [
      (.background, "background"), (.inUse, "in-use"), (.disabled, "disabled"), (.disconnected, "disconnected"),
      (.permissionDenied, "permission-denied"), (.failed, "failed"),
    ]
    for (reason, name) in reasons {
      XCTAssertEqual(
        try json(Change(.stopped, reason, message: "m")), ["state": "stopped", "reason": name, "message": "m"])
    }
  }

  func testArguments() throws {
    XCTAssertTrue(try decoded(TorchArguments.self, #"{"on": true}"#).on)
    XCTAssertEqual(try decoded(CloseArguments.self, #"{"handle": 18446744073709551615}"#).handle, .max)
    XCTAssertEqual(try decoded(ZoomArguments.self, #"{"ratio": 2}"#).ratio, 2)
    XCTAssertThrowsError(try decoded(ZoomArguments.self, #"{"ratio": -1}"#).check())
    let focus = try decoded(FocusArguments.self, #"{"x": 0.25, "y": 1}"#)
    XCTAssertEqual(try focus.point(), PicturePoint(x: 0.25, y: 1))
    XCTAssertThrowsError(try decoded(FocusArguments.self, #"{"x": 1.5, "y": 0}"#).point()) {
      XCTAssertEqual(($0 as? CameraError)?.code, "bad-argument")
    }
    XCTAssertThrowsError(try decoded(FocusArguments.self, #"{"x": 0.5}"#))
  }

  func testWhatCannotBeWantedIsRefused() {
    func wanted(handle: UInt64 = 1, width: Int = 1280, height: Int = 720, fps: Int = 30) -> Wanted {
      Wanted(id: "a", handle: handle, width: width, height: height, fps: fps)
    }
    XCTAssertNoThrow(try wanted().check())
    XCTAssertNoThrow(try wanted(fps: 0).check())
    for bad in [wanted(handle: 0), wanted(width: 0), wanted(height: -1), wanted(width: 20_000), wanted(fps: -1)] {
      XCTAssertThrowsError(try bad.check()) { XCTAssertEqual(($0 as? CameraError)?.code, "bad-argument") }
    }
  }

  func testCodes() {
    let codes = [
      CameraError.permissionDenied, .permissionDeniedForGood, .noCamera("a"), .inUse, .disabled, .notOpen, .noTorch,
      .badArgument("a"), .failed("a"),
    ].map(\.code)
    XCTAssertEqual(
      codes,
      [
        "permission-denied", "permission-denied-for-good", "no-camera", "in-use", "disabled", "not-open", "no-torch",
        "bad-argument", "failed",
      ])
  }
}
