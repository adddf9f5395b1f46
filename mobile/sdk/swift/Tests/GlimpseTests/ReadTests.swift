import Foundation
import Glimpse
import XCTest

final class ReadTests: XCTestCase {
  /// The lines of the README, with the folder of packs named.
  func testTheLinesOfTheReadme() async throws {
    let photo = Repository.sample("sign.jpg")
    let glimpse = try Glimpse(packs: Repository.packs)
    let reading = try await glimpse.read(photo)
    print(reading.text)
    XCTAssertEqual(reading.text, try Repository.text(of: "sign.expected.txt"))
  }

  func testFilesDataAndPicturesGiveTheSame() async throws {
    let glimpse = try Repository.engine()
    let file = Repository.sample("receipt.jpg")
    let data = try Data(contentsOf: file)
    let picture = try await glimpse.picture(file)
    let wanted = try Repository.text(of: "receipt.expected.txt").split(separator: "\n").map(String.init)
    let readings = [
      try await glimpse.read(file), try await glimpse.read(data), try await glimpse.read(picture),
    ]
    for reading in readings {
      XCTAssertEqual(reading.lines.map(\.text), wanted)
      XCTAssertEqual([reading.width, reading.height], [picture.width(), picture.height()])
      XCTAssertEqual(reading.lines, readings[0].lines)
    }
    XCTAssertEqual(picture.format(), "jpeg")
    let reading = readings[0]
    XCTAssertEqual(Set(reading.paragraphs.flatMap(\.lines)), Set(0..<Int32(reading.lines.count)))
    XCTAssertTrue(reading.lines.allSatisfy { $0.charConfidences.count == $0.text.unicodeScalars.count })
    XCTAssertFalse(reading.receipt.stages.isEmpty)
    XCTAssertEqual(reading.receipt.threads, 2)
  }

  func testOptions() async throws {
    let glimpse = try Repository.engine()
    let file = Repository.sample("europe.png")
    let all = try await glimpse.read(file)
    let english = try await glimpse.read(file, options: ReadOptions(languages: ["en"]))
    XCTAssertTrue(all.text.contains("ß"))
    XCTAssertFalse(english.text.contains("ß"))
    let sure = try await glimpse.read(file, options: ReadOptions(minConfidence: 1))
    XCTAssertLessThan(sure.lines.count, all.lines.count)
    await assertFails("invalid_option") { _ = try await glimpse.read(file, options: ReadOptions(minConfidence: 2)) }
    await assertFails("invalid_option") { _ = try await glimpse.read(file, options: ReadOptions(languages: ["xx-no"])) }
  }

  func testLookingInside() async throws {
    let glimpse = try Repository.engine()
    let picture = try await glimpse.picture(Repository.sample("sign.jpg"))
    let map = try await glimpse.textMap(picture)
    XCTAssertEqual(map.pixels().count, Int(map.width()) * Int(map.height()))
    let boxes = try map.boxes()
    XCTAssertEqual(boxes.count, 4)
    let trace = try await glimpse.traceLine(picture, quad: boxes[0].quad)
    XCTAssertEqual(trace.text, "HARBOUR LANE")
  }

  func testWhatCannotBeReadSaysWhy() async throws {
    let glimpse = try Repository.engine()
    let missing = Repository.sample("no-such.jpg")
    let receipt = try Data(contentsOf: Repository.sample("receipt.jpg"))
    await assertFails("not_found") { _ = try await glimpse.read(missing) }
    await assertFails("not_found") { _ = try await glimpse.read(URL(string: "https://example.org/a.jpg")!) }
    await assertFails("is_a_directory") { _ = try await glimpse.read(Repository.packs) }
    await assertFails("image_empty") { _ = try await glimpse.read(Data()) }
    await assertFails("image_format") { _ = try await glimpse.read(Data("no picture".utf8)) }
    await assertFails("image_damaged") { _ = try await glimpse.read(receipt.prefix(400)) }
    await assertFails("image_too_large") {
      _ = try await glimpse.picture(receipt, limits: Limits(maxPixels: 1000))
    }
    // It goes on working.
    let reading = try await glimpse.read(receipt)
    XCTAssertFalse(reading.lines.isEmpty)
  }

  func testWhatCannotBeOpenedSaysWhy() async {
    let empty = FileManager.default.temporaryDirectory
    await assertFails("pack_missing") { _ = try Glimpse(packs: empty.appendingPathComponent("none")) }
    await assertFails("invalid_option") { _ = try Glimpse(packs: Repository.packs, threads: 5000) }
    await assertFails("invalid_option") { _ = try Glimpse(packs: Repository.packs, threads: -1) }
  }

  func testSlicesOfDataAreReadWhereTheyLie() async throws {
    let glimpse = try Repository.engine()
    let file = try Data(contentsOf: Repository.sample("sign.jpg"))
    let slice = (Data([1, 2, 3]) + file + Data([4, 5]))[3..<(3 + file.count)]
    let reading = try await glimpse.read(slice)
    XCTAssertEqual(reading.text, try Repository.text(of: "sign.expected.txt"))
  }

  func testPixels() async throws {
    let glimpse = try Repository.engine()
    let layout = PixelLayout(format: .rgb, width: 60, height: 40, rotationDegrees: 90)
    let picture = try await glimpse.picture(Pixels(plain(width: 60, height: 40), layout: layout))
    XCTAssertEqual([picture.width(), picture.height()], [40, 60])
    XCTAssertEqual(picture.format(), "rgb")
    let reading = try await glimpse.read(picture)
    XCTAssertEqual(reading.lines, [])
    await assertFails("image_damaged") {
      _ = try await glimpse.picture(Pixels(plain(width: 60, height: 39), layout: layout))
    }
    await assertFails("image_empty") {
      _ = try await glimpse.picture(Pixels(Data(), layout: PixelLayout(format: .rgb, width: 0, height: 5)))
    }
  }

  func testFramesOfACamera() throws {
    let frame = nv12(width: 60, height: 40)
    let crop = YuvCrop(left: 10, top: 0, right: 60, bottom: 30)
    let picture = try frame.withPlanes { try Picture.taking($0, layout: frame.layout(degrees: 90, crop: crop)) }
    XCTAssertEqual([picture.width(), picture.height()], [30, 50])
    XCTAssertThrowsError(try frame.withPlanes { try Picture.taking($0, layout: frame.layout(degrees: 1)) })
    let wide = nv12(width: 80, height: 40)
    XCTAssertThrowsError(try frame.withPlanes { try Picture.taking($0, layout: wide.layout()) }) {
      XCTAssertEqual(($0 as? GlimpseError)?.code, "image_damaged")
    }
  }

  func testSeveralCallsAtOnce() async throws {
    let glimpse = try Repository.engine()
    let wanted = try Repository.text(of: "sign.expected.txt")
    let texts = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<8 {
        group.addTask { try await glimpse.read(Repository.sample("sign.jpg")).text }
      }
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    XCTAssertEqual(texts, Array(repeating: wanted, count: 8))
  }
}
