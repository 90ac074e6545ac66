//! Ids whose `destroy` is due at the next turn of the event loop.

/// A queue of ids. As with the runtime's own resources, `destroy` is never
/// emitted at the moment it is asked for.
#[derive(Default)]
pub struct Destroys {
    due: Vec<f64>,
}

impl Destroys {
    /// Queues an id. True where it is the first one, so the turn must be asked for.
    pub fn push(&mut self, id: f64) -> bool {
        self.due.push(id);
        self.due.len() == 1
    }

    /// The ids that are due, oldest first; the queue is empty afterwards.
    pub fn take(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_out_once_and_in_order() {
        let mut destroys = Destroys::default();
        assert!(destroys.push(5.0));
        assert!(!destroys.push(3.0));
        assert_eq!(destroys.take(), [5.0, 3.0]);
        assert!(destroys.take().is_empty());
        assert!(destroys.push(5.0));
    }
}
