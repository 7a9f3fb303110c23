//! libedit, as one that stands in for GNU readline. All that it knows belongs to the whole process, so one thread uses it at
//! a time.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

mod c {
    use super::{CStr, c_char, c_int, c_void};
    use std::sync::OnceLock;

    #[repr(C)]
    pub struct Entry {
        pub line: *const c_char,
        pub data: *const c_char,
    }
    #[repr(C)]
    pub struct State {
        pub length: c_int,
    }
    pub type Generator = unsafe extern "C" fn(*const c_char, c_int) -> *mut c_char;
    pub type Completer = unsafe extern "C" fn(*const c_char, c_int, c_int) -> *mut *mut c_char;

    macro_rules! library {
        ($( fn $f:ident($($t:ty),*) $(-> $r:ty)?; )* $( static $v:ident: $vt:ty; )*) => {
            /// Where the library's functions and variables are.
            pub struct Library {
                $( pub $f: unsafe extern "C" fn($($t),*) $(-> $r)?, )*
                $( pub $v: *mut $vt, )*
            }
            impl Library {
                /// # Safety
                /// A library that is libedit, and is not unloaded.
                unsafe fn of(handle: *mut c_void) -> Option<Library> {
                    let at = |name: &CStr| {
                        // SAFETY: a loaded library, a terminated name.
                        let p = unsafe { libc::dlsym(handle, name.as_ptr()) };
                        (!p.is_null()).then_some(p)
                    };
                    let name = |n: &'static str| CStr::from_bytes_with_nul(n.as_bytes()).ok();
                    // SAFETY: libedit's functions have these types (readline.h).
                    Some(unsafe {
                        Library {
                            $( $f: core::mem::transmute::<*mut c_void, unsafe extern "C" fn($($t),*) $(-> $r)?>(
                                at(name(concat!(stringify!($f), "\0"))?)?), )*
                            $( $v: at(name(concat!(stringify!($v), "\0"))?)?.cast(), )*
                        }
                    })
                }
            }
        };
    }
    library! {
        fn readline(*const c_char) -> *mut c_char;
        fn add_history(*const c_char) -> c_int;
        fn using_history();
        fn clear_history();
        fn history_list() -> *mut *mut Entry;
        fn history_get_history_state() -> *mut State;
        fn read_history(*const c_char) -> c_int;
        fn write_history(*const c_char) -> c_int;
        fn rl_completion_matches(*const c_char, Generator) -> *mut *mut c_char;
        fn rl_callback_handler_install(*const c_char, unsafe extern "C" fn(*mut c_char));
        fn rl_callback_handler_remove();
        fn rl_callback_read_char();
        fn rl_redisplay();
        fn rl_on_new_line() -> c_int;
        static rl_library_version: *const c_char;
        static rl_readline_name: *const c_char;
        static rl_line_buffer: *mut c_char;
        static rl_point: c_int;
        static rl_end: c_int;
        static rl_erase_empty_line: c_int;
        static rl_attempted_completion_over: c_int;
        static rl_attempted_completion_function: Option<Completer>;
    }
    // SAFETY: addresses in a library that stays loaded; whoever uses what is there holds `USED`.
    unsafe impl Send for Library {}
    // SAFETY: as above.
    unsafe impl Sync for Library {}

    /// libedit, loaded when it is first asked for: hardly a script does, and every start would pay for it. `None` where the
    /// system has none.
    pub fn library() -> Option<&'static Library> {
        static LOADED: OnceLock<Option<Library>> = OnceLock::new();
        let load = || {
            // SAFETY: a terminated name; the library is never unloaded.
            unsafe {
                let handle = libc::dlopen(c"libedit.so.2".as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
                if handle.is_null() { None } else { Library::of(handle) }
            }
        };
        LOADED.get_or_init(load).as_ref()
    }
}

/// What libedit asks of whoever reads lines.
pub trait Reader {
    /// The texts a word may become, with where the word begins and ends; `None`: libedit's own.
    fn complete(word: &[u8], start: i32, end: i32) -> Option<Vec<CString>>;
    /// Takes a line that was read character by character; `None`: the end.
    fn line(line: Option<&[u8]>);
}

static USED: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether this thread uses libedit already.
    static MINE: Cell<bool> = const { Cell::new(false) };
    /// What a word may become, the last one first.
    static FOUND: Cell<Vec<CString>> = const { Cell::new(Vec::new()) };
}

