import FoundationEssentials
import Glibc
import Support
import Testing

/// The files under Tests/Golden. UPDATE_GOLDEN=1 writes what is found instead of comparing.
enum Golden {
    static let folder = Fixtures.root + "/Tests/Golden"

    static var isUpdating: Bool { unsafe getenv("UPDATE_GOLDEN") != nil }

    static func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: folder + "/" + name).map { Array($0) }
    }

    /// Compares with a file, which may be missing where nothing is expected.
    static func expect(_ found: [UInt8], matches name: String, isOptional: Bool = false) {
        guard isUpdating else {
            let expected = bytes(name) ?? []
            #expect(text(found) == text(expected), "\(name): run the tests with UPDATE_GOLDEN=1 and look at the diff")
            return
        }
        let path = folder + "/" + name
        if found.isEmpty, isOptional {
            try? FileManager.default.removeItem(atPath: path)
        } else {
            let parent = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
            try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: path, contents: Data(found))
        }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// One run of the program: `CASE.args` has an argument a line, `CASE.stdin` its input, `CASE.files` what lies in its
/// directory; `CASE.stdout`, `CASE.stderr` and `CASE.status` are what it must leave, empty and 0 where they are missing.
struct GoldenCase: CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }

    static var all: [GoldenCase] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: Golden.folder)) ?? []
        return names.filter { $0.hasSuffix(".args") }.sorted().map { GoldenCase(name: String($0.dropLast(5))) }
    }

    func run() throws -> Child.Result {
        let directory = TemporaryDirectory()
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(Golden.folder)/\(name).files")) ?? []
        for file in files { directory.write(Golden.bytes("\(name).files/\(file)") ?? [], to: file) }
        let arguments = (Golden.bytes(name + ".args") ?? []).split(separator: 0x0a, omittingEmptySubsequences: false)
        return try Child.run(
            arguments.dropLast().map { String(decoding: $0, as: UTF8.self) },
            stdin: Golden.bytes(name + ".stdin") ?? [],
            in: directory,
            environment: Child.environment.merging(["SIPCTL_HOME": "state"]) { $1 })
    }
}

@Suite("The program's output, error output and exit status") struct GoldenTests {
    @Test("golden files", arguments: GoldenCase.all)
    func matches(_ golden: GoldenCase) throws {
        let result = try golden.run()
        Golden.expect(result.stdout, matches: golden.name + ".stdout", isOptional: true)
        Golden.expect(result.stderr, matches: golden.name + ".stderr", isOptional: true)
        let status = result.status == 0 ? [] : Array("\(result.status)\n".utf8)
        Golden.expect(status, matches: golden.name + ".status", isOptional: true)
    }
}
