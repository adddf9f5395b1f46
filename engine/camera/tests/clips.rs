//! Clips of all containers: the right frames, in the right order, at the right times.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use glimpse_camera::{
    CameraError, Clip, ClipOptions, ClipSource, Container, Frame, FrameSource, Pace, PipedSource,
    PixelFormat, Y4mWriter, open_source, open_source_with,
};
#[cfg(feature = "h264")]
use glimpse_camera::{Colour, Matrix, Range};
use image::{Rgb, RgbImage};

const FAST: ClipOptions = ClipOptions { pace: Pace::Fast, looped: false };

const WAIT: Duration = Duration::from_secs(10);

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clips").join(name)
}

/// The number that `tests/clips/make.py` drew into a picture.
fn number(image: &RgbImage) -> u64 {
    let (width, height) = image.dimensions();
    (0..8).fold(0, |number, block| {
        let (x, y) = (width * (2 * (block % 4) + 1) / 8, height * (2 * (block / 4) + 1) / 4);
        number * 2 + u64::from(image.get_pixel(x, y).0[1] > 128)
    })
}

fn shown(frame: &Frame) -> u64 {
    number(&frame.to_rgb().unwrap())
}

fn milliseconds(frame: &Frame) -> u64 {
    (frame.at.as_secs_f64() * 1000.0).round() as u64
}

/// All frames of a clip.
fn frames(clip: &mut Clip) -> Vec<Frame> {
    std::iter::from_fn(|| clip.next_frame().unwrap()).collect()
}

