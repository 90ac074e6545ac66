//! What is known of a thread's resources while they are recorded: counts and latencies by type.

use super::alive::Alive;
use super::event::{Event, Kind};
use super::spread::Spread;

/// Told apart to a tenth: these are in memory for each type of each thread while the program runs.
pub type Latency = Spread<1>;

/// What is known of the resources of a type.
#[derive(Default)]
pub struct TypeStats {
    /// Of the type.
    pub name: String,
    /// Resources that were recorded.
    pub created: u64,
    /// Those whose destroy is still to come.
    pub alive: u64,
    /// How often one of them ran a callback.
    pub callbacks: u64,
    /// Resources that were not recorded.
    pub dropped: u64,
    /// From the init to the first before.
    pub wait: Latency,
    /// From before to after.
    pub run: Latency,
    /// From init to destroy.
    pub lifetime: Latency,
}

impl TypeStats {
    fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Takes in what another thread has of the same type.
    pub fn merge(&mut self, other: &Self) {
        self.created += other.created;
        self.alive += other.alive;
        self.callbacks += other.callbacks;
        self.dropped += other.dropped;
        self.wait.merge(&other.wait);
        self.run.merge(&other.run);
        self.lifetime.merge(&other.lifetime);
    }
}

/// A resource between its init and its destroy.
#[derive(Clone, Copy)]
struct Resource {
    init: u64,
    /// Of the callback that runs; before the first one, [`NEVER`].
    before: u64,
    type_: u32,
}

const NEVER: u64 = u64::MAX;

#[derive(Default)]
pub(crate) struct Stats {
    types: Vec<TypeStats>,
    alive: Alive<Resource>,
}

impl Stats {
    pub(crate) fn types(&self) -> &[TypeStats] {
        &self.types
    }

    /// A new type. Returns its index.
    pub(crate) fn add(&mut self, name: String) -> u32 {
        self.types.push(TypeStats::named(name));
        self.types.len() as u32 - 1
    }

    pub(crate) fn dropped(&mut self, type_: u32, count: u64) {
        if let Some(stats) = self.types.get_mut(type_ as usize) {
            stats.dropped += count;
        }
    }

    /// Counts an event. Answers whether its resource is one that was announced.
    pub(crate) fn event(&mut self, event: &Event) -> bool {
        if let Kind::Init { type_, .. } = event.kind {
            self.alive.insert(event.id, Resource { init: event.time, before: NEVER, type_ });
            if let Some(stats) = self.types.get_mut(type_ as usize) {
                stats.created += 1;
                stats.alive += 1;
            }
            return true;
        }
        if event.kind == Kind::Destroy {
            let Some(resource) = self.alive.remove(event.id) else { return false };
            if let Some(stats) = self.types.get_mut(resource.type_ as usize) {
                stats.alive -= 1;
                stats.lifetime.add(event.time - resource.init);
            }
            return true;
        }
        let Some(resource) = self.alive.get_mut(event.id) else { return false };
        let Some(stats) = self.types.get_mut(resource.type_ as usize) else { return true };
        match event.kind {
            Kind::Before => {
                if resource.before == NEVER {
                    stats.wait.add(event.time - resource.init);
                }
                resource.before = event.time;
                stats.callbacks += 1;
            }
            Kind::After if resource.before != NEVER => stats.run.add(event.time - resource.before),
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Id;

    fn event(time: u64, id: Id, kind: Kind) -> Event {
        Event { time, id, kind }
    }

    fn init(type_: u32) -> Kind {
        Kind::Init { trigger: 1, current: 1, type_, stack: 0 }
    }

    #[test]
    fn a_resource_is_followed_from_init_to_destroy() {
        let mut stats = Stats::default();
        let timeout = stats.add("Timeout".to_owned());
        assert!(stats.event(&event(100, 5, init(timeout))));
        assert_eq!((stats.types()[0].created, stats.types()[0].alive), (1, 1));
        for (time, kind) in [(300, Kind::Before), (350, Kind::After), (900, Kind::Before), (910, Kind::After)]
        {
            assert!(stats.event(&event(time, 5, kind)));
        }
        assert!(stats.event(&event(1100, 5, Kind::Destroy)));
        let timeout = &stats.types()[0];
        assert_eq!((timeout.created, timeout.alive, timeout.callbacks), (1, 0, 2));
        assert_eq!((timeout.wait.total, timeout.wait.count), (200, 1));
        assert_eq!((timeout.run.total, timeout.run.max), (60, 50));
        assert_eq!(timeout.lifetime.max, 1000);
    }

    #[test]
    fn resources_that_nobody_announced_are_told_apart() {
        let mut stats = Stats::default();
        for kind in [Kind::Before, Kind::After, Kind::Resolve, Kind::Destroy] {
            assert!(!stats.event(&event(1, 9, kind)));
        }
    }

    #[test]
    fn a_percentile_is_right_to_a_tenth() {
        let mut latency = Latency::default();
        (1..=1000).for_each(|nanoseconds| latency.add(nanoseconds * 1000));
        assert!(latency.percentile(50.0).abs_diff(500_000) < 50_000);
        assert_eq!(latency.percentile(100.0), 1_000_000);
    }
}
