import XCTest

@testable import tauri_plugin_camera

final class FormatChoiceTests: XCTestCase {
  private func option(_ width: Int, _ height: Int, _ maxFps: Double, still: Int = 12_000_000) -> FormatOption {
    FormatOption(width: width, height: height, maxFps: maxFps, stillPixels: still)
  }

  func testTheNearestSizeIsTaken() {
    let options = [option(640, 480, 30), option(1280, 720, 30), option(1920, 1080, 30), option(3840, 2160, 30)]
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 30), 1)
    XCTAssertEqual(FormatChoice.nearest(options, width: 720, height: 1280, fps: 30), 1)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1700, height: 1000, fps: 30), 2)
    XCTAssertEqual(FormatChoice.nearest(options, width: 16_000, height: 9_000, fps: 30), 3)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1, height: 1, fps: 30), 0)
  }

  func testTheRateComesBeforeTheSize() {
    let options = [option(1280, 720, 30), option(1920, 1080, 60)]
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 60), 1)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 240), 0)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 0), 0)
  }

  func testOfTheSameSizeTheOneWithLargeStillsThenTheSlowest() {
    let options = [option(1280, 720, 240, still: 921_600), option(1280, 720, 60), option(1280, 720, 30)]
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 30), 2)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 60), 1)
    XCTAssertEqual(FormatChoice.nearest(options, width: 1280, height: 720, fps: 120), 0)
  }

  func testWithoutFormatsThereIsNone() {
    XCTAssertNil(FormatChoice.nearest([], width: 1280, height: 720, fps: 30))
  }

  func testTheRateIsWhatTheFormatGives() {
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 30), fps: 60), 30)
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 60), fps: 24), 24)
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 29.999), fps: 30), 30)
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 60), fps: 0), 30)
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 15), fps: 0), 15)
    XCTAssertEqual(FormatChoice.rate(option(1, 1, 0), fps: 0), 1)
  }
}
