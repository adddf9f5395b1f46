//! What goes over the wire, to the window and over HTTP alike. The TypeScript types of the UI are
//! generated from these.

mod bench;
mod device;
mod error;
mod lessons;
mod library;
mod live;
mod look;
mod pictures;
mod settings;

pub use bench::*;
pub use device::*;
pub use error::*;
pub use lessons::*;
pub use library::*;
pub use live::*;
pub use look::*;
pub use pictures::*;
pub use settings::*;
