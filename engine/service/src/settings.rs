//! What a person chose, as a file that survives a restart and that several processes share.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::api::{Failure, ServiceCode, Settings, SettingsChange};

/// Name of the file in the data folder.
const FILE: &str = "settings.json";
/// Name of the file that is locked while that one is changed.
const LOCK: &str = "settings.lock";
/// How long a change waits for that of another process.
const WAIT: Duration = Duration::from_secs(5);
/// Most threads that can be asked for.
const MOST_THREADS: usize = 256;
/// Longest language code: the longest that BCP 47 registers has 35 characters.
const LONGEST_LANGUAGE: usize = 35;
/// A larger file is no file of settings.
const MOST_BYTES: u64 = 1 << 20;

/// The settings in force and the file that they lie in.
#[derive(Debug)]
pub(crate) struct SettingsFile {
    /// `None` where nothing is kept.
    path: Option<PathBuf>,
    current: Mutex<Settings>,
}

impl SettingsFile {
    /// The settings of `folder`: those of its file, or the defaults where it has none. A damaged file
    /// is put aside, and the log says so.
    ///
    /// # Errors
    /// `storage` where the file is there and cannot be read.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, Failure> {
        let path = folder.map(|folder| folder.join(FILE));
        let settings = match &path {
            Some(path) => read(path)?.unwrap_or_default(),
            None => Settings::default(),
        };
        Ok(Self { path, current: Mutex::new(settings) })
    }

    /// The settings in force: those of the file, which another process may have changed, or, where it
    /// cannot be read, those of before.
    pub(crate) fn get(&self) -> Settings {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &self.path {
            match read(path) {
                Ok(Some(settings)) => *current = settings,
                Ok(None) => {}
                Err(failure) => tracing::warn!("the settings of before stay in force: {}", failure.message),
            }
        }
        current.clone()
    }

    /// Makes `change` to what the file says now, so that no other process's change is lost, and writes it.
    ///
    /// # Errors
    /// `bad_request` for a value out of its range or of the wrong type and for a setting that there is
    /// not, `storage` where they cannot be written; then those from before stay in force.
    pub(crate) fn change(&self, change: &SettingsChange) -> Result<Settings, Failure> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(path) = &self.path else {
            *current = changed(&current, &change.0)?;
            return Ok(current.clone());
        };
        let _locked = lock(&path.with_file_name(LOCK))?;
        let settings = changed(&read(path)?.unwrap_or_else(|| current.clone()), &change.0)?;
        let json = serde_json::to_vec_pretty(&settings).map_err(|error| storage(path, &error))?;
        write(path, &json)?;
        *current = settings.clone();
        Ok(settings)
    }
}

/// `settings` with `change`.
fn changed(settings: &Settings, change: &Map<String, Value>) -> Result<Settings, Failure> {
    let refused = |message: String| Failure::new(ServiceCode::BadRequest, message);
    let mut value = serde_json::to_value(settings).map_err(|error| refused(error.to_string()))?;
    for (name, to) in change {
        match value.get_mut(name) {
            Some(field) => *field = to.clone(),
            None => return Err(refused(format!("there is no setting named {name:?}"))),
        }
    }
    let settings = serde_json::from_value(value).map_err(|error| refused(error.to_string()))?;
    check(&settings)?;
    Ok(settings)
}

/// The file at `path`, locked; closing it lets it go.
fn lock(path: &Path) -> Result<File, Failure> {
    let file = File::options().create(true).write(true).truncate(false).open(path);
    let file = file.map_err(|error| storage(path, &error))?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < WAIT => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => return Err(storage(path, &error)),
        }
    }
}

/// Whether every value is in its range.
fn check(settings: &Settings) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::new(ServiceCode::BadRequest, message));
    for (name, value) in [("min_confidence", settings.min_confidence), ("min_score", settings.min_score)] {
        if !(0.0..=1.0).contains(&value) {
            return refused(format!("{name} must be from 0 to 1, not {value}"));
        }
    }
    if settings.threads > MOST_THREADS {
        return refused(format!("threads must be at most {MOST_THREADS}, not {}", settings.threads));
    }
    if let Some(power) = settings.live.power_mw.filter(|power| !(power.is_finite() && *power > 0.0)) {
        return refused(format!("live.power_mw must be above 0, not {power}"));
    }
    let is_code = |code: &String| {
        (1..=LONGEST_LANGUAGE).contains(&code.len())
            && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if !settings.language.as_ref().is_none_or(is_code) {
        return refused("language must be a BCP 47 code".into());
    }
    Ok(())
}

