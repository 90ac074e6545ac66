//! The recorder's face. The recording belongs to the process: all of its threads take part in the same.

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use napi::bindgen_prelude::{Object, Unknown};
use napi::{Env, Error, Result, Status, sys};
use napi_derive::napi;

use super::plain::{self, Kept};
use crate::layout::BATCH_SIZE;
use crate::recorder::drain::{self, Recording};
use crate::recorder::event::Header;
use crate::recorder::ring::{self, Producer, Ring};
use crate::recorder::shared::Shared;
use crate::recorder::source::{self, Identity, Note, Notes, Source, code};
use crate::recorder::stats::{Latency, TypeStats};

// The promises of a batch end in one run.
const _: () = assert!(BATCH_SIZE as u64 <= source::LONGEST_RUN);

/// The one thing that environments share: they find it here alone, as each of them loads the addon for itself.
static RECORDING: Mutex<Option<Arc<Recording>>> = Mutex::new(None);

fn slot() -> MutexGuard<'static, Option<Arc<Recording>>> {
    RECORDING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failure(what: &str) -> Error {
    Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"))
}

fn recording() -> Result<Arc<Recording>> {
    slot().clone().ok_or_else(|| failure("nothing is recorded"))
}

/// Where things are in the memory of a ring, and what an event looks like; see `docs/recorder.md`.
#[napi(object)]
pub struct RecorderLayout {
    pub min_capacity: u32,
    pub max_capacity: u32,
    pub first_slot: u32,
    pub next: u32,
    pub limit: u32,
    pub init_limit: u32,
    pub dropped: u32,
    pub max_types: u32,
    pub codes: u32,
    pub stacks: u32,
    pub init: u32,
    pub before: u32,
    pub after: u32,
    pub destroy: u32,
    pub resolve: u32,
    pub init_promise: u32,
    pub destroy_run: u32,
    pub mark: u32,
    pub request: u32,
    pub promise_type: u32,
    pub has_room: u32,
    pub has_room_for_init: u32,
}

/// Bits of what `makeRoom` answers.
const HAS_ROOM: u32 = 1;
const HAS_ROOM_FOR_INIT: u32 = 2;

#[napi(catch_unwind)]
pub fn recorder_layout() -> RecorderLayout {
    RecorderLayout {
        min_capacity: ring::MIN_CAPACITY as u32,
        max_capacity: ring::CAPACITY as u32,
        first_slot: ring::FIRST_SLOT as u32,
        next: ring::word::NEXT as u32,
        limit: ring::word::LIMIT as u32,
        init_limit: ring::word::INIT_LIMIT as u32,
        dropped: ring::word::DROPPED as u32,
        max_types: ring::MAX_TYPES as u32,
        codes: source::CODES as u32,
        stacks: source::STACKS as u32,
        init: code::INIT as u32,
        before: code::BEFORE as u32,
        after: code::AFTER as u32,
        destroy: code::DESTROY as u32,
        resolve: code::RESOLVE as u32,
        init_promise: code::INIT_PROMISE as u32,
        destroy_run: code::DESTROY_RUN as u32,
        mark: code::MARK as u32,
        request: code::REQUEST as u32,
        promise_type: source::PROMISE_TYPE,
        has_room: HAS_ROOM,
        has_room_for_init: HAS_ROOM_FOR_INIT,
    }
}

