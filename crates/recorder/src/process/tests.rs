//! Threads that take part in the recording of a process of their own, without Node.

use std::ptr::NonNull;
use std::sync::Barrier;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use super::*;
use crate::event::{Entry, Header};
use crate::file::Reader;
use crate::ring::{FIRST_SLOT, MIN_CAPACITY, Memory, word};
use crate::source::{CODES, PROMISE_TYPE, code};

const CAPACITY: usize = MIN_CAPACITY;

fn process() -> &'static Process {
    Box::leak(Box::default())
}

/// Where a test records to.
fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("async-hooks-rs-process-{name}-{}.rec", std::process::id()))
}

/// The memory of a ring, and a second view of it for what JavaScript does.
fn memory() -> [Shared; 2] {
    let slots = Box::leak(vec![0; FIRST_SLOT + CAPACITY].into_boxed_slice());
    let start = NonNull::from(&mut slots[0]);
    // SAFETY: leaked, so it stays.
    [(); 2].map(|()| unsafe { Shared::new(start, CAPACITY) })
}

/// A thread that takes part unless it is refused.
fn join(process: &'static Process, worker: u32, insists: bool, file: &Path) -> Option<(Part, Shared)> {
    let [memory, view] = memory();
    let identity = Identity { worker, name: format!("thread {worker}") };
    let participant = Participant { identity, filtered: false, insists, idle: None, sampler: &mut |_| None };
    let start = Start { file: file.to_owned(), header: Header::default(), keep: None, dumps_on: None };
    process.join(memory, participant, start).unwrap().map(|part| (part, view))
}

fn joined(process: &'static Process, worker: u32, file: &Path) -> (Part, Shared) {
    join(process, worker, false, file).expect("nobody stopped a recording")
}

/// Stores events of one slot behind the head, as JavaScript does, and publishes them.
fn befores(part: &mut Part, view: &Shared, ids: std::ops::Range<u64>) {
    assert!(part.make_room().unwrap().any);
    for id in ids {
        let next = view.word(word::NEXT).load(Relaxed);
        // SAFETY: below the limit, for `make_room` has found room.
        unsafe { view.write(next as usize, ((id * CODES + code::BEFORE) as f64).to_bits()) };
        view.word(word::NEXT).store(next + 1, Relaxed);
    }
    part.make_room();
}

/// What a file tells, which is removed.
struct Told {
    /// Worker numbers, in the order in which they took part.
    started: Vec<u32>,
    endings: Vec<String>,
    ids: Vec<u64>,
    is_complete: bool,
}

fn told(file: &Path) -> Told {
    let mut reader = Reader::open(file).unwrap();
    let mut told = Told { started: vec![], endings: vec![], ids: vec![], is_complete: false };
    for entry in reader.by_ref() {
        match entry.unwrap().1 {
            Entry::ThreadStart { worker, .. } => told.started.push(worker),
            Entry::ThreadEnd { reason, .. } => told.endings.push(reason),
            Entry::Event(event) => told.ids.push(event.id),
            _ => {}
        }
    }
    told.is_complete = reader.is_complete();
    std::fs::remove_file(file).unwrap();
    told.started.sort_unstable();
    told.ids.sort_unstable();
    told
}

#[test]
fn all_threads_take_part_in_one_recording_which_ends_with_the_last() {
    let (process, file) = (process(), path("one"));
    let (mut main, main_view) = joined(process, 0, &file);
    let (mut worker, worker_view) = joined(process, 7, &path("another"));
    assert_eq!((main.file(), worker.file()), (Some(file.clone()), Some(file.clone())));
    befores(&mut main, &main_view, 1..10);
    befores(&mut worker, &worker_view, 10..20);
    main.leave();
    assert!(!worker.is_over() && process.flush(), "a thread is left");
    befores(&mut worker, &worker_view, 20..30);
    worker.leave();
    assert!(!process.flush(), "nothing is recorded any more");
    let told = told(&file);
    assert_eq!(told.started, [0, 7]);
    assert_eq!(told.endings, ["exit", "exit"]);
    assert_eq!(told.ids, (1..30).collect::<Vec<_>>());
    assert!(told.is_complete);
}

