//! A call into JavaScript at the next turn of the event loop.
//!
//! `setImmediate` would do, but it makes an async resource that every hook in the
//! process sees. A libuv check handle is what Node's own immediates run on; it is
//! invisible, and unreferenced it keeps no program alive.

use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};

use napi::bindgen_prelude::Function;
use napi::{Env, Error, JsValue, Result, Status, sys};

/// `UV_CHECK` of libuv's `uv_handle_type`, fixed by its ABI.
const UV_CHECK: c_int = 2;

type Handle = *mut c_void;

/// The functions of libuv, which Node exports and keeps stable within its ABI.
#[derive(Clone, Copy)]
struct Uv {
    handle_size: unsafe extern "C" fn(c_int) -> usize,
    check_init: unsafe extern "C" fn(*mut sys::uv_loop_s, Handle) -> c_int,
    check_start: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)) -> c_int,
    check_stop: unsafe extern "C" fn(Handle) -> c_int,
    unref: unsafe extern "C" fn(Handle),
    close: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)),
}

impl Uv {
    /// Finds the functions in the running program.
    fn load() -> std::result::Result<Self, libloading::Error> {
        #[cfg(unix)]
        let program = libloading::os::unix::Library::this();
        #[cfg(windows)]
        let program = libloading::os::windows::Library::this()?;
        // SAFETY: each name is looked up with the signature that libuv's uv.h gives it,
        // and the program that exports them outlives this addon.
        unsafe {
            Ok(Self {
                handle_size: *program.get(b"uv_handle_size\0")?,
                check_init: *program.get(b"uv_check_init\0")?,
                check_start: *program.get(b"uv_check_start\0")?,
                check_stop: *program.get(b"uv_check_stop\0")?,
                unref: *program.get(b"uv_unref\0")?,
                close: *program.get(b"uv_close\0")?,
            })
        }
    }
}

/// What a started handle needs. Owned by the handle and freed when libuv has closed it.
struct Armed {
    env: sys::napi_env,
    uv: Uv,
    callback: sys::napi_ref,
    closing: bool,
    /// The libuv handle itself; `u128` for its alignment.
    _handle: Box<[u128]>,
}

/// Calls a JavaScript function once at the next turn of the event loop, when asked.
pub struct Turn {
    callback: sys::napi_ref,
    handle: Option<Handle>,
}

impl Turn {
    pub fn new(env: &Env, callback: &Function<(), ()>) -> Result<Self> {
        let mut reference = ptr::null_mut();
        // SAFETY: env and value belong to the call that is running. The reference is
        // never deleted: it ends with the environment.
        let status = unsafe { sys::napi_create_reference(env.raw(), callback.raw(), 1, &mut reference) };
        napi::check_status!(status)?;
        Ok(Self { callback: reference, handle: None })
    }

    /// Asks for the call. Asking again before it happened changes nothing.
    pub fn ask(&mut self, env: &Env) -> Result<()> {
        let handle = match self.handle {
            Some(handle) => handle,
            None => *self.handle.insert(open(env.raw(), self.callback)?),
        };
        // SAFETY: the handle is freed only at teardown, after the last JavaScript ran,
        // and this is called from JavaScript.
        unsafe {
            let armed = data::<Armed>(handle);
            if !(*armed).closing {
                ((*armed).uv.check_start)(handle, on_check);
            }
        }
        Ok(())
    }
}

/// Makes an unreferenced check handle on the environment's loop that is closed at teardown.
fn open(env: sys::napi_env, callback: sys::napi_ref) -> Result<Handle> {
    let failure = |what: String| Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"));
    let uv = Uv::load().map_err(|error| failure(format!("this program exports no libuv ({error})")))?;
    let mut event_loop = ptr::null_mut();
    // SAFETY: env is the environment of the call that is running.
    napi::check_status!(unsafe { sys::napi_get_uv_event_loop(env, &mut event_loop) })?;
    // SAFETY: a pure function of its argument.
    let size = unsafe { (uv.handle_size)(UV_CHECK) };
    let mut storage = vec![0_u128; size.div_ceil(size_of::<u128>())].into_boxed_slice();
    let handle: Handle = storage.as_mut_ptr().cast();
    let armed = Box::new(Armed { env, uv, callback, closing: false, _handle: storage });
    // SAFETY: the storage has the size and alignment that libuv asks for and stays in
    // place (boxed, owned by `Armed`) until libuv reports the handle closed.
    unsafe {
        if (uv.check_init)(event_loop, handle) != 0 {
            return Err(failure("the event loop refused a check handle".to_owned()));
        }
        (uv.unref)(handle);
        set_data(handle, Box::into_raw(armed));
        let mut cleanup = ptr::null_mut();
        napi::check_status!(sys::napi_add_async_cleanup_hook(env, Some(on_teardown), handle, &mut cleanup))?;
    }
    Ok(handle)
}

