//! What each op does with its operands. Ops that are not listed are taken at their worst: every operand may be a variable
//! whose address gets out.

use crate::insn::{I, slot_of};
use howdah_bytecode::{NONE, Op};

/// What an op does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Not an operand.
    No,
    /// rk: reads it. A temporary is consumed.
    Use,
    /// Slot: gets the result. May be `NONE`.
    Def,
    /// Variable: reads and changes it in place, without letting its address out.
    Change,
    /// Variable: its address may get out; from here on it may be a reference.
    Escape,
}

use Role::{Change, Def, Escape, No, Use};

/// Roles of a, b, c, and of the slots in the extension word: (role, operand).
pub fn roles(i: &I) -> [(Role, u16); 5] {
    use Op::*;
    let (a, b, c, x, y) =
        match i.op {
            Nop | Jmp | Loop | JmpAssert | Ticks | NoteDeprecated | VerifyNever | GenCreate | Fail
            | CheckByVal | JmpByVal | Recv | RecvInit | RecvOr | RecvVariadic | DeclClass | DeclFn => {
                (No, No, No, No, No)
            }
            LoadK | LoadK16 | LoadThis | IssetThis | InitArray | InitArrayOf | LoadGlobals
            | FetchThisProp | FetchThisPropDim | FetchThisPropW | FetchConst | DeclAnonClass
            | MakeClosure | LoadUse | Call | CallFn | BeginSilence | FuncNumArgs | FuncGetArgs
            | GetCalledClass | ConcatN | CallableOf => (Def, No, No, No, No),
            Move | Copy | Dup | DerefInd | Neg | Plus | BitNot | Not | Bool | Cast | RopePart | FetchProp
            | ClassName | Clone | JmpZEx | JmpNZEx | JmpSet | Coalesce | FeReset | Strlen | Ord | Count
            | TypeCheck | InArray | GetClass | GetType | SendFnResult | YieldFrom => (Def, Use, No, No, No),
            Free | LoopNZ | JmpZ | JmpNZ | Switch | MatchError | Echo | Throw | Ret | GenRet | FeFree
            | EndSilence | CheckConstBase => (Use, No, No, No, No),
            Assign => (Def, Use, No, No, No),
            AssignR => (Def, Use, Def, No, No),
            AssignInd => (Use, Use, Def, No, No),
            AddRR | AddRK | AddRRV | AddRKV | SubRR | SubRK | SubRRV | SubRKV | MulRR | MulRK | MulRRV
            | MulRKV | Binary | BinaryV | ModRR | ModRK | BandRR | BandRK | BorRR | BxorRR | ShlRK
            | ShrRK | Concat | Eq | Ne | Identical | NotIdentical | Lt | Le | Spaceship | BoolXor
            | CaseEq | CaseIdentical | IdenticalStr | NotIdenticalStr | EqStr | NeStr | CaseEqStr
            | CaseIdenticalStr | IdenticalTag | NotIdenticalTag | FetchDimRR | FetchDimRK | FetchDim
            | FetchList | IssetDim | ArrayKeyExists => (Def, Use, Use, No, No),
            InstanceOf => (Def, Use, Use, No, No),
            ConcatAssign => (Change, Use, Def, No, No),
            AssignOpR => (Change, Use, Def, No, No),
            AssignOpInd => (Use, Use, Def, No, No),
            PreInc | PreDec => (Change, No, No, No, No),
            IncDecR => (Change, Def, No, No, No),
            IncDecInd => (Use, Def, No, No, No),
            LoopLtRR | LoopLtRK | LoopLeRR | LoopLeRK | LoopGtRK | LoopGeRK | JmpLtRR | JmpLtRK
            | JmpNltRR | JmpNltRK | JmpLeRR | JmpLeRK | JmpNleRR | JmpNleRK | JmpGtRK | JmpNgtRK
            | JmpGeRK | JmpNgeRK | JmpEq | JmpNe | JmpIdentical | JmpNotIdentical | JmpIdenticalStr
            | JmpNotIdenticalStr | JmpEqStr | JmpNeStr | JmpIdenticalTag | JmpNotIdenticalTag | JmpEqBool
            | JmpNeBool => (No, Use, Use, No, No),
            JmpNull => (Use, Def, No, No, No),
            AddElem => (Change, Use, Use, No, No),
            AddNext | AddUnpack | SetElem => (Change, Use, No, No, No),
            FetchDimW => (Def, Change, Use, No, No),
            AssignDimR => (Change, Use, Use, Def, No),
            AssignDimK | AssignDimNext => (Change, No, Use, Def, No),
            UnsetDim => (Change, Use, No, No, No),
            UnsetV => (Def, No, No, No, No),
            AssignDimOp => (Change, Use, Use, Def, No),
            AssignPropOp => (Use, Use, No, Use, Def),
            IncDecProp => (Use, Def, No, Use, No),
            UnsetProp => (Use, No, No, Use, No),
            IssetV => (Use, Def, No, No, No),
            AssignProp => (Use, Use, Def, No, No),
            AssignThisProp => (No, Use, Def, No, No),
            FetchPropDyn => (Def, Use, No, Use, No),
            AssignPropDyn => (Use, Use, Def, Use, No),
            IssetProp => (Def, Use, No, Use, No),
            FetchStaticProp => (Def, No, Use, Use, No),
            IssetStaticProp => (Def, No, Use, Use, No),
            FetchClassConst => (Def, No, Use, Use, No),
            DeclConst => (No, Use, No, No, No),
            InitFn | InitCtor | InitParentHook => (Def, No, No, No, No),
            InitDyn | InitUser | InitMethod => (Def, Use, No, No, No),
            InitMethodDyn => (Def, Use, No, Use, No),
            InitStatic2 => (Def, Use, No, No, No),
            InitStaticDyn => (Def, Use, No, Use, No),
            New => (Def, Def, Use, No, No),
            SendVar => (Def, Escape, No, No, No),
            SendRef => (Def, Escape, No, No, No),
            CallArray => (Def, No, Use, No, No),
            ArgsAdd | ArgsUnpack => (Change, No, Use, No, No),
            VerifyRet => (Change, No, No, No, No),
            FeFetch => (Use, Def, Def, No, No),
            Catch => (Def, No, No, No, No),
            Yield => (Def, Use, Use, No, No),
            BindUse if i.x != 1 => (Change, Use, No, No, No),
            FeResetRef | MakeRef | FetchCvW | FetchPropW => (Def, Escape, No, No, No),
            BindGlobal | BindStatic => (Escape, No, No, No, No),
            InitStatic => (Escape, No, Use, No, No),
            _ => (Escape, Escape, Escape, Escape, Escape),
        };
    // Two ops keep their result slot in the upper half of x.
    let (xo, yo) = match i.op {
        AssignDimOp => ((i.x >> 16) as u16, NONE),
        _ => (i.x as u16, i.y as u16),
    };
    [(a, i.a), (b, i.b), (c, i.c), (x, xo), (y, yo)]
}

/// Slots named by an instruction, with their roles. Result slots that are absent are left out.
pub fn slots(i: &I) -> impl Iterator<Item = (Role, usize)> {
    roles(i)
        .into_iter()
        .filter(|&(r, o)| r != No && o != NONE && !(r == Use && o >= 0xFFFD))
        .filter_map(|(r, o)| slot_of(o).map(|s| (r, s)))
}
