//! Ini text in, statements and messages out: as `parse_ini_string` of PHP 8.4 shows them.

use super::*;

struct Env;

impl Lookup for Env {
    fn constant(&self, name: &[u8]) -> Option<Vec<u8>> {
        match name {
            b"E_ALL" => Some(b"30719".to_vec()),
            b"E_NOTICE" => Some(b"8".to_vec()),
            _ => None,
        }
    }
    fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        (name == b"HOME").then(|| b"/root".to_vec())
    }
}

/// One line per statement, then the error.
fn shown(text: &str, mode: ScanMode) -> String {
    let mut out = Vec::new();
    let t = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    let value = |v: &IniValue| match v {
        IniValue::Str(s) => format!("\"{}\"", t(s)),
        IniValue::Null => "null".into(),
        IniValue::Bool(b) => b.to_string(),
        IniValue::Int(i) => i.to_string(),
        IniValue::Float(f) => f.to_string(),
    };
    let end = parse(text.as_bytes(), mode, &Env, &mut |e| {
        out.push(match e {
            Event::Section(s) => format!("[{}]", t(&s)),
            Event::Entry(n, None) => t(&n),
            Event::Entry(n, Some(v)) => format!("{}={}", t(&n), value(&v)),
            Event::Element(n, o, v) => format!("{}[{}]={}", t(&n), t(&o), value(&v)),
        });
    });
    if let Err(e) = end {
        out.push(format!("{} on line {}", e.message, e.line));
    }
    out.join("\n")
}

fn normal(text: &str) -> String {
    shown(text, ScanMode::Normal)
}

#[test]
fn statements() {
    assert_eq!(
        normal("[a b]\nx = 1\ny[] = z\ny[k] = 'w;'\nalone\n"),
        "[a b]\nx=\"1\"\ny[]=\"z\"\ny[k]=\"w;\"\nalone"
    );
    assert_eq!(normal("a = on\nb = Off\nc = null\nd = none"), "a=\"1\"\nb=\"\"\nc=\"\"\nd=\"\"");
    assert_eq!(
        normal("a = E_ALL & ~E_NOTICE\nb = 1 | 2 ^ 7\nc = !1\nd = (1|2) & 6"),
        "a=\"30711\"\nb=\"4\"\nc=\"0\"\nd=\"2\""
    );
    assert_eq!(
        normal("a = ${HOME}/x\nb = \"${nope}-\"\nc = ${nope:-d}\n"),
        "a=\"/root/x\"\nb=\"-\"\nc=\"d\""
    );
    assert_eq!(normal("a = \"b\\\"c\\\\d\\n\" ; e\nf = g;h\n"), "a=\"b\"c\\d\\n\"\nf=\"g\"");
}

#[test]
fn modes() {
    let raw = |t| shown(t, ScanMode::Raw);
    assert_eq!(raw("a = \"b;c\" ; d\ne = E_ALL|1\n[s${x}]\n"), "a=\"b;c\"\ne=\"E_ALL|1\"\n[s${x}]");
    let typed = |t| shown(t, ScanMode::Typed);
    assert_eq!(
        typed("a=1\nb=1.5\nc=yes\nd=null\ne=\"1\"\nf=1|2\ng=007"),
        "a=1\nb=1.5\nc=true\nd=null\ne=\"1\"\nf=3\ng=7"
    );
}

#[test]
fn errors() {
    for (text, why) in [
        ("a = (b", "unexpected END_OF_LINE, expecting '^' or '|' or '&' or ')'"),
        ("[foo", "unexpected end of file, expecting ']'"),
        ("a=\"x", "unexpected end of file, expecting TC_DOLLAR_CURLY or TC_QUOTED_STRING or '\"'"),
        ("a = ${x", "unexpected end of file, expecting TC_FALLBACK or '}'"),
        ("a[b]c", "unexpected TC_LABEL, expecting '='"),
        ("on", "unexpected BOOL_TRUE"),
        ("= 5", "unexpected '='"),
    ] {
        assert_eq!(normal(text), format!("syntax error, {why} on line 1"), "{text}");
    }
}

#[test]
fn registry() {
    let mut config = Config::default();
    let mut r = Registry::default();
    assert!(r.register(0, &entries::core(), &config));
    assert!(!r.register(1, &entries::core(), &config));
    assert_eq!(r.get("precision"), Some(&b"14"[..]));
    assert!(r.set("precision", b"-2", access::USER, Stage::Runtime).is_err());
    assert!(r.set("precision", b"10", access::USER, Stage::Runtime).is_ok());
    assert_eq!(r.set("enable_dl", b"0", access::USER, Stage::Runtime), Err(Refused::Access));
    assert_eq!(r.entry("precision").and_then(|e| e.master()), Some(&b"14"[..]));
    assert_eq!(r.restore_all(), ["precision"]);
    assert_eq!(r.get("precision"), Some(&b"14"[..]));
    let mut text = Vec::new();
    config::define(&mut text, b"precision=7");
    config::define(&mut text, b"include_path=/a:/b");
    config::define(&mut text, b"log_errors");
    config = Config::load(&Sources { sapi: "cli", ignore: true, overrides: text, ..Sources::default() });
    let mut r = Registry::default();
    assert!(r.register(0, &entries::core(), &config));
    assert_eq!(r.get("include_path"), Some(&b"/a:/b"[..]));
    assert!(r.is_on("log_errors"));
}
