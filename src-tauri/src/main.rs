//! Opens Glimpse's window; arguments are paths of pictures.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    glimpse_app::run()
}
