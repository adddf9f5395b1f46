import Foundation
import GlimpseBindings

/// Why a call gave no result. Each case is one code of Glimpse's `docs/errors.md`; what it carries is a message for a
/// person, which may change.
///
/// A call whose task was cancelled throws `CancellationError`, not one of these.
public enum GlimpseError: Error, Equatable, Sendable {
  /// No such file or folder.
  case notFound(String)
  /// The operating system refused access.
  case permissionDenied(String)
  /// A folder where a picture is needed.
  case isADirectory(String)
  /// Any other failure to read or write.
  case io(String)
  /// The input has no bytes.
  case imageEmpty(String)
  /// Not a picture in a known format.
  case imageFormat(String)
  /// The bytes are damaged or cut short.
  case imageDamaged(String)
  /// A variant of its format that is not supported.
  case imageUnsupported(String)
  /// More pixels or bytes than the limits allow.
  case imageTooLarge(String)
  /// A model pack is not where it was looked for.
  case packMissing(String)
  /// A pack's checksum or structure does not hold.
  case packDamaged(String)
  /// A pack has a format version that this build does not run.
  case packVersion(String)
  /// A model's graph does not fit what it is asked to do.
  case model(String)
  /// An option's value is out of range.
  case invalidOption(String)
  /// Frames cannot be taken.
  case camera(String)
  /// What was called has ended.
  case closed(String)
  /// A bug.
  case `internal`(String)

  /// The stable name of this error.
  public var code: String {
    switch self {
    case .notFound: "not_found"
    case .permissionDenied: "permission_denied"
    case .isADirectory: "is_a_directory"
    case .io: "io"
    case .imageEmpty: "image_empty"
    case .imageFormat: "image_format"
    case .imageDamaged: "image_damaged"
    case .imageUnsupported: "image_unsupported"
    case .imageTooLarge: "image_too_large"
    case .packMissing: "pack_missing"
    case .packDamaged: "pack_damaged"
    case .packVersion: "pack_version"
    case .model: "model"
    case .invalidOption: "invalid_option"
    case .camera: "camera"
    case .closed: "closed"
    case .internal: "internal"
    }
  }

  /// What happened, for a person.
  public var message: String {
    switch self {
    case .notFound(let message), .permissionDenied(let message), .isADirectory(let message), .io(let message),
      .imageEmpty(let message), .imageFormat(let message), .imageDamaged(let message),
      .imageUnsupported(let message), .imageTooLarge(let message), .packMissing(let message),
      .packDamaged(let message), .packVersion(let message), .model(let message), .invalidOption(let message),
      .camera(let message), .closed(let message), .internal(let message):
      message
    }
  }
}

extension GlimpseError: LocalizedError {
  public var errorDescription: String? { message }
}

extension GlimpseError {
  /// What `work` gives, or its error as this module tells it.
  static func translating<T>(_ work: () throws -> T) throws -> T {
    do { return try work() } catch let error as GlimpseBindings.GlimpseError { throw of(error) }
  }

  private static func of(_ error: GlimpseBindings.GlimpseError) -> any Error {
    switch error {
    case .NotFound(let message): GlimpseError.notFound(message)
    case .PermissionDenied(let message): GlimpseError.permissionDenied(message)
    case .IsADirectory(let message): GlimpseError.isADirectory(message)
    case .Io(let message): GlimpseError.io(message)
    case .ImageEmpty(let message): GlimpseError.imageEmpty(message)
    case .ImageFormat(let message): GlimpseError.imageFormat(message)
    case .ImageDamaged(let message): GlimpseError.imageDamaged(message)
    case .ImageUnsupported(let message): GlimpseError.imageUnsupported(message)
    case .ImageTooLarge(let message): GlimpseError.imageTooLarge(message)
    case .PackMissing(let message): GlimpseError.packMissing(message)
    case .PackDamaged(let message): GlimpseError.packDamaged(message)
    case .PackVersion(let message): GlimpseError.packVersion(message)
    case .Model(let message): GlimpseError.model(message)
    case .InvalidOption(let message): GlimpseError.invalidOption(message)
    // Only the end of a task cancels.
    case .Cancelled: CancellationError()
    case .Camera(let message): GlimpseError.camera(message)
    case .Closed(let message): GlimpseError.closed(message)
    // The listeners are this module's own.
    case .Listener(let message), .Internal(let message): GlimpseError.internal(message)
    }
  }
}
