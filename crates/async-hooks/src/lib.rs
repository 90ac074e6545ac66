//! Async context for native addons: what `node:async_hooks` is for JavaScript, from Rust.
#![doc = ""]

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
