//! `DateTimeImmutable`.

use howdah_date_engine::create::Source;
use howdah_date_engine::time::Time;
use plugin_api::{
    Array, Buffer, Class, Comparison, Ctx, GcRoots, Handlers, Object, OrFalse, R, This, Value, php_class,
    php_methods,
};

use crate::exceptions::DateInvalidOperationException;
use crate::moment::{self, Moment, STATE, time_of, told};
use crate::state::State;
use crate::text::check_path;
use crate::zone::zone_of;

/// The payload of `DateTimeImmutable`.
#[derive(Default, GcRoots)]
#[php_class("class DateTimeImmutable implements DateTimeInterface", handlers(compare, properties, clone))]
pub struct DateTimeImmutable {
    /// Missing until the constructor ran.
    #[gc(skip)]
    pub time: Option<Time>,
}

impl Moment for DateTimeImmutable {
    fn around(time: Time) -> DateTimeImmutable {
        DateTimeImmutable { time: Some(time) }
    }
}

impl Handlers for DateTimeImmutable {
    fn compare(ctx: &mut Ctx, one: &Value, two: &Value) -> R<Comparison> {
        moment::compare(ctx, one, two)
    }

    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        moment::properties(ctx, this, purpose)
    }

    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let time = from.borrow(ctx)?.time;
        to.borrow_mut(ctx)?.time = time;
        Ok(())
    }
}

