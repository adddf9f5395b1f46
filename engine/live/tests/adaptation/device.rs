//! Simulated devices: clock, power and heat.
//!
//! Power is what is drawn at rest and, for each busy core, what its switching takes: with the voltage in
//! step with the clock that is its third power. Heat flows from the die into the case and from there into
//! the air, two RC stages. A governor as phones have it lowers the clock above a trip point and raises it
//! again well below.

/// Clocks as shares of the highest.
const CLOCKS: [f64; 6] = [1.0, 0.85, 0.7, 0.55, 0.4, 0.3];
/// The governor raises the clock this far below the trip point, in °C.
const RELEASE: f64 = 8.0;

/// What a device is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Device {
    pub(crate) name: &'static str,
    pub(crate) cores: usize,
    /// How many times as long as a desktop's core it takes for the same.
    pub(crate) slowness: f64,
    /// Power at rest, in W.
    pub(crate) rest: f64,
    /// Power of a busy core at the highest clock, in W.
    pub(crate) core: f64,
    /// From the die to the case: K/W, and J/K of the die.
    pub(crate) die: (f64, f64),
    /// From the case to the air: K/W, and J/K of the case.
    pub(crate) case: (f64, f64),
    /// Of the air, in °C.
    pub(crate) ambient: f64,
    /// Where the governor lowers the clock, in °C.
    pub(crate) trip: f64,
    /// Budgets that are tried on it: power in mW, temperature in °C.
    pub(crate) power_mw: f64,
    pub(crate) temperature_c: f64,
}

pub(crate) const DEVICES: [Device; 6] = [
    Device {
        name: "desktop",
        cores: 8,
        slowness: 1.0,
        rest: 12.0,
        core: 8.0,
        die: (0.3, 30.0),
        case: (0.3, 400.0),
        ambient: 24.0,
        trip: 95.0,
        power_mw: 15_000.0,
        temperature_c: 33.0,
    },
    Device {
        name: "laptop",
        cores: 4,
        slowness: 1.5,
        rest: 4.0,
        core: 5.0,
        die: (1.2, 8.0),
        case: (1.5, 250.0),
        ambient: 25.0,
        trip: 90.0,
        power_mw: 6_000.0,
        temperature_c: 45.0,
    },
    PHONE,
    Device { name: "phone in the sun", ambient: 42.0, temperature_c: 65.0, ..PHONE },
    Device {
        name: "old phone",
        cores: 2,
        slowness: 6.0,
        rest: 0.6,
        core: 1.2,
        die: (6.0, 2.0),
        case: (11.0, 80.0),
        ambient: 30.0,
        trip: 68.0,
        power_mw: 1_000.0,
        temperature_c: 50.0,
    },
    Device {
        name: "badge",
        cores: 1,
        slowness: 8.0,
        rest: 0.03,
        core: 0.25,
        die: (20.0, 0.5),
        case: (60.0, 15.0),
        ambient: 25.0,
        trip: 85.0,
        power_mw: 100.0,
        temperature_c: 44.0,
    },
];

/// One that cannot keep up its highest clock on all of the work.
pub(crate) const PHONE: Device = Device {
    name: "phone",
    cores: 4,
    slowness: 3.0,
    rest: 0.7,
    core: 1.9,
    die: (5.0, 2.0),
    case: (10.0, 90.0),
    ambient: 25.0,
    trip: 82.0,
    power_mw: 1_800.0,
    temperature_c: 55.0,
};

/// A device at work.
#[derive(Debug, Clone)]
pub(crate) struct State {
    clock: usize,
    pub(crate) die: f64,
    case: f64,
    governed: f64,
}

impl State {
    /// At rest since long.
    pub(crate) fn rested(device: &Device) -> Self {
        let rise = |resistance: f64| device.rest * resistance;
        let case = device.ambient + rise(device.case.0);
        Self { clock: 0, die: case + rise(device.die.0), case, governed: 0.0 }
    }

    pub(crate) fn clock(&self) -> f64 {
        CLOCKS[self.clock]
    }

    /// `seconds` with `busy` cores at work on the mean: the power, in W.
    pub(crate) fn advance(&mut self, device: &Device, at: f64, seconds: f64, busy: f64, ambient: f64) -> f64 {
        let power = device.rest + device.core * busy * self.clock().powi(3);
        let inward = (self.die - self.case) / device.die.0;
        self.die += (power - inward) / device.die.1 * seconds;
        self.case += (inward - (self.case - ambient) / device.case.0) / device.case.1 * seconds;
        if at - self.governed >= 1.0 {
            self.governed = at;
            if self.die > device.trip {
                self.clock = (self.clock + 1).min(CLOCKS.len() - 1);
            } else if self.die < device.trip - RELEASE {
                self.clock = self.clock.saturating_sub(1);
            }
        }
        power
    }
}
