import Tauri
import UIKit
import WebKit

/// The commands of `mobile/camera/README.md`: each is taken apart here and done by `Camera`.
final class CameraPlugin: Plugin {
  private let camera = Camera()

  @objc override func load(webview: WKWebView) {
    StillFiles.deleteLeft()
  }

  @objc override func checkPermissions(_ invoke: Invoke) {
    invoke.resolve(Permissions(camera: CameraPermission.state()))
  }

  @objc override func requestPermissions(_ invoke: Invoke) {
    CameraPermission.request { answer(invoke, $0.map(Permissions.init)) }
  }

  @objc func openSettings(_ invoke: Invoke) {
    DispatchQueue.main.async {
      guard let page = URL(string: UIApplication.openSettingsURLString) else {
        return answer(invoke, .failure(.failed("the system names no page of settings")))
      }
      UIApplication.shared.open(page, options: [:], completionHandler: nil)
      invoke.resolve()
    }
  }

  @objc func cameras(_ invoke: Invoke) {
    invoke.resolve(Cameras(cameras: CameraDevices.all().map(CameraDevices.info)))
  }

  @objc func open(_ invoke: Invoke) {
    arguments(invoke, OpenArguments.self) { arguments in
      try arguments.check()
      let events = arguments.events
      self.camera.open(arguments.wanted) { change in
        // What cannot be sent has nobody who listens any more.
        try? events.send(change)
      } done: {
        answer(invoke, $0)
      }
    }
  }

  @objc func close(_ invoke: Invoke) {
    arguments(invoke, CloseArguments.self) { arguments in
      self.camera.close(handle: arguments.handle) { invoke.resolve() }
    }
  }

  @objc func setTorch(_ invoke: Invoke) {
    arguments(invoke, TorchArguments.self) { arguments in
      self.camera.setTorch(arguments.on) { answer(invoke, $0) }
    }
  }

  @objc func setZoom(_ invoke: Invoke) {
    arguments(invoke, ZoomArguments.self) { arguments in
      try arguments.check()
      self.camera.setZoom(arguments.ratio) { answer(invoke, $0.map(Zoomed.init)) }
    }
  }

  @objc func focus(_ invoke: Invoke) {
    arguments(invoke, FocusArguments.self) { arguments in
      let point = try arguments.point()
      self.camera.focus(on: point) { answer(invoke, $0.map(Focused.init)) }
    }
  }

  @objc func takeStill(_ invoke: Invoke) {
    camera.takeStill { answer(invoke, $0) }
  }

  /// Reads the arguments of `invoke` and does `work` with them; what either throws is the answer.
  private func arguments<A: Decodable>(_ invoke: Invoke, _ type: A.Type, _ work: (A) throws -> Void) {
    do {
      try work(invoke.parseArgs(type))
    } catch let error as CameraError {
      invoke.reject(error.message, code: error.code)
    } catch {
      invoke.reject("\(error)", code: CameraError.badArgument("").code)
    }
  }
}

/// Arguments of `open`. The channel is Tauri's, so it stands here and not with the other models.
private struct OpenArguments: Decodable {
  let id: String
  let handle: UInt64
  let width: Int
  let height: Int
  let fps: Int
  let events: Channel

  var wanted: Wanted { Wanted(id: id, handle: handle, width: width, height: height, fps: fps) }

  func check() throws { try wanted.check() }
}

private func answer<T: Encodable>(_ invoke: Invoke, _ result: Result<T, CameraError>) {
  switch result {
  case .success(let value): invoke.resolve(value)
  case .failure(let error): invoke.reject(error.message, code: error.code)
  }
}

private func answer(_ invoke: Invoke, _ result: Result<Void, CameraError>) {
  switch result {
  case .success: invoke.resolve()
  case .failure(let error): invoke.reject(error.message, code: error.code)
  }
}

@_cdecl("init_plugin_camera")
func initPlugin() -> Plugin {
  CameraPlugin()
}
