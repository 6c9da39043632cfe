package import Core
internal import Glibc

/// The control sockets of the servers of one state directory: each listens under a name with its process's number, and the one that
/// is meant when nobody is named has the common name, too: a second link to the same socket, put there by a rename, so that there
/// is no moment without it.
package enum ControlSocket {
    /// The path under which this process listens: `control-PID.sock` for `control.sock`.
    static func own(_ common: String) -> String { "\(stem(common))-\(getpid()).sock" }

    /// The sockets of the servers that share a common name, or have shared it: first the one that has it, then those of others.
    package static func paths(_ common: String) -> [String] {
        let (owns, first) = (owns(common), identity(common))
        // By their own names, since the common one may change hands before anybody connects.
        guard let place = owns.firstIndex(where: { first != nil && identity($0) == first }) else {
            return first == nil && !owns.isEmpty ? owns : [common] + owns
        }
        return [owns[place]] + owns[..<place] + owns[(place + 1)...]
    }

    /// Removes the sockets of servers that were killed.
    static func removeStale(_ common: String) {
        for path in owns(common) {
            do throws(IOError) { _ = try UnixAddress.connect(to: path) } catch {
                if error.code == ECONNREFUSED { unsafe _ = unlink(path) }
            }
        }
    }

    /// Gives the common name to this process's socket. False when somebody listens there who is not of this state directory.
    static func take(_ common: String) -> Bool {
        let (own, fresh) = (own(common), "\(own(common)).new")
        guard identity(common) != identity(own) else { return true }
        if (try? UnixAddress.connect(to: common)) != nil,
            !owns(common).contains(where: { identity($0) == identity(common) })
        {
            return false
        }
        unsafe _ = unlink(fresh)
        guard unsafe link(own, fresh) == 0, unsafe rename(fresh, common) == 0 else { return false }
        return true
    }

    /// Takes the common name away, if it is this process's.
    static func release(_ common: String) {
        if let mine = identity(own(common)), identity(common) == mine { unsafe _ = unlink(common) }
    }

    /// The paths of all servers beside the common one.
    private static func owns(_ common: String) -> [String] {
        let slash = common.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { String(common[..<$0]) } ?? "."
        let stem = stem(slash.map { String(common[common.index(after: $0)...]) } ?? common) + "-"
        return DirectoryListing.names(in: directory)
            .filter { name in
                name.hasPrefix(stem) && name.hasSuffix(".sock")
                    && name.dropFirst(stem.count).dropLast(5).allSatisfy(\.isNumber)
            }
            .map { "\(directory)/\($0)" }
    }

    private static func stem(_ path: String) -> String { path.hasSuffix(".sock") ? String(path.dropLast(5)) : path }

    /// Which file a path names; nil for none.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}

extension StateDirectory {
    /// 32 secret bytes that are made at the first start and stay the same: the file in the directory has mode 0600. One that is there
    /// and cannot be read, or is none of ours, is never replaced.
    package static func secret(_ name: String, in directory: String) throws(IOError) -> [UInt8] {
        try create(directory)
        let path = "\(directory)/\(name)"
        if let known = try contents(path) { return known }
        var random = SystemRandom()
        let fresh = random.bytes(secretSize)
        try AtomicFile.write(fresh, to: path, mode: 0o600)
        return fresh
    }

    private static var secretSize: Int { 32 }

    /// The secret in a file; nil when there is no such file.
    private static func contents(_ path: String) throws(IOError) -> [UInt8]? {
        let operation = "read secret"
        let file: Descriptor
        do throws(IOError) {
            file = try FileCalls.open(path, O_RDONLY, operation)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
        var bytes = [UInt8](repeating: 0, count: secretSize + 1)
        let count = unsafe read(file.raw, &bytes, bytes.count)
        guard count >= 0 else { throw IOError(operation, path) }
        guard count == secretSize else {
            throw IOError(
                operation, path,
                because:
                    "it does not hold \(secretSize) bytes; put a backup in its place, or remove it to begin with a new one"
            )
        }
        return Array(bytes.prefix(count))
    }
}
