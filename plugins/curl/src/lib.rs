//! The curl extension: transfers by URL, over libcurl.

mod callbacks;
mod constants;
mod file;
mod handle;
mod info;
mod multi;
mod options;
mod output;
mod post;
mod share;
mod sys;
mod transfer;

use constants::CONSTANTS;
use plugin_api::{Info, Module, php_module};

/// `CURLOPT_ERRORBUFFER`
const ERROR_BUFFER: i64 = 10010;

fn startup(_: &mut Module) -> Result<(), String> {
    /// `CURL_GLOBAL_DEFAULT`
    const ALL: std::ffi::c_long = 3;
    // SAFETY: once in the process, before transfers are made.
    match unsafe { sys::curl_global_init(ALL) } {
        sys::CURLE_OK => Ok(()),
        code => Err(format!("libcurl cannot be used: error {code}")),
    }
}

fn info(t: &mut Info) {
    info::show(t);
}

php_module! {
    name: "curl",
    version: "8.4.24",
    functions: [
        transfer::{
            curl_close, curl_copy_handle, curl_errno, curl_error, curl_escape, curl_unescape, curl_exec, curl_init,
            curl_upkeep, curl_multi_getcontent, curl_pause, curl_reset, curl_strerror,
        },
        file::{curl_file_create},
        info::{curl_getinfo, curl_version},
        multi::{
            curl_multi_add_handle, curl_multi_close, curl_multi_errno, curl_multi_exec, curl_multi_info_read,
            curl_multi_init, curl_multi_remove_handle, curl_multi_select, curl_multi_strerror, curl_multi_setopt,
        },
        options::{curl_setopt_array, curl_setopt},
        share::{curl_share_close, curl_share_errno, curl_share_init, curl_share_setopt, curl_share_strerror},
    ],
    classes: [
        handle::CurlHandle, multi::CurlMultiHandle, share::CurlShareHandle, file::CurlFile, file::CurlStringFile,
    ],
    constants: [CONSTANTS],
    ini: ["curl.cainfo" = "" => (SYSTEM)],
    minit: startup,
    minfo: info,
}
