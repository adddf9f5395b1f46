//! Clips that are damaged or made to do harm: each ends in frames or in typed errors, and soon.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Clip};

const CLIPS: &[&str] = &[
    "420.y4m",
    "odd420.y4m",
    "422.y4m",
    "444.y4m",
    "mono.y4m",
    "mjpeg.avi",
    "sound.avi",
    "opendml.avi",
    "delays.gif",
    "delays.webp",
    "lossy.webp",
    "clear.webp",
    "delays.png",
    #[cfg(feature = "h264")]
    "baseline.mp4",
    #[cfg(feature = "h264")]
    "high.mp4",
    #[cfg(feature = "h264")]
    "main.mp4",
    #[cfg(feature = "h264")]
    "fragments.mp4",
    #[cfg(feature = "h264")]
    "cut.mp4",
];

fn bytes(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clips");
    std::fs::read(folder.join(name)).unwrap()
}

/// What became of a clip.
#[derive(Debug, Default)]
struct Outcome {
    frames: usize,
    damaged: usize,
    refused: Option<CameraError>,
}

/// Plays all of it, and its pixels.
fn play(bytes: Vec<u8>, name: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let length = bytes.len();
    let mut clip = match Clip::from_bytes(bytes) {
        Ok(clip) => clip,
        Err(why) => return Outcome { refused: Some(why), ..outcome },
    };
    let (mut last, mut sequence) = (Duration::ZERO, 0);
    loop {
        match clip.next_frame() {
            Ok(Some(frame)) => {
                assert!(frame.at >= last && frame.sequence > sequence, "{name}: time goes back");
                (last, sequence) = (frame.at, frame.sequence);
                outcome.frames += 1;
                // Damage may show in the pixels only; large ones would take long.
                if frame.width < 2000 && frame.height < 2000 {
                    let _ = frame.to_rgb();
                }
            }
            Ok(None) => return outcome,
            Err(CameraError::BadFrame(_)) => outcome.damaged += 1,
            Err(why) => return Outcome { refused: Some(why), ..outcome },
        }
        let events = outcome.frames + outcome.damaged;
        assert!(events <= length + 10, "{name}: it does not end");
    }
}

#[test]
fn changed_bytes_end_in_frames_or_typed_errors() {
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize
    };
    let start = Instant::now();
    for &name in CLIPS {
        let whole = bytes(name);
        let (mut played, mut refused) = (0, 0);
        for round in 0..400 {
            let mut bad = whole.clone();
            // Headers are small, and most of what there is to break.
            let reach = if round % 2 == 0 { bad.len().min(300) } else { bad.len() };
            for _ in 0..=round % 4 {
                let at = random() % reach;
                match random() % 4 {
                    0 => bad[at] = [0, 0xff, 0x7f, 0x80][random() % 4],
                    1 => bad[at] ^= 1 << (random() % 8),
                    2 => bad[at] = random() as u8,
                    _ => {
                        let end = (at + 4).min(bad.len());
                        bad[at..end].fill([0, 0xff][random() % 2]);
                    }
                }
            }
            let outcome = play(bad, name);
            played += usize::from(outcome.frames > 0);
            refused += usize::from(outcome.refused.is_some());
        }
        assert!(played > 20 && played + refused > 200, "{name}: {played} played, {refused} refused");
    }
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn clips_that_are_cut_short_give_what_there_is() {
    for &name in CLIPS {
        let whole = bytes(name);
        let all = play(whole.clone(), name);
        assert!(all.frames > 0 && all.damaged == 0 && all.refused.is_none(), "{name}: {all:?}");
        for part in 0..60 {
            let outcome = play(whole[..whole.len() * part / 60].to_vec(), name);
            assert!(outcome.frames <= all.frames, "{name} {part}");
            // The decoder of WebP wants the whole file; the header of an MP4 may be at its end.
            if part > 50 && !name.ends_with("webp") && (!name.ends_with("mp4") || name == "high.mp4") {
                assert!(outcome.frames > 0, "{name} {part}: {outcome:?}");
            }
        }
    }
}

