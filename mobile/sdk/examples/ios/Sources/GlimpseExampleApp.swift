import Glimpse
import PhotosUI
import SwiftUI

@main
struct GlimpseExampleApp: App {
  var body: some Scene {
    WindowGroup { PictureScreen() }
  }
}

/// One picture: what it shows, while that is written, and the text on it.
struct PictureScreen: View {
  @State private var chosen: PhotosPickerItem?
  @State private var caption = ""
  @State private var text = ""
  @State private var problem = ""

  /// Opened once, by the first picture.
  private static let engine = Result { try Glimpse() }

  var body: some View {
    NavigationStack {
      List {
        if !problem.isEmpty { Text(problem).foregroundStyle(.red) }
        if !caption.isEmpty {
          Section("What it shows") { Text(caption) }
        }
        if !text.isEmpty {
          Section("Text") { Text(text).textSelection(.enabled) }
        }
      }
      .navigationTitle("Glimpse")
      .toolbar { PhotosPicker("Choose a picture", selection: $chosen, matching: .images) }
    }
    // Choosing another picture cancels what is still looked at.
    .task(id: chosen) { await look() }
  }

  private func look() async {
    guard let chosen else { return }
    (caption, text, problem) = ("", "", "")
    do {
      let engine = try Self.engine.get()
      guard let data = try await chosen.loadTransferable(type: Data.self), let image = UIImage(data: data) else {
        problem = "This picture cannot be opened."
        return
      }
      let picture = try await engine.picture(image)
      for try await progress in engine.captions(picture) { caption = progress.text }
      text = try await engine.read(picture).text
    } catch is CancellationError {
      // Another picture was chosen.
    } catch {
      problem = error.localizedDescription
    }
  }
}
