//! The thread's state, kept as the instance data of its Node environment.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::rc::Rc;

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
    /// What the functions of [`native_frames`] carry.
    frames: Option<Rc<Frames>>,
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
    /// As [`Callback::call`]. To be called outside of [`with_state`]: JavaScript may call back into it.
    unsafe fn tell(callback: Callback, runs: &Runs) {
        for run in runs.iter() {
            // SAFETY: by the caller's promise.
            unsafe { callback.call([run.first, f64::from(run.count)]) };
        }
    }
}

/// Where the state of an environment is. Nobody borrows it but in [`Opened::with`].
#[derive(Clone, Copy)]
struct Opened(NonNull<RefCell<State>>);

impl Opened {
    /// `None` before [`open_thread`].
    fn of(env: &Env) -> Result<Option<Self>> {
        let mut data = ptr::null_mut();
        // SAFETY: env belongs to the call that is running; the out pointer is a local.
        napi::check_status!(unsafe { sys::napi_get_instance_data(env.raw(), &mut data) })?;
        Ok(NonNull::new(data.cast()).map(Self))
    }

    /// What Node hands to a callback that this was given to.
    fn carried(data: *mut c_void) -> Option<Self> {
        NonNull::new(data.cast()).map(Self)
    }

    fn as_data(self) -> *mut c_void {
        self.0.as_ptr().cast()
    }

    /// Borrows the state. An error where it is borrowed already, which is the case if `act` runs JavaScript that comes
    /// back here.
    ///
    /// # Safety
    /// Must run on the environment's thread, before its instance data is gone.
    unsafe fn with<T>(self, act: impl FnOnce(&mut State) -> T) -> Result<T> {
        // SAFETY: made by `open_thread`, and freed by `close_thread` alone, which by the caller's promise has not run.
        let state = unsafe { self.0.as_ref() };
        let mut state = state.try_borrow_mut().map_err(|_| failure("the thread's state is in use"))?;
        Ok(act(&mut state))
    }
}

/// Borrows the state of the environment whose call is running. As [`Opened::with`].
fn with_state<T>(env: &Env, act: impl FnOnce(&mut State) -> T) -> Result<T> {
    let opened =
        Opened::of(env)?.ok_or_else(|| failure("the thread was not opened; call openThread first"))?;
    // SAFETY: the environment still has it as its instance data, and this is a call on its thread.
    unsafe { opened.with(act) }
}

fn failure(what: &str) -> Error {
    Error::new(Status::GenericFailure, format!("async-hooks-rs: {what}"))
}

/// Makes this thread's state, over `memory` (a `Float64Array` of `layout().slots` on
/// a `SharedArrayBuffer`). `onTurn` is called when the event loop turns after
/// `askTurn`, `onDestroy` with the first id and the count of a run of ids whose
/// `destroy` was asked for, `onCollected` likewise for promises that are gone, `onLooked` where
/// those were looked for because the event loop does not turn,
/// `onStorageCollected` with the position of a storage that is gone. Returns `closeBatch`. Once per environment.
#[napi(
    catch_unwind,
    ts_args_type = "memory: Float64Array, onTurn: () => void, \
                    onDestroy: (first: number, count: number) => void, \
                    onCollected: (first: number, count: number) => void, onLooked: () => void, \
                    onStorageCollected: (position: number) => void",
    ts_return_type = "(token: object) => void"
)]
pub(crate) fn open_thread<'env>(
    env: &'env Env,
    memory: Unknown,
    on_turn: Unknown,
    on_destroy: Unknown,
    on_collected: Unknown,
    on_looked: Unknown,
    on_storage_collected: Unknown,
) -> Result<Unknown<'env>> {
    if Opened::of(env)?.is_some() {
        return Err(failure("the thread is open already"));
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
    let opened = Opened(NonNull::from(Box::leak(Box::new(RefCell::new(state)))));
    let (data, none) = (opened.as_data(), ptr::null_mut());
    // SAFETY: env belongs to the call that is running; `close_thread` takes the data for what it is.
    let set = unsafe { sys::napi_set_instance_data(env.raw(), data, Some(close_thread), none) };
    if let Err(error) = napi::check_status!(set) {
        // SAFETY: Node did not take it, so this is its one call.
        unsafe { close_thread(env.raw(), data, none) };
        return Err(error);
    }
    // SAFETY: the state lives as long as the environment, and so longer than the function.
    unsafe { plain::function(env, close_batch, data) }
}

