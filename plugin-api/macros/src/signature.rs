//! PHP declarations as text: functions, constants, properties, class headers.

use proc_macro2::TokenStream;
use quote::quote;

/// A PHP type.
pub struct Type {
    text: String,
    mask: u32,
    classes: Vec<String>,
    tentative: bool,
}

/// A parameter.
pub struct Param {
    pub name: String,
    ty: Option<Type>,
    pub default: Option<String>,
    flags: u32,
}

impl Param {
    /// What messages call the arrays that a by-reference parameter takes, and the tags that it takes; `None` of others. The
    /// engine leaves such arguments alone, as they may be there to be written only.
    pub fn written_array(&self) -> Option<(&'static str, u32)> {
        const BY_REF: u32 = 1;
        const ARRAYS: [(&str, &str); 3] =
            [("array", "array"), ("?array", "?array"), ("array|object", "array")];
        let ty = self.ty.as_ref().filter(|_| self.flags & BY_REF != 0)?;
        ARRAYS.iter().find(|(text, _)| *text == ty.text).map(|(_, shown)| (*shown, ty.mask))
    }
}

/// A function or method.
pub struct Signature {
    pub name: String,
    pub flags: u32,
    pub params: Vec<Param>,
    required: u32,
    ret: Option<Type>,
}

const PUBLIC: u32 = 1;
const ABSTRACT: u32 = 64;
const VARIADIC: u32 = 4;

/// The bit of a modifier word.
pub fn modifier(word: &str) -> Option<u32> {
    Some(match word {
        "public" => PUBLIC,
        "protected" => 2,
        "private" => 4,
        "static" => 16,
        "final" => 32,
        "abstract" => ABSTRACT,
        "readonly" => 128,
        "virtual" => 1 << 24,
        "protected(set)" => 1 << 25,
        "private(set)" => 1 << 26,
        // Static, and on an object a method of that one.
        "either" => 1 << 10 | 16,
        // No trace shows what it is called with.
        "secret" => 1 << 9,
        // It tells itself of missing arguments.
        "counts" => 1 << 13,
        // The compiler may call it.
        "pure" => 1 << 27,
        _ => return None,
    })
}

/// All builtin types of values.
const ANYTHING: u32 = 0x3fe;

fn parse_type(t: &str) -> Option<Type> {
    let t = t.trim();
    let (tentative, t) = t.strip_prefix('~').map_or((false, t), |r| (true, r.trim()));
    if t.is_empty() {
        return None;
    }
    let (mut mask, mut classes) = (0, Vec::new());
    let body = match t.strip_prefix('?') {
        Some(b) => {
            mask |= 1 << 1;
            b
        }
        None => t,
    };
    for part in body.split('|') {
        mask |= match part.trim() {
            "null" => 1 << 1,
            "false" => 1 << 2,
            "true" => 1 << 3,
            "bool" => 3 << 2,
            "int" => 1 << 4,
            "float" => 1 << 5,
            "string" => 1 << 6,
            "array" => 1 << 7,
            "object" => 1 << 8,
            "callable" => 1 << 16,
            "iterable" => 1 << 17,
            "void" => 1 << 18,
            "never" => 1 << 19,
            "static" => 1 << 20,
            "mixed" => ANYTHING,
            class => {
                classes.push(class.trim_start_matches('(').trim_end_matches(')').to_owned());
                0
            }
        };
    }
    Some(Type { text: t.to_owned(), mask, classes, tentative })
}

