//! php-fpm.conf: the global section and the pools.

mod check;
mod dump;
mod read;

pub use check::{check, test};
pub use dump::dump;
pub use read::read;

use crate::zlog::Level;

/// `pm`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessManager {
    /// As many workers as `pm.max_children`.
    Static,
    /// Between the spare limits.
    Dynamic,
    /// One for each request that finds none idle.
    OnDemand,
}

/// The `[global]` section.
#[derive(Clone, Debug)]
pub struct Global {
    /// `pid`
    pub pid: Option<String>,
    /// `error_log`
    pub error_log: String,
    /// `log_level`
    pub log_level: Level,
    /// `daemonize`
    pub daemonize: bool,
    /// `process_control_timeout`, in seconds.
    pub process_control_timeout: i64,
    /// `process.max`
    pub process_max: i64,
    /// `rlimit_files`
    pub rlimit_files: i64,
    /// `events.mechanism` and other settings that change nothing here, as written.
    pub others: Vec<(String, String)>,
}

impl Default for Global {
    fn default() -> Global {
        Global {
            pid: None,
            error_log: option_env!("HOWDAH_FPM_ERROR_LOG").unwrap_or("/var/log/php-fpm.log").into(),
            log_level: Level::Notice,
            daemonize: true,
            process_control_timeout: 0,
            process_max: 0,
            rlimit_files: 0,
            others: Vec::new(),
        }
    }
}

/// A pool.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// `prefix`
    pub prefix: Option<String>,
    /// `user`
    pub user: Option<String>,
    /// `group`
    pub group: Option<String>,
    /// `listen`
    pub listen: String,
    /// `listen.backlog`
    pub backlog: i64,
    /// `listen.owner`
    pub listen_owner: Option<String>,
    /// `listen.group`
    pub listen_group: Option<String>,
    /// `listen.mode`
    pub listen_mode: Option<String>,
    /// `listen.allowed_clients`
    pub allowed_clients: Option<String>,
    /// `pm`
    pub pm: Option<ProcessManager>,
    /// `pm.max_children`
    pub max_children: i64,
    /// `pm.start_servers`
    pub start_servers: i64,
    /// `pm.min_spare_servers`
    pub min_spare: i64,
    /// `pm.max_spare_servers`
    pub max_spare: i64,
    /// `pm.max_spawn_rate`
    pub max_spawn_rate: i64,
    /// `pm.process_idle_timeout`, in seconds.
    pub idle_timeout: i64,
    /// `pm.max_requests`
    pub max_requests: i64,
    /// `pm.status_path`
    pub status_path: Option<String>,
    /// `ping.path`
    pub ping_path: Option<String>,
    /// `ping.response`
    pub ping_response: Option<String>,
    /// `access.log`
    pub access_log: Option<String>,
    /// `access.format`
    pub access_format: Option<String>,
    /// `access.suppress_path`
    pub suppress_paths: Vec<String>,
    /// `request_terminate_timeout`, in seconds.
    pub terminate_timeout: i64,
    /// `request_terminate_timeout_track_finished`
    pub track_finished: bool,
    /// `slowlog`
    pub slowlog: Option<String>,
    /// `request_slowlog_timeout`, in seconds.
    pub slowlog_timeout: i64,
    /// `request_slowlog_trace_depth`
    pub slowlog_depth: i64,
    /// `chdir`
    pub chdir: Option<String>,
    /// `chroot`
    pub chroot: Option<String>,
    /// `clear_env`
    pub clear_env: bool,
    /// `catch_workers_output`
    pub catch_output: bool,
    /// `decorate_workers_output`
    pub decorate_output: bool,
    /// `security.limit_extensions`
    pub limit_extensions: String,
    /// `env[…]`
    pub env: Vec<(String, String)>,
    /// `php_value[…]`, `php_flag[…]`
    pub php_values: Vec<(String, String)>,
    /// `php_admin_value[…]`, `php_admin_flag[…]`
    pub php_admin_values: Vec<(String, String)>,
    /// Settings that change nothing here, as written.
    pub others: Vec<(String, String)>,
}

impl Pool {
    /// A pool with nothing set.
    pub fn new(name: &str) -> Pool {
        Pool {
            name: name.into(),
            prefix: None,
            user: None,
            group: None,
            listen: String::new(),
            backlog: 511,
            listen_owner: None,
            listen_group: None,
            listen_mode: None,
            allowed_clients: None,
            pm: None,
            max_children: 0,
            start_servers: 0,
            min_spare: 0,
            max_spare: 0,
            max_spawn_rate: 32,
            idle_timeout: 10,
            max_requests: 0,
            status_path: None,
            ping_path: None,
            ping_response: None,
            access_log: None,
            access_format: None,
            suppress_paths: Vec::new(),
            terminate_timeout: 0,
            track_finished: false,
            slowlog: None,
            slowlog_timeout: 0,
            slowlog_depth: 0,
            chdir: None,
            chroot: None,
            clear_env: true,
            catch_output: false,
            decorate_output: true,
            limit_extensions: ".php .phar".into(),
            env: Vec::new(),
            php_values: Vec::new(),
            php_admin_values: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// The whole configuration.
#[derive(Clone, Debug, Default)]
pub struct Conf {
    /// The global section.
    pub global: Global,
    /// The pools, in order.
    pub pools: Vec<Pool>,
}
