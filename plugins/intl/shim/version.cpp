// What only ICU's headers tell: the versions that the extension is built for.

#include <unicode/uchar.h>
#include <unicode/utypes.h>
#include <unicode/uvernum.h>

extern "C" {

const char *howdah_icu_version() { return U_ICU_VERSION; }

const char *howdah_icu_data_version() { return U_ICU_DATA_VERSION; }

const char *howdah_icu_unicode_version() { return U_UNICODE_VERSION; }

}
