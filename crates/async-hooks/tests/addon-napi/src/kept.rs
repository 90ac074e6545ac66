//! The same ways, with the crate.

use std::sync::Mutex;
use std::thread;

use async_hooks::{AsyncResource, Context, ContextFunction, Hold, Value, spawn};
use napi::bindgen_prelude::{AsyncTask, Function, FunctionRef, PromiseRaw};
use napi::{Env, Result, Task};
use napi_derive::napi;

/// `spawn` in the place of an `async fn`.
#[napi]
pub fn kept_async_fn(env: &Env) -> Result<Value<'_>> {
    let work = async {
        tokio::task::yield_now().await;
        Result::Ok(1_u32)
    };
    Ok(spawn(env, "DbQuery", work)?)
}

pub struct Calling {
    callback: FunctionRef<(), ()>,
    resource: AsyncResource,
}

impl Task for Calling {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        Ok(())
    }

    fn resolve(&mut self, env: Env, _output: ()) -> Result<()> {
        let callback = &self.callback;
        self.resource.run_in_scope(&env, |env| callback.borrow_back(&env.napi())?.call(()))?
    }
}

#[napi]
pub fn kept_task(env: &Env, callback: Function<'_, (), ()>) -> Result<AsyncTask<Calling>> {
    let resource = AsyncResource::new(env, "DbTask")?;
    Ok(AsyncTask::new(Calling { callback: callback.create_ref()?, resource }))
}

#[napi]
pub fn kept_deferred(env: &Env, callback: Function<'_, (), ()>) -> Result<()> {
    let callback = callback.create_ref()?;
    let context = Context::capture(env)?;
    let (deferred, _promise) = env.create_deferred::<(), _>()?;
    thread::spawn(move || {
        deferred.resolve(move |env| context.enter(&env, |env| callback.borrow_back(&env.napi())?.call(()))?)
    });
    Ok(())
}

#[napi]
pub fn kept_future<'env>(env: &'env Env, callback: Function<'_, (), ()>) -> Result<PromiseRaw<'env, ()>> {
    let callback = callback.create_ref()?;
    let context = Context::capture(env)?;
    env.spawn_future_with_callback(async { Ok(()) }, move |env, ()| {
        context.enter(env, |env| callback.borrow_back(&env.napi())?.call(()))?
    })
}

#[napi]
pub fn kept_function(env: &Env, callback: Value<'_>) -> Result<()> {
    let function = ContextFunction::<()>::new(env, callback)?;
    let context = Context::capture(env)?;
    let hold = Hold::new(env)?;
    thread::spawn(move || {
        let _ = function.call_in(&context, ()).wait();
        drop(hold);
    });
    Ok(())
}

#[napi]
pub fn kept_call_async<'env>(env: &'env Env, callback: Value<'_>) -> Result<Value<'env>> {
    let function = ContextFunction::<()>::new(env, callback)?;
    Ok(spawn(env, "DbQuery", async move { function.call(()).await })?)
}

/// Process-wide, as loggers are; each Worker sets its own before it uses it.
static LOGGER: Mutex<Option<ContextFunction<(String,)>>> = Mutex::new(None);

#[napi]
pub fn kept_set_logger(env: &Env, callback: Value<'_>) -> Result<()> {
    *LOGGER.lock().unwrap() = Some(ContextFunction::new(env, callback)?);
    Ok(())
}

#[napi]
pub fn kept_log(env: &Env, message: String) -> Result<()> {
    let context = Context::capture(env)?;
    thread::spawn(move || {
        if let Some(logger) = &*LOGGER.lock().unwrap() {
            logger.call_in(&context, (message,));
        }
    });
    Ok(())
}
