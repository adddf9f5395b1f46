//! Which values are held as bytes.

use glimpse_engine::graph::{Graph, Op, ValueId};

/// Whether the input of `graph` is a picture, not a value of another model.
pub(crate) fn takes_picture(graph: &Graph) -> bool {
    graph.values.first().is_some_and(|v| v.channels == 4)
}

/// Whether value `id` is quantized. The recognizer's neck, which attends over positions, and what
/// comes out of a softmax stay in `f32`, and so does the captioner's memory, which goes into a layer
/// norm.
pub(crate) fn is_quantized(graph: &Graph, id: ValueId) -> bool {
    let Some(node) = graph.nodes.iter().find(|n| n.output == id) else { return true };
    let attends = graph.nodes.iter().any(|n| matches!(n.op, Op::Attention { .. }));
    if attends && node.name.starts_with("neck.") {
        return node.name == "neck.sum";
    }
    !matches!(node.op, Op::Top1 { .. } | Op::Softmax | Op::GlobalAvgPool)
        && !node.name.starts_with("head.linear")
        && node.name != "tail.memory"
}
