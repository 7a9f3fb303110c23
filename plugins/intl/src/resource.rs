//! `ResourceBundle`: data of locales.

use crate::error::{self, Errors};
use crate::icu::resource::{Bundle, Content, Failure};
use crate::icu::{
    self, Code, ILLEGAL_ARGUMENT_ERROR, USING_DEFAULT_WARNING, USING_FALLBACK_WARNING, locale as names,
};
use crate::locale;
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Kind, NativeIter, Object, OrFalse, PropMode, R, This, Value, Visitor,
    php_class, php_function, php_methods,
};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `ResourceBundle`.
#[derive(Default, GcRoots)]
#[php_class(
    "class ResourceBundle implements IteratorAggregate, Countable",
    handlers(read_dim, count, get_iterator),
    flags(uncloneable, not_serializable)
)]
pub struct ResourceBundle {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<Bundle>>,
}

/// Bytes of a path.
const MAXPATHLEN: usize = 4096;

/// Whether what was found is another locale's.
fn stands_in(code: Code) -> bool {
    matches!(code, USING_FALLBACK_WARNING | USING_DEFAULT_WARNING)
}

/// Opens the bundle; false: that failed.
fn open(
    ctx: &mut Ctx,
    this: &This<ResourceBundle>,
    locale: Option<&[u8]>,
    bundle: Option<&[u8]>,
    fallback: bool,
) -> R<bool> {
    error::begin(ctx, None);
    let payload = this.borrow(ctx)?;
    if payload.icu.get().is_some() {
        return Err(ctx.error("ResourceBundle object is already constructed"));
    }
    if !locale::check_length(ctx, locale.unwrap_or_default())? {
        return Ok(false);
    }
    let locale = locale.map_or_else(|| locale::default_locale(ctx), <[u8]>::to_vec);
    if bundle.is_some_and(|b| b.len() >= MAXPATHLEN) {
        return Err(ctx.argument_value_error(2, "is too long"));
    }
    let (opened, code) = Bundle::open(bundle, &locale, !fallback);
    let actual = opened.as_ref().map(Bundle::locale).unwrap_or_default();
    if let Some(opened) = opened {
        let _ = payload.icu.set(Rc::new(opened));
    }
    let errors = Some(&*payload.errors);
    let message = "resourcebundle_ctor: Cannot load libICU resource bundle";
    if !error::check(ctx, errors, code, message)? {
        return Ok(false);
    }
    if !fallback && stands_in(code) {
        let name =
            bundle.map_or("(default data)".into(), |b| icu::c_string(b).to_string_lossy().into_owned());
        let locale = icu::c_string(&locale);
        let message = format!(
            "resourcebundle_ctor: Cannot load libICU resource '{name}' without fallback from {} to {actual}",
            locale.to_string_lossy()
        );
        error::set_message(ctx, errors, &message)?;
        return Ok(false);
    }
    Ok(true)
}

/// Makes one.
fn create(ctx: &mut Ctx, locale: Option<&[u8]>, bundle: Option<&[u8]>, fallback: bool) -> R<Option<Value>> {
    let object = This::<ResourceBundle>::create(ctx, ResourceBundle::default())?;
    let Some(this) = This::<ResourceBundle>::of(&object) else { return Ok(None) };
    Ok(open(ctx, this, locale, bundle, fallback)?.then(|| object.clone().into()))
}

/// An element as PHP has it.
fn value(ctx: &mut Ctx, errors: &Errors, element: Bundle) -> R<Value> {
    let (code, message) = match element.content() {
        Ok(content) => {
            return Ok(match content {
                Content::Text(bytes) | Content::Binary(bytes) => bytes.into(),
                Content::Int(n) => i64::from(n).into(),
                Content::Ints(list) => list.into_iter().map(i64::from).collect::<Array>().into(),
                Content::Bundle(bundle) => {
                    error::begin(ctx, Some(errors));
                    let payload = ResourceBundle::default();
                    let _ = payload.icu.set(Rc::new(bundle));
                    This::<ResourceBundle>::create(ctx, payload)?.into()
                }
            });
        }
        Err(Failure::Text(code)) => (code, "Failed to retrieve string value"),
        Err(Failure::Encoding(code)) => (code, "Error converting value to UTF-8"),
        Err(Failure::Binary(code)) => (code, "Failed to retrieve binary value"),
        Err(Failure::Int(code)) => (code, "Failed to retrieve integer value"),
        Err(Failure::Ints(code)) => (code, "Failed to retrieve vector value"),
    };
    error::fail(ctx, Some(errors), code, message)?;
    Ok(false.into())
}

