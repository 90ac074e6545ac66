//! The engine of `async-hooks-rs`: everything a thread must remember to answer
//! what `node:async_hooks` answers.
//!
//! * [`layout`]: where JavaScript and Rust find each number in the shared memory
//! * [`memory`]: that memory, as Rust reads and writes it
//! * [`ids`]: the counter of the ids that this package allocates
//! * [`contexts`]: the stack of execution contexts that this package entered
//! * [`hooks`]: which hooks are enabled, in what order, and what they want to hear
//! * [`destroys`]: promises that are watched, in batches, for their end
//! * [`storages`]: where in a frame each `AsyncLocalStorage` has its store
//! * [`thread`]: all of it together, once per Node environment
//! * [`recorder`]: what the operations of a program did, as a file and as reports
//! * [`binding`]: the Node-API face; it converts and decides nothing
//!
//! Dependencies point one way: `binding → thread → {ids, contexts, hooks, destroys, storages} → memory → layout`.

// The tests run without Node, so nothing calls the binding there.
#[cfg_attr(test, allow(dead_code))]
mod binding;
mod contexts;
mod destroys;
mod hooks;
mod ids;
mod layout;
mod memory;
mod recorder;
mod storages;
mod thread;
