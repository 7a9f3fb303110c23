//! `stream_get_meta_data()`.

use crate::stream::{Stream, flags};

/// A metadata value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetaValue {
    /// A bool.
    Bool(bool),
    /// An int.
    Int(i64),
    /// A string.
    Text(Vec<u8>),
    /// Stands where [`Stream::wrapper_data`] goes.
    WrapperData,
    /// An array.
    List(Vec<(Vec<u8>, MetaValue)>),
}

impl Stream {
    /// The metadata in the order of PHP's array.
    pub fn metadata(&self) -> Vec<(Vec<u8>, MetaValue)> {
        let mut out = Vec::new();
        let mut put = |k: &str, v| out.push((k.as_bytes().to_vec(), v));
        let mut own = Vec::new();
        if self.ops().metadata(self, &mut own) {
            own.into_iter().for_each(|(k, v)| out.push((k, v)));
        } else {
            put("timed_out", MetaValue::Bool(false));
            put("blocked", MetaValue::Bool(true));
            put("eof", MetaValue::Bool(self.eof()));
        }
        let mut put = |k: &str, v| out.push((k.as_bytes().to_vec(), v));
        if self.has_wrapper_data() {
            put("wrapper_data", MetaValue::WrapperData);
        }
        if let Some(w) = self.wrapper() {
            put("wrapper_type", MetaValue::Text(w.label().as_bytes().to_vec()));
        }
        put("stream_type", MetaValue::Text(self.ops().label().as_bytes().to_vec()));
        put("mode", MetaValue::Text(self.mode()));
        put("unread_bytes", MetaValue::Int(self.unread() as i64));
        put("seekable", MetaValue::Bool(self.ops().has_seek() && !self.has(flags::NO_SEEK)));
        if let Some(p) = self.path() {
            put("uri", MetaValue::Text(p));
        }
        out
    }
}
