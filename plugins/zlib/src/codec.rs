//! zlib's streams: data goes in, compressed or expanded data comes out.

use libz_sys as z;
use std::mem::size_of;

pub use z::{
    Z_BLOCK, Z_BUF_ERROR, Z_DATA_ERROR, Z_FINISH, Z_FULL_FLUSH, Z_MEM_ERROR, Z_NEED_DICT, Z_NO_FLUSH, Z_OK,
    Z_PARTIAL_FLUSH, Z_STREAM_END, Z_SYNC_FLUSH,
};

/// Window bits of raw deflate data; `GZIP` and `ZLIB` of data with their heads, `ANY` of either.
pub const RAW: i32 = -15;
pub const GZIP: i32 = 31;
pub const ZLIB: i32 = 15;
pub const ANY: i32 = 47;

/// `MAX_MEM_LEVEL`
pub const MOST_MEMORY: i32 = 9;

/// What a result of zlib means.
pub fn error_text(code: i32) -> &'static str {
    match code {
        2 => "need dictionary",
        1 => "stream end",
        -1 => "file error",
        -2 => "stream error",
        -3 => "data error",
        -4 => "insufficient memory",
        -5 => "buffer error",
        -6 => "incompatible version",
        _ => "",
    }
}

unsafe extern "C" fn alloc(_: z::voidpf, items: z::uInt, size: z::uInt) -> z::voidpf {
    // SAFETY: plain numbers.
    unsafe { libc::calloc(items as usize, size as usize).cast() }
}

unsafe extern "C" fn free(_: z::voidpf, p: z::voidpf) {
    // SAFETY: what `alloc` gave.
    unsafe { libc::free(p.cast()) }
}

fn stream() -> Box<z::z_stream> {
    Box::new(z::z_stream {
        next_in: std::ptr::null_mut(),
        avail_in: 0,
        total_in: 0,
        next_out: std::ptr::null_mut(),
        avail_out: 0,
        total_out: 0,
        msg: std::ptr::null_mut(),
        state: std::ptr::null_mut(),
        zalloc: alloc,
        zfree: free,
        opaque: std::ptr::null_mut(),
        data_type: 0,
        adler: 0,
        reserved: 0,
    })
}

/// Runs one step from the front of `input` to at most `room` bytes at the end of `out`. zlib counts in 32 bits.
fn step(
    s: &mut z::z_stream,
    input: &mut &[u8],
    out: &mut Vec<u8>,
    room: usize,
    run: impl FnOnce(&mut z::z_stream) -> i32,
) -> i32 {
    const MOST: usize = u32::MAX as usize;
    let (given, room) = (input.len().min(MOST), room.min(MOST));
    out.reserve(room);
    s.next_in = input.as_ptr().cast_mut();
    s.avail_in = given as u32;
    s.next_out = out.spare_capacity_mut().as_mut_ptr().cast();
    s.avail_out = room as u32;
    let status = run(s);
    *input = &input[given - s.avail_in as usize..];
    // SAFETY: zlib has written as many bytes as it counted down.
    unsafe { out.set_len(out.len() + room - s.avail_out as usize) };
    (s.next_in, s.next_out) = (std::ptr::null_mut(), std::ptr::null_mut());
    status
}

/// A stream that compresses.
pub struct Deflater(Box<z::z_stream>);

impl Deflater {
    /// Opens one; zlib's result when it cannot.
    pub fn new(level: i32, window: i32, memory: i32, strategy: i32) -> Result<Deflater, i32> {
        let mut s = stream();
        // SAFETY: a fresh structure, which stays where it is.
        let status = unsafe {
            let size = size_of::<z::z_stream>() as i32;
            z::deflateInit2_(&mut *s, level, z::Z_DEFLATED, window, memory, strategy, z::zlibVersion(), size)
        };
        if status == Z_OK { Ok(Deflater(s)) } else { Err(status) }
    }
    /// Compresses from the front of `input` to at most `room` bytes at the end of `out`; zlib's result.
    pub fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, room: usize, flush: i32) -> i32 {
        // SAFETY: an open stream with live buffers.
        step(&mut self.0, input, out, room, |s| unsafe { z::deflate(s, flush) })
    }
    /// Begins with what data is likely to be like.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        // SAFETY: an open stream, a live text.
        unsafe { z::deflateSetDictionary(&mut *self.0, dictionary.as_ptr(), dictionary.len() as u32) }
    }
    /// Begins anew.
    pub fn reset(&mut self) {
        // SAFETY: an open stream.
        unsafe { z::deflateReset(&mut *self.0) };
    }
}

