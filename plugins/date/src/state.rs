//! What the extension keeps from call to call: the default zone and the last errors.

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use howdah_date_engine::create::Now;
use howdah_date_engine::parse::Diagnostics;
use howdah_date_engine::zone::reference::ZoneReference;
use howdah_date_engine::zone::{Zone, is_identifier};
use plugin_api::{
    Array, Class, Ctx, GcRoots, Literal, NativeClass, Object, R, This, Value, Visitor, literal,
};

use crate::exceptions::{DateError, throw};
use crate::interval::DateInterval;
use crate::text::shown;
use crate::zone::DateTimeZone;

/// The extension's globals.
#[derive(Default)]
pub struct State {
    /// The zone that date_default_timezone_set() chose.
    zone: Cell<Option<&'static Zone>>,
    /// What was wrong with the last string that an object was made of.
    errors: RefCell<Option<Diagnostics>>,
    /// The class `DateInterval`, once it was asked for in this request.
    interval_class: Cell<Option<Class>>,
    /// The class `DateTimeZone`, likewise.
    zone_class: Cell<Option<Class>>,
}

impl GcRoots for State {
    fn visit(&mut self, _: &mut Visitor) {}
}

impl State {
    /// Forgets everything, for a new request.
    pub fn reset(&self) {
        self.zone.set(None);
        self.errors.replace(None);
        self.interval_class.set(None);
        self.zone_class.set(None);
    }

    /// Chooses the default zone.
    pub fn set_zone(&self, zone: &'static Zone) {
        self.zone.set(Some(zone));
    }

    /// Keeps what is wrong with a string, if anything is.
    pub fn set_errors(&self, diagnostics: Diagnostics) {
        self.errors.replace(Some(diagnostics).filter(|diagnostics| !diagnostics.is_empty()));
    }

    /// The errors of the last string, as an array.
    pub fn errors(&self) -> Option<Array> {
        let errors = self.errors.borrow();
        errors.as_ref().map(|diagnostics| {
            let mut array = Array::new();
            add_diagnostics(&mut array, diagnostics);
            array
        })
    }
}

fn class_of<T: NativeClass>(ctx: &mut Ctx, place: fn(&State) -> &Cell<Option<Class>>) -> R<Class> {
    let place = place(ctx.globals::<State>());
    if let Some(class) = place.get() {
        return Ok(class);
    }
    let class = Class::of::<T>(ctx)?;
    place.set(Some(class));
    Ok(class)
}

/// A fresh `DateInterval`.
pub fn new_interval(ctx: &mut Ctx, payload: DateInterval) -> R<Object> {
    let class = class_of::<DateInterval>(ctx, |state| &state.interval_class)?;
    This::<DateInterval>::create_as(ctx, class, payload)
}

/// A fresh `DateTimeZone`.
pub fn new_zone(ctx: &mut Ctx, payload: DateTimeZone) -> R<Object> {
    let class = class_of::<DateTimeZone>(ctx, |state| &state.zone_class)?;
    This::<DateTimeZone>::create_as(ctx, class, payload)
}

/// Adds counts and texts of warnings and errors.
pub fn add_diagnostics(array: &mut Array, diagnostics: &Diagnostics) {
    for (count, list, messages) in [
        (literal!("warning_count"), literal!("warnings"), &diagnostics.warnings),
        (literal!("error_count"), literal!("errors"), &diagnostics.errors),
    ] {
        array.set(count, messages.len());
        let mut texts = Array::new();
        for message in messages {
            texts.set(message.position as i64, message.text);
        }
        array.set(list, texts);
    }
}

/// The zone for times without one: set by the script, else by the ini entry.
pub fn default_zone(ctx: &mut Ctx) -> R<&'static Zone> {
    if let Some(zone) = ctx.globals::<State>().zone.get() {
        return Ok(zone);
    }
    let name = ctx.ini("date.timezone").filter(|name| !name.is_empty());
    let zone = match name.as_deref().map(std::str::from_utf8) {
        None => Zone::find("UTC"),
        Some(name) => name.ok().and_then(Zone::find),
    };
    let corrupt = "Timezone database is corrupt. Please file a bug report as this should never happen";
    zone.ok_or_else(|| throw::<DateError>(ctx, corrupt))
}

/// The default zone as a reference.
pub fn default_reference(ctx: &mut Ctx) -> R<ZoneReference> {
    default_zone(ctx).map(ZoneReference::Identifier)
}

/// The current time.
pub fn now() -> Now {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now { seconds: elapsed.as_secs() as i64, microseconds: elapsed.subsec_micros() as i64 }
}

/// Whether a value is good for `date.timezone`.
pub fn check_zone(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _stage: u32) -> bool {
    let name = shown(value.unwrap_or(b"UTC"));
    if is_identifier(&name) {
        return true;
    }
    if let Some(ctx) = ctx {
        let current = ctx.ini("date.timezone").filter(|name| !name.is_empty());
        let current = shown(current.as_deref().unwrap_or(b"UTC"));
        // What a handler throws is pending; the value is refused either way.
        let _ = ctx.warning(format!("Invalid date.timezone value '{name}', using '{current}' instead"));
    }
    false
}

/// `null` for a missing time stamp stands for now.
pub fn timestamp_or_now(timestamp: Option<i64>) -> i64 {
    timestamp.unwrap_or_else(|| now().seconds)
}

/// A list of keys and values as an array.
pub fn array_of<const N: usize>(pairs: [(&Literal, Value); N]) -> Array {
    let mut array = Array::with_capacity(N);
    for (key, value) in pairs {
        array.set(key, value);
    }
    array
}