/// The start of every libuv handle, part of its public ABI (`UV_HANDLE_FIELDS`).
#[repr(C)]
struct UvHandle {
    data: *mut c_void,
}

/// # Safety
/// `handle` must be an initialised libuv handle whose storage is not freed.
unsafe fn set_data<T>(handle: Handle, data: *mut T) {
    // SAFETY: by the caller's promise.
    unsafe { (*handle.cast::<UvHandle>()).data = data.cast() }
}

/// # Safety
/// As [`set_data`], and the data must be a `T`.
unsafe fn data<T>(handle: Handle) -> *mut T {
    // SAFETY: by the caller's promise.
    unsafe { (*handle.cast::<UvHandle>()).data.cast() }
}

unsafe extern "C" fn on_check(handle: Handle) {
    // SAFETY: libuv calls with a handle that is not closed.
    let armed = unsafe { data::<Armed>(handle) };
    // SAFETY: `Armed` lives until the handle is closed; plain copies are taken, so
    // nothing borrows it while JavaScript runs.
    let (env, uv, callback) = unsafe { ((*armed).env, (*armed).uv, (*armed).callback) };
    // SAFETY: a handle of ours that is not closed.
    unsafe { (uv.check_stop)(handle) };
    // SAFETY: libuv runs this on the environment's own thread.
    unsafe { call(env, callback) };
}

/// Calls the function behind `callback`. A terminated worker answers every step with
/// an error: then there is nobody left to tell.
///
/// # Safety
/// Must run on the environment's thread, outside of other Node-API calls.
unsafe fn call(env: sys::napi_env, callback: sys::napi_ref) {
    let mut scope = ptr::null_mut();
    // SAFETY: env is alive by the caller's promise.
    if unsafe { sys::napi_open_handle_scope(env, &mut scope) } != sys::Status::napi_ok {
        return;
    }
    let (mut function, mut this, mut result) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: as above; the handles made here belong to the scope that was just opened.
    unsafe {
        if sys::napi_get_reference_value(env, callback, &mut function) == sys::Status::napi_ok
            && NonNull::new(function).is_some()
            && sys::napi_get_global(env, &mut this) == sys::Status::napi_ok
        {
            let status = sys::napi_call_function(env, this, function, 0, ptr::null(), &mut result);
            if status == sys::Status::napi_pending_exception {
                raise(env);
            }
        }
        sys::napi_close_handle_scope(env, scope);
    }
}

/// Hands an exception that left JavaScript to the process's own handling.
///
/// # Safety
/// As [`call`], with an exception pending.
unsafe fn raise(env: sys::napi_env) {
    let mut error = ptr::null_mut();
    // SAFETY: env is alive by the caller's promise.
    unsafe {
        if sys::napi_get_and_clear_last_exception(env, &mut error) == sys::Status::napi_ok {
            sys::napi_fatal_exception(env, error);
        }
    }
}

unsafe extern "C" fn on_teardown(cleanup: sys::napi_async_cleanup_hook_handle, handle: *mut c_void) {
    // SAFETY: Node calls this once, before the handle is closed. From here on the
    // cleanup token travels in the handle's own data, behind `Armed`.
    unsafe {
        let armed = data::<Armed>(handle);
        (*armed).closing = true;
        let uv = (*armed).uv;
        let closing = Box::new(Closing { armed: Box::from_raw(armed), cleanup });
        set_data(handle, Box::into_raw(closing));
        (uv.close)(handle, on_closed);
    }
}

/// What a handle that is being closed carries.
struct Closing {
    armed: Box<Armed>,
    cleanup: sys::napi_async_cleanup_hook_handle,
}

unsafe extern "C" fn on_closed(handle: Handle) {
    // SAFETY: `on_teardown` left a `Closing` in the data; libuv is done with the handle,
    // so its storage, owned by `Armed`, may be freed with it.
    unsafe {
        let closing = Box::from_raw(data::<Closing>(handle));
        sys::napi_remove_async_cleanup_hook(closing.cleanup);
        drop(closing.armed);
    }
}
