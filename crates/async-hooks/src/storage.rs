use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use crate::env::{Env, Value, again};
use crate::environment::{Environment, Pin};
use crate::error::{Error, Result};

/// An `AsyncLocalStorage` of JavaScript, read in Rust.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, object: async_hooks::Value<'_>) -> async_hooks::Result<()> {
/// use async_hooks::Storage;
///
/// let requests = Storage::from_js(env, object)?;
/// if let Some(request) = requests.get(env)? {
///     let id: String = request.get(env, "id")?.to_rust(env)?;
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Storage {
    /// The storage, and its `getStore`.
    storage: Arc<Pin>,
    get_store: Arc<Pin>,
}

impl Storage {
    /// Keeps a storage, so that its stores can be read later.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it has no method `getStore`, and those of [`AsyncResource::new`](crate::AsyncResource::new).
    pub fn from_js<'a>(env: impl Into<Env<'a>>, storage: Value<'_>) -> Result<Self> {
        let (env, storage) = (env.into(), again(storage));
        let environment = Environment::of(env)?;
        let get_store = storage.get(env, "getStore")?;
        if get_store.type_of(env)? != napi_sys::ValueType::napi_function {
            return Err(Error::WrongType);
        }
        Ok(Self {
            storage: Arc::new(environment.keep(env, storage)?),
            get_store: Arc::new(environment.keep(env, get_store)?),
        })
    }

    /// The current store; `None` where it is `undefined`.
    ///
    /// # Errors
    /// [`Error::PendingException`], [`Error::Closing`] and [`Error::OtherEnvironment`].
    pub fn get<'a>(&self, env: impl Into<Env<'a>>) -> Result<Option<Value<'a>>> {
        let env = env.into();
        let environment = Environment::of(env)?;
        let storage = environment.value_in(env, self.storage.slot(&environment)?)?;
        let get_store = environment.value_in(env, self.get_store.slot(&environment)?)?;
        let store = env.call(get_store, storage, &[])?;
        Ok((store.type_of(env)? != napi_sys::ValueType::napi_undefined).then_some(store))
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storage").finish_non_exhaustive()
    }
}

/// From now on each new [`AsyncResource`](crate::AsyncResource) of this environment carries what `read` answers where it
/// is made: the trace of the request, say. Other threads get it with [`carried`](crate::AsyncResource::carried), and the
/// `tracing` layer puts it on their spans. The last call counts.
///
/// `read` runs for each resource, so it should be short. An exception that it leaves pending belongs to the maker.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, spans: async_hooks::Storage) -> async_hooks::Result<()> {
/// struct SpanContext { trace_id: String }
///
/// async_hooks::carry(env, move |env| {
///     let span = spans.get(env).ok()??;
///     Some(SpanContext { trace_id: span.get(env, "traceId").ok()?.to_rust(env).ok()? })
/// })?;
/// # Ok(()) }
/// ```
///
/// # Errors
/// Those of [`AsyncResource::new`](crate::AsyncResource::new).
pub fn carry<'a, T: Any + Send + Sync>(
    env: impl Into<Env<'a>>,
    read: impl Fn(Env<'_>) -> Option<T> + 'static,
) -> Result<()> {
    let environment = Environment::of(env.into())?;
    let erased = move |env: Env<'_>| Some(Arc::new(read(env)?) as Arc<dyn Any + Send + Sync>);
    // The one before is dropped at the end, after the borrow: it may be anything.
    let _former = environment.reader.borrow_mut().replace(Rc::new(erased));
    Ok(())
}
