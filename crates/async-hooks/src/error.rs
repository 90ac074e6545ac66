use std::fmt;

use napi_sys::{Status, napi_env};

/// The result of what asks Node for something.
pub type Result<T> = std::result::Result<T, Error>;

/// Why Node did not do what it was asked for.
///
/// ```
/// use async_hooks::Error;
///
/// assert_eq!(Error::Closing.to_string(), "the environment is closing, so no JavaScript can run");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// JavaScript threw. The exception is still pending: return to JavaScript, which throws it, or clear it.
    PendingException,
    /// The Worker is being terminated, or the environment torn down. Return as soon as possible.
    Closing,
    /// A handle was used in another environment (another thread, or another load of the addon) than its own.
    OtherEnvironment,
    /// `process.getBuiltinModule` is missing (Node before 20.16). Pass the module to [`use_module`](crate::use_module).
    NoModule,
    /// The running program exports no libuv.
    NoEventLoop,
    /// Another program put something else in the place of `AsyncResource`, which did not call back.
    NotCalled,
    /// A value had another type than the one that Rust asked for.
    WrongType,
    /// Any other status of Node-API.
    Status(i32),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PendingException => f.write_str("a JavaScript exception is pending"),
            Self::Closing => f.write_str("the environment is closing, so no JavaScript can run"),
            Self::OtherEnvironment => f.write_str("the handle belongs to another environment"),
            Self::NoModule => {
                f.write_str("process.getBuiltinModule is missing; pass node:async_hooks to use_module")
            }
            Self::NoEventLoop => f.write_str("the program exports no libuv"),
            Self::NotCalled => f.write_str("AsyncResource did not call the function that it got"),
            Self::WrongType => f.write_str("a JavaScript value has another type than was asked for"),
            Self::Status(status) => write!(f, "Node-API answered with status {status}"),
        }
    }
}

impl std::error::Error for Error {}

/// Turns a status into a result. While a Worker is terminated, calls answer "pending exception" and there is none.
pub(crate) fn check(env: napi_env, status: i32) -> Result<()> {
    match status {
        Status::napi_ok => Ok(()),
        Status::napi_pending_exception => {
            Err(if is_exception_pending(env) { Error::PendingException } else { Error::Closing })
        }
        Status::napi_closing | Status::napi_cannot_run_js => Err(Error::Closing),
        other => Err(Error::Status(other)),
    }
}

pub(crate) fn is_exception_pending(env: napi_env) -> bool {
    let mut is_pending = false;
    // SAFETY: env is that of the thread that runs.
    let status = unsafe { napi_sys::napi_is_exception_pending(env, &mut is_pending) };
    status == Status::napi_ok && is_pending
}
