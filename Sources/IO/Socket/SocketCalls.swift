import CLinux
import Core
import Glibc

/// The system calls that UDP and TCP sockets share.
enum SocketCalls {
    /// A non-blocking socket, closed on exec; IPv6 sockets do not accept IPv4.
    static func open(_ type: __socket_type, for ip: IPAddress, _ operation: String, _ subject: String) throws(IOError)
        -> Int32
    {
        let flags = Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let fd = socket(RawAddress.family(of: ip), flags, 0)
        guard fd >= 0 else { throw IOError(operation, subject) }
        if !ip.isIPv4 { _ = set(fd, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        return fd
    }

    /// Sets an integer option. False when the kernel refused.
    static func set(_ fd: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return unsafe setsockopt(fd, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }

    /// Binds to an address.
    static func bind(_ fd: Int32, _ address: SocketAddress, _ operation: String) throws(IOError) {
        let result = unsafe RawAddress(address).withSockaddr { unsafe Glibc.bind(fd, $0, $1) }
        guard result == 0 else { throw IOError(operation, "\(address)") }
    }

    /// The address a socket is bound to.
    static func localAddress(_ fd: Int32) -> SocketAddress {
        unsafe RawAddress.filled { Int(unsafe getsockname(fd, $0, $1)) }.address
    }

    /// The pending error of a socket, which reading clears; 0 when there is none.
    static func pendingError(_ fd: Int32) -> Int32 {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }
}
