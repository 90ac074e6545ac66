use std::pin::Pin;
use std::ptr;

use napi_sys::{napi_deferred, napi_value};

use crate::answer::CallError;
use crate::convert::ToJs;
use crate::env::{Env, Value};
use crate::environment::{Environment, Hold as Held};
use crate::error::{Error, Result, check};
use crate::queue::Message;
use crate::resource::AsyncResource;
use crate::scope::{FutureExt, Scope};

/// The work of an operation, for an executor.
///
/// ```no_run
/// fn run(task: async_hooks::Task, runtime: &dyn Fn(async_hooks::Task)) {
///     runtime(task);
/// }
/// ```
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps the event loop alive until it is dropped, on any thread. Operations of [`spawn_with`] have one.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
/// let hold = async_hooks::Hold::new(env)?;
/// std::thread::spawn(move || drop(hold));
/// # Ok(()) }
/// ```
pub struct Hold {
    _held: Held,
}

impl Hold {
    /// From now on the program waits.
    ///
    /// # Errors
    /// Those of [`AsyncResource::new`].
    pub fn new<'a>(env: impl Into<Env<'a>>) -> Result<Self> {
        Ok(Self { _held: Environment::of(env.into())?.hold() })
    }
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hold").finish_non_exhaustive()
    }
}

