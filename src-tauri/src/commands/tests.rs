//! That commands, permissions, capabilities and the page agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::COMMANDS;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Identifier and commands of each permission of this app.
fn permissions() -> Vec<(String, Vec<String>)> {
    let mut permissions = Vec::new();
    for file in fs::read_dir(root().join("src-tauri/permissions")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for permission in table["permission"].as_array().unwrap() {
            let commands = permission["commands"]["allow"].as_array().unwrap();
            let commands = commands.iter().map(|command| command.as_str().unwrap().to_owned());
            permissions.push((permission["identifier"].as_str().unwrap().to_owned(), commands.collect()));
        }
    }
    permissions
}

#[test]
fn permissions_name_every_command_once_and_no_others() {
    let mut named: Vec<_> = permissions().into_iter().flat_map(|(_, commands)| commands).collect();
    named.sort();
    let mut commands = COMMANDS.to_vec();
    commands.sort();
    assert_eq!(named, commands);
}

#[test]
fn the_window_has_the_permissions_that_there_are_and_little_of_the_core() {
    let text = fs::read_to_string(root().join("src-tauri/capabilities/main.json")).unwrap();
    let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
    let granted: BTreeSet<_> =
        capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    let (core, own): (BTreeSet<_>, BTreeSet<_>) = granted.into_iter().partition(|name| name.contains(':'));
    let permissions = permissions();
    assert_eq!(own, permissions.iter().map(|(name, _)| name.as_str()).collect());
    assert_eq!(core, BTreeSet::from(["core:event:allow-listen", "core:event:allow-unlisten"]));
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability.get("remote"), None, "no page from elsewhere may call commands");
}

/// What `ui/src/backend/tauri.ts` passes the names of commands to.
const CALLS: [&str; 6] = ["invoke", "call", "image", "file", "sendFile", "stream"];

/// The commands that `source` names as the first argument of one of [`CALLS`].
fn invoked(source: &str) -> BTreeSet<&str> {
    let mut commands = BTreeSet::new();
    for (at, call) in CALLS.iter().flat_map(|call| source.match_indices(call)) {
        let mut rest = source[at + call.len()..].trim_start();
        if let Some(types) = rest.strip_prefix('<') {
            // The types that the caller expects; they hold no parentheses.
            rest = &types[types.find('(').unwrap_or(types.len())..];
        }
        let Some(argument) = rest.strip_prefix('(').map(str::trim_start) else { continue };
        let Some(quote) = argument.chars().next().filter(|c| "'\"`".contains(*c)) else { continue };
        let name = &argument[1..];
        commands.insert(&name[..name.find(quote).unwrap_or(name.len())]);
    }
    commands
}

#[test]
fn invoked_commands_are_found_in_typescript() {
    let source = "await call<Picture[]>('one', { id }); this.invoke(\n  \"two\"); stream<null>(`three`)";
    assert_eq!(invoked(source), BTreeSet::from(["one", "two", "three"]));
    assert!(invoked("import { invoke } from '@tauri-apps/api/core'; invoke(name)").is_empty());
}

#[test]
fn the_page_invokes_all_commands_and_no_others() {
    let source = fs::read_to_string(root().join("ui/src/backend/tauri.ts")).unwrap();
    let (plugins, own): (BTreeSet<_>, BTreeSet<_>) =
        invoked(&source).into_iter().partition(|name| name.starts_with("plugin:"));
    assert_eq!(own, BTreeSet::from_iter(COMMANDS.iter().copied()));
    // What phones have besides is allowed there, and nothing else of it.
    let text = fs::read_to_string(root().join("src-tauri/capabilities/phone.json")).unwrap();
    let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(capability["platforms"], serde_json::json!(["android", "iOS"]));
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability.get("remote"), None);
    let granted = capability["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    let granted: BTreeSet<_> = granted.map(str::to_owned).collect();
    let permission = |name: &str| name.replace("plugin:", "").replace('|', ":allow-").replace('_', "-");
    assert_eq!(granted, plugins.into_iter().map(permission).collect());
}
