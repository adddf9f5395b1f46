//! What a phone tells of its battery and its heat, as a plugin of Tauri.
//!
//! On phones it watches from the beginning and feeds `glimpse-telemetry`'s
//! [`Phone::this`](glimpse_telemetry::Phone::this): the engine's probes know power, charge, heat and headroom
//! without being told where from. On desktops everything answers [`Error::Unsupported`].
//!
//! ```no_run
//! use tauri_plugin_power::PowerExt;
//! # fn f(app: &tauri::AppHandle) -> Result<(), Box<dyn std::error::Error>> {
//! let reading = app.power().read()?;
//! match reading.power.value {
//!     Some(milliwatts) => println!("{milliwatts:.0} mW, by {}", reading.power.source),
//!     None => println!("unknown: {}", reading.power.source),
//! }
//! # Ok(())
//! # }
//! ```

mod commands;
#[cfg(desktop)]
mod desktop;
mod error;
mod hints;
#[cfg(mobile)]
mod mobile;
mod models;
mod watchers;

use serde::Serialize;
use tauri::ipc::Channel;
use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Manager, Runtime};

#[cfg(desktop)]
use desktop::Native;
pub use error::{Error, Result};
#[cfg(mobile)]
use mobile::Native;
pub use models::{BatteryState, PowerReading, Quantity, Threshold};

/// Battery, heat and performance hints of this phone. Functions that ask the phone block, for at most five
/// seconds; none may be called from the main thread.
#[derive(Debug)]
pub struct Power<R: Runtime>(Native<R>);

#[derive(Debug, Serialize)]
struct Nothing {}

impl<R: Runtime> Power<R> {
    /// What the phone tells now.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops; [`Error::BadReading`], [`Error::Failed`].
    pub fn read(&self) -> Result<PowerReading> {
        self.0.call::<PowerReading>("read", Nothing {}).map(PowerReading::checked)
    }

    /// Sends a reading to `channel` about once a second, and when heat or charging changes, until
    /// [`Self::unwatch`] is called with the number that this gives, or the channel is gone.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops; [`Error::BadArgument`] where sixteen listen already.
    pub fn watch(&self, channel: Channel<PowerReading>) -> Result<u32> {
        self.0.check()?;
        let number = channel.id();
        let listener = move |reading: &PowerReading| channel.send(reading.clone()).is_ok();
        if self.0.watchers.add(number, Box::new(listener)) {
            Ok(number)
        } else {
            Err(Error::BadArgument("too many listen already".into()))
        }
    }

    /// Ends a watch; that of no such number is no error.
    ///
    /// # Errors
    /// [`Error::Unsupported`] on desktops.
    pub fn unwatch(&self, number: u32) -> Result<()> {
        self.0.check()?;
        self.0.watchers.remove(number);
        Ok(())
    }
}

/// Reaches the plugin from an app or a window.
pub trait PowerExt<R: Runtime> {
    /// Battery, heat and performance hints of this phone.
    fn power(&self) -> &Power<R>;
}

impl<R: Runtime, T: Manager<R>> PowerExt<R> for T {
    fn power(&self) -> &Power<R> {
        self.state::<Power<R>>().inner()
    }
}

/// The plugin, for `tauri::Builder::plugin`.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("power")
        .invoke_handler(tauri::generate_handler![commands::read, commands::watch, commands::unwatch])
        .setup(|app, api| {
            app.manage(Power(Native::new(app, api)?));
            Ok(())
        })
        .build()
}

#[cfg(all(test, desktop))]
mod tests;
