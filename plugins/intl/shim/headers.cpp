// What only ICU's headers tell: the versions that the extension is built for, and how many values some enumerations have.

#include <unicode/uchar.h>
#include <unicode/utypes.h>
#include <unicode/unum.h>
#include <unicode/uvernum.h>

extern "C" {

const char *howdah_icu_version() { return U_ICU_VERSION; }

const char *howdah_icu_data_version() { return U_ICU_DATA_VERSION; }

const char *howdah_icu_unicode_version() { return U_UNICODE_VERSION; }

int32_t howdah_icu_number_symbols() { return UNUM_FORMAT_SYMBOL_COUNT; }

}
