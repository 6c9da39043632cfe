import CYAML
import Core

/// libyaml's event stream over one text.
@safe
struct YAMLParser: ~Copyable {
    /// An event with the place it begins at.
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case scalar(String, isQuoted: Bool, anchor: String?)
            case listStart(anchor: String?)
            case listEnd
            case mapStart(anchor: String?)
            case mapEnd
            case alias(String)
        }

        var kind: Kind
        var position: ConfigurationNode.Position
    }

    // libyaml keeps pointers to both, so they must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    private let text: [UInt8]

    init(_ text: [UInt8]) {
        self.text = text
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: max(text.count, 1))
        _ = unsafe input.initialize(from: text)
        unsafe yaml_parser_initialize(parser)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event. After the end of the stream it must not be called again.
    mutating func next() throws(ConfigurationFault) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) != 0 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Event(kind: Self.kind(event), position: Self.position(event.start_mark))
    }

    private static func kind(_ event: yaml_event_t) -> Event.Kind {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_SEQUENCE_START_EVENT: return unsafe .listStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_START_EVENT: return unsafe .mapStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: return .mapEnd
        case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let isQuoted = unsafe scalar.style != YAML_PLAIN_SCALAR_STYLE
            return unsafe .scalar(
                String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted, anchor: text(scalar.anchor))
        default: return .streamStart
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private static func position(_ mark: yaml_mark_t) -> ConfigurationNode.Position {
        .init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// What libyaml found, in its words; the commonest mistakes in ours.
    private func failure() -> ConfigurationFault {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "cannot be read"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            return ConfigurationFault(
                .notYAML("\(problem): the file must be UTF-8 without control characters"),
                at: unsafe place(ofByte: parser.pointee.problem_offset))
        }
        let position = unsafe Self.position(parser.pointee.problem_mark)
        if let tab = tabBefore(position) {
            return ConfigurationFault(
                .notYAML("a tab stands where YAML wants blanks: indent with blanks only"), at: tab)
        }
        return ConfigurationFault(.notYAML(Self.advice(problem)), at: position)
    }

    private static func advice(_ problem: String) -> String {
        switch problem {
        case "mapping values are not allowed in this context":
            "a second ':' on the line, or a wrong indent: put the value in quotes, or align the key with its siblings"
        case "did not find expected key":
            "this is neither a key of the group above nor of one around it: check the indent"
        case "could not find expected ':'": "a key without ':' after it"
        case "found character that cannot start any token":
            "a value may not begin with this character: put it in quotes"
        case "found unexpected end of stream": "a quote or bracket is not closed"
        default: problem
        }
    }

    /// The first tab in the indent of the line, or at the place itself.
    private func tabBefore(_ position: ConfigurationNode.Position) -> ConfigurationNode.Position? {
        var line = 1
        var column = 1
        for byte in text {
            if line == position.line, byte == 0x09 { return .init(line: line, column: column) }
            if line == position.line, byte != 0x20, column >= position.column { return nil }
            if byte == 0x0a {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
            if line > position.line { return nil }
        }
        return nil
    }

    private func place(ofByte offset: Int) -> ConfigurationNode.Position {
        var place = ConfigurationNode.Position(line: 1, column: 1)
        for byte in text.prefix(offset) {
            if byte == 0x0a { place = .init(line: place.line + 1, column: 1) } else { place.column += 1 }
        }
        return place
    }
}
