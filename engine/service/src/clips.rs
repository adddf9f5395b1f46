//! Clips to watch: uploaded ones in private files, a few at a time, and those that the app brings along.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use glimpse_camera::{CameraError, Clip, ClipInfo};
use tempfile::NamedTempFile;

use crate::Service;
use crate::api::{ClipAbout, ClipId, Failure, SampleClip, ServiceCode};
use crate::pictures::new_id;
use crate::service::plain_name;

/// Most bytes of a clip.
pub const MOST_CLIP_BYTES: u64 = 256 << 20;
/// Clips that are open at once, and as many that arrive.
const CLIPS: usize = 2;

/// The opened clips, the one that was used last at the end.
#[derive(Debug, Default)]
pub(crate) struct Clips {
    opened: Mutex<Vec<Arc<OpenClip>>>,
    /// One for each clip that arrives.
    arriving: Arc<()>,
    samples: OnceLock<Vec<SampleClip>>,
}

/// An opened clip. Its file goes with the last who holds it.
#[derive(Debug)]
pub(crate) struct OpenClip {
    about: ClipAbout,
    file: NamedTempFile,
}

impl OpenClip {
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }
}

/// A clip that arrives piece by piece. Dropping it lets it go.
#[derive(Debug)]
pub struct ClipUpload {
    file: NamedTempFile,
    name: Option<String>,
    bytes: u64,
    _arriving: Arc<()>,
}

impl ClipUpload {
    /// Takes the next piece.
    ///
    /// # Errors
    /// `body_too_large` beyond [`MOST_CLIP_BYTES`], `storage` where it cannot be written.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.bytes += piece.len() as u64;
        if self.bytes > MOST_CLIP_BYTES {
            let message = format!("a clip has at most {MOST_CLIP_BYTES} bytes");
            return Err(Failure::new(ServiceCode::BodyTooLarge, message));
        }
        self.file.write_all(piece).map_err(|error| storage(&error))
    }
}

impl Clips {
    fn opened(&self) -> MutexGuard<'_, Vec<Arc<OpenClip>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clip `id`, from now on the one that was used last.
    ///
    /// # Errors
    /// `unknown_clip`.
    pub(crate) fn get(&self, id: &ClipId) -> Result<Arc<OpenClip>, Failure> {
        let mut opened = self.opened();
        let at = opened.iter().position(|clip| clip.about.id == *id).ok_or_else(unknown)?;
        let clip = opened.remove(at);
        opened.push(clip.clone());
        Ok(clip)
    }

    /// Keeps `clip` in place of the oldest that nobody watches.
    fn add(&self, clip: OpenClip) -> Result<ClipAbout, Failure> {
        let about = clip.about.clone();
        let mut opened = self.opened();
        if opened.len() >= CLIPS {
            let unused = opened.iter().position(|clip| Arc::strong_count(clip) == 1);
            let message = format!("{CLIPS} clips are open already, and watched");
            opened.remove(unused.ok_or_else(|| Failure::new(ServiceCode::Busy, message))?);
        }
        opened.push(Arc::new(clip));
        Ok(about)
    }
}

impl Service {
    /// Begins to take in a clip.
    ///
    /// # Errors
    /// `busy` where as many arrive already as may, `storage` where there is no room for temporary files.
    pub fn begin_clip(&self, name: Option<&str>) -> Result<ClipUpload, Failure> {
        let arriving = self.clips.arriving.clone();
        // The store's own, and this one.
        if Arc::strong_count(&arriving) > CLIPS + 1 {
            let message = format!("{CLIPS} clips arrive already; try again soon");
            return Err(Failure::new(ServiceCode::Busy, message));
        }
        let file = tempfile::Builder::new().prefix("glimpse-clip-").tempfile();
        let file = file.map_err(|error| storage(&error))?;
        let name = name.map(plain_name).filter(|name| !name.is_empty());
        Ok(ClipUpload { file, name, bytes: 0, _arriving: arriving })
    }

    /// Opens a clip that arrived: decodes its first frame. Of two that are open already, the one that was
    /// not watched for longer is let go.
    ///
    /// # Errors
    /// `clip` where it cannot be played, `busy` where both others are being watched.
    pub fn finish_clip(&self, upload: ClipUpload) -> Result<ClipAbout, Failure> {
        let info = first_look(upload.file.path())?;
        let about = ClipAbout {
            id: ClipId(new_id()?.0),
            name: upload.name,
            container: container(&info),
            codec: info.codec,
            width: info.width,
            height: info.height,
            fps: info.fps,
            duration_ms: info.duration.map(|duration| duration.as_secs_f64() * 1e3),
            bytes: upload.bytes,
        };
        self.clips.add(OpenClip { about, file: upload.file })
    }

    /// Lets an opened clip go; who watches it does so to its end.
    ///
    /// # Errors
    /// `unknown_clip`.
    pub fn close_clip(&self, id: &ClipId) -> Result<(), Failure> {
        let clip = self.clips.get(id)?;
        self.clips.opened().retain(|other| !Arc::ptr_eq(other, &clip));
        Ok(())
    }

    /// The clips that the app brings along, by name; there may be none.
    pub fn sample_clips(&self) -> Vec<SampleClip> {
        let list = || self.samples.clips().map(|folder| samples(&folder)).unwrap_or_default();
        self.clips.samples.get_or_init(list).clone()
    }

    /// The file of the sample clip `name`. Only names of the list are known.
    pub(crate) fn sample_clip(&self, name: &str) -> Result<PathBuf, Failure> {
        let known = self.sample_clips().iter().any(|sample| sample.name == name);
        let folder = self.samples.clips().filter(|_| known).ok_or_else(unknown)?;
        Ok(folder.join(name))
    }
}

/// What a clip says of itself, if its first frame decodes.
fn first_look(path: &Path) -> Result<ClipInfo, Failure> {
    let mut clip = Clip::open(path).map_err(clip_failure)?;
    match clip.next_frame().and_then(|frame| frame.map(|frame| frame.to_rgb()).transpose()) {
        Ok(Some(_)) => Ok(clip.about().clone()),
        Ok(None) => Err(Failure::new(ServiceCode::Clip, "the clip has no frames")),
        Err(error) => Err(clip_failure(error)),
    }
}

fn samples(folder: &Path) -> Vec<SampleClip> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<SampleClip> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let bytes = entry.metadata().ok().filter(|metadata| metadata.is_file())?.len();
            // What lies beside the clips, such as where they come from, is no clip.
            let clip = Clip::open(entry.path()).ok()?;
            let info = clip.about();
            Some(SampleClip {
                name: entry.file_name().into_string().ok()?,
                container: container(info),
                codec: info.codec.clone(),
                width: info.width,
                height: info.height,
                fps: info.fps,
                duration_ms: info.duration.map(|duration| duration.as_secs_f64() * 1e3),
                bytes,
            })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn container(info: &ClipInfo) -> String {
    format!("{:?}", info.container).to_lowercase()
}

pub(crate) fn clip_failure(error: CameraError) -> Failure {
    Failure::new(ServiceCode::Clip, error.to_string())
}

fn unknown() -> Failure {
    Failure::new(ServiceCode::UnknownClip, "there is no such clip")
}

fn storage(error: &std::io::Error) -> Failure {
    Failure::new(ServiceCode::Storage, format!("the clip cannot be kept for a while: {error}"))
}
