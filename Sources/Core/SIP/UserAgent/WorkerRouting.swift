/// Says which worker a message belongs to, from the identifiers that `IDSource` made.
///
/// * a response: the index in the branch of its top Via, which we wrote;
/// * a request inside a dialog: the index in its To tag, which we wrote;
/// * any other request: a hash of its Call-ID. An INVITE, its retransmissions and its CANCEL carry no tag of ours yet and
///   must meet on one worker, and a trunk that sends every call from one address must still be spread over all workers.
package enum WorkerRouting {
    /// The worker, 0 to `count` - 1, that `message` belongs to.
    package static func worker(for message: Message, of count: Int) -> Int {
        guard count > 1 else { return 0 }
        if message.isRequest {
            if let tag = message.toTag, let index = index(tag.bytes[...]), index < count { return index }
        } else if let branch = message.topVia?.branch, branch.hasMagicCookie,
            let index = index(branch.bytes.dropFirst(7)),
            index < count
        {
            return index
        }
        guard let callID = message.callID else { return 0 }
        return Int(hash(callID.bytes) % UInt64(count))
    }

    /// The server whose response or whose dialog's request `message` is, by the branch of its top Via or its To tag; nil when it
    /// names none. Meaningful only where servers write their numbers into what they make.
    package static func server(of message: Message) -> ServerNumber? {
        if message.isRequest {
            guard let tag = message.toTag, index(tag.bytes[...]) != nil else { return nil }
            return ServerNumber(tag.bytes.dropFirst(3).prefix(ServerNumber.digits))
        }
        guard let branch = message.topVia?.branch, branch.hasMagicCookie, index(branch.bytes.dropFirst(7)) != nil
        else { return nil }
        return ServerNumber(branch.bytes.dropFirst(10).prefix(ServerNumber.digits))
    }

    private static func index(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 3, bytes[bytes.startIndex] == UInt8(ascii: "w"),
            let high = lowercaseHexDigit(bytes[bytes.startIndex + 1]),
            let low = lowercaseHexDigit(bytes[bytes.startIndex + 2])
        else { return nil }
        return high * 16 + low
    }

    /// FNV-1a, because the standard library's hash differs from run to run and a replay must not.
    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
