//! The camera as a source of frames.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use glimpse_camera::{CameraError, Format, Frame, FrameSource, PixelFormat};

use crate::models::{Change, Opened, Reason, State};
use crate::{Error, Result, Wanted};

/// Hears what an open camera does.
pub(crate) type Listener = Box<dyn Fn(Change) + Send + Sync>;

/// A native half that opens cameras.
pub(crate) trait Device: Send {
    /// Opens the camera `id`; says how, by which number it is closed, and where its frames come.
    ///
    /// # Errors
    /// Why it is not open.
    fn open(&self, id: &str, wanted: Wanted, listener: Listener) -> Result<Opening>;

    /// Closes what was opened under `handle`, now or soon. Never waits.
    fn close(&self, handle: u64);
}

/// A camera that a [`Device`] opened.
pub(crate) struct Opening {
    pub(crate) handle: u64,
    pub(crate) opened: Opened,
    pub(crate) frames: Box<dyn FrameSource>,
}

/// The frames of a phone's camera, upright and not mirrored.
///
/// Where the system interrupts the camera, as it does when the app leaves the screen, it stays
/// reserved, [`next_frame`](FrameSource::next_frame) says why there are no frames, and
/// [`open`](FrameSource::open) succeeds as soon as the system gives it back. Dropping this lets go of it.
pub struct PhoneCamera {
    device: Box<dyn Device>,
    id: String,
    wanted: Wanted,
    open: Option<Open>,
}

struct Open {
    handle: u64,
    frames: Box<dyn FrameSource>,
    format: Format,
    /// The last change that the native half told.
    told: Arc<Mutex<Option<Change>>>,
}

impl Open {
    /// Why there are no frames, where the system took the camera.
    fn trouble(&self) -> Option<(State, CameraError)> {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let change = told.as_ref().filter(|change| change.state != State::Running)?;
        Some((change.state, error_of(change)))
    }
}

fn error_of(change: &Change) -> CameraError {
    match change.reason {
        Some(Reason::Background) => CameraError::Background,
        Some(Reason::InUse) => CameraError::Busy,
        Some(Reason::Disabled) => CameraError::Disabled,
        Some(Reason::PermissionDenied) => CameraError::PermissionDenied,
        Some(Reason::Disconnected) => CameraError::Unplugged,
        Some(Reason::Failed) | None => {
            CameraError::Failed(change.message.clone().unwrap_or_else(|| "no reason was given".into()))
        }
    }
}

impl PhoneCamera {
    pub(crate) fn new(device: Box<dyn Device>, id: &str, wanted: Wanted) -> Self {
        Self { device, id: id.to_owned(), wanted, open: None }
    }

    fn let_go(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.frames.close();
            self.device.close(open.handle);
        }
    }
}

impl std::fmt::Debug for PhoneCamera {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let handle = self.open.as_ref().map(|open| open.handle);
        f.debug_struct("PhoneCamera").field("id", &self.id).field("handle", &handle).finish_non_exhaustive()
    }
}

impl FrameSource for PhoneCamera {
    fn open(&mut self) -> std::result::Result<Vec<Format>, CameraError> {
        match self.open.as_ref().map(Open::trouble) {
            Some(None) => {}
            Some(Some((State::Interrupted, why))) => return Err(why),
            Some(Some(_)) | None => {
                self.let_go();
                let told = Arc::new(Mutex::new(None));
                let listener = Arc::clone(&told);
                let listener = Box::new(move |change| {
                    tracing::info!(?change, "the camera");
                    *listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
                });
                let opening =
                    self.device.open(&self.id, self.wanted, listener).map_err(|error| match error {
                        Error::NoCamera => CameraError::NoCamera(self.id.clone()),
                        other => other.into(),
                    })?;
                let Opened { width, height, fps } = opening.opened;
                let format = Format { width, height, pixels: PixelFormat::Rgb, fps };
                self.open = Some(Open { handle: opening.handle, frames: opening.frames, format, told });
            }
        }
        let open = self.open.as_mut().ok_or(CameraError::Closed)?;
        open.frames.open()?;
        Ok(vec![open.format])
    }

    fn start(&mut self, _format: Format) -> std::result::Result<(), CameraError> {
        let open = self.open.as_mut().ok_or(CameraError::Closed)?;
        let format = open.format;
        open.frames.start(format)
    }

    fn next_frame(&mut self, timeout: Duration) -> std::result::Result<Frame, CameraError> {
        let open = self.open.as_mut().ok_or(CameraError::Closed)?;
        if let Some((_, why)) = open.trouble() {
            return Err(why);
        }
        match open.frames.next_frame(timeout) {
            Err(CameraError::Stalled) => Err(open.trouble().map_or(CameraError::Stalled, |(_, why)| why)),
            other => other,
        }
    }

    /// An interrupted camera stays reserved until this is dropped.
    fn close(&mut self) {
        match self.open.as_mut() {
            Some(open) if matches!(open.trouble(), Some((State::Interrupted, _))) => open.frames.close(),
            _ => self.let_go(),
        }
    }
}

impl Drop for PhoneCamera {
    fn drop(&mut self) {
        self.let_go();
    }
}

#[cfg(test)]
mod tests {
    use glimpse_camera::{Colour, FramePusher, push_source};

    use super::*;

