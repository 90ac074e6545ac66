//! The numbers that JavaScript shares with the crates, as exports: under the names that they have there, in camel case.
//! `scripts/constants.js` writes their types.

use napi::bindgen_prelude::{JsObjectValue, Object};
use napi::{Env, Result};
use napi_derive::napi;

use engine::hooks::{Todo, Wants};
use engine::layout;
use recorder::event::Fact;
use recorder::ring::{self, word};
use recorder::source::{self, code};

/// Names and values of constants.
macro_rules! named {
    ($($first:ident $(:: $rest:ident)*),* $(,)?) => {
        &[$((stringify!($first $(:: $rest)*), $first $(:: $rest)* as f64)),*]
    };
}

type Named = [(&'static str, f64)];

/// Where things are in the thread's memory.
const LAYOUT: &Named = named![
    layout::SLOTS,
    layout::STACK_DEPTH,
    layout::STACK_SPILLED,
    layout::EMIT_DEPTH,
    layout::HOOKS_STAGED,
    layout::BATCH_LENGTH,
    layout::STORAGE_GENERATION,
    layout::ENABLED_HOOKS,
    layout::WANTED,
    layout::TRACKED,
    layout::LAST_ID,
    layout::CURRENT_ID,
    layout::CURRENT_TRIGGER,
    layout::CURRENT_ANCHOR,
    layout::BATCH_BASE,
    layout::BATCH_SIZE,
    layout::STACK_BASE,
    layout::STACK_CAPACITY,
    layout::CONTEXT_SIZE,
    layout::NO_ANCHOR,
    layout::FIRST_ID,
];

/// The bits that say what a hook wants to hear.
const WANTS: &Named = named![
    Wants::INIT,
    Wants::BEFORE,
    Wants::AFTER,
    Wants::DESTROY,
    Wants::PROMISE_RESOLVE,
    Wants::PROMISES,
];

/// The bits that say what is to be done about a change of the hooks.
const TODO: &Named =
    named![Todo::CHANGED, Todo::NOW, Todo::AT_NODE, Todo::FOLLOW, Todo::FOLLOW_FIRST, Todo::LEAVE];

/// Where things are in the memory of a ring, what an event looks like (`docs/recorder.md`), and the bits of what `makeRoom` answers.
const RING: &Named = named![
    ring::MIN_CAPACITY,
    ring::CAPACITY,
    ring::FIRST_SLOT,
    word::NEXT,
    word::LIMIT,
    word::INIT_LIMIT,
    word::DROPPED,
    ring::MAX_TYPES,
    source::CODES,
    source::STACKS,
    source::AGING_STACKS,
    code::INIT,
    code::BEFORE,
    code::AFTER,
    code::DESTROY,
    code::RESOLVE,
    code::INIT_PROMISE,
    code::DESTROY_RUN,
    code::MARK,
    code::REQUEST,
    source::DELAY,
    source::REPEATS,
    source::FACT,
    source::PROMISE_TYPE,
    ring::HAS_ROOM,
    ring::HAS_ROOM_FOR_INIT,
    ring::IS_OVER,
];

/// What can be told of a resource, a request or the program.
const FACTS: &Named = &[
    ("DOES", Fact::Does as u8 as f64),
    ("ASKS", Fact::Asks as u8 as f64),
    ("ROUTE", Fact::Route as u8 as f64),
    ("STATUS", Fact::Status as u8 as f64),
    ("FOLDER", Fact::Folder as u8 as f64),
    ("CRASH", Fact::Crash as u8 as f64),
    ("HOLDS", Fact::Holds as u8 as f64),
    ("TRACE_PARENT", Fact::TraceParent as u8 as f64),
    ("COLLECTED", Fact::Collected as u8 as f64),
    ("BEFORE", Fact::Before as u8 as f64),
];

#[napi(catch_unwind, ts_return_type = "Layout")]
pub(crate) fn layout<'env>(env: &'env Env) -> Result<Object<'env>> {
    object(env, LAYOUT)
}

#[napi(catch_unwind, ts_return_type = "Wants")]
pub(crate) fn wants<'env>(env: &'env Env) -> Result<Object<'env>> {
    object(env, WANTS)
}

#[napi(catch_unwind, ts_return_type = "Todo")]
pub(crate) fn todo<'env>(env: &'env Env) -> Result<Object<'env>> {
    object(env, TODO)
}

#[napi(catch_unwind, ts_return_type = "RecorderLayout")]
pub(crate) fn recorder_layout<'env>(env: &'env Env) -> Result<Object<'env>> {
    object(env, RING)
}

#[napi(catch_unwind, ts_return_type = "RecorderFacts")]
pub(crate) fn recorder_facts<'env>(env: &'env Env) -> Result<Object<'env>> {
    object(env, FACTS)
}

fn object<'env>(env: &'env Env, named: &Named) -> Result<Object<'env>> {
    let mut object = Object::new(env)?;
    for (path, value) in named {
        object.set_named_property(&camel_case(path), *value)?;
    }
    Ok(object)
}

/// The last part of a path to a constant, as JavaScript spells it.
fn camel_case(path: &str) -> String {
    let name = path.rsplit(':').next().unwrap_or(path).trim();
    let mut parts = name.split('_').map(str::to_ascii_lowercase);
    let mut camel = parts.next().unwrap_or_default();
    for part in parts {
        camel.extend(part.chars().next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(&part[1..]);
    }
    camel
}
