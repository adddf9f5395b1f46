//! `--overlay`: a clip of the frames with what is known drawn on them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use glimpse_camera::{CameraError, Y4mWriter};
use glimpse_live::{Observation, Tap};
use image::RgbImage;

use crate::overlay;

/// Frames a second of the clip. In place of those that were left out the next one is shown for longer.
const FPS: u32 = 30;
/// A frame is repeated at most this often: a source whose clock jumps must not fill the disk.
const MOST_REPEATS: u64 = 10 * FPS as u64;

/// The clip, which begins with the first frame.
pub(super) struct Overlay {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    path: PathBuf,
    writer: Option<Y4mWriter>,
    size: [u32; 2],
    /// Time of the first frame in milliseconds, and frames written since.
    written: Option<(f64, u64)>,
    failed: Option<CameraError>,
}

impl Overlay {
    /// A clip in the file `path`; `-` is standard output.
    pub(super) fn new(path: &Path) -> Self {
        let path = path.to_owned();
        let state = State { path, writer: None, size: [0; 2], written: None, failed: None };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// What the session shows its frames to.
    pub(super) fn tap(&self) -> Box<dyn Tap> {
        Box::new(Drawing(Arc::clone(&self.state)))
    }

    /// Completes the clip.
    ///
    /// # Errors
    /// Why it is not whole.
    pub(super) fn finish(self) -> Result<(), CameraError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.failed.take(), state.writer.take()) {
            (Some(error), _) => Err(error),
            (None, Some(writer)) => writer.finish(),
            (None, None) => Err(CameraError::Failed("no frame came to draw on".into())),
        }
    }
}

struct Drawing(Arc<Mutex<State>>);

impl Tap for Drawing {
    fn frame(&mut self, image: &RgbImage, observation: &Observation) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_none()
            && let Err(error) = state.add(image, observation)
        {
            tracing::warn!(%error, "the overlay ends here");
            state.failed = Some(error);
        }
    }
}

impl State {
    fn add(&mut self, image: &RgbImage, observation: &Observation) -> Result<(), CameraError> {
        let failed = |error: glimpse_engine::Error| CameraError::Failed(error.to_string());
        let mut drawn = overlay::draw_live(image, observation).map_err(failed)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                // I420 halves both sides.
                self.size = [image.width() & !1, image.height() & !1].map(|side| side.max(2));
                let [width, height] = self.size;
                self.writer.insert(match self.path.as_os_str() == "-" {
                    true => Y4mWriter::to(std::io::stdout(), width, height, (FPS, 1))?,
                    false => Y4mWriter::create(&self.path, width, height, (FPS, 1))?,
                })
            }
        };
        let [width, height] = self.size;
        if drawn.dimensions() != (width, height) {
            drawn = image::imageops::resize(&drawn, width, height, image::imageops::FilterType::Triangle);
        }
        let (first, written) = self.written.get_or_insert((observation.at_ms, 0));
        let due = ((observation.at_ms - *first).max(0.0) / 1e3 * f64::from(FPS)).round() as u64 + 1;
        let times = due.saturating_sub(*written).clamp(1, MOST_REPEATS);
        for _ in 0..times {
            writer.write(&drawn)?;
        }
        // Where the clock jumped, the clip goes on from there.
        (*first, *written) =
            if due > *written + times { (observation.at_ms, 1) } else { (*first, *written + times) };
        Ok(())
    }
}
