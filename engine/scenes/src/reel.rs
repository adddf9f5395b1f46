//! Shots one after the other: hard cuts, and what is easily taken for one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use image::{ImageFormat, RgbImage, imageops};

use crate::paint::{Canvas, Grain};
use crate::texture::Texture;
use crate::{Random, Scene, Sprite, Truth};

/// How much larger than the frame a shot's backdrop is, so that the camera can move.
const BACKDROP: f32 = 2.0;
/// Backdrops that are kept.
const KEPT: usize = 3;

/// What happens in a shot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Nothing.
    Standing,
    /// The camera turns evenly.
    Pan,
    /// The camera turns so fast that a tenth of the frame is new every frame, for a while.
    WhipPan,
    /// The camera comes nearer or goes away.
    Zoom,
    /// The camera shakes.
    Shake,
    /// A flash lights the scene for one to three frames.
    Flash,
    /// Several flashes.
    Strobe,
    /// Something large passes before the camera.
    Passing,
    /// The exposure rises or falls within half a second.
    Exposure,
    /// Several things move about.
    Busy,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Standing,
        Self::Pan,
        Self::WhipPan,
        Self::Zoom,
        Self::Shake,
        Self::Flash,
        Self::Strobe,
        Self::Passing,
        Self::Exposure,
        Self::Busy,
    ];
}

/// How one shot becomes the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transition {
    /// At once.
    Cut,
    /// One dissolves into the other, over this many frames.
    Dissolve(u64),
    /// Through black, over this many frames.
    Fade(u64),
}

/// What a [`Reel`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ReelOptions {
    /// Width and height in pixels, 64 to 2048.
    pub size: [u32; 2],
    /// Frames a second, 1 to 240.
    pub fps: u32,
    /// How many shots.
    pub shots: usize,
    /// Frames of a shot, from and to; 8 at least.
    pub length: [u64; 2],
    /// Share of the transitions that are no hard cuts.
    pub gradual: f32,
    /// Deviation of the noise of single values, 0 to 30.
    pub grain: f32,
    /// What all the rest follows from.
    pub seed: u64,
}

impl Default for ReelOptions {
    fn default() -> Self {
        Self { size: [640, 480], fps: 30, shots: 40, length: [18, 50], gradual: 0.2, grain: 2.0, seed: 1 }
    }
}

/// One shot.
#[derive(Debug, Clone)]
struct Shot {
    /// Its first frame; those of the transition into it are before.
    from: u64,
    length: u64,
    action: Action,
    into: Transition,
    seed: u64,
}

/// Shots one after the other.
pub struct Reel {
    options: ReelOptions,
    shots: Vec<Shot>,
    grain: Grain,
    backdrops: Mutex<VecDeque<(usize, Arc<RgbImage>)>>,
}

impl Reel {
    /// Out-of-range options are brought into range.
    pub fn new(options: &ReelOptions) -> Self {
        let mut options = options.clone();
        options.size = options.size.map(|side| side.clamp(64, 2048));
        options.fps = options.fps.clamp(1, 240);
        let mut random = Random::new(options.seed, 3);
        let mut shots: Vec<Shot> = Vec::new();
        let mut from = 0;
        for k in 0..options.shots.max(1) {
            let [low, high] = options.length.map(|n| n.max(8));
            let length = low + random.below((high.saturating_sub(low) + 1) as usize) as u64;
            let action = Action::ALL[(k + random.below(3)) % Action::ALL.len()];
            let into = match random.unit() {
                u if k == 0 || u >= options.gradual => Transition::Cut,
                u if u < options.gradual / 2.0 => Transition::Dissolve(10 + random.below(20) as u64),
                _ => Transition::Fade(12 + random.below(20) as u64),
            };
            let lead = match into {
                Transition::Cut => 0,
                Transition::Dissolve(n) | Transition::Fade(n) => n,
            };
            from += lead;
            shots.push(Shot { from, length, action, into, seed: random.bits() });
            from += length;
        }
        let grain = Grain::new(options.grain.clamp(0.0, 30.0), options.seed);
        Self { options, shots, grain, backdrops: Mutex::default() }
    }

