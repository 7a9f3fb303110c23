/* libxml2 tells of errors through functions like printf, which Rust cannot define: these make the text and pass it on. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* In src/messages.rs. */
void howdah_xml_message(int kind, void *context, const char *text, size_t len);

static void pass(int kind, void *context, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (len < 0) {
        return;
    }
    char *text = malloc((size_t) len + 1);
    if (text == NULL) {
        return;
    }
    vsnprintf(text, (size_t) len + 1, format, args);
    howdah_xml_message(kind, context, text, (size_t) len);
    free(text);
}

#define TELLER(name, kind)                           \
    void name(void *context, const char *format, ...) \
    {                                                \
        va_list args;                                \
        va_start(args, format);                      \
        pass(kind, context, format, args);           \
        va_end(args);                                \
    }

TELLER(howdah_xml_generic, 0)
TELLER(howdah_xml_error, 1)
TELLER(howdah_xml_warning, 2)
