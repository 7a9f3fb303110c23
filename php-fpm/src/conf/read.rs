//! Reads php-fpm.conf: PHP's ini language, a line at a time, with includes.

use super::{Conf, Pool, ProcessManager};
use crate::Logged;
use crate::zlog::{self, Level};
use howdah_host::ini::{Event, IniValue, Lookup, ScanMode, config::environment, parse};

/// Includes within includes.
const MAX_DEPTH: u32 = 5;

struct Names;

impl Lookup for Names {
    fn constant(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        environment(name)
    }
}

struct Reader {
    conf: Conf,
    /// The pool whose section is being read.
    pool: Option<usize>,
    prefix: String,
    include: Option<String>,
}

fn text(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

fn integer(v: &str) -> Result<i64, String> {
    let digits = v.strip_prefix('-').unwrap_or(v);
    if !digits.bytes().all(|c| c.is_ascii_digit()) {
        return Err("is not a valid number (greater or equal than zero)".into());
    }
    Ok(v.parse().unwrap_or(0))
}

/// Seconds, with an optional `s`, `m`, `h` or `d`.
fn time(v: &str) -> Result<i64, String> {
    let (digits, factor) = match v.as_bytes().last() {
        Some(b'm') => (&v[..v.len() - 1], 60),
        Some(b'h') => (&v[..v.len() - 1], 3600),
        Some(b'd') => (&v[..v.len() - 1], 86400),
        Some(b's') => (&v[..v.len() - 1], 1),
        Some(c) if c.is_ascii_digit() => (v, 1),
        _ => return Err(format!("unknown suffix used in time value '{v}'")),
    };
    digits
        .parse::<i64>()
        .map(|n| n * factor)
        .map_err(|_| "is not a valid number (greater or equal than zero)".into())
}

fn boolean(v: &str) -> Result<bool, String> {
    match v {
        "1" => Ok(true),
        "" | "0" => Ok(false),
        _ => Err("invalid boolean value".into()),
    }
}

fn manager(v: &str) -> Result<ProcessManager, String> {
    match v.to_ascii_lowercase().as_str() {
        "static" => Ok(ProcessManager::Static),
        "dynamic" => Ok(ProcessManager::Dynamic),
        "ondemand" => Ok(ProcessManager::OnDemand),
        _ => Err("invalid process manager (static, dynamic or ondemand)".into()),
    }
}

/// Settings of PHP-FPM that this engine takes without doing anything about them.
const IDLE_GLOBAL: &[&str] = &[
    "syslog.ident",
    "syslog.facility",
    "log_buffering",
    "log_limit",
    "emergency_restart_threshold",
    "emergency_restart_interval",
    "process.priority",
    "rlimit_core",
    "events.mechanism",
    "systemd_interval",
];
const IDLE_POOL: &[&str] = &[
    "listen.acl_users",
    "listen.acl_groups",
    "listen.setfib",
    "process.priority",
    "process.dumpable",
    "pm.status_listen",
    "rlimit_files",
    "rlimit_core",
    "apparmor_hat",
];

impl Reader {
    fn global(&mut self, name: &str, v: &str) -> Result<(), String> {
        let g = &mut self.conf.global;
        match name {
            "pid" => g.pid = Some(v.into()),
            "error_log" => g.error_log = v.into(),
            "log_level" => g.log_level = Level::of(v.as_bytes()).ok_or("invalid value for 'log_level'")?,
            "daemonize" => g.daemonize = boolean(v)?,
            "process_control_timeout" => g.process_control_timeout = time(v)?,
            "process.max" => g.process_max = integer(v)?,
            "rlimit_files" => g.rlimit_files = integer(v)?,
            "log_limit" if integer(v)? < 512 => return Err("log_limit must be greater than 512".into()),
            n if IDLE_GLOBAL.contains(&n) => g.others.push((n.into(), v.into())),
            _ => return Err(String::new()),
        }
        Ok(())
    }

    fn pool(p: &mut Pool, name: &str, v: &str) -> Result<(), String> {
        let some = || Some(v.to_owned());
        match name {
            "prefix" => p.prefix = some(),
            "user" => p.user = some(),
            "group" => p.group = some(),
            "listen" => p.listen = v.into(),
            "listen.backlog" => p.backlog = integer(v)?,
            "listen.owner" => p.listen_owner = some(),
            "listen.group" => p.listen_group = some(),
            "listen.mode" => p.listen_mode = some(),
            "listen.allowed_clients" => p.allowed_clients = some(),
            "pm" => p.pm = Some(manager(v)?),
            "pm.max_children" => p.max_children = integer(v)?,
            "pm.start_servers" => p.start_servers = integer(v)?,
            "pm.min_spare_servers" => p.min_spare = integer(v)?,
            "pm.max_spare_servers" => p.max_spare = integer(v)?,
            "pm.max_spawn_rate" => p.max_spawn_rate = integer(v)?,
            "pm.process_idle_timeout" => p.idle_timeout = time(v)?,
            "pm.max_requests" => p.max_requests = integer(v)?,
            "pm.status_path" => p.status_path = some(),
            "ping.path" => p.ping_path = some(),
            "ping.response" => p.ping_response = some(),
            "access.log" => p.access_log = some(),
            "access.format" => p.access_format = some(),
            "request_terminate_timeout" => p.terminate_timeout = time(v)?,
            "request_terminate_timeout_track_finished" => p.track_finished = boolean(v)?,
            "slowlog" => p.slowlog = some(),
            "request_slowlog_timeout" => p.slowlog_timeout = time(v)?,
            "request_slowlog_trace_depth" => p.slowlog_depth = integer(v)?,
            "chroot" => p.chroot = some(),
            "chdir" => p.chdir = some(),
            "clear_env" => p.clear_env = boolean(v)?,
            "catch_workers_output" => p.catch_output = boolean(v)?,
            "decorate_workers_output" => p.decorate_output = boolean(v)?,
            "security.limit_extensions" => p.limit_extensions = v.into(),
            n if IDLE_POOL.contains(&n) => p.others.push((n.into(), v.into())),
            _ => return Err(String::new()),
        }
        Ok(())
    }

    /// One setting; `Err` holds the message.
    fn entry(&mut self, name: &str, value: Option<Vec<u8>>) -> Result<(), String> {
        let Some(value) = value else {
            return Err("empty value".into());
        };
        let mut v = text(&value);
        if name == "include" {
            if self.include.is_some() {
                return Err("two includes at the same time !".into());
            }
            self.include = Some(v);
            return Ok(());
        }
        let lower = name.to_ascii_lowercase();
        let set = match self.pool {
            Some(i) => {
                let p = &mut self.conf.pools[i];
                v = v.replace("$pool", &p.name);
                Reader::pool(p, &lower, &v)
            }
            None => self.global(&lower, &v),
        };
        set.map_err(|why| match why.as_str() {
            "" => format!("unknown entry '{name}'"),
            why => format!("unable to parse value for entry '{lower}': {why}"),
        })
    }

    fn element(&mut self, name: &str, key: &str, value: &str) -> Result<(), String> {
        if name == "access.suppress_path" {
            if !key.is_empty() {
                return Err("Keys provided to field 'access.suppress_path' are ignored".into());
            }
            if !value.starts_with('/') {
                return Err("Values provided to field 'access.suppress_path' must begin with '/'".into());
            }
        } else if key.is_empty() {
            return Err(format!("You must provide a key for field '{name}'"));
        }
        let Some(i) = self.pool else {
            return Err("Array are not allowed in the global section".into());
        };
        let p = &mut self.conf.pools[i];
        let pair = (key.to_owned(), value.replace("$pool", &p.name));
        let flag = || boolean(value).map(|b| (key.to_owned(), (b as u8).to_string()));
        match name {
            "env" if value.is_empty() => return Err("empty value".into()),
            "env" => p.env.push(pair),
            "php_value" => p.php_values.push(pair),
            "php_admin_value" => p.php_admin_values.push(pair),
            "php_flag" => p.php_values.push(flag().map_err(|e| wrong(name, key, &e))?),
            "php_admin_flag" => p.php_admin_values.push(flag().map_err(|e| wrong(name, key, &e))?),
            "access.suppress_path" => p.suppress_paths.push(value.to_owned()),
            _ => return Err(format!("unknown directive '{name}'")),
        }
        Ok(())
    }

    fn section(&mut self, name: &str) {
        if name.eq_ignore_ascii_case("global") {
            self.pool = None;
            return;
        }
        let found = self.conf.pools.iter().position(|p| p.name.eq_ignore_ascii_case(name));
        self.pool = Some(found.unwrap_or_else(|| {
            self.conf.pools.push(Pool::new(name));
            self.conf.pools.len() - 1
        }));
    }

    fn take(&mut self, e: Event) -> Result<(), String> {
        let plain = |v: IniValue| v.into_bytes();
        match e {
            Event::Section(n) => {
                self.section(&text(&n));
                Ok(())
            }
            Event::Entry(n, v) => self.entry(&text(&n), v.map(plain)),
            Event::Element(n, k, v) => self.element(&text(&n), &text(&k), &text(&plain(v))),
        }
    }

    fn file(&mut self, path: &str, depth: u32) -> Result<(), Logged> {
        let content = std::fs::read(path).map_err(|e| {
            zlog::error(&format!("failed to open configuration file '{path}': {}", crate::conf_reason(&e)));
            Logged
        })?;
        if depth > MAX_DEPTH {
            zlog::error("failed to include more than 5 files recursively");
            return Err(Logged);
        }
        for (i, line) in content.split(|&c| c == b'\n').enumerate() {
            let mut events = Vec::new();
            let line = [line, b"\n"].concat();
            let parsed = parse(&line, ScanMode::Normal, &Names, &mut |e| events.push(e));
            for e in events {
                self.take(e).map_err(|why| {
                    zlog::error(&format!("[{path}:{}] {why}", i + 1));
                    Logged
                })?;
            }
            if let Err(e) = parsed {
                eprintln!("PHP:  {} in Unknown on line {}", e.message, e.line);
                return Err(Logged);
            }
            if let Some(pattern) = self.include.take() {
                self.include_all(&pattern, depth)?;
            }
        }
        Ok(())
    }

    fn include_all(&mut self, pattern: &str, depth: u32) -> Result<(), Logged> {
        let full =
            if pattern.starts_with('/') { pattern.to_owned() } else { format!("{}/{pattern}", self.prefix) };
        let found: Vec<_> = glob::glob(&full)
            .map_err(|_| {
                zlog::error(&format!("Unable to include {full}"));
                Logged
            })?
            .flatten()
            .collect();
        if found.is_empty() {
            if full.contains(['*', '?', '[']) {
                zlog::warning(&format!(
                    "Nothing matches the include pattern '{full}' from the configuration."
                ));
                return Ok(());
            }
            zlog::error(&format!("Unable to globalize '{full}' (ret=3)"));
            return Err(Logged);
        }
        for f in found {
            self.file(&f.to_string_lossy(), depth + 1).inspect_err(|_| {
                zlog::error(&format!("Unable to include {} from the configuration", f.display()));
            })?;
        }
        Ok(())
    }
}

fn wrong(name: &str, key: &str, why: &str) -> String {
    format!("error while parsing '{name}[{key}]' : {why}")
}

/// Reads a configuration file. What is wrong with it is in the log.
pub fn read(path: &str, prefix: &str) -> Result<Conf, Logged> {
    let mut r = Reader { conf: Conf::default(), pool: None, prefix: prefix.into(), include: None };
    if r.file(path, 1).is_err() {
        zlog::error(&format!("failed to load configuration file '{path}'"));
        return Err(Logged);
    }
    Ok(r.conf)
}
