/// A store that could not do what was asked: which store, and why. What was stored before is as it was.
package struct StoreError: Error, Hashable, Sendable {
    package let reason: Reason
    /// The path of the file, or the address of the server. Never holds a password.
    package let store: String

    package init(_ reason: Reason, _ store: String) { (self.reason, self.store) = (reason, store) }

    /// What is wrong. The text in `detail` is the library's or the server's, for the curious.
    package enum Reason: Hashable, Sendable {
        /// The file is not a database, or what is in it contradicts itself.
        case corrupt(detail: String)
        /// The file is a database of another program.
        case foreign
        /// Another process holds the store longer than we wait.
        case locked
        /// The file, its folder or the server takes no writes.
        case readOnly
        /// The file or its folder may not be opened by this user.
        case forbidden(detail: String)
        /// The disk, or the memory that the server may use, is full.
        case full
        /// A later version of the program wrote the store.
        case newerSchema(found: Int, known: Int)
        /// A stored object cannot be read. `object` is its id, `detail` what is wrong.
        case undecodable(object: String, detail: String)
        /// Nothing answers, or the connection broke. A write under way may have been done.
        case unreachable(detail: String)
        /// The server wants other credentials. The name is empty where only a password is sent.
        case wrongPassword(username: String)
        /// The server speaks no TLS, or its certificate is not trusted.
        case tlsRefused(detail: String)
        /// The server answered with an error.
        case refused(detail: String)
        /// The store has nothing of that id.
        case notFound(id: String)
        /// More work waits than the store can do.
        case overloaded
        /// The store is being closed.
        case closed
        /// The operating system could not do what was asked.
        case failed(detail: String)
    }
}

extension StoreError: CustomStringConvertible {
    /// One sentence for people: what failed, on what, why, what to try.
    package var description: String { "the store \(store) \(reason.complaint); \(reason.advice)" }
}

extension StoreError.Reason {
    /// What is wrong, in words that follow the name of the store.
    package var complaint: String {
        switch self {
        case .corrupt(let detail): "is damaged (\(detail))"
        case .foreign: "is a database of another program"
        case .locked: "is locked by another process"
        case .readOnly: "can only be read"
        case .forbidden(let detail): "may not be opened (\(detail))"
        case .full: "is full"
        case .newerSchema(let found, let known):
            "was written by a later version (schema \(found); this one knows \(known))"
        case .undecodable(let object, let detail): "holds \(object), which cannot be read (\(detail))"
        case .unreachable(let detail): "cannot be reached (\(detail))"
        case .wrongPassword(let username):
            username.isEmpty ? "refuses the password" : "refuses user \(username) with this password"
        case .tlsRefused(let detail): "cannot be reached over TLS (\(detail))"
        case .refused(let detail): "refused (\(detail))"
        case .notFound(let id): "has no \(id)"
        case .overloaded: "has too much to do"
        case .closed: "is being closed"
        case .failed(let detail): "failed (\(detail))"
        }
    }

    /// What a person should do about it.
    package var advice: String {
        switch self {
        case .corrupt: "nothing was changed: put a backup in its place, or move it away to begin anew"
        case .foreign: "choose another path"
        case .locked: "try again, or end the process that holds it"
        case .readOnly: "make the file and its folder writable, or name the server that takes writes"
        case .forbidden: "run as the user that owns it, or give this user the right to read and write it"
        case .full: "make room; nothing that was stored is lost"
        case .newerSchema: "use that version or a later one; nothing was changed"
        case .undecodable: "delete or replace that object with the tool that wrote it"
        case .unreachable: "see that the server runs and that the address is right"
        case .wrongPassword: "correct the user name and password in the configuration"
        case .tlsRefused: "see whether the server has TLS on this port and which authority signed its certificate"
        case .refused: "see what the user may do on the server, and its log"
        case .notFound: "list what there is"
        case .overloaded: "try again later"
        case .closed: "try again when it runs"
        case .failed: "see the reason and try again"
        }
    }
}
