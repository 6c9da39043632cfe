internal import Core
internal import CLinux
internal import Glibc

/// Tells which servers run that share a store: each holds the lock of one byte in a file beside it, and the kernel lets the
/// lock go when the process ends, however it ends (open file description locks, fcntl(2)).
struct InstanceLocks: ~Copyable {
    // Hidden without _GNU_SOURCE, which the importer does not set; the numbers are the kernel's interface.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private let file: Descriptor

    /// Opens the file of a store, and makes it where it is missing.
    init(beside store: String) throws(IOError) {
        file = try FileCalls.open("\(store)-instances", O_RDWR | O_CREAT, mode: 0o600, "open")
    }

    /// Holds the lock of an instance until this value ends. False when another process holds it.
    func hold(_ instance: InstanceID) -> Bool {
        var lock = Self.lock(instance)
        return unsafe fcntl(file.raw, Self.setLock, &lock) == 0
    }

    /// Whether another process, or another opening of the file, holds the lock. In doubt it does.
    func isHeld(_ instance: InstanceID) -> Bool {
        var lock = Self.lock(instance)
        guard unsafe fcntl(file.raw, Self.getLock, &lock) == 0 else { return true }
        return lock.l_type != Int16(F_UNLCK)
    }

    private static func lock(_ instance: InstanceID) -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(offset(instance))
        lock.l_len = 1
        return lock
    }

    /// A byte of the file, which need not exist: FNV-1a of the name, 62 bits of it.
    private static func offset(_ instance: InstanceID) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in instance.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash >> 2
    }
}
