//! Valid recordings.

use recorder::event::{Entry, Event, FIRST_OWN, Fact, Header, Kind, Part};
use recorder::file::Writer;
pub use recorder::file::samples::Random;
use recorder::file::samples::Memory;

/// A recording of up to three threads, or two parts of one, as in a copy.
pub fn recording(random: &mut Random) -> Vec<u8> {
    let mut header = Header {
        pid: random.below(1 << 32) as u32,
        node: "v26.1.0".into(),
        argv: (0..random.below(4)).map(|word| format!("word {word}")).collect(),
        wall_ns: random.below(u64::MAX),
        platform: "linux x64".into(),
        options: "{}".into(),
        part: None,
    };
    if random.below(2) == 0 {
        return one(random, &header);
    }
    let number = random.below(3) as u32;
    header.part = Some(Part { number, from: random.below(1 << 20), began: header.wall_ns });
    let mut bytes = one(random, &header);
    header.part = header.part.map(|part| Part { number: number + 1, ..part });
    bytes.extend(one(random, &header));
    bytes
}

fn one(random: &mut Random, header: &Header) -> Vec<u8> {
    let memory = Memory::default();
    let mut writer = Writer::new(memory.clone(), header).unwrap();
    for thread in 0..=random.below(3) as u32 {
        for _ in 0..=random.below(3) {
            // Types are told once: what follows in a later chunk builds on the first.
            let entries = entries(random, thread);
            writer.append(thread * 3 + random.below(2) as u32, &entries).unwrap();
            writer.flush().unwrap();
        }
    }
    if random.below(2) == 0 {
        writer.finish().unwrap();
    }
    memory.bytes().clone()
}

fn entries(random: &mut Random, worker: u32) -> Vec<Entry> {
    let mut entries = vec![
        Entry::ThreadStart { time: 0, worker, name: "main".into() },
        Entry::Type { index: 0, name: "PROMISE".into() },
        Entry::Type { index: 1, name: "HTTPINCOMINGMESSAGE".into() },
        Entry::Stack { index: 0, frames: "at a (file:///a.js:1:2)\nat b".into() },
    ];
    let mut time = 0;
    for _ in 0..random.below(40) {
        time += [0, 1, 300, 70_000, 5_000_000_000][random.below(5) as usize];
        let own = random.below(2) * FIRST_OWN;
        let id = own + random.below(12);
        let kind = match random.below(6) {
            0 | 1 => Kind::Init {
                trigger: random.below(12),
                current: own + random.below(12),
                type_: random.below(2) as u32,
                stack: random.below(2) as u32,
            },
            2 => Kind::Before,
            3 => Kind::After,
            4 => Kind::Destroy,
            _ => Kind::Resolve,
        };
        entries.push(Entry::Event(Event { time, id, kind }));
        match random.below(20) {
            16 => entries.push(Entry::Delay { id, ms: random.below(1 << 32) as u32, repeats: random.below(2) == 0 }),
            17 | 18 => {
                let fact = Fact::of(random.below(10));
                let text = ["200", "GET /\u{1b}[2J/1", "", "1,2,999", "a:1:1\nb", "\u{202e}"][random.below(6) as usize];
                entries.push(Entry::Fact { fact, about: id, text: text.into() });
            }
            19 => entries.push(Entry::Sample { time, stack: random.below(2) as u32 }),
            0 => entries.push(Entry::Mark { time, name: "</script> \u{0}\u{1b}]0;\u{7}\u{9b}\u{202e}".into() }),
            1 => entries.push(Entry::Loop { time, idle: random.below(1 << 40), active: time }),
            2 => entries.push(Entry::Dropped { type_: 1, count: random.below(u64::MAX) }),
            3 => entries.push(Entry::ThreadEnd { time, reason: "exit\r\u{1b}[2J\u{2066}".into() }),
            4 => entries.push(Entry::Clock { time, wall: random.below(u64::MAX) }),
            5 => entries.push(Entry::RequestStart { time, connection: id, number: random.below(9) as u32 }),
            6 => entries.push(Entry::RequestEnd { time, number: random.below(9) as u32 }),
            // What begins and never ends, now and then deeper than reports follow it.
            7 if random.below(8) == 0 => {
                let before = Entry::Event(Event { time, id, kind: Kind::Before });
                entries.extend(std::iter::repeat_n(before, random.below(5000) as usize));
            }
            _ => {}
        }
    }
    entries
}
