//! The document from which the UI's types are generated is that of this build.

use std::path::Path;

#[test]
fn the_committed_document_is_this_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/backend/schema.json");
    let committed: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(committed == glimpse_serve::openapi(), "`make types` writes ui/src/backend/schema.json again");
}