/// The use of libedit, until it goes. Functions that libedit calls may use it too.
pub struct Edit(Option<MutexGuard<'static, ()>>, &'static c::Library);

impl Drop for Edit {
    fn drop(&mut self) {
        if self.0.is_some() {
            MINE.set(false);
        }
    }
}

fn c_string(bytes: &[u8]) -> CString {
    CString::new(bytes.split(|&c| c == 0).next().unwrap_or_default()).unwrap_or_default()
}

/// # Safety
/// Null, or a live text.
unsafe fn bytes<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: as above.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A copy that the C library frees.
fn copy(text: &CStr) -> *mut c_char {
    // SAFETY: a live text.
    unsafe { libc::strdup(text.as_ptr()) }
}

unsafe extern "C" fn generate(_word: *const c_char, _state: c_int) -> *mut c_char {
    let mut found = FOUND.take();
    let next = found.pop();
    FOUND.set(found);
    next.map_or(core::ptr::null_mut(), |t| copy(&t))
}

unsafe extern "C" fn complete<R: Reader>(word: *const c_char, start: c_int, end: c_int) -> *mut *mut c_char {
    // SAFETY: libedit passes a live text.
    let text = unsafe { bytes(word) }.unwrap_or_default();
    let Some(mut found) = R::complete(text, start, end) else { return core::ptr::null_mut() };
    if found.is_empty() {
        // Nothing it may become: libedit looks at three.
        // SAFETY: room for three pointers, which are null.
        unsafe {
            let out = libc::calloc(3, size_of::<*mut c_char>()).cast::<*mut c_char>();
            if !out.is_null() {
                *out = copy(c"");
            }
            return out;
        }
    }
    found.retain(|f| f.to_bytes().starts_with(text));
    found.reverse();
    FOUND.set(found);
    // SAFETY: a live text; the generator gives copies.
    c::library().map_or(core::ptr::null_mut(), |l| unsafe { (l.rl_completion_matches)(word, generate) })
}

unsafe extern "C" fn line<R: Reader>(line: *mut c_char) {
    // SAFETY: libedit passes null or a live text.
    R::line(unsafe { bytes(line) });
}

