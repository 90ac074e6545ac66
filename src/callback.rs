//! Calling JavaScript from outside of a call from JavaScript: from the event loop
//! and from finalizers.

use std::ptr;

use napi::bindgen_prelude::Unknown;
use napi::{Env, Result, sys};

use crate::plain::Kept;

/// The most arguments that a [`Callback`] takes.
const MAX_ARGUMENTS: usize = 2;

/// A JavaScript function that is given numbers.
#[derive(Clone, Copy)]
pub(crate) struct Callback {
    env: sys::napi_env,
    function: Kept,
}

impl Callback {
    pub(crate) fn new(env: &Env, function: &Unknown) -> Result<Self> {
        Ok(Self { env: env.raw(), function: Kept::new(env, function)? })
    }

    /// Lets go of the function, when the environment ends.
    ///
    /// # Safety
    /// As [`Self::call`], and no copy may be used afterwards.
    pub(crate) unsafe fn delete(self) {
        // SAFETY: by the caller's promise.
        unsafe { self.function.delete(self.env) };
    }

    /// Calls the function. A terminated worker answers every step with an error:
    /// then there is nobody left to tell.
    ///
    /// # Safety
    /// Must run on the environment's thread while the environment exists.
    pub(crate) unsafe fn call<const N: usize>(self, arguments: [f64; N]) {
        const { assert!(N <= MAX_ARGUMENTS) };
        let mut scope = ptr::null_mut();
        // SAFETY: env is alive by the caller's promise.
        if unsafe { sys::napi_open_handle_scope(self.env, &mut scope) } != sys::Status::napi_ok {
            return;
        }
        // SAFETY: as above; the handles made inside belong to the scope that was just
        // opened, which is the one that is closed.
        unsafe {
            self.call_in_scope(&arguments);
            sys::napi_close_handle_scope(self.env, scope);
        }
    }

    /// `None` where a step failed.
    ///
    /// # Safety
    /// As [`Self::call`], with a handle scope open.
    unsafe fn call_in_scope(self, arguments: &[f64]) -> Option<()> {
        let (mut function, mut this, mut result) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        let mut values = [ptr::null_mut(); MAX_ARGUMENTS];
        // SAFETY: env is alive by the caller's promise, the out pointers are locals.
        unsafe {
            ok(self.function.get(self.env, &mut function))?;
            ok(sys::napi_get_undefined(self.env, &mut this))?;
            for (value, argument) in values.iter_mut().zip(arguments) {
                ok(sys::napi_create_double(self.env, *argument, value))?;
            }
            let count = arguments.len();
            let status =
                sys::napi_call_function(self.env, this, function, count, values.as_ptr(), &mut result);
            if status == sys::Status::napi_pending_exception {
                self.raise();
            }
            ok(status)
        }
    }

    /// Hands an exception that left JavaScript to the process's own handling.
    ///
    /// # Safety
    /// As [`Self::call`], with an exception pending.
    unsafe fn raise(self) {
        let mut error = ptr::null_mut();
        // SAFETY: env is alive by the caller's promise.
        unsafe {
            if sys::napi_get_and_clear_last_exception(self.env, &mut error) == sys::Status::napi_ok {
                sys::napi_fatal_exception(self.env, error);
            }
        }
    }
}

fn ok(status: sys::napi_status) -> Option<()> {
    (status == sys::Status::napi_ok).then_some(())
}
