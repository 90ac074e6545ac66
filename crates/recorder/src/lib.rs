//! The recorder: what the asynchronous operations of a program did, as a file.
//!
//! * [`event`]: what can stand in a recording
//! * [`ring`]: between a thread of JavaScript and the drain thread (`docs/recorder.md`); [`shared`] is its memory
//! * [`process`]: the recording of a process: who takes part, when it starts and when it ends
//! * `drain`: a recording that runs; `output`: where it is written to, by a thread of its own; `clock`: the time since it began
//! * [`source`]: one thread's ring, as it is drained; [`stats`]: what is counted meanwhile; `own_time`: how much of its time is a
//!   thread's own
//! * [`keep`]: of a recording, only the newest; `alive`: a table by ids; `signal`: one that asks for a copy of what is kept
//! * `exit`: the end of the process
//! * [`mod@file`]: the format on disk, its writer and its reader (`docs/format.md`)
//! * [`spread`]: how long something took, over many times
//!
//! Nothing here knows Node: plain `cargo test` runs all of it.
//!
//! ```
//! use recorder::event::{Entry, Header};
//! use recorder::file::{Reader, Writer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let path = std::env::temp_dir().join(format!("recorder-example-{}.rec", std::process::id()));
//! let mut writer = Writer::new(std::fs::File::create(&path)?, &Header::default())?;
//! let mark = Entry::Mark { time: 5, name: "here".to_owned() };
//! writer.append(0, &[mark.clone()])?;
//! writer.finish()?;
//!
//! let mut reader = Reader::open(&path)?;
//! assert_eq!(reader.next().transpose()?, Some((0, mark)));
//! assert!(reader.next().is_none() && reader.is_complete());
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```

#[cfg(not(loom))]
mod alive;
#[cfg(not(loom))]
mod clock;
#[cfg(not(loom))]
mod drain;
pub mod event;
#[cfg(not(loom))]
mod exit;
pub mod file;
#[cfg(not(loom))]
pub mod keep;
#[cfg(not(loom))]
mod output;
#[cfg(not(loom))]
mod own_time;
#[cfg(not(loom))]
pub mod process;
pub mod ring;
#[cfg(not(loom))]
pub mod shared;
#[cfg(not(loom))]
mod signal;
#[cfg(not(loom))]
pub mod source;
pub mod spread;
#[cfg(not(loom))]
pub mod stats;
