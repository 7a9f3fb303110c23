//! The instruction set. Each op's documentation is its contract between compiler and VM.

macro_rules! ops {
    ($( $(#[doc = $doc:literal])+ $name:ident / $words:literal ),* $(,)?) => {
        /// An operation. `R` = slot, `rk` = slot or literal, `T` = temporary, `V` = CV, `K` = literal index; `x`,`y` are the
        /// extension word's fields; "jump x" is an `i32` offset in words from the op's first word.
        #[repr(u16)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Op { $( $(#[doc = $doc])+ $name ),* }

        impl Op {
            /// How many ops there are.
            pub const COUNT: usize = [$(stringify!($name)),*].len();
            const NAMES: [&'static str; Self::COUNT] = [$(stringify!($name)),*];
            const WORDS: [u8; Self::COUNT] = [$($words),*];
            const ALL: [Op; Self::COUNT] = [$(Op::$name),*];
            /// The op's name.
            pub const fn name(self) -> &'static str { Self::NAMES[self as usize] }
            /// Words it takes: 1, or 2 with an [`crate::Ext`].
            pub const fn words(self) -> usize { Self::WORDS[self as usize] as usize }
            /// The op of a number.
            pub const fn from_u16(n: u16) -> Option<Op> {
                if (n as usize) < Self::COUNT { Some(Self::ALL[n as usize]) } else { None }
            }
        }

        /// Calls `$cb!` with every op name, for the VM's dispatch tables.
        #[macro_export]
        macro_rules! for_each_op { ($cb:ident) => { $cb! { $($name),* } }; }
    };
}

ops! {
    // ---- moves -------------------------------------------------------------------------------------------------
    /// Nothing.
    Nop / 1,
    /// T `a` = literal `x`.
    LoadK / 2,
    /// T `a` = literal `b` (plain index).
    LoadK16 / 1,
    /// T `a` = T `b`, raw move.
    Move / 1,
    /// T `a` = copy of V `b`, dereferenced; undefined: warning, null.
    Copy / 1,
    /// T `a` = copy of T `b`, which stays (peeks).
    Dup / 1,
    /// Releases T `a`.
    Free / 1,
    /// V `a` = rk `b`. The old value is released after the store; typed references are checked. T `b` is consumed.
    Assign / 1,
    /// As `Assign`; T `c` = copy of the assigned value.
    AssignR / 1,
    /// IND `a` = rk `b`; slot `c` result or NONE. (element or variable found by a W fetch)
    AssignInd / 1,
    /// lval `a` =& lval `b`: each a V or IND. slot `c` result or NONE. Makes `b` a reference and binds `a` to it.
    AssignRef / 1,
    /// lval `a` (V or IND) =& T `b`, a function's result: binds when it is a reference, else notice `Only variables should
    /// be assigned by reference` and plain assignment. slot `c` result or NONE.
    AssignRefFn / 1,
    /// IND `a` = pointer to V `b` (creating null when undefined). For mixing CVs into IND chains.
    FetchCvW / 1,
    /// T `a` = a reference to lval `b` (V or IND); the result is a REF value.
    MakeRef / 1,
    /// Throws an Error with the message literal x.
    Fail / 2,
    /// Constant expressions: slot a (peeked) may be asked for a property (c = 0: of an enum case) or an element (c = 1: not of
    /// an object).
    CheckConstBase / 1,
    /// T `a` = the value that IND or REF `b` holds, copied. For results of by-reference fetches read by value.
    DerefInd / 1,
    /// T `a` = `$this`; Error `Using $this when not in object context` without one.
    LoadThis / 1,
    /// T `a` = bool: is there a `$this`.
    IssetThis / 1,

    // ---- arithmetic; RR: b,c slots; RK: c is a literal (rk form). Plain: result in T a. V: result assigned to V a
    //      (old value released; `a` may equal `b`: compound assignment, done in place where possible) -------------------
    /// T a = b + c
    AddRR / 1,
    /// T a = b + k
    AddRK / 1,
    /// V a = b + c
    AddRRV / 1,
    /// V a = b + k
    AddRKV / 1,
    /// T a = b - c
    SubRR / 1,
    /// T a = b - k
    SubRK / 1,
    /// V a = b - c
    SubRRV / 1,
    /// V a = b - k
    SubRKV / 1,
    /// T a = b * c
    MulRR / 1,
    /// T a = b * k
    MulRK / 1,
    /// V a = b * c
    MulRRV / 1,
    /// V a = b * k
    MulRKV / 1,
    /// T a = rk b op rk c, op = x ([`crate::binop`]): every operation, and constants on the left.
    Binary / 2,
    /// V a = rk b op rk c, op = x.
    BinaryV / 2,
    /// T a = b % c
    ModRR / 1,
    /// T a = b % k
    ModRK / 1,
    /// T a = b & c
    BandRR / 1,
    /// T a = b & k
    BandRK / 1,
    /// T a = b | c
    BorRR / 1,
    /// T a = b ^ c
    BxorRR / 1,
    /// T a = b << k
    ShlRK / 1,
    /// T a = b >> k
    ShrRK / 1,
    /// T a = rk b . rk c
    Concat / 1,
    /// V a .= rk b, in place when unshared. slot c result or NONE.
    ConcatAssign / 1,
    /// V a op= rk b with a result: op = x, T `c` = copy of the new value.
    AssignOpR / 2,
    /// IND a op= rk b, op = x; slot c result or NONE.
    AssignOpInd / 2,
    /// T a = -rk b
    Neg / 1,
    /// T a = +rk b
    Plus / 1,
    /// T a = ~rk b
    BitNot / 1,
    /// T a = !rk b
    Not / 1,
    /// T a = (bool) rk b
    Bool / 1,
    /// T a = rk b cast to tag c: FALSE(2) stands for bool, else INT DBL STR ARR OBJ, NULL for (unset).
    Cast / 1,
    /// V a: ++$a, no result.
    PreInc / 1,
    /// V a: --$a, no result.
    PreDec / 1,
    /// V a by kind c ([`crate::incdec`]), T b = result.
    IncDecR / 1,
    /// IND a by kind c, slot b result or NONE.
    IncDecInd / 1,

    // ---- comparison ----------------------------------------------------------------------------------------------
    /// T a = rk b == rk c
    Eq / 1,
    /// T a = rk b != rk c
    Ne / 1,
    /// T a = rk b === rk c
    Identical / 1,
    /// T a = rk b !== rk c
    NotIdentical / 1,
    /// T a = rk b < rk c  (`>` swaps operands, evaluated left to right all the same)
    Lt / 1,
    /// T a = rk b <= rk c
    Le / 1,
    /// T a = rk b <=> rk c
    Spaceship / 1,
    /// T a = bool(rk b) xor bool(rk c)
    BoolXor / 1,
    /// T a = T b (peeked) == rk c : for switch and match without table. (`Eq` that keeps b)
    CaseEq / 1,
    /// T a = T b (peeked) === rk c
    CaseIdentical / 1,
    /// T a = rk b instanceof class c ([`crate::class_ref`] or rk; no autoload; an rk slot holds object or string); y = IC.
    InstanceOf / 2,

    // ---- control -------------------------------------------------------------------------------------------------
    /// Jump by (b,c).
    Jmp / 1,
    /// Backward jump by (b,c): a safepoint (interrupts, time limit) and a hot-loop counter.
    Loop / 1,
    /// `Loop` when slot a is true: the last word of a loop.
    LoopNZ / 1,
    /// `Loop` (jump x) when b < c, both slots.
    LoopLtRR / 2,
    /// `Loop` when b < literal c.
    LoopLtRK / 2,
    /// `Loop` when b <= c.
    LoopLeRR / 2,
    /// `Loop` when b <= literal c.
    LoopLeRK / 2,
    /// `Loop` when b > literal c.
    LoopGtRK / 2,
    /// `Loop` when b >= literal c.
    LoopGeRK / 2,
    /// Jump by (b,c) when slot a is false.
    JmpZ / 1,
    /// Jump by (b,c) when slot a is true.
    JmpNZ / 1,
    /// When rk b is false: T a = false, jump x; else T a = true (falls through; the right side overwrites `a`).
    JmpZEx / 2,
    /// When rk b is true: T a = true, jump x; else T a = false.
    JmpNZEx / 2,
    /// `?:`: when rk b is true: T a = b (moved or copied), jump x; else b is released.
    JmpSet / 2,
    /// `??`: when rk b (quiet) is not null: T a = b, jump x; else b is released.
    Coalesce / 2,
    /// Nullsafe: T a is peeked; when null: releases nothing, T b = null (or for c=1 bool false `isset`, c=2 bool true `empty`),
    /// jump x. `b` NONE: only jumps.
    JmpNull / 2,
    /// Jump x when b < c, both slots.
    JmpLtRR / 2,
    /// Jump x when b < literal c.
    JmpLtRK / 2,
    /// Jump x when not (b < c).
    JmpNltRR / 2,
    /// Jump x when not (b < literal c).
    JmpNltRK / 2,
    /// Jump x when b <= c.
    JmpLeRR / 2,
    /// Jump x when b <= literal c.
    JmpLeRK / 2,
    /// Jump x when not (b <= c).
    JmpNleRR / 2,
    /// Jump x when not (b <= literal c).
    JmpNleRK / 2,
    /// Jump x when b > literal c (literal < b).
    JmpGtRK / 2,
    /// Jump x when not (b > literal c).
    JmpNgtRK / 2,
    /// Jump x when b >= literal c.
    JmpGeRK / 2,
    /// Jump x when not (b >= literal c).
    JmpNgeRK / 2,
    /// Jump x when rk b == rk c.
    JmpEq / 2,
    /// Jump x when rk b != rk c.
    JmpNe / 2,
    /// Jump x when rk b === rk c.
    JmpIdentical / 2,
    /// Jump x when rk b !== rk c.
    JmpNotIdentical / 2,
    /// Jump table x of [`crate::FnProto::switches`] on rk a (peeked when T). Kinds as the table says; falls through when the
    /// value's type is not the table's (then the sequential cases follow); jumps to the table's default when not found.
    Switch / 2,
    /// `match` without an arm: throws UnhandledMatchError for rk a.
    MatchError / 1,
    /// Jump x while assertions are off (zend.assertions <= 0).
    JmpAssert / 2,
    /// declare(ticks): runs tick functions.
    Ticks / 1,

    // ---- strings ---------------------------------------------------------------------------------------------------
    /// T a = string form of rk b for a rope (ints may stay ints until ConcatN).
    RopePart / 1,
    /// T a = the strings of T b … b+c-1 joined (consumes them).
    ConcatN / 1,
    /// Writes rk a to the output.
    Echo / 1,

    // ---- arrays ----------------------------------------------------------------------------------------------------
    /// T a = new array with room for x; c = 1: its first key is a string.
    InitArray / 2,
    /// T a = copy of literal x, an array with string keys alone.
    InitArrayOf / 2,
    /// T a (as `InitArrayOf` made it): its element at place c (plain index) = rk b.
    SetElem / 1,
    /// T a (peeked, owned array): a[rk c] = rk b.
    AddElem / 1,
    /// T a: a[] = rk b.
    AddNext / 1,
    /// T a: a[rk c or NONE] =& lval b.
    AddElemRef / 1,
    /// T a: appends every element of rk b (`...$b`): array or Traversable.
    AddUnpack / 1,
    /// T a = b[c], slots.
    FetchDimRR / 2,
    /// T a = b[literal c]; y = IC (bucket index).
    FetchDimRK / 2,
    /// T a = rk b [ rk c ] in mode x: R or IS ([`crate::fetch`]); y = IC.
    FetchDim / 2,
    /// As FetchDim R, but peeks b (list destructuring); mode x as well.
    FetchList / 2,
    /// As FetchDimW in mode x, but a T b that holds no reference gives its element by value, with a notice (list
    /// destructuring by reference).
    FetchListW / 2,
    /// IND a = address of lval b [ rk c or NONE for `[]` ], mode x: W RW UNSET REF. y = IC.
    FetchDimW / 2,
    /// lval a [ slot b ] = rk c. x = result slot or NONE.
    AssignDimR / 2,
    /// lval a [ literal b ] = rk c. x = result slot or NONE, y = IC.
    AssignDimK / 2,
    /// lval a [] = rk c. x = result slot or NONE.
    AssignDimNext / 2,
    /// lval a [ rk b or NONE ] op= rk c; x = op | result slot << 16 (NONE for none). y = IC.
    AssignDimOp / 2,
    /// T a = isset (x=0) or empty (x=1) of rk b [ rk c ]. b quiet.
    IssetDim / 2,
    /// unset(lval a [ rk b ]).
    UnsetDim / 1,

    // ---- variables by name -----------------------------------------------------------------------------------------
    /// V a: isset → T b = bool (x=0) or empty (x=1).
    IssetV / 2,
    /// unset(V a).
    UnsetV / 1,
    /// T a (mode R, IS) or IND a (W RW UNSET REF) = variable named rk b, mode c, in scope x: 0 local symbol table, 1 globals.
    /// y = IC (globals).
    FetchVar / 2,
    /// T a = isset (c=0) / empty (c=1) of variable named rk b in scope x.
    IssetVar / 2,
    /// unset of variable named rk b in scope x.
    UnsetVar / 2,
    /// T a = copy of the global symbol table (`$GLOBALS` read).
    LoadGlobals / 1,
    /// V a =& global variable named literal x (`global $a`); y = IC.
    BindGlobal / 2,
    /// V a =& static variable b (plain index into statics); when it is not initialized yet: falls through, else jump x.
    /// The code behind computes its value and ends with InitStatic.
    BindStatic / 2,
    /// Static variable b = rk c, then V a =& it.
    InitStatic / 1,

    // ---- properties --------------------------------------------------------------------------------------------------
    /// T a = b -> literal x, mode c (R, IS); b rk. y = two ICs.
    FetchProp / 2,
    /// T a = $this -> literal x, mode c (R, IS); y = two ICs. ($this known to exist)
    FetchThisProp / 2,
    /// As FetchThisProp, where the next op is FetchDimRR, FetchDimRK or FetchDim of what it gives: both at once where they can.
    FetchThisPropDim / 2,
    /// IND a = address of b -> (literal x), mode c: W RW UNSET REF; b: V, IND, T (object) ; y = IC.
    FetchPropW / 2,
    /// As FetchPropW with `$this`.
    FetchThisPropW / 2,
    /// As FetchProp with the name in rk x.
    FetchPropDyn / 2,
    /// As FetchPropW with the name in rk x.
    FetchPropDynW / 2,
    /// lval a -> literal x = rk b; slot c result or NONE; y = IC (two slots).
    AssignProp / 2,
    /// $this -> literal x = rk b; slot c result or NONE; y = IC (two slots).
    AssignThisProp / 2,
    /// lval a -> rk x = rk b; slot c result or NONE.
    AssignPropDyn / 2,
    /// lval a (NONE: `$this`) -> rk x op= rk b; c = op; y = result slot or NONE, IC << 16 (literal names).
    AssignPropOp / 2,
    /// lval a (NONE: `$this`) -> rk x by kind c; slot b result or NONE; y = IC << 16 (literal names).
    IncDecProp / 2,
    /// lval a -> rk x =& lval b; slot c result or NONE.
    AssignPropRef / 2,
    /// T a = isset (c=0) / empty (c=1) of rk b (NONE: `$this`, which exists) -> rk x; y = IC.
    IssetProp / 2,
    /// unset(lval a -> rk x).
    UnsetProp / 2,
    /// T a (R, IS) or IND a (W RW UNSET REF) = class c :: $rk x, mode b. y = IC. c: class_ref or rk.
    FetchStaticProp / 2,
    /// T a = isset (b=0) / empty (b=1) of class c :: $rk x. y = IC.
    IssetStaticProp / 2,
    /// Throws `Attempt to unset static property C::$x`.
    UnsetStaticProp / 2,

    // ---- constants, classes --------------------------------------------------------------------------------------------
    /// T a = constant named literal x (fully qualified); b=1: falls back to literal x+1 (unqualified in a namespace). y = IC.
    FetchConst / 2,
    /// T a = class c :: constant named rk x. y = IC. Enum cases too.
    FetchClassConst / 2,
    /// T a = class name: b = class_ref (self, parent, static), or rk holding an object (`$o::class`).
    ClassName / 1,
    /// Declares class x of the unit (unless early binding did). Parents are loaded.
    DeclClass / 2,
    /// T a = class name string of anonymous class x, declared on first use. (followed by New)
    DeclAnonClass / 2,
    /// Declares function x of the unit (conditional declaration).
    DeclFn / 2,
    /// const literal x = rk b.
    DeclConst / 2,
    /// T a = closure of unit function x. c=1: static.
    MakeClosure / 2,
    /// T a (closure, peeked): captured variable number c = V b: x=0 by value (quiet 2: arrow fn, skips undefined), 1 by reference.
    BindUse / 2,
    /// V a = captured variable b (plain index) of the running closure.
    LoadUse / 1,
    /// T a = clone rk b.
    Clone / 1,

    // ---- calls -------------------------------------------------------------------------------------------------------
    /// Window at slot a: function named literal x; `Call to undefined function x()`. b = argc. y = IC. c: bit0 = literal x+1 is
    /// the fallback (unqualified in a namespace); x is the lower-cased name and the name as written is the next literal after.
    InitFn / 2,
    /// Window a: callable rk b (string, array, closure, invokable). c = argc.
    InitDyn / 1,
    /// Window a: callback rk b of `call_user_func` (c = 0) or `call_user_func_array` (c = 1); TypeError when it is none.
    InitUser / 1,
    /// The argument in slot a, number c of window b, as `call_user_func` passes it: a by-reference parameter gets a fresh
    /// reference, with a warning.
    SendUser / 1,
    /// T a = the array in it with its elements as `call_user_func_array` passes them to window b; TypeError when it is none.
    SendUserArray / 1,
    /// Window a: method of rk b named literal x (as written; x+1 lower-cased); y = two ICs. c = argc. `b` NONE is `$this`.
    InitMethod / 2,
    /// Window a: method of rk b (NONE `$this`) named rk x. c = argc; y = IC.
    InitMethodDyn / 2,
    /// Window a: static method of class b (class_ref or rk), literal x (x+1 lower-cased); y = IC. c = argc.
    InitStatic2 / 2,
    /// As InitStatic2 with the name in rk x.
    InitStaticDyn / 2,
    /// Window a: `parent::__construct` and the like: constructor of class b. c = argc.
    InitCtor / 2,
    /// Window a: `parent::$prop::get` or `::set` (b = 0, 1) of the property named by literal x. c = argc.
    InitParentHook / 2,
    /// T a = new object of class c (class_ref or rk); window at slot b for its constructor. y = IC. x = jump when there is no
    /// constructor and the call has no arguments (the offset is 0 when it has some: then they are evaluated and dropped).
    New / 2,
    /// Throws when the callee in window a takes parameter b (from 0) by reference (argument is no variable).
    CheckByVal / 1,
    /// Argument slot a = V b, by value or by reference as the callee in window x wants for parameter c.
    SendVar / 2,
    /// Argument slot a = reference to lval b (V or IND).
    SendRef / 1,
    /// Argument slot a = T b, the result of a call, for parameter c of window x: when by reference and not a REF: notice
    /// `Only variables should be passed by reference`.
    SendFnResult / 2,
    /// Jump x when the callee in window a takes parameter b by value.
    JmpByVal / 2,
    /// Calls window b with c arguments; T a = result, or NONE: dropped.
    Call / 1,
    /// As Call of a function known at compile time: name literal x (lower-cased), y = IC. No Init.
    CallFn / 2,
    /// T a = closure of the callee in window b (`f(...)`).
    CallableOf / 1,
    /// T a (args array, owned): appends rk c, checking parameter's by-value-ness in window b.
    ArgsAdd / 1,
    /// T a: appends V/IND c by reference or value as parameter (count so far) of window b wants.
    ArgsAddVar / 1,
    /// T a: appends all of rk c (`...$c`), string keys become names.
    ArgsUnpack / 1,
    /// T a: named argument literal x = rk c, window b. (y=1: c is an lval V or IND that may go by reference)
    ArgsNamed / 2,
    /// T a = bool: whether the callee of window b takes the argument by reference that goes into T c next: named by literal
    /// x, or (y = 0) the next one by position.
    ArgsIsRef / 2,
    /// Calls window b with the args array T c (consumed); T a = result or NONE.
    CallArray / 1,
    /// Returns rk a from the function.
    Ret / 1,
    /// Returns lval a (V or IND) by reference; b=1: it is a T value: notice `Only variable references should be returned by reference`.
    RetRef / 1,
    /// Checks and coerces T a against the declared return type, in place; of the tags in b (bits `1 << tag`) it is at once.
    VerifyRet / 1,
    /// Throws: a `never` function returned. `void` needs no op.
    VerifyNever / 1,

    // ---- receiving ---------------------------------------------------------------------------------------------------
    /// Parameter a (plain index): checks and coerces its declared type; of the tags in b (bits `1 << tag`) it is at once.
    Recv / 1,
    /// Parameter a: when not passed, V = literal x; else as Recv; b has all bits when it has no type.
    RecvInit / 2,
    /// Reports that the running function is deprecated; stands first in its code.
    NoteDeprecated / 1,
    /// Parameter a: when not passed, V = what the unit's function x makes of its constant expression; then as Recv. y = IC.
    RecvOr / 2,
    /// Parameter a: collects the rest into an array (type-checking each), with unknown named arguments.
    RecvVariadic / 1,

    // ---- loops over data -----------------------------------------------------------------------------------------------
    /// T a = iterator over rk b; when empty: jump x (a is then released).
    FeReset / 2,
    /// T a = by-reference iterator over lval b (V or IND); when empty: jump x.
    FeResetRef / 2,
    /// Next of T a (peeked): at the end jump x. Value to slot b (V: assigned; T: plain), key to T/V c or NONE.
    FeFetch / 2,
    /// As FeFetch by reference: V b is bound to the element (T b: a REF value).
    FeFetchRef / 2,
    /// Ends the loop: releases T a.
    FeFree / 1,

    // ---- exceptions ----------------------------------------------------------------------------------------------------
    /// Throws rk a.
    Throw / 1,
    /// Start of a catch clause at a region's catch target: literals from y on (plain index) are c pairs of a class name and
    /// its lower-cased form. When the pending exception is none of them: jump x (to the next clause), or when x = 0 go on
    /// unwinding. Else: V a (or NONE) = it.
    Catch / 2,
    /// Enters a finally block by plain control flow: T a = return point behind this op; jump (b,c).
    FastCall / 1,
    /// End of a finally block: goes on with what T a says: a return point, or a pending exception.
    FastRet / 1,
    /// Drops what T a holds (an exception being replaced by `return` in finally).
    DiscardExc / 1,

    // ---- generators ----------------------------------------------------------------------------------------------------
    /// After the Recv ops of a generator function: makes the Generator object from this frame and returns it.
    GenCreate / 1,
    /// Yields rk b (by reference for generators returning by reference: lval), key rk c or NONE; T a = what is sent, or NONE.
    /// Of the temporaries, no more than the first x are in use behind it.
    Yield / 2,
    /// yield from rk b; T a = its return value.
    YieldFrom / 1,
    /// Generator returns rk a.
    GenRet / 1,

    // ---- includes, misc ------------------------------------------------------------------------------------------------
    /// T a = include rk b; c: 0 include, 1 include_once, 2 require, 3 require_once, 4 eval.
    Include / 1,
    /// T a = error_reporting saved; silences (`@`).
    BeginSilence / 1,
    /// Restores from T a.
    EndSilence / 1,

    // ---- functions with an op of their own -------------------------------------------------------------------------------
    /// T a = strlen(rk b)
    Strlen / 1,
    /// T a = ord(rk b)
    Ord / 1,
    /// T a = count(rk b)
    Count / 1,
    /// T a = is rk b's type in mask c (bits 1 << tag); is_null, is_int, …; `is_resource` counts open ones only.
    TypeCheck / 1,
    /// T a = array_key_exists(rk b, rk c)
    ArrayKeyExists / 1,
    /// T a = in_array(rk b, haystack, strict x): the haystack's strings and integers are the keys of literal array c; not
    /// strict: strings that are not numeric.
    InArray / 2,
    /// T a = func_num_args()
    FuncNumArgs / 1,
    /// T a = func_get_args()
    FuncGetArgs / 1,
    /// T a = get_class(rk b), b NONE: of `$this`'s scope.
    GetClass / 1,
    /// T a = get_called_class()
    GetCalledClass / 1,
    /// T a = gettype(rk b)
    GetType / 1,

    // ---- ops with proven operand types, which the optimizer emits ------------------------------------------------
    //      I: ints, D: floats, R: slot, K: literal. Results go raw into slot `a`, a T or a V that holds nothing counted.
    //      What cannot be done here (overflow, division by zero) goes on in the generic code: [`FnProto::deopt`].
    /// Where calls of a function with loops start at first, behind its code: has it specialised, and begins again with that.
    Specialise / 1,
    /// Goes on in the generic code unless slot a is an int.
    GuardI / 1,
    /// a = b + c
    AddIIRR / 1,
    /// a = b + k
    AddIIRK / 1,
    /// a = b - c
    SubIIRR / 1,
    /// a = b - k
    SubIIRK / 1,
    /// a = k(b) - c
    SubIIKR / 1,
    /// a = b * c
    MulIIRR / 1,
    /// a = b * k
    MulIIRK / 1,
    /// a = b % k, k > 0
    ModIIRK / 1,
    /// a = b & c
    BandIIRR / 1,
    /// a = b & k
    BandIIRK / 1,
    /// a = b + c
    AddDDRR / 1,
    /// a = b + k
    AddDDRK / 1,
    /// a = b - c
    SubDDRR / 1,
    /// a = b - k
    SubDDRK / 1,
    /// a = k(b) - c
    SubDDKR / 1,
    /// a = b * c
    MulDDRR / 1,
    /// a = b * k
    MulDDRK / 1,
    /// a = b / c
    DivDDRR / 1,
    /// a = b / k
    DivDDRK / 1,
    /// a = k(b) / c
    DivDDKR / 1,
    /// ++V a
    IncI / 1,
    /// --V a
    DecI / 1,
    /// V a by kind c ([`crate::incdec`]), T b = result
    IncDecI / 1,
    /// Jump x when b < c
    JmpLtIIRR / 2,
    /// Jump x when b < k
    JmpLtIIRK / 2,
    /// Jump x when b <= c
    JmpLeIIRR / 2,
    /// Jump x when b <= k
    JmpLeIIRK / 2,
    /// Jump x when b > k
    JmpGtIIRK / 2,
    /// Jump x when b >= k
    JmpGeIIRK / 2,
    /// Jump x when b == c
    JmpEqIIRR / 2,
    /// Jump x when b == k
    JmpEqIIRK / 2,
    /// Jump x when b != c
    JmpNeIIRR / 2,
    /// Jump x when b != k
    JmpNeIIRK / 2,
    /// Jump x when b < c
    JmpLtDDRR / 2,
    /// Jump x when b < k
    JmpLtDDRK / 2,
    /// Jump x when not (b < c)
    JmpNltDDRR / 2,
    /// Jump x when not (b < k)
    JmpNltDDRK / 2,
    /// Jump x when b <= c
    JmpLeDDRR / 2,
    /// Jump x when b <= k
    JmpLeDDRK / 2,
    /// Jump x when not (b <= c)
    JmpNleDDRR / 2,
    /// Jump x when not (b <= k)
    JmpNleDDRK / 2,
    /// Jump x when b > k
    JmpGtDDRK / 2,
    /// Jump x when not (b > k)
    JmpNgtDDRK / 2,
    /// Jump x when b >= k
    JmpGeDDRK / 2,
    /// Jump x when not (b >= k)
    JmpNgeDDRK / 2,
    /// `Loop` (jump x) when b < c
    LoopLtIIRR / 2,
    /// `Loop` (jump x) when b < k
    LoopLtIIRK / 2,
    /// `Loop` (jump x) when b <= c
    LoopLeIIRR / 2,
    /// `Loop` (jump x) when b <= k
    LoopLeIIRK / 2,
    /// `Loop` (jump x) when b > k
    LoopGtIIRK / 2,
    /// `Loop` (jump x) when b >= k
    LoopGeIIRK / 2,
    /// ++V a, then the LoopLtIIRR behind it
    IncLoopLtRR / 1,
    /// ++V a, then the LoopLtIIRK behind it
    IncLoopLtRK / 1,
    /// ++V a, then the LoopLeIIRR behind it
    IncLoopLeRR / 1,
    /// ++V a, then the LoopLeIIRK behind it
    IncLoopLeRK / 1,
    /// T a = slot b === string literal c
    IdenticalStr / 1,
    /// T a = slot b !== string literal c
    NotIdenticalStr / 1,
    /// T a = slot b == string literal c, which is not compared as a number
    EqStr / 1,
    /// T a = slot b != string literal c, which is not compared as a number
    NeStr / 1,
    /// T a = T b (peeked) == string literal c, which is not compared as a number
    CaseEqStr / 1,
    /// T a = T b (peeked) === string literal c
    CaseIdenticalStr / 1,
    /// Jump x when slot b === string literal c
    JmpIdenticalStr / 2,
    /// Jump x when slot b !== string literal c
    JmpNotIdenticalStr / 2,
    /// Jump x when slot b == string literal c, which is not compared as a number
    JmpEqStr / 2,
    /// Jump x when slot b != string literal c, which is not compared as a number
    JmpNeStr / 2,
    /// T a = slot b === literal c: null, false or true
    IdenticalTag / 1,
    /// T a = slot b !== literal c: null, false or true
    NotIdenticalTag / 1,
    /// Jump x when slot b === literal c: null, false or true
    JmpIdenticalTag / 2,
    /// Jump x when slot b !== literal c: null, false or true
    JmpNotIdenticalTag / 2,
    /// Jump x when slot b == literal c: false or true
    JmpEqBool / 2,
    /// Jump x when slot b != literal c: false or true
    JmpNeBool / 2,
}

impl Op {
    /// Whether it is a jump back to a loop's start.
    pub const fn is_loop(self) -> bool {
        use Op::*;
        matches!(self, Loop | LoopNZ | LoopLtRR | LoopLtRK | LoopLeRR | LoopLeRK | LoopGtRK | LoopGeRK)
    }

    /// Where a jump has its offset: 1 in the op's b and c, 2 in the extension word's x; 0: not a jump. `New` and `Catch` jump
    /// only when x is not 0.
    pub const fn jump_words(self) -> usize {
        use Op::*;
        match self {
            Jmp | Loop | LoopNZ | JmpZ | JmpNZ | FastCall => 1,
            LoopLtRR | LoopLtRK | LoopLeRR | LoopLeRK | LoopGtRK | LoopGeRK | JmpZEx | JmpNZEx | JmpSet
            | Coalesce | JmpNull | JmpLtRR | JmpLtRK | JmpNltRR | JmpNltRK | JmpLeRR | JmpLeRK | JmpNleRR
            | JmpNleRK | JmpGtRK | JmpNgtRK | JmpGeRK | JmpNgeRK | JmpEq | JmpNe | JmpIdentical
            | JmpNotIdentical | JmpAssert | BindStatic | New | JmpByVal | FeReset | FeResetRef | FeFetch
            | FeFetchRef | Catch => 2,
            JmpLtIIRR | JmpLtIIRK | JmpLeIIRR | JmpLeIIRK | JmpGtIIRK | JmpGeIIRK | JmpEqIIRR | JmpEqIIRK
            | JmpNeIIRR | JmpNeIIRK | JmpLtDDRR | JmpLtDDRK | JmpNltDDRR | JmpNltDDRK | JmpLeDDRR
            | JmpLeDDRK | JmpNleDDRR | JmpNleDDRK | JmpGtDDRK | JmpNgtDDRK | JmpGeDDRK | JmpNgeDDRK
            | LoopLtIIRR | LoopLtIIRK | LoopLeIIRR | LoopLeIIRK | LoopGtIIRK | LoopGeIIRK
            | JmpIdenticalStr | JmpNotIdenticalStr | JmpEqStr | JmpNeStr | JmpIdenticalTag
            | JmpNotIdenticalTag | JmpEqBool | JmpNeBool => 2,
            _ => 0,
        }
    }
}

impl Op {
    /// The specialised op of `kind` ([`crate::binop`]), if there is one: right side literal or slot, result to a CV or T.
    pub const fn binary(kind: u16, right_literal: bool, to_cv: bool) -> Option<Op> {
        use crate::binop::*;
        Some(match (kind, right_literal, to_cv) {
            (ADD, false, false) => Op::AddRR,
            (ADD, true, false) => Op::AddRK,
            (ADD, false, true) => Op::AddRRV,
            (ADD, true, true) => Op::AddRKV,
            (SUB, false, false) => Op::SubRR,
            (SUB, true, false) => Op::SubRK,
            (SUB, false, true) => Op::SubRRV,
            (SUB, true, true) => Op::SubRKV,
            (MUL, false, false) => Op::MulRR,
            (MUL, true, false) => Op::MulRK,
            (MUL, false, true) => Op::MulRRV,
            (MUL, true, true) => Op::MulRKV,
            (MOD, false, false) => Op::ModRR,
            (MOD, true, false) => Op::ModRK,
            (BW_AND, false, false) => Op::BandRR,
            (BW_AND, true, false) => Op::BandRK,
            (BW_OR, false, false) => Op::BorRR,
            (BW_XOR, false, false) => Op::BxorRR,
            (SL, true, false) => Op::ShlRK,
            (SR, true, false) => Op::ShrRK,
            _ => return None,
        })
    }
}