    /// Numbers of the frames, from 0, with which a shot begins at once.
    pub fn cuts(&self) -> Vec<u64> {
        let hard = self.shots.iter().skip(1).filter(|s| s.into == Transition::Cut);
        hard.map(|s| s.from).collect()
    }

    /// How often each kind of thing happens that is easily taken for a cut: all but shots that stand,
    /// and the gradual transitions.
    pub fn traps(&self) -> usize {
        let actions = self.shots.iter().filter(|s| s.action != Action::Standing).count();
        actions + self.shots.iter().filter(|s| s.into != Transition::Cut).count()
    }

    /// What happens on frame `index`.
    pub fn action(&self, index: u64) -> Action {
        self.shots[self.shot(index)].action
    }

    /// The shot that frame `index` belongs to: in a transition the one that begins.
    fn shot(&self, index: u64) -> usize {
        let lead = |s: &Shot| match s.into {
            Transition::Cut => 0,
            Transition::Dissolve(n) | Transition::Fade(n) => n,
        };
        self.shots.iter().rposition(|s| s.from - lead(s) <= index).unwrap_or(0)
    }

    fn backdrop(&self, shot: usize) -> Arc<RgbImage> {
        let mut kept = self.backdrops.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, image)) = kept.iter().find(|(k, _)| *k == shot) {
            return image.clone();
        }
        let image = Arc::new(backdrop(self.options.size, self.shots[shot].seed));
        kept.push_front((shot, image.clone()));
        kept.truncate(KEPT);
        image
    }

    /// Frame `index` of a shot, without noise.
    fn draw(&self, shot: usize, index: u64) -> RgbImage {
        let backdrop = self.backdrop(shot);
        let plan = &self.shots[shot];
        let mut image = self.view(plan, index).cut_out(&backdrop, self.options.size);
        if matches!(plan.action, Action::Passing | Action::Busy) {
            image = self.people(&image, plan, index);
        }
        let light = light(plan, index);
        if light != 1.0 {
            for value in image.iter_mut() {
                *value = (f32::from(*value) * light + (light - 1.0) * 12.0).clamp(0.0, 255.0) as u8;
            }
        }
        image
    }

    /// Where the camera looks.
    fn view(&self, plan: &Shot, index: u64) -> View {
        let mut random = Random::new(plan.seed, 9);
        let [w, h] = self.options.size.map(|side| side as f32);
        let middle = [w, h].map(|side| side * (BACKDROP - 1.0) / 2.0);
        let since = index as f32 - plan.from as f32 - plan.length as f32 / 2.0;
        let side = if random.chance(0.5) { 1.0 } else { -1.0 };
        let mut view = View { corner: middle, zoom: 1.0 };
        match plan.action {
            Action::Pan => {
                let speed = [side * random.between(0.002, 0.012) * w, random.between(-0.004, 0.004) * h];
                view.corner = [0, 1].map(|i| middle[i] + speed[i] * since);
            }
            Action::WhipPan => {
                view.corner[0] += side * random.between(0.05, 0.11) * w * since.clamp(-3.0, 3.0);
            }
            Action::Zoom => {
                view.zoom = (side * random.between(0.004, 0.02) * since).exp().clamp(0.6, 1.8);
            }
            Action::Shake => {
                let mut shake = Random::new(plan.seed, 1000 + index);
                view.corner = middle.map(|m| m + shake.normal().clamp(-2.0, 2.0) * 0.012 * w);
            }
            _ => {}
        }
        view.corner = [0, 1].map(|i| view.corner[i].round().clamp(0.0, 2.0 * middle[i] - 1.0));
        view
    }

    /// Puts what moves before the camera.
    fn people(&self, image: &RgbImage, plan: &Shot, index: u64) -> RgbImage {
        let mut random = Random::new(plan.seed, 10);
        let age = index as f32 - plan.from as f32;
        let [w, h] = self.options.size.map(|side| side as f32);
        let (count, height) = if plan.action == Action::Passing { (1, 0.95) } else { (6, 0.3) };
        let mut canvas = Canvas::new(image, [0; 2], self.options.size);
        for k in 0..count {
            let known = Sprite::PEOPLE_AND_SIGNS;
            let sprite = known[random.below(known.len())];
            let picture = sprite.picture((height * h) as u32);
            let speed = w * if count == 1 { random.between(0.03, 0.06) } else { random.between(-0.02, 0.02) };
            let way = w + picture.width() as f32;
            let start = if count == 1 { 0.0 } else { random.unit() * way };
            let x = (start + speed * age).rem_euclid(way) - picture.width() as f32;
            let y = if count == 1 { 0.05 * h } else { random.between(0.0, 0.7) * h };
            canvas.put(&picture, [x as i32, y as i32], k as u8);
        }
        canvas.image
    }
}

