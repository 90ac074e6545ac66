//! Which file a recording is written to. No file that exists is ever overwritten, and nobody but the user may read
//! what is created.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::file::former;

/// How many names are tried beside the one that was asked for.
pub(super) const MOST_NAMES: u32 = 99_999;

/// A file to write to.
pub(super) struct Created {
    pub file: File,
    pub path: PathBuf,
    /// Whether it was created here, and not a pipe or device that existed.
    pub is_new: bool,
}

/// Creates the file, or one with a number in its name where something else has the name. A pipe or a
/// character device that exists is written to, unless the recording is to be in parts.
#[cold]
pub(super) fn create(asked: &Path, in_parts: bool) -> io::Result<Created> {
    for number in 0..=MOST_NAMES {
        let path = numbered(asked, number);
        if in_parts && fs::symlink_metadata(former(&path)).is_ok() {
            continue;
        }
        match create_new(&path) {
            Ok(file) => return Ok(Created { file, path, is_new: true }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        if number == 0
            && let Some(file) = existing::open(asked)?
        {
            if in_parts {
                let text = "the newest can be kept in a file only";
                return Err(io::Error::new(ErrorKind::Unsupported, text));
            }
            return Ok(Created { file, path, is_new: false });
        }
    }
    Err(io::Error::new(ErrorKind::AlreadyExists, "it exists, and so do those with a number in their name"))
}

/// Follows no symbolic link: where there is one, something exists.
#[cold]
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    // Read by whoever dumps it.
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// `app.rec`, `app.1.rec`, `app.2.rec` …
pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(unix)]
mod existing {
    use std::fs::{self, File, Metadata, OpenOptions};
    use std::io::{self, ErrorKind};
    use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
    use std::path::Path;

    /// Opens what exists under a name, if it is something that is written to and not into.
    pub(super) fn open(path: &Path) -> io::Result<Option<File>> {
        let is_link = fs::symlink_metadata(path)?.is_symlink();
        let is_systems = is_systems_own(path);
        if is_link && !is_systems {
            return Ok(None);
        }
        let found = fs::metadata(path)?;
        if found.is_dir() {
            return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder"));
        }
        if found.is_file() {
            // As `/dev/stdout` is, where the shell redirects it.
            let text = "it leads to a file that exists; name another file";
            return if is_link { Err(io::Error::new(ErrorKind::AlreadyExists, text)) } else { Ok(None) };
        }
        // SAFETY: asks for a number, and always succeeds.
        let user = unsafe { libc::geteuid() };
        if found.file_type().is_fifo() && !is_systems && found.uid() != user {
            // Whoever made it would read along.
            return Ok(None);
        }
        let no_follow = if is_systems { 0 } else { libc::O_NOFOLLOW };
        let file = OpenOptions::new()
            .write(true)
            // Without it, a pipe that nobody reads would not open, and one that is full would take the thread along.
            .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | no_follow)
            .open(path)
            .map_err(|error| explained(error, &found))?;
        // It may be another one by now.
        let kind = file.metadata()?.file_type();
        if kind.is_file() || kind.is_block_device() {
            return Err(io::Error::new(ErrorKind::Unsupported, "it is neither a new file nor a pipe"));
        }
        Ok(Some(file))
    }

    /// Links there lead to what the process has open: nobody else can have put them there.
    fn is_systems_own(path: &Path) -> bool {
        let parent = path.parent();
        [Path::new("/dev"), Path::new("/dev/fd")].iter().any(|folder| parent == Some(folder))
            || path.starts_with("/proc")
    }

    fn explained(error: io::Error, found: &Metadata) -> io::Error {
        if error.raw_os_error() == Some(libc::ENXIO) && found.file_type().is_fifo() {
            return io::Error::new(error.kind(), "nobody reads this pipe; start its reader first");
        }
        error
    }
}

#[cfg(not(unix))]
mod existing {
    use std::fs::{self, File, OpenOptions};
    use std::io;
    use std::path::Path;

    /// Opens what exists under a name, if it is something that is written to and not into.
    pub(super) fn open(path: &Path) -> io::Result<Option<File>> {
        let found = fs::symlink_metadata(path)?;
        if found.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        if found.is_file() || found.is_symlink() {
            return Ok(None);
        }
        OpenOptions::new().write(true).open(path).map(Some)
    }
}
