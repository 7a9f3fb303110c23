// Messages with arguments. An UMessageFormat is a MessageFormat.

#include <unicode/datefmt.h>
#include <unicode/fmtable.h>
#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <vector>

using icu::DateFormat;
using icu::Format;
using icu::Formattable;
using icu::MessageFormat;
using icu::MessagePattern;
using icu::SimpleDateFormat;
using icu::TimeZone;
using icu::UnicodeString;

U_NAMESPACE_BEGIN
// MessageFormat lets a class of this name see what is private: its pattern and the types of its numbered arguments.
class MessageFormatAdapter {
  public:
    static const Formattable::Type *howdahTypes(const MessageFormat &m, int32_t &count) { return m.getArgTypeList(count); }
    static const MessagePattern &howdahPattern(const MessageFormat &m) { return m.msgPattern; }
};
U_NAMESPACE_END
using icu::MessageFormatAdapter;

extern "C" {

// An argument: its name, and what it is: 0 date, 1 float, 2 int of 32 bits, 3 text, 5 int of 64 bits.
struct HowdahArgument {
    const char16_t *name;
    int32_t name_len;
    int32_t kind;
    double number;
    int64_t integer;
    const char16_t *text;
    int32_t text_len;
};

int8_t howdah_message_names(const MessageFormat *m) { return m->usesNamedArguments(); }

// The types of numbered arguments; how many there are.
int32_t howdah_message_types(const MessageFormat *m, int32_t *out, int32_t room) {
    int32_t count = 0;
    const Formattable::Type *types = MessageFormatAdapter::howdahTypes(*m, count);
    for (int32_t i = 0; i < count && i < room; i++) {
        out[i] = types[i];
    }
    return count;
}

int32_t howdah_message_parts(const MessageFormat *m) { return MessageFormatAdapter::howdahPattern(*m).countParts(); }

// Type, type of argument, and value of a part of the pattern.
void howdah_message_part(const MessageFormat *m, int32_t i, int32_t *type, int32_t *argument, int32_t *value) {
    const MessagePattern::Part &part = MessageFormatAdapter::howdahPattern(*m).getPart(i);
    *type = part.getType();
    *argument = part.getArgType();
    *value = part.getValue();
}

int32_t howdah_message_part_text(const MessageFormat *m, int32_t i, char16_t *out, int32_t room, UErrorCode *code) {
    const MessagePattern &pattern = MessageFormatAdapter::howdahPattern(*m);
    return pattern.getSubstring(pattern.getPart(i)).extract(out, room, *code);
}

// Whether a date is among the formats that are made already.
int8_t howdah_message_has_dates(const MessageFormat *m) {
    int32_t count = 0;
    const Format **formats = m->getFormats(count);
    for (int32_t i = 0; formats != nullptr && i < count; i++) {
        if (formats[i] != nullptr && formats[i]->getDynamicClassID() == SimpleDateFormat::getStaticClassID()) {
            return true;
        }
    }
    return false;
}

void howdah_message_set_zone(MessageFormat *m, const TimeZone *zone) {
    int32_t count = 0;
    const Format **formats = m->getFormats(count);
    for (int32_t i = 0; formats != nullptr && i < count; i++) {
        if (formats[i] != nullptr && formats[i]->getDynamicClassID() == SimpleDateFormat::getStaticClassID()) {
            static_cast<DateFormat *>(const_cast<Format *>(formats[i]))->setTimeZone(*zone);
        }
    }
}

int32_t howdah_message_format(const MessageFormat *m, const HowdahArgument *arguments, int32_t count, char16_t *out,
                              int32_t room, UErrorCode *code) {
    std::vector<UnicodeString> names(count);
    std::vector<Formattable> values(count);
    for (int32_t i = 0; i < count; i++) {
        const HowdahArgument &a = arguments[i];
        names[i].setTo(a.name, a.name_len);
        switch (a.kind) {
        case Formattable::kDate:
            values[i].setDate(a.number);
            break;
        case Formattable::kDouble:
            values[i].setDouble(a.number);
            break;
        case Formattable::kLong:
            values[i].setLong(static_cast<int32_t>(a.integer));
            break;
        case Formattable::kInt64:
            values[i].setInt64(a.integer);
            break;
        default:
            values[i].setString(UnicodeString(a.text, a.text_len));
        }
    }
    UnicodeString result;
    m->format(names.data(), values.data(), count, result, *code);
    return result.extract(out, room, *code);
}

// The arguments that a text has; each is given to `each` with its kind. Kinds that are neither number nor text: 6.
void howdah_message_parse(const MessageFormat *m, const char16_t *text, int32_t len, void *data,
                          void (*each)(void *, const HowdahArgument *), UErrorCode *code) {
    int32_t count = 0;
    Formattable *values = m->parse(UnicodeString(text, len), count, *code);
    if (U_FAILURE(*code)) {
        delete[] values;
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        HowdahArgument a = {};
        UnicodeString s;
        a.kind = values[i].getType();
        switch (values[i].getType()) {
        case Formattable::kDate:
            a.number = values[i].getDate();
            break;
        case Formattable::kDouble:
            a.number = values[i].getDouble();
            break;
        case Formattable::kLong:
            a.integer = values[i].getLong();
            break;
        case Formattable::kInt64:
            a.integer = values[i].getInt64();
            break;
        case Formattable::kString:
            values[i].getString(s);
            a.text = s.getBuffer();
            a.text_len = s.length();
            break;
        default:
            a.kind = 6;
        }
        each(data, &a);
    }
    delete[] values;
}

}
