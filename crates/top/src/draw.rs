//! How the screen looks: a head that is on all pages, the page, and a line for keys.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use report::live::View;
use report::live::view::{
    BlockView, HoldView, OperationView, PartView, RequestView, RouteView, Standing, ThreadView, Waterfall,
};
use unicode_width::UnicodeWidthStr;

use crate::output::Output;
use crate::pages;
use crate::state::{Page, State};
use crate::table::{CellText, Column, Cursor, Table};
use crate::text::{age, count, fit, fit_place, plural, rate};

/// A smaller terminal shows as much as it has room for, and less than this nothing.
const SMALLEST: (u16, u16) = (20, 5);
/// Lines of event loops and of routes on the overview, where there is not much room.
const LOOPS: usize = 3;
/// The columns of a bar, and of the name of a thread.
const BAR: usize = 10;
const TITLE: usize = 12;
/// A callback that takes longer delays others so much that somebody may notice.
const LONG: u64 = 50_000_000;
/// From this share on, an event loop has little left to give.
const BUSY: f64 = 0.8;

/// What is shown.
pub(crate) struct Shows<'a> {
    pub view: &'a View,
    pub waterfall: Option<&'a Waterfall>,
    pub output: Option<&'a Output>,
    pub note: &'a str,
}

const ROUTES: [Column; 7] = [
    Column::text("ROUTE", 2),
    Column::number("REQ/S", 6),
    Column::number("OPEN", 5),
    Column::number("FAIL", 5),
    Column::number("P50", 7),
    Column::number("P99", 7),
    Column::text("MOSTLY WAITS FOR", 3),
];
const REQUESTS: [Column; 4] = [
    Column::number("TOOK", 8),
    Column::number("STATUS", 7),
    Column::text("REQUEST", 2),
    Column::text("WAITS FOR, OR MOSTLY DID", 3),
];
const OPERATIONS: [Column; 7] = [
    Column::text("OPERATION", 1),
    Column::text("MADE IN", 1),
    Column::number("ALIVE", 6),
    Column::number("+MIN", 6),
    Column::number("MADE/S", 6),
    Column::number("ENDED/S", 7),
    Column::number("OLDEST", 8),
];
const BLOCKS: [Column; 5] = [
    Column::number("LONGEST", 8),
    Column::number("TIMES", 5),
    Column::number("LAST", 8),
    Column::text("WHERE", 1),
    Column::text("CALLED FOR", 1),
];
const HOLDS: [Column; 4] = [
    Column::number("COUNT", 6),
    Column::text("WHAT", 1),
    Column::text("MADE IN", 1),
    Column::number("FOR", 8),
];

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const PLAIN: Style = Style::new();

fn coloured(colour: Color) -> Style {
    Style::new().fg(colour)
}

/// Draws everything.
pub(crate) fn screen(buffer: &mut Buffer, area: Rect, shows: &Shows, state: &mut State) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        put(buffer, area, &[("too small".to_owned(), PLAIN)]);
        return;
    }
    head(buffer, line(area, 0), shows.view, state);
    // Of pages and keys, text has none.
    let foot = u16::from(!state.is_text);
    if foot > 0 {
        tabs(buffer, line(area, 1), shows, state);
    }
    numbers(buffer, line(area, 1 + foot), shows.view);
    let page = below(Rect { height: area.height - foot, ..area }, 2 + foot);
    let cursor = |state: &State| {
        state.cursors[Page::NUMBERED.iter().position(|&(of, _)| of == state.page).unwrap_or(0)]
    };
    let mut at = if state.page == Page::Request { state.parts } else { cursor(state) };
    match state.page {
        Page::Overview => overview(buffer, page, shows.view, state, &mut at),
        Page::Requests => requests(buffer, page, shows.view, state, &mut at),
        Page::Operations => operations(buffer, page, shows.view, state, &mut at, true),
        Page::Loops => loops(buffer, page, shows.view, state, &mut at),
        Page::Exit => exit(buffer, page, shows.view, state, &mut at),
        Page::Output => output(buffer, page, shows.output, &mut at),
        Page::Request => request(buffer, page, shows.waterfall, &mut at),
        Page::Help => help(buffer, page),
    }
    *state.cursor() = at;
    if foot > 0 {
        keys(buffer, line(area, area.height - 1), shows, state);
    }
}

