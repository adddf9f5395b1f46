//! From bytes to an upright RGB picture, within limits that are checked before memory is taken.

use std::borrow::Cow;
use std::io::Cursor;
use std::time::Instant;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

use super::ReadLimits;
use crate::clock::milliseconds;
use crate::{Error, Result};

/// A JPEG with more pixels is decoded at half, quarter or eighth size, by shortened inverse DCTs.
const FULL_SCALE_PIXELS: u64 = 16_000_000;

/// A decoded picture, upright, to be looked at any number of times.
///
/// A JPEG of more than 16 million pixels is held at half, quarter or eighth size. Coordinates and
/// sizes in results are always those of the picture as displayed at its full size.
#[derive(Debug, Clone)]
pub struct Picture<'a> {
    image: Cow<'a, RgbImage>,
    width: u32,
    height: u32,
    format: &'static str,
    decode_ms: f64,
}

impl Picture<'static> {
    /// Decodes the first frame of a JPEG, PNG, WebP, GIF, BMP or TIFF and turns it as its EXIF
    /// orientation says; transparency lies over white. The limits are checked before memory is
    /// taken.
    ///
    /// # Errors
    /// [`Error::ImageEmpty`], [`Error::ImageTooLarge`], [`Error::ImageFormat`],
    /// [`Error::ImageDamaged`], [`Error::ImageUnsupported`].
    pub fn decode(bytes: &[u8], limits: &ReadLimits) -> Result<Self> {
        let started = Instant::now();
        let picture = decode(bytes, limits)?;
        Ok(Self { decode_ms: milliseconds(started.elapsed()), ..picture })
    }
}

impl Picture<'_> {
    /// The decoded pixels: [`width`](Self::width) by [`height`](Self::height), or a half, a quarter
    /// or an eighth of that, rounded up.
    pub fn image(&self) -> &RgbImage {
        &self.image
    }

    /// Width as displayed at full size, in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height as displayed at full size, in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The format that it was encoded in: `"jpeg"`, `"png"`, `"webp"`, `"gif"`, `"bmp"` or `"tiff"`;
    /// `"rgb"` where it was given as pixels.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// Wall time of decoding in milliseconds; 0 where it was given as pixels.
    pub fn decode_ms(&self) -> f64 {
        self.decode_ms
    }

    /// Pixels of the full size per decoded pixel, along each axis: 1, or about 2, 4 or 8.
    pub fn scale(&self) -> [f32; 2] {
        let of = |full: u32, part: u32| if part == 0 { 1.0 } else { full as f32 / part as f32 };
        [of(self.width, self.image.width()), of(self.height, self.image.height())]
    }
}

impl<'a> From<&'a RgbImage> for Picture<'a> {
    fn from(image: &'a RgbImage) -> Self {
        let (width, height) = image.dimensions();
        Self { image: Cow::Borrowed(image), width, height, format: "rgb", decode_ms: 0.0 }
    }
}

impl From<RgbImage> for Picture<'static> {
    fn from(image: RgbImage) -> Self {
        let (width, height) = image.dimensions();
        Self { image: Cow::Owned(image), width, height, format: "rgb", decode_ms: 0.0 }
    }
}

fn decode(bytes: &[u8], limits: &ReadLimits) -> Result<Picture<'static>> {
    if bytes.is_empty() {
        return Err(Error::ImageEmpty);
    }
    check("bytes", bytes.len() as u64, limits.max_bytes)?;
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Error::ImageFormat)?;
    let format = reader.format().ok_or(Error::ImageFormat)?;
    let mut decoder = reader.into_decoder().map_err(from_image)?;
    let name = format_name(format)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Error::ImageDamaged("a side is zero".into()));
    }
    let pixels = u64::from(width) * u64::from(height);
    check("pixels", pixels, limits.max_pixels)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = if format == ImageFormat::Jpeg {
        drop(decoder);
        decode_jpeg(bytes, pixels)?
    } else {
        let mut bounds = Limits::no_limits();
        bounds.max_alloc = Some(limits.max_pixels.saturating_mul(16));
        decoder.set_limits(bounds).map_err(from_image)?;
        flatten(DynamicImage::from_decoder(decoder).map_err(from_image)?)
    };
    let image = turned(image, orientation);
    let swap = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = if swap { (height, width) } else { (width, height) };
    Ok(Picture { image: Cow::Owned(image), width, height, format: name, decode_ms: 0.0 })
}

