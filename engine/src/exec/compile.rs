//! From a pack to steps.

use std::sync::Arc;

use glimpse_kernels::Kernels;

use super::dense::{Dense, Mixer};
use super::elementwise::Elementwise;
use super::neck::Neck;
use super::spatial::{Depthwise, Pooling, SqueezeExcite};
use super::top1::Top1;
use crate::graph::{Graph, Node, Op, Quant, ValueId};
use crate::pack::Pack;
use crate::{Error, Result};

/// A pack, compiled for the kernels of this machine.
#[derive(Debug)]
pub(crate) struct Model {
    pack: Arc<Pack>,
    kernels: &'static Kernels,
    fusion: Fusion,
    pub(super) steps: Vec<Step>,
}

/// Whether steps are joined, so that values between them are never written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fusion {
    /// Joined where it is faster.
    #[default]
    On,
    /// Every value of the graph is written and kept, for comparison layer by layer.
    Off,
}

/// One step of a run.
#[derive(Debug)]
pub(super) struct Step {
    /// Name of its node (of the last one, where several are joined).
    pub(super) name: String,
    /// What it reads.
    pub(super) inputs: Vec<ValueId>,
    /// What it writes.
    pub(super) output: ValueId,
    /// What it does.
    pub(super) kind: Kind,
}

/// The kinds of steps, by the file that runs them.
#[derive(Debug)]
pub(super) enum Kind {
    /// Dense convolutions and linear layers.
    Dense(Dense),
    /// A pair of pointwise convolutions whose middle stays in cache.
    Mixer(Box<Mixer>),
    /// Depthwise convolution.
    Depthwise(Depthwise),
    /// Pooling.
    Pooling(Pooling),
    /// Squeeze and excite.
    SqueezeExcite(SqueezeExcite),
    /// Add, concat, enlarge, activate.
    Elementwise(Elementwise),
    /// Layer norm, attention, softmax.
    Neck(Neck),
    /// Best class of each position.
    Top1(Top1),
}

impl Kind {
    /// Its name in profiles.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Kind::Dense(_) => "dense",
            Kind::Mixer(_) => "mixer",
            Kind::Depthwise(_) => "depthwise",
            Kind::Pooling(_) => "pooling",
            Kind::SqueezeExcite(_) => "squeeze-excite",
            Kind::Elementwise(_) => "elementwise",
            Kind::Neck(_) => "neck",
            Kind::Top1(_) => "top1",
        }
    }
}

/// What compiling one node needs.
pub(super) struct Compiler<'a> {
    pub(super) pack: &'a Pack,
    pub(super) kernels: &'static Kernels,
    pub(super) graph: &'a Graph,
    pub(super) node: &'a Node,
}

impl<'a> Compiler<'a> {
    /// An error about this node.
    pub(super) fn error(&self, reason: impl Into<String>) -> Error {
        Error::Model {
            model: self.graph.name.clone(),
            reason: format!("{}: {}", self.node.name, reason.into()),
        }
    }

    /// Name of one of the node's tensors.
    pub(super) fn tensor(&self, part: &str) -> String {
        format!("{}.{part}", self.node.name)
    }

    /// Operand `i`'s value.
    pub(super) fn operand(&self, i: usize) -> Result<&'a crate::graph::Value> {
        let id = self.node.inputs.get(i).ok_or_else(|| self.error(format!("operand {i} is missing")))?;
        self.graph.values.get(*id).ok_or_else(|| self.error("operand out of range"))
    }

    /// The result's value.
    pub(super) fn result(&self) -> Result<&'a crate::graph::Value> {
        self.graph.values.get(self.node.output).ok_or_else(|| self.error("result out of range"))
    }

    /// Quantization of operand `i`, which must have one if the result has.
    pub(super) fn quants(&self, i: usize) -> Result<Option<(Quant, Quant)>> {
        match (self.operand(i)?.quant, self.result()?.quant) {
            (Some(a), Some(b)) => Ok(Some((a, b))),
            (None, None) => Ok(None),
            _ => Err(self.error("mixes quantized and real values")),
        }
    }

    fn kind(&self) -> Result<Kind> {
        Ok(match &self.node.op {
            Op::Conv { depthwise: true, window, activation } => {
                Kind::Depthwise(Depthwise::compile(self, *window, *activation)?)
            }
            Op::Conv { window, activation, .. } => Kind::Dense(Dense::conv(self, *window, *activation)?),
            Op::Deconv { stride, activation } => Kind::Dense(Dense::deconv(self, *stride, *activation)?),
            Op::SqueezeExcite { slope, residual } => {
                Kind::SqueezeExcite(SqueezeExcite::compile(self, *slope, *residual)?)
            }
            Op::MaxPool { .. } | Op::AvgPool { .. } | Op::GlobalAvgPool => {
                Kind::Pooling(Pooling::compile(self)?)
            }
            Op::Add { .. } | Op::Bilinear | Op::Concat { .. } | Op::Activate { .. } => {
                Kind::Elementwise(Elementwise::compile(self)?)
            }
            Op::LayerNorm { .. } | Op::Attention { .. } | Op::Softmax => Kind::Neck(Neck::compile(self)?),
            Op::Top1 { classes } => Kind::Top1(Top1::compile(self, *classes)?),
        })
    }
}

