use super::*;
use crate::ini::Sources;
use crate::sapi::{RequestInfo, Sapi};
use crate::{Process, Worker};
use howdah_streams::user::UserWrapper;
use howdah_streams::{Context, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// A command line whose output is kept.
struct Page(Rc<RefCell<Vec<u8>>>);

impl Sapi for Page {
    fn name(&self) -> &'static str {
        "cli"
    }
    fn pretty_name(&self) -> &'static str {
        "Test"
    }
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
    fn has_headers(&self) -> bool {
        false
    }
    fn server_variables(&self, _: &RequestInfo, _: &mut dyn FnMut(&[u8], &[u8])) {}
    fn log(&mut self, _: &[u8], _: u32) {}
}

/// Runs `before`, registers its class `W` for `my://`, and runs `code`. Gives the output.
fn page(before: &str, code: &str) -> String {
    let sources = Sources {
        sapi: "cli",
        ignore: true,
        overrides: b"html_errors=0\n".to_vec(),
        defaults: vec![("display_errors", "1")],
        ..Sources::default()
    };
    let out = Rc::new(RefCell::new(Vec::new()));
    let mut w = Worker::new(&Process::start(&sources, None), Box::new(Page(out.clone())));
    w.begin(RequestInfo::default());
    w.run_code(before.as_bytes(), b"t");
    if let Some(class) = w.vm.find_class(b"w") {
        let wrapper = UserWrapper::new(Rc::new(PhpClass::new(class)), false);
        assert!(w.host().streams().register(b"my", Rc::new(wrapper)));
    }
    w.run_code(code.as_bytes(), b"t");
    w.finish();
    w.reset();
    String::from_utf8_lossy(&out.take()).into_owned()
}

const CLASS: &str = r#"
class W {
    public $context;
    private $code = '<?php echo "in ", __FILE__, "\n"; return 7;';
    private $at = 0;
    function stream_open($path, $mode, $options, &$opened) {
        echo "$path $mode $options ", gettype($this->context), "\n";
        if ($path == 'my://other') $opened = '/elsewhere';
        return $path != 'my://no';
    }
    function stream_read($n) { echo "read $n\n"; $s = $this->at ? '' : $this->code; $this->at = 1; return $s; }
    function stream_eof() { return $this->at; }
    function stream_stat() { return ['size' => strlen($this->code)]; }
    function stream_set_option($o, $a, $b) { echo "option $o $a $b\n"; return false; }
    function stream_close() { echo "closed\n"; }
}
"#;

#[test]
fn scripts_come_from_wrapper_classes() {
    assert_eq!(
        page(CLASS, "echo include 'my://x', \"\\n\"; include_once 'my://other';"),
        "my://x rb 65665 NULL\noption 2 0 8192\nread 8192\nclosed\nin my://x\n7\n\
         my://other rb 65665 NULL\noption 2 0 8192\nread 8192\nclosed\nin /elsewhere\n"
    );
}

#[test]
fn refusals_and_exceptions_reach_the_script() {
    let shown = page(CLASS, "include 'my://no';");
    assert!(
        shown.contains(
            "Warning: include(my://no): Failed to open stream: \"W::stream_open\" call failed in t"
        )
    );
    let throwing = "class W { public $context; function stream_open() { throw new Exception('boo'); } }";
    assert_eq!(
        page(throwing, "try { include 'my://x'; } catch (Exception $e) { echo $e->getMessage(); }"),
        "boo"
    );
}

#[test]
fn contexts_keep_php_arrays() {
    let out = Rc::new(RefCell::new(Vec::new()));
    let mut w = Worker::new(&Process::start(&Sources::default(), None), Box::new(Page(out)));
    w.begin(RequestInfo::default());
    {
        let c = Context::new(Box::new(ArrayOptions::new(plugin_api_abi::Val::NULL)));
        c.options().set("http", "method", Value::Text(b"POST".to_vec()));
        c.options().set("http", "list", Value::Array(vec![(b"a".to_vec(), Value::Int(1))]));
        assert_eq!(c.get("http", "method").map(|v| v.to_text()), Some(b"POST".to_vec()));
        assert_eq!(c.get("http", "list").and_then(|v| v.get(b"a").map(Value::to_int)), Some(1));
        assert!(c.get("ftp", "method").is_none());
        let r = Held::owned(context_share(&c));
        let same = Held::owned(context_share(&c));
        assert_eq!(r.get().payload, same.get().payload);
        assert!(context_of(r.get()).is_some_and(|x| Rc::ptr_eq(&x, &c)));
        assert!(stream_of(r.get()).is_none());
    }
    w.finish();
    w.reset();
}
