import Foundation
import GlimpseBindings

/// The engine's calls, which block, as functions that suspend: on threads of their own, so that Swift's few threads for
/// tasks stay free.
enum Calls {
  private static let queue = DispatchQueue(label: "app.glimpse.calls", qos: .userInitiated, attributes: .concurrent)

  /// Runs `work` on one of the threads. Cancelling the task cancels the token that it is given; the task waits for
  /// the call to end, so that what that was given may be freed afterwards.
  static func run<T: Sendable>(_ work: @escaping @Sendable (CancelToken) throws -> T) async throws -> T {
    let token = CancelToken()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(
            with: Result {
              // Nothing is decoded for nobody.
              if token.isCancelled() { throw CancellationError() }
              return try GlimpseError.translating { try work(token) }
            })
        }
      }
    } onCancel: {
      token.cancel()
    }
  }
}

/// What is used on one thread after another, never on two at once.
struct Handed<Value>: @unchecked Sendable {
  let value: Value
}
