//! `--overlay`: the picture with the boxes that were found.

use std::collections::HashSet;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use glimpse_engine::{Error, Object, Quad, Reading};
use glimpse_live::Observation;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageReader, RgbImage};
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Stroke, Transform};

use crate::inputs::Input;

/// Where the overlay of each picture goes, in the order of `inputs`; a sentence about wrong usage if
/// `target` does not fit.
pub(crate) fn targets(inputs: &[Input], target: &Path) -> Result<Vec<PathBuf>, String> {
    if inputs.len() <= 1 && !target.is_dir() {
        let png = target.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png"));
        return match png {
            true => Ok(vec![target.to_path_buf(); inputs.len()]),
            false => Err(format!("--overlay writes PNG: {} does not end in .png", target.display())),
        };
    }
    if target.is_file() {
        return Err(format!("--overlay needs a folder for several pictures: {} is a file", target.display()));
    }
    let mut taken = HashSet::new();
    Ok(inputs
        .iter()
        .map(|input| {
            let stem = input.stem();
            let names = std::iter::once(format!("{stem}.overlay.png"))
                .chain((2u64..).map(|n| format!("{stem}-{n}.overlay.png")));
            let free = names.into_iter().find(|name| taken.insert(name.clone())).unwrap_or_default();
            target.join(free)
        })
        .collect())
}

/// The picture as displayed, which the engine has decoded within its limits before.
pub(crate) fn decode(bytes: &[u8]) -> Result<RgbImage, Error> {
    let damaged = |error: ImageError| Error::ImageDamaged(error.to_string());
    let reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Error::ImageFormat)?;
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture.into_rgb8())
}

/// `picture` with the boxes of `reading`, as PNG: lines from red (unsure) to green (sure), words in
/// thin blue.
pub(crate) fn draw(picture: RgbImage, reading: &Reading) -> Result<Vec<u8>, Error> {
    let (mut canvas, thick) = canvas(&picture)?;
    for line in &reading.lines {
        for word in &line.words {
            outline(&mut canvas, &word.quad, Color::from_rgba8(60, 170, 255, 220), thick / 2.0, false);
        }
        outline(&mut canvas, &line.quad, confidence_color(line.confidence), thick, true);
    }
    encode(&canvas).map_err(|error| failed(error.to_string()))
}

/// `picture` with the boxes of `objects`, as PNG, each class in a colour of its own.
pub(crate) fn draw_objects(picture: RgbImage, objects: &[Object]) -> Result<Vec<u8>, Error> {
    let (mut canvas, thick) = canvas(&picture)?;
    for object in objects.iter().rev() {
        let [x, y, w, h] = object.bounds;
        let quad = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        outline(&mut canvas, &quad, class_color(&object.label), thick, true);
    }
    encode(&canvas).map_err(|error| failed(error.to_string()))
}

