//! The engine's insides as reflection, debuggers and tools see them: handles of functions, properties and constants, and
//! accessors of what is known of them.
//!
//! A handle is as good as the class, closure or request that it comes from: whoever keeps the handle of a closure's function
//! keeps the Closure object.

use crate::error::check;
use crate::{Array, Class, Ctx, Object, R, Str, Value, host};
use plugin_api_abi::reflect::{
    class_bits, class_number, class_text, const_number, const_text, func_bits, func_number, func_text, owner,
    param_bits, param_number, param_text, prop_bits, prop_number, prop_text,
};
use plugin_api_abi::{
    AttributeOwner, ClassRaw, ConstRaw, ExtDescriptor, FuncRaw, PropRaw, StrHdr, StrSlice, Val,
};

pub use plugin_api_abi::reflect::{
    fiber as fiber_facts, generator as generator_facts, global_constant as constant_facts, members,
};

/// A function, method, closure or hook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Function(*mut FuncRaw);

impl Function {
    #[inline(always)]
    pub(crate) fn raw(self) -> *mut FuncRaw {
        self.0
    }
}

/// A declared property.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Property(*mut PropRaw);

/// A class constant or enum case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassConstant(*mut ConstRaw);

/// What carries attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A function.
    Function(Function),
    /// A parameter of a function, by position.
    Parameter(Function, u32),
    /// A class.
    Class(Class),
    /// A property.
    Property(Property),
    /// A class constant.
    Constant(ClassConstant),
}

fn text(out: Val) -> Option<Str> {
    Str::try_from(Value(out)).ok()
}

fn some_func(f: *mut FuncRaw) -> Option<Function> {
    (!f.is_null()).then_some(Function(f))
}

fn some_class(c: *mut ClassRaw) -> Option<Class> {
    // SAFETY: the engine gives live classes.
    (!c.is_null()).then(|| unsafe { Class::from_raw(c) })
}

fn raw_class(c: Option<Class>) -> *mut ClassRaw {
    c.map_or(core::ptr::null_mut(), Class::raw)
}

fn raw_value(o: Option<&Object>) -> Val {
    o.map_or(Val::UNDEF, Object::raw)
}

/// What the engine wrote into a result slot; `None` for UNDEF.
fn present(out: Val) -> Option<Value> {
    (!out.is_undef()).then_some(Value(out))
}

unsafe extern "C" fn collect(data: *mut u8, item: *mut u8, name: *mut StrHdr) {
    // SAFETY: `data` is the list of the call below; names are interned.
    unsafe {
        let list = &mut *data.cast::<Vec<(*mut u8, Str)>>();
        list.push((item, Str((host::val().str_val)(name))));
    }
}

/// A list of members; the class null for the VM's own.
fn list(ctx: &mut Ctx, c: *mut ClassRaw, which: u32) -> Vec<(*mut u8, Str)> {
    let mut out: Vec<(*mut u8, Str)> = Vec::new();
    // SAFETY: our context; a live class; the visitor gets the list it expects.
    unsafe { (host::reflect().members)(ctx.raw(), c, which, (&raw mut out).cast(), collect) };
    out
}

impl Ctx {
    /// A function by name, in any case, a leading backslash allowed.
    pub fn function(&mut self, name: &[u8]) -> Option<Function> {
        let lc = name.strip_prefix(b"\\").unwrap_or(name).to_ascii_lowercase();
        // SAFETY: our context.
        some_func(unsafe { (host::reflect().function)(self.raw(), StrSlice::of(&lc)) })
    }
    /// All functions.
    pub fn functions(&mut self) -> Vec<Function> {
        let all = list(self, core::ptr::null_mut(), members::FUNCTIONS);
        all.into_iter().map(|(f, _)| Function(f.cast())).collect()
    }
    /// All classes, by their lower-case names and aliases.
    pub fn classes(&mut self) -> Vec<(Str, Class)> {
        let all = list(self, core::ptr::null_mut(), members::CLASSES);
        // SAFETY: the engine gives live classes.
        all.into_iter().map(|(c, n)| (n, unsafe { Class::from_raw(c.cast()) })).collect()
    }
    /// Names of all global constants.
    pub fn global_constants(&mut self) -> Vec<Str> {
        list(self, core::ptr::null_mut(), members::GLOBAL_CONSTANTS).into_iter().map(|c| c.1).collect()
    }
    /// A fact ([`constant_facts`]) of a global constant; `None` when there is no such constant.
    pub fn constant_fact(&mut self, name: &[u8], what: u32) -> Option<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        let found =
            unsafe { (host::reflect().global_constant)(self.raw(), StrSlice::of(name), what, &mut out) };
        let v = Value(out);
        (found != 0).then_some(v)
    }
    /// The loaded extensions' descriptors.
    pub fn extensions(&mut self) -> Vec<&'static ExtDescriptor> {
        let mut all = Vec::new();
        loop {
            // SAFETY: our context; descriptors are static.
            let d = unsafe { (host::reflect().extension)(self.raw(), all.len() as u32).as_ref() };
            match d {
                Some(d) => all.push(d),
                None => return all,
            }
        }
    }
}

