import Core
import Glibc
import IO
import Testing

/// A plain socket to a server under test, which says exactly the bytes that a test gives it. Blocks, with a limit.
struct RawPeer: ~Copyable {
    let fd: Int32

    init(_ address: HTTPServer.Address) throws {
        switch address {
        case .tcp(let address):
            fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = address.port.bigEndian
            name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = unsafe withUnsafePointer(to: &name) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(fd, $0, size) }
            }
            try #require(result == 0)
        case .unix(let path):
            fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let result = unsafe withUnsafePointer(to: &name) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(fd, $0, size) }
            }
            try #require(result == 0)
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        _ = unsafe setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { _ = Glibc.close(fd) }

    /// Sends text; false when the server has closed.
    @discardableResult
    func say(_ text: String) -> Bool { say(Array(text.utf8)) }

    @discardableResult
    func say(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(fd, $0.baseAddress.map { unsafe $0 + start }, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    /// Tells the server that nothing follows.
    func finish() { _ = shutdown(fd, Int32(SHUT_WR)) }

    /// The next bytes; empty at the end of the stream.
    func read() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(fd, &buffer, buffer.count, 0)
        // A reset is an end too.
        if count < 0 && errno != ECONNRESET { throw TimedOut() }
        return Array(buffer.prefix(max(0, count)))
    }

    /// Everything until the server closes.
    func rest() throws -> String {
        var all: [UInt8] = []
        while true {
            let piece = try read()
            if piece.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += piece
        }
    }

    /// What arrives up to and with `mark`.
    func read(until mark: String) throws -> String {
        var all: [UInt8] = []
        while true {
            let piece = try read()
            all += piece
            let text = String(decoding: all, as: UTF8.self)
            if text.contains(mark) { return text }
            if piece.isEmpty { throw TimedOut() }
        }
    }
}

/// A directory for sockets, short enough for the kernel, removed with what is in it.
final class SocketDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/sipctl-http-XXXXXX".utf8CString)
        path = try #require(
            unsafe template.withUnsafeMutableBufferPointer { name -> String? in
                guard let start = name.baseAddress, unsafe mkdtemp(start) != nil else { return nil }
                return unsafe String(cString: start)
            })
    }

    deinit {
        for name in ["control.sock", "file"] { unsafe _ = unlink("\(path)/\(name)") }
        unsafe _ = rmdir(path)
    }

    var socket: String { path + "/control.sock" }
}
