//! `phpcredits()`: who made PHP, and who made what runs here.
//!
//! The names are those that PHP 8.4 shows, in its order; the layout is that of its page (php-src's `ext/standard/credits.c`).

use super::InfoPage;

/// Parts of the credits (`CREDITS_*`).
pub mod flags {
    /// The PHP Group.
    pub const GROUP: i64 = 1;
    /// The language: its design, its authors.
    pub const GENERAL: i64 = 2;
    /// The SAPIs' authors.
    pub const SAPI: i64 = 4;
    /// The extensions' authors.
    pub const MODULES: i64 = 8;
    /// The manual's authors.
    pub const DOCS: i64 = 16;
    /// An HTML page of its own.
    pub const FULLPAGE: i64 = 32;
    /// Quality assurance.
    pub const QA: i64 = 64;
    /// Websites and infrastructure. It has no constant.
    pub const WEB: i64 = 128;
    /// Everything.
    pub const ALL: i64 = 0xffff_ffff;
}

const GROUP: &str = "Thies C. Arntzen, Stig Bakken, Shane Caraveo, Andi Gutmans, Rasmus Lerdorf, Sam Ruby, Sascha \
         Schumann, Zeev Suraski, Jim Winstead, Andrei Zmievski";

const DESIGN: &str = "Andi Gutmans, Rasmus Lerdorf, Zeev Suraski, Marcus Boerger";

const AUTHORS: &[(&str, &str)] = &[
    (
        "Zend Scripting Language Engine",
        "Andi Gutmans, Zeev Suraski, Stanislav Malyshev, Marcus Boerger, Dmitry Stogov, Xinchen Hui, \
         Nikita Popov",
    ),
    ("Extension Module API", "Andi Gutmans, Zeev Suraski, Andrei Zmievski"),
    ("UNIX Build and Modularization", "Stig Bakken, Sascha Schumann, Jani Taskinen, Peter Kokot"),
    (
        "Windows Support",
        "Shane Caraveo, Zeev Suraski, Wez Furlong, Pierre-Alain Joye, Anatol Belski, Kalle Sommer \
         Nielsen",
    ),
    ("Server API (SAPI) Abstraction Layer", "Andi Gutmans, Shane Caraveo, Zeev Suraski"),
    ("Streams Abstraction Layer", "Wez Furlong, Sara Golemon"),
    (
        "PHP Data Objects Layer",
        "Wez Furlong, Marcus Boerger, Sterling Hughes, George Schlossnagle, Ilia Alshanetsky",
    ),
    ("Output Handler", "Zeev Suraski, Thies C. Arntzen, Marcus Boerger, Michael Wallner"),
    ("Consistent 64 bit support", "Anthony Ferrara, Anatol Belski"),
];

const SAPIS: &[(&str, &str)] = &[
    ("Apache 2 Handler", "Ian Holsman, Justin Erenkrantz (based on Apache 2 Filter code)"),
    ("CGI / FastCGI", "Rasmus Lerdorf, Stig Bakken, Shane Caraveo, Dmitry Stogov"),
    ("CLI", "Edin Kadribasic, Marcus Boerger, Johannes Schlueter, Moriyoshi Koizumi, Xinchen Hui"),
    ("Embed", "Edin Kadribasic"),
    ("FastCGI Process Manager", "Andrei Nigmatulin, dreamcat4, Antony Dovgal, Jerome Loyet"),
    ("litespeed", "George Wang"),
    ("phpdbg", "Felipe Pena, Joe Watkins, Bob Weinand"),
];

