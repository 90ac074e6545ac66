//! Copies what is kept of a recording, while it goes on.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::create::{MOST_NAMES, create_new, numbered};

/// Bytes that are copied at once.
const BUFFER: usize = 1 << 18;

/// Makes a new file of what `write` writes, or one with a number in its name where something else has the name. It is there as a whole
/// or not at all.
pub(super) fn copy(asked: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<PathBuf> {
    let (mut file, part) = create_part(asked)?;
    let named = write(&mut file).and_then(|()| file.flush()).and_then(|()| name(&part, asked));
    let _ = fs::remove_file(part);
    named
}

/// A file beside it, that nobody takes for a recording.
fn create_part(asked: &Path) -> io::Result<(File, PathBuf)> {
    let name =
        asked.file_name().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it names no file"))?;
    for number in 0..=MOST_NAMES {
        let mut part = name.to_owned();
        part.push(format!(".{}-{number}.part", std::process::id()));
        let part = asked.with_file_name(part);
        match create_new(&part) {
            Ok(file) => return Ok((file, part)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(exhausted())
}

/// Gives the file its name, where nothing has it.
fn name(part: &Path, asked: &Path) -> io::Result<PathBuf> {
    for number in 0..=MOST_NAMES {
        let path = numbered(asked, number);
        match fs::hard_link(part, &path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // The file system has no links.
            Err(_) if fs::symlink_metadata(&path).is_err() => return fs::rename(part, &path).map(|()| path),
            Err(_) => {}
        }
    }
    Err(exhausted())
}

fn exhausted() -> io::Error {
    io::Error::new(ErrorKind::AlreadyExists, "it exists, and so do those with a number in their name")
}

/// Appends the first bytes of a file that somebody else writes, for as long as it may go on.
pub(super) fn append(file: &File, length: u64, out: &mut File, goes_on: impl Fn() -> bool) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut at = 0;
    while at < length {
        if !goes_on() {
            return Err(io::Error::other("the program ended before it was done"));
        }
        let most = usize::try_from(length - at).unwrap_or(BUFFER).min(BUFFER);
        match read_at(file, &mut buffer[..most], at) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                out.write_all(&buffer[..read])?;
                at += read as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The file of a name once more, for whoever copies it.
#[cfg(unix)]
pub(super) fn for_copies(file: &File, _: &Path) -> io::Result<File> {
    file.try_clone()
}

/// On Windows, reading moves the position, which a clone would share with the writer.
#[cfg(windows)]
pub(super) fn for_copies(_: &File, path: &Path) -> io::Result<File> {
    File::open(path)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
