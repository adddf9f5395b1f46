import Foundation
import XCTest

@testable import Glimpse

/// The repository that these tests run in, and what lies in it.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../../..").standardizedFileURL
  static let packs = root.appendingPathComponent("assets")

  static func sample(_ name: String) -> URL {
    root.appendingPathComponent("assets/samples/\(name)")
  }

  /// The text that is on a sample.
  static func text(of name: String) throws -> String {
    try String(contentsOf: sample(name), encoding: .utf8)
  }

  /// An engine over the packs of the repository.
  static func engine() throws -> Glimpse {
    try Glimpse(packs: packs, threads: 2)
  }
}

/// Fails unless `work` throws a `GlimpseError` of this code.
func assertFails(
  _ code: String, file: StaticString = #filePath, line: UInt = #line, _ work: () async throws -> Void
) async {
  do {
    try await work()
    XCTFail("nothing was thrown", file: file, line: line)
  } catch let error as GlimpseError {
    XCTAssertEqual(error.code, code, file: file, line: line)
    XCTAssertFalse(error.message.isEmpty, file: file, line: line)
    XCTAssertEqual(error.localizedDescription, error.message, file: file, line: line)
  } catch {
    XCTFail("\(error)", file: file, line: line)
  }
}

/// A picture of one colour: bytes of RGB, row by row.
func plain(width: Int, height: Int, _ colour: [UInt8] = [200, 200, 200]) -> Data {
  Data(repeatElement(colour, count: width * height).joined())
}

/// A frame of a camera, in NV12 and full range: grey, with gaps between the rows.
struct Nv12 {
  let width: Int
  let height: Int
  let luma: Data
  let chroma: Data

  func withPlanes<T>(_ work: (FramePlanes) throws -> T) rethrows -> T {
    try luma.withUnsafeBytes { y in
      try chroma.withUnsafeBytes { uv in
        try work(FramePlanes(y: y, u: uv, v: UnsafeRawBufferPointer(rebasing: uv.dropFirst())))
      }
    }
  }

  func layout(degrees: Int32 = 0, crop: YuvCrop? = nil) -> YuvLayout {
    let stride = Int32(width + 8)
    return YuvLayout(
      width: Int32(width), height: Int32(height), yRowStride: stride, uRowStride: stride, vRowStride: stride,
      chromaPixelStride: 2, crop: crop, rotationDegrees: degrees, fullRange: true)
  }
}

/// One of even sides.
func nv12(width: Int, height: Int) -> Nv12 {
  let stride = width + 8
  return Nv12(
    width: width, height: height, luma: Data(repeating: 120, count: stride * height),
    chroma: Data(repeating: 128, count: stride * height / 2))
}
