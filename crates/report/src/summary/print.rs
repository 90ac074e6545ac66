//! The summary as text for a terminal.

use std::cmp::Reverse;
use std::io::{self, Write};

use recorder::spread::Spread;
use unicode_width::UnicodeWidthStr;

use super::alive::{AliveGroup, AliveGroups};
use super::numbers::{LongCallback, Slow, Summary};
use super::screen::screen;
use crate::left_out::Outcome;
use crate::replay::words::words_of_type;
use crate::replay::{Replay, ReplayThread, TypeNumbers};
use crate::shown::{COMMAND, Shown};
use crate::text::Text;
use crate::units::{percent, short_id, time};

/// So many threads are listed, and so many types of what was dropped.
const MOST_THREADS: usize = 100;
const MOST_DROPPED: usize = 100;
/// So many processes are listed.
const PROCESSES: usize = 100;

pub(crate) fn print(
    summary: &Summary,
    replay: &Replay,
    ending: &Outcome,
    text: &Text,
    out: &mut dyn Write,
) -> io::Result<()> {
    screen(summary, replay, ending, text, out)?;
    if !text.all {
        return Ok(());
    }
    section(out, "Process")?;
    process(replay, out)?;
    section(out, "Threads")?;
    let threads = replay.threads();
    threads.iter().take(MOST_THREADS).try_for_each(|thread| of_thread(out, thread))?;
    if threads.len() > MOST_THREADS {
        writeln!(out, "  and {} more", threads.len() - MOST_THREADS)?;
    }
    requests(summary, text, out)?;
    let types = TypeRows::of(replay, text);
    section(out, "Callbacks, by type")?;
    types.callbacks(out)?;
    section(out, "Waiting and lifetime, by type")?;
    types.lifetimes(out)?;
    if !summary.longest.is_empty() {
        section(out, "Longest callbacks, and what led to them")?;
        summary.longest.iter().try_for_each(|callback| of_callback(out, callback, text))?;
    }
    section(out, "Alive at the end")?;
    alive(summary, text, out)?;
    marks(summary, out)
}

/// What a type is in words, and then Node's name for it, which is said besides.
fn type_of(type_: &Shown, text: &Text) -> String {
    match words_of_type(type_.as_str()) {
        words if words == type_.as_str() => words.to_owned(),
        words => format!("{words} {}", text.faint(&format!("({type_})"))),
    }
}

fn section(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}\n")
}

/// What was recorded.
fn process(replay: &Replay, out: &mut dyn Write) -> io::Result<()> {
    for header in replay.headers().iter().take(PROCESSES) {
        let command = Shown::of(&header.argv.join(" "), COMMAND);
        let (node, platform) = (Shown::name(&header.node), Shown::name(&header.platform));
        write!(out, "  {command} ({node}, process {}, {platform})", header.pid)?;
        match header.wall_ns.saturating_sub(replay.began()) {
            0 => writeln!(out)?,
            later => writeln!(out, ", {} later", time(later))?,
        }
    }
    let more = replay.headers().len().saturating_sub(PROCESSES);
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    writeln!(out, "  {} events in {}", replay.events, time(replay.end()))
}

/// Why the numbers may not be those of the whole program.
pub(super) fn warnings(replay: &Replay, ending: &Outcome) -> Vec<String> {
    let mut warnings = Vec::new();
    let (dropped, plain) = (replay.dropped(), Text::default());
    if !dropped.is_empty() {
        let total = dropped.iter().fold(0, |total: u64, &(_, count)| total.saturating_add(count));
        let mut types: Vec<_> = dropped
            .iter()
            .take(MOST_DROPPED)
            .map(|&(type_, count)| {
                format!("{} {count}", type_of(&Shown::name(replay.type_name(type_)), &plain))
            })
            .collect();
        if dropped.len() > MOST_DROPPED {
            types.push(format!("and {} more types", dropped.len() - MOST_DROPPED));
        }
        warnings.push(format!("{total} resources were dropped: {}.", types.join(", ")));
    }
    for fate in &ending.fates {
        let (file, recording) = match ending.fates.len() {
            0 | 1 => ("The file".to_owned(), "The recording".to_owned()),
            _ => {
                let name = Shown::line(&fate.name.to_string_lossy()).to_string();
                (name.clone(), name)
            }
        };
        if let Some(error) = &fate.damage {
            let (what, offset) = (&error.what, error.offset);
            warnings.push(format!("{file} is damaged at byte {offset}: {what}. This is what comes before."));
        } else if !fate.is_complete && fate.signal.is_none() {
            warnings.push(format!(
                "{recording} has no end: a signal or a crash has ended the process, or it is still running."
            ));
        }
    }
    warnings.extend(ending.left_out.sentences());
    warnings
}

fn of_thread(out: &mut dyn Write, thread: &ReplayThread) -> io::Result<()> {
    write!(out, "  {:<16}", Shown::name(&thread.title()))?;
    match thread.busy() {
        Some((active, looped)) => {
            let (share, active) = (percent(active, looped), time(active));
            write!(out, " event loop busy {share} ({active} of {})", time(looped))?;
        }
        None => write!(out, " lasted {}", time(thread.now.saturating_sub(thread.began)))?,
    }
    write!(out, ", callbacks ran for {}", time(thread.in_callbacks))?;
    match &thread.ended {
        Some(reason) => writeln!(out, ", ended: {}", Shown::line(reason)),
        None => writeln!(out),
    }
}

