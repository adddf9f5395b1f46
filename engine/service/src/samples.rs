//! The sample pictures that the app brings along.

use std::path::{Path, PathBuf};

use glimpse_engine::find_beside_program;

use crate::api::{Failure, Sample, ServiceCode, Task};

/// Endings of pictures.
const ENDINGS: [&str; 7] = ["jpg", "jpeg", "png", "webp", "gif", "bmp", "tiff"];
/// The folder of photographs, within that of the samples.
const PHOTOS: &str = "photos";
/// The folder of clips, likewise.
const CLIPS: &str = "clips";

/// A folder of sample pictures.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples {
    folder: Option<PathBuf>,
}

impl Samples {
    /// The samples in `given`, else in `GLIMPSE_SAMPLES`, else in `samples` beside the list of packs,
    /// else in `assets/samples` or `share/glimpse/samples` beside the program or above it. There may
    /// be none.
    pub(crate) fn find(given: Option<&Path>, packs: &Path) -> Self {
        let named =
            given.map(Path::to_owned).or_else(|| std::env::var_os("GLIMPSE_SAMPLES").map(PathBuf::from));
        if let Some(folder) = named {
            return Self { folder: Some(folder) };
        }
        let with_packs = Some(packs.join("samples")).filter(|folder| folder.is_dir());
        let found = || find_beside_program(&["assets/samples", "share/glimpse/samples"], Path::is_dir);
        Self { folder: with_packs.or_else(found) }
    }

    /// The samples: first those with text, then the photographs, each by name.
    pub(crate) fn list(&self) -> Vec<Sample> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let mut found = pictures(folder, "", Task::Read);
        found.extend(pictures(&folder.join(PHOTOS), "photos/", Task::Describe));
        found
    }

    /// The folder of clips, within that of the samples.
    pub(crate) fn clips(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(CLIPS)).filter(|folder| folder.is_dir())
    }

    /// The file of the sample `name`. Only names of the list are known, so that no name leads out of
    /// the folder.
    ///
    /// # Errors
    /// `unknown_sample`.
    pub(crate) fn file(&self, name: &str) -> Result<PathBuf, Failure> {
        let listed = self.list().into_iter().find(|sample| sample.name == name);
        match (&self.folder, listed) {
            (Some(folder), Some(sample)) => Ok(folder.join(sample.name)),
            _ => Err(Failure::new(ServiceCode::UnknownSample, "there is no sample picture of this name")),
        }
    }
}

/// The pictures in `folder`, by name.
fn pictures(folder: &Path, prefix: &str, task: Task) -> Vec<Sample> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Sample> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let ending = Path::new(&name).extension()?.to_str()?.to_ascii_lowercase();
            let metadata = std::fs::metadata(entry.path()).ok()?;
            (metadata.is_file() && ENDINGS.contains(&ending.as_str())).then(|| Sample {
                name: format!("{prefix}{name}"),
                task,
                bytes: metadata.len(),
            })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> (tempfile::TempDir, Samples) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("samples");
        std::fs::create_dir_all(folder.join("photos/deeper.jpg")).unwrap();
        for name in
            ["page.png", "a.JPG", "page.expected.txt", "make.py", "photos/cat.jpg", "photos/README.md"]
        {
            std::fs::write(folder.join(name), name).unwrap();
        }
        std::fs::write(root.path().join("secret.png"), "secret").unwrap();
        let samples = Samples::find(Some(&folder), root.path());
        (root, samples)
    }

    #[test]
    fn pictures_are_listed_and_nothing_else() {
        let (_root, samples) = samples();
        let list = samples.list();
        let names: Vec<(&str, Task)> = list.iter().map(|s| (s.name.as_str(), s.task)).collect();
        assert_eq!(
            names,
            [("a.JPG", Task::Read), ("page.png", Task::Read), ("photos/cat.jpg", Task::Describe)]
        );
        assert_eq!(list[2].bytes, 14);
        assert_eq!(std::fs::read(samples.file("photos/cat.jpg").unwrap()).unwrap(), b"photos/cat.jpg");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let (root, samples) = samples();
        let absolute = root.path().join("secret.png").display().to_string();
        for name in [
            "../secret.png",
            "photos/../../secret.png",
            "./page.png",
            "photos//cat.jpg",
            "",
            "make.py",
            "..",
            &absolute,
        ] {
            assert_eq!(samples.file(name).unwrap_err().code, "unknown_sample", "{name:?}");
        }
    }

    #[test]
    fn there_may_be_none() {
        let root = tempfile::tempdir().unwrap();
        assert!(Samples::find(Some(&root.path().join("none")), root.path()).list().is_empty());
    }
}
