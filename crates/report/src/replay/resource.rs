//! A resource that is alive.

use recorder::event::Id;

use super::types::Type;

/// A resource, by the position of its thread in [`super::Replay::threads`] and its id.
pub(crate) type Key = (u32, Id);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub trigger: Id,
    pub created: u64,
    /// What it belongs to: the id of the first resource of the tree, by trigger; or a request
    /// ([`super::Request::trace`]).
    pub trace: Id,
    /// The number of where it was created ([`super::Replay::stack`]); 0 where that is not known.
    pub stack: u32,
    pub type_: Type,
    pub(super) state: u8,
}

impl Resource {
    pub(super) const WITHIN: u8 = 1;
    pub(super) const RAN: u8 = 2;
    pub(super) const SETTLED: u8 = 4;
    pub(super) const SERVED: u8 = 8;
    pub(super) const BEFORE: u8 = 16;

    /// It was created in a callback.
    pub(crate) fn within(&self) -> bool {
        self.state & Self::WITHIN != 0
    }

    /// Its callback has run.
    pub(crate) fn ran(&self) -> bool {
        self.state & Self::RAN != 0
    }

    /// It is a promise that was resolved or rejected.
    pub(crate) fn settled(&self) -> bool {
        self.state & Self::SETTLED != 0
    }

    /// It was there before the recording began: its creation is older than what [`Resource::created`] says.
    pub(crate) fn was_before(&self) -> bool {
        self.state & Self::BEFORE != 0
    }

    /// Requests of servers came on it.
    pub(super) fn served(&self) -> bool {
        self.state & Self::SERVED != 0
    }
}

// There are millions of them at once.
const _: () = assert!(size_of::<(Key, Resource)>() == 48);
