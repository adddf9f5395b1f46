//! Simulated scenes: how much there is to see, and when.

/// What is before the camera at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    /// Work on a frame, 1 is usual.
    pub(crate) work: f64,
    /// Whether text appears or changes, so that it is to be read.
    pub(crate) text: bool,
    /// Added to the air's temperature, in °C.
    pub(crate) warmer: f64,
}

/// A scene over half an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scene {
    /// A desk on which little happens.
    Desk,
    /// A street: always the same amount.
    Street,
    /// A street with signs: ten seconds of text in forty.
    Signs,
    /// Text and crowds come and go at random.
    Fair,
    /// A crowd with text for a quarter of an hour, then a desk.
    Leaving,
    /// A street, out of the sun after a quarter of an hour.
    Shade,
}

pub(crate) const SCENES: [Scene; 6] =
    [Scene::Desk, Scene::Street, Scene::Signs, Scene::Fair, Scene::Leaving, Scene::Shade];

/// When [`Scene::Leaving`] and [`Scene::Shade`] change, in seconds.
pub(crate) const CHANGE: f64 = 900.0;

impl Scene {
    /// Whether it is one thing first and then another.
    pub(crate) fn changes(self) -> bool {
        matches!(self, Self::Leaving | Self::Shade)
    }

    /// At `at` seconds.
    pub(crate) fn at(self, at: f64) -> Sight {
        let usual = Sight { work: 1.0, text: false, warmer: 0.0 };
        match self {
            Self::Desk => Sight { work: 0.6, ..usual },
            Self::Street => usual,
            Self::Signs => Sight { text: at % 40.0 < 10.0, ..usual },
            Self::Fair => {
                let phase = hash((at / 7.0) as u64);
                let crowd = hash((at / 19.0) as u64 + 7_777);
                Sight { work: 0.7 + 0.6 * crowd, text: phase < 0.35, ..usual }
            }
            Self::Leaving if at < CHANGE => Sight { work: 1.3, text: true, ..usual },
            Self::Leaving => Sight { work: 0.6, ..usual },
            Self::Shade => Sight { warmer: if at < CHANGE { 12.0 } else { 0.0 }, ..usual },
        }
    }
}

/// From 0 to 1, the same for the same number (the finalizer of SplitMix64).
pub(crate) fn hash(number: u64) -> f64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as f64 / u64::MAX as f64
}
