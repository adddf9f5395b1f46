import AVFoundation

/// The cameras of this device and what they can be set to.
enum CameraDevices {
  /// All of them, one a lens, those that look away from the person first.
  static func all() -> [AVCaptureDevice] {
    var types: [AVCaptureDevice.DeviceType] = [
      .builtInWideAngleCamera, .builtInUltraWideCamera, .builtInTelephotoCamera,
    ]
    if #available(iOS 17.0, *) { types.append(.external) }
    let session = AVCaptureDevice.DiscoverySession(deviceTypes: types, mediaType: .video, position: .unspecified)
    let facing = { (facing: Facing) in session.devices.filter { CameraDevices.facing($0) == facing } }
    return facing(.back) + facing(.front) + facing(.external)
  }

  static func info(_ device: AVCaptureDevice) -> CameraInfo {
    CameraInfo(
      id: device.uniqueID, facing: facing(device), name: device.localizedName, torch: device.hasTorch,
      minZoom: Double(device.minAvailableVideoZoomFactor), maxZoom: Double(device.maxAvailableVideoZoomFactor))
  }

  static func facing(_ device: AVCaptureDevice) -> Facing {
    switch device.position {
    case .back: return .back
    case .front: return .front
    default: return .external
    }
  }

  /// The camera of this id that may be used now.
  static func device(_ id: String) throws -> AVCaptureDevice {
    guard let device = all().first(where: { $0.uniqueID == id }) else { throw CameraError.noCamera(id) }
    guard !device.isSuspended else { throw CameraError.disabled }
    return device
  }

  /// Sets `device` to the format that is the nearest to what is wanted, and says which that is. Where no format has
  /// the full range that the frames are wanted in, one of video range is taken, which AVFoundation converts.
  /// `device` must be locked for configuration.
  static func setFormat(of device: AVCaptureDevice, _ wanted: Wanted) throws -> (option: FormatOption, fps: Int) {
    let subType = { (format: AVCaptureDevice.Format) in
      CMFormatDescriptionGetMediaSubType(format.formatDescription)
    }
    let full = device.formats.filter { subType($0) == kCVPixelFormatType_420YpCbCr8BiPlanarFullRange }
    let formats = full.isEmpty ? device.formats : full
    let options = formats.map(option)
    let nearest = FormatChoice.nearest(options, width: wanted.width, height: wanted.height, fps: wanted.fps)
    guard let index = nearest else { throw CameraError.failed("the camera names no formats") }
    let fps = FormatChoice.rate(options[index], fps: wanted.fps)
    device.activeFormat = formats[index]
    device.activeVideoMinFrameDuration = CMTime(value: 1, timescale: CMTimeScale(fps))
    return (options[index], fps)
  }

  private static func option(_ format: AVCaptureDevice.Format) -> FormatOption {
    let size = CMVideoFormatDescriptionGetDimensions(format.formatDescription)
    return FormatOption(
      width: Int(size.width), height: Int(size.height),
      maxFps: format.videoSupportedFrameRateRanges.map(\.maxFrameRate).max() ?? 0,
      stillPixels: StillCapture.largest(of: format).map { Int($0.width) * Int($0.height) } ?? 0)
  }
}
