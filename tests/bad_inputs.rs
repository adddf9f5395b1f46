//! Every bad input of docs/errors.md: its error code and the exit status.

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageBuffer, ImageFormat};
use support::{Run, glimpse, read_json, root, sample, text_of};
use tempfile::TempDir;

/// Writes `bytes` to `name` in `folder`.
fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Asserts that `run` failed with `code` and told so in one record.
#[track_caller]
fn assert_fails(run: &Run, code: &str) {
    let record = run.record();
    assert_eq!(record["error"]["code"], code, "{record}");
    assert!(!record["error"]["message"].as_str().unwrap().is_empty());
    assert!(record.get("lines").is_none());
    assert_eq!(run.code, Some(1));
}

/// Asserts that `path` alone fails with `code`, and that a good picture after it is still read.
#[track_caller]
fn assert_bad(path: &Path, code: &str) {
    assert_fails(&read_json([path]), code);
    let run = read_json([path, &sample("screenshot.png")]);
    let records = run.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["error"]["code"], code);
    assert!(text_of(&records[1]).contains("Settings"));
    assert_eq!(run.code, Some(1));
}

#[test]
fn no_bytes() {
    let folder = TempDir::new().unwrap();
    assert_bad(&file(&folder, "empty.png", b""), "image_empty");
}

#[test]
fn text_named_as_a_picture() {
    let folder = TempDir::new().unwrap();
    assert_bad(&file(&folder, "note.jpg", "This is no picture.\n".repeat(40)), "image_format");
}

#[test]
fn a_jpeg_cut_short() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(sample("sign.jpg")).unwrap();
    for keep in [whole.len() / 2, whole.len() - 200, 600, 40] {
        let path = file(&folder, "cut.jpg", &whole[..keep]);
        assert_fails(&read_json([&path]), "image_damaged");
    }
    assert_bad(&file(&folder, "cut.jpg", &whole[..whole.len() / 2]), "image_damaged");
}

#[test]
fn a_png_cut_short() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(sample("page.png")).unwrap();
    for keep in [whole.len() / 2, 60, 20] {
        let path = file(&folder, "cut.png", &whole[..keep]);
        assert_fails(&read_json([&path]), "image_damaged");
    }
}

#[test]
fn a_png_with_flipped_bits() {
    let folder = TempDir::new().unwrap();
    let mut bytes = fs::read(sample("page.png")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    assert_bad(&file(&folder, "flipped.png", bytes), "image_damaged");
}

/// A PNG of 30000×30000 pixels that is about a hundred kilobytes long and really decodes.
#[test]
fn a_png_bomb() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("bomb.png");
    let mut encoder = png::Encoder::new(fs::File::create(&path).unwrap(), 30_000, 30_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0u8; 3750];
    for _ in 0..30_000 {
        stream.write_all(&row).unwrap();
    }
    stream.finish().unwrap();
    writer.finish().unwrap();
    assert!(fs::metadata(&path).unwrap().len() < 1 << 20);

    let run = read_json([&path]);
    assert_fails(&run, "image_too_large");
    assert!(run.record()["error"]["message"].as_str().unwrap().contains("900000000"));
    let memory =
        Run::from(glimpse().args(["read", "--json"]).arg(&path).arg(sample("europe.png")).output().unwrap());
    let peak = memory.records()[1]["peak_rss_bytes"].as_u64();
    assert!(peak.is_none_or(|peak| peak < 400 << 20), "the bomb took {peak:?} bytes");
}

#[test]
fn more_pixels_than_asked_for() {
    let run = Run::from(
        glimpse()
            .args(["read", "--json", "--max-pixels", "1000"])
            .arg(sample("europe.png"))
            .output()
            .unwrap(),
    );
    assert_fails(&run, "image_too_large");
}

#[test]
fn a_file_beyond_the_limit_of_bytes() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "huge.png", b"");
    // Sparse: it takes no room on the disk.
    fs::File::options().write(true).open(&path).unwrap().set_len((128 << 20) + 1).unwrap();
    assert_fails(&read_json([&path]), "image_too_large");
}

#[test]
fn no_such_file() {
    let folder = TempDir::new().unwrap();
    assert_bad(&folder.path().join("none.png"), "not_found");
}

