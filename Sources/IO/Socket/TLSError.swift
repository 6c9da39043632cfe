/// Why a TLS connection could not be made or went wrong.
package enum TLSError: Error, Hashable, Sendable {
    /// The server's certificate is not one to trust, with the library's reason: `self-signed certificate`.
    case untrusted(String)
    /// The certificate is good, and for somebody else than this name or address.
    case wrongName(String)
    /// The server ended the handshake with this alert: `handshake failure`.
    case refused(String)
    /// What answers does not speak TLS.
    case notTLS
    /// The stream ended without a close alert: what came may not be all.
    case truncated
    /// Anything else the library found wrong.
    case failed(String)
    /// A file of certificates or a key cannot be used: its path, and why.
    case badFile(String, String)
}

extension TLSError: CustomStringConvertible {
    /// What follows "TLS failed:" in a sentence for people.
    package var description: String {
        switch self {
        case .untrusted(let reason): "the server's certificate is not trusted: \(reason)"
        case .wrongName(let name): "the server's certificate is not for \(name)"
        case .refused(let alert): "the server refused: \(alert)"
        case .notTLS: "the server does not speak TLS"
        case .truncated: "the server closed without saying so"
        case .failed(let reason): reason
        case .badFile(let path, let reason): "cannot use \(path): \(reason)"
        }
    }
}