fn line(area: Rect, y: u16) -> Rect {
    Rect::new(area.x, area.y + y, area.width, 1).intersection(area)
}

/// Writes pieces one after the other, and answers where the next one would stand.
fn put(buffer: &mut Buffer, area: Rect, pieces: &[(String, Style)]) -> u16 {
    let mut x = area.x;
    for (text, style) in pieces {
        let room = area.right().saturating_sub(x);
        if room == 0 || area.height == 0 {
            break;
        }
        (x, _) = buffer.set_stringn(x, area.y, fit(text, usize::from(room)), usize::from(room), *style);
    }
    x
}

fn head(buffer: &mut Buffer, area: Rect, view: &View, state: &State) {
    let program = if view.program.is_empty() { "async-hooks-rs top" } else { &view.program };
    let (standing, style) = standing(&view.standing);
    let (standing, style) = match state.is_paused {
        true => (format!("PAUSED, {standing}"), coloured(Color::Yellow).add_modifier(Modifier::BOLD)),
        false => (standing, style),
    };
    let standing = fit(&standing, usize::from(area.width / 2));
    let width = standing.width() as u16;
    let left = Rect { width: area.width.saturating_sub(width + 1), ..area };
    let since =
        if view.pid == 0 { String::new() } else { format!("  Node {}  {}", view.node, age(view.elapsed)) };
    put(buffer, left, &[(program.to_owned(), BOLD), (since, DIM)]);
    let right = Rect { x: area.right().saturating_sub(width), width, ..area };
    put(buffer, right, &[(standing, style)]);
}

fn standing(standing: &Standing) -> (String, Style) {
    match standing {
        Standing::Waiting => ("nothing recorded yet".to_owned(), DIM),
        Standing::Reading(percent) => (format!("reading, {percent} %"), coloured(Color::Yellow)),
        Standing::Live => ("live".to_owned(), coloured(Color::Green)),
        Standing::Silent(for_ns) => (format!("nothing new for {}", age(*for_ns)), coloured(Color::Yellow)),
        Standing::Gone => ("the process is gone".to_owned(), coloured(Color::Red)),
        Standing::Ended(how) => (how.clone(), coloured(Color::Cyan)),
        Standing::Failed(why) => (why.clone(), coloured(Color::Red)),
    }
}

fn tabs(buffer: &mut Buffer, area: Rect, shows: &Shows, state: &State) {
    let mut pieces = Vec::new();
    let open = match state.page {
        Page::Request => Page::Requests,
        page => page,
    };
    for (at, (page, name)) in Page::NUMBERED.into_iter().enumerate() {
        if page == Page::Output && shows.output.is_none() {
            continue;
        }
        let (text, style) = match page == open {
            true => (format!("[{} {name}]", at + 1), BOLD),
            false => (format!(" {} {name} ", at + 1), DIM),
        };
        pieces.push((text, style));
    }
    put(buffer, area, &pieces);
}

fn numbers(buffer: &mut Buffer, area: Rect, view: &View) {
    let mut pieces = vec![
        (rate_of(view.answered), BOLD),
        (" requests/s, ".to_owned(), PLAIN),
        (view.open.to_string(), BOLD),
        (" open   ".to_owned(), PLAIN),
        (count(view.alive), BOLD),
        (" operations alive   ".to_owned(), PLAIN),
        (format!("{} events/s", rate_of(view.events)), DIM),
    ];
    // A look at the file may come between two writes.
    if view.behind > 500_000_000 {
        pieces.push((format!("   {} behind", age(view.behind)), coloured(Color::Yellow)));
    }
    if let Some(left_out) = view.left_out.first() {
        pieces.push((format!("   {left_out}"), coloured(Color::Yellow)));
    }
    put(buffer, area, &pieces);
}

fn rate_of(number: f64) -> String {
    if number == 0.0 { "0".to_owned() } else { rate(number) }
}

