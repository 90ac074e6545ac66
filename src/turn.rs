//! A call at the next turn of the event loop.
//!
//! `setImmediate` would do, but it makes an async resource that every hook in the
//! process sees. A libuv handle is invisible, and keeps the program alive only where that
//! is asked for. A prepare handle runs before the loop blocks, so nothing that is due waits
//! for the next input.

use std::ffi::{c_int, c_void};
use std::ptr;

use napi::{Env, Error, Result, Status, sys};

use crate::plain::guarded;

/// `UV_PREPARE` of libuv's `uv_handle_type`, fixed by its ABI.
const UV_PREPARE: c_int = 9;

type Handle = *mut c_void;

/// The functions of libuv, which Node exports and keeps stable within its ABI.
#[derive(Clone, Copy)]
struct Uv {
    handle_size: unsafe extern "C" fn(c_int) -> usize,
    prepare_init: unsafe extern "C" fn(*mut sys::uv_loop_s, Handle) -> c_int,
    prepare_start: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)) -> c_int,
    prepare_stop: unsafe extern "C" fn(Handle) -> c_int,
    reference: unsafe extern "C" fn(Handle),
    unreference: unsafe extern "C" fn(Handle),
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
                prepare_init: *program.get(b"uv_prepare_init\0")?,
                prepare_start: *program.get(b"uv_prepare_start\0")?,
                prepare_stop: *program.get(b"uv_prepare_stop\0")?,
                reference: *program.get(b"uv_ref\0")?,
                unreference: *program.get(b"uv_unref\0")?,
                close: *program.get(b"uv_close\0")?,
            })
        }
    }
}

/// The start of every libuv handle, part of its public ABI (`UV_HANDLE_FIELDS`).
#[repr(C)]
struct UvHandle {
    data: *mut Armed,
}

/// What a handle carries. Owned by the handle and freed when libuv has closed it.
struct Armed {
    env: sys::napi_env,
    uv: Uv,
    on_turn: fn(&Env),
    /// Set at teardown; from then on the handle must not be started.
    cleanup: Option<sys::napi_async_cleanup_hook_handle>,
    /// The libuv handle itself; `u128` for its alignment.
    _handle: Box<[u128]>,
}

/// Calls a function once at the next turn of the event loop, when asked.
pub(crate) struct Turn {
    on_turn: fn(&Env),
    handle: Option<Handle>,
}

impl Turn {
    pub(crate) fn new(on_turn: fn(&Env)) -> Self {
        Self { on_turn, handle: None }
    }

    /// Asks for the call, which comes if the event loop turns again for another reason. Asking again before it happened
    /// changes nothing.
    pub(crate) fn ask(&mut self, env: &Env) -> Result<()> {
        self.start(env, false)
    }

    /// Asks for the call, and for the turn.
    pub(crate) fn demand(&mut self, env: &Env) -> Result<()> {
        self.start(env, true)
    }

    fn start(&mut self, env: &Env, keeps_alive: bool) -> Result<()> {
        let handle = match self.handle {
            Some(handle) => handle,
            None => *self.handle.insert(open(env.raw(), self.on_turn)?),
        };
        // SAFETY: the handle is freed only at teardown, after the last JavaScript ran,
        // and this is called from JavaScript.
        unsafe {
            let armed = data(handle);
            if (*armed).cleanup.is_none() {
                ((*armed).uv.prepare_start)(handle, on_prepare);
                if keeps_alive {
                    ((*armed).uv.reference)(handle);
                }
            }
        }
        Ok(())
    }
}

/// Makes an unreferenced handle on the environment's loop that is closed at teardown.
fn open(env: sys::napi_env, on_turn: fn(&Env)) -> Result<Handle> {
    let failure = |what: String| Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"));
    let uv = Uv::load().map_err(|error| failure(format!("this program exports no libuv ({error})")))?;
    let mut event_loop = ptr::null_mut();
    // SAFETY: env is the environment of the call that is running.
    napi::check_status!(unsafe { sys::napi_get_uv_event_loop(env, &mut event_loop) })?;
    // SAFETY: a pure function of its argument.
    let size = unsafe { (uv.handle_size)(UV_PREPARE) };
    let mut storage = vec![0_u128; size.div_ceil(size_of::<u128>())].into_boxed_slice();
    let handle: Handle = storage.as_mut_ptr().cast();
    let armed = Box::new(Armed { env, uv, on_turn, cleanup: None, _handle: storage });
    // SAFETY: the storage has the size and alignment that libuv asks for and stays in
    // place (boxed, owned by `Armed`) until libuv reports the handle closed.
    unsafe {
        if (uv.prepare_init)(event_loop, handle) != 0 {
            return Err(failure("the event loop refused a handle".to_owned()));
        }
        (uv.unreference)(handle);
        (*handle.cast::<UvHandle>()).data = Box::into_raw(armed);
        let mut cleanup = ptr::null_mut();
        napi::check_status!(sys::napi_add_async_cleanup_hook(env, Some(on_teardown), handle, &mut cleanup))?;
    }
    Ok(handle)
}

/// # Safety
/// `handle` must be one that [`open`] made and that libuv has not reported closed.
unsafe fn data(handle: Handle) -> *mut Armed {
    // SAFETY: by the caller's promise.
    unsafe { (*handle.cast::<UvHandle>()).data }
}

unsafe extern "C" fn on_prepare(handle: Handle) {
    guarded(|| {
        // SAFETY: libuv calls with a handle that is not closed. Plain copies are taken, so
        // nothing borrows from it while JavaScript runs.
        let (env, on_turn) = unsafe {
            let armed = data(handle);
            ((*armed).uv.prepare_stop)(handle);
            ((*armed).uv.unreference)(handle);
            ((*armed).env, (*armed).on_turn)
        };
        on_turn(&Env::from_raw(env));
    });
}

unsafe extern "C" fn on_teardown(cleanup: sys::napi_async_cleanup_hook_handle, handle: *mut c_void) {
    // SAFETY: Node calls this once, before the handle is closed.
    guarded(|| unsafe {
        let armed = data(handle);
        (*armed).cleanup = Some(cleanup);
        ((*armed).uv.close)(handle, on_closed);
    });
}

unsafe extern "C" fn on_closed(handle: Handle) {
    guarded(|| {
        // SAFETY: libuv is done with the handle, so its storage, owned by `Armed`, may go.
        let armed = unsafe { Box::from_raw(data(handle)) };
        if let Some(cleanup) = armed.cleanup {
            // SAFETY: the token that Node gave to `on_teardown`, returned once.
            unsafe { sys::napi_remove_async_cleanup_hook(cleanup) };
        }
    });
}
