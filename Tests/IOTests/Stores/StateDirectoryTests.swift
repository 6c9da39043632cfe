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

    @Test("a secret is made once and stays the same, for this user alone")
    func secret() throws {
        let folder = ScratchFolder()
        let path = folder.file("state/key")
        let made = try StateDirectory.secret("key", in: folder.file("state"))
        #expect(made.count == 32 && made != [UInt8](repeating: 0, count: 32))
        #expect(try StateDirectory.secret("key", in: folder.file("state")) == made)
        var status = stat()
        unsafe stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o600 && status.st_size == 32)
    }

    @Test("a secret that cannot be read or has another size is an error and stays as it is", arguments: [0, 31, 33])
    func faultySecret(size: Int) throws {
        let folder = ScratchFolder()
        try AtomicFile.write([UInt8](repeating: 7, count: size), to: folder.file("key"))
        let error = #expect(throws: IOError.self) { try StateDirectory.secret("key", in: folder.path) }
        #expect(error?.detail.contains("32 bytes") == true)
        var status = stat()
        unsafe stat(folder.file("key"), &status)
        #expect(Int(status.st_size) == size)
        // Neither root nor anybody can read a folder, or a link to itself.
        try StateDirectory.create(folder.file("folder"))
        #expect(throws: IOError("read secret", folder.file("folder"), code: EISDIR)) {
            try StateDirectory.secret("folder", in: folder.path)
        }
        unsafe symlink("loop", folder.file("loop"))
        #expect(throws: IOError("read secret", folder.file("loop"), code: ELOOP)) {
            try StateDirectory.secret("loop", in: folder.path)
        }
    }

    @Test("a file in the way is an error")
    func file() {
        let folder = ScratchFolder()
        close(unsafe open(folder.file("a"), O_CREAT | O_WRONLY, 0o600))
        #expect(throws: IOError.self) { try StateDirectory.create(folder.file("a")) }
        #expect(throws: IOError.self) { try StateDirectory.create(folder.file("a/b")) }
    }
}
