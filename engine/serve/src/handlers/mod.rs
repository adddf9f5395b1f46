//! What each address does.

mod lessons;
mod library;
mod live;
mod looks;
mod meta;
mod pictures;
mod scripts;

pub(crate) use lessons::*;
pub(crate) use library::*;
pub(crate) use live::*;
pub(crate) use looks::*;
pub(crate) use meta::*;
pub(crate) use pictures::*;
pub(crate) use scripts::*;