fn format_name(format: ImageFormat) -> Result<&'static str> {
    Ok(match format {
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::Png => "png",
        ImageFormat::WebP => "webp",
        ImageFormat::Gif => "gif",
        ImageFormat::Bmp => "bmp",
        ImageFormat::Tiff => "tiff",
        other => return Err(Error::ImageUnsupported(format!("{other:?}"))),
    })
}

fn check(what: &'static str, value: u64, limit: u64) -> Result<()> {
    if value > limit { Err(Error::ImageTooLarge { what, value, limit }) } else { Ok(()) }
}

fn decode_jpeg(bytes: &[u8], pixels: u64) -> Result<RgbImage> {
    if !ends_with_eoi(bytes) {
        return Err(Error::ImageDamaged("the JPEG ends early".into()));
    }
    let shift = (0..3).find(|s| pixels >> (2 * s) <= FULL_SCALE_PIXELS).unwrap_or(3);
    if shift > 0
        && let Some(image) = decode_jpeg_scaled(bytes, 1 << shift)?
    {
        return Ok(image);
    }
    let reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
    Ok(flatten(reader.decode().map_err(from_image)?))
}

/// Whether the last scan is closed. Inside of entropy-coded data the marker cannot occur, and a
/// thumbnail's own lies before the scan.
fn ends_with_eoi(bytes: &[u8]) -> bool {
    let scan = bytes.windows(2).rposition(|w| w == [0xff, 0xda]).unwrap_or(0);
    bytes[scan..].windows(2).any(|w| w == [0xff, 0xd9])
}

/// Decodes at `1 / factor` of the size. `None` for colour models that only the other decoder knows.
fn decode_jpeg_scaled(bytes: &[u8], factor: u16) -> Result<Option<RgbImage>> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.read_info().map_err(from_jpeg)?;
    let Some(info) = decoder.info() else { return Ok(None) };
    let (width, height) = (info.width.div_ceil(factor), info.height.div_ceil(factor));
    let (width, height) = decoder.scale(width, height).map_err(from_jpeg)?;
    if !matches!(info.pixel_format, jpeg_decoder::PixelFormat::RGB24 | jpeg_decoder::PixelFormat::L8) {
        return Ok(None);
    }
    let mut data = decoder.decode().map_err(from_jpeg)?;
    if info.pixel_format == jpeg_decoder::PixelFormat::L8 {
        data = data.iter().flat_map(|&v| [v; 3]).collect();
    }
    Ok(RgbImage::from_raw(u32::from(width), u32::from(height), data))
}

/// Eight bits a channel, transparency over white.
fn flatten(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let mut out = RgbImage::new(rgba.width(), rgba.height());
    for (target, p) in out.pixels_mut().zip(rgba.pixels()) {
        let a = u32::from(p.0[3]);
        target.0 = [0, 1, 2].map(|c| ((u32::from(p.0[c]) * a + 255 * (255 - a) + 127) / 255) as u8);
    }
    out
}

fn turned(image: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return image;
    }
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(orientation);
    image.into_rgb8()
}

fn from_image(error: ImageError) -> Error {
    match error {
        ImageError::Unsupported(e) => Error::ImageUnsupported(e.to_string()),
        ImageError::Limits(e) => Error::ImageUnsupported(e.to_string()),
        other => Error::ImageDamaged(other.to_string()),
    }
}

fn from_jpeg(error: jpeg_decoder::Error) -> Error {
    match error {
        jpeg_decoder::Error::Unsupported(feature) => Error::ImageUnsupported(format!("JPEG: {feature:?}")),
        other => Error::ImageDamaged(other.to_string()),
    }
}

