//! Where a track's samples are in the file, and when each is shown.

use std::time::Duration;

use mp4_atom::{Elst, Moof, Stbl, StszSamples, Trex};

use crate::CameraError;

/// Most samples of a track: 18 hours at 30 a second.
const MOST_SAMPLES: usize = 2_000_000;

/// Longest that is believed: a thousand days.
const LONGEST: Duration = Duration::from_secs(86_400_000);

/// One sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) offset: u64,
    pub(super) size: u32,
    /// When it is shown; [`None`] where it is only decoded.
    pub(super) at: Option<Duration>,
    /// Its number among those that are shown, from 1, in the order in which they are; nothing for others.
    pub(super) number: u64,
    /// Its place in the order in which they are shown, before anything is cut off.
    pub(super) order: i64,
}

/// The samples of a clip.
#[derive(Debug)]
pub(super) struct Shown {
    /// In the order in which they are decoded.
    pub(super) samples: Vec<Sample>,
    /// Those of them that are shown.
    pub(super) frames: u64,
    pub(super) duration: Duration,
}

/// A sample in the track's own time.
#[derive(Debug, Clone, Copy)]
struct Raw {
    offset: u64,
    size: u32,
    composition: i64,
    duration: u32,
}

/// The samples of a track, as they are gathered.
#[derive(Debug, Default)]
pub(super) struct Samples {
    raw: Vec<Raw>,
    /// When the next one is decoded.
    decode: i64,
}

impl Samples {
    /// Those of a track's tables, as far as the tables agree.
    pub(super) fn of(stbl: &Stbl) -> Result<Self, CameraError> {
        let mut samples = Self::default();
        let mut sizes: Box<dyn Iterator<Item = u32>> = match &stbl.stsz.samples {
            StszSamples::Identical { count, size } => Box::new(std::iter::repeat_n(*size, *count as usize)),
            StszSamples::Different { sizes } => Box::new(sizes.iter().copied()),
        };
        let durations = stbl.stts.entries.iter();
        let mut durations =
            durations.flat_map(|e| std::iter::repeat_n(e.sample_delta, e.sample_count as usize));
        let shifts = stbl.ctts.iter().flat_map(|c| &c.entries);
        let mut shifts = shifts.flat_map(|e| std::iter::repeat_n(e.sample_offset, e.sample_count as usize));
        let chunks: Vec<u64> = match (&stbl.stco, &stbl.co64) {
            (Some(stco), _) => stco.entries.iter().map(|&at| u64::from(at)).collect(),
            (None, Some(co64)) => co64.entries.clone(),
            (None, None) => Vec::new(),
        };
        let mut runs = stbl.stsc.entries.iter().peekable();
        let mut in_chunk = 0;
        for (mut offset, number) in chunks.into_iter().zip(1..) {
            while let Some(run) = runs.next_if(|run| run.first_chunk <= number) {
                in_chunk = run.samples_per_chunk;
            }
            for _ in 0..in_chunk {
                let Some(size) = sizes.next() else { return Ok(samples) };
                let shift = shifts.next().unwrap_or(0);
                samples.push(offset, size, shift, durations.next().unwrap_or(0))?;
                offset = offset.saturating_add(size.into());
            }
        }
        Ok(samples)
    }

    fn push(&mut self, offset: u64, size: u32, shift: i64, duration: u32) -> Result<(), CameraError> {
        if self.raw.len() >= MOST_SAMPLES {
            return Err(CameraError::BadClip(format!("it has more than {MOST_SAMPLES} frames")));
        }
        let composition = self.decode.saturating_add(shift);
        self.raw.push(Raw { offset, size, composition, duration });
        self.decode = self.decode.saturating_add(duration.into());
        Ok(())
    }

    /// Adds those of the fragment that begins at `start`.
    pub(super) fn add(&mut self, start: u64, moof: &Moof, trex: &Trex) -> Result<(), CameraError> {
        for traf in moof.traf.iter().filter(|traf| traf.tfhd.track_id == trex.track_id) {
            let (tfhd, base) = (&traf.tfhd, traf.tfhd.base_data_offset.unwrap_or(start));
            if let Some(tfdt) = &traf.tfdt {
                self.decode = i64::try_from(tfdt.base_media_decode_time).unwrap_or(i64::MAX);
            }
            let usual_duration = tfhd.default_sample_duration.unwrap_or(trex.default_sample_duration);
            let usual_size = tfhd.default_sample_size.unwrap_or(trex.default_sample_size);
            let mut offset = base;
            for trun in &traf.trun {
                if let Some(moved) = trun.data_offset {
                    offset = base.saturating_add_signed(moved.into());
                }
                for entry in trun.samples.iter() {
                    let size = entry.size.unwrap_or(usual_size);
                    let duration = entry.duration.unwrap_or(usual_duration);
                    self.push(offset, size, entry.cts.unwrap_or(0), duration)?;
                    offset = offset.saturating_add(size.into());
                }
            }
        }
        Ok(())
    }

