/// How the end of a message is known.
package enum Framing: Sendable {
    /// The datagram or WebSocket frame ends it: Content-Length may be missing, and must not exceed what is there (§18.3).
    case datagram
    /// Content-Length ends it: without one there is no body.
    case stream
}

/// The fields that decide how a message is handled, read while it is parsed; the first of each name counts.
struct KeyFields: Sendable {
    var topViaParts = ViaParts()
    var fromParts = NameAddrParts()
    var toParts = NameAddrParts()
    /// Of the first Contact; may be the wildcard.
    var contactParts = NameAddrParts()
    var cseq: CSeq?
    var callID = Extent.none
    var contentLength: Int?
    var maxForwards: Int?
    /// Which names occur at all.
    var present = HeaderNameSet()

    var topVia: ViaParts? { topViaParts.isPresent ? topViaParts : nil }
    var from: NameAddrParts? { fromParts.isPresent ? fromParts : nil }
    var to: NameAddrParts? { toParts.isPresent ? toParts : nil }
}

/// The first line of a message.
struct StartLine: Sendable {
    var method: Method?
    var requestURI = Extent.none
    var uri: URIParts?
    var statusCode = 0
    var reasonPhrase = Extent.none
}

/// What a message consists of, shared by all copies of it.
final class MessageContents: Sendable {
    let bytes: [UInt8]
    let headers: [Header]
    let faults: [Fault]
    let startLine: StartLine
    let key: KeyFields
    let body: Range<Int>
    /// Whether the header holds line ends within values, tabs or other control characters.
    let hasControls: Bool

    init(
        bytes: [UInt8], headers: [Header], faults: [Fault], startLine: StartLine, key: KeyFields, body: Range<Int>,
        hasControls: Bool
    ) {
        (self.bytes, self.headers, self.faults) = (bytes, headers, faults)
        (self.startLine, self.key, self.body, self.hasControls) = (startLine, key, body, hasControls)
    }
}
