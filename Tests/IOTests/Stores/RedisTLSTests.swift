import Core
import IO
import Testing

@Suite("RedisStore over TLS: a real server")
struct RedisTLSTests {
    let certificates: TestCertificates

    init() throws { certificates = try TestCertificates.shared.get() }

    private func server(askingClients: Bool = false) throws -> RedisServer {
        let (certificate, key) = certificates.server
        return try RedisServer(
            "--port 0 --tls-port $PORT --tls-cert-file \(certificate) --tls-key-file \(key) "
                + "--tls-ca-cert-file \(certificates.authority) --tls-auth-clients \(askingClients ? "yes" : "no")")
    }

    private func options(_ server: RedisServer, _ trust: TLSClientContext.Trust?) -> RedisStore.Options {
        var options = RedisStore.Options(host: "127.0.0.1", port: server.port)
        options.tls = trust.map { TLSClientContext.Configuration(trust: $0) }
        return options
    }

    private func reason(_ options: RedisStore.Options) throws -> StoreError.Reason {
        let error = #expect(throws: StoreError.self) { _ = try RedisStore(options) }
        return try #require(error?.reason)
    }

    @Test("a server whose certificate is trusted keeps what it is given, much of it too")
    func trusted() throws {
        let server = try server()
        let store = try RedisStore(options(server, .file(certificates.authority)))
        defer { store.close() }
        try store.apply((0..<3000).map { .putInbound(StoreSamples.inbound("ST_\($0)")) })
        #expect(try store.table().inbound.count == 3000)
    }

    @Test("the name may be another than the host's, and nothing is checked where that is wanted")
    func names() throws {
        let server = try server()
        var named = options(server, .file(certificates.authority))
        named.tlsName = "redis.example.test"
        try RedisStore(named).close()
        try RedisStore(options(server, .anybody)).close()
    }

    @Test("a certificate that is not trusted, or for another name, is refused")
    func untrusted() throws {
        let server = try server()
        var options = options(server, .system)
        guard case .tlsRefused = try reason(options) else { return #expect(Bool(false)) }
        options.tls?.trust = .file(certificates.authority)
        options.tlsName = "elsewhere.test"
        guard case .tlsRefused(let detail) = try reason(options) else { return #expect(Bool(false)) }
        #expect(detail.contains("elsewhere.test"))
    }

    @Test("a server that wants our certificate gets it, and refuses us without")
    func mutual() throws {
        let server = try server(askingClients: true)
        var options = options(server, .file(certificates.authority))
        guard case .tlsRefused = try reason(options) else { return #expect(Bool(false)) }
        let (certificate, key) = certificates.client
        options.tls?.identity = .init(certificateFile: certificate, keyFile: key)
        try RedisStore(options).close()
    }

    @Test("TLS to a server without, and none to a server with, both end in a sentence")
    func mismatch() throws {
        let plain = try RedisServer()
        var hopeful = options(plain, .system)
        hopeful.replyTimeout = .milliseconds(100)
        guard case .tlsRefused = try reason(hopeful) else { return #expect(Bool(false)) }
        let encrypted = try server()
        try withExtendedLifetime(encrypted) {
            guard case .unreachable(let detail) = try reason(options(encrypted, nil)) else {
                return #expect(Bool(false))
            }
            #expect(detail.contains("TLS") || detail.contains("not a Redis server"), "\(detail)")
        }
    }

    @Test("a file of authorities that is not there is named")
    func badFile() throws {
        let server = try RedisServer()
        guard case .tlsRefused(let detail) = try reason(options(server, .file("/nonexistent/ca.pem"))) else {
            return #expect(Bool(false))
        }
        #expect(detail.contains("/nonexistent/ca.pem"))
    }
}
