//! The state of one Node environment: the main thread and each Worker have
//! their own, made when the package is loaded there and freed at teardown.

use crate::contexts::Contexts;
use crate::destroys::{Batches, Runs};
use crate::hooks::{Hooks, Todo, Wants};
use crate::ids::Ids;
use crate::layout::{
    BATCH_BASE, BATCH_LENGTH, BATCH_SIZE, EMIT_DEPTH, ENABLED_HOOKS, HOOKS_STAGED, STACK_DEPTH,
    STACK_SPILLED, TRACKED, WANTED,
};
use crate::memory::Memory;
use crate::storages::Storages;

/// All that a thread must remember.
pub struct Thread {
    memory: Memory,
    /// The counter of ids.
    pub ids: Ids,
    /// The contexts that were entered.
    pub contexts: Contexts,
    /// Promises that are watched for their end.
    pub batches: Batches,
    /// The storages that have a position in frames.
    pub storages: Storages,
    /// Ids whose `destroy` is due when the event loop turns.
    due: Runs,
    hooks: Hooks,
}

impl Thread {
    /// A thread without hooks, with its numbers in the memory.
    pub fn new(memory: Memory) -> Self {
        Self {
            memory,
            ids: Ids::new(memory),
            contexts: Contexts::new(memory),
            batches: Batches::default(),
            storages: Storages::new(memory),
            due: Runs::default(),
            hooks: Hooks::default(),
        }
    }

    /// The hooks that are enabled.
    pub fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    /// Enables the hook with this handle. Answers what JavaScript has to do about it.
    pub fn enable_hook(&mut self, handle: u32, wants: Wants) -> Todo {
        let todo = self.hooks.enable(handle, wants, self.is_emitting());
        self.publish_hooks();
        todo
    }

    /// Disables it. Answers as [`Thread::enable_hook`].
    pub fn disable_hook(&mut self, handle: u32) -> Todo {
        let entered = self.memory.field(STACK_DEPTH) + self.memory.field(STACK_SPILLED) > 0;
        let todo = self.hooks.disable(handle, self.is_emitting(), entered);
        self.publish_hooks();
        todo
    }

    /// The outermost emission ended.
    pub fn settle_hooks(&mut self) -> Todo {
        let todo = self.hooks.settle();
        self.publish_hooks();
        todo
    }

    /// The microtask that ends the following of promises runs.
    pub fn end_following(&mut self) -> bool {
        let ends = self.hooks.end_following();
        self.publish_hooks();
        ends
    }

    /// As with the runtime's own resources, a `destroy` that is asked for is emitted
    /// at the next turn of the event loop, never at once.
    pub fn queue_destroy(&mut self, id: f64) {
        self.due.push(id);
    }

    /// The event loop turned: the ids whose `destroy` is due.
    pub fn turned(&mut self) -> Runs {
        self.batches.turned();
        std::mem::take(&mut self.due)
    }

    /// Closes the open batch of promises and watches it. Returns its slot.
    pub fn close_batch(&mut self) -> u32 {
        let length = (self.memory.field(BATCH_LENGTH) as usize).min(BATCH_SIZE);
        let ids = (0..length).map(|index| self.memory.id(BATCH_BASE + index)).collect();
        self.memory.set_field(BATCH_LENGTH, 0);
        self.batches.watch(ids)
    }

    fn is_emitting(&self) -> bool {
        self.memory.field(EMIT_DEPTH) > 0
    }

    fn publish_hooks(&self) {
        self.memory.set_field(HOOKS_STAGED, u32::from(self.hooks.has_staged()));
        self.memory.set_field(ENABLED_HOOKS, self.hooks.count() as u32);
        self.memory.set_field(WANTED, self.hooks.wants().bits());
        self.memory.set_field(TRACKED, self.hooks.tracked().bits());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::memory;

    #[test]
    fn a_closed_batch_holds_the_ids_that_javascript_left() {
        let memory = memory();
        let mut thread = Thread::new(memory);
        for (index, id) in [41.0, 42.0, 50.0].into_iter().enumerate() {
            memory.set_id(BATCH_BASE + index, id);
        }
        memory.set_field(BATCH_LENGTH, 3);
        let slot = thread.close_batch();
        assert_eq!(memory.field(BATCH_LENGTH), 0);
        assert_eq!(thread.batches.finalized(slot), Some([41.0, 42.0, 50.0].into_iter().collect()));
    }

    #[test]
    fn destroys_are_due_once() {
        let mut thread = Thread::new(memory());
        thread.queue_destroy(5.0);
        assert_eq!(thread.turned(), [5.0].into_iter().collect());
        assert_eq!(thread.turned(), Runs::default());
    }

    #[test]
    fn a_change_inside_an_emission_is_announced_to_javascript() {
        let memory = memory();
        let mut thread = Thread::new(memory);
        let wants = Wants::from_bits(1);
        thread.enable_hook(1, wants);
        assert_eq!(memory.field(HOOKS_STAGED), 0);

        memory.set_field(EMIT_DEPTH, 1);
        assert_eq!(thread.enable_hook(2, wants).bits(), Todo::CHANGED);
        assert_eq!((memory.field(HOOKS_STAGED), memory.field(ENABLED_HOOKS)), (1, 1));

        memory.set_field(EMIT_DEPTH, 0);
        thread.settle_hooks();
        assert_eq!((memory.field(HOOKS_STAGED), memory.field(ENABLED_HOOKS)), (0, 2));
    }
}
