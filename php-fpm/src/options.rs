//! The command line of php-fpm.

use howdah_host::getopt::{Found, GetOpt, Opt};
use std::sync::atomic::{AtomicBool, Ordering};

static AS_ROOT: AtomicBool = AtomicBool::new(false);

/// `-R` was given.
pub fn run_as_root() -> bool {
    AS_ROOT.load(Ordering::Relaxed)
}

const fn flag(id: u8, name: &'static str) -> Opt {
    Opt { id, value: false, name }
}

const fn with(id: u8, name: &'static str) -> Opt {
    Opt { id, value: true, name }
}

const OPTIONS: &[Opt] = &[
    with(b'c', "php-ini"),
    with(b'd', "define"),
    flag(b'e', "profile-info"),
    flag(b'h', "help"),
    flag(b'i', "info"),
    flag(b'm', "modules"),
    flag(b'n', "no-php-ini"),
    flag(b'?', "usage"),
    flag(b'v', "version"),
    flag(b't', "test"),
    with(b'p', "prefix"),
    with(b'g', "pid"),
    flag(b'R', "allow-to-run-as-root"),
    flag(b'D', "daemonize"),
    flag(b'F', "nodaemonize"),
    flag(b'O', "force-stderr"),
    with(b'y', "fpm-config"),
];

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Serve.
    Serve,
    /// `-t`: how often it was given.
    Test(u32),
    /// `-v`
    Version,
    /// `-m`
    Modules,
    /// `-i`
    Info,
    /// `-h`
    Help,
    /// Wrong options.
    Wrong,
}

/// The command line, read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to do.
    pub mode: Mode,
    /// `-c`
    pub ini_path: Option<Vec<u8>>,
    /// `-n`
    pub no_ini: bool,
    /// `-d`
    pub defines: Vec<Vec<u8>>,
    /// `-y`
    pub config: Option<String>,
    /// `-p`
    pub prefix: Option<String>,
    /// `-g`
    pub pid: Option<String>,
    /// `-D` (true), `-F` (false).
    pub daemonize: Option<bool>,
    /// `-O`
    pub force_stderr: bool,
}

/// Reads the command line.
pub fn read(args: &[Vec<u8>]) -> Options {
    let mut o = Options {
        mode: Mode::Serve,
        ini_path: None,
        no_ini: false,
        defines: Vec::new(),
        config: None,
        prefix: None,
        pid: None,
        daemonize: None,
        force_stderr: false,
    };
    let text = |v: Vec<u8>| Some(String::from_utf8_lossy(&v).into_owned());
    let mut info = false;
    let mut opts = GetOpt::new(args, OPTIONS);
    for found in &mut opts {
        match found {
            Found::Bad(why) => {
                eprintln!("{why}");
                o.mode = Mode::Wrong;
                return o;
            }
            Found::Opt(id, v) => match id {
                b'c' => o.ini_path = Some(v),
                b'n' => o.no_ini = true,
                b'd' => o.defines.push(v),
                b'y' => o.config = text(v),
                b'p' => o.prefix = text(v),
                b'g' => o.pid = text(v),
                b't' => {
                    o.mode = match o.mode {
                        Mode::Test(n) => Mode::Test(n + 1),
                        _ => Mode::Test(1),
                    }
                }
                b'm' => return Options { mode: Mode::Modules, ..o },
                b'v' => return Options { mode: Mode::Version, ..o },
                b'h' | b'?' => return Options { mode: Mode::Help, ..o },
                b'i' => info = true,
                b'R' => AS_ROOT.store(true, Ordering::Relaxed),
                b'D' => o.daemonize = Some(true),
                b'F' => o.daemonize = Some(false),
                b'O' => o.force_stderr = true,
                _ => {}
            },
        }
    }
    if info {
        o.mode = Mode::Info;
    } else if opts.index != args.len() {
        o.mode = Mode::Wrong;
    }
    o
}

/// The text of `-h`.
pub fn usage(program: &[u8]) -> String {
    let name = program.rsplit(|&c| c == b'/').next().unwrap_or(b"php-fpm");
    let name = String::from_utf8_lossy(name);
    format!(
        "Usage: {name} [-n] [-e] [-h] [-i] [-m] [-v] [-t] [-p <prefix>] [-g <pid>] [-c <file>] [-d foo[=bar]] \
         [-y <file>] [-D] [-F [-O]]\n\
         \x20 -c <path>|<file> Look for php.ini file in this directory\n\
         \x20 -n               No php.ini file will be used\n\
         \x20 -d foo[=bar]     Define INI entry foo with value 'bar'\n\
         \x20 -e               Generate extended information for debugger/profiler\n\
         \x20 -h               This help\n\
         \x20 -i               PHP information\n\
         \x20 -m               Show compiled in modules\n\
         \x20 -v               Version number\n\
         \x20 -p, --prefix <dir>\n\
         \x20                  Specify alternative prefix path to FastCGI process manager.\n\
         \x20 -g, --pid <file>\n\
         \x20                  Specify the PID file location.\n\
         \x20 -y, --fpm-config <file>\n\
         \x20                  Specify alternative path to FastCGI process manager config file.\n\
         \x20 -t, --test       Test FPM configuration and exit\n\
         \x20                  If called twice (-tt), the configuration is dumped before exiting.\n\
         \x20 -D, --daemonize  force to run in background, and ignore daemonize option from config file\n\
         \x20 -F, --nodaemonize\n\
         \x20                  force to stay in foreground, and ignore daemonize option from config file\n\
         \x20 -O, --force-stderr\n\
         \x20                  force output to stderr in nodaemonize even if stderr is not a TTY\n\
         \x20 -R, --allow-to-run-as-root\n\
         \x20                  Allow pool to run as root (disabled by default)\n"
    )
}
