//! The first screen: what was recorded, what is worth a look, and the routes.

use std::cmp::Reverse;
use std::io::{self, Write};

use recorder::event::Header;
use unicode_width::UnicodeWidthStr;

use super::numbers::Summary;
use super::print::warnings;
use crate::left_out::Outcome;
use crate::replay::Replay;
use crate::replay::words::process;
use crate::shown::{LINE, Shown};
use crate::text::{Text, fit, wrap};
use crate::units::{percent, time};

/// So many findings are on the first screen with their evidence, so many lines of it each, and so many routes.
const FINDINGS: usize = 4;
const EVIDENCE: usize = 2;
const ROUTES: usize = 8;
/// So many processes are named.
const NAMED: usize = 8;
/// Of so many routes, those that take the most time, all is said of what their time mostly went into: below their numbers
/// where there is no room beside them.
const WHOLE: usize = 4;
/// Columns beside the numbers. Where there are fewer, all is said of all routes.
const BESIDE: usize = 40;

pub(crate) fn screen(
    summary: &Summary,
    replay: &Replay,
    ending: &Outcome,
    text: &Text,
    out: &mut dyn Write,
) -> io::Result<()> {
    head(summary, replay, ending, text, out)?;
    findings(summary, replay, text, out)?;
    routes(summary, replay, text, out)?;
    if !text.all {
        writeln!(
            out,
            "\n{}",
            text.faint("More: --all, --why for what keeps it alive, --html page.html to look at it.")
        )?;
    }
    Ok(())
}

