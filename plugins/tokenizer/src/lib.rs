//! The tokenizer extension: PHP source as tokens.

mod constants;

use plugin_api::tokens::{self, Token};
use plugin_api::{
    Array, Class, Ctx, Kind, Object, PropSlot, R, Str, This, Value, php_class, php_function, php_methods,
    php_module,
};

/// `TOKEN_PARSE`
const PARSE: i64 = 1;
const COMMENT: i64 = 391;
const DOC_COMMENT: i64 = 392;
const OPEN_TAG: i64 = 393;
const WHITESPACE: i64 = 396;

/// The texts of tokens: what comes again soon is made once.
struct Texts<'s> {
    source: &'s [u8],
    lately: Vec<(&'s [u8], Str)>,
}

/// Texts that are kept: a power of two.
const KEPT: usize = 1024;

impl<'s> Texts<'s> {
    fn new(source: &'s [u8]) -> Texts<'s> {
        Texts { source, lately: vec![(&[], Str::empty()); KEPT] }
    }
    fn of(&mut self, t: &Token) -> Str {
        let text = &self.source[t.start as usize..t.end as usize];
        if let [_] = text {
            return Str::interned(text);
        }
        let (known, made) = &mut self.lately[place(text)];
        if *known != text {
            (*known, *made) = (text, Str::new(text));
        }
        made.clone()
    }
}

/// Where a text is kept, by its length and its ends.
fn place(text: &[u8]) -> usize {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(a), Some(b)) => (u64::from_le_bytes(*a), u64::from_le_bytes(*b)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(a), Some(b)) => (u32::from_le_bytes(*a).into(), u32::from_le_bytes(*b).into()),
            _ => text.iter().fold((0, 0), |(n, _), c| (n << 8 | u64::from(*c), 0)),
        },
    };
    let mixed = (first ^ last.rotate_left(29) ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 48) as usize % KEPT
}

/// The tokens of a source: characters as strings, others as arrays of id, text and line.
#[php_function("token_get_all(string $code, int $flags = 0): array")]
fn token_get_all(ctx: &mut Ctx, code: &[u8], flags: i64) -> R<Array> {
    let mut texts = Texts::new(code);
    let found = tokens::scan(ctx, code, flags & PARSE != 0)?;
    Ok(Array::list(found.iter().map(|t| {
        let text = Value::from(texts.of(t));
        if t.id < 256 {
            return text;
        }
        Array::list([Value::int(t.id.into()), text, Value::int(t.line.into())]).into()
    })))
}

/// Name of a token's id.
#[php_function("token_name(int $id): string")]
fn token_name(ctx: &mut Ctx, id: i64) -> R<&'static str> {
    Ok(name(ctx, id)?.unwrap_or("UNKNOWN"))
}

fn name(ctx: &mut Ctx, id: i64) -> R<Option<&'static str>> {
    match u32::try_from(id) {
        Ok(id) => tokens::name(ctx, id),
        Err(_) => Ok(None),
    }
}

/// A token.
#[php_class(
    "class PhpToken implements Stringable",
    "public int $id",
    "public string $text",
    "public int $line",
    "public int $pos"
)]
pub struct PhpToken;

/// A property that may not have been given a value yet.
fn property(this: &This<PhpToken>, ctx: &mut Ctx, name: &str) -> R<Value> {
    match this.object().slot(name) {
        Some(v) => Ok(v),
        None => Err(
            ctx.error(format!("Typed property PhpToken::${name} must not be accessed before initialization"))
        ),
    }
}

/// Where tokens have their properties.
struct Slots([Option<PropSlot>; 4]);

impl Slots {
    fn of(class: Class) -> Slots {
        Slots(["id", "text", "line", "pos"].map(|name| class.slot(name)))
    }
    fn fill(&self, o: &Object, id: i64, text: Value, line: i64, pos: i64) {
        for (slot, v) in self.0.iter().zip([Value::int(id), text, Value::int(line), Value::int(pos)]) {
            if let Some(slot) = slot {
                o.set_slot_at(*slot, v);
            }
        }
    }
}

#[php_methods]
impl PhpToken {
    #[php("public static function tokenize(string $code, int $flags = 0): array")]
    fn tokenize(class: Class, ctx: &mut Ctx, code: &[u8], flags: i64) -> R<Array> {
        if class.flags() & plugin_api::flags::ABSTRACT != 0 {
            let name = class.name();
            return Err(ctx.error(format!("Cannot instantiate abstract class {}", name.lossy())));
        }
        let (slots, mut texts) = (Slots::of(class), Texts::new(code));
        let mut out = Array::new();
        for t in tokens::scan(ctx, code, flags & PARSE != 0)? {
            let o = class.instantiate_raw(ctx)?;
            slots.fill(&o, t.id.into(), texts.of(&t).into(), t.line.into(), t.start.into());
            out.push(o);
        }
        Ok(out)
    }

    #[php("final public function __construct(int $id, string $text, int $line = -1, int $pos = -1)")]
    fn construct(this: &This<Self>, id: i64, text: &Str, line: i64, pos: i64) {
        let o = this.object();
        Slots::of(o.class()).fill(o, id, text.clone().into(), line, pos);
    }

    #[php("public function is($kind): bool")]
    fn is(this: &This<Self>, ctx: &mut Ctx, kind: &Value) -> R<bool> {
        match kind.kind() {
            Kind::Int(id) => Ok(property(this, ctx, "id")?.as_int() == Some(id)),
            Kind::Str(text) => Ok(property(this, ctx, "text")?.as_str() == Some(text)),
            Kind::Array(kinds) => {
                for k in kinds.values() {
                    let same = match k.kind() {
                        Kind::Int(id) => property(this, ctx, "id")?.as_int() == Some(id),
                        Kind::Str(text) => property(this, ctx, "text")?.as_str() == Some(text),
                        _ => {
                            let given = k.value_name();
                            return Err(ctx.argument_type_error(
                                1,
                                format!("must only have elements of type string|int, {given} given"),
                            ));
                        }
                    };
                    if same {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => {
                let given = kind.value_name();
                Err(ctx.argument_type_error(1, format!("must be of type string|int|array, {given} given")))
            }
        }
    }

    #[php("public function isIgnorable(): bool")]
    fn is_ignorable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let id = property(this, ctx, "id")?.as_int();
        Ok(matches!(id, Some(WHITESPACE | COMMENT | DOC_COMMENT | OPEN_TAG)))
    }

    #[php("public function getTokenName(): ?string")]
    fn get_token_name(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Str>> {
        let id = property(this, ctx, "id")?.to_int();
        if id < 256 {
            return Ok(Some(Str::new(&[id as u8])));
        }
        Ok(name(ctx, id)?.map(Str::from))
    }

    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        property(this, ctx, "text")
    }
}

php_module! {
    name: "tokenizer",
    version: "8.4.24",
    functions: [token_get_all, token_name],
    classes: [PhpToken],
    constants: [constants::CONSTANTS],
    minfo: info,
}

fn info(t: &mut plugin_api::Info) {
    t.row("Tokenizer Support", "enabled");
}
