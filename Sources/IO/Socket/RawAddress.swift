import CLinux
import Core
import Glibc

/// A `sockaddr_in` or `sockaddr_in6` as the kernel reads it. Scope identifiers of link-local addresses are not kept.
@safe
struct RawAddress {
    /// Bytes needed for either family.
    static let capacity = MemoryLayout<sockaddr_in6>.size

    private var storage = sockaddr_in6()
    private(set) var length: socklen_t = 0

    init() {}

    init(_ address: SocketAddress) {
        length = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe Self.encode(address, to: base)
        }
    }

    /// The address family for `socket`.
    static func family(of ip: IPAddress) -> Int32 { ip.isIPv4 ? AF_INET : AF_INET6 }

    /// Writes `address` to at least `capacity` bytes and returns the length the kernel wants.
    @discardableResult
    @unsafe
    static func encode(_ address: SocketAddress, to raw: UnsafeMutableRawPointer) -> socklen_t {
        unsafe raw.storeBytes(of: address.port.bigEndian, toByteOffset: 2, as: UInt16.self)
        if let bits = address.ip.v4Bits {
            unsafe raw.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self)
            unsafe raw.storeBytes(of: bits.bigEndian, toByteOffset: 4, as: UInt32.self)
            unsafe raw.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        }
        unsafe raw.storeBytes(of: sa_family_t(AF_INET6), as: sa_family_t.self)
        unsafe raw.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
        unsafe raw.storeBytes(of: address.ip.high.bigEndian, toByteOffset: 8, as: UInt64.self)
        unsafe raw.storeBytes(of: address.ip.low.bigEndian, toByteOffset: 16, as: UInt64.self)
        unsafe raw.storeBytes(of: 0, toByteOffset: 24, as: UInt32.self)
        return socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    /// Reads an address the kernel wrote; the unspecified one for any other family.
    @unsafe
    static func decode(_ raw: UnsafeRawPointer) -> SocketAddress {
        let port = UInt16(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        switch Int32(unsafe raw.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            let bits = UInt32(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            return SocketAddress(IPAddress(v4: bits), port)
        case AF_INET6:
            let high = UInt64(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            let low = UInt64(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
            return SocketAddress(IPAddress(high: high, low: low), port)
        default:
            return SocketAddress(.anyIPv4, 0)
        }
    }

    /// Hands the address to a system call that reads one.
    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    /// Lets a system call write an address and returns what it wrote with the call's result.
    static func filled(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int
    ) -> (result: Int, address: SocketAddress) {
        var storage = sockaddr_in6()
        var length = socklen_t(capacity)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
        let address = unsafe withUnsafeBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress else { return SocketAddress(.anyIPv4, 0) }
            return unsafe decode(base)
        }
        return (result, address)
    }
}
