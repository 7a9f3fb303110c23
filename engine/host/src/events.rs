//! What plugins tell with `tracing`, on its way to the error log.
//!
//! Events reach the engine from the extensions linked into it and, handed over by the plugin API, from loaded ones. The
//! php.ini setting `howdah.plugin_log` says which are logged: `off`, `error`, `warn` (as it is without the setting), `info`,
//! `debug` or `trace`.

use crate::host::SapiHost;
use crate::ini::Config;
use howdah_vm::vm::current;
use std::fmt::{Debug, Write};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Writes events to the error log.
struct ToLog(LevelFilter);

/// An event's fields: what the plugin API passes on has its origin in fields of its own.
#[derive(Default)]
struct Fields {
    message: String,
    plugin: Option<String>,
    file: Option<String>,
    line: Option<u64>,
}

impl Fields {
    fn add(&mut self, name: &str, text: &str) {
        match name {
            "message" => self.message.insert_str(0, text),
            "plugin" => self.plugin = Some(text.to_owned()),
            "file" => self.file = Some(text.to_owned()),
            _ => {
                let space = if self.message.is_empty() { "" } else { " " };
                // Writing to a String does not fail.
                let _ = write!(self.message, "{space}{name}={text}");
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field.name(), &format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "line" {
            self.line = Some(value);
        } else {
            self.add(field.name(), &value.to_string());
        }
    }
}

/// An event as the log has it.
fn text(level: Level, target: &str, f: &Fields, file: Option<&str>, line: Option<u64>) -> String {
    let word = match level {
        Level::ERROR => "error",
        Level::WARN => "warning",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    };
    let who = f.plugin.as_deref().unwrap_or(target);
    let mut out = format!("Plugin {word}:  {who}: {}", f.message);
    if let Some(file) = f.file.as_deref().or(file).filter(|n| !n.is_empty()) {
        out.push_str(&format!(" in {file}:{}", f.line.or(line).unwrap_or(0)));
    }
    out
}

impl Subscriber for ToLog {
    fn enabled(&self, m: &Metadata<'_>) -> bool {
        *m.level() <= self.0
    }
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.0)
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, e: &Event<'_>) {
        let m = e.metadata();
        let mut f = Fields::default();
        e.record(&mut f);
        let line = text(*m.level(), m.target(), &f, m.file(), m.line().map(u64::from));
        let vm = current();
        // SAFETY: this thread's VM, which waits for the native code that tells something.
        let host = if vm.is_null() { None } else { SapiHost::of(unsafe { &mut *vm }) };
        match host {
            Some(h) => h.log(line.as_bytes(), if *m.level() == Level::ERROR { 1 } else { 2 }),
            None => eprintln!("{line}"),
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Sends events to the error log from now on. Whoever embeds the engine and installed a subscriber keeps it.
pub fn install(config: &Config) {
    let level = match config.get(b"howdah.plugin_log").unwrap_or(b"warn") {
        b"error" => LevelFilter::ERROR,
        b"warn" | b"warning" => LevelFilter::WARN,
        b"info" => LevelFilter::INFO,
        b"debug" => LevelFilter::DEBUG,
        b"trace" => LevelFilter::TRACE,
        _ => LevelFilter::OFF,
    };
    if level != LevelFilter::OFF {
        // An error says that there is a subscriber already.
        drop(tracing::subscriber::set_global_default(ToLog(level)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_came_from() {
        let f = Fields { message: "slow".into(), plugin: Some("demo::io".into()), ..Fields::default() };
        assert_eq!(
            text(Level::WARN, "howdah_vm", &f, Some("src/a.rs"), Some(3)),
            "Plugin warning:  demo::io: slow in src/a.rs:3"
        );
        assert_eq!(
            text(Level::INFO, "howdah_zip", &Fields::default(), None, None),
            "Plugin info:  howdah_zip: "
        );
    }
}
