import XCTest

@testable import tauri_plugin_camera

final class StatesTests: XCTestCase {
  func testEachStateIsToldOnceAndNothingAfterTheLast() {
    var states = CaptureStates()
    let told = [
      CaptureStates.Event.frame, .frame, .interrupted(.background), .interrupted(.background), .frame,
      .interrupted(.inUse), .interrupted(.disabled), .frame, .ended(.failed, message: "lost"), .frame,
      .interrupted(.background), .ended(.disconnected, message: nil),
    ].compactMap { states.after($0) }
    XCTAssertEqual(
      told,
      [
        Change(.running), Change(.interrupted, .background), Change(.running), Change(.interrupted, .inUse),
        Change(.interrupted, .disabled), Change(.running), Change(.stopped, .failed, message: "lost"),
      ])
    XCTAssertTrue(states.isOver)
  }

  func testWhatIsNotOverGoesOn() {
    var states = CaptureStates()
    XCTAssertFalse(states.isOver)
    _ = states.after(.interrupted(.background))
    XCTAssertFalse(states.isOver)
  }
}
