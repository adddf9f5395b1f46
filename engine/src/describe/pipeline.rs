//! From a picture to its description.

use std::time::Instant;

use super::colours::dominant;
use super::evidence::{Evidence, class_of_tag};
use super::familiar::familiarity;
use super::gate::{Candidate, Rule, rule};
use super::lexicon::{Class, lexicon, words};
use super::sentence::{Facts, Shown, Thing, grounded};
use super::{CaptionSource, DescribeOptions, DescribeTimings, Description};
use crate::caption::{Caption, CaptionOptions, CaptionToken, Captioner};
use crate::clock::{CallClock, Work, milliseconds};
use crate::exec::{Output, Pool};
use crate::find::{FindOptions, Found, MIN_SCORE, Object, Objects};
use crate::read::Picture;
use crate::see::{EVERYTHING, FEATURES_SHAPE, Features, SIDE, SURE, See, SeeOutput, TOP, Tag, View, rank};
use crate::{Receipt, Result};

/// Objects of at least this score are evidence; those of [`MIN_SCORE`] are told.
const EVIDENCE_SCORE: f32 = 0.01;
/// Tags of a smaller score are not told.
const TAG_SCORE: f32 = 0.1;

/// What a description runs on.
#[derive(Clone, Copy)]
pub(crate) struct Networks<'a> {
    pub(crate) see: &'a See,
    pub(crate) objects: &'a Objects,
    pub(crate) captioner: &'a Captioner,
    pub(crate) pool: &'a Pool,
}

/// Hears the tokens of the learned caption.
pub(crate) type OnToken<'a> = &'a mut (dyn FnMut(&CaptionToken) + Send);

/// Describes `picture`, on which `text` was read. All timings but `see`, `find` and `caption` are the
/// caller's to fill, and what only the engine knows of the receipt.
pub(crate) fn describe(
    networks: Networks<'_>,
    picture: &Picture<'_>,
    text: Option<String>,
    options: &DescribeOptions,
    on_token: OnToken<'_>,
    clock: &CallClock,
) -> Result<Description> {
    let (started, mut timings) = (Instant::now(), DescribeTimings::default());
    let image = picture.image();
    let seen = networks.see.look(image, View::Whole, EVERYTHING, networks.pool, &options.cancel, clock)?;
    let tags: Vec<Tag> =
        rank(&seen.probabilities, TOP).into_iter().filter(|tag| tag.score >= TAG_SCORE).collect();
    let colours = dominant(image);
    clock.lap(Work::Post);
    timings.see = milliseconds(started.elapsed());

    let started = Instant::now();
    let found = find(networks, picture, options, clock)?;
    timings.find = milliseconds(started.elapsed());

    let started = Instant::now();
    let evidence = Evidence::new(found.objects.iter().filter_map(classified), &seen.probabilities);
    let told: Vec<Object> = found.objects.iter().filter(|o| o.score >= MIN_SCORE).cloned().collect();
    let things = things(&told, picture);
    let rule = rule(familiarity(&seen.embedding));
    let learned = captions(networks, &seen, (&rule, &evidence), options, on_token, clock)?;
    let receipt = receipt(networks, &found, &learned, options);
    let chosen = learned.choose(|c| {
        let candidate = Candidate { text: &c.text, confidence: c.confidence };
        rule.allows(&candidate, &evidence, &things)
    });
    let (caption, caption_source) = if chosen.allowed {
        (chosen.caption.text.clone(), CaptionSource::Learned)
    } else {
        let tag = tags.first().filter(|tag| tag.score >= SURE).map(|tag| Shown {
            name: &tag.label,
            score: tag.score,
            class: class_of_tag(tag.class as usize),
        });
        let facts = Facts { things: &things, tag, text: text.as_deref(), colours: &colours };
        (grounded(&facts), CaptionSource::Grounded)
    };
    timings.caption = milliseconds(started.elapsed());
    Ok(Description {
        width: picture.width(),
        height: picture.height(),
        caption,
        caption_source,
        learned_caption: chosen.caption.text,
        caption_confidence: chosen.caption.confidence,
        tokens: chosen.caption.tokens,
        first_caption: chosen.first,
        tags,
        objects: told,
        colours,
        text,
        timings,
        receipt,
    })
}

fn find(
    networks: Networks<'_>,
    picture: &Picture<'_>,
    options: &DescribeOptions,
    clock: &CallClock,
) -> Result<Found> {
    let options = FindOptions {
        limits: options.limits.clone(),
        min_score: Some(EVIDENCE_SCORE),
        scale: None,
        cancel: options.cancel.clone(),
    };
    networks.objects.find(picture, &options, networks.pool, clock)
}

fn classified(object: &Object) -> Option<(Class, f32)> {
    lexicon().class(&object.label).map(|class| (class, object.score))
}

/// Objects as the sentence needs them.
fn things(objects: &[Object], picture: &Picture<'_>) -> Vec<Thing> {
    let [w, h] = [picture.width() as f32, picture.height() as f32];
    let thing = |object: &Object| {
        let (class, score) = classified(object)?;
        let [x, _, width, height] = object.bounds;
        Some(Thing { class, score, centre: (x + width / 2.0) / w, area: width * height / (w * h) })
    };
    objects.iter().filter_map(thing).collect()
}

