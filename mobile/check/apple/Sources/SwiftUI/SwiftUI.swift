@_exported import UIKit

// As much of SwiftUI as the example uses.

@MainActor public protocol View {
  associatedtype Body: View
  @ViewBuilder var body: Body { get }
}

extension Never: View {
  public var body: Never { return fatalError() }
}

@resultBuilder @MainActor public enum ViewBuilder {
  public static func buildBlock<each Content: View>(_: repeat each Content) -> Some { fatalError() }
  public static func buildIf<Content: View>(_: Content?) -> Content? { fatalError() }
}

extension Optional: View where Wrapped: View {
  public var body: Never { return fatalError() }
}

/// Whatever a builder or a modifier makes.
public struct Some: View {
  public var body: Never { return fatalError() }
}

@MainActor public protocol Scene {}

@MainActor public protocol App {
  associatedtype Body: Scene
  var body: Body { get }
  init()
}

extension App {
  public static func main() { fatalError() }
}

public struct WindowGroup: Scene {
  public init<Content: View>(@ViewBuilder content: () -> Content) { fatalError() }
}

@propertyWrapper public struct Binding<Value> {
  public init() { fatalError() }
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set { fatalError() }
  }
}

@MainActor @propertyWrapper public struct State<Value> {
  public init(wrappedValue: Value) { fatalError() }
  public var wrappedValue: Value {
    get { fatalError() }
    nonmutating set { fatalError() }
  }
  public var projectedValue: Binding<Value> { fatalError() }
}

extension State where Value: ExpressibleByNilLiteral {
  public init() { fatalError() }
}

public struct Color: Sendable {
  public static var red: Color { fatalError() }
}

public struct Text: View {
  public init(_: String) { fatalError() }
  public var body: Never { return fatalError() }
}

public struct List: View {
  public init<Content: View>(@ViewBuilder content: () -> Content) { fatalError() }
  public var body: Never { return fatalError() }
}

public struct Section: View {
  public init<Content: View>(_: String, @ViewBuilder content: () -> Content) { fatalError() }
  public var body: Never { return fatalError() }
}

public struct NavigationStack: View {
  public init<Content: View>(@ViewBuilder root: () -> Content) { fatalError() }
  public var body: Never { return fatalError() }
}

public struct EnabledTextSelectability: Sendable {
  public static var enabled: EnabledTextSelectability { fatalError() }
}

extension View {
  public func foregroundStyle(_: Color) -> Some { fatalError() }
  public func textSelection(_: EnabledTextSelectability) -> Some { fatalError() }
  public func navigationTitle(_: String) -> Some { fatalError() }
  public func toolbar<Content: View>(@ViewBuilder content: () -> Content) -> Some { fatalError() }
  public func task<ID: Equatable>(id: ID, _: @escaping @MainActor () async -> Void) -> Some { fatalError() }
}
