import Core

/// URIs, addresses, Via values and their parts: no trap, and what is written reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSIPURI(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let uri = SIPURI(bytes) {
        guard let again = SIPURI(uri.bytes) else { preconditionFailure("a written URI is one") }
        precondition(again == uri && again.bytes == uri.bytes, "writing is stable")
        precondition(uri.isEquivalent(to: again) && again.isEquivalent(to: uri), "a URI is equivalent to itself")
        var other = uri
        other.user = uri.user
        precondition(other.user == uri.user, "escaping keeps the user")
        _ = (uri.parameterList, uri.isLooseRouter)
    }
    if let address = NameAddr(bytes) {
        guard let again = NameAddr(address.bytes) else { preconditionFailure("a written address is one") }
        precondition(again.bytes == address.bytes && again.tag == address.tag, "writing is stable")
        precondition(again.sipURI == address.sipURI, "writing is stable")
    }
    if let via = Via(bytes) {
        guard let again = Via(via.bytes) else { preconditionFailure("a written Via is one") }
        precondition(again.bytes == via.bytes && again.branch == via.branch, "writing is stable")
        _ = (via.received, via.rport, via.maddr, via.ttl, via.transport)
    }
    if let host = Host(bytes) { precondition(Host(host.bytes) == host, "a written host is the same") }
    if let cseq = CSeq(bytes) { precondition(CSeq(cseq.bytes) == cseq, "a written CSeq is the same") }
    if let rack = RAck(bytes) { precondition(RAck(rack.bytes) == rack, "a written RAck is the same") }
    let unescapedBytes = unescaped(bytes)
    precondition(unescaped(escaped(unescapedBytes, .user)) == unescapedBytes, "escapes undo each other")
    precondition(base64Decoded(base64(bytes)) == bytes, "base64 undoes itself")
    return 0
}
