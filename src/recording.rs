//! The recorder's face. The recording belongs to the process: all of its threads take part in the same.

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use napi::bindgen_prelude::{JsObjectValue, Object, ToNapiValue, Unknown};
use napi::{Env, Error, Result, Status, sys};
use napi_derive::napi;

use crate::plain::{self, Kept};
use crate::sampler::Sampler;
use engine::layout::BATCH_SIZE;
use recorder::drain::{self, Recording};
use recorder::event::Header;
use recorder::ring::{self, Producer, Ring};
use recorder::shared::Shared;
use recorder::source::{self, Identity, Note, Notes, Source};
use recorder::stats::{Latency, TypeStats};

// The promises of a batch end in one run.
const _: () = assert!(BATCH_SIZE as u64 <= source::LONGEST_RUN);

/// The recording of the process.
struct Slot {
    current: Option<Arc<Recording>>,
    /// Whether one was ended by hand. Then no thread begins another but by hand.
    was_stopped: bool,
}

/// The one thing that environments share: they find it here alone, as each of them loads the addon for itself. Nobody
/// waits for an output while he holds it.
static RECORDING: Mutex<Slot> = Mutex::new(Slot { current: None, was_stopped: false });

fn slot() -> MutexGuard<'static, Slot> {
    RECORDING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slot {
    /// Takes a recording away that has ended, if it is still the current one.
    fn remove(&mut self, recording: &Arc<Recording>) -> bool {
        let is_current = self.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, recording));
        if is_current {
            self.current = None;
        }
        is_current
    }
}

fn failure(what: &str) -> Error {
    Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"))
}

fn recording() -> Result<Arc<Recording>> {
    slot().current.clone().ok_or_else(|| failure("nothing is recorded"))
}

#[napi(object)]
pub(crate) struct RecordingStart {
    pub file: String,
    pub node: String,
    pub argv: Vec<String>,
    pub platform: String,
    /// As JSON, for the file's header.
    pub options: String,
}

impl RecordingStart {
    fn start(self) -> Result<Recording> {
        let Self { file, node, argv, platform, options } = self;
        let header = Header { pid: std::process::id(), node, argv, wall_ns: 0, platform, options };
        Recording::start(Path::new(&file), header)
            .map_err(|error| failure(&format!("no thread for the recorder ({error})")))
    }
}

/// For tests: writes what was recorded so far.
#[napi(catch_unwind)]
pub(crate) fn flush_recording() -> Result<()> {
    recording()?.flush();
    Ok(())
}

/// For tests: the drain thread looks at nothing while it is paused.
#[napi(catch_unwind)]
pub(crate) fn pause_recording(is_paused: bool) -> Result<()> {
    recording()?.pause(is_paused);
    Ok(())
}

// Counts

#[napi(object)]
pub(crate) struct LatencyStats {
    pub count: f64,
    pub total: f64,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl From<&Latency> for LatencyStats {
    fn from(latency: &Latency) -> Self {
        Self {
            count: latency.count as f64,
            total: latency.total as f64,
            p50: latency.percentile(50.0) as f64,
            p99: latency.percentile(99.0) as f64,
            max: latency.max as f64,
        }
    }
}

#[napi(object)]
pub(crate) struct RecordedType {
    pub name: String,
    pub created: f64,
    pub alive: f64,
    pub callbacks: f64,
    pub dropped: f64,
    pub wait: LatencyStats,
    pub run: LatencyStats,
    pub lifetime: LatencyStats,
}

impl From<&TypeStats> for RecordedType {
    fn from(stats: &TypeStats) -> Self {
        Self {
            name: stats.name.clone(),
            created: stats.created as f64,
            alive: stats.alive as f64,
            callbacks: stats.callbacks as f64,
            dropped: stats.dropped as f64,
            wait: (&stats.wait).into(),
            run: (&stats.run).into(),
            lifetime: (&stats.lifetime).into(),
        }
    }
}

// Taking part

/// A thread that takes part. Its functions carry it; it is freed when the environment ends.
struct Part {
    recording: Arc<Recording>,
    drain: Arc<drain::Shared>,
    ring: Arc<Ring<Shared>>,
    notes: Arc<Notes>,
    sampler: Option<Arc<Sampler>>,
    producer: Producer,
    thread: u32,
    env: sys::napi_env,
    /// What the ring is in. Let go when the recording is over, after which nobody touches the ring.
    memory: Option<Kept>,
}

impl Part {
    /// Takes the ring from the drain and lets go of its memory. For the part's own thread.
    fn release(&mut self) {
        if let Some(sampler) = &self.sampler {
            sampler.end();
        }
        // Afterwards the drain knows the thread no more, if it still did.
        self.recording.leave(self.thread, "exit");
        if let Some(memory) = self.memory.take() {
            // SAFETY: called on the environment's thread, before it is gone; nobody reads the ring any more.
            unsafe { memory.delete(self.env) };
        }
    }

