//! TensorFlow.js graph models: reading them, and NanoDet's graph in particular.

mod import;
mod labels;
mod model;
#[cfg(test)]
mod tests;

pub(crate) use import::nanodet;
pub(crate) use labels::labels;
pub(crate) use model::Model;
