//! The engine of `async-hooks-rs`: everything a thread must remember to answer
//! what `node:async_hooks` answers. It knows nothing of Node-API.
//!
//! * [`layout`]: where JavaScript and Rust find each number in the shared memory
//! * [`memory`]: that memory, as Rust reads and writes it
//! * [`ids`]: the counter of the ids that this package allocates
//! * [`contexts`]: the stack of execution contexts that this package entered
//! * [`hooks`]: which hooks are enabled, in what order, and what they want to hear
//! * [`destroys`]: promises that are watched, in batches, for their end
//! * [`storages`]: where in a frame each `AsyncLocalStorage` has its store
//! * [`thread`]: all of it together, once per Node environment
//!
//! Dependencies point one way: `thread → {ids, contexts, hooks, destroys, storages} → memory → layout`.
//!
//! ```
//! use std::ptr::NonNull;
//!
//! use engine::hooks::{Todo, Wants};
//! use engine::layout::{FIRST_ID, SLOTS};
//! use engine::memory::Memory;
//! use engine::thread::Thread;
//!
//! let mut slots = vec![0.0; SLOTS];
//! let start = NonNull::new(slots.as_mut_ptr()).expect("it is not empty");
//! // SAFETY: the slots stay for as long as the thread, which alone touches them.
//! let mut thread = Thread::new(unsafe { Memory::new(start) });
//! assert_eq!(thread.ids.allocate(), FIRST_ID + 1.0);
//!
//! let todo = thread.enable_hook(1, Wants::from_bits(Wants::INIT));
//! assert_eq!(todo.bits() & Todo::NOW, Todo::NOW);
//! assert_eq!(thread.hooks().handles(), [1]);
//! ```

pub mod contexts;
pub mod destroys;
pub mod hooks;
pub mod ids;
pub mod layout;
pub mod memory;
pub mod storages;
pub mod thread;
