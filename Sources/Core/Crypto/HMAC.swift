internal import COpenSSL

/// Keyed hashes (RFC 2104).
package enum HMAC {
    /// HMAC-SHA256: 32 bytes.
    package static func sha256(key: some Sequence<UInt8>, _ message: some Sequence<UInt8>) -> [UInt8] {
        let (key, message) = (Array(key), Array(message))
        var result = [UInt8](repeating: 0, count: 32)
        let done =
            unsafe COpenSSL.HMAC(
                EVP_sha256(), key, Int32(clamping: key.count), message, message.count, &result, nil) != nil
        precondition(done, "libcrypto always has SHA-256")
        return result
    }
}

/// Whether two secrets are the same, in a time that depends on their lengths alone.
package func constantTimeEqual(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
    let (a, b) = (Array(a), Array(b))
    guard a.count == b.count else { return false }
    return unsafe CRYPTO_memcmp(a, b, a.count) == 0
}
