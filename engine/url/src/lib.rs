//! URLs as PHP takes them apart (`parse_url()`, php-src `ext/standard/url.c`): laxer than RFC 3986, and relied upon to be.
//!
//! The crate knows nothing of the engine: streams and extensions share it.

/// The parts of a URL.
#[derive(Default, Debug, PartialEq)]
pub struct Url {
    /// Scheme.
    pub scheme: Option<Vec<u8>>,
    /// Host.
    pub host: Option<Vec<u8>>,
    /// Port.
    pub port: Option<u16>,
    /// User.
    pub user: Option<Vec<u8>>,
    /// Password.
    pub pass: Option<Vec<u8>>,
    /// Path.
    pub path: Option<Vec<u8>>,
    /// Query.
    pub query: Option<Vec<u8>>,
    /// Fragment.
    pub fragment: Option<Vec<u8>>,
}

/// The parts of a URL as they stand in it, control characters included.
#[derive(Default, Debug, PartialEq)]
pub struct Parts<'u> {
    /// Scheme.
    pub scheme: Option<&'u [u8]>,
    /// Host.
    pub host: Option<&'u [u8]>,
    /// Port.
    pub port: Option<u16>,
    /// User.
    pub user: Option<&'u [u8]>,
    /// Password.
    pub pass: Option<&'u [u8]>,
    /// Path.
    pub path: Option<&'u [u8]>,
    /// Query.
    pub query: Option<&'u [u8]>,
    /// Fragment.
    pub fragment: Option<&'u [u8]>,
}

/// What stands for a byte of a URL: control characters become underscores.
#[inline]
pub fn clean(c: u8) -> u8 {
    if c.is_ascii_control() { b'_' } else { c }
}

/// Takes a URL apart; `None` when it is seriously malformed.
pub fn parse(url: &[u8]) -> Option<Url> {
    let p = split(url)?;
    let own = |b: Option<&[u8]>| b.map(|b| b.iter().map(|c| clean(*c)).collect());
    Some(Url {
        scheme: own(p.scheme),
        host: own(p.host),
        port: p.port,
        user: own(p.user),
        pass: own(p.pass),
        path: own(p.path),
        query: own(p.query),
        fragment: own(p.fragment),
    })
}

fn find(b: &[u8], c: u8) -> Option<usize> {
    memchr::memchr(c, b)
}

