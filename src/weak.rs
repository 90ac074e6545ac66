//! A weak handle on an object: it tells when the garbage collector took it.

use std::ffi::c_void;
use std::ptr;

use napi::{Env, Result, sys};

/// A weak handle. It is deleted by [`Weak::release`], once the
/// finalizer has run, and else with the environment.
#[derive(Clone, Copy)]
pub(crate) struct Weak {
    weak: sys::napi_ref,
}

impl Weak {
    /// Watches an object: `finalizer` runs with `slot` as its data and `hint` at a later
    /// turn of the event loop, after the object was collected, or at teardown.
    ///
    /// # Safety
    /// `env` and `object` must belong to the call that is running; `finalizer` must take
    /// `slot` for a number, and `hint` for what it is.
    pub(crate) unsafe fn watch(
        env: sys::napi_env,
        object: sys::napi_value,
        slot: u32,
        finalizer: unsafe extern "C" fn(sys::napi_env, *mut c_void, *mut c_void),
        hint: *mut c_void,
    ) -> Result<Self> {
        let mut weak = ptr::null_mut();
        let data = ptr::without_provenance_mut(slot as usize);
        // SAFETY: by the caller's promise.
        let status = unsafe { sys::napi_add_finalizer(env, object, data, Some(finalizer), hint, &mut weak) };
        napi::check_status!(status)?;
        Ok(Self { weak })
    }

    /// Whether the object is gone though its finalizer has not run yet.
    pub(crate) fn is_collected(self, env: &Env) -> bool {
        let mut value = ptr::null_mut();
        // SAFETY: the weak handle is there until `release`, which ends this value.
        let status = unsafe { sys::napi_get_reference_value(env.raw(), self.weak, &mut value) };
        status == sys::Status::napi_ok && value.is_null()
    }

    /// To be called by the finalizer, and there only.
    ///
    /// # Safety
    /// No copy of this value may be used afterwards.
    pub(crate) unsafe fn release(self, env: &Env) {
        // SAFETY: by the caller's promise.
        unsafe { sys::napi_delete_reference(env.raw(), self.weak) };
    }
}
