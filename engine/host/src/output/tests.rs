use super::*;
use std::rc::Rc;

#[derive(Default, Clone)]
struct Page(Rc<RefCell<Vec<u8>>>);

impl Sink for Page {
    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }
    fn flush(&self) {}
}

fn layer() -> (Output, Page) {
    let page = Page::default();
    (Output::new(Box::new(page.clone())), page)
}

fn shown(p: &Page) -> String {
    String::from_utf8_lossy(&p.0.borrow()).into_owned()
}

fn tagging() -> Box<dyn OutputHandler> {
    Box::new(|b: &[u8], m: u32| Handled::Output(format!("[{m}:{}]", String::from_utf8_lossy(b)).into_bytes()))
}

#[test]
fn output_without_buffers_goes_out_at_once() {
    let (o, p) = layer();
    o.write(b"a");
    assert_eq!(shown(&p), "a");
    assert!(o.headers_sent());
}

#[test]
fn handlers_see_why_they_run() {
    let (o, p) = layer();
    o.start(Handler::user(b"f", tagging(), 10, flags::STANDARD)).unwrap();
    for part in ["12345", "1234567890", "1"] {
        o.write(part.as_bytes());
    }
    o.clean().unwrap();
    o.write(b"2");
    o.flush().unwrap();
    o.end_flush().unwrap();
    assert_eq!(shown(&p), "[1:123451234567890][4:2][8:]");
}

#[test]
fn buffers_pass_on_downwards() {
    let (o, p) = layer();
    o.start(Handler::user(b"outer", tagging(), 0, flags::STANDARD)).unwrap();
    o.start(Handler::plain(0, flags::STANDARD)).unwrap();
    o.write(b"x");
    o.flush_all().unwrap();
    assert_eq!(shown(&p), "[5:x]");
    o.write(b"y");
    o.end_all().unwrap();
    assert_eq!(shown(&p), "[5:x][8:y]");
}

#[test]
fn a_failing_handler_is_passed_over() {
    let (o, p) = layer();
    o.start(Handler::user(b"f", Box::new(|_: &[u8], _: u32| Handled::Failed), 0, flags::STANDARD)).unwrap();
    o.write(b"a");
    o.flush().unwrap();
    o.write(b"b");
    assert_eq!(shown(&p), "ab");
    assert_eq!(o.statuses()[0].flags, 0x3071);
}

#[test]
fn refusals_name_buffer_and_level() {
    let (o, _) = layer();
    assert_eq!(o.end_clean().unwrap_err().message(), "Failed to delete buffer. No buffer to delete");
    o.start(Handler::plain(0, 0)).unwrap();
    assert_eq!(o.flush().unwrap_err().message(), "Failed to flush buffer of default output handler (0)");
    let (contents, rs) = o.get_clean();
    assert_eq!(contents.as_deref(), Some(&b""[..]));
    assert_eq!(
        rs.iter().map(Refusal::message).collect::<Vec<_>>(),
        [
            "Failed to discard buffer of default output handler (0)",
            "Failed to delete buffer of default output handler (0)"
        ]
    );
}

#[test]
fn buffers_within_handlers_end_the_stack() {
    let (o, p) = layer();
    let o = Rc::new(o);
    let inner = o.clone();
    let code = move |_: &[u8], _: u32| {
        assert_eq!(inner.start(Handler::plain(0, flags::STANDARD)), Err(vec![LOCKED]));
        Handled::Aborted
    };
    o.start(Handler::user(b"f", Box::new(code), 0, flags::STANDARD)).unwrap();
    o.write(b"lost");
    o.end_all().unwrap();
    assert_eq!((o.level(), shown(&p).as_str()), (0, ""));
    o.write(b"direct");
    assert_eq!(shown(&p), "direct");
    assert_eq!(o.start(Handler::plain(0, 0)), Err(vec![Refusal::Notice("Failed to create buffer".into())]));
}

#[test]
fn status_tells_memory_as_php_does() {
    let (o, _) = layer();
    o.start(Handler::plain(0, flags::STANDARD)).unwrap();
    assert_eq!(o.statuses()[0].buffer_size, 16384);
    o.start(Handler::plain(5000, flags::STANDARD)).unwrap();
    assert_eq!(o.statuses()[1].buffer_size, 8192);
    o.write(&[b'x'; 4999]);
    assert_eq!((o.statuses()[1].buffer_used, o.statuses()[0].buffer_used), (4999, 0));
    o.write(b"xx");
    assert_eq!((o.statuses()[1].buffer_used, o.statuses()[0].buffer_used), (0, 5001));
}

#[test]
fn conflicting_handlers_are_refused() {
    let (o, _) = layer();
    o.register_conflict(b"gz", b"gz");
    let gz = || Handler::native(b"gz", Box::new(|_: &[u8], _: u32| Handled::Nothing), 0, flags::STANDARD);
    o.start(gz()).unwrap();
    let rs = o.start(gz()).unwrap_err();
    assert_eq!(rs[0].message(), "Output handler 'gz' cannot be used twice");
}
