//! Variables in the URLs and forms of the HTML that a script prints (`output_add_rewrite_var()`, and session ids in URLs):
//! the output handler `URL-Rewriter`.
//!
//! It scans tags as PHP's `ext/standard/url_scanner_ex.re` does, with the same notion of what is enough input to decide:
//! what is cut off at the end of a buffer stays for the next one, and leaves as it is when output is flushed.

use super::{Handled, Handler, OutputHandler, flags, mode};
use crate::host::SapiHost;
use crate::state::setting;
use crate::streams::Held;
use howdah_runtime::string;
use howdah_vm::vm::Vm;
use plugin_api_abi::{STR, Status, StrHdr, Val};
use std::cell::RefCell;
use std::rc::Rc;

/// A name or value as it stands in URLs (RFC 3986).
fn in_url(b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(b.len());
    for c in b {
        if c.is_ascii_alphanumeric() || b"-._~".contains(c) {
            out.push(*c);
        } else {
            out.extend_from_slice(format!("%{c:02X}").as_bytes());
        }
    }
    out
}

/// A name or value as it stands in HTML: `htmlspecialchars()` without encoding what is encoded already.
fn in_html(vm: &mut Vm, b: &[u8]) -> Result<Vec<u8>, Status> {
    const QUOTES_AND_SUBSTITUTE: i64 = 3 | 8;
    let args = [string::new_val(b), Val::int(QUOTES_AND_SUBSTITUTE), Val::NULL, Val::FALSE].map(Held::owned);
    let f = Held::owned(string::new_val(b"htmlspecialchars"));
    let mut out = Val::NULL;
    let st = vm.call_callable(f.get(), &args.each_ref().map(Held::get), &mut out);
    let out = Held::owned(out);
    match (st, out.get()) {
        // SAFETY: a live string.
        (Status::Ok, v) if v.tag() == STR => Ok(unsafe { StrHdr::bytes(v.as_ptr()) }.to_vec()),
        (Status::Ok, _) => Ok(Vec::new()),
        (st, _) => Err(st),
    }
}

/// Puts a variable into the URLs that are printed from here on (`output_add_rewrite_var()`).
pub fn add_variable(vm: &mut Vm, origin: Origin, name: &[u8], value: &[u8]) -> Result<(), Status> {
    let url = [&in_url(name)[..], b"=", &in_url(value)].concat();
    let form = (in_html(vm, name)?, in_html(vm, value)?);
    let Some(h) = SapiHost::of(vm) else { return Ok(()) };
    let rewriter = h.state.rewriter(origin);
    let starts = rewriter.borrow_mut().add(Variable { name: name.to_vec(), url, form });
    if starts {
        let code = Box::new(UrlRewriter(rewriter));
        // Within a handler nothing is started, and nothing is said of it.
        drop(h.output().start(Handler::native(b"URL-Rewriter", code, 0, flags::STANDARD)));
    }
    Ok(())
}

/// Whose variables a rewriter puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The script's own (`url_rewriter.tags`, `url_rewriter.hosts`).
    Script,
    /// The session's (`session.trans_sid_tags`, `session.trans_sid_hosts`).
    Session,
}

impl Origin {
    fn tags(self) -> Vec<u8> {
        let name = match self {
            Origin::Script => "url_rewriter.tags",
            Origin::Session => "session.trans_sid_tags",
        };
        setting(name).unwrap_or_default()
    }

    fn hosts(self) -> Vec<Vec<u8>> {
        let name = match self {
            Origin::Script => "url_rewriter.hosts",
            Origin::Session => "session.trans_sid_hosts",
        };
        let all = setting(name).unwrap_or_default().to_ascii_lowercase();
        all.split(|c| *c == b',').filter(|h| !h.is_empty()).map(<[u8]>::to_vec).collect()
    }
}

/// A variable to put in.
struct Variable {
    /// Its name as it was given.
    name: Vec<u8>,
    /// `name=value`, encoded for URLs.
    url: Vec<u8>,
    /// Name and value, encoded for HTML.
    form: (Vec<u8>, Vec<u8>),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Plain,
    Tag,
    NextArgument,
    Argument,
    BeforeValue,
    Value,
}

/// The variables of one origin, and where the scan of the output is.
pub struct Rewriter {
    origin: Origin,
    started: bool,
    variables: Vec<Variable>,
    state: State,
    /// Input that was not enough to decide.
    rest: Vec<u8>,
    /// The attribute that the tag being scanned has its URL in.
    attribute: Vec<u8>,
    is_form: bool,
    argument: Vec<u8>,
    /// The last `action` of a form.
    action: Vec<u8>,
}

/// The handler.
struct UrlRewriter(Rc<RefCell<Rewriter>>);