/// Finds the parts of a URL; `None` when it is seriously malformed.
pub fn split(url: &[u8]) -> Option<Parts<'_>> {
    let mut u = Parts::default();
    let n = url.len();
    let mut s = 0;
    let is_scheme = |b: &[u8]| b.iter().all(|c| c.is_ascii_alphanumeric() || b"+.-".contains(c));
    let colon = find(url, b':');
    // What follows decides: 0 authority, 1 path only, 2 port guessed.
    enum Next {
        Authority,
        Path,
    }
    let mut next = Next::Path;
    let relative_authority = |url: &[u8]| url.starts_with(b"//");
    match colon {
        Some(e) if e > 0 => {
            if !is_scheme(&url[..e]) {
                // No scheme: a port perhaps, if digits follow.
                let before_query = url.iter().position(|c| matches!(c, b'?' | b'#' | b'/'));
                if e + 1 < n && before_query.is_none_or(|q| e < q) {
                    next = guess_port(url, e, &mut u, &mut s)?;
                } else if relative_authority(url) {
                    s = 2;
                    next = Next::Authority;
                }
            } else if e + 1 == n {
                u.scheme = Some(&url[..e]);
                return Some(u);
            } else if url[e + 1] != b'/' {
                // `host:80`, `host:80/path`, or a scheme like `mailto:`.
                let digits = url[e + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
                let end = e + 1 + digits;
                let ends = end == n || url[end] == b'/';
                if ends && (1..6).contains(&digits) || end == n && digits == 0 {
                    next = guess_port(url, e, &mut u, &mut s)?;
                } else {
                    u.scheme = Some(&url[..e]);
                    s = e + 1;
                }
            } else {
                u.scheme = Some(&url[..e]);
                if url.get(e + 2) == Some(&b'/') {
                    s = e + 3;
                    next = Next::Authority;
                    if u.scheme.is_some_and(|x| x.eq_ignore_ascii_case(b"file"))
                        && url.get(e + 3) == Some(&b'/')
                    {
                        // `file:///path` has no host; a drive letter's slash goes.
                        if url.get(e + 5) == Some(&b':') {
                            s = e + 4;
                        }
                        next = Next::Path;
                    }
                } else {
                    s = e + 1;
                }
            }
        }
        Some(e) => next = guess_port(url, e, &mut u, &mut s)?,
        None if relative_authority(url) => {
            s = 2;
            next = Next::Authority;
        }
        None => {}
    }

    /// What looks like `:port` at `e` when there is no scheme before it.
    fn guess_port(url: &[u8], e: usize, u: &mut Parts<'_>, s: &mut usize) -> Option<Next> {
        let n = url.len();
        let digits = url[e + 1..].iter().take(6).take_while(|c| c.is_ascii_digit()).count();
        let end = e + 1 + digits;
        if digits > 0 && digits < 6 && (end == n || url[end] == b'/') {
            let port: u32 = std::str::from_utf8(&url[e + 1..end]).ok()?.parse().ok()?;
            let port = u16::try_from(port).ok()?;
            u.port = Some(port);
            if url.starts_with(b"//") {
                *s = 2;
            }
            return Some(Next::Authority);
        }
        if digits == 0 && end == n {
            return None;
        }
        if url.starts_with(b"//") {
            *s = 2;
            return Some(Next::Authority);
        }
        Some(Next::Path)
    }

    if let Next::Authority = next {
        let e = url[s..].iter().position(|c| matches!(c, b'/' | b'?' | b'#')).map_or(n, |i| s + i);
        let mut authority = &url[s..e];
        if let Some(at) = memchr::memrchr(b'@', authority) {
            let login = &authority[..at];
            match find(login, b':') {
                Some(c) => {
                    u.user = Some(&login[..c]);
                    u.pass = Some(&login[c + 1..]);
                }
                None => u.user = Some(login),
            }
            authority = &authority[at + 1..];
        }
        // A port behind the host; an IPv6 address ends with its bracket.
        let colon = if authority.first() == Some(&b'[') && authority.last() == Some(&b']') {
            None
        } else {
            memchr::memrchr(b':', authority)
        };
        let mut host = authority;
        if let Some(c) = colon {
            host = &authority[..c];
            if u.port.is_none() {
                let digits = &authority[c + 1..];
                if digits.len() > 5 {
                    return None;
                }
                if !digits.is_empty() {
                    let lead = digits.iter().take_while(|c| c.is_ascii_digit()).count();
                    let v: u32 = std::str::from_utf8(&digits[..lead]).ok()?.parse().ok()?;
                    u.port = Some(u16::try_from(v).ok()?);
                }
            }
        }
        if host.is_empty() {
            return None;
        }
        u.host = Some(host);
        if e == n {
            return Some(u);
        }
        s = e;
    }
    let rest = &url[s..];
    let (rest, fragment) = match find(rest, b'#') {
        Some(i) => (&rest[..i], Some(&rest[i + 1..])),
        None => (rest, None),
    };
    let (path, query) = match find(rest, b'?') {
        Some(i) => (&rest[..i], Some(&rest[i + 1..])),
        None => (rest, None),
    };
    u.fragment = fragment;
    u.query = query;
    if !path.is_empty() || s == n && u.query.is_none() && u.fragment.is_none() {
        u.path = Some(path);
    }
    Some(u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let u = parse(b"http://me:pw@[::1]:8080/a/b?q=1#f").unwrap();
        assert_eq!(u.user.as_deref(), Some(&b"me"[..]));
        assert_eq!(u.pass.as_deref(), Some(&b"pw"[..]));
        assert_eq!(u.host.as_deref(), Some(&b"[::1]"[..]));
        assert_eq!(u.port, Some(8080));
        assert_eq!(u.path.as_deref(), Some(&b"/a/b"[..]));
        assert_eq!(u.query.as_deref(), Some(&b"q=1"[..]));
        assert_eq!(u.fragment.as_deref(), Some(&b"f"[..]));
        assert_eq!(parse(b"http://"), None);
        assert_eq!(parse(b"http://h:99999/"), None);
    }
}
