//! Which hooks are enabled, in what order, and what they want to hear.

/// What a hook wants to hear, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wants(u32);

impl Wants {
    /// It has an `init`.
    pub const INIT: u32 = 1;
    /// It has a `before`.
    pub const BEFORE: u32 = 2;
    /// It has an `after`.
    pub const AFTER: u32 = 4;
    /// It has a `destroy`.
    pub const DESTROY: u32 = 8;
    /// It has a `promiseResolve`.
    pub const PROMISE_RESOLVE: u32 = 16;
    /// It follows promises too (`trackPromises` is not `false`).
    pub const PROMISES: u32 = 32;
    const CALLBACKS: u32 = Self::PROMISES - 1;
    const EVERYTHING: u32 = Self::PROMISES | Self::CALLBACKS;
    /// What is tracked of promises beside contexts.
    const TRACKED: u32 = Self::INIT | Self::DESTROY | Self::PROMISE_RESOLVE;

    /// Bits that mean nothing are dropped.
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::EVERYTHING)
    }

    /// As JavaScript gets them.
    pub fn bits(self) -> u32 {
        self.0
    }

    fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }

    fn of(self, bits: u32) -> Self {
        Self(self.0 & bits)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Hook {
    handle: u32,
    wants: Wants,
}

/// What JavaScript has to do about a change of the hooks, as bits of one number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Todo(u32);

impl Todo {
    /// The hook was enabled or disabled, or will be when the outermost emission ends.
    pub const CHANGED: u32 = 1;
    /// It was now: the lists of whom to call change.
    pub const NOW: u32 = 2;
    /// Node follows from here on what is still followed of promises.
    pub const AT_NODE: u32 = 4;
    /// Promises are followed from here on as [`Hooks::tracked`] and [`Hooks::wants`] say.
    pub const FOLLOW: u32 = 8;
    /// The same, but before [`Todo::AT_NODE`] is done: whoever sees a promise first gives it its ids.
    pub const FOLLOW_FIRST: u32 = 32;
    /// A microtask ends the following of promises, unless a hook wants them again by then: [`Hooks::end_following`].
    pub const LEAVE: u32 = 16;

    /// As JavaScript gets it.
    pub fn bits(self) -> u32 {
        self.0
    }

    fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }

    fn and(self, bits: u32, is_due: bool) -> Self {
        if is_due { Self(self.0 | bits) } else { self }
    }
}

/// The enabled hooks of a thread, in the order in which they were enabled, and what follows from them.
///
/// A hook that is enabled or disabled while an event is being emitted takes
/// effect when the outermost emission ends: one set of hooks sees the whole of an
/// event and of the events nested in it.
#[derive(Default)]
pub struct Hooks {
    enabled: Vec<Hook>,
    staged: Option<Vec<Hook>>,
    /// Whether a hook had a callback after the last change, and after the last one that was staged. Node counts callbacks
    /// separately for the two, and stops following promises when a count falls to zero.
    had_callbacks: bool,
    had_staged_callbacks: bool,
    /// What is tracked of promises beside contexts, while they are followed. As in Node this is decided when a hook is enabled,
    /// by the hooks that are enabled so far, and not again when a change takes effect.
    followed: Option<Wants>,
    /// A microtask is to end that.
    is_leaving: bool,
    /// Node follows promises since the last hook was disabled.
    is_at_node: bool,
}

impl Hooks {
    /// Enables the hook with this handle. The emission of an event makes it wait.
    pub fn enable(&mut self, handle: u32, wants: Wants, emitting: bool) -> Todo {
        let follows = wants.has(Wants::PROMISES);
        let was_at_node = std::mem::take(&mut self.is_at_node);
        // Before the microtask that ends it, what Node follows is what the new hook wants.
        let at_node = was_at_node && follows && self.followed.is_some() && self.enabled.is_empty();
        let todo = Todo::default().and(Todo::AT_NODE, at_node);
        if self.position(handle).is_some() {
            return todo;
        }
        let change = self.change(emitting, |hooks| hooks.push(Hook { handle, wants }));
        self.note_callbacks(change);
        if follows {
            self.followed = Some(self.wants().of(Wants::TRACKED));
            self.is_leaving = false;
        }
        // With an `init` the ids are given here, where the contexts are known. Without one Node gives them: it knows nothing of what
        // it finds, as if nobody had followed promises before.
        let first = at_node && wants.has(Wants::INIT);
        todo.and(change.bits(), true).and(Todo::FOLLOW_FIRST, first).and(Todo::FOLLOW, follows && !first)
    }

