//! What was collected, as the JSON that the page unpacks (`page/data.js`).

use std::collections::{BTreeMap, HashMap};

use recorder::event::Header;
use recorder::spread::Spread;

use super::calls::{Moment, THREADS};
use super::collect::{Collect, Lane};
use super::flame::Path;
use super::requests::ShownRequest;
use super::resources::{KeptResource, NEVER};
use crate::json::Json;
use crate::left_out::Outcome;
use crate::path::RouteSums;
use crate::replay::words::{process, words_of_type};
use crate::replay::{Frame, Key, PlaceNumber, REQUEST, Replay, ReplayThread, TypeNumbers};
use crate::shown::{Shown, cut};
use crate::summary::Finding;
use crate::units::SAMPLE;

type Data<'a> = Json<&'a mut Vec<u8>>;

/// Callbacks that are drawn one by one, and moments, on all threads together.
const CALLS: usize = 30_000;
const MOMENTS: usize = 40_000;
/// Lines of the chart over time.
const LINES: usize = 10;
/// Characters of a stack, and of all of them.
const STACK: usize = 3000;
const STACKS: usize = 1 << 19;
/// Characters of the places of all frames.
const FRAMES: usize = 1 << 19;
/// Parts of a route.
const PARTS: usize = 8;
const ARGUMENT: usize = 300;
const ARGUMENTS: usize = 40;

pub(super) fn json(
    mut all: Collect,
    replay: &Replay,
    ending: &Outcome,
    findings: &[Finding],
    routes: &[RouteSums],
) -> Vec<u8> {
    let (left_out, lanes) = (all.left_out(ending.left_out.clone()), std::mem::take(&mut all.lanes));
    let (count, requests) = std::mem::take(&mut all.requests).finish();
    let kept = choose(&mut all, &requests, findings);
    let mut out = Vec::new();
    let mut json = Json::in_page(&mut out);
    json.object(|json| {
        json.member("header", |json| header(json, replay.headers()));
        json.member("totals", |json| totals(json, &all, replay));
        json.member_number(
            "complete",
            u8::from(ending.fates.iter().all(|fate| fate.is_complete || fate.signal.is_some())),
        );
        json.member("cut", |json| match ending.damage() {
            Some(error) => json.object(|json| {
                json.member_number("offset", error.offset);
                json.member_string("what", &error.what.to_string());
            }),
            None => json.null(),
        });
        let dropped = dropped(replay);
        json.member_list("dropped", &dropped, |json, (row, count)| {
            json.array(|json| {
                json.number(row);
                json.number(count);
            });
        });
        json.member_list("middles", replay.middles(), |json, sentence| {
            json.string(Shown::line(&sentence).as_str());
        });
        json.member_list("leftOut", left_out.sentences(), |json, sentence| json.string(&sentence));
        let rows = 0..replay.numbers().len();
        json.member_list("types", rows, |json, row| {
            json.string(Shown::name(replay.types.row_name(row)).as_str());
        });
        let used = replay
            .numbers()
            .iter()
            .enumerate()
            .filter(|(row, of)| of.created > 0 || of.run.count > 0 || dropped.contains_key(row));
        json.member_list("stats", used, |json, (row, of)| numbers(json, row, of));
        json.member_list("marks", &all.marks, |json, (thread, time, name)| {
            json.array(|json| {
                json.number(thread);
                json.number(time);
                json.string(name.as_str());
            });
        });
        json.member("alive", |json| over_time(json, &mut all, replay.end()));
        json.member("causes", |json| causes(json, &all));
        json.member_list("findings", findings, finding);
        json.member_list("words", 0..replay.numbers().len(), |json, row| {
            json.string(Shown::name(words_of_type(replay.types.row_name(row))).as_str());
        });
        json.member_list("routes", routes, |json, of| route(json, replay, of));
        json.member("requests", |json| self::requests(json, count, &requests, &kept));
        resources(json, replay, &kept);
        json.member("flame", |json| flame(json, &mut all, replay));
        let moments = MOMENTS / lanes.len().clamp(1, THREADS);
        let drawn: Vec<_> = replay.threads().iter().zip(lanes).take(THREADS).collect();
        let room = share(CALLS, drawn.iter().map(|(_, lane)| lane.calls.held()));
        json.member_list("threads", drawn, |json, (thread, lane)| {
            self::thread(json, thread, lane, moments.max(256), room);
        });
    });
    // A vector takes everything.
    let _ = json.flush();
    out
}