    /// Ends the recording of the process, if it is still this one.
    fn stop(&self) {
        let mut slot = slot();
        if !slot.remove(&self.recording) {
            return;
        }
        slot.was_stopped = true;
        // The next one begins when this one has taken all that it takes.
        self.recording.end("stopped");
        drop(slot);
        self.recording.close();
    }
}

#[napi(object)]
pub(crate) struct Participant {
    /// 0 on the main thread, else the worker's `threadId`.
    pub worker: u32,
    pub name: String,
    /// Whether events of resources that were not announced are left out.
    pub filtered: bool,
    /// Whether it is noted now and then where the thread runs.
    pub samples: bool,
    /// Whether it begins a recording even where one was stopped by hand.
    pub insists: bool,
}

/// This thread takes part in the recording of the process, which starts here where there is none, with its
/// ring in `memory` (a `Float64Array` on a `SharedArrayBuffer`), until it ends or the recording does. Answers `null` where
/// there is none and it does not insist.
#[napi(catch_unwind)]
pub(crate) fn join_recording<'env>(
    env: &'env Env,
    memory: Unknown,
    participant: Participant,
    start: RecordingStart,
) -> Result<Option<Object<'env>>> {
    let (memory, capacity, kept) = slots_of(env, &memory)?;
    // SAFETY: the memory of a SharedArrayBuffer stays where it is; the reference made by `slots_of` keeps it
    // for as long as the environment. The cleanup hook below, which runs before that ends, takes the
    // ring from the drain; the producer runs on this environment's thread.
    let ring = Arc::new(Ring::new(unsafe { Shared::new(memory, capacity) }));
    let notes = Arc::new(Notes::default());
    let Participant { worker, name, filtered, samples, insists } = participant;
    // Held until the thread takes part: the recording that is found here cannot end meanwhile.
    let mut slot = slot();
    let recording = match &slot.current {
        Some(recording) => Ok(recording.clone()),
        None if slot.was_stopped && !insists => Err(None),
        None => start.start().map_err(Some).map(|recording| {
            outlive_environments();
            slot.current.insert(Arc::new(recording)).clone()
        }),
    };
    let recording = match recording {
        Ok(recording) => recording,
        Err(error) => {
            // SAFETY: env belongs to the call that is running; nobody reads the memory.
            unsafe { kept.delete(env.raw()) };
            return error.map_or(Ok(None), Err);
        }
    };
    let drain = recording.shared();
    let mut source = Source::new(
        ring.clone(),
        notes.clone(),
        Identity { worker, name },
        filtered,
        idle_of(env),
        drain.clock().now(),
    );
    let sampler =
        idle_of(env).filter(|_| samples).and_then(|idle| Sampler::of(env.raw(), notes.clone(), idle));
    if let Some(sampler) = &sampler {
        source = source.with_samples(sampler.ask());
    }
    let thread = recording.join(source);
    drop(slot);
    let producer = Producer::default();
    let env_of = env.raw();
    let part =
        Part { recording, drain, ring, notes, sampler, producer, thread, env: env_of, memory: Some(kept) };
    let part = Box::into_raw(Box::new(part));
    // SAFETY: env belongs to the call that is running; Node calls the hook once, with the part.
    let added = unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(leave), part.cast()) };
    if let Err(error) = napi::check_status!(added) {
        // SAFETY: the hook was not added, so this is the one call with the part. The drain must not read on.
        unsafe { leave(part.cast()) };
        return Err(error);
    }
    functions(env, part).map(Some)
}

/// The environment ends, and no JavaScript runs in it any more.
unsafe extern "C" fn leave(part: *mut c_void) {
    // SAFETY: made in `join_recording`, and freed here alone.
    let mut part = unsafe { Box::from_raw(part.cast::<Part>()) };
    guarded(|| {
        // Held while the recording ends, if this is its last thread: nobody joins it any more.
        let mut slot = slot();
        let is_last = part.recording.leave(part.thread, "exit");
        if is_last {
            slot.remove(&part.recording);
        }
        drop(slot);
        part.release();
        if is_last {
            part.recording.close();
        }
    });
}

