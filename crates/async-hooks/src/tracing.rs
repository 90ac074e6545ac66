//! The async context on spans of `tracing`.

use std::any::Any;
use std::sync::Arc;

use tracing_core::Subscriber;
use tracing_core::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{Extensions, LookupSpan};

use crate::resource::AsyncResource;
use crate::scope::Scope;

/// Puts an [`Origin`] on each span that is made while a future [in a scope](crate::FutureExt::in_scope) is polled, on
/// whatever thread, and on the spans below it. The operations of [`spawn_with`](crate::spawn_with) have such a scope.
///
/// Add it before the layers that read it.
///
/// ```
/// use async_hooks::tracing::OriginLayer;
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let subscriber = tracing_subscriber::registry().with(OriginLayer::new());
/// # drop(subscriber);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct OriginLayer {
    _private: (),
}

impl OriginLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for OriginLayer {
    fn on_new_span(&self, _attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let own = Scope::current().and_then(|scope| scope.resource().map(Origin::new));
        let origin = own.or_else(|| span.parent().and_then(|parent| Origin::of(&parent.extensions())));
        if let Some(origin) = origin {
            span.extensions_mut().replace(origin);
        }
    }
}

/// Where a span comes from: the resource, and what it [carries](crate::carry) of its request.
///
/// ```no_run
/// use async_hooks::tracing::Origin;
/// use tracing_core::{Subscriber, span::Id};
/// use tracing_subscriber::{layer::Context, registry::LookupSpan};
///
/// struct SpanContext { trace_id: String }
///
/// // In a layer of your own:
/// fn on_close<S: Subscriber + for<'a> LookupSpan<'a>>(id: Id, context: &Context<'_, S>) {
///     let Some(span) = context.span(&id) else { return };
///     if let Some(origin) = Origin::of(&span.extensions()) {
///         let trace = origin.carried::<SpanContext>().map(|context| context.trace_id.clone());
///         println!("{} of {}, {trace:?}", span.name(), origin.async_id());
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Origin {
    async_id: f64,
    trigger_async_id: f64,
    carried: Option<Arc<dyn Any + Send + Sync>>,
}

impl Origin {
    fn new(resource: &AsyncResource) -> Self {
        Self {
            async_id: resource.async_id(),
            trigger_async_id: resource.trigger_async_id(),
            carried: resource.carried_any().cloned(),
        }
    }

    /// The origin of a span.
    #[must_use]
    pub fn of(extensions: &Extensions<'_>) -> Option<Self> {
        extensions.get::<Self>().cloned()
    }

    /// The id of the resource.
    #[must_use]
    pub fn async_id(&self) -> f64 {
        self.async_id
    }

    /// The id of what caused it.
    #[must_use]
    pub fn trigger_async_id(&self) -> f64 {
        self.trigger_async_id
    }

    /// What the function of [`carry`](crate::carry) answered when the resource was made.
    #[must_use]
    pub fn carried<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.carried.as_ref()?).downcast().ok()
    }
}
