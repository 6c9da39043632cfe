/// Why an offer or an answer cannot be used: what to tell the peer and what to tell a person.
package struct OfferRefusal: Error, Hashable, Sendable {
    /// The response to an INVITE or UPDATE with the offer; for an answer, the cause to end the call with.
    package var status: Int
    /// The code for a Warning header field (RFC 3261 §20.43); nil when none fits.
    package var warningCode: Int?
    /// One sentence that names the line or field. Printable ASCII without quotes, so it fits into a quoted string.
    package var sentence: String

    /// A refusal; what a quoted string cannot hold is replaced in the sentence, and its length is bounded.
    package init(status: Int, warningCode: Int? = nil, sentence: String) {
        (self.status, self.warningCode) = (status, warningCode)
        self.sentence = printable(sentence.utf8)
    }

    init(_ error: SDPError) { self.init(status: 400, warningCode: 399, sentence: "SDP: \(error.sentence)") }

    static func notAcceptable(_ warning: Int, _ sentence: String) -> Self {
        .init(status: 488, warningCode: warning, sentence: sentence)
    }
}

/// At most 300 bytes of text from a peer or of ours, with everything that a quoted string cannot hold replaced.
private func printable(_ bytes: some Sequence<UInt8>) -> String {
    let safe = bytes.prefix(300).map { byte -> UInt8 in
        byte < 0x20 || byte > 0x7e || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 0x3f : byte
    }
    return String(decoding: safe, as: UTF8.self)
}
