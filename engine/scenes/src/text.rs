//! Lines of text that stand and move.

use image::RgbImage;

use crate::paint::Grain;
use crate::texture::Texture;
use crate::typeset::{Face, Strip, quad};
use crate::{Random, Scene, Truth, TruthText};

/// What drawn lines say.
const PHRASES: [&str; 48] = [
    "EXIT",
    "Platform 4",
    "Open 9-17",
    "Harbour Lane",
    "No parking",
    "TICKETS",
    "Ground floor",
    "Gate B12",
    "Fresh bread",
    "Mind the step",
    "350 m",
    "Room 204",
    "City library",
    "WAY OUT",
    "Push",
    "Please wait here",
    "Bus 42",
    "Market Street",
    "Level 3",
    "Coffee 2.50",
    "Staff only",
    "Lost property",
    "HOTEL",
    "Track 7",
    "Closed today",
    "Speed limit 30",
    "Water",
    "Keep left",
    "Museum",
    "To the beach",
    "12:45 London",
    "Wet paint",
    "SALE 50%",
    "Information",
    "Departures",
    "Post office",
    "Bridge Road 18",
    "Night train",
    "First aid",
    "Garden door",
    "Flowers",
    "Taxi",
    "Old town",
    "Kitchen",
    "Meeting at 10",
    "North wing",
    "Pharmacy",
    "Last call",
];

/// A line of text and how it moves.
#[derive(Debug, Clone, PartialEq)]
pub struct TextLine {
    /// What it says.
    pub text: String,
    /// Its typeface.
    pub face: Face,
    /// From ascender to descender in pixels, 4 to 400.
    pub height: f32,
    /// Top left corner of its ink at frame 0, in pixels.
    pub at: [f32; 2],
    /// How fast it moves, in pixels a second.
    pub velocity: [f32; 2],
    /// How far it may move to either side before it turns back, in pixels; 0: it never does.
    pub reach: [f32; 2],
    /// Turned clockwise, in radians.
    pub angle: f32,
    /// Colour of the ink.
    pub colour: [u8; 3],
    /// Colour of a plate under it, and by how many pixels it is larger than the ink.
    pub plate: Option<([u8; 3], f32)>,
    /// It is there in these frames.
    pub frames: std::ops::Range<u64>,
}

impl TextLine {
    /// A black line on a white plate that stands at `at` in all frames.
    pub fn standing(text: &str, height: f32, at: [f32; 2]) -> Self {
        Self {
            text: text.into(),
            face: Face::Sans,
            height,
            at,
            velocity: [0.0; 2],
            reach: [0.0; 2],
            angle: 0.0,
            colour: [20; 3],
            plate: Some(([240; 3], height * 0.3)),
            frames: 0..u64::MAX,
        }
    }

    fn place(&self, seconds: f32) -> [f32; 2] {
        let along = |i: usize| {
            let gone = self.velocity[i] * seconds;
            let reach = self.reach[i];
            // A triangle wave from 0 to reach, to -reach, and back.
            if reach > 0.0 {
                reach - ((gone + reach).rem_euclid(4.0 * reach) - 2.0 * reach).abs()
            } else {
                gone
            }
        };
        [self.at[0] + along(0), self.at[1] + along(1)]
    }
}

/// What a [`TextScene`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct TextOptions {
    /// Width and height in pixels, 64 to 4096.
    pub size: [u32; 2],
    /// Frames a second, 1 to 240.
    pub fps: u32,
    /// How many frames.
    pub frames: u64,
    /// How many lines are drawn by [`TextScene::new`], 12 at most.
    pub lines: usize,
    /// From ascender to descender in pixels, from and to.
    pub height: [f32; 2],
    /// Fastest movement in pixels a second. Every third line stands.
    pub speed: f32,
    /// How far lines are turned at most, in radians.
    pub angle: f32,
    /// The lines appear at frames up to this one. The first is there from the beginning.
    pub appear: u64,
    /// Whether every fourth line ends two thirds through.
    pub vanish: bool,
    /// Deviation of the noise of single values, 0 to 30.
    pub grain: f32,
    /// What all the rest follows from.
    pub seed: u64,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            size: [640, 480],
            fps: 30,
            frames: 150,
            lines: 4,
            height: [26.0, 44.0],
            speed: 60.0,
            angle: 0.06,
            appear: 40,
            vanish: true,
            grain: 3.0,
            seed: 1,
        }
    }
}

