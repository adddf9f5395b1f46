//! Sprites that move, cross and hide behind each other and behind bars, leave and come.

use std::f32::consts::TAU;

use image::{RgbImage, RgbaImage};

use crate::paint::{Canvas, Grain};
use crate::texture::Texture;
use crate::{Random, Scene, Sprite, Truth, TruthObject};

/// Most sprites of a scene.
const MOST: usize = 64;
/// Owner of the bars' pixels.
const BAR: u8 = 200;

/// What an [`ObjectScene`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectOptions {
    /// Width and height in pixels, 64 to 4096.
    pub size: [u32; 2],
    /// Frames a second, 1 to 240.
    pub fps: u32,
    /// How many frames.
    pub frames: u64,
    /// How many sprites, 64 at most. They take turns in `sprites`.
    pub objects: usize,
    /// Which.
    pub sprites: Vec<Sprite>,
    /// How high sprites are, as a share of the frame's height, from and to.
    pub height: [f32; 2],
    /// Fastest movement in frame widths a second.
    pub speed: f32,
    /// Share of the sprites that cross the frame, and leave and enter it; the others stay inside.
    pub crossing: f32,
    /// Upright bars in front of all.
    pub bars: usize,
    /// How far the camera swings, as a share of the frame's width; 0 to 0.5.
    pub swing: f32,
    /// Deviation of the noise of single values, 0 to 30.
    pub grain: f32,
    /// What all the rest follows from.
    pub seed: u64,
}

impl Default for ObjectOptions {
    fn default() -> Self {
        Self {
            size: [640, 480],
            fps: 30,
            frames: 150,
            objects: 10,
            sprites: Sprite::PEOPLE_AND_SIGNS.to_vec(),
            height: [0.19, 0.23],
            speed: 0.16,
            crossing: 0.3,
            bars: 1,
            swing: 0.0,
            grain: 2.0,
            seed: 1,
        }
    }
}

/// How a sprite's centre moves. Lengths are in pixels.
#[derive(Debug, Clone, Copy)]
enum Path {
    /// Around `centre`, on a curve that crosses itself.
    Roaming { centre: [f32; 2], reach: [f32; 2], turns: [f32; 2], phase: [f32; 2] },
    /// From beyond one side to beyond the other, again and again.
    Crossing { speed: f32, start: f32, from: f32, way: f32, height: f32, sway: f32, turns: f32 },
}

impl Path {
    /// Where the centre is after `t` seconds, and how often it came anew.
    fn at(&self, t: f32) -> ([f32; 2], u64) {
        match *self {
            Self::Roaming { centre, reach, turns, phase } => {
                let at = |i: usize| centre[i] + reach[i] * (TAU * turns[i] * t + phase[i]).sin();
                ([at(0), at(1)], 0)
            }
            Self::Crossing { speed, start, from, way, height, sway, turns } => {
                let gone = start + speed.abs() * t;
                let x = from + if speed < 0.0 { way - gone % way } else { gone % way };
                ([x, height + sway * (TAU * turns * t).sin()], (gone / way) as u64)
            }
        }
    }
}

struct Actor {
    sprite: Sprite,
    picture: RgbaImage,
    path: Path,
}

/// Sprites over a textured background.
pub struct ObjectScene {
    options: ObjectOptions,
    background: RgbImage,
    actors: Vec<Actor>,
    bars: Vec<(f32, u32, [u8; 3])>,
    grain: Grain,
}

impl ObjectScene {
    /// Out-of-range options are brought into range; no sprites at all means all of them.
    pub fn new(options: &ObjectOptions) -> Self {
        let mut options = options.clone();
        options.size = options.size.map(|side| side.clamp(64, 4096));
        options.fps = options.fps.clamp(1, 240);
        options.objects = options.objects.min(MOST);
        options.swing = options.swing.clamp(0.0, 0.5);
        if options.sprites.is_empty() {
            options.sprites = Sprite::ALL.to_vec();
        }
        let mut random = Random::new(options.seed, 1);
        let [width, height] = options.size;
        let margin = 2 * (options.swing * width as f32).ceil() as u32;
        let background = Texture::calm(&mut random).draw([width + margin, height + margin], &mut random);
        let actors = (0..options.objects).map(|i| actor(&options, i)).collect();
        let bars = (0..options.bars)
            .map(|i| {
                let place = (i as f32 + random.between(0.35, 0.65)) / options.bars as f32;
                let thick = random.between(0.035, 0.06) * width as f32;
                (place * width as f32, thick as u32 + 1, [0; 3].map(|_| random.between(70.0, 150.0) as u8))
            })
            .collect();
        let grain = Grain::new(options.grain.clamp(0.0, 30.0), options.seed);
        Self { options, background, actors, bars, grain }
    }

