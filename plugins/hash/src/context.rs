//! `HashContext`.

use crate::algorithm::{Algorithm, Hasher};
use crate::state;
use plugin_api::{Array, Ctx, GcRoots, Handlers, Kind, R, This, Value, php_class, php_methods};

/// `HASH_HMAC`
pub const HMAC: i64 = 1;

/// A hash that is being computed.
pub struct Running {
    /// How.
    pub algorithm: &'static Algorithm,
    /// Its state; `None` once it is finished.
    pub hasher: Option<Box<dyn Hasher>>,
    /// `hash_init()`'s flags.
    pub flags: i64,
    /// With [`HMAC`]: the key with the inner pad.
    pub key: Vec<u8>,
}

/// `HashContext`
#[derive(Default, GcRoots)]
#[php_class("final class HashContext", handlers(clone))]
pub struct HashContext(#[gc(skip)] pub Option<Running>);

impl Handlers for HashContext {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let copy = match &from.borrow(ctx)?.0 {
            Some(Running { algorithm, hasher: Some(h), flags, key }) => {
                Some(Running { algorithm, hasher: Some(h.copy()), flags: *flags, key: key.clone() })
            }
            _ => None,
        };
        if copy.is_none() {
            return Err(ctx.value_error("Cannot clone a finalized HashContext"));
        }
        to.borrow_mut(ctx)?.0 = copy;
        Ok(())
    }
}

#[php_methods]
impl HashContext {
    #[php("private function __construct()")]
    fn construct() {}

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let properties = this.object().properties(ctx)?;
        let (algorithm, flags, state) = match &this.borrow(ctx)?.0 {
            Some(r) => {
                let layout = r.algorithm.layout;
                let state = r.hasher.as_ref().filter(|_| !layout.is_empty() && r.flags & HMAC == 0);
                (r.algorithm, r.flags, state.map(|h| state::to_array(layout, &h.save())))
            }
            None => return Err(ctx.exception("HashContext is not initialized")),
        };
        if flags & HMAC != 0 {
            return Err(ctx.exception("HashContext with HASH_HMAC option cannot be serialized"));
        }
        let name = algorithm.name;
        let Some(state) = state else {
            return Err(ctx.exception(format!("HashContext for algorithm \"{name}\" cannot be serialized")));
        };
        // The one algorithm with two names knows itself by the shorter.
        let name = if name == "snefru256" { "snefru" } else { name };
        Ok(Array::list([
            Value::str(name),
            Value::int(flags),
            state.into(),
            Value::int(algorithm.magic),
            properties.into(),
        ]))
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        if this.borrow(ctx)?.0.is_some() {
            return Err(ctx.exception("HashContext::__unserialize called on initialized object"));
        }
        let part = |i| data.get_index(i).map_or(Kind::Null, Value::kind);
        let (Kind::Str(name), Kind::Int(flags), Some(state), Kind::Int(magic), Kind::Array(members)) =
            (part(0), part(1), data.get_index(2), part(3), part(4))
        else {
            return Err(ctx.exception("Incomplete or ill-formed serialization data"));
        };
        if flags & HMAC != 0 {
            return Err(ctx.exception("HashContext with HASH_HMAC option cannot be serialized"));
        }
        let Some(algorithm) = Algorithm::find(name) else {
            return Err(ctx.exception("Unknown hash algorithm"));
        };
        let mut hasher = algorithm.fresh(ctx)?;
        let loaded = match state.as_array() {
            Some(a) if magic == algorithm.magic && !algorithm.layout.is_empty() => {
                match state::from_array(algorithm.layout, a) {
                    Ok(s) if hasher.load(&s) => Ok(()),
                    Ok(_) => Err(-2000),
                    Err(code) => Err(code),
                }
            }
            _ => Err(-1),
        };
        if let Err(code) = loaded {
            let name = algorithm.name;
            return Err(ctx
                .exception(format!("Incomplete or ill-formed serialization data (\"{name}\" code {code})")));
        }
        this.borrow_mut(ctx)?.0 = Some(Running { algorithm, hasher: Some(hasher), flags, key: Vec::new() });
        for (k, v) in members.iter() {
            let key = k.to_value().to_str(ctx)?;
            this.object().set_mangled(ctx, &key, v.clone())?;
        }
        Ok(())
    }

    #[php("public function __debugInfo(): array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let mut out = Array::new();
        if let Some(r) = &this.borrow(ctx)?.0 {
            out.set("algo", r.algorithm.name);
        }
        Ok(out)
    }
}
