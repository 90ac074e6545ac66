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
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Hook {
    handle: u32,
    wants: Wants,
}

/// What became of a change of the set of enabled hooks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It is as was asked for already.
    None,
    /// It takes effect when the outermost emission is over.
    Staged,
    Done,
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

    pub fn enable(&mut self, handle: u32, wants: Wants, emitting: bool) -> Change {
        if self.position(handle).is_some() {
            return Change::None;
        }
        self.change(emitting, |hooks| hooks.push(Hook { handle, wants }))
    }

    pub fn disable(&mut self, handle: u32, emitting: bool) -> Change {
        let Some(index) = self.position(handle) else { return Change::None };
        self.change(emitting, |hooks| {
            hooks.remove(index);
        })
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
    pub fn count(&self) -> usize {
        self.enabled.len()
    }

    /// What the enabled hooks want to hear, all together.
    pub fn wants(&self) -> Wants {
        Self::sum(&self.enabled)
    }

    /// The same of those that are enabled when staged changes have taken effect.
    pub fn next_wants(&self) -> Wants {
        Self::sum(self.staged.as_ref().unwrap_or(&self.enabled))
    }

    fn sum(hooks: &[Hook]) -> Wants {
        Wants(hooks.iter().fold(0, |bits, hook| bits | hook.wants.bits()))
    }

    /// The handles of the enabled hooks, in order.
    pub fn handles(&self) -> Vec<u32> {
        self.enabled.iter().map(|hook| hook.handle).collect()
    }

    /// Where a hook stands in the set that the next change applies to.
    fn position(&self, handle: u32) -> Option<usize> {
        self.staged.as_ref().unwrap_or(&self.enabled).iter().position(|hook| hook.handle == handle)
    }

    fn change(&mut self, emitting: bool, change: impl FnOnce(&mut Vec<Hook>)) -> Change {
        if emitting || self.staged.is_some() {
            change(self.staged.get_or_insert_with(|| self.enabled.clone()));
            Change::Staged
        } else {
            change(&mut self.enabled);
            Change::Done
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
            assert_eq!(hooks.enable(handle, wants(INIT), false), Change::Done);
        }
        assert_eq!(hooks.enable(1, wants(INIT), false), Change::None, "enabled twice");
        assert_eq!(hooks.handles(), [3, 1, 2]);
        assert_eq!(hooks.disable(1, false), Change::Done);
        assert_eq!(hooks.disable(1, false), Change::None, "disabled twice");
        assert_eq!(hooks.enable(1, wants(INIT), false), Change::Done);
        assert_eq!(hooks.handles(), [3, 2, 1]);
    }

    #[test]
    fn what_hooks_want_adds_up() {
        let mut hooks = Hooks::default();
        hooks.enable(1, wants(INIT | Wants::PROMISES), false);
        hooks.enable(2, wants(DESTROY), false);
        hooks.enable(3, wants(INIT), false);
        hooks.disable(2, false);
        assert_eq!(hooks.wants().bits(), INIT | Wants::PROMISES);
        hooks.enable(2, wants(DESTROY), false);
        assert_eq!(hooks.wants().bits(), INIT | DESTROY | Wants::PROMISES);
    }

    #[test]
    fn changes_inside_an_emission_wait_for_its_end() {
        let mut hooks = Hooks::default();
        hooks.enable(1, wants(INIT), false);
        assert_eq!(hooks.enable(1, wants(INIT), true), Change::None);
        assert!(!hooks.has_staged(), "nothing changes");
        assert_eq!(hooks.enable(2, wants(INIT), true), Change::Staged);
        assert_eq!(hooks.enable(2, wants(INIT), true), Change::None, "staged already");
        assert_eq!(hooks.disable(1, true), Change::Staged);
        assert_eq!(hooks.next_wants(), wants(INIT));
        assert_eq!(hooks.disable(2, true), Change::Staged);
        assert_eq!((hooks.next_wants(), hooks.wants()), (wants(0), wants(INIT)));
        assert_eq!(hooks.enable(2, wants(INIT), true), Change::Staged);
        assert_eq!(hooks.handles(), [1]);
        assert!(hooks.has_staged());
        hooks.settle();
        assert_eq!(hooks.handles(), [2]);
        assert!(!hooks.has_staged());
    }

    #[test]
    fn bits_without_a_meaning_are_dropped() {
        assert_eq!(wants(u32::MAX).bits(), 0b11_1111);
    }
}
