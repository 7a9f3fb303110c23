//! What a plugin file says of itself, read without running any of it.

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, ReadRef};
use plugin_api_abi::{LAYOUT_HASH, MANIFEST_SECTION, Manifest, PANIC_ABORT, PANIC_UNWIND};
use std::cell::RefCell;
use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

/// Device and inode of a file.
pub type FileId = (u64, u64);

/// What [`inspect`] found.
pub enum Inspected {
    /// A plugin of ours; whether this engine can load it is [`check`]'s matter.
    Plugin(Box<Manifest>),
    /// An extension built for Zend PHP.
    Zend,
    /// A shared object that is neither.
    Foreign,
}

/// The API this engine provides.
pub const ENGINE_API: semver::Version =
    semver::Version::new(plugin_api_abi::API_MAJOR as u64, plugin_api_abi::API_MINOR as u64, 0);

fn machine(m: u16) -> String {
    match m {
        elf::EM_X86_64 => "x86-64".into(),
        elf::EM_386 => "i386".into(),
        elf::EM_AARCH64 => "AArch64".into(),
        elf::EM_ARM => "ARM".into(),
        elf::EM_RISCV => "RISC-V".into(),
        elf::EM_PPC64 => "PowerPC64".into(),
        elf::EM_S390 => "S/390".into(),
        m => format!("machine {m}"),
    }
}

const OURS: u16 = if cfg!(target_arch = "aarch64") { elf::EM_AARCH64 } else { elf::EM_X86_64 };

/// A file's bytes, read in blocks where they are asked for: a plugin's headers and manifest lie in three or four of them.
struct Blocks<'b> {
    file: &'b File,
    len: u64,
    bytes: &'b bumpalo::Bump,
    /// Where each block that was read begins, and its bytes.
    read: RefCell<Vec<(u64, &'b [u8])>>,
}

/// Bytes that are read at once, and what their positions are multiples of.
const BLOCK: u64 = 4096;

impl<'b> Blocks<'b> {
    fn block(&self, at: u64, size: u64) -> Option<&'b [u8]> {
        let end = at.checked_add(size).filter(|&e| e <= self.len)?;
        let inside = |&&(start, bytes): &&(u64, &'b [u8])| start <= at && end - start <= bytes.len() as u64;
        let found = self.read.borrow().iter().find(inside).copied();
        let (start, bytes) = match found {
            Some(b) => b,
            None => {
                let start = at - at % BLOCK;
                let stop = end.checked_next_multiple_of(BLOCK)?.min(self.len);
                // Whole words, so that every block begins where structures may begin.
                let size = usize::try_from(stop - start).ok()?;
                let room: &'b mut [u8] =
                    self.bytes.alloc_slice_fill_copy(size.checked_next_multiple_of(16)?, 0);
                self.file.read_exact_at(room.get_mut(..size)?, start).ok()?;
                let room: &'b [u8] = room.get(..size)?;
                self.read.borrow_mut().push((start, room));
                (start, room)
            }
        };
        bytes.get((at - start) as usize..(end - start) as usize)
    }
}

impl<'b> ReadRef<'b> for &Blocks<'b> {
    fn len(self) -> Result<u64, ()> {
        Ok(self.len)
    }
    fn read_bytes_at(self, offset: u64, size: u64) -> Result<&'b [u8], ()> {
        self.block(offset, size).ok_or(())
    }
    fn read_bytes_at_until(self, range: std::ops::Range<u64>, delimiter: u8) -> Result<&'b [u8], ()> {
        let mut size = 0;
        while range.start.checked_add(size).is_some_and(|end| end < range.end) {
            // To the end of the block, then as far again.
            let room = BLOCK - (range.start + size) % BLOCK;
            size = (size + room).min(range.end - range.start);
            let bytes = self.block(range.start, size).ok_or(())?;
            if let Some(n) = memchr::memchr(delimiter, bytes) {
                return bytes.get(..n).ok_or(());
            }
        }
        Err(())
    }
}

/// Reads a file's ELF headers and its manifest, and which file it is.
///
/// # Errors
/// Why it is no loadable shared object, as one line without the file's name.
pub fn inspect(path: &Path) -> Result<(Inspected, FileId), String> {
    let file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => {
            "cannot open shared object file: No such file or directory".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => {
            "cannot open shared object file: Permission denied".to_owned()
        }
        _ => format!("cannot open shared object file: {e}"),
    })?;
    let meta = file.metadata().map_err(|e| e.to_string())?;
    if meta.is_dir() {
        return Err("cannot read file data: Is a directory".to_owned());
    }
    let bytes = bumpalo::Bump::new();
    let blocks = Blocks { file: &file, len: meta.len(), bytes: &bytes, read: RefCell::default() };
    Ok((parse(&blocks, meta.len())?, (meta.dev(), meta.ino())))
}

/// As [`inspect`], of a file's bytes.
pub fn inspect_bytes(data: &[u8]) -> Result<Inspected, String> {
    parse(data, data.len() as u64)
}

