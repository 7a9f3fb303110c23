// What boundaries of texts lack in ICU's C interface. An UBreakIterator is a BreakIterator.

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/rbbi.h>
#include <unicode/utext.h>

using icu::BreakIterator;
using icu::Locale;
using icu::RuleBasedBreakIterator;
using icu::UnicodeString;

extern "C" {

BreakIterator *howdah_boundaries_create(int32_t kind, const char *locale, UErrorCode *code) {
    Locale l = Locale::createFromName(locale);
    switch (kind) {
    case 0:
        return BreakIterator::createCharacterInstance(l, *code);
    case 1:
        return BreakIterator::createWordInstance(l, *code);
    case 2:
        return BreakIterator::createLineInstance(l, *code);
    case 3:
        return BreakIterator::createSentenceInstance(l, *code);
    default:
        return BreakIterator::createTitleInstance(l, *code);
    }
}

int8_t howdah_boundaries_are_rules(const BreakIterator *it) {
    return it->getDynamicClassID() == RuleBasedBreakIterator::getStaticClassID();
}

int8_t howdah_boundaries_equal(const BreakIterator *one, const BreakIterator *two) { return *one == *two; }

int32_t howdah_boundaries_step(BreakIterator *it, int32_t steps) { return it->next(steps); }

// Of an iterator of rules.
int32_t howdah_boundaries_rules(const BreakIterator *it, char16_t *out, int32_t room, UErrorCode *code) {
    return static_cast<const RuleBasedBreakIterator *>(it)->getRules().extract(out, room, *code);
}

UText *howdah_text_open(const char *text, int64_t len, UErrorCode *code) { return utext_openUTF8(nullptr, text, len, code); }

}
