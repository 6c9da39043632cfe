import Glibc

/// Small files of the tests.
enum FileText {
    static func read(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    static func bytes(_ path: String) -> [UInt8] {
        let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { close(fd) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(fd, &buffer, buffer.count)
            guard count > 0 else { return all }
            all += buffer[..<count]
        }
    }
}

/// A folder of its own for a test, removed with what the test left in it.
final class ScratchFolder {
    let path: String

    init() {
        var random = SystemRandomNumberGenerator()
        path = "/tmp/sipctl-test-\(random.next())"
        unsafe mkdir(path, 0o700)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names in the folder, sorted.
    var names: [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    deinit {
        for name in names { unsafe unlink(file(name)) }
        unsafe rmdir(path)
    }
}
