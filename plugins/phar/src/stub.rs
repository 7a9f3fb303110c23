//! The stub of archives that have none of their own: it runs a file of the archive, with this extension or without it.

use crate::archive::Fail;

/// What a default stub is, apart from the names in it.
const TEXT: &str = include_str!("stub.php");
/// Bytes of a stub without the names: as many as that of PHP has, so that archives are as large and their files lie where
/// they do.
const LENGTH: usize = 6623;
/// Bytes that a name in a stub may have.
const LONGEST: usize = 400;

/// A PHP literal of a name.
fn literal(name: &[u8]) -> Vec<u8> {
    let mut out = vec![b'\''];
    for c in name {
        if matches!(c, b'\'' | b'\\') {
            out.push(b'\\');
        }
        out.push(*c);
    }
    out.push(b'\'');
    out
}

/// The default stub that runs one file on the command line and one for the web.
pub fn default(index: &[u8], web: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(TEXT.len() + 2 * (index.len() + web.len()));
    let mut rest = TEXT.trim_end();
    while let Some((before, behind)) = rest.split_once('{') {
        out.extend_from_slice(before.as_bytes());
        let name = [("INDEX}", index), ("WEB}", web)];
        match name.iter().find_map(|(word, name)| behind.strip_prefix(word).map(|r| (r, name))) {
            Some((r, name)) => {
                out.extend(literal(name));
                rest = r;
            }
            None => {
                out.push(b'{');
                rest = behind;
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out.extend_from_slice(b"\r\n");
    fill(out, LENGTH + index.len() + web.len())
}

/// Makes a stub so long, with a comment.
fn fill(stub: Vec<u8>, length: usize) -> Vec<u8> {
    const MARK: &[u8] = b"{FILL}";
    let Some(at) = memchr::memmem::find(&stub, MARK) else { return stub };
    let more = length.saturating_sub(stub.len() - MARK.len());
    [&stub[..at], &vec![b'='; more], &stub[at + MARK.len()..]].concat()
}

/// As [`default`], of names that may be too long.
pub fn create(index: Option<&[u8]>, web: Option<&[u8]>) -> Result<Vec<u8>, Fail> {
    let (index, web) = (index.unwrap_or(b"index.php"), web.unwrap_or(b"index.php"));
    for (name, what) in [(index, ""), (web, "web ")] {
        if name.len() > LONGEST {
            let len = name.len();
            return Err(Some(format!(
                "Illegal {what}filename passed in for stub creation, was {len} characters long, and only 400 or less is allowed"
            )));
        }
    }
    Ok(default(index, web))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_literals() {
        let s = String::from_utf8(super::default(b"a'b.php", b"w.php")).unwrap_or_default();
        assert!(s.contains("webPhar(null, 'w.php')") && s.contains("'/' . 'a\\'b.php';"));
        assert!(s.ends_with("__HALT_COMPILER(); ?>\r\n") && !s.contains("{INDEX}") && !s.contains("{FILL}"));
        assert_eq!(s.len(), super::LENGTH + "a'b.php".len() + "w.php".len());
    }
}