impl Function {
    fn number(self, what: u32) -> i64 {
        // SAFETY: a live handle.
        unsafe { (host::reflect().func_number)(self.0, what) }
    }
    fn text(self, ctx: &mut Ctx, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live handle.
        unsafe { (host::reflect().func_text)(ctx.raw(), self.0, what, &mut out) };
        text(out)
    }
    fn bit(self, bit: u32) -> bool {
        self.number(func_number::BITS) as u32 & bit != 0
    }
    /// Modifier bits ([`crate::flags`]).
    pub fn flags(self) -> u32 {
        self.number(func_number::FLAGS) as u32
    }
    /// Whether it is written in PHP.
    pub fn is_user(self) -> bool {
        self.bit(func_bits::USER)
    }
    /// Whether it is a closure or arrow function.
    pub fn is_closure(self) -> bool {
        self.bit(func_bits::CLOSURE)
    }
    /// Whether it is a generator.
    pub fn is_generator(self) -> bool {
        self.bit(func_bits::GENERATOR)
    }
    /// Whether its last parameter is variadic.
    pub fn is_variadic(self) -> bool {
        self.bit(func_bits::VARIADIC)
    }
    /// Whether it is a constructor.
    pub fn is_constructor(self) -> bool {
        self.bit(func_bits::CTOR)
    }
    /// Whether its return type is tentative.
    pub fn is_tentative(self) -> bool {
        self.bit(func_bits::TENTATIVE)
    }
    /// First and last line of PHP code.
    pub fn lines(self) -> Option<(i64, i64)> {
        self.is_user().then(|| (self.number(func_number::START_LINE), self.number(func_number::END_LINE)))
    }
    /// How many parameters it has, the variadic one too.
    pub fn parameters(self) -> u32 {
        self.number(func_number::PARAMETERS) as u32
    }
    /// How many of them are required.
    pub fn required(self) -> u32 {
        self.number(func_number::REQUIRED) as u32
    }
    /// Name as declared.
    pub fn name(self, ctx: &mut Ctx) -> Str {
        self.text(ctx, func_text::NAME).unwrap_or_else(Str::empty)
    }
    /// Doc comment.
    pub fn doc(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, func_text::DOC)
    }
    /// File.
    pub fn file(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, func_text::FILE)
    }
    /// Return type, as PHP writes it.
    pub fn return_type(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, func_text::RETURN_TYPE)
    }
    /// Extension of a native function.
    pub fn extension(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, func_text::EXTENSION)
    }
    /// Class that it belongs to.
    pub fn class(self) -> Option<Class> {
        // SAFETY: a live handle.
        some_class(unsafe { (host::reflect().func_class)(self.0) })
    }
    /// The method that it overrides or implements.
    pub fn prototype(self) -> Option<Function> {
        // SAFETY: a live handle.
        some_func(unsafe { (host::reflect().func_prototype)(self.0) })
    }
    /// Static and captured variables by name (`used`: captured ones alone), of a closure its own.
    pub fn variables(self, ctx: &mut Ctx, closure: Option<&Object>, used: bool) -> R<Array> {
        let mut out = Val::NULL;
        // SAFETY: our context; live handles; the result is an array.
        check(unsafe {
            (host::reflect().func_variables)(ctx.raw(), self.0, raw_value(closure), used as u32, &mut out)
        })?;
        Ok(Array::try_from(Value(out)).unwrap_or_default())
    }
    /// Calls it whatever its visibility. String keys of `args` are parameter names.
    pub fn call(
        self,
        ctx: &mut Ctx,
        this: Option<&Object>,
        called: Option<Class>,
        closure: Option<&Object>,
        args: &Array,
    ) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; live handles and values.
        check(unsafe {
            (host::reflect().func_call)(
                ctx.raw(),
                self.0,
                raw_value(this),
                raw_class(called),
                raw_value(closure),
                args.raw(),
                &mut out,
            )
        })?;
        Ok(Value(out))
    }
    /// A closure over it.
    pub fn closure(self, ctx: &mut Ctx, this: Option<&Object>, called: Option<Class>) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context; live handles.
        unsafe {
            (host::reflect().func_closure)(ctx.raw(), self.0, raw_value(this), raw_class(called), &mut out)
        };
        Value(out)
    }

    fn param_bit(self, i: u32, bit: u32) -> bool {
        // SAFETY: a live handle.
        unsafe { (host::reflect().param_number)(self.0, i, param_number::BITS) as u32 & bit != 0 }
    }
    fn param_text(self, i: u32, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: a live handle.
        unsafe { (host::reflect().param_text)(self.0, i, what, &mut out) };
        text(out)
    }
    /// Name of parameter `i`, without `$`.
    pub fn param_name(self, i: u32) -> Str {
        self.param_text(i, param_text::NAME).unwrap_or_else(Str::empty)
    }
    /// Type of parameter `i`.
    pub fn param_type(self, i: u32) -> Option<Str> {
        self.param_text(i, param_text::TYPE)
    }
    /// Default of parameter `i` as PHP text.
    pub fn param_default_text(self, i: u32) -> Option<Str> {
        self.param_text(i, param_text::DEFAULT)
    }
    /// Whether parameter `i` is by reference, or prefers it.
    pub fn param_by_ref(self, i: u32) -> bool {
        self.param_bit(i, param_bits::BY_REF | param_bits::PREFER_REF)
    }
    /// Whether parameter `i` takes a reference where the argument can be one.
    pub fn param_prefers_ref(self, i: u32) -> bool {
        self.param_bit(i, param_bits::PREFER_REF)
    }
    /// Whether parameter `i` is variadic.
    pub fn param_variadic(self, i: u32) -> bool {
        self.param_bit(i, param_bits::VARIADIC)
    }
    /// Whether parameter `i` is promoted to a property.
    pub fn param_promoted(self, i: u32) -> bool {
        self.param_bit(i, param_bits::PROMOTED)
    }
    /// Whether parameter `i` has a default.
    pub fn param_has_default(self, i: u32) -> bool {
        self.param_bit(i, param_bits::HAS_DEFAULT)
    }
    /// Whether parameter `i`'s default is a value, as against an expression.
    pub fn param_default_is_value(self, i: u32) -> bool {
        self.param_bit(i, param_bits::DEFAULT_IS_VALUE)
    }
    /// Value of parameter `i`'s default.
    pub fn param_default(self, ctx: &mut Ctx, i: u32) -> R<Option<Value>> {
        let mut out = Val::UNDEF;
        // SAFETY: our context; a live handle.
        check(unsafe { (host::reflect().param_default)(ctx.raw(), self.0, i, &mut out) })?;
        Ok(present(out))
    }
}

