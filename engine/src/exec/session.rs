//! Running a model: the arena, the plan of each input shape, and the loop over steps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use glimpse_kernels::qgemm::QScratch;
use glimpse_kernels::{Kernels, SLACK};

use super::arena::{Arena, Lifetime, Place, place};
use super::compile::{Fusion, Kind, Model, Step};
use super::pool::{PerThread, Pool};
use super::requests::{Feed, Output, Request, StepTime, Wanted};
use crate::graph::{Activation, LEAKY_SLOPE};
use crate::read::CancelToken;
use crate::{Error, Result};

/// What one run at a time uses.
#[derive(Debug)]
pub(crate) struct Session {
    arena: Arena,
    scratch: PerThread<Scratch>,
    /// The input's bytes, for models of real values.
    raw: Vec<u8>,
    plans: HashMap<([usize; 2], Wanted), Arc<Plan>>,
}

/// Where each value lies for one input shape.
#[derive(Debug)]
struct Plan {
    shapes: Vec<[usize; 2]>,
    /// Indices of the steps that run.
    steps: Vec<usize>,
    wanted: Wanted,
    places: Vec<Place>,
    bytes: usize,
    scratch: usize,
}

/// Memory that a thread uses within a step.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Row pointers of integer convolutions.
    pub(super) pointers: QScratch,
    /// Of integer depthwise convolutions.
    pub(super) depthwise: glimpse_kernels::qdepthwise::QDepthwiseScratch,
    /// Row pointers of real convolutions.
    pub(super) real_pointers: glimpse_kernels::fgemm::FScratch,
    /// Bytes.
    pub(super) bytes: Vec<u8>,
    /// Floats.
    pub(super) floats: Vec<f32>,
}

/// What the steps of a run share.
pub(super) struct Run<'a> {
    pub(super) kernels: &'static Kernels,
    pub(super) pool: &'a Pool,
    pub(super) scratch: &'a PerThread<Scratch>,
    /// Classes that [`Top1`](crate::graph::Op::Top1) may choose; all where [`None`].
    pub(super) allowed: Option<&'a [bool]>,
}

impl Run<'_> {
    /// Applies an elementwise function in place.
    pub(super) fn activate(&self, activation: Activation, x: &mut [f32]) {
        match activation {
            Activation::None => {}
            Activation::Relu => self.kernels.relu_f32(x),
            Activation::Relu6 => self.kernels.relu6_f32(x),
            Activation::Gelu => self.kernels.gelu_f32(x),
            Activation::Silu => self.kernels.silu_f32(x),
            Activation::HardSwish => self.kernels.hard_swish_f32(x),
            Activation::Sigmoid => self.kernels.sigmoid_f32(x),
            Activation::LeakyRelu => self.kernels.leaky_relu_f32(x, LEAKY_SLOPE),
        }
    }
}

/// A value that a step reads: its bytes with slack, and its height and width.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operand<'a> {
    bytes: &'a [u8],
    pub(super) shape: [usize; 2],
}

impl<'a> Operand<'a> {
    pub(super) fn bytes(bytes: &'a [u8], shape: [usize; 2]) -> Self {
        Self { bytes, shape }
    }

    /// As bytes, slack included.
    pub(super) fn u8(&self) -> &'a [u8] {
        self.bytes
    }

    /// As floats, slack included.
    pub(super) fn f32(&self) -> &'a [f32] {
        bytemuck::cast_slice(self.bytes)
    }

    /// Positions.
    pub(super) fn pixels(&self) -> usize {
        self.shape[0] * self.shape[1]
    }
}

