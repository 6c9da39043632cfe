internal import COpenSSL

/// What the TLS connections of a client have in common: whom to trust, and who we are. TLS 1.2 or later.
@safe
package final class TLSClientContext {
    /// Whose certificates are accepted.
    package enum Trust: Hashable, Sendable {
        /// The certificate authorities of the system.
        case system
        /// The certificate authorities in a PEM file, and no others.
        case file(String)
        /// Anybody: neither chain nor name is checked. Only where the user asked for it by name.
        case anybody
    }

    /// Settings of a context.
    package struct Configuration: Hashable, Sendable {
        package var trust: Trust
        /// Our own certificate chain and key as PEM files, for servers that ask (mutual TLS).
        package var identity: Identity?

        package struct Identity: Hashable, Sendable {
            package var certificateFile: String
            package var keyFile: String

            package init(certificateFile: String, keyFile: String) {
                (self.certificateFile, self.keyFile) = (certificateFile, keyFile)
            }
        }

        package init(trust: Trust = .system, identity: Identity? = nil) {
            (self.trust, self.identity) = (trust, identity)
        }
    }

    let checksPeer: Bool
    let raw: OpaquePointer

    /// Reads the files. They are small; the calling thread waits for them.
    package init(_ configuration: Configuration = Configuration()) throws(TLSError) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw .failed(Self.reason()) }
        unsafe raw = context
        checksPeer = configuration.trust != .anybody
        unsafe _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        unsafe _ = SSL_CTX_set_options(context, 1 << 30)  // SSL_OP_NO_RENEGOTIATION, a macro that Swift cannot read
        switch configuration.trust {
        case .system:
            unsafe _ = SSL_CTX_set_default_verify_paths(context)
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_file(context, path) == 1 else { throw .badFile(path, Self.reason()) }
        case .anybody: break
        }
        unsafe SSL_CTX_set_verify(context, checksPeer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        if let identity = configuration.identity { try use(identity) }
    }

    deinit { unsafe SSL_CTX_free(raw) }

    private func use(_ identity: Configuration.Identity) throws(TLSError) {
        guard unsafe SSL_CTX_use_certificate_chain_file(raw, identity.certificateFile) == 1 else {
            throw .badFile(identity.certificateFile, Self.reason())
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(raw, identity.keyFile, SSL_FILETYPE_PEM) == 1 else {
            throw .badFile(identity.keyFile, Self.reason())
        }
    }

    /// The reason of the oldest error in the library's queue, which is emptied.
    static func reason() -> String {
        let code = ERR_peek_error()
        ERR_clear_error()
        guard let text = unsafe ERR_reason_error_string(code) else { return "no reason is known" }
        return unsafe String(cString: text)
    }
}