#[test]
fn what_lies_behind_damage_is_found_again() {
    for (name, behind) in [("420.y4m", 8), ("mjpeg.avi", 8), ("opendml.avi", 5)] {
        let mut bad = bytes(name);
        let place = bad.len() * 4 / 5;
        bad[place..place + 120].fill(0xa5);
        let outcome = play(bad, name);
        assert!(outcome.frames >= behind, "{name}: {outcome:?}");
    }
    // Bytes that are missing or too many move everything behind them.
    let whole = bytes("420.y4m");
    for bad in
        [[&whole[..5000], &whole[5100..]].concat(), [&whole[..5000], &[0; 77], &whole[5000..]].concat()]
    {
        let outcome = play(bad, "420.y4m");
        assert!(outcome.frames >= 7 && outcome.damaged > 0, "{outcome:?}");
    }
    let whole = bytes("mjpeg.avi");
    let outcome = play([&whole[..7000], &[0x11; 333], &whole[7000..]].concat(), "mjpeg.avi");
    assert!(outcome.frames >= 8 && outcome.damaged > 0, "{outcome:?}");
}

#[test]
fn sizes_are_bounded_before_anything_is_allocated() {
    for header in [
        "YUV4MPEG2 W99999999999 H99999999999 F30:1 C444\n",
        "YUV4MPEG2 W18446744073709551615 H18446744073709551615 F30:1 C444\n",
        "YUV4MPEG2 W16385 H1 F30:1\n",
        "YUV4MPEG2 W16384 H16384 F30:1\n",
    ] {
        let refused = Clip::from_bytes(header.as_bytes()).unwrap_err();
        assert!(matches!(refused, CameraError::TooLarge { .. }), "{header}: {refused}");
    }
    let mut avi = bytes("mjpeg.avi");
    let format = avi.windows(4).position(|w| w == b"strf").unwrap() + 8;
    avi[format + 4..format + 12].fill(0x7f);
    assert!(matches!(Clip::from_bytes(avi), Err(CameraError::TooLarge { .. })));
    let mut gif = bytes("delays.gif");
    gif[6..10].fill(0xff);
    assert!(matches!(Clip::from_bytes(gif), Err(CameraError::TooLarge { .. })));
    let mut webp = bytes("delays.webp");
    let size = webp.windows(4).position(|w| w == b"VP8X").unwrap() + 12;
    webp[size..size + 6].fill(0x7f);
    assert!(matches!(Clip::from_bytes(webp), Err(CameraError::TooLarge { .. } | CameraError::BadClip(_))));
}

#[test]
fn what_is_not_decoded_says_so() {
    let empty = Clip::from_bytes(Vec::new()).unwrap_err();
    assert!(matches!(empty, CameraError::BadClip(_)));
    for (header, kind) in
        [("C420p10", "C420p10"), ("C411", "C411"), ("Cmono12", "Cmono12"), ("Cnone", "Cnone")]
    {
        let refused = Clip::from_bytes(format!("YUV4MPEG2 W2 H2 F1:1 {header}\n").into_bytes()).unwrap_err();
        assert_eq!(refused, CameraError::Unsupported(format!("Y4M of the kind {kind}")));
    }
    for header in
        ["YUV4MPEG2 \n", "YUV4MPEG2 W2\n", "YUV4MPEG2 W2 H0\n", "YUV4MPEG2 Wx H2\n", "YUV4MPEG2 W2 H2 F1\n"]
    {
        let refused = Clip::from_bytes(header.as_bytes()).unwrap_err();
        assert!(matches!(refused, CameraError::BadClip(_)), "{header}: {refused}");
    }
}

#[test]
fn absurd_rates_become_usual_ones() {
    for rate in ["0:0", "30:0", "0:1", "18446744073709551615:1", "1:4294967295"] {
        let clip = format!("YUV4MPEG2 W2 H2 F{rate} Cmono\nFRAME\nabcdFRAME\nefgh");
        let mut clip = Clip::from_bytes(clip.into_bytes()).unwrap();
        assert_eq!(clip.about().fps, 25.0, "{rate}");
        clip.next_frame().unwrap();
        assert_eq!(clip.next_frame().unwrap().unwrap().at, Duration::from_millis(40), "{rate}");
    }
    let mut avi = bytes("mjpeg.avi");
    let header = avi.windows(4).position(|w| w == b"strh").unwrap() + 8;
    avi[header + 20..header + 28].fill(0);
    // The main header has it, too.
    assert_eq!(Clip::from_bytes(avi).unwrap().about().fps, 25.0);
}