    /// Where the camera looks, in whole pixels from where it began.
    fn camera(&self, index: u64) -> [i32; 2] {
        let t = index as f32 / self.options.fps as f32;
        let reach = self.options.swing * self.options.size[0] as f32;
        [
            (reach * (TAU * 0.23 * t).sin()).round() as i32,
            (0.5 * reach * (TAU * 0.31 * t).sin()).round() as i32,
        ]
    }
}

fn actor(options: &ObjectOptions, index: usize) -> Actor {
    let mut random = Random::new(options.seed, 100 + index as u64);
    let size = options.size.map(|side| side as f32);
    let sprite = options.sprites[index % options.sprites.len()];
    let picture = sprite.picture((random.between(options.height[0], options.height[1]) * size[1]) as u32);
    let half = [picture.width() as f32 / 2.0, picture.height() as f32 / 2.0];
    let speed = options.speed * size[0] * random.between(0.4, 1.0);
    let crossing = (index as f32 + 0.5) / (options.objects as f32) > 1.0 - options.crossing;
    let path = if crossing {
        let from = -half[0] - random.between(8.0, 60.0);
        let way = size[0] - 2.0 * from;
        Path::Crossing {
            speed: if random.chance(0.5) { speed } else { -speed },
            start: random.between(0.0, way),
            from,
            way,
            height: random.between(0.2, 0.8) * size[1],
            sway: random.between(0.05, 0.15) * size[1],
            turns: random.between(0.08, 0.2),
        }
    } else {
        let room = [0, 1].map(|i| (size[i] / 2.0 - half[i] - 2.0).max(0.0));
        let reach = room.map(|r| r * random.between(0.35, 0.8));
        let centre = [0, 1].map(|i| size[i] / 2.0 + (room[i] - reach[i]) * random.between(-1.0, 1.0));
        // The fastest that this sine moves is `speed`.
        let turns = reach.map(|r| speed / (TAU * r.max(1.0)) * random.between(0.6, 1.0));
        Path::Roaming { centre, reach, turns, phase: [random.between(0.0, TAU), random.between(0.0, TAU)] }
    };
    Actor { sprite, picture, path }
}

impl Scene for ObjectScene {
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
        let size = self.options.size;
        let camera = self.camera(index);
        let margin = (self.options.swing * size[0] as f32).ceil() as i32;
        let corner = [0, 1].map(|i| (margin + camera[i]).max(0) as u32);
        let mut canvas = Canvas::new(&self.background, corner, size);
        let t = index as f32 / self.options.fps as f32;
        let mut drawn = Vec::new();
        for (k, actor) in self.actors.iter().enumerate() {
            let (centre, pass) = actor.path.at(t);
            let half = [actor.picture.width() as f32 / 2.0, actor.picture.height() as f32 / 2.0];
            let at = [0, 1].map(|i| (centre[i] - half[i]).round() as i32 - camera[i]);
            let pixels = canvas.put(&actor.picture, at, k as u8);
            drawn.push((at, pixels, 1 + k as u64 + pass * 1000));
        }
        for &(left, thick, colour) in &self.bars {
            canvas.bar(left as i32 - camera[0], thick, colour, BAR);
        }
        let owned = canvas.owned();
        let objects =
            self.actors.iter().zip(drawn).enumerate().filter_map(|(k, (actor, (at, pixels, id)))| {
                let bounds = clipped(at, [actor.picture.width(), actor.picture.height()], size)?;
                let visible = owned[k] as f32 / pixels.max(1) as f32;
                Some(TruthObject { id, label: actor.sprite.label(), bounds, visible })
            });
        let objects = objects.collect();
        self.grain.add(&mut canvas.image, index);
        let before = self.camera(index.saturating_sub(1));
        let shift = [0, 1].map(|i| (before[i] - camera[i]) as f32);
        let still = index > 0 && self.actors.is_empty() && shift == [0.0; 2];
        let truth = Truth { objects, texts: Vec::new(), shot: 1, cut: false, still, shift: Some(shift) };
        (canvas.image, truth)
    }
}

/// Left, top, width, height of what lies within the frame.
fn clipped(at: [i32; 2], size: [u32; 2], frame: [u32; 2]) -> Option<[f32; 4]> {
    let low = at.map(|v| v.max(0));
    let high = [0, 1].map(|i| (at[i] + size[i] as i32).min(frame[i] as i32));
    let sides = [high[0] - low[0], high[1] - low[1]];
    (sides[0] > 0 && sides[1] > 0).then(|| [low[0] as f32, low[1] as f32, sides[0] as f32, sides[1] as f32])
}