    /// Puts them on the clip's own time, as the edits say: a pause before the first frame, and what is
    /// cut off at the start and, of a file that is `is_whole`, at the end. Of several pieces the first
    /// one's start counts, and what follows it is shown without a cut. Without edits the first frame is
    /// shown at 0.
    pub(super) fn show(
        self,
        edits: Option<&Elst>,
        movie_scale: u64,
        scale: u64,
        is_whole: bool,
    ) -> Result<Shown, CameraError> {
        if scale == 0 {
            return Err(CameraError::BadClip("its time has no unit".into()));
        }
        let first = self.raw.iter().map(|raw| raw.composition).min();
        let first = first.ok_or_else(|| CameraError::BadClip("there are no frames in it".into()))?;
        let (pause, start, end) = window(edits, movie_scale, scale, is_whole, first);
        let mut shown: Vec<usize> =
            (0..self.raw.len()).filter(|&i| (start..end).contains(&self.raw[i].composition)).collect();
        shown.sort_by_key(|&i| self.raw[i].composition);
        let seconds = |ticks: i128| {
            let nanos = ticks.max(0).saturating_mul(1_000_000_000) / i128::from(scale);
            Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)).min(LONGEST)
        };
        let mut samples: Vec<Sample> = self.raw.iter().map(Raw::hidden).collect();
        let mut duration = Duration::ZERO;
        for (&i, number) in shown.iter().zip(1..) {
            let at = i128::from(self.raw[i].composition) - i128::from(start);
            let at = pause.saturating_add(seconds(at));
            (samples[i].at, samples[i].number) = (Some(at), number);
            duration = duration.max(at.saturating_add(seconds(self.raw[i].duration.into())));
        }
        Ok(Shown { samples, frames: shown.len() as u64, duration })
    }
}

impl Raw {
    fn hidden(&self) -> Sample {
        Sample { offset: self.offset, size: self.size, at: None, number: 0, order: self.composition }
    }
}

/// The pause before the first frame, and the track's times from and before which frames are shown.
fn window(
    edits: Option<&Elst>,
    movie_scale: u64,
    scale: u64,
    is_whole: bool,
    first: i64,
) -> (Duration, i64, i64) {
    let entries = edits.map_or(&[][..], |elst| &elst.entries);
    let empty: u64 = entries
        .iter()
        .take_while(|e| e.media_time.is_none())
        .map(|e| e.segment_duration)
        .fold(0, u64::saturating_add);
    let pause =
        Duration::from_secs_f64((empty as f64 / movie_scale.max(1) as f64).min(LONGEST.as_secs_f64()));
    let mut pieces = entries.iter().filter_map(|e| Some((e.media_time?, e.segment_duration)));
    let Some((start, duration)) = pieces.next() else { return (pause, first, i64::MAX) };
    let start = i64::try_from(start).unwrap_or(i64::MAX);
    let only = pieces.next().is_none();
    let ticks = i128::from(duration) * i128::from(scale) / i128::from(movie_scale.max(1));
    // The two scales rarely fit; half a tick of the movie's is no reason to cut a frame off.
    let ticks = ticks + i128::from(scale / movie_scale.max(1) / 2);
    let end = i64::try_from(i128::from(start) + ticks).unwrap_or(i64::MAX);
    let is_cut = only && is_whole && duration > 0;
    (pause, start, if is_cut { end } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mp4_atom::ElstEntry;

    /// Ten frames of 40 ticks each, of which every second one is shown before the one decoded before.
    fn samples() -> Samples {
        let mut samples = Samples::default();
        for i in 0..10 {
            samples.push(i * 100, 100, if i % 2 == 0 { 80 } else { 0 }, 40).unwrap();
        }
        samples
    }

    fn edit(media_time: Option<u64>, segment_duration: u64) -> ElstEntry {
        ElstEntry { segment_duration, media_time, media_rate: 1.into() }
    }

    fn times(edits: &[ElstEntry]) -> Vec<Option<u64>> {
        let elst = Elst { entries: edits.to_vec() };
        let shown = samples().show(Some(&elst), 1000, 1000, true).unwrap();
        shown.samples.iter().map(|s| s.at.map(|at| at.as_millis() as u64)).collect()
    }

    #[test]
    fn without_edits_the_first_frame_is_at_the_start() {
        let at = |ms| Some(Some(ms));
        let found = times(&[]);
        assert_eq!(found.first().copied(), at(40));
        assert_eq!((found[1], found[2], found[3]), (Some(0), Some(120), Some(80)));
    }

    #[test]
    fn edits_pause_and_cut() {
        let paused = times(&[edit(None, 500), edit(Some(40), 0)]);
        assert_eq!((paused[1], paused[0]), (Some(500), Some(540)));
        let cut = times(&[edit(Some(120), 120)]);
        let shown: Vec<_> = cut.iter().enumerate().filter_map(|(i, at)| at.map(|at| (i, at))).collect();
        assert_eq!(shown, [(2, 40), (3, 0), (5, 80)]);
        // More than there is.
        assert!(times(&[edit(Some(u64::MAX), u64::MAX)]).iter().all(Option::is_none));
        assert!(times(&[edit(None, u64::MAX), edit(None, u64::MAX)]).iter().all(Option::is_some));
    }

    #[test]
    fn tables_that_do_not_agree_end_early() {
        let stbl = Stbl {
            stsz: mp4_atom::Stsz { samples: StszSamples::Identical { count: u32::MAX, size: u32::MAX } },
            stsc: mp4_atom::Stsc {
                entries: vec![mp4_atom::StscEntry {
                    first_chunk: 1,
                    samples_per_chunk: u32::MAX,
                    sample_description_index: 1,
                }],
            },
            stco: Some(mp4_atom::Stco { entries: vec![u32::MAX] }),
            ..Stbl::default()
        };
        assert!(matches!(Samples::of(&stbl), Err(CameraError::BadClip(_))));
        assert!(Samples::of(&Stbl { stco: None, ..stbl }).unwrap().raw.is_empty());
        assert!(matches!(samples().show(None, 0, 0, true), Err(CameraError::BadClip(_))));
        assert!(matches!(Samples::default().show(None, 1, 1, true), Err(CameraError::BadClip(_))));
    }
}
