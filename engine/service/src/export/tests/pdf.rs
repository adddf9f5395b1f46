//! Searchable PDFs, read again by Poppler and checked by qpdf.

use super::*;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

/// What a program prints; its failure, or its absence, is the test's.
fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .args(if program == "pdftotext" { &["-"][..] } else { &[] })
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}; scripts/install-deps.sh tests installs it"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.trim().is_empty(), "{program}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A temporary file of these bytes, checked for errors.
fn checked(pdf: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf).unwrap();
    let verdict = run("qpdf", &["--check"], file.path());
    assert!(verdict.contains("No syntax or stream encoding errors found"), "{verdict}");
    let info = run("pdfinfo", &[], file.path());
    assert!(info.contains("Pages:           1") && !info.contains("CreationDate"), "{info}");
    let fonts = run("pdffonts", &[], file.path());
    assert!(fonts.contains("CID TrueType      Identity-H       yes no  yes"), "{fonts}");
    file
}

fn photo(width: u32, height: u32) -> RgbImage {
    // Every corner has its own colour.
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (x * 255 / width) as u8,
            (y * 255 / height) as u8,
            if x * 2 > width && y * 2 > height { 255 } else { 0 },
        ])
    })
}

fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn jpeg(image: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 95)
        .encode(image.as_raw(), image.width(), image.height(), ExtendedColorType::Rgb8)
        .unwrap();
    out
}

/// The file with an EXIF segment of an orientation and a secret behind its first marker, and bytes
/// behind its end.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"secret place");
    let mut out = jpeg[..2].to_vec();
    out.extend([0xff, 0xe1, 0, (exif.len() + 2) as u8]);
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out.extend(b"secret film");
    out
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|w| w == part)
}

fn pdf_of(exported: &Exported<'_>) -> Vec<u8> {
    export(ExportFormat::Pdf, exported).unwrap()
}

#[test]
fn text_of_all_scripts_comes_out_in_its_order() {
    let (reading, bytes) = (sample(), jpeg(&photo(600, 420)));
    let file = checked(&pdf_of(&Exported { reading: Some(&reading), ..exported(&bytes) }));
    let text = run("pdftotext", &["-raw", "-enc", "UTF-8"], file.path());
    // Poppler marks runs that are written from right to left, and breaks lines where it thinks best.
    let text: String = text.chars().filter(|c| !matches!(c, '\u{202a}'..='\u{202e}')).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in &reading.lines {
        assert!(text.contains(&line.text), "{:?} is not in {text:?}", line.text);
    }
    assert!(run("pdfinfo", &[], file.path()).contains("Title:           a \"b\" <c> & d.jpg"));
}

#[test]
fn words_lie_where_they_were_read() {
    let (reading, bytes) = (sample(), jpeg(&photo(600, 420)));
    let file = checked(&pdf_of(&Exported { reading: Some(&reading), ..exported(&bytes) }));
    let found = run("pdftotext", &["-bbox"], file.path());
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let found = roxmltree::Document::parse_with_options(&found, options).unwrap();
    let scale = 150.0 / 72.0;
    let boxes: Vec<(String, [f32; 4])> = found
        .descendants()
        .filter(|n| n.has_tag_name((n.tag_name().namespace().unwrap_or(""), "word")))
        .map(|n| {
            let side = |name: &str| n.attribute(name).unwrap().parse::<f32>().unwrap() * scale;
            (n.text().unwrap().to_string(), [side("xMin"), side("yMin"), side("xMax"), side("yMax")])
        })
        .collect();
    for word in reading.lines.iter().flat_map(|l| &l.words) {
        let of =
            |axis: usize, pick: fn(f32, f32) -> f32| word.quad.iter().map(|p| p[axis]).reduce(pick).unwrap();
        let expected = [of(0, f32::min), of(1, f32::min), of(0, f32::max), of(1, f32::max)];
        let backwards: String = word.text.chars().rev().collect();
        let near = |found: &[f32; 4]| expected.iter().zip(found).all(|(a, b)| (a - b).abs() < 3.0);
        // Poppler shows words of Arabic and Hebrew here as they are seen.
        let whole =
            boxes.iter().any(|(text, found)| (*text == word.text || *text == backwards) && near(found));
        // It parts tilted words now and then: then their parts lie inside.
        let inside = |found: &[f32; 4]| {
            let grown = [expected[0] - 3.0, expected[1] - 3.0, -expected[2] - 3.0, -expected[3] - 3.0];
            grown.iter().zip([found[0], found[1], -found[2], -found[3]]).all(|(a, b)| *a <= b)
        };
        let parts: String = boxes.iter().filter(|b| inside(&b.1)).map(|b| b.0.as_str()).collect();
        let tilted = word.quad[0][1] != word.quad[1][1];
        let mut letters = [parts.chars().collect::<Vec<_>>(), word.text.chars().collect()];
        letters.iter_mut().for_each(|l| l.sort_unstable());
        assert!(whole || (tilted && letters[0] == letters[1]), "{:?} {expected:?} {parts:?}", word.text);
    }
}

