/// Responses to a request (RFC 3261 §8.2.6): the header fields that every response copies, in our canonical order.
extension Endpoint.ServerRequest {
    /// The bytes of a response without a body.
    /// - Parameters:
    ///   - toTag: written into To when the request has no To tag; never in a 100.
    ///   - extra: header fields that follow CSeq.
    func response(
        _ status: Int, toTag: Tag? = nil, extra: [(HeaderName, String)] = [], identity: Endpoint.Identity
    ) -> [UInt8] {
        var writer = head(status, toTag: toTag)
        for (name, value) in extra { writer.header(name, value) }
        writer.header(.server, identity.product)
        writer.body(contentType: nil, [])
        return writer.bytes
    }

    /// The start line and the copied header fields, ready for what the caller adds.
    func head(_ status: Int, toTag: Tag?) -> MessageWriter {
        var writer = MessageWriter(reserving: 768)
        writer.response(status)
        writer.header(.via, via)
        for value in message.lowerVias { writer.header(.via, message.bytes(value)) }
        writer.copy(.from, from: message)
        if let toTag, let to = message.first(.to) {
            writer.header(.to, message.bytes(to) + Array(";tag=".utf8) + toTag.bytes)
        } else {
            writer.copy(.to, from: message)
        }
        writer.copy(.callID, from: message)
        writer.copy(.cseq, from: message)
        return writer
    }

    /// What Timestamp says in a 100: what the request says, and for how many seconds it was held back (RFC 3261 §8.2.6.1, §20.38).
    func timestamp(after delay: Duration) -> String? {
        guard let value = message.first(.timestamp).map({ message.string($0) }) else { return nil }
        let milliseconds = delay.milliseconds
        guard milliseconds > 0 else { return value }
        return "\(value) \(milliseconds / 1000)." + String(1000 + milliseconds % 1000).dropFirst()
    }

    /// A 400 or 505 whose Warning names the fault (RFC 3261 §20.43, code 399).
    func malformedResponse(_ status: Int, _ fault: Fault, identity: Endpoint.Identity) -> [UInt8] {
        let text = fault.sentence.map { $0 == "\"" || $0 == "\\" ? "'" : $0 }
        let warning = "399 sipctl \"\(String(text)), byte \(fault.offset)\""
        return response(status, extra: [(.warning, warning)], identity: identity)
    }
}
