--TEST--
libxml: errors are collected or raised, a loader of entities is asked
--EXTENSIONS--
simplexml
--FILE--
<?php
var_dump(libxml_use_internal_errors(true), libxml_use_internal_errors());
var_dump(simplexml_load_string("<a>\n<b></a>"));
foreach (libxml_get_errors() as $e) {
    echo get_class($e), " $e->level $e->code $e->line: ", trim($e->message), "\n";
}
libxml_clear_errors();
var_dump(libxml_get_errors(), libxml_get_last_error());
libxml_set_external_entity_loader(function ($public, $system, $about) {
    echo "asked for $system\n";
    return null;
});
$x = simplexml_load_string('<!DOCTYPE a [<!ENTITY e SYSTEM "nowhere">]><a>&e;</a>', null, LIBXML_NOENT);
foreach (libxml_get_errors() as $e) {
    echo trim($e->message), "\n";
}
libxml_set_external_entity_loader(null);
var_dump(libxml_get_external_entity_loader(), LIBXML_VERSION >= 20900);
?>
--EXPECT--
bool(false)
bool(true)
bool(false)
LibXMLError 3 76 2: Opening and ending tag mismatch: b line 2 and a
LibXMLError 3 77 2: Premature end of data in tag a line 1
array(0) {
}
bool(false)
asked for nowhere
Failed to load external entity because the resolver function returned null
NULL
bool(true)
