package import Core
import Glibc

/// Where a configuration is read from.
package enum ConfigurationSource: Hashable, Sendable {
    /// Defaults and the environment alone.
    case none
    /// A file; `-` is standard input.
    case file(String)
    /// YAML text, and what to call it.
    case body(String, name: String)

    /// How people call it.
    package var name: String {
        switch self {
        case .none: "no file"
        case .file("-"): "standard input"
        case .file(let path): path
        case .body(_, let name): name
        }
    }
}

extension LoadedConfiguration {
    /// Reads a configuration, with what the environment adds to it. What is wrong within it is in `faults`; this throws when the
    /// file cannot be read. It blocks.
    package init(_ source: ConfigurationSource) throws(IOError) {
        let text: [UInt8]? =
            switch source {
            case .none: nil
            case .file(let path): try Self.contents(of: path)
            case .body(let body, _): Array(body.utf8)
            }
        let variables = Self.variables
        do throws(ConfigurationFault) {
            let root = try text.flatMap { text throws(ConfigurationFault) in try YAMLReader.read(text) }
            self.init(root, variables: variables, isRoot: geteuid() == 0)
        } catch {
            self.init()
            faults = [error]
        }
    }

    private static var variables: [String: String] {
        var result: [String: String] = [:]
        for name in StateDirectory.variables + ConfigurationTable.keys.compactMap(\.environment) {
            result[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
        }
        return result
    }

    private static func contents(of path: String) throws(IOError) -> [UInt8] {
        guard path != "-" else { return try contents(of: STDIN_FILENO, "standard input") }
        let file = try FileCalls.open(path, O_RDONLY, "open")
        return try contents(of: file.raw, path)
    }

    /// One byte more than is allowed is enough to say that it is too much.
    private static func contents(of fd: Int32, _ name: String) throws(IOError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= YAMLReader.Limit.bytes {
            var code: Int32 = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
                let result = unsafe Glibc.read(fd, buffer.baseAddress, 16_384)
                code = result < 0 ? errno : 0
                count = max(0, result)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw IOError("read", name, code: code) }
            guard !chunk.isEmpty else { break }
            bytes += chunk
        }
        return bytes
    }
}
