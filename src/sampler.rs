//! Where a thread runs, looked at from another one: V8 is asked to call back at the next point at which JavaScript can be
//! interrupted, and there the stack is read. Where V8's functions for it are not found, there are no samples.

use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::sys;

use crate::plain::guarded;
use crate::v8::{self, Isolate};

use recorder::source::{Note, Notes, SampleAsk};

/// A `v8::Local`: one pointer, trivially copied, which is what a `napi_value` is.
type Local = *mut c_void;

/// `v8::StackTrace::kDetailed`.
const DETAILED: c_int = 127;
/// Frames of a sample.
const DEPTH: c_int = 64;
/// Frames of this package say nothing about the program.
const OWN: &str = "node:internal/async-hooks-rs";

/// `v8::Location`: two ints, counted from 0, which travel in one register in the Itanium C++ ABI.
#[repr(C)]
#[derive(Clone, Copy)]
struct Location {
    line: c_int,
    column: c_int,
}

type Interrupted = unsafe extern "C" fn(Isolate, *mut c_void);

/// The functions of V8.
#[derive(Clone, Copy)]
struct V8 {
    request_interrupt: unsafe extern "C" fn(Isolate, Interrupted, *mut c_void),
    current_stack: unsafe extern "C" fn(Isolate, c_int, c_int) -> Local,
    frame_count: unsafe extern "C" fn(Local) -> c_int,
    frame: unsafe extern "C" fn(Local, Isolate, u32) -> Local,
    location: unsafe extern "C" fn(Local) -> Location,
    script: unsafe extern "C" fn(Local) -> Local,
    function: unsafe extern "C" fn(Local) -> Local,
}

impl V8 {
    fn load() -> Option<Self> {
        let current_stack = b"_ZN2v810StackTrace17CurrentStackTraceEPNS_7IsolateEiNS0_17StackTraceOptionsE\0";
        // SAFETY: each name carries its signature, which is the one of the field.
        unsafe {
            Some(Self {
                request_interrupt: v8::function(b"_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_\0")?,
                current_stack: v8::function(current_stack)?,
                frame_count: v8::function(b"_ZNK2v810StackTrace13GetFrameCountEv\0")?,
                frame: v8::function(b"_ZNK2v810StackTrace8GetFrameEPNS_7IsolateEj\0")?,
                location: v8::function(b"_ZNK2v810StackFrame11GetLocationEv\0")?,
                script: v8::function(b"_ZNK2v810StackFrame24GetScriptNameOrSourceURLEv\0")?,
                function: v8::function(b"_ZNK2v810StackFrame15GetFunctionNameEv\0")?,
            })
        }
    }
}

/// The samplers that V8 was asked for and has not called yet, by their numbers. It is static because V8 calls late, or never where
/// the isolate ends before: so it is given a number, which may mean nothing any more, and owns nothing.
static ASKED: Mutex<BTreeMap<usize, Arc<Sampler>>> = Mutex::new(BTreeMap::new());
/// The number of the next sampler; static as no number may come twice.
static NEXT: AtomicUsize = AtomicUsize::new(1);

/// Samples one thread of JavaScript.
pub(crate) struct Sampler {
    number: usize,
    v8: V8,
    isolate: Isolate,
    /// Null once the thread takes no part any more.
    env: AtomicPtr<c_void>,
    notes: Arc<Notes>,
    /// The raw time of the request, and how long the event loop had been idle then.
    asked: AtomicU64,
    idle: AtomicU64,
    /// So many samples the next look at the thread stands for.
    due: AtomicU64,
    read_idle: Mutex<recorder::source::Idle>,
}

// SAFETY: the isolate's address is given to `RequestInterrupt` alone, which any thread may call while the isolate exists; the
// environment is used on its own thread only.
unsafe impl Send for Sampler {}
// SAFETY: as above; all that changes is atomic or locked.
unsafe impl Sync for Sampler {}

