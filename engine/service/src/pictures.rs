//! The pictures that are open: a bounded store, from which what was not used for longest goes first.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use glimpse_engine::read::TextMap;
use glimpse_engine::{Description, Found, Picture as Decoded, Reading};

use crate::api::{Failure, ItemId, Picture, PictureId, ServiceCode};
use crate::render;

/// Most maps of the text detector that are held; each has a few megabytes.
const MOST_MAPS: usize = 8;

/// How much is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// Most opened pictures.
    pub pictures: usize,
    /// Most bytes of all opened pictures, as they came. One picture is held whatever its size.
    pub bytes: u64,
    /// Most bytes of decoded pictures that are held for the next look.
    pub decoded_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { pictures: 16, bytes: 256 << 20, decoded_bytes: 64 << 20 }
    }
}

/// Where the pixels of an opened picture come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The bytes of a file.
    Encoded(Bytes),
    /// A camera's frame.
    Pixels(Arc<Decoded<'static>>),
}

/// The last results of an opened picture.
#[derive(Debug, Clone, Default)]
pub(crate) struct Results {
    pub(crate) reading: Option<Arc<Reading>>,
    pub(crate) description: Option<Arc<Description>>,
    pub(crate) found: Option<Arc<Found>>,
}

/// An opened picture.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) about: Picture,
    pub(crate) source: Source,
    results: Mutex<Results>,
    item: Mutex<Option<ItemId>>,
    embedding: Mutex<Option<Arc<[f32]>>>,
}

impl Opened {
    pub(crate) fn new(about: Picture, source: Source) -> Self {
        Self { about, source, results: Mutex::default(), item: Mutex::default(), embedding: Mutex::default() }
    }

    /// The last results.
    pub(crate) fn results(&self) -> Results {
        locked(&self.results).clone()
    }

    /// Changes the last results.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Results)) {
        change(&mut locked(&self.results));
    }

    /// What it is in the library, where it was kept.
    pub(crate) fn item(&self) -> Option<ItemId> {
        *locked(&self.item)
    }

    /// It was kept as `item`, or is no longer there.
    pub(crate) fn set_item(&self, item: Option<ItemId>) {
        *locked(&self.item) = item;
    }

    /// Its direction among other pictures, where that was asked for before.
    pub(crate) fn embedding(&self) -> Option<Arc<[f32]>> {
        locked(&self.embedding).clone()
    }

    pub(crate) fn set_embedding(&self, embedding: Arc<[f32]>) {
        *locked(&self.embedding) = Some(embedding);
    }

    /// A file of the picture: the one that it came as, or a JPEG of a camera's frame.
    pub(crate) fn encoded(&self) -> Result<Bytes, Failure> {
        match &self.source {
            Source::Encoded(bytes) => Ok(bytes.clone()),
            Source::Pixels(picture) => Ok(render::jpeg(picture, None)?.bytes),
        }
    }

    fn bytes(&self) -> u64 {
        match &self.source {
            Source::Encoded(bytes) => bytes.len() as u64,
            Source::Pixels(picture) => size_of(picture),
        }
    }
}

/// The opened pictures.
#[derive(Debug)]
pub(crate) struct Pictures {
    limits: PictureLimits,
    store: Mutex<Store>,
}

#[derive(Debug, Default)]
struct Store {
    /// What was not used for longest comes first.
    opened: VecDeque<Arc<Opened>>,
    /// Likewise.
    decoded: VecDeque<(PictureId, Arc<Decoded<'static>>)>,
    /// What the text detector sees on them. The oldest comes first.
    maps: VecDeque<(PictureId, Arc<TextMap>)>,
}

impl Pictures {
    pub(crate) fn new(limits: PictureLimits) -> Self {
        Self { limits, store: Mutex::default() }
    }

    /// Takes a picture in; what was not used for longest makes place for it.
    pub(crate) fn add(&self, opened: Opened) -> Arc<Opened> {
        let opened = Arc::new(opened);
        let mut store = self.lock();
        store.opened.push_back(opened.clone());
        while store.opened.len() > 1
            && (store.opened.len() > self.limits.pictures || store.bytes() > self.limits.bytes)
        {
            // One that somebody works on is held anyway: letting it go would free nothing.
            let newest = store.opened.len() - 1;
            let idle = store.opened.iter().take(newest).position(|opened| Arc::strong_count(opened) == 1);
            if let Some(gone) = store.opened.remove(idle.unwrap_or(0)) {
                store.forget(&gone.about.id);
            }
        }
        opened
    }

