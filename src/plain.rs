//! Plain Node-API: functions without the generated conversions, which cost several times as
//! much, and the numbers of a `Float64Array`.
//!
//! V8, libuv and Node cannot be unwound through. So whatever they call is [`guarded`].

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use napi::bindgen_prelude::{JsObjectValue, Object, Unknown};
use napi::{Env, JsValue, Result, sys};

pub(crate) type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

/// Runs what a callback does. `None` where it panics, which has said itself what it is: then there is nobody left to tell.
#[inline]
pub(crate) fn guarded<R>(act: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(act)).ok()
}

/// A function that carries `data`.
///
/// # Safety
/// `data` must be what `callback` takes it for, for as long as the environment's JavaScript runs.
pub(crate) unsafe fn function<'env>(
    env: &'env Env,
    callback: Callback,
    data: *mut c_void,
) -> Result<Unknown<'env>> {
    let mut function = ptr::null_mut();
    // SAFETY: env belongs to the call that is running; the rest is the caller's promise.
    unsafe {
        let name = ptr::null();
        let status = sys::napi_create_function(env.raw(), name, 0, Some(callback), data, &mut function);
        napi::check_status!(status)?;
        Ok(Unknown::from_raw_unchecked(env.raw(), function))
    }
}

/// An object of functions that carry the same `data`.
///
/// # Safety
/// As [`function`], for each of them.
pub(crate) unsafe fn functions<'env>(
    env: &'env Env,
    callbacks: &[(&str, Callback)],
    data: *mut c_void,
) -> Result<Object<'env>> {
    let mut functions = Object::new(env)?;
    for (name, callback) in callbacks {
        // SAFETY: by the caller's promise.
        functions.set_named_property(name, unsafe { function(env, *callback, data) }?)?;
    }
    Ok(functions)
}

/// The function's data and its first argument, `undefined` where there is none. `None` where
/// the thread is ending.
///
/// # Safety
/// `env` and `info` must be those of a call to a function that [`function`] made.
pub(crate) unsafe fn arguments<T>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> Option<(*mut T, sys::napi_value)> {
    let (mut count, mut argument, mut data) = (1, ptr::null_mut(), ptr::null_mut());
    // SAFETY: by the caller's promise; the out pointers are locals.
    let status =
        unsafe { sys::napi_get_cb_info(env, info, &mut count, &mut argument, ptr::null_mut(), &mut data) };
    (status == sys::Status::napi_ok).then(|| (data.cast(), argument))
}

/// The function's data and its first `N` arguments, whole numbers. `None` where one is none, or the thread is ending.
///
/// # Safety
/// As [`arguments`].
pub(crate) unsafe fn whole_numbers<T, const N: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> Option<(*mut T, [u32; N])> {
    let (mut count, mut values, mut data) = (N, [ptr::null_mut(); N], ptr::null_mut());
    let mut numbers = [0; N];
    // SAFETY: by the caller's promise; there is room for as many as are asked for, and Node fills in what is not given.
    unsafe {
        let this = ptr::null_mut();
        let status = sys::napi_get_cb_info(env, info, &mut count, values.as_mut_ptr(), this, &mut data);
        if status != sys::Status::napi_ok {
            return None;
        }
        for (value, number) in values.into_iter().zip(&mut numbers) {
            if sys::napi_get_value_uint32(env, value, number) != sys::Status::napi_ok {
                return None;
            }
        }
    }
    Some((data.cast(), numbers))
}

/// The data of a function that takes no arguments: a third of the instructions of [`arguments`].
///
/// # Safety
/// As [`arguments`].
pub(crate) unsafe fn data<T>(env: sys::napi_env, info: sys::napi_callback_info) -> Option<*mut T> {
    let (none, mut data) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: by the caller's promise; Node leaves out what is not asked for.
    let status =
        unsafe { sys::napi_get_cb_info(env, info, ptr::null_mut(), none, ptr::null_mut(), &mut data) };
    (status == sys::Status::napi_ok).then(|| data.cast())
}

/// Where the numbers of a `Float64Array` are and how many, `None` for any other value.
pub(crate) fn numbers(env: &Env, array: &Unknown) -> Option<(NonNull<f64>, usize)> {
    let (mut kind, mut length, mut offset) = (0, 0, 0);
    let (mut data, mut buffer) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: env and value belong to the call that is running; the out pointers are locals.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env.raw(),
            array.raw(),
            &mut kind,
            &mut length,
            &mut data,
            &mut buffer,
            &mut offset,
        )
    };
    if status != sys::Status::napi_ok || kind != sys::TypedarrayType::float64_array {
        return None;
    }
    Some((NonNull::new(data.cast())?, length))
}

/// A strong reference. Node does not free one that is left to the environment's end, so whoever has it deletes it then.
#[derive(Clone, Copy)]
pub(crate) struct Kept(sys::napi_ref);

impl Kept {
    /// Keeps a value alive.
    pub(crate) fn new(env: &Env, value: &Unknown) -> Result<Self> {
        let mut reference = ptr::null_mut();
        // SAFETY: env and value belong to the call that is running.
        let status = unsafe { sys::napi_create_reference(env.raw(), value.raw(), 1, &mut reference) };
        napi::check_status!(status)?;
        Ok(Self(reference))
    }

    /// A handle on the value, in the handle scope that is open.
    ///
    /// # Safety
    /// `env` must be the environment that it was made in, on its thread.
    pub(crate) unsafe fn get(self, env: sys::napi_env, value: &mut sys::napi_value) -> sys::napi_status {
        // SAFETY: by the caller's promise.
        unsafe { sys::napi_get_reference_value(env, self.0, value) }
    }

    /// Lets go of the value.
    ///
    /// # Safety
    /// As [`Self::get`], and no copy may be used afterwards.
    pub(crate) unsafe fn delete(self, env: sys::napi_env) {
        // SAFETY: by the caller's promise.
        unsafe { sys::napi_delete_reference(env, self.0) };
    }
}