impl Edit {
    /// Waits until no other thread uses libedit. `None` where the system has none.
    pub fn get() -> Option<Edit> {
        let library = c::library()?;
        if MINE.replace(true) {
            return Some(Edit(None, library));
        }
        Some(Edit(Some(USED.lock().unwrap_or_else(PoisonError::into_inner)), library))
    }
    /// Reads a line; `None` at the end.
    pub fn read(&self, prompt: Option<&[u8]>) -> Option<Vec<u8>> {
        let prompt = prompt.map(c_string);
        // SAFETY: null or a live text; what comes back is ours to free.
        unsafe {
            let text = (self.1.readline)(prompt.as_ref().map_or(core::ptr::null(), |p| p.as_ptr()));
            let line = bytes(text).map(<[u8]>::to_vec);
            libc::free(text.cast::<c_void>());
            line
        }
    }
    /// Adds a line to the history.
    pub fn add_history(&self, line: &[u8]) {
        let line = c_string(line);
        // SAFETY: a live text, which is copied.
        unsafe { (self.1.add_history)(line.as_ptr()) };
    }
    /// Forgets the history.
    pub fn clear_history(&self) {
        // SAFETY: it is set up first, which clearing does not do itself.
        unsafe {
            (self.1.using_history)();
            (self.1.clear_history)();
        }
    }
    /// The lines of the history.
    pub fn history(&self) -> Vec<Vec<u8>> {
        // SAFETY: it is set up first; the list has as many entries as its state tells, each with a text, which is copied. The
        // state is ours to free.
        unsafe {
            (self.1.using_history)();
            let state = (self.1.history_get_history_state)();
            let length = if state.is_null() { 0 } else { (*state).length };
            libc::free(state.cast::<c_void>());
            let list = if length > 0 { (self.1.history_list)() } else { core::ptr::null_mut() };
            if list.is_null() {
                return Vec::new();
            }
            (0..length as usize).map(|i| bytes((**list.add(i)).line).unwrap_or_default().to_vec()).collect()
        }
    }
    /// Adds the lines of a file to the history, those of `~/.history` by default; whether that went well.
    pub fn read_history(&self, file: Option<&[u8]>) -> bool {
        let file = file.map(c_string);
        // SAFETY: null or a live text.
        unsafe { (self.1.read_history)(file.as_ref().map_or(core::ptr::null(), |f| f.as_ptr())) == 0 }
    }
    /// Writes the history into a file, `~/.history` by default; whether that went well.
    pub fn write_history(&self, file: Option<&[u8]>) -> bool {
        let file = file.map(c_string);
        // SAFETY: null or a live text.
        unsafe { (self.1.write_history)(file.as_ref().map_or(core::ptr::null(), |f| f.as_ptr())) == 0 }
    }
    /// Lets a reader complete words.
    pub fn set_completer<R: Reader>(&self) {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_attempted_completion_function = Some(complete::<R>) };
    }
    /// Shows a prompt; lines go to a reader, character by character.
    pub fn install<R: Reader>(&self, prompt: &[u8]) {
        let prompt = c_string(prompt);
        // SAFETY: a live text, which is copied.
        unsafe { (self.1.rl_callback_handler_install)(prompt.as_ptr(), line::<R>) };
    }
    /// Ends what [`Edit::install`] began.
    pub fn remove(&self) {
        // SAFETY: no other thread is here.
        unsafe { (self.1.rl_callback_handler_remove)() };
    }
    /// Reads a character, after [`Edit::install`].
    pub fn read_char(&self) {
        // SAFETY: no other thread is here.
        unsafe { (self.1.rl_callback_read_char)() };
    }
    /// Shows the line anew.
    pub fn redisplay(&self) {
        // SAFETY: it is set up first, which showing does not do itself.
        unsafe {
            (self.1.using_history)();
            (self.1.rl_redisplay)();
        }
    }
    /// Tells that the cursor is on a new line.
    pub fn on_new_line(&self) {
        // SAFETY: no other thread is here.
        unsafe { (self.1.rl_on_new_line)() };
    }
    /// The line being edited.
    pub fn line_buffer(&self) -> Vec<u8> {
        // SAFETY: null or a live text, which is copied.
        unsafe { bytes(*self.1.rl_line_buffer) }.unwrap_or_default().to_vec()
    }
    /// Puts another line there.
    pub fn set_line_buffer(&self, line: &[u8]) {
        static OWN: Mutex<Option<CString>> = Mutex::new(None);
        let text = c_string(line);
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the text lives until the next one is there; libedit does not free it.
        unsafe {
            *self.1.rl_line_buffer = text.as_ptr().cast_mut();
            *self.1.rl_end = line.len() as c_int;
        }
        *own = Some(text);
    }
    /// Where the cursor is in the line.
    pub fn point(&self) -> i32 {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_point }
    }
    /// How long the line is.
    pub fn end(&self) -> i32 {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_end }
    }
    /// Whether an empty line is taken back from the screen.
    pub fn erases(&self) -> i32 {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_erase_empty_line }
    }
    /// Says whether an empty line is taken back from the screen.
    pub fn set_erases(&self, erases: i32) {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_erase_empty_line = erases };
    }
    /// The name by which libedit knows the program.
    pub fn name(&self) -> Vec<u8> {
        // SAFETY: null or a live text, which is copied.
        unsafe { bytes(*self.1.rl_readline_name) }.unwrap_or_default().to_vec()
    }
    /// Gives the program another name.
    pub fn set_name(&self, name: &[u8]) {
        static OWN: Mutex<Option<CString>> = Mutex::new(None);
        let text = c_string(name);
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the text lives until the next one is there; libedit does not free it.
        unsafe { *self.1.rl_readline_name = text.as_ptr() };
        *own = Some(text);
    }
    /// Whether libedit leaves out what it would complete itself.
    pub fn over(&self) -> i32 {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_attempted_completion_over }
    }
    /// Says whether libedit leaves out what it would complete itself.
    pub fn set_over(&self, over: i32) {
        // SAFETY: no other thread is here.
        unsafe { *self.1.rl_attempted_completion_over = over };
    }
}

/// libedit's version, in its words.
pub fn version() -> &'static [u8] {
    // SAFETY: null or a static text.
    c::library().and_then(|l| unsafe { bytes(*l.rl_library_version) }).unwrap_or(b"Unknown")
}
