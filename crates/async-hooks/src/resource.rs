use std::any::Any;
use std::fmt;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::env::{Env, Value, again};
use crate::environment::{End, Environment, Pin, Way};
use crate::error::{Error, Result};

/// An operation or a handle of the addon, which async hooks see and which keeps the stores of its maker.
///
/// Clones stand for the same resource, and may go to any thread. When the last one is dropped, on whatever thread,
/// `destroy` is emitted: exactly once, and after the last `after`.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, callback: async_hooks::Value<'_>) -> async_hooks::Result<()> {
/// use async_hooks::AsyncResource;
///
/// let query = AsyncResource::new(env, "DbQuery")?;
/// // Later, on the JavaScript thread: `before`, the call, `after`.
/// query.call(env, callback, &[env.string("row")?])?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct AsyncResource {
    inner: Arc<Inner>,
}

struct Inner {
    pin: Pin,
    async_id: f64,
    trigger_async_id: f64,
    is_destroyed: AtomicBool,
    /// What the author's reader knew where it was made.
    carried: Option<Arc<dyn Any + Send + Sync>>,
}

impl AsyncResource {
    /// Announces a resource of this type: hooks see `init`, with the current execution as its trigger.
    ///
    /// # Errors
    /// [`Error::PendingException`], [`Error::Closing`], and once in an environment [`Error::NoModule`] and
    /// [`Error::NoEventLoop`].
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
    /// let query = async_hooks::AsyncResource::new(env, "DbQuery")?;
    /// assert!(query.async_id() > query.trigger_async_id());
    /// # Ok(()) }
    /// ```
    pub fn new<'a>(env: impl Into<Env<'a>>, kind: &str) -> Result<Self> {
        ResourceOptions::default().create(env, kind)
    }

    /// Runs a closure in the scope of the resource: `before`, the closure with the resource's stores, `after`.
    ///
    /// No value of JavaScript may pass the border of the scope, since those made inside die with it. So both the closure
    /// and what it answers are `Send`, and the closure gets an `Env` of its own. For values there are
    /// [`call`](Self::call) and [`run_with`](Self::run_with). A panic passes through; an exception stays pending.
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
    /// let query = async_hooks::AsyncResource::new(env, "DbQuery")?;
    /// let length = query.run_in_scope(env, |env| env.string("row").map(|_| 3))??;
    /// assert_eq!(length, 3);
    /// # Ok(()) }
    /// ```
    ///
    /// This does not compile:
    ///
    /// ```compile_fail
    /// # fn example(env: async_hooks::Env<'_>, query: &async_hooks::AsyncResource) {
    /// let row = query.run_in_scope(env, |env| env.string("row"));
    /// # }
    /// ```
    ///
    /// ```compile_fail
    /// # fn example(env: async_hooks::Env<'_>, query: &async_hooks::AsyncResource) {
    /// let mut row = None;
    /// query.run_in_scope(env, |env| row = env.string("row").ok());
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::PendingException`] if an exception was pending or a hook threw, [`Error::Closing`], and
    /// [`Error::OtherEnvironment`].
    pub fn run_in_scope<'a, R: Send>(
        &self,
        env: impl Into<Env<'a>>,
        f: impl for<'s> FnOnce(Env<'s>) -> R + Send,
    ) -> Result<R> {
        self.enter(env.into(), Way::Call, f)
    }

    pub(crate) fn enter<R>(&self, env: Env<'_>, way: Way, f: impl FnOnce(Env<'_>) -> R) -> Result<R> {
        let environment = Environment::of(env)?;
        let slot = self.inner.pin.slot(&environment)?;
        let answer = environment.run_in_resource(env, slot, way, || (f(env), ptr::null_mut()));
        answer.map(|(answer, _)| answer)
    }

    /// Runs a closure in the scope of the resource, with values of JavaScript: these go in, and one comes out.
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>, rows: async_hooks::Value<'_>) -> async_hooks::Result<()> {
    /// let query = async_hooks::AsyncResource::new(env, "DbQuery")?;
    /// let first = query.run_with(env, [rows], |env, [rows]| rows.get(env, "0"))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`run_in_scope`](Self::run_in_scope), and what the closure answers.
    pub fn run_with<'a, const N: usize>(
        &self,
        env: impl Into<Env<'a>>,
        values: [Value<'_>; N],
        f: impl for<'s> FnOnce(Env<'s>, [Value<'s>; N]) -> Result<Value<'s>> + Send,
    ) -> Result<Value<'a>> {
        let env = env.into();
        let environment = Environment::of(env)?;
        let slot = self.inner.pin.slot(&environment)?;
        let (answer, value) =
            environment.run_in_resource(env, slot, Way::Call, || match f(env, values.map(again)) {
                Ok(value) => (Ok(()), value.raw()),
                Err(error) => (Err(error), ptr::null_mut()),
            })?;
        answer.map(|()| value)
    }

    /// Calls a function of JavaScript in the scope of the resource: `before`, the call, `after`.
    ///
    /// ```no_run
    /// # fn example(env: async_hooks::Env<'_>, callback: async_hooks::Value<'_>) -> async_hooks::Result<()> {
    /// let query = async_hooks::AsyncResource::new(env, "DbQuery")?;
    /// query.call(env, callback, &[])?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`run_in_scope`](Self::run_in_scope); [`Error::PendingException`] if the function threw.
    pub fn call<'a>(
        &self,
        env: impl Into<Env<'a>>,
        function: Value<'_>,
        args: &[Value<'_>],
    ) -> Result<Value<'a>> {
        let env = env.into();
        let environment = Environment::of(env)?;
        let slot = self.inner.pin.slot(&environment)?;
        environment.call_in_resource(env, slot, function, env.undefined()?, args)
    }

    /// The id that hooks know it by. It stays when the resource is destroyed.
    ///
    /// ```no_run
    /// # fn example(query: async_hooks::AsyncResource) {
    /// println!("query {}", query.async_id());
    /// # }
    /// ```
    #[must_use]
    pub fn async_id(&self) -> f64 {
        self.inner.async_id
    }

    /// The id of the resource that caused it.
    ///
    /// ```no_run
    /// # fn example(query: async_hooks::AsyncResource) {
    /// println!("caused by {}", query.trigger_async_id());
    /// # }
    /// ```
    #[must_use]
    pub fn trigger_async_id(&self) -> f64 {
        self.inner.trigger_async_id
    }

    /// Says that the operation is over, although there are handles left. From any thread; only the first call counts, and
    /// dropping the handles emits no second `destroy`.
    ///
    /// ```no_run
    /// # fn example(socket: async_hooks::AsyncResource) {
    /// socket.emit_destroy();
    /// # }
    /// ```
    pub fn emit_destroy(&self) {
        if !self.inner.is_destroyed.swap(true, Ordering::Relaxed) {
            self.inner.pin.emit_destroy();
        }
    }

    /// What the function of [`carry`](crate::carry) answered when the resource was made.
    ///
    /// ```no_run
    /// # fn example(query: async_hooks::AsyncResource) {
    /// let trace_id = query.carried::<String>();
    /// # }
    /// ```
    #[must_use]
    pub fn carried<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.inner.carried.as_ref()?).downcast().ok()
    }

    pub(crate) fn pin(&self) -> &Pin {
        &self.inner.pin
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn carried_any(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.inner.carried.as_ref()
    }
}

