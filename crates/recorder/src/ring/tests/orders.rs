//! Loom tries every order in which the two threads can take turns, and every value that a weaker ordering would let
//! them read. What comes before the turns that matter is done by one thread, so these are few enough to try all, with
//! the ring in any position: going on, over its end, beginning anew, full, and into slots that were just taken.

use loom::{sync::Arc, thread};

use super::*;

/// The smallest ring in which there is room for new resources, for a while, and a second lap.
const CAPACITY: usize = 16;

fn check(test: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(test);
}

/// What the thread of JavaScript does, and what must come out.
struct Run<'a> {
    script: Script<'a, Model>,
    value: u64,
    expected: Vec<u64>,
}

impl<'a> Run<'a> {
    fn new(ring: &'a Ring<Model>) -> Self {
        Self { script: Script::new(ring), value: 0, expected: Vec::new() }
    }

    fn init(&mut self) {
        self.value += 1;
        let slots = [self.value; 2];
        if self.script.init(&slots) {
            self.expected.extend(slots);
        }
    }

    fn after(&mut self) {
        self.value += 1;
        if self.script.after(self.value) {
            self.expected.push(self.value);
        }
    }

    /// Brings the ring to a position: some events, each taken at once where `left` are behind it already.
    fn advance(&mut self, ring: &Ring<Model>, events: usize, left: usize, taken: &mut Vec<u64>) {
        for event in 0..events {
            if event % 3 == 2 {
                self.after()
            } else {
                self.init()
            }
            if event >= left {
                ring.take(taken, 3);
            }
        }
    }
}

/// Nothing is lost, torn or told twice, when the drain has ended and what is left is taken.
fn ends(ring: &Ring<Model>, drain: thread::JoinHandle<Vec<u64>>, run: &Run) {
    let mut taken = drain.join().unwrap();
    take_all(ring, &mut taken);
    assert_eq!(super::events(&taken), run.expected);
}

/// The drain takes and ticks while the thread goes on.
fn in_position(events: usize, left: usize) {
    let ring = Arc::new(Ring::new(Model::new(CAPACITY)));
    let mut taken = Vec::new();
    let mut run = Run::new(&ring);
    run.advance(&ring, events, left, &mut taken);
    let drain = {
        let ring = ring.clone();
        thread::spawn(move || {
            ring.take(&mut taken, usize::MAX);
            ring.tick();
            ring.take(&mut taken, 2);
            taken
        })
    };
    run.after();
    run.init();
    run.after();
    ends(&ring, drain, &run);
}

#[test]
fn slots_are_used_again_only_when_they_were_taken() {
    for left in [1, 100] {
        for events in 0..24 {
            check(move || in_position(events, left));
        }
    }
}

/// The drain publishes what lies. That it has lain long enough to be visible, which is a matter of time, is here
/// a matter of `lies`: up to there, it was stored before.
fn settles(events: usize) {
    let ring = Arc::new(Ring::new(Model::new(CAPACITY)));
    let lies = Arc::new(AtomicU32::new(u32::MAX));
    let mut taken = Vec::new();
    let mut run = Run::new(&ring);
    run.advance(&ring, events, 1, &mut taken);
    let drain = {
        let (ring, lies) = (ring.clone(), lies.clone());
        thread::spawn(move || {
            let seen = ring.settle(u32::MAX);
            ring.take(&mut taken, usize::MAX);
            if lies.load(Ordering::Acquire) == seen {
                ring.settle(seen);
            }
            ring.take(&mut taken, usize::MAX);
            taken
        })
    };
    run.init();
    lies.store(run.script.next() as u32, Ordering::Release);
    run.init();
    run.after();
    ends(&ring, drain, &run);
}

#[test]
fn what_lies_is_published_once() {
    for events in 0..24 {
        check(move || settles(events));
    }
}
