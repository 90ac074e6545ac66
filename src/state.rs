//! The thread's state, kept as the instance data of its Node environment.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use napi::bindgen_prelude::{Object, Unknown};
use napi::{Env, Error, JsValue, Result, Status, sys};
use napi_derive::napi;

use crate::callback::Callback;
use crate::frames::Frames;
use crate::plain::{self, Kept, guarded};
use crate::turn::Turn;
use crate::weak::Weak;
use engine::destroys::Runs;
use engine::hooks::Wants;
use engine::layout::SLOTS;
use engine::memory::Memory;
use engine::thread::Thread;

struct State {
    thread: Thread,
    /// What `thread` has its numbers in.
    memory: Kept,
    turn: Turn,
    callbacks: Callbacks,
    /// The tokens of the batches, by slot.
    tokens: Vec<Weak>,
    /// The storages that are watched for their end, by position.
    storages: Vec<Option<Weak>>,
    /// What the functions of [`native_frames`] carry; boxed, so that it stays where it is.
    frames: Option<Box<Frames>>,
}

/// The functions in JavaScript that the event loop and the garbage collector lead to.
#[derive(Clone, Copy)]
struct Callbacks {
    /// The event loop turned.
    turn: Callback,
    /// Told of the first id and the count of a run of ids whose `destroy` was asked for.
    destroy: Callback,
    /// The same for promises that were collected.
    collected: Callback,
    /// So many promises were watched without a turn of the event loop that they were looked through.
    looked: Callback,
    /// Told of the position of a storage that was collected.
    storage_collected: Callback,
}

impl Callbacks {
    /// # Safety
    /// Must run on the environment's thread, with nothing of the state borrowed:
    /// JavaScript may call back into it.
    unsafe fn tell(callback: Callback, runs: &Runs) {
        for run in runs.iter() {
            // SAFETY: by the caller's promise.
            unsafe { callback.call([run.first, f64::from(run.count)]) };
        }
    }
}

fn state(env: &Env) -> Result<&'static mut State> {
    env.get_instance_data::<State>()?.ok_or_else(|| {
        Error::new(Status::GenericFailure, "async-hooks-rs: the thread was not opened; call openThread first")
    })
}

/// Makes this thread's state, over `memory` (a `Float64Array` of `layout().slots` on
/// a `SharedArrayBuffer`). `on_turn` is called when the event loop turns after
/// `askTurn`, `on_destroy` with the first id and the count of a run of ids whose
/// `destroy` was asked for, `on_collected` likewise for promises that are gone, `on_looked` where
/// those were looked for because the event loop does not turn,
/// `on_storage_collected` with the position of a storage that is gone. Returns `closeBatch`. Once per environment.
#[napi(catch_unwind)]
pub(crate) fn open_thread<'env>(
    env: &'env Env,
    memory: Unknown,
    on_turn: Unknown,
    on_destroy: Unknown,
    on_collected: Unknown,
    on_looked: Unknown,
    on_storage_collected: Unknown,
) -> Result<Unknown<'env>> {
    if env.get_instance_data::<State>()?.is_some() {
        return Err(Error::new(Status::GenericFailure, "async-hooks-rs: the thread is open already"));
    }
    let (slots, kept) = slots_of(env, &memory)?;
    // SAFETY: the memory of a SharedArrayBuffer neither moves nor is detached, it is
    // as long as SLOTS (checked), and the reference made by `slots_of` keeps it for
    // as long as the environment, and so this state, exists.
    let memory = unsafe { Memory::new(slots) };
    let state = State {
        thread: Thread::new(memory),
        memory: kept,
        turn: Turn::new(turned),
        callbacks: Callbacks {
            turn: Callback::new(env, &on_turn)?,
            destroy: Callback::new(env, &on_destroy)?,
            collected: Callback::new(env, &on_collected)?,
            looked: Callback::new(env, &on_looked)?,
            storage_collected: Callback::new(env, &on_storage_collected)?,
        },
        tokens: Vec::new(),
        storages: Vec::new(),
        frames: None,
    };
    env.set_instance_data(state, (), |context| {
        let State { callbacks, memory, .. } = context.value;
        let Callbacks { turn, destroy, collected, looked, storage_collected } = callbacks;
        // SAFETY: Node calls this once, on the environment's thread, behind all that could use them.
        guarded(|| unsafe {
            [turn, destroy, collected, looked, storage_collected]
                .into_iter()
                .for_each(|callback| callback.delete());
            memory.delete(context.env.raw());
        });
    })?;
    let state: *mut State = self::state(env)?;
    // SAFETY: the state lives as long as the environment, and so longer than the function.
    unsafe { plain::function(env, close_batch, state.cast()) }
}

