//! A message cut into blocks.

/// The block that is begun.
#[derive(Clone)]
pub struct Blocks<const N: usize> {
    /// Its bytes; those from `len` on are zeros.
    pub data: [u8; N],
    /// How many there are.
    pub len: usize,
}

impl<const N: usize> Default for Blocks<N> {
    fn default() -> Self {
        Blocks { data: [0; N], len: 0 }
    }
}

impl<const N: usize> Blocks<N> {
    /// The block that a serialized state holds; `None` when `len` is beyond it.
    pub fn restored(data: &[u8], len: usize) -> Option<Self> {
        let mut b = Blocks { data: [0; N], len };
        b.data.get_mut(..len).filter(|_| len < N)?.copy_from_slice(&data[..len]);
        Some(b)
    }
    /// Appends, and hands out each block that is full.
    pub fn feed(&mut self, mut data: &[u8], mut full: impl FnMut(&[u8; N])) {
        if self.len > 0 {
            let n = data.len().min(N - self.len);
            self.data[self.len..self.len + n].copy_from_slice(&data[..n]);
            self.len += n;
            data = &data[n..];
            if self.len < N {
                return;
            }
            full(&self.data);
            *self = Self::default();
        }
        let (blocks, rest) = data.as_chunks::<N>();
        blocks.iter().for_each(&mut full);
        self.data[..rest.len()].copy_from_slice(rest);
        self.len = rest.len();
    }
}