impl Object {
    /// What a Closure runs; `None` for other objects.
    pub fn closure_function(&self, ctx: &mut Ctx) -> Option<Function> {
        // SAFETY: our context; live object.
        some_func(unsafe { (host::reflect().closure_func)(ctx.raw(), self.0) })
    }
    /// `$this` that a Closure is bound to.
    pub fn closure_this(&self) -> Option<Object> {
        if !self.is_closure() {
            return None;
        }
        // SAFETY: a Closure; the clone takes a share of what is borrowed.
        unsafe {
            let v = (host::reflect().closure_this)(self.0);
            Value::borrow(&v).as_object().cloned()
        }
    }
    /// Class that `static` means in a Closure.
    pub fn closure_called(&self) -> Option<Class> {
        if !self.is_closure() {
            return None;
        }
        // SAFETY: a Closure.
        some_class(unsafe { (host::reflect().closure_called)(self.0) })
    }
    /// Whether a Closure was made from an existing function.
    pub fn closure_is_fake(&self) -> bool {
        // SAFETY: a Closure.
        self.is_closure() && unsafe { (host::reflect().closure_is_fake)(self.0) != 0 }
    }
    /// What will initialize this lazy object; `None` when it is not lazy, or initialized.
    pub fn lazy_initializer(&self, ctx: &mut Ctx) -> Option<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; live object.
        let lazy = unsafe { (host::reflect().lazy_pending)(ctx.raw(), self.0, &mut out) };
        let v = Value(out);
        (lazy != 0).then_some(v)
    }
    /// Initializes a lazy object (`run`), or marks it as initialized; the object that stands for it.
    pub fn lazy_init(&self, ctx: &mut Ctx, run: bool) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; live object.
        check(unsafe { (host::reflect().lazy_init)(ctx.raw(), self.0, run as u32, &mut out) })?;
        Ok(Value(out))
    }
    /// The instance behind an initialized lazy proxy, else the object itself.
    pub fn lazy_instance(&self, ctx: &mut Ctx) -> Object {
        // SAFETY: our context; live object; the result is an object.
        Object(unsafe { (host::reflect().lazy_instance)(ctx.raw(), self.0) })
    }
    /// A fact ([`generator_facts`]) of a Generator.
    pub fn generator_fact(&self, ctx: &mut Ctx, what: u32) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context; a Generator.
        unsafe { (host::reflect().generator)(ctx.raw(), self.0, what, &mut out) };
        Value(out)
    }
    /// A fact ([`fiber_facts`]) of a Fiber.
    pub fn fiber_fact(&self, ctx: &mut Ctx, what: u32) -> Value {
        let mut out = Val::NULL;
        // SAFETY: our context; a Fiber.
        unsafe { (host::reflect().fiber)(ctx.raw(), self.0, what, &mut out) };
        Value(out)
    }
    /// The function that a Generator runs.
    pub fn generator_function(&self) -> Option<Function> {
        // SAFETY: a Generator.
        some_func(unsafe { (host::reflect().generator_func)(self.0) })
    }
}

