import GlimpseBindings

// The types of the engine that this module speaks in. What else `GlimpseBindings` has is no part of it.

/// A decoded picture, upright, to be looked at any number of times. It holds 3 bytes a pixel.
public typealias Picture = GlimpseBindings.Picture

/// Bounds on what is decoded.
public typealias Limits = GlimpseBindings.Limits

/// How pixels lie in memory.
public typealias PixelLayout = GlimpseBindings.PixelLayout

/// How bytes are pixels.
public typealias PixelFormat = GlimpseBindings.PixelFormat

/// How the planes of a camera's frame lie in memory.
public typealias YuvLayout = GlimpseBindings.YuvLayout

/// A part of a camera's frame.
public typealias YuvCrop = GlimpseBindings.YuvCrop

/// What Y, U and V are made from red, green and blue by.
public typealias YuvMatrix = GlimpseBindings.YuvMatrix

/// Number format of weights and activations.
public typealias Precision = GlimpseBindings.Precision

/// What an engine can do, by the packs that it takes.
public typealias Part = GlimpseBindings.Part

/// How text is read.
public typealias ReadOptions = GlimpseBindings.ReadOptions

/// The text of a picture.
public typealias Reading = GlimpseBindings.Reading

/// One line of text.
public typealias TextLine = GlimpseBindings.TextLine

/// One word of a line.
public typealias Word = GlimpseBindings.Word

/// A block of consecutive lines.
public typealias Paragraph = GlimpseBindings.Paragraph

/// How a picture is described.
public typealias DescribeOptions = GlimpseBindings.DescribeOptions

/// What is on a picture.
public typealias Description = GlimpseBindings.Description

/// Where a caption comes from.
public typealias CaptionSource = GlimpseBindings.CaptionSource

/// A piece of a caption.
public typealias CaptionToken = GlimpseBindings.CaptionToken

/// A colour and how much of the picture has it.
public typealias Colour = GlimpseBindings.Colour

/// How objects are looked for.
public typealias FindOptions = GlimpseBindings.FindOptions

/// The objects of a picture.
public typealias Found = GlimpseBindings.Found

/// An object on a picture.
public typealias FoundObject = GlimpseBindings.FoundObject

/// How a picture is looked at for its tags and its embedding.
public typealias TagOptions = GlimpseBindings.TagOptions

extension TagOptions {
  /// The part of a picture that the encoder sees. At the top it would hide SwiftUI's `View`.
  public typealias View = GlimpseBindings.View
}

/// What a picture shows.
public typealias Tags = GlimpseBindings.Tags

/// One tag of a picture.
public typealias Tag = GlimpseBindings.Tag

/// A place in pixels of the picture as displayed.
public typealias Point = GlimpseBindings.Point

/// Four corners, in the order of the text.
public typealias Quad = GlimpseBindings.Quad

/// An upright box in pixels of the picture as displayed.
public typealias Bounds = GlimpseBindings.Bounds

/// Where the text detector sees text.
public typealias TextMap = GlimpseBindings.TextMap

/// Knobs of the step from the detector's map to boxes.
public typealias BoxRules = GlimpseBindings.BoxRules

/// A box that is made of a text map.
public typealias TextRegion = GlimpseBindings.TextRegion

/// One line on its way through the recognizer.
public typealias LineTrace = GlimpseBindings.LineTrace

/// What ran where in one call.
public typealias Receipt = GlimpseBindings.Receipt

/// Wall times of a call.
public typealias Timings = GlimpseBindings.Timings

/// What live video is asked for.
public typealias LiveOptions = GlimpseBindings.LiveOptions

/// What live video prefers.
public typealias Policy = GlimpseBindings.Policy

/// How much is done.
public typealias Load = GlimpseBindings.Load

/// What is known of the scene at one frame.
public typealias Observation = GlimpseBindings.Observation

/// What a stream of frames tells.
public typealias LiveEvent = GlimpseBindings.LiveEvent

/// What live video cost so far.
public typealias Telemetry = GlimpseBindings.Telemetry