/// What a promise can be rejected with.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
/// use async_hooks::{Env, Reject, Result, Value};
///
/// struct Refused;
///
/// impl Reject for Refused {
///     fn reject(self, env: Env<'_>) -> Result<Value<'_>> {
///         "the database refused the connection".reject(env)
///     }
/// }
/// # Ok(()) }
/// ```
pub trait Reject {
    /// Makes the value, mostly an `Error`.
    ///
    /// # Errors
    /// Those of Node-API.
    fn reject(self, env: Env<'_>) -> Result<Value<'_>>;
}

impl Reject for &str {
    fn reject(self, env: Env<'_>) -> Result<Value<'_>> {
        let message = env.string(self)?;
        // SAFETY: the message is alive.
        env.make(|env, value| unsafe {
            napi_sys::napi_create_error(env, ptr::null_mut(), message.raw(), value)
        })
    }
}

/// Errors whose text is the message.
macro_rules! errors {
    ($($error:ty),*) => {$(
        impl Reject for $error {
            fn reject(self, env: Env<'_>) -> Result<Value<'_>> {
                self.to_string().as_str().reject(env)
            }
        }
    )*};
}

errors!(String, Error, std::io::Error, Box<dyn std::error::Error + Send + Sync>);

impl Reject for std::convert::Infallible {
    fn reject(self, _env: Env<'_>) -> Result<Value<'_>> {
        match self {}
    }
}

impl Reject for CallError {
    /// What JavaScript threw comes back as it was.
    fn reject(self, env: Env<'_>) -> Result<Value<'_>> {
        match self {
            Self::Threw(exception) => exception.value(env),
            Self::Failed(error) => error.reject(env),
        }
    }
}

/// Runs a future on an executor, as an operation of JavaScript: a resource of this type, and a promise for what the future
/// answers. `before` and `after` surround each call into JavaScript, `destroy` comes at the end, and the program waits.
/// While the future is polled, [`Scope::current`] is the resource.
///
/// However the future ends, the promise settles: it is rejected if the executor drops the future, or if that panics.
///
/// With the feature `napi` there is a shorter `spawn`.
///
/// ```no_run
/// # fn example<'a>(env: async_hooks::Env<'a>, runtime: &dyn Fn(async_hooks::Task))
/// # -> async_hooks::Result<async_hooks::Value<'a>> {
/// let work = async { Ok::<_, std::io::Error>(42) };
/// let promise = async_hooks::spawn_with(env, "DbQuery", work, |task| runtime(task))?;
/// # Ok(promise) }
/// ```
///
/// # Errors
/// Those of [`AsyncResource::new`].
pub fn spawn_with<'a, T, E>(
    env: impl Into<Env<'a>>,
    kind: &str,
    future: impl Future<Output = std::result::Result<T, E>> + Send + 'static,
    spawn: impl FnOnce(Task),
) -> Result<Value<'a>>
where
    T: ToJs + Send + 'static,
    E: Reject + Send + 'static,
{
    let env = env.into();
    let resource = AsyncResource::new(env, kind)?;
    let (settler, promise) = Settler::new(env, resource.clone())?;
    spawn(Box::pin(async move {
        // The future, with what it owns, is gone before the promise settles.
        let outcome = future.in_scope(resource).await;
        settler.settle(outcome);
    }));
    Ok(promise)
}

/// Owes a promise its end.
struct Settler {
    /// `None` once it is settled.
    owed: Option<Owed>,
}

struct Owed {
    resource: AsyncResource,
    deferred: napi_deferred,
    /// Dropped last.
    _hold: Held,
}

// SAFETY: the deferred is used on the JavaScript thread alone, in a message.
unsafe impl Send for Owed {}

impl Settler {
    fn new<'a>(env: Env<'a>, resource: AsyncResource) -> Result<(Self, Value<'a>)> {
        let hold = Environment::of(env)?.hold();
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: an `Env` stands for a running callback.
        check(env.raw(), unsafe { napi_sys::napi_create_promise(env.raw(), &mut deferred, &mut promise) })?;
        // SAFETY: it was just made.
        let promise = unsafe { Value::from_raw(promise) };
        Ok((Self { owed: Some(Owed { resource, deferred, _hold: hold }) }, promise))
    }

    fn settle<T: ToJs + Send + 'static, E: Reject + Send + 'static>(
        mut self,
        outcome: std::result::Result<T, E>,
    ) {
        if let Some(owed) = self.owed.take() {
            owed.settle(outcome);
        }
    }
}

impl Drop for Settler {
    fn drop(&mut self) {
        if let Some(owed) = self.owed.take() {
            owed.settle(Err::<(), _>("the operation was dropped before its end"));
        }
    }
}

impl Owed {
    fn settle<T: ToJs + Send + 'static, E: Reject + Send + 'static>(
        self,
        outcome: std::result::Result<T, E>,
    ) {
        let resource = self.resource.clone();
        // Where the environment has ended, nobody has the promise any more.
        resource
            .pin()
            .send(Message::Run(Box::new(move |environment, env| self.end(environment, env, outcome))));
    }

    fn end<T: ToJs, E: Reject>(
        self,
        environment: &Environment,
        env: Env<'_>,
        outcome: std::result::Result<T, E>,
    ) {
        let scope = Scope::from(&self.resource);
        let deferred = self.deferred;
        let ended = scope.run(environment, env, |env| match outcome.map(|value| value.to_js(env)) {
            Ok(Ok(value)) => conclude(env, napi_sys::napi_resolve_deferred, deferred, value),
            Ok(Err(error)) => reject(env, deferred, exception(env, error)),
            Err(error) => reject(env, deferred, error.reject(env)),
        });
        environment.report(env, ended.and_then(|ended| ended));
    }
}

/// What a failed conversion leaves: what was thrown, or the error itself.
fn exception(env: Env<'_>, error: Error) -> Result<Value<'_>> {
    match error {
        Error::PendingException => env.take_exception(),
        other => other.reject(env),
    }
}

fn reject(env: Env<'_>, deferred: napi_deferred, reason: Result<Value<'_>>) -> Result<()> {
    let reason = reason.or_else(|error| exception(env, error))?;
    conclude(env, napi_sys::napi_reject_deferred, deferred, reason)
}

type Conclude = unsafe fn(napi_sys::napi_env, napi_deferred, napi_value) -> i32;

fn conclude(env: Env<'_>, how: Conclude, deferred: napi_deferred, value: Value<'_>) -> Result<()> {
    // SAFETY: the deferred is concluded once: its owner is consumed. The value is alive.
    check(env.raw(), unsafe { how(env.raw(), deferred, value.raw()) })
}
