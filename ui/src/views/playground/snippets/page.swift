import Foundation
import Glimpse

/// The lines of a picture, each with the score of its box.
func lines(of file: URL) async throws -> [(Float, String)] {
  let glimpse = try Glimpse()
  let picture = try await glimpse.picture(file)
  let rules = BoxRules(pixelThreshold: 0.302, boxThreshold: 0.5, unclip: 1.6, minSide: 3)
  var lines: [(Float, String)] = []
  for region in try await glimpse.textMap(picture).boxes(rules) {
    lines.append((region.score, try await glimpse.traceLine(picture, quad: region.quad).text))
  }
  return lines
}
