import Core
import Glibc
import IO
import Testing

@Suite("The control sockets of a state directory")
struct ControlSocketTests {
    private static func listen(_ path: String) throws -> ControlServer { try ControlServer(path: path) { _ in } }

    @Test("the server with the common name comes first, by its own name, and each once")
    func order() throws {
        let folder = ScratchFolder()
        let (old, new) = (folder.file("control-12.sock"), folder.file("control-7.sock"))
        let common = folder.file("control.sock")
        #expect(
            ControlSocket.paths(common) == [common], "what to tell people when nobody is there")
        let servers = [try Self.listen(old), try Self.listen(new)]
        #expect(ControlSocket.paths(common) == [old, new])
        unsafe link(new, common)
        #expect(ControlSocket.paths(common) == [new, old])
        for server in servers { server.stop() }
    }

    @Test("a server without a name of its own, and files of other names")
    func others() throws {
        let folder = ScratchFolder()
        let common = folder.file("control.sock")
        let server = try Self.listen(common)
        try AtomicFile.write([], to: folder.file("control-12.sock.new"), mode: 0o600)
        try AtomicFile.write([], to: folder.file("control-x.sock"), mode: 0o600)
        #expect(ControlSocket.paths(common) == [common])
        server.stop()
    }
}