#[test]
fn a_second_start_is_refused_and_its_file_is_not_made() {
    let (process, [file, other]) = (process(), [path("begun"), path("refused")]);
    let (main, _) = joined(process, 0, &file);
    let (worker, _) = join(process, 1, true, &other).expect("there is one to take part in");
    assert_eq!(worker.file(), Some(file.clone()));
    worker.leave();
    main.leave();
    assert!(!other.exists());
    assert_eq!(told(&file).started, [0, 1]);
}

#[test]
fn a_thread_that_joins_after_the_last_has_left_begins_anew() {
    let process = process();
    for name in ["first", "second"] {
        let file = path(name);
        let (part, _) = joined(process, 0, &file);
        assert_eq!(part.file(), Some(file.clone()));
        part.leave();
        assert!(told(&file).is_complete);
    }
}

#[test]
fn after_a_stop_only_who_insists_begins_another() {
    let (process, [file, next]) = (process(), [path("stopped"), path("insists")]);
    let (main, _) = joined(process, 0, &file);
    let (mut worker, view) = joined(process, 1, &file);
    befores(&mut worker, &view, 1..5);
    main.stop();
    assert!(main.is_over() && worker.is_over());
    let told_of = told(&file);
    assert_eq!((told_of.endings, told_of.is_complete), (vec!["stopped".to_owned(); 2], true));
    assert_eq!(told_of.ids, [1, 2, 3, 4]);

    assert!(join(process, 2, false, &next).is_none());
    assert!(!next.exists());
    let (again, _) = join(process, 0, true, &next).expect("it insists");
    let (also, _) = join(process, 2, false, &next).expect("there is one to take part in");
    // The parts of the former one end without touching this one.
    worker.stop();
    main.leave();
    worker.leave();
    assert!(!again.is_over());
    again.leave();
    also.leave();
    assert_eq!(told(&next).started, [0, 2]);
}

#[test]
fn another_thread_stops_while_this_one_stores() {
    let (process, file) = (process(), path("stop-elsewhere"));
    let (mut main, view) = joined(process, 0, &file);
    let (worker, _) = joined(process, 1, &file);
    let stopper = thread::spawn(move || {
        while worker.stats().is_empty() {
            thread::yield_now();
        }
        worker.stop();
        worker.leave();
    });
    main.note(Note::Type("PROMISE".to_owned()));
    let mut stored = 0;
    while let Some(room) = main.make_room() {
        if room.any && stored < 1_000 {
            stored += 1;
            let next = view.word(word::NEXT).load(Relaxed);
            // SAFETY: there is room.
            unsafe { view.write(next as usize, ((stored * CODES + code::BEFORE) as f64).to_bits()) };
            view.word(word::NEXT).store(next + 1, Relaxed);
        }
    }
    assert!(main.is_over() && !process.flush());
    stopper.join().unwrap();
    main.leave();
    let told = told(&file);
    assert_eq!((told.endings, told.is_complete), (vec!["stopped".to_owned(); 2], true));
    assert!(told.ids.len() as u64 <= stored && told.ids.iter().copied().eq(1..=told.ids.len() as u64));
}

#[test]
fn a_thread_that_joins_while_a_recording_ends_takes_part_in_the_next() {
    let (process, [file, next]) = (process(), [path("ending"), path("next")]);
    let (main, _) = joined(process, 0, &file);
    // That others take part as well makes the end take its time.
    let (other, _) = joined(process, 1, &file);
    let barrier = Barrier::new(2);
    let late = thread::scope(|scope| {
        let late = scope.spawn(|| {
            barrier.wait();
            while !main.is_over() {
                std::hint::spin_loop();
            }
            join(process, 2, true, &next).expect("it insists").0
        });
        barrier.wait();
        other.stop();
        late.join().unwrap()
    });
    assert_eq!(late.file(), Some(next.clone()));
    assert!(!late.is_over());
    main.leave();
    other.leave();
    assert!(!late.is_over());
    late.leave();
    let [former, latter] = [told(&file), told(&next)];
    assert_eq!((former.started, former.is_complete), (vec![0, 1], true));
    assert_eq!((latter.started, latter.is_complete), (vec![2], true));
}

#[test]
fn nobody_touches_a_ring_that_was_released() {
    let (process, file) = (process(), path("released"));
    let (main, _) = joined(process, 0, &file);
    let (mut worker, view) = joined(process, 1, &file);
    assert!(!worker.release(), "it is recorded still");
    main.stop();
    assert!(worker.release());
    let words = [word::NEXT, word::HEAD, word::LIMIT, word::INIT_LIMIT];
    words.iter().for_each(|&at| view.word(at).store(77, Relaxed));
    worker.stamp();
    assert_eq!(worker.make_room(), None);
    assert!(worker.release(), "as often as one likes");
    main.leave();
    worker.leave();
    for at in words {
        assert_eq!(view.word(at).load(Relaxed), 77, "word {at}");
    }
    told(&file);
}

