//! Ways to call back that napi-rs has by itself.

use std::sync::Mutex;
use std::thread;

use napi::bindgen_prelude::{AsyncTask, Function, FunctionRef, PromiseRaw};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status, Task};
use napi_derive::napi;

/// `async fn`
#[napi]
pub async fn lost_async_fn() -> Result<u32> {
    tokio::task::yield_now().await;
    Ok(1)
}

pub struct Calling(FunctionRef<(), ()>);

impl Task for Calling {
    type Output = ();
    type JsValue = ();

    fn compute(&mut self) -> Result<()> {
        Ok(())
    }

    fn resolve(&mut self, env: Env, _output: ()) -> Result<()> {
        self.0.borrow_back(&env)?.call(())
    }
}

/// `AsyncTask`, whose `resolve` calls back.
#[napi]
pub fn lost_task(callback: Function<'_, (), ()>) -> Result<AsyncTask<Calling>> {
    Ok(AsyncTask::new(Calling(callback.create_ref()?)))
}

/// `JsDeferred`, whose resolver calls back.
#[napi]
pub fn lost_deferred(env: &Env, callback: Function<'_, (), ()>) -> Result<()> {
    let callback = callback.create_ref()?;
    let (deferred, _promise) = env.create_deferred::<(), _>()?;
    thread::spawn(move || deferred.resolve(move |env| callback.borrow_back(&env)?.call(())));
    Ok(())
}

/// `spawn_future_with_callback`
#[napi]
pub fn lost_future<'env>(env: &'env Env, callback: Function<'_, (), ()>) -> Result<PromiseRaw<'env, ()>> {
    let callback = callback.create_ref()?;
    env.spawn_future_with_callback(async { Ok(()) }, move |env, ()| callback.borrow_back(env)?.call(()))
}

/// A threadsafe function made for the call.
#[napi]
pub fn lost_function(callback: Function<'_, (), ()>) -> Result<()> {
    let function = callback.build_threadsafe_function::<()>().build()?;
    thread::spawn(move || function.call((), ThreadsafeFunctionCallMode::NonBlocking));
    Ok(())
}

/// One made for the call, inside an operation.
#[napi]
pub fn lost_call_async<'env>(env: &'env Env, callback: Function<'_, (), ()>) -> Result<PromiseRaw<'env, ()>> {
    let function = callback.build_threadsafe_function::<()>().build()?;
    env.spawn_future(async move { function.call_async(()).await })
}

type Long = ThreadsafeFunction<String, (), String, Status, false, true>;

/// A threadsafe function that lives long. Process-wide, as loggers are; each Worker sets its own before it uses it.
static LOGGER: Mutex<Option<Long>> = Mutex::new(None);

#[napi]
pub fn lost_set_logger(callback: Function<'_, String, ()>) -> Result<()> {
    let function = callback.build_threadsafe_function::<String>().weak::<true>().build()?;
    *LOGGER.lock().unwrap() = Some(function);
    Ok(())
}

#[napi]
pub fn lost_log(message: String) {
    thread::spawn(move || {
        if let Some(logger) = &*LOGGER.lock().unwrap() {
            logger.call(message, ThreadsafeFunctionCallMode::NonBlocking);
        }
    });
}
