//! The JavaScript that stands between this crate and `AsyncResource`: one call where Node-API would need many.

use std::ptr;

use napi_sys::{napi_ref, napi_typedarray_type, napi_value};

use crate::env::{Env, Value};
use crate::error::{Result, check};

/// How many messages go to JavaScript in one call.
pub(crate) const BATCH: usize = 1024;
/// The two ids come first in the shared memory, then a batch.
const IDS: usize = 2 * size_of::<f64>();
/// `napi_float64_array` and `napi_uint32_array` of Node-API's `napi_typedarray_type`.
const FLOAT64: napi_typedarray_type = 8;
const UINT32: napi_typedarray_type = 6;

/// What a message of a batch asks for; the slot is above these bits.
pub(crate) const DESTROY: u32 = 1;
pub(crate) const RELEASE: u32 = 2;
pub(crate) const SLOT: u32 = 2;

/// Its name begins as those of Node's own files do, so that tools which look for the place of a resource pass it over.
const SOURCE: &str = "(function (AsyncResource, trampoline, ids, batch, slots) {
  'use strict';
  const options = { __proto__: null, requireManualDestroy: true };

  function keep(slot, resource) {
    slots[slot] = resource;
    ids[0] = resource.asyncId();
    ids[1] = resource.triggerAsyncId();
  }

  return [
    function make(slot, type) {
      keep(slot, new AsyncResource(type, options));
    },
    function makeWith(slot, type, triggerAsyncId, object) {
      const options = { __proto__: null, requireManualDestroy: true, triggerAsyncId };
      if (object === undefined) return keep(slot, new AsyncResource(type, options));
      function Resource() {}
      Resource.prototype = Object.create(AsyncResource.prototype, { object: { __proto__: null, value: object } });
      keep(slot, Reflect.construct(AsyncResource, [type, options], Resource));
    },
    function run(slot, ticket) {
      return slots[slot].runInAsyncScope(trampoline, undefined, ticket);
    },
    function apply(slot, callback, self, ...args) {
      return slots[slot].runInAsyncScope(callback, self, ...args);
    },
    function clean(count, length) {
      let failure;
      for (let i = 0; i < count; i++) {
        const slot = batch[i] >>> 2;
        try {
          if (batch[i] & 1) slots[slot].emitDestroy();
        } catch (error) {
          failure ??= { error };
        }
        if (batch[i] & 2) slots[slot] = undefined;
      }
      if (failure !== undefined) throw failure.error;
    },
    function cut(length) {
      slots.length = length;
    },
  ];
})
//# sourceURL=node:async-hooks-crate/helper";

/// The functions of [`SOURCE`], in its order.
#[derive(Clone, Copy)]
pub(crate) enum Function {
    Make,
    MakeWith,
    Run,
    Apply,
    Clean,
    Cut,
}

const FUNCTIONS: usize = Function::Cut as usize + 1;

/// What Rust keeps of it. The environment owns the references, until it ends.
pub(crate) struct Helper {
    functions: [napi_ref; FUNCTIONS],
    trampoline: napi_ref,
    slots: napi_ref,
    /// The shared memory, which the helper's arrays keep. No other code of JavaScript has them, so it is never detached.
    memory: *mut u8,
}

