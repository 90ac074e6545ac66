//! What is summed up of each type.

use recorder::spread::Spread;

/// The numbers of one type, or of all that share a row ([`super::Types::row`]).
#[derive(Default)]
pub(crate) struct TypeNumbers {
    pub created: u64,
    pub alive: u64,
    /// From its creation to its first callback.
    pub wait: Spread,
    /// From before to after, of all its callbacks.
    pub run: Spread,
    /// From its creation to its end.
    pub life: Spread,
}
