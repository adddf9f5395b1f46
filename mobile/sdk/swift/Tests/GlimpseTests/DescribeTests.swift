import Foundation
import Glimpse
import XCTest

final class DescribeTests: XCTestCase {
  private let astronaut = Repository.sample("photos/astronaut.jpg")

  func testDescribing() async throws {
    let glimpse = try Repository.engine()
    let description = try await glimpse.describe(astronaut)
    XCTAssertFalse(description.caption.isEmpty)
    XCTAssertTrue(description.objects.contains { $0.label == "person" })
    XCTAssertNil(description.text)
    let shares = description.colours.map(\.share)
    XCTAssertEqual(shares, shares.sorted(by: >))
    XCTAssertLessThanOrEqual(shares.reduce(0, +), 1.001)
  }

  func testCaptionsGrowTokenByToken() async throws {
    let glimpse = try Repository.engine()
    var seen: [CaptionProgress] = []
    for try await progress in glimpse.captions(astronaut, options: DescribeOptions(attention: true)) {
      seen.append(progress)
    }
    let last = try XCTUnwrap(seen.last)
    let description = try XCTUnwrap(last.description)
    XCTAssertEqual(last.text, description.caption)
    XCTAssertTrue(description.tokens.allSatisfy { $0.attention.count == 49 })
    for (before, after) in zip(seen, seen.dropFirst()) where after.description == nil {
      XCTAssertNil(before.description)
      XCTAssertTrue(after.text.hasPrefix(before.text))
      XCTAssertLessThan(before.tokens.count, after.tokens.count)
    }
    let alone = try await glimpse.describe(astronaut)
    XCTAssertEqual(alone.caption, description.caption)
  }

  func testCaptionsThatFailThrow() async throws {
    let glimpse = try Repository.engine()
    await assertFails("image_format") {
      for try await _ in glimpse.captions(Data("no picture".utf8)) { XCTFail("it has no caption") }
    }
  }

  func testFinding() async throws {
    let glimpse = try Repository.engine()
    let found = try await glimpse.find(astronaut)
    let person = try XCTUnwrap(found.objects.first { $0.label == "person" })
    XCTAssertGreaterThan(person.score, 0.5)
    XCTAssertLessThanOrEqual(person.bounds.left + person.bounds.width, Float(found.width))
    let certain = try await glimpse.find(astronaut, options: FindOptions(minScore: 1))
    XCTAssertEqual(certain.objects, [])
    await assertFails("invalid_option") {
      _ = try await glimpse.find(self.astronaut, options: FindOptions(scale: 7))
    }
  }

  func testTagsAndLikeness() async throws {
    let glimpse = try Repository.engine()
    let cat = try await glimpse.tags(Repository.sample("photos/cat.jpg"), options: TagOptions(top: 3))
    let coffee = try await glimpse.tags(Repository.sample("photos/coffee.jpg"))
    XCTAssertEqual(cat.tags.count, 3)
    XCTAssertEqual(cat.embedding.count, 1280)
    XCTAssertEqual(cat.similarity(to: cat), 1, accuracy: 0.001)
    XCTAssertLessThan(cat.similarity(to: coffee), 0.9)
  }

  func testPacksAreOpenedAhead() async throws {
    let glimpse = try Repository.engine()
    try await glimpse.load(.see, .find)
    XCTAssertEqual(glimpse.threads, 2)
    XCTAssertFalse(Glimpse.version.isEmpty)
  }
}