#[test]
fn a_folder_without_pictures() {
    let folder = TempDir::new().unwrap();
    assert_bad(folder.path(), "is_a_directory");
}

#[test]
fn one_pixel_has_no_text_but_is_no_error() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("dot.png");
    ImageBuffer::from_pixel(1, 1, image::Rgb([200u8, 10, 10])).save(&path).unwrap();
    let run = read_json([&path]);
    let record = run.record();
    assert_eq!((&record["width"], &record["height"]), (&1.into(), &1.into()));
    assert_eq!(record["lines"], serde_json::json!([]));
    assert_eq!(run.code, Some(0));
}

#[test]
fn thin_pictures_are_no_error() {
    let folder = TempDir::new().unwrap();
    for (width, height) in [(1, 5000), (5000, 1), (3, 2), (20_000, 7)] {
        let path = folder.path().join(format!("{width}x{height}.png"));
        ImageBuffer::from_pixel(width, height, image::Luma([255u8])).save(&path).unwrap();
        let run = read_json([&path]);
        assert_eq!(run.record()["lines"], serde_json::json!([]), "{width}×{height}");
        assert_eq!(run.code, Some(0));
    }
}

/// Sixteen bits a channel, grey, transparency, a palette, CMYK: the text on them is read.
#[test]
fn unusual_pixels_are_read() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let picture = image::open(sample("sign.jpg")).unwrap();
    DynamicImage::ImageRgb16(picture.to_rgb16()).save(path("rgb16.png")).unwrap();
    DynamicImage::ImageLuma16(picture.to_luma16()).save(path("grey16.png")).unwrap();
    DynamicImage::ImageRgba8(picture.to_rgba8()).save(path("alpha.webp")).unwrap();
    DynamicImage::ImageRgba8(picture.to_rgba8())
        .save_with_format(path("palette.gif"), ImageFormat::Gif)
        .unwrap();
    picture.to_rgb8().save(path("plain.bmp")).unwrap();
    picture.to_rgb8().save(path("plain.tiff")).unwrap();
    cmyk_jpeg(&picture, &path("cmyk.jpg"));
    for name in
        ["rgb16.png", "grey16.png", "alpha.webp", "palette.gif", "plain.bmp", "plain.tiff", "cmyk.jpg"]
    {
        let run = read_json([path(name)]);
        let text = text_of(&run.record());
        assert!(text.contains("HARBOUR LANE") && text.contains("Ferry Terminal"), "{name}: {text}");
        assert_eq!(run.code, Some(0));
    }
}

/// Writes `picture` as a JPEG of four inks.
fn cmyk_jpeg(picture: &DynamicImage, path: &Path) {
    let rgb = picture.to_rgb8();
    let inks: Vec<u8> = rgb
        .pixels()
        .flat_map(|pixel| {
            let black = 255 - pixel.0.into_iter().max().unwrap();
            let ink = |value: u8| 255 - value - black;
            [ink(pixel.0[0]), ink(pixel.0[1]), ink(pixel.0[2]), black]
        })
        .collect();
    let encoder = jpeg_encoder::Encoder::new_file(path, 90).unwrap();
    let (width, height) = (rgb.width() as u16, rgb.height() as u16);
    encoder.encode(&inks, width, height, jpeg_encoder::ColorType::Cmyk).unwrap();
}

/// A file that its owner forbade to read. The superuser reads it all the same, so that a superuser
/// runs the command as nobody.
#[cfg(unix)]
#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    let path = folder.path().join("secret.png");
    fs::copy(sample("europe.png"), &path).unwrap();
    mode(&path, 0o000);
    let program = folder.path().join("glimpse");
    fs::copy(env!("CARGO_BIN_EXE_glimpse"), &program).unwrap();
    mode(&program, 0o755);
    let packs = folder.path().join("assets");
    copy_packs(&packs);
    let superuser = fs::File::open(&path).is_ok();
    let mut command = if superuser {
        let mut command = std::process::Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(&program);
        command
    } else {
        std::process::Command::new(&program)
    };
    command.args(["read", "--json"]).arg(&path).env("GLIMPSE_PACKS", &packs).current_dir(folder.path());
    assert_fails(&Run::from(command.output().unwrap()), "permission_denied");
}

