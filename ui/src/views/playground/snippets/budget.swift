import Foundation
import Glimpse

/// Whether nine of ten frames find their objects within the budget.
func fits(_ photo: URL) async throws -> Bool {
  let budgetMs = 33.0
  let runs = 12

  let glimpse = try Glimpse()
  try await glimpse.load(.find)
  let picture = try await glimpse.picture(photo)
  var times: [Double] = []
  for _ in 0..<runs { times.append(try await glimpse.find(picture).timings.total) }
  return times.sorted()[(runs * 9 + 9) / 10 - 1] <= budgetMs
}