impl Model {
    /// Compiles the graph of `pack` for `kernels`.
    ///
    /// # Errors
    /// [`Error::Model`] where the graph does not hold together, [`Error::PackDamaged`] where its
    /// tensors do not fit it.
    pub(crate) fn compile(pack: Arc<Pack>, kernels: &'static Kernels, fusion: Fusion) -> Result<Self> {
        let graph = pack.graph();
        check(graph)?;
        let mut steps = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            let kind = Compiler { pack: &pack, kernels, graph, node }.kind()?;
            steps.push(Step {
                name: node.name.clone(),
                inputs: node.inputs.clone(),
                output: node.output,
                kind,
            });
        }
        if fusion == Fusion::On {
            steps = join(steps, graph);
        }
        pack.release();
        Ok(Self { pack, kernels, fusion, steps })
    }

    /// The model.
    pub(crate) fn graph(&self) -> &Graph {
        self.pack.graph()
    }

    /// The pack it was compiled from.
    pub(crate) fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The kernels it was compiled for.
    pub(crate) fn kernels(&self) -> &'static Kernels {
        self.kernels
    }

    /// Whether steps are joined.
    pub(crate) fn fusion(&self) -> Fusion {
        self.fusion
    }
}

/// Every index is in range, every value is written once and before it is read.
fn check(graph: &Graph) -> Result<()> {
    let error = |reason: String| Error::Model { model: graph.name.clone(), reason };
    let bounded = |v: &crate::graph::Value| {
        (1..=1 << 16).contains(&v.channels) && v.quant.is_none_or(|q| q.scale.is_finite() && q.scale > 0.0)
    };
    if graph.values.is_empty() || !graph.values.iter().all(bounded) {
        return Err(error("a value has no channels, too many, or a scale that is not positive".into()));
    }
    let mut written = vec![false; graph.values.len()];
    written[0] = true;
    for node in &graph.nodes {
        if node.inputs.is_empty() || node.inputs.iter().any(|v| !written.get(*v).copied().unwrap_or(false)) {
            return Err(error(format!("{} reads a value that is not written yet", node.name)));
        }
        match written.get_mut(node.output) {
            Some(w) if !*w => *w = true,
            _ => return Err(error(format!("{} writes a value that is not its own", node.name))),
        }
    }
    if graph.outputs.iter().any(|v| !written.get(*v).copied().unwrap_or(false)) {
        return Err(error("an output is never written".into()));
    }
    if graph.outputs.is_empty() || graph.outputs.len() > super::requests::MAX_OUTPUTS {
        return Err(error("it has no outputs, or too many".into()));
    }
    Ok(())
}

/// Joins pairs of pointwise integer convolutions whose middle value nothing else reads.
fn join(steps: Vec<Step>, graph: &Graph) -> Vec<Step> {
    let readers = |v: ValueId| {
        graph.nodes.iter().flat_map(|n| &n.inputs).filter(|i| **i == v).count()
            + graph.outputs.iter().filter(|o| **o == v).count()
    };
    let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
    for mut step in steps {
        let previous = joined.last().filter(|p| step.inputs[0] == p.output && readers(p.output) == 1);
        let fits = match (previous.map(|p| &p.kind), &step.kind) {
            (Some(Kind::Dense(a)), Kind::Dense(b)) => Mixer::fits(a, b),
            _ => false,
        };
        if fits && let Some(first) = joined.pop() {
            step.inputs[0] = first.inputs[0];
            if let (Kind::Dense(a), Kind::Dense(b)) = (first.kind, step.kind) {
                step.kind = Kind::Mixer(Box::new(Mixer::new(a, b)));
                joined.push(step);
            }
            continue;
        }
        joined.push(step);
    }
    joined
}
