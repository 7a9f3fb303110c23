//! The encodings, in the order of `mb_list_encodings()`.

use super::iso2022::Jis;
use super::{Enc, Encoding, Kind, Order};
use std::sync::LazyLock;

type Lengths = &'static [(u8, u8, u8)];
const EUC_JP: Lengths = &[(0x8E, 0x8E, 2), (0x8F, 0x8F, 3), (0xA1, 0xFE, 2)];
const SJIS: Lengths = &[(0x81, 0x9F, 2), (0xE0, 0xEF, 2)];
const SJIS_MAC: Lengths = &[(0x81, 0x9F, 2), (0xE0, 0xED, 2)];
const SJIS_WIN: Lengths = &[(0x81, 0x9F, 2), (0xE0, 0xFC, 2)];
const EUC: Lengths = &[(0xA1, 0xFE, 2)];
const FROM_81: Lengths = &[(0x81, 0xFE, 2)];

const fn enc(
    name: &'static str,
    mime: Option<&'static str>,
    aliases: &'static [&'static str],
    kind: Kind,
) -> Encoding {
    Encoding { name, mime, aliases, kind }
}

/// All of them.
pub static ENCODINGS: &[Encoding] = &[
    enc("BASE64", Some("BASE64"), &[], Kind::Base64),
    enc("UUENCODE", Some("x-uuencode"), &[], Kind::Uuencode),
    enc("HTML-ENTITIES", Some("HTML-ENTITIES"), &["HTML", "html"], Kind::Html),
    enc("Quoted-Printable", Some("Quoted-Printable"), &["qprint"], Kind::Quoted),
    enc("7bit", Some("7bit"), &[], Kind::Bit7),
    enc("8bit", Some("8bit"), &["binary"], Kind::Bit8),
    enc("UCS-4", Some("UCS-4"), &["ISO-10646-UCS-4", "UCS4"], Kind::Ucs4(Order::Marked)),
    enc("UCS-4BE", Some("UCS-4BE"), &["byte4be"], Kind::Ucs4(Order::Big)),
    enc("UCS-4LE", Some("UCS-4LE"), &["byte4le"], Kind::Ucs4(Order::Little)),
    enc("UCS-2", Some("UCS-2"), &["ISO-10646-UCS-2", "UCS2", "UNICODE"], Kind::Ucs2(Order::Marked)),
    enc("UCS-2BE", Some("UCS-2BE"), &["byte2be"], Kind::Ucs2(Order::Big)),
    enc("UCS-2LE", Some("UCS-2LE"), &["byte2le"], Kind::Ucs2(Order::Little)),
    enc("UTF-32", Some("UTF-32"), &["utf32"], Kind::Utf32(Order::Marked)),
    enc("UTF-32BE", Some("UTF-32BE"), &[], Kind::Utf32(Order::Big)),
    enc("UTF-32LE", Some("UTF-32LE"), &[], Kind::Utf32(Order::Little)),
    enc("UTF-16", Some("UTF-16"), &["utf16"], Kind::Utf16(Order::Marked)),
    enc("UTF-16BE", Some("UTF-16BE"), &[], Kind::Utf16(Order::Big)),
    enc("UTF-16LE", Some("UTF-16LE"), &[], Kind::Utf16(Order::Little)),
    enc("UTF-8", Some("UTF-8"), &["utf8"], Kind::Utf8),
    enc("UTF-7", Some("UTF-7"), &["utf7"], Kind::Utf7),
    enc("UTF7-IMAP", None, &["mUTF-7"], Kind::Utf7Imap),
    enc(
        "ASCII",
        Some("US-ASCII"),
        &[
            "ANSI_X3.4-1968",
            "iso-ir-6",
            "ANSI_X3.4-1986",
            "ISO_646.irv:1991",
            "US-ASCII",
            "ISO646-US",
            "us",
            "IBM367",
            "IBM-367",
            "cp367",
            "csASCII",
        ],
        Kind::Ascii,
    ),
    enc("EUC-JP", Some("EUC-JP"), &["EUC", "EUC_JP", "eucJP", "x-euc-jp"], Kind::Multi(Some(EUC_JP))),
    enc("SJIS", Some("Shift_JIS"), &["x-sjis", "SHIFT-JIS"], Kind::Multi(Some(SJIS))),
    enc("eucJP-win", Some("EUC-JP"), &["eucJP-open", "eucJP-ms"], Kind::Multi(Some(EUC_JP))),
    enc("EUC-JP-2004", Some("EUC-JP"), &["EUC_JP-2004"], Kind::Multi(Some(EUC_JP))),
    enc(
        "SJIS-Mobile#DOCOMO",
        Some("Shift_JIS"),
        &["SJIS-DOCOMO", "shift_jis-imode", "x-sjis-emoji-docomo"],
        Kind::Multi(Some(SJIS_WIN)),
    ),
    enc(
        "SJIS-Mobile#KDDI",
        Some("Shift_JIS"),
        &["SJIS-KDDI", "shift_jis-kddi", "x-sjis-emoji-kddi"],
        Kind::Multi(Some(SJIS_WIN)),
    ),
    enc(
        "SJIS-Mobile#SOFTBANK",
        Some("Shift_JIS"),
        &["SJIS-SOFTBANK", "shift_jis-softbank", "x-sjis-emoji-softbank"],
        Kind::Multi(Some(SJIS_WIN)),
    ),
    enc("SJIS-mac", Some("Shift_JIS"), &["MacJapanese", "x-Mac-Japanese"], Kind::Multi(Some(SJIS_MAC))),
    enc("SJIS-2004", Some("Shift_JIS"), &["SJIS2004", "Shift_JIS-2004"], Kind::Multi(Some(SJIS_WIN))),
    enc("CP932", Some("Shift_JIS"), &["MS932", "Windows-31J", "MS_Kanji"], Kind::Multi(Some(SJIS_WIN))),
    enc("SJIS-win", Some("Shift_JIS"), &["SJIS-ms", "SJIS-open"], Kind::Multi(Some(SJIS_WIN))),
    enc("CP51932", Some("CP51932"), &["cp51932"], Kind::Multi(Some(EUC_JP))),
    enc("JIS", Some("ISO-2022-JP"), &[], Kind::Jis(Jis::Any)),
    enc("ISO-2022-JP", Some("ISO-2022-JP"), &[], Kind::Jis(Jis::Iso2022Jp)),
    enc("ISO-2022-JP-MS", Some("ISO-2022-JP"), &["ISO2022JPMS"], Kind::Jis(Jis::Ms)),
    enc("GB18030", Some("GB18030"), &["gb-18030", "gb-18030-2000"], Kind::Multi(None)),
    enc("GB18030-2022", Some("GB18030-2022"), &[], Kind::Multi(None)),
    enc("Windows-1252", Some("Windows-1252"), &["cp1252"], Kind::Single),
    enc("Windows-1254", Some("Windows-1254"), &["CP1254", "CP-1254", "WINDOWS-1254"], Kind::Single),
    enc("ISO-8859-1", Some("ISO-8859-1"), &["ISO8859-1", "latin1"], Kind::Single),
    enc("ISO-8859-2", Some("ISO-8859-2"), &["ISO8859-2", "latin2"], Kind::Single),
    enc("ISO-8859-3", Some("ISO-8859-3"), &["ISO8859-3", "latin3"], Kind::Single),
    enc("ISO-8859-4", Some("ISO-8859-4"), &["ISO8859-4", "latin4"], Kind::Single),
    enc("ISO-8859-5", Some("ISO-8859-5"), &["ISO8859-5", "cyrillic"], Kind::Single),
    enc("ISO-8859-6", Some("ISO-8859-6"), &["ISO8859-6", "arabic"], Kind::Single),
    enc("ISO-8859-7", Some("ISO-8859-7"), &["ISO8859-7", "greek"], Kind::Single),
    enc("ISO-8859-8", Some("ISO-8859-8"), &["ISO8859-8", "hebrew"], Kind::Single),
    enc("ISO-8859-9", Some("ISO-8859-9"), &["ISO8859-9", "latin5"], Kind::Single),
    enc("ISO-8859-10", Some("ISO-8859-10"), &["ISO8859-10", "latin6"], Kind::Single),
    enc("ISO-8859-13", Some("ISO-8859-13"), &["ISO8859-13"], Kind::Single),
    enc("ISO-8859-14", Some("ISO-8859-14"), &["ISO8859-14", "latin8"], Kind::Single),
    enc("ISO-8859-15", Some("ISO-8859-15"), &["ISO8859-15"], Kind::Single),
    enc("ISO-8859-16", Some("ISO-8859-16"), &["ISO8859-16"], Kind::Single),
    enc("EUC-CN", Some("CN-GB"), &["CN-GB", "EUC_CN", "eucCN", "x-euc-cn", "gb2312"], Kind::Multi(Some(EUC))),
    enc("CP936", Some("CP936"), &["CP-936", "GBK"], Kind::Multi(Some(FROM_81))),
    enc("HZ", Some("HZ-GB-2312"), &[], Kind::Hz),
    enc("EUC-TW", Some("EUC-TW"), &["EUC_TW", "eucTW", "x-euc-tw"], Kind::Multi(Some(EUC))),
    enc("BIG-5", Some("BIG5"), &["CN-BIG5", "BIG-FIVE", "BIGFIVE"], Kind::Multi(Some(FROM_81))),
    enc("CP950", Some("BIG5"), &[], Kind::Multi(Some(FROM_81))),
    enc("EUC-KR", Some("EUC-KR"), &["EUC_KR", "eucKR", "x-euc-kr"], Kind::Multi(Some(EUC))),
    enc("UHC", Some("UHC"), &["CP949"], Kind::Multi(Some(FROM_81))),
    enc("ISO-2022-KR", Some("ISO-2022-KR"), &[], Kind::Korean),
    enc("Windows-1251", Some("Windows-1251"), &["CP1251", "CP-1251", "WINDOWS-1251"], Kind::Single),
    enc("CP866", Some("CP866"), &["CP-866", "IBM866", "IBM-866"], Kind::Single),
    enc("KOI8-R", Some("KOI8-R"), &["KOI8R"], Kind::Single),
    enc("KOI8-U", Some("KOI8-U"), &["KOI8U"], Kind::Single),
    enc("ArmSCII-8", Some("ArmSCII-8"), &["ArmSCII8", "ARMSCII-8", "ARMSCII8"], Kind::Single),
    enc("CP850", Some("CP850"), &["CP-850", "IBM850", "IBM-850"], Kind::Single),
    enc("ISO-2022-JP-2004", Some("ISO-2022-JP-2004"), &[], Kind::Jis(Jis::Jis2004)),
    enc("CP50220", Some("ISO-2022-JP"), &["cp50220raw", "cp50220-raw", "JIS-ms"], Kind::Jis(Jis::Cp50220)),
    enc("CP50221", Some("ISO-2022-JP"), &[], Kind::Jis(Jis::Cp50221)),
    enc("CP50222", Some("ISO-2022-JP"), &[], Kind::Jis(Jis::Cp50222)),
];

/// The encoding of that name, MIME name or other name, in any case of letters.
pub fn by_name(name: &[u8]) -> Option<Enc> {
    // The one that is asked for most.
    static UTF8: LazyLock<Option<Enc>> = LazyLock::new(|| ENCODINGS.iter().find(|e| e.name == "UTF-8"));
    if name.eq_ignore_ascii_case(b"UTF-8") {
        return *UTF8;
    }
    let same = |n: &str| n.as_bytes().eq_ignore_ascii_case(name);
    ENCODINGS
        .iter()
        .find(|e| same(e.name))
        .or_else(|| ENCODINGS.iter().find(|e| e.mime.is_some_and(same)))
        .or_else(|| ENCODINGS.iter().find(|e| e.aliases.iter().any(|a| same(a))))
}
