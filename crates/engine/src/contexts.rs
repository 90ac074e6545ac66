//! The stack of execution contexts that this package entered: promise
//! continuations and the scopes of the low-level embedder API.
//!
//! JavaScript enters and leaves contexts by itself, in the window of the shared
//! memory. Rust does what is rare: the window running full or empty, and
//! unwinding to a context that is not on top.

use crate::layout::{
    CONTEXT_SIZE, CURRENT_ANCHOR, CURRENT_ID, CURRENT_TRIGGER, NO_ANCHOR, STACK_BASE, STACK_CAPACITY,
    STACK_DEPTH, STACK_SPILLED,
};
use crate::memory::Memory;

/// One execution context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    /// What `executionAsyncId()` answers in it.
    pub execution_id: f64,
    /// What `triggerAsyncId()` answers in it.
    pub trigger_id: f64,
    /// The runtime's execution id when the context was entered. The context is the
    /// current one only while the runtime answers the same.
    pub anchor: f64,
}

impl Context {
    const NONE: Self = Self { execution_id: 0.0, trigger_id: 0.0, anchor: NO_ANCHOR };
}

/// The contexts below the window, oldest first; the window and the current
/// context are in the shared memory.
pub struct Contexts {
    memory: Memory,
    spilled: Vec<Context>,
}

impl Contexts {
    /// An empty stack, with its window in the memory.
    pub fn new(memory: Memory) -> Self {
        let contexts = Self { memory, spilled: Vec::new() };
        contexts.set_current(Context::NONE);
        contexts.set_depth(0);
        contexts.publish_spilled();
        contexts
    }

    /// Makes room in a full window: its older half moves to Rust.
    pub fn spill(&mut self) {
        let depth = self.depth();
        let moved = depth.min(STACK_CAPACITY / 2);
        self.spilled.extend((0..moved).map(|index| self.suspended(index)).collect::<Vec<_>>());
        for index in moved..depth {
            self.set_suspended(index - moved, self.suspended(index));
        }
        self.set_depth(depth - moved);
        self.publish_spilled();
    }

    /// Fills an empty window again with the youngest of the spilled contexts.
    pub fn refill(&mut self) {
        debug_assert_eq!(self.depth(), 0);
        let kept = self.spilled.len().saturating_sub(STACK_CAPACITY / 2);
        let returned = self.spilled.split_off(kept);
        for (index, context) in returned.iter().enumerate() {
            self.set_suspended(index, *context);
        }
        self.set_depth(returned.len());
        self.publish_spilled();
    }

    /// Leaves every context above the youngest one with `execution_id`, so that it
    /// is the current one again, and returns how many were left. `None`, and
    /// nothing is changed, where no such context is on the stack.
    pub fn unwind_to(&mut self, execution_id: f64) -> Option<usize> {
        let distance = self.distance_to(execution_id)?;
        for _ in 0..distance {
            self.leave();
        }
        Some(distance)
    }

    /// Leaves the current context; without one, nothing happens.
    fn leave(&mut self) {
        if self.depth() == 0 {
            self.refill();
        }
        let Some(top) = self.depth().checked_sub(1) else { return };
        self.set_current(self.suspended(top));
        self.set_depth(top);
        if top == 0 {
            self.refill();
        }
    }

    fn distance_to(&self, execution_id: f64) -> Option<usize> {
        let window = (0..self.depth()).rev().map(|index| self.suspended(index));
        let spilled = self.spilled.iter().rev().copied();
        std::iter::once(self.current())
            .chain(window)
            .chain(spilled)
            .position(|context| context.anchor != NO_ANCHOR && context.execution_id == execution_id)
    }

    // The window and the current context, in the shared memory.

    fn current(&self) -> Context {
        Context {
            execution_id: self.memory.id(CURRENT_ID),
            trigger_id: self.memory.id(CURRENT_TRIGGER),
            anchor: self.memory.id(CURRENT_ANCHOR),
        }
    }

