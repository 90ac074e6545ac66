//! The current context frame: the value that V8 carries through promise jobs, and Node 24 and later through its resources.
//!
//! Node-API has no function for it, but Node's binaries export V8's. Whether storages stand on it, a test says.

use std::ffi::c_void;
use std::ptr;

use napi_sys::{napi_callback_info, napi_env, napi_value};

use crate::env::{Env, Value};
use crate::error::Result;
use crate::symbols::function;

/// `v8::Isolate`, of which only the address matters.
type Isolate = *mut c_void;

pub(crate) struct Frames {
    isolate: Isolate,
    // A `v8::Local<v8::Value>` is one pointer, trivially copied: it travels in a register in the Itanium C++ ABI, and is
    // what a `napi_value` is.
    get: unsafe extern "C" fn(Isolate) -> napi_value,
    set: unsafe extern "C" fn(Isolate, napi_value),
}

/// Whether a frame, read inside of `run` and entered outside, has the store; and whether the test could undo it all.
const PROBE: &str = "(function (AsyncLocalStorage, get, set) {
  'use strict';
  const storage = new AsyncLocalStorage();
  const token = {};
  const outside = get();
  try {
    const frame = storage.run(token, get);
    if (storage.getStore() !== undefined) return false;
    set(frame);
    const isInside = storage.getStore() === token;
    set(outside);
    return isInside && storage.getStore() === undefined && get() === outside;
  } finally {
    set(outside); // `run` may leave a frame of its own.
    storage.disable();
  }
})
//# sourceURL=node:async-hooks-crate/frames";

impl Frames {
    /// `None` where the functions are missing or storages stand on something else (Node 20 and 22), and on a platform on
    /// which nobody has tried this.
    pub(crate) fn load(env: Env<'_>, module: Value<'_>) -> Result<Option<Box<Self>>> {
        let Some(frames) = Self::find().map(Box::new) else { return Ok(None) };
        let data = ptr::from_ref(&*frames).cast_mut().cast();
        let function = |callback| {
            // SAFETY: the data stays for the test, and nobody keeps the function.
            env.make(|env, value| unsafe {
                napi_sys::napi_create_function(env, ptr::null(), 0, Some(callback), data, value)
            })
        };
        let args = [module.get(env, "AsyncLocalStorage")?, function(get)?, function(set)?];
        let works = env.call(crate::helper::script(env, PROBE)?, env.undefined()?, &args)?;
        Ok(works.to_rust::<bool>(env)?.then_some(frames))
    }

    fn find() -> Option<Self> {
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return None;
        }
        // SAFETY: each name carries its C++ signature, which is the one given here. The isolate is that of this thread,
        // which runs one for as long as the environment exists.
        unsafe {
            let current: unsafe extern "C" fn() -> Isolate = function(c"_ZN2v87Isolate10GetCurrentEv")?;
            Some(Self {
                get: function(c"_ZN2v87Isolate36GetContinuationPreservedEmbedderDataEv")?,
                set: function(
                    c"_ZN2v87Isolate36SetContinuationPreservedEmbedderDataENS_5LocalINS_5ValueEEE",
                )?,
                isolate: current(),
            })
        }
    }

    /// The current frame.
    pub(crate) fn current<'a>(&self, _env: Env<'a>) -> Value<'a> {
        // SAFETY: an `Env` stands for a running callback with a handle scope, on the thread of the isolate.
        unsafe { Value::from_raw((self.get)(self.isolate)) }
    }

    /// Makes it the current frame.
    pub(crate) fn enter(&self, frame: Value<'_>) {
        // SAFETY: as above; a `Value` is alive, and came from `current`.
        unsafe { (self.set)(self.isolate, frame.raw()) };
    }
}

unsafe extern "C" fn get(env: napi_env, info: napi_callback_info) -> napi_value {
    let mut data = ptr::null_mut();
    // SAFETY: Node calls with its own env and info; the data is that of `load`.
    unsafe {
        let (count, first, this) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        if napi_sys::napi_get_cb_info(env, info, count, first, this, &mut data) != 0 {
            return ptr::null_mut();
        }
        let frames = &*data.cast::<Frames>();
        (frames.get)(frames.isolate)
    }
}

unsafe extern "C" fn set(env: napi_env, info: napi_callback_info) -> napi_value {
    let (mut data, mut count, mut frame) = (ptr::null_mut(), 1, ptr::null_mut());
    // SAFETY: as in `get`.
    unsafe {
        let this = ptr::null_mut();
        if napi_sys::napi_get_cb_info(env, info, &mut count, &mut frame, this, &mut data) == 0 && count == 1 {
            let frames = &*data.cast::<Frames>();
            (frames.set)(frames.isolate, frame);
        }
    }
    ptr::null_mut()
}
