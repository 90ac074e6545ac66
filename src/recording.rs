//! The recording of the process, for a thread of JavaScript that takes part.

use std::ffi::c_void;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, JsObjectValue, Object, ToNapiValue, Unknown};
use napi::{Env, Error, Result, Status, Task, sys};
use napi_derive::napi;

use crate::collections::Collections;
use crate::counters::Counters;
use crate::plain::{self, Kept, guarded};
use crate::sampler::Sampler;
use engine::layout::{BATCH_SIZE, FIRST_ID};
use recorder::event::{self, Header};
use recorder::keep::{FEWEST_BYTES, Keep};
use recorder::process::{self, Identity, Part, Process};
use recorder::ring;
use recorder::shared::Shared;
use recorder::source::{self, Note, Notes};
use recorder::stats::{Latency, TypeStats};

const _: () = {
    assert!(BATCH_SIZE as u64 <= source::LONGEST_RUN, "the promises of a batch end in one run");
    assert!(FIRST_ID as u64 == event::FIRST_OWN, "files tell the package's own ids by their size");
};

fn failure(what: &str) -> Error {
    Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"))
}

#[napi(object)]
pub(crate) struct RecordingStart {
    pub file: String,
    pub node: String,
    pub argv: Vec<String>,
    pub platform: String,
    /// As JSON, for the file's header.
    pub options: String,
    /// Bytes of the recording that are kept, the newest, and milliseconds, where that is limited, too. All of it where both are missing.
    pub keep_bytes: Option<f64>,
    pub keep_ms: Option<f64>,
    /// The number of the signal that asks for a copy of what is kept.
    pub dumps_on: Option<i32>,
}

fn start_of(start: RecordingStart) -> process::Start {
    let RecordingStart { file, node, argv, platform, options, keep_bytes, keep_ms, dumps_on } = start;
    let header = Header { pid: std::process::id(), node, argv, platform, options, ..Header::default() };
    let keep = keep_bytes.map(|bytes| Keep {
        bytes: (bytes as u64).max(FEWEST_BYTES),
        time: keep_ms.map_or(u64::MAX, |ms| (ms as u64).saturating_mul(1_000_000)),
    });
    process::Start { file: file.into(), header, keep, dumps_on }
}

/// Copies what is kept of a recording, on a thread of Node's.
pub(crate) struct Dump(PathBuf);

impl Task for Dump {
    type Output = PathBuf;
    type JsValue = String;

    fn compute(&mut self) -> Result<PathBuf> {
        let dump = catch_unwind(AssertUnwindSafe(|| Process::this().dump(&self.0)));
        let dumped = dump.unwrap_or_else(|_| Err(io::Error::other("the recorder failed")));
        dumped.map_err(|error| failure(&format!("{} cannot be written: {error}", self.0.display())))
    }

    fn resolve(&mut self, _: Env, path: PathBuf) -> Result<String> {
        Ok(path.to_string_lossy().into_owned())
    }
}

/// Copies what is kept of the recording, up to now, to a new file. Answers its name, which has a number where something else has the
/// one that was asked for.
#[napi(catch_unwind, ts_return_type = "Promise<string>")]
pub(crate) fn dump_recording(file: String) -> AsyncTask<Dump> {
    AsyncTask::new(Dump(file.into()))
}

/// Whether this process is recorded.
#[napi(catch_unwind)]
pub(crate) fn is_recording() -> bool {
    Process::this().is_recording()
}

/// For tests: writes what was recorded so far.
#[napi(catch_unwind)]
pub(crate) fn flush_recording() -> Result<()> {
    recorded(Process::this().flush())
}

/// For tests: the drain thread looks at nothing while it is paused.
#[napi(catch_unwind)]
pub(crate) fn pause_recording(is_paused: bool) -> Result<()> {
    recorded(Process::this().pause(is_paused))
}

fn recorded(is_recorded: bool) -> Result<()> {
    if is_recorded { Ok(()) } else { Err(failure("nothing is recorded")) }
}

// Counts

