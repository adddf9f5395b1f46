#if os(Linux)
import Foundation
import Glimpse
import XCTest

final class LeakTests: XCTestCase {
  func testAThousandCallsLeaveNothingBehind() async throws {
    let glimpse = try Repository.engine()
    let bytes = plain(width: 64, height: 64)
    let pixels = Pixels(bytes, layout: PixelLayout(format: .rgb, width: 64, height: 64))
    func look() async throws {
      _ = try await glimpse.tags(pixels)
      await assertFails("image_format") { _ = try await glimpse.read(Data([1, 2, 3])) }
    }
    for _ in 0..<100 { try await look() }
    let before = try resident()
    for _ in 0..<500 { try await look() }
    let grown = try resident() - before
    XCTAssertLessThan(grown, 4 << 20, "grew by \(grown) bytes")
  }

  /// Resident memory of this process in bytes.
  private func resident() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return try XCTUnwrap(Int(fields[1])) * 4096
  }
}
#endif
