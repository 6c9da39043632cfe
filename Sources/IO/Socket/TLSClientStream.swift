internal import COpenSSL
internal import Core

/// One TLS connection as client, over memory: bytes in, bytes out; it knows no socket and no clock. Belongs to one thread.
///
/// Every call appends what it brings about to an `Output`: send its `ciphertext`, use its `plaintext`. After a thrown error, send
/// the `ciphertext` once more, which may hold an alert, and close.
@safe
package final class TLSClientStream {
    /// What a call brought about.
    package struct Output: Hashable, Sendable {
        /// For the peer, over the connection.
        package var ciphertext: [UInt8] = []
        /// From the peer, for us.
        package var plaintext: [UInt8] = []
        /// The peer said that nothing follows.
        package var hasPeerClosed = false

        package init() {}
    }

    /// Whether the handshake is complete and, unless that was switched off, the peer is who it should be.
    package private(set) var isEstablished = false

    private let context: TLSClientContext
    private let name: String
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Plaintext given before the handshake was complete.
    private var early: [UInt8] = []

    /// A connection to the server of this name, or of this IP address, which its certificate must carry.
    package init(_ context: TLSClientContext, to name: String) throws(TLSError) {
        guard let ssl = unsafe SSL_new(context.raw) else { throw .failed(TLSClientContext.reason()) }
        guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem()) else {
            unsafe SSL_free(ssl)
            throw .failed(TLSClientContext.reason())
        }
        unsafe (self.ssl, self.incoming, self.outgoing) = (ssl, incoming, outgoing)
        (self.context, self.name) = (context, name)
        // The connection owns its two buffers from here on.
        unsafe SSL_set_bio(ssl, incoming, outgoing)
        unsafe SSL_set_connect_state(ssl)
        guard unsafe expect(name, of: ssl) else { throw .wrongName(name) }
    }

    deinit { unsafe SSL_free(ssl) }

    /// Begins the handshake: call it once the connection is open.
    package func start(into out: inout Output) throws(TLSError) { try handshake(into: &out) }

    /// Takes bytes from the connection.
    package func receive(_ bytes: Span<UInt8>, into out: inout Output) throws(TLSError) {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe BIO_write(
                    incoming, bytes.baseAddress.map { unsafe $0 + start }, Int32(clamping: bytes.count - start))
            }
            guard count > 0 else { throw .failed(TLSClientContext.reason()) }
            start += Int(count)
        }
        if !isEstablished { try handshake(into: &out) }
        if isEstablished { try read(into: &out) }
    }

    /// The connection ended. Throws when that was in the middle.
    package func peerFinished(into out: inout Output) throws(TLSError) {
        if unsafe SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN == 0 { throw .truncated }
    }

    /// Encrypts bytes for the peer; before the handshake is complete they are kept until then.
    package func send(_ bytes: [UInt8], into out: inout Output) throws(TLSError) {
        guard isEstablished else {
            early += bytes
            return
        }
        ERR_clear_error()
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe SSL_write(ssl, bytes.baseAddress.map { unsafe $0 + start }, Int32(clamping: bytes.count - start))
            }
            guard count > 0 else {
                take(into: &out)
                throw fault()
            }
            start += Int(count)
        }
        take(into: &out)
    }

    /// Says that nothing follows from us.
    package func finish(into out: inout Output) {
        guard isEstablished else { return }
        ERR_clear_error()
        unsafe _ = SSL_shutdown(ssl)
        take(into: &out)
    }

    private func expect(_ name: String, of ssl: OpaquePointer) -> Bool {
        guard IPAddress(name) == nil else {
            return unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1
        }
        // X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS (RFC 6125 §7.2), of a header that nothing else needs.
        unsafe SSL_set_hostflags(ssl, 0x4)
        guard unsafe SSL_set1_host(ssl, name) == 1 else { return false }
        // The server name of the handshake: the macro SSL_set_tlsext_host_name.
        return unsafe name.withCString { text in
            unsafe SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                UnsafeMutableRawPointer(mutating: text)) == 1
        }
    }

    private func handshake(into out: inout Output) throws(TLSError) {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        take(into: &out)
        guard result == 1 else {
            if unsafe SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return }
            throw fault()
        }
        isEstablished = true
        let bytes = early
        early = []
        try send(bytes, into: &out)
    }

    private func read(into out: inout Output) throws(TLSError) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            ERR_clear_error()
            let count = unsafe SSL_read(ssl, &buffer, Int32(buffer.count))
            take(into: &out)
            if count > 0 {
                out.plaintext += buffer[..<Int(count)]
                continue
            }
            switch unsafe SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ: return
            case SSL_ERROR_ZERO_RETURN:
                out.hasPeerClosed = true
                return
            default: throw fault()
            }
        }
    }

    /// Moves what the library wants sent.
    private func take(into out: inout Output) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe BIO_read(outgoing, &buffer, Int32(buffer.count))
            guard count > 0 else { return }
            out.ciphertext += buffer[..<Int(count)]
        }
    }

    /// The library's error in our words.
    private func fault() -> TLSError {
        let code = ERR_peek_error()
        defer { ERR_clear_error() }
        let reason = Int32(truncatingIfNeeded: code & 0x7f_ffff)
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            let result = unsafe SSL_get_verify_result(ssl)
            let mismatches = [X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH]
            if mismatches.contains(Int32(truncatingIfNeeded: result)) { return .wrongName(name) }
            return .untrusted(unsafe String(cString: X509_verify_cert_error_string(result)))
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_HTTP_REQUEST: return .notTLS
        case SSL_AD_REASON_OFFSET...(SSL_AD_REASON_OFFSET + 255):
            guard let text = unsafe SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET) else { break }
            return .refused(unsafe String(cString: text))
        default: break
        }
        guard let text = unsafe ERR_reason_error_string(code) else { return .failed("the handshake failed") }
        return .failed(unsafe String(cString: text))
    }
}