fn overview(buffer: &mut Buffer, area: Rect, view: &View, state: &State, cursor: &mut Cursor) {
    let mut y = 0;
    let living: Vec<&ThreadView> = view.threads.iter().filter(|thread| thread.ended.is_none()).collect();
    let shown = if area.height > 30 { LOOPS * 3 } else { LOOPS };
    for thread in living.iter().take(shown) {
        event_loop(buffer, line(area, y), thread);
        y += 1;
    }
    if living.len() > shown {
        let more = format!("and {}", plural(living.len() - shown, "thread", "threads"));
        put(buffer, line(area, y), &[(more, DIM)]);
        y += 1;
    }
    y += now(buffer, area, y, view);
    y += 1;
    let holds = if view.holds.is_empty() { 0 } else { 2 };
    let room = area.height.saturating_sub(y + holds);
    let routes = pages::routes(view, state);
    let most = (room.saturating_sub(1) * 3 / 5).max(3);
    let needed = routes.len().max(1) as u16 + 1;
    let height =
        needed.min(most).max(room.saturating_sub(needed_by_operations(view) + 1).min(needed)).min(room);
    let table = Table {
        columns: &ROUTES,
        sorted: Some(pages::sorts(Page::Overview)[state.sorts[0]]),
        has_cursor: !state.is_text,
        empty: "no requests in the last minute",
    };
    table.draw(buffer, Rect::new(area.x, area.y + y, area.width, height), &routes, cursor, |row| route(row));
    let selected = routes.get(cursor.selected).filter(|_| !state.is_text && room > height);
    if let Some(row) = selected.filter(|row| !row.mostly.is_empty()) {
        let text = format!("  {}: {}", row.name, row.mostly);
        put(buffer, line(area, y + height), &[(text, DIM)]);
    }
    y += height + 1;
    if room > height + 2 {
        let rest = Rect::new(area.x, area.y + y, area.width, room - height - 1);
        operations(buffer, rest, view, state, &mut Cursor::default(), false);
    }
    if holds > 0 && area.height > holds {
        keeps(buffer, line(area, area.height - 1), view);
    }
}

fn needed_by_operations(view: &View) -> u16 {
    u16::try_from(view.operations.len()).unwrap_or(u16::MAX - 2) + 1
}

fn event_loop(buffer: &mut Buffer, area: Rect, thread: &ThreadView) {
    let busy = thread.busy.unwrap_or(0.0).clamp(0.0, 1.0);
    let full = (busy * BAR as f64).round() as usize;
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full));
    let colour = if busy >= BUSY { coloured(Color::Red) } else { coloured(Color::Green) };
    let longest = match thread.longest {
        0 => String::new(),
        longest => format!("  longest {}", age(longest)),
    };
    let style = if thread.longest >= LONG { coloured(Color::Yellow) } else { PLAIN };
    let share = thread.busy.map_or("  ?  ".to_owned(), |busy| format!("{:>3.0} %", busy * 100.0));
    let title = fit(&thread.title, TITLE);
    let x = put(
        buffer,
        area,
        &[
            (format!("{title:<TITLE$} "), BOLD),
            (bar, colour),
            (format!(" {share} busy"), PLAIN),
            (longest, style),
        ],
    );
    if let Some((_, place)) = thread.hot.first().filter(|(share, _)| *share >= 0.1) {
        let rest = Rect { x, width: area.right().saturating_sub(x), ..area };
        let place = fit_place(place, usize::from(rest.width).saturating_sub(10));
        put(buffer, rest, &[(format!("  seen in {place}"), DIM)]);
    }
}

