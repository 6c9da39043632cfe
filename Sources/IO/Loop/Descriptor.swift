import Glibc

/// Owns a file descriptor and closes it when it goes out of scope.
package struct Descriptor: ~Copyable, Sendable {
    /// The number. Valid as long as this value lives.
    package let raw: Int32

    /// Takes over a descriptor that nothing else closes.
    package init(owning raw: Int32) { self.raw = raw }

    /// Gives the descriptor away without closing it.
    package consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    deinit { _ = Glibc.close(raw) }

    /// Takes over the result of a system call that answers a descriptor or -1.
    init(_ result: Int32, orThrow operation: String, _ subject: String = "") throws(IOError) {
        guard result >= 0 else { throw IOError(operation, subject) }
        self.init(owning: result)
    }
}
