//! The configuration as `-tt` shows it.

use super::{Conf, Pool, ProcessManager};
use crate::zlog::notice;

fn line(name: &str, value: &str) {
    notice(&format!("\t{name} = {value}"));
}

fn text(name: &str, value: Option<&String>) {
    line(name, value.map_or("undefined", |v| v));
}

fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// Writes the configuration to the log.
pub fn dump(c: &Conf) {
    let g = &c.global;
    notice("[global]");
    text("pid", g.pid.as_ref());
    line("error_log", &g.error_log);
    line("log_level", g.log_level.name());
    line("process_control_timeout", &format!("{}s", g.process_control_timeout));
    line("process.max", &g.process_max.to_string());
    line("daemonize", yes(g.daemonize));
    line("rlimit_files", &g.rlimit_files.to_string());
    g.others.iter().for_each(|(k, v)| line(k, v));
    notice(" ");
    c.pools.iter().for_each(pool);
}

fn pool(p: &Pool) {
    notice(&format!("[{}]", p.name));
    text("prefix", p.prefix.as_ref());
    text("user", p.user.as_ref());
    text("group", p.group.as_ref());
    line("listen", &p.listen);
    line("listen.backlog", &p.backlog.to_string());
    text("listen.owner", p.listen_owner.as_ref());
    text("listen.group", p.listen_group.as_ref());
    text("listen.mode", p.listen_mode.as_ref());
    text("listen.allowed_clients", p.allowed_clients.as_ref());
    line(
        "pm",
        match p.pm {
            Some(ProcessManager::Static) => "static",
            Some(ProcessManager::Dynamic) => "dynamic",
            Some(ProcessManager::OnDemand) => "ondemand",
            None => "undefined",
        },
    );
    line("pm.max_children", &p.max_children.to_string());
    line("pm.start_servers", &p.start_servers.to_string());
    line("pm.min_spare_servers", &p.min_spare.to_string());
    line("pm.max_spare_servers", &p.max_spare.to_string());
    line("pm.max_spawn_rate", &p.max_spawn_rate.to_string());
    line("pm.process_idle_timeout", &p.idle_timeout.to_string());
    line("pm.max_requests", &p.max_requests.to_string());
    text("pm.status_path", p.status_path.as_ref());
    text("ping.path", p.ping_path.as_ref());
    text("ping.response", p.ping_response.as_ref());
    text("access.log", p.access_log.as_ref());
    text("access.format", p.access_format.as_ref());
    p.suppress_paths.iter().for_each(|s| line("access.suppress_path[]", s));
    text("slowlog", p.slowlog.as_ref());
    line("request_slowlog_timeout", &format!("{}s", p.slowlog_timeout));
    line("request_slowlog_trace_depth", &p.slowlog_depth.to_string());
    line("request_terminate_timeout", &format!("{}s", p.terminate_timeout));
    line("request_terminate_timeout_track_finished", yes(p.track_finished));
    text("chroot", p.chroot.as_ref());
    text("chdir", p.chdir.as_ref());
    line("catch_workers_output", yes(p.catch_output));
    line("decorate_workers_output", yes(p.decorate_output));
    line("clear_env", yes(p.clear_env));
    line("security.limit_extensions", &p.limit_extensions);
    p.others.iter().for_each(|(k, v)| line(k, v));
    for (name, list) in
        [("env", &p.env), ("php_value", &p.php_values), ("php_admin_value", &p.php_admin_values)]
    {
        list.iter().for_each(|(k, v)| line(&format!("{name}[{k}]"), v));
    }
    notice(" ");
}