/// Lines of text over a textured background.
pub struct TextScene {
    options: TextOptions,
    background: RgbImage,
    lines: Vec<(TextLine, Strip)>,
    grain: Grain,
}

impl TextScene {
    /// Lines drawn by the seed, each in a strip of its own, so that none covers another.
    pub fn new(options: &TextOptions) -> Self {
        let count = options.lines.min(12);
        let lines = (0..count).map(|i| line(options, i, count)).collect();
        Self::of(lines, options)
    }

    /// These lines. Of the options, those that are about lines do not count.
    pub fn of(lines: Vec<TextLine>, options: &TextOptions) -> Self {
        let mut options = options.clone();
        options.size = options.size.map(|side| side.clamp(64, 4096));
        options.fps = options.fps.clamp(1, 240);
        let mut random = Random::new(options.seed, 2);
        let background = Texture::calm(&mut random).draw(options.size, &mut random);
        let strip = |line: &TextLine| Strip::new(&line.text, line.face, line.height.clamp(4.0, 400.0));
        let lines = lines.into_iter().map(|line| (strip(&line), line)).map(|(s, l)| (l, s)).collect();
        let grain = Grain::new(options.grain.clamp(0.0, 30.0), options.seed);
        Self { options, background, lines, grain }
    }

    /// Its lines.
    pub fn lines(&self) -> impl Iterator<Item = &TextLine> {
        self.lines.iter().map(|(line, _)| line)
    }
}

/// Line `index` of `count`, in its strip of the frame.
fn line(options: &TextOptions, index: usize, count: usize) -> TextLine {
    let mut random = Random::new(options.seed, 300 + index as u64);
    let [width, height] = options.size.map(|side| side as f32);
    let slot = height / count as f32;
    // Every phrase once before one comes again.
    let first = (options.seed.wrapping_mul(7) % PHRASES.len() as u64) as usize;
    let text = PHRASES[(first + index * 11) % PHRASES.len()];
    let face = if random.chance(0.5) { Face::Sans } else { Face::Bold };
    let most = options.height[1].min(slot * 0.5).max(4.0);
    let mut size = random.between(options.height[0].min(most), most);
    let mut ink = Strip::new(text, face, size).size;
    let widest = width * 0.6;
    if ink[0] > widest {
        size *= widest / ink[0];
        ink = Strip::new(text, face, size).size;
    }
    let angle = random.between(-1.0, 1.0) * options.angle.min((slot - ink[1]) * 0.25 / ink[0].max(1.0));
    let tilt = angle.abs() * ink[0];
    let room = [((width - ink[0]) / 2.0 - 14.0).max(0.0), ((slot - ink[1] - tilt) / 2.0 - 10.0).max(0.0)];
    let moves = if index.is_multiple_of(3) { 0.0 } else { options.speed };
    let side = |random: &mut Random| if random.chance(0.5) { 1.0 } else { -1.0 };
    let velocity = [
        moves * random.between(0.4, 1.0) * side(&mut random),
        moves * random.between(0.0, 0.15) * side(&mut random),
    ];
    let reach = room.map(|r| (r * random.between(0.5, 0.9)).max(0.01));
    let spare = [0, 1].map(|i| (room[i] - reach[i]) * random.between(-1.0, 1.0));
    let middle = [width / 2.0 + spare[0], slot * (index as f32 + 0.5) + spare[1]];
    let at = [middle[0] - ink[0] / 2.0, middle[1] - (ink[1] + angle * ink[0]) / 2.0];
    let dark = random.chance(0.5);
    let colour = if dark { [15, 15, 20] } else { [245, 245, 235] };
    let paper = if dark { [235, 232, 220] } else { [20, 50, 100] };
    let plate = Some((paper, size * 0.22));
    let begin = if index == 0 { 0 } else { options.appear * index as u64 / count.max(2) as u64 };
    let end = if options.vanish && index % 4 == 3 { options.frames * 2 / 3 } else { u64::MAX };
    TextLine {
        text: text.into(),
        face,
        height: size,
        at,
        velocity,
        reach,
        angle,
        colour,
        plate,
        frames: begin..end,
    }
}

impl Scene for TextScene {
    fn size(&self) -> [u32; 2] {
        self.options.size
    }

    fn fps(&self) -> u32 {
        self.options.fps
    }

