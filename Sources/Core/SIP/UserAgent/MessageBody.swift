/// What the body of a message is to us (RFC 3261 §8.2.3, §20.11 to §20.15).
extension Message {
    /// The session description that a request carries; empty when it carries none. A body that we do not understand and that is
    /// optional counts for nothing.
    var sessionDescription: ArraySlice<UInt8> { unreadableBody == nil ? body : [] }

    /// Why a request must be refused with 415 for its body, and the header field that says what would be understood; nil when
    /// nothing is wrong, or the body is optional.
    var unsupportedBody: (reason: String, accepted: (HeaderName, String))? { hasOptionalBody ? nil : unreadableBody }

    private var unreadableBody: (reason: String, accepted: (HeaderName, String))? {
        guard !body.isEmpty else { return nil }
        if let type = first(.contentType), !mediaType(type, is: "application/sdp") {
            return ("the body is \(string(type)), not application/sdp", (.accept, "application/sdp"))
        }
        if let coding = values(.contentEncoding).first(where: { !bytes($0).equalsIgnoringCase("identity") }) {
            return ("the body is encoded with \(string(coding))", (.acceptEncoding, "identity"))
        }
        return nil
    }

    /// Whether Content-Disposition lets a body that is not understood go by; `required` is the default (§20.11).
    private var hasOptionalBody: Bool {
        guard let disposition = first(.contentDisposition) else { return false }
        let parameters = Parameters(bytes(disposition).drop { $0 != UInt8(ascii: ";") })
        return parameters["handling"]?.equalsIgnoringCase("optional") ?? false
    }

    /// Whether a Content-Type or Accept value names this media type or a range that holds it (RFC 3261 §20.1, §20.15).
    func mediaType(_ value: Range<Int>, is type: StaticString) -> Bool {
        var name = bytes(value).prefix { $0 != UInt8(ascii: ";") }
        while let last = name.last, last.isIn(.lws) { name = name.dropLast() }
        if name.equalsIgnoringCase(type) { return true }
        let ranges: [StaticString] = ["*/*", "application/*"]
        let compact = name.filter { !$0.isIn(.lws) }
        return compact.equalsIgnoringCase(type) || ranges.contains { compact.equalsIgnoringCase($0) }
    }
}
