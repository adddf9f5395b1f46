import Foundation
import GlimpseBindings

/// Looks at frames while they come: objects are followed, text is read, scenes are described.
///
/// Frames are pushed by whoever has the camera, from any thread. The newest wins: what the engine does not get round to
/// is dropped and counted, see ``telemetry()``.
///
/// ```swift
/// let live = try await glimpse.live()
/// for try await seen in live.observations { show(seen) }
/// ```
///
/// It ends when it is stopped, when the task that iterates ``observations`` is cancelled, or when nobody holds it.
public final class Live: Sendable {
  private let stream: LiveStream

  /// What is known of the scene, frame by frame, until the end; whoever takes its time gets the newest next. It throws
  /// where frames cannot be had any more, or a model fails. For one iteration.
  public let observations: AsyncThrowingStream<Observation, any Error>

  /// What happens besides: the start, moments, how the frames come, measurements, and the end. Whoever is more than 64
  /// behind misses the oldest. For one iteration.
  public let events: AsyncStream<LiveEvent>

  init(start: (LiveListener) throws -> LiveStream) throws {
    let (observations, observe) = AsyncThrowingStream.makeStream(
      of: Observation.self, throwing: (any Error).self, bufferingPolicy: .bufferingNewest(1))
    let (events, tell) = AsyncStream.makeStream(of: LiveEvent.self, bufferingPolicy: .bufferingNewest(64))
    let stream = try start(LiveTeller(observe: observe, tell: tell))
    observe.onTermination = { [weak stream] in
      if case .cancelled = $0 { stream?.stop() }
    }
    self.stream = stream
    self.observations = observations
    self.events = events
  }

  deinit {
    stream.stop()
  }

  /// Pushes a frame whose pixels lie in `bytes` as `layout` says, converted in one pass on the caller's thread and not
  /// copied first; nothing is kept of `bytes`. It never waits for the engine.
  ///
  /// - Parameter nanoseconds: When it was taken, on a clock that only goes ahead.
  /// - Returns: The frame's number, from 1.
  /// - Throws: ``GlimpseError/closed(_:)`` after the end; ``GlimpseError/imageEmpty(_:)``,
  ///   ``GlimpseError/imageDamaged(_:)``, ``GlimpseError/imageTooLarge(_:)``, ``GlimpseError/invalidOption(_:)``,
  ///   after which it goes on.
  @discardableResult
  public func push(
    _ bytes: UnsafeRawBufferPointer, layout: PixelLayout, at nanoseconds: Int64
  ) throws -> Int64 {
    try GlimpseError.translating {
      try stream.pushAddress(
        address: bytes.address, length: UInt64(bytes.count), layout: layout, timestampNanos: nanoseconds)
    }
  }

  /// Pushes a camera's frame that lies in `planes` as `layout` says, cropped, turned and converted in one pass on the
  /// caller's thread; nothing is kept of `planes`. Otherwise as ``push(_:layout:at:)-(UnsafeRawBufferPointer,_,_)``.
  ///
  /// - Parameter nanoseconds: When it was taken, on a clock that only goes ahead.
  /// - Returns: The frame's number, from 1.
  @discardableResult
  public func push(_ planes: FramePlanes, layout: YuvLayout, at nanoseconds: Int64) throws -> Int64 {
    try GlimpseError.translating {
      try stream.pushYuvAddress(planes: planes.planes, layout: layout, timestampNanos: nanoseconds)
    }
  }

  /// Does from the next frame on what `options` say.
  public func set(_ options: LiveOptions) throws {
    try GlimpseError.translating { try stream.setOptions(options: options) }
  }

  /// Leaves frames out, or no more.
  public func pause(_ paused: Bool = true) throws {
    try GlimpseError.translating { try stream.pause(paused: paused) }
  }

  /// What it cost so far.
  public func telemetry() throws -> Telemetry {
    try GlimpseError.translating { try stream.telemetry() }
  }

  /// No more frames will come: it ends once the last is looked at. Returns at once.
  public func finish() {
    stream.finish()
  }

  /// Asks it to end and cancels what runs. Returns at once; both sequences end when its threads are gone.
  public func stop() {
    stream.stop()
  }
}

/// Passes on what the engine tells, on a thread of the engine's.
private final class LiveTeller: LiveListener {
  private let observe: AsyncThrowingStream<Observation, any Error>.Continuation
  private let tell: AsyncStream<LiveEvent>.Continuation

  init(
    observe: AsyncThrowingStream<Observation, any Error>.Continuation, tell: AsyncStream<LiveEvent>.Continuation
  ) {
    self.observe = observe
    self.tell = tell
  }

  func onEvent(event: LiveEvent) throws {
    switch event {
    case .observed(let observation):
      observe.yield(observation)
    case .ended(let reason, let message, _):
      tell.yield(event)
      tell.finish()
      switch reason {
      case .endOfSource, .stopped: observe.finish()
      case .sourceFailed: observe.finish(throwing: GlimpseError.camera(message))
      case .engineFailed: observe.finish(throwing: GlimpseError.model(message))
      }
    default:
      tell.yield(event)
    }
  }
}