#[php_methods]
impl DateTimeImmutable {
    #[php("public function __construct(string $datetime = \"now\", ?DateTimeZone $timezone = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, datetime: &[u8], timezone: Option<&Object>) -> R<()> {
        moment::construct(ctx, this, datetime, timezone)
    }

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        moment::serialize(ctx, this)
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        moment::restore(ctx, this, data, "DateTimeImmutable")?;
        moment::restore_properties(ctx, this, data, &STATE)
    }

    #[php("public function __wakeup(): ~void")]
    fn wakeup(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let state = this.properties(ctx)?;
        moment::restore(ctx, this, &state, "DateTimeImmutable")
    }

    #[php("public static function __set_state(array $array): ~DateTimeImmutable")]
    fn set_state(ctx: &mut Ctx, array: &Array) -> R<Object> {
        match moment::time_of_state(ctx, array)? {
            Some(time) => This::<DateTimeImmutable>::create(ctx, DateTimeImmutable::around(time)),
            None => Err(ctx.error("Invalid serialization data for DateTimeImmutable object")),
        }
    }

    #[php(
        "public static function createFromFormat(string $format, string $datetime, ?DateTimeZone $timezone = null): ~DateTimeImmutable|false"
    )]
    fn create_from_format(
        class: Class,
        ctx: &mut Ctx,
        format: &[u8],
        datetime: &[u8],
        timezone: Option<&Object>,
    ) -> R<Value> {
        check_path(ctx, 2, datetime)?;
        moment::create_from(ctx, class, Source::Formatted { format, text: datetime }, timezone)
    }

    #[php("public static function createFromTimestamp(int|float $timestamp): ~static")]
    fn create_from_timestamp(class: Class, ctx: &mut Ctx, timestamp: &Value) -> R<Object> {
        moment::create_from_timestamp::<DateTimeImmutable>(ctx, class, timestamp)
    }

    #[php("public static function getLastErrors(): ~array|false")]
    fn last_errors(ctx: &mut Ctx) -> OrFalse<Array> {
        ctx.globals::<State>().errors().into()
    }

    #[php("public function format(string $format): ~string")]
    fn format(this: &This<Self>, ctx: &mut Ctx, format: &[u8]) -> R<Buffer> {
        moment::written(ctx, this, format)
    }

    #[php("public function getTimezone(): ~DateTimeZone|false")]
    fn timezone(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        moment::zone_object(ctx, this)
    }

    #[php("public function getOffset(): ~int")]
    fn offset(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        moment::offset(ctx, this)
    }

    #[php("public function getTimestamp(): ~int")]
    fn timestamp(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        told(ctx, this, |time| time.timestamp)
    }

    #[php("public function getMicrosecond(): int")]
    fn microsecond(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        told(ctx, this, |time| time.us)
    }

    #[php("public function diff(DateTimeInterface $targetObject, bool $absolute = false): ~DateInterval")]
    fn diff(this: &This<Self>, ctx: &mut Ctx, target: &Object, absolute: bool) -> R<Object> {
        moment::difference(ctx, this, target, absolute)
    }

    #[php("public function modify(string $modifier): ~DateTimeImmutable")]
    fn modify(this: &This<Self>, ctx: &mut Ctx, modifier: &[u8]) -> R<Object> {
        let copy = this.clone_object(ctx)?;
        moment::modify_or_throw(ctx, &copy, modifier)?;
        Ok(copy)
    }

    #[php("public function add(DateInterval $interval): ~DateTimeImmutable")]
    fn add(this: &This<Self>, ctx: &mut Ctx, interval: &Object) -> R<Object> {
        let copy = this.clone_object(ctx)?;
        moment::add(ctx, &copy, interval)?;
        Ok(copy)
    }

    #[php("public function sub(DateInterval $interval): ~DateTimeImmutable")]
    fn sub(this: &This<Self>, ctx: &mut Ctx, interval: &Object) -> R<Object> {
        let copy = this.clone_object(ctx)?;
        let class = Class::of::<DateInvalidOperationException>(ctx)?;
        ctx.warnings_as(class, |ctx| moment::subtract(ctx, &copy, interval))?;
        Ok(copy)
    }

    #[php("public function setTimezone(DateTimeZone $timezone): ~DateTimeImmutable")]
    fn set_timezone(this: &This<Self>, ctx: &mut Ctx, timezone: &Object) -> R<Object> {
        let zone = zone_of(timezone);
        moment::changed_copy(ctx, this, |time| moment::move_to_zone(time, zone.as_ref()))
    }

    #[php(
        "public function setTime(int $hour, int $minute, int $second = 0, int $microsecond = 0): ~DateTimeImmutable"
    )]
    fn set_clock(
        this: &This<Self>,
        ctx: &mut Ctx,
        hour: i64,
        minute: i64,
        second: i64,
        microsecond: i64,
    ) -> R<Object> {
        moment::changed_copy(ctx, this, |time| moment::set_clock(time, hour, minute, second, microsecond))
    }

    #[php("public function setDate(int $year, int $month, int $day): ~DateTimeImmutable")]
    fn set_date(this: &This<Self>, ctx: &mut Ctx, year: i64, month: i64, day: i64) -> R<Object> {
        moment::changed_copy(ctx, this, |time| moment::set_date(time, year, month, day))
    }

    #[php("public function setISODate(int $year, int $week, int $dayOfWeek = 1): ~DateTimeImmutable")]
    fn set_iso_date(this: &This<Self>, ctx: &mut Ctx, year: i64, week: i64, weekday: i64) -> R<Object> {
        moment::changed_copy(ctx, this, |time| moment::set_iso_date(time, year, week, weekday))
    }

    #[php("public function setTimestamp(int $timestamp): ~DateTimeImmutable")]
    fn set_timestamp(this: &This<Self>, ctx: &mut Ctx, timestamp: i64) -> R<Object> {
        moment::changed_copy(ctx, this, |time| moment::set_timestamp(time, timestamp))
    }

    #[php("public function setMicrosecond(int $microsecond): static")]
    fn set_microsecond(this: &This<Self>, ctx: &mut Ctx, microsecond: i64) -> R<Object> {
        moment::check_microsecond(ctx, this, microsecond)?;
        moment::changed_copy(ctx, this, |time| time.us = microsecond)
    }

    #[php("public static function createFromMutable(DateTime $object): ~static")]
    fn create_from_other(class: Class, ctx: &mut Ctx, object: &Object) -> R<Object> {
        let time = time_of(ctx, object)?;
        moment::create::<DateTimeImmutable>(ctx, class, time)
    }

    #[php("public static function createFromInterface(DateTimeInterface $object): DateTimeImmutable")]
    fn create_from_interface(class: Class, ctx: &mut Ctx, object: &Object) -> R<Object> {
        let time = time_of(ctx, object)?;
        moment::create::<DateTimeImmutable>(ctx, class, time)
    }
}
