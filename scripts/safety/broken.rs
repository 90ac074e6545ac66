//! An addon that reads behind the end of its memory when it is loaded. A checker that does not report it checks nothing.

#[unsafe(no_mangle)]
pub extern "C" fn napi_register_module_v1() -> *mut u8 {
    let bytes = std::hint::black_box(vec![0_u8; 10]);
    // SAFETY: there is none, on purpose.
    let behind = unsafe { bytes.as_ptr().add(std::hint::black_box(10)).read_volatile() };
    // A decision on it, which is what valgrind reports of memory that nobody has written.
    std::hint::black_box(if behind == 7 { 1 } else { 2 });
    std::ptr::null_mut()
}
