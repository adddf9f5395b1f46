import SwiftUI

public struct PHPickerFilter: Sendable {
  public static var images: PHPickerFilter { fatalError() }
}

public struct PhotosPickerItem: Equatable, Sendable {
  public func loadTransferable<T>(type: T.Type) async throws -> T? { fatalError() }
}

public struct PhotosPicker: View {
  public init(_: String, selection: Binding<PhotosPickerItem?>, matching: PHPickerFilter?) { fatalError() }
  public var body: Never { return fatalError() }
}