    /// Disables it. In a context that was entered, Node is not given what is still followed of promises: it would take whatever
    /// runs underneath for what triggers new ones.
    pub fn disable(&mut self, handle: u32, emitting: bool, entered: bool) -> Todo {
        let Some(index) = self.position(handle) else { return Todo::default() };
        let change = self.change(emitting, |hooks| {
            hooks.remove(index);
        });
        let were_last = self.note_callbacks(change);
        let is_following = self.followed.is_some();
        self.is_at_node = change.has(Todo::NOW) && is_following && self.enabled.is_empty() && !entered;
        let is_leaving = is_following && (were_last || self.is_at_node);
        self.is_leaving |= is_leaving;
        change.and(Todo::AT_NODE, self.is_at_node).and(Todo::LEAVE, is_leaving)
    }

    /// Whether changes wait for the end of the outermost emission.
    pub fn has_staged(&self) -> bool {
        self.staged.is_some()
    }

    /// The outermost emission ended: staged changes take effect.
    pub fn settle(&mut self) -> Todo {
        if let Some(staged) = self.staged.take() {
            self.enabled = staged;
        }
        self.had_staged_callbacks = false;
        Todo::default().and(Todo::FOLLOW, self.followed.is_some())
    }

    /// The microtask of [`Todo::LEAVE`] runs. Answers whether promises are not followed any more.
    pub fn end_following(&mut self) -> bool {
        let ends = std::mem::take(&mut self.is_leaving);
        if ends {
            self.followed = None;
        }
        ends
    }

    /// What is tracked of promises beside contexts.
    pub fn tracked(&self) -> Wants {
        self.followed.unwrap_or_default()
    }

    /// How many hooks are enabled, with or without callbacks.
    pub fn count(&self) -> usize {
        self.enabled.len()
    }

    /// What the enabled hooks want to hear, all together.
    pub fn wants(&self) -> Wants {
        Self::sum(&self.enabled)
    }

