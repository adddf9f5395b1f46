@_exported import CoreVideo

public typealias CMTimeScale = Int32
public typealias CMTimeValue = Int64

public struct CMTime {
  public init(value: CMTimeValue, timescale: CMTimeScale) { fatalError() }
  public var value: CMTimeValue { fatalError() }
  public var timescale: CMTimeScale { fatalError() }
  public var isValid: Bool { fatalError() }
}

public enum CMTimeRoundingMethod { case `default` }
public func CMTimeConvertScale(_: CMTime, timescale: Int32, method: CMTimeRoundingMethod) -> CMTime { fatalError() }

public class CMFormatDescription {}
public typealias CMVideoFormatDescription = CMFormatDescription

public struct CMVideoDimensions {
  public var width: Int32
  public var height: Int32
}

public func CMVideoFormatDescriptionGetDimensions(_: CMVideoFormatDescription) -> CMVideoDimensions { fatalError() }
public func CMFormatDescriptionGetMediaSubType(_: CMFormatDescription) -> OSType { fatalError() }

public class CMSampleBuffer {}
public func CMSampleBufferGetImageBuffer(_: CMSampleBuffer) -> CVImageBuffer? { fatalError() }
public func CMSampleBufferGetPresentationTimeStamp(_: CMSampleBuffer) -> CMTime { fatalError() }