/// The environment ends, and with it the state.
unsafe extern "C" fn close_thread(env: sys::napi_env, state: *mut c_void, _: *mut c_void) {
    guarded(|| {
        // SAFETY: `open_thread` leaked it, and Node calls this once, behind all that could use it.
        let state = unsafe { Box::from_raw(state.cast::<RefCell<State>>()) };
        let State { callbacks, memory, .. } = state.into_inner();
        let Callbacks { turn, destroy, collected, looked, storage_collected } = callbacks;
        for callback in [turn, destroy, collected, looked, storage_collected] {
            // SAFETY: this is the environment's thread; no copy is left.
            unsafe { callback.delete() };
        }
        // SAFETY: as above, and nobody reads the memory any more.
        unsafe { memory.delete(env) };
    });
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
    with_state(&env, |state| state.thread.ids.allocate())
}

// Contexts

/// Makes room in a full window of contexts.
#[napi(catch_unwind)]
pub(crate) fn spill_contexts(env: Env) -> Result<()> {
    with_state(&env, |state| state.thread.contexts.spill())
}

/// Fills an empty window from the contexts that were spilled.
#[napi(catch_unwind)]
pub(crate) fn refill_contexts(env: Env) -> Result<()> {
    with_state(&env, |state| state.thread.contexts.refill())
}

/// Leaves all contexts above the youngest one with this execution id. Returns how
/// many were left, or -1 where no context has the id.
#[napi(catch_unwind)]
pub(crate) fn unwind_contexts(env: Env, execution_id: f64) -> Result<i32> {
    let left = with_state(&env, |state| state.thread.contexts.unwind_to(execution_id))?;
    Ok(left.map_or(-1, |left| left as i32))
}

// Hooks

/// Enables the hook with this handle. Answers what is to be done about it: bits of `todo`.
#[napi(catch_unwind)]
pub(crate) fn enable_hook(env: Env, handle: u32, wants: u32) -> Result<u32> {
    with_state(&env, |state| state.thread.enable_hook(handle, Wants::from_bits(wants)).bits())
}

/// As `enableHook`.
#[napi(catch_unwind)]
pub(crate) fn disable_hook(env: Env, handle: u32) -> Result<u32> {
    with_state(&env, |state| state.thread.disable_hook(handle).bits())
}

/// The outermost emission ended: staged changes take effect. Answers what is to be done, as `enableHook` does, and then
/// the handles of the enabled hooks, in order.
#[napi(catch_unwind)]
pub(crate) fn settle_hooks(env: Env) -> Result<Vec<u32>> {
    with_state(&env, |State { thread, .. }| {
        let todo = thread.settle_hooks().bits();
        [vec![todo], thread.hooks().handles()].concat()
    })
}

/// The microtask runs that is to end the following of promises. Answers whether they are not followed any more.
#[napi(catch_unwind)]
pub(crate) fn end_following(env: Env) -> Result<bool> {
    with_state(&env, |state| state.thread.end_following())
}

// Destroys

/// Queues an id whose `destroy` is due at the next turn of the event loop.
#[napi(catch_unwind)]
pub(crate) fn queue_destroy(env: Env, id: f64) -> Result<()> {
    with_state(&env, |state| {
        state.thread.queue_destroy(id);
        state.turn.demand(&env)
    })?
}

/// Asks for a call when the event loop turns.
#[napi(catch_unwind)]
pub(crate) fn ask_turn(env: Env) -> Result<()> {
    with_state(&env, |state| state.turn.ask(&env))?
}

/// `closeBatch(token)`: closes the open batch of promises, which share `token`. It
/// runs for every batch, so it is a plain callback, which costs a third of what the
/// generated ones do.
unsafe extern "C" fn close_batch(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: Node calls with its own env and info.
    if let Some((data, token)) = unsafe { plain::arguments::<c_void>(env, info) }
        && let Some(opened) = Opened::carried(data)
    {
        // Nothing is left to do for one that fails: it means that the thread is ending.
        // SAFETY: `open_thread` gave the state, which lives as long as its environment.
        guarded(|| unsafe { close_batch_of(opened, &Env::from_raw(env), token) });
    }
    ptr::null_mut()
}

