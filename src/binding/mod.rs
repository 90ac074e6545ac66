//! The Node-API face of the engine. Each function converts, calls [`crate::thread`]
//! and decides nothing.

mod callback;
mod frames;
mod layout;
mod plain;
#[cfg(not(loom))]
mod recorder;
mod report;
mod state;
mod turn;
mod weak;
