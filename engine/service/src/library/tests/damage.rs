//! Full disks, folders that cannot be written, damaged and newer databases.

use super::*;
use std::fs;
use std::io::{Seek, SeekFrom, Write};

fn filled(folder: &std::path::Path) -> Vec<i64> {
    let library = Library::open(folder).unwrap();
    (0..50).map(|seed| keep_text(&library, seed, &"some text ".repeat(100)).0).collect()
}

#[test]
fn a_full_disk_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let first = keep_text(&library, 1, "first");
    {
        let writer = library.writer.lock().unwrap();
        let pages: i64 = writer.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        // Answers with the new limit.
        writer.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    }
    let (bytes, pixels, long) = (encoded(2, 100), pixels(), reading(&"much text ".repeat(10_000)));
    let failure = library.keep(&Kept { reading: Some(&long), ..kept(&bytes, &pixels) }).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert!(failure.message.contains("the disk is full"), "{}", failure.message);
    assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 1);
    {
        let writer = library.writer.lock().unwrap();
        writer.pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(())).unwrap();
    }
    let second = library.keep(&Kept { reading: Some(&long), ..kept(&bytes, &pixels) }).unwrap();
    assert_eq!(ids(&library, "much"), [second.0]);
    assert_eq!(ids(&library, "first"), [first.0]);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"in the way").unwrap();
    let failure = Library::open(&file.join("library")).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert!(failure.message.contains("file/library"), "{}", failure.message);
    assert_eq!(fs::read(&file).unwrap(), b"in the way");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let failure = Library::open(std::path::Path::new("/proc/glimpse")).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert!(failure.message.contains("/proc/glimpse"), "{}", failure.message);
}

#[test]
fn a_shelf_that_cannot_be_written_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    for first in 0..=255u8 {
        fs::write(folder.path().join("pictures").join(format!("{first:02x}")), b"in the way").unwrap();
    }
    let failure = library.keep(&kept(&[1, 2, 3], &pixels())).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 0);
}

#[test]
fn what_is_no_database_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let garbage = b"Dear diary, this is no database at all. ".repeat(500);
    fs::write(folder.path().join("library.db"), &garbage).unwrap();
    let library = Library::open(folder.path()).unwrap();
    let aside = library.set_aside().unwrap().to_path_buf();
    assert_eq!(fs::read(aside.join("library.db")).unwrap(), garbage);
    let pictures = fs::read_dir(aside.join("pictures")).unwrap().count();
    assert!(pictures > 0, "the pictures were not kept");
    assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 0);
    let id = keep_text(&library, 1, "new");
    library.clear().unwrap();
    assert_eq!(library.entry(id).unwrap_err().code, "unknown_item");
    assert_eq!(fs::read_dir(aside.join("pictures")).unwrap().count(), pictures);
    drop(library);
    assert_eq!(Library::open(folder.path()).unwrap().set_aside(), None);
}

#[test]
fn damage_inside_is_told_then_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let path = folder.path().join("library.db");
    let length = path.metadata().unwrap().len();
    {
        let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.seek(SeekFrom::Start(4096)).unwrap();
        file.write_all(&encoded(3, length as usize - 4096)).unwrap();
    }
    // Either opening notices at once, or a search does and the next opening acts on it.
    let mut aside = None;
    for _ in 0..2 {
        let Ok(library) = Library::open(folder.path()) else { continue };
        aside = library.set_aside().map(std::path::Path::to_path_buf);
        if aside.is_some() {
            assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 0);
            break;
        }
        let failure = library.search(&LibraryQuery::default(), None).unwrap_err();
        assert_eq!(failure.code, "storage");
        assert!(failure.message.contains("damaged"), "{}", failure.message);
    }
    assert_eq!(aside.unwrap().join("library.db").metadata().unwrap().len(), length);
}

#[test]
fn a_newer_library_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let path = folder.path().join("library.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let failure = Library::open(folder.path()).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert!(failure.message.contains("newer version"), "{}", failure.message);
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 1).unwrap();
    assert_eq!(
        Library::open(folder.path()).unwrap().search(&LibraryQuery::default(), None).unwrap().total,
        50
    );
}

#[test]
fn a_lost_or_changed_picture_is_told_and_mended_by_keeping_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let (bytes, pixels) = (encoded(1, 5000), pixels());
    let id = library.keep(&kept(&bytes, &pixels)).unwrap();
    let shelf = fs::read_dir(folder.path().join("pictures")).unwrap().next().unwrap().unwrap().path();
    let file = fs::read_dir(shelf).unwrap().next().unwrap().unwrap().path();
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    fs::write(&file, &changed).unwrap();
    let failure = library.image(id).unwrap_err();
    assert!(failure.code == "storage" && failure.message.contains("damaged"), "{}", failure.message);
    fs::remove_file(&file).unwrap();
    let failure = library.image(id).unwrap_err();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    assert!(failure.code == "storage" && failure.message.contains(&name), "{}", failure.message);
    assert!(library.thumbnail(id).is_ok());
    assert_eq!(library.keep(&kept(&bytes, &pixels)).unwrap(), id);
    assert_eq!(library.image(id).unwrap(), bytes);
}

#[test]
fn another_program_that_holds_the_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let id = keep_text(&library, 1, "first");
    library.writer.lock().unwrap().busy_timeout(std::time::Duration::from_millis(50)).unwrap();
    let other = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let failure = library.delete(id).unwrap_err();
    assert_eq!(failure.code, "storage");
    assert!(failure.message.contains("another program"), "{}", failure.message);
    assert_eq!(ids(&library, "first"), [id.0], "reading waits for nobody");
    other.execute_batch("COMMIT").unwrap();
    library.delete(id).unwrap();
}