/// In nanoseconds.
#[napi(object)]
pub(crate) struct RecordedLatency {
    pub count: f64,
    pub total: f64,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl From<&Latency> for RecordedLatency {
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
    pub wait: RecordedLatency,
    pub run: RecordedLatency,
    pub lifetime: RecordedLatency,
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

/// What the functions of a thread that takes part carry; it is freed when the environment ends.
struct Carried {
    part: Part,
    sampler: Option<Arc<Sampler>>,
    /// These where V8 has functions for them, and counters from the first look on.
    collections: Option<Collections>,
    counters: Option<Counters>,
    env: sys::napi_env,
    /// What the ring is in. Let go when the recording is over, after which nobody touches the ring.
    memory: Option<Kept>,
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
#[napi(
    catch_unwind,
    ts_args_type = "memory: Float64Array, participant: Participant, start: RecordingStart",
    ts_return_type = "RecorderFunctions | null"
)]
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
    let memory = unsafe { Shared::new(memory, capacity) };
    let Participant { worker, name, filtered, samples, insists } = participant;
    let identity = Identity { worker, name };
    let mut sampler = None;
    let mut sample = |notes: &Arc<Notes>| {
        let idle = idle_of(env).filter(|_| samples)?;
        sampler = Sampler::of(env.raw(), notes.clone(), idle);
        sampler.as_ref().map(Sampler::ask)
    };
    let participant =
        process::Participant { identity, filtered, insists, idle: idle_of(env), sampler: &mut sample };
    let start = start_of(start);
    let part = match Process::this().join(memory, participant, start) {
        Ok(Some(part)) => part,
        refused => {
            // SAFETY: env belongs to the call that is running; nobody reads the memory.
            unsafe { kept.delete(env.raw()) };
            return match refused {
                Err(error) => Err(failure(&format!("no thread for the recorder ({error})"))),
                Ok(_) => Ok(None),
            };
        }
    };
    let file = part.file().map(|path| path.to_string_lossy().into_owned());
    let ages = part.ages();
    let carried = Box::into_raw(Box::new(Carried {
        part,
        sampler,
        collections: Collections::new(),
        counters: None,
        env: env.raw(),
        memory: Some(kept),
    }))
    .cast();
    // SAFETY: env belongs to the call that is running; Node calls the hook once, with what it carries.
    let added = unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(leave), carried) };
    if let Err(error) = napi::check_status!(added) {
        // SAFETY: the hook was not added, so this is its one call. The drain must not read on.
        unsafe { leave(carried) };
        return Err(error);
    }
    // SAFETY: all take their data for this, which lives as long as the environment's JavaScript.
    let mut functions = unsafe { plain::functions(env, &FUNCTIONS, carried) }?;
    functions.set_named_property("file", file)?;
    functions.set_named_property("ages", ages)?;
    Ok(Some(functions))
}

/// The environment ends, and no JavaScript runs in it any more.
unsafe extern "C" fn leave(carried: *mut c_void) {
    guarded(|| {
        // SAFETY: made in `join_recording`, and freed here alone.
        let Carried { part, sampler, collections, counters, env, memory } =
            *unsafe { Box::from_raw(carried.cast::<Carried>()) };
        drop((counters, collections));
        part.leave();
        if let Some(sampler) = sampler {
            sampler.end();
        }
        if let Some(memory) = memory {
            // SAFETY: called on the environment's thread, before it is gone.
            unsafe { memory.delete(env) };
        }
    });
}

/// The functions of a thread that takes part. The first two run for many events.
const FUNCTIONS: [(&str, plain::Callback); 16] = [
    ("stamp", stamp),
    ("makeRoom", make_room),
    ("addType", add_type),
    ("addStack", add_stack),
    ("knowStacks", know_stacks),
    ("knownStack", known_stack),
    ("learnStack", learn_stack),
    ("collected", collected),
    ("addMark", add_mark),
    ("addFact", add_fact),
    ("addEnding", add_ending),
    ("stats", stats),
    ("isOver", is_over),
    ("stop", stop),
    ("exit", exit),
    ("release", release),
];

/// Does something with what the function carries. `None` where the thread is ending.
///
/// # Safety
/// `env` and `info` must be those of a call to one of [`FUNCTIONS`], and `act` must not run JavaScript.
unsafe fn with<R>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    act: impl FnOnce(&mut Carried) -> R,
) -> Option<R> {
    // SAFETY: by the caller's promise.
    let carried = unsafe { plain::data::<Carried>(env, info) }?;
    // SAFETY: it lives as long as this function is called, on this thread alone, and one call at a time.
    guarded(|| act(unsafe { &mut *carried }))
}

/// `stamp()`: publishes the event of one slot that was stored behind the head, with its time in front, and all before it.
unsafe extern "C" fn stamp(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { with(env, info, |carried| carried.part.stamp()) };
    ptr::null_mut()
}