impl Class {
    fn number(self, what: u32) -> i64 {
        // SAFETY: live class.
        unsafe { (host::reflect().class_number)(self.raw(), what) }
    }
    fn bit(self, bit: u32) -> bool {
        self.number(class_number::BITS) as u32 & bit != 0
    }
    fn text(self, ctx: &mut Ctx, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: our context; live class.
        unsafe { (host::reflect().class_text)(ctx.raw(), self.raw(), what, &mut out) };
        text(out)
    }
    /// Whether it is of an extension or the engine.
    pub fn is_internal(self) -> bool {
        self.bit(class_bits::INTERNAL)
    }
    /// Whether its native class lists properties by a handler, so that an object's property table is not all there is.
    pub fn lists_properties(self) -> bool {
        self.bit(class_bits::LISTS_PROPERTIES)
    }
    /// Whether it is anonymous.
    pub fn is_anonymous(self) -> bool {
        self.bit(class_bits::ANONYMOUS)
    }
    /// Whether `abstract` was written.
    pub fn is_explicitly_abstract(self) -> bool {
        self.bit(class_bits::EXPLICIT_ABSTRACT)
    }
    /// Whether some method of it is abstract (classes and enums alone).
    pub fn has_abstract_methods(self) -> bool {
        self.bit(class_bits::IMPLICIT_ABSTRACT)
    }
    /// Whether its objects can be cloned, `__clone`'s visibility apart.
    pub fn is_cloneable(self) -> bool {
        self.bit(class_bits::CLONEABLE)
    }
    /// Whether its objects carry a native payload.
    pub fn has_payload(self) -> bool {
        self.bit(class_bits::NATIVE)
    }
    /// Whether foreach over its objects asks native code.
    pub fn has_native_iterator(self) -> bool {
        self.bit(class_bits::ITERABLE)
    }
    /// First and last line of a class of PHP code.
    pub fn lines(self) -> Option<(i64, i64)> {
        (!self.is_internal())
            .then(|| (self.number(class_number::START_LINE), self.number(class_number::END_LINE)))
    }
    /// Tag of an enum's backing type; 0 without.
    pub fn enum_backing(self) -> u8 {
        self.number(class_number::ENUM_BACKING) as u8
    }
    /// Doc comment.
    pub fn doc(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, class_text::DOC)
    }
    /// File.
    pub fn file(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, class_text::FILE)
    }
    /// Extension of an internal class.
    pub fn extension(self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, class_text::EXTENSION)
    }
    /// Constructor.
    pub fn constructor(self) -> Option<Function> {
        // SAFETY: live class.
        some_func(unsafe { (host::reflect().class_func)(self.raw(), 0) })
    }
    /// `__clone`
    pub fn clone_method(self) -> Option<Function> {
        // SAFETY: live class.
        some_func(unsafe { (host::reflect().class_func)(self.raw(), 1) })
    }
    /// A method, in any case.
    pub fn method(self, name: &[u8]) -> Option<Function> {
        let lc = name.to_ascii_lowercase();
        // SAFETY: live class.
        some_func(unsafe { (host::reflect().method)(self.raw(), StrSlice::of(&lc)) })
    }
    /// All methods.
    pub fn methods(self, ctx: &mut Ctx) -> Vec<Function> {
        list(ctx, self.raw(), members::METHODS).into_iter().map(|(f, _)| Function(f.cast())).collect()
    }
    /// A declared property.
    pub fn property(self, name: &[u8]) -> Option<Property> {
        // SAFETY: live class.
        let p = unsafe { (host::reflect().property)(self.raw(), StrSlice::of(name)) };
        (!p.is_null()).then_some(Property(p))
    }
    /// All declared properties.
    pub fn properties(self, ctx: &mut Ctx) -> Vec<(Str, Property)> {
        list(ctx, self.raw(), members::PROPERTIES).into_iter().map(|(p, n)| (n, Property(p.cast()))).collect()
    }
    /// A class constant.
    pub fn class_constant(self, name: &[u8]) -> Option<ClassConstant> {
        // SAFETY: live class.
        let k = unsafe { (host::reflect().constant)(self.raw(), StrSlice::of(name)) };
        (!k.is_null()).then_some(ClassConstant(k))
    }
    /// All class constants.
    pub fn class_constants(self, ctx: &mut Ctx) -> Vec<(Str, ClassConstant)> {
        let all = list(ctx, self.raw(), members::CONSTANTS);
        all.into_iter().map(|(k, n)| (n, ClassConstant(k.cast()))).collect()
    }
    fn classes(self, ctx: &mut Ctx, which: u32) -> Vec<Class> {
        let all = list(ctx, self.raw(), which);
        // SAFETY: the engine gives live classes.
        all.into_iter().map(|(c, _)| unsafe { Class::from_raw(c.cast()) }).collect()
    }
    /// All interfaces.
    pub fn interfaces(self, ctx: &mut Ctx) -> Vec<Class> {
        self.classes(ctx, members::INTERFACES)
    }
    /// Traits used directly.
    pub fn traits(self, ctx: &mut Ctx) -> Vec<Class> {
        self.classes(ctx, members::TRAITS)
    }
    /// Aliases of trait methods.
    pub fn trait_aliases(self) -> Array {
        let mut out = Val::NULL;
        // SAFETY: live class; the result is an array.
        unsafe { (host::reflect().trait_aliases)(self.raw(), &mut out) };
        Array::try_from(Value(out)).unwrap_or_default()
    }
    /// Evaluates what is left of its constants and defaults.
    pub fn prepare(self, ctx: &mut Ctx) -> R<()> {
        // SAFETY: our context; live class.
        check(unsafe { (host::reflect().class_prepare)(ctx.raw(), self.raw()) })
    }
    /// A static property as code of the class sees it. `quiet`: `None` when there is none, else that is an Error.
    pub fn static_value(self, ctx: &mut Ctx, name: &[u8], quiet: bool) -> R<Option<Value>> {
        let mut out = Val::UNDEF;
        // SAFETY: our context; live class.
        check(unsafe {
            (host::reflect().static_get)(ctx.raw(), self.raw(), StrSlice::of(name), quiet as u32, &mut out)
        })?;
        Ok(present(out))
    }
    /// Assigns to a static property as code of the class does.
    pub fn set_static_value(self, ctx: &mut Ctx, name: &[u8], v: &Value) -> R<()> {
        // SAFETY: our context; live class and value.
        check(unsafe {
            (host::reflect().static_set)(ctx.raw(), self.raw(), StrSlice::of(name), v.deref().raw())
        })
    }
    /// Makes a lazy object of it, fresh or (`existing`) again.
    pub fn make_lazy(
        self,
        ctx: &mut Ctx,
        existing: Option<&Object>,
        initializer: &Value,
        proxy: bool,
        options: u32,
    ) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; live class and values.
        check(unsafe {
            (host::reflect().lazy_make)(
                ctx.raw(),
                self.raw(),
                raw_value(existing),
                initializer.deref().raw(),
                proxy as u32,
                options,
                &mut out,
            )
        })?;
        Ok(Value(out))
    }
}

