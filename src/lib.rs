//! The Node-API face of `async-hooks-rs`. It converts, and decides nothing.
//!
//! * [`engine`]: everything a thread must remember to answer what `node:async_hooks` answers
//! * [`recorder`]: what the operations of a program did, as a file
//! * [`report`](::report): what is made of such a file

mod callback;
mod constants;
mod frames;
mod plain;
mod recording;
mod reports;
mod state;
mod turn;
mod weak;