#[test]
fn notes_are_told_before_what_refers_to_them_and_counted() {
    let (process, file) = (process(), path("notes"));
    let (main, view) = joined(process, 0, &file);
    main.note(Note::Type("PROMISE".to_owned()));
    main.note(Note::Ending("it is enough".to_owned()));
    let mut main = main;
    assert!(main.make_room().unwrap().init);
    let next = view.word(word::NEXT).load(Relaxed) as usize;
    for (at, number) in [5 * CODES + code::INIT_PROMISE, 1].into_iter().enumerate() {
        // SAFETY: there is room for a new resource.
        unsafe { view.write(next + at, (number as f64).to_bits()) };
    }
    view.word(word::NEXT).store(next as u32 + 2, Relaxed);
    main.make_room();
    let stats = main.stats();
    assert_eq!(stats.len(), 1);
    assert_eq!((&*stats[PROMISE_TYPE as usize].name, stats[0].created), ("PROMISE", 1));
    main.leave();
    assert_eq!(told(&file).endings, ["it is enough"]);
}

#[test]
fn the_end_of_the_process_completes_the_file() {
    let (process, file) = (process(), path("exit"));
    let (mut main, view) = joined(process, 0, &file);
    let (_worker, _) = joined(process, 3, &file);
    befores(&mut main, &view, 1..4);
    process.exit("process.exit()");
    let told = told(&file);
    assert_eq!(told.endings, ["process.exit()"; 2]);
    assert_eq!((told.ids, told.is_complete), (vec![1, 2, 3], true));
}

#[test]
fn a_thread_that_ends_the_process_completes_the_file_first() {
    let (process, [file, next]) = (process(), [path("exits"), path("too-late")]);
    let (mut main, view) = joined(process, 0, &file);
    let (mut worker, worker_view) = joined(process, 3, &file);
    befores(&mut main, &view, 1..4);
    befores(&mut worker, &worker_view, 4..6);
    main.note(Note::Ending("process.exit()".to_owned()));
    main.exit();
    let told_of = told(&file);
    assert_eq!(told_of.endings, ["process.exit()", "exit"]);
    assert_eq!((told_of.ids, told_of.is_complete), (vec![1, 2, 3, 4, 5], true));

    // What still runs does no harm, and neither does the end itself.
    assert_eq!(worker.make_room(), None);
    assert!(worker.release(), "nobody reads the ring");
    assert!(join(process, 4, false, &next).is_none());
    main.exit();
    worker.leave();
    process.exit("process.exit()");
    main.leave();
    assert!(!file.exists() && !next.exists());
}

#[test]
fn the_end_of_the_process_waits_for_no_thread_that_is_gone() {
    let (process, file) = (process(), path("held"));
    let (main, _) = joined(process, 0, &file);
    let held = process.lock();
    process.exit("process.exit()");
    drop(held);
    assert!(!main.is_over());
    main.leave();
    told(&file);
}

#[test]
fn threads_come_and_go_at_once_and_every_file_is_complete() {
    const THREADS: u32 = 6;
    const ROUNDS: u32 = 20;
    let process = process();
    let barrier = Barrier::new(THREADS as usize);
    let mut files: Vec<PathBuf> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|worker| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let rounds = 0..ROUNDS;
                    let play = |round| {
                        let own = path(&format!("crowd-{worker}-{round}"));
                        let (mut part, view) = joined(process, worker, &own);
                        let first = u64::from((worker * ROUNDS + round) * 4 + 1);
                        befores(&mut part, &view, first..first + 4);
                        let file = part.file().unwrap();
                        part.leave();
                        file
                    };
                    rounds.map(play).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    files.sort();
    files.dedup();
    let all: Vec<Told> = files.iter().map(|file| told(file)).collect();
    assert!(all.iter().all(|told| told.is_complete));
    let mut ids: Vec<u64> = all.into_iter().flat_map(|told| told.ids).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=u64::from(THREADS * ROUNDS * 4)).collect::<Vec<_>>());
}
