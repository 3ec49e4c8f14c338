//! Writing to the gateway's log, the only thing that a policy can do besides deciding. Natively, in a policy's unit
//! tests, the lines go to standard error and are kept for [`crate::testing::logged`].

use std::fmt::Display;

pub use crate::bindings::fingerpost::policy::log::Level;

/// Writes a line that is of use only while somebody looks for a fault.
pub fn debug(message: impl Display) {
    write(Level::Debug, &message.to_string());
}

/// Writes a line about the normal course of things.
pub fn info(message: impl Display) {
    write(Level::Info, &message.to_string());
}

/// Writes a line about something that somebody should look at some time.
pub fn warn(message: impl Display) {
    write(Level::Warn, &message.to_string());
}

/// Writes a line about something that is broken.
pub fn error(message: impl Display) {
    write(Level::Error, &message.to_string());
}

#[cfg(target_arch = "wasm32")]
fn write(level: Level, message: &str) {
    crate::bindings::fingerpost::policy::log::log(level, message);
}

#[cfg(not(target_arch = "wasm32"))]
fn write(level: Level, message: &str) {
    use std::io::Write;
    // A test whose standard error is closed need not fail for it.
    let _ = writeln!(std::io::stderr(), "{level:?}: {message}");
    crate::testing::keep(level, message);
}

/// Makes a panic leave its message and its place in the gateway's log: without this the host would see only a trap.
#[cfg(target_arch = "wasm32")]
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        // A message without arguments is a literal, any other a `String`.
        let literal = panic.payload().downcast_ref::<&str>().copied();
        let message = literal.or_else(|| panic.payload().downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("(no message)");
        match panic.location() {
            Some(place) => error(format_args!("the policy panicked at {place}: {message}")),
            None => error(format_args!("the policy panicked: {message}")),
        }
    }));
}
