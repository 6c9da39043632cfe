import CLinux
import Glibc

/// A path as the kernel takes it for a Unix socket.
@safe
struct UnixAddress {
    /// The longest path, in bytes (unix(7)).
    static let longestPath = 107

    private var storage = sockaddr_un()

    /// Fails for a path that is empty, too long for the kernel or holds a zero byte.
    init(_ path: String, _ operation: String) throws(IOError) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else { throw IOError(operation, path, code: EINVAL) }
        guard bytes.count <= Self.longestPath else {
            throw IOError(operation, path, because: "the path of a socket may have \(Self.longestPath) bytes at most")
        }
        storage.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &storage.sun_path) { place in
            unsafe place.copyBytes(from: bytes)
        }
    }

    /// A non-blocking socket of the family, closed on exec.
    static func open(
        _ type: __socket_type, _ operation: String, _ path: String
    ) throws(IOError) -> Descriptor {
        let flags = Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return try Descriptor(socket(AF_UNIX, flags, 0), orThrow: operation, path)
    }

    /// Connects a socket of `open`; answers at once. A full backlog of the listener is EAGAIN.
    static func connect(to path: String, _ type: __socket_type = SOCK_STREAM) throws(IOError) -> Descriptor {
        let operation = "connect to"
        let address = try UnixAddress(path, operation)
        let socket = try open(type, operation, path)
        guard unsafe address.withSockaddr({ unsafe Glibc.connect(socket.raw, $0, $1) }) == 0 else {
            throw IOError(operation, path)
        }
        return socket
    }

    /// Hands the address to a system call that reads one.
    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
