import Core

/// Requests to the service `livekit.SIP`, in JSON and binary: no trap, and what is stored reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzServiceRequest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let method = SIPMethod.allCases[Int(first >> 1) % SIPMethod.allCases.count]
    let body = Array(bytes.dropFirst())
    var ids = IDSource(worker: 0, seed: (1, 2))
    let encoding: APIEncoding = first & 1 == 0 ? .json : .protobuf
    let reply = try? SIPService.handle(
        method, body, encoding, table: RoutingTable(), now: .seconds(1_700_000_000), ids: &ids)
    for change in reply?.changes ?? [] { checkStored(change) }
    checkStable(InboundTrunk.self, body)
    checkStable(OutboundTrunk.self, body)
    checkStable(DispatchRule.self, body)
    _ = try? StoredBytes.legacyTrunk("ST_x", body)
    return 0
}

private func checkStored(_ change: RoutingChange) {
    switch change {
    case .putInbound(let trunk):
        let again = try? StoredBytes.inboundTrunk(trunk.id.description, StoredBytes.bytes(trunk))
        precondition(again == trunk, "a stored inbound trunk is the same")
    case .putOutbound(let trunk):
        let again = try? StoredBytes.outboundTrunk(trunk.id.description, StoredBytes.bytes(trunk))
        precondition(again == trunk, "a stored outbound trunk is the same")
    case .putRule(let rule):
        let again = try? StoredBytes.dispatchRule(rule.id.description, StoredBytes.bytes(rule))
        precondition(again == rule, "a stored rule is the same")
    default: break
    }
}

/// Bytes from elsewhere that decode are written the same way twice, in both forms.
private func checkStable<Message: ProtobufMessage>(_: Message.Type, _ bytes: [UInt8]) {
    guard let message = try? Message(protobuf: bytes) else { return }
    let written = message.protobuf
    guard let again = try? Message(protobuf: written) else { preconditionFailure("written bytes are a message") }
    precondition(again.protobuf == written, "writing is stable")
    guard let fromJSON = try? Message(json: message.json()) else { preconditionFailure("written JSON is a message") }
    precondition(fromJSON.json() == message.json(), "writing JSON is stable")
}
