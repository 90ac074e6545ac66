//! The recordings that a report is of, as one: their threads side by side, and their times as those of one clock.

use std::path::{Path, PathBuf};

use recorder::event::{Entry, Header};
use recorder::file::{ReadError, Reader};

use crate::progress;

/// Recordings that are read at once, the one that is behind first.
pub(crate) struct Recordings {
    all: Vec<Recording>,
    /// The one that is read, until its times pass those of another one.
    turn: usize,
    until: u64,
}

struct Recording {
    name: PathBuf,
    reader: Reader,
    /// What is added to its times: so much later it began than the first one, by the wall clock.
    shift: u64,
    next: Option<(u32, Entry)>,
    /// The latest time that was read.
    now: u64,
    damage: Option<ReadError>,
}

/// How a recording ended.
pub(crate) struct Fate {
    pub name: PathBuf,
    pub damage: Option<ReadError>,
    pub is_complete: bool,
    /// The signal that has ended the process.
    pub signal: Option<String>,
}

impl Recordings {
    /// Opens files. Those of more than one process begin when the first one did.
    pub(crate) fn open(files: &[PathBuf]) -> Result<Self, (PathBuf, ReadError)> {
        let open = |file: &Path| if files.len() == 1 { progress::open(file) } else { Reader::open(file) };
        let opened = files.iter().map(|file| match open(file) {
            Ok(reader) => Ok((file.clone(), reader)),
            Err(error) => Err((file.clone(), error)),
        });
        Ok(Self::of(opened.collect::<Result<_, _>>()?))
    }

    pub(crate) fn of(mut readers: Vec<(PathBuf, Reader)>) -> Self {
        readers.sort_by_key(|(_, reader)| reader.header().wall_ns);
        let first = readers.first().map_or(0, |(_, reader)| reader.header().wall_ns);
        let mut all: Vec<_> = readers
            .into_iter()
            .map(|(name, reader)| {
                let shift = reader.header().wall_ns - first;
                Recording { name, reader, shift, next: None, now: shift, damage: None }
            })
            .collect();
        all.iter_mut().for_each(Recording::advance);
        Self { all, turn: 0, until: 0 }
    }

    /// Those of the processes, with times as they are here.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.all.iter().map(|one| one.reader.header())
    }

    /// Entries that were skipped, of threads beyond what is followed.
    pub(crate) fn left_out(&self) -> u64 {
        self.all.iter().map(|one| one.reader.left_out()).sum()
    }

    /// How each of them ended, after its last entry.
    pub(crate) fn fates(&mut self) -> Vec<Fate> {
        self.all
            .iter_mut()
            .map(|Recording { name, reader, damage, .. }| Fate {
                name: std::mem::take(name),
                damage: damage.take(),
                is_complete: reader.is_complete(),
                signal: reader.signal().map(str::to_owned),
            })
            .collect()
    }

    /// Goes on with the one that is behind, until it passes the next one.
    fn choose(&mut self) {
        let open = || self.all.iter().enumerate().filter(|(_, one)| one.next.is_some());
        let Some((turn, _)) = open().min_by_key(|(_, one)| one.now) else { return };
        self.until = open().filter(|&(at, _)| at != turn).map(|(_, one)| one.now).min().unwrap_or(u64::MAX);
        self.turn = turn;
    }
}

/// The process, by its place among the headers, the thread by its number there, and the entry.
impl Iterator for Recordings {
    type Item = (usize, u32, Entry);

    fn next(&mut self) -> Option<Self::Item> {
        let is_at_turn =
            self.all.get(self.turn).is_some_and(|one| one.next.is_some() && one.now <= self.until);
        if !is_at_turn {
            self.choose();
        }
        let one = self.all.get_mut(self.turn)?;
        let (thread, entry) = one.next.take()?;
        one.advance();
        Some((self.turn, thread, entry))
    }
}

impl Recording {
    /// Reads the next entry.
    fn advance(&mut self) {
        match self.reader.next() {
            None => {}
            Some(Err(error)) => self.damage = Some(error),
            Some(Ok((thread, mut entry))) => {
                if let Some(time) = entry.time_mut() {
                    *time = time.saturating_add(self.shift);
                    self.now = self.now.max(*time);
                }
                self.next = Some((thread, entry));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use recorder::file::Writer;

    use super::*;
    use crate::tests::SharedBuffer;

    fn mark(time: u64) -> Entry {
        Entry::Mark { time, name: String::new() }
    }

    /// A recording that began at a time by the wall clock, with marks at times of its own.
    fn recording(wall_ns: u64, times: &[u64]) -> (PathBuf, Reader) {
        let file = SharedBuffer::default();
        let header = Header { pid: wall_ns as u32, wall_ns, ..Header::default() };
        let mut writer = Writer::new(file.clone(), &header).unwrap();
        let marks: Vec<_> = times.iter().map(|&time| mark(time)).collect();
        writer.append(0, &marks).unwrap();
        writer.finish().unwrap();
        (PathBuf::new(), Reader::new(Cursor::new(file.take())).unwrap())
    }

    #[test]
    fn times_are_those_of_one_clock_and_come_in_their_order() {
        let all = vec![recording(1300, &[0, 50]), recording(1000, &[1, 299, 301, 360]), recording(1000, &[])];
        let mut recordings = Recordings::of(all);
        assert_eq!(recordings.headers().map(|header| header.wall_ns).collect::<Vec<_>>(), [1000, 1000, 1300]);
        let read: Vec<_> = recordings.by_ref().map(|(process, _, entry)| (process, entry)).collect();
        let wanted = [(0, 1), (0, 299), (2, 300), (0, 301), (2, 350), (0, 360)];
        assert_eq!(read, wanted.map(|(process, time)| (process, mark(time))));
        assert!(recordings.fates().iter().all(|fate| fate.is_complete));
    }
}
