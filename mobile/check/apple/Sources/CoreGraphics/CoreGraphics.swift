@_exported import Foundation

// The types of CoreGraphics that Foundation has on Linux are not declared again.

public class CGImage {}
public class CGColorSpace {}
public typealias CFString = NSString
public typealias CFData = NSData
public typealias CFDictionary = NSDictionary
