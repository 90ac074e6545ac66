//! Why a file cannot be read.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::io;

use super::limits::VERSION;

/// Why a file cannot be read any further. Everything before the offset has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// Where in the file.
    pub offset: u64,
    /// What is wrong there.
    pub what: Problem,
}

impl ReadError {
    pub(crate) fn new(offset: u64, what: Problem) -> Self {
        Self { offset, what }
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} (at byte {})", self.what, self.offset)
    }
}

impl Error for ReadError {}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The system does not give it, and says why.
    Unreadable(String),
    /// There is no such file; the system's words for that.
    Missing(String),
    /// It is a folder.
    Folder,
    /// It has no bytes.
    Empty,
    /// It does not begin as a recording does.
    Foreign,
    /// It is of another version of the format.
    Version(u16),
    /// The header ends too soon, or is not what was written.
    Header,
    /// The header says what cannot be.
    HeaderDamage(Damage),
    /// The file ends inside of a chunk.
    CutOff,
    /// Where a chunk should begin, there is none.
    NoChunk,
    /// A chunk is longer than a writer makes it.
    LongChunk,
    /// A chunk is not what was written.
    Checksum,
    /// A chunk says what cannot be.
    ChunkDamage(Damage),
    /// The file goes on behind its end.
    Trailing,
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(error.to_string()),
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Self::Unreadable(why) | Self::Missing(why) => write!(f, "the file cannot be read: {why}"),
            Self::Folder => f.write_str("this is a folder, not a recording"),
            Self::Empty => f.write_str("the file is empty"),
            Self::Foreign => f.write_str("this is no recording of async-hooks-rs"),
            Self::Version(version) => {
                write!(f, "the file has version {version} of the format, and this reads version {VERSION}")
            }
            Self::Header => f.write_str("the header is cut off or damaged"),
            Self::HeaderDamage(damage) => write!(f, "the header is damaged: {damage}"),
            Self::CutOff => f.write_str("the file is cut off in a chunk"),
            Self::NoChunk => f.write_str("no chunk begins here"),
            Self::LongChunk => f.write_str("a chunk exceeds the maximum length"),
            Self::Checksum => f.write_str("a chunk is damaged: its checksum does not match"),
            Self::ChunkDamage(damage) => write!(f, "a chunk is damaged: {damage}"),
            Self::Trailing => f.write_str("something follows the end of the recording"),
        }
    }
}

/// What is wrong with bytes whose checksum is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// They end too soon.
    CutOff,
    /// A number does not fit.
    LargeNumber,
    /// A string goes over the end.
    LongString,
    /// A string is no text.
    NotUtf8,
    /// A column goes over the end.
    LongColumn,
    /// An entry is of a kind that nobody writes.
    UnknownKind,
    /// An event is of a type that was not named.
    UnnamedType,
    /// An event has a stack that was not told.
    MissingStack,
    /// An id is larger than JavaScript counts.
    UnsafeId,
    /// The times add up to more than a number holds.
    LargeTime,
    /// The indices of types or stacks do not count up.
    NamesOutOfOrder,
    /// There are more types or stacks than indices.
    ManyNames,
    /// Unpacking fails, or makes another length.
    Packed,
    /// It is packed in a way that nobody packs.
    UnknownCodec,
    /// Bytes are left behind the last entry.
    Trailing,
}

impl Display for Damage {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::CutOff => "it ends in the middle of an entry",
            Self::LargeNumber => "a number is too large",
            Self::LongString => "a string is longer than what is left",
            Self::NotUtf8 => "a string is not UTF-8",
            Self::LongColumn => "a column is longer than the chunk",
            Self::UnknownKind => "there is an entry of an unknown kind",
            Self::UnnamedType => "a type has no name",
            Self::MissingStack => "a stack is missing",
            Self::UnsafeId => "an id is no safe integer",
            Self::LargeTime => "a time is too large",
            Self::NamesOutOfOrder => "names are not in order",
            Self::ManyNames => "there are too many names",
            Self::Packed => "it cannot be unpacked",
            Self::UnknownCodec => "it is packed in an unknown way",
            Self::Trailing => "something follows its last entry",
        })
    }
}
