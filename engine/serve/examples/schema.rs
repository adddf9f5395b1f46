//! Writes the addresses and types as an OpenAPI document to standard output.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut text = serde_json::to_string_pretty(&glimpse_serve::openapi())?;
    text.push('\n');
    std::io::stdout().write_all(text.as_bytes())
}