fn type_tokens(t: Option<&Type>) -> TokenStream {
    let Some(Type { text, mask, classes, tentative }) = t else {
        return quote!(::plugin_api::abi::TypeDesc::NONE);
    };
    let tentative = *tentative as u32;
    quote!(::plugin_api::abi::TypeDesc {
        text: ::plugin_api::abi::StrSlice::new(#text),
        mask: #mask,
        tentative: #tentative,
        classes: ::plugin_api::abi::Slice::new(&[#(::plugin_api::abi::StrSlice::new(#classes)),*]),
    })
}

/// Splits at commas outside brackets and quotes.
fn split_commas(s: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start, mut quote) = (Vec::new(), 0i32, 0, None);
    let mut escaped = false;
    for (i, c) in s.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth -= 1,
            (None, ',') if depth == 0 => {
                out.push(&s[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    if !s[start..].trim().is_empty() {
        out.push(&s[start..]);
    }
    out
}

impl Signature {
    /// Parses `[modifiers] [function] name(params)[: type]`.
    pub fn parse(text: &str) -> Result<Signature, String> {
        let open = text.find('(').ok_or("a signature needs (")?;
        let mut depth = 0i32;
        let mut close = None;
        let mut quote = None;
        let mut escaped = false;
        for (i, c) in text.char_indices().skip(open) {
            match (quote, c) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(q), c) if q == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => {
                    depth -= 1;
                    if depth == 0 {
                        close = Some(i);
                        break;
                    }
                }
                _ => {}
            }
        }
        let close = close.ok_or("a signature needs )")?;
        let (mut flags, mut name) = (0, String::new());
        for w in text[..open].split_whitespace() {
            match (modifier(w), w) {
                (Some(f), _) => flags |= f,
                (None, "function") => {}
                (None, w) => name = w.to_owned(),
            }
        }
        if let Some(n) = name.strip_prefix('&') {
            name = n.to_owned();
            flags |= 1 << 12;
        }
        if name.is_empty() {
            return Err("a signature needs a name".into());
        }
        let (mut params, mut required) = (Vec::new(), 0);
        for (i, p) in split_commas(&text[open + 1..close]).into_iter().enumerate() {
            let (decl, default) = match p.split_once('=') {
                Some((d, v)) => (d.trim(), Some(v.trim().to_owned())),
                None => (p.trim(), None),
            };
            let mut pf = 0;
            let decl = match decl
                .strip_prefix("#[\\SensitiveParameter]")
                .or(decl.strip_prefix("#[SensitiveParameter]"))
            {
                Some(d) => {
                    pf |= 8;
                    d.trim()
                }
                None => decl,
            };
            let decl = match decl.strip_prefix("@prefer-ref ") {
                Some(d) => {
                    pf |= 2;
                    d.trim()
                }
                None => decl,
            };
            // The function checks what it is given itself; the type is what reflection shows.
            let (unchecked, decl) = match decl.strip_prefix("@unchecked ") {
                Some(d) => (true, d.trim()),
                None => (false, decl),
            };
            // Reflection shows a float, and integers come as they are.
            let (number, decl) = match decl.strip_prefix("@number ") {
                Some(d) => (true, d.trim()),
                None => (false, decl),
            };
            let (ty, var) = match decl.rfind(char::is_whitespace) {
                Some(i) => (&decl[..i], decl[i + 1..].trim()),
                None => ("", decl),
            };
            let var = var.strip_prefix('&').inspect(|_| pf |= 1).unwrap_or(var);
            let var = var.strip_prefix("...").inspect(|_| pf |= VARIADIC).unwrap_or(var);
            let Some(var) = var.strip_prefix('$') else {
                return Err(format!("a parameter's name begins with $: {p}"));
            };
            if pf & 2 != 0 {
                pf &= !1;
            }
            if default.is_none() && pf & VARIADIC == 0 {
                required = i as u32 + 1;
            }
            let ty = parse_type(ty).map(|t| match (unchecked, number) {
                (true, _) => Type { mask: ANYTHING, classes: Vec::new(), ..t },
                (_, true) => Type { mask: t.mask | 1 << 4, ..t },
                _ => t,
            });
            params.push(Param { name: var.to_owned(), ty, default, flags: pf });
        }
        let ret = text[close + 1..].trim().strip_prefix(':').and_then(parse_type);
        Ok(Signature { name, flags, params, required, ret })
    }

    /// The descriptor. `code` is the trampoline's path, none for an abstract method.
    pub fn tokens(
        &self,
        code: Option<TokenStream>,
        doc: &str,
        method: bool,
        deprecated: Option<&str>,
    ) -> TokenStream {
        let Signature { name, required, .. } = self;
        let mut flags = self.flags;
        if method && flags & 7 == 0 {
            flags |= PUBLIC;
        }
        if code.is_none() {
            flags |= ABSTRACT;
        }
        let attributes = match deprecated {
            Some(text) => {
                flags |= 1 << 11;
                quote!(::plugin_api::abi::StrSlice::new(#text))
            }
            None => quote!(::plugin_api::abi::StrSlice::NONE),
        };
        let params = self.params.iter().map(|p| {
            let Param { name, flags, .. } = p;
            let ty = type_tokens(p.ty.as_ref());
            let default = match &p.default {
                Some(d) if d != "UNKNOWN" => quote!(::plugin_api::abi::StrSlice::new(#d)),
                _ => quote!(::plugin_api::abi::StrSlice::NONE),
            };
            quote!(::plugin_api::abi::ParamDesc {
                name: ::plugin_api::abi::StrSlice::new(#name),
                ty: #ty,
                default: #default,
                flags: #flags,
                reserved: 0,
            })
        });
        let ret = type_tokens(self.ret.as_ref());
        let func = code.map_or(quote!(None), |c| quote!(Some(#c)));
        let doc = if doc.is_empty() {
            quote!(::plugin_api::abi::StrSlice::NONE)
        } else {
            quote!(::plugin_api::abi::StrSlice::new(#doc))
        };
        quote!(::plugin_api::abi::FunctionDesc {
            size: ::core::mem::size_of::<::plugin_api::abi::FunctionDesc>() as u32,
            flags: #flags,
            name: ::plugin_api::abi::StrSlice::new(#name),
            func: #func,
            params: ::plugin_api::abi::Slice::new(&[#(#params),*]),
            required: #required,
            reserved: 0,
            ret: #ret,
            doc: #doc,
            attributes: #attributes,
            data: ::core::ptr::null(),
        })
    }
}

/// A literal value of PHP as a `ConstValue`; anything else becomes an expression evaluated by the engine.
pub fn const_value(text: &str) -> TokenStream {
    let t = text.trim();
    let scalar = |v: TokenStream| quote!(::plugin_api::abi::ConstValue::scalar(#v));
    match t.to_ascii_lowercase().as_str() {
        "null" => return scalar(quote!(::plugin_api::abi::Val::NULL)),
        "true" => return scalar(quote!(::plugin_api::abi::Val::TRUE)),
        "false" => return scalar(quote!(::plugin_api::abi::Val::FALSE)),
        _ => {}
    }
    if let Some(i) = int_literal(t) {
        return scalar(quote!(::plugin_api::abi::Val::int(#i)));
    }
    if t.parse::<f64>().is_ok() && t.contains(['.', 'e', 'E']) {
        let d: f64 = t.parse().unwrap_or(0.0);
        return scalar(quote!(::plugin_api::abi::Val::dbl(#d)));
    }
    match string_literal(t) {
        Some(s) => quote!(::plugin_api::abi::ConstValue::string(#s)),
        None => quote!(::plugin_api::abi::ConstValue::expr(#t)),
    }
}

/// An int literal of PHP.
pub fn int_literal(t: &str) -> Option<i64> {
    let (neg, d) = t.strip_prefix('-').map_or((false, t), |d| (true, d));
    let v = if let Some(h) = d.strip_prefix("0x").or(d.strip_prefix("0X")) {
        i64::from_str_radix(h, 16).ok()?
    } else if d.len() > 1 && d.starts_with('0') && d.bytes().all(|c| c.is_ascii_digit()) {
        i64::from_str_radix(d, 8).ok()?
    } else if !d.is_empty() && d.bytes().all(|c| c.is_ascii_digit()) {
        return t.parse().ok();
    } else {
        return None;
    };
    Some(if neg { -v } else { v })
}

/// A quoted string of PHP without interpolation.
pub fn string_literal(t: &str) -> Option<String> {
    let q = t.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    let inner = t.strip_prefix(q)?.strip_suffix(q)?;
    let mut out = String::new();
    let mut it = inner.chars();
    while let Some(c) = it.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match (q, it.next()?) {
            ('"', 'n') => out.push('\n'),
            ('"', 't') => out.push('\t'),
            ('"', 'r') => out.push('\r'),
            ('"', 'v') => out.push('\x0b'),
            ('"', 'f') => out.push('\x0c'),
            ('"', 'e') => out.push('\x1b'),
            ('"', '0') => out.push('\0'),
            (_, c) if c == q || c == '\\' || c == '$' => out.push(c),
            (_, c) => {
                out.push('\\');
                out.push(c);
            }
        }
    }
    Some(out)
}

/// A constant: `[#[attributes]] [modifiers] const [type] NAME = value`, or `case NAME [= value]`.
pub fn constant(text: &str) -> Result<TokenStream, String> {
    let (attributes, text) = match text.strip_prefix("#[").and_then(|t| t.split_once(']')) {
        Some((inside, rest)) => (Some(format!("#[{inside}]")), rest),
        None => (None, text),
    };
    let (head, value) = match text.split_once('=') {
        Some((h, v)) => (h, Some(v.trim())),
        None => (text, None),
    };
    let (mut flags, mut ty, mut name, mut case) = (0, None, String::new(), 0u32);
    for w in head.split_whitespace() {
        match (modifier(w), w) {
            (Some(f), _) => flags |= f,
            (None, "const") => {}
            (None, "case") => case = 1,
            (None, w) => {
                if !name.is_empty() {
                    ty = parse_type(&name);
                }
                name = w.to_owned();
            }
        }
    }
    if flags & 7 == 0 {
        flags |= PUBLIC;
    }
    let attributes = match attributes {
        Some(a) => {
            if a.contains("Deprecated") {
                flags |= 1 << 11;
            }
            quote!(::plugin_api::abi::StrSlice::new(#a))
        }
        None => quote!(::plugin_api::abi::StrSlice::NONE),
    };
    let ty = type_tokens(ty.as_ref());
    let value = match value {
        Some(v) => const_value(v),
        None if case == 1 => quote!(::plugin_api::abi::ConstValue::NONE),
        None => return Err(format!("a constant needs a value: {text}")),
    };
    Ok(quote!(::plugin_api::abi::ConstDesc {
        name: ::plugin_api::abi::StrSlice::new(#name),
        ty: #ty,
        value: #value,
        flags: #flags,
        is_case: #case,
        doc: ::plugin_api::abi::StrSlice::NONE,
        attributes: #attributes,
    }))
}

/// A property: `[modifiers] [type] $name [= value]`.
pub fn property(text: &str) -> Result<TokenStream, String> {
    let (head, value) = match text.split_once('=') {
        Some((h, v)) => (h, Some(v.trim())),
        None => (text, None),
    };
    let (mut flags, mut ty, mut name) = (0, String::new(), None);
    for w in head.split_whitespace() {
        match modifier(w) {
            Some(f) => flags |= f,
            None => match w.strip_prefix('$') {
                Some(n) => name = Some(n.to_owned()),
                None => ty.push_str(w),
            },
        }
    }
    let name = name.ok_or_else(|| format!("a property's name begins with $: {text}"))?;
    if flags & 7 == 0 {
        flags |= PUBLIC;
    }
    let ty = parse_type(&ty);
    let ty = type_tokens(ty.as_ref());
    let default = value.map_or(quote!(::plugin_api::abi::ConstValue::NONE), const_value);
    Ok(quote!(::plugin_api::abi::PropDesc {
        name: ::plugin_api::abi::StrSlice::new(#name),
        ty: #ty,
        default: #default,
        flags: #flags,
        reserved: 0,
        doc: ::plugin_api::abi::StrSlice::NONE,
    }))
}

/// The head of a class: flags, name, parent, interfaces, tag of an enum's backing type.
pub struct Header {
    pub flags: u32,
    pub name: String,
    pub parent: Option<String>,
    pub interfaces: Vec<String>,
    pub backing: u32,
}

/// Parses `[final] [abstract] [readonly] class|interface|trait|enum NAME [: type] [extends A[, B]] [implements C, D]`.
pub fn header(text: &str) -> Result<Header, String> {
    let text = text.replace(',', " , ").replace(':', " : ");
    let mut h = Header { flags: 0, name: String::new(), parent: None, interfaces: Vec::new(), backing: 0 };
    let mut mode = "";
    let mut interface = false;
    for w in text.split_whitespace() {
        match w {
            "class" => mode = "name",
            "interface" => {
                h.flags |= 1 << 16;
                interface = true;
                mode = "name";
            }
            "trait" => {
                h.flags |= 1 << 17;
                mode = "name";
            }
            "enum" => {
                h.flags |= 1 << 18;
                mode = "name";
            }
            "extends" => mode = "extends",
            "implements" => mode = "implements",
            ":" => mode = "backing",
            "," => {}
            w => match mode {
                "name" => h.name = w.to_owned(),
                "extends" if interface => h.interfaces.push(w.to_owned()),
                "extends" => h.parent = Some(w.to_owned()),
                "implements" => h.interfaces.push(w.to_owned()),
                "backing" => h.backing = if w == "int" { 4 } else { 6 },
                _ => h.flags |= modifier(w).ok_or_else(|| format!("unknown word {w}"))?,
            },
        }
    }
    if h.name.is_empty() {
        return Err("a class needs a name".into());
    }
    Ok(h)
}
