//! `DatePeriod`.

use howdah_date_engine::iso_interval::parse_iso_interval;
use howdah_date_engine::time::{Relative, Time};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Args, Array, Class, Ctx, GcRoots, Handlers, Kind, Level, NativeIter, Object, PropMode, R, Str, This,
    Throw, Value, Visitor, php_class, php_methods,
};

use crate::exceptions::{
    DateMalformedPeriodStringException, DateMalformedStringException, throw, throw_uninitialized,
};
use crate::immutable::DateTimeImmutable;
use crate::interval::{DateInterval, interval_if_any};
use crate::moment::{DateTimeInterface, add_common, create_any, restore_properties, time_if_any};
use crate::mutable::DateTime;
use crate::text::shown;

/// The payload of `DatePeriod`.
#[derive(Default, GcRoots)]
#[php_class(
    "class DatePeriod implements IteratorAggregate",
    "public const int EXCLUDE_START_DATE = 1",
    "public const int INCLUDE_END_DATE = 2",
    "public ?DateTimeInterface $start",
    "public ?DateTimeInterface $current",
    "public ?DateTimeInterface $end",
    "public ?DateInterval $interval",
    "public int $recurrences",
    "public bool $include_start_date",
    "public bool $include_end_date",
    handlers(clone, read_prop, write_prop, unset_prop, get_iterator)
)]
pub struct DatePeriod {
    #[gc(skip)]
    start: Option<Time>,
    #[gc(skip)]
    current: Option<Time>,
    #[gc(skip)]
    end: Option<Time>,
    #[gc(skip)]
    interval: Option<Relative>,
    /// How many times there are, without an end; with those that options include.
    recurrences: i64,
    include_start: bool,
    include_end: bool,
    /// The class of the object that the period begins with.
    #[gc(skip)]
    start_class: Option<Class>,
}

impl Clone for DatePeriod {
    fn clone(&self) -> DatePeriod {
        DatePeriod {
            start: self.start,
            current: self.current,
            end: self.end,
            interval: self.interval,
            ..*self
        }
    }
}

const EXCLUDE_START_DATE: i64 = 1;
const INCLUDE_END_DATE: i64 = 2;

/// Recurrences fit in an `int` of C, with some room.
const MAX_RECURRENCES: i64 = i32::MAX as i64 - 8;

/// The declared properties, which scripts only read.
const STATE: [&str; 7] =
    ["start", "current", "end", "interval", "recurrences", "include_start_date", "include_end_date"];

fn is_state(name: &[u8]) -> bool {
    STATE.iter().any(|known| known.as_bytes() == name)
}

fn readonly(ctx: &mut Ctx, name: &[u8]) -> Throw {
    ctx.error(format!("Cannot modify readonly property DatePeriod::${}", shown(name)))
}

impl DatePeriod {
    fn time_object(&self, ctx: &mut Ctx, time: Option<&Time>) -> R<Value> {
        match (time, self.start_class) {
            (Some(time), Some(class)) => Ok(create_any(ctx, class, *time)?.into()),
            _ => Ok(Value::NULL),
        }
    }

    fn interval_object(&self, ctx: &mut Ctx) -> R<Value> {
        match self.interval {
            Some(interval) => Ok(This::<DateInterval>::create(ctx, DateInterval::civil(interval))?.into()),
            None => Ok(Value::NULL),
        }
    }

