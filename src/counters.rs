//! Stacks that are known again: by the program counters of their frames, which take a tenth of the time that a stack with
//! names takes.
//!
//! V8 has `Isolate::GetStackSample` for profilers, who pause a thread from outside. Here a thread looks at its own frames,
//! in a function that JavaScript has called. What a counter stands for stays as it is until V8 moves or lets go of code,
//! which it does in major collections: from each of them on, no stack is known.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ptr;
use std::sync::Arc;

use crate::collections::Seen;
use crate::v8::{self, Isolate};

/// `v8::RegisterState`: counter, stack pointer, frame pointer and link register, and what 32-bit ARM has behind.
#[repr(C)]
struct Registers([usize; 8]);

/// `v8::SampleInfo`: the number of frames, and what nobody asks for here.
#[repr(C)]
struct SampleInfo([usize; 16]);

type StackSample = unsafe extern "C" fn(Isolate, *const Registers, *mut usize, usize, *mut SampleInfo);

/// So many frames from the top tell one stack from all others, or all frames where there are fewer.
const LEVELS: [usize; 5] = [FEW, 24, 32, 48, MOST];
/// So many are enough for most.
const FEW: usize = 16;
const MOST: usize = 64;
/// Keys that are remembered: code that the program makes may have any number of counters.
const KEYS: usize = 1 << 16;

/// What the frames of a level are known to be.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    Stack(u32),
    /// Stacks that differ further down begin with them.
    Deeper,
}

/// Keys are hashes.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0 << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// The stacks that one thread knows.
pub(crate) struct Counters {
    sample: StackSample,
    isolate: Isolate,
    collections: Arc<Seen>,
    known: HashMap<u64, Known, BuildHasherDefault<Same>>,
    /// The frames that were looked at last.
    frames: [usize; MOST],
    count: usize,
}

impl Counters {
    /// Those of the calling thread. `None` where V8 has no function for it.
    pub(crate) fn new(collections: Arc<Seen>) -> Option<Self> {
        let name = b"_ZN2v87Isolate14GetStackSampleERKNS_13RegisterStateEPPvmPNS_10SampleInfoE\0";
        // SAFETY: the name carries its signature.
        let sample = unsafe { v8::function::<StackSample>(name) }?;
        let isolate = v8::current()?;
        let (known, frames) = (HashMap::default(), [0; MOST]);
        Some(Self { sample, isolate, collections, known, frames, count: 0 })
    }

    /// The stack that this is called with, where it is known.
    pub(crate) fn look(&mut self) -> Option<u32> {
        if self.collections.takes_moved() {
            self.known.clear();
        }
        let mut key = Key::default();
        self.read(FEW);
        for level in LEVELS {
            if level > FEW && self.count == FEW {
                self.read(MOST);
            }
            let length = level.min(self.count);
            match self.known.get(&key.up_to(&self.frames, length)) {
                Some(Known::Stack(stack)) => return Some(*stack),
                Some(Known::Deeper) if length == level => {}
                _ => break,
            }
        }
        if self.count == FEW {
            self.read(MOST);
        }
        None
    }

    /// What was looked at last is this stack, and so is whatever has the same frames down to one of them.
    pub(crate) fn learn(&mut self, stack: u32, frames: usize) {
        if self.count == 0 {
            return;
        }
        if self.known.len() + LEVELS.len() > KEYS {
            self.known.clear();
        }
        let mut key = Key::default();
        for level in LEVELS {
            let length = level.min(self.count);
            let key = key.up_to(&self.frames, length);
            if level >= frames.min(self.count) {
                let known = self.known.entry(key).or_insert(Known::Stack(stack));
                if *known == Known::Stack(stack) || length == self.count {
                    *known = Known::Stack(stack);
                    return;
                }
            }
            self.known.insert(key, Known::Deeper);
        }
    }

    /// Reads so many frames at most.
    #[inline(never)]
    fn read(&mut self, most: usize) {
        let here = 0_usize;
        // V8 knows from which frame JavaScript was left. It believes so where that lies above a stack pointer.
        let registers = Registers([0, ptr::from_ref(&here) as usize, 0, 0, 0, 0, 0, 0]);
        let mut info = SampleInfo([0; 16]);
        // SAFETY: called on the isolate's thread, in a function that its JavaScript has called; there is room for so many.
        unsafe {
            (self.sample)(self.isolate, &registers, self.frames.as_mut_ptr(), most, &mut info);
        }
        self.count = info.0[0].min(most);
    }
}

/// A hash of frames, from the top down.
struct Key {
    hash: u64,
    length: usize,
}

impl Default for Key {
    fn default() -> Self {
        Self { hash: 0x9e37_79b9_7f4a_7c15, length: 0 }
    }
}

impl Key {
    /// That of so many frames; each time of more, or of as many.
    fn up_to(&mut self, frames: &[usize; MOST], length: usize) -> u64 {
        for frame in &frames[self.length..length] {
            self.hash = (self.hash ^ *frame as u64).wrapping_mul(0x2545_f491_4f6c_dd1d).rotate_left(29);
        }
        self.length = length;
        (self.hash ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}
