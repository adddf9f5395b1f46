use std::time::Duration;

use tauri::ipc::Channel;
use tauri::test::{mock_builder, mock_context, noop_assets};

use super::*;

#[test]
fn on_desktops_everything_is_a_typed_error() {
    let app = mock_builder().plugin(init()).build(mock_context(noop_assets())).unwrap();
    let power = app.power();
    let unsupported = |result: Result<()>| {
        assert!(matches!(result, Err(Error::Unsupported(_))), "{result:?}");
    };
    unsupported(power.read().map(drop));
    unsupported(power.watch(Channel::new(|_| Ok(()))).map(drop));
    unsupported(power.unwatch(1));
    let frame = Duration::from_millis(33);
    unsupported(power.open_hints(&[1], frame).map(drop));
    unsupported(power.set_hint_target(frame));
    unsupported(power.report_work(frame));
    unsupported(power.close_hints());
}

#[test]
fn hints_of_no_threads_or_of_no_time_are_refused() {
    let app = mock_builder().plugin(init()).build(mock_context(noop_assets())).unwrap();
    let power = app.power();
    let frame = Duration::from_millis(33);
    for threads in [&[][..], &[0], &[5, -1]] {
        assert!(matches!(power.open_hints(threads, frame), Err(Error::BadArgument(_))));
    }
    for time in [Duration::ZERO, Duration::from_secs(11), Duration::MAX] {
        assert!(matches!(power.open_hints(&[1], time), Err(Error::BadArgument(_))));
        assert!(matches!(power.report_work(time), Err(Error::BadArgument(_))));
    }
}
