--TEST--
Locale: parts of names, names in words, lookups
--EXTENSIONS--
intl
--FILE--
<?php
ini_set("intl.default_locale", "de_AT");
var_dump(Locale::getDefault(), locale_set_default("fr-CH"), locale_get_default(), ini_get("intl.default_locale"), ini_set("intl.default_locale", ""), Locale::getDefault());
foreach (["zh-Hant-TW-u-co-stroke", "de_DE.UTF-8@euro", "sl_IT_nedis_rozaj-x-a-b", "i-klingon", "x-private", "", "en_US_POSIX", "a-b-c", "uz-latn"] as $l) {
    echo json_encode([$l, Locale::getPrimaryLanguage($l), Locale::getScript($l), Locale::getRegion($l), Locale::canonicalize($l), Locale::parseLocale($l), Locale::getAllVariants($l), Locale::getKeywords($l)]), "\n";
}
echo json_encode(Locale::getKeywords("de@currency=EUR;collation=PHONEBOOK")), "\n";
echo Locale::getDisplayName("sr_Latn_RS", "en"), "; ", Locale::getDisplayLanguage("de", "fr"), "; ", Locale::getDisplayRegion("de_CH", "de"), "; ", Locale::getDisplayScript("zh_Hans", "en"), "; ", Locale::getDisplayVariant("de_1996", "en"), "; ", Locale::getDisplayLanguage("i-lux", "en"), "; ", json_encode(Locale::getDisplayScript("i-lux", "en")), "\n";
var_dump(Locale::getDisplayName(str_repeat("a", 200), "en"), intl_get_error_message(), Locale::getRegion(str_repeat("a", 200)), intl_get_error_message(), Locale::getScript("i-lux"), intl_get_error_message());
echo Locale::composeLocale(["language" => "sl", "script" => "Latn", "region" => "IT", "variant0" => "nedis", "variant1" => "rozaj", "private" => ["a", "b"]]), " ", Locale::composeLocale(["grandfathered" => "i-lux", "language" => "x"]), " ", Locale::composeLocale(["language" => "en", "extlang" => "abc"]), "\n";
var_dump(Locale::composeLocale([]), Locale::composeLocale(["language" => "en", "region" => 5]), intl_get_error_message());
var_dump(Locale::filterMatches("de-DEVA", "de-DE"), Locale::filterMatches("de-DE_1996", "de-DE"), Locale::filterMatches("x", "*"), Locale::filterMatches("de-de@a=b", "de_DE", true), Locale::filterMatches("", "de"));
$tags = ["de-DEVA", "de-DE-1996", "de", "de-De"];
var_dump(Locale::lookup($tags, "de-DE-1996-x-prv1"), Locale::lookup($tags, "de-DE-x-p", true), Locale::lookup($tags, "en", false, "it"), Locale::lookup($tags, "en"), Locale::lookup([], "de"));
var_dump(Locale::acceptFromHttp("en-us,en;q=0.8,de;q=0.9"), Locale::acceptFromHttp("xx"), Locale::acceptFromHttp(str_repeat("x", 400)), intl_get_error_message());
foreach ([fn() => Locale::composeLocale(["region" => "DE"]), fn() => Locale::lookup([1], "de"), fn() => Locale::lookup(["", "b"], "de")] as $f) {
    try {
        var_dump($f());
    } catch (Error $e) {
        echo get_class($e), ": ", $e->getMessage(), "\n";
    }
}
echo json_encode(array_map(null, (new ReflectionClass("Locale"))->getConstants())), "\n";
?>
--EXPECT--
string(5) "de_AT"
bool(true)
string(5) "fr-CH"
string(5) "fr-CH"
bool(false)
string(5) "fr-CH"
["zh-Hant-TW-u-co-stroke","zh","Hant","TW","zh_Hant_TW@collation=stroke",{"language":"zh","script":"Hant","region":"TW"},[],{"collation":"stroke"}]
["de_DE.UTF-8@euro","de","","DE","de_DE_EURO",{"language":"de","region":"DE"},[],null]
["sl_IT_nedis_rozaj-x-a-b","sl","","IT","sl_IT_NEDIS_ROZAJ@x=a-b",{"language":"sl","region":"IT","variant0":"NEDIS","variant1":"ROZAJ","private0":"a"},["NEDIS","ROZAJ"],null]
["i-klingon","i-klingon",null,null,"tlh",{"grandfathered":"i-klingon"},[],null]
["x-private","x-private","","","@x=private",{"private0":"private"},[],{"x":"private"}]
["","fr","","CH","fr_CH",{"language":"fr","region":"CH"},[],null]
["en_US_POSIX","en","","US","en_US_POSIX",{"language":"en","region":"US","variant0":"POSIX"},["POSIX"],null]
["a-b-c","a","","","a__B_C",[],["B"],null]
["uz-latn","uz","Latn","","uz_Latn",{"language":"uz","script":"Latn"},[],null]
{"collation":"PHONEBOOK","currency":"EUR"}
Serbian (Latin, Serbia); allemand; Schweiz; Simplified Han; German orthography of 1996; Luxembourgish; false
bool(false)
string(65) "locale_get_display_name : name too long: U_ILLEGAL_ARGUMENT_ERROR"
NULL
string(89) "Locale string too long, should be no longer than 156 characters: U_ILLEGAL_ARGUMENT_ERROR"
NULL
string(61) "locale_get_script : unable to get locale script: U_ZERO_ERROR"
sl_Latn_IT_nedis_rozaj_x_a_b i-lux en_abc
bool(false)
bool(false)
string(81) "locale_compose: parameter array element is not a string: U_ILLEGAL_ARGUMENT_ERROR"
bool(false)
bool(true)
bool(true)
bool(true)
bool(false)
string(10) "de-DE-1996"
string(5) "de_de"
string(2) "it"
string(0) ""
string(0) ""
string(5) "en_US"
bool(false)
bool(false)
string(73) "locale_accept_from_http: locale string too long: U_ILLEGAL_ARGUMENT_ERROR"
ValueError: Locale::composeLocale(): Argument #1 ($subtags) must contain a "language" key
TypeError: Locale::lookup(): Argument #2 ($locale) must only contain string values
NULL
{"ACTUAL_LOCALE":0,"VALID_LOCALE":1,"DEFAULT_LOCALE":null,"LANG_TAG":"language","EXTLANG_TAG":"extlang","SCRIPT_TAG":"script","REGION_TAG":"region","VARIANT_TAG":"variant","GRANDFATHERED_LANG_TAG":"grandfathered","PRIVATE_TAG":"private"}