/// Node's callbacks unwind nowhere. A panic has said itself what it is.
fn guarded<T: Default>(act: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_default()
}

/// The functions of a thread that takes part. The first two run for many events.
fn functions<'env>(env: &'env Env, part: *mut Part) -> Result<Object<'env>> {
    let callbacks: [(&str, plain::Callback); 11] = [
        ("stamp", stamp),
        ("makeRoom", make_room),
        ("addType", add_type),
        ("addStack", add_stack),
        ("addMark", add_mark),
        ("addFact", add_fact),
        ("addEnding", add_ending),
        ("stats", stats),
        ("isOver", is_over),
        ("stop", stop),
        ("release", release),
    ];
    // SAFETY: the part lives as long as the environment's JavaScript.
    let file = unsafe { &*part }.recording.path().map(|path| path.to_string_lossy().into_owned());
    // SAFETY: all take their data for a part.
    let mut functions = unsafe { plain::functions(env, &callbacks, part.cast()) }?;
    functions.set_named_property("file", file)?;
    Ok(functions)
}

/// `stamp()`: publishes the event of one slot that was stored behind the head, with its time in front, and all before it.
unsafe extern "C" fn stamp(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: the part lives as long as this function is called, on this thread alone.
        let part = unsafe { &*part };
        // Then the memory of the ring may be gone.
        if !part.drain.is_over() {
            part.producer.stamp(&part.ring, part.drain.clock().raw());
        }
    }
    ptr::null_mut()
}

/// `makeRoom()`: publishes the time, sets the limits, and answers what there is room for.
unsafe extern "C" fn make_room(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: as in `stamp`, and nothing else borrows from it meanwhile.
        let part = unsafe { &mut *part };
        let mut bits = ring::IS_OVER;
        if !part.drain.is_over() {
            let room = part.producer.room(&part.ring, part.drain.clock().raw());
            part.drain.wake();
            bits = u32::from(room.any) * ring::HAS_ROOM + u32::from(room.init) * ring::HAS_ROOM_FOR_INIT;
        }
        // SAFETY: env belongs to the call that is running.
        unsafe { sys::napi_create_uint32(env, bits, &mut answer) };
    }
    answer
}

unsafe extern "C" fn add_type(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { note(env, info, Note::Type) }
}

unsafe extern "C" fn add_stack(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { note(env, info, Note::Stack) }
}

unsafe extern "C" fn add_mark(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { note(env, info, Note::Mark) }
}

unsafe extern "C" fn add_fact(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { note(env, info, Note::Fact) }
}

unsafe extern "C" fn add_ending(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { note(env, info, Note::Ending) }
}

/// `stats()`: counts and latencies of all threads, by type.
unsafe extern "C" fn stats(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    let Some(part) = (unsafe { plain::data::<Part>(env, info) }) else { return ptr::null_mut() };
    // SAFETY: as in `stamp`.
    let recording = unsafe { &(*part).recording };
    let all: Vec<RecordedType> = guarded(|| recording.stats().iter().map(RecordedType::from).collect());
    // SAFETY: env belongs to the call that is running. It fails where the thread is ending.
    unsafe { Vec::to_napi_value(env, all) }.unwrap_or(ptr::null_mut())
}

/// `isOver()`: whether the recording has ended, by this thread or another one.
unsafe extern "C" fn is_over(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: as in `stamp`; env belongs to the call that is running.
        unsafe { sys::napi_get_boolean(env, (*part).drain.is_over(), &mut answer) };
    }
    answer
}

/// `stop()`: ends the recording.
unsafe extern "C" fn stop(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: as in `stamp`.
        guarded(|| unsafe { &*part }.stop());
    }
    ptr::null_mut()
}

/// `release()`: lets go of the memory of a recording that is over.
unsafe extern "C" fn release(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: as in `make_room`.
        let part = unsafe { &mut *part };
        if part.drain.is_over() {
            guarded(|| part.release());
        }
    }
    ptr::null_mut()
}

