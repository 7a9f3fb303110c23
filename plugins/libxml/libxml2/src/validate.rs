//! Whether documents are valid, and XInclude.

use crate::messages::library_teller;
use crate::text::CText;
use crate::{Document, sys};

/// Where a schema is from.
#[derive(Clone, Copy)]
pub enum Schema<'a> {
    /// A file or URL.
    File(&'a [u8]),
    /// A text.
    Text(&'a [u8]),
}

/// Why a document could not be validated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The schema is wrong.
    Schema,
    /// Nothing to validate with could be made.
    Context,
}

fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Whether a document fits the DTD that it names.
pub fn by_dtd(doc: &Document) -> bool {
    // SAFETY: a live document; the context is freed here.
    unsafe {
        let context = sys::xmlNewValidCtxt();
        if context.is_null() {
            return false;
        }
        (*context).userData = core::ptr::null_mut();
        (*context).error = Some(library_teller());
        (*context).warning = Some(library_teller());
        let valid = sys::xmlValidateDocument(context, doc.raw());
        sys::xmlFreeValidCtxt(context);
        valid != 0
    }
}

/// Whether a document fits an XML Schema; `create`: default values are put into the document.
pub fn by_schema(doc: &Document, schema: Schema<'_>, create: bool) -> Result<bool, Failure> {
    // SAFETY: a live document and texts; all that is made is freed here.
    unsafe {
        let file;
        let parser = match schema {
            Schema::File(name) => {
                file = CText::new(name);
                sys::xmlSchemaNewParserCtxt(file.c())
            }
            Schema::Text(text) => sys::xmlSchemaNewMemParserCtxt(text.as_ptr().cast(), int(text.len())),
        };
        let teller = Some(library_teller());
        sys::xmlSchemaSetParserErrors(parser, teller, teller, parser.cast());
        let schema = sys::xmlSchemaParse(parser);
        sys::xmlSchemaFreeParserCtxt(parser);
        if schema.is_null() {
            return Err(Failure::Schema);
        }
        let context = sys::xmlSchemaNewValidCtxt(schema);
        if context.is_null() {
            sys::xmlSchemaFree(schema);
            return Err(Failure::Context);
        }
        sys::xmlSchemaSetValidOptions(context, create.into());
        sys::xmlSchemaSetValidErrors(context, teller, teller, context.cast());
        let status = sys::xmlSchemaValidateDoc(context, doc.raw());
        sys::xmlSchemaFree(schema);
        sys::xmlSchemaFreeValidCtxt(context);
        Ok(status == 0)
    }
}

/// A schema of RELAX NG, or null; `place`: errors are told as those of the parser that they are.
///
/// # Safety
/// The schema is the caller's to free.
pub(crate) unsafe fn parse_relax_ng(schema: Schema<'_>, place: bool) -> *mut sys::xmlRelaxNG {
    // SAFETY: live texts; the parser is freed here.
    unsafe {
        let file;
        let parser = match schema {
            Schema::File(name) => {
                file = CText::new(name);
                sys::xmlRelaxNGNewParserCtxt(file.c())
            }
            Schema::Text(text) => sys::xmlRelaxNGNewMemParserCtxt(text.as_ptr().cast(), int(text.len())),
        };
        if place {
            let teller = Some(library_teller());
            sys::xmlRelaxNGSetParserErrors(parser, teller, teller, parser.cast());
        }
        let schema = sys::xmlRelaxNGParse(parser);
        sys::xmlRelaxNGFreeParserCtxt(parser);
        schema
    }
}

/// Whether a document fits a schema of RELAX NG.
pub fn by_relax_ng(doc: &Document, schema: Schema<'_>) -> Result<bool, Failure> {
    // SAFETY: a live document and texts; all that is made is freed here.
    unsafe {
        let teller = Some(library_teller());
        let schema = parse_relax_ng(schema, true);
        if schema.is_null() {
            return Err(Failure::Schema);
        }
        let context = sys::xmlRelaxNGNewValidCtxt(schema);
        if context.is_null() {
            sys::xmlRelaxNGFree(schema);
            return Err(Failure::Context);
        }
        sys::xmlRelaxNGSetValidErrors(context, teller, teller, context.cast());
        let status = sys::xmlRelaxNGValidateDoc(context, doc.raw());
        sys::xmlRelaxNGFree(schema);
        sys::xmlRelaxNGFreeValidCtxt(context);
        Ok(status == 0)
    }
}

/// Replaces what says to be included; the number of replacements, negative when it failed.
pub fn include(doc: &Document, options: i32) -> i64 {
    // SAFETY: a live document.
    unsafe { sys::xmlXIncludeProcessFlags(doc.raw(), options).into() }
}
