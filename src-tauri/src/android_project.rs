//! That the committed Android project keeps its promises: one permission, no network, no backups, what other
//! apps can reach, versions of Android, pages of 16 KB.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node};

const ANDROID: &str = "http://schemas.android.com/apk/res/android";
const TOOLS: &str = "http://schemas.android.com/tools";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

const APP: &str = "gen/android/app/src/main";

fn manifest() -> String {
    text(&format!("{APP}/AndroidManifest.xml"))
}

fn elements<'a, 'i>(document: &'a Document<'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

/// What a manifest asks for, and what it keeps others from asking for.
fn permissions(manifest: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let document = Document::parse(manifest).unwrap();
    let all = document.descendants().filter(|node| node.tag_name().name().starts_with("uses-permission"));
    let (removed, asked): (Vec<_>, Vec<_>) =
        all.partition(|node| node.attribute((TOOLS, "node")) == Some("remove"));
    let names = |nodes: Vec<Node<'_, '_>>| {
        nodes.iter().map(|node| node.attribute((ANDROID, "name")).unwrap().to_owned()).collect()
    };
    (names(asked), names(removed))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| format!("android.permission.{name}")).collect()
}

#[test]
fn the_camera_is_the_only_permission() {
    let (asked, removed) = permissions(&manifest());
    assert_eq!(asked, set(&["CAMERA"]));
    for name in set(&["INTERNET", "ACCESS_NETWORK_STATE", "RECORD_AUDIO"]) {
        assert!(removed.contains(&name), "{name} would come from a library");
    }
    // Builds for development are served by the developer's machine.
    assert_eq!(permissions(&text("gen/android/app/src/debug/AndroidManifest.xml")).0, set(&["INTERNET"]));
    for plugin in ["camera", "power"] {
        let path = format!("mobile/{plugin}/android/src/main/AndroidManifest.xml");
        if !root().join(&path).exists() {
            continue;
        }
        let (asked, _) = permissions(&text(&path));
        assert!(asked.is_subset(&set(&["CAMERA"])), "{plugin} asks for {asked:?}");
    }
}

#[test]
fn a_permission_too_many_is_seen() {
    let more = manifest().replace(
        "<application",
        "<uses-permission-sdk-23 android:name=\"android.permission.RECORD_AUDIO\" />\n    <application",
    );
    assert_eq!(permissions(&more).0, set(&["CAMERA", "RECORD_AUDIO"]));
    let kept = manifest()
        .replace("android.permission.INTERNET\" tools:node=\"remove\"", "android.permission.INTERNET\"");
    assert_eq!(permissions(&kept).0, set(&["CAMERA", "INTERNET"]));
}

#[test]
fn nothing_is_sent_in_the_clear_or_backed_up() {
    let manifest = manifest();
    let document = Document::parse(&manifest).unwrap();
    let application = elements(&document, "application").next().unwrap();
    let says = |name: &str| application.attribute((ANDROID, name));
    assert_eq!(says("allowBackup"), Some("false"));
    assert_eq!(says("dataExtractionRules"), Some("@xml/data_extraction_rules"));
    assert_eq!(says("fullBackupContent"), Some("@xml/full_backup_content"));
    assert_eq!(says("usesCleartextTraffic"), Some("${usesCleartextTraffic}"));
    assert_eq!(says("networkSecurityConfig"), None);
    let gradle = text("gen/android/app/build.gradle.kts");
    let cleartext: Vec<_> = gradle.lines().filter(|line| line.contains("usesCleartextTraffic")).collect();
    let [release, debug] = cleartext[..] else { panic!("{cleartext:?}") };
    assert!(release.ends_with("= \"false\"") && debug.ends_with("= \"true\""), "{cleartext:?}");
    assert!(gradle.find(debug) > gradle.find("getByName(\"debug\")"), "only builds for development may");

    let rules = text(&format!("{APP}/res/xml/data_extraction_rules.xml"));
    let rules = Document::parse(&rules).unwrap();
    for way in ["cloud-backup", "device-transfer"] {
        let way = elements(&rules, way).next().unwrap();
        let kept: BTreeSet<_> = way.children().filter_map(|node| node.attribute("domain")).collect();
        for domain in ["root", "file", "database", "sharedpref", "external"] {
            assert!(kept.contains(domain), "{domain} is backed up");
        }
        assert!(!way.children().any(|node| node.has_tag_name("include")));
    }
}

