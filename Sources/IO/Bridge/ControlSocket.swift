package import Core
internal import Glibc

/// Where the control socket of a server is.
package enum ControlSocket {
    /// The path to listen on: `path`, or one with the process's number where another server listens already, which `warn` is
    /// told: the two may share a store while the older one drains.
    package static func path(_ path: String, warn: (String) -> Void) throws(IOError) -> String {
        guard (try? UnixAddress.connect(to: path)) != nil else { return path }
        let own = (path.hasSuffix(".sock") ? String(path.dropLast(5)) : path) + "-\(getpid()).sock"
        warn(
            "another server listens on \(path) and keeps it; this one listens on \(own). 'sipctl drain' ends the other")
        return own
    }
}

extension StateDirectory {
    /// 32 secret bytes that are made at the first start and stay the same: the file in the directory has mode 0600.
    package static func secret(_ name: String, in directory: String) throws(IOError) -> [UInt8] {
        try create(directory)
        let path = "\(directory)/\(name)"
        if let known = try? contents(path), known.count == secretSize { return known }
        var random = SystemRandom()
        let fresh = random.bytes(secretSize)
        try AtomicFile.write(fresh, to: path, mode: 0o600)
        return fresh
    }

    private static var secretSize: Int { 32 }

    private static func contents(_ path: String) throws(IOError) -> [UInt8] {
        let file = try FileCalls.open(path, O_RDONLY, "open")
        var bytes = [UInt8](repeating: 0, count: secretSize + 1)
        let count = unsafe read(file.raw, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }
}
