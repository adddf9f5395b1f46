//! What the Glimpse app does over the engine: opened pictures, looks with streamed results,
//! lessons, library, exports, measurements. The window and the server are thin layers above it.

pub mod api;
pub mod library;
