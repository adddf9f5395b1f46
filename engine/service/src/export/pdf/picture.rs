//! The picture of a PDF: a JPEG as it is, others without loss where they had none.

use glimpse_engine::read::{Picture, ReadLimits};
use image::RgbImage;
use image::metadata::Orientation;
use jpeg_encoder::{ColorType, Encoder};
use pdf_writer::{Filter, Finish, Name, Pdf};

use super::jpeg::{self, Jpeg};
use super::{PICTURE, PROFILE};
use crate::api::{Failure, ServiceCode};
use crate::export::Exported;

/// Quality of what is encoded anew, 1 to 100.
const QUALITY: u8 = 92;

/// A picture as it stands in the file.
#[derive(Debug)]
pub(super) struct Embedded {
    data: Vec<u8>,
    filter: Filter,
    width: u32,
    height: u32,
    components: u8,
    orientation: Orientation,
    profile: Option<Vec<u8>>,
}

/// The picture of `exported`.
pub(super) fn embed(exported: &Exported<'_>) -> Result<Embedded, Failure> {
    if let Some(jpeg) =
        jpeg::parse(exported.encoded).filter(|j| displayed(j) == (exported.width, exported.height))
    {
        return Ok(Embedded {
            data: jpeg.data,
            filter: Filter::DctDecode,
            width: u32::from(jpeg.width),
            height: u32::from(jpeg.height),
            components: jpeg.components,
            orientation: jpeg.orientation,
            profile: jpeg.profile,
        });
    }
    let picture = Picture::decode(exported.encoded, &ReadLimits::default())?;
    let image = picture.image();
    let lossy = matches!(picture.format(), "jpeg" | "webp") && image.width().max(image.height()) <= 0xffff;
    let (data, filter) =
        if lossy { (encode_jpeg(image)?, Filter::DctDecode) } else { (deflate(image)?, Filter::FlateDecode) };
    Ok(Embedded {
        data,
        filter,
        width: image.width(),
        height: image.height(),
        components: 3,
        orientation: Orientation::NoTransforms,
        profile: None,
    })
}

fn displayed(jpeg: &Jpeg) -> (u32, u32) {
    let (width, height) = (u32::from(jpeg.width), u32::from(jpeg.height));
    if jpeg.orientation.to_exif() >= 5 { (height, width) } else { (width, height) }
}

fn encode_jpeg(image: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    Encoder::new(&mut out, QUALITY)
        .encode(image.as_raw(), image.width() as u16, image.height() as u16, ColorType::Rgb)
        .map_err(|e| internal(&e))?;
    Ok(out)
}

/// Pixels as PNG compresses them, which is how PDF takes them too.
fn deflate(image: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(image.as_raw()))
        .map_err(|e| internal(&e))?;
    Ok(data_chunks(&file))
}

/// What the data chunks of a PNG file hold together.
fn data_chunks(file: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = file.get(8..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let end = 4 + u32::from_be_bytes(*length) as usize;
        if let Some(data) = after.get(..end).and_then(|chunk| chunk.strip_prefix(b"IDAT")) {
            out.extend(data);
        }
        rest = after.get(end + 4..).unwrap_or_default();
    }
    out
}

fn internal(error: &dyn std::error::Error) -> Failure {
    Failure::new(ServiceCode::Internal, format!("the picture could not be encoded: {error}"))
}

impl Embedded {
    /// The matrix that puts it upright on a page of this size. A picture fills the unit square with
    /// its first row at the top.
    pub(super) fn placed(&self, w: f32, h: f32) -> [f32; 6] {
        match self.orientation {
            Orientation::NoTransforms => [w, 0.0, 0.0, h, 0.0, 0.0],
            Orientation::FlipHorizontal => [-w, 0.0, 0.0, h, w, 0.0],
            Orientation::Rotate180 => [-w, 0.0, 0.0, -h, w, h],
            Orientation::FlipVertical => [w, 0.0, 0.0, -h, 0.0, h],
            Orientation::Rotate90FlipH => [0.0, -h, -w, 0.0, w, h],
            Orientation::Rotate90 => [0.0, -h, w, 0.0, 0.0, h],
            Orientation::Rotate270FlipH => [0.0, h, w, 0.0, 0.0, 0.0],
            Orientation::Rotate270 => [0.0, h, -w, 0.0, w, 0.0],
        }
    }

    /// Writes its objects.
    pub(super) fn write(&self, pdf: &mut Pdf) {
        let mut object = pdf.image_xobject(PICTURE, &self.data);
        object.width(self.width as i32).height(self.height as i32).bits_per_component(8).filter(self.filter);
        match (&self.profile, self.components) {
            (Some(_), _) => object.color_space().icc_based(PROFILE),
            (None, 1) => object.color_space().device_gray(),
            (None, _) => object.color_space().device_rgb(),
        }
        if self.filter == Filter::FlateDecode {
            // 15: every row says how it was predicted.
            object
                .insert(Name(b"DecodeParms"))
                .dict()
                .pair(Name(b"Predictor"), 15)
                .pair(Name(b"Colors"), 3)
                .pair(Name(b"Columns"), self.width as i32);
        }
        object.finish();
        if let Some(profile) = &self.profile {
            let mut stream = pdf.icc_profile(PROFILE, profile);
            stream.n(i32::from(self.components));
            stream.finish();
        }
    }
}
