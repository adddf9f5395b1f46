/// How the device is held, by where its top is, for the person in front of its screen.
enum Held {
  case portrait
  case portraitUpsideDown
  /// Its top at the left.
  case landscapeLeft
  /// Its top at the right.
  case landscapeRight
}

/// A point on a picture: `0, 0` top left, `1, 1` bottom right.
struct PicturePoint: Equatable {
  let x: Double
  let y: Double
}

/// A quarter turn or none, or several.
enum QuarterTurn: Int32, CaseIterable {
  case none = 0
  case right = 90
  case half = 180
  case left = 270

  /// The nearest to `degrees` clockwise, of any size; `none` where that is no number.
  init(degrees: Double) {
    guard degrees.isFinite else {
      self = .none
      return
    }
    let quarters = (degrees.truncatingRemainder(dividingBy: 360) / 90).rounded()
    let turns: [QuarterTurn] = [.none, .right, .half, .left]
    self = turns[(Int(quarters) % 4 + 4) % 4]
  }

  /// By how much the buffer of a camera must be turned clockwise to be upright. The cameras of iPhones lie along
  /// their long side: the back one is upright with the top of the device at the left, the front one, which looks the
  /// other way, with the top at the right. Systems from iOS 17 on say it for each device themselves.
  init(held: Held, front: Bool) {
    switch held {
    case .portrait: self = .right
    case .portraitUpsideDown: self = .left
    case .landscapeLeft: self = front ? .half : .none
    case .landscapeRight: self = front ? .none : .half
    }
  }

  /// The place in the buffer of a point on the picture that is the buffer turned by this, and then mirrored left to
  /// right where `mirrored`.
  func inBuffer(_ point: PicturePoint, mirrored: Bool = false) -> PicturePoint {
    let x = mirrored ? 1 - point.x : point.x
    let y = point.y
    switch self {
    case .none: return PicturePoint(x: x, y: y)
    case .right: return PicturePoint(x: y, y: 1 - x)
    case .half: return PicturePoint(x: 1 - x, y: 1 - y)
    case .left: return PicturePoint(x: 1 - y, y: x)
    }
  }
}
