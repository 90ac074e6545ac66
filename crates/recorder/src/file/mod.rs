//! The format on disk, as `docs/format.md` describes it.
//!
//! * [`Writer`]: entries in, chunks out
//! * [`Reader`]: the way back, as a stream
//! * [`former`]: where the part before the newest one stands; `parts`: parts that are read as one
//! * [`end_by_signal`]: the end that a process could not write
//! * [`ReadError`]: why it fails
//! * `limits`: the constants of the format
//! * `chunk`: the frames that carry checksums
//! * `encode`, `decode`: entries as bytes, and back
//! * `predict`: what both sides expect next, which then need not be written
//! * `varint`: numbers as bytes

mod chunk;
mod decode;
mod encode;
mod error;
mod limits;
mod parts;
mod predict;
mod read;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg(test)]
mod tests;
mod varint;
mod write;

pub use error::{Damage, Problem, ReadError};
pub use parts::former;
pub use read::{Reader, header_length};
pub use write::{Writer, end_by_signal};
