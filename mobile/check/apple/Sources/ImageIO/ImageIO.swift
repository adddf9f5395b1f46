@_exported import CoreGraphics

public class CGImageSource {}
public let kCGImagePropertyPixelWidth: CFString = "PixelWidth"
public let kCGImagePropertyPixelHeight: CFString = "PixelHeight"
public func CGImageSourceCreateWithData(_: CFData, _: CFDictionary?) -> CGImageSource? { fatalError() }
public func CGImageSourceCopyPropertiesAtIndex(_: CGImageSource, _: Int, _: CFDictionary?) -> CFDictionary? {
  fatalError()
}
