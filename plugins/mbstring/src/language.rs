//! What mails are written in, and what is tried when an encoding is guessed, by language.

/// A language that mbstring knows.
#[derive(Debug)]
pub struct Language {
    /// Name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// Encoding of mails.
    pub charset: &'static str,
    /// How headers of mails are sent.
    pub header: &'static str,
    /// How bodies of mails are sent.
    pub body: &'static str,
    /// Encodings that "auto" stands for.
    pub order: &'static [&'static str],
}

const fn language(
    names: &'static [&'static str],
    mail: [&'static str; 3],
    order: &'static [&'static str],
) -> Language {
    Language { name: names[0], aliases: names, charset: mail[0], header: mail[1], body: mail[2], order }
}

const QUOTED: &str = "Quoted-Printable";
const COMMON: &[&str] = &["ASCII", "UTF-8"];

/// All of them; the first is the default.
pub static LANGUAGES: &[Language] = &[
    language(&["neutral"], ["UTF-8", "BASE64", "BASE64"], COMMON),
    language(&["uni", "universal"], ["UTF-8", "BASE64", "BASE64"], COMMON),
    language(
        &["Japanese", "ja"],
        ["ISO-2022-JP", "BASE64", "7bit"],
        &["ASCII", "JIS", "UTF-8", "EUC-JP", "SJIS"],
    ),
    language(&["Korean", "ko"], ["ISO-2022-KR", "BASE64", "7bit"], &["ASCII", "UTF-8", "EUC-KR", "UHC"]),
    language(
        &["Simplified Chinese", "zh-cn"],
        ["HZ", "BASE64", "7bit"],
        &["ASCII", "UTF-8", "EUC-CN", "CP936"],
    ),
    language(
        &["Traditional Chinese", "zh-tw"],
        ["BIG-5", "BASE64", "8bit"],
        &["ASCII", "UTF-8", "EUC-TW", "BIG-5"],
    ),
    language(&["English", "en"], ["ISO-8859-1", QUOTED, "8bit"], COMMON),
    language(&["German", "de"], ["ISO-8859-15", QUOTED, "8bit"], COMMON),
    language(
        &["Russian", "ru"],
        ["KOI8-R", QUOTED, "8bit"],
        &["ASCII", "UTF-8", "KOI8-R", "Windows-1251", "CP866"],
    ),
    language(&["Armenian", "hy"], ["ArmSCII-8", QUOTED, "8bit"], &["ASCII", "UTF-8", "ArmSCII-8"]),
    language(
        &["Turkish", "tr"],
        ["ISO-8859-9", QUOTED, "8bit"],
        &["ASCII", "UTF-8", "Windows-1254", "ISO-8859-9"],
    ),
    language(&["Ukrainian", "ua"], ["KOI8-U", QUOTED, "8bit"], &["ASCII", "UTF-8", "KOI8-U"]),
];

/// The language of that name, in any case of letters.
pub fn by_name(name: &[u8]) -> Option<&'static Language> {
    LANGUAGES.iter().find(|l| l.aliases.iter().any(|a| a.as_bytes().eq_ignore_ascii_case(name)))
}