/// Notes the text that JavaScript gives.
///
/// # Safety
/// `env` and `info` must be those of a call to a function that [`functions`] made.
unsafe fn note(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    kind: fn(String) -> Note,
) -> sys::napi_value {
    // SAFETY: by the caller's promise.
    if let Some((part, argument)) = unsafe { plain::arguments::<Part>(env, info) } {
        // SAFETY: as in `stamp`.
        let notes = unsafe { &(*part).notes };
        // A text that cannot be had stays without a name, so that indices count on.
        // SAFETY: env and argument belong to the call that is running.
        guarded(|| notes.add(kind(unsafe { text(env, argument) }.unwrap_or_default())));
    }
    ptr::null_mut()
}

/// # Safety
/// `env` and `value` must belong to the call that is running.
unsafe fn text(env: sys::napi_env, value: sys::napi_value) -> Option<String> {
    let mut length = 0;
    // SAFETY: by the caller's promise; the buffer has room for what was announced and a NUL.
    unsafe {
        let status = sys::napi_get_value_string_utf8(env, value, ptr::null_mut(), 0, &mut length);
        if status != sys::Status::napi_ok {
            return None;
        }
        let mut bytes = vec![0_u8; length + 1];
        let buffer = bytes.as_mut_ptr().cast();
        sys::napi_get_value_string_utf8(env, value, buffer, bytes.len(), &mut length);
        bytes.truncate(length);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Checks that `memory` is what [`join_recording`] asks for, and keeps it alive with the environment.
fn slots_of(env: &Env, memory: &Unknown) -> Result<(NonNull<u64>, usize, Kept)> {
    let lengths = ring::FIRST_SLOT + ring::MIN_CAPACITY..=ring::SLOTS;
    let fitting = plain::numbers(env, memory).filter(|(_, length)| lengths.contains(length));
    let (slots, length) =
        fitting.ok_or_else(|| failure("the recorder's memory is a Float64Array of another length"))?;
    Ok((slots.cast(), length - ring::FIRST_SLOT, Kept::new(env, memory)?))
}

/// An event loop's address, for libuv's one function that any thread may call.
struct Loop(*mut sys::uv_loop_s);

// SAFETY: it is given to `uv_metrics_idle_time` alone, which locks.
unsafe impl Send for Loop {}

/// Tells how long the event loop has been idle, where libuv has a function for it.
fn idle_of(env: &Env) -> Option<source::Idle> {
    type IdleTime = unsafe extern "C" fn(*mut sys::uv_loop_s) -> u64;
    #[cfg(unix)]
    let program = libloading::os::unix::Library::this();
    #[cfg(windows)]
    let program = libloading::os::windows::Library::this().ok()?;
    let mut event_loop = ptr::null_mut();
    // SAFETY: the name is looked up with the signature that uv.h gives it; env belongs to the call that is
    // running.
    let idle_time = unsafe {
        if sys::napi_get_uv_event_loop(env.raw(), &mut event_loop) != sys::Status::napi_ok {
            return None;
        }
        *program.get::<IdleTime>(b"uv_metrics_idle_time\0").ok()?
    };
    let event_loop = Loop(event_loop);
    Some(Box::new(move || {
        let Loop(address) = &event_loop;
        // SAFETY: the loop lives as long as the environment, which takes its ring from the drain, and this
        // function with it, before it ends.
        unsafe { idle_time(*address) }
    }))
}

unsafe extern "C" {
    fn atexit(callback: extern "C" fn()) -> c_int;
}

/// A recording may have threads that still run when the last environment is gone, and what completes it runs when the
/// process ends. So the addon is not unloaded any more; and the file is completed at the end of a process that runs no
/// cleanup hook, as with `process.exit`.
fn outlive_environments() {
    static ONCE: Once = Once::new();
    extern "C" fn at_exit() {
        // Nobody waits at the end of the process for a lock that a thread may hold that is gone.
        let Ok(slot) = RECORDING.try_lock() else { return };
        if let Some(recording) = &slot.current {
            guarded(|| recording.end_with_process("process.exit()"));
        }
    }
    ONCE.call_once(|| {
        stay_loaded(at_exit as *const c_void);
        // SAFETY: a function of the C library, and a callback that unwinds nowhere.
        unsafe { atexit(at_exit) };
    });
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
    let mut module = ptr::null_mut();
    // SAFETY: by these flags it takes an address, and writes to a local.
    unsafe { GetModuleHandleExW(FLAGS, address, &mut module) };
}
