//! The status page, the ping page, `fpm_get_status()`.

use crate::access::strftime;
use crate::conf::ProcessManager;
use crate::pool::{Running, Slot, Stage};
use crate::worker::since;
use howdah_host::headers::HeaderOp;
use howdah_host::input::{Key, Limits, Node, Table, query};
use howdah_host::{Worker, clock, report, superglobals};
use plugin_api_abi::Val;
use std::cell::Cell;
use std::sync::atomic::Ordering;

thread_local! {
    /// The pool of this thread's worker.
    static POOL: Cell<*const Running> = const { Cell::new(core::ptr::null()) };
}

/// Answers a request for the status or the ping page; false: it is for neither.
pub fn answer(pool: &Running, w: &mut Worker) -> bool {
    POOL.set(pool);
    let state = w.state.clone();
    let info = state.info.borrow();
    let is =
        |path: &Option<String>| path.as_deref().is_some_and(|p| !p.is_empty() && p.as_bytes() == info.uri);
    if is(&pool.conf.ping_path) {
        let body = pool.conf.ping_response.clone().unwrap_or_default();
        send(w, "text/plain", body.as_bytes());
        return true;
    }
    if !is(&pool.conf.status_path) {
        return false;
    }
    let limits = Limits { vars: 100, nesting: 1, display_errors: true };
    let args = query::parse(&info.query, b"&", &limits, &mut Vec::new());
    let has = |name: &str| args.entries.contains_key(&Key::of(name.as_bytes()));
    let full = has("full");
    let (kind, body) = if has("json") {
        ("application/json", json(pool, full))
    } else if has("xml") {
        ("text/xml", xml(pool, full))
    } else if has("html") {
        ("text/html", html(pool, full))
    } else if has("openmetrics") {
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", metrics(pool))
    } else {
        ("text/plain", text(pool, full))
    };
    send(w, kind, body.as_bytes());
    true
}

fn send(w: &mut Worker, kind: &str, body: &[u8]) {
    let (state, out) = (w.state.clone(), w.output.clone());
    state.headers.borrow_mut().set_code(200);
    let lines = [
        format!("Content-Type: {kind}"),
        "Expires: Thu, 01 Jan 1970 00:00:00 GMT".into(),
        "Cache-Control: no-cache, no-store, must-revalidate, max-age=0".into(),
    ];
    for l in lines {
        // Nothing was sent yet, and these are headers.
        drop(state.header(&out, l.as_bytes(), HeaderOp::Replace, 0));
    }
    w.vm.host.write(body);
}

fn manager(pool: &Running) -> &'static str {
    match pool.conf.pm {
        Some(ProcessManager::Static) => "static",
        Some(ProcessManager::OnDemand) => "ondemand",
        _ => "dynamic",
    }
}

fn time(t: f64) -> String {
    strftime("%d/%b/%Y:%H:%M:%S %z", &clock::local(t as i64), t as i64)
}

enum Value {
    Text(String),
    Int(i64),
}

impl Value {
    fn show(&self) -> String {
        match self {
            Value::Text(t) => t.clone(),
            Value::Int(i) => i.to_string(),
        }
    }
}

fn fields(pool: &Running) -> Vec<(&'static str, Value)> {
    let (idle, all) = pool.counts();
    let (waiting, room) = pool.queue();
    let n = |v: usize| Value::Int(v as i64);
    let load = |a: &std::sync::atomic::AtomicUsize| n(a.load(Ordering::Relaxed));
    vec![
        ("pool", Value::Text(pool.conf.name.clone())),
        ("process manager", Value::Text(manager(pool).into())),
        ("start time", Value::Text(time(pool.start))),
        ("start since", Value::Int(since(pool.start))),
        ("accepted conn", load(&pool.accepted)),
        ("listen queue", Value::Int(waiting)),
        (
            "max listen queue",
            n(pool.max_waiting.fetch_max(waiting as usize, Ordering::Relaxed).max(waiting as usize)),
        ),
        ("listen queue len", Value::Int(room)),
        ("idle processes", n(idle)),
        ("active processes", n(all - idle)),
        ("total processes", n(all)),
        ("max active processes", load(&pool.max_active)),
        ("max children reached", load(&pool.reached_max)),
        ("slow requests", load(&pool.slow)),
        ("memory peak", load(&pool.memory_peak)),
    ]
}

fn stage_name(s: Stage) -> &'static str {
    match s {
        Stage::Idle => "Idle",
        Stage::Kept => "Reading headers",
        Stage::Running => "Running",
        Stage::Finishing => "Finishing",
    }
}

