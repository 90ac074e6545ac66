//! Spans of `tracing` on tokio's threads.

use std::sync::{Mutex, Once, PoisonError};

use async_hooks::tracing::{Origin, OriginLayer};
use async_hooks::{FutureExt, Value, spawn};
use napi::{Env, Result};
use napi_derive::napi;
use tracing::span::Id;
use tracing::{Instrument, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// What was seen: the subscriber is one for the process.
static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
static SUBSCRIBED: Once = Once::new();

struct Recorder;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let origin = Origin::of(&span.extensions());
        let text = match &origin {
            Some(origin) => {
                let carried = origin.carried::<String>();
                format!(
                    "{} {} {}",
                    span.name(),
                    origin.async_id(),
                    carried.map_or_else(String::new, |s| (*s).clone())
                )
            }
            None => format!("{} of nobody", span.name()),
        };
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

/// An operation with a span of its own, one below it in another task, and a task that left the scope.
#[napi]
pub fn trace(env: &Env) -> Result<Value<'_>> {
    SUBSCRIBED.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(OriginLayer::new()).with(Recorder);
        drop(tracing::subscriber::set_global_default(subscriber));
    });
    let work = async {
        let outer = info_span!("outer");
        let inner = outer.in_scope(|| info_span!("inner"));
        let child = async { tokio::task::yield_now().await }.instrument(inner);
        let _ = tokio::spawn(child).await;
        drop(outer);
        let scope = async_hooks::Scope::current().unwrap_or_default();
        let moved = async { drop(info_span!("moved")) }.in_scope(scope);
        let _ = tokio::spawn(moved).await;
        let _ = tokio::spawn(async { drop(info_span!("lost")) }).await;
        Result::Ok(())
    };
    Ok(spawn(env, "DbQuery", work)?)
}

#[napi]
pub fn traced() -> Vec<String> {
    std::mem::take(&mut *SEEN.lock().unwrap_or_else(PoisonError::into_inner))
}
