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

pub mod contexts;
pub mod destroys;
pub mod hooks;
pub mod ids;
pub mod layout;
pub mod memory;
pub mod storages;
pub mod thread;
