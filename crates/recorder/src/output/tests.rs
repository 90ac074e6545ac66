//! Which file a recording gets, and that an output that stalls keeps nobody waiting.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::event::{Event, Kind};
use crate::file::Reader;

/// A folder of its own for each test.
fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("async-hooks-rs-output-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Records so many events, and answers what was written to.
fn record(asked: &Path, events: u64) -> Option<PathBuf> {
    let mut output = Output::create(asked, &Header::default(), None).unwrap();
    let path = output.path();
    // Ids that nothing predicts, so that they take room.
    let event =
        |at: u64| Event { time: at, id: at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12, kind: Kind::Before };
    for at in 0..events {
        output.append(0, &mut vec![Entry::Event(event(at))]);
    }
    output.finish();
    output.pending().close();
    path
}

#[test]
fn a_file_that_exists_is_left_alone() {
    let folder = folder();
    for (name, second, third) in
        [("a.rec", "a.1.rec", "a.2.rec"), (".rec", ".rec.1", ".rec.2"), ("a", "a.1", "a.2")]
    {
        fs::write(folder.join(name), "precious").unwrap();
        assert_eq!(record(&folder.join(name), 1), Some(folder.join(second)));
        assert_eq!(record(&folder.join(name), 2), Some(folder.join(third)));
        assert_eq!(fs::read(folder.join(name)).unwrap(), b"precious");
        assert_eq!(Reader::open(&folder.join(second)).unwrap().count(), 1);
        assert_eq!(Reader::open(&folder.join(third)).unwrap().count(), 2);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_folder_is_no_output() {
    let folder = folder();
    assert_eq!(record(&folder, 1), None);
    assert_eq!(record(&folder.join("no such folder").join("a.rec"), 1), None);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_part_takes_the_place_of_one_that_is_open() {
    use super::turn::put_aside;
    let folder = folder();
    let [path, old, aside] = ["a.rec", "a.rec.old", "a.rec.old.old"].map(|name| folder.join(name));
    fs::write(&path, "new").unwrap();
    fs::write(&old, "former").unwrap();
    let open = fs::File::open(&old).unwrap();
    put_aside(&path, &old).unwrap();
    assert_eq!(fs::read(&old).unwrap(), b"new");
    drop(open);
    assert!(!path.exists() && !aside.exists());

    // Where it fails, all stays where it was.
    put_aside(&path, &old).unwrap_err();
    assert_eq!(fs::read(&old).unwrap(), b"new");
    fs::write(&path, "newest").unwrap();
    fs::write(&aside, "somebody else's").unwrap();
    put_aside(&path, &old).unwrap_err();
    let all = [&path, &old, &aside].map(|file| fs::read_to_string(file).unwrap());
    assert_eq!(all, ["newest", "new", "somebody else's"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_copy_leaves_the_writer_where_it_is() {
    use super::dump::{append, for_copies};
    use std::io::Write;
    let folder = folder();
    let [path, copy] = ["a.rec", "copy"].map(|name| folder.join(name));
    let mut file = super::create::create_new(&path).unwrap();
    let read = for_copies(&file, &path).unwrap();
    file.write_all(b"one two").unwrap();
    append(&read, 3, &mut fs::File::create(&copy).unwrap(), || true).unwrap();
    file.write_all(b" three").unwrap();
    assert_eq!(fs::read(&copy).unwrap(), b"one");
    assert_eq!(fs::read(&path).unwrap(), b"one two three");
    drop((file, read));
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
mod unix {
    use std::ffi::CString;
    use std::fs::{File, OpenOptions};
    use std::io::Read;
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};

    use super::*;

    fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        let name = CString::new(path.to_str().unwrap()).unwrap();
        // SAFETY: a path that ends with a NUL.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        path
    }

    fn reader(path: &Path) -> File {
        OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).unwrap()
    }

    #[test]
    fn nobody_else_may_read_what_is_created() {
        let folder = folder();
        let path = record(&folder.join("a.rec"), 1).unwrap();
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn links_are_not_followed() {
        let folder = folder();
        fs::write(folder.join("precious"), "precious").unwrap();
        pipe(&folder);
        for (number, target) in ["precious", "nowhere", "pipe"].iter().enumerate() {
            let name = folder.join(format!("{number}.rec"));
            symlink(folder.join(target), &name).unwrap();
            assert_eq!(record(&name, 1), Some(folder.join(format!("{number}.1.rec"))));
        }
        assert_eq!(fs::read(folder.join("precious")).unwrap(), b"precious");
        assert!(!folder.join("nowhere").exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn devices_and_pipes_are_written_to() {
        let folder = folder();
        assert_eq!(record(Path::new("/dev/null"), 1), Some("/dev/null".into()));
        let path = pipe(&folder);
        let mut reader = reader(&path);
        assert_eq!(record(&path, 1), Some(path));
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        fs::write(folder.join("copy"), bytes).unwrap();
        assert_eq!(Reader::open(&folder.join("copy")).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_pipe_that_nobody_reads_is_no_output() {
        let folder = folder();
        assert_eq!(record(&pipe(&folder), 1), None);
        fs::remove_dir_all(folder).unwrap();
    }

    /// It would not end, if anything waited for the reader.
    #[test]
    fn a_pipe_whose_reader_stalls_is_given_up() {
        let folder = folder();
        let path = pipe(&folder);
        let _stalls = reader(&path);
        let output = Output::create(&path, &Header::default(), None).unwrap();
        assert!(!output.is_full());
        assert_eq!(record(&path, 1_000_000), Some(path));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_waits_is_bounded() {
        let folder = folder();
        let path = pipe(&folder);
        let _stalls = reader(&path);
        let mut output = Output::create(&path, &Header::default(), None).unwrap();
        let mut written = 0;
        let mut was_full = false;
        while output.path().is_some() {
            // Of random letters, which do not compress.
            let mut letters: u64 = written;
            let name = std::iter::repeat_with(|| {
                letters = letters.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(32 + (letters >> 32) as u8 % 95)
            });
            output.append(0, &mut vec![Entry::Mark { time: 0, name: name.take(1 << 20).collect() }]);
            was_full |= output.is_full();
            written += 1;
            assert!(written < 200, "no bound");
        }
        assert!(was_full);
        output.pending().close();
        fs::remove_dir_all(folder).unwrap();
    }
}
