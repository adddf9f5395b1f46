import AVFoundation
import CGlimpseFrames

/// Hands the frames of a camera to Rust as they lie in its buffer, on the thread that AVFoundation gives them on.
/// What this thread does not get round to is dropped by AVFoundation, and counted here.
final class FrameOutput: NSObject, AVCaptureVideoDataOutputSampleBufferDelegate, @unchecked Sendable {
  /// The format that frames are wanted in: a plane of luma, and one of chroma in pairs, 0 to 255.
  static let format = kCVPixelFormatType_420YpCbCr8BiPlanarFullRange

  let output = AVCaptureVideoDataOutput()
  private let queue = DispatchQueue(label: "app.glimpse.camera.frames", qos: .userInitiated)
  private let sink: UInt64
  private let held: HeldDevice
  private let onFrame: () -> Void
  private let lock = NSLock()
  private var waitsForFirst = true

  /// Calls `onFrame` on the frames' thread for the first frame that Rust took, and for the first one after each
  /// `announceNext`.
  init(sink: UInt64, held: HeldDevice, onFrame: @escaping () -> Void) {
    self.sink = sink
    self.held = held
    self.onFrame = onFrame
    super.init()
    output.alwaysDiscardsLateVideoFrames = true
    output.videoSettings = [kCVPixelBufferPixelFormatTypeKey as String: Self.format]
    output.setSampleBufferDelegate(self, queue: queue)
  }

  func announceNext() {
    lock.lock()
    waitsForFirst = true
    lock.unlock()
  }

  /// Hands over no more. Returns when the last frame is handed over.
  func end() {
    output.setSampleBufferDelegate(nil, queue: nil)
    queue.sync {}
  }

  func captureOutput(_: AVCaptureOutput, didOutput sample: CMSampleBuffer, from _: AVCaptureConnection) {
    guard let pixels = CMSampleBufferGetImageBuffer(sample) else {
      _ = lost()
      return
    }
    let time = CMSampleBufferGetPresentationTimeStamp(sample)
    let result = push(pixels, at: time)
    guard result >= 0 else { return }
    lock.lock()
    let first = waitsForFirst
    waitsForFirst = false
    lock.unlock()
    if first { onFrame() }
  }

  func captureOutput(_: AVCaptureOutput, didDrop _: CMSampleBuffer, from _: AVCaptureConnection) {
    glimpse_frames_count_lost(sink, 1)
  }

  /// What Rust says of the frame, which counts also what it refuses. What cannot be handed over counts as lost.
  private func push(_ pixels: CVPixelBuffer, at time: CMTime) -> Int32 {
    guard CVPixelBufferLockBaseAddress(pixels, .readOnly) == kCVReturnSuccess else { return lost() }
    defer { CVPixelBufferUnlockBaseAddress(pixels, .readOnly) }
    guard CVPixelBufferGetPlaneCount(pixels) == 2,
      let luma = CVPixelBufferGetBaseAddressOfPlane(pixels, 0),
      let chroma = CVPixelBufferGetBaseAddressOfPlane(pixels, 1)
    else { return lost() }
    let nanos = CMTimeConvertScale(time, timescale: 1_000_000_000, method: .default)
    return glimpse_frames_push_nv12(
      sink,
      luma.assumingMemoryBound(to: UInt8.self), CVPixelBufferGetBytesPerRowOfPlane(pixels, 0),
      chroma.assumingMemoryBound(to: UInt8.self), CVPixelBufferGetBytesPerRowOfPlane(pixels, 1),
      UInt32(CVPixelBufferGetWidth(pixels)), UInt32(CVPixelBufferGetHeight(pixels)),
      held.turn.rawValue,
      CVPixelBufferGetPixelFormatType(pixels) == Self.format,
      nanos.isValid && nanos.value > 0 ? UInt64(nanos.value) : 0)
  }

  private func lost() -> Int32 {
    glimpse_frames_count_lost(sink, 1)
    return -1
  }
}
