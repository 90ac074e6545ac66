//! The live screen: the bytes of keys in, and those for the terminal out. Each call takes milliseconds, so that the command line
//! keeps its own turns meanwhile.

use std::path::Path;
use std::time::Duration;

use napi::bindgen_prelude::External;
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use report::live::Process;
use top::{About, Top};

use crate::reports::{Resolver, resolving};

/// How the terminal is.
#[napi(object)]
pub(crate) struct Screen {
    pub width: u32,
    pub height: u32,
    /// Whether it shows colours.
    pub colour: bool,
    /// A file that has what the program prints.
    pub output: Option<String>,
}

/// What has happened since the last turn.
#[napi(object)]
pub(crate) struct ScreenTurn {
    /// It reads for so many milliseconds at most.
    pub milliseconds: u32,
    /// What was typed, each byte as a character.
    pub typed: String,
    /// Whether the terminal has another size, or shows something else.
    pub is_new: bool,
    pub width: u32,
    pub height: u32,
    /// Whether the process runs, where somebody knows that.
    pub runs: Option<bool>,
    /// A line for the bottom.
    pub note: Option<String>,
    /// Whether what is shown is to be made new, and whether it is drawn.
    pub refreshes: bool,
    pub draws: bool,
}

/// What comes of a turn.
#[napi(object)]
pub(crate) struct ScreenState {
    /// There is more to read.
    pub has_more: bool,
    /// Somebody has typed that it is enough.
    pub quits: bool,
    /// The process that the recording is of; nothing as long as that is not known.
    pub pid: Option<u32>,
    /// Why the recording cannot be read any further.
    pub failure: Option<String>,
    /// What changes what the terminal shows into what it should.
    pub drawn: String,
}

fn size(width: u32, height: u32) -> (u16, u16) {
    // What ratatui can count: no terminal is larger.
    (width.clamp(1, 500) as u16, height.clamp(1, 120) as u16)
}

/// Follows a recording, for a screen.
#[napi(catch_unwind, ts_return_type = "object")]
pub(crate) fn top_open(
    env: &Env,
    file: String,
    resolve: Option<Resolver>,
    screen: Screen,
) -> Result<External<Top>> {
    let Screen { width, height, colour, output } = screen;
    let about = About { size: size(width, height), colour, output: output.map(Into::into) };
    let resolve = resolve.map(|function| resolving(env, &function)).transpose()?;
    let top = Top::open(Path::new(&file), resolve, about)
        .map_err(|error| Error::new(Status::GenericFailure, format!("{file}: {error}")))?;
    Ok(External::new(top))
}

/// Takes what has happened, reads on, and draws.
#[napi(catch_unwind)]
pub(crate) fn top_turn(
    #[napi(ts_arg_type = "object")] top: &mut External<Top>,
    turn: ScreenTurn,
) -> ScreenState {
    let ScreenTurn { milliseconds, typed, is_new, width, height, runs, note, refreshes, draws } = turn;
    if is_new {
        top.resize(size(width, height));
    }
    if let Some(runs) = runs {
        top.suppose(if runs { Process::Runs } else { Process::Gone });
    }
    if let Some(note) = note {
        top.tell(&note);
    }
    let bytes: Vec<u8> = typed.chars().map(|char| char as u8).collect();
    let quits = top.type_in(&bytes);
    let has_more = top.advance(Duration::from_millis(milliseconds.into()));
    if refreshes {
        top.refresh();
    }
    let drawn = if draws { top.draw() } else { String::new() };
    ScreenState { has_more, quits, pid: top.pid(), failure: top.failure(), drawn }
}

/// One screen as text.
#[napi(catch_unwind)]
pub(crate) fn top_text(#[napi(ts_arg_type = "object")] top: &mut External<Top>) -> String {
    top.text()
}