    fn set_current(&self, context: Context) {
        self.memory.set_id(CURRENT_ID, context.execution_id);
        self.memory.set_id(CURRENT_TRIGGER, context.trigger_id);
        self.memory.set_id(CURRENT_ANCHOR, context.anchor);
    }

    fn suspended(&self, index: usize) -> Context {
        let slot = STACK_BASE + index * CONTEXT_SIZE;
        Context {
            execution_id: self.memory.id(slot),
            trigger_id: self.memory.id(slot + 1),
            anchor: self.memory.id(slot + 2),
        }
    }

    fn set_suspended(&self, index: usize, context: Context) {
        let slot = STACK_BASE + index * CONTEXT_SIZE;
        self.memory.set_id(slot, context.execution_id);
        self.memory.set_id(slot + 1, context.trigger_id);
        self.memory.set_id(slot + 2, context.anchor);
    }

    fn depth(&self) -> usize {
        (self.memory.field(STACK_DEPTH) as usize).min(STACK_CAPACITY)
    }

    fn set_depth(&self, depth: usize) {
        self.memory.set_field(STACK_DEPTH, depth as u32);
    }

    fn publish_spilled(&self) {
        self.memory.set_field(STACK_SPILLED, self.spilled.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::memory;

    /// What JavaScript does to enter a context.
    fn enter(contexts: &mut Contexts, execution_id: f64) {
        if contexts.depth() == STACK_CAPACITY {
            contexts.spill();
        }
        let depth = contexts.depth();
        contexts.set_suspended(depth, contexts.current());
        contexts.set_depth(depth + 1);
        contexts.set_current(Context { execution_id, trigger_id: execution_id - 1.0, anchor: 7.0 });
    }

    #[test]
    fn a_new_stack_has_no_context() {
        let contexts = Contexts::new(memory());
        assert_eq!(contexts.current(), Context::NONE);
        assert_eq!(contexts.distance_to(0.0), None);
    }

    #[test]
    fn contexts_come_back_in_order_through_spills_and_refills() {
        let mut contexts = Contexts::new(memory());
        let count = 100_000;
        for id in 1..=count {
            enter(&mut contexts, f64::from(id));
        }
        assert!(contexts.memory.field(STACK_SPILLED) > 0);
        for id in (1..=count).rev() {
            assert_eq!(contexts.current().execution_id, f64::from(id));
            assert_eq!(contexts.current().trigger_id, f64::from(id - 1));
            contexts.leave();
        }
        assert_eq!(contexts.current(), Context::NONE);
        assert_eq!(contexts.depth(), 0);
        assert_eq!(contexts.memory.field(STACK_SPILLED), 0);
    }

    #[test]
    fn unwinding_leaves_what_is_above() {
        let mut contexts = Contexts::new(memory());
        for id in 1..=5000 {
            enter(&mut contexts, f64::from(id));
        }
        assert_eq!(contexts.unwind_to(5000.0), Some(0));
        assert_eq!(contexts.unwind_to(4999.0), Some(1));
        assert_eq!(contexts.unwind_to(1.0), Some(4998));
        assert_eq!(contexts.current().execution_id, 1.0);
        contexts.leave();
        assert_eq!(contexts.current(), Context::NONE);
    }

    #[test]
    fn unwinding_finds_the_youngest_of_equal_ids() {
        let mut contexts = Contexts::new(memory());
        for id in [1.0, 2.0, 1.0, 3.0] {
            enter(&mut contexts, id);
        }
        assert_eq!(contexts.unwind_to(1.0), Some(1));
        contexts.leave();
        assert_eq!(contexts.current().execution_id, 2.0);
    }

    #[test]
    fn unwinding_to_an_unknown_id_changes_nothing() {
        let mut contexts = Contexts::new(memory());
        enter(&mut contexts, 1.0);
        assert_eq!(contexts.unwind_to(9.0), None);
        assert_eq!(contexts.current().execution_id, 1.0);
        assert_eq!(contexts.depth(), 1);
    }
}
