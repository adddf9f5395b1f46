//! Looking at an opened picture, and telling of it while it goes on.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use glimpse_engine::read::CancelToken;
use glimpse_engine::{
    DescribeOptions, Description, FindOptions, Found, Note, NoteCode, Picture as Decoded, ReadOptions,
    Reading, Receipt,
};

use crate::api::{Failure, LookEvent, LookRequest, Measures, PictureId, ServiceCode, Stage, StageTime, Task};
use crate::pictures::Opened;
use crate::{Service, memory};

/// Whether somebody still listens: `Break` cancels what is being told of.
pub type Flow = ControlFlow<()>;

/// Hears what happens, perhaps on another thread.
pub type Listener<'a, Event> = &'a mut (dyn FnMut(Event) -> Flow + Send);

/// What a look found.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    Read(Arc<Reading>),
    Describe(Arc<Description>),
    Find(Arc<Found>),
}

/// The options of the engine that a request asks for.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    Read(ReadOptions),
    Describe(DescribeOptions),
    Find(FindOptions),
}

/// Events on their way to a listener, who cancels the work by going away.
struct Teller<'a, 'b, Event> {
    listener: &'a mut Listener<'b, Event>,
    cancel: &'a CancelToken,
}

impl<Event> Teller<'_, '_, Event> {
    fn tell(&mut self, event: Event) {
        if (self.listener)(event).is_break() {
            self.cancel.cancel();
        }
    }
}

impl Service {
    /// Looks at the picture `id` and tells `listener` of it as it goes: [`LookEvent`] says in which
    /// order. A listener that answers `Break`, and `cancel`, end the look soon.
    ///
    /// # Errors
    /// `unknown_picture`, `bad_request`, `busy`, `cancelled` before it began, then nothing was told;
    /// afterwards those of the engine, and then `failed` was told as well.
    pub fn look(
        &self,
        id: &PictureId,
        request: &LookRequest,
        cancel: &CancelToken,
        mut listener: Listener<'_, LookEvent>,
    ) -> Result<Measures, Failure> {
        let arrived = Instant::now();
        let plan = self.plan(request, cancel)?;
        let picture = self.pictures.get(id)?;
        let permit = self.work.enter(cancel)?;
        let mut teller = Teller { listener: &mut listener, cancel };
        teller.tell(LookEvent::Started { queue_ms: milliseconds(permit.waited()) });
        let looked = self.look_now(&picture, &plan, &mut teller).map(|(decoded, seen, mut stages)| {
            let total_ms = milliseconds(arrived.elapsed());
            stages.insert(0, StageTime { stage: Stage::Queue, ms: milliseconds(permit.waited()) });
            let mut measures = self.measures(request.task, &seen, stages, total_ms);
            // The result is there and told of: what goes wrong now takes nothing from it.
            if !request.unkept
                && let Err(failure) = self.keep(&picture, &decoded, cancel)
            {
                tracing::warn!(code = %failure.code, "a picture was not kept: {failure}");
                measures.receipt.notes.push(Note::new(
                    NoteCode::NotKept,
                    [("failure", (&*failure.code).into()), ("why", (&*failure.message).into())],
                    format!("not kept in the library: {failure}"),
                ));
            }
            measures
        });
        drop(permit);
        match &looked {
            Ok(measures) => teller.tell(LookEvent::Done { measures: measures.clone() }),
            Err(failure) => teller.tell(LookEvent::Failed { failure: failure.clone() }),
        }
        looked
    }

    /// Decodes where it must, looks, tells the result, remembers it.
    fn look_now(
        &self,
        picture: &Opened,
        plan: &Plan,
        teller: &mut Teller<'_, '_, LookEvent>,
    ) -> Result<(Arc<Decoded<'static>>, Seen, Vec<StageTime>), Failure> {
        let (decoded, decode_ms) = self.pixels_of(picture)?;
        let seen = self.see(&decoded, plan, &mut |text, confidence| {
            teller.tell(LookEvent::Token { text: text.to_owned(), confidence });
        })?;
        let mut stages = seen.stages();
        if let Some(ms) = decode_ms {
            stages.insert(0, StageTime { stage: Stage::Decode, ms });
        }
        picture.change(|results| match &seen {
            Seen::Read(reading) => results.reading = Some(reading.clone()),
            Seen::Describe(description) => results.description = Some(description.clone()),
            Seen::Find(found) => results.found = Some(found.clone()),
        });
        teller.tell(seen.event());
        Ok((decoded, seen, stages))
    }

