//! Things that the object detector knows: cut out of photographs, or drawn. `sprites/make.py` made them.

use image::{ImageFormat, RgbaImage, imageops};

/// A thing that can be put into a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sprite {
    /// A woman in an orange space suit.
    Astronaut,
    /// A man with a camera, in grey.
    Photographer,
    /// The face of a tabby cat.
    Cat,
    /// A red cup of coffee.
    Cup,
    /// A red stop sign.
    StopSign,
    /// A wall clock.
    Clock,
    /// A traffic light that shows red.
    TrafficLight,
}

impl Sprite {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Astronaut,
        Self::Photographer,
        Self::Cat,
        Self::Cup,
        Self::StopSign,
        Self::Clock,
        Self::TrafficLight,
    ];
    /// Those cut out of photographs: the subjects, of COCO's classes, of all sample photographs that have one.
    pub const PHOTOGRAPHS: [Self; 4] = [Self::Astronaut, Self::Photographer, Self::Cat, Self::Cup];
    /// Those of people, and those that are drawn.
    pub(crate) const PEOPLE_AND_SIGNS: [Self; 5] =
        [Self::Astronaut, Self::Photographer, Self::StopSign, Self::Clock, Self::TrafficLight];

    /// Its class, by COCO's name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Astronaut | Self::Photographer => "person",
            Self::Cat => "cat",
            Self::Cup => "cup",
            Self::StopSign => "stop sign",
            Self::Clock => "clock",
            Self::TrafficLight => "traffic light",
        }
    }

    /// Its picture, `height` pixels high (1 to 512); clear around it. Its own is 128 pixels high.
    pub fn picture(self, height: u32) -> RgbaImage {
        let bytes: &[u8] = match self {
            Self::Astronaut => include_bytes!("../sprites/astronaut.png"),
            Self::Photographer => include_bytes!("../sprites/photographer.png"),
            Self::Cat => include_bytes!("../sprites/cat.png"),
            Self::Cup => include_bytes!("../sprites/cup.png"),
            Self::StopSign => include_bytes!("../sprites/stop_sign.png"),
            Self::Clock => include_bytes!("../sprites/clock.png"),
            Self::TrafficLight => include_bytes!("../sprites/traffic_light.png"),
        };
        let own =
            image::load_from_memory_with_format(bytes, ImageFormat::Png).expect("it is part of this crate");
        let own = own.into_rgba8();
        let height = height.clamp(1, 512);
        let width = (own.width() as f32 * height as f32 / own.height() as f32).round().max(1.0) as u32;
        imageops::resize(&own, width, height, imageops::FilterType::Triangle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_keep_their_proportions_and_are_clear_around() {
        for sprite in Sprite::ALL {
            let picture = sprite.picture(64);
            assert_eq!(picture.height(), 64);
            let solid = picture.pixels().filter(|p| p[3] > 127).count() as f32;
            let share = solid / (picture.width() * 64) as f32;
            assert!((0.5..1.0).contains(&share), "{sprite:?}: {share}");
            let touches = |column: u32| (0..64).any(|y| picture.get_pixel(column, y)[3] > 60);
            assert!(touches(0) && touches(picture.width() - 1), "{sprite:?} does not fill its box");
        }
    }
}
