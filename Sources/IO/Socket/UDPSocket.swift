import CLinux
package import Core
import Glibc

/// Receives what a `UDPSocket` on a loop brings.
package protocol DatagramReceiver: AnyObject {
    /// A batch has arrived; its contents are valid during the call. What the receiver queues is flushed afterwards.
    func receive(_ batch: DatagramBatch, on socket: UDPSocket, at now: Instant)
}

/// A bound UDP socket: reads and writes in batches, never blocks, and keeps what the kernel cannot take yet.
package final class UDPSocket {
    /// Batches read per turn, so that one busy socket does not starve the deadlines.
    private static let batchesPerTurn = 4
    /// Datagrams collected before a flush happens by itself: one `sendmmsg`.
    private static let flushAt = 64

    /// The address it is bound to, with the port the kernel chose where 0 was asked for.
    package let localAddress: SocketAddress
    /// Datagrams that were dropped because the queue was full or the kernel refused them.
    package private(set) var dropped = 0
    /// Called with what the kernel refused at once (no route, not permitted, too long): the transport error of RFC 3261 §18.4.
    package var onRefusal: ((SocketAddress, IOError) -> Void)?

    private let descriptor: Descriptor
    private let hasTimestamps: Bool
    private let queueLimit: (slots: Int, bytes: Int)
    private var outgoing: SendQueue?
    private var watch: Watch?

    private struct Watch {
        let loop: EventLoop
        let registration: EventLoop.Registration
        let batch: DatagramBatch
        let handler: any DatagramReceiver
        var awaitsWritable = false
    }

    /// Binds a socket. `reusePort` lets several workers share the port; `receiveBuffer` in bytes asks the kernel for room
    /// (it grants at most net.core.rmem_max unless privileged), 0 leaves its default; `timestamps` has the kernel note
    /// arrival times; `queueLimit` bounds what waits to be sent.
    package init(
        bind address: SocketAddress, reusePort: Bool = false, receiveBuffer: Int = 0, timestamps: Bool = false,
        queueLimit: (slots: Int, bytes: Int) = (256, 256 * 1024)
    ) throws(IOError) {
        descriptor = Descriptor(owning: try SocketCalls.open(SOCK_DGRAM, for: address.ip, "bind udp", "\(address)"))
        if reusePort, !SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_REUSEPORT, 1) {
            throw IOError("share udp port", "\(address)")
        }
        if receiveBuffer > 0 {
            let size = Int32(clamping: receiveBuffer)
            if !SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_RCVBUFFORCE, size) {
                _ = SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_RCVBUF, size)
            }
        }
        hasTimestamps = timestamps
        if timestamps { _ = SocketCalls.set(descriptor.raw, SOL_SOCKET, SO_TIMESTAMPNS, 1) }
        try SocketCalls.bind(descriptor.raw, address, "bind udp")
        localAddress = SocketCalls.localAddress(descriptor.raw)
        self.queueLimit = queueLimit
    }

    /// The descriptor, for an owner that watches it by itself.
    package var fd: Int32 { descriptor.raw }

    // MARK: Receiving

    /// Reads what waits, up to the batch's capacity, and returns how many datagrams came; 0 when none waits.
    package func receiveBatch(into batch: DatagramBatch) -> Int {
        receiveBatch(into: batch, at: SystemClock.now())
    }

    /// As above, with the time of the call, which stamps datagrams that have no timestamp of the kernel.
    package func receiveBatch(into batch: DatagramBatch, at now: Instant) -> Int {
        batch.prepare()
        while true {
            let count = unsafe sipctl_recvmmsg(fd, batch.headers, UInt32(batch.capacity), 0, nil)
            if count > 0 {
                batch.received(Int(count), at: now, wallOffset: hasTimestamps ? SystemClock.wallOffset() : 0)
                return Int(count)
            }
            // A pending error (an ICMP message) was cleared by reporting it: the datagrams behind it are still there.
            if count < 0, errno == EINTR || errno == ECONNREFUSED { continue }
            return 0
        }
    }

    /// Reads one datagram into `buffer`. Returns its length, cut to the buffer's, and source; nil when none waits.
    package func receive(into buffer: inout MutableSpan<UInt8>) -> (length: Int, source: SocketAddress)? {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            let (length, source) = unsafe RawAddress.filled {
                unsafe recvfrom(fd, bytes.baseAddress, bytes.count, 0, $0, $1)
            }
            return length < 0 ? nil : (length, source)
        }
    }

    // MARK: Sending

    /// Queues a copy of a datagram for the next `flush`. False, and counted, when the queue is full.
    @discardableResult
    package func queue(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        let queue = outgoing ?? SendQueue(slots: queueLimit.slots, size: queueLimit.bytes)
        outgoing = queue
        if queue.count >= Self.flushAt || queue.isFull(for: bytes.count) { flush() }
        guard !queue.isFull(for: bytes.count) else {
            dropped += 1
            return false
        }
        queue.append(bytes, to: address)
        return true
    }

    /// Queues a copy of a datagram for the next `flush`. False, and counted, when the queue is full.
    @discardableResult
    package func queue(_ bytes: [UInt8], to address: SocketAddress) -> Bool { queue(bytes.span, to: address) }

    /// Sends what is queued. False when the kernel's buffer is full: the rest goes out when a watching loop says so, or
    /// with the next flush.
    @discardableResult
    package func flush() -> Bool {
        guard let outgoing, outgoing.count > 0 else { return true }
        while true {
            switch outgoing.flush(fd) {
            case .drained:
                awaitWritable(false)
                return true
            case .blocked:
                awaitWritable(true)
                return false
            case .refused(let address, let code):
                dropped += 1
                onRefusal?(address, IOError("send udp to", "\(address)", code: code))
            }
        }
    }

    /// Datagrams that wait to be sent.
    package var queued: Int { outgoing?.count ?? 0 }

    /// Sends one datagram at once, past the queue. False, and counted, when the kernel does not take it.
    @discardableResult
    package func send(_ bytes: Span<UInt8>, to address: SocketAddress) -> Bool {
        let raw = RawAddress(address)
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            unsafe raw.withSockaddr { unsafe sendto(fd, bytes.baseAddress, bytes.count, 0, $0, $1) }
        }
        if sent < 0 { dropped += 1 }
        return sent >= 0
    }

    /// Sends one datagram at once, past the queue. False, and counted, when the kernel does not take it.
    @discardableResult
    package func send(_ bytes: [UInt8], to address: SocketAddress) -> Bool { send(bytes.span, to: address) }

    // MARK: On a loop

    /// Watches the socket: batches go to `handler`, and what a full kernel buffer held back is sent when there is room.
    package func attach(to loop: EventLoop, batch: DatagramBatch, _ handler: any DatagramReceiver) throws(IOError) {
        precondition(watch == nil, "a socket is on one loop")
        let registration = try loop.add(fd, .readable, self)
        watch = Watch(loop: loop, registration: registration, batch: batch, handler: handler)
        if queued > 0 { flush() }
    }

    /// Ends the watch. The socket stays open until it is released.
    package func detach() {
        if let watch { watch.loop.remove(watch.registration) }
        watch = nil
    }

    private func awaitWritable(_ awaits: Bool) {
        guard let watch, watch.awaitsWritable != awaits else { return }
        watch.loop.modify(watch.registration, awaits ? [.readable, .writable] : .readable)
        self.watch?.awaitsWritable = awaits
    }
}

extension UDPSocket: DescriptorOwner {
    package func ready(_ events: IOEvents, at now: Instant) {
        if events.contains(.writable) { flush() }
        var now = now
        for _ in 0..<Self.batchesPerTurn {
            guard let watch, receiveBatch(into: watch.batch, at: now) > 0 else { return }
            let isFull = watch.batch.count == watch.batch.capacity
            watch.handler.receive(watch.batch, on: self, at: now)
            flush()
            guard isFull else { return }
            now = SystemClock.now()
            // A flood of datagrams waits for the tick of media, not the tick for the flood.
            if watch.loop.isDue(at: now) { return }
        }
    }
}
