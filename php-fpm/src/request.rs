//! A FastCGI request's parameters as PHP wants them (`init_request_info` in `fpm_main.c`).

use crate::fastcgi::Params;
use howdah_host::clock;
use howdah_host::input::query::url_decode;
use howdah_host::sapi::RequestInfo;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A parameter.
pub fn get<'p>(params: &'p Params, name: &[u8]) -> Option<&'p [u8]> {
    params.iter().find(|(k, _)| k == name).map(|(_, v)| &v[..])
}

fn put(params: &mut Params, name: &[u8], value: Option<&[u8]>) {
    match value {
        None => params.retain(|(k, _)| k != name),
        Some(v) => match params.iter_mut().find(|(k, _)| k == name) {
            Some(p) => p.1 = v.to_vec(),
            None => params.push((name.to_vec(), v.to_vec())),
        },
    }
}

fn is_file(p: &[u8]) -> bool {
    Path::new(OsStr::from_bytes(p)).is_file()
}

fn exists(p: &[u8]) -> bool {
    !p.ends_with(b"/") && Path::new(OsStr::from_bytes(p)).exists()
}

/// What Apache's proxy modules put before a path.
fn without_proxy(file: &[u8]) -> Option<Vec<u8>> {
    let rest = [&b"proxy:fcgi://"[..], b"proxy:balancer://"]
        .iter()
        .find(|p| file.len() >= p.len() && file[..p.len()].eq_ignore_ascii_case(p))
        .map(|p| &file[p.len()..])?;
    let path = &rest[rest.iter().position(|&c| c == b'/')?..];
    Some(path[..path.iter().position(|&c| c == b'?').unwrap_or(path.len())].to_vec())
}

/// The script of a request, found by taking path components off `SCRIPT_FILENAME` until a file is left; what was taken off
/// is `PATH_INFO`. Changes the parameters as PHP does.
fn find_script(params: &mut Params, fix_path_info: bool) -> (Option<Vec<u8>>, Vec<u8>) {
    let own = |p: &Params, n: &[u8]| get(p, n).map(<[u8]>::to_vec);
    let mut file = own(params, b"SCRIPT_FILENAME");
    let mut apache = false;
    if let Some(path) = file.as_deref().and_then(without_proxy) {
        put(params, b"SCRIPT_FILENAME", Some(&path));
        file = Some(path);
        apache = true;
    }
    let translated = own(params, b"PATH_TRANSLATED");
    let name = own(params, b"SCRIPT_NAME");
    let path_info = own(params, b"PATH_INFO");
    let Some(script) = file.clone().or(translated.clone()) else { return (None, Vec::new()) };
    if !fix_path_info {
        return (Some(translated.unwrap_or(script)), path_info.or(name).unwrap_or_default());
    }
    if exists(&script) {
        if file.as_deref() != Some(&script[..]) {
            put(params, b"SCRIPT_FILENAME", Some(&script));
        }
        return (Some(script), name.unwrap_or_default());
    }
    let mut base = script.clone();
    while let Some(cut) = base.iter().rposition(|c| matches!(c, b'/' | b'\\')) {
        base.truncate(cut);
        if !is_file(&base) {
            continue;
        }
        let taken = script.len() - base.len();
        let mut uri = None;
        let mut info = path_info.clone();
        if apache {
            let raw = script[base.len()..].to_vec();
            if taken > 0 && path_info.as_deref() != Some(&raw[..]) {
                // Apache's own names may be decoded already.
                let tail = url_decode(&raw, false);
                let ends = |n: &&[u8]| {
                    n.len() > raw.len() && n.ends_with(&raw) || n.len() > tail.len() && n.ends_with(&tail)
                };
                if let Some(n) = name.as_deref().filter(ends) {
                    put(params, b"ORIG_SCRIPT_NAME", Some(n));
                    let cut = if n.ends_with(&raw) { raw.len() } else { tail.len() };
                    let n = n[..n.len() - cut].to_vec();
                    put(params, b"SCRIPT_NAME", Some(&n));
                    uri = Some(n);
                }
                put(params, b"PATH_INFO", Some(&tail));
                info = Some(tail);
            }
        } else if let Some(p) = path_info.as_deref().filter(|p| p.len() > taken) {
            let (head, tail) = p.split_at(p.len() - taken);
            put(params, b"ORIG_PATH_INFO", Some(p));
            if name.as_deref() != Some(head) {
                if let Some(n) = &name {
                    put(params, b"ORIG_SCRIPT_NAME", Some(n));
                }
                put(params, b"SCRIPT_NAME", Some(head));
            }
            uri = Some(head.to_vec());
            put(params, b"PATH_INFO", Some(tail));
            info = Some(tail.to_vec());
        }
        if let Some(f) = &file {
            put(params, b"ORIG_SCRIPT_FILENAME", Some(f));
        }
        put(params, b"SCRIPT_FILENAME", Some(&base));
        if let Some(root) = own(params, b"DOCUMENT_ROOT") {
            let root = root.strip_suffix(b"/").unwrap_or(&root);
            if let Some(t) = &translated {
                put(params, b"ORIG_PATH_TRANSLATED", Some(t));
            }
            let path = [root, info.as_deref().unwrap_or_default()].concat();
            put(params, b"PATH_TRANSLATED", Some(&path));
        }
        return (Some(base), uri.or(name).unwrap_or_default());
    }
    if let Some(f) = &file {
        put(params, b"ORIG_SCRIPT_FILENAME", Some(f));
    }
    put(params, b"SCRIPT_FILENAME", None);
    (None, name.unwrap_or_default())
}

