//! The session extension: values that stay from one request of a client to the next.
//!
//! A session is read from a [`store`] when it starts and written back when it ends. [`course`] is that course, [`state`]
//! what is known of the request's session, [`response`] what the client is sent, [`upload`] the progress of uploads.

mod course;
mod functions;
pub mod handler;
mod id;
mod ini;
mod response;
mod serializer;
mod state;
mod store;
mod upload;

use plugin_api::{Ctx, Info, R, php_module};
use state::Session;

plugin_api::constants! {
    CONSTANTS;
    int PHP_SESSION_DISABLED = state::DISABLED;
    int PHP_SESSION_NONE = state::NONE;
    int PHP_SESSION_ACTIVE = state::ACTIVE;
}

fn info(t: &mut Info) {
    t.row("Session Support", "enabled");
    t.row("Registered save handlers", "files user ");
    t.row("Registered serializer handlers", "php_serialize php php_binary ");
    t.ini();
}

fn request_start(ctx: &mut Ctx) -> R<()> {
    let auto = ctx.ini_bool("session.auto_start");
    course::request_start(ctx, auto)
}

php_module! {
    name: "session",
    version: "8.4.24",
    optional: ["spl"],
    functions: [functions::{
        session_name, session_module_name, session_save_path, session_id, session_create_id, session_regenerate_id,
        session_decode, session_encode, session_destroy, session_unset, session_gc, session_get_cookie_params,
        session_write_close, session_abort, session_reset, session_status, session_register_shutdown, session_commit,
        session_set_save_handler, session_cache_limiter, session_cache_expire, session_set_cookie_params, session_start,
    }],
    classes: [
        handler::SessionHandlerInterface,
        handler::SessionIdInterface,
        handler::SessionUpdateTimestampHandlerInterface,
        handler::SessionHandler,
    ],
    constants: [CONSTANTS],
    ini: [
        "session.save_path" = "" => (ALL, on_modify: ini::save_path),
        "session.name" = "PHPSESSID" => (ALL, on_modify: ini::name),
        "session.save_handler" = "files" => (ALL, on_modify: ini::save_handler),
        "session.auto_start" = "0" => (PERDIR, boolean),
        "session.gc_probability" = "1" => (ALL, on_modify: ini::gc_probability),
        "session.gc_divisor" = "100" => (ALL, on_modify: ini::gc_divisor),
        "session.gc_maxlifetime" = "1440" => (ALL, on_modify: ini::plain),
        "session.serialize_handler" = "php" => (ALL, on_modify: ini::serialize_handler),
        "session.cookie_lifetime" = "0" => (ALL, on_modify: ini::cookie_lifetime),
        "session.cookie_path" = "/" => (ALL, on_modify: ini::plain),
        "session.cookie_domain" = "" => (ALL, on_modify: ini::plain),
        "session.cookie_secure" = "0" => (ALL, boolean, on_modify: ini::plain),
        "session.cookie_httponly" = "0" => (ALL, boolean, on_modify: ini::plain),
        "session.cookie_samesite" = "" => (ALL, on_modify: ini::plain),
        "session.use_cookies" = "1" => (ALL, boolean, on_modify: ini::plain),
        "session.use_only_cookies" = "1" => (ALL, boolean, on_modify: ini::use_only_cookies),
        "session.use_strict_mode" = "0" => (ALL, boolean, on_modify: ini::plain),
        "session.referer_check" = "" => (ALL, on_modify: ini::referer_check),
        "session.cache_limiter" = "nocache" => (ALL, on_modify: ini::plain),
        "session.cache_expire" = "180" => (ALL, on_modify: ini::plain),
        "session.use_trans_sid" = "0" => (ALL, boolean, on_modify: ini::use_trans_sid),
        "session.sid_length" = "32" => (ALL, on_modify: ini::sid_length),
        "session.sid_bits_per_character" = "4" => (ALL, on_modify: ini::sid_bits),
        "session.lazy_write" = "1" => (ALL, boolean, on_modify: ini::plain),
        "session.upload_progress.enabled" = "1" => (PERDIR, boolean),
        "session.upload_progress.cleanup" = "1" => (PERDIR, boolean),
        "session.upload_progress.prefix" = "upload_progress_" => (PERDIR),
        "session.upload_progress.name" = "PHP_SESSION_UPLOAD_PROGRESS" => (PERDIR),
        "session.upload_progress.freq" = "1%" => (PERDIR, on_modify: ini::upload_frequency),
        "session.upload_progress.min_freq" = "1" => (PERDIR),
    ],
    exports: ["upload.progress/1" = &upload::TABLE],
    globals: Session,
    rinit: request_start,
    rshutdown: course::request_end,
    minfo: info,
}