impl Drop for Deflater {
    fn drop(&mut self) {
        // SAFETY: an open stream, ended once.
        unsafe { z::deflateEnd(&mut *self.0) };
    }
}

/// A stream that expands.
pub struct Inflater(Box<z::z_stream>);

impl Inflater {
    /// Opens one; zlib's result when it cannot.
    pub fn new(window: i32) -> Result<Inflater, i32> {
        let mut s = stream();
        // SAFETY: a fresh structure, which stays where it is.
        let status =
            unsafe { z::inflateInit2_(&mut *s, window, z::zlibVersion(), size_of::<z::z_stream>() as i32) };
        if status == Z_OK { Ok(Inflater(s)) } else { Err(status) }
    }
    /// Expands from the front of `input` to at most `room` bytes at the end of `out`; zlib's result.
    pub fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, room: usize, flush: i32) -> i32 {
        // SAFETY: an open stream with live buffers.
        step(&mut self.0, input, out, room, |s| unsafe { z::inflate(s, flush) })
    }
    /// Gives what the data was begun with.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        // SAFETY: an open stream, a live text.
        unsafe { z::inflateSetDictionary(&mut *self.0, dictionary.as_ptr(), dictionary.len() as u32) }
    }
    /// Begins anew.
    pub fn reset(&mut self) {
        // SAFETY: an open stream.
        unsafe { z::inflateReset(&mut *self.0) };
    }
    /// Bytes that it took.
    pub fn taken(&self) -> u64 {
        self.0.total_in
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        // SAFETY: an open stream, ended once.
        unsafe { z::inflateEnd(&mut *self.0) };
    }
}

/// Room that compressed data may need.
pub fn room_for(length: usize) -> usize {
    (length as f64 * 1.015) as usize + 23
}

/// Compresses data.
pub fn encode(data: &[u8], window: i32, level: i32) -> Result<Vec<u8>, i32> {
    let mut z = Deflater::new(level, window, MOST_MEMORY, 0)?;
    let (mut input, mut out) = (data, Vec::new());
    loop {
        // What does not fit in one step goes on in the next.
        match z.step(&mut input, &mut out, room_for(data.len()), Z_FINISH) {
            Z_STREAM_END => return Ok(out),
            Z_OK | Z_BUF_ERROR => {}
            error => return Err(error),
        }
    }
}

/// Rounds of growing room before data counts as too long.
const ROUNDS: u32 = 100;

/// Expands data to `most` bytes, or so (0: all).
pub fn decode(data: &[u8], window: i32, most: usize) -> Result<Vec<u8>, i32> {
    if data.is_empty() {
        return Err(Z_DATA_ERROR);
    }
    match expand(data, window, most) {
        Err(Z_DATA_ERROR) if window == ANY => expand(data, RAW, most),
        r => r,
    }
}

fn expand(data: &[u8], window: i32, most: usize) -> Result<Vec<u8>, i32> {
    let mut z = Inflater::new(window)?;
    // Raw data may need a byte behind its end.
    let padded = [data, &[0]].concat();
    let (mut input, mut out) = (&padded[..], Vec::new());
    let mut size = if most != 0 { most.min(input.len()) } else { input.len() };
    let mut status = Z_OK;
    for _ in 0..ROUNDS {
        if most != 0 && most <= out.len() {
            status = Z_MEM_ERROR;
            break;
        }
        let room = size - out.len();
        status = z.step(&mut input, &mut out, room, Z_NO_FLUSH);
        size += (size >> 3) + 1;
        if !(status == Z_BUF_ERROR || (status == Z_OK && !input.is_empty())) {
            break;
        }
    }
    match status {
        Z_STREAM_END => Ok(out),
        Z_OK => Err(Z_DATA_ERROR),
        error => Err(error),
    }
}
