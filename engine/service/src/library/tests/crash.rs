//! A process that is killed while it writes.

use super::*;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FOLDER: &str = "GLIMPSE_TEST_CRASH_FOLDER";

/// The process that is killed: keeps and deletes until the end. It does nothing in a usual run.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let library = Library::open(folder.as_ref()).unwrap();
    let pixels = pixels();
    let mut random = Random(u64::from(std::process::id()));
    loop {
        let seed = u64::from(random.next());
        let (bytes, vector) = (encoded(seed, 200_000), embedding(seed));
        let reading = reading(&"killed while writing ".repeat(200));
        let kept = Kept { embedding: Some(&vector), reading: Some(&reading), ..kept(&bytes, &pixels) };
        let id = library.keep(&kept).unwrap();
        if seed % 3 == 0 {
            library.delete(id).unwrap();
        }
    }
}

#[test]
fn nothing_is_damaged_by_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut total = 0;
    for round in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "library::tests::crash::child"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The first one must have come as far as a picture; later ones may die at any step.
        let start = Instant::now();
        while round == 0 && pictures(folder.path()) == 0 && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(120 + 37 * round));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success());
        let library = Library::open(folder.path()).unwrap();
        assert_eq!(library.set_aside(), None);
        let page = library.search(&LibraryQuery { limit: Some(200), ..Default::default() }, None).unwrap();
        for item in &page.items {
            assert_eq!(library.image(item.id).unwrap().len(), 200_000);
            library.thumbnail(item.id).unwrap();
            assert!(library.entry(item.id).unwrap().reading.is_some());
        }
        assert_eq!(page.total, library.search(&words("killed"), None).unwrap().total);
        let check: String = library
            .reader
            .lock()
            .unwrap()
            .connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
        assert_eq!(pictures(folder.path()), page.total as usize, "files without a row");
        total = page.total;
    }
    assert!(total > 0, "no child came as far as keeping a picture");
}

/// Files of pictures, finished or not.
fn pictures(folder: &Path) -> usize {
    let shelves = std::fs::read_dir(folder.join("pictures")).into_iter().flatten().flatten();
    shelves.map(|shelf| std::fs::read_dir(shelf.path()).map_or(0, Iterator::count)).sum()
}

fn words(words: &str) -> LibraryQuery {
    LibraryQuery { words: Some(words.into()), ..LibraryQuery::default() }
}
