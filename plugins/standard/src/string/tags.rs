//! `strip_tags()` and `get_meta_tags()`.

use plugin_api::{Array, Buffer, Ctx, Kind, OrFalse, R, Stream, Value, php_function};

/// What the text is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    Php,
    Declaration,
    Comment,
}

fn is_space(c: u8) -> bool {
    c == b' ' || (9..=13).contains(&c)
}

/// A tag as the list of allowed ones writes it: `<name>` in lower case.
fn name_of(tag: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(tag.len() + 1);
    let mut begun = false;
    for (i, c) in tag.iter().map(u8::to_ascii_lowercase).enumerate() {
        match c {
            b'<' => out.push(c),
            b'>' => break,
            c if !is_space(c) => {
                begun = true;
                // A slash of `</b>` and of `<b/>`, but not of others.
                let at_edge =
                    i.checked_sub(1).is_some_and(|j| tag[j] == b'<') || tag.get(i + 1) == Some(&b'>');
                if c != b'/' || !at_edge {
                    out.push(c);
                }
            }
            _ if begun => break,
            _ => {}
        }
    }
    out.push(b'>');
    out
}

/// The text without tags, except those that `allowed` (in lower case) lists as `<a><b>`.
pub fn strip(text: &[u8], allowed: &[u8]) -> Buffer {
    let keep = !allowed.is_empty();
    let mut out = Buffer::with_capacity(text.len());
    let mut tag: Vec<u8> = Vec::new();
    let (mut state, mut depth, mut brackets, mut quote, mut last) = (State::Text, 0usize, 0i64, 0u8, 0u8);
    let mut xml = false;
    let mut next = 0;
    while next < text.len() {
        if state == State::Text {
            // Text goes as it is, up to the next tag.
            let plain = memchr::memchr3(0, b'<', b'>', &text[next..]).unwrap_or(text.len() - next);
            out.extend_from_slice(&text[next..next + plain]);
            next += plain;
            if next == text.len() {
                break;
            }
        }
        let (i, c) = (next, text[next]);
        next += 1;
        let before = |n: usize| i.checked_sub(n).map_or(0, |j| text[j]);
        match state {
            State::Text => match c {
                0 => {}
                b'<' => {
                    if text.get(i + 1).is_some_and(|n| is_space(*n)) {
                        out.push(c);
                        continue;
                    }
                    last = b'<';
                    state = State::Tag;
                    quote = 0;
                    tag.clear();
                    if keep {
                        tag.push(b'<');
                    }
                }
                b'>' => {
                    if depth > 0 {
                        depth -= 1;
                    } else {
                        out.push(c);
                    }
                }
                _ => {}
            },
            State::Tag => match c {
                0 => {}
                b'<' => {
                    if quote != 0 {
                        continue;
                    }
                    if text.get(i + 1).is_some_and(|n| is_space(*n)) {
                        if keep {
                            tag.push(c);
                        }
                        continue;
                    }
                    depth += 1;
                }
                b'>' => {
                    if depth > 0 {
                        depth -= 1;
                        continue;
                    }
                    if quote != 0 {
                        continue;
                    }
                    last = b'>';
                    if keep {
                        tag.push(b'>');
                        let name = name_of(&tag);
                        if memchr::memmem::find(allowed, &name).is_some() {
                            out.extend_from_slice(&tag);
                        }
                        tag.clear();
                    }
                    state = State::Text;
                    xml = false;
                }
                b'"' | b'\'' => {
                    if i > 0 && (quote == 0 || quote == c) {
                        quote = if quote == 0 { c } else { 0 };
                    }
                    if keep {
                        tag.push(c);
                    }
                }
                b'!' if last == b'<' && before(1) == b'<' => {
                    state = State::Declaration;
                    last = c;
                }
                b'?' if before(1) == b'<' => {
                    brackets = 0;
                    state = State::Php;
                }
                c => {
                    if keep {
                        tag.push(c);
                    }
                }
            },
            State::Php => match c {
                b'(' if last != b'"' && last != b'\'' => {
                    last = b'(';
                    brackets += 1;
                }
                b')' if last != b'"' && last != b'\'' => {
                    last = b')';
                    brackets -= 1;
                }
                b'>' => {
                    if depth > 0 {
                        depth -= 1;
                        continue;
                    }
                    if quote != 0 {
                        continue;
                    }
                    if brackets == 0 && before(1) == b'?' && last != b'"' || xml && before(1) != b'-' {
                        quote = 0;
                        state = State::Text;
                        tag.clear();
                        xml = false;
                    }
                }
                b'"' | b'\'' => {
                    if before(1) != b'\\' {
                        if last == c {
                            last = 0;
                        } else if last != b'\\' {
                            last = c;
                        }
                        if i > 0 && (quote == 0 || quote == c) {
                            quote = if quote == 0 { c } else { 0 };
                        }
                    }
                }
                b'l' | b'L'
                    // `<?xml` is a tag like any other.
                    if i >= 4 && text[i - 4..i].eq_ignore_ascii_case(b"<?xm") =>
                {
                    state = State::Tag;
                    xml = true;
                }
                _ => {}
            },
            State::Declaration => match c {
                b'>' => {
                    if depth > 0 {
                        depth -= 1;
                        continue;
                    }
                    if quote != 0 {
                        continue;
                    }
                    state = State::Text;
                    tag.clear();
                }
                b'"' | b'\'' => {
                    if before(1) != b'\\' && (quote == 0 || quote == c) {
                        quote = if quote == 0 { c } else { 0 };
                    }
                }
                b'-' if i >= 2 && before(1) == b'-' && before(2) == b'!' => state = State::Comment,
                b'E' | b'e'
                    // `<!DOCTYPE` ends as tags do.
                    if i > 6 && text[i - 6..i].eq_ignore_ascii_case(b"doctyp") =>
                {
                    state = State::Tag;
                }
                _ => {}
            },
            State::Comment => {
                if c == b'>' && quote == 0 && i >= 2 && before(1) == b'-' && before(2) == b'-' {
                    state = State::Text;
                    quote = 0;
                    tag.clear();
                }
            }
        }
    }
    out
}

