//! What is known of a slot's value: the set of its possible types, and its literal when there is one.

use howdah_bytecode::Literal;

/// Bits by the value's tag.
pub const UNDEF: u16 = 1 << 0;
/// `null`
pub const NULL: u16 = 1 << 1;
/// `false`, `true`
pub const BOOL: u16 = 1 << 2 | 1 << 3;
/// int
pub const INT: u16 = 1 << 4;
/// float
pub const DBL: u16 = 1 << 5;
/// string
pub const STR: u16 = 1 << 6;
/// array
pub const ARR: u16 = 1 << 7;
/// object
pub const OBJ: u16 = 1 << 8;
/// reference: what it refers to may change at any time
pub const REF: u16 = 1 << 10;
/// The value may be counted: every string, array, object, resource or reference but literals.
pub const HEAP: u16 = 1 << 11;
/// Anything.
pub const ANY: u16 = (1 << 12) - 1;
/// Any value that is neither undefined nor a reference.
pub const VALUE: u16 = ANY & !UNDEF & !REF;
/// Types whose values are never counted.
pub const PLAIN: u16 = UNDEF | NULL | BOOL | INT | DBL;
/// Numbers.
pub const NUM: u16 = INT | DBL;

/// What is known of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Possible types; 0: no way leads here.
    pub mask: u16,
    /// The literal that it holds, or `NO_LITERAL`.
    pub lit: u16,
}

/// [`Cell::lit`]: no literal is known.
pub const NO_LITERAL: u16 = u16::MAX;

impl Cell {
    /// Anything at all.
    pub const TOP: Cell = Cell::of(ANY);

    /// Any value of these types.
    pub const fn of(mask: u16) -> Cell {
        Cell { mask: if mask & !PLAIN == 0 { mask } else { mask | HEAP }, lit: NO_LITERAL }
    }

    /// What either of two ways brings.
    pub fn join(self, o: Cell) -> Cell {
        if self.mask == 0 {
            return o;
        }
        if o.mask == 0 {
            return self;
        }
        Cell { mask: self.mask | o.mask, lit: if self.lit == o.lit { self.lit } else { NO_LITERAL } }
    }

    /// Whether all its types are in `mask`.
    pub fn within(self, mask: u16) -> bool {
        self.mask != 0 && self.mask & !mask & !HEAP == 0
    }

    /// Whether it can be overwritten without a look: holds nothing counted and is no reference.
    pub fn overwritable(self) -> bool {
        self.mask & HEAP == 0
    }

    /// What reading a variable gives: undefined reads as null, references as anything.
    pub fn read(self) -> Cell {
        if self.mask & REF != 0 {
            return Cell::of(VALUE);
        }
        if self.mask & UNDEF != 0 {
            return Cell { mask: self.mask & !UNDEF | NULL, lit: NO_LITERAL };
        }
        self
    }
}

/// Type of a literal.
pub fn literal_mask(l: &Literal) -> u16 {
    match l {
        Literal::Null => NULL,
        Literal::Bool(_) => BOOL,
        Literal::Int(_) => INT,
        Literal::Dbl(_) => DBL,
        Literal::Str(_) => STR,
        Literal::Array(_) => ARR,
        Literal::Thunk(_) => VALUE,
    }
}

/// Truth of a literal.
pub fn truth(l: &Literal) -> Option<bool> {
    Some(match l {
        Literal::Null => false,
        Literal::Bool(b) => *b,
        Literal::Int(i) => *i != 0,
        Literal::Dbl(d) => *d != 0.0,
        Literal::Str(s) => !matches!(s.bytes(), b"" | b"0"),
        Literal::Array(a) => !a.is_empty(),
        Literal::Thunk(_) => return None,
    })
}

/// Whether two literals are the same value, bit for bit.
pub fn same(a: &Literal, b: &Literal) -> bool {
    match (a, b) {
        (Literal::Dbl(x), Literal::Dbl(y)) => x.to_bits() == y.to_bits(),
        (Literal::Array(_), _) | (_, Literal::Array(_)) => false,
        _ => a == b,
    }
}
