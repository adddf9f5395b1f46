//! That desktops have nothing of it, and say so.

use glimpse_camera::{CameraError, FrameSource};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

use super::*;

fn app() -> App<MockRuntime> {
    mock_builder().plugin(init()).build(mock_context(noop_assets())).unwrap()
}

/// What a page is answered.
fn call(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> std::result::Result<Value, Value> {
    let request = InvokeRequest {
        cmd: format!("plugin:camera|{command}"),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.into(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

#[test]
fn every_call_is_unsupported() {
    let app = app();
    let camera = app.camera();
    assert_eq!(camera.permission(), Err(Error::Unsupported));
    assert_eq!(camera.request_permission(), Err(Error::Unsupported));
    assert_eq!(camera.open_settings(), Err(Error::Unsupported));
    assert_eq!(camera.cameras(), Err(Error::Unsupported));
    assert_eq!(camera.set_torch(true), Err(Error::Unsupported));
    assert_eq!(camera.set_zoom(2.0), Err(Error::Unsupported));
    assert_eq!(camera.focus(0.5, 0.5), Err(Error::Unsupported));
    assert_eq!(camera.take_still(), Err(Error::Unsupported));
    let mut source = camera.source("0", Wanted::default());
    assert!(matches!(source.open(), Err(CameraError::Failed(_))));
    assert!(matches!(source.next_frame(std::time::Duration::ZERO), Err(CameraError::Closed)));
}

#[test]
fn what_is_out_of_range_is_refused_before_anything() {
    let app = app();
    let camera = app.camera();
    for ratio in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(camera.set_zoom(ratio), Err(Error::BadArgument(_))), "{ratio}");
    }
    for (x, y) in [(-0.1, 0.5), (0.5, 1.1), (f64::NAN, 0.5), (0.5, f64::INFINITY)] {
        assert!(matches!(camera.focus(x, y), Err(Error::BadArgument(_))), "{x}, {y}");
    }
}

#[test]
fn a_page_needs_permission_to_ask() {
    let app = app();
    let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build().unwrap();
    let refused = call(&window, "cameras", json!({})).unwrap_err();
    assert!(refused.as_str().is_some_and(|words| words.contains("not allowed")), "{refused}");
}
