//! The memory's layout and the hooks' bits, as exports for JavaScript.

use napi_derive::napi;

use engine::hooks::{Event, Wants};
use engine::layout;

/// Where things are in the thread's memory; see `crates/engine/src/layout.rs` for their meaning.
#[napi(object)]
pub(crate) struct Layout {
    pub slots: u32,
    pub stack_depth: u32,
    pub stack_spilled: u32,
    pub emit_depth: u32,
    pub hooks_staged: u32,
    pub batch_length: u32,
    pub storage_generation: u32,
    pub last_id: u32,
    pub current_id: u32,
    pub current_trigger: u32,
    pub current_anchor: u32,
    pub batch_base: u32,
    pub batch_size: u32,
    pub stack_base: u32,
    pub stack_capacity: u32,
    pub context_size: u32,
    pub no_anchor: i32,
    pub first_id: f64,
}

#[napi(catch_unwind)]
pub(crate) fn layout() -> Layout {
    Layout {
        slots: layout::SLOTS as u32,
        stack_depth: layout::STACK_DEPTH as u32,
        stack_spilled: layout::STACK_SPILLED as u32,
        emit_depth: layout::EMIT_DEPTH as u32,
        hooks_staged: layout::HOOKS_STAGED as u32,
        batch_length: layout::BATCH_LENGTH as u32,
        storage_generation: layout::STORAGE_GENERATION as u32,
        last_id: layout::LAST_ID as u32,
        current_id: layout::CURRENT_ID as u32,
        current_trigger: layout::CURRENT_TRIGGER as u32,
        current_anchor: layout::CURRENT_ANCHOR as u32,
        batch_base: layout::BATCH_BASE as u32,
        batch_size: layout::BATCH_SIZE as u32,
        stack_base: layout::STACK_BASE as u32,
        stack_capacity: layout::STACK_CAPACITY as u32,
        context_size: layout::CONTEXT_SIZE as u32,
        no_anchor: layout::NO_ANCHOR as i32,
        first_id: layout::FIRST_ID,
    }
}

/// The bits that say what a hook wants to hear.
#[napi(object)]
pub(crate) struct WantsBits {
    pub init: u32,
    pub before: u32,
    pub after: u32,
    pub destroy: u32,
    pub promise_resolve: u32,
    pub promises: u32,
}

#[napi(catch_unwind)]
pub(crate) fn wants_bits() -> WantsBits {
    WantsBits {
        init: Wants::event(Event::Init),
        before: Wants::event(Event::Before),
        after: Wants::event(Event::After),
        destroy: Wants::event(Event::Destroy),
        promise_resolve: Wants::event(Event::PromiseResolve),
        promises: Wants::PROMISES,
    }
}
