//! Streams: their settings, contexts, wrappers, filters and sockets (ext/standard's streamsfuncs.c, user_filters.c and
//! fsock.c).

pub(super) mod constants;
pub(super) mod contexts;
pub(super) mod filters;
pub(super) mod http;
pub(super) mod settings;
pub(super) mod sockets;
pub(super) mod user_filter;
pub(super) mod wrappers;

use super::Entry;

/// The functions.
pub(super) const LISTS: &[&[Entry]] = &[
    settings::LIST,
    contexts::LIST,
    wrappers::LIST,
    filters::LIST,
    user_filter::LIST,
    sockets::LIST,
    http::LIST,
];
