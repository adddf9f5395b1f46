import Foundation
import Glimpse
import XCTest

private let layout = PixelLayout(format: .rgb, width: 160, height: 120)

/// Pushes a frame of one shade.
private func push(_ live: Live, _ number: Int) throws -> Int64 {
  let shade = UInt8(40 + (number * 53) % 180)
  return try plain(width: 160, height: 120, [shade, shade, 255 - shade]).withUnsafeBytes {
    try live.push($0, layout: layout, at: Int64(number) * 33_000_000)
  }
}

final class LiveTests: XCTestCase {
  private let options = LiveOptions(find: true, tags: false, read: false, caption: false)

  func testFramesBecomeObservationsUntilItIsFinished() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    XCTAssertEqual(try push(live, 0), 1)
    var frames: [Int64] = []
    for try await observation in live.observations {
      XCTAssertEqual([observation.width, observation.height], [160, 120])
      frames.append(observation.frame)
      guard frames.count < 5 else {
        live.finish()
        continue
      }
      _ = try push(live, frames.count)
    }
    XCTAssertGreaterThanOrEqual(frames.count, 5)
    XCTAssertEqual(frames, frames.sorted())
    await assertFails("closed") { _ = try push(live, 99) }
  }

  func testEventsBeginAndEndAndNoFrameIsLostUncounted() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    let pushing = Task {
      for number in 0..<30 {
        _ = try push(live, number)
        try await Task.sleep(for: .milliseconds(5))
      }
      live.finish()
    }
    var events: [LiveEvent] = []
    for await event in live.events { events.append(event) }
    try await pushing.value
    guard case .started = events.first else { return XCTFail("\(events.first as Any)") }
    guard case .ended(let reason, _, let telemetry) = events.last else { return XCTFail("\(events.last as Any)") }
    XCTAssertEqual(reason, .endOfSource)
    let counts = telemetry.frames
    XCTAssertEqual(counts.captured, 30)
    XCTAssertEqual(counts.waiting, 0)
    XCTAssertEqual(counts.captured, counts.analysed + counts.dropped + counts.skipped + counts.damaged)
    XCTAssertGreaterThan(counts.analysed, 0)
  }

  func testOptionsPauseAndTelemetry() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    _ = try push(live, 0)
    try live.pause()
    try live.pause(false)
    try live.set(LiveOptions(find: false, tags: true, read: false, caption: false, policy: .cool))
    // Counted by the thread that takes it.
    for _ in 0..<100 where try live.telemetry().frames.captured == 0 {
      try await Task.sleep(for: .milliseconds(50))
    }
    XCTAssertEqual(try live.telemetry().frames.captured, 1)
    XCTAssertThrowsError(try live.set(LiveOptions(minScore: 7)))
    live.stop()
    for await event in live.events {
      // Whichever is seen first: that it was asked to stop, or that no more frames come.
      if case .ended(let reason, _, _) = event { XCTAssertTrue([.stopped, .endOfSource].contains(reason)) }
    }
    // The session goes right after its last event.
    for _ in 0..<100 where (try? live.telemetry()) != nil { try await Task.sleep(for: .milliseconds(50)) }
    await assertFails("closed") { _ = try live.telemetry() }
  }

  func testCancellingTheTaskThatIteratesStopsIt() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    _ = try push(live, 0)
    let task = Task {
      for try await _ in live.observations {}
    }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    _ = await task.result
    var reason: String?
    for await event in live.events {
      if case .ended(let why, _, _) = event { reason = "\(why)" }
    }
    XCTAssertTrue(["stopped", "endOfSource"].contains(reason), reason ?? "it did not end")
  }

  func testDamagedFramesAreRefusedAndItGoesOn() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    await assertFails("image_damaged") {
      try Data(count: 100).withUnsafeBytes { _ = try live.push($0, layout: layout, at: 0) }
    }
    XCTAssertEqual(try push(live, 1), 1)
  }

  func testFramesOfACameraBecomeObservations() async throws {
    let glimpse = try Repository.engine()
    let live = try await glimpse.live(options: options)
    let frame = nv12(width: 160, height: 120)
    let turned = frame.layout(degrees: 90)
    XCTAssertEqual(try frame.withPlanes { try live.push($0, layout: turned, at: 0) }, 1)
    for try await observation in live.observations {
      XCTAssertEqual([observation.width, observation.height], [120, 160])
      live.finish()
    }
    await assertFails("closed") { _ = try frame.withPlanes { try live.push($0, layout: turned, at: 1) } }
  }

  func testNobodyWhoHoldsItEndsIt() async throws {
    let glimpse = try Repository.engine()
    var live: Live? = try await glimpse.live(options: options)
    let events = try XCTUnwrap(live?.events)
    live = nil
    var ended = false
    for await event in events {
      if case .ended = event { ended = true }
    }
    XCTAssertTrue(ended)
  }
}
