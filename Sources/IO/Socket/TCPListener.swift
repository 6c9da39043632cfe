import CLinux
package import Core
import Glibc

/// Owner of a `TCPListener`.
package protocol TCPListenerOwner: AnyObject {
    /// A peer connected. The owner starts the connection, or drops it, which closes it.
    func accepted(_ connection: TCPConnection, at now: Instant)
}

/// A listening TCP socket on a loop.
package final class TCPListener {
    /// Connections accepted per turn.
    private static let acceptsPerTurn = 32
    /// How long to wait when descriptors or memory have run out: the kernel would report the waiting peer without end.
    private static let pause = Duration.milliseconds(100)

    package let localAddress: SocketAddress
    /// The bounds that accepted connections get.
    package let limits: TCPConnection.Limits
    /// How often accepting had to pause because descriptors or memory had run out.
    package private(set) var pauses = 0

    private let descriptor: Descriptor
    private var watch: (loop: EventLoop, registration: EventLoop.Registration, handler: any TCPListenerOwner)?

    /// Binds and listens. `reusePort` lets several workers share the port.
    package init(
        bind address: SocketAddress, reusePort: Bool = false, backlog: Int32 = 1024,
        limits: TCPConnection.Limits = TCPConnection.Limits()
    ) throws(IOError) {
        descriptor = Descriptor(
            owning: try SocketCalls.open(SOCK_STREAM, for: address.ip, "listen on tcp", "\(address)"))
        // A restarted server takes its port back although old connections linger in TIME_WAIT.
        _ = SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1)
        if reusePort, !SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_REUSEPORT, 1) {
            throw IOError("share tcp port", "\(address)")
        }
        try SocketCalls.bind(descriptor.raw, address, "listen on tcp")
        guard listen(descriptor.raw, backlog) == 0 else { throw IOError("listen on tcp", "\(address)") }
        localAddress = SocketCalls.localAddress(descriptor.raw)
        self.limits = limits
    }

    /// Begins to accept.
    package func attach(to loop: EventLoop, _ handler: any TCPListenerOwner) throws(IOError) {
        precondition(watch == nil, "a listener is on one loop")
        watch = (loop, try loop.add(descriptor.raw, .readable, self), handler)
    }

    /// Stops accepting. Peers still find the port open until the listener is released.
    package func detach() {
        if let watch {
            watch.loop.remove(watch.registration)
            watch.loop.schedule(self, at: nil)
        }
        watch = nil
    }

    private enum Accepted {
        case connection(TCPConnection)
        case none, gone, exhausted
    }

    private func accept(on loop: EventLoop) -> Accepted {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let (fd, remote) = unsafe RawAddress.filled {
            Int(unsafe sipctl_accept4(descriptor.raw, $0, $1, flags))
        }
        guard fd < 0 else {
            let accepted = Descriptor(owning: Int32(fd))
            return .connection(TCPConnection(accepted: accepted, from: remote, on: loop, limits: limits))
        }
        switch errno {
        case EAGAIN: return .none
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        // The peer was gone before it was accepted, or the network reported an error for it: accept(2).
        default: return .gone
        }
    }
}

extension TCPListener: DescriptorOwner, DeadlineOwner {
    package var deadline: Instant? { nil }

    package func ready(_ events: IOEvents, at now: Instant) {
        for _ in 0..<Self.acceptsPerTurn {
            guard let watch else { return }
            switch accept(on: watch.loop) {
            case .connection(let connection): watch.handler.accepted(connection, at: now)
            case .gone: continue
            case .none: return
            case .exhausted:
                pauses += 1
                watch.loop.modify(watch.registration, [])
                watch.loop.schedule(self, at: now + Self.pause)
                return
            }
        }
    }

    package func wake(at now: Instant) {
        if let watch { watch.loop.modify(watch.registration, .readable) }
    }
}
