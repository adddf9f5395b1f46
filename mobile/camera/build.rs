//! Names the commands, makes their permissions, and finds the native halves.

const COMMANDS: &[&str] =
    &["permission", "request_permission", "open_settings", "cameras", "set_torch", "set_zoom", "focus"];

fn main() {
    tauri_plugin::Builder::new(COMMANDS).android_path("android").ios_path("ios").build();
}