fn requests(summary: &Summary, text: &Text, out: &mut dyn Write) -> io::Result<()> {
    let requests = &summary.requests;
    if requests.took.count == 0 {
        return Ok(());
    }
    section(out, "Requests that servers answered, from the head to the end of the response")?;
    let noun = if requests.took.count == 1 { "request" } else { "requests" };
    let [p50, p99, max, total] = values(&requests.took);
    writeln!(out, "  {} {noun}: p50 {p50}, p99 {p99}, max {max}, total {total}", requests.took.count)?;
    requests.slowest.iter().try_for_each(|Slow { request, thread, type_ }| {
        let (took, began) = (time(request.took()), time(request.began));
        writeln!(
            out,
            "  {took:>9} at {began} on the thread {thread}, by {} {}",
            type_of(type_, text),
            request.connection
        )
    })
}

/// The rows of types that were seen, the busiest first: how wide the name is, the name, the numbers.
struct TypeRows<'a> {
    rows: Vec<(usize, String, &'a TypeNumbers)>,
    width: usize,
}

impl<'a> TypeRows<'a> {
    fn of(replay: &'a Replay, text: &Text) -> Self {
        let seen = replay.numbers().iter().enumerate().filter(|(_, of)| of.created > 0 || of.run.count > 0);
        let plain = Text { colour: false, ..text.clone() };
        let mut rows: Vec<_> = seen
            .map(|(row, numbers)| {
                let type_ = Shown::name(replay.types.row_name(row));
                (type_of(&type_, &plain).width(), type_of(&type_, text), numbers)
            })
            .collect();
        rows.sort_by_key(|(_, _, of)| Reverse((of.run.total, of.created)));
        let width = rows.iter().map(|&(width, ..)| width).max().unwrap_or(0).min(44);
        Self { rows, width }
    }

    fn callbacks(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.width;
        writeln!(
            out,
            "  {:width$} {:>10} {:>10} {:>10} {:>9} {:>9} {:>9} {:>9}",
            "", "created", "alive", "callbacks", "run p50", "p99", "max", "total"
        )?;
        self.rows.iter().try_for_each(|(used, name, TypeNumbers { created, alive, run, .. })| {
            let rest = width.saturating_sub(*used);
            write!(out, "  {name}{:rest$} {created:>10} {alive:>10} {:>10}", "", run.count)?;
            spread(out, run)?;
            writeln!(out)
        })
    }

    fn lifetimes(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.width;
        let columns = ["p50", "p99", "max", "total"].map(|column| format!("{column:>9}")).join(" ");
        writeln!(out, "  {:width$}  wait{}    life{}", "", &columns[4..], &columns[4..])?;
        self.rows.iter().try_for_each(|(used, name, of)| {
            write!(out, "  {name}{:1$}", "", width.saturating_sub(*used))?;
            spread(out, &of.wait)?;
            write!(out, "  ")?;
            spread(out, &of.life)?;
            writeln!(out)
        })
    }
}

fn spread(out: &mut dyn Write, spread: &Spread) -> io::Result<()> {
    values(spread).iter().try_for_each(|value| write!(out, " {value:>9}"))
}

/// The median, the 99th percentile, the greatest and the total.
fn values(spread: &Spread) -> [String; 4] {
    match spread.count {
        0 => ["-"; 4].map(str::to_owned),
        _ => [spread.percentile(50.0), spread.percentile(99.0), spread.max, spread.total].map(time),
    }
}

fn of_callback(out: &mut dyn Write, callback: &LongCallback, text: &Text) -> io::Result<()> {
    let LongCallback { thread, began, took, chain, cut } = callback;
    writeln!(out, "  {:>9} at {} on the thread {thread}", time(*took), time(*began))?;
    for (at, link) in chain.iter().enumerate() {
        let by = if at == 0 { "of" } else { "triggered by" };
        write!(out, "            {by} {} {}", type_of(&link.type_, text), short_id(link.id))?;
        if link.count > 1 {
            write!(out, " and {} before it", link.count - 1)?;
        }
        match &link.place {
            Some(place) => writeln!(out, ", created at {place}")?,
            None => writeln!(out)?,
        }
    }
    if *cut { writeln!(out, "            triggered by what is not shown") } else { Ok(()) }
}

fn alive(summary: &Summary, text: &Text, out: &mut dyn Write) -> io::Result<()> {
    let AliveGroups { holding, others } = &summary.alive;
    for (title, groups) in [("what can keep a process alive", holding), ("the rest", others)] {
        if groups.largest.is_empty() {
            continue;
        }
        writeln!(out, "  {title}:")?;
        groups.largest.iter().try_for_each(|group| of_alive(out, group, text))?;
        if groups.more > 0 {
            writeln!(out, "    and {} more groups", groups.more)?;
        }
    }
    let is_empty = holding.largest.is_empty() && others.largest.is_empty();
    if is_empty { writeln!(out, "  nothing") } else { Ok(()) }
}

fn of_alive(out: &mut dyn Write, group: &AliveGroup, text: &Text) -> io::Result<()> {
    let AliveGroup { type_, count, oldest, was_before, stack } = group;
    let since = if *was_before {
        "made before the recording began".to_owned()
    } else {
        format!("for {}", time(*oldest))
    };
    writeln!(out, "    {count:>8} {}, the oldest {since}", type_of(type_, text))?;
    stack.iter().try_for_each(|frame| writeln!(out, "               {frame}"))
}

fn marks(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if summary.marks.is_empty() {
        return Ok(());
    }
    section(out, "Marks")?;
    summary.marks.iter().try_for_each(|(at, name)| writeln!(out, "  {:>9} {name}", time(*at)))?;
    if summary.more_marks > 0 { writeln!(out, "  and {} more", summary.more_marks) } else { Ok(()) }
}
