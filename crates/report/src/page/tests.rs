//! The page of a recording whose content is known. `__test__/page.test.js` looks at such a page in a browser.

use recorder::event::{Entry, Event, Header, Id, Kind};
use recorder::file::Writer;

use crate::Form;
use crate::tests::{SharedBuffer, reported};

const MS: u64 = 1_000_000;
const TYPES: [&str; 6] = [
    "TCPSERVERWRAP",
    "HTTPINCOMINGMESSAGE",
    "PROMISE",
    "Timeout",
    "<script>alert(1)</script>",
    "MESSAGEPORT",
];

/// One thread's entries, in order of time.
#[derive(Default)]
struct Story {
    entries: Vec<Entry>,
    now: u64,
}

impl Story {
    fn begin(worker: u32, name: &str) -> Self {
        let mut story = Self::default();
        story.entries.push(Entry::ThreadStart { time: 0, worker, name: name.into() });
        for (index, name) in TYPES.iter().enumerate() {
            story.entries.push(Entry::Type { index: index as u32, name: (*name).into() });
        }
        story.entries.push(Entry::Stack { index: 0, frames: "    at handle (/app/server.js:10:5)".into() });
        story
    }

    fn after(&mut self, time: u64) -> &mut Self {
        self.now += time;
        self
    }

    fn event(&mut self, id: Id, kind: Kind) -> &mut Self {
        self.entries.push(Entry::Event(Event { time: self.now, id, kind }));
        self
    }

    fn init(&mut self, id: Id, type_: u32, trigger: Id, current: Id) -> &mut Self {
        self.event(id, Kind::Init { trigger, current, type_, stack: u32::from(type_ == 3) })
    }

    fn run(&mut self, id: Id, length: u64) -> &mut Self {
        self.event(id, Kind::Before).after(length).event(id, Kind::After)
    }
}

/// A server (2) with one connection (3) that serves three requests of 22, 42 and 62 ms. Each makes a promise and a timer; the
/// timer of the last one blocks for 120 ms more. Ten resources of the odd type are alive at the end.
fn main_thread() -> Vec<Entry> {
    let mut story = Story::begin(0, "");
    story.after(MS).init(2, 0, 1, 1).after(9 * MS).init(3, 1, 2, 2).run(2, MS);
    for request in 0..3 {
        let (promise, timer) = (10 + request * 2, 11 + request * 2);
        story
            .after(10 * MS)
            .event(3, Kind::Before)
            .after(MS)
            .init(promise, 2, 3, 3)
            .init(timer, 3, promise, 3);
        story.after(MS).event(3, Kind::After).run(3, 0);
        story.after((request + 1) * 20 * MS - MS);
        story.run(timer, if request == 2 { 121 * MS } else { MS }).event(promise, Kind::Resolve);
        story.after(MS).event(timer, Kind::Destroy).event(promise, Kind::Destroy);
    }
    story.entries.push(Entry::Mark { time: story.now, name: "served".into() });
    story.entries.push(Entry::Loop { time: story.now, idle: 3 * MS, active: MS });
    for id in 100..110 {
        story.after(MS).init(id, 4, 1, 1);
    }
    story.entries.push(Entry::Dropped { type_: 2, count: 7 });
    story.after(MS);
    story.entries.push(Entry::ThreadEnd { time: story.now, reason: "exit".into() });
    story.entries
}

fn worker() -> Vec<Entry> {
    let mut story = Story::begin(1, "render");
    story.after(30 * MS).init(2, 5, 1, 1);
    for _ in 0..4 {
        story.after(20 * MS).run(2, 5 * MS);
    }
    story.entries
}

fn page() -> String {
    let header = Header {
        pid: 4242,
        node: "v26.1.0".into(),
        argv: vec!["/usr/bin/node".into(), "/app/server.js".into(), "--port".into(), "80".into()],
        wall_ns: 1_700_000_000_000_000_000,
        platform: "linux x64".into(),
        options: "{}".into(),
        part: None,
    };
    let file = SharedBuffer::default();
    let mut writer = Writer::new(file.clone(), &header).unwrap();
    writer.append(0, &main_thread()).unwrap();
    writer.append(1, &worker()).unwrap();
    writer.finish().unwrap();
    let (report, outs) = reported(&file.take(), &[Form::Html]);
    assert_eq!(report.damage, None);
    outs.concat()
}

#[test]
fn known_page() {
    let page = page();
    let begins = "<script type=\"application/json\" id=\"data\">";
    let data = page.split_once(begins).unwrap().1.split_once("</script>").unwrap().0;
    for part in [
        r#""resources":19,"alive":13,"callbacks":14,"longest":121000000"#,
        r#""dropped":[[2,7]]"#,
        r#""requests":{"total":3,"#,
        r#""length":22000000,"#,
        r#"\u003cscript>alert(1)\u003c/script>"#,
        r#""name":"worker 1 render""#,
    ] {
        assert!(data.contains(part), "{part} is not in {data}");
    }
    assert!(page.len() < 250_000);
}
