//! What the library keeps of opened pictures, and what comes back out of it.

use std::sync::Arc;

use glimpse_engine::read::CancelToken;
use glimpse_engine::{Picture as Decoded, TagOptions};

use crate::Service;
use crate::api::{Failure, ItemId, LibraryEntry, LibraryPage, LibraryQuery, Picture, ServiceCode};
use crate::library::{Kept, Library};
use crate::pictures::Opened;
use crate::render::File;

impl Service {
    /// Pictures of the library that match `query`.
    ///
    /// # Errors
    /// `unavailable` without a library; `unknown_picture`, `unknown_item`, `bad_request`, `storage`;
    /// `busy` and `cancelled` where likeness to an opened picture is asked for.
    pub fn library(&self, query: &LibraryQuery, cancel: &CancelToken) -> Result<LibraryPage, Failure> {
        let library = self.shelf()?;
        let like = match &query.like_picture {
            None => None,
            Some(id) => {
                let opened = self.pictures.get(id)?;
                let embedding = match opened.embedding() {
                    Some(known) => known,
                    None => {
                        let _permit = self.work.enter(cancel)?;
                        let (decoded, _) = self.pixels_of(&opened)?;
                        self.embedding_of(&opened, &decoded, cancel)?
                    }
                };
                Some(embedding)
            }
        };
        library.search(query, like.as_deref())
    }

    /// All that is known of a picture of the library.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `storage`.
    pub fn library_entry(&self, id: ItemId) -> Result<LibraryEntry, Failure> {
        self.shelf()?.entry(id)
    }

    /// A small JPEG of a picture of the library.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `storage`.
    pub fn library_thumbnail(&self, id: ItemId) -> Result<File, Failure> {
        Ok(File { bytes: self.shelf()?.thumbnail(id)?.into(), media_type: "image/jpeg" })
    }

    /// A picture of the library for the screen.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `storage`, `busy`, `cancelled`.
    pub fn library_image(&self, id: ItemId, cancel: &CancelToken) -> Result<File, Failure> {
        let bytes = self.shelf()?.image(id)?;
        self.image_of_file(bytes.into(), cancel)
    }

    /// Opens a picture of the library again, with what is known of it.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `storage`, `busy`, `cancelled`.
    pub fn library_open(&self, id: ItemId, cancel: &CancelToken) -> Result<Picture, Failure> {
        let library = self.shelf()?;
        let entry = library.entry(id)?;
        let picture = self.open_picture(library.image(id)?, entry.item.name.as_deref(), cancel)?;
        // Newer pictures may have pushed it out already.
        if let Ok(opened) = self.pictures.get(&picture.id) {
            opened.set_item(Some(id));
            opened.change(|results| {
                results.reading = entry.reading.map(Arc::new);
                results.description = entry.description.map(Arc::new);
                results.found = entry.found.map(Arc::new);
            });
        }
        Ok(picture)
    }

    /// Deletes a picture of the library, from the disk too.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `storage`.
    pub fn library_delete(&self, id: ItemId) -> Result<(), Failure> {
        self.shelf()?.delete(id)?;
        self.pictures.forget_item(Some(id));
        Ok(())
    }

    /// Deletes all pictures of the library, from the disk too.
    ///
    /// # Errors
    /// `unavailable` without a library, `storage`.
    pub fn library_clear(&self) -> Result<(), Failure> {
        self.shelf()?.clear()?;
        self.pictures.forget_item(None);
        Ok(())
    }

    pub(crate) fn shelf(&self) -> Result<&Library, Failure> {
        self.library.as_ref().ok_or_else(|| {
            Failure::new(ServiceCode::Unavailable, "nothing is kept: there is no library here")
        })
    }

    /// Keeps an opened picture with its last results, if pictures are to be kept. To be called by one
    /// who is inside of the gate.
    ///
    /// # Errors
    /// `storage`, `cancelled`, and those of the engine.
    pub(crate) fn keep(
        &self,
        opened: &Opened,
        decoded: &Decoded<'_>,
        cancel: &CancelToken,
    ) -> Result<(), Failure> {
        let Some(library) = self.library.as_ref().filter(|_| self.settings().keep) else { return Ok(()) };
        let embedding = self.embedding_of(opened, decoded, cancel)?;
        let encoded = opened.encoded()?;
        let results = opened.results();
        let item = library.keep(&Kept {
            item: opened.item(),
            name: opened.about.name.as_deref(),
            encoded: &encoded,
            pixels: decoded.image(),
            width: decoded.width(),
            height: decoded.height(),
            embedding: Some(&embedding),
            reading: results.reading.as_deref(),
            description: results.description.as_deref(),
            found: results.found.as_deref(),
        })?;
        opened.set_item(Some(item));
        Ok(())
    }

    /// The direction of a picture among others. To be called by one who is inside of the gate.
    fn embedding_of(
        &self,
        opened: &Opened,
        decoded: &Decoded<'_>,
        cancel: &CancelToken,
    ) -> Result<Arc<[f32]>, Failure> {
        if let Some(known) = opened.embedding() {
            return Ok(known);
        }
        let options = TagOptions { cancel: cancel.clone(), ..TagOptions::default() };
        let embedding: Arc<[f32]> = self.engine.tag_picture(decoded, &options)?.embedding.into();
        opened.set_embedding(embedding.clone());
        Ok(embedding)
    }
}
