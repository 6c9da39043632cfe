import Core
import Glibc
import IO
import Testing

@Suite("StateDirectory")
struct StateDirectoryTests {
    @Test("the environment says where the state is, for any user")
    func path() {
        #expect(StateDirectory.path(environment: ["SIPCTL_HOME": "/srv/a", "HOME": "/home/u"]) == "/srv/a")
        #expect(StateDirectory.path(environment: ["XDG_STATE_HOME": "/x"]) == "/x/sipctl")
        #expect(StateDirectory.path(environment: [:]) == "/var/lib/sipctl")
    }

    @Test("a folder that is there stays as it is")
    func existing() throws {
        let folder = ScratchFolder()
        unsafe chmod(folder.path, 0o750)
        try StateDirectory.create(folder.path)
        try StateDirectory.create("/")
        var status = stat()
        unsafe stat(folder.path, &status)
        #expect(status.st_mode & 0o777 == 0o750)
    }

    @Test("a file in the way is an error")
    func file() {
        let folder = ScratchFolder()
        close(unsafe open(folder.file("a"), O_CREAT | O_WRONLY, 0o600))
        #expect(throws: IOError.self) { try StateDirectory.create(folder.file("a")) }
        #expect(throws: IOError.self) { try StateDirectory.create(folder.file("a/b")) }
    }
}