/// What was dropped of each row of types.
fn dropped(replay: &Replay) -> BTreeMap<usize, u64> {
    let mut dropped = BTreeMap::new();
    for (type_, count) in replay.dropped() {
        let sum: &mut u64 = dropped.entry(replay.types.row(type_)).or_default();
        *sum = sum.saturating_add(count);
    }
    dropped
}

fn choose(all: &mut Collect, requests: &[ShownRequest], findings: &[Finding]) -> BTreeMap<Key, KeptResource> {
    let mut keep = std::mem::take(&mut all.keep);
    for (key, resource) in all.resources.iter() {
        keep.offer(key, resource);
    }
    let told: Vec<Key> = findings
        .iter()
        .filter_map(|Finding { subject, .. }| Some((subject.when?.thread, subject.resource?)))
        .collect();
    let mut kept = keep.choose(&mut all.resources, requests, &told);
    kept.retain(|key, _| (key.0 as usize) < THREADS);
    kept
}

fn header(json: &mut Data, headers: &[Header]) {
    let none = Header::default();
    let header = headers.first().unwrap_or(&none);
    let titles: Vec<_> = match headers {
        [_, _, ..] => headers.iter().take(ARGUMENTS).map(process).collect(),
        _ => vec![title(&header.argv)],
    };
    json.object(|json| {
        json.member_number("pid", header.pid);
        json.member_number("processes", headers.len());
        json.member_shown("title", &Shown::of(&titles.join(", "), ARGUMENT));
        json.member_shown("node", &Shown::name(&header.node));
        json.member_list("argv", header.argv.iter().take(ARGUMENTS), |json, part| {
            json.string(Shown::of(part, ARGUMENT).as_str());
        });
        json.member_number("wall", header.wall_ns / 1_000_000);
        json.member_shown("platform", &Shown::name(&header.platform));
    });
}

/// The program as one would name it: the script with its arguments, without the way to it.
fn title(argv: &[String]) -> String {
    let parts = if argv.len() > 1 { &argv[1..] } else { argv };
    let names: Vec<_> = parts.iter().take(ARGUMENTS).map(|part| last_part(part)).collect();
    if names.is_empty() { "A program".to_owned() } else { names.join(" ") }
}

/// What follows the last separator that is not at the end.
fn last_part(path: &str) -> &str {
    let end = path.char_indices().next_back().map_or(0, |(at, _)| at);
    path[..end].rfind(['/', '\\']).map_or(path, |at| &path[at + 1..])
}

fn totals(json: &mut Data, all: &Collect, replay: &Replay) {
    let sum = |of: fn(&TypeNumbers) -> u64| replay.numbers().iter().map(of).sum::<u64>();
    json.object(|json| {
        json.member_number("duration", replay.end());
        json.member_number("events", replay.events);
        json.member_number("threads", replay.threads().len());
        json.member_number("resources", sum(|of| of.created));
        json.member_number("alive", sum(|of| of.alive));
        json.member_number("callbacks", sum(|of| of.run.count));
        json.member_number("longest", all.longest);
        json.member_list(
            "busy",
            replay.threads().first().and_then(ReplayThread::busy),
            |json, (active, looped)| {
                json.number(active);
                json.number(looped);
            },
        );
    });
}

fn numbers(json: &mut Data, row: usize, of: &TypeNumbers) {
    let spreads = [("wait", &of.wait), ("run", &of.run), ("life", &of.life)];
    json.object(|json| {
        json.member_number("type", row);
        json.member_number("created", of.created);
        json.member_number("alive", of.alive);
        json.member_number("callbacks", of.run.count);
        for (name, spread) in spreads {
            let Spread { count, total, max, .. } = *spread;
            json.column(name, [count, spread.percentile(50.0), spread.percentile(99.0), max, total]);
        }
        json.member("hist", |json| {
            json.object(|json| {
                for (name, spread) in spreads {
                    let buckets = spread.buckets();
                    json.member(name, |json| {
                        json.object(|json| {
                            json.member_number("first", buckets.first);
                            json.column("counts", buckets.counts);
                        });
                    });
                }
            });
        });
    });
}

