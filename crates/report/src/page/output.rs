//! What was collected, as the JSON that the page unpacks (`page/data.js`).

use std::collections::{BTreeMap, HashMap};

use super::calls::{Moment, THREADS};
use super::collect::{Collect, Numbers};
use super::json::Json;
use super::requests::{Request, Role};
use super::resources::{Key, Resource};
use super::threads::Thread;
use crate::left_out::LeftOut;
use crate::shown::{Shown, cut};
use recorder::event::Header;
use recorder::file::ReadError;
use recorder::spread::Spread;

/// Callbacks that are drawn one by one, and moments, on all threads together.
const CALLS: usize = 30_000;
const MOMENTS: usize = 40_000;
/// Lines of the chart over time.
const LINES: usize = 10;
/// Characters of a stack, and of all of them.
const STACK: usize = 3000;
const STACKS: usize = 1 << 19;
const ARGUMENT: usize = 300;
const ARGUMENTS: usize = 40;

/// How the recording ends.
pub struct Ending<'a> {
    /// Why it could not be read any further.
    pub cut: Option<&'a ReadError>,
    /// The recorder ended it, and the file has all of it.
    pub complete: bool,
    pub left_out: &'a LeftOut,
}

pub fn json(mut all: Collect, header: &Header, ending: Ending, findings: &[String]) -> String {
    let threads = std::mem::take(&mut all.threads);
    let (count, requests) = std::mem::take(&mut all.requests).finish();
    let kept = choose(&mut all, &requests);
    let mut json = Json::default();
    json.object(|json| {
        json.member("header", |json| self::header(json, header));
        json.member("totals", |json| totals(json, &all, &threads));
        json.member_number("complete", u8::from(ending.complete));
        json.member("cut", |json| match ending.cut {
            Some(error) => json.object(|json| {
                json.member_number("offset", error.offset);
                json.member_string("what", &error.what);
            }),
            None => json.null(),
        });
        json.member_list(
            "dropped",
            all.types.iter().enumerate().filter(|(_, of)| of.dropped > 0),
            |json, (type_, of)| {
                json.array(|json| {
                    json.number(type_ as u64);
                    json.number(of.dropped);
                });
            },
        );
        json.member_list("leftOut", ending.left_out.sentences(), |json, sentence| json.string(&sentence));
        json.member_list("types", &all.names.all, |json, name| json.shown(&Shown::name(name)));
        let used = all.types.iter().enumerate().filter(|(_, of)| of.created > 0 || of.dropped > 0);
        json.member_list("stats", used, |json, (type_, of)| numbers(json, type_, of));
        json.member_list("marks", &all.marks, |json, (thread, time, name)| {
            json.array(|json| {
                json.number(*thread as u64);
                json.number(*time);
                json.shown(name);
            });
        });
        json.member("alive", |json| over_time(json, &mut all));
        json.member("causes", |json| causes(json, &all));
        json.member_list("findings", findings, |json, finding| json.string(finding));
        json.member("requests", |json| self::requests(json, count, &requests, &kept));
        resources(json, &all, &kept);
        let moments = MOMENTS / threads.len().clamp(1, THREADS);
        let drawn: Vec<_> = threads.into_iter().take(THREADS).collect();
        let room = share(CALLS, drawn.iter().map(|of| of.calls.held()));
        json.member_list("threads", drawn, |json, of| thread(json, of, moments.max(256), room));
    });
    json.into_text()
}

fn choose(all: &mut Collect, requests: &[Request]) -> BTreeMap<Key, Resource> {
    let mut keep = std::mem::take(&mut all.keep);
    for (key, resource) in all.resources.iter() {
        keep.offer(key, resource);
    }
    let mut kept = keep.choose(&mut all.resources, requests);
    kept.retain(|key, _| (key.0 as usize) < THREADS);
    kept
}

