//! The state of one Node environment: the main thread and each Worker have
//! their own, made when the package is loaded there and freed at teardown.

use crate::contexts::Contexts;
use crate::destroys::Destroys;
use crate::hooks::{Hooks, Wants};
use crate::ids::Ids;
use crate::layout::{EMIT_DEPTH, HOOKS_STAGED};
use crate::memory::Memory;

pub struct Thread {
    memory: Memory,
    pub ids: Ids,
    pub contexts: Contexts,
    pub destroys: Destroys,
    hooks: Hooks,
}

impl Thread {
    pub fn new(memory: Memory) -> Self {
        Self {
            memory,
            ids: Ids::new(memory),
            contexts: Contexts::new(memory),
            destroys: Destroys::default(),
            hooks: Hooks::default(),
        }
    }

    pub fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    pub fn new_hook(&mut self) -> u32 {
        self.hooks.new_handle()
    }

    /// True where the set of enabled hooks changed at once; false where nothing
    /// changed, or the change is staged for the end of the emission.
    pub fn enable_hook(&mut self, handle: u32, wants: Wants) -> bool {
        let emitting = self.is_emitting();
        let changed = self.hooks.enable(handle, wants, emitting);
        self.publish_staged();
        changed && !self.hooks.has_staged()
    }

    /// As [`Self::enable_hook`].
    pub fn disable_hook(&mut self, handle: u32) -> bool {
        let emitting = self.is_emitting();
        let changed = self.hooks.disable(handle, emitting);
        self.publish_staged();
        changed && !self.hooks.has_staged()
    }

    /// The outermost emission ended.
    pub fn settle_hooks(&mut self) {
        self.hooks.settle();
        self.publish_staged();
    }

    fn is_emitting(&self) -> bool {
        self.memory.field(EMIT_DEPTH) > 0
    }

    fn publish_staged(&self) {
        self.memory.set_field(HOOKS_STAGED, u32::from(self.hooks.has_staged()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::memory;

    #[test]
    fn a_change_inside_an_emission_is_announced_to_javascript() {
        let memory = memory();
        let mut thread = Thread::new(memory);
        let wants = Wants::from_bits(1);
        let [first, second] = [thread.new_hook(), thread.new_hook()];
        assert!(thread.enable_hook(first, wants));
        assert_eq!(memory.field(HOOKS_STAGED), 0);

        memory.set_field(EMIT_DEPTH, 1);
        assert!(!thread.enable_hook(second, wants));
        assert_eq!(memory.field(HOOKS_STAGED), 1);
        assert_eq!(thread.hooks().len(), 1);

        memory.set_field(EMIT_DEPTH, 0);
        thread.settle_hooks();
        assert_eq!(memory.field(HOOKS_STAGED), 0);
        assert_eq!(thread.hooks().len(), 2);
    }
}
