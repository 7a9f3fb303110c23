//! Names of entities: which ones HTML 4 has, and which of several names PHP writes for a character.

/// Entities of HTML 4.01 and XHTML 1.0, in the order of their characters.
pub const HTML4: &str = "\
    quot amp lt gt nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
    sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde \
    Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc \
    Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring \
    aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml \
    divide oslash ugrave uacute ucirc uuml yacute thorn yuml OElig oelig Scaron scaron Yuml fnof circ tilde Alpha \
    Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau Upsilon Phi Chi \
    Psi Omega alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma \
    tau upsilon phi chi psi omega thetasym upsih piv ensp emsp thinsp zwnj zwj lrm rlm ndash mdash lsquo rsquo \
    sbquo ldquo rdquo bdquo dagger Dagger bull hellip permil prime Prime lsaquo rsaquo oline frasl euro image \
    weierp real trade alefsym larr uarr rarr darr harr crarr lArr uArr rArr dArr hArr forall part exist empty \
    nabla isin notin ni prod sum minus lowast radic prop infin ang and or cap cup int there4 sim cong asymp ne \
    equiv le ge sub sup nsub sube supe oplus otimes perp sdot lceil rceil lfloor rfloor lang rang loz spades clubs \
    hearts diams \
    ";

/// Names that PHP writes though another name of the same character comes first in the alphabet.
pub const PREFERRED: &str = "\
    quot amp lt gt rsqb lowbar grave vert rcub nbsp DoubleDot copy reg plusmn half divide inodot dot sigmav upsih \
    straightphi gammad varkappa straightepsilon hairsp ZeroWidthSpace hyphen rsquo sbquo rdquo oline af ic \
    complexes planck imagline lagran naturals wp primes rationals realine Rfr trade Bscr Cfr expectation orderof \
    aleph exponentiale larr uarr srarr darr harr nwarrow swarr nleftarrow twoheadrightarrow map larrhk rarrhk \
    nleftrightarrow rsh curvearrowleft olarr orarr leftharpoonup leftharpoondown uharl rharu rhard dharl \
    rightleftarrows udarr lrarr llarr rrarr downdownarrows leftrightharpoons rightleftharpoons nhArr nrArr Implies \
    Downarrow hArr Updownarrow lAarr rAarr forall part nexist nabla isinv notin notniva prod sum plusdo ssetmn \
    compfn prop angle mid nshortmid shortparallel nparallel tint DoubleContourIntegral cwconint awconint there4 \
    minusd sim bsim wr esim nesim simeq nsime ncong approx napprox bcong bump nbump nbumpe esdot fallingdotseq \
    risingdotseq coloneq eqcolon leq ge lE geqq lneqq gneqq ll nLtv gg ngtr ngeq nlsim ngsim lessgtr gl ntlg prec \
    succ succcurlyeq precsim npr vnsub sup nsupset supe subsetneq vsubne supsetneq vsupne sqsub sqsupset sqcap \
    sqcup ominus ocir oast odash timesb sdotb vdash dashv perp vartriangleleft vrtri mumap xwedge xvee bigcap \
    bigcup diamond divonx lthree rthree Supset pitchfork gtrdot lesseqgtr gtreqless curlyeqprec nltri \
    ntriangleright nltrie doublebarwedge lceil ulcorner urcorner llcorner bbrk oS squarf triangledown lozenge \
    starf spadesuit maltese langle longleftarrow xlArr xhArr xmap drbkarow searhk swarhk toea udhar lozf xodot \
    iprod les nles ges nges lesseqqgtr preceq precapprox succapprox succnapprox supseteqq nsupseteqq subsetneqq \
    vsubnE \
    ";