/// How bright a frame is, 1 where it is as always.
fn light(plan: &Shot, index: u64) -> f32 {
    let mut random = Random::new(plan.seed, 11);
    let age = index as f32 - plan.from as f32;
    let middle = plan.length as f32 / 2.0;
    match plan.action {
        Action::Flash | Action::Strobe => {
            let every = if plan.action == Action::Strobe { 7.0 } else { 1e9 };
            let (length, gain) = (random.between(1.0, 4.0).floor(), random.between(1.6, 3.5));
            let since = (age - (middle - 4.0).max(2.0).floor()).rem_euclid(every);
            if age >= 2.0 && since < length { gain } else { 1.0 }
        }
        Action::Exposure => {
            let to = if random.chance(0.5) { 0.45 } else { 1.8 };
            1.0 + (to - 1.0) * ((age - middle + 6.0) / 12.0).clamp(0.0, 1.0)
        }
        _ => 1.0,
    }
}

/// Where a camera looks.
#[derive(Debug, Clone, Copy, PartialEq)]
struct View {
    corner: [f32; 2],
    zoom: f32,
}

impl View {
    fn cut_out(&self, backdrop: &RgbImage, size: [u32; 2]) -> RgbImage {
        let sides = [backdrop.width(), backdrop.height()];
        if self.zoom == 1.0 {
            let corner = [0, 1].map(|i| (self.corner[i] as u32).min(sides[i] - size[i]));
            return imageops::crop_imm(backdrop, corner[0], corner[1], size[0], size[1]).to_image();
        }
        let seen = size.map(|side| side as f32 / self.zoom);
        let middle = [0, 1].map(|i| self.corner[i] + size[i] as f32 / 2.0);
        let last = [sides[0] as usize - 1, sides[1] as usize - 1];
        RgbImage::from_fn(size[0], size[1], |x, y| {
            let from = |i: usize, v: u32| {
                let at = middle[i] + (v as f32 / size[i] as f32 - 0.5) * seen[i];
                (at.max(0.0) as usize).min(last[i]) as u32
            };
            *backdrop.get_pixel(from(0, x), from(1, y))
        })
    }
}

/// What stands behind a shot: a texture with things on it, or a photograph.
fn backdrop(size: [u32; 2], seed: u64) -> RgbImage {
    let mut random = Random::new(seed, 4);
    let size = size.map(|side| (side as f32 * BACKDROP) as u32);
    if random.chance(0.4) {
        let photos: [&[u8]; 5] = [
            include_bytes!("../../../assets/samples/photos/astronaut.jpg"),
            include_bytes!("../../../assets/samples/photos/cat.jpg"),
            include_bytes!("../../../assets/samples/photos/coffee.jpg"),
            include_bytes!("../../../assets/samples/photos/photographer.jpg"),
            include_bytes!("../../../assets/samples/photos/rocket.jpg"),
        ];
        let bytes = photos[random.below(photos.len())];
        let photo =
            image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).expect("it is in the repository");
        let photo = photo.into_rgb8();
        let photo = if random.chance(0.5) { imageops::flip_horizontal(&photo) } else { photo };
        // Some part of it, so that two shots of one photograph differ.
        let share = random.between(0.6, 1.0);
        let part = [photo.width(), photo.height()].map(|side| (side as f32 * share) as u32);
        let corner =
            [photo.width() - part[0], photo.height() - part[1]].map(|n| random.below(n as usize + 1) as u32);
        let part = imageops::crop_imm(&photo, corner[0], corner[1], part[0], part[1]).to_image();
        return imageops::resize(&part, size[0], size[1], imageops::FilterType::Triangle);
    }
    Texture::random(&mut random).draw(size, &mut random)
}

