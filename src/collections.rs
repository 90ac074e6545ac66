//! When V8 has collected all of the garbage of a thread, and not only what is young: of that nothing else tells.

use std::ffi::{c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use crate::plain::guarded;
use crate::v8::{self, Isolate};

/// `v8::GCType`: a collection of everything, and the time before it in which V8 begins to look for what is reachable.
const WHOLE: c_int = 1 << 2;
const MARKING: c_int = 1 << 3;
/// All but collections of the young generation, in which there is no code.
const MAJOR: c_int = !1 & 0x1f;

/// No time.
const NONE: u64 = u64::MAX;

type Callback = unsafe extern "C" fn(Isolate, c_int, c_int, *mut c_void);

/// The functions of V8.
struct V8 {
    add_prologue: unsafe extern "C" fn(Isolate, Callback, *mut c_void, c_int),
    add_epilogue: unsafe extern "C" fn(Isolate, Callback, *mut c_void, c_int),
    remove_prologue: unsafe extern "C" fn(Isolate, Callback, *mut c_void),
    remove_epilogue: unsafe extern "C" fn(Isolate, Callback, *mut c_void),
}

impl V8 {
    fn load() -> Option<Self> {
        let add_prologue =
            b"_ZN2v87Isolate21AddGCPrologueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_S2_\0";
        let add_epilogue =
            b"_ZN2v87Isolate21AddGCEpilogueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_S2_\0";
        let remove_prologue =
            b"_ZN2v87Isolate24RemoveGCPrologueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_\0";
        let remove_epilogue =
            b"_ZN2v87Isolate24RemoveGCEpilogueCallbackEPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_\0";
        // SAFETY: each name carries its signature, which is the one of the field.
        unsafe {
            Some(Self {
                add_prologue: v8::function(add_prologue)?,
                add_epilogue: v8::function(add_epilogue)?,
                remove_prologue: v8::function(remove_prologue)?,
                remove_epilogue: v8::function(remove_epilogue)?,
            })
        }
    }
}

/// What V8 has said. It says it on the isolate's thread, which is the one that asks; so the atomics are plain loads and stores.
pub(crate) struct Seen {
    since: Instant,
    /// When what is under way began, in nanoseconds since then, and when the last one began that is done and was not told.
    began: AtomicU64,
    done: AtomicU64,
    has_moved: AtomicBool,
}

impl Seen {
    /// Whether code may have moved since this was asked last.
    pub(crate) fn takes_moved(&self) -> bool {
        self.has_moved.swap(false, Ordering::Relaxed)
    }

    /// How long ago the last collection began, in microseconds, where there was one since this was asked last. The first
    /// answer is the time since the thread takes part: what was there before then was not looked at.
    fn take_done(&self) -> Option<u64> {
        let done = self.done.swap(NONE, Ordering::Relaxed);
        (done != NONE).then(|| self.now().saturating_sub(done) / 1000)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(NONE - 1)
    }

    fn begins(&self) {
        if self.began.load(Ordering::Relaxed) == NONE {
            self.began.store(self.now(), Ordering::Relaxed);
        }
    }

    fn ends(&self, kind: c_int) {
        self.has_moved.store(true, Ordering::Relaxed);
        if kind & WHOLE != 0 {
            self.done.store(self.began.swap(NONE, Ordering::Relaxed).min(self.now()), Ordering::Relaxed);
        }
    }
}

/// Those of one thread, from here on.
pub(crate) struct Collections {
    v8: V8,
    isolate: Isolate,
    pub(crate) seen: Arc<Seen>,
}

impl Collections {
    /// Those of the calling thread. `None` where V8 has no functions for it.
    pub(crate) fn new() -> Option<Self> {
        let (v8, isolate) = (V8::load()?, v8::current()?);
        let seen = Arc::new(Seen {
            since: Instant::now(),
            began: AtomicU64::new(NONE),
            done: AtomicU64::new(0),
            has_moved: AtomicBool::new(false),
        });
        let data = Arc::as_ptr(&seen).cast_mut().cast();
        // SAFETY: the isolate runs this; `drop` takes the functions away before what they are given is gone.
        unsafe {
            (v8.add_prologue)(isolate, begins, data, WHOLE | MARKING);
            (v8.add_epilogue)(isolate, ends, data, MAJOR);
        }
        Some(Self { v8, isolate, seen })
    }

    /// See [`Seen::take_done`].
    pub(crate) fn take(&self) -> Option<u64> {
        self.seen.take_done()
    }
}

impl Drop for Collections {
    fn drop(&mut self) {
        let data = Arc::as_ptr(&self.seen).cast_mut().cast();
        // SAFETY: they were added with the same, and the isolate is there: its environment is ending, or goes on.
        unsafe {
            (self.v8.remove_prologue)(self.isolate, begins, data);
            (self.v8.remove_epilogue)(self.isolate, ends, data);
        }
    }
}

unsafe extern "C" fn begins(_: Isolate, _: c_int, _: c_int, seen: *mut c_void) {
    // SAFETY: what `new` gave V8, which is there until `drop` has taken this function away.
    guarded(|| unsafe { &*seen.cast_const().cast::<Seen>() }.begins());
}

unsafe extern "C" fn ends(_: Isolate, kind: c_int, _: c_int, seen: *mut c_void) {
    // SAFETY: as in `begins`.
    guarded(|| unsafe { &*seen.cast_const().cast::<Seen>() }.ends(kind));
}
