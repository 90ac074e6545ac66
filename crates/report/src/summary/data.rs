//! The first screen for programs, as JSON.

use recorder::event::Header;

use super::numbers::Summary;
use crate::json::Json;
use crate::left_out::Outcome;
use crate::replay::{PlaceNumber, Replay};

pub(crate) fn data(summary: &Summary, replay: &Replay, ending: &Outcome) -> Vec<u8> {
    let mut out = Vec::new();
    let mut json = Json::new(&mut out);
    json.object(|json| {
        if let Some(header) = replay.headers().first() {
            json.member_list("argv", &header.argv, |json, argument| json.string(argument));
            json.member_string("node", &header.node);
        }
        if replay.headers().len() > 1 {
            json.member_list("processes", replay.headers(), |json, header| {
                json.object(|json| {
                    json.member_number("pid", header.pid);
                    json.member_list("argv", &header.argv, |json, argument| json.string(argument));
                    json.member_string("node", &header.node);
                    json.member_number("beganNs", header.wall_ns.saturating_sub(replay.began()));
                });
            });
        }
        json.member_number("durationNs", replay.end());
        if let Some(part) =
            replay.headers().first().and_then(|header| header.part).filter(|part| part.number > 0)
        {
            json.member_number("keptFromNs", part.from);
        }
        json.member_number("events", replay.events);
        json.member("complete", |json| json.number(ending.is_complete()));
        if let Some(signal) = ending.signal() {
            json.member_string("signal", signal);
        }
        json.member_list("findings", &summary.findings, |json, finding| {
            json.object(|json| {
                json.member_string("kind", finding.kind);
                json.member_string("text", &finding.text);
                json.member_list("evidence", &finding.evidence, |json, line| json.string(line));
                place(json, replay, finding.subject.place);
                if let Some(route) = &finding.subject.route {
                    json.member_string("route", route);
                }
                if let Some(when) = finding.subject.when {
                    if let Some(header) = several(replay, when.thread) {
                        json.member_number("pid", header.pid);
                    }
                    json.member_number("worker", replay.thread(when.thread).worker);
                    json.member_number("atNs", when.from);
                    json.member_number("endNs", when.to);
                }
                if let Some(id) = finding.subject.resource {
                    json.member_number("resource", id);
                }
                if let Some(number) = finding.subject.request {
                    json.member_number("request", number);
                }
            });
        });
        json.member_list("routes", &summary.routes, |json, of| {
            json.object(|json| {
                json.member_string("route", replay.routes.name(of.route));
                json.member_number("status", of.status);
                json.member_number("aborted", u8::from(of.is_aborted));
                json.member_number("count", of.took.count);
                json.member_number("p50Ns", of.took.percentile(50.0));
                json.member_number("p99Ns", of.took.percentile(99.0));
                json.member_number("maxNs", of.took.max);
                json.member_number("totalNs", of.took.total);
                if let Some(mostly) = &of.mostly {
                    json.member_string("mostly", mostly);
                }
            });
        });
    });
    json.end_line();
    // A vector takes everything.
    let _ = json.flush();
    out
}

/// The process of a thread, where there are several.
fn several(replay: &Replay, thread: u32) -> Option<&Header> {
    replay.header_of(thread).filter(|_| replay.headers().len() > 1)
}

fn place(json: &mut Json<&mut Vec<u8>>, replay: &Replay, number: PlaceNumber) {
    let Some(place) = replay.places.get(number) else { return };
    json.member("place", |json| {
        json.object(|json| {
            json.member_string("function", &place.function);
            json.member_string("file", &place.file);
            json.member_number("line", place.line);
            json.member_number("column", place.column);
            if let Some(package) = &place.package {
                json.member_string("package", package);
            }
        });
    });
}
