//! Contexts, storages and functions.

use std::thread;
use std::time::Duration;

use async_hooks::{Bytes, CallError, Context, ContextFunction, Hold, Scope, Storage, Value, carry};
use napi::bindgen_prelude::{External, FunctionRef};
use napi::{Env, Result};
use napi_derive::napi;

use crate::resources::{Held, resource_of};

#[napi]
pub fn capture(env: &Env) -> Result<External<Context>> {
    Ok(External::new(Context::capture(env)?))
}

#[napi]
pub fn enter(env: &Env, context: &External<Context>, callback: FunctionRef<(), ()>) -> Result<()> {
    let context = Context::clone(context);
    context.enter(env, |env| callback.borrow_back(&env.napi())?.call(()))?
}

#[napi]
pub fn storage(env: &Env, object: Value<'_>) -> Result<External<Storage>> {
    Ok(External::new(Storage::from_js(env, object)?))
}

#[napi]
pub fn store<'env>(env: &'env Env, storage: &External<Storage>) -> Result<Option<Value<'env>>> {
    Ok(storage.get(env)?)
}

/// Each resource carries the store from now on.
#[napi]
pub fn carry_store(env: &Env, storage: &External<Storage>) -> Result<()> {
    let storage = Storage::clone(storage);
    Ok(carry(env, move |env| storage.get(env).ok()??.to_rust::<String>(env).ok())?)
}

#[napi]
pub fn carried(held: &Held) -> Option<String> {
    resource_of(held).carried::<String>().map(|store| store.as_ref().clone())
}

type Sum = ContextFunction<(f64, f64), f64>;

#[napi]
pub fn function(env: &Env, callback: Value<'_>) -> Result<External<Sum>> {
    Ok(External::new(Sum::new(env, callback)?))
}

/// Calls from a thread, in a way; gives the answer to a second function.
#[napi]
pub fn call_function(
    env: &Env,
    function: &External<Sum>,
    way: String,
    held: &Held,
    done: Value<'_>,
) -> Result<()> {
    let done = ContextFunction::<(String,)>::new(env, done)?;
    let function = Sum::clone(function);
    let resource = resource_of(held);
    let context = Context::capture(env)?;
    let hold = Hold::new(env)?;
    thread::spawn(move || {
        let answer = match way.as_str() {
            "context" => function.call_in(&context, (1.0, 2.0)),
            "resource" => function.call_in(&resource, (1.0, 2.0)),
            "new resource" => function.call_as("UdpMessage", &resource, (1.0, 2.0)),
            _ => function.call((1.0, 2.0)),
        };
        let text = match answer.wait() {
            Ok(sum) => sum.to_string(),
            Err(CallError::Threw(exception)) => format!("threw {}", exception.message()),
            Err(error) => format!("failed: {error}"),
        };
        let _ = done.call((text,)).wait();
        drop(hold);
    });
    Ok(())
}

/// Calls and does not wait for the answer; or takes it late, and drops it.
#[napi]
pub fn call_and_forget(env: &Env, function: &External<Sum>, is_late: bool) -> Result<()> {
    let function = Sum::clone(function);
    let hold = Hold::new(env)?;
    thread::spawn(move || {
        let answer = function.call_in(Scope::outside(), (1.0, 2.0));
        if is_late {
            thread::sleep(Duration::from_millis(50));
        }
        drop(answer);
        thread::sleep(Duration::from_millis(50));
        drop(hold);
    });
    Ok(())
}

type Echo = ContextFunction<(bool, i32, String, Option<f64>, Vec<u32>, Bytes), Vec<String>>;

/// All types there and back.
#[napi]
pub fn convert<'env>(env: &'env Env, callback: Value<'_>) -> Result<Value<'env>> {
    let echo = Echo::new(env, callback)?;
    let work =
        async move { echo.call((true, -1, "ü\0".to_owned(), None, vec![1, 2], Bytes(vec![255]))).await };
    Ok(async_hooks::spawn(env, "Convert", work)?)
}
