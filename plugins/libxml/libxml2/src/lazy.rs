//! libxml2, mapped when one of its functions is first called: few scripts read XML, and the library with what it needs would
//! take a quarter of the time that a start takes.
//!
//! `build.rs` makes a door of each function's name that [`functions.txt`](../glue/functions.txt) lists. A door jumps to where
//! its slot says; while that is empty, it asks [`howdah_xml_resolve`], which maps the library. Where that is not done (another
//! machine than x86-64 Linux), the library comes with the program.

pub use imp::{loaded, version_text};

/// Once, before the first function of libxml2 runs; calls of libxml2 from here do not come here again.
fn first() {
    crate::io::startup();
    crate::messages::startup();
}

#[cfg(lazy_libxml2)]
mod imp {
    use core::cell::Cell;
    use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
    use std::io::Write;
    use std::os::unix::ffi::OsStrExt;
    use std::path::Path;
    use std::sync::{Once, OnceLock};

    include!(concat!(env!("OUT_DIR"), "/functions.rs"));

    unsafe extern "C" {
        static howdah_xml_slots: [AtomicUsize; NAMES.len()];
        static howdah_xml_version: c_char;
        fn dlopen(file: *const c_char, how: c_int) -> *mut c_void;
        fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
        fn dlerror() -> *const c_char;
        fn _exit(status: c_int) -> !;
    }
    const RTLD_LAZY: c_int = 1;

    static LIBRARY: OnceLock<usize> = OnceLock::new();
    static FIRST: Once = Once::new();
    static READY: AtomicBool = AtomicBool::new(false);
    thread_local! {
        static STARTING: Cell<bool> = const { Cell::new(false) };
    }

    /// Ends the process as the system's loader does where a program's library is missing.
    fn missing() -> ! {
        // SAFETY: null or a terminated text of this thread.
        let why = unsafe {
            let text = dlerror();
            if text.is_null() {
                c"libxml2 has no such function".into()
            } else {
                CStr::from_ptr(text).to_owned()
            }
        };
        drop(writeln!(
            std::io::stderr(),
            "php: error while loading shared libraries: {}",
            why.to_string_lossy()
        ));
        // SAFETY: ends the process.
        unsafe { _exit(127) }
    }

    fn library() -> *mut c_void {
        let load = || {
            let name = Path::new(OsStr::from_bytes(PATH.to_bytes())).file_name().map(OsStr::as_bytes);
            let soname = name.and_then(|n| std::ffi::CString::new(n).ok()).unwrap_or_default();
            // SAFETY: terminated names; the library is never unmapped.
            let found = unsafe { dlopen(soname.as_ptr(), RTLD_LAZY) };
            if found.is_null() { missing() } else { found as usize }
        };
        *LIBRARY.get_or_init(load) as *mut c_void
    }

    /// The address of the function with that number, which its slot holds from here on.
    #[unsafe(no_mangle)]
    extern "C" fn howdah_xml_resolve(number: u32) -> usize {
        let library = library();
        let Some(name) = NAMES.get(number as usize) else { missing() };
        // SAFETY: a mapped library and a terminated name.
        let at = unsafe { dlsym(library, name.as_ptr()) } as usize;
        if at == 0 {
            missing();
        }
        if !STARTING.get() && !READY.load(Ordering::Acquire) {
            STARTING.set(true);
            FIRST.call_once(super::first);
            STARTING.set(false);
            READY.store(true, Ordering::Release);
        }
        // Doors stay shut for other threads until the first use is prepared.
        if READY.load(Ordering::Acquire) {
            // SAFETY: the doors' table, of that many slots.
            if let Some(slot) = unsafe { howdah_xml_slots.get(number as usize) } {
                slot.store(at, Ordering::Release);
            }
        }
        at
    }

    /// Whether libxml2 is mapped and prepared.
    pub fn loaded() -> bool {
        READY.load(Ordering::Acquire)
    }

    /// The version that libxml2 says it has. Does not map it where its file is the one that this was built with.
    pub fn version_text() -> String {
        let path = Path::new(OsStr::from_bytes(PATH.to_bytes()));
        let same = std::fs::read_link(path).is_ok_and(|t| t.file_name() == Some(OsStr::new(TARGET)));
        if loaded() || !same {
            return super::asked();
        }
        // SAFETY: a static text.
        unsafe { CStr::from_ptr(&raw const howdah_xml_version) }.to_string_lossy().into_owned()
    }
}

#[cfg(not(lazy_libxml2))]
mod imp {
    use std::sync::Once;

    static FIRST: Once = Once::new();

    /// Whether libxml2 is mapped and prepared.
    pub fn loaded() -> bool {
        FIRST.call_once(super::first);
        true
    }

    /// The version that libxml2 says it has. Does not map it where its file is the one that this was built with.
    pub fn version_text() -> String {
        super::asked()
    }
}

fn asked() -> String {
    // SAFETY: libxml2's static text.
    unsafe {
        let text = *crate::sys::__xmlParserVersion();
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}