fn parse<'d, D: ReadRef<'d>>(data: D, len: u64) -> Result<Inspected, String> {
    if len < 64 {
        return Err("file too short".into());
    }
    let ident = data.read_bytes_at(0, 20).map_err(|()| "file too short".to_owned())?;
    if ident[..4] != elf::ELFMAG {
        return Err("invalid ELF header".into());
    }
    if ident[4] == elf::ELFCLASS32 {
        return Err("wrong ELF class: ELFCLASS32".into());
    }
    let m = u16::from_le_bytes([ident[18], ident[19]]);
    if ident[5] != elf::ELFDATA2LSB || m != OURS {
        return Err(format!("built for {}, this engine runs on {}", machine(m), machine(OURS)));
    }
    let head = elf::FileHeader64::<Endianness>::parse(data).map_err(|e| e.to_string())?;
    let e = Endianness::Little;
    let tables = head.e_shoff.get(e).saturating_add(u64::from(head.e_shnum.get(e)).saturating_mul(64));
    let mut need = tables;
    if let Ok(segments) = head.program_headers(e, data) {
        for s in segments {
            need = need.max(s.p_offset(e).saturating_add(s.p_filesz(e)));
        }
    }
    if need > len {
        return Err(format!("truncated file ({len} bytes, needs at least {need})"));
    }
    let sections = head.sections(e, data).map_err(|e| e.to_string())?;
    if let Some((_, s)) = sections.section_by_name(e, MANIFEST_SECTION.as_bytes()) {
        let bytes = s.data(e, data).map_err(|e| e.to_string())?;
        return match Manifest::read(bytes) {
            Some(m) => Ok(Inspected::Plugin(Box::new(m))),
            None => Err(format!("its {MANIFEST_SECTION} section holds no manifest")),
        };
    }
    let symbols = sections.symbols(e, data, elf::SHT_DYNSYM).map_err(|e| e.to_string())?;
    let zend = symbols.iter().any(|s| {
        use object::read::elf::Sym;
        s.name(e, symbols.strings()).is_ok_and(|n| n == b"get_module" || n == b"zend_extension_entry")
    });
    Ok(if zend { Inspected::Zend } else { Inspected::Foreign })
}

/// Whether this engine can run a plugin with that manifest.
///
/// # Errors
/// Why not, in one line.
pub fn check(m: &Manifest) -> Result<(), String> {
    check_for(m, &ENGINE_API)
}

/// As [`check`], for an engine that provides some version of the API.
fn check_for(m: &Manifest, engine: &semver::Version) -> Result<(), String> {
    let (name, version) = (Manifest::text(&m.name), Manifest::text(&m.version));
    let need = if m.api_minor == 0 {
        format!("^{}.0", m.api_major)
    } else {
        format!("^{}.{}", m.api_major, m.api_minor)
    };
    let have = format!("{}.{}", engine.major, engine.minor);
    let head = format!("{name}: Unable to initialize module\n'{name}' {version}");
    let fits = semver::VersionReq::parse(&need).is_ok_and(|r| r.matches(engine));
    if !fits {
        return Err(format!("{head} needs plugin API {need}, this engine provides {have}"));
    }
    if m.layout_hash != LAYOUT_HASH {
        return Err(format!(
            "{head} was built with another layout of plugin API {have} (plugin-api {}); build it again",
            Manifest::text(&m.built_with)
        ));
    }
    match m.panic {
        PANIC_UNWIND => Ok(()),
        PANIC_ABORT => Err(format!("{head} was built with panic=abort; build it with panic=unwind")),
        p => Err(format!("{head} has an unknown panic strategy ({p})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_library_is_named() {
        let short: &[u8] = b"hello";
        assert_eq!(parse(short, 5).err().as_deref(), Some("file too short"));
        let text = [b'x'; 100];
        assert_eq!(parse(&text[..], 100).err().as_deref(), Some("invalid ELF header"));
        let mut elf32 = [0u8; 100];
        elf32[..5].copy_from_slice(b"\x7fELF\x01");
        assert_eq!(parse(&elf32[..], 100).err().as_deref(), Some("wrong ELF class: ELFCLASS32"));
    }

    /// Every engine with every plugin: what was built against an older minor version goes on working.
    #[test]
    fn the_version_matrix() {
        for (engine, plugin, fits) in [
            ((1, 0), (1, 0), true),
            ((1, 1), (1, 0), true),
            ((1, 9), (1, 0), true),
            ((1, 9), (1, 8), true),
            ((1, 0), (1, 1), false),
            ((1, 1), (1, 2), false),
            ((1, 9), (2, 0), false),
            ((2, 0), (1, 0), false),
            ((2, 0), (1, 9), false),
            ((2, 3), (2, 3), true),
        ] {
            let mut m = Manifest::new("demo", "0.1.0", PANIC_UNWIND);
            (m.api_major, m.api_minor) = plugin;
            let r = check_for(&m, &semver::Version::new(engine.0, engine.1, 0));
            if fits {
                assert_eq!(r, Ok(()), "{engine:?} {plugin:?}");
            } else {
                let want = format!(
                    "demo: Unable to initialize module\n'demo' 0.1.0 needs plugin API ^{}.{}, this engine provides {}.{}",
                    plugin.0, plugin.1, engine.0, engine.1
                );
                assert_eq!(r, Err(want));
            }
        }
    }

    #[test]
    fn versions_meet_as_semver_says() {
        let mut m = Manifest::new("demo", "0.1.0", PANIC_UNWIND);
        assert_eq!(check(&m), Ok(()));
        m.api_major = 2;
        assert_eq!(
            check(&m).err().as_deref(),
            Some(
                "demo: Unable to initialize module\n'demo' 0.1.0 needs plugin API ^2.0, this engine provides 1.0"
            )
        );
        m.api_major = 1;
        m.api_minor = 9;
        assert!(check(&m).is_err_and(|e| e.ends_with("needs plugin API ^1.9, this engine provides 1.0")));
        m.api_minor = 0;
        m.panic = PANIC_ABORT;
        assert!(check(&m).is_err_and(|e| e.contains("panic=abort")));
        m.panic = PANIC_UNWIND;
        m.layout_hash ^= 1;
        assert!(check(&m).is_err_and(|e| e.contains("another layout")));
    }
}
