/// How a picture lies in memory against how it is displayed, by the numbers of EXIF and TIFF: to be displayed, it is
/// mirrored left to right, where it is mirrored, and then turned.
public enum PictureOrientation: Int, CaseIterable, Sendable {
  case up = 1
  case upMirrored = 2
  case down = 3
  case downMirrored = 4
  case leftMirrored = 5
  case right = 6
  case rightMirrored = 7
  case left = 8

  /// Whether it must be mirrored left to right, first.
  public var isMirrored: Bool {
    switch self {
    case .upMirrored, .downMirrored, .leftMirrored, .rightMirrored: true
    default: false
    }
  }

  /// By how much it must be turned clockwise, then: 0, 90, 180 or 270.
  public var degrees: Int32 {
    switch self {
    case .up, .upMirrored: 0
    case .right, .rightMirrored: 90
    case .down, .downMirrored: 180
    case .left, .leftMirrored: 270
    }
  }
}