#[test]
fn jpegs_are_embedded_as_they_are_upright_and_without_metadata() {
    let reading = sample();
    for orientation in 1..=8u8 {
        let turned = orientation >= 5;
        let stored = if turned { photo(420, 600) } else { photo(600, 420) };
        let plain = jpeg(&stored);
        let bytes = with_exif(&plain, orientation);
        let pdf = pdf_of(&Exported { reading: Some(&reading), ..exported(&bytes) });
        assert!(contains(&pdf, &plain[100..]), "the JPEG was encoded anew");
        assert!(!contains(&pdf, b"secret"));
        let file = checked(&pdf);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("page");
        let status = Command::new("pdftoppm")
            .args(["-r", "150", "-singlefile", "-png"])
            .args([file.path(), &target])
            .status()
            .unwrap();
        assert!(status.success());
        let shown = image::open(target.with_extension("png")).unwrap().into_rgb8();
        let expected = glimpse_engine::read::Picture::decode(&bytes, &Default::default()).unwrap();
        assert_eq!(shown.dimensions(), (600, 420));
        for (x, y) in [(20, 20), (580, 20), (20, 400), (580, 400), (300, 210), (450, 100)] {
            let (a, b) = (shown.get_pixel(x, y).0, expected.image().get_pixel(x, y).0);
            assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 12), "{orientation}: {x} {y} {a:?} {b:?}");
        }
    }
}

#[test]
fn other_pictures_are_embedded_without_loss() {
    let (reading, image) = (sample(), photo(600, 420));
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP] {
        let bytes = encode(image.clone(), format);
        let file = checked(&pdf_of(&Exported { reading: Some(&reading), ..exported(&bytes) }));
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new("pdfimages")
            .arg("-png")
            .arg(file.path())
            .arg(folder.path().join("i"))
            .status()
            .unwrap();
        assert!(status.success());
        let found = image::open(folder.path().join("i-000.png")).unwrap().into_rgb8();
        if format == ImageFormat::WebP {
            assert!(found.pixels().zip(image.pixels()).all(|(a, b)| a.0[0].abs_diff(b.0[0]) < 40));
        } else {
            assert_eq!(found, image, "{format:?}");
        }
    }
}

#[test]
fn grey_and_odd_jpegs_are_shown() {
    let reading = sample();
    let grey = encode(GrayImage::from_fn(600, 420, |x, _| Luma([(x % 256) as u8])), ImageFormat::Jpeg);
    let pdf = pdf_of(&Exported { reading: Some(&reading), ..exported(&grey) });
    assert!(contains(&pdf, b"/DeviceGray") && contains(&pdf, &grey[100..]));
    checked(&pdf);
    // A size that is not the one displayed: what the file says of itself cannot be trusted.
    let other = jpeg(&photo(300, 210));
    let pdf = pdf_of(&Exported { reading: Some(&reading), ..exported(&other) });
    assert!(!contains(&pdf, &other[100..]));
    checked(&pdf);
}

#[test]
fn damaged_pictures_are_told() {
    let (reading, bytes) = (sample(), jpeg(&photo(600, 420)));
    for (encoded, code) in [
        (&b""[..], "image_empty"),
        (b"no picture", "image_format"),
        (&bytes[..bytes.len() / 2], "image_damaged"),
    ] {
        let exported = Exported { reading: Some(&reading), ..exported(encoded) };
        assert_eq!(export(ExportFormat::Pdf, &exported).unwrap_err().code, code);
    }
    let mut state = 5u64;
    for _ in 0..300 {
        let mut bad = with_exif(&bytes[..], 6);
        for _ in 0..3 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let at = (state >> 33) as usize % 700;
            bad[at] ^= (state >> 24) as u8;
        }
        // Any answer but a panic.
        let _ = export(ExportFormat::Pdf, &Exported { reading: Some(&reading), ..exported(&bad) });
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let (reading, bytes) = (sample(), jpeg(&photo(600, 420)));
    let all = Exported { reading: Some(&reading), ..exported(&bytes) };
    assert_eq!(pdf_of(&all), pdf_of(&all));
}

#[test]
fn odd_boxes_do_not_break_the_file() {
    let mut reading = sample();
    reading.lines[0].words[0].quad = [[f32::NAN; 2]; 4];
    reading.lines[0].words[1].quad = [[5.0, 5.0]; 4];
    reading.lines[1].words[0].quad = [[f32::INFINITY; 2], [1e30; 2], [-1e30; 2], [0.0; 2]];
    reading.lines[2].words.clear();
    reading.lines[3].words[0].text = "\0\u{7}\n".into();
    reading.paragraphs[0].lines.push(10_000);
    let bytes = jpeg(&photo(600, 420));
    let file = checked(&pdf_of(&Exported { reading: Some(&reading), ..exported(&bytes) }));
    assert!(run("pdftotext", &["-raw"], file.path()).contains("Größe naïve"));
}
