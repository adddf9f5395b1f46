// What goes to Rust, as JSON. `mobile/power/README.md` says what the keys mean.

/// A value that may be missing, as JSON's null: all keys are always there.
@propertyWrapper
struct OrNull<Value: Encodable & Equatable & Sendable>: Encodable, Equatable, Sendable {
  let wrappedValue: Value?

  func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

/// A number, or why there is none.
struct Quantity: Encodable, Equatable, Sendable {
  @OrNull var value: Double?
  let unit: String
  let source: String
  let ageMs: Int

  init(_ value: Double?, _ unit: String, source: String) {
    _value = OrNull(wrappedValue: value)
    self.unit = unit
    self.source = source
    ageMs = 0
  }
}

struct Reading: Encodable, Equatable, Sendable {
  let platform = "ios"
  let sequence: UInt64
  let state: String
  let stateSource: String
  @OrNull var plugged: Bool?
  let level: Quantity
  let voltage: Quantity
  let current: Quantity
  let power: Quantity
  let charge: Quantity
  let energy: Quantity
  let temperature: Quantity
  @OrNull var heat: String?
  let heatSource: String
  let heatAgeMs: Int
  let headroom: Quantity
  let thresholds: [String]
  @OrNull var saving: Bool?
  let raw: [String: String]
  let findings: [String]
}

/// What iOS says, as the numbers behind its enumerations.
struct RawPower: Equatable, Sendable {
  /// `UIDevice.batteryLevel`: 0 to 1; −1 where it is unknown.
  let batteryLevel: Float
  /// `UIDevice.batteryState`: 0 unknown, 1 unplugged, 2 charging, 3 full.
  let batteryState: Int
  /// `ProcessInfo.thermalState`: 0 nominal, 1 fair, 2 serious, 3 critical.
  let thermalState: Int
  /// `ProcessInfo.isLowPowerModeEnabled`.
  let lowPowerMode: Bool
}

extension Reading {
  /// What `raw` means. `sequence` counts readings. What was just read is of age 0.
  init(_ raw: RawPower, sequence: UInt64) {
    self.sequence = sequence

    let states: [(state: String, plugged: Bool?)] = [
      ("unknown", nil), ("discharging", false), ("charging", true), ("full", true),
    ]
    let known = states.indices.contains(raw.batteryState) ? states[raw.batteryState] : states[0]
    state = known.state
    stateSource = known.plugged == nil ? "UIDevice.batteryState does not say" : "UIDevice.batteryState"
    _plugged = OrNull(wrappedValue: known.plugged)

    if (0...1).contains(raw.batteryLevel) {
      // The nearest tenth of a percent: the system's number is a fraction in 32 bits.
      level = Quantity((Double(raw.batteryLevel) * 1000).rounded() / 10, "%", source: "UIDevice.batteryLevel")
    } else {
      level = Quantity(nil, "%", source: "UIDevice.batteryLevel is \(raw.batteryLevel)")
    }

    let without = "iOS does not tell apps"
    voltage = Quantity(nil, "mV", source: without)
    current = Quantity(nil, "mA", source: without)
    power = Quantity(nil, "mW", source: without)
    charge = Quantity(nil, "mAh", source: without)
    energy = Quantity(nil, "mWh", source: without)
    temperature = Quantity(nil, "°C", source: without)
    headroom = Quantity(nil, "1", source: without)
    thresholds = []

    let heats = ["nominal", "fair", "serious", "critical"]
    let heat = heats.indices.contains(raw.thermalState) ? heats[raw.thermalState] : nil
    _heat = OrNull(wrappedValue: heat)
    heatSource =
      heat == nil
      ? "ProcessInfo.thermalState is \(raw.thermalState), which is not known" : "ProcessInfo.thermalState"
    heatAgeMs = 0
    _saving = OrNull(wrappedValue: raw.lowPowerMode)

    self.raw = [
      "UIDevice.batteryLevel": "\(raw.batteryLevel)",
      "UIDevice.batteryState": "\(raw.batteryState)",
      "ProcessInfo.thermalState": "\(raw.thermalState)",
      "ProcessInfo.isLowPowerModeEnabled": "\(raw.lowPowerMode)",
    ]
    findings = []
  }
}