impl OutputHandler for UrlRewriter {
    fn handle(&mut self, buffer: &[u8], how: u32) -> Handled {
        let out = self.0.borrow_mut().rewrite(buffer, how & (mode::FLUSH | mode::FINAL) != 0);
        Handled::Output(out)
    }
}

impl Rewriter {
    /// A rewriter without variables.
    pub fn new(origin: Origin) -> Rewriter {
        Rewriter {
            origin,
            started: false,
            variables: Vec::new(),
            state: State::Plain,
            rest: Vec::new(),
            attribute: Vec::new(),
            is_form: false,
            argument: Vec::new(),
            action: Vec::new(),
        }
    }

    /// Adds a variable. True: its handler is to be started.
    fn add(&mut self, v: Variable) -> bool {
        self.variables.push(v);
        !std::mem::replace(&mut self.started, true)
    }

    /// Removes all variables.
    pub fn clear(&mut self) {
        self.variables.clear();
    }

    /// Removes a variable; false when there are others but not this one.
    pub fn remove(&mut self, name: &[u8]) -> bool {
        let before = self.variables.len();
        let found = self.variables.iter().position(|v| v.name == name);
        if let Some(i) = found {
            self.variables.remove(i);
        }
        found.is_some() || before == 0
    }

    /// Begins a request.
    pub fn reset(&mut self) {
        *self = Rewriter::new(self.origin);
    }