#[cfg(test)]
impl Picture<'static> {
    /// `image` as the smaller decoding of a picture of another size.
    pub(crate) fn shrunk(image: RgbImage, width: u32, height: u32) -> Self {
        Self { width, height, ..Self::from(image) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;
    use image::codecs::jpeg::JpegEncoder;
    use image::{ExtendedColorType, GrayImage, Luma, Rgb, Rgba, RgbaImage};

    fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.into().write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn sample(w: u32, h: u32) -> RgbImage {
        RgbImage::from_fn(w, h, |x, y| Rgb([(x * 3) as u8, (y * 5) as u8, 90]))
    }

    fn code(bytes: &[u8]) -> ErrorCode {
        decode(bytes, &ReadLimits::default()).unwrap_err().code()
    }

    /// An EXIF block with only an orientation, put behind the SOI marker.
    fn with_orientation(jpeg: &[u8], value: u8) -> Vec<u8> {
        let tiff =
            [b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0];
        let mut out = jpeg[..2].to_vec();
        out.extend([0xff, 0xe1, 0, (2 + 6 + tiff.len()) as u8]);
        out.extend(b"Exif\0\0");
        out.extend(tiff);
        out.extend(&jpeg[2..]);
        out
    }

    #[test]
    fn every_format_is_decoded() {
        let formats = [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP];
        for format in formats {
            let picture = decode(&encode(sample(33, 21), format), &ReadLimits::default()).unwrap();
            assert_eq!(*picture.image, sample(33, 21), "{format:?}");
            assert_eq!(picture.format(), format!("{format:?}").to_lowercase());
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Gif] {
            let picture = decode(&encode(sample(33, 21), format), &ReadLimits::default()).unwrap();
            assert_eq!(picture.image.dimensions(), (33, 21), "{format:?}");
            assert_eq!(picture.format(), format!("{format:?}").to_lowercase());
        }
    }

    #[test]
    fn a_picture_knows_its_size_and_origin() {
        let bytes = encode(sample(33, 21), ImageFormat::Png);
        let picture = Picture::decode(&bytes, &ReadLimits::default()).unwrap();
        assert_eq!((picture.width(), picture.height(), picture.scale()), (33, 21, [1.0, 1.0]));
        assert_eq!(picture.image(), &sample(33, 21));
        assert!(picture.decode_ms() > 0.0);
        let given = sample(5, 4);
        for picture in [Picture::from(&given), Picture::from(given.clone())] {
            assert_eq!((picture.width(), picture.height(), picture.format()), (5, 4, "rgb"));
            assert_eq!((picture.image(), picture.decode_ms()), (&given, 0.0));
        }
        assert_eq!(Picture::decode(b"", &ReadLimits::default()).unwrap_err().code(), ErrorCode::ImageEmpty);
    }

    #[test]
    fn gray_deep_and_transparent_pictures_become_rgb() {
        let gray = GrayImage::from_fn(9, 7, |x, _| Luma([x as u8 * 20]));
        let picture = decode(&encode(gray, ImageFormat::Png), &ReadLimits::default()).unwrap();
        assert_eq!(picture.image.get_pixel(3, 3).0, [60; 3]);
        let deep = image::ImageBuffer::<Rgb<u16>, _>::from_fn(9, 7, |x, _| Rgb([x as u16 * 257, 65535, 0]));
        let picture = decode(&encode(deep, ImageFormat::Png), &ReadLimits::default()).unwrap();
        assert_eq!(picture.image.get_pixel(4, 0).0, [4, 255, 0]);
        let glass = RgbaImage::from_fn(9, 7, |x, _| Rgba([0, 0, 0, x as u8 * 31]));
        let picture = decode(&encode(glass, ImageFormat::Png), &ReadLimits::default()).unwrap();
        assert_eq!(picture.image.get_pixel(0, 0).0, [255; 3]);
        assert_eq!(picture.image.get_pixel(8, 0).0, [7; 3]);
    }

    #[test]
    fn palettes_are_resolved() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_palette(vec![10, 20, 30, 200, 100, 50]);
        encoder.write_header().unwrap().write_image_data(&[0b0100_0000]).unwrap();
        let picture = decode(&bytes, &ReadLimits::default()).unwrap();
        assert_eq!(picture.image.as_raw().as_slice(), [10, 20, 30, 200, 100, 50]);
    }

    #[test]
    fn orientation_is_applied() {
        let jpeg = encode(sample(40, 24), ImageFormat::Jpeg);
        let picture = decode(&with_orientation(&jpeg, 6), &ReadLimits::default()).unwrap();
        assert_eq!((picture.width, picture.height), (24, 40));
        assert_eq!(picture.image.dimensions(), (24, 40));
        let top_right = picture.image.get_pixel(23, 0).0;
        assert!(top_right[0] < 20 && top_right[1] < 20, "{top_right:?}");
    }

    #[test]
    fn large_jpegs_are_decoded_smaller() {
        let mut bytes = Vec::new();
        let gray = vec![200u8; 6001 * 3000];
        JpegEncoder::new(&mut bytes).encode(&gray, 6001, 3000, ExtendedColorType::L8).unwrap();
        let picture = decode(&bytes, &ReadLimits::default()).unwrap();
        assert_eq!((picture.width, picture.height), (6001, 3000));
        assert_eq!(picture.image.dimensions(), (3001, 1500));
        assert!((picture.scale()[0] - 2.0).abs() < 0.001);
        assert_eq!(picture.image.get_pixel(3000, 1499).0, [200; 3]);
        let picture = decode(&with_orientation(&bytes, 8), &ReadLimits::default()).unwrap();
        assert_eq!(
            ((picture.width, picture.height), picture.image.dimensions()),
            ((3000, 6001), (1500, 3001))
        );
        assert_eq!(code(&bytes[..bytes.len() / 2]), ErrorCode::ImageDamaged);
    }

    #[test]
    fn bad_input_has_its_own_error() {
        assert_eq!(code(b""), ErrorCode::ImageEmpty);
        assert_eq!(code(b"Dear diary, this is no picture at all."), ErrorCode::ImageFormat);
        assert_eq!(code(&[0; 4096]), ErrorCode::ImageFormat);
        assert_eq!(code(b"P6 2 2 255 aaaaaaaaaaaa"), ErrorCode::ImageUnsupported);
        let formats =
            [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP];
        for format in formats {
            let bytes = encode(sample(200, 150), format);
            for part in [12, bytes.len() / 3, bytes.len() / 2, bytes.len() - 20] {
                assert_eq!(code(&bytes[..part]), ErrorCode::ImageDamaged, "{format:?} cut to {part}");
            }
        }
    }

    #[test]
    fn limits_hold_before_decoding() {
        let bytes = encode(sample(100, 50), ImageFormat::Png);
        let few = ReadLimits { max_pixels: 4999, ..ReadLimits::default() };
        let Err(Error::ImageTooLarge { what: "pixels", value: 5000, limit: 4999 }) = decode(&bytes, &few)
        else {
            panic!("not refused");
        };
        let short = ReadLimits { max_bytes: 10, ..ReadLimits::default() };
        assert!(matches!(decode(&bytes, &short), Err(Error::ImageTooLarge { what: "bytes", .. })));
        let mut bomb = Vec::new();
        let mut encoder = png::Encoder::new(&mut bomb, 30_000, 30_000);
        encoder.set_depth(png::BitDepth::One);
        encoder.write_header().unwrap().write_chunk(png::chunk::IDAT, &[0x78, 0x9c, 0, 0]).unwrap();
        assert_eq!(code(&bomb), ErrorCode::ImageTooLarge);
    }

    #[test]
    fn random_damage_is_survived() {
        let mut state = 11u64;
        for format in [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::Bmp,
            ImageFormat::Gif,
            ImageFormat::WebP,
            ImageFormat::Tiff,
        ] {
            let bytes = encode(sample(40, 30), format);
            for _ in 0..200 {
                let mut bad = bytes.clone();
                for _ in 0..4 {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    let at = (state >> 33) as usize % bad.len();
                    bad[at] ^= (state >> 24) as u8;
                }
                let limits = ReadLimits { max_pixels: 1_000_000, ..ReadLimits::default() };
                let _ = decode(&bad, &limits);
            }
        }
    }
}
