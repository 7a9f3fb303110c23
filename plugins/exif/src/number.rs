//! Numbers of TIFF: their formats, in either order of bytes.

/// The order of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The low byte first.
    Intel,
    /// The high byte first.
    Motorola,
}

/// Formats of values, by their numbers in the TIFF specification.
pub mod format {
    pub const BYTE: u16 = 1;
    pub const STRING: u16 = 2;
    pub const USHORT: u16 = 3;
    pub const ULONG: u16 = 4;
    pub const URATIONAL: u16 = 5;
    pub const SBYTE: u16 = 6;
    pub const UNDEFINED: u16 = 7;
    pub const SSHORT: u16 = 8;
    pub const SLONG: u16 = 9;
    pub const SRATIONAL: u16 = 10;
    pub const SINGLE: u16 = 11;
    pub const DOUBLE: u16 = 12;
    pub const IFD: u16 = 13;
}

/// How many bytes one value of a format has.
pub fn width(format: u16) -> usize {
    [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 1].get(usize::from(format)).copied().unwrap_or(0)
}

fn first<const N: usize>(b: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let n = N.min(b.len());
    out[..n].copy_from_slice(&b[..n]);
    out
}

impl Order {
    /// The number that two bytes begin with; what is missing is 0.
    pub fn u16(self, b: &[u8]) -> u16 {
        match self {
            Order::Intel => u16::from_le_bytes(first(b)),
            Order::Motorola => u16::from_be_bytes(first(b)),
        }
    }
    /// The number that four bytes begin with.
    pub fn u32(self, b: &[u8]) -> u32 {
        match self {
            Order::Intel => u32::from_le_bytes(first(b)),
            Order::Motorola => u32::from_be_bytes(first(b)),
        }
    }
    /// A number as two bytes.
    pub fn put16(self, n: u16) -> [u8; 2] {
        if self == Order::Intel { n.to_le_bytes() } else { n.to_be_bytes() }
    }
    /// A number as four bytes.
    pub fn put32(self, n: u32) -> [u8; 4] {
        if self == Order::Intel { n.to_le_bytes() } else { n.to_be_bytes() }
    }
    /// A value of any format as a float. Signed ones of four bytes count without their sign, as PHP takes them.
    pub fn float(self, b: &[u8], format: u16) -> f64 {
        match format {
            format::SBYTE => f64::from(first::<1>(b)[0] as i8),
            format::BYTE => f64::from(first::<1>(b)[0]),
            format::USHORT => f64::from(self.u16(b)),
            format::SSHORT => f64::from(self.u16(b) as i16),
            format::ULONG | format::SLONG => f64::from(self.u32(b)),
            format::URATIONAL => match self.u32(&b[4.min(b.len())..]) {
                0 => 0.0,
                d => f64::from(self.u32(b)) / f64::from(d),
            },
            format::SRATIONAL => match self.u32(&b[4.min(b.len())..]) as i32 {
                0 => 0.0,
                d => f64::from(self.u32(b)) / f64::from(d),
            },
            format::SINGLE => f64::from(f32::from_le_bytes(first(b))),
            format::DOUBLE => f64::from_le_bytes(first(b)),
            _ => 0.0,
        }
    }
    /// A value of any format as a size.
    pub fn size(self, b: &[u8], format: u16) -> usize {
        match format {
            format::SBYTE => first::<1>(b)[0] as i8 as usize,
            format::BYTE => first::<1>(b)[0].into(),
            format::USHORT | format::SSHORT => self.u16(b).into(),
            format::ULONG | format::SLONG => self.u32(b) as usize,
            format::URATIONAL => {
                self.u32(b).checked_div(self.u32(&b[4.min(b.len())..])).unwrap_or(0) as usize
            }
            format::SRATIONAL => match self.u32(&b[4.min(b.len())..]) as i32 {
                0 => 0,
                d => (self.u32(b) as i32).checked_div(d).unwrap_or(i32::MAX) as usize,
            },
            format::SINGLE | format::DOUBLE => self.float(b, format) as usize,
            _ => 0,
        }
    }
}