    /// The values of the declared properties.
    fn state(&self, ctx: &mut Ctx) -> R<[(&'static str, Value); 7]> {
        let values = [
            self.time_object(ctx, self.start.as_ref())?,
            self.time_object(ctx, self.current.as_ref())?,
            self.time_object(ctx, self.end.as_ref())?,
            self.interval_object(ctx)?,
            Value::int(self.recurrences),
            Value::bool(self.include_start),
            Value::bool(self.include_end),
        ];
        let mut names = STATE.into_iter();
        Ok(values.map(|value| (names.next().unwrap_or_default(), value)))
    }

    fn included(&self) -> i64 {
        self.include_start as i64 + self.include_end as i64
    }

    /// Takes in an ISO 8601 string.
    fn set_iso(&mut self, ctx: &mut Ctx, text: &[u8], class: Class, function: &str) -> R<()> {
        let mut parsed = parse_iso_interval(text);
        let text = shown(text);
        let missing = if !parsed.errors.is_empty() {
            format!("Unknown or bad format ({text})")
        } else if parsed.start.is_none() {
            format!("{function}(): ISO interval must contain a start date, \"{text}\" given")
        } else if parsed.duration.is_none() {
            format!("{function}(): ISO interval must contain an interval, \"{text}\" given")
        } else if parsed.end.is_none() && parsed.recurrences.unwrap_or(0) == 0 {
            format!(
                "{function}(): ISO interval must contain an end date or a recurrence count, \"{text}\" given"
            )
        } else {
            for time in [&mut parsed.start, &mut parsed.end].into_iter().flatten() {
                time.update_timestamp(None);
            }
            self.start = parsed.start;
            self.end = parsed.end;
            self.interval = parsed.duration;
            self.recurrences = parsed.recurrences.unwrap_or(0);
            self.start_class = Some(class);
            return Ok(());
        };
        Err(throw::<DateMalformedPeriodStringException>(ctx, missing))
    }

    /// Takes in the options and checks the count of recurrences.
    fn finish(&mut self, ctx: &mut Ctx, options: i64, function: &str) -> R<()> {
        if self.end.is_none() && !(1..=MAX_RECURRENCES).contains(&self.recurrences) {
            let message = format!(
                "{function}(): Recurrence count must be greater or equal to 1 and lower than {}",
                MAX_RECURRENCES + 1
            );
            return Err(throw::<DateMalformedPeriodStringException>(ctx, message));
        }
        self.include_start = options & EXCLUDE_START_DATE == 0;
        self.include_end = options & INCLUDE_END_DATE != 0;
        self.recurrences = self.recurrences.saturating_add(self.included());
        if self.recurrences > MAX_RECURRENCES {
            let message = format!(
                "{function}(): Recurrence count must be greater or equal to 1 and lower than {} (including options)",
                MAX_RECURRENCES + 1
            );
            return Err(throw::<DateMalformedStringException>(ctx, message));
        }
        Ok(())
    }

    /// The period that an array of the declared properties describes.
    fn of_state(ctx: &mut Ctx, state: &Array) -> R<Option<DatePeriod>> {
        let interface = Class::of::<DateTimeInterface>(ctx)?;
        let time = |name: &str| -> Option<Option<(Time, Class)>> {
            let value = state.get(name)?;
            match value.as_object() {
                None => value.is_null().then_some(None),
                Some(object) if object.instance_of(interface) => {
                    Some(Some((time_if_any(object)?, object.class())))
                }
                Some(_) => None,
            }
        };
        let flag = |name: &str| match state.get(name)?.kind() {
            Kind::Bool(flag) => Some(flag),
            _ => None,
        };
        let read = || {
            let start = time("start")?;
            let (end, current) = (time("end")?, time("current")?);
            if start.is_none() && (end.is_some() || current.is_some()) {
                return None;
            }
            let interval = state.get("interval")?.as_object().and_then(interval_if_any)?.0;
            let recurrences = state.get("recurrences")?.as_int()?;
            Some(DatePeriod {
                start_class: start.as_ref().map(|(_, class)| *class),
                start: start.map(|(time, _)| time),
                current: current.map(|(time, _)| time),
                end: end.map(|(time, _)| time),
                interval: Some(interval),
                recurrences: Some(recurrences).filter(|count| (0..=i32::MAX as i64).contains(count))?,
                include_start: flag("include_start_date")?,
                include_end: flag("include_end_date")?,
            })
        };
        Ok(read())
    }
}

/// Keeps a payload, and shows it in the declared properties.
fn set(this: &This<DatePeriod>, ctx: &mut Ctx, period: DatePeriod) -> R<()> {
    let state = period.state(ctx)?;
    *this.borrow_mut(ctx)? = period;
    for (name, value) in state {
        this.set_slot(name, value);
    }
    Ok(())
}

fn restore(this: &This<DatePeriod>, ctx: &mut Ctx, state: &Array) -> R<()> {
    match DatePeriod::of_state(ctx, state)? {
        Some(period) => set(this, ctx, period),
        None => Err(ctx.error(INVALID)),
    }
}

const INVALID: &str = "Invalid serialization data for DatePeriod object";

/// Walks a period. It is the object that holds the current time, so that loops within loops share it as in PHP.
struct PeriodIter {
    object: Object,
    index: i64,
}

impl GcRoots for PeriodIter {
    fn visit(&mut self, visitor: &mut Visitor) {
        self.object.visit(visitor);
    }
}

impl PeriodIter {
    fn period(&self, ctx: &mut Ctx) -> R<DatePeriod> {
        match This::<DatePeriod>::of(&self.object) {
            Some(this) => Ok(this.borrow(ctx)?.clone()),
            None => Err(throw_uninitialized(ctx, self.object.class())),
        }
    }

