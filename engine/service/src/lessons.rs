//! Looking inside: what the lessons show of an opened picture.

use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use glimpse_engine::read::{BoxRules, CancelToken, TextMap};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

use crate::Service;
use crate::api::{
    BoxKnobs, CtcTraceChar, CtcTraceStep, Failure, HeatMap, InlineImage, LineRequest, LineTrace, PageTrace,
    PictureId, ServiceCode, TracedBox,
};
use crate::look::milliseconds;
use crate::pictures::Opened;

impl Service {
    /// The boxes that `knobs` make of what the text detector sees on a picture. The detector's map is
    /// kept with the picture, so that turning a knob costs a few milliseconds.
    ///
    /// # Errors
    /// `unknown_picture`, `invalid_option` for a knob out of its range, `busy`, `cancelled`, and those
    /// of the engine.
    pub fn page_trace(
        &self,
        id: &PictureId,
        knobs: &BoxKnobs,
        cancel: &CancelToken,
    ) -> Result<PageTrace, Failure> {
        let opened = self.pictures.get(id)?;
        let (map, detect_ms) = self.map_of(&opened, cancel)?;
        let began = Instant::now();
        let BoxKnobs { pixel_threshold, box_threshold, unclip, min_side } = *knobs;
        let rules = BoxRules { pixel_threshold, box_threshold, unclip, min_side };
        let boxes = map.boxes(&rules)?;
        Ok(PageTrace {
            seen: map.size(),
            boxes: boxes.iter().map(|b| TracedBox { quad: b.quad, score: b.score }).collect(),
            detect_ms,
            boxes_ms: milliseconds(began.elapsed()),
        })
    }

    /// How likely each place of a picture is text, as the text detector sees it.
    ///
    /// # Errors
    /// `unknown_picture`, `busy`, `cancelled`, and those of the engine.
    pub fn heat_map(&self, id: &PictureId, cancel: &CancelToken) -> Result<HeatMap, Failure> {
        let opened = self.pictures.get(id)?;
        let (map, detect_ms) = self.map_of(&opened, cancel)?;
        let image = map.image();
        let map = inline(image.as_raw(), image.dimensions(), ExtendedColorType::L8)?;
        Ok(HeatMap { map, detect_ms })
    }

    /// Follows one line of a picture through the recognizer.
    ///
    /// # Errors
    /// `unknown_picture`, `invalid_option` for a quad that is no part of the picture, `busy`,
    /// `cancelled`, and those of the engine.
    pub fn line_trace(
        &self,
        id: &PictureId,
        request: &LineRequest,
        cancel: &CancelToken,
    ) -> Result<LineTrace, Failure> {
        let opened = self.pictures.get(id)?;
        let trace = {
            let _permit = self.work.enter(cancel)?;
            let (decoded, _) = self.pixels_of(&opened)?;
            self.engine.trace_line(&decoded, &request.quad, cancel)?
        };
        let step = |step: glimpse_engine::read::TraceStep| CtcTraceStep {
            text: step.text,
            probability: step.probability,
        };
        let char = |char: glimpse_engine::read::TraceChar| CtcTraceChar {
            text: char.text,
            confidence: char.confidence,
            first: char.first,
            count: char.count,
        };
        Ok(LineTrace {
            crop: inline(trace.strip.as_raw(), trace.strip.dimensions(), ExtendedColorType::Rgb8)?,
            step_width: trace.step_width,
            steps: trace.steps.into_iter().map(step).collect(),
            chars: trace.chars.into_iter().map(char).collect(),
            text: trace.text,
            crop_ms: trace.crop_ms,
            recognize_ms: trace.recognize_ms,
            decode_ms: trace.decode_ms,
        })
    }

    /// The detector's map of a picture, and how long it took where it was not known.
    fn map_of(&self, opened: &Opened, cancel: &CancelToken) -> Result<(Arc<TextMap>, Option<f64>), Failure> {
        if let Some(map) = self.pictures.map(&opened.about.id) {
            return Ok((map, None));
        }
        let _permit = self.work.enter(cancel)?;
        // Another request may have made it meanwhile.
        if let Some(map) = self.pictures.map(&opened.about.id) {
            return Ok((map, None));
        }
        let (decoded, _) = self.pixels_of(opened)?;
        let map = Arc::new(self.engine.text_map(&decoded, cancel)?);
        self.pictures.hold_map(&opened.about.id, &map);
        let ms = map.detect_ms();
        Ok((map, Some(ms)))
    }
}

/// A picture as PNG in base64. One without pixels is a single black one.
fn inline(
    data: &[u8],
    (width, height): (u32, u32),
    color: ExtendedColorType,
) -> Result<InlineImage, Failure> {
    let failed = |error| Failure::new(ServiceCode::Internal, format!("cannot encode a PNG: {error}"));
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
    let black = [0; 3];
    let (data, width, height) = match width == 0 || height == 0 {
        true => (&black[..usize::from(color.bits_per_pixel() / 8)], 1, 1),
        false => (data, width, height),
    };
    encoder.write_image(data, width, height, color).map_err(failed)?;
    Ok(InlineImage { width, height, png: STANDARD.encode(&bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_pictures_decode_to_what_they_were() {
        let gray: Vec<u8> = (0..12).collect();
        let inline_ = inline(&gray, (4, 3), ExtendedColorType::L8).unwrap();
        let png = STANDARD.decode(&inline_.png).unwrap();
        let image = image::load_from_memory_with_format(&png, image::ImageFormat::Png).unwrap();
        assert_eq!((image.width(), image.height(), image.as_bytes()), (4, 3, gray.as_slice()));
        assert_eq!(inline(&[], (0, 7), ExtendedColorType::Rgb8).unwrap().width, 1);
    }
}