/// Checks that `memory` is what [`open_thread`] asks for, keeps it alive with the
/// environment, and returns where it is.
fn slots_of(env: &Env, memory: &Unknown) -> Result<(NonNull<f64>, Kept)> {
    let fitting = plain::numbers(env, memory).filter(|(_, length)| *length == SLOTS);
    let (slots, _) = fitting.ok_or_else(|| {
        Error::new(
            Status::InvalidArg,
            format!("async-hooks-rs: the memory must be a Float64Array of {SLOTS} slots"),
        )
    })?;
    Ok((slots, Kept::new(env, memory)?))
}

// Ids

#[napi(catch_unwind)]
pub(crate) fn new_async_id(env: Env) -> Result<f64> {
    Ok(state(&env)?.thread.ids.allocate())
}

// Contexts

/// Makes room in a full window of contexts.
#[napi(catch_unwind)]
pub(crate) fn spill_contexts(env: Env) -> Result<()> {
    state(&env)?.thread.contexts.spill();
    Ok(())
}

/// Fills an empty window from the contexts that were spilled.
#[napi(catch_unwind)]
pub(crate) fn refill_contexts(env: Env) -> Result<()> {
    state(&env)?.thread.contexts.refill();
    Ok(())
}

/// Leaves all contexts above the youngest one with this execution id. Returns how
/// many were left, or -1 where no context has the id.
#[napi(catch_unwind)]
pub(crate) fn unwind_contexts(env: Env, execution_id: f64) -> Result<i32> {
    let left = state(&env)?.thread.contexts.unwind_to(execution_id);
    Ok(left.map_or(-1, |left| left as i32))
}

// Hooks

/// Enables the hook with this handle. Answers what is to be done about it: bits of [`todo`](crate::constants::todo).
#[napi(catch_unwind)]
pub(crate) fn enable_hook(env: Env, handle: u32, wants: u32) -> Result<u32> {
    Ok(state(&env)?.thread.enable_hook(handle, Wants::from_bits(wants)).bits())
}

/// As [`enable_hook`].
#[napi(catch_unwind)]
pub(crate) fn disable_hook(env: Env, handle: u32) -> Result<u32> {
    Ok(state(&env)?.thread.disable_hook(handle).bits())
}

/// The outermost emission ended: staged changes take effect. Answers what is to be done, and then the handles of the enabled
/// hooks, in order.
#[napi(catch_unwind)]
pub(crate) fn settle_hooks(env: Env) -> Result<Vec<u32>> {
    let thread = &mut state(&env)?.thread;
    let todo = thread.settle_hooks().bits();
    Ok([vec![todo], thread.hooks().handles()].concat())
}

/// The microtask runs that is to end the following of promises. Answers whether they are not followed any more.
#[napi(catch_unwind)]
pub(crate) fn end_following(env: Env) -> Result<bool> {
    Ok(state(&env)?.thread.end_following())
}

// Destroys

/// Queues an id whose `destroy` is due at the next turn of the event loop.
#[napi(catch_unwind)]
pub(crate) fn queue_destroy(env: Env, id: f64) -> Result<()> {
    let state = state(&env)?;
    state.thread.queue_destroy(id);
    state.turn.demand(&env)
}

/// Asks for a call when the event loop turns.
#[napi(catch_unwind)]
pub(crate) fn ask_turn(env: Env) -> Result<()> {
    state(&env)?.turn.ask(&env)
}

/// `closeBatch(token)`: closes the open batch of promises, which share `token`. It
/// runs for every batch, so it is a plain callback, which costs a third of what the
/// generated ones do.
unsafe extern "C" fn close_batch(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some((state, token)) = unsafe { plain::arguments(env, info) } {
        // Nothing is left to do for one that fails: it means that the thread is ending.
        // SAFETY: `open_thread` gave the state, which lives as long as its environment.
        guarded(|| unsafe { close_batch_of(state, &Env::from_raw(env), token) });
    }
    ptr::null_mut()
}