#[napi(object)]
pub struct RecordingStart {
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

/// Whether the process is recorded.
#[napi(catch_unwind)]
pub fn is_recording() -> bool {
    slot().is_some()
}

/// Completes the file. False where nothing was recorded.
#[napi(catch_unwind)]
pub fn stop_recording() -> bool {
    // The next recording, perhaps of the same file, begins when this one has ended.
    let mut slot = slot();
    let Some(recording) = slot.take() else { return false };
    recording.end("stopped");
    true
}

/// For tests: writes what was recorded so far.
#[napi(catch_unwind)]
pub fn flush_recording() -> Result<()> {
    recording()?.flush();
    Ok(())
}

/// For tests: the drain thread looks at nothing while it is paused.
#[napi(catch_unwind)]
pub fn pause_recording(is_paused: bool) -> Result<()> {
    recording()?.pause(is_paused);
    Ok(())
}

// Counts

#[napi(object)]
pub struct LatencyStats {
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
pub struct RecordedType {
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

/// Counts and latencies of all threads, by type.
#[napi(catch_unwind)]
pub fn recording_stats() -> Result<Vec<RecordedType>> {
    Ok(recording()?.stats().iter().map(RecordedType::from).collect())
}

// Taking part

/// A thread that takes part. Its functions carry it; it is freed when the environment ends.
struct Part {
    recording: Arc<Recording>,
    drain: Arc<drain::Shared>,
    ring: Arc<Ring<Shared>>,
    notes: Arc<Notes>,
    producer: Producer,
    thread: u32,
    env: sys::napi_env,
    /// What the ring is in.
    memory: Kept,
}

#[napi(object)]
pub struct Participant {
    /// 0 on the main thread, else the worker's `threadId`.
    pub worker: u32,
    pub name: String,
    /// Whether events of resources that were not announced are left out.
    pub filtered: bool,
}

/// This thread takes part in the recording of the process, which starts here where there is none, with its
/// ring in `memory` (a `Float64Array` on a `SharedArrayBuffer`), until it ends or the recording does.
#[napi(
    catch_unwind,
    ts_args_type = "memory: Float64Array, participant: Participant, start: RecordingStart",
    ts_return_type = "Recorder"
)]
pub fn join_recording<'env>(
    env: &'env Env,
    memory: Unknown,
    participant: Participant,
    start: RecordingStart,
) -> Result<Object<'env>> {
    let (memory, capacity, kept) = slots_of(env, &memory)?;
    // SAFETY: the memory of a SharedArrayBuffer stays where it is; the reference made by `slots_of` keeps it
    // for as long as the environment. The cleanup hook below, which runs before that ends, takes the
    // ring from the drain; the producer runs on this environment's thread.
    let ring = Arc::new(Ring::new(unsafe { Shared::new(memory, capacity) }));
    let notes = Arc::new(Notes::default());
    let Participant { worker, name, filtered } = participant;
    // Held until the thread takes part: the recording that is found here cannot end meanwhile.
    let mut slot = slot();
    let recording = match &*slot {
        Some(recording) => recording.clone(),
        None => match start.start() {
            Ok(recording) => {
                end_with_process();
                slot.insert(Arc::new(recording)).clone()
            }
            Err(error) => {
                // SAFETY: env belongs to the call that is running; nobody reads the memory.
                unsafe { kept.delete(env.raw()) };
                return Err(error);
            }
        },
    };
    let drain = recording.shared();
    let source = Source::new(
        ring.clone(),
        notes.clone(),
        Identity { worker, name },
        filtered,
        idle_of(env),
        drain.clock().now(),
    );
    let thread = recording.join(source);
    drop(slot);
    let producer = Producer::new();
    let part = Part { recording, drain, ring, notes, producer, thread, env: env.raw(), memory: kept };
    let part = Box::into_raw(Box::new(part));
    // SAFETY: env belongs to the call that is running; Node calls the hook once, with the part.
    let added = unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(leave), part.cast()) };
    if let Err(error) = napi::check_status!(added) {
        // SAFETY: the hook was not added, so this is the one call with the part. The drain must not read on.
        unsafe { leave(part.cast()) };
        return Err(error);
    }
    functions(env, part)
}

/// The environment ends, and no JavaScript runs in it any more.
unsafe extern "C" fn leave(part: *mut c_void) {
    // SAFETY: made in `join_recording`, and freed here alone.
    let part = unsafe { Box::from_raw(part.cast::<Part>()) };
    // Held while the recording ends, if this is its last thread: nobody joins it any more.
    let mut slot = slot();
    if part.recording.leave(part.thread, "exit")
        && slot.as_ref().is_some_and(|current| Arc::ptr_eq(current, &part.recording))
    {
        *slot = None;
    }
    drop(slot);
    // SAFETY: the environment is there until its cleanup hooks have run; nobody reads the ring any more.
    unsafe { part.memory.delete(part.env) };
}

/// The functions of a thread that takes part. The first two run for many events.
fn functions<'env>(env: &'env Env, part: *mut Part) -> Result<Object<'env>> {
    let callbacks: [(&str, plain::Callback); 5] = [
        ("stamp", stamp),
        ("makeRoom", make_room),
        ("addType", add_type),
        ("addStack", add_stack),
        ("addMark", add_mark),
    ];
    // SAFETY: all take their data for a part, which lives as long as the environment's JavaScript.
    unsafe { plain::functions(env, &callbacks, part.cast()) }
}

/// `stamp()`: publishes the event of one slot that was stored behind the head, with its time in front, and all before it.
unsafe extern "C" fn stamp(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some(part) = unsafe { plain::data::<Part>(env, info) } {
        // SAFETY: the part lives as long as this function is called, on this thread alone.
        let part = unsafe { &*part };
        part.producer.stamp(&part.ring, part.drain.clock().raw());
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
        let mut bits = 0;
        if !part.drain.is_over() {
            let room = part.producer.room(&part.ring, part.drain.clock().raw());
            part.drain.wake();
            bits = u32::from(room.any) * HAS_ROOM + u32::from(room.init) * HAS_ROOM_FOR_INIT;
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
        notes.add(kind(unsafe { text(env, argument) }.unwrap_or_default()));
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

/// Completes the file when the process ends, as by `process.exit`, which runs no cleanup hook.
fn end_with_process() {
    static ONCE: Once = Once::new();
    extern "C" fn at_exit() {
        // Nobody waits at the end of the process for a lock that a thread may hold that is gone.
        let Ok(slot) = RECORDING.try_lock() else { return };
        if let Some(recording) = &*slot {
            recording.end_with_process();
        }
    }
    ONCE.call_once(|| {
        // SAFETY: a function of the C library, and a callback that unwinds nowhere.
        unsafe { atexit(at_exit) };
    });
}
