//! What the recorder tells the user.

use std::io::{self, Write};

/// Writes a line to stderr, unless stderr takes none: a warning is worth no wait.
pub(super) fn say(what: &str) {
    if takes_a_line() {
        let _ = writeln!(io::stderr(), "async-hooks-rs: {what}");
    }
}

#[cfg(unix)]
fn takes_a_line() -> bool {
    const WAIT_MS: libc::c_int = 100;
    let mut stderr = libc::pollfd { fd: libc::STDERR_FILENO, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one descriptor, which is a local.
    unsafe { libc::poll(&mut stderr, 1, WAIT_MS) != 0 }
}

#[cfg(not(unix))]
fn takes_a_line() -> bool {
    true
}