/// # Safety
/// `state` must be that of `env`, with nothing of it borrowed; `token` must belong to
/// the call that is running.
unsafe fn close_batch_of(state: *mut State, env: &Env, token: sys::napi_value) -> Result<()> {
    // SAFETY: by the caller's promise; the borrow ends before JavaScript is called.
    let (callbacks, collected) = unsafe {
        let State { thread, callbacks, tokens, .. } = &mut *state;
        let slot = thread.close_batch();
        let watched = Weak::watch(env.raw(), token, slot, finalize, state.cast());
        let token = watched.inspect_err(|_| {
            // Nobody will tell of its end; without this, slots and tokens would not go together any more.
            thread.batches.finalized(slot);
        })?;
        match tokens.get_mut(slot as usize) {
            Some(former) => *former = token,
            None => tokens.push(token),
        }
        if !thread.batches.must_look() {
            return Ok(());
        }
        (*callbacks, thread.batches.look(|slot| tokens[slot as usize].is_collected(env)))
    };
    for runs in collected {
        // SAFETY: this is a call from JavaScript; of the state only copies are used.
        unsafe { Callbacks::tell(callbacks.collected, &runs) };
    }
    // SAFETY: as above.
    unsafe { callbacks.looked.call([]) };
    Ok(())
}

/// The finalizer of a batch's token.
unsafe extern "C" fn finalize(env: sys::napi_env, slot: *mut c_void, state: *mut c_void) {
    let (env, slot, state) = (Env::from_raw(env), slot.addr(), state.cast::<State>());
    guarded(|| {
        // SAFETY: Node runs finalizers on the environment's thread, and the instance data
        // goes last; the borrow ends before JavaScript is called.
        let (callbacks, runs) = unsafe {
            let State { thread, callbacks, tokens, .. } = &mut *state;
            tokens[slot].release(&env);
            (*callbacks, thread.batches.finalized(slot as u32))
        };
        if let Some(runs) = runs {
            // SAFETY: as above; of the state only copies are used.
            unsafe { Callbacks::tell(callbacks.collected, &runs) };
        }
    });
}

// Storages

/// Gives a storage its position in frames, until it is collected.
#[napi(catch_unwind)]
pub(crate) fn place_storage(env: Env, storage: Unknown) -> Result<u32> {
    let state: *mut State = state(&env)?;
    // SAFETY: the instance data of this environment, borrowed for this call only, in which
    // no JavaScript runs; the storage belongs to the call that is running.
    unsafe {
        let State { thread, storages, .. } = &mut *state;
        let position = thread.storages.place();
        let weak = Weak::watch(env.raw(), storage.raw(), position, finalize_storage, state.cast())?;
        if storages.len() <= position as usize {
            storages.resize(position as usize + 1, None);
        }
        storages[position as usize] = Some(weak);
        Ok(position)
    }
}

/// The finalizer of a storage.
unsafe extern "C" fn finalize_storage(env: sys::napi_env, position: *mut c_void, state: *mut c_void) {
    let (env, position, state) = (Env::from_raw(env), position.addr(), state.cast::<State>());
    guarded(|| {
        // SAFETY: as in `finalize`: on the environment's thread, before the instance data
        // goes; the borrow ends before JavaScript is called.
        let callback = unsafe {
            let State { thread, callbacks, storages, .. } = &mut *state;
            if let Some(weak) = storages[position].take() {
                weak.release(&env);
            }
            thread.storages.leave(position as u32);
            callbacks.storage_collected
        };
        // SAFETY: as above; of the state only a copy is used.
        unsafe { callback.call([position as f64]) };
    });
}

/// The functions that get and set the current context frame, or null where this platform
/// or this Node has none.
#[napi(catch_unwind)]
pub(crate) fn native_frames<'env>(env: &'env Env) -> Result<Option<Object<'env>>> {
    let state = state(env)?;
    if state.frames.is_none() {
        state.frames = Frames::load().map(Box::new);
    }
    let Some(frames) = &mut state.frames else { return Ok(None) };
    // SAFETY: boxed and never replaced, so it stays for as long as the environment.
    unsafe { frames.functions(env) }.map(Some)
}

/// The event loop turned.
fn turned(env: &Env) {
    let Ok(state) = state(env) else { return };
    let callbacks = state.callbacks;
    let due = state.thread.turned();
    // SAFETY: libuv runs this on the environment's thread; of the state only copies are used.
    unsafe {
        callbacks.turn.call([]);
        Callbacks::tell(callbacks.destroy, &due);
    }
}
