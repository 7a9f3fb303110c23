//! References held in arrays.

use crate::support::{no_clone, throw};
use plugin_api::{Array, Ctx, GcRoots, R, Str, This, Value, php_class, php_methods};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

/// A PHP reference.
#[derive(Default, GcRoots)]
#[php_class("final class ReflectionReference", flags(not_serializable))]
pub struct ReflectionReference {
    reference: Option<Value>,
}

/// Bytes of an identifier.
const ID_LEN: usize = 20;

/// Keys of the identifiers, so that they tell no addresses.
fn keys() -> &'static [RandomState; 3] {
    static KEYS: OnceLock<[RandomState; 3]> = OnceLock::new();
    KEYS.get_or_init(|| [RandomState::new(), RandomState::new(), RandomState::new()])
}

fn id(address: u64) -> [u8; ID_LEN] {
    let mut out = [0; ID_LEN];
    for (chunk, key) in out.chunks_mut(8).zip(keys()) {
        let mut h = key.build_hasher();
        h.write_u64(address);
        chunk.copy_from_slice(&h.finish().to_ne_bytes()[..chunk.len()]);
    }
    out
}

#[php_methods]
impl ReflectionReference {
    /// The reference that an element of an array is, or null.
    #[php("public static function fromArrayElement(array $array, int|string $key): ?ReflectionReference")]
    fn from_array_element(ctx: &mut Ctx, array: &Array, key: &Value) -> R<Value> {
        let found = array.element_as_is(key);
        let Some(v) = found else { return Err(throw(ctx, "Array key not found")) };
        let itself = v.as_array().is_some_and(|a| a.same(array));
        if !v.is_reference() || v.refcount() == 1 && !itself {
            return Ok(Value::NULL);
        }
        let p = ReflectionReference { reference: Some(v.clone()) };
        Ok(This::<ReflectionReference>::create(ctx, p)?.into())
    }
    /// What tells it from other references, as long as it lives.
    #[php("public function getId(): string")]
    fn get_id(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let address = this.borrow(ctx)?.reference.as_ref().map(|v| v.raw().payload);
        match address {
            Some(a) => Ok(Str::new(&id(a))),
            None => Err(throw(ctx, "Corrupted ReflectionReference object")),
        }
    }
    #[php("private function __clone(): void")]
    fn clone(ctx: &mut Ctx) -> R<()> {
        Err(no_clone(ctx))
    }
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(throw(
            ctx,
            "Cannot directly instantiate ReflectionReference. Use ReflectionReference::fromArrayElement() instead",
        ))
    }
}
