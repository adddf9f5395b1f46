#if canImport(CoreGraphics)
import CoreGraphics
import Foundation

extension CGImage: PictureSource {
  /// Draws it in sRGB, whatever its own colours are, and takes over the pixels.
  public func picture(limits: Limits?) throws -> Picture {
    try picture(orientation: .up, limits: limits)
  }

  /// Likewise, for an image that is displayed as `orientation` says.
  public func picture(orientation: PictureOrientation, limits: Limits? = nil) throws -> Picture {
    let limits = limits ?? Limits()
    // Before memory is taken.
    let pixels = Int64(width) * Int64(height)
    guard pixels <= limits.maxPixels else {
      throw GlimpseError.imageTooLarge("\(pixels) pixels are more than \(limits.maxPixels)")
    }
    // Premultiplied BGRA, which the processors that this runs on draw into fastest.
    let info = CGImageAlphaInfo.premultipliedFirst.rawValue | CGBitmapInfo.byteOrder32Little.rawValue
    guard let colours = CGColorSpace(name: CGColorSpace.sRGB),
      let context = CGContext(
        data: nil, width: width, height: height, bitsPerComponent: 8, bytesPerRow: 0, space: colours,
        bitmapInfo: info),
      let data = context.data,
      let across = Int32(exactly: width), let down = Int32(exactly: height),
      let stride = Int32(exactly: context.bytesPerRow)
    else { throw GlimpseError.imageUnsupported("there is nothing to draw it into") }
    if orientation.isMirrored {
      context.translateBy(x: CGFloat(width), y: 0)
      context.scaleBy(x: -1, y: 1)
    }
    context.draw(self, in: CGRect(x: 0, y: 0, width: width, height: height))
    let bytes = UnsafeRawBufferPointer(start: data, count: context.bytesPerRow * height)
    let layout = PixelLayout(
      format: .bgraPremultiplied, width: across, height: down, rowStride: stride,
      rotationDegrees: orientation.degrees)
    // The memory is the context's.
    return try withExtendedLifetime(context) { try Picture.taking(bytes, layout: layout, limits: limits) }
  }
}
#endif