    /// What output becomes.
    fn rewrite(&mut self, input: &[u8], flush: bool) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.rest);
        text.extend_from_slice(input);
        if self.variables.is_empty() {
            return text;
        }
        let mut out = Vec::with_capacity(text.len() + 64);
        let left = self.scan(&text, &mut out);
        if flush {
            out.extend_from_slice(&text[left..]);
            self.action.clear();
        } else {
            self.rest = text[left..].to_vec();
        }
        out
    }

    /// Scans `b` into `out` up to where more is needed.
    fn scan(&mut self, b: &[u8], out: &mut Vec<u8>) -> usize {
        let mut at = 0;
        let run =
            |from: usize, f: &dyn Fn(u8) -> bool| b[from..].iter().position(|c| !f(*c)).map(|n| from + n);
        let is_gap = |c: u8| matches!(c, b' ' | b'\x0b' | b'\r' | b'\t' | b'\n');
        loop {
            let needed = match self.state {
                State::Plain | State::Tag | State::Argument => 1,
                State::NextArgument | State::BeforeValue | State::Value => 2,
            };
            if b.len() - at < needed {
                return at;
            }
            let first = b[at];
            // Where the token ends that begins here.
            let mut end = at + 1;
            let mut next = self.state;
            let mut as_is = true;
            match self.state {
                State::Plain if first == b'<' => next = State::Tag,
                State::Plain => {
                    let Some(e) = run(at, &|c| c != b'<') else { return at };
                    end = e;
                }
                State::Tag => {
                    let Some(e) = run(at, &|c| c.is_ascii_alphabetic() || c == b':') else { return at };
                    next = State::Plain;
                    if e > at {
                        end = e;
                        if self.knows(&b[at..e]) {
                            next = State::NextArgument;
                        }
                    }
                }
                State::NextArgument => {
                    if first == b'>' || first == b'/' && b[at + 1] == b'>' {
                        end = at + 1 + (first == b'/') as usize;
                        out.extend_from_slice(&b[at..end]);
                        as_is = false;
                        self.after_tag(out);
                        next = State::Plain;
                    } else if is_gap(first) {
                        let Some(e) = run(at, &is_gap) else { return at };
                        end = e;
                    } else if first.is_ascii_alphabetic() {
                        end = at;
                        next = State::Argument;
                    } else {
                        next = State::Plain;
                    }
                }
                State::Argument => {
                    next = State::NextArgument;
                    if first.is_ascii_alphabetic() {
                        let Some(e) = run(at, &|c| c.is_ascii_alphabetic() || c == b'-') else { return at };
                        end = e;
                        self.argument = b[at..e].to_vec();
                        next = State::BeforeValue;
                    }
                }
                State::BeforeValue => {
                    let Some(eq) = run(at, &|c| c == b' ') else { return at };
                    if b[eq] == b'=' {
                        let Some(e) = run(eq + 1, &|c| c == b' ') else { return at };
                        end = e;
                        next = State::Value;
                    } else {
                        end = at;
                        next = State::NextArgument;
                    }
                }
                State::Value => {
                    next = State::NextArgument;
                    match first {
                        b'"' | b'\'' => {
                            let Some(e) = run(at + 1, &|c| c != first && c != b'>') else { return at };
                            if b[e] == first {
                                end = e + 1;
                                as_is = false;
                                out.push(first);
                                self.value(&b[at + 1..e], out);
                                out.push(first);
                            }
                        }
                        b' ' | b'\r' | b'\t' | b'\n' | b'>' => {}
                        _ => {
                            let ends =
                                |c: u8| matches!(c, b' ' | b'\r' | b'\t' | b'\n' | b'>' | b'\'' | b'"');
                            let Some(e) = run(at, &|c| !ends(c)) else { return at };
                            end = e;
                            as_is = false;
                            self.value(&b[at..e], out);
                        }
                    }
                }
            }
            if as_is {
                out.extend_from_slice(&b[at..end]);
            }
            at = end;
            self.state = next;
        }
    }

    /// Whether a tag is one to look into.
    fn knows(&mut self, tag: &[u8]) -> bool {
        let tag = tag.to_ascii_lowercase();
        let settings = self.origin.tags();
        let found = settings.split(|c| *c == b',').find_map(|s| {
            let eq = memchr::memchr(b'=', s)?;
            s[..eq].eq_ignore_ascii_case(&tag).then(|| s[eq + 1..].to_vec())
        });
        let Some(attribute) = found else { return false };
        self.attribute = attribute;
        self.is_form = tag == b"form";
        true
    }

    /// A value of an argument.
    fn value(&mut self, v: &[u8], out: &mut Vec<u8>) {
        // PHP compares as many bytes as the argument has.
        if self.is_form
            && b"action".get(..self.argument.len()).is_some_and(|a| a.eq_ignore_ascii_case(&self.argument))
        {
            self.action = v.to_vec();
        }
        if self.argument.eq_ignore_ascii_case(&self.attribute) {
            self.url(v, out);
        } else {
            out.extend_from_slice(v);
        }
    }

    /// A URL with the variables, where it is one of ours.
    fn url(&self, url: &[u8], out: &mut Vec<u8>) {
        let u = howdah_url::parse(url).filter(|u| {
            let scheme = u.scheme.as_deref().unwrap_or(b"http");
            let anchor = u.fragment.is_some() && url.first() == Some(&b'#');
            !anchor
                && (scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https"))
                && u.host.as_ref().is_none_or(|h| self.origin.hosts().contains(&h.to_ascii_lowercase()))
        });
        let Some(u) = u else { return out.extend_from_slice(url) };
        let separator = setting("arg_separator.output").unwrap_or_else(|| b"&".to_vec());
        let all: Vec<&[u8]> = self.variables.iter().map(|v| &v.url[..]).collect();
        let added = all.join(&separator[..]);
        if u.path.is_none() && u.query.is_none() && u.fragment.is_none() {
            out.extend_from_slice(&[url, b"/?", &added].concat());
            return;
        }
        if let Some(s) = &u.scheme {
            out.extend_from_slice(&[&s[..], b"://"].concat());
        } else if url.starts_with(b"//") {
            out.extend_from_slice(b"//");
        }
        if let Some(user) = &u.user {
            out.extend_from_slice(user);
            if let Some(p) = &u.pass {
                out.extend_from_slice(&[&p[..], b":"].concat());
            }
            out.push(b'@');
        }
        out.extend_from_slice(u.host.as_deref().unwrap_or_default());
        if let Some(p) = u.port.filter(|p| *p != 0) {
            out.extend_from_slice(format!(":{p}").as_bytes());
        }
        out.extend_from_slice(u.path.as_deref().unwrap_or_default());
        out.push(b'?');
        if let Some(q) = &u.query {
            out.extend_from_slice(&[&q[..], &separator].concat());
        }
        out.extend_from_slice(&added);
        if let Some(f) = &u.fragment {
            out.extend_from_slice(&[b"#", &f[..]].concat());
        }
    }

    /// Behind a tag: a form's hidden fields.
    fn after_tag(&self, out: &mut Vec<u8>) {
        if !self.is_form || !self.submits_here() {
            return;
        }
        for v in &self.variables {
            let (name, value) = &v.form;
            let parts: [&[u8]; 5] =
                [b"<input type=\"hidden\" name=\"", name, b"\" value=\"", value, b"\" />"];
            out.extend_from_slice(&parts.concat());
        }
    }

    /// Whether a form goes to where the variables may be told.
    fn submits_here(&self) -> bool {
        if self.action.is_empty() {
            return true;
        }
        let Some(u) = howdah_url::parse(&self.action) else { return false };
        let scheme = u.scheme.as_deref().unwrap_or(b"http");
        if !scheme.eq_ignore_ascii_case(b"http") && !scheme.eq_ignore_ascii_case(b"https") {
            return false;
        }
        let Some(host) = &u.host else { return true };
        let hosts = self.origin.hosts();
        let own = || {
            let asked = crate::superglobals::server_variable(b"HTTP_HOST")?;
            let name = asked.split(|c| *c == b':').next()?;
            Some(name.eq_ignore_ascii_case(host))
        };
        hosts.contains(host) || hosts.is_empty() && own() == Some(true)
    }
}