#[test]
fn other_apps_reach_one_activity_and_nothing_else() {
    let manifest = manifest();
    let document = Document::parse(&manifest).unwrap();
    let components = ["activity", "activity-alias", "service", "receiver", "provider"];
    let exported: Vec<_> = document
        .descendants()
        .filter(|node| components.contains(&node.tag_name().name()))
        .map(|node| (node.attribute((ANDROID, "name")).unwrap(), node.attribute((ANDROID, "exported"))))
        .collect();
    assert_eq!(exported, [(".MainActivity", Some("true"))]);

    let filters: Vec<_> = elements(&document, "intent-filter").collect();
    let named = |filter: &Node<'_, '_>, tag: &str, attribute: &str| -> Vec<String> {
        let nodes = filter.children().filter(|node| node.has_tag_name(tag));
        nodes.filter_map(|node| node.attribute((ANDROID, attribute)).map(str::to_owned)).collect()
    };
    let actions: Vec<_> = filters.iter().flat_map(|filter| named(filter, "action", "name")).collect();
    assert_eq!(actions, ["MAIN", "SEND", "VIEW"].map(|action| format!("android.intent.action.{action}")));
    for filter in &filters[1..] {
        assert_eq!(named(filter, "data", "mimeType"), ["image/*"]);
        assert!(!named(filter, "category", "name").iter().any(|name| name.ends_with("BROWSABLE")));
    }
    assert_eq!(named(&filters[2], "data", "scheme"), ["content"], "files of this app have paths, too");
}

/// The number after `name = ` in a Gradle file.
fn number(gradle: &str, name: &str) -> u32 {
    let line = gradle.lines().find_map(|line| line.trim().strip_prefix(name)?.trim().strip_prefix('='));
    line.and_then(|value| value.trim().parse().ok()).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn versions_of_android_agree() {
    let gradle = text("gen/android/app/build.gradle.kts");
    assert_eq!(number(&gradle, "minSdk"), 24);
    assert_eq!((number(&gradle, "targetSdk"), number(&gradle, "compileSdk")), (36, 36));
    for config in ["tauri.conf.json", "tauri.android.conf.json"] {
        let config: serde_json::Value = serde_json::from_str(&text(config)).unwrap();
        assert_eq!(config["bundle"]["android"]["minSdkVersion"], 24);
    }
    let plugin = text("mobile/camera/android/build.gradle.kts");
    assert_eq!((number(&plugin, "minSdk"), number(&plugin, "compileSdk")), (24, 36));
}

#[test]
fn the_configuration_for_android_leaves_intents_to_the_manifest() {
    // The Tauri CLI would write broader filters into the manifest: several pictures, from any page.
    let config: serde_json::Value = serde_json::from_str(&text("tauri.android.conf.json")).unwrap();
    assert_eq!(config["bundle"]["fileAssociations"], serde_json::json!([]));
    assert!(!manifest().contains("tauri-file-associations"));
}

#[test]
fn libraries_and_packs_are_mapped_out_of_the_package() {
    assert!(text("src-tauri/build.rs").contains("-Wl,-z,max-page-size=16384"));
    let gradle = text("gen/android/app/build.gradle.kts");
    assert!(gradle.contains("jniLibs.useLegacyPackaging = false"));
    let manifest = manifest();
    let document = Document::parse(&manifest).unwrap();
    let application = elements(&document, "application").next().unwrap();
    assert_eq!(application.attribute((ANDROID, "extractNativeLibs")), Some("false"));
    let stored = gradle.lines().find(|line| line.contains("noCompress")).unwrap();
    for ending in ["safetensors", "toml", "jpg", "png", "mp4"] {
        assert!(stored.contains(&format!("\"{ending}\"")), "{ending} is compressed");
    }
    let flavours = text("gen/android/buildSrc/src/main/java/app/glimpse/vision/kotlin/RustPlugin.kt");
    assert!(flavours.contains("listOf(\"arm64-v8a\", \"armeabi-v7a\", \"x86\", \"x86_64\")"));
}

/// All files below `folder` with this ending.
fn below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    found
}

