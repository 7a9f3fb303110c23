//! Compiles the grammar of date strings (`data/grammar.txt`) into the table of a deterministic automaton.
//!
//! Two files are written: `rules.rs`, the enum of the tokens, and `automaton.bin`: the number of byte classes, the class
//! of each byte, then for every state the token that ends before the byte just read (0 for none, else its number plus
//! one) and the following state for each class. Numbers are little-endian and 16 bits wide, but for the byte classes.
//! State 0 accepts nothing any more; state 1 is the first.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, error, fs};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};

fn main() -> Result<(), Box<dyn error::Error>> {
    println!("cargo::rerun-if-changed=data/grammar.txt");
    println!("cargo::rerun-if-changed=build.rs");
    let directory = env::var("OUT_DIR")?;
    let tokens = read_grammar(&fs::read_to_string("data/grammar.txt")?)?;
    fs::write(Path::new(&directory).join("rules.rs"), enum_of(&tokens)?)?;
    fs::write(Path::new(&directory).join("automaton.bin"), automaton(&tokens)?)?;
    Ok(())
}

/// The tokens with their patterns, fragments put in.
fn read_grammar(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut fragments: HashMap<String, String> = HashMap::new();
    let mut tokens = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, separator) = match line.find([' ', ':']).ok_or("no name")? {
            end if line[end..].starts_with(" = ") => (&line[..end], " = "),
            end => (&line[..end], ": "),
        };
        let mut pattern = String::new();
        let mut rest =
            line[name.len()..].strip_prefix(separator).ok_or_else(|| format!("no pattern: {line}"))?;
        while let Some(open) = rest.find('{') {
            let close = open + rest[open..].find('}').ok_or("no closing brace")?;
            let reference = &rest[open + 1..close];
            pattern.push_str(&rest[..open]);
            match fragments.get(reference) {
                Some(fragment) => write!(pattern, "(?:{fragment})").map_err(|error| error.to_string())?,
                None if reference.starts_with(|first: char| first.is_ascii_digit()) => {
                    pattern.push_str(&rest[open..=close])
                }
                None => return Err(format!("unknown fragment {reference}")),
            }
            rest = &rest[close + 1..];
        }
        pattern.push_str(rest);
        if separator == " = " {
            fragments.insert(name.to_owned(), pattern);
        } else {
            tokens.push((name.to_owned(), pattern));
        }
    }
    Ok(tokens)
}

fn enum_of(tokens: &[(String, String)]) -> Result<String, std::fmt::Error> {
    let mut source = String::from(
        "/// A token of a date string.\n#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub(in crate::parse) enum Token {\n",
    );
    for (name, _) in tokens {
        writeln!(source, "    {name},")?;
    }
    writeln!(
        source,
        "}}\n\n/// Every token, by its number.\npub(in crate::parse) static TOKENS: [Token; {}] = [",
        tokens.len()
    )?;
    for (name, _) in tokens {
        writeln!(source, "    Token::{name},")?;
    }
    source.push_str("];\n");
    Ok(source)
}

fn automaton(tokens: &[(String, String)]) -> Result<Vec<u8>, Box<dyn error::Error>> {
    let patterns: Vec<&str> = tokens.iter().map(|(_, pattern)| pattern.as_str()).collect();
    let dfa = dense::Builder::new()
        .configure(
            dense::Config::new().match_kind(MatchKind::All).start_kind(StartKind::Anchored).minimize(true),
        )
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .thompson(thompson::Config::new().utf8(false))
        .build_many(&patterns)?;
    let first = dfa.start_state(&start::Config::new().anchored(Anchored::Yes))?;

    let mut states = vec![first];
    let mut numbers = HashMap::from([(first, 1u16)]);
    let mut rows: Vec<Vec<u16>> = Vec::new();
    while let Some(&state) = states.get(rows.len()) {
        let row =
            (0..=255u8).map(|byte| number_of(&dfa, dfa.next_state(state, byte), &mut states, &mut numbers));
        rows.push(row.collect());
    }
    Ok(encode(&dfa, &states, &rows))
}

fn number_of(
    dfa: &dense::DFA<Vec<u32>>,
    state: StateID,
    states: &mut Vec<StateID>,
    numbers: &mut HashMap<StateID, u16>,
) -> u16 {
    if dfa.is_dead_state(state) {
        return 0;
    }
    *numbers.entry(state).or_insert_with(|| {
        states.push(state);
        states.len() as u16
    })
}

fn encode(dfa: &dense::DFA<Vec<u32>>, states: &[StateID], rows: &[Vec<u16>]) -> Vec<u8> {
    let mut columns: Vec<Vec<u16>> = Vec::new();
    let classes: Vec<u8> = (0..256)
        .map(|byte| {
            let column: Vec<u16> = rows.iter().map(|row| row[byte]).collect();
            let known = columns.iter().position(|known| *known == column);
            known.unwrap_or_else(|| {
                columns.push(column);
                columns.len() - 1
            }) as u8
        })
        .collect();
    let mut bytes = vec![columns.len() as u8];
    bytes.extend(classes);
    bytes.extend(vec![0; 2 * (columns.len() + 1)]);
    for (index, &state) in states.iter().enumerate() {
        let token =
            if dfa.is_match_state(state) { dfa.match_pattern(state, 0).as_u32() as u16 + 1 } else { 0 };
        bytes.extend(token.to_le_bytes());
        bytes.extend(columns.iter().flat_map(|column| column[index].to_le_bytes()));
    }
    bytes
}
