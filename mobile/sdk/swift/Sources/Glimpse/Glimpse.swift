import Foundation
import GlimpseBindings

/// Reads, describes and searches pictures on the device.
///
/// ```swift
/// let text = try await Glimpse().read(photo).text
/// ```
///
/// Every call suspends and works on threads of the module's own. Cancelling the task cancels the call, which ends
/// between two steps of its networks and throws `CancellationError`. Several calls may run at once; they share the
/// models, which are opened by the first call that needs them, or by ``load(_:)``.
///
/// What fails throws a ``GlimpseError``.
public final class Glimpse: Sendable {
  private let engine: GlimpseEngine

  /// Opens an engine.
  ///
  /// - Parameters:
  ///   - packs: The folder with `packs.toml` and the packs that it lists. If nil: the folder `packs` of the app,
  ///     where it has one; else what the variable `GLIMPSE_PACKS` names; else `assets` or `share/glimpse` beside the
  ///     program or above it.
  ///   - threads: Threads to compute with; 0 means one a core.
  ///   - precision: Number format of the models.
  /// - Throws: ``GlimpseError/packMissing(_:)``, ``GlimpseError/packDamaged(_:)``, ``GlimpseError/io(_:)``,
  ///   ``GlimpseError/invalidOption(_:)`` for more than 1024 threads.
  public init(packs: URL? = nil, threads: Int = 0, precision: Precision = .int8) throws {
    guard let threads = Int32(exactly: threads) else {
      throw GlimpseError.invalidOption("threads: \(threads) is not 0 to 1024")
    }
    let folder = packs ?? Self.packsOfTheApp()
    engine = try GlimpseError.translating {
      try GlimpseEngine.open(options: OpenOptions(packs: folder?.path, threads: threads, precision: precision))
    }
  }

  /// Threads that it computes with, at least 1.
  public var threads: Int { Int(engine.threads()) }

  /// The version of the engine, for example `"0.1.0"`.
  public static var version: String { GlimpseBindings.version() }

  /// Opens the packs of `parts` now, so that the first call does not wait for them.
  public func load(_ parts: Part...) async throws {
    try await Calls.run { [engine] _ in try parts.forEach(engine.load) }
  }

  /// Decodes or takes over `image`, to look at it several times.
  public func picture(_ image: some PictureSource, limits: Limits? = nil) async throws -> Picture {
    let image = Handed(value: image)
    return try await Calls.run { _ in try image.value.picture(limits: limits) }
  }

  /// Reads the text on `image`.
  public func read(_ image: some PictureSource, options: ReadOptions = ReadOptions()) async throws -> Reading {
    try await look(at: image) { try $0.read(picture: $1, options: options, cancel: $2) }
  }

  /// Describes `image`.
  public func describe(
    _ image: some PictureSource, options: DescribeOptions = DescribeOptions()
  ) async throws -> Description {
    try await look(at: image) { try $0.describe(picture: $1, options: options, cancel: $2, listener: nil) }
  }

  /// Describes `image` while the result is iterated: the caption grows token by token, and the last element has the
  /// description. What the iterating task is too slow for is left out; each element has all that was before. Ending the
  /// iteration cancels the call.
  public func captions(
    _ image: some PictureSource, options: DescribeOptions = DescribeOptions()
  ) -> AsyncThrowingStream<CaptionProgress, any Error> {
    let image = Handed(value: image)
    return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let listener = CaptionCollector { continuation.yield($0) }
      let task = Task {
        do {
          let description = try await self.look(at: image.value) {
            try $0.describe(picture: $1, options: options, cancel: $2, listener: listener)
          }
          continuation.yield(
            CaptionProgress(text: description.caption, tokens: description.tokens, description: description))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Finds the objects on `image`.
  public func find(_ image: some PictureSource, options: FindOptions = FindOptions()) async throws -> Found {
    try await look(at: image) { try $0.find(picture: $1, options: options, cancel: $2) }
  }

  /// Names what `image` shows, and gives its embedding: see `similarity(to:)` of the result.
  public func tags(_ image: some PictureSource, options: TagOptions = TagOptions()) async throws -> Tags {
    try await look(at: image) { try $0.tags(picture: $1, options: options, cancel: $2) }
  }

  /// Where the text detector sees text on `image`.
  public func textMap(_ image: some PictureSource) async throws -> TextMap {
    try await look(at: image) { try $0.textMap(picture: $1, cancel: $2) }
  }

  /// Follows the line of `image` inside of `quad` through the recognizer.
  public func traceLine(_ image: some PictureSource, quad: Quad) async throws -> LineTrace {
    try await look(at: image) { try $0.traceLine(picture: $1, quad: quad, cancel: $2) }
  }

  /// Starts to look at frames, which are pushed into what this returns.
  public func live(options: LiveOptions = LiveOptions()) async throws -> Live {
    try await Calls.run { [engine] _ in
      try Live { try engine.live(options: options, listener: $0) }
    }
  }

  private func look<T: Sendable>(
    at image: some PictureSource,
    _ call: @escaping @Sendable (GlimpseEngine, Picture, CancelToken) throws -> T
  ) async throws -> T {
    let image = Handed(value: image)
    return try await Calls.run { [engine] token in
      try call(engine, image.value.picture(limits: nil), token)
    }
  }

  /// The folder `packs` among the app's resources, if it has one.
  private static func packsOfTheApp() -> URL? {
    guard let folder = Bundle.main.resourceURL?.appendingPathComponent("packs", isDirectory: true) else { return nil }
    let list = folder.appendingPathComponent("packs.toml")
    return FileManager.default.fileExists(atPath: list.path) ? folder : nil
  }
}

extension TextMap {
  /// The boxes that `rules` make of the map. With the default rules they are those that are read.
  ///
  /// - Throws: ``GlimpseError/invalidOption(_:)`` where a knob is out of its range.
  public func boxes(_ rules: BoxRules) throws -> [TextRegion] {
    try GlimpseError.translating { try boxes(rules: rules) }
  }
}

extension Tags {
  /// How alike the two pictures are by their embeddings, 0 to 1.
  public func similarity(to other: Tags) -> Float {
    min(max(zip(embedding, other.embedding).map(*).reduce(0, +), 0), 1)
  }
}
