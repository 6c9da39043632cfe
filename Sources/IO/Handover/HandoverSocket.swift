internal import Core
import CLinux
import Glibc

/// The Unix sockets by which the servers of one state directory find and reach each other: one file a server, mode 0600, packets
/// in order and whole (SOCK_SEQPACKET, unix(7)).
enum HandoverSocket {
    private static let (prefix, suffix) = ("handover-", ".sock")

    /// The name of a server's file.
    static func name(_ number: ServerNumber) -> String { "\(prefix)\(number)\(suffix)" }

    /// The servers that have a file in the directory, dead ones included.
    static func numbers(in directory: String) -> [ServerNumber] {
        DirectoryListing.names(in: directory).compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            return ServerNumber(name.dropFirst(prefix.count).dropLast(suffix.count).utf8)
        }
    }

    /// Listens under the number's name. The name appears only when the socket listens already: where nobody listens, the file is taken for
    /// that of a dead server.
    static func listen(_ number: ServerNumber, in directory: String) throws(IOError) -> Descriptor {
        let operation = "listen on"
        let (path, temporary) = ("\(directory)/\(name(number))", "\(directory)/.\(number).sock")
        let listener = try UnixAddress.open(SOCK_SEQPACKET, operation, path)
        _ = fchmod(listener.raw, 0o600)
        let fd = listener.raw
        guard unsafe try UnixAddress(temporary, operation).withSockaddr({ unsafe bind(fd, $0, $1) }) == 0,
            unsafe chmod(temporary, 0o600) == 0, Glibc.listen(fd, 64) == 0,
            unsafe rename(temporary, path) == 0
        else {
            let error = IOError(operation, path)
            unsafe _ = unlink(temporary)
            throw error
        }
        return listener
    }

    /// Connects to a server. Nil when it is not there; the file of a dead one is removed.
    static func connect(_ number: ServerNumber, in directory: String) -> Descriptor? {
        let path = "\(directory)/\(name(number))"
        do throws(IOError) {
            return try UnixAddress.connect(to: path, SOCK_SEQPACKET)
        } catch {
            if error.code == ECONNREFUSED { unsafe _ = unlink(path) }
            return nil
        }
    }
}
