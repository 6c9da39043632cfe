internal import COpenSSL

/// The hashes that SIP and its neighbours name, computed by libcrypto.
package enum HashFunction: Hashable, Sendable, CaseIterable {
    /// RFC 1321. Only for digest authentication with peers that know nothing better.
    case md5
    /// FIPS 180-4.
    case sha256
    /// SHA-512 cut to 256 bits with its own start values (FIPS 180-4 §5.3.6).
    case sha512t256

    /// The bytes of a result.
    package var byteCount: Int { self == .md5 ? 16 : 32 }

    /// Whether libcrypto computes it: one that is set up for FIPS 140 has no MD5.
    package var isAvailable: Bool { compute(over: []) != nil }

    /// The hash of `bytes`. The function must be available.
    package func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
        let result = compute(over: Array(bytes))
        precondition(result != nil, "callers ask isAvailable first")
        return result ?? []
    }

    private func compute(over bytes: [UInt8]) -> [UInt8]? {
        var result = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe EVP_Digest(bytes, bytes.count, &result, nil, implementation, nil)
        return done == 1 ? result : nil
    }

    private var implementation: OpaquePointer? {
        switch self {
        case .md5: unsafe EVP_md5()
        case .sha256: unsafe EVP_sha256()
        case .sha512t256: unsafe EVP_sha512_256()
        }
    }
}