/// What blocks now, or did; answers how many lines it took.
fn now(buffer: &mut Buffer, area: Rect, y: u16, view: &View) -> u16 {
    let mut lines = 0;
    if let Some(crash) = &view.crash {
        put(
            buffer,
            line(area, y),
            &[(format!("CRASHED: {crash}"), coloured(Color::Red).add_modifier(Modifier::BOLD))],
        );
        lines += 1;
    }
    let area = line(area, y + lines);
    let Some(block) = view.blocks.first() else {
        put(buffer, area, &[("nothing blocked an event loop in the last minute".to_owned(), DIM)]);
        return lines + 1;
    };
    let of = if block.of.is_empty() { String::new() } else { format!(", {}", block.of) };
    let on = if block.thread == "main" { String::new() } else { format!(" on {}", block.thread) };
    let (text, style) = if block.ago == 0 {
        let style = coloured(Color::Red).add_modifier(Modifier::BOLD);
        (format!("BLOCKED{on} for {}: {}{of}", age(block.longest), block.place), style)
    } else {
        let times = if block.count == 1 { String::new() } else { format!(" {} times,", block.count) };
        let text = format!(
            "blocked{on}{times} {} at most, last {} ago: {}{of}",
            age(block.longest),
            age(block.ago),
            block.place
        );
        (text, coloured(Color::Yellow))
    };
    put(buffer, area, &[(text, style)]);
    lines + 1
}

fn keeps(buffer: &mut Buffer, area: Rect, view: &View) {
    let held = view.holds.iter().map(|hold| {
        let times = if hold.count > 1 { format!("{} × ", hold.count) } else { String::new() };
        let place = if hold.place.is_empty() { String::new() } else { format!(", {}", hold.place) };
        format!("{times}{}{place}", hold.what)
    });
    let text = held.collect::<Vec<_>>().join("; ");
    put(buffer, area, &[("kept from exiting by ".to_owned(), DIM), (text, PLAIN)]);
}

fn route(row: &RouteView) -> Vec<CellText> {
    let time = |ns: u64| if row.count == 0 { "-".to_owned() } else { age(ns) };
    vec![
        row.name.as_str().into(),
        rate(row.rate).into(),
        CellText::in_colour(dash(row.open as u64), Color::Cyan, row.open > 0),
        CellText::in_colour(dash(row.failed), Color::Red, row.failed > 0),
        time(row.p50).into(),
        time(row.p99).into(),
        waits(&row.mostly).into(),
    ]
}

/// What the title says already is left out.
fn waits(mostly: &str) -> String {
    mostly.replacen(" waiting: ", " ", 1)
}

fn dash(number: u64) -> String {
    if number == 0 { "-".to_owned() } else { count(number) }
}

fn requests(buffer: &mut Buffer, area: Rect, view: &View, state: &State, cursor: &mut Cursor) {
    let what = match &state.route {
        Some(route) => format!("Requests of {route}: open ones, then the slowest of the last minute"),
        None => "Requests: open ones, then the slowest of the last minute".to_owned(),
    };
    put(buffer, line(area, 0), &[(what, DIM)]);
    let table = Table {
        columns: &REQUESTS,
        sorted: Some(pages::sorts(Page::Requests)[state.sorts[1]]),
        has_cursor: true,
        empty: "none",
    };
    let rows = pages::requests(view, state);
    table.draw(buffer, below(area, 1), &rows, cursor, |row| {
        vec![age(row.took).into(), status(row), row.asks.as_str().into(), row.waits.as_str().into()]
    });
}

fn status(row: &RequestView) -> CellText {
    if row.is_open {
        return CellText::in_colour("open", Color::Cyan, true);
    }
    CellText::in_colour(
        row.status.as_str(),
        Color::Red,
        row.status == "aborted" || row.status.starts_with('5'),
    )
}

fn below(area: Rect, lines: u16) -> Rect {
    Rect::new(area.x, area.y + lines, area.width, area.height.saturating_sub(lines))
}

fn operations(
    buffer: &mut Buffer,
    area: Rect,
    view: &View,
    state: &State,
    cursor: &mut Cursor,
    has_cursor: bool,
) {
    let table = Table {
        columns: &OPERATIONS,
        sorted: Some(pages::sorts(Page::Operations)[state.sorts[2]]),
        has_cursor,
        empty: "nothing is alive",
    };
    table.draw(buffer, area, &pages::operations(view, state), cursor, |row| operation(row));
}