fn header(json: &mut Json, header: &Header) {
    json.object(|json| {
        json.member_number("pid", header.pid);
        json.member_shown("title", &Shown::of(&title(&header.argv), ARGUMENT));
        json.member_shown("node", &Shown::name(&header.node));
        json.member_list("argv", header.argv.iter().take(ARGUMENTS), |json, part| {
            json.shown(&Shown::of(part, ARGUMENT))
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

fn totals(json: &mut Json, all: &Collect, threads: &[Thread]) {
    let sum = |of: fn(&Numbers) -> u64| all.types.iter().map(of).sum::<u64>();
    json.object(|json| {
        json.member_number("duration", all.end);
        json.member_number("events", all.events);
        json.member_number("threads", threads.len() as u64);
        json.member_number("resources", sum(|of| of.created));
        json.member_number("alive", sum(|of| of.alive));
        json.member_number("callbacks", sum(|of| of.callbacks));
        json.member_number("longest", all.longest);
        json.member_number("busy", threads.first().map_or(0, |main| main.calls.busy));
    });
}

fn numbers(json: &mut Json, type_: usize, of: &Numbers) {
    let spreads = [("wait", &of.wait), ("run", &of.run), ("life", &of.life)];
    json.object(|json| {
        json.member_number("type", type_ as u64);
        json.member_number("created", of.created);
        json.member_number("alive", of.alive);
        json.member_number("callbacks", of.callbacks);
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
                            json.member_number("first", buckets.first as u64);
                            json.column("counts", buckets.counts);
                        });
                    });
                }
            });
        });
    });
}

fn over_time(json: &mut Json, all: &mut Collect) {
    let series = all.alive.series(all.end, LINES);
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

fn causes(json: &mut Json, all: &Collect) {
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

fn requests(json: &mut Json, count: u64, requests: &[Request], kept: &BTreeMap<Key, Resource>) {
    let rows: HashMap<_, _> = kept.keys().enumerate().map(|(row, key)| (*key, row as u64)).collect();
    let whole = requests.iter().filter(|request| rows.contains_key(&request.root));
    json.object(|json| {
        json.member_number("total", count);
        json.member_list("list", whole, |json, request| {
            json.object(|json| {
                json.member_number("root", request.root.1);
                json.member_number("type", request.type_);
                json.member_number("client", u8::from(request.role == Role::Client));
                json.member_number("start", request.start);
                json.member_number("length", request.last - request.start);
                json.member_number("size", request.size);
                json.steps("spans", request.spans.iter().filter_map(|key| rows.get(key).copied()));
            });
        });
    });
}

fn resources(json: &mut Json, all: &Collect, kept: &BTreeMap<Key, Resource>) {
    let mut stacks = Stacks::default();
    let ended = |value: Option<u64>| value.map_or(-1, i128::from);
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
            json.column("stack", kept.values().map(|of| stacks.number(all, of.stack)));
        });
    });
    // Its lines stay lines.
    json.member_list("stacks", stacks.texts, |json, text| {
        let lines: Vec<_> = text.lines().map(|line| Shown::line(line).to_string()).collect();
        json.string(&lines.join("\n"));
    });
}

/// The stacks of the resources that are kept, each once.
#[derive(Default)]
struct Stacks<'a> {
    texts: Vec<&'a str>,
    numbers: HashMap<&'a str, u64>,
    size: usize,
}

impl<'a> Stacks<'a> {
    /// One more than the stack's index; 0 where there is none.
    fn number(&mut self, all: &'a Collect, stack: u32) -> u64 {
        let Some(text) = all.stacks.text(stack).map(|text| cut(text, STACK)) else { return 0 };
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

fn thread(json: &mut Json, mut of: Thread, most_moments: usize, most_calls: usize) {
    of.calls.narrow(most_moments);
    json.object(|json| {
        json.member_shown("name", &of.name);
        json.member_number("start", of.start);
        json.member("end", |json| match of.end {
            Some(end) => json.number(end),
            None => json.null(),
        });
        json.member_shown("reason", &of.reason);
        json.member_number("callsTotal", of.calls.count);
        let busy: Vec<(usize, &Moment)> =
            of.calls.moments.iter().enumerate().filter(|(_, moment)| moment.busy > 0).collect();
        json.member("bins", |json| {
            json.object(|json| {
                json.member_number("width", of.calls.width);
                json.steps("at", busy.iter().map(|(at, _)| *at as u64));
                json.column(
                    "busy",
                    busy.iter().map(|(_, moment)| moment.busy.saturating_mul(1000).div_ceil(of.calls.width)),
                );
                json.column("type", busy.iter().map(|(_, moment)| moment.type_));
            });
        });
        json.member("loop", |json| {
            json.object(|json| {
                json.steps("at", of.loop_.iter().map(|step| step.time));
                let share =
                    |active: u64, idle: u64| active.saturating_mul(1000) / active.saturating_add(idle).max(1);
                json.column("busy", of.loop_.iter().map(|step| share(step.active, step.idle)));
            });
        });
        let calls = of.calls.kept(most_calls);
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
