//! What the Glimpse app does over the engine: opened pictures, looks with streamed results,
//! lessons, library, exports, measurements. The window and the server are thin layers above it.

pub mod api;
mod bench;
mod clips;
mod data;
mod device;
pub mod export;
mod exports;
mod frames;
mod gate;
mod kept;
mod lessons;
pub mod library;
mod live;
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

pub use clips::{ClipUpload, MOST_CLIP_BYTES};
pub use data::data_folder;
pub use frames::{FRAME_HEADER_BYTES, MOST_FRAME_BYTES, PICTURE_HEADER_BYTES, pushed_frame, shown_frame};
pub use gate::Crowd;
pub use live::{Live, MOST_SESSIONS};
pub use look::{Flow, Listener};
pub use once::Call;
pub use pictures::PictureLimits;
pub use render::File;
pub use service::{Load, MOST_PICTURE_BYTES, Service, ServiceOptions};
