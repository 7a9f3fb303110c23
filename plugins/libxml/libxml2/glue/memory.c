/* What libxml2 has as data: its memory functions, which nobody replaces, and the version it was compiled with. */
#include <libxml/xmlversion.h>
#include <stdlib.h>

__attribute__((visibility("hidden"))) void *(*xmlMalloc)(size_t) = malloc;
__attribute__((visibility("hidden"))) void (*xmlFree)(void *) = free;
const char howdah_xml_version[] = LIBXML_VERSION_STRING LIBXML_VERSION_EXTRA;