    /// Runs the engine. To be called by one who is inside of the gate.
    pub(crate) fn see(
        &self,
        decoded: &Decoded<'_>,
        plan: &Plan,
        on_token: &mut (dyn FnMut(&str, f32) + Send),
    ) -> Result<Seen, Failure> {
        Ok(match plan {
            Plan::Read(options) => Seen::Read(Arc::new(self.engine.read_picture(decoded, options)?)),
            Plan::Find(options) => Seen::Find(Arc::new(self.engine.find_picture(decoded, options)?)),
            Plan::Describe(options) => {
                let mut tell = |token: &glimpse_engine::caption::CaptionToken| {
                    on_token(&token.text, token.confidence);
                };
                Seen::Describe(Arc::new(self.engine.describe_picture(decoded, options, &mut tell)?))
            }
        })
    }

    /// The options that `request` asks for, each in its range.
    pub(crate) fn plan(&self, request: &LookRequest, cancel: &CancelToken) -> Result<Plan, Failure> {
        share("min_confidence", request.min_confidence)?;
        share("min_score", request.min_score)?;
        let most = glimpse_engine::caption::MAX_BEAM;
        if request.beam.is_some_and(|beam| !(1..=most).contains(&beam)) {
            let message = format!("beam must be from 1 to {most}");
            return Err(Failure::new(ServiceCode::BadRequest, message));
        }
        let cancel = cancel.clone();
        Ok(match request.task {
            Task::Read => {
                let charset = match request.languages.is_empty() {
                    true => None,
                    false => Some(Arc::new(self.charset(&request.languages)?)),
                };
                let min_confidence = request.min_confidence;
                Plan::Read(ReadOptions { charset, min_confidence, cancel, ..ReadOptions::default() })
            }
            Task::Find => {
                Plan::Find(FindOptions { min_score: request.min_score, cancel, ..FindOptions::default() })
            }
            Task::Describe => Plan::Describe(DescribeOptions {
                beam: request.beam,
                text: request.text,
                attention: request.attention,
                cancel,
                ..DescribeOptions::default()
            }),
        })
    }

    fn measures(&self, task: Task, seen: &Seen, stages: Vec<StageTime>, total_ms: f64) -> Measures {
        let receipt = seen.receipt().clone();
        Measures {
            task,
            stages,
            total_ms,
            history: self.history.add(task, total_ms),
            memory: memory::process(),
            threads: receipt.threads,
            precision: self.engine.options().precision,
            receipt,
            thermal: self.probes.temperature(),
            power: self.probes.power(),
        }
    }
}

impl Seen {
    /// What ran where.
    pub(crate) fn receipt(&self) -> &Receipt {
        match self {
            Seen::Read(reading) => &reading.receipt,
            Seen::Describe(description) => &description.receipt,
            Seen::Find(found) => &found.receipt,
        }
    }

    /// The stages within the engine, decoding left out.
    pub(crate) fn stages(&self) -> Vec<StageTime> {
        let [pre, infer, post] = match self {
            Seen::Read(reading) => [reading.timings.pre, reading.timings.infer, reading.timings.post],
            Seen::Describe(d) => [d.timings.pre, d.timings.infer, d.timings.post],
            Seen::Find(found) => [found.timings.pre, found.timings.infer, found.timings.post],
        };
        vec![
            StageTime { stage: Stage::Pre, ms: pre },
            StageTime { stage: Stage::Infer, ms: infer },
            StageTime { stage: Stage::Post, ms: post },
        ]
    }

    fn event(&self) -> LookEvent {
        match self {
            Seen::Read(reading) => LookEvent::Reading { reading: reading.as_ref().clone() },
            Seen::Describe(d) => LookEvent::Description { description: d.as_ref().clone() },
            Seen::Find(found) => LookEvent::Found { found: found.as_ref().clone() },
        }
    }
}

/// Refuses what is not from 0 to 1.
pub(crate) fn share(name: &str, value: Option<f32>) -> Result<(), Failure> {
    match value {
        Some(value) if !(0.0..=1.0).contains(&value) => {
            Err(Failure::new(ServiceCode::BadRequest, format!("{name} must be from 0 to 1, not {value}")))
        }
        _ => Ok(()),
    }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
