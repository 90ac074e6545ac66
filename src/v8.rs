//! Functions of V8 that Node-API has nothing like. Node's binaries export them under their C++ names, so they are looked up
//! in the running program.

use std::ffi::c_void;

/// `v8::Isolate`, of which only the address matters.
pub(crate) type Isolate = *mut c_void;

/// Finds a function by its C++ name, which ends with a NUL. `None` where there is none, and on a platform on which nobody
/// has tried this.
///
/// # Safety
/// `F` must be the function pointer that the name's signature says.
pub(crate) unsafe fn function<F: Copy>(name: &[u8]) -> Option<F> {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    {
        let program = libloading::os::unix::Library::this();
        // SAFETY: by the caller's promise; the program outlives this addon.
        unsafe { program.get::<F>(name) }.ok().map(|function| *function)
    }
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    {
        let _ = name;
        None
    }
}

/// The isolate of the calling thread.
pub(crate) fn current() -> Option<Isolate> {
    // SAFETY: the name says what it takes and answers.
    let current: unsafe extern "C" fn() -> Isolate = unsafe { function(b"_ZN2v87Isolate10GetCurrentEv\0") }?;
    // SAFETY: any thread may ask.
    let isolate = unsafe { current() };
    (!isolate.is_null()).then_some(isolate)
}
