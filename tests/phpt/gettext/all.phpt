--TEST--
gettext: domains, messages without a catalogue, what is refused
--EXTENSIONS--
gettext
--FILE--
<?php
var_dump(textdomain(), bindtextdomain('howdah', __DIR__) === realpath(__DIR__), bindtextdomain('howdah') === realpath(__DIR__), bindtextdomain('howdah', '/no/such/folder'), textdomain('howdah'));
var_dump(gettext('message'), _('other'), dgettext('none', 'm'), dcgettext('none', 'm', LC_CTYPE), ngettext('one', 'many', 1), ngettext('one', 'many', 2), dngettext('none', 'one', 'many', 0), dcngettext('none', 'one', 'many', 1, LC_TIME));
var_dump(bind_textdomain_codeset('howdah'), bind_textdomain_codeset('howdah', 'UTF-8'), bind_textdomain_codeset('howdah'));
foreach ([fn() => textdomain(''), fn() => textdomain('0'), fn() => textdomain(str_repeat('x', 1025)), fn() => gettext(str_repeat('x', 4097)), fn() => dcgettext('d', 'm', LC_ALL),
    fn() => bindtextdomain("a\0b"), fn() => ngettext('a', str_repeat('x', 4097), 1), fn() => dcngettext('d', 'a', 'b', 1, LC_ALL)] as $f) {
    try {
        $f();
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
?>
--EXPECTF--
string(8) "messages"
bool(true)
bool(true)
bool(false)
string(6) "howdah"
string(7) "message"
string(5) "other"
string(1) "m"
string(1) "m"
string(3) "one"
string(4) "many"
string(4) "many"
string(3) "one"
bool(false)
string(5) "UTF-8"
string(5) "UTF-8"
textdomain(): Argument #1 ($domain) must not be empty
textdomain(): Argument #1 ($domain) cannot be zero
textdomain(): Argument #1 ($domain) is too long
gettext(): Argument #1 ($message) is too long
dcgettext(): Argument #3 ($category) cannot be LC_ALL
bindtextdomain(): Argument #1 ($domain) must not contain any null bytes
ngettext(): Argument #2 ($plural) is too long
dcngettext(): Argument #5 ($category) cannot be LC_ALL
