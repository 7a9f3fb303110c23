//! The command line: what `php_cli.c` takes, in its order of precedence and with its texts.

use crate::declarations::Form;
use howdah_host::getopt::{Found, GetOpt, Opt};

/// Options without a letter.
pub mod id {
    pub const RF: u8 = 10;
    pub const RC: u8 = 11;
    pub const RE: u8 = 12;
    pub const RZ: u8 = 13;
    pub const RI: u8 = 14;
    pub const INI: u8 = 15;
    pub const REPEAT: u8 = 16;
    pub const STUBS: u8 = 17;
    pub const REFERENCE: u8 = 18;
}

const fn flag(id: u8, name: &'static str) -> Opt {
    Opt { id, value: false, name }
}

const fn with(id: u8, name: &'static str) -> Opt {
    Opt { id, value: true, name }
}

/// All options.
pub const OPTIONS: &[Opt] = &[
    flag(b'a', "interactive"),
    with(b'B', "process-begin"),
    flag(b'C', "no-chdir"),
    with(b'c', "php-ini"),
    with(b'd', "define"),
    with(b'E', "process-end"),
    flag(b'e', "profile-info"),
    with(b'F', "process-file"),
    with(b'f', "file"),
    flag(b'h', "help"),
    flag(b'i', "info"),
    flag(b'l', "syntax-check"),
    flag(b'm', "modules"),
    flag(b'n', "no-php-ini"),
    flag(b'q', "no-header"),
    with(b'R', "process-code"),
    flag(b'H', "hide-args"),
    with(b'r', "run"),
    flag(b's', "syntax-highlight"),
    flag(b's', "syntax-highlighting"),
    with(b'S', "server"),
    with(b't', "docroot"),
    flag(b'w', "strip"),
    flag(b'?', "usage"),
    flag(b'v', "version"),
    with(b'z', "zend-extension"),
    with(id::RF, "rf"),
    with(id::RF, "rfunction"),
    with(id::RC, "rc"),
    with(id::RC, "rclass"),
    with(id::RE, "re"),
    with(id::RE, "rextension"),
    with(id::RZ, "rz"),
    with(id::RZ, "rzendextension"),
    with(id::RI, "ri"),
    with(id::RI, "rextinfo"),
    flag(id::INI, "ini"),
    with(id::REPEAT, "repeat"),
    flag(id::STUBS, "stubs"),
    flag(id::REFERENCE, "reference"),
];

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Run a file or standard input.
    Standard,
    /// `-s`
    Highlight,
    /// `-l`
    Lint,
    /// `-w`
    Strip,
    /// `-r`
    Direct,
    /// `-B`, `-R`, `-F`, `-E`
    Stdin,
    /// `--rf` and its kin: the option's id.
    Reflection(u8),
    /// `--ri`
    ExtensionInfo,
    /// `--ini`
    IniFiles,
    /// `--stubs`, `--reference`; the first argument names the folder.
    Declarations(Form),
    /// `-i`
    Info,
    /// `-v`
    Version,
    /// `-m`
    Modules,
    /// `-S`
    Server,
}

/// The command line, read.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// What to do.
    pub mode: Mode,
    /// `-a`
    pub interactive: bool,
    /// `-c`
    pub ini_path: Option<Vec<u8>>,
    /// `-n`
    pub no_ini: bool,
    /// `-d`, in order.
    pub defines: Vec<Vec<u8>>,
    /// `-f`, `-F`, or the first argument.
    pub file: Option<Vec<u8>>,
    /// `-r`
    pub direct: Option<Vec<u8>>,
    /// `-B`
    pub begin: Option<Vec<u8>>,
    /// `-R`
    pub run: Option<Vec<u8>>,
    /// `-E`
    pub end: Option<Vec<u8>>,
    /// What a reflection option asks about.
    pub subject: Vec<u8>,
    /// `-S`
    pub address: Vec<u8>,
    /// `-t`
    pub docroot: Option<Vec<u8>>,
    /// `-z`
    pub zend_extensions: Vec<Vec<u8>>,
    /// `-H`
    pub hide: bool,
    /// `--repeat`: how often all is done.
    pub repeat: u32,
    /// Arguments behind the options (and the file).
    pub rest: Vec<Vec<u8>>,
}