/// The element of a key or number; `arg` is the number of the argument that it is, 0 for an offset.
fn element(ctx: &mut Ctx, this: &This<ResourceBundle>, index: &Value, fallback: bool, arg: u32) -> R<Value> {
    let payload = this.borrow(ctx)?;
    let errors = &*payload.errors;
    error::begin(ctx, Some(errors));
    let bundle = payload.icu.get();
    let (shown, (found, code)) = match index.kind() {
        Kind::Str(key) if key.is_empty() => {
            return Err(match arg {
                0 => ctx.value_error("Offset must not be empty"),
                arg => ctx.argument_value_error(arg, "must not be empty"),
            });
        }
        Kind::Str(key) => {
            let shown = format!("'{}'", icu::c_string(key).to_string_lossy());
            (shown, bundle.map_or((None, ILLEGAL_ARGUMENT_ERROR), |b| b.by_key(key)))
        }
        _ => {
            let Ok(index) = i32::try_from(index.to_int()) else {
                let range = format!("between {} and {}", i32::MIN, i32::MAX);
                return Err(match arg {
                    0 => ctx.value_error(format!("Index must be {range}")),
                    arg => ctx.argument_value_error(arg, format!("index must be {range}")),
                });
            };
            (index.to_string(), bundle.map_or((None, ILLEGAL_ARGUMENT_ERROR), |b| b.by_index(index)))
        }
    };
    let message = format!("Cannot load resource element {shown}");
    if !error::check(ctx, Some(errors), code, &message)? {
        return Ok(Value::NULL);
    }
    if !fallback && stands_in(code) {
        let locale = bundle.map(|b| b.locale()).unwrap_or_default();
        let message = format!("Cannot load element {shown} without fallback from to {locale}");
        error::set_message(ctx, Some(errors), &message)?;
        return Ok(Value::NULL);
    }
    match found {
        Some(found) => value(ctx, errors, found),
        None => Ok(Value::NULL),
    }
}

/// How many elements an object has.
fn count(ctx: &mut Ctx, this: &This<ResourceBundle>) -> R<i64> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(bundle) => Ok(bundle.len().into()),
        None => Err(ctx.error("Found unconstructed ResourceBundle")),
    }
}

/// The locales that a package has data of.
fn locales(ctx: &mut Ctx, bundle: &[u8]) -> R<OrFalse<Array>> {
    error::begin(ctx, None);
    if bundle.len() >= MAXPATHLEN {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    let found = names::available(Some(bundle).filter(|b| !b.is_empty()));
    let Some(mut list) = error::checked(ctx, None, found, "Cannot fetch locales list")? else {
        return Ok(OrFalse::FALSE);
    };
    let mut out = Array::new();
    while let Ok(Some(name)) = list.next() {
        out.push(name);
    }
    Ok(out.into())
}

/// Walks a bundle's elements.
struct Walk {
    object: Value,
    at: i32,
    current: Option<(Value, Value)>,
}

impl GcRoots for Walk {
    fn visit(&mut self, v: &mut Visitor) {
        v.value(&mut self.object);
        if let Some((key, value)) = &mut self.current {
            v.value(key);
            v.value(value);
        }
    }
}

impl Walk {
    fn over(object: &Object) -> Walk {
        Walk { object: object.clone().into(), at: 0, current: None }
    }
    fn bundle(&self, ctx: &mut Ctx) -> R<Option<(Rc<Errors>, Rc<Bundle>)>> {
        let Some(this) = self.object.as_object().and_then(This::<ResourceBundle>::of) else {
            return Ok(None);
        };
        let payload = this.borrow(ctx)?;
        Ok(payload.icu.get().map(|bundle| (payload.errors.clone(), bundle.clone())))
    }
    /// The current key and value.
    fn read(&mut self, ctx: &mut Ctx) -> R<(Value, Value)> {
        if let Some(current) = &self.current {
            return Ok(current.clone());
        }
        let mut current = (i64::from(self.at).into(), Value::NULL);
        if let Some((errors, bundle)) = self.bundle(ctx)?
            && let (Some(element), _) = bundle.by_index(self.at)
        {
            if bundle.is_table() {
                current.0 = element.key().into();
            }
            current.1 = value(ctx, &errors, element)?;
        }
        self.current = Some(current.clone());
        Ok(current)
    }
}

impl NativeIter for Walk {
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        self.at = 0;
        self.current = None;
        Ok(())
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        Ok(self.bundle(ctx)?.is_some_and(|(_, bundle)| self.at < bundle.len()))
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        Ok(self.read(ctx)?.1)
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        Ok(self.read(ctx)?.0)
    }
    fn next(&mut self, _: &mut Ctx) -> R<()> {
        self.at = self.at.saturating_add(1);
        self.current = None;
        Ok(())
    }
}

