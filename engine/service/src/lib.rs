//! What the Glimpse app does over the engine: opened pictures, looks with streamed results,
//! lessons, library, exports, measurements. The window and the server are thin layers above it.

pub mod api;
mod bench;
mod data;
mod device;
pub mod export;
mod exports;
mod gate;
mod kept;
mod lessons;
pub mod library;
mod look;
mod measures;
mod memory;
mod once;
mod pictures;
pub mod record;
mod render;
mod samples;
mod seen;
mod service;
mod settings;

pub use data::data_folder;
pub use gate::Crowd;
pub use look::{Flow, Listener};
pub use once::Call;
pub use pictures::PictureLimits;
pub use render::File;
pub use service::{Load, MOST_PICTURE_BYTES, Service, ServiceOptions};
