use std::sync::Arc;

use crate::env::Env;
use crate::environment::{Environment, Pin, Way};
use crate::error::{Error, Result};
use crate::resource::AsyncResource;

/// The stores of a moment, without a resource.
///
/// On Node 24 and 26 hooks see nothing of it (Linux on x64; where somebody has tried V8's functions). Elsewhere, and on
/// Node 20 and 22, the stores belong to resources: there a context is an [`AsyncResource`] of the type `RustContext`.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
/// use async_hooks::Context;
///
/// let context = Context::capture(env)?;
/// // Later, on the JavaScript thread, with those stores:
/// context.enter(env, |env| { /* … */ })?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Context {
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Frame(Arc<Pin>),
    Resource(AsyncResource),
}

impl Context {
    /// The current stores.
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
    /// let context = async_hooks::Context::capture(env)?;
    /// std::thread::spawn(move || drop(context));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`AsyncResource::new`].
    pub fn capture<'a>(env: impl Into<Env<'a>>) -> Result<Self> {
        let env = env.into();
        let environment = Environment::of(env)?;
        let kind = match environment.frames() {
            Some(frames) => Kind::Frame(Arc::new(environment.keep(env, frames.current(env))?)),
            None => Kind::Resource(AsyncResource::new(env, "RustContext")?),
        };
        Ok(Self { kind })
    }

    /// Runs a closure with these stores. What may pass the border, says
    /// [`run_in_scope`](AsyncResource::run_in_scope).
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>, context: async_hooks::Context) -> async_hooks::Result<()> {
    /// let answer = context.enter(env, |_env| 42)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`run_in_scope`](AsyncResource::run_in_scope).
    pub fn enter<'a, R: Send>(
        &self,
        env: impl Into<Env<'a>>,
        f: impl for<'s> FnOnce(Env<'s>) -> R + Send,
    ) -> Result<R> {
        let env = env.into();
        match &self.kind {
            Kind::Frame(pin) => in_frame(pin, env, f),
            Kind::Resource(resource) => resource.run_in_scope(env, f),
        }
    }

    /// From the event loop.
    pub(crate) fn run<R>(&self, env: Env<'_>, f: impl FnOnce(Env<'_>) -> R) -> Result<R> {
        match &self.kind {
            Kind::Frame(pin) => Environment::of(env)?.run_outside(env, || in_frame(pin, env, f))?,
            Kind::Resource(resource) => resource.enter(env, Way::Callback, f),
        }
    }

    pub(crate) fn pin(&self) -> &Pin {
        match &self.kind {
            Kind::Frame(pin) => pin,
            Kind::Resource(resource) => resource.pin(),
        }
    }

    pub(crate) fn resource(&self) -> Option<&AsyncResource> {
        match &self.kind {
            Kind::Frame(_) => None,
            Kind::Resource(resource) => Some(resource),
        }
    }
}

fn in_frame<R>(pin: &Pin, env: Env<'_>, f: impl FnOnce(Env<'_>) -> R) -> Result<R> {
    let environment = Environment::of(env)?;
    let slot = pin.slot(&environment)?;
    let frames = environment.frames().ok_or(Error::OtherEnvironment)?;
    environment.run_in_frame(env, frames, slot, || f(env))
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("resource", &self.resource()).finish()
    }
}