fn operation(row: &OperationView) -> Vec<CellText> {
    let grown = if row.grown == 0 { "-".to_owned() } else { format!("{:+}", row.grown) };
    // More than ten in a minute, and a tenth of all: it may be a leak.
    let grows = row.grown >= 10 && row.grown as u64 * 10 >= row.alive && row.ended < row.made;
    vec![
        row.what.as_str().into(),
        CellText::place(&row.place),
        count(row.alive).into(),
        CellText::in_colour(grown, Color::Yellow, grows),
        rate(row.made).into(),
        rate(row.ended).into(),
        if row.alive == 0 { "-".into() } else { age(row.oldest).into() },
    ]
}

fn loops(buffer: &mut Buffer, area: Rect, view: &View, state: &State, cursor: &mut Cursor) {
    let mut y = 0;
    let most = usize::from(area.height / 2);
    for thread in view.threads.iter().take(most) {
        match &thread.ended {
            Some(ended) => {
                let title = fit(&thread.title, TITLE);
                put(buffer, line(area, y), &[(format!("{title:<TITLE$} ended: {ended}"), DIM)]);
            }
            None => event_loop(buffer, line(area, y), thread),
        }
        y += 1;
        for (share, place) in thread.hot.iter().take(if view.threads.len() < 4 { 3 } else { 0 }) {
            let text = format!("{:>4.0} % of the looks of the last 10 s saw {place}", share * 100.0);
            put(buffer, line(area, y), &[(text, DIM)]);
            y += 1;
        }
    }
    let table = Table {
        columns: &BLOCKS,
        sorted: None,
        has_cursor: true,
        empty: "nothing blocked an event loop for 50 ms in the last minute",
    };
    table.draw(buffer, below(area, y + 1), &pages::blocks(view, state), cursor, |row| block(row));
}

fn block(row: &BlockView) -> Vec<CellText> {
    let last = if row.ago == 0 { "NOW".to_owned() } else { age(row.ago) };
    vec![
        age(row.longest).into(),
        row.count.to_string().into(),
        CellText::in_colour(last, Color::Red, row.ago == 0),
        CellText::place(&row.place),
        if row.thread == "main" { row.of.clone() } else { format!("{} ({})", row.of, row.thread) }.into(),
    ]
}

fn exit(buffer: &mut Buffer, area: Rect, view: &View, state: &State, cursor: &mut Cursor) {
    put(buffer, line(area, 0), &[("What would keep the program from exiting by itself".to_owned(), DIM)]);
    let table = Table { columns: &HOLDS, sorted: None, has_cursor: true, empty: "nothing" };
    let hold = |row: &&HoldView| {
        vec![
            row.count.to_string().into(),
            row.what.as_str().into(),
            CellText::place(&row.place),
            age(row.oldest).into(),
        ]
    };
    table.draw(buffer, below(area, 1), &pages::holds(view, state), cursor, hold);
}

fn output(buffer: &mut Buffer, area: Rect, output: Option<&Output>, cursor: &mut Cursor) {
    let Some(output) = output else {
        put(
            buffer,
            area,
            &[("The program was not started here: its output is where it always is.".to_owned(), DIM)],
        );
        return;
    };
    let name = format!("What the program prints, on stdout and stderr: {}", output.file.display());
    put(buffer, line(area, 0), &[(report::shown::Shown::line(&name).to_string(), DIM)]);
    let room = usize::from(area.height.saturating_sub(1));
    // The end, unless somebody has gone up: the cursor counts from there.
    let last =
        output.lines.len().saturating_sub(cursor.selected.min(output.lines.len().saturating_sub(room)));
    cursor.selected = cursor.selected.min(output.lines.len().saturating_sub(room));
    for (y, text) in output.lines[last.saturating_sub(room)..last].iter().enumerate() {
        put(buffer, line(area, y as u16 + 1), &[(text.clone(), PLAIN)]);
    }
}

