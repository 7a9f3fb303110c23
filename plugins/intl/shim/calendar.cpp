// What calendars lack in ICU's C interface. An UCalendar is a Calendar. Objects that a function gives are the caller's.

#include <unicode/calendar.h>
#include <unicode/gregocal.h>
#include <unicode/locid.h>
#include <unicode/timezone.h>

using icu::Calendar;
using icu::GregorianCalendar;
using icu::Locale;
using icu::TimeZone;

extern "C" {

int32_t howdah_calendar_fields() { return UCAL_FIELD_COUNT; }

// Without a zone it is the process's.
Calendar *howdah_calendar_create(const TimeZone *zone, const char *locale, UErrorCode *code) {
    Locale l = Locale::createFromName(locale);
    return zone == nullptr ? Calendar::createInstance(l, *code) : Calendar::createInstance(zone->clone(), l, *code);
}

Calendar *howdah_calendar_gregorian(const TimeZone *zone, const char *locale, UErrorCode *code) {
    Locale l = Locale::createFromName(locale);
    Calendar *made = zone == nullptr ? new GregorianCalendar(l, *code) : new GregorianCalendar(zone->clone(), l, *code);
    if (U_FAILURE(*code)) {
        delete made;
        return nullptr;
    }
    return made;
}

// `count` is how many of year, month, day, hour, minute and second are given: 3, 5 or 6.
Calendar *howdah_calendar_of_fields(const int32_t *fields, int32_t count, UErrorCode *code) {
    Calendar *made;
    if (count == 3) {
        made = new GregorianCalendar(fields[0], fields[1], fields[2], *code);
    } else if (count == 5) {
        made = new GregorianCalendar(fields[0], fields[1], fields[2], fields[3], fields[4], *code);
    } else {
        made = new GregorianCalendar(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], *code);
    }
    if (U_FAILURE(*code)) {
        delete made;
        return nullptr;
    }
    return made;
}

int8_t howdah_calendar_is_gregorian(const Calendar *calendar) {
    return calendar->getDynamicClassID() == GregorianCalendar::getStaticClassID();
}

int8_t howdah_calendar_is_leap_year(const Calendar *calendar, int32_t year) {
    return static_cast<const GregorianCalendar *>(calendar)->isLeapYear(year);
}

double howdah_calendar_gregorian_change(const Calendar *calendar) {
    return static_cast<const GregorianCalendar *>(calendar)->getGregorianChange();
}

void howdah_calendar_set_gregorian_change(Calendar *calendar, double date, UErrorCode *code) {
    static_cast<GregorianCalendar *>(calendar)->setGregorianChange(date, *code);
}

int8_t howdah_calendar_before(const Calendar *one, const Calendar *two, UErrorCode *code) { return one->before(*two, *code); }

int8_t howdah_calendar_after(const Calendar *one, const Calendar *two, UErrorCode *code) { return one->after(*two, *code); }

int8_t howdah_calendar_equals(const Calendar *one, const Calendar *two, UErrorCode *code) { return one->equals(*two, *code); }

int8_t howdah_calendar_equivalent(const Calendar *one, const Calendar *two) { return one->isEquivalentTo(*two); }

int8_t howdah_calendar_is_weekend_now(const Calendar *calendar) { return calendar->isWeekend(); }

TimeZone *howdah_calendar_zone(const Calendar *calendar) { return calendar->getTimeZone().clone(); }

void howdah_calendar_set_zone(Calendar *calendar, const TimeZone *zone) { calendar->setTimeZone(*zone); }

int32_t howdah_calendar_minimum(const Calendar *calendar, int32_t field, int32_t kind) {
    UCalendarDateFields f = static_cast<UCalendarDateFields>(field);
    switch (kind) {
    case 0:
        return calendar->getMinimum(f);
    case 1:
        return calendar->getMaximum(f);
    case 2:
        return calendar->getGreatestMinimum(f);
    default:
        return calendar->getLeastMaximum(f);
    }
}

}