/// The file's settings; `None` where there is none, or none that can be used.
fn read(path: &Path) -> Result<Option<Settings>, Failure> {
    let bytes = match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() > MOST_BYTES => Vec::new(),
        Ok(_) => std::fs::read(path).map_err(|error| storage(path, &error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(storage(path, &error)),
    };
    let parsed = serde_json::from_slice::<Settings>(&bytes).map_err(|error| error.to_string());
    match parsed.and_then(|settings| check(&settings).map(|()| settings).map_err(|f| f.message)) {
        Ok(settings) => Ok(Some(settings)),
        Err(reason) => {
            let aside = aside(path);
            let kept = std::fs::rename(path, &aside);
            let (path, aside) = (path.display(), aside.display());
            match kept {
                Ok(()) => {
                    tracing::warn!("{path} is damaged ({reason}): defaults apply, it is kept as {aside}")
                }
                Err(error) => tracing::warn!("{path} is damaged ({reason}) and cannot be put aside: {error}"),
            }
            Ok(None)
        }
    }
}

/// A name beside `path` that no file has.
fn aside(path: &Path) -> PathBuf {
    (1..)
        .map(|n: u32| path.with_file_name(format!("settings.damaged-{n}.json")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| path.with_extension("damaged"))
}

/// Under a temporary name, synced, then renamed: a reader never sees half a file.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".settings-").suffix(".tmp").tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| storage(path, &error))
}

fn storage(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(ServiceCode::Storage, format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::LiveSettings;

    fn changed() -> Settings {
        Settings { keep: false, language: Some("de".into()), min_score: 0.7, ..Settings::default() }
    }

    /// The change to all of `settings`.
    fn to(settings: &Settings) -> SettingsChange {
        let value = serde_json::to_value(settings).unwrap();
        SettingsChange(value.as_object().unwrap().clone())
    }

    fn change(json: &str) -> SettingsChange {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn settings_survive_and_nothing_else_lies_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(Some(folder.path())).unwrap();
        assert_eq!(file.get(), Settings::default());
        file.change(&to(&changed())).unwrap();
        file.change(&to(&changed())).unwrap();
        assert_eq!(SettingsFile::open(Some(folder.path())).unwrap().get(), changed());
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [FILE, LOCK]);
    }

    #[test]
    fn without_a_folder_they_last_as_long_as_the_program() {
        let file = SettingsFile::open(None).unwrap();
        file.change(&to(&changed())).unwrap();
        assert_eq!(file.get(), changed());
    }

    #[test]
    fn damaged_files_are_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        for (n, damaged) in ["", "{\"keep\": fal", "[1]", "{\"min_score\": 7}", "\u{0}"].iter().enumerate() {
            std::fs::write(folder.path().join(FILE), damaged).unwrap();
            let file = SettingsFile::open(Some(folder.path())).unwrap();
            assert_eq!(file.get(), Settings::default(), "{damaged:?}");
            let kept = folder.path().join(format!("settings.damaged-{}.json", n + 1));
            assert_eq!(std::fs::read_to_string(kept).unwrap(), *damaged);
        }
    }

    #[test]
    fn unknown_fields_of_a_newer_version_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), r#"{"keep": false, "newer": [1, 2]}"#).unwrap();
        assert!(!SettingsFile::open(Some(folder.path())).unwrap().get().keep);
    }

    #[test]
    fn what_another_changed_stays_changed() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = [(); 2].map(|()| SettingsFile::open(Some(folder.path())).unwrap());
        one.change(&change(r#"{"keep": false}"#)).unwrap();
        let both = other.change(&change(r#"{"language": "de"}"#)).unwrap();
        assert_eq!(both, Settings { keep: false, language: Some("de".into()), ..Settings::default() });
        assert_eq!((one.get(), other.get()), (both.clone(), both));
        one.change(&change(r#"{"language": null}"#)).unwrap();
        assert_eq!(other.get().language, None);
    }

    #[test]
    fn many_at_once_lose_no_change() {
        let folder = tempfile::tempdir().unwrap();
        let changes =
            [r#"{"keep": false}"#, r#"{"theme": "dark"}"#, r#"{"hud_open": true}"#, r#"{"threads": 3}"#];
        std::thread::scope(|scope| {
            for text in changes {
                let file = SettingsFile::open(Some(folder.path())).unwrap();
                scope.spawn(move || (0..20).for_each(|_| drop(file.change(&change(text)).unwrap())));
            }
        });
        let settings = SettingsFile::open(Some(folder.path())).unwrap().get();
        assert!(!settings.keep && settings.hud_open && settings.threads == 3, "{settings:?}");
        assert_eq!(settings.theme, crate::api::Theme::Dark);
    }

    #[test]
    fn a_change_of_what_there_is_not_is_refused() {
        let file = SettingsFile::open(None).unwrap();
        for wrong in [r#"{"colour": 1}"#, r#"{"keep": "no"}"#, r#"{"keep": false, "theme": "blue"}"#] {
            assert_eq!(file.change(&change(wrong)).unwrap_err().code, "bad_request", "{wrong}");
        }
        assert_eq!(file.get(), Settings::default());
    }

    #[test]
    fn values_out_of_range_change_nothing() {
        let file = SettingsFile::open(None).unwrap();
        for bad in [
            Settings { min_score: 1.5, ..Settings::default() },
            Settings { min_confidence: f32::NAN, ..Settings::default() },
            Settings {
                live: LiveSettings { power_mw: Some(0.0), ..LiveSettings::default() },
                ..Settings::default()
            },
            Settings { threads: 100_000, ..Settings::default() },
            Settings { language: Some("<script>".into()), ..Settings::default() },
            Settings { language: Some(String::new()), ..Settings::default() },
        ] {
            assert_eq!(file.change(&to(&bad)).unwrap_err().code, "bad_request");
        }
        assert_eq!(file.get(), Settings::default());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(Some(&folder.path().join("gone"))).unwrap();
        assert_eq!(file.change(&to(&changed())).unwrap_err().code, "storage");
        assert_eq!(file.get(), Settings::default());
    }
}
