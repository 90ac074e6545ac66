//! How much of the time in which a thread is busy is its own, and how much others had the processor.

/// Nanoseconds between two samples of a thread that is busy.
pub(crate) const SAMPLE: u64 = 10_000_000;

/// What the system has counted of a thread, in nanoseconds.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Scheduled {
    ran: u64,
    /// It grows when the thread runs again, and not before.
    waited: u64,
}

/// How long a thread has run, and how long it was ready to run and did not, for others had the processors.
pub(crate) struct Processor {
    #[cfg(target_os = "linux")]
    file: Option<std::fs::File>,
}

impl Processor {
    pub(crate) fn of_this_thread() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            file: std::fs::File::open("/proc/thread-self/schedstat").ok(),
        }
    }

    /// Nothing where the system does not tell.
    pub(crate) fn now(&self) -> Option<Scheduled> {
        #[cfg(target_os = "linux")]
        if let Some(file) = &self.file {
            let mut text = [0; 96];
            let read = std::os::unix::fs::FileExt::read_at(file, &mut text, 0).ok()?;
            let mut words = std::str::from_utf8(text.get(..read)?).ok()?.split_whitespace();
            return Some(Scheduled { ran: words.next()?.parse().ok()?, waited: words.next()?.parse().ok()? });
        }
        None
    }
}

/// Counts the samples of a thread's own time.
#[derive(Default)]
pub(crate) struct OwnTime {
    scheduled: Scheduled,
    /// Nanoseconds in which the thread was busy or waited for a processor, which is not known before it runs again.
    held: u64,
    /// Nanoseconds of its own that no sample stands for yet.
    left: u64,
}

impl OwnTime {
    /// It was busy for so many nanoseconds more. Answers how many samples that makes, with what was left.
    pub(crate) fn samples_of(&mut self, busy: u64, scheduled: Option<Scheduled>) -> u64 {
        self.held += busy;
        let before = self.scheduled;
        self.scheduled = scheduled.unwrap_or(before);
        if scheduled != Some(before) {
            // Where others had the processor, it is not the program that took the time.
            let waited = self.scheduled.waited.saturating_sub(before.waited);
            self.left += std::mem::take(&mut self.held).saturating_sub(waited);
        }
        let count = self.left / SAMPLE;
        self.left %= SAMPLE;
        count
    }

    /// It was idle for the most of the time.
    pub(crate) fn rest(&mut self, scheduled: Option<Scheduled>) {
        *self = Self { scheduled: scheduled.unwrap_or(self.scheduled), ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What it ran and waited in samples, by the time that it is asked.
    fn samples(looks: &[(u64, Option<(u64, u64)>)]) -> Vec<u64> {
        let mut own = OwnTime::default();
        let scheduled = |(ran, waited)| Scheduled { ran: ran * SAMPLE, waited: waited * SAMPLE };
        looks.iter().map(|&(busy, now)| own.samples_of(busy * SAMPLE, now.map(scheduled))).collect()
    }

    #[test]
    fn what_a_thread_computes_is_its_own() {
        assert_eq!(samples(&[(1, Some((1, 0))), (2, Some((3, 0)))]), [1, 2]);
        assert_eq!(samples(&[(1, None), (2, None)]), [1, 2], "where the system does not tell");
    }

    #[test]
    fn what_it_waits_for_a_processor_is_not_though_that_is_told_late() {
        let waits = [(1, Some((1, 0))), (1, Some((1, 0))), (2, Some((1, 0))), (2, Some((2, 4)))];
        assert_eq!(samples(&waits), [1, 0, 0, 1]);
    }

    #[test]
    fn what_it_waits_for_in_a_call_of_the_system_is_told_when_it_runs_again() {
        assert_eq!(samples(&[(1, Some((1, 0))), (2, Some((1, 0))), (2, Some((2, 0)))]), [1, 0, 4]);
    }

    #[test]
    fn what_was_before_a_rest_counts_no_more() {
        let mut own = OwnTime::default();
        assert_eq!(own.samples_of(SAMPLE * 3, Some(Scheduled::default())), 0);
        own.rest(Some(Scheduled { ran: 1, waited: 0 }));
        assert_eq!(own.samples_of(SAMPLE, Some(Scheduled { ran: SAMPLE, waited: 0 })), 1);
    }
}