impl Helper {
    pub(crate) fn load(env: Env<'_>, module: Value<'_>, trampoline: Value<'_>) -> Result<Self> {
        let mut memory = ptr::null_mut();
        let length = IDS + BATCH * size_of::<u32>();
        // SAFETY: an `Env` stands for a running callback; so in all of this.
        let buffer = env.make(|env, value| unsafe {
            napi_sys::napi_create_arraybuffer(env, length, &mut memory, value)
        })?;
        let array = |kind, length, offset| {
            // SAFETY: the buffer is alive, and long enough.
            env.make(|env, value| unsafe {
                napi_sys::napi_create_typedarray(env, kind, length, buffer.raw(), offset, value)
            })
        };
        // SAFETY: as above.
        let slots = env.make(|env, value| unsafe { napi_sys::napi_create_array(env, value) })?;
        let ids = array(FLOAT64, 2, 0)?;
        let batch = array(UINT32, BATCH, IDS)?;
        let args = [module.get(env, "AsyncResource")?, trampoline, ids, batch, slots];
        let made = env.call(script(env, SOURCE)?, env.undefined()?, &args)?;
        let mut helper = Self {
            functions: [ptr::null_mut(); FUNCTIONS],
            trampoline: ptr::null_mut(),
            slots: ptr::null_mut(),
            memory: memory.cast(),
        };
        match helper.refer(env, made, trampoline, slots) {
            Ok(()) => Ok(helper),
            Err(error) => {
                helper.forget(env);
                Err(error)
            }
        }
    }

    fn refer(
        &mut self,
        env: Env<'_>,
        made: Value<'_>,
        trampoline: Value<'_>,
        slots: Value<'_>,
    ) -> Result<()> {
        for (index, function) in self.functions.iter_mut().enumerate() {
            // SAFETY: the array is alive.
            let value = env.make(|env, value| unsafe {
                napi_sys::napi_get_element(env, made.raw(), index as u32, value)
            })?;
            *function = reference(env, value)?;
        }
        self.trampoline = reference(env, trampoline)?;
        self.slots = reference(env, slots)?;
        Ok(())
    }

    /// Gives the references back.
    pub(crate) fn forget(&self, env: Env<'_>) {
        for each in self.functions.into_iter().chain([self.trampoline, self.slots]) {
            if !each.is_null() {
                // SAFETY: the helper owns it, and is used no more. A refusal changes nothing.
                unsafe { napi_sys::napi_delete_reference(env.raw(), each) };
            }
        }
    }

    pub(crate) fn function<'a>(&self, env: Env<'a>, function: Function) -> Result<Value<'a>> {
        value_of(env, self.functions[function as usize])
    }

    pub(crate) fn trampoline<'a>(&self, env: Env<'a>) -> Result<Value<'a>> {
        value_of(env, self.trampoline)
    }

    /// The array with what handles stand for.
    pub(crate) fn slots<'a>(&self, env: Env<'a>) -> Result<Value<'a>> {
        value_of(env, self.slots)
    }

    /// The ids of the resource that was made last: its own and its trigger's.
    pub(crate) fn ids(&self) -> (f64, f64) {
        let ids = self.memory.cast::<f64>();
        // SAFETY: the memory is long enough and aligned, and only this thread uses it.
        unsafe { (ids.read(), ids.add(1).read()) }
    }

    /// Writes one message of a batch.
    pub(crate) fn write(&self, index: usize, message: u32) {
        assert!(index < BATCH);
        // SAFETY: as in `ids`.
        unsafe { self.memory.add(IDS).cast::<u32>().add(index).write(message) };
    }
}

/// Runs a script.
pub(crate) fn script<'a>(env: Env<'a>, source: &str) -> Result<Value<'a>> {
    let source = env.string(source)?;
    // SAFETY: the source is alive.
    env.make(|env, value| unsafe { napi_sys::napi_run_script(env, source.raw(), value) })
}

fn reference(env: Env<'_>, value: Value<'_>) -> Result<napi_ref> {
    let mut reference = ptr::null_mut();
    // SAFETY: the value is alive.
    check(env.raw(), unsafe { napi_sys::napi_create_reference(env.raw(), value.raw(), 1, &mut reference) })?;
    Ok(reference)
}

fn value_of<'a>(env: Env<'a>, reference: napi_ref) -> Result<Value<'a>> {
    // SAFETY: the helper owns the reference, which is a strong one.
    env.make(|env, value: *mut napi_value| unsafe {
        napi_sys::napi_get_reference_value(env, reference, value)
    })
}