impl Property {
    fn number(self, what: u32) -> i64 {
        // SAFETY: a live handle.
        unsafe { (host::reflect().prop_number)(self.0, what) }
    }
    fn text(self, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: a live handle.
        unsafe { (host::reflect().prop_text)(self.0, what, &mut out) };
        text(out)
    }
    /// Modifier bits ([`crate::flags`]).
    pub fn flags(self) -> u32 {
        self.number(prop_number::FLAGS) as u32
    }
    /// Whether constructor promotion declared it.
    pub fn is_promoted(self) -> bool {
        self.number(prop_number::BITS) as u32 & prop_bits::PROMOTED != 0
    }
    /// Whether it has a default, written or implied.
    pub fn has_default(self) -> bool {
        self.number(prop_number::BITS) as u32 & prop_bits::HAS_DEFAULT != 0
    }
    /// Whether its default is a value, as against an expression.
    pub fn default_is_value(self) -> bool {
        self.number(prop_number::BITS) as u32 & prop_bits::DEFAULT_IS_VALUE != 0
    }
    /// Name without `$`.
    pub fn name(self) -> Str {
        self.text(prop_text::NAME).unwrap_or_else(Str::empty)
    }
    /// Doc comment.
    pub fn doc(self) -> Option<Str> {
        self.text(prop_text::DOC)
    }
    /// Type, as PHP writes it.
    pub fn ty(self) -> Option<Str> {
        self.text(prop_text::TYPE)
    }
    /// Default as PHP text.
    pub fn default_text(self) -> Option<Str> {
        self.text(prop_text::DEFAULT)
    }
    /// Class that declares it.
    pub fn class(self) -> Option<Class> {
        // SAFETY: a live handle.
        some_class(unsafe { (host::reflect().prop_class)(self.0) })
    }
    /// The `get` hook.
    pub fn get_hook(self) -> Option<Function> {
        // SAFETY: a live handle.
        some_func(unsafe { (host::reflect().prop_hook)(self.0, 0) })
    }
    /// The `set` hook.
    pub fn set_hook(self) -> Option<Function> {
        // SAFETY: a live handle.
        some_func(unsafe { (host::reflect().prop_hook)(self.0, 1) })
    }
    /// Value of its default.
    pub fn default_value(self, ctx: &mut Ctx) -> R<Option<Value>> {
        let mut out = Val::UNDEF;
        // SAFETY: our context; a live handle.
        check(unsafe { (host::reflect().prop_default)(ctx.raw(), self.0, &mut out) })?;
        Ok(present(out))
    }
    /// Whether touching it would initialize the lazy object.
    pub fn is_lazy(self, o: &Object) -> bool {
        // SAFETY: live object and handle.
        unsafe { (host::reflect().lazy_prop)(o.0, self.0) != 0 }
    }
    /// Ends its waiting for the lazy object's initialization: with its default, or with a value, past its hooks.
    pub fn skip_lazy(self, ctx: &mut Ctx, o: &Object, scope: Class, v: Option<&Value>) -> R<()> {
        let v = v.map_or(Val::UNDEF, |v| v.deref().raw());
        // SAFETY: our context; live object, class and value.
        check(unsafe { (host::reflect().lazy_skip)(ctx.raw(), o.0, scope.raw(), self.0, v) })
    }
    /// Its value as its hooks see it.
    pub fn raw_value(self, ctx: &mut Ctx, o: &Object, scope: Class) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; live object and class.
        check(unsafe { (host::reflect().raw_get)(ctx.raw(), o.0, scope.raw(), self.0, &mut out) })?;
        Ok(Value(out))
    }
    /// Assigns to it as its hooks do.
    pub fn set_raw_value(self, ctx: &mut Ctx, o: &Object, scope: Class, v: &Value) -> R<()> {
        // SAFETY: our context; live object, class and value.
        check(unsafe { (host::reflect().raw_set)(ctx.raw(), o.0, scope.raw(), self.0, v.deref().raw()) })
    }
}

