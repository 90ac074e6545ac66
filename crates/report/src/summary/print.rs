//! The summary as text for a terminal.

use std::io::{self, Write};

use super::findings::findings;
use super::summary::{Alive, AliveGroups, Callback, Summary, ThreadSummary, Type};
use recorder::spread::Spread;

pub fn print(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    head(summary, out)?;
    section(out, "Findings")?;
    let findings = findings(summary);
    if findings.is_empty() {
        writeln!(out, "  Nothing stands out.")?;
    }
    findings.iter().try_for_each(|finding| writeln!(out, "  * {finding}"))?;
    section(out, "Threads")?;
    summary.threads.iter().try_for_each(|thread| of_thread(out, thread))?;
    if summary.more_threads > 0 {
        writeln!(out, "  and {} more", summary.more_threads)?;
    }
    section(out, "Callbacks, by type")?;
    callbacks(summary, out)?;
    section(out, "Waiting and lifetime, by type")?;
    lifetimes(summary, out)?;
    if !summary.longest.is_empty() {
        section(out, "Longest callbacks, and what led to them")?;
        summary.longest.iter().try_for_each(|callback| of_callback(out, callback))?;
    }
    section(out, "Alive at the end")?;
    alive(summary, out)?;
    marks(summary, out)
}

fn section(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}\n")
}

/// What was recorded, and everything that limits what the rest says.
fn head(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let Summary { command, node, pid, platform, .. } = summary;
    let lasted = time(summary.duration);
    writeln!(out, "{command} ({node}, process {pid}, {platform})")?;
    writeln!(out, "{} events in {lasted}", summary.events)?;
    warnings(summary).iter().try_for_each(|warning| writeln!(out, "! {warning}"))
}

/// Why the numbers may not be those of the whole program.
pub fn warnings(summary: &Summary) -> Vec<String> {
    let mut warnings = Vec::new();
    if !summary.dropped.is_empty() {
        let mut types: Vec<_> =
            summary.dropped.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if summary.more_dropped > 0 {
            types.push(format!("and {} more types", summary.more_dropped));
        }
        warnings.push(format!("{} resources were dropped: {}.", summary.dropped_total, types.join(", ")));
    }
    if let Some(error) = &summary.error {
        let (what, offset) = (&error.what, error.offset);
        warnings.push(format!("The file is damaged at byte {offset}: {what}. This is what comes before."));
    } else if !summary.complete {
        warnings.push("The recording was not ended: the process was killed, or is still running.".to_owned());
    }
    warnings.extend(summary.left_out.sentences());
    warnings
}

fn of_thread(out: &mut dyn Write, thread: &ThreadSummary) -> io::Result<()> {
    let lasted = thread.end.saturating_sub(thread.began);
    write!(out, "  {:<16}", thread.title)?;
    let looped = thread.idle.saturating_add(thread.active);
    if looped > 0 {
        let (share, active) = (percent(thread.active, looped), time(thread.active));
        write!(out, " event loop busy {share} ({active} of {})", time(looped))?;
    } else {
        write!(out, " lasted {}", time(lasted))?;
    }
    write!(out, ", callbacks ran for {}", time(thread.in_callbacks))?;
    match &thread.ended {
        Some(reason) => writeln!(out, ", ended: {reason}"),
        None => writeln!(out),
    }
}

fn callbacks(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let width = width(summary);
    writeln!(
        out,
        "  {:width$} {:>10} {:>10} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "created", "alive", "callbacks", "run p50", "p99", "max", "total"
    )?;
    summary.types.iter().try_for_each(|of_type| {
        let Type { name, created, alive, run, .. } = of_type;
        write!(out, "  {name:width$} {created:>10} {alive:>10} {:>10}", run.count)?;
        spread(out, run)?;
        writeln!(out)
    })
}

fn lifetimes(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let width = width(summary);
    let columns = ["p50", "p99", "max", "total"].map(|column| format!("{column:>9}")).join(" ");
    writeln!(out, "  {:width$}  wait{}    life{}", "", &columns[4..], &columns[4..])?;
    summary.types.iter().try_for_each(|of_type| {
        write!(out, "  {:width$}", of_type.name)?;
        spread(out, &of_type.wait)?;
        write!(out, "  ")?;
        spread(out, &of_type.lifetime)?;
        writeln!(out)
    })
}

fn spread(out: &mut dyn Write, spread: &Spread) -> io::Result<()> {
    let values = match spread.count {
        0 => ["-", "-", "-", "-"].map(str::to_owned),
        _ => [spread.percentile(50.0), spread.percentile(99.0), spread.max, spread.total].map(time),
    };
    values.iter().try_for_each(|value| write!(out, " {value:>9}"))
}

fn width(summary: &Summary) -> usize {
    summary.types.iter().map(|of_type| of_type.name.as_str().chars().count()).max().unwrap_or(0).min(40)
}

fn of_callback(out: &mut dyn Write, callback: &Callback) -> io::Result<()> {
    let Callback { thread, began, took, chain, cut } = callback;
    writeln!(out, "  {:>9} at {} on the thread {thread}", time(*took), time(*began))?;
    for (at, link) in chain.iter().enumerate() {
        let by = if at == 0 { "of" } else { "triggered by" };
        write!(out, "            {by} {} {}", link.type_, link.id)?;
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

fn alive(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let AliveGroups { holding, others } = &summary.alive;
    for (title, groups) in [("what can keep a process alive", holding), ("the rest", others)] {
        if groups.largest.is_empty() {
            continue;
        }
        writeln!(out, "  {title}:")?;
        groups.largest.iter().try_for_each(|group| of_alive(out, group))?;
        if groups.more > 0 {
            writeln!(out, "    and {} more groups", groups.more)?;
        }
    }
    let is_empty = holding.largest.is_empty() && others.largest.is_empty();
    if is_empty { writeln!(out, "  nothing") } else { Ok(()) }
}

fn of_alive(out: &mut dyn Write, Alive { type_, count, oldest, stack }: &Alive) -> io::Result<()> {
    writeln!(out, "    {count:>8} {type_}, the oldest for {}", time(*oldest))?;
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

/// Nanoseconds in the unit that leaves three digits or four.
pub fn time(ns: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")];
    let Some((unit, name)) = UNITS.into_iter().find(|&(unit, _)| ns >= unit) else {
        return format!("{ns} ns");
    };
    let value = ns as f64 / unit as f64;
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {name}")
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.0} %", part as f64 / whole as f64 * 100.0)
}