/// The resources that `text` names with `@TYPE/NAME`.
fn references(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("\"@").chain(text.match_indices(">@")) {
        let rest = &text[at + 2..];
        let end = rest.find(['"', '<']).unwrap_or(rest.len());
        if let Some((kind, name)) = rest[..end].split_once('/') {
            found.push((kind.to_owned(), name.to_owned()));
        }
    }
    found
}

#[test]
fn every_resource_parses_and_what_is_named_exists() {
    let resources = root().join(APP).join("res");
    let mut named = Vec::new();
    let mut known = BTreeSet::new();
    for path in below(&resources, "xml") {
        let text = fs::read_to_string(&path).unwrap();
        let document = Document::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        named.extend(references(&text));
        for node in document.root_element().children().filter(|node| node.is_element()) {
            if let Some(name) =
                node.attribute("name").filter(|_| document.root_element().has_tag_name("resources"))
            {
                known.insert((node.tag_name().name().to_owned(), name.to_owned()));
            }
        }
    }
    for folder in fs::read_dir(&resources).unwrap() {
        let folder = folder.unwrap();
        let kind = folder.file_name().into_string().unwrap().split('-').next().unwrap().to_owned();
        for file in fs::read_dir(folder.path()).unwrap() {
            let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
            known.insert((kind.clone(), name));
        }
    }
    named.extend(references(&manifest()));
    assert!(named.len() > 10);
    let own = named.into_iter().filter(|(kind, _)| !kind.starts_with("android:"));
    let missing: Vec<_> = own.filter(|reference| !known.contains(reference)).collect();
    assert_eq!(missing, []);
}

#[test]
fn both_languages_have_all_words_of_the_system() {
    let names = |folder: &str| -> BTreeSet<String> {
        let text = text(&format!("{APP}/res/{folder}/strings.xml"));
        let document = Document::parse(&text).unwrap();
        elements(&document, "string").map(|node| node.attribute("name").unwrap().to_owned()).collect()
    };
    assert_eq!(names("values"), names("values-de"));
}

#[test]
fn nothing_of_the_machine_that_made_the_project_is_in_it() {
    let home = root().display().to_string();
    for ending in ["kt", "kts", "gradle", "properties", "xml", "pro"] {
        for path in below(&root().join("gen/android"), ending) {
            let text = fs::read_to_string(&path).unwrap();
            // What each build writes anew is not committed.
            let written =
                ["tauri.settings.gradle", "tauri.build.gradle.kts", "local.properties", "tauri.properties"];
            if written.iter().any(|name| path.ends_with(name))
                || path.components().any(|c| c.as_os_str() == "generated")
            {
                continue;
            }
            assert!(!text.contains(&home), "{} names {home}", path.display());
        }
    }
}

#[test]
fn classes_that_rust_names_are_kept_and_exist() {
    let rules = text("gen/android/app/proguard-rules.pro");
    let rust = text("src-tauri/src/android.rs");
    assert!(rust.contains("register_android_plugin(\"app.glimpse.vision\", \"PhonePlugin\")"));
    assert!(rules.contains("-keep class app.glimpse.vision.PhonePlugin"));
    let kotlin = text(&format!("{APP}/java/app/glimpse/vision/PhonePlugin.kt"));
    assert!(kotlin.contains("class PhonePlugin("));
    for (at, _) in rust.match_indices("self.call::<").chain(rust.match_indices("phone.begin::<")) {
        let call = &rust[at..];
        let command = call.split('"').nth(1).unwrap();
        assert!(kotlin.contains(&format!("fun {command}(invoke: Invoke)")), "{command}");
    }
    let plugin = text("mobile/camera/src/mobile.rs");
    assert!(plugin.contains("register_android_plugin(\"app.glimpse.camera\", \"CameraPlugin\")"));
    assert!(
        text("mobile/camera/android/consumer-rules.pro")
            .contains("-keep class app.glimpse.camera.CameraPlugin")
    );
}
