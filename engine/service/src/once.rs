//! One picture, one answer, nothing remembered: what scripts ask for.

use glimpse_engine::TagOptions;
use glimpse_engine::read::CancelToken;
use glimpse_engine::see::View;

use crate::api::{Failure, LookRequest, ServiceCode};
use crate::look::Seen;
use crate::{Service, memory, record};

/// What a script asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// As a look does.
    Look(LookRequest),
    /// What the whole picture shows.
    Tags {
        /// Most tags, 1 to 1000; `None` is the engine's default.
        top: Option<usize>,
        /// What the encoder sees.
        view: View,
        /// Also give the embedding.
        embedding: bool,
    },
}

/// Most tags that can be asked for.
const MOST_TAGS: usize = 1000;

impl Service {
    /// Looks at the encoded picture `bytes`, called `name`, and gives what `glimpse … --json` prints
    /// of it, without the line break.
    ///
    /// # Errors
    /// `bad_request`, `busy`, `cancelled`, and those of the engine.
    pub fn once(
        &self,
        call: &Call,
        name: &str,
        bytes: &[u8],
        cancel: &CancelToken,
    ) -> Result<String, Failure> {
        let plan = match call {
            Call::Look(request) => Some(self.plan(request, cancel)?),
            Call::Tags { top: Some(top), .. } if !(1..=MOST_TAGS).contains(top) => {
                let message = format!("top must be from 1 to {MOST_TAGS}");
                return Err(Failure::new(ServiceCode::BadRequest, message));
            }
            Call::Tags { .. } => None,
        };
        let _permit = self.work.enter(cancel)?;
        let decoded = self.decode(bytes)?;
        let peak = || memory::process().peak;
        let json = match (plan, call) {
            (Some(plan), _) => match self.see(&decoded, &plan, &mut |_, _| ())? {
                Seen::Read(reading) => record::read(name, &reading, peak()),
                Seen::Describe(description) => record::describe(name, &description, peak()),
                Seen::Find(found) => record::found(name, &found, peak()),
            },
            (None, Call::Tags { top, view, embedding }) => {
                let cancel = cancel.clone();
                let options = TagOptions { top: *top, view: *view, cancel, ..TagOptions::default() };
                let tags = self.engine.tag_picture(&decoded, &options)?;
                record::tags(name, &tags, *embedding, peak())
            }
            (None, Call::Look(_)) => return Err(Failure::new(ServiceCode::Internal, "a look has a plan")),
        };
        json.map_err(|error| Failure::new(ServiceCode::Internal, format!("cannot write JSON: {error}")))
    }
}
