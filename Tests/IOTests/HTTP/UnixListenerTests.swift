import CLinux
import Core
import Glibc
import IO
import Testing

@Suite("Unix sockets")
struct UnixListenerTests {
    private func serve(_ path: String) throws -> HTTPServer {
        var routes = HTTPRoutes<HTTPHandler>()
        routes.add(.get, "/") { request, responder in
            responder.respond(.text(.ok, request.remote == nil ? "local" : "remote"))
        }
        return try HTTPServer([HTTPServer.Listener(.unix(path), routes)])
    }

    private func mode(_ path: String) -> UInt32? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return status.st_mode
    }

    @Test("the file has mode 0600, answers, and goes with its server")
    func file() throws {
        let directory = try SocketDirectory()
        let server = try serve(directory.socket)
        #expect(mode(directory.socket) == S_IFSOCK | 0o600)
        do {
            let peer = try RawPeer(server.addresses[0])
            peer.say("GET / HTTP/1.0\r\n\r\n")
            #expect(try peer.rest().hasSuffix("\r\n\r\nlocal"))
        }
        server.stop()
        #expect(mode(directory.socket) == nil)
    }

    @Test("a file that nobody listens on is replaced")
    func stale() throws {
        let directory = try SocketDirectory()
        let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: Array(directory.socket.utf8)) }
        let bound = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(fd, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(fd)
        #expect(mode(directory.socket) != nil)
        let server = try serve(directory.socket)
        let peer = try RawPeer(server.addresses[0])
        peer.say("GET / HTTP/1.0\r\n\r\n")
        #expect(try peer.rest().hasSuffix("local"))
    }

    @Test("where somebody listens, nothing is replaced")
    func inUse() throws {
        let directory = try SocketDirectory()
        let server = try serve(directory.socket)
        let error = #expect(throws: IOError.self) { _ = try serve(directory.socket) }
        #expect(error?.description == "cannot listen on \(directory.socket): address already in use")
        let peer = try RawPeer(server.addresses[0])
        peer.say("GET / HTTP/1.0\r\n\r\n")
        #expect(try peer.rest().hasSuffix("local"))
    }

    @Test("a file that is no socket is left alone")
    func foreign() throws {
        let directory = try SocketDirectory()
        let path = directory.path + "/file"
        let fd = unsafe open(path, O_CREAT | O_WRONLY, 0o644)
        close(fd)
        let error = #expect(throws: IOError.self) { _ = try serve(path) }
        #expect(error?.name == "EADDRINUSE")
        #expect(mode(path) == S_IFREG | 0o644)
    }

    @Test("paths that cannot be listened on are named")
    func paths() throws {
        let long = "/tmp/" + String(repeating: "x", count: 200)
        let tooLong = #expect(throws: IOError.self) { _ = try serve(long) }
        #expect(tooLong?.reason == "the path of a socket may have 107 bytes at most")
        let missing = #expect(throws: IOError.self) { _ = try serve("/nonexistent/control.sock") }
        #expect(missing?.description == "cannot listen on /nonexistent/control.sock: no such file or directory")
        #expect(throws: IOError.self) { _ = try serve("") }
    }
}
