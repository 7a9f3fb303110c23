// What date formats and their patterns lack in ICU's C interface. An UDateFormat is a DateFormat.

#include <unicode/calendar.h>
#include <unicode/datefmt.h>
#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

using icu::Calendar;
using icu::DateFormat;
using icu::DateTimePatternGenerator;
using icu::Locale;
using icu::SimpleDateFormat;
using icu::TimeZone;
using icu::UnicodeString;

extern "C" {

// Of a pattern, or of styles without one.
DateFormat *howdah_format_create(const char16_t *pattern, int32_t len, int32_t date, int32_t time, const char *locale,
                                 UErrorCode *code) {
    Locale l = Locale::createFromName(locale);
    if (pattern == nullptr) {
        return DateFormat::createDateTimeInstance(static_cast<DateFormat::EStyle>(date),
                                                  static_cast<DateFormat::EStyle>(time), l);
    }
    DateFormat *made = new SimpleDateFormat(UnicodeString(pattern, len), l, *code);
    if (U_FAILURE(*code)) {
        delete made;
        return nullptr;
    }
    return made;
}

TimeZone *howdah_format_zone(const DateFormat *format) { return format->getTimeZone().clone(); }

void howdah_format_set_zone(DateFormat *format, const TimeZone *zone) { format->setTimeZone(*zone); }

void howdah_format_set_calendar(DateFormat *format, const Calendar *calendar) { format->setCalendar(*calendar); }

int8_t howdah_locale_is_valid(const char *name) {
    Locale locale = Locale::createFromName(name);
    return !locale.isBogus();
}

DateTimePatternGenerator *howdah_patterns_create(const char *locale, UErrorCode *code) {
    Locale l = Locale::createFromName(locale);
    if (l.isBogus()) {
        // ICU before 74 reads what is not there.
        *code = U_ILLEGAL_ARGUMENT_ERROR;
        return nullptr;
    }
    return DateTimePatternGenerator::createInstance(l, *code);
}

DateTimePatternGenerator *howdah_patterns_clone(const DateTimePatternGenerator *patterns) { return patterns->clone(); }

void howdah_patterns_delete(DateTimePatternGenerator *patterns) { delete patterns; }

int32_t howdah_patterns_skeleton(DateTimePatternGenerator *patterns, const char16_t *of, int32_t len, char16_t *out,
                                 int32_t room, UErrorCode *code) {
    return patterns->getSkeleton(UnicodeString(of, len), *code).extract(out, room, *code);
}

int32_t howdah_patterns_best(DateTimePatternGenerator *patterns, const char16_t *skeleton, int32_t len, char16_t *out,
                             int32_t room, UErrorCode *code) {
    return patterns->getBestPattern(UnicodeString(skeleton, len), *code).extract(out, room, *code);
}

}