const MODULES: &[(&str, &str)] = &[
    ("BC Math", "Andi Gutmans"),
    ("Bzip2", "Sterling Hughes"),
    ("Calendar", "Shane Caraveo, Colin Viebrock, Hartmut Holzgraefe, Wez Furlong"),
    ("COM and .Net", "Wez Furlong"),
    ("ctype", "Hartmut Holzgraefe"),
    ("cURL", "Sterling Hughes"),
    ("Date/Time Support", "Derick Rethans"),
    ("DB-LIB (MS SQL, Sybase)", "Wez Furlong, Frank M. Kromann, Adam Baratz"),
    ("DBA", "Sascha Schumann, Marcus Boerger"),
    ("DOM", "Christian Stocker, Rob Richards, Marcus Boerger, Nora Dossche"),
    ("enchant", "Pierre-Alain Joye, Ilia Alshanetsky"),
    ("EXIF", "Rasmus Lerdorf, Marcus Boerger"),
    ("FFI", "Dmitry Stogov"),
    ("fileinfo", "Ilia Alshanetsky, Pierre Alain Joye, Scott MacVicar, Derick Rethans, Anatol Belski"),
    ("Firebird driver for PDO", "Ard Biesheuvel"),
    ("FTP", "Stefan Esser, Andrew Skalski"),
    (
        "GD imaging",
        "Rasmus Lerdorf, Stig Bakken, Jim Winstead, Jouni Ahto, Ilia Alshanetsky, Pierre-Alain Joye, \
         Marcus Boerger, Mark Randall",
    ),
    ("GetText", "Alex Plotnick"),
    ("GNU GMP support", "Stanislav Malyshev"),
    ("Iconv", "Rui Hirokawa, Stig Bakken, Moriyoshi Koizumi"),
    ("Input Filter", "Rasmus Lerdorf, Derick Rethans, Pierre-Alain Joye, Ilia Alshanetsky"),
    (
        "Internationalization",
        "Ed Batutis, Vladimir Iordanov, Dmitry Lakhtyuk, Stanislav Malyshev, Vadim Savchuk, Kirti \
         Velankar",
    ),
    ("JSON", "Jakub Zelenka, Omar Kilani, Scott MacVicar"),
    ("LDAP", "Amitay Isaacs, Eric Warnke, Rasmus Lerdorf, Gerrit Thomson, Stig Venaas"),
    ("LIBXML", "Christian Stocker, Rob Richards, Marcus Boerger, Wez Furlong, Shane Caraveo"),
    ("Multibyte String Functions", "Tsukada Takuya, Rui Hirokawa"),
    ("MySQL driver for PDO", "George Schlossnagle, Wez Furlong, Ilia Alshanetsky, Johannes Schlueter"),
    ("MySQLi", "Zak Greant, Georg Richter, Andrey Hristov, Ulf Wendel"),
    ("MySQLnd", "Andrey Hristov, Ulf Wendel, Georg Richter, Johannes Schlüter"),
    ("ODBC driver for PDO", "Wez Furlong"),
    ("ODBC", "Stig Bakken, Andreas Karajannis, Frank M. Kromann, Daniel R. Kalowsky"),
    ("Opcache", "Andi Gutmans, Zeev Suraski, Stanislav Malyshev, Dmitry Stogov, Xinchen Hui"),
    ("OpenSSL", "Stig Venaas, Wez Furlong, Sascha Kettler, Scott MacVicar, Eliot Lear"),
    ("pcntl", "Jason Greene, Arnaud Le Blanc"),
    ("Perl Compatible Regexps", "Andrei Zmievski"),
    ("PHP Archive", "Gregory Beaver, Marcus Boerger"),
    (
        "PHP Data Objects",
        "Wez Furlong, Marcus Boerger, Sterling Hughes, George Schlossnagle, Ilia Alshanetsky",
    ),
    ("PHP hash", "Sara Golemon, Rasmus Lerdorf, Stefan Esser, Michael Wallner, Scott MacVicar"),
    ("Posix", "Kristian Koehntopp"),
    ("PostgreSQL driver for PDO", "Edin Kadribasic, Ilia Alshanetsky"),
    ("PostgreSQL", "Jouni Ahto, Zeev Suraski, Yasuo Ohgaki, Chris Kings-Lynne"),
    (
        "random",
        "Go Kudo, Tim Düsterhus, Guilliam Xavier, Christoph M. Becker, Jakub Zelenka, Bob Weinand, Máté \
         Kocsis, and Original RNG implementators",
    ),
    ("Readline", "Thies C. Arntzen"),
    ("Reflection", "Marcus Boerger, Timm Friebe, George Schlossnagle, Andrei Zmievski, Johannes Schlueter"),
    ("Sessions", "Sascha Schumann, Andrei Zmievski"),
    ("Shared Memory Operations", "Slava Poliakov, Ilia Alshanetsky"),
    ("SimpleXML", "Sterling Hughes, Marcus Boerger, Rob Richards"),
    (
        "SNMP",
        "Rasmus Lerdorf, Harrie Hazewinkel, Mike Jackson, Steven Lawrance, Johann Hanne, Boris Lytochkin",
    ),
    ("SOAP", "Brad Lafountain, Shane Caraveo, Dmitry Stogov"),
    ("Sockets", "Chris Vandomelen, Sterling Hughes, Daniel Beulshausen, Jason Greene"),
    ("Sodium", "Frank Denis"),
    ("SPL", "Marcus Boerger, Etienne Kneuss"),
    ("SQLite 3.x driver for PDO", "Wez Furlong"),
    ("SQLite3", "Scott MacVicar, Ilia Alshanetsky, Brad Dewar"),
    ("System V Message based IPC", "Wez Furlong"),
    ("System V Semaphores", "Tom May"),
    ("System V Shared Memory", "Christian Cartus"),
    ("tidy", "John Coggeshall, Ilia Alshanetsky"),
    ("tokenizer", "Andrei Zmievski, Johannes Schlueter"),
    ("XML", "Stig Bakken, Thies C. Arntzen, Sterling Hughes"),
    ("XMLReader", "Rob Richards"),
    ("XMLWriter", "Rob Richards, Pierre-Alain Joye"),
    ("XSL", "Christian Stocker, Rob Richards"),
    ("Zip", "Pierre-Alain Joye, Remi Collet"),
    ("Zlib", "Rasmus Lerdorf, Stefan Roehrich, Zeev Suraski, Jade Nicoletti, Michael Wallner"),
];