/// Takes apart a request. The script is empty where there is none.
pub fn info(params: &mut Params, fix_path_info: bool) -> RequestInfo {
    let (script, uri) = find_script(params, fix_path_info);
    let value = |n: &[u8]| get(params, n).unwrap_or_default().to_vec();
    let number = |b: &[u8]| std::str::from_utf8(b).ok().and_then(|s| s.trim().parse().ok()).unwrap_or(0);
    RequestInfo {
        method: get(params, b"REQUEST_METHOD").map(<[u8]>::to_vec),
        uri,
        query: value(b"QUERY_STRING"),
        content_type: Some(value(b"CONTENT_TYPE")).filter(|_| script.is_some()),
        content_length: if script.is_some() { number(&value(b"CONTENT_LENGTH")) } else { 0 },
        cookies: value(b"HTTP_COOKIE"),
        authorization: value(b"HTTP_AUTHORIZATION"),
        code: if script.is_some() { 200 } else { 404 },
        script: script.unwrap_or_default(),
        argv: None,
        protocol: 1000,
        time: clock::now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(list: &[(&str, &str)]) -> Params {
        list.iter().map(|(k, v)| (k.as_bytes().to_vec(), v.as_bytes().to_vec())).collect()
    }

    #[test]
    fn path_info() {
        let dir = std::env::temp_dir().join(format!("fpm-request-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap_or_else(|e| panic!("{e}"));
        let file = dir.join("a.php");
        std::fs::write(&file, "").unwrap_or_else(|e| panic!("{e}"));
        let f = file.to_string_lossy().into_owned();
        let mut p = params(&[("SCRIPT_FILENAME", &f), ("SCRIPT_NAME", "/a.php"), ("REQUEST_METHOD", "GET")]);
        let i = info(&mut p, true);
        assert_eq!((i.script, i.uri), (f.clone().into_bytes(), b"/a.php".to_vec()));
        let deep = format!("{f}/x/y");
        let mut p = params(&[
            ("SCRIPT_FILENAME", &deep),
            ("SCRIPT_NAME", "/a.php/x/y"),
            ("PATH_INFO", "/a.php/x/y"),
            ("DOCUMENT_ROOT", "/srv"),
        ]);
        let i = info(&mut p, true);
        assert_eq!((i.script, i.uri), (f.clone().into_bytes(), b"/a.php".to_vec()));
        assert_eq!(get(&p, b"PATH_INFO"), Some(&b"/x/y"[..]));
        assert_eq!(get(&p, b"PATH_TRANSLATED"), Some(&b"/srv/x/y"[..]));
        let mut p = params(&[("SCRIPT_FILENAME", "/no/such.php")]);
        let i = info(&mut p, true);
        assert_eq!((i.script.len(), i.code), (0, 404));
        assert_eq!(without_proxy(b"proxy:fcgi://h:9000/d/i.php/t?q").as_deref(), Some(&b"/d/i.php/t"[..]));
        std::fs::remove_dir_all(&dir).unwrap_or_else(|e| panic!("{e}"));
    }
}
