import Foundation
import Glimpse
import XCTest

final class CancellationTests: XCTestCase {
  private let page = Repository.sample("page.png")

  func testATaskThatIsCancelledBeforeItBeginsReadsNothing() async throws {
    let glimpse = try Repository.engine()
    let page = page
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await glimpse.read(page)
    }
    await assertCancelled(task)
  }

  func testCancellingEndsACallThatRuns() async throws {
    let glimpse = try Repository.engine()
    try await glimpse.load(.read)
    let picture = try await glimpse.picture(page)
    let clock = ContinuousClock()
    let whole = try await clock.measure { _ = try await glimpse.read(picture) }
    let begun = clock.now
    // Until it was cancelled in the middle: where it was over before, the next try is cancelled earlier.
    for part in [0.3, 0.1, 0.03, 0] {
      let task = Task { try await glimpse.read(picture) }
      try await Task.sleep(for: whole * part)
      task.cancel()
      if case .failure(let error) = await task.result {
        XCTAssertTrue(error is CancellationError, "\(error)")
        return
      }
    }
    XCTFail("nothing was cancelled in \(clock.now - begun), with calls of \(whole)")
  }

  func testCancellingManyHangsNothingAndBreaksNothing() async throws {
    let glimpse = try Repository.engine()
    let picture = try await glimpse.picture(Repository.sample("sign.jpg"))
    let tasks = (0..<24).map { _ in Task { try await glimpse.read(picture) } }
    for (number, task) in tasks.enumerated() where number % 3 != 0 { task.cancel() }
    var read = 0
    for task in tasks {
      switch await task.result {
      case .success: read += 1
      case .failure(let error): XCTAssertTrue(error is CancellationError, "\(error)")
      }
    }
    XCTAssertGreaterThanOrEqual(read, 8)
  }

  func testLeavingTheCaptionsEarlyCancelsTheCall() async throws {
    let glimpse = try Repository.engine()
    let file = Repository.sample("photos/astronaut.jpg")
    for try await progress in glimpse.captions(file) {
      XCTAssertFalse(progress.text.isEmpty)
      break
    }
    let description = try await glimpse.describe(file)
    XCTAssertFalse(description.caption.isEmpty)
  }

  func testCancellingTheTaskThatIteratesEndsTheCaptions() async throws {
    let glimpse = try Repository.engine()
    let file = Repository.sample("photos/astronaut.jpg")
    let task = Task {
      var whole = 0
      for try await progress in glimpse.captions(file) where progress.description != nil { whole += 1 }
      return whole
    }
    task.cancel()
    // A cancelled iteration ends, or throws; it has no result.
    let whole = (try? await task.value) ?? 0
    XCTAssertEqual(whole, 0)
  }

  private func assertCancelled<T>(_ task: Task<T, any Error>, line: UInt = #line) async {
    switch await task.result {
    case .success: XCTFail("it was not cancelled", line: line)
    case .failure(let error): XCTAssertTrue(error is CancellationError, "\(error)", line: line)
    }
  }
}