/// What the frames of `name` show, and when.
fn timed(name: &str) -> (Clip, Vec<(u64, u64)>) {
    let mut clip = Clip::open(path(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let found = frames(&mut clip);
    for (frame, number) in found.iter().zip(1..) {
        assert_eq!(frame.sequence, number, "{name}");
        assert_eq!((frame.width, frame.height), (clip.about().width, clip.about().height), "{name}");
    }
    assert_eq!(clip.next_frame(), Ok(None), "{name}");
    clip.rewind().unwrap();
    assert_eq!(frames(&mut clip), found, "{name}: the second time is different");
    let timed = found.iter().map(|f| (shown(f), milliseconds(f))).collect();
    (clip, timed)
}

/// Frames 1, 2, … every `step` milliseconds.
fn even(count: u64, step: f64) -> Vec<(u64, u64)> {
    (0..count).map(|n| (n + 1, (n as f64 * step).round() as u64)).collect()
}

#[test]
fn y4m_of_every_kind_keeps_its_pixels() {
    let (clip, found) = timed("420.y4m");
    assert_eq!(found, even(10, 1001.0 / 30.0));
    let about = clip.about();
    assert_eq!((about.container, about.codec.as_str()), (Container::Y4m, "raw 4:2:0"));
    assert_eq!((about.width, about.height, about.frames), (48, 32, Some(10)));
    assert!((about.fps - 29.97).abs() < 0.001 && about.duration == Some(Duration::from_nanos(333_666_666)));
    for (name, pixels, is_grey) in [
        ("420.y4m", PixelFormat::I420, false),
        ("odd420.y4m", PixelFormat::I420, false),
        ("422.y4m", PixelFormat::Yuyv, false),
        ("444.y4m", PixelFormat::Rgb, false),
        ("mono.y4m", PixelFormat::I420, true),
    ] {
        let (mut clip, found) = timed(name);
        assert!(found.iter().map(|f| f.0).eq(1..=found.len() as u64), "{name} {found:?}");
        assert_eq!(clip.format().pixels, pixels, "{name}");
        clip.rewind().unwrap();
        // The block that is dark in all frames, and the light one of the first.
        let image = clip.next_frame().unwrap().unwrap().to_rgb().unwrap();
        let (dark, light) =
            (image.get_pixel(2, 2).0, image.get_pixel(image.width() - 2, image.height() - 2).0);
        for (found, drawn) in [(dark, [24, 40, 60]), (light, [230, 215, 190])] {
            let grey = (0.299 * f64::from(drawn[0])
                + 0.587 * f64::from(drawn[1])
                + 0.114 * f64::from(drawn[2])) as u8;
            let drawn = if is_grey { [grey; 3] } else { drawn };
            assert!(found.iter().zip(drawn).all(|(a, b)| a.abs_diff(b) <= 3), "{name}: {found:?} {drawn:?}");
        }
    }
}

#[test]
fn avi_is_walked_through_its_lists() {
    for name in ["mjpeg.avi", "sound.avi"] {
        let (clip, found) = timed(name);
        assert_eq!(found, even(10, 40.0), "{name}");
        let about = clip.about();
        assert_eq!((about.container, about.codec.as_str(), about.fps), (Container::Avi, "mjpeg", 25.0));
        assert_eq!((about.width, about.height, about.frames), (96, 64, Some(10)), "{name}");
        assert_eq!(clip.format().pixels, PixelFormat::Mjpeg);
    }
    // Its fourth frame is dropped: the third is shown for longer.
    let mut clip = Clip::open(path("opendml.avi")).unwrap();
    let found: Vec<_> = frames(&mut clip).iter().map(|f| (shown(f), milliseconds(f), f.sequence)).collect();
    assert_eq!(
        found,
        [(1, 0, 1), (2, 40, 2), (3, 80, 3), (5, 160, 5), (6, 200, 6), (7, 240, 7), (8, 280, 8)]
    );
    let other = Clip::open(path("mpeg4.avi")).unwrap_err();
    assert_eq!(other, CameraError::Unsupported("AVI with FMP4".into()));
}

#[test]
fn animations_keep_their_delays() {
    let at = [0, 40, 80, 180, 210, 260, 460, 500, 540, 600];
    for (name, container) in [
        ("delays.gif", Container::Gif),
        ("delays.webp", Container::Webp),
        ("lossy.webp", Container::Webp),
        ("clear.webp", Container::Webp),
        ("delays.png", Container::Apng),
    ] {
        let (clip, found) = timed(name);
        assert_eq!(found, (1..).zip(at).collect::<Vec<_>>(), "{name}");
        assert_eq!((clip.about().container, clip.about().frames), (container, Some(10)), "{name}");
        if container != Container::Apng {
            assert_eq!(clip.about().duration, Some(Duration::from_millis(640)), "{name}");
        }
    }
    // Its first picture is for programs that do not know animations.
    assert_eq!(timed("substitute.png").1, [(1, 0), (2, 40), (3, 80)]);
    for still in ["still.png", "still.gif", "still.webp"] {
        assert_eq!(Clip::is_still(path(still)), Ok(true), "{still}");
    }
    for moving in ["delays.png", "delays.gif", "delays.webp", "mjpeg.avi", "420.y4m"] {
        assert_eq!(Clip::is_still(path(moving)), Ok(false), "{moving}");
    }
    assert!(matches!(Clip::open(path("still.png")), Err(CameraError::Unsupported(_))));
}

#[cfg(feature = "h264")]
#[test]
fn h264_comes_in_the_order_in_which_it_is_shown() {
    for (name, codec) in [
        ("baseline.mp4", "h264 baseline"),
        ("main.mp4", "h264 main"),
        ("high.mp4", "h264 high"),
        ("fragments.mp4", "h264 high"),
    ] {
        let (clip, found) = timed(name);
        assert_eq!(found, even(30, 40.0), "{name}");
        let about = clip.about();
        assert_eq!((about.container, about.codec.as_str()), (Container::Mp4, codec), "{name}");
        assert_eq!((about.width, about.height, about.frames), (96, 64, Some(30)), "{name}");
        assert_eq!((about.fps, about.duration), (25.0, Some(Duration::from_millis(1200))), "{name}");
        assert_eq!(clip.format().pixels, PixelFormat::I420);
    }
    assert_eq!(timed("gaps.mp4").1, [(1, 0), (2, 40), (4, 120), (8, 280), (16, 600)]);
    // What lies before the edit is decoded and not shown.
    let cut: Vec<_> = even(25, 40.0).into_iter().map(|(number, at)| (number + 5, at)).collect();
    assert_eq!(timed("cut.mp4").1, cut);
}

#[cfg(feature = "h264")]
#[test]
fn h264_is_turned_cropped_and_coloured_as_it_says() {
    let mut clip = Clip::open(path("turned.mp4")).unwrap();
    assert_eq!((clip.about().width, clip.about().height), (64, 96));
    let found = frames(&mut clip);
    let back = found.iter().map(|f| number(&image::imageops::rotate90(&f.to_rgb().unwrap())));
    assert!(back.eq(1..=10));

    let mut clip = Clip::open(path("odd.mov")).unwrap();
    assert_eq!((clip.about().width, clip.about().height), (70, 46));
    for (frame, number) in frames(&mut clip).iter().zip(1..) {
        let image = frame.to_rgb().unwrap();
        let low = [10, 34, 58].map(|x| u64::from(image.get_pixel(x, 30).0[1] > 128));
        assert_eq!(low[0] * 4 + low[1] * 2 + low[2], number % 8);
    }

    let mut clip = Clip::open(path("full709.mp4")).unwrap();
    let frame = clip.next_frame().unwrap().unwrap();
    assert_eq!(frame.colour, Colour { matrix: Matrix::Bt709, range: Range::Full });
    let image = frame.to_rgb().unwrap();
    for (found, drawn) in
        [(image.get_pixel(12, 16).0, [24, 40, 60]), (image.get_pixel(84, 48).0, [230, 215, 190])]
    {
        assert!(found.iter().zip(drawn).all(|(a, b)| a.abs_diff(b) <= 6), "{found:?} {drawn:?}");
    }

    for (name, why) in [("hevc.mp4", "MP4 with H.265"), ("ten_bits.mp4", "H.264 of 10 bits a sample")] {
        assert_eq!(Clip::open(path(name)).err(), Some(CameraError::Unsupported(why.into())));
    }
}

#[cfg(not(feature = "h264"))]
#[test]
fn without_its_decoder_h264_says_so() {
    let refused = Clip::open(path("high.mp4")).unwrap_err();
    assert!(
        matches!(&refused, CameraError::Unsupported(why) if why.contains("no H.264 decoder")),
        "{refused}"
    );
}

#[test]
fn fast_gives_every_frame_at_once_and_rounds_go_on() {
    let mut source = ClipSource::new(Clip::open(path("delays.gif")).unwrap(), FAST);
    assert_eq!(source.next_frame(WAIT), Err(CameraError::Closed));
    for _ in 0..2 {
        let format = source.open().unwrap()[0];
        assert_eq!((format.width, format.height, format.fps), (48, 32, 16));
        source.start(format).unwrap();
        let start = Instant::now();
        let found: Vec<_> = (0..10).map(|_| source.next_frame(WAIT).unwrap()).collect();
        assert!(start.elapsed() < Duration::from_millis(400), "it waited");
        assert!(found.iter().map(shown).eq(1..=10));
        assert!(found.iter().map(|f| f.sequence).eq(1..=10));
        assert_eq!(source.next_frame(WAIT), Err(CameraError::Ended));
        assert_eq!(source.next_frame(WAIT), Err(CameraError::Ended));
        source.close();
    }
    let looped = ClipOptions { looped: true, ..FAST };
    let mut source = ClipSource::new(Clip::open(path("delays.gif")).unwrap(), looped);
    source.open().unwrap();
    let found: Vec<_> = (0..25).map(|_| source.next_frame(WAIT).unwrap()).collect();
    assert!(found.iter().map(|f| f.sequence).eq(1..=25));
    assert!(found.iter().zip(0..).all(|(f, n)| shown(f) == n % 10 + 1));
    assert!(found.windows(2).all(|w| w[1].at > w[0].at));
    assert_eq!((found[10].at, found[20].at), (Duration::from_millis(640), Duration::from_millis(1280)));
}

#[test]
fn real_time_keeps_the_clips_pace_and_skips_what_is_late() {
    let mut source = ClipSource::new(Clip::open(path("mjpeg.avi")).unwrap(), ClipOptions::default());
    let format = source.open().unwrap()[0];
    source.start(format).unwrap();
    let start = Instant::now();
    let mut found = Vec::new();
    loop {
        match source.next_frame(Duration::from_millis(5)) {
            Ok(frame) => {
                assert!(start.elapsed() >= frame.at, "frame {} is early", frame.sequence);
                found.push(frame);
            }
            Err(CameraError::Stalled) => {}
            Err(CameraError::Ended) => break,
            Err(why) => panic!("{why}"),
        }
        // Somebody who is busy for a while.
        if found.len() == 2 {
            std::thread::sleep(Duration::from_millis(150));
        }
    }
    assert!(start.elapsed() >= Duration::from_millis(360));
    assert!(found.iter().all(|f| shown(f) == f.sequence));
    let numbers: Vec<_> = found.iter().map(|f| f.sequence).collect();
    assert!(numbers.is_sorted() && numbers.len() < 10 && numbers.last() == Some(&10), "{numbers:?}");
}

#[test]
fn what_is_shown_for_long_comes_again() {
    let slow = b"YUV4MPEG2 W2 H2 F2:5 Cmono\nFRAME\nabcdFRAME\nefgh".to_vec();
    let mut source = ClipSource::new(Clip::from_bytes(slow).unwrap(), ClipOptions::default());
    let format = source.open().unwrap()[0];
    source.start(format).unwrap();
    let mut found = Vec::new();
    loop {
        match source.next_frame(Duration::from_millis(200)) {
            Ok(frame) => found.push((frame.data[0], frame.sequence, frame.at.as_millis() / 100)),
            Err(CameraError::Stalled) => {}
            Err(CameraError::Ended) => break,
            Err(why) => panic!("{why}"),
        }
    }
    let seen: Vec<_> = found.iter().map(|f| (f.0, f.1)).collect();
    assert_eq!(seen, [(b'a', 1), (b'a', 2), (b'a', 3), (b'e', 4)]);
    assert!(found.windows(2).all(|w| w[1].2 > w[0].2) && found[3].2 == 25, "{found:?}");
}

#[test]
fn written_clips_are_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    for (width, height) in [(48, 32), (47, 31), (1, 1)] {
        let file = folder.path().join("out.y4m");
        let mut writer = Y4mWriter::create(&file, width, height, (25, 1)).unwrap();
        let drawn: Vec<_> = (0..3)
            .map(|n| {
                RgbImage::from_fn(width, height, |x, y| Rgb([(x / 2 * 9) as u8, (y / 2 * 11) as u8, n * 90]))
            })
            .collect();
        for image in &drawn {
            writer.write(image).unwrap();
        }
        let wrong = writer.write(&RgbImage::new(width + 1, height));
        assert!(matches!(wrong, Err(CameraError::BadFrame(_))));
        assert!(!file.exists() || width < 48, "it has its name before it is whole");
        writer.finish().unwrap();
        let mut clip = Clip::open(&file).unwrap();
        assert_eq!((clip.about().frames, clip.about().fps), (Some(3), 25.0));
        for (found, drawn) in frames(&mut clip).iter().zip(&drawn) {
            let found = found.to_rgb().unwrap();
            let worst = found.as_raw().iter().zip(drawn.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(3), "{width}x{height}: {worst:?}");
        }
    }
    drop(Y4mWriter::create(folder.path().join("never.y4m"), 2, 2, (1, 1)).unwrap());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["out.y4m"], "unfinished clips are left");
    for (width, height, fps) in [(0, 1, (1, 1)), (1, 1, (0, 1)), (1, 1, (1, 0))] {
        assert!(matches!(Y4mWriter::to(Vec::new(), width, height, fps), Err(CameraError::BadClip(_))));
    }
    let large = Y4mWriter::to(Vec::new(), 20_000, 20, (1, 1));
    assert!(matches!(large, Err(CameraError::TooLarge { .. })));
    let nowhere = Y4mWriter::create(folder.path().join("no/such/folder"), 2, 2, (1, 1));
    assert!(matches!(nowhere, Err(CameraError::Failed(_))));
}

