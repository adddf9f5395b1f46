//! Results as files for other programs.

use glimpse_engine::read::CancelToken;

use crate::Service;
use crate::api::{ExportFormat, Failure, ItemId, PictureId};
use crate::export::{Exported, export};
use crate::render::File;

impl Service {
    /// What is known of an opened picture so far, as a file.
    ///
    /// # Errors
    /// `unknown_picture`, `nothing_to_export`, `busy`, `cancelled`, and for a PDF those of decoding.
    pub fn export_picture(
        &self,
        id: &PictureId,
        format: ExportFormat,
        cancel: &CancelToken,
    ) -> Result<File, Failure> {
        let opened = self.pictures.get(id)?;
        let results = opened.results();
        // A PDF holds the picture: decoding and encoding it takes turns with others'.
        let _permit = self.pixels.enter(cancel)?;
        let encoded = match format {
            ExportFormat::Pdf => opened.encoded()?,
            _ => bytes::Bytes::new(),
        };
        let bytes = export(
            format,
            &Exported {
                name: opened.about.name.as_deref(),
                encoded: &encoded,
                width: opened.about.width,
                height: opened.about.height,
                reading: results.reading.as_deref(),
                description: results.description.as_deref(),
                found: results.found.as_deref(),
            },
        )?;
        Ok(File { bytes: bytes.into(), media_type: format.media_type() })
    }

    /// What is known of a picture of the library, as a file.
    ///
    /// # Errors
    /// `unavailable` without a library, `unknown_item`, `nothing_to_export`, `storage`, `busy`,
    /// `cancelled`, and for a PDF those of decoding.
    pub fn library_export(
        &self,
        id: ItemId,
        format: ExportFormat,
        cancel: &CancelToken,
    ) -> Result<File, Failure> {
        let library = self.shelf()?;
        let entry = library.entry(id)?;
        let _permit = self.pixels.enter(cancel)?;
        let encoded = match format {
            ExportFormat::Pdf => library.image(id)?,
            _ => Vec::new(),
        };
        let bytes = export(
            format,
            &Exported {
                name: entry.item.name.as_deref(),
                encoded: &encoded,
                width: entry.item.width,
                height: entry.item.height,
                reading: entry.reading.as_ref(),
                description: entry.description.as_ref(),
                found: entry.found.as_ref(),
            },
        )?;
        Ok(File { bytes: bytes.into(), media_type: format.media_type() })
    }
}
