//! The committed packs are those that assets/packs.toml lists.

mod support;

use std::fs;

use glimpse_engine::pack::{Manifest, Pack};
use sha2::{Digest, Sha256};
use support::root;

#[test]
fn sizes_checksums_licences_and_provenance_are_as_listed() {
    let folder = root().join("assets");
    let list = Manifest::read(&folder).unwrap();
    assert!(!list.packs.is_empty());
    let mut together = 0;
    for entry in &list.packs {
        let path = folder.join(&entry.file);
        let committed = !entry.file.starts_with("f32/");
        if !committed && !path.is_file() {
            println!("{} was not made (make packs-f32), so it is not compared", entry.id);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len() as u64, entry.bytes, "{}", entry.id);
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, entry.sha256, "{}", entry.id);
        let pack = Pack::open(&path).unwrap();
        assert_eq!(pack.header().id, entry.id);
        assert_eq!(pack.header().licence, entry.licence);
        assert_eq!(pack.header().provenance, entry.provenance);
        assert!(!entry.licence.is_empty() && !entry.provenance.is_empty());
        if committed {
            together += entry.bytes;
        }
    }
    assert!(together < 35_000_000, "the default packs take {together} bytes");
}

#[test]
fn every_pack_in_the_folder_is_listed() {
    let folder = root().join("assets");
    let list = Manifest::read(&folder).unwrap();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".safetensors") {
            assert!(list.packs.iter().any(|pack| pack.file == name), "{name} is not listed");
        }
    }
}
