//! Converts, calibrates and quantizes models into Glimpse packs.

fn main() {}
