//! Where text stands: boxes, directions, baselines. Pixels, y downwards.

use glimpse_engine::Quad;

/// Part of a line's box that lies below its baseline. The recognizer does not tell; boxes that the
/// detector draws around Latin text have about this much below it.
pub(super) const BELOW_BASELINE: f32 = 0.2;

/// A column is at least this many times as high as it is wide.
const COLUMN: f32 = 1.5;

/// One run of text in its own frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    /// The corner at the beginning of the text, on the side of its descenders.
    pub(super) origin: [f32; 2],
    /// From the beginning of the text to its end.
    pub(super) along: [f32; 2],
    /// From the side of its descenders to that of its ascenders.
    pub(super) up: [f32; 2],
}

impl Run {
    /// Text in `quad`. A column's is taken as a line that was turned clockwise by a right angle.
    pub(super) fn new(quad: &Quad, column: bool) -> Self {
        let [top_left, top_right, bottom_right, bottom_left] = *quad;
        let right = mean(sub(top_right, top_left), sub(bottom_right, bottom_left));
        let down = mean(sub(bottom_left, top_left), sub(bottom_right, top_right));
        if column {
            Run { origin: top_left, along: down, up: right }
        } else {
            Run { origin: bottom_left, along: right, up: [-down[0], -down[1]] }
        }
    }

    pub(super) fn length(&self) -> f32 {
        length(self.along)
    }

    /// Height of the box: the size of the text.
    pub(super) fn size(&self) -> f32 {
        length(self.up)
    }

    /// Where the baseline begins.
    pub(super) fn baseline(&self) -> [f32; 2] {
        add(self.origin, scale(self.up, BELOW_BASELINE))
    }

    /// The angle of the text in degrees, counter-clockwise from left to right: -180 to 180.
    pub(super) fn angle(&self) -> f32 {
        (-self.along[1]).atan2(self.along[0]).to_degrees()
    }

    /// The run between this one's end and the beginning of `next`, or between `next`'s end and this
    /// one's beginning where `next` stands before it. It has some length in any case.
    pub(super) fn gap(&self, next: &Run) -> Run {
        let unit = scale(self.along, 1.0 / self.length().max(f32::MIN_POSITIVE));
        let ahead = dot(sub(next.origin, self.origin), unit);
        let (from, to) = if ahead >= 0.0 { (self.length(), ahead) } else { (ahead + next.length(), 0.0) };
        let long = (to - from).max(self.size() * 0.05);
        Run { origin: add(self.origin, scale(unit, from)), along: scale(unit, long), up: self.up }
    }
}

/// Whether a line of `text` in `quad` runs downwards, as a column of Chinese or Japanese does.
pub(super) fn is_column(quad: &Quad, text: &str) -> bool {
    let run = Run::new(quad, false);
    run.size() > COLUMN * run.length() && text.chars().nth(1).is_some()
}

/// Whether a space follows `word` in the rest of its line, which is advanced behind the word. A
/// word that is not there stands by itself.
pub(super) fn is_followed_by_space(rest: &mut &str, word: &str) -> bool {
    let Some(at) = rest.find(word) else { return true };
    *rest = &rest[at + word.len()..];
    rest.starts_with(char::is_whitespace)
}

/// The smallest upright box around points: left, top, right, bottom in whole pixels of a picture of
/// this size.
pub(super) fn bounds<'a>(
    points: impl IntoIterator<Item = &'a [f32; 2]>,
    width: u32,
    height: u32,
) -> [u32; 4] {
    let start = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    let [left, top, right, bottom] = points
        .into_iter()
        .fold(start, |b, p| [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]);
    // Saturating: what is not finite or outside lands on an edge.
    let inside = |v: f32, most: u32| (v as u32).min(most);
    [
        inside(left.floor(), width),
        inside(top.floor(), height),
        inside(right.ceil(), width),
        inside(bottom.ceil(), height),
    ]
}

fn mean(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]
}

fn add(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

fn sub(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

fn scale(a: [f32; 2], by: f32) -> [f32; 2] {
    [a[0] * by, a[1] * by]
}

fn dot(a: [f32; 2], b: [f32; 2]) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

fn length(a: [f32; 2]) -> f32 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPRIGHT: Quad = [[10.0, 20.0], [110.0, 20.0], [110.0, 40.0], [10.0, 40.0]];

    #[test]
    fn runs_follow_the_text() {
        let run = Run::new(&UPRIGHT, false);
        assert_eq!((run.length(), run.size(), run.angle()), (100.0, 20.0, 0.0));
        assert_eq!(run.baseline(), [10.0, 36.0]);
        // Read from the bottom to the top.
        let turned = [[20.0, 110.0], [20.0, 10.0], [40.0, 10.0], [40.0, 110.0]];
        let run = Run::new(&turned, false);
        assert_eq!((run.length(), run.size(), run.angle()), (100.0, 20.0, 90.0));
        assert_eq!(run.baseline(), [36.0, 110.0]);
        let column = [[20.0, 10.0], [40.0, 10.0], [40.0, 110.0], [20.0, 110.0]];
        assert!(is_column(&column, "日本") && !is_column(&column, "日") && !is_column(&UPRIGHT, "日本"));
        let run = Run::new(&column, true);
        assert_eq!((run.length(), run.size(), run.angle()), (100.0, 20.0, -90.0));
    }

    #[test]
    fn gaps_lie_between_words_in_either_direction() {
        let word = |left: f32| {
            Run::new(&[[left, 0.0], [left + 30.0, 0.0], [left + 30.0, 10.0], [left, 10.0]], false)
        };
        let gap = word(0.0).gap(&word(40.0));
        assert_eq!((gap.origin, gap.along), ([30.0, 10.0], [10.0, 0.0]));
        let gap = word(40.0).gap(&word(0.0));
        assert_eq!((gap.origin, gap.along), ([30.0, 10.0], [10.0, 0.0]));
        assert_eq!(word(0.0).gap(&word(25.0)).along, [0.5, 0.0]);
    }

    #[test]
    fn bounds_are_whole_pixels_inside_the_picture() {
        assert_eq!(bounds(&UPRIGHT, 200, 100), [10, 20, 110, 40]);
        assert_eq!(bounds(&[[-3.0, 1.5], [500.0, 1.6]], 200, 100), [0, 1, 200, 2]);
        assert_eq!(bounds(&[[f32::NAN, f32::NAN]], 200, 100), [200, 100, 0, 0]);
    }

    #[test]
    fn spaces_are_those_of_the_line() {
        let mut rest = "価格12円Tax  x x";
        let spaces = ["価格12円", "Tax", "x", "other"].map(|word| is_followed_by_space(&mut rest, word));
        assert_eq!(spaces, [false, true, true, true]);
    }
}