    fn frames(&self) -> u64 {
        self.options.frames
    }

    fn render(&self, index: u64) -> (RgbImage, Truth) {
        let mut image = self.background.clone();
        let seconds = index as f32 / self.options.fps as f32;
        let frame = self.options.size.map(|side| side as f32);
        let mut texts = Vec::new();
        let mut still = index > 0;
        for (k, (line, strip)) in self.lines.iter().enumerate() {
            let there = line.frames.contains(&index);
            still &= there == line.frames.contains(&index.saturating_sub(1));
            if !there {
                continue;
            }
            still &= line.velocity == [0.0; 2];
            let at = line.place(seconds);
            strip.draw(&mut image, at, line.angle, line.colour, line.plate);
            let quad = quad(at, strip.size, line.angle, 0.0);
            let visible = share_inside(&quad, frame);
            if visible > 0.0 {
                texts.push(TruthText { id: 1 + k as u64, text: line.text.clone(), quad, visible });
            }
        }
        self.grain.add(&mut image, index);
        let truth = Truth { texts, shot: 1, still, shift: Some([0.0; 2]), ..Truth::default() };
        (image, truth)
    }
}

/// Which share of a quad lies within the frame, by 16 × 16 points of it.
fn share_inside(quad: &[[f32; 2]; 4], frame: [f32; 2]) -> f32 {
    const POINTS: usize = 16;
    let along = |k: usize| (k as f32 + 0.5) / POINTS as f32;
    let inside = |i: usize, j: usize| {
        (0..2).all(|axis| {
            let at = |c: usize| quad[c][axis];
            let value = at(0) + along(i) * (at(1) - at(0)) + along(j) * (at(3) - at(0));
            (0.0..frame[axis]).contains(&value)
        })
    };
    let hits = (0..POINTS).flat_map(|i| (0..POINTS).map(move |j| (i, j))).filter(|&(i, j)| inside(i, j));
    hits.count() as f32 / (POINTS * POINTS) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_lines_stay_inside_and_apart() {
        for seed in 0..20 {
            let options = TextOptions { seed, lines: 3 + seed as usize % 6, ..TextOptions::default() };
            let scene = TextScene::new(&options);
            for index in (0..options.frames).step_by(10) {
                let (_, truth) = scene.render(index);
                assert!(truth.texts.iter().all(|t| t.visible == 1.0), "seed {seed}, frame {index}");
                for (i, a) in truth.texts.iter().enumerate() {
                    let bottom = a.quad.iter().map(|c| c[1]).fold(0.0, f32::max);
                    for b in &truth.texts[i + 1..] {
                        let top = b.quad.iter().map(|c| c[1]).fold(f32::INFINITY, f32::min);
                        assert!(bottom < top, "seed {seed}, frame {index}: {a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_turns_back_at_its_reach() {
        let line = TextLine {
            velocity: [30.0, -30.0],
            reach: [10.0, 20.0],
            ..TextLine::standing("A", 20.0, [100.0, 50.0])
        };
        let places: Vec<[f32; 2]> = (0..200).map(|k| line.place(k as f32 / 30.0)).collect();
        assert_eq!(places[0], [100.0, 50.0]);
        assert!((places[5][0] - 105.0).abs() < 1e-3 && (places[5][1] - 45.0).abs() < 1e-3);
        assert!(places.iter().all(|p| (p[0] - 100.0).abs() <= 10.001 && (p[1] - 50.0).abs() <= 20.001));
        assert!(places.iter().any(|p| p[0] < 91.0) && places.iter().any(|p| p[1] > 69.0));
    }

    #[test]
    fn lines_come_and_go_when_they_should_and_stillness_is_known() {
        let mut late = TextLine::standing("Late", 30.0, [40.0, 100.0]);
        late.frames = 5..9;
        let lines = vec![TextLine::standing("Always", 30.0, [40.0, 40.0]), late];
        let scene = TextScene::of(lines, &TextOptions::default());
        let seen: Vec<usize> = (3..11).map(|i| scene.render(i).1.texts.len()).collect();
        assert_eq!(seen, [1, 1, 2, 2, 2, 2, 1, 1]);
        let still: Vec<bool> = (3..11).map(|i| scene.render(i).1.still).collect();
        assert_eq!(still, [true, true, false, true, true, true, false, true]);
    }
}
