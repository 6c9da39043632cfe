import CLinux
import Glibc

/// A system call that could not do what was asked: the operation, what it was done to, and the kernel's reason.
package struct IOError: Error, Hashable, Sendable {
    /// What was attempted, in words that follow "cannot": `bind udp`, `open`.
    package var operation: String
    /// What it was attempted on: an address, a path, a name. Empty when there is nothing to name.
    package var subject: String
    /// The errno of the kernel; 0 when the reason is our own (`detail`).
    package var code: Int32
    /// A reason that is not the kernel's; empty otherwise.
    package var detail: String

    /// An error the kernel reported. Read `errno` at once: later calls overwrite it.
    package init(_ operation: String, _ subject: String = "", code: Int32 = errno) {
        (self.operation, self.subject, self.code, self.detail) = (operation, subject, code, "")
    }

    /// An error that is decided here, such as an exhausted port range.
    package init(_ operation: String, _ subject: String, because detail: String) {
        (self.operation, self.subject, self.code, self.detail) = (operation, subject, 0, detail)
    }

    /// `EADDRINUSE`; empty when the reason is not the kernel's.
    package var name: String {
        guard code != 0, let text = unsafe sipctl_error_name(code) else { return "" }
        return unsafe String(cString: text)
    }

    /// The reason in words: `address already in use`.
    package var reason: String {
        if !detail.isEmpty { return detail }
        guard let text = unsafe sipctl_error_text(code) else { return "error \(code)" }
        let words = unsafe String(cString: text)
        // Acronyms such as "RPC" and "I/O" keep their capitals.
        guard let second = words.dropFirst().first, second.isLowercase || second == " " else { return words }
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}

extension IOError: CustomStringConvertible {
    /// One sentence for people: `cannot bind udp 127.0.0.1:5060: address already in use`.
    package var description: String {
        subject.isEmpty ? "cannot \(operation): \(reason)" : "cannot \(operation) \(subject): \(reason)"
    }
}
