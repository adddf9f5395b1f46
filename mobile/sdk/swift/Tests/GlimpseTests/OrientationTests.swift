import Glimpse
import XCTest

final class OrientationTests: XCTestCase {
  /// A picture of 3 × 2 as EXIF stores it in each orientation, by the definition of where its first row and its first
  /// column lie when it is displayed.
  private let stored: [PictureOrientation: [[Int]]] = [
    .up: [[0, 1, 2], [3, 4, 5]],
    .upMirrored: [[2, 1, 0], [5, 4, 3]],
    .down: [[5, 4, 3], [2, 1, 0]],
    .downMirrored: [[3, 4, 5], [0, 1, 2]],
    .leftMirrored: [[0, 3], [1, 4], [2, 5]],
    .right: [[2, 5], [1, 4], [0, 3]],
    .rightMirrored: [[5, 2], [4, 1], [3, 0]],
    .left: [[3, 0], [4, 1], [5, 2]],
  ]

  func testMirroringThenTurningShowsThePicture() {
    XCTAssertEqual(stored.count, PictureOrientation.allCases.count)
    for (orientation, rows) in stored {
      var shown = orientation.isMirrored ? rows.map { Array($0.reversed()) } : rows
      for _ in 0..<(orientation.degrees / 90) { shown = turned(shown) }
      XCTAssertEqual(shown, [[0, 1, 2], [3, 4, 5]], "\(orientation)")
    }
  }

  /// A quarter clockwise.
  private func turned(_ rows: [[Int]]) -> [[Int]] {
    rows[0].indices.map { column in rows.reversed().map { $0[column] } }
  }
}
