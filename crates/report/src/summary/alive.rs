//! What was alive at the end, in groups of one type and place.

use crate::replay::Replay;
use crate::shown::Shown;

/// So many lines of a stack are shown.
const FRAMES: usize = 4;

/// Resources of one type that were alive at the end and created in one place.
pub(crate) struct AliveGroup {
    pub type_: Shown,
    pub count: u64,
    pub oldest: u64,
    /// Whether the oldest is older than the recording.
    pub was_before: bool,
    /// The first lines of where, from the program's own on.
    pub stack: Vec<Shown>,
}

/// What was alive at the end, the largest groups.
#[derive(Default)]
pub(crate) struct AliveGroups {
    /// Of types that can keep a process alive.
    pub holding: Groups,
    pub others: Groups,
}

#[derive(Default)]
pub(crate) struct Groups {
    /// The largest first.
    pub largest: Vec<AliveGroup>,
    /// How many groups there are besides.
    pub more: u64,
}

impl Groups {
    /// So many are listed.
    const MOST: usize = 20;

    /// Whether a group of the size would be among the largest. Of equal ones, the first stay.
    pub(crate) fn takes(&self, count: u64) -> bool {
        self.largest.len() < Self::MOST || self.largest[Self::MOST - 1].count < count
    }

    pub(crate) fn add(&mut self, group: AliveGroup) {
        let at = self.largest.partition_point(|other| other.count >= group.count);
        self.largest.insert(at, group);
        if self.largest.len() > Self::MOST {
            self.largest.pop();
            self.more += 1;
        }
    }
}

/// Groups what is alive.
pub(super) fn group(replay: &Replay) -> AliveGroups {
    let mut all = Vec::with_capacity(replay.resources().len());
    for (_, resource) in replay.resources().iter() {
        all.push((resource.type_, resource.stack, !resource.was_before(), resource.created));
    }
    // The oldest of each group comes first. A list, for there may be as many groups as resources.
    all.sort_unstable();
    let mut alive = AliveGroups::default();
    for group in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (type_, stack, is_recorded, created) = group[0];
        let name = replay.type_name(type_);
        let groups = if holds(name) { &mut alive.holding } else { &mut alive.others };
        let count = group.len() as u64;
        if groups.takes(count) {
            let oldest = replay.end().saturating_sub(created);
            let stack = replay.stack(stack).map_or(Vec::new(), first_lines);
            groups.add(AliveGroup {
                type_: Shown::name(name),
                count,
                oldest,
                was_before: !is_recorded,
                stack,
            });
        } else {
            groups.more += 1;
        }
    }
    alive
}

/// The first lines of a stack. Node's own lines come first, and say less than those of the program.
fn first_lines(frames: &str) -> Vec<Shown> {
    let own = frames.lines().position(|line| !is_of_node(line)).unwrap_or(0);
    frames.lines().skip(own).take(FRAMES).map(|line| Shown::line(line.trim())).collect()
}

/// Whether a resource of the type can keep a process alive. Promises never do, nor do the resources of programs
/// and packages, whose types do not look like Node's own.
fn holds(type_: &str) -> bool {
    const NEVER: [&str; 4] = ["PROMISE", "HTTPINCOMINGMESSAGE", "HTTPCLIENTREQUEST", "DNSCHANNEL"];
    let of_node = type_.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    type_ == "Timeout" || type_ == "Immediate" || (of_node && !NEVER.contains(&type_))
}

/// Whether a line of a stack is in Node's own code.
pub(super) fn is_of_node(line: &str) -> bool {
    line.contains("node:")
}
