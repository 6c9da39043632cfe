import COpenSSL
import Core
import IO
import Testing

@Suite("TLS as client")
struct TLSClientStreamTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates.shared.get() }

    private func stream(
        to name: String, _ trust: TLSClientContext.Trust? = nil,
        identity: TLSClientContext.Configuration.Identity? = nil
    ) throws -> TLSClientStream {
        let configuration = TLSClientContext.Configuration(
            trust: trust ?? .file(certificates.authority), identity: identity)
        return try TLSClientStream(TLSClientContext(configuration), to: name)
    }

    /// Carries bytes both ways until both are silent; `cut` bytes at a time.
    private func settle(
        _ client: TLSClientStream, _ server: TLSServerPeer, _ out: inout TLSClientStream.Output, cut: Int = 100_000
    ) throws {
        while !out.ciphertext.isEmpty {
            let bytes = out.ciphertext
            out.ciphertext = []
            var answer = server.exchange(bytes)[...]
            while !answer.isEmpty {
                try client.receive(Array(answer.prefix(cut)).span, into: &out)
                answer = answer.dropFirst(cut)
            }
        }
    }

    private func connect(_ client: TLSClientStream, _ server: TLSServerPeer) throws -> TLSClientStream.Output {
        var out = TLSClientStream.Output()
        try client.start(into: &out)
        try settle(client, server, &out)
        return out
    }

    @Test(
        "bytes there and back; the stream may be cut anywhere; what is sent early waits for the handshake",
        arguments: [1, 7, 100_000])
    func roundTrip(cut: Int) throws {
        let server = try TLSServerPeer(certificates.server)
        let client = try stream(to: "localhost")
        var out = TLSClientStream.Output()
        try client.send(Array("early ".utf8), into: &out)
        #expect(out.ciphertext.isEmpty)
        try client.start(into: &out)
        try settle(client, server, &out, cut: cut)
        #expect(client.isEstablished)
        let large = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try client.send(large, into: &out)
        try settle(client, server, &out, cut: cut)
        #expect(server.received == Array("early ".utf8) + large)
        let back = server.send(large.reversed().prefix(30_000).map { $0 })
        for start in stride(from: 0, to: back.count, by: cut) {
            try client.receive(Array(back[start..<min(start + cut, back.count)]).span, into: &out)
        }
        #expect(out.plaintext == Array(large.reversed().prefix(30_000)))
        #expect(!out.hasPeerClosed)
        client.finish(into: &out)
        try settle(client, server, &out)
        #expect(server.clientClosed)
        try client.receive(server.close().span, into: &out)
        #expect(out.hasPeerClosed)
        try client.peerFinished(into: &out)
    }

    @Test("names and addresses that the certificate carries", arguments: ["localhost", "127.0.0.1", "a.example.test"])
    func rightName(name: String) throws {
        let client = try stream(to: name)
        _ = try connect(client, TLSServerPeer(certificates.server))
        #expect(client.isEstablished)
    }

    @Test(
        "names and addresses that it does not carry",
        arguments: ["example.test", "a.b.example.test", "127.0.0.2", "::1", "server", "localhost.evil"])
    func wrongName(name: String) throws {
        let error = #expect(throws: TLSError.self) {
            try connect(stream(to: name), TLSServerPeer(certificates.server))
        }
        #expect(error == .wrongName(name))
        #expect(error?.description == "the server's certificate is not for \(name)")
    }

    @Test("a certificate whose authority is not known; the server gets an alert")
    func untrusted() throws {
        let client = try stream(to: "localhost", .system)
        let server = try TLSServerPeer(certificates.server)
        var out = TLSClientStream.Output()
        try client.start(into: &out)
        let answer = server.exchange(out.ciphertext)
        out = TLSClientStream.Output()
        let error = #expect(throws: TLSError.self) { try client.receive(answer.span, into: &out) }
        #expect(error == .untrusted("unable to get local issuer certificate"))
        #expect(!out.ciphertext.isEmpty && out.plaintext.isEmpty && !client.isEstablished)
    }

    @Test("anybody is accepted where the user asked for it")
    func anybody() throws {
        let client = try stream(to: "else.where", .anybody)
        _ = try connect(client, TLSServerPeer(certificates.server))
        #expect(client.isEstablished)
    }

    @Test("mutual TLS: with a certificate, and refused without one")
    func mutual() throws {
        let identity = TLSClientContext.Configuration.Identity(
            certificateFile: certificates.client.certificate, keyFile: certificates.client.key)
        let client = try stream(to: "localhost", identity: identity)
        _ = try connect(client, TLSServerPeer(certificates.server, clientAuthority: certificates.authority))
        #expect(client.isEstablished)
        let stranger = try stream(to: "localhost")
        let error = #expect(throws: TLSError.self) {
            try connect(stranger, TLSServerPeer(certificates.server, clientAuthority: certificates.authority))
        }
        guard case .refused = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("TLS 1.2 is spoken, 1.1 is not", arguments: [(TLS1_2_VERSION, true), (TLS1_1_VERSION, false)])
    func versions(version: Int32, works: Bool) throws {
        let client = try stream(to: "localhost")
        let server = try TLSServerPeer(certificates.server, latest: version)
        if works {
            _ = try connect(client, server)
            #expect(client.isEstablished)
        } else {
            #expect(throws: TLSError.self) { try connect(client, server) }
        }
    }

    @Test(
        "what does not speak TLS", arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR unknown\r\n", "220 ready\r\n"])
    func notTLS(text: String) throws {
        let client = try stream(to: "localhost")
        var out = TLSClientStream.Output()
        try client.start(into: &out)
        let error = #expect(throws: TLSError.self) { try client.receive(Array(text.utf8).span, into: &out) }
        #expect(error == .notTLS)
    }

    @Test("any byte that is changed on the way ends the connection", arguments: [0, 1, 3, 5, 20, 40])
    func tampered(index: Int) throws {
        let server = try TLSServerPeer(certificates.server)
        let client = try stream(to: "localhost")
        var out = try connect(client, server)
        var record = server.send(Array("attack at dawn, all of us".utf8))
        try #require(index < record.count)
        record[index] ^= 0x10
        // A changed length waits for more; the rest of the stream then does not fit it.
        record += server.send([UInt8](repeating: 0, count: 20_000))
        #expect(throws: TLSError.self) { try client.receive(record.span, into: &out) }
        #expect(out.plaintext.isEmpty)
    }

    @Test("a stream that ends without a close alert is cut")
    func truncated() throws {
        let client = try stream(to: "localhost")
        var out = try connect(client, TLSServerPeer(certificates.server))
        #expect(throws: TLSError.truncated) { try client.peerFinished(into: &out) }
    }

    @Test("a file that holds no certificates is named")
    func badFile() {
        let error = #expect(throws: TLSError.self) {
            try TLSClientContext(TLSClientContext.Configuration(trust: .file("/nonexistent.pem")))
        }
        guard case .badFile("/nonexistent.pem", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
