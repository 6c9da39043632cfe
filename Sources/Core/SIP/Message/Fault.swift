/// What is wrong with a message, and at which byte.
///
/// A request with faults is answered with 400 (505 for `.unsupportedVersion`); a response with faults is dropped.
package struct Fault: Error, Hashable, Sendable {
    /// The fault in the words of RFC 3261. The raw values appear in JSON and logs and never change.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        // Start line.
        case notSIP = "not_sip"
        case malformedRequestLine = "malformed_request_line"
        case malformedStatusLine = "malformed_status_line"
        case malformedMethod = "malformed_method"
        case missingVersion = "missing_version"
        case unsupportedVersion = "unsupported_version"
        case statusCodeOutOfRange = "status_code_out_of_range"
        case malformedRequestURI = "malformed_request_uri"
        // Header fields as such.
        case missingColon = "missing_colon"
        case malformedHeaderName = "malformed_header_name"
        case continuationWithoutHeader = "continuation_without_header"
        case controlCharacter = "control_character"
        case unfinishedHeader = "unfinished_header"
        case duplicateHeader = "duplicate_header"
        case missingVia = "missing_via"
        case missingFrom = "missing_from"
        case missingTo = "missing_to"
        case missingCallID = "missing_call_id"
        case missingCSeq = "missing_cseq"
        // Values.
        case malformedVia = "malformed_via"
        case malformedAddress = "malformed_address"
        case malformedParameter = "malformed_parameter"
        case malformedURI = "malformed_uri"
        case malformedHost = "malformed_host"
        case portOutOfRange = "port_out_of_range"
        case unterminatedQuotedString = "unterminated_quoted_string"
        case malformedCallID = "malformed_call_id"
        case malformedCSeq = "malformed_cseq"
        case cseqOutOfRange = "cseq_out_of_range"
        case cseqMethodMismatch = "cseq_method_mismatch"
        case malformedMaxForwards = "malformed_max_forwards"
        case malformedOptionTag = "malformed_option_tag"
        // Framing.
        case malformedContentLength = "malformed_content_length"
        case conflictingContentLength = "conflicting_content_length"
        case bodyShorterThanContentLength = "body_shorter_than_content_length"
        case messageTooLarge = "message_too_large"
        case headerLineTooLong = "header_line_too_long"
        case tooManyHeaders = "too_many_headers"
    }

    package var reason: Reason
    /// The offset of the first byte that is wrong, from the start of the message.
    package var offset: Int

    @inline(__always)
    package init(_ reason: Reason, offset: Int) { (self.reason, self.offset) = (reason, offset) }
}

/// Why no message could be made of some bytes at all.
package typealias ParseError = Fault

/// The bounds of a message (64 KiB is what a datagram can carry).
package enum MessageLimits {
    /// The largest message in bytes, body included.
    package static let messageBytes = 65_536
    /// The longest start line or header field in bytes, its continuation lines included.
    package static let headerLineBytes = 8_192
    /// The largest number of header fields.
    package static let headerFields = 256
}

extension Fault {
    /// One sentence for a person, naming the byte.
    package var sentence: String { "\(reason.phrase) (byte \(offset))" }
}

extension Fault.Reason {
    /// What is wrong, in words for a person.
    package var phrase: String {
        switch self {
        case .notSIP: "the first line is neither a SIP request line nor a SIP status line"
        case .malformedRequestLine: "the request line is not method, URI and version separated by single spaces"
        case .malformedStatusLine: "the status line is not version, code and phrase separated by single spaces"
        case .malformedMethod: "the method is not a token"
        case .missingVersion: "the request line has no SIP version"
        case .unsupportedVersion: "the SIP version is not 2.0"
        case .statusCodeOutOfRange: "the status code is not between 100 and 699"
        case .malformedRequestURI: "the Request-URI is malformed"
        case .missingColon: "a header field has no colon"
        case .malformedHeaderName: "the name of a header field is not a token"
        case .continuationWithoutHeader: "a continuation line follows no header field"
        case .controlCharacter: "a header field holds a control character"
        case .unfinishedHeader: "no empty line ends the header"
        case .duplicateHeader: "a header field that may occur once occurs again"
        case .missingVia: "Via is missing"
        case .missingFrom: "From is missing"
        case .missingTo: "To is missing"
        case .missingCallID: "Call-ID is missing"
        case .missingCSeq: "CSeq is missing"
        case .malformedVia: "a Via value is malformed"
        case .malformedAddress: "an address is malformed"
        case .malformedParameter: "a parameter is malformed"
        case .malformedURI: "a SIP URI is malformed"
        case .malformedHost: "a host is neither a name nor an IP address"
        case .portOutOfRange: "a port is not between 0 and 65535"
        case .unterminatedQuotedString: "a quoted string has no end"
        case .malformedCallID: "Call-ID is malformed"
        case .malformedCSeq: "CSeq is not a number and a method"
        case .cseqOutOfRange: "CSeq is above 2147483647"
        case .cseqMethodMismatch: "the method of CSeq is not the method of the request"
        case .malformedMaxForwards: "Max-Forwards is not a number"
        case .malformedOptionTag: "an option tag is not a token"
        case .malformedContentLength: "Content-Length is not a number"
        case .conflictingContentLength: "two Content-Length values differ"
        case .bodyShorterThanContentLength: "the body is shorter than Content-Length says"
        case .messageTooLarge: "the message is larger than 65536 bytes"
        case .headerLineTooLong: "the start line or a header field is longer than 8192 bytes"
        case .tooManyHeaders: "there are more than 256 header fields"
        }
    }
}
