import CLinux
import Core
import Glibc

/// A listening Unix socket on a loop: its file has mode 0600 from the first moment, and is removed on release.
///
/// A file that a dead process left is replaced; where somebody listens, `init` fails with EADDRINUSE. Two processes that start at
/// once are kept apart by a lock on the directory.
final class UnixListener {
    private static let acceptsPerTurn = 32
    private static let pause = Duration.milliseconds(100)

    let path: String
    private let descriptor: Descriptor
    private let limits: TCPConnection.Limits
    private let file: FileIdentity?
    private var watch: (loop: EventLoop, registration: EventLoop.Registration, handler: any TCPListenerOwner)?

    /// Which file a path named at some moment.
    private struct FileIdentity: Equatable {
        let device: UInt
        let inode: UInt

        init?(_ path: String) {
            var status = stat()
            guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
            (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
        }
    }

    init(path: String, limits: TCPConnection.Limits, backlog: Int32 = 128) throws(IOError) {
        let operation = "listen on"
        let address = try UnixAddress(path, operation)
        let lock = try Self.lockDirectory(of: path, operation)
        if FileIdentity(path) != nil { try Self.removeStale(path, operation) }
        descriptor = try UnixAddress.open(SOCK_STREAM, operation, path)
        // The file gets the mode of the socket, so that no moment passes in which others may connect.
        _ = fchmod(descriptor.raw, 0o600)
        let fd = descriptor.raw
        guard unsafe address.withSockaddr({ unsafe bind(fd, $0, $1) }) == 0, unsafe chmod(path, 0o600) == 0,
            listen(fd, backlog) == 0
        else { throw IOError(operation, path) }
        file = FileIdentity(path)
        (self.path, self.limits) = (path, limits)
        _ = consume lock
    }

    deinit {
        // The path may be somebody else's by now.
        if let file, FileIdentity(path) == file { unsafe _ = unlink(path) }
    }

    /// Begins to accept.
    func attach(to loop: EventLoop, _ handler: any TCPListenerOwner) throws(IOError) {
        precondition(watch == nil, "a listener is on one loop")
        watch = (loop, try loop.add(descriptor.raw, .readable, self), handler)
    }

    /// Stops accepting.
    func detach() {
        if let watch {
            watch.loop.remove(watch.registration)
            watch.loop.schedule(self, at: nil)
        }
        watch = nil
    }

    /// The directory, locked until it is released.
    private static func lockDirectory(of path: String, _ operation: String) throws(IOError) -> Descriptor {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let fd = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw IOError(operation, path) }
        let lock = Descriptor(owning: fd)
        while flock(lock.raw, LOCK_EX) != 0 {
            guard errno == EINTR else { throw IOError(operation, path) }
        }
        return lock
    }

    /// Removes a socket file on which nobody listens.
    private static func removeStale(_ path: String, _ operation: String) throws(IOError) {
        do throws(IOError) {
            _ = try UnixAddress.connect(to: path)
        } catch  where error.code == ECONNREFUSED {
            guard unsafe unlink(path) == 0 || errno == ENOENT else { throw IOError(operation, path) }
            return
        } catch  where error.code == ENOENT {
            return
        } catch  where error.code == EAGAIN {
            // Somebody listens and has not accepted for a while.
        }
        throw IOError(operation, path, code: EADDRINUSE)
    }
}

extension UnixListener: DescriptorOwner, DeadlineOwner {
    var deadline: Instant? { nil }

    func ready(_ events: IOEvents, at now: Instant) {
        for _ in 0..<Self.acceptsPerTurn {
            guard let watch else { return }
            let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let fd = sipctl_accept4(descriptor.raw, nil, nil, flags)
            if fd >= 0 {
                let connection = TCPConnection(
                    accepted: Descriptor(owning: fd), from: SocketAddress(.anyIPv4, 0), on: watch.loop, limits: limits)
                watch.handler.accepted(connection, at: now)
                continue
            }
            switch errno {
            case EAGAIN: return
            // As in `TCPListener`: the kernel would report the waiting peer without end.
            case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                watch.loop.modify(watch.registration, [])
                watch.loop.schedule(self, at: now + Self.pause)
                return
            default: continue
            }
        }
    }

    func wake(at now: Instant) {
        if let watch { watch.loop.modify(watch.registration, .readable) }
    }
}