const DOCS: &[(&str, &str)] = &[
    (
        "Authors",
        "Mehdi Achour, Friedhelm Betz, Antony Dovgal, Nuno Lopes, Hannes Magnusson, Philip Olson, Georg \
         Richter, Damien Seguy, Jakub Vrana, Adam Harvey",
    ),
    ("Editor", "Peter Cowburn"),
    ("User Note Maintainers", "Daniel P. Brown, Thiago Henrique Pojda"),
    (
        "Other Contributors",
        "Previously active authors, editors and other contributors are listed in the manual.",
    ),
];

const QA: &str = "Ilia Alshanetsky, Joerg Behrens, Antony Dovgal, Stefan Esser, Moriyoshi Koizumi, Magnus Maatta, \
         Sebastian Nohn, Derick Rethans, Melvyn Sopacua, Pierre-Alain Joye, Dmitry Stogov, Felipe Pena, \
         David Soria Parra, Stanislav Malyshev, Julien Pauli, Stephen Zarkos, Anatol Belski, Remi \
         Collet, Ferenc Kovacs";

const WEB: &[(&str, &str)] = &[
    (
        "PHP Websites Team",
        "Rasmus Lerdorf, Hannes Magnusson, Philip Olson, Lukas Kahwe Smith, Pierre-Alain Joye, Kalle \
         Sommer Nielsen, Peter Cowburn, Adam Harvey, Ferenc Kovacs, Levi Morrison",
    ),
    ("Event Maintainers", "Damien Seguy, Daniel P. Brown"),
    ("Network Infrastructure", "Daniel P. Brown"),
    ("Windows Infrastructure", "Alex Schoenmaker"),
];

/// A table of one row.
fn persons(page: &mut InfoPage, title: &str, names: &str) {
    page.row(&[title.as_bytes()], true);
    page.row(&[names.as_bytes()], false);
    page.end_table();
}

/// A table of contributions; `head` names its columns.
fn table(page: &mut InfoPage, title: &str, head: Option<[&str; 2]>, rows: &[(&str, &str)]) {
    page.across(2, title);
    if let Some([what, who]) = head {
        page.row(&[what.as_bytes(), who.as_bytes()], true);
    }
    for (what, who) in rows {
        page.row(&[what.as_bytes(), who.as_bytes()], false);
    }
    page.end_table();
}

/// Writes the parts that `what` names ([`flags`]).
pub fn write(page: &mut InfoPage, what: i64) {
    let whole = page.html && what & flags::FULLPAGE != 0;
    if whole {
        super::head(page);
    }
    page.part("PHP Credits");
    if what & flags::GROUP != 0 {
        persons(page, "PHP Group", GROUP);
    }
    if what & flags::GENERAL != 0 {
        persons(page, "Language Design & Concept", DESIGN);
        table(page, "PHP Authors", Some(["Contribution", "Authors"]), AUTHORS);
    }
    if what & flags::SAPI != 0 {
        table(page, "SAPI Modules", Some(["Contribution", "Authors"]), SAPIS);
    }
    if what & flags::MODULES != 0 {
        table(page, "Module Authors", Some(["Module", "Authors"]), MODULES);
    }
    if what & flags::DOCS != 0 {
        table(page, "PHP Documentation", None, DOCS);
    }
    if what & flags::QA != 0 {
        persons(page, "PHP Quality Assurance Team", QA);
    }
    if what & flags::WEB != 0 {
        table(page, "Websites and Infrastructure team", None, WEB);
        persons(page, "Howdah", "The Howdah project: the engine that runs this page, and its extensions");
    }
    if whole {
        page.raw("</div></body></html>\n");
    }
}
