//! The recorder: what the asynchronous operations of a program did, as a file and as reports.
//!
//! * [`event`]: what can stand in a recording
//! * [`ring`]: between a thread of JavaScript and the drain thread (`docs/recorder.md`); [`shared`] is its memory
//! * [`process`]: the recording of a process: who takes part, when it starts and when it ends
//! * `drain`: a recording that runs; `output`: where it is written to, by a thread of its own; `clock`: the time since it began
//! * [`source`]: one thread's ring, as it is drained; [`stats`]: what is counted meanwhile
//! * `exit`: the end of the process
//! * [`file`]: the format on disk, its writer and its reader (`docs/format.md`)
//! * [`spread`]: how long something took, over many times
//!
//! Nothing here knows Node: plain `cargo test` runs all of it.

#[cfg(not(loom))]
mod clock;
#[cfg(not(loom))]
mod drain;
pub mod event;
#[cfg(not(loom))]
mod exit;
pub mod file;
#[cfg(not(loom))]
mod output;
#[cfg(not(loom))]
pub mod process;
pub mod ring;
#[cfg(not(loom))]
pub mod shared;
#[cfg(not(loom))]
pub mod source;
pub mod spread;
#[cfg(not(loom))]
pub mod stats;
