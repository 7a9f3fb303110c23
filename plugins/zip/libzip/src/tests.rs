use crate::{Archive, Whence, can_compress, can_encrypt, flags, open, version};

fn path(dir: &tempfile::TempDir) -> Vec<u8> {
    dir.path().join("a.zip").into_os_string().into_encoded_bytes()
}

fn contents(a: &Archive, name: &[u8]) -> Option<Vec<u8>> {
    let mut f = a.open_name(name, 0).ok()?;
    let mut out = vec![0; 100];
    let n = f.read(&mut out).ok()?;
    out.truncate(n);
    Some(out)
}

#[test]
fn what_is_built_in() {
    assert_eq!(version(), "1.11.3");
    for method in [0, 8, 12, 93, 95] {
        assert!(can_compress(method, true), "{method}");
    }
    for method in [1, 257, 258, 259] {
        assert!(can_encrypt(method, true), "{method}");
    }
}

#[test]
fn writes_and_reads_with_every_method() {
    let dir = tempfile::tempdir().unwrap();
    let p = path(&dir);
    let mut a = Archive::open(&p, open::CREATE).ok().unwrap();
    for (n, method) in [(0, 0), (1, 8), (2, 12), (3, 93), (4, 95)] {
        let i = a.add_bytes(format!("{method}").as_bytes(), &[b'x'; 50], 0).unwrap();
        assert_eq!(i, n);
        a.set_compression(i, method, 0).unwrap();
    }
    a.set_comment(b"all of it").unwrap();
    a.set_entry_comment(0, b"stored").unwrap();
    assert!(a.close(Default::default()).is_ok());
    let a = Archive::open(&p, 0).ok().unwrap();
    assert_eq!(a.len(), 5);
    assert_eq!(a.comment(0).as_deref(), Some(&b"all of it"[..]));
    assert_eq!(a.entry_comment(0, 0).as_deref(), Some(&b"stored"[..]));
    for method in [0, 8, 12, 93, 95] {
        let name = method.to_string();
        assert_eq!(a.stat(name.as_bytes(), 0).unwrap().comp_method, method);
        assert_eq!(contents(&a, name.as_bytes()).unwrap(), [b'x'; 50]);
    }
}

#[test]
fn encrypts() {
    let dir = tempfile::tempdir().unwrap();
    let p = path(&dir);
    let mut a = Archive::open(&p, open::CREATE).ok().unwrap();
    for method in [1, 257, 258, 259] {
        let i = a.add_bytes(format!("{method}").as_bytes(), b"secret text", 0).unwrap();
        a.set_encryption(i, method, Some(b"key")).unwrap();
    }
    assert!(a.close(Default::default()).is_ok());
    let mut a = Archive::open(&p, 0).ok().unwrap();
    assert_eq!(contents(&a, b"257"), None);
    assert_eq!(a.error().zip, 26);
    a.set_password(b"wrong").unwrap();
    assert_eq!(contents(&a, b"259"), None);
    assert_eq!(a.error().message(), "Wrong password provided");
    a.set_password(b"key").unwrap();
    for method in [1, 257, 258, 259] {
        assert_eq!(contents(&a, method.to_string().as_bytes()).as_deref(), Some(&b"secret text"[..]));
    }
}

#[test]
fn a_file_outlives_its_archive() {
    let dir = tempfile::tempdir().unwrap();
    let p = path(&dir);
    let mut a = Archive::open(&p, open::CREATE).ok().unwrap();
    let i = a.add_bytes(b"n", b"0123456789", 0).unwrap();
    a.set_compression(i, 0, 0).unwrap();
    assert!(a.close(Default::default()).is_ok());
    let a = Archive::open(&p, open::RDONLY).ok().unwrap();
    let mut f = a.open_index(0, 0).unwrap();
    let mut two = [0; 2];
    assert!(f.can_seek());
    f.seek(4, Whence::Start).unwrap();
    assert_eq!(f.read(&mut two), Ok(2));
    assert_eq!((&two, f.position()), (b"45", 6));
    drop(a);
    assert!(f.read(&mut two).is_err());
    assert_eq!(f.error().zip, 8);
}

#[test]
fn progress_and_cancelling() {
    let dir = tempfile::tempdir().unwrap();
    let p = path(&dir);
    let mut a = Archive::open(&p, open::CREATE).ok().unwrap();
    a.add_bytes(b"n", b"x", 0).unwrap();
    let Err(mut a) = a.close(crate::Watch { progress: None, cancel: Some(&mut || true) }) else {
        panic!("not cancelled")
    };
    assert_eq!(a.error().zip, 32);
    a.clear_error();
    let mut seen = Vec::new();
    let mut on_progress = |s| seen.push(s);
    assert!(a.close(crate::Watch { progress: Some((0.5, &mut on_progress)), cancel: None }).is_ok());
    assert_eq!((seen.first(), seen.last()), (Some(&0.0), Some(&1.0)));
    let a = Archive::open(&p, 0).ok().unwrap();
    assert_eq!(a.locate(b"N", flags::NOCASE), Ok(0));
}
