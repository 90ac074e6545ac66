//! From one part of a recording to the next: the file that is written takes the place of the one before, and a new one has its
//! name.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::path::Path;

use super::create::create_new;
use crate::file::former;

/// How the new part begins.
pub(super) enum Anew {
    /// In a file of its own.
    Created,
    /// In the file that had the part before, which is lost; and why, where that was not said before.
    Emptied(Option<io::Error>),
}

/// Makes `file` one that has nothing yet. `before` is the file of the part before, where there is one. A part that has failed is not
/// whole, so no other follows it.
pub(super) fn begin_anew(
    file: &mut File,
    path: &Path,
    before: Option<&File>,
    has_failed: bool,
) -> io::Result<Anew> {
    let replaced = if has_failed { Err(None) } else { replace(file, path, before).map_err(Some) };
    match replaced {
        Ok(fresh) => {
            *file = fresh;
            Ok(Anew::Created)
        }
        Err(why) => {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            Ok(Anew::Emptied(why))
        }
    }
}

fn replace(file: &File, path: &Path, before: Option<&File>) -> io::Result<File> {
    let old = former(path);
    match fs::symlink_metadata(&old) {
        Ok(_) if !before.is_some_and(|before| is_at(before, &old)) => {
            let what = format!("{} is another file", old.display());
            return Err(io::Error::new(ErrorKind::AlreadyExists, what));
        }
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match fs::symlink_metadata(path) {
        Ok(_) if is_at(file, path) => put(path, &old)?,
        // Somebody has taken it away.
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Ok(_) => {
            let what = format!("{} is another file", path.display());
            return Err(io::Error::new(ErrorKind::AlreadyExists, what));
        }
        Err(error) => return Err(error),
    }
    create_new(path).inspect_err(|_| {
        // No file may be created here any more; the part before stays where it was.
        let _ = fs::rename(&old, path);
    })
}

/// Gives a file the name of another one, which is gone then.
#[cfg(unix)]
fn put(path: &Path, old: &Path) -> io::Result<()> {
    fs::rename(path, old)
}

/// Windows may refuse to replace a file that is open, as the part before is. It renames it all the same.
#[cfg(not(unix))]
fn put(path: &Path, old: &Path) -> io::Result<()> {
    fs::rename(path, old).or_else(|_| put_aside(path, old))
}

/// The same in three steps. Between them, nothing has the name.
#[cfg(any(not(unix), test))]
pub(super) fn put_aside(path: &Path, old: &Path) -> io::Result<()> {
    let mut aside = old.as_os_str().to_owned();
    aside.push(".old");
    let aside = Path::new(&aside);
    if fs::symlink_metadata(aside).is_ok() {
        let what = format!("{} is another file", aside.display());
        return Err(io::Error::new(ErrorKind::AlreadyExists, what));
    }
    fs::rename(old, aside)?;
    if let Err(error) = fs::rename(path, old) {
        let _ = fs::rename(aside, old);
        return Err(error);
    }
    // It is gone when nobody has it open any more.
    let _ = fs::remove_file(aside);
    Ok(())
}

/// Whether the name is that of the file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(one), Ok(other)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.is_file()
}
