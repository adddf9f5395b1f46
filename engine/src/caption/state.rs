//! What a running decoder keeps: all of it is planned before the first token.

use super::decoder::{Decoder, Shape};
use super::linear::{Inputs, Products};

/// Keys and values, see [`CachedAttention`](glimpse_kernels::cached::CachedAttention).
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) keys: Vec<f32>,
    pub(super) values: Vec<f32>,
}

impl Kept {
    fn new(len: usize) -> Self {
        Self { keys: vec![0.0; len], values: vec![0.0; len] }
    }
}

/// Logits of a part of the vocabulary.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) logits: Vec<f32>,
    pub(super) columns: usize,
    pub(super) products: Products,
}

/// Memory of one caption at a time.
#[derive(Debug)]
pub(super) struct State {
    shape: Shape,
    rows: usize,
    /// Steps taken.
    pub(super) at: usize,
    /// Memory and its positions `[places][width]`.
    pub(super) memory: Vec<f32>,
    /// Keys and values of the memory in one layer, before they are laid out.
    pub(super) pairs: Vec<f32>,
    pub(super) x: Vec<f32>,
    pub(super) normed: Vec<f32>,
    pub(super) wide: Vec<f32>,
    pub(super) middle: Vec<f32>,
    pub(super) attended: Vec<f32>,
    /// Of the attention that ran last, `[rows][heads][capacity]`: after a step the cross-attention
    /// of the last layer.
    pub(super) probabilities: Vec<f32>,
    pub(super) inputs: Inputs,
    pub(super) products: Products,
    /// By layer.
    pub(super) cross: Vec<Kept>,
    /// By layer and slot.
    pub(super) own: Vec<Vec<Kept>>,
    /// The slot of each row.
    pub(super) slots: Vec<usize>,
    next_slots: Vec<usize>,
    pub(super) parts: Vec<Part>,
}

impl State {
    /// For captions of `decoder` with up to `rows` rows a step.
    pub(super) fn new(decoder: &Decoder, rows: usize) -> Self {
        let shape = *decoder.shape();
        let Shape { width, middle, places, .. } = shape;
        let (own, cross) = (shape.own(), shape.cross());
        let most = rows.max(places);
        let widest = middle.max(3 * width);
        let part = |columns: usize| Part {
            logits: vec![0.0; rows * columns],
            columns,
            products: Products::new(rows * columns, width),
        };
        Self {
            shape,
            rows,
            at: 0,
            memory: vec![0.0; places * width],
            pairs: vec![0.0; places * 2 * width],
            x: vec![0.0; rows * width],
            normed: vec![0.0; most * width],
            wide: vec![0.0; rows * 3 * width],
            middle: vec![0.0; rows * middle],
            attended: vec![0.0; rows * width],
            probabilities: vec![0.0; rows * shape.heads * own.capacity.max(cross.capacity)],
            inputs: Inputs::new(most, widest),
            products: Products::new((rows * widest).max(places * 2 * width), widest),
            cross: vec![Kept::new(cross.len()); shape.layers],
            own: vec![vec![Kept::new(own.len()); rows]; shape.layers],
            slots: Vec::with_capacity(rows),
            next_slots: Vec::with_capacity(rows),
            parts: decoder.parts().map(part).collect(),
        }
    }

    /// Most rows of a step.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of what is kept between steps and of the logits.
    pub(super) fn bytes(&self) -> usize {
        let kept = self.own.iter().flatten().chain(&self.cross);
        let kept: usize = kept.map(|k| k.keys.len() + k.values.len()).sum();
        let logits: usize = self.parts.iter().map(|p| p.logits.len()).sum();
        4 * (kept + logits + self.memory.len() + self.pairs.len())
    }

    /// Forgets the caption before.
    pub(super) fn restart(&mut self) {
        self.at = 0;
        self.slots.clear();
        self.slots.push(0);
    }

    /// Makes row `i` continue what row `parents[i]` had seen. Rows keep their slots where they can;
    /// of a row that goes on as two, the second is copied.
    pub(super) fn follow(&mut self, parents: &[usize]) {
        assert!(parents.len() <= self.rows && parents.iter().all(|p| *p < self.slots.len()));
        let next = &mut self.next_slots;
        next.clear();
        for (i, parent) in parents.iter().enumerate() {
            let first = !parents[..i].contains(parent);
            next.push(if first { self.slots[*parent] } else { usize::MAX });
        }
        let channels = self.shape.width;
        for (i, parent) in parents.iter().enumerate() {
            if next[i] != usize::MAX {
                continue;
            }
            let free = (0..self.rows).find(|slot| !next.contains(slot)).expect("as many slots as rows");
            next[i] = free;
            let from = self.slots[*parent];
            for slots in &mut self.own {
                let Ok([from, to]) = slots.get_disjoint_mut([from, free]) else { continue };
                to.keys.copy_from_slice(&from.keys);
                let seen = self.at * channels;
                to.values[..seen].copy_from_slice(&from.values[..seen]);
            }
        }
        std::mem::swap(&mut self.slots, &mut self.next_slots);
    }

    /// The logits of `row`, and the token that each piece of them starts at.
    pub(super) fn logits(&self, row: usize) -> impl Iterator<Item = (usize, &[f32])> {
        let mut first = 0;
        self.parts.iter().map(move |part| {
            let at = first;
            first += part.columns;
            (at, &part.logits[row * part.columns..][..part.columns])
        })
    }

    /// Mean over heads of the last layer's attention of `row` to the memory's places, into `out`
    /// (`[places]`).
    pub(super) fn attention(&self, row: usize, out: &mut [f32]) {
        let (heads, capacity) = (self.shape.heads, self.shape.cross().capacity);
        let share = 1.0 / heads as f32;
        out.fill(0.0);
        for head in self.probabilities[row * heads * capacity..].chunks_exact(capacity).take(heads) {
            out.iter_mut().zip(head).for_each(|(out, p)| *out += p * share);
        }
    }
}
