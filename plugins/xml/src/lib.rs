//! The xml extension: documents parsed piece by piece, with handlers for what is in them.

mod functions;
mod options;
mod parser;
mod structure;

use plugin_api::{Info, constants, php_module};

constants! {
    CONSTANTS;
    int XML_ERROR_NONE = 0;
    int XML_ERROR_NO_MEMORY = 1;
    int XML_ERROR_SYNTAX = 2;
    int XML_ERROR_NO_ELEMENTS = 3;
    int XML_ERROR_INVALID_TOKEN = 4;
    int XML_ERROR_UNCLOSED_TOKEN = 5;
    int XML_ERROR_PARTIAL_CHAR = 6;
    int XML_ERROR_TAG_MISMATCH = 7;
    int XML_ERROR_DUPLICATE_ATTRIBUTE = 8;
    int XML_ERROR_JUNK_AFTER_DOC_ELEMENT = 9;
    int XML_ERROR_PARAM_ENTITY_REF = 10;
    int XML_ERROR_UNDEFINED_ENTITY = 11;
    int XML_ERROR_RECURSIVE_ENTITY_REF = 12;
    int XML_ERROR_ASYNC_ENTITY = 13;
    int XML_ERROR_BAD_CHAR_REF = 14;
    int XML_ERROR_BINARY_ENTITY_REF = 15;
    int XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF = 16;
    int XML_ERROR_MISPLACED_XML_PI = 17;
    int XML_ERROR_UNKNOWN_ENCODING = 18;
    int XML_ERROR_INCORRECT_ENCODING = 19;
    int XML_ERROR_UNCLOSED_CDATA_SECTION = 20;
    int XML_ERROR_EXTERNAL_ENTITY_HANDLING = 21;
    int XML_OPTION_CASE_FOLDING = options::CASE_FOLDING;
    int XML_OPTION_TARGET_ENCODING = options::TARGET_ENCODING;
    int XML_OPTION_SKIP_TAGSTART = options::SKIP_TAGSTART;
    int XML_OPTION_SKIP_WHITE = options::SKIP_WHITE;
    int XML_OPTION_PARSE_HUGE = options::PARSE_HUGE;
    string XML_SAX_IMPL = "libxml";
}

fn info(t: &mut Info) {
    t.row("XML Support", "active");
    t.row("XML Namespace Support", "active");
    let v = howdah_libxml2::version();
    t.row("libxml2 Version", &format!("{}.{}.{}", v / 10000, v / 100 % 100, v % 100));
}

php_module! {
    name: "xml",
    version: "8.4.24",
    requires: ["libxml"],
    functions: [
        functions::{
            xml_parser_create, xml_parser_create_ns, xml_set_object, xml_set_element_handler,
            xml_set_character_data_handler, xml_set_processing_instruction_handler, xml_set_default_handler,
            xml_set_unparsed_entity_decl_handler, xml_set_notation_decl_handler,
            xml_set_external_entity_ref_handler, xml_set_start_namespace_decl_handler,
            xml_set_end_namespace_decl_handler, xml_parse, xml_parse_into_struct, xml_get_error_code,
            xml_error_string, xml_get_current_line_number, xml_get_current_column_number,
            xml_get_current_byte_index, xml_parser_free
        },
        options::{xml_parser_set_option, xml_parser_get_option}
    ],
    classes: [parser::XMLParser],
    constants: [CONSTANTS],
    minfo: info,
}