    fn set_current(&self, time: Time) {
        if let Some(this) = This::<DatePeriod>::of(&self.object) {
            this.with(|period| period.current = Some(time));
        }
    }
}

impl NativeIter for PeriodIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.index = 0;
        let period = self.period(ctx)?;
        let (Some(mut time), Some(interval)) = (period.start, period.interval) else {
            let class = Class::of::<DatePeriod>(ctx)?;
            return Err(throw_uninitialized(ctx, class));
        };
        if !period.include_start {
            time.advance(&interval);
        }
        self.set_current(time);
        Ok(())
    }

    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        let period = self.period(ctx)?;
        Ok(match (&period.current, &period.end) {
            (Some(current), Some(end)) => {
                let order = current.compare(end);
                order.is_lt() || (period.include_end && order.is_eq())
            }
            (Some(_), None) => self.index < period.recurrences,
            (None, _) => false,
        })
    }

    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        let period = self.period(ctx)?;
        let (Some(time), Some(class)) = (period.current, period.start_class) else { return Ok(Value::NULL) };
        let immutable = Class::of::<DateTimeImmutable>(ctx)?;
        let base = if class.is_a(immutable) { immutable } else { Class::of::<DateTime>(ctx)? };
        Ok(create_any(ctx, base, time)?.into())
    }

    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(Value::int(self.index))
    }

    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        let period = self.period(ctx)?;
        if let (Some(mut time), Some(interval)) = (period.current, period.interval) {
            time.advance(&interval);
            let shown = period.time_object(ctx, Some(&time))?;
            self.set_current(time);
            self.object.set_slot("current", shown);
        }
        self.index += 1;
        Ok(())
    }
}

impl Handlers for DatePeriod {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let period = from.borrow(ctx)?.clone();
        *to.borrow_mut(ctx)? = period;
        Ok(())
    }

    fn read_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str, mode: PropMode) -> R<Option<Value>> {
        match mode {
            PropMode::Read | PropMode::Isset => Ok(None),
            _ if is_state(name) => Err(readonly(ctx, name)),
            _ => Ok(None),
        }
    }

    fn write_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        if is_state(name) { Err(readonly(ctx, name)) } else { Ok(false) }
    }

    fn unset_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool> {
        if is_state(name) {
            return Err(ctx.error(format!("Cannot unset readonly property DatePeriod::${}", shown(name))));
        }
        Ok(false)
    }

    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(PeriodIter { object: this.object().clone(), index: 0 }))
    }
}

