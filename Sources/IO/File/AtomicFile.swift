import CLinux
import Glibc

/// Replaces files as a whole: after a crash a file holds the old bytes or the new ones, never a part. Blocks.
package enum AtomicFile {
    /// Writes beside `path`, makes sure it is on the disk, and renames it over `path`.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(IOError) {
        var random = SystemRandom()
        let temporary = "\(path).\(String(random.next(), radix: 36)).tmp"
        let file = try FileCalls.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode, "create")
        do throws(IOError) {
            try FileCalls.writeAll(file.raw, bytes, temporary)
            guard fsync(file.raw) == 0 else { throw IOError("write to", temporary) }
            guard unsafe rename(temporary, path) == 0 else { throw IOError("replace", path) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try syncFolder(of: path)
    }

    /// The new name is in the folder, so the folder has to reach the disk too.
    private static func syncFolder(of path: String) throws(IOError) {
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map {
            $0 == path.startIndex ? "/" : String(path[..<$0])
        }
        let descriptor = try FileCalls.open(folder ?? ".", O_RDONLY | O_DIRECTORY, "open")
        // Some file systems cannot sync folders; the rename has happened all the same.
        guard fsync(descriptor.raw) == 0 || errno == EINVAL else { throw IOError("write to", folder ?? ".") }
    }
}