    /// Notes whether a hook has a callback, with staged changes. Answers whether one had, by the same count, and none has any more.
    fn note_callbacks(&mut self, change: Todo) -> bool {
        let has =
            Self::sum(self.staged.as_ref().unwrap_or(&self.enabled)).of(Wants::CALLBACKS) != Wants::default();
        let count =
            if change.has(Todo::NOW) { &mut self.had_callbacks } else { &mut self.had_staged_callbacks };
        std::mem::replace(count, has) && !has
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

    fn change(&mut self, emitting: bool, change: impl FnOnce(&mut Vec<Hook>)) -> Todo {
        if emitting || self.staged.is_some() {
            change(self.staged.get_or_insert_with(|| self.enabled.clone()));
            Todo(Todo::CHANGED)
        } else {
            change(&mut self.enabled);
            Todo(Todo::CHANGED | Todo::NOW)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INIT: u32 = Wants::INIT;
    const DESTROY: u32 = Wants::DESTROY;
    const NONE: u32 = 0;
    const STAGED: u32 = Todo::CHANGED;
    const DONE: u32 = Todo::CHANGED | Todo::NOW;
    const AT_NODE: u32 = Todo::AT_NODE;
    const FOLLOW: u32 = Todo::FOLLOW;
    const LEAVE: u32 = Todo::LEAVE;

    /// The hooks with what is tried on them: inside an emission or not, outside of any context.
    #[derive(Default)]
    struct Tried {
        hooks: Hooks,
        emitting: bool,
    }

    impl Tried {
        fn enable(&mut self, handle: u32, bits: u32) -> u32 {
            self.hooks.enable(handle, Wants::from_bits(bits), self.emitting).bits()
        }

        fn disable(&mut self, handle: u32) -> u32 {
            self.hooks.disable(handle, self.emitting, false).bits()
        }

        fn settle(&mut self) -> u32 {
            self.emitting = false;
            self.hooks.settle().bits()
        }

        fn wants(&self) -> u32 {
            self.hooks.wants().bits()
        }
    }

    #[test]
    fn hooks_keep_the_order_in_which_they_were_enabled() {
        let mut tried = Tried::default();
        for handle in [3, 1, 2] {
            assert_eq!(tried.enable(handle, INIT), DONE);
        }
        assert_eq!(tried.enable(1, INIT), NONE, "enabled twice");
        assert_eq!(tried.hooks.handles(), [3, 1, 2]);
        assert_eq!(tried.disable(1), DONE);
        assert_eq!(tried.disable(1), NONE, "disabled twice");
        assert_eq!(tried.enable(1, INIT), DONE);
        assert_eq!(tried.hooks.handles(), [3, 2, 1]);
    }

    #[test]
    fn what_hooks_want_adds_up() {
        let mut tried = Tried::default();
        tried.enable(1, INIT | Wants::PROMISES);
        tried.enable(2, DESTROY);
        tried.enable(3, INIT);
        tried.disable(2);
        assert_eq!(tried.wants(), INIT | Wants::PROMISES);
        tried.enable(2, DESTROY);
        assert_eq!(tried.wants(), INIT | DESTROY | Wants::PROMISES);
    }

    #[test]
    fn changes_inside_an_emission_wait_for_its_end() {
        let mut tried = Tried::default();
        tried.enable(1, INIT);
        tried.emitting = true;
        assert_eq!(tried.enable(1, INIT), NONE);
        assert!(!tried.hooks.has_staged(), "nothing changes");
        assert_eq!(tried.enable(2, INIT), STAGED);
        assert_eq!(tried.enable(2, INIT), NONE, "staged already");
        assert_eq!(tried.disable(1), STAGED);
        assert_eq!(tried.disable(2), STAGED);
        assert_eq!(tried.wants(), INIT);
        assert_eq!(tried.enable(2, DESTROY), STAGED);
        assert_eq!(tried.hooks.handles(), [1]);
        assert!(tried.hooks.has_staged());
        assert_eq!(tried.settle(), NONE);
        assert_eq!((tried.hooks.handles(), tried.wants()), (vec![2], DESTROY));
        assert!(!tried.hooks.has_staged());
    }

    #[test]
    fn bits_without_a_meaning_are_dropped() {
        assert_eq!(Wants::from_bits(u32::MAX).bits(), 0b11_1111);
    }

    #[test]
    fn promises_are_tracked_for_the_hooks_that_are_enabled_so_far() {
        let mut tried = Tried::default();
        tried.enable(1, DESTROY);
        assert_eq!(tried.hooks.tracked(), Wants::default(), "nobody follows promises");
        assert_eq!(tried.enable(2, INIT | Wants::PROMISES), DONE | FOLLOW);
        assert_eq!(tried.hooks.tracked().bits(), INIT | DESTROY);
        tried.enable(3, Wants::BEFORE | Wants::PROMISE_RESOLVE);
        assert_eq!(tried.hooks.tracked().bits(), INIT | DESTROY, "it does not follow promises");
        tried.emitting = true;
        assert_eq!(tried.enable(4, Wants::PROMISES), STAGED | FOLLOW);
        assert_eq!(tried.hooks.tracked().bits(), INIT | DESTROY | Wants::PROMISE_RESOLVE);
        assert_eq!(tried.settle(), FOLLOW);
    }

    #[test]
    fn promises_are_left_in_a_microtask_unless_a_hook_comes_first() {
        let mut tried = Tried::default();
        tried.enable(1, INIT | Wants::PROMISES);
        assert!(!tried.hooks.end_following(), "nobody asked for it");
        assert_eq!(tried.disable(1), DONE | AT_NODE | LEAVE);
        assert_eq!(tried.enable(1, INIT | Wants::PROMISES), DONE | AT_NODE | Todo::FOLLOW_FIRST);
        assert!(!tried.hooks.end_following(), "a hook was enabled before");
        assert_eq!(tried.disable(1), DONE | AT_NODE | LEAVE);
        assert_eq!(tried.enable(2, DESTROY | Wants::PROMISES), DONE | AT_NODE | FOLLOW, "Node is first");
        assert_eq!(tried.disable(2), DONE | AT_NODE | LEAVE);
        assert!(tried.hooks.end_following());
        assert!(!tried.hooks.end_following(), "a second one");
        assert_eq!(tried.enable(1, INIT | Wants::PROMISES), DONE | FOLLOW, "Node has left them too");
    }

    #[test]
    fn promises_are_left_with_the_last_callback() {
        let mut tried = Tried::default();
        tried.enable(1, Wants::PROMISES);
        tried.enable(2, INIT | Wants::PROMISES);
        assert_eq!(tried.disable(2), DONE | LEAVE, "the other hook has no callback, and stays");
        assert!(tried.hooks.end_following());
        assert_eq!(tried.disable(1), DONE, "nothing is followed");
    }

    #[test]
    fn node_gets_no_promises_in_a_context_or_from_a_staged_change() {
        let mut tried = Tried::default();
        tried.enable(1, INIT | Wants::PROMISES);
        assert_eq!(tried.hooks.disable(1, false, true).bits(), DONE | LEAVE);
        tried.enable(1, INIT | Wants::PROMISES);
        tried.emitting = true;
        assert_eq!(tried.disable(1), STAGED, "no staged change came before");
        tried.settle();
        assert_eq!(tried.wants(), 0);
    }

    #[test]
    fn staged_changes_have_a_count_of_callbacks_of_their_own() {
        let mut tried = Tried::default();
        tried.enable(1, INIT | Wants::PROMISES);
        tried.emitting = true;
        assert_eq!(tried.enable(2, DESTROY), STAGED);
        assert_eq!(tried.disable(2), STAGED, "another hook has callbacks");
        assert_eq!(tried.disable(1), STAGED | LEAVE);
        tried.settle();
        tried.emitting = true;
        assert_eq!(tried.enable(3, NONE), STAGED, "and the count begins anew with each emission");
        assert_eq!(tried.disable(3), STAGED);
    }
}
