//! The layout of a thread's memory, in one place for both languages.
//!
//! The memory is one `SharedArrayBuffer` seen through two views: `fields`
//! (`Int32Array`) for counters and flags, `ids` (`Float64Array`) for everything
//! that is an async id. JavaScript gets these constants as exports of the addon
//! and never spells an index by hand.

/// Size of the memory, in slots of eight bytes.
pub const SLOTS: usize = STACK_BASE + STACK_CAPACITY * CONTEXT_SIZE;

/// Field: contexts suspended in the stack's window (not counting those spilled to Rust).
pub const STACK_DEPTH: usize = 0;
/// Field: contexts that no longer fit the window and were spilled to Rust.
pub const STACK_SPILLED: usize = 1;
/// Field: how many emissions are on the machine stack; hooks never change inside one.
pub const EMIT_DEPTH: usize = 2;
/// Field: 1 while hooks were enabled or disabled inside an emission and wait for its end.
pub const HOOKS_STAGED: usize = 3;
/// Field: promises in the batch that is open.
pub const BATCH_LENGTH: usize = 4;
/// Field: goes up with every storage that is gone.
pub const STORAGE_GENERATION: usize = 5;
/// Field: how many hooks are enabled, with or without callbacks.
pub const ENABLED_HOOKS: usize = 6;
/// Field: what they want to hear, all together.
pub const WANTED: usize = 7;
/// Field: what is tracked of promises beside contexts.
pub const TRACKED: usize = 8;
/// Number of `u32` fields reserved in front of the ids.
pub const FIELD_COUNT: usize = 16;

/// Id: the last id allocated from the thread's own counter.
pub const LAST_ID: usize = 8;
/// Id: execution id of the context that this package entered last.
pub const CURRENT_ID: usize = 9;
/// Id: its trigger id.
pub const CURRENT_TRIGGER: usize = 10;
/// Id: its anchor, the runtime's own execution id at the moment of entry.
pub const CURRENT_ANCHOR: usize = 11;

/// First slot of the ids of the open batch of promises.
pub const BATCH_BASE: usize = 16;
/// Promises in a full batch. Small, because one promise that lives long holds back
/// the `destroy` of all others in its batch.
pub const BATCH_SIZE: usize = 32;

/// First slot of the window of suspended contexts.
pub const STACK_BASE: usize = BATCH_BASE + BATCH_SIZE;
/// Contexts that fit the window; beyond it the older half is spilled to Rust.
pub const STACK_CAPACITY: usize = 1024;
/// Slots of one suspended context: execution id, trigger id, anchor.
pub const CONTEXT_SIZE: usize = 3;

/// The anchor of "no context": no async id is ever negative.
pub const NO_ANCHOR: f64 = -1.0;
/// Ids allocated here count up from this number, so the ordinal can be read off
/// (1000000000000042 is the 42nd). The runtime's own ids never come near it, and
/// the ids stay safe integers for 8e15 allocations.
pub const FIRST_ID: f64 = 1e15;

const _: () = {
    assert!(FIELD_COUNT * 4 <= LAST_ID * 8, "the fields run into the ids");
    assert!(TRACKED < FIELD_COUNT);
    assert!(CURRENT_ANCHOR < BATCH_BASE, "the ids run into the batch");
    assert!(STACK_CAPACITY.is_multiple_of(2), "half of the window is spilled at once");
    assert!(FIRST_ID < 9_007_199_254_740_991.0, "an id must be a safe integer");
};
