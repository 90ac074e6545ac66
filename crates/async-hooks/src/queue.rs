//! What other threads want of the JavaScript thread, in order.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::bell::Bell;
use crate::env::Env;
use crate::environment::Environment;

/// Something to do on the JavaScript thread.
pub(crate) enum Message {
    /// Emit `destroy` for the resource in this slot.
    Destroy(u32),
    /// Empty the slot, after its `destroy` where that is due.
    Release { slot: u32, destroy: bool },
    /// Empty the slots that the thread itself left.
    Sweep,
    /// An operation is over, and keeps the event loop alive no more.
    Unhold,
    /// Anything else.
    Run(Job),
}

type Job = Box<dyn FnOnce(&Environment, Env<'_>) + Send>;

/// One for each environment. Handles share it, and outlive the environment: then the queue is closed.
pub(crate) struct Queue {
    inner: Mutex<Inner>,
}

struct Inner {
    messages: Vec<Message>,
    /// `None` once the environment ends: nobody comes for messages any more.
    bell: Option<Bell>,
}

impl Queue {
    pub(crate) fn new(bell: Bell) -> Self {
        Self { inner: Mutex::new(Inner { messages: Vec::new(), bell: Some(bell) }) }
    }

    /// Answers the message where the queue is closed.
    pub(crate) fn push(&self, message: Message) -> Result<(), Message> {
        let mut inner = self.lock();
        let Some(bell) = inner.bell else { return Err(message) };
        if inner.messages.is_empty() {
            // SAFETY: the bell is open while it is here, and the lock is held.
            unsafe { bell.ring() };
        }
        inner.messages.push(message);
        Ok(())
    }

    /// Everything that was pushed.
    pub(crate) fn take(&self) -> Vec<Message> {
        mem::take(&mut self.lock().messages)
    }

    /// Does something with the bell, unless the queue is closed.
    pub(crate) fn with_bell(&self, f: impl FnOnce(Bell)) {
        if let Some(bell) = self.lock().bell {
            f(bell);
        }
    }

    /// From now on `push` refuses. Answers what nobody came for.
    pub(crate) fn close(&self) -> Vec<Message> {
        let mut inner = self.lock();
        inner.bell = None;
        mem::take(&mut inner.messages)
    }

    /// No foreign code runs under the lock, so a panic leaves nothing half done.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
