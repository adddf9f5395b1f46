/// Why a command failed, by the codes of `mobile/power/README.md`.
enum PowerError: Error, Equatable {
  /// This system has no such thing.
  case unsupported(String)
  /// A value is out of range.
  case badArgument(String)

  /// Its stable name.
  var code: String {
    switch self {
    case .unsupported: "unsupported"
    case .badArgument: "bad-argument"
    }
  }

  /// What happened, for a person who looks at a log.
  var message: String {
    switch self {
    case .unsupported(let why), .badArgument(let why): why
    }
  }

  static func check(intervalMs: Int) throws {
    guard (250...60_000).contains(intervalMs) else {
      throw PowerError.badArgument("intervalMs: not 250 to 60000: \(intervalMs)")
    }
  }
}