/// A value that a step writes, without slack.
#[derive(Debug)]
pub(super) enum Target<'a> {
    U8(&'a mut [u8]),
    F32(&'a mut [f32]),
}

/// Plans kept by a session; a picture of a new shape beyond these drops them all.
const MAX_PLANS: usize = 256;

impl Session {
    /// A session whose steps are cut among `threads` threads.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            arena: Arena::default(),
            scratch: PerThread::new(threads, Scratch::default),
            raw: Vec::new(),
            plans: HashMap::new(),
        }
    }

    /// Threads that its steps may be cut among.
    pub(crate) fn threads(&self) -> usize {
        self.scratch.len()
    }

    /// Bytes that the arena holds.
    pub(crate) fn arena_bytes(&self) -> usize {
        self.arena.bytes().len()
    }

    /// Runs `model` as `request` asks. Steps are cut among the threads of `pool`.
    ///
    /// # Errors
    /// [`Error::Model`] where the input does not fit the model, [`Error::Cancelled`].
    pub(crate) fn run<'a>(
        &'a mut self,
        model: &'a Model,
        request: &Request<'_>,
        pool: &Pool,
        cancel: &CancelToken,
    ) -> Result<Finished<'a>> {
        let plan = self.prepare(model, request)?;
        self.write_input(model, &plan, request.feed)?;
        let run = Run { kernels: model.kernels(), pool, scratch: &self.scratch, allowed: request.allowed };
        let arena = &mut self.arena;
        pool.install(|| {
            for i in &plan.steps {
                cancel.check()?;
                run_step(&model.steps[*i], &run, model, &plan, arena);
            }
            Ok(())
        })?;
        Ok(Finished { model, arena: &self.arena, plan })
    }

    /// Like [`run`](Self::run), giving each step's name, wall time and multiply-accumulates.
    pub(crate) fn profile(
        &mut self,
        model: &Model,
        request: &Request<'_>,
        pool: &Pool,
    ) -> Result<Vec<StepTime>> {
        let plan = self.prepare(model, request)?;
        self.write_input(model, &plan, request.feed)?;
        let run = Run { kernels: model.kernels(), pool, scratch: &self.scratch, allowed: request.allowed };
        let arena = &mut self.arena;
        let times = pool.install(|| {
            plan.steps
                .iter()
                .map(|i| {
                    let step = &model.steps[*i];
                    let started = Instant::now();
                    run_step(step, &run, model, &plan, arena);
                    let time = started.elapsed();
                    StepTime {
                        name: step.name.clone(),
                        kind: step.kind.name(),
                        time,
                        macs: step.macs(&plan.shapes),
                    }
                })
                .collect()
        });
        Ok(times)
    }

    /// The plan for `request`, with memory for it.
    fn prepare(&mut self, model: &Model, request: &Request<'_>) -> Result<Arc<Plan>> {
        let plan = self.plan(model, request)?;
        self.arena.reserve(plan.bytes);
        for scratch in self.scratch.iter_mut() {
            if scratch.bytes.len() < plan.scratch {
                scratch.bytes.resize(plan.scratch, 0);
                scratch.floats.resize(plan.scratch.div_ceil(4), 0.0);
            }
        }
        Ok(plan)
    }

    fn write_input(&mut self, model: &Model, plan: &Plan, feed: Feed<'_>) -> Result<()> {
        let value = &model.graph().values[0];
        let len = plan.shapes[0][0] * plan.shapes[0][1] * value.channels;
        let input = &model.graph().input;
        let place = plan.places[0];
        let bytes = &mut self.arena.bytes_mut()[place.offset..][..place.bytes];
        match (feed, value.quant) {
            (Feed::Picture(fill), Some(_)) if value.channels == 4 => fill(&mut bytes[..len]),
            (Feed::Picture(fill), None) if value.channels == 4 => {
                let floats = &mut bytemuck::cast_slice_mut::<u8, f32>(bytes)[..len];
                self.raw.resize(len, 0);
                fill(&mut self.raw);
                for (pixel, real) in self.raw.chunks_exact(4).zip(floats.chunks_exact_mut(4)) {
                    for ((r, b), shift) in real.iter_mut().zip(pixel).zip(&input.shift) {
                        *r = f32::from(*b).mul_add(input.scale, input.offset) + shift;
                    }
                    real[3] = 0.0;
                }
            }
            (Feed::Bytes(given), Some(_)) if given.len() == len => bytes[..len].copy_from_slice(given),
            (Feed::Reals(given), None) if given.len() == len => {
                bytemuck::cast_slice_mut::<u8, f32>(bytes)[..len].copy_from_slice(given);
            }
            _ => {
                return Err(Error::Model {
                    model: model.graph().name.clone(),
                    reason: format!("its input is not {feed:?} of this size"),
                });
            }
        }
        Ok(())
    }

    fn plan(&mut self, model: &Model, request: &Request<'_>) -> Result<Arc<Plan>> {
        let key = (request.shape, request.wanted);
        if let Some(plan) = self.plans.get(&key) {
            return Ok(plan.clone());
        }
        if self.plans.len() >= MAX_PLANS {
            self.plans.clear();
        }
        let plan = Arc::new(Plan::new(model, request.shape, request.wanted)?);
        self.plans.insert(key, plan.clone());
        Ok(plan)
    }
}