impl ClassConstant {
    fn number(self, what: u32) -> i64 {
        // SAFETY: a live handle.
        unsafe { (host::reflect().const_number)(self.0, what) }
    }
    fn text(self, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: a live handle.
        unsafe { (host::reflect().const_text)(self.0, what, &mut out) };
        text(out)
    }
    /// Modifier bits ([`crate::flags`]).
    pub fn flags(self) -> u32 {
        self.number(const_number::FLAGS) as u32
    }
    /// Whether it is an enum case.
    pub fn is_case(self) -> bool {
        self.number(const_number::IS_CASE) != 0
    }
    /// Doc comment.
    pub fn doc(self) -> Option<Str> {
        self.text(const_text::DOC)
    }
    /// Type, as PHP writes it.
    pub fn ty(self) -> Option<Str> {
        self.text(const_text::TYPE)
    }
    /// Class that declares it.
    pub fn class(self) -> Option<Class> {
        // SAFETY: a live handle.
        some_class(unsafe { (host::reflect().const_class)(self.0) })
    }
    /// Its value, by the name it is found by.
    pub fn value(self, ctx: &mut Ctx, name: &[u8]) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live handle.
        check(unsafe { (host::reflect().const_value)(ctx.raw(), self.0, StrSlice::of(name), &mut out) })?;
        Ok(Value(out))
    }
}

