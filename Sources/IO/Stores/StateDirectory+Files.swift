package import Core
internal import CLinux
internal import Glibc

/// The store, and the control socket beside it.
extension StateDirectory {
    /// The name of the store in the directory.
    package static let storeName = "sipctl.db"
    /// The name of the control socket in the directory.
    package static let socketName = "control.sock"

    /// The directory for the user of this process.
    package static func path(environment: [String: String]) -> String { path(environment, isRoot: geteuid() == 0) }

    /// Makes a directory and what is missing above it, for this user alone (0700). What exists stays as it is.
    package static func create(_ path: String) throws(IOError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            if unsafe mkdir(made, 0o700) != 0, errno != EEXIST {
                let error = IOError("create folder", made)
                // In a read-only file system mkdir says so even of what exists.
                guard isDirectory(made) else { throw error }
            }
        }
        guard isDirectory(path) else { throw IOError("create folder", path, code: ENOTDIR) }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
