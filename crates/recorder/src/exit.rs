//! The end of the process, for a library that may be unloaded before.

use std::ffi::{c_int, c_void};

#[cfg(unix)]
unsafe extern "C" {
    fn atexit(callback: extern "C" fn()) -> c_int;
}

/// Runs the callback when the process ends, and keeps the library loaded that it belongs to. The callback must not unwind.
///
/// On Windows it never runs. The system ends all other threads of a process before a library hears of the end: nobody would
/// write what the callback leaves, and a lock that such a thread held is never free.
pub(crate) fn at_exit(callback: extern "C" fn()) {
    stay_loaded(callback as *const c_void);
    // SAFETY: a function of the C library, and a callback that stays and unwinds nowhere.
    #[cfg(unix)]
    unsafe {
        atexit(callback)
    };
}

/// Keeps the library loaded that an address belongs to.
#[cfg(unix)]
fn stay_loaded(address: *const c_void) {
    let mut found = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: it fills what it is given where it answers anything but 0, with a name that lives as long as the library;
    // which is loaded, so nothing of it runs anew.
    unsafe {
        if libc::dladdr(address, found.as_mut_ptr()) != 0 {
            libc::dlopen((*found.as_ptr()).dli_fname, libc::RTLD_NOW | libc::RTLD_NOLOAD);
        }
    }
}

#[cfg(windows)]
fn stay_loaded(address: *const c_void) {
    /// Pinned, and found by an address.
    const FLAGS: u32 = 1 | 4;
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, address: *const c_void, module: *mut *mut c_void) -> c_int;
    }
    let mut module = std::ptr::null_mut();
    // SAFETY: by these flags it takes an address, and writes to a local.
    unsafe { GetModuleHandleExW(FLAGS, address, &mut module) };
}
