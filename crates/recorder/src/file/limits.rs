//! The constants of the format.

/// What a file begins with: a byte above 127, the name, and line ends that a transfer as text would change.
pub(crate) const MAGIC: [u8; 8] = *b"\x89AHR\r\n\x1a\n";
pub(crate) const VERSION: u16 = 1;
/// Magic, version, two bytes of zero, length and checksum of what follows.
pub(crate) const PREFIX: usize = 20;

/// No chunk is longer than this before compression; a reader takes a longer one for damage.
pub(crate) const MAX_RAW: usize = 1 << 21;
/// A longer string is cut, so that a chunk with it stays below [`MAX_RAW`].
pub(crate) const MAX_STRING: usize = 1 << 20;
/// The header's strings together.
pub(crate) const MAX_HEADER: usize = 1 << 24;
/// A reader keeps so many of the program's arguments.
pub(crate) const MAX_ARGUMENTS: u64 = 1 << 12;
/// A reader follows so many threads, and skips the others.
pub(crate) const MAX_THREADS: usize = 1 << 14;