/// `picture` with what a live session knows of it: objects with their ids, lines of text, the caption.
pub(crate) fn draw_live(picture: &RgbImage, observation: &Observation) -> Result<RgbImage, Error> {
    let (mut canvas, thick) = canvas(picture)?;
    let mut labels = Vec::new();
    for object in observation.objects.iter().rev() {
        let [x, y, w, h] = object.bounds;
        let quad = [[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        // A predicted box is thinner.
        let width = if object.unseen_ms > 0.0 { thick / 2.0 } else { thick };
        outline(&mut canvas, &quad, class_color(&object.label), width, false);
        labels.push(([x, y], format!("{} {} {:.0}%", object.label, object.id, object.score * 100.0)));
    }
    for text in &observation.texts {
        outline(&mut canvas, &text.quad, confidence_color(text.confidence), thick / 2.0, true);
        labels.push((text.quad[0], text.text.clone()));
    }
    let mut drawn = pixels(&canvas);
    let scale = (picture.height() / 240).clamp(1, 6);
    for ([x, y], label) in labels {
        let above = (y as i64) - i64::from(LETTER * scale);
        write_text(&mut drawn, [x as i64, if above < 0 { y as i64 } else { above }], &label, scale);
    }
    if let Some(caption) = &observation.caption {
        let bottom = i64::from(picture.height()) - i64::from(LETTER * scale) - 2;
        write_text(&mut drawn, [2, bottom], &caption.text, scale);
    }
    Ok(drawn)
}

/// Pixels of a letter's square before it is enlarged.
const LETTER: u32 = 8;

/// Writes `text` in white on black from `left, top` on, as far as it is inside. Letters that the font
/// lacks are boxes.
fn write_text(image: &mut RgbImage, [left, top]: [i64; 2], text: &str, scale: u32) {
    const BOX: [u8; 8] = [0, 0x3c, 0x24, 0x24, 0x24, 0x24, 0x3c, 0];
    let (width, height) = (i64::from(image.width()), i64::from(image.height()));
    let side = i64::from(LETTER * scale);
    for (i, letter) in (0i64..).zip(text.chars()) {
        let x0 = left.saturating_add(i * side);
        if x0 >= width {
            return;
        }
        let rows = font8x8::UnicodeFonts::get(&font8x8::BASIC_FONTS, letter)
            .or_else(|| font8x8::UnicodeFonts::get(&font8x8::LATIN_FONTS, letter))
            .or_else(|| font8x8::UnicodeFonts::get(&font8x8::GREEK_FONTS, letter))
            .unwrap_or(BOX);
        for dy in 0..side {
            for dx in 0..side {
                let (x, y) = (x0.saturating_add(dx), top.saturating_add(dy));
                if (0..width).contains(&x) && (0..height).contains(&y) {
                    let row = rows[(dy / i64::from(scale)) as usize];
                    let lit = row >> (dx / i64::from(scale)) & 1 == 1;
                    image.put_pixel(x as u32, y as u32, image::Rgb([if lit { 255 } else { 0 }; 3]));
                }
            }
        }
    }
}

fn failed(reason: String) -> Error {
    Error::ImageUnsupported(format!("cannot draw an overlay: {reason}"))
}

/// A canvas that shows `picture`, and how thick lines on it are.
fn canvas(picture: &RgbImage) -> Result<(Pixmap, f32), Error> {
    let (width, height) = picture.dimensions();
    let mut canvas =
        Pixmap::new(width, height).ok_or_else(|| failed(format!("no canvas of {width}×{height} pixels")))?;
    for (to, from) in canvas.pixels_mut().iter_mut().zip(picture.pixels()) {
        let [r, g, b] = from.0;
        if let Some(pixel) = PremultipliedColorU8::from_rgba(r, g, b, 255) {
            *to = pixel;
        }
    }
    Ok((canvas, (width.min(height) as f32 / 250.0).clamp(2.0, 8.0)))
}

/// A bright colour that only depends on the name.
fn class_color(label: &str) -> Color {
    const COLORS: [[u8; 3]; 8] = [
        [230, 60, 60],
        [60, 180, 75],
        [255, 200, 30],
        [60, 130, 240],
        [245, 130, 48],
        [170, 70, 220],
        [40, 200, 210],
        [240, 80, 190],
    ];
    let sum = label.bytes().fold(0usize, |sum, b| sum.wrapping_mul(31).wrapping_add(usize::from(b)));
    let [r, g, b] = COLORS[sum % COLORS.len()];
    Color::from_rgba8(r, g, b, 255)
}

/// Red at a confidence of 0.5 and below, green at 1.
fn confidence_color(confidence: f32) -> Color {
    let sure = ((confidence - 0.5) * 2.0).clamp(0.0, 1.0);
    let channel = |from: f32, to: f32| (from + (to - from) * sure) as u8;
    Color::from_rgba8(channel(255.0, 30.0), channel(70.0, 220.0), channel(50.0, 110.0), 255)
}

/// Draws one box, its inside tinted if `fill`.
fn outline(canvas: &mut Pixmap, quad: &Quad, color: Color, width: f32, fill: bool) {
    let mut path = PathBuilder::new();
    path.move_to(quad[0][0], quad[0][1]);
    for corner in &quad[1..] {
        path.line_to(corner[0], corner[1]);
    }
    path.close();
    let Some(path) = path.finish() else { return };
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    if fill {
        let mut tint = color;
        tint.set_alpha(0.12);
        paint.set_color(tint);
        canvas.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
    }
    paint.set_color(color);
    let stroke = Stroke { width, ..Stroke::default() };
    canvas.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
}

/// The opaque canvas.
fn pixels(canvas: &Pixmap) -> RgbImage {
    let rgb = canvas.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    RgbImage::from_raw(canvas.width(), canvas.height(), rgb).unwrap_or_default()
}

/// The opaque canvas as an RGB PNG.
fn encode(canvas: &Pixmap) -> image::ImageResult<Vec<u8>> {
    let rgb = pixels(canvas);
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png).write_image(
        &rgb,
        canvas.width(),
        canvas.height(),
        image::ExtendedColorType::Rgb8,
    )?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use glimpse_engine::{Line, Receipt, Timings};

    use super::*;

    #[test]
    fn boxes_are_drawn_where_they_are() {
        let quad = [[10.0, 10.0], [90.0, 10.0], [90.0, 30.0], [10.0, 30.0]];
        let line = Line { text: "x".into(), confidence: 1.0, quad, words: vec![], char_confidences: vec![] };
        let reading = Reading {
            width: 100,
            height: 50,
            lines: vec![line],
            paragraphs: vec![],
            timings: Timings::default(),
            receipt: Receipt::default(),
        };
        let white = RgbImage::from_pixel(100, 50, image::Rgb([255, 255, 255]));
        let png = draw(white, &reading).unwrap();
        let drawn = image::load_from_memory(&png).unwrap().to_rgb8();
        assert_eq!(drawn.dimensions(), (100, 50));
        assert_eq!(drawn.get_pixel(50, 45).0, [255, 255, 255], "outside of the box");
        assert!(drawn.get_pixel(50, 10).0[0] < 120, "on the box's edge: {:?}", drawn.get_pixel(50, 10));
        let inside = drawn.get_pixel(50, 20).0;
        assert!(inside != [255, 255, 255] && inside[0] > 200, "the inside is tinted lightly: {inside:?}");
    }

    #[test]
    fn a_box_outside_of_the_picture_or_without_numbers_is_harmless() {
        let mut canvas = Pixmap::new(10, 10).unwrap();
        for quad in
            [[[-50.0, -50.0]; 4], [[f32::NAN, 0.0]; 4], [[1e9, 1e9], [2e9, 1e9], [2e9, 2e9], [1e9, 2e9]]]
        {
            outline(&mut canvas, &quad, Color::BLACK, 2.0, true);
        }
        assert!(canvas.pixels().iter().all(|pixel| pixel.alpha() == 0));
    }

    #[test]
    fn several_pictures_need_a_folder_and_get_distinct_names() {
        let dir = tempfile::tempdir().unwrap();
        let inputs = [Input::File("a/x.png".into()), Input::File("b/x.jpg".into()), Input::Stdin];
        let paths = targets(&inputs, dir.path()).unwrap();
        let names: Vec<_> = paths.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["x.overlay.png", "x-2.overlay.png", "stdin.overlay.png"]);
        let file = dir.path().join("out.png");
        std::fs::write(&file, b"").unwrap();
        assert!(targets(&inputs, &file).is_err());
        assert_eq!(targets(&inputs[..1], &file).unwrap(), [file]);
        assert!(targets(&inputs[..1], &dir.path().join("out.jpg")).is_err());
    }
}