impl Handlers for ResourceBundle {
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>> {
        let Some(key) = key else {
            return Err(ctx.error("Cannot apply [] to ResourceBundle object"));
        };
        if !matches!(key.kind(), Kind::Int(_) | Kind::Str(_)) {
            let (given, class) = (key.type_name(), this.object().class().name());
            let class = class.lossy();
            return Err(ctx.type_error(match mode {
                PropMode::Isset => format!("Cannot access offset of type {given} in isset or empty"),
                PropMode::Unset => format!("Cannot unset offset of type {given} on {class}"),
                _ => format!("Cannot access offset of type {given} on {class}"),
            }));
        }
        element(ctx, this, key, true, 0).map(Some)
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        let payload = this.borrow(ctx)?;
        match payload.icu.get() {
            Some(bundle) => Ok(Some(bundle.len().into())),
            None => {
                let message = "Found unconstructed ResourceBundle";
                error::fail(ctx, Some(&payload.errors), ILLEGAL_ARGUMENT_ERROR, message)?;
                Ok(None)
            }
        }
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(Walk::over(this.object())))
    }
}

/// A locale's data of a package.
#[php_function(
    "resourcebundle_create(?string $locale, ?string $bundle, bool $fallback = true): ?ResourceBundle"
)]
fn resourcebundle_create(
    ctx: &mut Ctx,
    locale: Option<&[u8]>,
    bundle: Option<&[u8]>,
    fallback: bool,
) -> R<Option<Value>> {
    create(ctx, locale, bundle, fallback)
}

/// An element.
#[php_function(
    "resourcebundle_get(ResourceBundle $bundle, string|int $index, bool $fallback = true): ResourceBundle|array|string|int|null"
)]
fn resourcebundle_get(
    ctx: &mut Ctx,
    bundle: &This<ResourceBundle>,
    index: &Value,
    fallback: bool,
) -> R<Value> {
    element(ctx, bundle, index, fallback, 2)
}

/// How many elements there are.
#[php_function("resourcebundle_count(ResourceBundle $bundle): int")]
fn resourcebundle_count(ctx: &mut Ctx, bundle: &This<ResourceBundle>) -> R<i64> {
    count(ctx, bundle)
}

/// The locales that a package has data of.
#[php_function("resourcebundle_locales(string $bundle): array|false")]
fn resourcebundle_locales(ctx: &mut Ctx, bundle: &[u8]) -> R<OrFalse<Array>> {
    locales(ctx, bundle)
}

/// Code of the object's last error.
#[php_function("resourcebundle_get_error_code(ResourceBundle $bundle): int")]
fn resourcebundle_get_error_code(ctx: &mut Ctx, bundle: &This<ResourceBundle>) -> R<i64> {
    let errors = bundle.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("resourcebundle_get_error_message(ResourceBundle $bundle): string")]
fn resourcebundle_get_error_message(ctx: &mut Ctx, bundle: &This<ResourceBundle>) -> R<String> {
    let errors = bundle.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl ResourceBundle {
    #[php("public function __construct(?string $locale, ?string $bundle, bool $fallback = true)")]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        locale: Option<&[u8]>,
        bundle: Option<&[u8]>,
        fallback: bool,
    ) -> R<()> {
        error::construct(ctx, |ctx| open(ctx, this, locale, bundle, fallback))
    }
    #[php(
        "public static function create(?string $locale, ?string $bundle, bool $fallback = true): ~?ResourceBundle"
    )]
    fn create(
        ctx: &mut Ctx,
        locale: Option<&[u8]>,
        bundle: Option<&[u8]>,
        fallback: bool,
    ) -> R<Option<Value>> {
        create(ctx, locale, bundle, fallback)
    }
    #[php(
        "public function get(string|int $index, bool $fallback = true): ~ResourceBundle|array|string|int|null"
    )]
    fn get(this: &This<Self>, ctx: &mut Ctx, index: &Value, fallback: bool) -> R<Value> {
        element(ctx, this, index, fallback, 1)
    }
    #[php("public function count(): ~int")]
    fn count_elements(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        count(ctx, this)
    }
    #[php("public static function getLocales(string $bundle): ~array|false")]
    fn get_locales(ctx: &mut Ctx, bundle: &[u8]) -> R<OrFalse<Array>> {
        locales(ctx, bundle)
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        resourcebundle_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        resourcebundle_get_error_message(ctx, this)
    }
    #[php("public function getIterator(): Iterator")]
    fn iterate(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Value::iterator_object(ctx, Walk::over(this.object()))
    }
}