fn over_time(json: &mut Data, all: &mut Collect, end: u64) {
    let series = all.alive.series(end, LINES);
    json.object(|json| {
        json.member_number("width", all.alive.width);
        json.member_number("bins", series.first().map_or(0, |series| series.alive.len() as u64));
        json.member_list("series", series, |json, series| {
            json.object(|json| {
                json.member_number("type", series.type_.map_or(-1, |type_| type_ as i64));
                json.steps("alive", series.alive);
                json.column("created", series.created);
            });
        });
    });
}

fn causes(json: &mut Data, all: &Collect) {
    let nodes = &all.causes.nodes;
    json.object(|json| {
        json.column("parent", nodes.iter().map(|sum| sum.parent.map_or(-1, i64::from)));
        json.column("type", nodes.iter().map(|sum| sum.type_));
        json.column("count", nodes.iter().map(|sum| sum.count));
        json.column("alive", nodes.iter().map(|sum| sum.alive));
        json.column("run", nodes.iter().map(|sum| sum.run));
        json.column("wait", nodes.iter().map(|sum| sum.wait / sum.waits.max(1)));
        json.column("again", nodes.iter().map(|sum| u8::from(sum.again)));
    });
}

fn requests(json: &mut Data, count: u64, requests: &[ShownRequest], kept: &BTreeMap<Key, KeptResource>) {
    let rows: HashMap<_, _> = kept.keys().enumerate().map(|(row, key)| (*key, row as u64)).collect();
    let whole = requests.iter().filter_map(|request| {
        let root = kept.get(&(request.trace.0, request.root))?;
        Some((request, root.type_))
    });
    json.object(|json| {
        json.member_number("total", count);
        json.member_list("list", whole, |json, (request, type_)| {
            json.object(|json| {
                json.member_number("thread", request.trace.0);
                json.member_number("root", request.root);
                let number = Some(request.trace.1 & !REQUEST).filter(|_| request.trace.1 & REQUEST != 0);
                json.member_maybe("number", number);
                json.member_number("type", type_);
                json.member_number("client", u8::from(request.is_made));
                json.member_number("start", request.start);
                json.member_number("length", request.end - request.start);
                json.member_number("size", request.size);
                json.member("what", |json| match &request.said.what {
                    Some(what) => json.string(what.as_str()),
                    None => json.null(),
                });
                json.member_number("status", request.said.status);
                json.member_number("aborted", u8::from(request.said.is_aborted));
                json.member_list("path", &request.said.path, |json, (kind, from, length, words)| {
                    json.array(|json| {
                        json.string(kind);
                        json.number(from);
                        json.number(length);
                        json.string(words.as_str());
                    });
                });
                json.steps("spans", request.spans.iter().filter_map(|key| rows.get(key).copied()));
            });
        });
    });
}

/// What was found, and where in the page that is.
fn finding(json: &mut Data, of: &Finding) {
    let (text, evidence) = of.shown();
    json.object(|json| {
        json.member_shown("text", &text);
        json.member_list("evidence", evidence, |json, line| json.string(line.as_str()));
        json.member_maybe("thread", of.subject.when.map(|when| when.thread));
        json.member_maybe("from", of.subject.when.map(|when| when.from));
        json.member_maybe("to", of.subject.when.map(|when| when.to));
        json.member_maybe("resource", of.subject.resource);
        json.member_maybe("request", of.subject.request);
    });
}

/// Where threads ran: sums of time by thread, path and step, and the frames of each path, the outermost first.
fn flame(json: &mut Data, all: &mut Collect, replay: &Replay) {
    let flame = &mut all.flame;
    flame.finish();
    let mut sums: Vec<_> = std::mem::take(&mut flame.sums).into_iter().collect();
    sums.sort_unstable_by_key(|&(key, _)| key);
    let mut frames = FrameTable::default();
    json.object(|json| {
        json.member_number("width", flame.width);
        json.member_number("sample", SAMPLE);
        json.column("thread", sums.iter().map(|((thread, ..), _)| thread));
        json.column("path", sums.iter().map(|((_, path, _), _)| path));
        json.steps("step", sums.iter().map(|&((.., step), _)| step));
        json.column("took", sums.iter().map(|(_, time)| time.took));
        json.column("count", sums.iter().map(|(_, time)| time.count));
        // Of a callback, the type stands before its place.
        json.member_list("paths", &flame.paths, |json, path| {
            json.array(|json| match *path {
                Path::Other => {}
                Path::Sampled(stack) => {
                    json.number(-1);
                    let places = replay.frames(stack).iter().rev();
                    places.for_each(|&place| json.number(frames.number(replay, place)));
                }
                Path::Callback(type_, place) => {
                    json.number(type_);
                    if place != 0 {
                        json.number(frames.number(replay, place));
                    }
                }
            });
        });
        json.column("kinds", &frames.kinds);
        json.member_list("frames", &frames.texts, |json, text| json.string(text.as_str()));
    });
}

