/// A SIP message: its bytes, and where the parts are (RFC 3261 §7).
///
/// Immutable and cheap to copy. What decides how a message is handled is read and checked when it is parsed; anything else
/// is read when asked for.
package struct Message: Sendable {
    let contents: MessageContents

    init(_ contents: MessageContents) { self.contents = contents }

    /// Reads a message. Throws only when nothing like SIP can be made of the bytes; anything else that is wrong is noted
    /// in `faults`, so that a request can be answered.
    package init(parsing bytes: [UInt8], framing: Framing) throws(ParseError) {
        contents = try MessageParser.parse(bytes, framing)
    }

    package var bytes: [UInt8] { contents.bytes }

    /// What is wrong, in order of offset; empty when the message is valid.
    package var faults: [Fault] { contents.faults }

    package var isRequest: Bool { contents.startLine.method != nil }

    /// Of a request its own method, of a response that of CSeq; an empty token when that is missing.
    package var method: Method { contents.startLine.method ?? contents.key.cseq?.method ?? .other([]) }

    /// 0 in a request.
    package var statusCode: Int { contents.startLine.statusCode }

    package var reasonPhrase: Range<Int> { contents.startLine.reasonPhrase.range }

    /// The Request-URI as written; empty in a response.
    package var requestURI: Range<Int> { contents.startLine.requestURI.range }

    /// Nil when the scheme is neither sip nor sips (416) or the URI is malformed (400).
    package var requestSIPURI: SIPURI? {
        guard let parts = contents.startLine.uri, parts.scheme != .other else { return nil }
        return SIPURI(parts, of: contents.bytes)
    }

    /// The header fields in wire order.
    package var headers: [Header] { contents.headers }

    /// The body, cut at Content-Length.
    package var body: ArraySlice<UInt8> { contents.bytes[contents.body] }

    /// Where the body is.
    package var bodyRange: Range<Int> { contents.body }

    package func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> { contents.bytes[range] }

    /// The text of a range for a person: folding undone, bytes that are not UTF-8 replaced.
    package func string(_ range: Range<Int>) -> String { unfolded(contents.bytes[range]).text }

    package var callID: CallID? { contents.key.callID.optionalRange.map { CallID(contents.bytes[$0]) } }

    /// Whether the message carries this Call-ID.
    package func isOf(_ callID: CallID) -> Bool {
        contents.key.callID.isPresent && contents.bytes[contents.key.callID.range].elementsEqual(callID.bytes)
    }

    /// Whether the first Contact is a SIP or SIPS URI.
    package var hasSIPContact: Bool {
        let parts = contents.key.contactParts
        return parts.isPresent && !parts.isWildcard && parts.uri.scheme != .other
    }

    package var cseq: CSeq? { contents.key.cseq }

    package var fromTag: Tag? { tag(contents.key.fromParts) }

    package var toTag: Tag? { tag(contents.key.toParts) }

    package var topVia: Via? {
        contents.key.topViaParts.isPresent ? Via(contents.key.topViaParts, of: contents.bytes) : nil
    }

    package var from: NameAddr? { address(contents.key.fromParts) }

    package var to: NameAddr? { address(contents.key.toParts) }

    /// The first Contact; nil when there is none, when it is malformed or `*`.
    package var contact: NameAddr? { address(contents.key.contactParts) }

    /// Nil when there is none or it is malformed.
    package var contentLength: Int? { contents.key.contentLength }

    /// Nil when there is none, or it is malformed; 70 when it is above 255 (RFC 4475 §3.1.2.4).
    package var maxForwards: Int? { contents.key.maxForwards }

    private func address(_ parts: NameAddrParts) -> NameAddr? {
        parts.isPresent && !parts.isWildcard ? NameAddr(parts, of: contents.bytes) : nil
    }

    private func tag(_ parts: NameAddrParts) -> Tag? {
        guard parts.isPresent, parts.tag.isPresent else { return nil }
        return Tag(contents.bytes[parts.tag.range])
    }
}
