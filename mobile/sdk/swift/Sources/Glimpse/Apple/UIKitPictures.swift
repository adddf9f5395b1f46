#if canImport(UIKit)
import UIKit

extension UIImage: PictureSource {
  /// Draws it, upright, and takes over the pixels.
  ///
  /// - Throws: ``GlimpseError/imageUnsupported(_:)`` for an image that has no pixels, as those made of a `CIImage`.
  public func picture(limits: Limits?) throws -> Picture {
    guard let image = cgImage else {
      throw GlimpseError.imageUnsupported("it has no pixels; render it first")
    }
    return try image.picture(orientation: PictureOrientation(imageOrientation), limits: limits)
  }
}

extension PictureOrientation {
  /// UIKit's orientation by its number.
  init(_ orientation: UIImage.Orientation) {
    switch orientation {
    case .upMirrored: self = .upMirrored
    case .down: self = .down
    case .downMirrored: self = .downMirrored
    case .leftMirrored: self = .leftMirrored
    case .right: self = .right
    case .rightMirrored: self = .rightMirrored
    case .left: self = .left
    default: self = .up
    }
  }
}
#endif
