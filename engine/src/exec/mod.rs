//! The fast executor: a pack compiled into fused steps over one planned arena.
//!
//! [`Model`] is what all calls share: the graph and its weights, laid out for the kernels.
//! [`Session`] is what one call at a time uses: the arena, scratch memory and the plan of each
//! input shape that it has seen. A run on a known shape allocates nothing.

#[cfg(test)]
mod allocation;
mod arena;
mod compile;
mod dense;
mod elementwise;
mod neck;
#[cfg(all(test, feature = "reference"))]
mod parity;
mod pool;
mod quantized;
#[cfg(test)]
mod request_tests;
mod requests;
#[cfg(test)]
mod same_bytes;
mod session;
mod spatial;
mod team;
#[cfg(test)]
mod test_support;
mod top1;

pub(crate) use compile::{Fusion, Model};
pub(crate) use pool::Pool;
pub(crate) use requests::{Feed, Output, Request, Wanted};
pub(crate) use session::{Finished, Session, SessionStore};