/// The kinds of arguments that the constructor takes.
enum Arguments<'a> {
    Recurring { start: &'a Object, interval: &'a Object, recurrences: i64, options: i64 },
    Ending { start: &'a Object, interval: &'a Object, end: &'a Object, options: i64 },
    Iso { text: Str, options: i64 },
}

/// An integer argument as PHP's weak mode takes it.
fn integer(args: &Args<'_>, index: usize, default: i64) -> Option<i64> {
    let Some(value) = args.get(index) else { return Some(default) };
    match value.kind() {
        Kind::Int(number) => Some(number),
        _ if args.strict() => None,
        Kind::Bool(flag) => Some(flag as i64),
        Kind::Float(number) => (number.fract() == 0.0 && number.abs() < 9.2e18).then_some(number as i64),
        Kind::Str(text) => match Value::numeric(text)? {
            (number, false) => number.as_int(),
            _ => None,
        },
        _ => None,
    }
}

fn arguments<'a>(ctx: &mut Ctx, args: &Args<'a>) -> R<Option<Arguments<'a>>> {
    let interface = Class::of::<DateTimeInterface>(ctx)?;
    let interval_class = Class::of::<DateInterval>(ctx)?;
    let object = |index: usize, class: Class| {
        args.get(index).and_then(Value::as_object).filter(|object| object.instance_of(class))
    };
    let dates = object(0, interface).zip(object(1, interval_class)).filter(|_| (3..=4).contains(&args.len()));
    if let Some((start, interval)) = dates
        && let Some(options) = integer(args, 3, 0)
    {
        if let Some(recurrences) = integer(args, 2, 0) {
            return Ok(Some(Arguments::Recurring { start, interval, recurrences, options }));
        }
        if let Some(end) = object(2, interface) {
            return Ok(Some(Arguments::Ending { start, interval, end, options }));
        }
    }
    let text = match args.get(0).map(|value| (value, value.kind())) {
        Some((_, Kind::Str(text))) => Some(text.clone()),
        Some((_, Kind::Null)) if !args.strict() => {
            ctx.deprecated("Passing null to parameter #1 ($start) of type string is deprecated")?;
            Some(Str::empty())
        }
        Some((value, Kind::Int(_) | Kind::Float(_) | Kind::Bool(_))) if !args.strict() => {
            Some(value.to_str(ctx)?)
        }
        Some((value, Kind::Object(object))) if !args.strict() && object.has_method("__tostring") => {
            Some(value.to_str(ctx)?)
        }
        _ => None,
    };
    let options = integer(args, 1, 0).filter(|_| args.len() <= 2);
    Ok(text.zip(options).map(|(text, options)| Arguments::Iso { text, options }))
}

/// The function name that messages of the constructor begin with.
const CONSTRUCTOR: &str = "DatePeriod::__construct";

#[php_methods]
impl DatePeriod {
    #[php("public static function createFromISO8601String(string $specification, int $options = 0): static")]
    fn create_from_iso(class: Class, ctx: &mut Ctx, specification: &[u8], options: i64) -> R<Object> {
        let object = class.instantiate_raw(ctx)?;
        let mut period = DatePeriod::default();
        let function = "DatePeriod::createFromISO8601String";
        let start_class = Class::of::<DateTimeImmutable>(ctx)?;
        period.set_iso(ctx, specification, start_class, function)?;
        period.finish(ctx, options, function)?;
        if let Some(this) = This::<DatePeriod>::of(&object) {
            set(this, ctx, period)?;
        }
        Ok(object)
    }

