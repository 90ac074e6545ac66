//! The format on disk, as `docs/format.md` describes it.
//!
//! * [`Writer`]: entries in, chunks out
//! * [`Reader`]: the way back, as a stream
//! * `chunk`: the frames that carry checksums
//! * `encode`, `decode`: entries as bytes, and back
//! * `predict`: what both sides expect next, which then need not be written
//! * `varint`: numbers as bytes

mod chunk;
mod decode;
mod encode;
mod predict;
mod read;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg(test)]
mod tests;
mod varint;
mod write;

pub use read::{ReadError, Reader};
pub use write::Writer;

/// What a file begins with: a byte above 127, the name, and line ends that a transfer as text would change.
const MAGIC: [u8; 8] = *b"\x89AHR\r\n\x1a\n";
const VERSION: u16 = 1;
/// Magic, version, two bytes of zero, length and checksum of what follows.
const PREFIX: usize = 20;

/// No chunk is longer than this before compression; a reader takes a longer one for damage.
const MAX_RAW: usize = 1 << 21;
/// A longer string is cut, so that a chunk with it stays below [`MAX_RAW`].
const MAX_STRING: usize = 1 << 20;
/// The header's strings together.
const MAX_HEADER: usize = 1 << 24;
/// A reader keeps so many of the program's arguments.
const MAX_ARGUMENTS: u64 = 1 << 12;
/// A reader follows so many threads, and skips the others.
const MAX_THREADS: usize = 1 << 14;