impl fmt::Debug for AsyncResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResource")
            .field("async_id", &self.inner.async_id)
            .field("trigger_async_id", &self.inner.trigger_async_id)
            .finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.pin.end = if *self.is_destroyed.get_mut() { End::Release } else { End::Destroy };
    }
}

/// What else can be said of a resource when it is made.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, pool: &async_hooks::AsyncResource) -> async_hooks::Result<()> {
/// use async_hooks::ResourceOptions;
///
/// let query = ResourceOptions::new().parent(pool).create(env, "DbQuery")?;
/// assert_eq!(query.trigger_async_id(), pool.async_id());
/// # Ok(()) }
/// ```
#[derive(Clone, Default, Debug)]
pub struct ResourceOptions<'o> {
    trigger: Option<f64>,
    parent: Option<&'o AsyncResource>,
    object: Option<Value<'o>>,
}

impl<'o> ResourceOptions<'o> {
    /// None of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The id of the resource that caused it, where that is not the current execution.
    #[must_use]
    pub fn trigger_async_id(mut self, id: f64) -> Self {
        self.trigger = Some(id);
        self
    }

    /// The resource that it belongs to: its trigger (unless another one is given), and its stores are those of the parent.
    /// Hooks see a `before` and `after` of the parent around the `init`.
    #[must_use]
    pub fn parent(mut self, parent: &'o AsyncResource) -> Self {
        self.parent = Some(parent);
        self
    }

    /// An object that describes it. Hooks find it as `resource.object`, already in `init`.
    #[must_use]
    pub fn object(mut self, object: Value<'o>) -> Self {
        self.object = Some(object);
        self
    }

    /// Makes the resource.
    ///
    /// # Errors
    /// Those of [`AsyncResource::new`].
    pub fn create<'a>(&self, env: impl Into<Env<'a>>, kind: &str) -> Result<AsyncResource> {
        let env = env.into();
        let Some(parent) = self.parent else { return self.create_here(env, kind) };
        parent.enter(env, Way::Call, |env| self.create_here(env, kind))?
    }

    fn create_here(&self, env: Env<'_>, kind: &str) -> Result<AsyncResource> {
        let environment = Environment::of(env)?;
        let (pin, async_id, trigger_async_id) =
            environment.make_resource(env, kind, self.trigger, self.object)?;
        let reader = environment.reader.borrow().clone();
        let carried = reader.and_then(|read| read(env));
        let is_destroyed = AtomicBool::new(false);
        let resource = AsyncResource {
            inner: Arc::new(Inner { pin, async_id, trigger_async_id, is_destroyed, carried }),
        };
        if crate::error::is_exception_pending(env.raw()) {
            Err(Error::PendingException)
        } else {
            Ok(resource)
        }
    }
}
