//! PHP's own option syntax (`main/getopt.c`): `-abc`, `-d value`, `-dvalue`, `-d=value`, `--name value`, `--name=value`.

/// An option.
#[derive(Clone, Copy, Debug)]
pub struct Opt {
    /// What the option is known by; its letter, where it has one.
    pub id: u8,
    /// It takes a value.
    pub value: bool,
    /// Its long name.
    pub name: &'static str,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An option, and its value.
    Opt(u8, Vec<u8>),
    /// None: the message to print.
    Bad(String),
}

/// Reads options up to the first argument that is none.
pub struct GetOpt<'a> {
    args: &'a [Vec<u8>],
    opts: &'a [Opt],
    /// Index of the next argument, the program's name being 0.
    pub index: usize,
    /// Position within a run of letters; 0 outside.
    at: usize,
}

impl<'a> GetOpt<'a> {
    /// Reads `args`, the first of which is the program's name.
    pub fn new(args: &'a [Vec<u8>], opts: &'a [Opt]) -> GetOpt<'a> {
        GetOpt { args, opts, index: 1, at: 0 }
    }

    fn bad(index: usize, at: usize, what: &str) -> Found {
        Found::Bad(format!("Error in argument {index}, char {}: {what}", at + 1))
    }

    /// The value of an option whose text so far ends at `end` of its argument.
    fn value(&mut self, end: usize) -> Option<Vec<u8>> {
        let rest = &self.args[self.index][end..];
        self.index += 1;
        match rest.first() {
            Some(b'=') => Some(rest[1..].to_vec()),
            Some(_) => Some(rest.to_vec()),
            None => {
                let v = self.args.get(self.index)?.clone();
                self.index += 1;
                Some(v)
            }
        }
    }

    fn long(&mut self) -> Option<Found> {
        let text = &self.args[self.index][2..];
        if text.is_empty() {
            self.index += 1;
            return None;
        }
        // An `=` as the last byte belongs to the name, as PHP reads it.
        let split = text[..text.len() - 1].iter().position(|&c| c == b'=');
        let name = &text[..split.unwrap_or(text.len())];
        let Some(o) = self.opts.iter().find(|o| o.name.as_bytes() == name) else {
            let at = self.at;
            self.index += 1;
            self.at = 0;
            return Some(Self::bad(self.index - 1, at, "no argument for option -"));
        };
        self.at = 0;
        if !o.value {
            self.index += 1;
            return Some(Found::Opt(o.id, Vec::new()));
        }
        let end = 2 + name.len();
        Some(match self.value(end) {
            Some(v) => Found::Opt(o.id, v),
            None => Self::bad(self.index - 1, 0, "no argument for option -"),
        })
    }

    fn short(&mut self) -> Found {
        let arg = &self.args[self.index];
        let at = self.at.max(1);
        let c = arg[at];
        let last = at + 1 >= arg.len();
        let index = self.index;
        let found = self.opts.iter().find(|o| o.id == c);
        if let Some(o) = found.filter(|o| o.value) {
            self.at = 0;
            return match self.value(at + 1) {
                Some(v) => Found::Opt(o.id, v),
                None => Self::bad(self.index - 1, at, &format!("no argument for option {}", c as char)),
            };
        }
        if last || c == b':' {
            self.index += 1;
            self.at = 0;
        } else {
            self.at = at + 1;
        }
        match found {
            _ if c == b':' => Self::bad(index, at, ": in flags"),
            Some(o) => Found::Opt(o.id, Vec::new()),
            None => Self::bad(index, at, &format!("option not found {}", c as char)),
        }
    }
}

impl Iterator for GetOpt<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let arg = self.args.get(self.index)?;
        if self.at == 0 {
            if arg.len() < 2 || arg[0] != b'-' {
                return None;
            }
            if arg[1] == b'-' {
                return self.long();
            }
        }
        Some(self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTS: &[Opt] = &[
        Opt { id: b'n', value: false, name: "no-php-ini" },
        Opt { id: b'd', value: true, name: "define" },
        Opt { id: 10, value: true, name: "rf" },
    ];

    fn read(line: &str) -> (String, usize) {
        let args: Vec<Vec<u8>> = line.split(' ').map(|a| a.as_bytes().to_vec()).collect();
        let mut g = GetOpt::new(&args, OPTS);
        let mut out = Vec::new();
        for f in &mut g {
            out.push(match f {
                Found::Opt(id, v) => format!("{id}{}", String::from_utf8_lossy(&v)),
                Found::Bad(m) => m,
            });
        }
        (out.join(","), g.index)
    }

    #[test]
    fn options() {
        assert_eq!(
            read("php -nd a=b -dx=1 -d=y --define=z --define w f -n"),
            ("110,100a=b,100x=1,100y,100z,100w".into(), 8)
        );
        assert_eq!(read("php -n -- -d"), ("110".into(), 3));
        assert_eq!(read("php -nZ"), ("110,Error in argument 1, char 3: option not found Z".into(), 2));
        assert_eq!(read("php --nope"), ("Error in argument 1, char 1: no argument for option -".into(), 2));
        assert_eq!(read("php -d"), ("Error in argument 1, char 2: no argument for option d".into(), 2));
        assert_eq!(read("php --rf=strlen -"), ("10strlen".into(), 2));
    }
}
