import Foundation
import GlimpseBindings

/// A caption on its way.
public struct CaptionProgress: Sendable, Equatable {
  /// What there is of it; at the end, the sentence to show.
  public let text: String
  /// Its tokens so far.
  public let tokens: [CaptionToken]
  /// The whole description; only at the end.
  public let description: Description?
}

/// Collects tokens as the engine writes them, on a thread of the engine's.
final class CaptionCollector: CaptionListener, @unchecked Sendable {
  private let lock = NSLock()
  private var tokens: [CaptionToken] = []
  private let tell: @Sendable (CaptionProgress) -> Void

  init(tell: @escaping @Sendable (CaptionProgress) -> Void) {
    self.tell = tell
  }

  func onToken(token: CaptionToken) throws {
    lock.lock()
    tokens.append(token)
    let sofar = tokens
    lock.unlock()
    tell(CaptionProgress(text: sofar.map(\.text).joined(), tokens: sofar, description: nil))
  }
}
