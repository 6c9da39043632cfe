import CLinux
package import Core
import Glibc

/// Owner of a `TCPConnection`. All calls come from the loop, never from within a call to the connection.
package protocol TCPConnectionOwner: AnyObject {
    /// An outgoing connection is established.
    func connected(_ connection: TCPConnection, at now: Instant)
    /// Bytes arrived; they are valid during the call.
    func receive(_ bytes: Span<UInt8>, on connection: TCPConnection, at now: Instant)
    /// The peer finished sending. By default our side finishes too, after what is queued.
    func peerFinished(_ connection: TCPConnection, at now: Instant)
    /// The connection is gone. Called once for every connection that was started, whatever the reason.
    func closed(_ connection: TCPConnection, _ reason: TCPConnection.CloseReason, at now: Instant)
}

extension TCPConnectionOwner {
    package func connected(_ connection: TCPConnection, at now: Instant) {}
    package func peerFinished(_ connection: TCPConnection, at now: Instant) { connection.finish() }
}

/// A TCP connection on a loop: bounded in what it queues and in how long it may be silent.
package final class TCPConnection {
    /// Why a connection ended.
    package enum CloseReason: Hashable, Sendable {
        /// `close` was called.
        case local
        /// Both sides finished.
        case finished
        /// Nothing arrived for the idle timeout.
        case idle
        /// The peer does not read: more than the queue limit waits.
        case backlogged
        /// No connection within the connect timeout.
        case connectTimedOut
        /// Refused, unreachable, reset, …
        case failed(IOError)
    }

    /// Bounds of a connection.
    package struct Limits: Sendable {
        /// Bytes that may wait for the peer to read.
        package var queue: Int
        package var connectTimeout: Duration
        /// Silence of the peer that ends the connection; nil for none.
        package var idleTimeout: Duration?

        package init(queue: Int = 1 << 20, connectTimeout: Duration = .seconds(5), idleTimeout: Duration? = nil) {
            (self.queue, self.connectTimeout, self.idleTimeout) = (queue, connectTimeout, idleTimeout)
        }
    }

    private enum State {
        case connecting, open
        /// The reason is reported by the next turn of the loop.
        case closing(CloseReason)
        case closed
    }

    /// Bytes read at a time, and times a turn: one busy peer does not starve the others.
    private static let chunksPerTurn = 4

    package let remoteAddress: SocketAddress
    /// The local end; its port is 0 until an outgoing connection is established.
    package private(set) var localAddress: SocketAddress
    package let limits: Limits

    private let loop: EventLoop
    private var descriptor: Descriptor?
    private var state: State
    private var registration: EventLoop.Registration?
    private var handler: (any TCPConnectionOwner)?
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var hasPeerFinished = false
    private var isFinishing = false
    private var hasFinished = false
    private var lastArrival = Instant.zero
    private var connectDeadline: Instant?

    /// Begins to connect, from `local` when that is given (its port may be 0).
    package init(
        to remote: SocketAddress, from local: SocketAddress? = nil, on loop: EventLoop, limits: Limits = Limits()
    ) throws(IOError) {
        let descriptor = Descriptor(
            owning: try SocketCalls.open(SOCK_STREAM, for: remote.ip, "connect to tcp", "\(remote)"))
        Self.configure(descriptor.raw)
        // The same port may serve another peer.
        if let local, local.port > 0 { _ = SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, 1) }
        if let local { try SocketCalls.bind(descriptor.raw, local, "bind tcp") }
        let fd = descriptor.raw
        let result = unsafe RawAddress(remote).withSockaddr { unsafe connect(fd, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw IOError("connect to tcp", "\(remote)") }
        (remoteAddress, localAddress) = (remote, SocketCalls.localAddress(fd))
        (self.loop, self.limits, state) = (loop, limits, .connecting)
        self.descriptor = consume descriptor
    }

    /// Takes over a connection that a listener accepted.
    init(accepted descriptor: consuming Descriptor, from remote: SocketAddress, on loop: EventLoop, limits: Limits) {
        Self.configure(descriptor.raw)
        (remoteAddress, localAddress) = (remote, SocketCalls.localAddress(descriptor.raw))
        (self.loop, self.limits, state) = (loop, limits, .open)
        self.descriptor = consume descriptor
    }

    private static func configure(_ fd: Int32) {
        // SIP messages are small and complete: waiting to fill a segment only adds delay.
        _ = SocketCalls.set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        _ = SocketCalls.set(fd, SOL_SOCKET, SO_KEEPALIVE, 1)
    }

    /// Begins to serve the connection; it lives until `closed` is reported. One that is never started closes on release.
    package func start(_ handler: any TCPConnectionOwner) throws(IOError) {
        precondition(registration == nil, "a connection is started once")
        guard let fd = descriptor?.raw else { return }
        self.handler = handler
        lastArrival = SystemClock.now()
        if case .connecting = state { connectDeadline = lastArrival + limits.connectTimeout }
        registration = try loop.add(fd, interest, self)
        scheduleNext()
    }

    /// Bytes that wait for the peer to read.
    package var queued: Int { outgoing.count - sent }

    /// Sends bytes, or queues what the kernel does not take. False when the connection is ending, or ends now because too
    /// much is queued.
    @discardableResult
    package func send(_ bytes: Span<UInt8>) -> Bool {
        switch state {
        case .connecting, .open: break
        case .closing, .closed: return false
        }
        guard !isFinishing else { return false }
        var start = 0
        if case .open = state, queued == 0 {
            guard let count = unsafe bytes.withUnsafeBytes({ unsafe write($0) }) else { return false }
            start = count
        }
        guard start < bytes.count else { return true }
        guard queued + bytes.count - start <= limits.queue else {
            end(.backlogged)
            return false
        }
        unsafe bytes.withUnsafeBytes { unsafe outgoing.append(contentsOf: $0[start...]) }
        updateInterest()
        return true
    }

    /// Sends bytes, or queues what the kernel does not take.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { send(bytes.span) }

    /// Sends what is queued, then tells the peer that nothing follows. What the peer still sends is received.
    package func finish() {
        isFinishing = true
        finishIfDrained()
    }

    /// Ends the connection at once; what is queued is lost.
    package func close() { end(.local) }

    // MARK: The course of a connection

    private var interest: IOEvents {
        if case .connecting = state { return .writable }
        var interest: IOEvents = hasPeerFinished ? [] : .readable
        if queued > 0 { interest.insert(.writable) }
        return interest
    }

    private func updateInterest() {
        if let registration { loop.modify(registration, interest) }
    }

    /// Closes now and reports at the next turn, so that the owner is never called from within its own call.
    private func end(_ reason: CloseReason) {
        switch state {
        case .connecting, .open: state = .closing(reason)
        case .closing, .closed: return
        }
        if let registration { loop.remove(registration) }
        registration = nil
        descriptor = nil
        (outgoing, sent) = ([], 0)
        if handler == nil { state = .closed } else { loop.schedule(self, at: SystemClock.now()) }
    }

    private func finishIfDrained() {
        guard isFinishing, !hasFinished, queued == 0, case .open = state, let fd = descriptor?.raw else { return }
        hasFinished = true
        _ = shutdown(fd, Int32(SHUT_WR))
        if hasPeerFinished { end(.finished) }
    }

    /// Writes to the socket. Nil when that failed and the connection ends.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let fd = descriptor?.raw else { return nil }
        while true {
            let count = unsafe Glibc.send(fd, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return 0
            default:
                end(.failed(IOError("send to tcp", "\(remoteAddress)")))
                return nil
            }
        }
    }

    private func flush() {
        while queued > 0 {
            let count = unsafe outgoing.withUnsafeBytes { unsafe write(UnsafeRawBufferPointer(rebasing: $0[sent...])) }
            guard let count else { return }
            if count == 0 { break }
            sent += count
        }
        if queued == 0 {
            outgoing.removeAll(keepingCapacity: outgoing.capacity <= 65_536)
            sent = 0
        } else if sent > 65_536 {
            outgoing.removeFirst(sent)
            sent = 0
        }
        updateInterest()
        finishIfDrained()
    }

    private func completeConnect(at now: Instant) {
        guard let fd = descriptor?.raw else { return }
        let code = SocketCalls.pendingError(fd)
        guard code == 0 else { return end(.failed(IOError("connect to tcp", "\(remoteAddress)", code: code))) }
        state = .open
        connectDeadline = nil
        lastArrival = now
        localAddress = SocketCalls.localAddress(fd)
        handler?.connected(self, at: now)
        flush()
        scheduleNext()
    }

    private func receive(at now: Instant) {
        for _ in 0..<Self.chunksPerTurn {
            guard case .open = state, !hasPeerFinished, let fd = descriptor?.raw else { return }
            let buffer = unsafe loop.scratch
            let count = unsafe recv(fd, buffer.baseAddress, buffer.count, 0)
            if count > 0 {
                lastArrival = now
                let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                handler?.receive(bytes, on: self, at: now)
                // A short read has emptied the socket.
                if count < buffer.count { return }
            } else if count == 0 {
                hasPeerFinished = true
                updateInterest()
                if hasFinished { end(.finished) } else { handler?.peerFinished(self, at: now) }
            } else if errno != EINTR {
                if errno != EAGAIN { end(.failed(IOError("receive from tcp", "\(remoteAddress)"))) }
                return
            }
        }
    }

    private func scheduleNext() {
        switch state {
        case .connecting: loop.schedule(self, at: connectDeadline)
        // Arrivals do not move the wake-up: when it comes, it looks how long the silence is.
        case .open: loop.schedule(self, at: limits.idleTimeout.map { lastArrival + $0 })
        case .closing, .closed: break
        }
    }
}

extension TCPConnection: DescriptorOwner, DeadlineOwner {
    package var deadline: Instant? { nil }

    package func ready(_ events: IOEvents, at now: Instant) {
        if case .connecting = state { return completeConnect(at: now) }
        if events.contains(.writable) { flush() }
        if !events.isDisjoint(with: [.readable, .hangup, .error]) { receive(at: now) }
        // Reset while nothing is read any more: the error would be reported for ever.
        if hasPeerFinished, !events.isDisjoint(with: [.hangup, .error]), let fd = descriptor?.raw {
            let code = SocketCalls.pendingError(fd)
            end(code == 0 ? .finished : .failed(IOError("receive from tcp", "\(remoteAddress)", code: code)))
        }
    }

    package func wake(at now: Instant) {
        switch state {
        case .closing(let reason):
            state = .closed
            let last = handler
            handler = nil
            last?.closed(self, reason, at: now)
        case .connecting:
            if let connectDeadline, connectDeadline <= now { end(.connectTimedOut) } else { scheduleNext() }
        case .open:
            if let idle = limits.idleTimeout, lastArrival + idle <= now { end(.idle) } else { scheduleNext() }
        case .closed: break
        }
    }
}
