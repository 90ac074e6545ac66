//! What is worth a look, in plain words: one small function each.

use super::numbers::{BLOCKED, Growing, Summary};
use crate::replay::POOL;
use crate::units::time;

/// Answers a sentence where there is something to say.
type Finding = fn(&Summary) -> Option<String>;

const FINDINGS: [Finding; 5] = [blocked, unsettled, timers, growth, pool];

/// So many that grow are named in one sentence.
const NAMED: usize = 20;

pub(crate) fn findings(summary: &Summary) -> Vec<String> {
    FINDINGS.iter().filter_map(|finding| finding(summary)).collect()
}

/// A callback that runs long keeps everything else waiting.
fn blocked(summary: &Summary) -> Option<String> {
    let longest = summary.longest.first().filter(|callback| callback.took >= BLOCKED)?;
    let what = longest.chain.first().map_or("an unknown resource".to_owned(), |link| {
        let place = link.place.as_ref().map_or(String::new(), |place| format!(", created at {place}"));
        format!("{} {}{place}", link.type_, link.id)
    });
    let mut text = format!("A callback blocked the event loop for {}: that of {what}.", time(longest.took));
    if summary.blocked.count > 1 {
        let (count, total) = (summary.blocked.count, time(summary.blocked.total));
        text += &format!(" In all, {count} callbacks took {} or longer, together {total}.", time(BLOCKED));
    }
    Some(text)
}

/// A promise that nobody resolves leaves those that await it waiting for ever.
fn unsettled(summary: &Summary) -> Option<String> {
    let (lost, pending) = (summary.lost_promises, summary.pending_promises);
    // Without any resolution, resolutions were not recorded.
    if summary.resolutions == 0 || lost + pending == 0 {
        return None;
    }
    let noun = if lost + pending == 1 { "promise" } else { "promises" };
    Some(format!(
        "{} {noun} never settled: {lost} collected while pending, {pending} pending at the end.",
        lost + pending
    ))
}

fn timers(summary: &Summary) -> Option<String> {
    let growing = summary.growing.iter().find(|growing| is_timer(growing))?;
    let [first, .., last] = growing.quarters;
    Some(format!(
        "Timers are created faster than they end: on the thread {}, at least {first} of {} were alive in the first \
         quarter of the time, and {last} in the last.",
        growing.thread, growing.type_
    ))
}

fn growth(summary: &Summary) -> Option<String> {
    let others: Vec<_> = summary.growing.iter().filter(|growing| !is_timer(growing)).collect();
    let mut growing: Vec<String> = others
        .iter()
        .take(NAMED)
        .map(|Growing { type_, thread, quarters: [first, .., last] }| {
            format!("{type_} on the thread {thread} (from at least {first} alive in the first quarter to {last} in the last)")
        })
        .collect();
    if others.len() > NAMED {
        growing.push(format!("and {} more", others.len() - NAMED));
    }
    if growing.is_empty() { None } else { Some(format!("Grows without end: {}.", growing.join(", "))) }
}

fn is_timer(growing: &Growing) -> bool {
    matches!(growing.type_.as_str(), "Timeout" | "Immediate")
}

/// The thread pool takes a few calls at once. The others wait, however fast the disk is.
fn pool(summary: &Summary) -> Option<String> {
    let pool = &summary.pool;
    if pool.waited == 0 {
        return None;
    }
    let noun = if pool.waited == 1 { "call" } else { "calls" };
    Some(format!(
        "{} fs or dns {noun} had to wait for the thread pool: {POOL} or more were underway already, {} at most. The \
         longest took {}. UV_THREADPOOL_SIZE sets how many run at once ({POOL} unless it is set).",
        pool.waited,
        pool.most,
        time(pool.longest)
    ))
}