impl Plan {
    fn new(model: &Model, shape: [usize; 2], wanted: Wanted) -> Result<Self> {
        let graph = model.graph();
        let error = |reason: &str| Error::Model {
            model: graph.name.clone(),
            reason: format!("{reason} for {shape:?}"),
        };
        let fits = |i: usize| {
            let (side, fixed, multiple) = (shape[i], graph.input.fixed[i], graph.input.multiple_of[i].max(1));
            side > 0 && side % multiple == 0 && (fixed == 0 || fixed == side)
        };
        if !fits(0) || !fits(1) || shape[0].saturating_mul(shape[1]) > 1 << 28 {
            return Err(error("the input's sides do not fit the model"));
        }
        let shapes =
            graph.shapes(shape[0], shape[1]).ok_or_else(|| error("operands do not fit each other"))?;
        let mut lives: Vec<Lifetime> =
            graph.values.iter().map(|_| Lifetime { bytes: 0, steps: 0..0 }).collect();
        let size = |v: usize| {
            let element = if graph.values[v].quant.is_some() { 1 } else { 4 };
            shapes[v][0] * shapes[v][1] * graph.values[v].channels * element
        };
        let last = model.steps.len();
        lives[0] = Lifetime { bytes: size(0), steps: 0..0 };
        let steps = model.steps_for(wanted);
        for i in steps.iter().copied() {
            let step = &model.steps[i];
            lives[step.output] = Lifetime { bytes: size(step.output), steps: i..i };
            for v in &step.inputs {
                lives[*v].steps.end = i;
            }
        }
        for v in graph.outputs.iter().enumerate().filter(|(i, _)| wanted.has(*i)).map(|(_, v)| v) {
            lives[*v].steps.end = last;
        }
        if model.fusion() == Fusion::Off {
            lives.iter_mut().for_each(|l| l.steps.end = last);
        }
        let (places, bytes) = place(&lives);
        let scratch = steps.iter().map(|i| model.steps[*i].scratch(&shapes)).max().unwrap_or(0) + 4 * SLACK;
        Ok(Self { shapes, steps, wanted, places, bytes, scratch })
    }
}

impl Step {
    fn scratch(&self, shapes: &[[usize; 2]]) -> usize {
        let shape = shapes[self.inputs[0]];
        match &self.kind {
            Kind::Dense(d) => d.scratch(shape),
            Kind::Mixer(m) => m.scratch(),
            Kind::Neck(n) => n.scratch(shape),
            Kind::Top1(t) => t.scratch(shape),
            Kind::Depthwise(_) | Kind::Pooling(_) | Kind::SqueezeExcite(_) | Kind::Elementwise(_) => 0,
        }
    }

    /// Multiply-accumulates of this step, those of convolutions and linear layers.
    pub(super) fn macs(&self, shapes: &[[usize; 2]]) -> u64 {
        let shape = shapes[self.inputs[0]];
        match &self.kind {
            Kind::Dense(d) => d.macs(shape),
            Kind::Mixer(m) => m.macs(shape),
            Kind::Depthwise(d) => d.macs(shape),
            Kind::Top1(t) => t.macs(shape),
            Kind::Neck(n) => n.macs(shape),
            Kind::Pooling(_) | Kind::SqueezeExcite(_) | Kind::Elementwise(_) => 0,
        }
    }
}

impl Model {
    /// Multiply-accumulates of the outputs `wanted` for an input of `shape`.
    ///
    /// # Errors
    /// [`Error::Model`] where the shape does not fit.
    pub(crate) fn macs(&self, shape: [usize; 2], wanted: Wanted) -> Result<u64> {
        let plan = Plan::new(self, shape, wanted)?;
        Ok(plan.steps.iter().map(|i| self.steps[*i].macs(&plan.shapes)).sum())
    }

    /// Indices of the steps that the outputs `wanted` need, all of them without fusion.
    fn steps_for(&self, wanted: Wanted) -> Vec<usize> {
        if self.fusion() == Fusion::Off {
            return (0..self.steps.len()).collect();
        }
        let graph = self.graph();
        let mut needed = vec![false; graph.values.len()];
        for (i, v) in graph.outputs.iter().enumerate() {
            needed[*v] |= wanted.has(i);
        }
        let mut steps: Vec<usize> = Vec::with_capacity(self.steps.len());
        for (i, step) in self.steps.iter().enumerate().rev() {
            if needed[step.output] {
                step.inputs.iter().for_each(|v| needed[*v] = true);
                steps.push(i);
            }
        }
        steps.reverse();
        steps
    }
}

/// Most operands of a step.
pub(super) const MAX_OPERANDS: usize = 4;

fn run_step(step: &Step, run: &Run<'_>, model: &Model, plan: &Plan, arena: &mut Arena) {
    let graph = model.graph();
    let count = step.inputs.len().min(MAX_OPERANDS);
    let mut places = [Place::default(); MAX_OPERANDS];
    for (p, v) in places.iter_mut().zip(&step.inputs) {
        *p = plan.places[*v];
    }
    let (out, operands) = arena.split(plan.places[step.output], places);
    let mut read = [Operand { bytes: &[], shape: [0, 0] }; MAX_OPERANDS];
    for ((r, bytes), v) in read.iter_mut().zip(operands).zip(&step.inputs) {
        *r = Operand { bytes, shape: plan.shapes[*v] };
    }
    let value = &graph.values[step.output];
    let [h, w] = plan.shapes[step.output];
    let len = h * w * value.channels;
    let target = if value.quant.is_some() {
        Target::U8(&mut out[..len])
    } else {
        Target::F32(&mut bytemuck::cast_slice_mut(out)[..len])
    };
    let operands = &read[..count];
    match &step.kind {
        Kind::Dense(k) => k.run(run, operands, target),
        Kind::Mixer(k) => k.run(run, operands, target),
        Kind::Depthwise(k) => k.run(run, operands, target),
        Kind::Pooling(k) => k.run(run, operands, target),
        Kind::SqueezeExcite(k) => k.run(run, operands, target),
        Kind::Elementwise(k) => k.run(run, operands, target),
        Kind::Neck(k) => k.run(run, operands, target),
        Kind::Top1(k) => k.run(run, operands, target),
    }
}