    #[php("public function __construct($start, $interval = UNKNOWN, $end = UNKNOWN, $options = UNKNOWN)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
        let Some(arguments) = arguments(ctx, args)? else {
            return Err(ctx.type_error(
                "DatePeriod::__construct() accepts (DateTimeInterface, DateInterval, int [, int]), or \
                 (DateTimeInterface, DateInterval, DateTime [, int]), or (string [, int]) as arguments",
            ));
        };
        let mut period = DatePeriod::default();
        let options = match arguments {
            Arguments::Iso { text, options } => {
                let message = "Calling DatePeriod::__construct(string $isostr, int $options = 0) is deprecated, use \
                               DatePeriod::createFromISO8601String() instead";
                ctx.raise_plain(Level::Deprecated, message)?;
                let class = Class::of::<DateTime>(ctx)?;
                period.set_iso(ctx, &text, class, CONSTRUCTOR)?;
                options
            }
            Arguments::Recurring { start, interval, recurrences, options } => {
                period.set_bounds(ctx, start, interval, None)?;
                period.recurrences = recurrences;
                options
            }
            Arguments::Ending { start, interval, end, options } => {
                period.set_bounds(ctx, start, interval, Some(end))?;
                options
            }
        };
        period.finish(ctx, options, CONSTRUCTOR)?;
        set(this, ctx, period)
    }

    #[php("public function getStartDate(): ~DateTimeInterface")]
    fn start_date(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let period = this.borrow(ctx)?.clone();
        if period.start.is_none() {
            return Err(throw_uninitialized(ctx, this.class()));
        }
        period.time_object(ctx, period.start.as_ref())
    }

    #[php("public function getEndDate(): ~?DateTimeInterface")]
    fn end_date(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let period = this.borrow(ctx)?.clone();
        period.time_object(ctx, period.end.as_ref())
    }

    #[php("public function getDateInterval(): ~DateInterval")]
    fn date_interval(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let period = this.borrow(ctx)?.clone();
        if period.interval.is_none() {
            return Err(throw_uninitialized(ctx, this.class()));
        }
        period.interval_object(ctx)
    }

    #[php("public function getRecurrences(): ~?int")]
    fn recurrences(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        let period = this.borrow(ctx)?;
        Ok(Some(period.recurrences - period.included()).filter(|&count| count != 0))
    }

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let period = this.borrow(ctx)?.clone();
        if period.start.is_none() {
            return Err(throw_uninitialized(ctx, this.class()));
        }
        let mut array = Array::new();
        for (name, value) in period.state(ctx)? {
            array.set(name, value);
        }
        add_common(ctx, this, &mut array)?;
        Ok(array)
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        restore(this, ctx, data)?;
        restore_properties(ctx, this, data, &STATE)
    }

    #[php("public function __wakeup(): ~void")]
    fn wakeup(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let state = this.object().properties_for(ctx, prop_purpose::OBJECT_VARS)?;
        restore(this, ctx, &state)
    }

    #[php("public static function __set_state(array $array): ~DatePeriod")]
    fn set_state(ctx: &mut Ctx, array: &Array) -> R<Object> {
        let Some(period) = DatePeriod::of_state(ctx, array)? else { return Err(ctx.error(INVALID)) };
        let object = This::<DatePeriod>::create(ctx, DatePeriod::default())?;
        if let Some(this) = This::<DatePeriod>::of(&object) {
            set(this, ctx, period)?;
        }
        Ok(object)
    }

    #[php("public function getIterator(): Iterator")]
    fn iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        Value::iterator_object(ctx, PeriodIter { object: this.object().clone(), index: 0 })
    }
}

impl DatePeriod {
    /// Takes in start, interval and end, which must be constructed.
    fn set_bounds(
        &mut self,
        ctx: &mut Ctx,
        start: &Object,
        interval: &Object,
        end: Option<&Object>,
    ) -> R<()> {
        let times = (time_if_any(start), end.map(time_if_any));
        let (Some(start_time), None | Some(Some(_))) = &times else {
            let interface = Class::of::<DateTimeInterface>(ctx)?;
            return Err(throw_uninitialized(ctx, interface));
        };
        self.start = Some(*start_time);
        self.end = times.1.flatten();
        self.start_class = Some(start.class());
        self.interval = match interval_if_any(interval) {
            Some((interval, _)) => Some(interval),
            None => return Err(throw_uninitialized(ctx, interval.class())),
        };
        Ok(())
    }
}
