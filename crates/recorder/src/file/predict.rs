//! What both sides of a file expect next on a thread, so that only surprises are written.
//!
//! The writer and the reader make the same calls in the same order, so they always expect the same.

use crate::event::{FIRST_OWN, Id};

/// Contexts below are forgotten: a program that never leaves them does not make the stack grow without end.
const DEPTH: usize = 64;

/// The ids of one space.
#[derive(Clone, Copy, Default)]
struct Ids {
    init: Id,
    before: Id,
    resolve: Id,
    destroy: Id,
}

#[derive(Default)]
pub(super) struct Predict {
    pub time: u64,
    /// The contexts that were entered and not left.
    entered: Vec<Id>,
    ids: [Ids; 2],
}

/// Which id of a space an event is measured from.
#[derive(Clone, Copy)]
pub(super) enum Role {
    Init,
    Before,
    After,
    Destroy,
    Resolve,
}

impl Predict {
    /// 1 for an id of this package's own, 0 for one of the runtime's.
    #[inline]
    pub(super) fn space(id: Id) -> usize {
        usize::from(id >= FIRST_OWN)
    }

    /// The current context.
    #[inline]
    pub(super) fn current(&self) -> Id {
        self.entered.last().copied().unwrap_or(0)
    }

    /// What the runtime created last.
    #[inline]
    pub(super) fn created(&self) -> Id {
        self.ids[0].init
    }

    /// The id that is expected of an event.
    #[inline]
    pub(super) fn id(&self, role: Role, space: usize) -> Id {
        let ids = &self.ids[space];
        match role {
            Role::Init => ids.init.wrapping_add(1),
            Role::Before => ids.before,
            Role::After => self.current(),
            Role::Destroy => ids.destroy.wrapping_add(1),
            Role::Resolve => ids.resolve,
        }
    }

    /// Learns the id that came.
    #[inline]
    pub(super) fn came(&mut self, role: Role, space: usize, id: Id) {
        let ids = &mut self.ids[space];
        match role {
            Role::Init => {
                if ids.init == 0 {
                    ids.before = id;
                    ids.resolve = id;
                    ids.destroy = id;
                }
                ids.init = id;
            }
            Role::Before => {
                ids.before = id;
                ids.resolve = id;
                self.enter(id);
            }
            Role::After => self.leave(id),
            Role::Destroy => ids.destroy = id,
            Role::Resolve => ids.resolve = id,
        }
    }

    fn enter(&mut self, id: Id) {
        if self.entered.len() == DEPTH {
            self.entered.remove(0);
        }
        self.entered.push(id);
    }

    /// Leaves the context, and those above that an exception left behind.
    fn leave(&mut self, id: Id) {
        if let Some(at) = self.entered.iter().rposition(|&entered| entered == id) {
            self.entered.truncate(at);
        }
    }
}