    /// The picture `id`, which counts as a use of it.
    ///
    /// # Errors
    /// `unknown_picture`.
    pub(crate) fn get(&self, id: &PictureId) -> Result<Arc<Opened>, Failure> {
        let mut store = self.lock();
        let at = store.position(id)?;
        let opened = store.opened.remove(at).ok_or_else(|| unknown(id))?;
        store.opened.push_back(opened.clone());
        Ok(opened)
    }

    /// Lets the picture `id` go.
    ///
    /// # Errors
    /// `unknown_picture`.
    pub(crate) fn close(&self, id: &PictureId) -> Result<(), Failure> {
        let mut store = self.lock();
        let at = store.position(id)?;
        store.opened.remove(at);
        store.forget(id);
        Ok(())
    }

    /// No picture is in the library any more, or not as `item`.
    pub(crate) fn forget_item(&self, item: Option<ItemId>) {
        for opened in &self.lock().opened {
            if item.is_none() || opened.item() == item {
                opened.set_item(None);
            }
        }
    }

    /// The pixels of the picture `id`, where they are still held.
    pub(crate) fn decoded(&self, id: &PictureId) -> Option<Arc<Decoded<'static>>> {
        let mut store = self.lock();
        let at = store.decoded.iter().position(|(other, _)| other == id)?;
        let entry = store.decoded.remove(at)?;
        let picture = entry.1.clone();
        store.decoded.push_back(entry);
        Some(picture)
    }

    /// Holds the pixels of the picture `id` for the next look, if it is open and they are not too many.
    pub(crate) fn hold(&self, id: &PictureId, picture: &Arc<Decoded<'static>>) {
        if size_of(picture) > self.limits.decoded_bytes {
            return;
        }
        let mut store = self.lock();
        if store.position(id).is_err() {
            return;
        }
        store.decoded.retain(|(other, _)| other != id);
        store.decoded.push_back((id.clone(), picture.clone()));
        while store.decoded.iter().map(|(_, picture)| size_of(picture)).sum::<u64>()
            > self.limits.decoded_bytes
        {
            store.decoded.pop_front();
        }
    }

    /// What the text detector sees on the picture `id`, where that is still held.
    pub(crate) fn map(&self, id: &PictureId) -> Option<Arc<TextMap>> {
        self.lock().maps.iter().find(|(other, _)| other == id).map(|(_, map)| map.clone())
    }

    /// Holds what the text detector sees on the picture `id`, if it is open.
    pub(crate) fn hold_map(&self, id: &PictureId, map: &Arc<TextMap>) {
        let mut store = self.lock();
        if store.position(id).is_err() {
            return;
        }
        store.maps.retain(|(other, _)| other != id);
        store.maps.push_back((id.clone(), map.clone()));
        if store.maps.len() > MOST_MAPS {
            store.maps.pop_front();
        }
    }

    /// How many are open, and the bytes that they take as they came.
    pub(crate) fn held(&self) -> (usize, u64) {
        let store = self.lock();
        (store.opened.len(), store.bytes())
    }

    fn lock(&self) -> MutexGuard<'_, Store> {
        locked(&self.store)
    }
}

impl Store {
    fn bytes(&self) -> u64 {
        self.opened.iter().map(|opened| opened.bytes()).sum()
    }

    fn position(&self, id: &PictureId) -> Result<usize, Failure> {
        self.opened.iter().position(|opened| opened.about.id == *id).ok_or_else(|| unknown(id))
    }

    fn forget(&mut self, id: &PictureId) {
        self.decoded.retain(|(other, _)| other != id);
        self.maps.retain(|(other, _)| other != id);
    }
}

fn unknown(_: &PictureId) -> Failure {
    let message = "this picture is not open: it was closed, or newer ones took its place";
    Failure::new(ServiceCode::UnknownPicture, message)
}