/// Copies the committed packs of the repository into `target`, and returns their paths there.
fn copy_packs(target: &Path) -> Vec<PathBuf> {
    let source = root().join("assets");
    fs::create_dir_all(target).unwrap();
    fs::copy(source.join("packs.toml"), target.join("packs.toml")).unwrap();
    let list = glimpse_engine::pack::Manifest::read(&source).unwrap();
    let copies: Vec<PathBuf> = list
        .packs
        .iter()
        .filter(|pack| !pack.file.starts_with("f32/"))
        .map(|pack| {
            let copy = target.join(&pack.file);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(source.join(&pack.file), &copy).unwrap();
            copy
        })
        .collect();
    assert!(!copies.is_empty());
    copies
}

/// Reads a picture with the packs of `folder`.
fn read_with_packs(folder: &Path) -> Run {
    let mut command = glimpse();
    command.args(["read", "--json", "--packs"]).arg(folder).arg(sample("europe.png"));
    Run::from(command.output().unwrap())
}

/// Damages each pack that reading needs in turn, and expects `code`.
fn assert_bad_packs(code: &str, damage: impl Fn(&Path)) {
    let pristine = TempDir::new().unwrap();
    let count = copy_packs(pristine.path()).len();
    assert_eq!(read_with_packs(pristine.path()).code, Some(0));
    for index in 0..count {
        let folder = TempDir::new().unwrap();
        let pack = copy_packs(folder.path()).swap_remove(index);
        if !pack.file_name().unwrap().to_string_lossy().starts_with("ocr-") {
            continue;
        }
        damage(&pack);
        let run = read_with_packs(folder.path());
        assert_fails(&run, code);
        let message = run.record()["error"]["message"].to_string();
        let name = pack.file_name().unwrap().to_str().unwrap();
        assert!(message.contains(name), "{message} does not name {name}");
    }
}

#[test]
fn a_pack_with_a_flipped_bit() {
    for at in [0.1, 0.5, 0.999] {
        assert_bad_packs("pack_damaged", |pack| {
            let mut bytes = fs::read(pack).unwrap();
            let index = (bytes.len() as f64 * at) as usize;
            bytes[index] ^= 1;
            fs::write(pack, bytes).unwrap();
        });
    }
}

#[test]
fn a_pack_of_another_version() {
    assert_bad_packs("pack_version", |pack| {
        let mut bytes = fs::read(pack).unwrap();
        let key = br#""glimpse.format":""#;
        let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len();
        bytes[at] = b'9';
        fs::write(pack, bytes).unwrap();
    });
}

#[test]
fn a_pack_cut_short() {
    for keep in [0, 7, 100, 50_000] {
        assert_bad_packs("pack_damaged", |pack| {
            let bytes = fs::read(pack).unwrap();
            fs::write(pack, &bytes[..keep.min(bytes.len())]).unwrap();
        });
    }
}

#[test]
fn a_pack_that_is_not_there() {
    assert_bad_packs("pack_missing", |pack| fs::remove_file(pack).unwrap());
}

#[test]
fn no_packs_at_all() {
    let folder = TempDir::new().unwrap();
    let run = read_with_packs(folder.path());
    assert_fails(&run, "pack_missing");
}

#[test]
fn a_list_of_packs_that_does_not_parse() {
    let folder = TempDir::new().unwrap();
    file(&folder, "packs.toml", "[[pack]]\nid = 7\n");
    assert_fails(&read_with_packs(folder.path()), "pack_damaged");
}

#[test]
fn f32_packs_that_were_not_made_say_how_to_make_them() {
    let folder = TempDir::new().unwrap();
    copy_packs(folder.path());
    let mut command = glimpse();
    command
        .args(["read", "--json", "--precision", "f32", "--packs"])
        .arg(folder.path())
        .arg(sample("europe.png"));
    let run = Run::from(command.output().unwrap());
    assert_fails(&run, "pack_missing");
    assert!(run.record()["error"]["message"].as_str().unwrap().contains("make packs-f32"));
}
