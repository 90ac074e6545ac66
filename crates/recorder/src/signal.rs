//! A signal that asks for something. The drain thread looks whether it has come, so a program that is busy may be asked, too; the
//! program's own listeners are called as they would be without.

#[cfg(unix)]
mod unix {
    use std::mem;
    use std::ptr;
    use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};

    /// It has come, and nobody has looked yet.
    static HAS_COME: AtomicBool = AtomicBool::new(false);
    /// The signal that is followed; 0 for none.
    static FOLLOWED: AtomicI32 = AtomicI32::new(0);
    /// Who handled it before: a function of one argument, or of three.
    static FORMER: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
    static TAKES_INFO: AtomicBool = AtomicBool::new(false);

    /// A signal that is followed, for as long as this lives.
    pub(crate) struct Signal {
        number: i32,
    }

    extern "C" fn came(number: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
        HAS_COME.store(true, Ordering::Relaxed);
        let former = FORMER.load(Ordering::Relaxed);
        if former == libc::SIG_DFL || former == libc::SIG_IGN {
            return;
        }
        // SAFETY: what `sigaction` answered is a function, of the kind that the flag says; it may be called where a signal has come.
        unsafe {
            if TAKES_INFO.load(Ordering::Relaxed) {
                let former: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) =
                    mem::transmute(former);
                former(number, info, context);
            } else {
                let former: extern "C" fn(i32) = mem::transmute(former);
                former(number);
            }
        }
    }

    fn handler() -> usize {
        came as *const () as usize
    }

    /// What is done about a signal.
    fn action_of(number: i32) -> Option<libc::sigaction> {
        // SAFETY: a structure of plain numbers.
        let mut action: libc::sigaction = unsafe { mem::zeroed() };
        // SAFETY: one structure, which is a local; nothing is changed.
        let asked = unsafe { libc::sigaction(number, ptr::null(), &mut action) };
        (asked == 0).then_some(action)
    }

    impl Signal {
        /// From here on it is followed. Nothing where that cannot be, or another one is.
        pub(crate) fn follow(number: i32) -> Option<Self> {
            FOLLOWED.compare_exchange(0, number, Ordering::Relaxed, Ordering::Relaxed).ok()?;
            HAS_COME.store(false, Ordering::Relaxed);
            let signal = Self { number };
            signal.take_place().then_some(signal)
        }

        /// Whether it has come since this was asked last.
        pub(crate) fn has_come(&mut self) -> bool {
            // The program may have begun to listen to it, or have stopped.
            self.take_place();
            HAS_COME.swap(false, Ordering::Relaxed)
        }

        /// Is called for the signal, and calls whoever was called for it.
        fn take_place(&self) -> bool {
            let Some(former) = action_of(self.number) else { return false };
            if former.sa_sigaction == handler() {
                return true;
            }
            FORMER.store(former.sa_sigaction, Ordering::Relaxed);
            TAKES_INFO.store(former.sa_flags & libc::SA_SIGINFO != 0, Ordering::Relaxed);
            let mut action = former;
            action.sa_sigaction = handler();
            action.sa_flags |= libc::SA_SIGINFO | libc::SA_RESTART;
            action.sa_flags &= !libc::SA_RESETHAND;
            // SAFETY: the handler does nothing but what a handler may; the structure is a local.
            unsafe { libc::sigaction(self.number, &action, ptr::null_mut()) == 0 }
        }
    }

    impl Drop for Signal {
        fn drop(&mut self) {
            if let Some(mut action) = action_of(self.number).filter(|of| of.sa_sigaction == handler()) {
                action.sa_sigaction = FORMER.load(Ordering::Relaxed);
                if !TAKES_INFO.load(Ordering::Relaxed) {
                    action.sa_flags &= !libc::SA_SIGINFO;
                }
                // SAFETY: who was called before is called again; the structure is a local.
                unsafe { libc::sigaction(self.number, &action, ptr::null_mut()) };
            }
            FOLLOWED.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(not(unix))]
mod none {
    /// There is no such signal here.
    pub(crate) struct Signal {}

    impl Signal {
        pub(crate) fn follow(_: i32) -> Option<Self> {
            None
        }

        pub(crate) fn has_come(&mut self) -> bool {
            false
        }
    }
}

#[cfg(not(unix))]
pub(crate) use none::Signal;
#[cfg(unix)]
pub(crate) use unix::Signal;