impl Scene for Reel {
    fn size(&self) -> [u32; 2] {
        self.options.size
    }

    fn fps(&self) -> u32 {
        self.options.fps
    }

    fn frames(&self) -> u64 {
        self.shots.last().map_or(0, |s| s.from + s.length)
    }

    fn render(&self, index: u64) -> (RgbImage, Truth) {
        let k = self.shot(index);
        let shot = &self.shots[k];
        let mut image = self.draw(k, index);
        let gradual = index < shot.from;
        if gradual && k > 0 {
            let (length, through_black) = match shot.into {
                Transition::Fade(n) => (n, true),
                Transition::Dissolve(n) => (n, false),
                Transition::Cut => (1, false),
            };
            let t = 1.0 - (shot.from - index) as f32 / (length + 1) as f32;
            let old = self.draw(k - 1, index);
            let (a, b) = if through_black {
                ((1.0 - 2.0 * t).max(0.0), (2.0 * t - 1.0).max(0.0))
            } else {
                (1.0 - t, t)
            };
            for (value, old) in image.iter_mut().zip(old.iter()) {
                *value = (f32::from(*old) * a + f32::from(*value) * b) as u8;
            }
        }
        let cut = k > 0 && shot.into == Transition::Cut && index == shot.from;
        let within = !gradual && index > shot.from;
        let still = within && shot.action == Action::Standing;
        let shift = (within && shot.action != Action::Zoom).then(|| {
            let (before, now) = (self.view(shot, index - 1), self.view(shot, index));
            [0, 1].map(|i| before.corner[i] - now.corner[i])
        });
        self.grain.add(&mut image, index);
        let truth = Truth { shot: 1 + k as u32, cut, still, shift, ..Truth::default() };
        (image, truth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_where_the_truth_says() {
        for seed in 0..4 {
            let options =
                ReelOptions { size: [128, 96], shots: 14, gradual: 0.4, seed, ..ReelOptions::default() };
            let reel = Reel::new(&options);
            let told: Vec<u64> = (0..reel.frames()).filter(|&i| reel.render(i).1.cut).collect();
            assert_eq!(told, reel.cuts());
            assert!(told.len() >= 4 && reel.traps() >= 8, "{told:?}");
        }
    }

    #[test]
    fn what_moves_by_a_shift_moves_by_it() {
        let options =
            ReelOptions { size: [128, 96], grain: 0.0, shots: 20, seed: 2, ..ReelOptions::default() };
        let reel = Reel::new(&options);
        let mut moved = 0;
        for index in 1..reel.frames() {
            let (now, truth) = reel.render(index);
            let kinds = matches!(reel.action(index), Action::Pan | Action::WhipPan | Action::Shake);
            let Some([dx, dy]) = truth.shift.filter(|_| kinds) else { continue };
            let (before, _) = reel.render(index - 1);
            let (x, y) = (64i32, 48i32);
            assert_eq!(
                now.get_pixel(x as u32, y as u32),
                before.get_pixel((x - dx as i32) as u32, (y - dy as i32) as u32),
                "frame {index}"
            );
            moved += usize::from(dx != 0.0);
        }
        assert!(moved > 40, "{moved}");
    }
}
