import AVFoundation
import ImageIO

/// Takes stills in the largest size that the camera's format gives, and writes each to a file.
final class StillCapture: NSObject, AVCapturePhotoCaptureDelegate {
  typealias Done = (Result<Still, CameraError>) -> Void

  let output = AVCapturePhotoOutput()
  /// By the id of their settings: those that are not done. Touched on `queue` only.
  private var waiting: [Int64: Done] = [:]
  private let queue: DispatchQueue

  /// Calls what waits on `queue`.
  init(queue: DispatchQueue) {
    self.queue = queue
    super.init()
  }

  /// The largest still of `format`.
  static func largest(of format: AVCaptureDevice.Format) -> CMVideoDimensions? {
    if #available(iOS 16.0, *) {
      return format.supportedMaxPhotoDimensions.max {
        Int($0.width) * Int($0.height) < Int($1.width) * Int($1.height)
      }
    }
    return format.highResolutionStillImageDimensions
  }

  /// Takes one, to be turned by `turn` when it is shown. On `queue`.
  func take(turn: QuarterTurn, _ done: @escaping Done) {
    guard output.availablePhotoCodecTypes.contains(.jpeg) else {
      return done(.failure(.failed("the camera writes no JPEG")))
    }
    guard let connection = output.connection(with: .video) else { return done(.failure(.notOpen)) }
    if #available(iOS 17.0, *) {
      let angle = CGFloat(turn.rawValue)
      if connection.isVideoRotationAngleSupported(angle) { connection.videoRotationAngle = angle }
    } else if connection.isVideoOrientationSupported {
      connection.videoOrientation = Self.orientation(turn)
    }
    let settings = AVCapturePhotoSettings(format: [AVVideoCodecKey: AVVideoCodecType.jpeg])
    if #available(iOS 16.0, *) {
      settings.maxPhotoDimensions = output.maxPhotoDimensions
    } else {
      settings.isHighResolutionPhotoEnabled = output.isHighResolutionCaptureEnabled
    }
    waiting[settings.uniqueID] = done
    output.capturePhoto(with: settings, delegate: self)
  }

  /// Fails those that are not done. On `queue`.
  func end() {
    for done in waiting.values { done(.failure(.notOpen)) }
    waiting.removeAll()
  }

  /// Sets the size. After the output joined the session, and the camera's format is set.
  func prepare(for device: AVCaptureDevice) {
    if #available(iOS 16.0, *) {
      if let largest = Self.largest(of: device.activeFormat) { output.maxPhotoDimensions = largest }
    } else {
      output.isHighResolutionCaptureEnabled = true
    }
  }

  func photoOutput(_: AVCapturePhotoOutput, didFinishProcessingPhoto photo: AVCapturePhoto, error: Error?) {
    let id = photo.resolvedSettings.uniqueID
    let result: Result<Still, CameraError>
    if let error = error {
      result = .failure(.failed(error.localizedDescription))
    } else if let data = photo.fileDataRepresentation() {
      result = StillFiles.write(data)
    } else {
      result = .failure(.failed("the still could not be written as a JPEG"))
    }
    finish(id, result)
  }

  /// Also where no photo came.
  func photoOutput(
    _: AVCapturePhotoOutput, didFinishCaptureFor settings: AVCaptureResolvedPhotoSettings, error: Error?
  ) {
    let why = error?.localizedDescription ?? "the camera gave no still"
    finish(settings.uniqueID, .failure(.failed(why)))
  }

  /// Answers once; whatever comes later is of no use to anybody, its file included.
  private func finish(_ id: Int64, _ result: Result<Still, CameraError>) {
    queue.async {
      if let done = self.waiting.removeValue(forKey: id) {
        done(result)
      } else if case .success(let still) = result {
        StillFiles.delete(still)
      }
    }
  }

  /// Camera buffers are upright with the top of the device at its left, which this API names by the home button.
  private static func orientation(_ turn: QuarterTurn) -> AVCaptureVideoOrientation {
    switch turn {
    case .none: return .landscapeRight
    case .right: return .portrait
    case .half: return .landscapeLeft
    case .left: return .portraitUpsideDown
    }
  }
}

/// The files of stills, in the app's cache.
enum StillFiles {
  private static func folder() throws -> URL {
    let caches = try FileManager.default.url(
      for: .cachesDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    return caches.appendingPathComponent("glimpse-stills", isDirectory: true)
  }

  /// Writes a JPEG to a file of its own.
  static func write(_ jpeg: Data) -> Result<Still, CameraError> {
    guard let size = size(of: jpeg) else { return .failure(.failed("the still's size cannot be read")) }
    do {
      let folder = try folder()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let file = folder.appendingPathComponent("\(UUID().uuidString).jpg")
      try jpeg.write(to: file, options: .atomic)
      return .success(Still(path: file.path, width: size.width, height: size.height))
    } catch {
      return .failure(.failed("\(error)"))
    }
  }

  /// Deletes a still that nobody asked for any more.
  static func delete(_ still: Still) {
    try? FileManager.default.removeItem(atPath: still.path)
  }

  /// Deletes what is left from before.
  static func deleteLeft() {
    guard let folder = try? folder() else { return }
    try? FileManager.default.removeItem(at: folder)
  }

  /// Of the stored picture, before its orientation.
  private static func size(of jpeg: Data) -> (width: Int, height: Int)? {
    guard let source = CGImageSourceCreateWithData(jpeg as CFData, nil),
      let properties = CGImageSourceCopyPropertiesAtIndex(source, 0, nil) as? [CFString: Any],
      let width = properties[kCGImagePropertyPixelWidth] as? Int,
      let height = properties[kCGImagePropertyPixelHeight] as? Int
    else { return nil }
    return (width, height)
  }
}
