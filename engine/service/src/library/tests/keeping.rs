//! Keeping, merging, deleting.

use super::*;
use std::fs;
use std::path::Path;

/// Files below `folder`.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out
}

fn contains(path: &Path, needle: &[u8]) -> bool {
    fs::read(path).unwrap().windows(needle.len()).any(|w| w == needle)
}

#[test]
fn what_was_kept_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (bytes, pixels) = (encoded(1, 5000), pixels());
    let (reading, description, found) =
        (reading("Hello\nworld"), description("A dog."), found(&["cat", "dog"]));
    let embedding = embedding(1);
    let id = {
        let library = Library::open(folder.path()).unwrap();
        assert_eq!(library.set_aside(), None);
        let kept = Kept {
            name: Some("naïve \"name\".jpg"),
            embedding: Some(&embedding),
            reading: Some(&reading),
            description: Some(&description),
            found: Some(&found),
            ..kept(&bytes, &pixels)
        };
        library.keep(&kept).unwrap()
    };
    let library = Library::open(folder.path()).unwrap();
    let entry = library.entry(id).unwrap();
    assert_eq!(entry.reading, Some(reading));
    assert_eq!(entry.description, Some(description));
    assert_eq!(entry.found, Some(found));
    let item = entry.item;
    assert_eq!(item.name.as_deref(), Some("naïve \"name\".jpg"));
    assert_eq!((item.width, item.height), (40, 30));
    assert_eq!(item.text.as_deref(), Some("Hello\nworld"));
    assert_eq!(item.caption.as_deref(), Some("A dog."));
    assert_eq!(item.labels, ["cat", "dog", "beagle"]);
    assert!(item.kept_ms > 1_600_000_000_000);
    assert_eq!(library.image(id).unwrap(), bytes);
    let small = image::load_from_memory(&library.thumbnail(id).unwrap()).unwrap();
    assert_eq!((small.width(), small.height()), (40, 30));
    let on_disk: u64 = files(folder.path())
        .iter()
        .filter(|p| !p.to_string_lossy().ends_with("-shm"))
        .map(|p| p.metadata().unwrap().len())
        .sum();
    assert_eq!(library.bytes().unwrap(), on_disk);
}

#[test]
fn results_of_the_same_picture_are_one_item() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let (bytes, pixels) = (encoded(1, 5000), pixels());
    let plain = kept(&bytes, &pixels);
    let (read, described) = (reading("milk"), description("A dog."));
    let id = library.keep(&Kept { name: Some("a.jpg"), reading: Some(&read), ..plain }).unwrap();
    assert_eq!(library.keep(&Kept { description: Some(&described), ..plain }).unwrap(), id);
    assert_eq!(library.keep(&Kept { item: Some(id), found: Some(&found(&["cup"])), ..plain }).unwrap(), id);
    let entry = library.entry(id).unwrap();
    assert!(entry.reading.is_some() && entry.description.is_some() && entry.found.is_some());
    assert_eq!(entry.item.name.as_deref(), Some("a.jpg"));
    for words in ["milk", "a jpg", "cup", "beagle milk"] {
        assert_eq!(ids(&library, words), [id.0], "{words}");
    }
    library.keep(&Kept { reading: Some(&reading("bread")), name: Some("b.jpg"), ..plain }).unwrap();
    assert_eq!(library.entry(id).unwrap().item.name.as_deref(), Some("b.jpg"));
    assert_eq!(ids(&library, "milk"), [0i64; 0]);
    assert_eq!(ids(&library, "bread"), [id.0]);
    let other = encoded(2, 5000);
    assert_ne!(library.keep(&kept(&other, &pixels)).unwrap(), id);
    assert_ne!(library.keep(&Kept { item: Some(id), ..kept(&other[1..], &pixels) }).unwrap(), id);
    let page = library.search(&LibraryQuery::default(), None).unwrap();
    assert_eq!((page.total, page.items.len()), (3, 3));
}

