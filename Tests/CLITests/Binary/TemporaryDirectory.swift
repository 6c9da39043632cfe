import FoundationEssentials
import Glibc

/// A directory that is removed with the value.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() {
        var name = Array("/tmp/sipctl-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&name) != nil else { fatalError("no temporary directory") }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    borrowing func write(_ bytes: [UInt8], to name: String) {
        _ = FileManager.default.createFile(atPath: path + "/" + name, contents: Data(bytes))
    }

    borrowing func read(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: path + "/" + name).map(Array.init) ?? []
    }

    borrowing func open(_ name: String) -> Int32 { unsafe Glibc.open("\(path)/\(name)", O_RDONLY | O_CLOEXEC) }

    borrowing func create(_ name: String) -> Int32 {
        unsafe Glibc.open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }
}
