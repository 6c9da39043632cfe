import COpenSSL
import Core
import Glibc
import IO
import Testing

/// Certificates for the tests of one run, made by the openssl command: an authority, a server's for `localhost`, 127.0.0.1 and
/// `*.example.test`, and a client's.
struct TestCertificates: Sendable {
    let directory: String

    var authority: String { directory + "/ca.pem" }
    var server: (certificate: String, key: String) { (directory + "/server.pem", directory + "/server.key") }
    var client: (certificate: String, key: String) { (directory + "/client.pem", directory + "/client.key") }

    static let shared = Result { try TestCertificates() }

    private static let names = ["ca", "server", "client"].flatMap { name in
        ["pem", "key", "csr", "srl"].map { "\(name).\($0)" }
    }

    /// Removes the files, private keys among them.
    private func remove() {
        for name in Self.names { unsafe _ = unlink("\(directory)/\(name)") }
        unsafe _ = rmdir(directory)
    }

    private init() throws {
        var template = Array("/tmp/sipctl-tls-XXXXXX".utf8CString)
        directory = try #require(
            unsafe template.withUnsafeMutableBufferPointer { name -> String? in
                guard let start = name.baseAddress, unsafe mkdtemp(start) != nil else { return nil }
                return unsafe String(cString: start)
            })
        atexit { if case .success(let certificates) = TestCertificates.shared { certificates.remove() } }
        let key = "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        let names = "subjectAltName=DNS:localhost,DNS:*.example.test,IP:127.0.0.1"
        try run(
            """
            cd \(directory) && exec 2>/dev/null
            \(key) -x509 -days 2 -subj '/CN=Test authority' -keyout ca.key -out ca.pem || exit 1
            for name in server client; do
                \(key) -subj "/CN=$name" -addext \(names) -keyout $name.key -out $name.csr || exit 1
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy \
                    -out $name.pem || exit 1
            done
            """)
    }

    private func run(_ command: String) throws {
        final class Owner: ChildProcessOwner {
            var status: ChildProcess.Status?
            func receive(_ bytes: Span<UInt8>, from child: ChildProcess, at now: Instant) {}
            func ended(_ child: ChildProcess, _ status: ChildProcess.Status, at now: Instant) { self.status = status }
        }
        let (loop, owner) = (try EventLoop(), Owner())
        let child = try ChildProcess(command: command, on: loop)
        try child.start(owner)
        try turn(loop) { owner.status != nil }
        try #require(owner.status == .exited(0))
    }
}

/// The other end of a `TLSClientStream`, in memory: the library as a server.
@safe
final class TLSServerPeer {
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private(set) var received: [UInt8] = []
    private(set) var clientClosed = false

    init(_ identity: (certificate: String, key: String), clientAuthority: String? = nil, latest: Int32? = nil) throws {
        unsafe context = try #require(SSL_CTX_new(TLS_server_method()))
        unsafe #expect(SSL_CTX_use_certificate_chain_file(context, identity.certificate) == 1)
        unsafe #expect(SSL_CTX_use_PrivateKey_file(context, identity.key, SSL_FILETYPE_PEM) == 1)
        if let latest {
            // What Debian forbids by default is allowed here: an old server is played.
            unsafe SSL_CTX_set_security_level(context, 0)
            unsafe _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, 0, nil)
            unsafe _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(latest), nil)
        }
        if let clientAuthority {
            unsafe #expect(SSL_CTX_load_verify_file(context, clientAuthority) == 1)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        unsafe ssl = try #require(SSL_new(context))
        unsafe incoming = try #require(BIO_new(BIO_s_mem()))
        unsafe outgoing = try #require(BIO_new(BIO_s_mem()))
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        unsafe SSL_set_accept_state(ssl)
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe SSL_CTX_free(context)
    }

    /// Takes the client's bytes and answers with what the library wants sent.
    func exchange(_ bytes: [UInt8]) -> [UInt8] {
        ERR_clear_error()
        unsafe _ = BIO_write(incoming, bytes, Int32(bytes.count))
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = unsafe SSL_read(ssl, &buffer, Int32(buffer.count))
            if count <= 0 {
                clientClosed = unsafe SSL_get_error(ssl, count) == SSL_ERROR_ZERO_RETURN
                break
            }
            received += buffer[..<Int(count)]
        }
        return pending()
    }

    func send(_ bytes: [UInt8]) -> [UInt8] {
        unsafe #expect(SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count))
        return pending()
    }

    func close() -> [UInt8] {
        unsafe _ = SSL_shutdown(ssl)
        return pending()
    }

    private func pending() -> [UInt8] {
        var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 32_768))
        while true {
            let count = unsafe BIO_read(outgoing, &buffer, Int32(buffer.count))
            if count <= 0 { return all }
            all += buffer[..<Int(count)]
        }
    }
}
