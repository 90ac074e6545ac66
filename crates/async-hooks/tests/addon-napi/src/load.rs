//! Much of everything, on several threads.

use std::cell::RefCell;
use std::thread;
use std::time::Duration;

use async_hooks::{AsyncResource, Context, ContextFunction, Value, spawn};
use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;

/// An operation that calls back several times, from whatever thread polls it.
#[napi]
pub fn hop<'env>(env: &'env Env, times: u32, callback: Value<'_>) -> Result<Value<'env>> {
    let callback = ContextFunction::<(u32,)>::new(env, callback)?;
    let work = async move {
        for time in 0..times {
            tokio::time::sleep(Duration::from_millis(u64::from(time % 3))).await;
            callback.call((time,)).await?;
        }
        Ok::<_, async_hooks::CallError>(times)
    };
    Ok(spawn(env, "Hop", work)?)
}

pub type Many = External<RefCell<Vec<Context>>>;

#[napi]
pub fn capture_many(env: &Env, count: u32) -> Result<Many> {
    let contexts = (0..count).map(|_| Context::capture(env)).collect::<async_hooks::Result<_>>()?;
    Ok(External::new(RefCell::new(contexts)))
}

/// Drops them on two other threads.
#[napi]
pub fn drop_many(many: &Many) {
    let mut contexts = many.take();
    let half = contexts.split_off(contexts.len() / 2);
    let threads = [contexts, half].map(|each| thread::spawn(move || drop(each)));
    threads.into_iter().for_each(|thread| drop(thread.join()));
}

/// Work of all kinds that goes on, whatever happens to the environment: two threads that call, clone and drop.
#[napi]
pub fn work_without_end(env: &Env, callback: Value<'_>) -> Result<()> {
    let callback = ContextFunction::<(u32,)>::new(env, callback)?;
    for index in 0..2 {
        let callback = callback.clone();
        let resource = AsyncResource::new(env, "Endless")?;
        let context = Context::capture(env)?;
        thread::spawn(move || {
            for time in 0..20_000 {
                let answer = if time % 2 == index {
                    callback.call_in(&resource, (time,))
                } else {
                    callback.call_as("EndlessMessage", &resource.clone(), (time,))
                };
                drop(callback.call_in(&context, (time,)));
                if time % 16 == 0 && answer.wait().is_err() {
                    return;
                }
            }
        });
    }
    Ok(())
}
