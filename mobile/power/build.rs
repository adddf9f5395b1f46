//! Names the commands, makes their permissions, and finds the native halves.

const COMMANDS: &[&str] = &["read", "watch", "unwatch"];

fn main() {
    tauri_plugin::Builder::new(COMMANDS).android_path("android").ios_path("ios").build();
}
