/// What a camera can be set to.
struct FormatOption: Equatable {
  /// Of the buffer, in pixels, long side first.
  let width: Int
  let height: Int
  /// Most frames a second.
  let maxFps: Double
  /// Pixels of the largest still.
  let stillPixels: Int
}

enum FormatChoice {
  /// The index of the option that is the nearest to what is wanted: of those that give `fps`, else of all, those
  /// whose sides differ least; of these the one with the largest stills, then the slowest, which takes the least
  /// power. Nil where there are none.
  static func nearest(_ options: [FormatOption], width: Int, height: Int, fps: Int) -> Int? {
    let long = max(width, height)
    let short = min(width, height)
    func key(_ option: FormatOption) -> (Int, Int, Int, Double) {
      let slow = option.maxFps + 0.5 < Double(fps) ? 1 : 0
      let distance = abs(option.width - long) + abs(option.height - short)
      return (slow, distance, -option.stillPixels, option.maxFps)
    }
    return options.indices.min { key(options[$0]) < key(options[$1]) }
  }

  /// Frames a second of `option` when `fps` are wanted, rounded down; 0 wants what it gives.
  static func rate(_ option: FormatOption, fps: Int) -> Int {
    let most = max(1, Int(option.maxFps + 0.01))
    return fps == 0 ? min(most, 30) : min(most, fps)
  }
}
