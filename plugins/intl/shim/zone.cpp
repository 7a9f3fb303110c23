// Time zones. A zone that a function gives is the caller's, who deletes it.

#include <unicode/locid.h>
#include <unicode/timezone.h>
#include <unicode/ucal.h>

using icu::Locale;
using icu::TimeZone;
using icu::UnicodeString;

extern "C" {

TimeZone *howdah_zone_create(const char16_t *id, int32_t len) {
    return TimeZone::createTimeZone(UnicodeString(id, len));
}

TimeZone *howdah_zone_default() { return TimeZone::createDefault(); }

TimeZone *howdah_zone_gmt() { return TimeZone::getGMT()->clone(); }

TimeZone *howdah_zone_unknown() { return TimeZone::getUnknown().clone(); }

TimeZone *howdah_zone_clone(const TimeZone *zone) { return zone->clone(); }

void howdah_zone_delete(TimeZone *zone) { delete zone; }

int8_t howdah_zone_equal(const TimeZone *one, const TimeZone *two) { return *one == *two; }

int8_t howdah_zone_is_unknown(const TimeZone *zone) { return *zone == TimeZone::getUnknown(); }

int8_t howdah_zone_same_rules(const TimeZone *one, const TimeZone *two) { return one->hasSameRules(*two); }

int32_t howdah_zone_id(const TimeZone *zone, char16_t *out, int32_t room, UErrorCode *code) {
    UnicodeString id;
    zone->getID(id);
    return id.extract(out, room, *code);
}

int32_t howdah_zone_display_name(const TimeZone *zone, int8_t daylight, int32_t style, const char *locale, char16_t *out,
                                 int32_t room, UErrorCode *code) {
    UnicodeString name;
    zone->getDisplayName(daylight, static_cast<TimeZone::EDisplayType>(style), Locale::createFromName(locale), name);
    return name.extract(out, room, *code);
}

int8_t howdah_zone_uses_daylight(const TimeZone *zone) { return zone->useDaylightTime(); }

int32_t howdah_zone_raw_offset(const TimeZone *zone) { return zone->getRawOffset(); }

int32_t howdah_zone_savings(const TimeZone *zone) { return zone->getDSTSavings(); }

void howdah_zone_offset(const TimeZone *zone, double date, int8_t local, int32_t *raw, int32_t *daylight, UErrorCode *code) {
    zone->getOffset(date, local, *raw, *daylight, *code);
}

int32_t howdah_zone_count_equivalent(const char16_t *id, int32_t len) {
    return TimeZone::countEquivalentIDs(UnicodeString(id, len));
}

int32_t howdah_zone_equivalent(const char16_t *id, int32_t len, int32_t index, char16_t *out, int32_t room, UErrorCode *code) {
    return TimeZone::getEquivalentID(UnicodeString(id, len), index).extract(out, room, *code);
}

int32_t howdah_zone_iana_id(const char16_t *id, int32_t len, char16_t *out, int32_t room, UErrorCode *code) {
    UnicodeString result;
#if U_ICU_VERSION_MAJOR_NUM >= 74
    TimeZone::getIanaID(UnicodeString(id, len), result, *code);
#else
    static_cast<void>(id), static_cast<void>(len);
    *code = U_UNSUPPORTED_ERROR;
#endif
    return result.extract(out, room, *code);
}

int32_t howdah_zone_region(const char16_t *id, int32_t len, char *out, int32_t room, UErrorCode *code) {
    return TimeZone::getRegion(UnicodeString(id, len), out, room, *code);
}

}
