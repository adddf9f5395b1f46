#if canImport(CoreVideo)
import CoreVideo
import Foundation

extension CVBuffer: PictureSource {
  /// Takes over the pixels of a `CVPixelBuffer` that is upright.
  public func picture(limits: Limits?) throws -> Picture {
    try picture(degrees: 0, limits: limits)
  }

  /// Takes over the pixels of a `CVPixelBuffer` in one pass, where they lie: it is locked meanwhile, and not copied
  /// first.
  ///
  /// - Parameter degrees: By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
  /// - Throws: ``GlimpseError/imageUnsupported(_:)`` for other formats than BGRA.
  public func picture(degrees: Int32, limits: Limits? = nil) throws -> Picture {
    try withPixels(degrees: degrees) { try Picture.taking($0, layout: $1, limits: limits) }
  }

  /// Calls `work` with the pixels while they are locked.
  func withPixels<T>(degrees: Int32, _ work: (UnsafeRawBufferPointer, PixelLayout) throws -> T) throws -> T {
    let format = CVPixelBufferGetPixelFormatType(self)
    guard format == kCVPixelFormatType_32BGRA else {
      throw GlimpseError.imageUnsupported("pixel format \(format); ask the camera for 32BGRA")
    }
    guard CVPixelBufferLockBaseAddress(self, .readOnly) == kCVReturnSuccess else {
      throw GlimpseError.io("the pixel buffer cannot be locked")
    }
    defer { CVPixelBufferUnlockBaseAddress(self, .readOnly) }
    guard let base = CVPixelBufferGetBaseAddress(self),
      let width = Int32(exactly: CVPixelBufferGetWidth(self)),
      let height = Int32(exactly: CVPixelBufferGetHeight(self)),
      let stride = Int32(exactly: CVPixelBufferGetBytesPerRow(self))
    else { throw GlimpseError.imageEmpty("the pixel buffer has no pixels") }
    let layout = PixelLayout(
      format: .bgraPremultiplied, width: width, height: height, rowStride: stride, rotationDegrees: degrees)
    return try work(UnsafeRawBufferPointer(start: base, count: Int(stride) * Int(height)), layout)
  }
}

extension Live {
  /// Pushes a `CVPixelBuffer` as a camera gives it, as ``push(_:layout:at:)`` does.
  ///
  /// - Parameters:
  ///   - degrees: By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
  ///   - nanoseconds: When it was taken, on a clock that only goes ahead.
  @discardableResult
  public func push(_ frame: CVPixelBuffer, degrees: Int32 = 0, at nanoseconds: Int64) throws -> Int64 {
    try frame.withPixels(degrees: degrees) { try push($0, layout: $1, at: nanoseconds) }
  }
}
#endif
