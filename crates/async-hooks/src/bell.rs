//! Wakes the JavaScript thread. A handle of libuv is no async resource, so no hook sees it and it keeps no store; and it
//! keeps the program alive only while something holds it.

use std::ffi::{c_int, c_void};
use std::ptr;

use napi_sys::{napi_async_cleanup_hook_handle, napi_env, uv_loop_s};

use crate::error::{Error, Result, check};
use crate::symbols::function;

/// `UV_ASYNC` of libuv's `uv_handle_type`, fixed by its ABI.
const UV_ASYNC: c_int = 1;

type Handle = *mut c_void;

/// The functions of libuv, which Node exports and keeps stable within its ABI.
#[derive(Clone, Copy)]
struct Uv {
    handle_size: unsafe extern "C" fn(c_int) -> usize,
    async_init: unsafe extern "C" fn(*mut uv_loop_s, Handle, unsafe extern "C" fn(Handle)) -> c_int,
    async_send: unsafe extern "C" fn(Handle) -> c_int,
    reference: unsafe extern "C" fn(Handle),
    unreference: unsafe extern "C" fn(Handle),
    close: unsafe extern "C" fn(Handle, unsafe extern "C" fn(Handle)),
}

impl Uv {
    fn load() -> Option<Self> {
        // SAFETY: each name has the signature that libuv's uv.h gives it.
        unsafe {
            Some(Self {
                handle_size: function(c"uv_handle_size")?,
                async_init: function(c"uv_async_init")?,
                async_send: function(c"uv_async_send")?,
                reference: function(c"uv_ref")?,
                unreference: function(c"uv_unref")?,
                close: function(c"uv_close")?,
            })
        }
    }
}

/// The start of every handle of libuv, part of its ABI (`UV_HANDLE_FIELDS`).
#[repr(C)]
struct UvHandle {
    data: *mut Carried,
}

/// What a handle carries. The handle owns it, until libuv has closed it.
struct Carried {
    uv: Uv,
    env: napi_env,
    on_ring: fn(napi_env),
    on_close: fn(napi_env),
    /// What Node wants back when the handle is closed.
    cleanup: napi_async_cleanup_hook_handle,
    /// The handle itself; `u128` for its alignment.
    _storage: Box<[u128]>,
}

/// Makes the JavaScript thread call a function at the next turn of its event loop.
#[derive(Clone, Copy)]
pub(crate) struct Bell {
    uv: Uv,
    handle: Handle,
}

// SAFETY: other threads only call `ring`, for which libuv allows it; its contract says when.
unsafe impl Send for Bell {}

impl Bell {
    /// `on_ring` is called after [`ring`](Self::ring), `on_close` once when the environment ends; after that the bell must
    /// not be used any more.
    pub(crate) fn new(env: napi_env, on_ring: fn(napi_env), on_close: fn(napi_env)) -> Result<Self> {
        let uv = Uv::load().ok_or(Error::NoEventLoop)?;
        let mut event_loop = ptr::null_mut();
        // SAFETY: env is the environment of the call that is running.
        check(env, unsafe { napi_sys::napi_get_uv_event_loop(env, &mut event_loop) })?;
        // SAFETY: a pure function of its argument.
        let size = unsafe { (uv.handle_size)(UV_ASYNC) };
        let mut storage = vec![0_u128; size.div_ceil(size_of::<u128>())].into_boxed_slice();
        let handle: Handle = storage.as_mut_ptr().cast();
        let carried =
            Box::new(Carried { uv, env, on_ring, on_close, cleanup: ptr::null_mut(), _storage: storage });
        // SAFETY: the storage has libuv's size and alignment, and stays until libuv reports the handle closed (`Carried`
        // owns it). Where Node refuses the cleanup hook, the handle is closed at once.
        unsafe {
            if (uv.async_init)(event_loop, handle, on_async) != 0 {
                return Err(Error::NoEventLoop);
            }
            (uv.unreference)(handle);
            let carried = Box::into_raw(carried);
            (*handle.cast::<UvHandle>()).data = carried;
            let hook = &raw mut (*carried).cleanup;
            let added = napi_sys::napi_add_async_cleanup_hook(env, Some(on_cleanup), handle, hook);
            if let Err(error) = check(env, added) {
                (uv.close)(handle, on_closed);
                return Err(error);
            }
        }
        Ok(Self { uv, handle })
    }

    /// From any thread.
    ///
    /// # Safety
    /// Not after `on_close` was called.
    pub(crate) unsafe fn ring(&self) {
        // SAFETY: by the caller's promise the handle is open. The answer can only be "busy or sent".
        unsafe { (self.uv.async_send)(self.handle) };
    }

    /// From now on the bell keeps the event loop alive, or no more.
    ///
    /// # Safety
    /// On the JavaScript thread, and not after `on_close` was called.
    pub(crate) unsafe fn keep_alive(&self, alive: bool) {
        // SAFETY: by the caller's promise.
        unsafe { if alive { (self.uv.reference)(self.handle) } else { (self.uv.unreference)(self.handle) } }
    }
}

/// Keeps a panic out of C; the panic hook has printed it.
fn guarded(f: impl FnOnce()) {
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
}

unsafe extern "C" fn on_async(handle: Handle) {
    // SAFETY: libuv calls with a handle that is not closed. Copies are taken: nothing borrows while JavaScript runs.
    let (env, on_ring) = unsafe {
        let carried = (*handle.cast::<UvHandle>()).data;
        ((*carried).env, (*carried).on_ring)
    };
    guarded(|| on_ring(env));
}

unsafe extern "C" fn on_cleanup(cleanup: napi_async_cleanup_hook_handle, handle: *mut c_void) {
    // SAFETY: Node calls this once, on the JavaScript thread, before the handle is closed.
    let (uv, env, on_close) = unsafe {
        let carried = (*handle.cast::<UvHandle>()).data;
        (*carried).cleanup = cleanup;
        ((*carried).uv, (*carried).env, (*carried).on_close)
    };
    guarded(|| on_close(env));
    // SAFETY: the handle is open, and nobody uses it after `on_close`.
    unsafe { (uv.close)(handle, on_closed) };
}

unsafe extern "C" fn on_closed(handle: Handle) {
    // SAFETY: libuv is done with the handle, so `Carried`, which owns its memory, may go.
    let carried = unsafe { Box::from_raw((*handle.cast::<UvHandle>()).data) };
    if !carried.cleanup.is_null() {
        // SAFETY: the token that Node gave, returned once.
        unsafe { napi_sys::napi_remove_async_cleanup_hook(carried.cleanup) };
    }
}