fn request(buffer: &mut Buffer, area: Rect, waterfall: Option<&Waterfall>, cursor: &mut Cursor) {
    let Some(Waterfall { request, parts }) = waterfall else { return };
    let status = if request.is_open { "open" } else { &request.status };
    let title = format!("{}  {}  {status}", request.asks, age(request.took));
    put(buffer, line(area, 0), &[(title, BOLD)]);
    put(
        buffer,
        line(area, 1),
        &[("where its time went, from its head to the end of its response".to_owned(), DIM)],
    );
    let width = usize::from(area.width / 3).max(BAR);
    let room = usize::from(area.height.saturating_sub(2));
    let first = cursor.selected.min(parts.len().saturating_sub(room));
    cursor.selected = first;
    for (y, part) in parts.iter().skip(first).take(room).enumerate() {
        let colour = match part.kind {
            "running" => Color::Green,
            "waiting" => Color::Blue,
            "queued" => Color::Red,
            _ => Color::Reset,
        };
        let took = format!("{:>8} ", age(part.to.saturating_sub(part.from)));
        let bar = bar(part, request.took, width);
        put(
            buffer,
            line(area, y as u16 + 2),
            &[(took, PLAIN), (bar, coloured(colour)), (format!(" {}", part.text), PLAIN)],
        );
    }
}

/// The part of the whole time, as long as it took.
fn bar(part: &PartView, whole: u64, width: usize) -> String {
    let at = |time: u64| (time as f64 / whole.max(1) as f64 * width as f64).round() as usize;
    let from = at(part.from).min(width.saturating_sub(1));
    let to = at(part.to).clamp(from + 1, width);
    let sign = match part.kind {
        "running" => "█",
        "waiting" => "▒",
        "queued" => "▓",
        _ => "░",
    };
    format!("{}{}{}", " ".repeat(from), sign.repeat(to - from), " ".repeat(width - to))
}

fn help(buffer: &mut Buffer, area: Rect) {
    const LINES: [&str; 17] = [
        "1-6, Tab     the pages: what it does now, requests, operations, event loops, ...",
        "up, down     select a row (also j and k, PageUp, PageDown, Home, End)",
        "Enter        open: the requests of a route, where the time of a request went",
        "Esc          back",
        "s, S         sort by the next or the former column",
        "/            filter: only rows with a text; Esc clears it",
        "Space        pause: the screen stays, the recording is read on",
        "q, Ctrl-C    quit",
        "",
        "REQ/S, MADE/S and ENDED/S are those of the last 10 seconds. P50, P99, FAIL (status",
        "from 500 on, or no whole answer) and MOSTLY are those of the last minute.",
        "OPEN         requests without an answer",
        "+MIN         how many more are alive than a minute ago",
        "busy         how much of the last 10 seconds the event loop did not wait",
        "longest      the longest callback of the last minute; 50 ms and more is blocked",
        "seen in      where samples saw the thread run",
        "Promises are alive until they are settled.",
    ];
    for (y, text) in LINES.into_iter().enumerate() {
        put(buffer, line(area, y as u16), &[(text.to_owned(), PLAIN)]);
    }
}

fn keys(buffer: &mut Buffer, area: Rect, shows: &Shows, state: &State) {
    if state.is_typing {
        put(buffer, area, &[("filter: ".to_owned(), BOLD), (format!("{}_", state.filter), PLAIN)]);
        return;
    }
    if !shows.note.is_empty() {
        put(buffer, area, &[(shows.note.to_owned(), coloured(Color::Yellow))]);
        return;
    }
    let mut keys: Vec<(&str, &str)> = Vec::new();
    match state.page {
        Page::Overview => keys.extend([("Enter", "open route"), ("s", "sort")]),
        Page::Requests => keys.extend([("Enter", "open"), ("s", "sort"), ("Esc", "back")]),
        Page::Operations => keys.extend([("s", "sort"), ("Esc", "back")]),
        _ => keys.push(("Esc", "back")),
    }
    keys.extend([
        ("/", "filter"),
        ("Space", if state.is_paused { "go on" } else { "pause" }),
        ("?", "help"),
        ("q", "quit"),
    ]);
    let mut pieces: Vec<(String, Style)> = Vec::new();
    if !state.filter.is_empty() {
        pieces.push((format!("filter {}  ", state.filter), coloured(Color::Yellow)));
    }
    for (key, what) in keys {
        pieces.extend([(key.to_owned(), BOLD), (format!(" {what}  "), DIM)]);
    }
    put(buffer, area, &pieces);
}