/// Bytes of the pixels.
fn size_of(picture: &Decoded<'_>) -> u64 {
    picture.image().as_raw().len() as u64
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An id that nobody can guess.
///
/// # Errors
/// `internal` where the system gives no random numbers.
pub(crate) fn new_id() -> Result<PictureId, Failure> {
    let mut bits = [0u8; 16];
    getrandom::fill(&mut bits)
        .map_err(|error| Failure::new(ServiceCode::Internal, format!("no random numbers: {error}")))?;
    Ok(PictureId(bits.iter().map(|byte| format!("{byte:02x}")).collect()))
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn limits(pictures: usize, bytes: u64, decoded_bytes: u64) -> PictureLimits {
        PictureLimits { pictures, bytes, decoded_bytes }
    }

    fn picture(bytes: usize) -> Opened {
        let about = Picture {
            id: new_id().unwrap(),
            name: None,
            width: 1,
            height: 1,
            format: "png".into(),
            bytes: bytes as u64,
            decode_ms: 1.0,
        };
        Opened::new(about, Source::Encoded(vec![0; bytes].into()))
    }

    /// Adds a picture and gives its id.
    fn add(pictures: &Pictures, bytes: usize) -> PictureId {
        pictures.add(picture(bytes)).about.id.clone()
    }

    fn pixels(width: u32) -> Arc<Decoded<'static>> {
        Arc::new(Decoded::from(RgbImage::new(width, 1)))
    }

    #[test]
    fn ids_are_128_random_bits() {
        let (a, b) = (new_id().unwrap(), new_id().unwrap());
        assert_ne!(a, b);
        assert!(a.0.len() == 32 && a.0.bytes().all(|c| c.is_ascii_hexdigit()));
    }

    #[test]
    fn the_one_that_was_not_used_for_longest_goes_first() {
        let pictures = Pictures::new(limits(2, 1000, 0));
        let (a, b) = (add(&pictures, 1), add(&pictures, 1));
        pictures.get(&a).unwrap();
        let c = add(&pictures, 1);
        assert!(pictures.get(&a).is_ok() && pictures.get(&c).is_ok());
        assert_eq!(pictures.get(&b).unwrap_err().code, "unknown_picture");
        assert_eq!(pictures.held(), (2, 2));
    }

    #[test]
    fn bytes_are_bounded_but_one_picture_is_always_held() {
        let pictures = Pictures::new(limits(9, 100, 0));
        let (a, b, c) = (add(&pictures, 40), add(&pictures, 40), add(&pictures, 40));
        assert!(pictures.get(&a).is_err() && pictures.get(&b).is_ok() && pictures.get(&c).is_ok());
        let large = add(&pictures, 500);
        assert!(pictures.get(&large).is_ok());
        assert_eq!(pictures.held(), (1, 500));
    }

    #[test]
    fn one_that_is_in_use_outlives_idle_ones_but_not_the_bound() {
        let pictures = Pictures::new(limits(2, 1000, 0));
        let busy = pictures.add(picture(1));
        let idle = add(&pictures, 1);
        let newest = pictures.add(picture(1));
        assert!(pictures.get(&idle).is_err());
        assert!(pictures.get(&busy.about.id).is_ok());
        add(&pictures, 1);
        assert_eq!(pictures.held().0, 2);
        drop(newest);
    }

    #[test]
    fn closed_pictures_are_unknown_and_hold_no_pixels() {
        let pictures = Pictures::new(limits(2, 1000, 1000));
        let a = add(&pictures, 1);
        pictures.hold(&a, &pixels(10));
        assert!(pictures.decoded(&a).is_some());
        pictures.close(&a).unwrap();
        assert!(pictures.decoded(&a).is_none());
        assert!(pictures.close(&a).is_err() && pictures.get(&a).is_err());
        pictures.hold(&a, &pixels(10));
        assert!(pictures.decoded(&a).is_none(), "pixels of a closed picture are held");
    }

    #[test]
    fn pixels_are_bounded() {
        let pictures = Pictures::new(limits(9, 1000, 100));
        let (a, b, c) = (add(&pictures, 1), add(&pictures, 1), add(&pictures, 1));
        pictures.hold(&a, &pixels(15));
        pictures.hold(&b, &pixels(15));
        pictures.decoded(&a).unwrap();
        pictures.hold(&c, &pixels(15));
        assert!(pictures.decoded(&b).is_none() && pictures.decoded(&a).is_some());
        pictures.hold(&b, &pixels(50));
        assert!(pictures.decoded(&b).is_none(), "more than all that may be held");
        assert!(pictures.decoded(&c).is_some());
    }
}