impl Owner {
    fn raw(self) -> AttributeOwner {
        let (kind, param, item): (u32, u32, *const u8) = match self {
            Owner::Function(f) => (owner::FUNCTION, 0, f.0.cast_const().cast()),
            Owner::Parameter(f, i) => (owner::PARAMETER, i, f.0.cast_const().cast()),
            Owner::Class(c) => (owner::CLASS, 0, c.raw().cast_const().cast()),
            Owner::Property(p) => (owner::PROPERTY, 0, p.0.cast_const().cast()),
            Owner::Constant(k) => (owner::CONSTANT, 0, k.0.cast_const().cast()),
        };
        AttributeOwner { kind, param, item }
    }
    /// Names of its attributes, in order.
    pub fn attributes(self, ctx: &mut Ctx) -> Vec<Str> {
        // SAFETY: our context; a live owner.
        let n = unsafe { (host::reflect().attribute_count)(ctx.raw(), self.raw()) };
        (0..n)
            .map(|i| {
                let mut out = Val::NULL;
                // SAFETY: our context; a live owner.
                unsafe { (host::reflect().attribute_name)(ctx.raw(), self.raw(), i, &mut out) };
                text(out).unwrap_or_else(Str::empty)
            })
            .collect()
    }
    /// How many arguments attribute `i` has.
    pub fn attribute_arity(self, ctx: &mut Ctx, i: u32) -> u32 {
        // SAFETY: our context; a live owner.
        unsafe { (host::reflect().attribute_arity)(ctx.raw(), self.raw(), i) }
    }
    fn argument(self, ctx: &mut Ctx, i: u32, n: u32, text: bool) -> R<(Option<Str>, Val)> {
        let (mut name, mut out) = (Val::NULL, Val::NULL);
        // SAFETY: our context; a live owner.
        check(unsafe {
            (host::reflect().attribute_argument)(
                ctx.raw(),
                self.raw(),
                i,
                n,
                text as u32,
                &mut name,
                &mut out,
            )
        })?;
        Ok((Str::try_from(Value(name)).ok(), out))
    }
    /// Argument `n` of attribute `i`: its name, if it is named, and its value.
    pub fn attribute_argument(self, ctx: &mut Ctx, i: u32, n: u32) -> R<(Option<Str>, Value)> {
        let (name, v) = self.argument(ctx, i, n, false)?;
        Ok((name, Value(v)))
    }
    /// As [`Owner::attribute_argument`] with the argument's text, where it is an expression.
    pub fn attribute_argument_text(self, ctx: &mut Ctx, i: u32, n: u32) -> R<(Option<Str>, Option<Str>)> {
        let (name, v) = self.argument(ctx, i, n, true)?;
        Ok((name, Str::try_from(Value(v)).ok()))
    }
    /// The object of attribute `i`, of class `c`.
    pub fn attribute_object(self, ctx: &mut Ctx, i: u32, c: Class) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live owner and class.
        check(unsafe { (host::reflect().attribute_object)(ctx.raw(), self.raw(), i, c.raw(), &mut out) })?;
        Ok(Value(out))
    }
}