    /// A native half whose camera does what the test says.
    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<FakeState>>);

    #[derive(Default)]
    struct FakeState {
        refuses: Option<Error>,
        opened: u64,
        closed: Vec<u64>,
        listener: Option<Listener>,
        pusher: Option<FramePusher>,
    }

    impl Fake {
        fn camera(&self) -> PhoneCamera {
            PhoneCamera::new(Box::new(self.clone()), "0", Wanted::default())
        }

        fn tell(&self, state: State, reason: Option<Reason>) {
            let fake = self.0.lock().unwrap();
            fake.listener.as_ref().unwrap()(Change { state, reason, message: None });
        }

        fn push(&self) {
            let frame = Frame {
                pixels: PixelFormat::Rgb,
                width: 2,
                height: 1,
                stride: 6,
                colour: Colour::default(),
                data: vec![7; 6].into(),
                at: Duration::ZERO,
                sequence: 1,
            };
            self.0.lock().unwrap().pusher.as_ref().unwrap().push(frame).unwrap();
        }

        fn counts(&self) -> (u64, Vec<u64>) {
            let fake = self.0.lock().unwrap();
            (fake.opened, fake.closed.clone())
        }
    }

    impl Device for Fake {
        fn open(&self, id: &str, wanted: Wanted, listener: Listener) -> Result<Opening> {
            assert_eq!((id, wanted), ("0", Wanted::default()));
            let mut fake = self.0.lock().unwrap();
            if let Some(error) = fake.refuses.clone() {
                return Err(error);
            }
            let (pusher, frames) = push_source(1000);
            fake.opened += 1;
            (fake.listener, fake.pusher) = (Some(listener), Some(pusher));
            let opened = Opened { width: 1280, height: 720, fps: 30 };
            Ok(Opening { handle: fake.opened, opened, frames: Box::new(frames) })
        }

        fn close(&self, handle: u64) {
            self.0.lock().unwrap().closed.push(handle);
        }
    }

    const SOON: Duration = Duration::from_millis(5);

    #[test]
    fn frames_come_until_it_is_closed() {
        let fake = Fake::default();
        let mut camera = fake.camera();
        assert_eq!(camera.next_frame(SOON), Err(CameraError::Closed));
        let formats = camera.open().unwrap();
        assert_eq!((formats[0].width, formats[0].height, formats[0].fps), (1280, 720, 30));
        camera.start(formats[0]).unwrap();
        fake.tell(State::Running, None);
        fake.push();
        assert_eq!(*camera.next_frame(SOON).unwrap().data, [7; 6]);
        assert_eq!(camera.next_frame(SOON), Err(CameraError::Stalled));
        camera.close();
        camera.close();
        assert_eq!(fake.counts(), (1, vec![1]));
        assert_eq!(camera.next_frame(SOON), Err(CameraError::Closed));
        drop(camera);
        assert_eq!(fake.counts(), (1, vec![1]), "it is closed once");
    }

    #[test]
    fn an_interrupted_camera_is_kept_and_comes_back() {
        for (reason, error) in [
            (Reason::Background, CameraError::Background),
            (Reason::InUse, CameraError::Busy),
            (Reason::Disabled, CameraError::Disabled),
        ] {
            let fake = Fake::default();
            let mut camera = fake.camera();
            let format = camera.open().unwrap()[0];
            camera.start(format).unwrap();
            fake.tell(State::Interrupted, Some(reason));
            assert_eq!(camera.next_frame(SOON), Err(error.clone()));
            camera.close();
            assert_eq!(camera.open(), Err(error));
            assert_eq!(fake.counts(), (1, vec![]), "it stays reserved");
            fake.tell(State::Running, None);
            let format = camera.open().unwrap()[0];
            camera.start(format).unwrap();
            fake.push();
            assert!(camera.next_frame(SOON).is_ok());
            assert_eq!(fake.counts(), (1, vec![]), "the same camera goes on");
            fake.tell(State::Interrupted, Some(reason));
            camera.close();
            drop(camera);
            assert_eq!(fake.counts(), (1, vec![1]), "whoever goes lets go of it");
        }
    }

    #[test]
    fn a_stopped_camera_is_opened_anew() {
        for (reason, error) in [
            (Some(Reason::PermissionDenied), CameraError::PermissionDenied),
            (Some(Reason::Disconnected), CameraError::Unplugged),
            (None, CameraError::Failed("no reason was given".into())),
        ] {
            let fake = Fake::default();
            let mut camera = fake.camera();
            camera.open().unwrap();
            fake.tell(State::Stopped, reason);
            assert_eq!(camera.next_frame(SOON), Err(error));
            camera.close();
            camera.open().unwrap();
            assert_eq!(fake.counts(), (2, vec![1]));
        }
    }

    #[test]
    fn why_it_does_not_open_is_said() {
        let fake = Fake::default();
        let mut camera = fake.camera();
        for (error, expected) in [
            (Error::PermissionDenied, CameraError::PermissionDenied),
            (Error::NoCamera, CameraError::NoCamera("0".into())),
            (Error::InUse, CameraError::Busy),
        ] {
            fake.0.lock().unwrap().refuses = Some(error);
            assert_eq!(camera.open(), Err(expected));
        }
        assert_eq!(fake.counts(), (0, vec![]));
    }
}