/// The places of frames, each text once.
#[derive(Default)]
struct FrameTable {
    texts: Vec<Shown>,
    /// Of the program, of a package or of Node.
    kinds: Vec<u8>,
    by_place: HashMap<PlaceNumber, usize>,
    by_text: HashMap<String, usize>,
    size: usize,
}

impl FrameTable {
    /// The index of a place. Those that have no room are one.
    fn number(&mut self, replay: &Replay, number: PlaceNumber) -> usize {
        if let Some(&index) = self.by_place.get(&number) {
            return index;
        }
        let Some((place, text)) = replay.places.get(number).zip(replay.places.text(number)) else { return 0 };
        let text = if self.size > FRAMES { Shown::name("(further places)") } else { text };
        let kind = match (&place.package, is_of_node(&place.file)) {
            (Some(_), _) => 1,
            (None, true) => 2,
            (None, false) => 0,
        };
        let next = self.texts.len();
        let index = *self.by_text.entry(text.as_str().to_owned()).or_insert(next);
        if index == next {
            self.size += text.as_str().len();
            self.texts.push(text);
            self.kinds.push(kind);
        }
        if self.size <= FRAMES {
            self.by_place.insert(number, index);
        }
        index
    }
}

fn is_of_node(file: &str) -> bool {
    Frame { function: "", file, line: 0, column: 0 }.is_of_node()
}

/// A route, and what its requests' time went into: the largest parts.
fn route(json: &mut Data, replay: &Replay, of: &RouteSums) {
    let name = of.route.map_or("(without a name)", |route| replay.routes.name(route));
    json.object(|json| {
        json.member_shown("route", &Shown::line(name));
        json.member_number("status", of.status);
        json.member_number("aborted", u8::from(of.is_aborted));
        json.member_number("count", of.count);
        json.member_number("p50", of.took.percentile(50.0));
        json.member_number("p99", of.took.percentile(99.0));
        json.member_number("max", of.took.max);
        json.member_number("total", of.took.total);
        json.member_list("parts", of.largest(replay, PARTS), |json, (kind, took, words)| {
            json.array(|json| {
                json.string(kind);
                json.number(took);
                json.string(Shown::line(&words).as_str());
            });
        });
    });
}

fn resources(json: &mut Data, replay: &Replay, kept: &BTreeMap<Key, KeptResource>) {
    let mut stacks = StackTable::default();
    let mut places = PlaceTable::default();
    let ended = |value: u64| if value == NEVER { -1 } else { i128::from(value) };
    json.member("resources", |json| {
        json.object(|json| {
            json.column("thread", kept.keys().map(|key| key.0));
            json.steps("id", kept.keys().map(|key| key.1));
            json.column("type", kept.values().map(|of| of.type_));
            json.column("trigger", kept.iter().map(|(key, of)| i128::from(key.1) - i128::from(of.trigger)));
            json.steps("created", kept.values().map(|of| of.created));
            json.column("wait", kept.values().map(|of| ended(of.wait)));
            json.column("run", kept.values().map(|of| of.run));
            json.column("longest", kept.values().map(|of| of.longest));
            json.column("runs", kept.values().map(|of| of.runs));
            json.column("last", kept.values().map(|of| of.last));
            json.column("destroyed", kept.values().map(|of| ended(of.destroyed)));
            json.column("place", kept.values().map(|of| places.number(replay, of.stack)));
            json.column("stack", kept.values().map(|of| stacks.number(replay, of.stack)));
        });
    });
    json.member_list("places", &places.texts, |json, text| json.string(text.as_str()));
    // Its lines stay lines.
    json.member_list("stacks", stacks.texts, |json, text| {
        let lines: Vec<_> = text.lines().map(|line| Shown::line(line).to_string()).collect();
        json.string(&lines.join("\n"));
    });
}

/// The places of the resources that are kept, each once.
#[derive(Default)]
struct PlaceTable {
    texts: Vec<Shown>,
    numbers: HashMap<PlaceNumber, u64>,
}

