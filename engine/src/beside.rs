//! What was installed, or built, with the program.

use std::path::{Path, PathBuf};

/// Folders looked in: that of the program, and those above it.
const LEVELS: usize = 5;

/// The first of `names` in the program's folder that `suits`, else in the folder above, and so on, five
/// folders in all: `target/release/glimpse` finds `assets` of the repository, `/usr/bin/glimpse` finds
/// `share/glimpse` of `/usr`. `None` where there is none, or where the system does not tell where the
/// program lies.
pub fn find_beside_program(names: &[&str], suits: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    find_beside(&std::env::current_exe().ok()?, names, suits)
}

fn find_beside(program: &Path, names: &[&str], suits: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    program
        .ancestors()
        .skip(1)
        .take(LEVELS)
        .flat_map(|base| names.iter().map(move |name| base.join(name)))
        .find(|found| suits(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(made: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in made {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        root
    }

    #[test]
    fn the_nearest_folder_wins_then_the_first_name() {
        let root = folders(&["a/b/two", "a/b/one", "a/one", "a/b/c"]);
        let find = |program: &str, names: &[&str]| {
            let found = find_beside(&root.path().join(program), names, Path::is_dir)?;
            Some(found.strip_prefix(root.path()).unwrap().to_owned())
        };
        assert_eq!(find("a/b/c/program", &["one", "two"]), Some("a/b/one".into()));
        assert_eq!(find("a/b/c/program", &["two", "one"]), Some("a/b/two".into()));
        assert_eq!(find("a/program", &["two", "one"]), Some("a/one".into()));
        assert_eq!(find("a/program", &["three"]), None);
    }

    #[test]
    fn five_folders_are_looked_in() {
        let root = folders(&["one", "a/b/c/d/e"]);
        let find = |program: &str| find_beside(&root.path().join(program), &["one"], Path::is_dir);
        assert_eq!(find("a/b/c/d/program"), Some(root.path().join("one")));
        assert_eq!(find("a/b/c/d/e/program"), None);
    }

    #[test]
    fn what_does_not_suit_is_passed_by() {
        let root = folders(&["a/one", "one/inside"]);
        let has = |folder: &Path| folder.join("inside").is_dir();
        assert_eq!(find_beside(&root.path().join("a/program"), &["one"], has), Some(root.path().join("one")));
    }
}
