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
  /// - Throws: ``GlimpseError/imageUnsupported(_:)`` for other formats than 32BGRA and the two of
  ///   420YpCbCr8BiPlanar, in full range and in video range.
  public func picture(degrees: Int32, limits: Limits? = nil) throws -> Picture {
    switch CVPixelBufferGetPixelFormatType(self) {
    case kCVPixelFormatType_32BGRA:
      return try withPixels(degrees: degrees) { try Picture.taking($0, layout: $1, limits: limits) }
    case let format:
      return try withPlanes(format, degrees: degrees) { try Picture.taking($0, layout: $1, limits: limits) }
    }
  }

  /// Calls `work` with the pixels, in BGRA, while they are locked.
  func withPixels<T>(degrees: Int32, _ work: (UnsafeRawBufferPointer, PixelLayout) throws -> T) throws -> T {
    try locked {
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

  /// Calls `work` with the planes, in NV12, while they are locked.
  func withPlanes<T>(
    _ format: OSType, degrees: Int32, _ work: (FramePlanes, YuvLayout) throws -> T
  ) throws -> T {
    let isFullRange = format == kCVPixelFormatType_420YpCbCr8BiPlanarFullRange
    guard isFullRange || format == kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange else {
      throw GlimpseError.imageUnsupported("pixel format \(format); ask the camera for 420f or 32BGRA")
    }
    return try locked {
      guard CVPixelBufferGetPlaneCount(self) == 2,
        let luma = CVPixelBufferGetBaseAddressOfPlane(self, 0),
        let chroma = CVPixelBufferGetBaseAddressOfPlane(self, 1),
        let width = Int32(exactly: CVPixelBufferGetWidth(self)),
        let height = Int32(exactly: CVPixelBufferGetHeight(self)),
        let lumaStride = Int32(exactly: CVPixelBufferGetBytesPerRowOfPlane(self, 0)),
        let chromaStride = Int32(exactly: CVPixelBufferGetBytesPerRowOfPlane(self, 1))
      else { throw GlimpseError.imageEmpty("the pixel buffer has no pixels") }
      let y = UnsafeRawBufferPointer(
        start: luma, count: Int(lumaStride) * CVPixelBufferGetHeightOfPlane(self, 0))
      let uv = UnsafeRawBufferPointer(
        start: chroma, count: Int(chromaStride) * CVPixelBufferGetHeightOfPlane(self, 1))
      let layout = YuvLayout(
        width: width, height: height, yRowStride: lumaStride, uRowStride: chromaStride, vRowStride: chromaStride,
        chromaPixelStride: 2, rotationDegrees: degrees, matrix: matrix, fullRange: isFullRange)
      return try work(FramePlanes(y: y, u: uv, v: UnsafeRawBufferPointer(rebasing: uv.dropFirst())), layout)
    }
  }

  private func locked<T>(_ work: () throws -> T) throws -> T {
    guard CVPixelBufferLockBaseAddress(self, .readOnly) == kCVReturnSuccess else {
      throw GlimpseError.io("the pixel buffer cannot be locked")
    }
    defer { CVPixelBufferUnlockBaseAddress(self, .readOnly) }
    return try work()
  }

  /// BT.601 unless it says otherwise.
  private var matrix: YuvMatrix {
    let matrix = CVBufferCopyAttachment(self, kCVImageBufferYCbCrMatrixKey, nil) as? String
    return matrix == (kCVImageBufferYCbCrMatrix_ITU_R_709_2 as String) ? .bt709 : .bt601
  }
}

extension Live {
  /// Pushes a `CVPixelBuffer` as a camera gives it, in 32BGRA, 420f or 420v; nothing is kept of it.
  ///
  /// - Parameters:
  ///   - degrees: By how much it must be turned clockwise to be upright: 0, 90, 180 or 270.
  ///   - nanoseconds: When it was taken, on a clock that only goes ahead.
  @discardableResult
  public func push(_ frame: CVPixelBuffer, degrees: Int32 = 0, at nanoseconds: Int64) throws -> Int64 {
    switch CVPixelBufferGetPixelFormatType(frame) {
    case kCVPixelFormatType_32BGRA:
      return try frame.withPixels(degrees: degrees) { try push($0, layout: $1, at: nanoseconds) }
    case let format:
      return try frame.withPlanes(format, degrees: degrees) { try push($0, layout: $1, at: nanoseconds) }
    }
  }
}
#endif