impl Sampler {
    /// One for the calling thread. `None` where V8 has no functions for it.
    pub(crate) fn of(
        env: sys::napi_env,
        notes: Arc<Notes>,
        idle: recorder::source::Idle,
    ) -> Option<Arc<Self>> {
        Some(Arc::new(Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            v8: V8::load()?,
            isolate: v8::current()?,
            env: AtomicPtr::new(env.cast()),
            notes,
            asked: AtomicU64::new(0),
            idle: AtomicU64::new(0),
            due: AtomicU64::new(0),
            read_idle: Mutex::new(idle),
        }))
    }

    /// What the drain calls while the thread takes part, which is while the isolate exists.
    pub(crate) fn ask(self: &Arc<Self>) -> SampleAsk {
        let sampler = self.clone();
        Box::new(move |raw, idle, count| sampler.request(raw, idle, count))
    }

    fn request(self: &Arc<Self>, raw: u64, idle: u64, count: u64) {
        if self.due.fetch_add(count, Ordering::Relaxed) + count == 0 {
            return;
        }
        if asked().insert(self.number, self.clone()).is_some() {
            return;
        }
        self.asked.store(raw, Ordering::Relaxed);
        self.idle.store(idle, Ordering::Relaxed);
        let data = ptr::without_provenance_mut(self.number);
        // SAFETY: the isolate exists, for the drain asks only while the thread takes part; what V8 is given is a number.
        unsafe { (self.v8.request_interrupt)(self.isolate, interrupted, data) };
    }

    /// From here on, nothing is read on the thread any more. The drain must not ask any more.
    pub(crate) fn end(&self) {
        self.env.store(ptr::null_mut(), Ordering::Release);
        asked().remove(&self.number);
    }

    /// Reads the stack, on the thread itself.
    fn read(&self) {
        /// A call that does not come back for longer is long enough.
        const MOST: u64 = 1000;
        let due = self.due.swap(0, Ordering::Relaxed).min(MOST);
        let env: sys::napi_env = self.env.load(Ordering::Acquire).cast();
        if env.is_null() || self.has_rested() {
            return;
        }
        // SAFETY: V8 calls with a handle scope open, on the isolate's thread, where stacks may be read.
        if let Some(frames) = unsafe { self.frames(env) } {
            let asked = self.asked.load(Ordering::Relaxed);
            (0..due).for_each(|_| self.notes.add(Note::Sample(frames.clone(), asked)));
        }
    }

    /// The event loop has waited since the request: what runs now is something else.
    fn has_rested(&self) -> bool {
        let idle = (self.read_idle.lock().unwrap_or_else(PoisonError::into_inner))();
        idle > self.idle.load(Ordering::Relaxed)
    }

    /// Nothing where only this package runs. There are no lines between two callbacks of promises: from Node 24 on, V8 calls there first.
    ///
    /// # Safety
    /// Must run on the isolate's thread with a handle scope open, in the environment.
    unsafe fn frames(&self, env: sys::napi_env) -> Option<String> {
        let mut lines = String::new();
        // SAFETY: by the caller's promise; each handle is checked before it is used, and lives in the caller's scope.
        unsafe {
            let stack = (self.v8.current_stack)(self.isolate, DEPTH, DETAILED);
            if stack.is_null() {
                return None;
            }
            let count = u32::try_from((self.v8.frame_count)(stack)).unwrap_or(0);
            if count == 0 {
                return Some(lines);
            }
            for at in 0..count.min(DEPTH as u32) {
                let frame = (self.v8.frame)(stack, self.isolate, at);
                if frame.is_null() {
                    continue;
                }
                let file = text(env, (self.v8.script)(frame));
                if file.is_empty() || file.starts_with(OWN) {
                    continue;
                }
                let Location { line, column } = (self.v8.location)(frame);
                let function = text(env, (self.v8.function)(frame));
                let place = format!("{file}:{}:{}", line + 1, column + 1);
                let line = if function.is_empty() { place } else { format!("{function} ({place})") };
                lines.push_str(if lines.is_empty() { "    at " } else { "\n    at " });
                lines.push_str(&line);
            }
        }
        Some(lines).filter(|lines| !lines.is_empty())
    }
}

/// # Safety
/// As [`Sampler::frames`], with a value of it or null.
unsafe fn text(env: sys::napi_env, value: Local) -> String {
    const LONGEST: usize = 512;
    let (mut bytes, mut length) = ([0_u8; LONGEST], 0);
    if value.is_null() {
        return String::new();
    }
    // SAFETY: by the caller's promise; at most as many bytes are written as there is room for.
    let status = unsafe {
        sys::napi_get_value_string_utf8(env, value.cast(), bytes.as_mut_ptr().cast(), LONGEST, &mut length)
    };
    if status != sys::Status::napi_ok {
        return String::new();
    }
    String::from_utf8_lossy(&bytes[..length.min(LONGEST)]).into_owned()
}

unsafe extern "C" fn interrupted(_: Isolate, number: *mut c_void) {
    guarded(|| {
        let sampler = asked().remove(&number.addr());
        if let Some(sampler) = sampler {
            sampler.read();
        }
    });
}

fn asked() -> MutexGuard<'static, BTreeMap<usize, Arc<Sampler>>> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}
