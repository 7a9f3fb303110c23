//! Output handlers: what stands on the stack of output buffers.

/// Why a handler runs: the bits of its second argument.
pub mod mode {
    /// Passes on what was written.
    pub const WRITE: u32 = 0;
    /// Its first run.
    pub const START: u32 = 1;
    /// The buffer is thrown away.
    pub const CLEAN: u32 = 2;
    /// The buffer is passed on.
    pub const FLUSH: u32 = 4;
    /// Its last run.
    pub const FINAL: u32 = 8;
}

/// Bits of a handler's state, as `ob_get_status()` shows them.
pub mod flags {
    /// A PHP callable, not code of the engine or an extension.
    pub const USER: u32 = 0x0001;
    /// `ob_clean()` and the like are allowed.
    pub const CLEANABLE: u32 = 0x0010;
    /// `ob_flush()` and the like are allowed.
    pub const FLUSHABLE: u32 = 0x0020;
    /// `ob_end_clean()` and the like are allowed.
    pub const REMOVABLE: u32 = 0x0040;
    /// What a handler allows unless told otherwise.
    pub const STANDARD: u32 = 0x0070;
    /// It ran once.
    pub const STARTED: u32 = 0x1000;
    /// It failed and is passed over from now on.
    pub const DISABLED: u32 = 0x2000;
    /// It ran and gave a result.
    pub const PROCESSED: u32 = 0x4000;
    /// The bits that belong to the engine: callers cannot set them.
    pub(super) const OWN: u32 = 0xf00f;
}

/// What a handler made of its input.
#[derive(Debug, PartialEq, Eq)]
pub enum Handled {
    /// Goes on to the next handler.
    Output(Vec<u8>),
    /// Nothing goes on.
    Nothing,
    /// It failed: its input goes on as it is, and it is not run again.
    Failed,
    /// The request is being torn down from within the handler. Nothing further is done with the stack.
    Aborted,
}

/// The code of a handler. A PHP callable, zlib's compressor and the like implement it.
pub trait OutputHandler {
    /// Transforms `buffer`. `mode` has the bits of [`mode`].
    fn handle(&mut self, buffer: &[u8], mode: u32) -> Handled;
    /// Whether, since its last run, scripts can neither clean nor flush nor remove it.
    fn is_immutable(&self) -> bool {
        false
    }
}

impl<F: FnMut(&[u8], u32) -> Handled> OutputHandler for F {
    fn handle(&mut self, buffer: &[u8], mode: u32) -> Handled {
        self(buffer, mode)
    }
}

pub(super) enum Code {
    /// Passes its buffer on.
    Default,
    /// Passes nothing on.
    Null,
    Custom(Box<dyn OutputHandler>),
    /// A custom one that is running now.
    Running,
}

/// One output buffer with its handler.
pub struct Handler {
    pub(super) name: Vec<u8>,
    pub(super) flags: u32,
    pub(super) chunk_size: usize,
    pub(super) buffer: Vec<u8>,
    /// What `ob_get_status()` tells of the buffer's memory: PHP's growth, not ours.
    pub(super) buffer_size: usize,
    pub(super) code: Code,
    /// Bytes of the buffer that count against the request's memory limit.
    counted: usize,
}

const ALIGN: usize = 0x1000;
const DEFAULT_SIZE: usize = 0x4000;

fn buffer_size_for(n: usize) -> usize {
    if n > 1 { n + ALIGN - n % ALIGN } else { DEFAULT_SIZE }
}

impl Handler {
    fn build(name: &[u8], chunk_size: usize, flags: u32, code: Code) -> Handler {
        let buffer_size = buffer_size_for(chunk_size);
        Handler { name: name.to_vec(), flags, chunk_size, buffer: Vec::new(), buffer_size, code, counted: 0 }
    }

    /// A plain buffer, PHP's "default output handler".
    pub fn plain(chunk_size: usize, abilities: u32) -> Handler {
        Handler::build(b"default output handler", chunk_size, abilities & !flags::OWN, Code::Default)
    }

    /// Swallows all output, PHP's "null output handler".
    pub fn null() -> Handler {
        Handler::build(b"null output handler", DEFAULT_SIZE, 0, Code::Null)
    }

    /// A handler of the engine or an extension.
    pub fn native(name: &[u8], code: Box<dyn OutputHandler>, chunk_size: usize, abilities: u32) -> Handler {
        Handler::build(name, chunk_size, abilities & !flags::OWN, Code::Custom(code))
    }

    /// A PHP callable, shown under `name`.
    pub fn user(name: &[u8], code: Box<dyn OutputHandler>, chunk_size: usize, abilities: u32) -> Handler {
        Handler::build(name, chunk_size, abilities & !flags::OWN | flags::USER, Code::Custom(code))
    }

    pub(super) fn is_disabled(&self) -> bool {
        self.flags & flags::DISABLED != 0
    }

    /// Counts a large buffer's memory against the request's limit.
    pub(super) fn recount(&mut self) {
        let now = if self.buffer.capacity() < COUNTED_FROM { 0 } else { self.buffer.capacity() };
        if now != self.counted {
            howdah_runtime::memory::account(now as isize - self.counted as isize);
            self.counted = now;
        }
    }

    /// Keeps `input`; true when a chunk is complete.
    pub(super) fn append(&mut self, input: &[u8]) -> bool {
        if input.is_empty() {
            return false;
        }
        let free = self.buffer_size - self.buffer.len();
        if free <= input.len() {
            self.buffer_size += buffer_size_for(self.chunk_size).max(buffer_size_for(input.len() - free));
        }
        let room = self.buffer.capacity();
        self.buffer.extend_from_slice(input);
        if self.buffer.capacity() != room {
            self.recount();
        }
        self.chunk_size != 0 && self.buffer.len() >= self.chunk_size
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        howdah_runtime::memory::account(-(self.counted as isize));
    }
}

/// Bytes from which on a buffer counts.
const COUNTED_FROM: usize = 64 << 10;

/// What `ob_get_status()` tells of one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerStatus {
    /// Its name.
    pub name: Vec<u8>,
    /// 0 internal, 1 user.
    pub kind: u32,
    /// All bits of [`flags`].
    pub flags: u32,
    /// Place on the stack, 0 lowest.
    pub level: usize,
    /// Chunk size, 0 none.
    pub chunk_size: usize,
    /// Memory of its buffer.
    pub buffer_size: usize,
    /// Bytes in its buffer.
    pub buffer_used: usize,
}

impl HandlerStatus {
    pub(super) fn of(h: &Handler, level: usize) -> HandlerStatus {
        HandlerStatus {
            name: h.name.clone(),
            kind: h.flags & 0xf,
            flags: h.flags,
            level,
            chunk_size: h.chunk_size,
            buffer_size: h.buffer_size,
            buffer_used: h.buffer.len(),
        }
    }
}
