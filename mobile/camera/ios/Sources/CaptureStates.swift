/// From what happens to a camera to what is told of it: each state once, and nothing after the last.
struct CaptureStates {
  enum Event: Equatable {
    /// The first frame since it was opened, or since it came back.
    case frame
    /// The system took it away for now.
    case interrupted(Change.Reason)
    /// It is gone for good.
    case ended(Change.Reason, message: String?)
  }

  private var told: Change?

  /// Whether it is over.
  var isOver: Bool { told?.state == .stopped }

  /// What to tell of `event`; nil where it is known.
  mutating func after(_ event: Event) -> Change? {
    let change: Change
    switch event {
    case .frame: change = Change(.running)
    case .interrupted(let reason): change = Change(.interrupted, reason)
    case .ended(let reason, let message): change = Change(.stopped, reason, message: message)
    }
    guard !isOver, change != told else { return nil }
    told = change
    return change
  }
}
