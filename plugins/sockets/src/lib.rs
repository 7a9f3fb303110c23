//! The sockets extension: the network by the system's own calls.
//!
//! A [`socket::Socket`] holds a descriptor; it may share it with a stream ([`streams`]). The system's calls are in [`sys`], the
//! messages of `socket_sendmsg()` and `socket_recvmsg()` are put together and taken apart by [`send`] and [`receive`].

mod address;
mod calls;
mod constants;
mod data;
mod info;
mod messages;
mod multicast;
mod names;
mod options;
mod receive;
mod select;
mod send;
mod socket;
mod streams;
mod sys;

use plugin_api::{GcRoots, Info, php_module};
use std::cell::Cell;

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// The error number of the call that failed last.
    #[gc(skip)]
    last_error: Cell<i32>,
}

fn info(t: &mut Info) {
    t.row("Sockets Support", "enabled");
}

php_module! {
    name: "sockets",
    version: "8.4.24",
    functions: [
        select::socket_select,
        calls::{
            socket_create_listen, socket_accept, socket_set_nonblock, socket_set_block, socket_listen, socket_close,
        },
        data::{socket_write, socket_read},
        names::{socket_getsockname, socket_getpeername},
        calls::{socket_create, socket_connect, socket_strerror, socket_bind},
        data::{socket_recv, socket_send, socket_recvfrom, socket_sendto},
        options::{socket_get_option, socket_getopt, socket_set_option, socket_setopt},
        calls::{
            socket_create_pair, socket_shutdown, socket_atmark, socket_last_error, socket_clear_error,
        },
        streams::{socket_import_stream, socket_export_stream},
        messages::{socket_sendmsg, socket_recvmsg, socket_cmsg_space},
        info::{
            socket_addrinfo_lookup, socket_addrinfo_connect, socket_addrinfo_bind, socket_addrinfo_explain,
        },
    ],
    classes: [socket::Socket, info::AddressInfo],
    constants: [constants::CONSTANTS],
    globals: Globals,
    minfo: info,
}
