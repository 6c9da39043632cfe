import Core
import Support
import Testing

@Suite("Where responses go (RFC 3261 §18.2, RFC 3581)")
struct ViaScenarios {
    private static func options(_ via: String) -> [UInt8] {
        let lines = [
            "OPTIONS sip:x@192.0.2.1 SIP/2.0", "Via: \(via)", "Max-Forwards: 70", "From: <sip:a@b>;tag=1",
            "To: <sip:x@192.0.2.1>", "Call-ID: via", "CSeq: 1 OPTIONS", "Content-Length: 0",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    @Test(
        "received and rport are stamped, and the port follows",
        arguments: [
            ("SIP/2.0/UDP 10.0.0.1:7070;branch=z9hG4bKa", ";received=198.51.100.1", 7070),
            ("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa", ";received=198.51.100.1", 5060),
            ("SIP/2.0/UDP 10.0.0.1:7070;rport;branch=z9hG4bKa", ";received=198.51.100.1", 6000),
            ("SIP/2.0/UDP host.example:7070;branch=z9hG4bKa", ";received=198.51.100.1", 7070),
            ("SIP/2.0/UDP 198.51.100.1:7070;branch=z9hG4bKa", "", 7070),
            ("SIP/2.0/UDP 10.0.0.1:7070;received=203.0.113.9;branch=z9hG4bKa", ";received=198.51.100.1", 7070),
            ("SIP/2.0/UDP 10.0.0.1:7070;maddr=203.0.113.9;branch=z9hG4bKa", ";received=198.51.100.1", 7070),
        ])
    func stamping(via: String, received: String, port: UInt16) throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        network.inject(Self.options(via), from: SocketAddress(peer.address.ip, 6000), to: node)
        network.run(for: .seconds(1))
        let response = try #require(peer.last("200 OPTIONS"))
        #expect(response.to == SocketAddress(peer.address.ip, port))
        let value = response.value(.via)
        #expect(value.contains(";received=") == !received.isEmpty)
        if !received.isEmpty { #expect(value.hasSuffix(received)) }
        #expect(value.contains("rport=6000") == via.contains("rport"))
        #expect(value.components(of: ";received=") <= 1)
    }

    @Test("over TCP the response takes the connection, whatever Via says")
    func stream() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p", .tcp))
        let source = SocketAddress(peer.address.ip, 33_333)
        network.inject(Self.options("SIP/2.0/TCP 10.0.0.1:7070;branch=z9hG4bKa"), from: source, to: node, .tcp)
        network.run(for: .seconds(1))
        #expect(try #require(peer.last("200 OPTIONS")).to == source)
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int {
        indices.count { self[$0...].hasPrefix(part) }
    }
}