#[php_function("pure strip_tags(string $string, array|string|null $allowed_tags = null): string")]
fn strip_tags(ctx: &mut Ctx, string: &[u8], allowed: Option<&Value>) -> R<Buffer> {
    let mut list = Vec::new();
    match allowed.map(Value::kind) {
        Some(Kind::Array(a)) => {
            for v in a.values() {
                let name = v.to_str(ctx)?;
                list.push(b'<');
                list.extend_from_slice(&name);
                list.push(b'>');
            }
        }
        Some(Kind::Str(s)) => list.extend_from_slice(s),
        _ => {}
    }
    list.make_ascii_lowercase();
    Ok(strip(string, &list))
}

/// What a page's tags are made of.
#[derive(PartialEq, Debug)]
enum Token {
    Open,
    Close,
    Slash,
    Equal,
    Space,
    Id(Vec<u8>),
    Quoted(Vec<u8>),
    Other,
}

fn tokens(page: &[u8]) -> Vec<Token> {
    let mut out = Vec::new();
    let (mut i, mut inside) = (0, false);
    while i < page.len() {
        let c = page[i];
        i += 1;
        match c {
            b'<' => {
                inside = true;
                out.push(Token::Open);
            }
            b'>' => {
                inside = false;
                out.push(Token::Close);
            }
            b'=' => out.push(Token::Equal),
            b'/' => out.push(Token::Slash),
            b'\'' | b'"' if inside => {
                let end = page[i..].iter().position(|x| *x == c || matches!(x, b'<' | b'>'));
                let n = end.unwrap_or(page.len() - i);
                let text = page[i..i + n].to_vec();
                i += n;
                match page.get(i) {
                    Some(x) if *x == c => i += 1,
                    _ => {}
                }
                out.push(Token::Quoted(text));
            }
            c if is_space(c) => {
                if out.last() != Some(&Token::Space) {
                    out.push(Token::Space);
                }
            }
            c if c.is_ascii_alphanumeric() => {
                let from = i - 1;
                while page.get(i).is_some_and(|c| c.is_ascii_alphanumeric() || b"-_.:".contains(c)) {
                    i += 1;
                }
                out.push(Token::Id(page[from..i].to_vec()));
            }
            _ => out.push(Token::Other),
        }
    }
    out
}

#[php_function("get_meta_tags(string $filename, bool $use_include_path = false): array|false")]
fn get_meta_tags(ctx: &mut Ctx, filename: &[u8], include_path: bool) -> R<OrFalse<Array>> {
    let Some(s) = Stream::open(ctx, filename, "rb", include_path)? else { return Ok(OrFalse::FALSE) };
    let page = s.read_all(ctx, None)?;
    s.close(ctx);
    let mut found = Array::new();
    let all: Vec<Token> = tokens(&page).into_iter().filter(|t| *t != Token::Space).collect();
    let mut i = 0;
    while i < all.len() {
        let is_word =
            |t: Option<&Token>, w: &[u8]| matches!(t, Some(Token::Id(x)) if x.eq_ignore_ascii_case(w));
        if all[i] == Token::Open && all.get(i + 1) == Some(&Token::Slash) && is_word(all.get(i + 2), b"head")
        {
            break;
        }
        if all[i] != Token::Open || !is_word(all.get(i + 1), b"meta") {
            i += 1;
            continue;
        }
        i += 2;
        let (mut name, mut content) = (None, None);
        while i < all.len() && !matches!(all[i], Token::Close | Token::Open) {
            if let (Token::Id(attribute), Some(Token::Equal)) = (&all[i], all.get(i + 1)) {
                if let Some(Token::Id(v) | Token::Quoted(v)) = all.get(i + 2) {
                    if attribute.eq_ignore_ascii_case(b"name") {
                        name = Some(v.clone());
                    } else if attribute.eq_ignore_ascii_case(b"content") {
                        content = Some(v.clone());
                    }
                }
                i += 3;
            } else {
                i += 1;
            }
        }
        if let Some(n) = name {
            let key: Vec<u8> = n
                .iter()
                .map(|c| match c {
                    b'-' | b'_' | b'.' | b'\\' | b'+' | b'*' | b'?' | b'[' | b'^' | b']' | b'$' | b'('
                    | b')' | b' ' => b'_',
                    c => c.to_ascii_lowercase(),
                })
                .collect();
            found.set(&key[..], Value::str(content.unwrap_or_default()));
        }
    }
    Ok(found.into())
}