/// `makeRoom()`: publishes the time, sets the limits, and answers what there is room for.
unsafe extern "C" fn make_room(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info.
    if let Some(room) = unsafe { with(env, info, |carried| carried.part.make_room()) } {
        let bits = room.map_or(ring::IS_OVER, |room| {
            u32::from(room.any) * ring::HAS_ROOM + u32::from(room.init) * ring::HAS_ROOM_FOR_INIT
        });
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

/// `knowStacks()`: from here on stacks are known by their program counters. Answers whether they can be.
unsafe extern "C" fn know_stacks(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let begin = |carried: &mut Carried| {
        carried.counters = carried.collections.as_ref().and_then(|of| Counters::new(of.seen.clone()));
        carried.counters.is_some()
    };
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info, and env belongs to the call that is running.
    unsafe {
        let can = with(env, info, begin).unwrap_or(false);
        sys::napi_get_boolean(env, can, &mut answer);
    }
    answer
}

/// `knownStack()`: the stack that this is called with, 0 where it is not known.
unsafe extern "C" fn known_stack(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let look = |carried: &mut Carried| carried.counters.as_mut().and_then(Counters::look);
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info, and env belongs to the call that is running.
    unsafe {
        let stack = with(env, info, look).flatten().unwrap_or(0);
        sys::napi_create_uint32(env, stack, &mut answer);
    }
    answer
}

/// `learnStack(stack, frames)`: what [`known_stack`] was asked for last, which so many frames from the top decide.
unsafe extern "C" fn learn_stack(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some((carried, [stack, frames])) = unsafe { plain::whole_numbers::<Carried, 2>(env, info) } {
        // SAFETY: as in `with`.
        let counters = unsafe { (*carried).counters.as_mut() };
        guarded(|| counters.map(|counters| counters.learn(stack, frames as usize)));
    }
    ptr::null_mut()
}

/// `collected()`: how many microseconds ago a collection of everything began, -1 where none has ended since the last call.
unsafe extern "C" fn collected(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let take = |carried: &mut Carried| carried.collections.as_ref().and_then(Collections::take);
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info, and env belongs to the call that is running.
    unsafe {
        let ago = with(env, info, take).flatten().map_or(-1.0, |ago| ago as f64);
        sys::napi_create_double(env, ago, &mut answer);
    }
    answer
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
    let all = unsafe { with(env, info, |carried| carried.part.stats()) }.unwrap_or_default();
    let all: Vec<RecordedType> = all.iter().map(RecordedType::from).collect();
    // SAFETY: env belongs to the call that is running. It fails where the thread is ending.
    unsafe { Vec::to_napi_value(env, all) }.unwrap_or(ptr::null_mut())
}

/// `isOver()`: whether the recording has ended, by this thread or another one.
unsafe extern "C" fn is_over(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let mut answer = ptr::null_mut();
    // SAFETY: Node calls with its own env and info.
    if let Some(is_over) = unsafe { with(env, info, |carried| carried.part.is_over()) } {
        // SAFETY: env belongs to the call that is running.
        unsafe { sys::napi_get_boolean(env, is_over, &mut answer) };
    }
    answer
}

/// `stop()`: ends the recording.
unsafe extern "C" fn stop(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { with(env, info, |carried| carried.part.stop()) };
    ptr::null_mut()
}

/// `exit()`: ends the recording before the process ends.
unsafe extern "C" fn exit(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    unsafe { with(env, info, |carried| carried.part.exit()) };
    ptr::null_mut()
}

/// `release()`: lets go of the memory of a recording that is over.
unsafe extern "C" fn release(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let release = |carried: &mut Carried| {
        (carried.counters, carried.collections) = (None, None);
        if carried.part.release()
            && let Some(memory) = carried.memory.take()
        {
            // SAFETY: the function runs in the environment that it carries.
            unsafe { memory.delete(carried.env) };
        }
    };
    // SAFETY: Node calls with its own env and info.
    unsafe { with(env, info, release) };
    ptr::null_mut()
}

/// Notes the text that JavaScript gives.
///
/// # Safety
/// `env` and `info` must be those of a call to one of [`FUNCTIONS`].
unsafe fn note(
    env: sys::napi_env,
    info: sys::napi_callback_info,
    kind: fn(String) -> Note,
) -> sys::napi_value {
    // SAFETY: by the caller's promise.
    if let Some((carried, argument)) = unsafe { plain::arguments::<Carried>(env, info) } {
        // A text that cannot be had stays without a name, so that indices count on.
        // SAFETY: env and argument belong to the call that is running; else as in `with`.
        guarded(|| unsafe { (*carried).part.note(kind(text(env, argument).unwrap_or_default())) });
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
