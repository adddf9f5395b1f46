//! What a caption pack says of its decoder beyond its tensors.

use serde::{Deserialize, Serialize};

use crate::pack::{Pack, TensorData};
use crate::{Error, Result};

/// Tensor of a caption pack that holds the settings (JSON).
pub(crate) const SETTINGS: &str = "settings";

/// Version of the decoder that this build runs.
pub const DECODER_VERSION: u32 = 1;

/// Widest beam.
pub const MAX_BEAM: usize = 16;

/// The decoder's settings in a caption pack, the tensor `settings` (JSON in bytes).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaptionSettings {
    /// Version of the decoder, [`DECODER_VERSION`].
    pub version: u32,
    /// Heads of every attention; divides the width.
    pub heads: usize,
    /// Layers.
    pub layers: usize,
    /// Most tokens of a caption, `<eos>` included.
    pub max_tokens: usize,
    /// Hypotheses kept while searching, 1 to [`MAX_BEAM`].
    pub beam: usize,
    /// A finished caption's score is its log-probability over its tokens to this power, 0 to 4.
    pub alpha: f32,
    /// No sequence of this many tokens comes twice in a caption; 0 for no such rule.
    pub no_repeat_ngram: usize,
}

impl CaptionSettings {
    /// The settings of `pack`.
    ///
    /// # Errors
    /// [`Error::PackDamaged`], and [`Error::PackVersion`] for another version than
    /// [`DECODER_VERSION`].
    pub fn read(pack: &Pack) -> Result<Self> {
        let damaged = |reason: String| Error::PackDamaged { path: pack.path().to_owned(), reason };
        let TensorData::U8(bytes) = pack.tensor(SETTINGS)?.data else {
            return Err(damaged("its settings are not bytes".into()));
        };
        let settings: Self =
            serde_json::from_slice(bytes).map_err(|e| damaged(format!("its settings: {e}")))?;
        if settings.version != DECODER_VERSION {
            return Err(Error::PackVersion {
                path: pack.path().to_owned(),
                found: format!("caption decoder {}", settings.version),
                supported: DECODER_VERSION,
            });
        }
        let fits = (1..=64).contains(&settings.heads)
            && (1..=64).contains(&settings.layers)
            && (1..=512).contains(&settings.max_tokens)
            && (1..=MAX_BEAM).contains(&settings.beam)
            && (0.0..=4.0).contains(&settings.alpha)
            && settings.no_repeat_ngram <= settings.max_tokens;
        if fits { Ok(settings) } else { Err(damaged(format!("its settings are out of range: {settings:?}"))) }
    }
}
