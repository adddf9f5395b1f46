import XCTest

@testable import tauri_plugin_camera

final class GeometryTests: XCTestCase {
  /// A picture of 3 × 2 whose places are numbered row by row, turned clockwise by hand.
  private let turned: [QuarterTurn: [[Int]]] = [
    .none: [[0, 1, 2], [3, 4, 5]],
    .right: [[3, 0], [4, 1], [5, 2]],
    .half: [[5, 4, 3], [2, 1, 0]],
    .left: [[2, 5], [1, 4], [0, 3]],
  ]

  func testPointsOfTheUprightPictureLieInTheBufferWhereTheirPixelsDo() {
    for (turn, rows) in turned {
      for mirrored in [false, true] {
        for (y, row) in rows.enumerated() {
          for (x, number) in (mirrored ? row.reversed() : row).enumerated() {
            let point = PicturePoint(
              x: (Double(x) + 0.5) / Double(row.count), y: (Double(y) + 0.5) / Double(rows.count))
            let place = turn.inBuffer(point, mirrored: mirrored)
            XCTAssertEqual(Int(place.x * 3) + Int(place.y * 2) * 3, number, "\(turn) \(mirrored) \(x) \(y)")
          }
        }
      }
    }
  }

  func testCornersStayCorners() {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map { PicturePoint(x: $0.0, y: $0.1) }
    for turn in QuarterTurn.allCases {
      let places = corners.map { turn.inBuffer($0) }
      XCTAssertEqual(Set(places.map { "\($0.x) \($0.y)" }), Set(corners.map { "\($0.x) \($0.y)" }))
      // Clockwise stays clockwise.
      let first = corners.firstIndex(of: places[0])!
      XCTAssertEqual(places, (0..<4).map { corners[(first + $0) % 4] })
    }
  }

  func testFrontAndBackCameraAreUprightForThePersonWhoHoldsTheDevice() {
    let cases: [(Held, back: QuarterTurn, front: QuarterTurn)] = [
      (.portrait, .right, .right), (.portraitUpsideDown, .left, .left),
      (.landscapeLeft, .none, .half), (.landscapeRight, .half, .none),
    ]
    for (held, back, front) in cases {
      XCTAssertEqual(QuarterTurn(held: held, front: false), back)
      XCTAssertEqual(QuarterTurn(held: held, front: true), front)
    }
  }

  func testAnyAngleIsTheNearestQuarterTurn() {
    let cases: [(Double, QuarterTurn)] = [
      (0, .none), (44.9, .none), (45.1, .right), (90, .right), (180, .half), (270, .left), (315.1, .none),
      (360, .none), (450, .right), (-90, .left), (-180, .half), (-270, .right), (.nan, .none),
      (.infinity, .none), (-.infinity, .none),
    ]
    for (degrees, turn) in cases {
      XCTAssertEqual(QuarterTurn(degrees: degrees), turn, "\(degrees)")
    }
    // Some turn or other, and no trap.
    XCTAssertTrue(QuarterTurn.allCases.contains(QuarterTurn(degrees: 1e300)))
  }
}