#[test]
fn deleted_pictures_are_gone_from_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let (bytes, pixels) = (encoded(1, 5000), pixels());
    let secret = reading("xylophonequartz");
    let id = library.keep(&Kept { reading: Some(&secret), ..kept(&bytes, &pixels) }).unwrap();
    let stays = keep_text(&library, 2, "stays");
    assert!(files(folder.path()).iter().any(|p| contains(p, b"xylophonequartz")));
    library.delete(id).unwrap();
    assert!(!files(folder.path()).iter().any(|p| contains(p, b"xylophonequartz")));
    assert!(!files(folder.path()).iter().any(|p| fs::read(p).unwrap() == bytes));
    for failure in [
        library.entry(id).unwrap_err(),
        library.thumbnail(id).unwrap_err(),
        library.image(id).unwrap_err(),
        library.delete(id).unwrap_err(),
    ] {
        assert_eq!(failure.code, "unknown_item");
    }
    assert_eq!(ids(&library, "xylophonequartz"), [0i64; 0]);
    assert_eq!(ids(&library, "stays"), [stays.0]);
    assert_eq!(library.image(stays).unwrap(), encoded(2, 100));
    let again = library.keep(&Kept { item: Some(id), ..kept(&bytes, &pixels) }).unwrap();
    assert!(again > stays, "an id was used again");
    assert_eq!(library.entry(again).unwrap().reading, None);
}

#[test]
fn a_cleared_library_is_empty_and_small() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let empty = library.bytes().unwrap();
    for seed in 0..200 {
        keep_text(&library, seed, &"xylophonequartz and much more ".repeat(50));
    }
    assert!(library.bytes().unwrap() > 5 * empty);
    library.clear().unwrap();
    assert!(library.bytes().unwrap() <= empty, "{} {empty}", library.bytes().unwrap());
    let left = files(folder.path());
    assert!(left.iter().all(|p| !contains(p, b"xylophonequartz")));
    assert!(left.iter().all(|p| !p.starts_with(folder.path().join("pictures"))), "{left:?}");
    assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 0);
    let id = keep_text(&library, 1, "again");
    assert_eq!(ids(&library, "again"), [id.0]);
}

#[test]
fn odd_values_are_kept_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).unwrap();
    let pixels = pixels();
    let hostile = "a'; DROP TABLE items; --\0\u{202e}\"*";
    let id = library
        .keep(&Kept { name: Some(hostile), reading: Some(&reading(hostile)), ..kept(&[1], &pixels) })
        .unwrap();
    assert_eq!(library.entry(id).unwrap().item.name.as_deref(), Some(hostile));
    assert_eq!(library.entry(id).unwrap().reading, Some(reading(hostile)));
    assert_eq!(ids(&library, hostile), [id.0]);
    let long = "é".repeat(1 << 20);
    let id = library
        .keep(&Kept { name: Some(&long), reading: Some(&reading(&long)), ..kept(&[2], &pixels) })
        .unwrap();
    let entry = library.entry(id).unwrap();
    assert_eq!(entry.item.name.unwrap().chars().count(), 255);
    assert_eq!(entry.item.text.unwrap().chars().count(), 240);
    assert_eq!(entry.reading.unwrap().lines[0].text, long);
    let failure = library.keep(&Kept { embedding: Some(&[1.0; 3]), ..kept(&[3], &pixels) }).unwrap_err();
    assert_eq!(failure.code, "internal");
    assert_eq!(library.search(&LibraryQuery::default(), None).unwrap().total, 2);
}

#[test]
fn several_threads_and_two_libraries_share_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let libraries: Vec<Library> = std::thread::scope(|scope| {
        let open = || Library::open(folder.path()).unwrap();
        let openers: Vec<_> = (0..2).map(|_| scope.spawn(open)).collect();
        openers.into_iter().map(|o| o.join().unwrap()).collect()
    });
    std::thread::scope(|scope| {
        for thread in 0..4u64 {
            let library = &libraries[thread as usize % 2];
            scope.spawn(move || {
                for n in 0..10 {
                    // Half of the pictures are everybody's, half this thread's own.
                    let seed = if n % 2 == 0 { n } else { 100 * (thread + 1) + n };
                    let id = keep_text(library, seed, &format!("shared picture{seed}"));
                    assert!(ids(library, &format!("picture{seed}")).contains(&id.0));
                }
            });
        }
    });
    for library in &libraries {
        let page = library.search(&LibraryQuery { limit: Some(200), ..Default::default() }, None).unwrap();
        assert_eq!(page.total, 5 + 4 * 5);
        for item in &page.items {
            library.image(item.id).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_pictures() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("library");
    let library = Library::open(&inside).unwrap();
    keep_text(&library, 1, "x");
    for path in [inside.clone(), inside.join("pictures")] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}
