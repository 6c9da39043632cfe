/// What tells which transaction a message belongs to (RFC 3261 §17.1.3 and §17.2.3).
///
/// Server keys hold the top Via's branch and sent-by and the method, ACK counting as INVITE; client keys the branch, which we
/// chose, and the CSeq method. The two kinds are never equal. A request whose branch has no magic cookie is told apart by the
/// fields that RFC 2543 had: Request-URI, From tag, To tag, Call-ID, CSeq number and top Via.
package struct TransactionKey: Hashable, Sendable {
    private enum Kind: UInt8 { case client, server, server2543 }

    /// The parts, each behind its length. One array rather than a field each: a table of live transactions keeps many.
    private var bytes: [UInt8]

    package func hash(into hasher: inout Hasher) { bytes.hashAll(into: &hasher) }

    /// The key of a request that we send.
    package init(client branch: Branch, method: Method) {
        bytes = Self.start(.client, method, reserving: branch.bytes.count)
        Self.append(branch.bytes[...], to: &bytes)
    }

    /// The client transaction that a response belongs to; nil without a branch or CSeq, when it belongs to none.
    package init?(response: Message) {
        let key = response.contents.key
        guard let via = key.topVia, via.branch.count > 0, let cseq = key.cseq else { return nil }
        bytes = Self.start(.client, cseq.method, reserving: via.branch.count)
        Self.append(response.contents.bytes[via.branch.range], to: &bytes)
    }

    /// The server transaction that a request belongs to or creates; nil when it lacks the fields to tell.
    package init?(request: Message) {
        self.init(request: request, method: request.method == .ack ? .invite : request.method)
    }

    /// The INVITE server transaction that a CANCEL means (RFC 3261 §9.2).
    package init?(cancelledBy cancel: Message) { self.init(request: cancel, method: .invite) }

    private init?(request: Message, method: Method) {
        guard let via = request.contents.key.topVia else { return nil }
        let all = request.contents.bytes
        if Self.hasMagicCookie(all[via.branch.range]) {
            bytes = Self.start(.server, method, reserving: via.branch.count + via.host.extent.count)
            Self.append(all[via.branch.range], to: &bytes)
            Self.appendSentBy(via, of: all, to: &bytes)
        } else {
            guard let made = Self.key2543(request, via, method) else { return nil }
            bytes = made
        }
    }

    /// Deviation: §17.2.3 compares the Request-URI by the rules for URIs and, of an ACK, the To tag with that of the response.
    /// Here the Request-URI is compared byte by byte, since a retransmission repeats it, and the To tag of INVITE, ACK and CANCEL
    /// is left out: a user agent answers an INVITE with one tag.
    private static func key2543(_ request: Message, _ via: ViaParts, _ method: Method) -> [UInt8]? {
        let (key, all) = (request.contents.key, request.contents.bytes)
        guard let cseq = key.cseq, let from = key.from, key.callID.isPresent else { return nil }
        var bytes = start(.server2543, method, reserving: 256)
        append(all[request.requestURI], to: &bytes)
        append(all[from.tag.range], to: &bytes)
        append(all[key.callID.range], to: &bytes)
        append(number: cseq.number, to: &bytes)
        append(all[via.transport.range], to: &bytes)
        appendSentBy(via, of: all, to: &bytes)
        append(all[via.parameters.range], to: &bytes)
        if method != .invite, method != .cancel, let to = key.to { append(all[to.tag.range], to: &bytes) }
        return bytes
    }

    private static func hasMagicCookie(_ branch: ArraySlice<UInt8>) -> Bool {
        branch.count > 7 && branch.prefix(7).equalsIgnoringCase(Branch.magicCookie)
    }

    private static func start(_ kind: Kind, _ method: Method, reserving count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 24)
        bytes.append(kind.rawValue)
        if case .other(let token) = method { bytes.append(contentsOf: token) } else { bytes.append(method.name) }
        bytes.append(UInt8(ascii: " "))  // no token holds a space
        return bytes
    }

    /// The host in lower case, and the port with its default: `h` and `h:5060` are one sent-by (RFC 3261 §18.1.1).
    private static func appendSentBy(_ via: ViaParts, of all: [UInt8], to bytes: inout [UInt8]) {
        append(number: UInt32(via.host.extent.count), to: &bytes)
        for byte in all[via.host.extent.range] { bytes.append(byte.lowercased) }
        let isSecure = all[via.transport.range].equalsIgnoringCase("TLS")
        append(number: UInt32(via.port ?? (isSecure ? 5061 : 5060)), to: &bytes)
    }

    private static func append(_ part: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        append(number: UInt32(part.count), to: &bytes)
        bytes.append(contentsOf: part)
    }

    private static func append(number: UInt32, to bytes: inout [UInt8]) {
        var rest = number
        for _ in 0..<4 {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