/// # Safety
/// `opened` must be that of `env`; `token` must belong to the call that is running.
unsafe fn close_batch_of(opened: Opened, env: &Env, token: sys::napi_value) -> Result<()> {
    let close = |State { thread, callbacks, tokens, .. }: &mut State| -> Result<_> {
        let slot = thread.close_batch();
        // SAFETY: by the caller's promise; `finalize` takes the hint for what it is.
        let watched = unsafe { Weak::watch(env.raw(), token, slot, finalize, opened.as_data()) };
        let token = watched.inspect_err(|_| {
            // Nobody will tell of its end; without this, slots and tokens would not go together any more.
            thread.batches.finalized(slot);
        })?;
        match tokens.get_mut(slot as usize) {
            Some(former) => *former = token,
            None => tokens.push(token),
        }
        let must_look = thread.batches.must_look();
        Ok(must_look
            .then(|| (*callbacks, thread.batches.look(|slot| tokens[slot as usize].is_collected(env)))))
    };
    // SAFETY: this is a call from JavaScript.
    let Some((callbacks, collected)) = unsafe { opened.with(close) }?? else { return Ok(()) };
    for runs in collected {
        // SAFETY: as above.
        unsafe { Callbacks::tell(callbacks.collected, &runs) };
    }
    // SAFETY: as above.
    unsafe { callbacks.looked.call([]) };
    Ok(())
}

/// The finalizer of a batch's token.
unsafe extern "C" fn finalize(env: sys::napi_env, slot: *mut c_void, state: *mut c_void) {
    let (env, slot) = (Env::from_raw(env), slot.addr());
    guarded(|| {
        let take = |State { thread, callbacks, tokens, .. }: &mut State| {
            // SAFETY: the finalizer of the token, which the slot's next batch replaces.
            unsafe { tokens[slot].release(&env) };
            (callbacks.collected, thread.batches.finalized(slot as u32))
        };
        // SAFETY: Node runs finalizers on the environment's thread, and the instance data goes last.
        if let Ok((collected, Some(runs))) = unsafe { Opened::carried(state)?.with(take) } {
            // SAFETY: as above.
            unsafe { Callbacks::tell(collected, &runs) };
        }
        Some(())
    });
}

// Storages

/// Gives a storage its position in frames, until it is collected.
#[napi(catch_unwind, ts_args_type = "storage: object")]
pub(crate) fn place_storage(env: Env, storage: Unknown) -> Result<u32> {
    let hint = Opened::of(&env)?.map_or(ptr::null_mut(), Opened::as_data);
    with_state(&env, |State { thread, storages, .. }| {
        let position = thread.storages.place();
        // SAFETY: the storage belongs to the call that is running; `finalize_storage` takes the hint for what it is.
        let weak = unsafe { Weak::watch(env.raw(), storage.raw(), position, finalize_storage, hint) }?;
        if storages.len() <= position as usize {
            storages.resize(position as usize + 1, None);
        }
        storages[position as usize] = Some(weak);
        Ok(position)
    })?
}

/// The finalizer of a storage.
unsafe extern "C" fn finalize_storage(env: sys::napi_env, position: *mut c_void, state: *mut c_void) {
    let (env, position) = (Env::from_raw(env), position.addr());
    guarded(|| {
        let leave = |State { thread, callbacks, storages, .. }: &mut State| {
            if let Some(weak) = storages[position].take() {
                // SAFETY: the finalizer of the storage; the one copy was just taken.
                unsafe { weak.release(&env) };
            }
            thread.storages.leave(position as u32);
            callbacks.storage_collected
        };
        // SAFETY: as in `finalize`: on the environment's thread, before the instance data goes.
        if let Ok(collected) = unsafe { Opened::carried(state)?.with(leave) } {
            // SAFETY: as above.
            unsafe { collected.call([position as f64]) };
        }
        Some(())
    });
}

/// The functions that get and set the current context frame, for the version of Node's ABI that runs
/// (`process.versions.modules`), or null where this platform or this Node has none that were tried.
#[napi(catch_unwind, ts_return_type = "NativeFrames | null")]
pub(crate) fn native_frames<'env>(env: &'env Env, abi: String) -> Result<Option<Object<'env>>> {
    let frames = with_state(env, |state| {
        if state.frames.is_none() {
            state.frames = Frames::load(&abi).map(Rc::new);
        }
        state.frames.clone()
    })?;
    let Some(frames) = frames else { return Ok(None) };
    // SAFETY: the state has it too, and never another one, so it stays for as long as the environment.
    unsafe { frames.functions(env) }.map(Some)
}

/// The event loop turned.
fn turned(env: &Env) {
    let turn = |state: &mut State| (state.callbacks, state.thread.turned());
    let Ok((callbacks, due)) = with_state(env, turn) else { return };
    // SAFETY: libuv runs this on the environment's thread.
    unsafe {
        callbacks.turn.call([]);
        Callbacks::tell(callbacks.destroy, &due);
    }
}
