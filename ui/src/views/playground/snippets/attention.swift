import Foundation
import Glimpse

/// The words of a caption, each with where it looked: 7 × 7 weights, row by row.
func words(of photo: URL) async throws -> [(String, [Float])] {
  let options = DescribeOptions(beam: nil, attention: true)
  let description = try await Glimpse().describe(photo, options: options)
  return description.tokens.map { ($0.text, $0.attention) }
}
