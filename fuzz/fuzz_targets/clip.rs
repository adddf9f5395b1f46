//! Playing arbitrary bytes as a clip: every input ends in frames or in typed errors, and ends.

#![no_main]

use std::time::Duration;

use glimpse_camera::{CameraError, Clip};
use libfuzzer_sys::fuzz_target;

/// Most pixels of a frame that are played: larger ones are as right and take longer.
const MOST_PIXELS: u64 = 1 << 18;

/// Most frames that are played.
const MOST_FRAMES: usize = 100;

fuzz_target!(|data: &[u8]| {
    let mut clip = match Clip::from_bytes(data) {
        Ok(clip) => clip,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let about = clip.about();
    assert!(about.width > 0 && about.height > 0 && about.fps > 0.0 && about.fps <= 1000.0);
    if u64::from(about.width) * u64::from(about.height) > MOST_PIXELS {
        return;
    }
    let first = play(&mut clip, data.len());
    if clip.rewind().is_ok() {
        assert_eq!(play(&mut clip, data.len()), first, "the second time is different");
    }
});

/// Plays from the start and counts frames and damage.
fn play(clip: &mut Clip, length: usize) -> (usize, usize) {
    let (mut frames, mut damaged) = (0, 0);
    let (mut last, mut sequence) = (Duration::ZERO, 0);
    while frames < MOST_FRAMES {
        match clip.next_frame() {
            Ok(Some(frame)) => {
                assert!(frame.at >= last && frame.sequence > sequence, "time goes back");
                (last, sequence) = (frame.at, frame.sequence);
                frames += 1;
                if u64::from(frame.width) * u64::from(frame.height) <= MOST_PIXELS
                    && let Ok(image) = frame.to_rgb()
                {
                    assert!(image.width() > 0 && image.height() > 0);
                }
            }
            Ok(None) => break,
            Err(CameraError::BadFrame(_)) => damaged += 1,
            Err(_) => break,
        }
        assert!(frames + damaged <= length + 10, "it does not end");
    }
    (frames, damaged)
}