/// The command line asks for something that ends the program: text, to standard error or output, and exit status.
#[derive(Debug)]
pub enum Stop {
    /// `-h`, or the usage after a wrong option.
    Usage {
        /// What was wrong.
        error: Option<String>,
    },
    /// Options that exclude each other.
    Conflict(&'static str),
}

const CONFLICT: &str = "Either execute direct code, process stdin or use a file.\n";

/// Reads the command line.
pub fn read(args: &[Vec<u8>]) -> Result<CommandLine, Stop> {
    let mut c = CommandLine {
        mode: Mode::Standard,
        interactive: false,
        ini_path: None,
        no_ini: false,
        defines: Vec::new(),
        file: None,
        direct: None,
        begin: None,
        run: None,
        end: None,
        subject: Vec::new(),
        address: Vec::new(),
        docroot: None,
        zend_extensions: Vec::new(),
        hide: false,
        repeat: 1,
        rest: Vec::new(),
    };
    let early = startup_options(args, &mut c)?;
    let mut opts = GetOpt::new(args, OPTIONS);
    let mut conflict = None;
    for found in &mut opts {
        // Wrong options were told of before.
        if let Found::Opt(id, value) = found
            && let Err(text) = c.take(id, value)
        {
            conflict = Some(text);
        }
    }
    if let Some(mode) = early {
        c.mode = mode;
        return Ok(c);
    }
    if let Some(text) = conflict {
        return Err(Stop::Conflict(text));
    }
    let mut index = opts.index;
    let after_dashes = index > 1 && args.get(index - 1).is_some_and(|a| a == b"--");
    let takes_file = !matches!(c.mode, Mode::Direct | Mode::Stdin | Mode::Server | Mode::Declarations(_));
    if c.file.is_none() && takes_file && !after_dashes && index < args.len() {
        c.file = Some(args[index].clone());
        index += 1;
    }
    c.rest = args.get(index..).unwrap_or_default().to_vec();
    Ok(c)
}

/// The first look: configuration, `-h`, wrong options; and what ends it early.
fn startup_options(args: &[Vec<u8>], c: &mut CommandLine) -> Result<Option<Mode>, Stop> {
    for found in GetOpt::new(args, OPTIONS) {
        match found {
            Found::Bad(error) => return Err(Stop::Usage { error: Some(error) }),
            Found::Opt(b'c', v) => c.ini_path = Some(v),
            Found::Opt(b'n', _) => c.no_ini = true,
            Found::Opt(b'd', v) => c.defines.push(v),
            Found::Opt(b'h' | b'?', _) => return Err(Stop::Usage { error: None }),
            Found::Opt(b'i', _) => return Ok(Some(Mode::Info)),
            Found::Opt(b'v', _) => return Ok(Some(Mode::Version)),
            Found::Opt(b'm', _) => return Ok(Some(Mode::Modules)),
            Found::Opt(..) => {}
        }
    }
    Ok(None)
}

impl CommandLine {
    fn process_stdin(&mut self, given: bool, twice: &'static str) -> Result<(), &'static str> {
        if self.mode == Mode::Stdin {
            if given {
                return Err(twice);
            }
        } else if self.mode != Mode::Standard || self.interactive {
            return Err(CONFLICT);
        }
        self.mode = Mode::Stdin;
        Ok(())
    }

    fn take(&mut self, id: u8, value: Vec<u8>) -> Result<(), &'static str> {
        const TWICE: &str = "You can use -R or -F only once.\n";
        match id {
            b'a' => {
                if self.mode != Mode::Standard {
                    return Err(CONFLICT);
                }
                self.interactive = true;
            }
            b'F' => {
                self.process_stdin(self.run.is_some() || self.file.is_some(), TWICE)?;
                self.file = Some(value);
            }
            b'f' => {
                if matches!(self.mode, Mode::Direct | Mode::Stdin) {
                    return Err(CONFLICT);
                }
                if self.file.is_some() {
                    return Err("You can use -f only once.\n");
                }
                self.file = Some(value);
            }
            b'l' if self.mode == Mode::Standard => self.mode = Mode::Lint,
            b'r' => {
                if self.mode == Mode::Direct {
                    return Err("You can use -r only once.\n");
                }
                if self.mode != Mode::Standard || self.interactive {
                    return Err(CONFLICT);
                }
                self.mode = Mode::Direct;
                self.direct = Some(value);
            }
            b'R' => {
                self.process_stdin(self.run.is_some() || self.file.is_some(), TWICE)?;
                self.run = Some(value);
            }
            b'B' => {
                self.process_stdin(self.begin.is_some(), "You can use -B only once.\n")?;
                self.begin = Some(value);
            }
            b'E' => {
                self.process_stdin(self.end.is_some(), "You can use -E only once.\n")?;
                self.end = Some(value);
            }
            b's' | b'w' => {
                if matches!(self.mode, Mode::Direct | Mode::Stdin) {
                    return Err(if id == b's' {
                        "Source highlighting only works for files.\n"
                    } else {
                        "Source stripping only works for files.\n"
                    });
                }
                self.mode = if id == b's' { Mode::Highlight } else { Mode::Strip };
            }
            b'S' => {
                self.mode = Mode::Server;
                self.address = value;
            }
            b't' => self.docroot = Some(value),
            b'z' => self.zend_extensions.push(value),
            b'H' => self.hide = true,
            id::REPEAT => {
                self.repeat = String::from_utf8_lossy(&value).trim().parse().unwrap_or(1);
            }
            id::RF | id::RC | id::RE | id::RZ => {
                self.mode = Mode::Reflection(id);
                self.subject = value;
            }
            id::RI => {
                self.mode = Mode::ExtensionInfo;
                self.subject = value;
            }
            id::INI => self.mode = Mode::IniFiles,
            id::STUBS => self.mode = Mode::Declarations(Form::Stubs),
            id::REFERENCE => self.mode = Mode::Declarations(Form::Reference),
            _ => {}
        }
        Ok(())
    }
}

/// The text of `-h`.
pub fn usage(program: &[u8]) -> String {
    let name = match program.iter().rposition(|&c| c == b'/') {
        Some(i) => String::from_utf8_lossy(&program[i + 1..]).into_owned(),
        None => "php".to_owned(),
    };
    let forms = [
        "[options] [-f] <file> [--] [args...]",
        "[options] -r <code> [--] [args...]",
        "[options] [-B <begin_code>] -R <code> [-E <end_code>] [--] [args...]",
        "[options] [-B <begin_code>] -F <file> [-E <end_code>] [--] [args...]",
        "[options] -S <addr>:<port> [-t docroot] [router]",
        "[options] -- [args...]",
        "[options] -a",
    ];
    let mut out = String::new();
    for (i, form) in forms.iter().enumerate() {
        out.push_str(if i == 0 { "Usage: " } else { "   " });
        out.push_str(&format!("{name} {form}\n"));
    }
    for (opt, text) in OPTION_TEXTS {
        if opt.is_empty() {
            out.push_str(&format!("{text}\n"));
        } else {
            out.push_str(&format!("  {opt:<16} {text}\n"));
        }
    }
    out
}

const OPTION_TEXTS: &[(&str, &str)] = &[
    ("", ""),
    ("-a", "Run as interactive shell (requires readline extension)"),
    ("-c <path>|<file>", "Look for php.ini file in this directory"),
    ("-n", "No configuration (ini) files will be used"),
    ("-d foo[=bar]", "Define INI entry foo with value 'bar'"),
    ("-e", "Generate extended information for debugger/profiler"),
    ("-f <file>", "Parse and execute <file>."),
    ("-h", "This help"),
    ("-i", "PHP information"),
    ("-l", "Syntax check only (lint)"),
    ("-m", "Show compiled in modules"),
    ("-r <code>", "Run PHP <code> without using script tags <?..?>"),
    ("-B <begin_code>", "Run PHP <begin_code> before processing input lines"),
    ("-R <code>", "Run PHP <code> for every input line"),
    ("-F <file>", "Parse and execute <file> for every input line"),
    ("-E <end_code>", "Run PHP <end_code> after processing all input lines"),
    ("-H", "Hide any passed arguments from external tools."),
    ("-S <addr>:<port>", "Run with built-in web server."),
    ("-t <docroot>", "Specify document root <docroot> for built-in web server."),
    ("-s", "Output HTML syntax highlighted source."),
    ("-v", "Version number"),
    ("-w", "Output source with stripped comments and whitespace."),
    ("-z <file>", "Load Zend extension <file>."),
    ("", ""),
    ("args...", "Arguments passed to script. Use -- args when first argument"),
    ("", "                   starts with - or script is read from stdin"),
    ("", ""),
    ("--ini", "Show configuration file names"),
    ("", ""),
    ("--rf <name>", "Show information about function <name>."),
    ("--rc <name>", "Show information about class <name>."),
    ("--re <name>", "Show information about extension <name>."),
    ("--rz <name>", "Show information about Zend extension <name>."),
    ("--ri <name>", "Show configuration for extension <name>."),
    ("", ""),
    ("--stubs [dir]", "Write what extensions declare as PHP files, for editors."),
    ("--reference [dir]", "Write what extensions declare as Markdown pages."),
    ("", ""),
];