/// The results of a run, until the session runs again.
#[derive(Debug)]
pub(crate) struct Finished<'a> {
    model: &'a Model,
    arena: &'a Arena,
    plan: Arc<Plan>,
}

impl<'a> Finished<'a> {
    /// Value `id` of the graph and its height and width. Only the outputs that were asked for are
    /// sure to be there, unless the model was compiled without fusion.
    pub(super) fn value(&self, id: usize) -> (Output<'a>, [usize; 2]) {
        let value = &self.model.graph().values[id];
        let shape = self.plan.shapes[id];
        let place = self.plan.places[id];
        let len = shape[0] * shape[1] * value.channels;
        let bytes = &self.arena.bytes()[place.offset..][..place.bytes];
        let output = if value.quant.is_some() {
            Output::U8(&bytes[..len])
        } else {
            Output::F32(&bytemuck::cast_slice(bytes)[..len])
        };
        (output, shape)
    }

    /// Output `index` of the graph and its height and width.
    ///
    /// # Errors
    /// [`Error::Model`] where the graph has no such output or it was not asked for.
    pub(crate) fn output(&self, index: usize) -> Result<(Output<'a>, [usize; 2])> {
        match self.model.graph().outputs.get(index) {
            Some(v) if self.plan.wanted.has(index) => Ok(self.value(*v)),
            _ => Err(self.error(format!("output {index} was not computed"))),
        }
    }

    /// Output `index` of the graph, which must be in real numbers.
    ///
    /// # Errors
    /// Those of [`output`](Self::output); [`Error::Model`] where it is quantized.
    pub(crate) fn reals(&self, index: usize) -> Result<&'a [f32]> {
        match self.output(index)?.0 {
            Output::F32(reals) => Ok(reals),
            Output::U8(_) => Err(self.error(format!("output {index} is not real"))),
        }
    }

    fn error(&self, reason: String) -> Error {
        Error::Model { model: self.model.graph().name.clone(), reason }
    }
}

/// Sessions that wait for their next run, each for a pool of as many threads as it was made for.
#[derive(Debug, Default)]
pub(crate) struct SessionStore(Mutex<Vec<Session>>);

/// Arenas beyond this go back to the system after their run: one large page must not hold its
/// memory while the next picture is decoded.
const KEPT_ARENA: usize = 20 << 20;

/// Sizes of pools whose sessions are kept: beyond these, those go whose turn was longest ago.
const KEPT_SIZES: usize = 4;

impl SessionStore {
    /// A waiting session for `threads` threads, or a new one.
    pub(crate) fn take(&self, threads: usize) -> Session {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.iter().rposition(|session| session.threads() == threads) {
            Some(i) => waiting.remove(i),
            None => Session::new(threads),
        }
    }

    /// Keeps `session` for the next run.
    pub(crate) fn put(&self, mut session: Session) {
        if session.arena_bytes() > KEPT_ARENA {
            session.arena = Arena::default();
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(session);
        let mut sizes: Vec<usize> = Vec::with_capacity(KEPT_SIZES + 1);
        for size in waiting.iter().rev().map(Session::threads) {
            if !sizes.contains(&size) {
                sizes.push(size);
            }
        }
        if let Some(oldest) = sizes.get(KEPT_SIZES) {
            waiting.retain(|session| session.threads() != *oldest);
        }
    }
}

#[cfg(test)]
mod store_tests {
    use super::*;

    #[test]
    fn a_session_goes_to_a_pool_of_its_size_and_few_sizes_are_kept() {
        let store = SessionStore::default();
        let waiting = || -> Vec<usize> { store.0.lock().unwrap().iter().map(Session::threads).collect() };
        for threads in [1, 2, 2, 3] {
            store.put(Session::new(threads));
        }
        assert_eq!(store.take(2).threads(), 2);
        assert_eq!(store.take(5).threads(), 5);
        assert_eq!(waiting(), [1, 2, 3]);
        for threads in [4, 5] {
            store.put(Session::new(threads));
        }
        assert_eq!(waiting(), [2, 3, 4, 5], "those of one thread waited longest");
    }
}
