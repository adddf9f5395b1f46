//! A run on a known shape allocates nothing.

use std::path::PathBuf;
use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::{Feed, Fusion, Model, Pool, Request, Session, Wanted};
use crate::pack::Manifest;
use crate::read::CancelToken;

#[test]
fn a_second_run_allocates_nothing() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets");
    let manifest = Manifest::read(&folder).expect("assets/packs.toml");
    for (id, shape) in [("ocr-det-int8", [96, 160]), ("ocr-rec-int8", [48, 200]), ("see-int8", [224, 224])] {
        let pack = Arc::new(manifest.open(&folder, id).expect("pack"));
        let model = Model::compile(pack, Kernels::best(), Fusion::On).expect("compile");
        let mut session = Session::new(1);
        let pool = Pool::single();
        let cancel = CancelToken::new();
        let mut run = || {
            let fill = |input: &mut [u8]| input.fill(200);
            let request = Request { shape, feed: Feed::Picture(&fill), wanted: Wanted::ALL, allowed: None };
            session.run(&model, &request, &pool, &cancel).map(|_| ()).expect("run");
        };
        run();
        let counted = allocation_counter::measure(run);
        assert_eq!(counted.count_total, 0, "{id} allocated {} bytes", counted.bytes_total);
    }
}
