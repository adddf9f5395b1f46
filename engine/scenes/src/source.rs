//! A scene in the place of a camera.

use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_camera::{CameraError, Colour, Format, Frame, FrameSource, PixelFormat};

use crate::Scene;

/// Gives the frames of a scene, in RGB: the first at time 0 with number 1, and so on to the last.
pub struct SceneSource {
    scene: Arc<dyn Scene>,
    paced: bool,
    open: Option<Playing>,
}

struct Playing {
    since: Instant,
    next: u64,
}

impl SceneSource {
    /// Gives every frame as soon as it is asked for.
    pub fn new(scene: Arc<dyn Scene>) -> Self {
        Self { scene, paced: false, open: None }
    }

    /// Gives frames when they are due, as a camera does: those that nobody waited for are missed.
    #[must_use]
    pub fn paced(self) -> Self {
        Self { paced: true, ..self }
    }

    fn due(&self, index: u64) -> Duration {
        Duration::from_nanos(index * 1_000_000_000 / u64::from(self.scene.fps().max(1)))
    }
}

impl FrameSource for SceneSource {
    fn open(&mut self) -> Result<Vec<Format>, CameraError> {
        self.open = Some(Playing { since: Instant::now(), next: 0 });
        let [width, height] = self.scene.size();
        Ok(vec![Format { width, height, pixels: PixelFormat::Rgb, fps: self.scene.fps() }])
    }

    fn start(&mut self, _format: Format) -> Result<(), CameraError> {
        *self.open.as_mut().ok_or(CameraError::Closed)? = Playing { since: Instant::now(), next: 0 };
        Ok(())
    }

    fn next_frame(&mut self, timeout: Duration) -> Result<Frame, CameraError> {
        let playing = self.open.as_ref().ok_or(CameraError::Closed)?;
        let mut index = playing.next;
        if self.paced {
            let passed = playing.since.elapsed();
            let newest = passed.as_nanos() as u64 / self.due(1).as_nanos().max(1) as u64;
            index = index.max(newest.min(self.scene.frames().saturating_sub(1)));
            let wait = self.due(index).saturating_sub(passed);
            std::thread::sleep(wait.min(timeout));
            if wait > timeout {
                return Err(CameraError::Stalled);
            }
        }
        if index >= self.scene.frames() {
            return Err(CameraError::Ended);
        }
        let (image, _) = self.scene.render(index);
        if let Some(playing) = &mut self.open {
            playing.next = index + 1;
        }
        let (width, height) = image.dimensions();
        Ok(Frame {
            pixels: PixelFormat::Rgb,
            width,
            height,
            stride: width as usize * 3,
            colour: Colour::default(),
            data: image.into_raw().into(),
            at: self.due(index),
            sequence: index + 1,
        })
    }

    fn close(&mut self) {
        self.open = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TextOptions, TextScene};

    fn scene(frames: u64) -> Arc<dyn Scene> {
        Arc::new(TextScene::new(&TextOptions {
            frames,
            size: [160, 120],
            lines: 1,
            ..TextOptions::default()
        }))
    }

    #[test]
    fn it_gives_every_frame_once_and_ends() {
        let mut source = SceneSource::new(scene(4));
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Closed));
        let format = source.open().unwrap()[0];
        source.start(format).unwrap();
        let frames: Vec<Frame> = (0..4).map(|_| source.next_frame(Duration::ZERO).unwrap()).collect();
        assert_eq!(frames.iter().map(|f| f.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(frames[3].at, Duration::from_millis(100));
        assert_eq!(frames[2].to_rgb().unwrap(), scene(4).render(2).0);
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Ended));
        source.close();
        assert_eq!(source.next_frame(Duration::ZERO), Err(CameraError::Closed));
    }

    #[test]
    fn a_paced_one_keeps_its_time_and_misses_frames() {
        let mut source = SceneSource::new(scene(1000)).paced();
        let format = source.open().unwrap()[0];
        source.start(format).unwrap();
        let started = Instant::now();
        let first = source.next_frame(Duration::from_secs(1)).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        let later = source.next_frame(Duration::from_secs(1)).unwrap();
        assert!(later.sequence >= first.sequence + 4, "{} {}", first.sequence, later.sequence);
        assert!(started.elapsed() >= later.at);
    }
}
