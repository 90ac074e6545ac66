use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use crate::context::Context;
use crate::env::Env;
use crate::environment::{Environment, Pin as Slot};
use crate::error::Result;
use crate::resource::AsyncResource;

thread_local! {
    /// The scopes of the futures that this thread polls; the innermost is last. An executor polls a future on any of its
    /// threads, so the scope can only be that of the poll.
    static SCOPES: RefCell<Vec<Scope>> = const { RefCell::new(Vec::new()) };
}

/// Where JavaScript is to run: in a resource, in a context, or outside of all.
///
/// ```no_run
/// # fn example(query: &async_hooks::AsyncResource) {
/// use async_hooks::Scope;
///
/// let scope = Scope::from(query);
/// assert_eq!(scope.resource().map(|query| query.async_id()), Some(query.async_id()));
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scope {
    kind: Kind,
}

#[derive(Clone, Debug, Default)]
enum Kind {
    /// Id 0, and no store.
    #[default]
    Outside,
    Resource(AsyncResource),
    Context(Context),
}

impl Scope {
    /// The scope of the future that this thread is polling, which [`in_scope`](FutureExt::in_scope) gave it.
    ///
    /// ```
    /// assert!(async_hooks::Scope::current().is_none());
    /// ```
    #[must_use]
    pub fn current() -> Option<Self> {
        SCOPES.try_with(|scopes| scopes.borrow().last().cloned()).ok().flatten()
    }

    /// Neither a resource nor a store: the execution id is 0.
    ///
    /// ```
    /// assert!(async_hooks::Scope::outside().resource().is_none());
    /// ```
    #[must_use]
    pub fn outside() -> Self {
        Self::default()
    }

    /// The resource, if it is one.
    ///
    /// ```no_run
    /// let id = async_hooks::Scope::current().and_then(|scope| Some(scope.resource()?.async_id()));
    /// ```
    #[must_use]
    pub fn resource(&self) -> Option<&AsyncResource> {
        match &self.kind {
            Kind::Outside => None,
            Kind::Resource(resource) => Some(resource),
            Kind::Context(context) => context.resource(),
        }
    }

    /// Runs a job there, from the event loop.
    pub(crate) fn run<R>(
        &self,
        environment: &Environment,
        env: Env<'_>,
        job: impl FnOnce(Env<'_>) -> R,
    ) -> Result<R> {
        match &self.kind {
            Kind::Outside => environment.run_outside(env, || job(env)),
            Kind::Resource(resource) => resource.enter(env, crate::environment::Way::Callback, job),
            Kind::Context(context) => context.run(env, job),
        }
    }

    /// The slot of what it stands for.
    pub(crate) fn pin(&self) -> Option<&Slot> {
        match &self.kind {
            Kind::Outside => None,
            Kind::Resource(resource) => Some(resource.pin()),
            Kind::Context(context) => Some(context.pin()),
        }
    }

    /// It is the current one until the answer is dropped.
    fn enter(&self) -> Entered {
        SCOPES.with(|scopes| scopes.borrow_mut().push(self.clone()));
        Entered
    }
}

/// One scope on the stack.
struct Entered;

impl Drop for Entered {
    fn drop(&mut self) {
        // Dropped after the borrow: the last handle of a resource may go here.
        let _left = SCOPES.try_with(|scopes| scopes.borrow_mut().pop());
    }
}

impl From<&Self> for Scope {
    fn from(scope: &Self) -> Self {
        scope.clone()
    }
}

impl From<AsyncResource> for Scope {
    fn from(resource: AsyncResource) -> Self {
        Self { kind: Kind::Resource(resource) }
    }
}

impl From<&AsyncResource> for Scope {
    fn from(resource: &AsyncResource) -> Self {
        resource.clone().into()
    }
}

impl From<Context> for Scope {
    fn from(context: Context) -> Self {
        Self { kind: Kind::Context(context) }
    }
}

impl From<&Context> for Scope {
    fn from(context: &Context) -> Self {
        context.clone().into()
    }
}

/// Futures that know their resource.
pub trait FutureExt: Future + Sized {
    /// While the future is polled, and while it is dropped, [`Scope::current`] is this scope, whatever the thread. A
    /// [`ContextFunction`](crate::ContextFunction) calls in it, and the `tracing` layer reads it. Nothing of JavaScript
    /// happens by itself.
    ///
    /// ```no_run
    /// # fn example(query: &async_hooks::AsyncResource, log: async_hooks::ContextFunction<(String,)>) {
    /// use async_hooks::FutureExt;
    ///
    /// let work = async move {
    ///     log.call(("in the scope of the query".to_owned(),)).await
    /// }
    /// .in_scope(query);
    /// # drop(work); }
    /// ```
    fn in_scope(self, scope: impl Into<Scope>) -> InScope<Self> {
        InScope { future: Some(Box::pin(self)), scope: scope.into() }
    }
}

impl<F: Future> FutureExt for F {}

/// The future of [`FutureExt::in_scope`].
///
/// ```
/// use async_hooks::{FutureExt, Scope};
///
/// let future = std::pin::pin!(async { Scope::current().is_some() }.in_scope(Scope::outside()));
/// let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// assert!(future.poll(&mut context) == std::task::Poll::Ready(true));
/// assert!(Scope::current().is_none());
/// ```
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct InScope<F> {
    /// `None` only while it is dropped.
    future: Option<Pin<Box<F>>>,
    scope: Scope,
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<F::Output> {
        let _entered = self.scope.enter();
        match &mut self.future {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for InScope<F> {
    fn drop(&mut self) {
        let _entered = self.scope.enter();
        self.future = None;
    }
}
