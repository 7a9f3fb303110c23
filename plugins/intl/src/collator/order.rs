//! PHP's sorting, for the order that it leaves equal elements in: insertion of the few, partition of the many
//! (php-src's `Zend/zend_sort.c`). A comparison that is no order gives some order.

use plugin_api::R;

/// So many are sorted by insertion.
const FEW: usize = 16;
/// From so many on, the pivot is the middle one of five.
const MANY: usize = 1024;

/// Sorts by what `greater` says of two elements.
pub fn sort<T>(mut items: &mut [T], greater: &mut impl FnMut(&T, &T) -> R<bool>) -> R<()> {
    while items.len() > FEW {
        let n = items.len();
        let middle = n / 2;
        if n >= MANY {
            let quarter = middle / 2;
            network(items, &[0, quarter, middle, middle + quarter, n - 1], greater)?;
        } else {
            network(items, &[0, middle, n - 1], greater)?;
        }
        items.swap(1, middle);
        let split = partition(items, greater)?;
        items.swap(1, split - 1);
        let (low, high) = items.split_at_mut(split);
        let (low, _) = low.split_at_mut(split - 1);
        // The shorter part on the stack.
        if low.len() < high.len() {
            sort(low, greater)?;
            items = high;
        } else {
            sort(high, greater)?;
            items = low;
        }
    }
    insert(items, greater)
}

/// Moves what is greater than the pivot, which is second, behind the rest; gives where that begins.
fn partition<T>(items: &mut [T], greater: &mut impl FnMut(&T, &T) -> R<bool>) -> R<usize> {
    let (mut low, mut high) = (2, items.len() - 1);
    loop {
        while greater(&items[1], &items[low])? {
            low += 1;
            if low == high {
                return Ok(low);
            }
        }
        high -= 1;
        if high == low {
            return Ok(low);
        }
        while greater(&items[high], &items[1])? {
            high -= 1;
            if high == low {
                return Ok(low);
            }
        }
        items.swap(low, high);
        low += 1;
        if low == high {
            return Ok(low);
        }
    }
}

/// Sorts the elements at three or five places, which rise.
fn network<T>(items: &mut [T], at: &[usize], greater: &mut impl FnMut(&T, &T) -> R<bool>) -> R<()> {
    let [a, b, c, more @ ..] = at else { return Ok(()) };
    let (a, b, c) = (*a, *b, *c);
    if greater(&items[a], &items[b])? {
        if greater(&items[c], &items[b])? {
            items.swap(a, b);
            if greater(&items[b], &items[c])? {
                items.swap(b, c);
            }
        } else {
            items.swap(a, c);
        }
    } else if greater(&items[b], &items[c])? {
        items.swap(b, c);
        if greater(&items[a], &items[b])? {
            items.swap(a, b);
        }
    }
    // Each further one sinks to its place.
    for last in 3..3 + more.len() {
        for pair in at[..=last].windows(2).rev() {
            if !greater(&items[pair[0]], &items[pair[1]])? {
                break;
            }
            items.swap(pair[0], pair[1]);
        }
    }
    Ok(())
}

/// Sorts a few.
fn insert<T>(items: &mut [T], greater: &mut impl FnMut(&T, &T) -> R<bool>) -> R<()> {
    /// As many are inserted one by one, the rest two by two.
    const SINGLE: usize = 6;
    let n = items.len();
    if (3..=5).contains(&n) {
        let places: [usize; 5] = [0, 1, 2, 3, 4];
        return network(items, &places[..n], greater);
    }
    for i in 1..n {
        let mut to = i - 1;
        if !greater(&items[to], &items[i])? {
            continue;
        }
        if i < SINGLE {
            while to > 0 && greater(&items[to - 1], &items[i])? {
                to -= 1;
            }
        } else {
            loop {
                to -= 2;
                if !greater(&items[to], &items[i])? {
                    to += 1;
                    if !greater(&items[to], &items[i])? {
                        to += 1;
                    }
                    break;
                }
                if to == 0 {
                    break;
                }
                if to == 1 {
                    to = usize::from(greater(&items[i], &items[0])?);
                    break;
                }
            }
        }
        items[to..=i].rotate_right(1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn sorts() {
        for n in [0, 1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 40, 1023, 1024, 5000] {
            let mut items: Vec<u64> = (0..n).map(|i| i * 7919 % 1009).collect();
            let mut sorted = items.clone();
            sorted.sort_unstable();
            assert!(sort(&mut items, &mut |a, b| Ok(a > b)).is_ok());
            assert_eq!(items, sorted);
        }
    }

    #[test]
    fn ends_without_an_order() {
        for n in 0..200 {
            let mut items: Vec<u64> = (0..n).collect();
            let mut calls = 0;
            assert!(
                sort(&mut items, &mut |_, _| {
                    calls += 1;
                    Ok(calls % 3 == 0)
                })
                .is_ok()
            );
            assert!(sort(&mut items, &mut |_, _| Ok(true)).is_ok());
            assert!(sort(&mut items, &mut |_, _| Ok(false)).is_ok());
        }
    }
}
