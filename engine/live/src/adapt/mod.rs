//! Keeps a session within its budget: time of a frame, heat, power.
//!
//! ```text
//! Signals ─► time, heat, power: how far from the bound, filtered ─► Controller ─► a step of the ladder
//! ```
//!
//! The load is a step of a ladder on which each step costs about a quarter less than the one before. That
//! makes one step down a multiplicative decrease, by more steps the further the bound is exceeded, and the
//! climb goes one step at a time after a calm that grows with every attempt that failed: what makes
//! additive-increase multiplicative-decrease settle (D.-M. Chiu and R. Jain, "Analysis of the increase and
//! decrease algorithms for congestion avoidance in computer networks", 1989). Two thresholds a signal, as
//! in a Schmitt trigger (O. H. Schmitt, "A thermionic trigger", 1938), keep noise from deciding.
//!
//! Nothing here reads a clock or the device: the same signals give the same steps.

mod backoff;
mod controller;
mod demand;
mod heat;
mod ladder;
mod power;
mod strain;
mod warmth;

pub use controller::{Controller, Signals};
pub use ladder::ladder;