fn head(
    summary: &Summary,
    replay: &Replay,
    ending: &Outcome,
    text: &Text,
    out: &mut dyn Write,
) -> io::Result<()> {
    if replay.headers().len() > 1 {
        return head_of_many(summary, replay, ending, text, out);
    }
    let none = Header::default();
    let header = replay.headers().first().unwrap_or(&none);
    let mut words: Vec<&str> = header.argv.iter().map(|word| replay.places.short(word)).collect();
    if let Some(node) = words.first_mut() {
        *node = node.rsplit(['/', '\\']).next().unwrap_or(node);
    }
    let command = Shown::of(&words.join(" "), LINE);
    writeln!(out, "{}", text.strong(&fit(command.as_str(), text.width)))?;
    let main = replay.threads().iter().position(|thread| thread.worker == 0).unwrap_or(0);
    let mut facts = vec![format!("Node {}", Shown::name(header.node.trim_start_matches('v')))];
    if let Some(thread) = replay.threads().get(main) {
        facts.push(time(replay.lasted(main as u32)));
        if let Some((active, looped)) = thread.busy() {
            facts.push(format!("event loop busy {}", percent(active, looped)));
        }
    }
    let requests = summary.requests.took.count;
    if requests > 0 {
        facts.push(format!("{requests} {}", if requests == 1 { "request" } else { "requests" }));
    }
    if replay.threads().len() > 1 {
        facts.push(format!("{} threads", replay.threads().len()));
    }
    facts.push(format!("{} events", replay.events));
    if let Some(signal) = ending.signal() {
        facts.push(format!("ended by {}", Shown::name(signal)));
    }
    writeln!(out, "{}", fit(&facts.join(", "), text.width))?;
    for middle in replay.middles() {
        wrap(&Shown::of(&middle, LINE).to_string(), text.width)
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))?;
    }
    for warning in warnings(replay, ending) {
        wrap(&format!("! {warning}"), text.width).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

/// Of several recordings: the processes, and what there is of all.
fn head_of_many(
    summary: &Summary,
    replay: &Replay,
    ending: &Outcome,
    text: &Text,
    out: &mut dyn Write,
) -> io::Result<()> {
    let headers = replay.headers();
    let names: Vec<_> = headers.iter().take(NAMED).map(process).collect();
    let more = if headers.len() > NAMED { ", …" } else { "" };
    let title = format!("{} recordings: {}{more}", headers.len(), names.join(", "));
    writeln!(out, "{}", text.strong(&fit(Shown::of(&title, LINE).as_str(), text.width)))?;
    let mut facts = vec![time(replay.end())];
    let requests = summary.requests.took.count;
    if requests > 0 {
        facts.push(format!("{requests} {}", if requests == 1 { "request" } else { "requests" }));
    }
    facts.push(format!("{} threads", replay.threads().len()));
    facts.push(format!("{} events", replay.events));
    writeln!(out, "{}", fit(&facts.join(", "), text.width))?;
    for middle in replay.middles() {
        wrap(&Shown::of(&middle, LINE).to_string(), text.width)
            .iter()
            .try_for_each(|line| writeln!(out, "{line}"))?;
    }
    for warning in warnings(replay, ending) {
        wrap(&format!("! {warning}"), text.width).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

fn findings(summary: &Summary, replay: &Replay, text: &Text, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}\n", text.strong("Findings"))?;
    if summary.findings.is_empty() {
        writeln!(out, "  Nothing stands out.")?;
        return little(replay, text, out);
    }
    let most = if text.all || text.why { summary.findings.len() } else { FINDINGS };
    for (at, finding) in summary.findings.iter().take(most).enumerate() {
        let (sentence, evidence) = finding.shown();
        for (line, words) in wrap(sentence.as_str(), text.width.saturating_sub(5)).iter().enumerate() {
            let number = if line == 0 { format!("{}.", at + 1) } else { String::new() };
            writeln!(out, "  {number:<3}{words}")?;
        }
        let lines = if text.all || text.why { evidence.len() } else { EVIDENCE };
        for line in evidence.iter().take(lines) {
            for words in wrap(line.as_str(), text.width.saturating_sub(7)) {
                writeln!(out, "       {}", text.faint(&words))?;
            }
        }
        if evidence.len() > lines {
            writeln!(
                out,
                "       {}",
                text.faint(&format!("and {} more with --all", evidence.len() - lines))
            )?;
        }
    }
    if summary.findings.len() > most {
        writeln!(out, "  and {} more with --all", summary.findings.len() - most)?;
    }
    Ok(())
}

/// Why nothing can be said of a program of which little was recorded.
fn little(replay: &Replay, text: &Text, out: &mut dyn Write) -> io::Result<()> {
    let why = if replay.events == 0 {
        "No asynchronous operation was recorded: the program began none, or it ended before."
    } else {
        return Ok(());
    };
    wrap(why, text.width.saturating_sub(2)).iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn routes(summary: &Summary, replay: &Replay, text: &Text, out: &mut dyn Write) -> io::Result<()> {
    let mut routes: Vec<_> = summary.routes.iter().collect();
    if routes.is_empty() {
        return Ok(());
    }
    // What takes the most time in all comes first.
    routes.sort_by_key(|of| (Reverse(of.took.total), of.route));
    let most = if text.all { routes.len() } else { ROUTES };
    let rows: Vec<_> = routes
        .iter()
        .take(most)
        .map(|of| {
            let status = match of.status {
                0 if of.is_aborted => "aborted".to_owned(),
                0 => "open".to_owned(),
                status => status.to_string(),
            };
            let name = Shown::name(&format!("{} {status}", replay.routes.name(of.route)));
            let times = [of.took.percentile(50.0), of.took.percentile(99.0), of.took.max].map(time);
            (name, of.took.count, times, of.mostly.as_deref().map(Shown::line))
        })
        .collect();
    let longest = rows.iter().map(|(name, ..)| name.as_str().chars().count()).max().unwrap_or(0);
    let width = longest.clamp(8, (text.width / 3).max(8));
    let title = format!("{:width$}  {:>7} {:>9} {:>9} {:>9}", "Requests", "count", "p50", "p99", "max");
    // Where there is little room beside the numbers, it stands below them.
    let is_beside = text.width.saturating_sub(title.width() + 2) >= BESIDE;
    let title = if is_beside { format!("{title}  mostly") } else { title };
    writeln!(out, "\n{}", text.strong(&fit(&title, text.width)))?;
    for (at, (name, count, [p50, p99, max], mostly)) in rows.iter().enumerate() {
        let name = fit(name.as_str(), width);
        let mostly = mostly.as_ref().map_or("", Shown::as_str);
        let numbers = format!("{name:width$}  {count:>7} {p50:>9} {p99:>9} {max:>9}");
        let row = format!("{numbers}  {mostly}");
        if row.width() <= text.width || (is_beside && at >= WHOLE && !text.all) {
            writeln!(out, "{}", fit(&row, text.width))?;
            continue;
        }
        // In lines of its own, so that its place is in one.
        writeln!(out, "{}", fit(&numbers, text.width))?;
        for line in wrap(mostly, text.width.saturating_sub(4)).iter().filter(|line| !line.is_empty()) {
            writeln!(out, "    {}", text.faint(line))?;
        }
    }
    if routes.len() > most {
        writeln!(out, "and {} more with --all", routes.len() - most)?;
    }
    Ok(())
}
