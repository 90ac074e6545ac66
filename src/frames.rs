//! The current context frame: the one value that V8 carries through promise jobs, and Node
//! through its own resources (V8 calls it continuation-preserved embedder data).
//!
//! Node-API has no function for it. Node's binaries export those of V8 under their C++
//! names; they are looked up in the running program, and where one is missing there are
//! no native frames.

use std::ffi::c_void;
use std::ptr;

use napi::bindgen_prelude::Object;
use napi::{Env, Result, sys};

use crate::plain::{self, guarded};

/// `v8::Isolate`, of which only the address matters.
type Isolate = *mut c_void;

/// A `v8::Local<v8::Value>`. It holds one pointer, is trivially copied, and so travels in
/// a register in the Itanium C++ ABI, on x64 and on arm64; it is what a `napi_value` is.
type Local = sys::napi_value;

/// The versions of Node's ABI on which the functions were tried: Node 22, 24 and 26.
const TRIED_ABIS: [&str; 3] = ["127", "137", "147"];
/// Whether this is a platform whose tests ask for native frames (`__test__/addon.test.js`).
const ON_TRIED_PLATFORM: bool = cfg!(all(
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64"),
));

pub(crate) struct Frames {
    isolate: Isolate,
    get: unsafe extern "C" fn(Isolate) -> Local,
    set: unsafe extern "C" fn(Isolate, Local),
}

impl Frames {
    /// Finds V8's functions in the running program, which has this version of Node's ABI (`process.versions.modules`).
    /// `None` where one is missing, or where nobody has tried them.
    pub(crate) fn load(abi: &str) -> Option<Self> {
        if !ON_TRIED_PLATFORM || !TRIED_ABIS.contains(&abi) {
            return None;
        }
        #[cfg(unix)]
        {
            let program = libloading::os::unix::Library::this();
            // SAFETY: each name carries its C++ signature, which is the one given here; the
            // program outlives this addon. The isolate is that of the calling thread, which
            // runs one environment for as long as that exists.
            unsafe {
                let current: unsafe extern "C" fn() -> Isolate =
                    *program.get(b"_ZN2v87Isolate10GetCurrentEv\0").ok()?;
                Some(Self {
                    get: *program.get(b"_ZN2v87Isolate36GetContinuationPreservedEmbedderDataEv\0").ok()?,
                    set: *program
                        .get(b"_ZN2v87Isolate36SetContinuationPreservedEmbedderDataENS_5LocalINS_5ValueEEE\0")
                        .ok()?,
                    isolate: current(),
                })
            }
        }
        #[cfg(not(unix))]
        None
    }

    /// The functions for JavaScript. They run for every `run` of a storage, so they are
    /// plain callbacks.
    ///
    /// # Safety
    /// `self` must stay where it is for as long as the environment exists.
    pub(crate) unsafe fn functions<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let data = ptr::from_ref(self).cast_mut().cast();
        // SAFETY: both take their data for what it is, and only read it; it stays by the caller's promise.
        unsafe { plain::functions(env, &[("get", get), ("set", set)], data) }
    }
}

/// `get()`: the current frame.
unsafe extern "C" fn get(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info, inside a handle scope.
    let frame = guarded(|| unsafe {
        let frames = plain::data::<Frames>(env, info)?;
        Some(((*frames).get)((*frames).isolate))
    });
    frame.flatten().unwrap_or(ptr::null_mut())
}

/// `set(frame)`
unsafe extern "C" fn set(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as in `get`.
    guarded(|| unsafe {
        if let Some((frames, frame)) = plain::arguments::<Frames>(env, info) {
            ((*frames).set)((*frames).isolate, frame);
        }
    });
    ptr::null_mut()
}
