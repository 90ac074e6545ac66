//! The recorder: what the asynchronous operations of a program did, as a file and as reports.
//!
//! * [`event`]: what can stand in a recording
//! * [`ring`]: between a thread of JavaScript and the drain thread (`docs/recorder.md`); [`shared`] is its memory
//! * [`clock`]: the time since the recording began
//! * [`source`]: one thread's ring, as it is drained; [`stats`]: what is counted meanwhile
//! * [`drain`]: a recording that runs; [`output`]: where it is written to, by a thread of its own
//! * [`file`]: the format on disk, its writer and its reader (`docs/format.md`)
//! * [`spread`]: how long something took, over many times
//!
//! Nothing here knows Node: plain `cargo test` runs all of it.

#[cfg(not(loom))]
pub mod clock;
#[cfg(not(loom))]
pub mod drain;
pub mod event;
pub mod file;
#[cfg(not(loom))]
pub mod output;
pub mod ring;
#[cfg(not(loom))]
pub mod shared;
#[cfg(not(loom))]
pub mod source;
pub mod spread;
#[cfg(not(loom))]
pub mod stats;
