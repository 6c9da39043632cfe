#if canImport(FoundationEssentials)
import FoundationEssentials
#endif

/// The files under Tests/Fixtures; ORIGINS.md there says where each comes from.
package enum Fixtures {
    /// The path of the repository's root.
    package static var root: String {
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    }

    /// The bytes of a file, named relative to Tests/Fixtures. Stops the test run when it is missing.
    package static func bytes(_ path: String) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(root)/Tests/Fixtures/\(path)") else {
            fatalError("no fixture \(path)")
        }
        return Array(data)
    }

    /// The names of the files in a folder of Tests/Fixtures that end in `suffix`, sorted, folders below it included.
    package static func names(in folder: String, suffix: String) -> [String] {
        let base = "\(root)/Tests/Fixtures/\(folder)"
        guard let found = try? FileManager.default.subpathsOfDirectory(atPath: base) else { fatalError("no \(folder)") }
        return found.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    /// A JSON fixture decoded as `type`. Stops the test run when it does not fit.
    package static func json<T: Decodable>(_ path: String, as type: T.Type = T.self) -> T {
        do {
            return try JSONDecoder().decode(T.self, from: Data(bytes(path)))
        } catch {
            fatalError("\(path): \(error)")
        }
    }
}
