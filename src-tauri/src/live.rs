//! Sessions of live video: their events go to the page as they come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use glimpse_live::LiveEvents;
use glimpse_service::api::{
    Failure, LiveCommand, LiveEvent, LiveMessage, LiveSource, LiveStart, ServiceCode,
};
use glimpse_service::{Live, Service, shown_frame};
use tauri::ipc::Channel;

use crate::state::App;

/// Longest wait for a frame that is newer than the last one that was shown.
const PICTURE_TIME: Duration = Duration::from_millis(500);
/// How often who forwards events looks whether there will be more.
const LOOK: Duration = Duration::from_millis(500);

/// The sessions that run, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct LiveSessions(Mutex<HashMap<u64, Arc<Live>>>);

impl LiveSessions {
    /// Begins a session, and says its number. `events` hears of it to its end.
    ///
    /// # Errors
    /// Those of the service, `camera`, and `bad_request` for a path that nobody chose.
    pub(crate) fn start(
        app: &Arc<App>,
        service: &Service,
        start: &LiveStart,
        events: Channel<LiveMessage>,
    ) -> Result<u64, Failure> {
        let options = start.options.clone();
        let (live, heard) = match &start.source {
            LiveSource::Camera { id } => {
                app.camera.close();
                service.live_watch(app.camera.source(id)?, options)?
            }
            LiveSource::Path { path } => service.live_path(&app.arrivals.file(path)?, options)?,
            _ => service.live_start(start)?,
        };
        let number = live.number();
        app.live.lock().insert(number, live);
        let sessions = Arc::clone(app);
        let forward = move || {
            forward(heard, &events);
            sessions.live.end(number);
        };
        let thread = std::thread::Builder::new().name("glimpse-live-events".into()).spawn(forward);
        thread.map_err(|error| {
            app.live.end(number);
            Failure::new(ServiceCode::Internal, format!("no thread for the events: {error}"))
        })?;
        Ok(number)
    }

    /// Says something to a session.
    ///
    /// # Errors
    /// `bad_request` where there is none of this number, `invalid_option`.
    pub(crate) fn command(&self, number: u64, command: &LiveCommand) -> Result<(), Failure> {
        self.get(number)?.command(command)
    }

    /// Takes a pushed frame.
    ///
    /// # Errors
    /// `bad_request` where there is no such session, or the frame is none.
    pub(crate) fn push(&self, number: u64, frame: &[u8]) -> Result<(), Failure> {
        self.get(number)?.push(frame)
    }

    /// The newest frame, newer than number `after`, with its header; nothing where none came for a while.
    ///
    /// # Errors
    /// `bad_request` where there is no such session.
    pub(crate) fn frame(&self, number: u64, after: u64) -> Result<Vec<u8>, Failure> {
        let live = self.get(number)?;
        Ok(live.picture(after, PICTURE_TIME).as_ref().map(shown_frame).unwrap_or_default())
    }

    /// Ends all of them.
    pub(crate) fn stop_all(&self) {
        let sessions = std::mem::take(&mut *self.lock());
        for live in sessions.values() {
            // This neither fails nor waits.
            let _ = live.command(&LiveCommand::Stop);
        }
    }

    /// Lets go of a session, which waits for its threads.
    fn end(&self, number: u64) {
        let live = self.lock().remove(&number);
        drop(live);
    }

    fn get(&self, number: u64) -> Result<Arc<Live>, Failure> {
        let none = || Failure::new(ServiceCode::BadRequest, format!("no session {number} runs"));
        self.lock().get(&number).cloned().ok_or_else(none)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Live>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands events to the page until the last one, or until the page is gone.
fn forward(mut heard: LiveEvents, events: &Channel<LiveMessage>) {
    loop {
        match heard.next(LOOK) {
            Some(event) => {
                let is_last = matches!(event, LiveEvent::Ended { .. });
                if events.send(LiveMessage::Event(event)).is_err() || is_last {
                    return;
                }
            }
            None if heard.is_over() => return,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_run_says_so() {
        let sessions = LiveSessions::default();
        assert_eq!(sessions.command(1, &LiveCommand::Stop).unwrap_err().code, "bad_request");
        assert_eq!(sessions.push(1, b"frame").unwrap_err().code, "bad_request");
        assert_eq!(sessions.frame(1, 0).unwrap_err().code, "bad_request");
        sessions.end(1);
        sessions.stop_all();
    }
}
