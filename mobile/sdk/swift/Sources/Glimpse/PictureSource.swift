import Foundation
import GlimpseBindings

/// Where a picture comes from: a file's `URL`, the `Data` of an encoded picture, ``Pixels``, a ``Picture``; on Apple's
/// systems also a `CGImage`, a `UIImage` and a `CVPixelBuffer`.
///
/// A call opens it on a thread of the module's own. To look at one several times, open it once:
///
/// ```swift
/// let picture = try await glimpse.picture(photo)
/// ```
public protocol PictureSource {
  /// Decodes or takes over the picture, within `limits` or, if nil, the default ones. It blocks.
  ///
  /// - Throws: ``GlimpseError``.
  func picture(limits: Limits?) throws -> Picture
}

extension Picture: PictureSource {
  /// Itself, whatever the limits.
  public func picture(limits: Limits?) throws -> Picture { self }
}

extension URL: PictureSource {
  /// Decodes the file that it names: JPEG, PNG, WebP, GIF, BMP or TIFF.
  ///
  /// - Throws: ``GlimpseError/notFound(_:)`` also for what is no file, and as decoding does.
  public func picture(limits: Limits?) throws -> Picture {
    guard isFileURL else { throw GlimpseError.notFound("\(absoluteString) names no file") }
    return try GlimpseError.translating { try Picture.open(path: path, limits: limits) }
  }
}

extension Data: PictureSource {
  /// Decodes it where it lies: JPEG, PNG, WebP, GIF, BMP or TIFF.
  public func picture(limits: Limits?) throws -> Picture {
    try withUnsafeBytes { bytes in
      try GlimpseError.translating {
        try Picture.decodeAddress(address: bytes.address, length: UInt64(bytes.count), limits: limits)
      }
    }
  }
}

/// Pixels in memory.
public struct Pixels: PictureSource {
  private let bytes: Data
  private let layout: PixelLayout

  /// Pixels that lie in `bytes` as `layout` says.
  public init(_ bytes: Data, layout: PixelLayout) {
    self.bytes = bytes
    self.layout = layout
  }

  /// Converts them in one pass, where they lie.
  public func picture(limits: Limits?) throws -> Picture {
    try bytes.withUnsafeBytes { try Picture.taking($0, layout: layout, limits: limits) }
  }
}

extension Picture {
  /// Takes over the pixels that lie in `bytes` as `layout` says, in one pass and without copying them first. Nothing is
  /// kept of `bytes`.
  ///
  /// - Throws: ``GlimpseError/imageEmpty(_:)``, ``GlimpseError/imageDamaged(_:)`` for too few bytes,
  ///   ``GlimpseError/imageTooLarge(_:)``, ``GlimpseError/invalidOption(_:)``.
  public static func taking(
    _ bytes: UnsafeRawBufferPointer, layout: PixelLayout, limits: Limits? = nil
  ) throws -> Picture {
    try GlimpseError.translating {
      try fromAddress(address: bytes.address, length: UInt64(bytes.count), layout: layout, limits: limits)
    }
  }
}

/// The planes of a camera's frame: NV12, NV21 or I420. Those of U and V may overlap; each may end with the last sample of
/// its last row.
public struct FramePlanes {
  let planes: YuvPlanes

  /// Planes that stay where they are, unchanged, for as long as this is used.
  public init(y: UnsafeRawBufferPointer, u: UnsafeRawBufferPointer, v: UnsafeRawBufferPointer) {
    planes = YuvPlanes(y: y.plane, u: u.plane, v: v.plane)
  }
}

extension Picture {
  /// Takes over a camera's frame that lies in `planes` as `layout` says: it is cropped, turned and converted in one pass,
  /// and not copied first. Nothing is kept of `planes`.
  ///
  /// - Throws: ``GlimpseError/imageEmpty(_:)``, ``GlimpseError/imageDamaged(_:)`` for too few bytes,
  ///   ``GlimpseError/imageTooLarge(_:)``, ``GlimpseError/invalidOption(_:)``.
  public static func taking(_ planes: FramePlanes, layout: YuvLayout, limits: Limits? = nil) throws -> Picture {
    try GlimpseError.translating {
      try fromYuvAddress(planes: planes.planes, layout: layout, limits: limits)
    }
  }
}

extension UnsafeRawBufferPointer {
  var plane: YuvPlane { YuvPlane(address: address, length: UInt64(count)) }

  /// Of its first byte, 0 where it has none.
  var address: UInt64 { UInt64(UInt(bitPattern: baseAddress)) }
}
