import Foundation
import XCTest

/// The code that the app's playground shows (`Snippets`, which are links to it).
final class SnippetTests: XCTestCase {
  override func setUp() {
    setenv("GLIMPSE_PACKS", Repository.packs.path, 1)
  }

  override func tearDown() {
    unsetenv("GLIMPSE_PACKS")
  }

  func testWordsHaveMaps() async throws {
    let told = try await words(of: Repository.sample("photos/astronaut.jpg"))
    XCTAssertFalse(told.isEmpty)
    for (word, map) in told {
      XCTAssertEqual(map.count, 49, word)
      XCTAssertEqual(map.reduce(0, +), 1, accuracy: 0.01, word)
    }
  }

  func testRunsAreMeasured() async throws {
    // Whether it fits depends on the machine; that it says so does not.
    _ = try await fits(Repository.sample("photos/cat.jpg"))
  }

  func testLinesOfAPage() async throws {
    let read = try await lines(of: Repository.sample("sign.jpg"))
    XCTAssertEqual(
      read.map { $0.1 }, try Repository.text(of: "sign.expected.txt").split(separator: "\n").map(String.init))
    XCTAssertTrue(read.allSatisfy { $0.0 >= 0.5 && $0.0 <= 1 })
  }
}
