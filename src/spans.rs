//! The spans of a recording that grows, a piece at a time, for whoever sends them.

use std::path::Path;
use std::time::Duration;

use napi::bindgen_prelude::External;
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use report::feed::Feed;

use crate::reports::{Resolver, resolving};

/// Follows a recording from its beginning, and no more than so many resources at once.
#[napi(catch_unwind, ts_return_type = "object")]
pub(crate) fn spans_open(
    env: &Env,
    file: String,
    resolve: Option<Resolver>,
    resources: u32,
) -> Result<External<Feed>> {
    let resolve = resolve.map(|function| resolving(env, &function)).transpose()?;
    let feed = Feed::open(Path::new(&file), resolve, resources as usize)
        .map_err(|error| Error::new(Status::GenericFailure, format!("{file}: {error}")))?;
    Ok(External::new(feed))
}

/// Reads what there is, for so many milliseconds at most, and answers lines. Where it is over, the recording goes on no more, and the
/// lines are of what had not ended.
#[napi(catch_unwind)]
pub(crate) fn spans_read(
    #[napi(ts_arg_type = "object")] feed: &mut External<Feed>,
    milliseconds: u32,
    is_over: bool,
) -> String {
    if is_over { feed.end() } else { feed.read(Duration::from_millis(milliseconds.into())) }
}
