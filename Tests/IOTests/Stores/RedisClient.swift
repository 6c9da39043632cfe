import Core
import Glibc

/// Another program at the same Redis server: plain commands over a blocking socket, one after the other.
final class RedisClient {
    struct Broken: Error {}

    private let fd: Int32
    private var buffer: [UInt8] = []

    init(_ server: RedisServer, password: String = "") throws {
        fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = server.port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(fd, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Broken() }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        _ = unsafe setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if !password.isEmpty { _ = try text("AUTH", password) }
    }

    deinit { close(fd) }

    /// The first line of the answer to a command.
    func text(_ words: String...) throws -> String {
        String(decoding: try line(after: words.map { Array($0.utf8) }), as: UTF8.self)
    }

    /// Sets a field of a hash.
    func put(_ hash: String, _ field: String, _ value: [UInt8]) throws {
        _ = try line(after: [Array("HSET".utf8), Array(hash.utf8), Array(field.utf8), value])
    }

    /// The fields of a hash.
    func hash(_ name: String) throws -> [String: [UInt8]] {
        let header = try line(after: [Array("HGETALL".utf8), Array(name.utf8)])
        guard header.first == UInt8(ascii: "*"), let count = Int(String(decoding: header.dropFirst(), as: UTF8.self))
        else {
            throw Broken()
        }
        var fields: [String: [UInt8]] = [:]
        for _ in 0..<count / 2 {
            let name = String(decoding: try bulk(), as: UTF8.self)
            fields[name] = try bulk()
        }
        return fields
    }

    private func line(after command: [[UInt8]]) throws -> [UInt8] {
        var bytes = Array("*\(command.count)\r\n".utf8)
        for argument in command { bytes += Array("$\(argument.count)\r\n".utf8) + argument + [13, 10] }
        guard unsafe write(fd, bytes, bytes.count) == bytes.count else { throw Broken() }
        return try line()
    }

    private func line() throws -> [UInt8] {
        while true {
            if let end = buffer.firstIndex(of: 13), end + 1 < buffer.count {
                defer { buffer.removeSubrange(...(end + 1)) }
                return Array(buffer[..<end])
            }
            try fill()
        }
    }

    private func bulk() throws -> [UInt8] {
        guard let count = Int(String(decoding: try line().dropFirst(), as: UTF8.self)) else { throw Broken() }
        while buffer.count < count + 2 { try fill() }
        defer { buffer.removeSubrange(..<(count + 2)) }
        return Array(buffer[..<count])
    }

    private func fill() throws {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(fd, &bytes, bytes.count)
        guard count > 0 else { throw Broken() }
        buffer += bytes[..<count]
    }
}