/// The decoder's caption and, where that names what is not supported, the one that it writes without
/// those words, with the least confidence that it must have.
struct Learned {
    free: Caption,
    bound: Option<(Caption, f32)>,
}

/// The learned caption to tell of.
struct Chosen {
    caption: Caption,
    /// Whether it may be said.
    allowed: bool,
    /// What the decoder wrote before it, where it was written again.
    first: Option<String>,
}

impl Learned {
    /// All that were written.
    fn captions(&self) -> impl Iterator<Item = &Caption> {
        std::iter::once(&self.free).chain(self.bound.iter().map(|(caption, _)| caption))
    }

    /// The first one that `allows`, else the one that was written first.
    fn choose(self, allows: impl Fn(&Caption) -> bool) -> Chosen {
        let allowed = allows(&self.free);
        match self.bound {
            Some((bound, least)) if !allowed && bound.confidence >= least && allows(&bound) => {
                Chosen { caption: bound, allowed: true, first: Some(self.free.text) }
            }
            _ => Chosen { caption: self.free, allowed, first: None },
        }
    }
}

fn captions(
    networks: Networks<'_>,
    seen: &SeeOutput,
    (rule, evidence): (&Rule, &Evidence),
    options: &DescribeOptions,
    on_token: OnToken<'_>,
    clock: &CallClock,
) -> Result<Learned> {
    let features = match &seen.features {
        Some(Features::Bytes(bytes)) => Output::U8(bytes),
        Some(Features::Reals(reals)) => Output::F32(reals),
        None => Output::F32(&[]),
    };
    let write = |forbidden: Vec<u32>, on_token: OnToken<'_>| {
        let asked = CaptionOptions {
            beam: options.beam,
            attention: options.attention,
            forbidden,
            ..CaptionOptions::default()
        };
        clock.lap(Work::Post);
        let (pool, cancel) = (networks.pool, &options.cancel);
        let caption = networks.captioner.caption(features, FEATURES_SHAPE, &asked, pool, on_token, cancel);
        clock.lap(Work::Infer);
        caption
    };
    let free = write(Vec::new(), on_token)?;
    let named = lexicon().mentions(&words(&free.text));
    let doubtful = |class: Class| rule.doubts(class, evidence);
    let bound = match rule.rewritten.filter(|_| named.iter().any(|mention| doubtful(mention.class))) {
        Some(least) => {
            let bound = write(naming(networks.captioner, doubtful), &mut |_| ())?;
            Some((bound, least))
        }
        None => None,
    };
    Ok(Learned { free, bound })
}

/// The tokens that by themselves name a class of which `doubtful` holds.
fn naming(captioner: &Captioner, doubtful: impl Fn(Class) -> bool) -> Vec<u32> {
    let names = |word: &str| lexicon().class_of_word(word).is_some_and(&doubtful);
    captioner.words().filter(|(_, word)| names(word)).map(|(id, _)| id).collect()
}

fn receipt(networks: Networks<'_>, found: &Found, learned: &Learned, options: &DescribeOptions) -> Receipt {
    let beam = options.beam.unwrap_or(networks.captioner.settings().beam);
    let see = networks.see.network.receipt("see", EVERYTHING, [([SIDE, SIDE], 1)]);
    let captions = learned.captions().flat_map(|c| networks.captioner.receipts(c, FEATURES_SHAPE, beam));
    let stages = std::iter::once(see).chain(found.receipt.stages.iter().cloned()).chain(captions).collect();
    Receipt { stages, ..Receipt::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caption(text: &str, confidence: f32) -> Caption {
        Caption { text: text.into(), tokens: Vec::new(), confidence, complete: true, steps: 3 }
    }

    fn chosen(bound: Option<(Caption, f32)>, allowed: &[&str]) -> Chosen {
        let learned = Learned { free: caption("free", 0.8), bound };
        assert_eq!(learned.captions().count(), 1 + usize::from(learned.bound.is_some()));
        learned.choose(|c| allowed.contains(&c.text.as_str()))
    }

    #[test]
    fn text_and_confidence_are_of_one_caption() {
        let bound = |confidence| Some((caption("bound", confidence), 0.5));
        let of = |c: Chosen| (c.caption.text, c.caption.confidence, c.allowed, c.first);
        let first = |allowed| ("free".to_owned(), 0.8, allowed, None);
        assert_eq!(of(chosen(None, &["free"])), first(true));
        assert_eq!(of(chosen(None, &[])), first(false));
        assert_eq!(of(chosen(bound(0.6), &["free", "bound"])), first(true));
        let again = ("bound".to_owned(), 0.6, true, Some("free".to_owned()));
        assert_eq!(of(chosen(bound(0.6), &["bound"])), again);
        assert_eq!(of(chosen(bound(0.6), &[])), first(false));
        assert_eq!(of(chosen(bound(0.4), &["bound"])), first(false), "an unsure one counts, but is not said");
    }
}
