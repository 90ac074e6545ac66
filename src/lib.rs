//! The Node-API face of `async-hooks-rs`. It converts, and decides nothing.
//!
//! * [`engine`]: everything a thread must remember to answer what `node:async_hooks` answers
//! * [`recorder`]: what the operations of a program did, as a file
//! * [`report`]: what is made of such a file
//! * [`top`]: a screen that shows what is in it while it grows
//!
//! What it exports to JavaScript is in `lib/engine/native.d.ts`:
//!
//! ```js
//! const native = require('./async-hooks-rs.node');
//! const memory = new Float64Array(new SharedArrayBuffer(native.layout().slots * 8));
//! const nothing = () => {};
//! native.openThread(memory, nothing, nothing, nothing, nothing, nothing);
//! console.log(native.newAsyncId());
//! ```

mod callback;
mod collections;
mod constants;
mod counters;
mod frames;
mod plain;
mod recording;
mod reports;
mod sampler;
mod screen;
mod spans;
mod state;
mod turn;
mod v8;
mod weak;