#[test]
fn sources_have_names() {
    let open = |name: &str| {
        let mut source = open_source_with(name, FAST).unwrap_or_else(|e| panic!("{name}: {e}"));
        source.open().unwrap();
        source
    };
    for name in ["420.y4m", "mjpeg.avi", "delays.gif", "delays.png", "delays.webp"] {
        let mut source = open(path(name).to_str().unwrap());
        for number in 1..=10 {
            assert_eq!(shown(&source.next_frame(WAIT).unwrap()), number, "{name}");
        }
        assert_eq!(source.next_frame(WAIT), Err(CameraError::Ended), "{name}");
    }
    for name in ["still.png", "still.gif", "still.webp"] {
        let mut source = open(path(name).to_str().unwrap());
        for _ in 0..3 {
            assert_eq!(shown(&source.next_frame(WAIT).unwrap()), 1, "{name}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().to_str().unwrap();
    assert_eq!(open_source(name).err(), Some(CameraError::NotFound(name.into())));
    for number in 1..=3_u8 {
        let image =
            RgbImage::from_fn(8, 4, |x, y| Rgb([number >> (7 - x / 2 - y / 2 * 4) & 1; 3].map(|b| b * 255)));
        image.save(folder.path().join(format!("{number}.png"))).unwrap();
    }
    std::fs::write(folder.path().join("2a.png"), "no picture").unwrap();
    std::fs::write(folder.path().join("notes"), "no picture either").unwrap();
    let mut source = open(name);
    let mut next = || source.next_frame(WAIT).map(|f| shown(&f));
    assert_eq!((next(), next()), (Ok(1), Ok(2)));
    assert!(matches!(next(), Err(CameraError::BadFrame(_))));
    assert_eq!((next(), next()), (Ok(3), Err(CameraError::Ended)));
    let file = folder.path().join("text.mp4");
    std::fs::write(&file, "no clip, whatever its name says").unwrap();
    let refused = open_source(file.to_str().unwrap()).err();
    assert!(matches!(refused, Some(CameraError::Unsupported(_))), "{refused:?}");
}

#[test]
fn a_stream_of_y4m_is_played_as_it_comes() {
    let bytes = std::fs::read(path("420.y4m")).unwrap();
    let mut source = PipedSource::new(std::io::Cursor::new(bytes), FAST);
    source.open().unwrap();
    for number in 1..=10 {
        assert_eq!(shown(&source.next_frame(WAIT).unwrap()), number);
    }
    assert_eq!(source.next_frame(WAIT), Err(CameraError::Ended));
}
