import XCTest

@testable import tauri_plugin_power

final class ReadingTests: XCTestCase {
  private func raw(level: Float = 0.5, state: Int = 1, heat: Int = 0, saving: Bool = false) -> RawPower {
    RawPower(batteryLevel: level, batteryState: state, thermalState: heat, lowPowerMode: saving)
  }

  func testStates() {
    let cases: [(Int, String, Bool?)] = [
      (0, "unknown", nil), (1, "discharging", false), (2, "charging", true), (3, "full", true), (4, "unknown", nil),
      (-1, "unknown", nil),
    ]
    for (state, name, plugged) in cases {
      let reading = Reading(raw(state: state), sequence: 0)
      XCTAssertEqual(reading.state, name)
      XCTAssertEqual(reading.plugged, plugged)
      XCTAssertEqual(reading.stateSource == "UIDevice.batteryState", plugged != nil)
    }
  }

  func testLevelsAreSharesOfTheChargeOrUnknown() {
    let cases: [(Float, Double?)] = [
      (0, 0), (0.58, 58), (1, 100), (0.005, 0.5), (-1, nil), (1.5, nil), (.nan, nil), (.infinity, nil),
    ]
    for (level, percent) in cases {
      let quantity = Reading(raw(level: level), sequence: 0).level
      XCTAssertEqual(quantity.value, percent, "\(level)")
      XCTAssertEqual(quantity.unit, "%")
      XCTAssertFalse(quantity.source.isEmpty)
    }
  }

  func testHeat() {
    let cases: [(Int, String?)] = [
      (0, "nominal"), (1, "fair"), (2, "serious"), (3, "critical"), (4, nil), (-1, nil),
    ]
    for (state, heat) in cases {
      XCTAssertEqual(Reading(raw(heat: state), sequence: 0).heat, heat)
    }
  }

  func testAllKeysAreThereAndWhatIsUnknownIsNull() throws {
    let data = try JSONEncoder().encode(Reading(raw(level: -1, state: 0, heat: 9, saving: true), sequence: 7))
    let json = try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
    XCTAssertEqual(
      Set(json.keys),
      [
        "platform", "sequence", "state", "stateSource", "plugged", "level", "voltage", "current", "power", "charge",
        "energy", "temperature", "heat", "heatSource", "heatAgeMs", "headroom", "thresholds", "saving", "raw",
        "findings",
      ])
    XCTAssertEqual(json["platform"] as? String, "ios")
    XCTAssertEqual(json["sequence"] as? Int, 7)
    XCTAssertTrue(json["plugged"] is NSNull)
    XCTAssertTrue(json["heat"] is NSNull)
    XCTAssertEqual(json["saving"] as? Bool, true)
    let units = [
      "level": "%", "voltage": "mV", "current": "mA", "power": "mW", "charge": "mAh", "energy": "mWh",
      "temperature": "°C", "headroom": "1",
    ]
    for (key, unit) in units {
      let quantity = try XCTUnwrap(json[key] as? [String: Any], key)
      XCTAssertEqual(Set(quantity.keys), ["value", "unit", "source", "ageMs"])
      XCTAssertTrue(quantity["value"] is NSNull, key)
      XCTAssertEqual(quantity["unit"] as? String, unit)
      XCTAssertFalse(try XCTUnwrap(quantity["source"] as? String).isEmpty)
    }
    let raw = try XCTUnwrap(json["raw"] as? [String: String])
    XCTAssertEqual(raw["UIDevice.batteryLevel"], "-1.0")
    XCTAssertEqual(raw["ProcessInfo.thermalState"], "9")
  }

  func testIntervals() {
    XCTAssertNoThrow(try PowerError.check(intervalMs: 250))
    XCTAssertNoThrow(try PowerError.check(intervalMs: 60_000))
    for interval in [249, 60_001, 0, -5] {
      XCTAssertThrowsError(try PowerError.check(intervalMs: interval)) {
        XCTAssertEqual(($0 as? PowerError)?.code, "bad-argument")
      }
    }
  }
}