impl PlaceTable {
    /// One more than the place's index; 0 where there is none.
    fn number(&mut self, replay: &Replay, stack: u32) -> u64 {
        let place = replay.place(stack);
        if let Some(&number) = self.numbers.get(&place) {
            return number;
        }
        let Some(text) = replay.places.text(place) else { return 0 };
        self.texts.push(text);
        self.numbers.insert(place, self.texts.len() as u64);
        self.texts.len() as u64
    }
}

/// The stacks of the resources that are kept, each once.
#[derive(Default)]
struct StackTable<'a> {
    texts: Vec<&'a str>,
    numbers: HashMap<&'a str, u64>,
    size: usize,
}

impl<'a> StackTable<'a> {
    /// One more than the stack's index; 0 where there is none.
    fn number(&mut self, replay: &'a Replay, stack: u32) -> u64 {
        let Some(text) = replay.stack(stack).map(|text| cut(text, STACK)) else { return 0 };
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        if self.size + text.len() > STACKS {
            return 0;
        }
        self.size += text.len();
        self.texts.push(text);
        self.numbers.insert(text, self.texts.len() as u64);
        self.texts.len() as u64
    }
}

/// How many each may have at most, so that all together have no more than `most`.
fn share(most: usize, wanted: impl Iterator<Item = usize>) -> usize {
    let mut wanted: Vec<usize> = wanted.collect();
    wanted.sort_unstable();
    let mut left = most;
    for (index, &want) in wanted.iter().enumerate() {
        let fair = left / (wanted.len() - index);
        if want > fair {
            return fair;
        }
        left -= want;
    }
    most
}

fn thread(json: &mut Data, of: &ReplayThread, lane: Lane, most_moments: usize, most_calls: usize) {
    let Lane { mut calls, loop_ } = lane;
    calls.narrow(most_moments);
    json.object(|json| {
        json.member_shown("name", &Shown::name(&of.title()));
        json.member_number("start", of.began);
        json.member_maybe("end", of.ended.as_ref().map(|_| of.now));
        json.member_shown("reason", &Shown::line(of.ended.as_deref().unwrap_or_default()));
        json.member_number("callsTotal", calls.count);
        let busy: Vec<(usize, &Moment)> =
            calls.moments.iter().enumerate().filter(|(_, moment)| moment.busy > 0).collect();
        json.member("bins", |json| {
            json.object(|json| {
                json.member_number("width", calls.width);
                json.steps("at", busy.iter().map(|(at, _)| *at as u64));
                json.column(
                    "busy",
                    busy.iter().map(|(_, moment)| moment.busy.saturating_mul(1000).div_ceil(calls.width)),
                );
                json.column("type", busy.iter().map(|(_, moment)| moment.type_));
            });
        });
        json.member("loop", |json| {
            json.object(|json| {
                json.steps("at", loop_.iter().map(|step| step.time));
                let share =
                    |active: u64, idle: u64| active.saturating_mul(1000) / active.saturating_add(idle).max(1);
                json.column("busy", loop_.iter().map(|step| share(step.active, step.idle)));
            });
        });
        let calls = calls.kept(most_calls);
        json.member("calls", |json| {
            json.object(|json| {
                json.steps("start", calls.iter().map(|call| call.start));
                json.column("length", calls.iter().map(|call| call.length));
                json.steps("id", calls.iter().map(|call| call.id));
                json.column("type", calls.iter().map(|call| call.type_));
                json.column("depth", calls.iter().map(|call| call.depth));
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::{share, title};

    #[test]
    fn a_program_has_the_name_of_its_script() {
        let named = |argv: &[&str]| title(&argv.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(named(&["/bin/node", "/srv/app.js", "--dir", "/tmp/x/"]), "app.js --dir x/");
        assert_eq!(named(&["C:\\node.exe"]), "node.exe");
        assert_eq!(
            (named(&[]), named(&["a", ""]), named(&["a", "/"])),
            ("A program".into(), "".into(), "/".into())
        );
    }

    #[test]
    fn who_wants_little_leaves_the_rest_to_the_others() {
        assert_eq!(share(100, [10, 20, 500].into_iter()), 70);
        assert_eq!(share(100, [500, 500, 10].into_iter()), 45);
        assert_eq!(share(100, [10, 20].into_iter()), 100);
        assert_eq!(share(100, std::iter::empty()), 100);
    }
}
