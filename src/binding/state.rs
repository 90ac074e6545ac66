//! The thread's state, kept as the instance data of its Node environment.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use napi::bindgen_prelude::{Float64Array, Function, Unknown};
use napi::{Env, Error, JsValue, Result, Status, sys};
use napi_derive::napi;

use super::turn::Turn;
use crate::hooks::Wants;
use crate::layout::SLOTS;
use crate::memory::Memory;
use crate::thread::Thread;

struct State {
    thread: Thread,
    turn: Turn,
}

fn state(env: &Env) -> Result<&'static mut State> {
    env.get_instance_data::<State>()?.ok_or_else(|| {
        Error::new(Status::GenericFailure, "async-hooks-rs: the thread was not opened; call openThread first")
    })
}

/// Makes this thread's state, over `memory` (a `Float64Array` of `layout().slots`
/// on a `SharedArrayBuffer`). `on_turn` is called at the turn of the event loop
/// that `queueDestroy` asks for. Once per environment.
#[napi(catch_unwind)]
pub fn open_thread(env: Env, memory: Unknown, on_turn: Function<(), ()>) -> Result<()> {
    if env.get_instance_data::<State>()?.is_some() {
        return Err(Error::new(Status::GenericFailure, "async-hooks-rs: the thread is open already"));
    }
    let slots = slots_of(&env, &memory)?;
    // SAFETY: the memory of a SharedArrayBuffer neither moves nor is detached, it is
    // as long as SLOTS (checked), and the reference made by `slots_of` keeps it for
    // as long as the environment, and so this state, exists.
    let memory = unsafe { Memory::new(slots) };
    let state = State { thread: Thread::new(memory), turn: Turn::new(&env, &on_turn)? };
    env.set_instance_data(state, (), |_| {})
}

/// Checks that `memory` is what [`open_thread`] asks for, keeps it alive with the
/// environment, and returns where it is.
fn slots_of(env: &Env, memory: &Unknown) -> Result<NonNull<f64>> {
    let (mut kind, mut length, mut offset) = (0, 0, 0);
    let mut data: *mut c_void = ptr::null_mut();
    let mut buffer = ptr::null_mut();
    // SAFETY: env and value belong to the call that is running; the out pointers are locals.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env.raw(),
            memory.raw(),
            &mut kind,
            &mut length,
            &mut data,
            &mut buffer,
            &mut offset,
        )
    };
    let fits =
        status == sys::Status::napi_ok && kind == sys::TypedarrayType::float64_array && length == SLOTS;
    let slots = NonNull::new(data.cast::<f64>()).filter(|_| fits);
    let slots = slots.ok_or_else(|| {
        Error::new(
            Status::InvalidArg,
            format!("async-hooks-rs: the memory must be a Float64Array of {SLOTS} slots"),
        )
    })?;
    let mut reference = ptr::null_mut();
    // SAFETY: as above. The reference is strong and never deleted: it ends with the environment.
    let status = unsafe { sys::napi_create_reference(env.raw(), memory.raw(), 1, &mut reference) };
    napi::check_status!(status)?;
    Ok(slots)
}

// Ids

#[napi(catch_unwind)]
pub fn new_async_id(env: Env) -> Result<f64> {
    Ok(state(&env)?.thread.ids.allocate())
}

// Contexts

/// Makes room in a full window of contexts.
#[napi(catch_unwind)]
pub fn spill_contexts(env: Env) -> Result<()> {
    state(&env)?.thread.contexts.spill();
    Ok(())
}

/// Fills an empty window from the contexts that were spilled.
#[napi(catch_unwind)]
pub fn refill_contexts(env: Env) -> Result<()> {
    state(&env)?.thread.contexts.refill();
    Ok(())
}

/// Leaves all contexts above the youngest one with this execution id. Returns how
/// many were left, or -1 where no context has the id.
#[napi(catch_unwind)]
pub fn unwind_contexts(env: Env, execution_id: f64) -> Result<i32> {
    let left = state(&env)?.thread.contexts.unwind_to(execution_id);
    Ok(left.map_or(-1, |left| left as i32))
}

// Hooks

#[napi(catch_unwind)]
pub fn new_hook(env: Env) -> Result<u32> {
    Ok(state(&env)?.thread.new_hook())
}

/// True where the set of enabled hooks changed at once.
#[napi(catch_unwind)]
pub fn enable_hook(env: Env, handle: u32, wants: u32) -> Result<bool> {
    Ok(state(&env)?.thread.enable_hook(handle, Wants::from_bits(wants)))
}

/// True where the set of enabled hooks changed at once.
#[napi(catch_unwind)]
pub fn disable_hook(env: Env, handle: u32) -> Result<bool> {
    Ok(state(&env)?.thread.disable_hook(handle))
}

/// The outermost emission ended: staged changes take effect.
#[napi(catch_unwind)]
pub fn settle_hooks(env: Env) -> Result<()> {
    state(&env)?.thread.settle_hooks();
    Ok(())
}

#[napi(catch_unwind)]
pub fn enabled_hooks(env: Env) -> Result<u32> {
    Ok(state(&env)?.thread.hooks().len() as u32)
}

/// What the enabled hooks want to hear, all together.
#[napi(catch_unwind)]
pub fn wanted(env: Env) -> Result<u32> {
    Ok(state(&env)?.thread.hooks().wants().bits())
}

/// The handles of the enabled hooks that want all of `bits`, in order.
#[napi(catch_unwind)]
pub fn hooks_wanting(env: Env, bits: u32) -> Result<Vec<u32>> {
    Ok(state(&env)?.thread.hooks().wanting(bits))
}

// Destroys

/// Queues an id whose `destroy` is due at the next turn of the event loop.
#[napi(catch_unwind)]
pub fn queue_destroy(env: Env, id: f64) -> Result<()> {
    let state = state(&env)?;
    if state.thread.destroys.push(id) {
        state.turn.ask(&env)?;
    }
    Ok(())
}

#[napi(catch_unwind)]
pub fn take_destroys(env: Env) -> Result<Float64Array> {
    Ok(Float64Array::new(state(&env)?.thread.destroys.take()))
}
