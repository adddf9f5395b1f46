//! Hands what a second start was given to the window that runs, before anything of a window is begun.
//!
//! The plugin for single instances does the same once GTK runs, and then leaves by `exit`, where other
//! threads still use what that takes down. It stays for starts at the very same time, and for whoever
//! is first. The names are the plugin's.

use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy};
use zbus::names::BusName;

const INTERFACE: &str = "org.SingleInstance.DBus";

/// Whether a window of the app `identifier` runs and took over this program's arguments. Not so where
/// there is no session bus, or none answers.
pub(crate) fn is_handed_over(identifier: &str) -> bool {
    match hand_over(identifier) {
        Ok(done) => done,
        Err(error) => {
            tracing::debug!(%error, "no window is asked whether it runs");
            false
        }
    }
}

fn hand_over(identifier: &str) -> zbus::Result<bool> {
    let name = format!("{identifier}.SingleInstance");
    let path = format!("/{}", name.replace('.', "/").replace('-', "_"));
    let session = Connection::session()?;
    if !DBusProxy::new(&session)?.name_has_owner(BusName::try_from(name.as_str())?)? {
        return Ok(false);
    }
    let arguments: Vec<_> = std::env::args_os().map(|text| text.to_string_lossy().into_owned()).collect();
    let folder = std::env::current_dir().unwrap_or_default();
    let window = Proxy::new(&session, name.as_str(), path.as_str(), INTERFACE)?;
    window.call_method("ExecuteCallback", &(arguments, folder.to_string_lossy().as_ref()))?;
    Ok(true)
}
