import Core

/// Messages: no trap, bounded work; what is written anew reads the same again, as a message and as JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSIPMessage(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let message = try? Message(parsing: bytes, framing: .datagram) else { return 0 }
    precondition(message.faults.allSatisfy { (0...count).contains($0.offset) }, "faults are inside the message")
    precondition(message.headers.allSatisfy { $0.value.upperBound <= count }, "values are inside the message")
    for name in HeaderName.allCases {
        for range in message.values(name) { precondition(range.upperBound <= count, "values are inside the message") }
    }
    _ = (message.topVia, message.from, message.to, message.contact, message.requestSIPURI, message.vias)
    var json: [UInt8] = []
    MessageJSON.appendJSON(of: message, to: &json)
    precondition((try? JSONValue(parsing: json)) != nil, "what is printed is JSON")
    let built = try? MessageJSON.build(from: json)
    guard message.faults.isEmpty else { return 0 }

    var writer = MessageWriter()
    writer.copy(message)
    let written = writer.bytes
    // The canonical form of an input just below the limits may lie above them.
    guard written.count <= MessageLimits.messageBytes else { return 0 }
    guard let again = try? Message(parsing: written, framing: .stream) else {
        preconditionFailure("what is written of a valid message is a message")
    }
    guard !again.faults.contains(where: { $0.reason == .headerLineTooLong || $0.reason == .tooManyHeaders }) else {
        return 0
    }
    precondition(again.faults.isEmpty, "a valid message stays valid")
    precondition(again.callID == message.callID && again.cseq == message.cseq, "and says the same")
    precondition(again.fromTag == message.fromTag && again.toTag == message.toTag, "and says the same")
    precondition(again.body.elementsEqual(message.body), "and keeps its body")
    writer.removeAll()
    writer.copy(again)
    precondition(writer.bytes == written, "writing is stable")

    guard let built, let rebuilt = try? Message(parsing: built, framing: .stream), rebuilt.faults.isEmpty else {
        preconditionFailure("what is built from the JSON of a valid message is valid")
    }
    json = []
    MessageJSON.appendJSON(of: rebuilt, to: &json)
    precondition((try? MessageJSON.build(from: json)) == built, "building is stable")
    return 0
}
