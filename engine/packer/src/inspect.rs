//! Printing what a pack holds.

use std::io::Write;
use std::path::Path;

use glimpse_engine::graph::{Graph, Value};
use glimpse_engine::pack::Pack;

use crate::error::{Error, Result};

/// Prints the header and nodes of the pack at `path`.
pub(crate) fn inspect(path: &Path) -> Result<()> {
    let pack = Pack::open(path)?;
    let header = pack.header();
    let mut text = format!(
        "{} ({:?}), {} bytes, {}\nfrom {}\n",
        header.id,
        header.precision,
        pack.bytes(),
        header.licence,
        header.provenance
    );
    if !header.calibration.is_empty() {
        text.push_str(&format!("calibrated on {}\n", header.calibration));
    }
    text.push_str(&nodes(pack.graph()));
    std::io::stdout().write_all(text.as_bytes()).map_err(|e| Error::io("standard output", e))
}

fn nodes(graph: &Graph) -> String {
    let value = |v: &Value| match v.quant {
        Some(q) => format!("{}[{} u8 {}·(b−{})]", v.name, v.channels, q.scale, q.zero_point),
        None => format!("{}[{}]", v.name, v.channels),
    };
    let mut text = String::new();
    for node in &graph.nodes {
        let inputs: Vec<String> = node.inputs.iter().map(|&i| value(&graph.values[i])).collect();
        text.push_str(&format!(
            "{} = {:?} of {}\n",
            value(&graph.values[node.output]),
            node.op,
            inputs.join(", ")
        ));
    }
    text
}
