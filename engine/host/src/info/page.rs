//! What `phpinfo()` writes: tables, as text or HTML (`php_info_print_*` in php-src's `ext/standard/info.c`).

use crate::report::escape_html;

/// A page being written.
#[derive(Default)]
pub struct InfoPage {
    /// What was written so far.
    pub out: Vec<u8>,
    /// HTML, not text.
    pub html: bool,
    /// The extension asked for its ini entries.
    pub wants_ini: bool,
    in_table: bool,
}

impl InfoPage {
    /// An empty page.
    pub fn new(html: bool) -> InfoPage {
        InfoPage { html, ..InfoPage::default() }
    }

    /// Writes as it is.
    pub fn raw(&mut self, text: impl AsRef<[u8]>) {
        self.out.extend_from_slice(text.as_ref());
    }

    /// Begins a table, unless one has begun.
    pub fn table(&mut self) {
        if !std::mem::replace(&mut self.in_table, true) {
            self.raw(if self.html { "<table>\n" } else { "\n" });
        }
    }

    /// Ends the table.
    pub fn end_table(&mut self) {
        if std::mem::replace(&mut self.in_table, false) && self.html {
            self.raw("</table>\n");
        }
    }

    /// A row of headings, or of a name and what belongs to it.
    pub fn row(&mut self, cells: &[&[u8]], header: bool) {
        self.table();
        if !self.html {
            let line = cells.join(&b" => "[..]);
            self.raw(line);
            self.raw("\n");
            return;
        }
        self.raw(if header { "<tr class=\"h\">" } else { "<tr>" });
        for (i, cell) in cells.iter().enumerate() {
            let text = escape_html(cell);
            match (header, i) {
                (true, _) => self.raw([b"<th>", &text[..], b"</th>"].concat()),
                (false, 0) => self.raw([b"<td class=\"e\">", &text[..], b" </td>"].concat()),
                (false, _) => self.raw([b"<td class=\"v\">", &text[..], b" </td>"].concat()),
            }
        }
        self.raw("</tr>\n");
    }

    /// A heading over all columns of a table.
    pub fn across(&mut self, columns: usize, title: &str) {
        self.table();
        if self.html {
            self.raw(format!("<tr class=\"h\"><th colspan=\"{columns}\">{title}</th></tr>\n"));
        } else {
            let space = " ".repeat(74usize.saturating_sub(title.len()) / 2);
            self.raw(format!("{space}{title}{space}\n"));
        }
    }

    /// A line between two parts.
    pub fn rule(&mut self) {
        self.end_table();
        if self.html {
            self.raw("<hr />\n");
        } else {
            self.raw(format!("\n\n {}\n\n", "_".repeat(71)));
        }
    }

    /// A row whose second and third cells are HTML already (in text they are what they are).
    pub fn directive(&mut self, name: &str, local: &[u8], master: &[u8]) {
        self.table();
        let parts: [&[u8]; 4] = if self.html {
            [b"<tr><td class=\"e\">", b"</td><td class=\"v\">", b"</td><td class=\"v\">", b"</td></tr>\n"]
        } else {
            [b"", b" => ", b" => ", b"\n"]
        };
        let [a, b, c, d] = parts;
        self.raw([a, name.as_bytes(), b, local, c, master, d].concat());
    }

    /// The heading of a part: `Configuration` and its kin.
    pub fn part(&mut self, title: &str) {
        self.end_table();
        if self.html {
            self.raw(format!("<h1>{title}</h1>\n"));
        } else {
            self.raw(format!("{title}\n"));
        }
    }

    /// The heading of a section within a part.
    pub fn section(&mut self, title: &str) {
        self.end_table();
        if self.html {
            self.raw(format!("<h2>{title}</h2>\n"));
        } else {
            self.raw(format!("\n{title}\n"));
        }
    }

    /// The heading of an extension's part.
    pub fn module(&mut self, name: &str) {
        self.end_table();
        if self.html {
            let id = name.to_ascii_lowercase();
            self.raw(format!("<h2><a name=\"module_{id}\" href=\"#module_{id}\">{name}</a></h2>\n"));
        } else {
            self.raw(format!("\n{name}\n"));
        }
    }
}
