//! Async context for native addons: what `node:async_hooks` is for JavaScript, from Rust.
//!
//! An addon that goes to another thread and comes back later has lost its caller: `AsyncLocalStorage` answers `undefined`,
//! traces break off, and async hooks see an anonymous handle, or nothing. With this crate the work has a resource, callbacks
//! run in the context of who asked, and spans of `tracing` know their request.
//!
//! | what | for |
//! | --- | --- |
//! | [`AsyncResource`] | an operation or a handle: hooks see it, and it keeps the stores of its maker |
//! | [`Context`] | the stores alone |
//! | [`ContextFunction`] | a function of JavaScript that any thread calls, in the context that it names |
//! | `spawn` (feature `napi`), [`spawn_with`] | a future as an operation, with a promise for JavaScript |
//! | [`FutureExt::in_scope`], [`Scope::current`] | the resource of a future, on the thread that polls it |
//! | [`Storage`], [`carry`] | stores, read in Rust |
//! | `tracing::OriginLayer` (feature `tracing`) | spans that know their resource and request |
//!
//! ```no_run
//! use async_hooks::{AsyncResource, Env, Result, Value};
//!
//! fn query<'a>(env: Env<'a>, callback: Value<'a>) -> Result<()> {
//!     let query = AsyncResource::new(env, "DbQuery")?;
//!     // … and when there is a row, on the JavaScript thread:
//!     query.call(env, callback, &[env.string("row")?])?;
//!     Ok(())
//!     // The last handle is dropped here: `destroy` follows.
//! }
//! ```
//!
//! It needs Node 20 or newer, and no JavaScript of its own beside it: the module is the one that the program has, also where
//! something else took its place. It finds it by `process.getBuiltinModule`; before Node 20.16 the addon passes it to
//! [`use_module`].
//!
//! # Features
//!
//! * `napi`: conversions for napi-rs 3, and `spawn` on its runtime.
//! * `neon`: conversions for neon. An addon is of one or the other; both cannot be linked together.
//! * `tracing`: a layer that puts the origin on spans.
//!
//! Without any of them it works with the raw handles of Node-API.
//!
//! # What holds
//!
//! * Handles go to any thread. Dropping them there, or in a finalizer, runs no JavaScript: it is queued for their thread.
//! * `destroy` comes exactly once, after the last `after`; not at all where the program ends before, as in Node.
//! * A panic in a scope passes through JavaScript, and an exception stays pending.
//! * No value of JavaScript leaves the scope in which it was made, but as its answer.
//! * Where a Worker is terminated, calls answer [`Error::Closing`], and handles stay harmless.

/// The examples of the README.
#[cfg(all(doctest, feature = "napi", feature = "tracing"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod answer;
mod bell;
mod context;
mod convert;
mod env;
mod environment;
mod error;
mod frames;
mod function;
mod helper;
#[cfg(feature = "napi")]
mod napi;
#[cfg(feature = "neon")]
pub mod neon;
mod operation;
mod queue;
mod resource;
mod scope;
mod slots;
mod storage;
mod symbols;
#[cfg(feature = "tracing")]
pub mod tracing;

pub use answer::{Answer, CallError, Exception};
pub use context::Context;
pub use convert::{Args, Bytes, FromJs, ToJs};
pub use env::{Env, Value};
pub use error::{Error, Result};
pub use function::ContextFunction;
#[cfg(feature = "napi")]
pub use napi::{Js, spawn};
pub use operation::{Hold, Reject, Task, spawn_with};
pub use resource::{AsyncResource, ResourceOptions};
pub use scope::{FutureExt, InScope, Scope};
pub use storage::{Storage, carry};

/// Uses this module instead of `process.getBuiltinModule('node:async_hooks')`, which Node has from 20.16 on. To be called
/// before anything else of this crate in an environment; later it changes nothing.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, module: async_hooks::Value<'_>) -> async_hooks::Result<()> {
/// // In JavaScript: `addon.init(require('node:async_hooks'))`
/// async_hooks::use_module(env, module)?;
/// # Ok(()) }
/// ```
///
/// # Errors
/// Those of [`AsyncResource::new`].
pub fn use_module<'a>(env: impl Into<Env<'a>>, module: Value<'_>) -> Result<()> {
    environment::Environment::with_module(env.into(), module)
}
