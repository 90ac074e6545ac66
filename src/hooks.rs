//! Which hooks are enabled, in what order, and what they want to hear.

/// The events of a resource's life, in the order that both languages index them by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    Init,
    Before,
    After,
    Destroy,
    PromiseResolve,
}

impl Event {
    pub const ALL: [Self; 5] = [Self::Init, Self::Before, Self::After, Self::Destroy, Self::PromiseResolve];
}

/// What a hook wants to hear: a bit per [`Event`], and one for promises.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wants(u32);

impl Wants {
    /// The hook follows promises too (`trackPromises` is not `false`).
    pub const PROMISES: u32 = 1 << Event::ALL.len();
    const EVERYTHING: u32 = Self::PROMISES | (Self::PROMISES - 1);

    /// Bits that mean nothing are dropped.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::EVERYTHING)
    }

    pub const fn event(event: Event) -> u32 {
        1 << event as u32
    }

    pub fn bits(self) -> u32 {
        self.0
    }

    fn has(self, bits: u32) -> bool {
        self.0 & bits == bits
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Hook {
    handle: u32,
    wants: Wants,
}

/// The enabled hooks of a thread, in the order in which they were enabled.
///
/// A hook that is enabled or disabled while an event is being emitted takes
/// effect when the outermost emission ends: one set of hooks sees the whole of an
/// event and of the events nested in it.
#[derive(Default)]
pub struct Hooks {
    enabled: Vec<Hook>,
    staged: Option<Vec<Hook>>,
    last_handle: u32,
}

impl Hooks {
    /// A handle for a new hook. Handles are never used again.
    pub fn new_handle(&mut self) -> u32 {
        self.last_handle += 1;
        self.last_handle
    }

    /// Enables a hook; false where it was enabled already.
    pub fn enable(&mut self, handle: u32, wants: Wants, emitting: bool) -> bool {
        let hooks = self.target(emitting);
        if hooks.iter().any(|hook| hook.handle == handle) {
            return false;
        }
        hooks.push(Hook { handle, wants });
        true
    }

    /// Disables a hook; false where it was not enabled.
    pub fn disable(&mut self, handle: u32, emitting: bool) -> bool {
        let hooks = self.target(emitting);
        let Some(index) = hooks.iter().position(|hook| hook.handle == handle) else {
            return false;
        };
        hooks.remove(index);
        true
    }

    /// Whether changes wait for the end of the outermost emission.
    pub fn has_staged(&self) -> bool {
        self.staged.is_some()
    }

    /// The outermost emission ended: staged changes take effect.
    pub fn settle(&mut self) {
        if let Some(staged) = self.staged.take() {
            self.enabled = staged;
        }
    }

    /// How many hooks are enabled, with or without callbacks.
    pub fn len(&self) -> usize {
        self.enabled.len()
    }

    /// What the enabled hooks want to hear, all together.
    pub fn wants(&self) -> Wants {
        Wants(self.enabled.iter().fold(0, |bits, hook| bits | hook.wants.bits()))
    }

    /// The handles of the hooks that want all of `bits`, in order.
    pub fn wanting(&self, bits: u32) -> Vec<u32> {
        self.enabled.iter().filter(|hook| hook.wants.has(bits)).map(|hook| hook.handle).collect()
    }

    fn target(&mut self, emitting: bool) -> &mut Vec<Hook> {
        if emitting || self.staged.is_some() {
            self.staged.get_or_insert_with(|| self.enabled.clone())
        } else {
            &mut self.enabled
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INIT: u32 = Wants::event(Event::Init);
    const DESTROY: u32 = Wants::event(Event::Destroy);

    fn wants(bits: u32) -> Wants {
        Wants::from_bits(bits)
    }

    #[test]
    fn hooks_keep_the_order_in_which_they_were_enabled() {
        let mut hooks = Hooks::default();
        for handle in [3, 1, 2] {
            assert!(hooks.enable(handle, wants(INIT), false));
        }
        assert!(!hooks.enable(1, wants(INIT), false), "enabled twice");
        assert_eq!(hooks.wanting(INIT), [3, 1, 2]);
        assert!(hooks.disable(1, false));
        assert!(!hooks.disable(1, false), "disabled twice");
        assert!(hooks.enable(1, wants(INIT), false));
        assert_eq!(hooks.wanting(INIT), [3, 2, 1]);
    }

    #[test]
    fn a_hook_hears_only_what_it_wants() {
        let mut hooks = Hooks::default();
        hooks.enable(1, wants(INIT | Wants::PROMISES), false);
        hooks.enable(2, wants(DESTROY), false);
        hooks.enable(3, wants(INIT), false);
        assert_eq!(hooks.wanting(INIT), [1, 3]);
        assert_eq!(hooks.wanting(INIT | Wants::PROMISES), [1]);
        assert_eq!(hooks.wanting(DESTROY), [2]);
        assert_eq!(hooks.wants().bits(), INIT | DESTROY | Wants::PROMISES);
    }

    #[test]
    fn changes_inside_an_emission_wait_for_its_end() {
        let mut hooks = Hooks::default();
        hooks.enable(1, wants(INIT), false);
        assert!(hooks.enable(2, wants(INIT), true));
        assert!(!hooks.enable(2, wants(INIT), true), "staged already");
        assert!(hooks.disable(1, true));
        assert_eq!(hooks.wanting(INIT), [1]);
        assert!(hooks.has_staged());
        hooks.settle();
        assert_eq!(hooks.wanting(INIT), [2]);
        assert!(!hooks.has_staged());
    }

    #[test]
    fn bits_without_a_meaning_are_dropped() {
        assert_eq!(wants(u32::MAX).bits(), 0b11_1111);
    }
}
