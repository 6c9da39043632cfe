package import Core

/// A peer without a stack: it keeps what it hears and says what the test writes, right or wrong.
///
/// It holds the parts of one dialog, so that `request` can write the next message of it; each may be set to anything.
package final class ScriptedPeer {
    package struct Received {
        package let at: Instant
        package let from: SocketAddress
        package let to: SocketAddress
        package let transport: Transport
        package let message: Message

        /// `INVITE` or `200 INVITE`.
        package var title: String {
            let method = String(decoding: message.method.token, as: UTF8.self)
            return message.isRequest ? method : "\(message.statusCode) \(method)"
        }

        /// The value of a header field, unfolded; empty when there is none.
        package func value(_ name: HeaderName) -> String { message.first(name).map { message.string($0) } ?? "" }

        package var body: String { String(decoding: message.body, as: UTF8.self) }
        package var text: String { String(decoding: message.bytes, as: UTF8.self) }
    }

    package let name: String
    package let address: SocketAddress
    package let transport: Transport
    package private(set) var received: [Received] = []
    /// Sees each message as it arrives, to answer it.
    package var script: (ScriptedPeer, Received) -> Void = { _, _ in }

    package var callID = "call-1"
    package var localTag = "peer-tag"
    /// The tag of the other side; nil before it is known.
    package var remoteTag: String?
    package var cseq = 1
    private var branches = 0
    private let network: VirtualNetwork

    init(_ name: String, _ address: SocketAddress, _ transport: Transport, on network: VirtualNetwork) {
        (self.name, self.address, self.transport, self.network) = (name, address, transport, network)
    }

    func receive(_ message: Received) {
        received.append(message)
        script(self, message)
    }

    // MARK: what came

    /// What came, as titles.
    package var titles: [String] { received.map(\.title) }

    package func all(_ title: String) -> [Received] { received.filter { $0.title == title } }

    package func last(_ title: String) -> Received? { received.last { $0.title == title } }

    // MARK: requests

    package func send(_ text: String, to node: VirtualNetwork.Node) {
        network.inject(Array(text.utf8), from: address, to: node, transport)
    }

    package func freshBranch() -> String {
        branches += 1
        return "z9hG4bK\(name)\(branches)"
    }

    /// A request with the parts of the dialog; what is nil here is taken from there.
    package func request(
        _ method: String, to node: VirtualNetwork.Node, cseq number: Int? = nil, branch: String? = nil,
        uri: String? = nil, headers: [String] = [], type: String = "application/sdp", body: String = ""
    ) -> String {
        let token = transport == .udp ? "UDP" : "TCP"
        var lines = [
            "\(method) \(uri ?? "sip:room@\(node.address)") SIP/2.0",
            "Via: SIP/2.0/\(token) \(address);branch=\(branch ?? freshBranch());rport", "Max-Forwards: 70",
            "From: <sip:peer@\(address)>;tag=\(localTag)",
            "To: <sip:room@\(node.address)>" + (remoteTag.map { ";tag=\($0)" } ?? ""), "Call-ID: \(callID)",
            "CSeq: \(number ?? cseq) \(method)", "Contact: <sip:peer@\(address)>",
        ]
        lines += headers
        if !body.isEmpty { lines.append("Content-Type: \(type)") }
        lines.append("Content-Length: \(body.utf8.count)")
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// Calls `node`, learns its tag from the 200 and acknowledges it.
    package func call(
        _ node: VirtualNetwork.Node, headers: [String] = [], sdp: String? = nil, answerInAck: String = ""
    ) {
        remoteTag = nil
        send(request("INVITE", to: node, headers: headers, body: sdp ?? self.sdp()), to: node)
        network.run(for: .seconds(1))
        learnTag()
        send(request("ACK", to: node, body: answerInAck), to: node)
        network.run(for: .seconds(1))
    }

    /// Takes the other side's tag from the last final response to INVITE.
    package func learnTag() {
        let response = received.last { !$0.message.isRequest && $0.message.statusCode >= 200 }
        remoteTag = response?.message.toTag.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// A re-INVITE with the next CSeq, its response awaited and a 2xx acknowledged.
    package func reinvite(_ node: VirtualNetwork.Node, sdp: String, answerInAck: String = "") {
        cseq += 1
        send(request("INVITE", to: node, body: sdp), to: node)
        network.run(for: .milliseconds(100))
        guard received.last?.message.statusCode == 200 else { return }
        send(request("ACK", to: node, body: answerInAck), to: node)
        network.run(for: .milliseconds(100))
    }

    // MARK: responses

    /// Answers a request; `tag` is added to To when that has none, unless it is nil as with a peer of RFC 2543.
    package func reply(
        _ status: String, to request: Received, tag: String? = "peer-tag", headers: [String] = [], body: String = ""
    ) {
        let message = request.message
        var lines = ["SIP/2.0 \(status)"]
        lines += message.values(.via).map { "Via: " + message.string($0) }
        lines += ["From: " + request.value(.from)]
        let to = request.value(.to)
        let added = message.toTag == nil && !status.hasPrefix("100") ? tag : nil
        lines += ["To: " + to + (added.map { ";tag=\($0)" } ?? "")]
        lines += ["Call-ID: " + request.value(.callID), "CSeq: " + request.value(.cseq)]
        if !headers.contains(where: { $0.hasPrefix("Contact:") }) { lines.append("Contact: <sip:peer@\(address)>") }
        lines += headers
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.utf8.count)")
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        network.inject(Array(text.utf8), from: request.to, to: request.from, request.transport)
    }

    /// PCMU at one address, with more attribute lines at the m-line.
    package func sdp(
        _ attributes: [String] = [], host: String? = nil, port: Int = 40_000, version: Int = 1, payloads: String = "0"
    ) -> String {
        let lines =
            [
                "v=0", "o=peer 1 \(version) IN IP4 \(address.ip)", "s=carrier", "c=IN IP4 \(host ?? "\(address.ip)")",
                "t=0 0", "m=audio \(port) RTP/AVP \(payloads)",
            ] + attributes.map { "a=" + $0 }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