fn slot_fields(s: &Slot) -> Vec<(&'static str, Value)> {
    let running = s.stage == Stage::Running;
    let duration = if running { clock::now() - s.accepted } else { s.duration };
    let dash = |t: &str| Value::Text(if t.is_empty() { "-".into() } else { t.into() });
    let uri = if s.query.is_empty() || s.uri.contains('?') {
        s.uri.clone()
    } else {
        format!("{}?{}", s.uri, s.query)
    };
    vec![
        ("pid", Value::Int(s.id as i64)),
        ("state", Value::Text(stage_name(s.stage).into())),
        ("start time", Value::Text(time(s.start))),
        ("start since", Value::Int(since(s.start))),
        ("requests", Value::Int(s.requests as i64)),
        ("request duration", Value::Int((duration * 1e6) as i64)),
        ("request method", dash(&s.method)),
        ("request URI", dash(&uri)),
        ("content length", Value::Int(s.length)),
        ("user", dash(&s.user)),
        ("script", dash(&s.script)),
        ("last request cpu", Value::Text(format!("{:.2}", if running { 0.0 } else { s.cpu }))),
        ("last request memory", Value::Int(if running { 0 } else { s.memory as i64 })),
    ]
}

fn text(pool: &Running, full: bool) -> String {
    let mut out: String =
        fields(pool).iter().map(|(k, v)| format!("{:<21} {}\n", format!("{k}:"), v.show())).collect();
    if full {
        for s in pool.slots().iter() {
            out.push_str("\n************************\n");
            for (k, v) in slot_fields(s) {
                out.push_str(&format!("{:<21} {}\n", format!("{k}:"), v.show()));
            }
        }
    }
    out
}

fn json_text(t: &str) -> String {
    let mut out = String::from("\"");
    for c in t.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            c if (c as u32) < 32 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn json_row(fields: &[(&str, Value)]) -> String {
    let row: Vec<String> = fields
        .iter()
        .map(|(k, v)| match v {
            Value::Int(i) => format!("\"{}\":{i}", k.to_ascii_lowercase()),
            Value::Text(t) => format!("\"{}\":{}", k.to_ascii_lowercase(), json_text(t)),
        })
        .collect();
    row.join(",")
}

fn json(pool: &Running, full: bool) -> String {
    let row = json_row(&fields(pool));
    if !full {
        return format!("{{{row}}}");
    }
    let slots: Vec<String> =
        pool.slots().iter().map(|s| format!("{{{}}}", json_row(&slot_fields(s)))).collect();
    format!("{{{row}, \"processes\":[{}]}}", slots.join(","))
}

fn escaped(t: &str) -> String {
    String::from_utf8_lossy(&report::escape_html(t.as_bytes())).into_owned()
}

fn tag(k: &str) -> String {
    k.replace(' ', "-").to_ascii_lowercase()
}

fn xml(pool: &Running, full: bool) -> String {
    let rows = |f: Vec<(&str, Value)>| -> String {
        f.iter().map(|(k, v)| format!("<{0}>{1}</{0}>\n", tag(k), escaped(&v.show()))).collect()
    };
    let mut out = format!("<?xml version=\"1.0\" ?>\n<status>\n{}", rows(fields(pool)));
    if full {
        out.push_str("<processes>\n");
        for s in pool.slots().iter() {
            out.push_str(&format!("<process>\n{}</process>\n", rows(slot_fields(s))));
        }
        out.push_str("</processes>\n");
    }
    out.push_str("</status>");
    out
}

fn html(pool: &Running, full: bool) -> String {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><title>PHP-FPM Status Page</title></head>\n<body>\n<table>\n",
    );
    for (k, v) in fields(pool) {
        out.push_str(&format!("<tr><th>{k}</th><td>{}</td></tr>\n", escaped(&v.show())));
    }
    out.push_str("</table>\n");
    if full {
        out.push_str("<table border=\"1\">\n");
        for s in pool.slots().iter() {
            let cells: String =
                slot_fields(s).iter().map(|(_, v)| format!("<td>{}</td>", escaped(&v.show()))).collect();
            out.push_str(&format!("<tr>{cells}</tr>\n"));
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body></html>");
    out
}

fn metrics(pool: &Running) -> String {
    let mut out = String::new();
    for (k, v) in fields(pool) {
        let Value::Int(i) = v else { continue };
        let name = format!("phpfpm_{}", k.replace(' ', "_"));
        let kind = if matches!(k, "accepted conn" | "max children reached" | "slow requests") {
            "counter"
        } else {
            "gauge"
        };
        out.push_str(&format!("# TYPE {name} {kind}\n{name} {i}\n"));
    }
    out.push_str("# EOF\n");
    out
}

fn table(fields: Vec<(&'static str, Value)>) -> Table {
    let mut t = Table::default();
    for (k, v) in fields {
        let node = match v {
            Value::Int(i) => Node::Int(i),
            Value::Text(s) => Node::Text(s.into_bytes()),
        };
        t.set(Key::Str(k.replace(' ', "-").to_ascii_lowercase().into_bytes()), node);
    }
    t
}

/// `fpm_get_status()` of this thread's pool.
pub fn current_array() -> Val {
    let pool = POOL.get();
    if pool.is_null() {
        return Val::FALSE;
    }
    // SAFETY: a worker's pool outlives it.
    let pool = unsafe { &*pool };
    let mut t = table(fields(pool));
    let mut procs = Table::default();
    pool.slots().iter().for_each(|s| procs.push(Node::Table(table(slot_fields(s)))));
    t.set(Key::Str(b"procs".to_vec()), Node::Table(procs));
    superglobals::array_of(&t)
}
