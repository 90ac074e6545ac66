//! Functions that Node's binary exports and Node-API has nothing like: libuv's, and two of V8's.

use std::ffi::{CStr, c_char, c_void};

#[cfg(unix)]
unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

#[cfg(windows)]
#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetModuleHandleW(name: *const u16) -> *mut c_void;
    fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// `RTLD_DEFAULT`: everything that the program has loaded.
#[cfg(all(unix, any(target_os = "macos", target_os = "ios", target_os = "freebsd")))]
const DEFAULT: *mut c_void = -2_isize as *mut c_void;
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "freebsd"))))]
const DEFAULT: *mut c_void = std::ptr::null_mut();

/// Finds a function by its name in the running program.
///
/// # Safety
/// `F` must be the function pointer with the signature that the name has.
pub(crate) unsafe fn function<F: Copy>(name: &CStr) -> Option<F> {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    #[cfg(unix)]
    // SAFETY: the name ends with a NUL.
    let address = unsafe { dlsym(DEFAULT, name.as_ptr()) };
    #[cfg(windows)]
    // SAFETY: as above; the module is the program itself, which stays.
    let address = unsafe { GetProcAddress(GetModuleHandleW(std::ptr::null()), name.as_ptr()) };
    // SAFETY: by the caller's promise; a function pointer and an address are the same here.
    (!address.is_null()).then(|| unsafe { std::mem::transmute_copy(&address) })
}
