//! The `ssl` options of a stream's context.

use plugin_api::transport::StreamContext;
use plugin_api::{Ctx, R, Str, Value};

/// The options; none where the stream has no context.
pub struct Options(pub Option<StreamContext>);

impl Options {
    /// An option as it is.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.0.as_ref()?.option("ssl", name)
    }
    /// Whether an option is set and true.
    pub fn is(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| v.to_bool())
    }
    /// An option as a text.
    pub fn text(&self, ctx: &mut Ctx, name: &str) -> R<Option<Str>> {
        match self.get(name) {
            Some(v) => v.to_str(ctx).map(Some),
            None => Ok(None),
        }
    }
    /// An option as a number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name).map(|v| v.to_int())
    }
    /// Tells the script something.
    pub fn set(&self, name: &str, v: &Value) {
        if let Some(c) = &self.0 {
            c.set_option("ssl", name, v);
        }
    }
}
