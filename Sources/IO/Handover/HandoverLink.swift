internal import Core
import CLinux
import Glibc

/// The connection to another server of the state directory, on the handover thread.
final class HandoverLink: DescriptorOwner, DeadlineOwner {
    /// Packets that may wait for the other to read.
    static let queueLimit = 4096
    /// A server that answers nothing for so long hangs.
    private static let patience = Duration.seconds(2)
    /// A server that was heard within this time need not be asked whether it lives.
    private static let calm = Duration.milliseconds(200)
    /// How long packets may come from our workers' mailboxes after they have heard that the other leaves.
    private static let farewellDelay = Duration.milliseconds(50)

    /// Who is at the other end; nil before its hello.
    var fellow: FellowServer?
    /// Packets that were lost because the other did not read.
    private(set) var dropped = 0
    private let descriptor: Descriptor
    private unowned let owner: HandoverLoop
    private var registration: EventLoop.Registration?
    private var waiting: [[UInt8]] = []
    private var lastHeard: Instant
    private var pingedAt: Instant?
    private var farewellAt: Instant?

    init(_ descriptor: consuming Descriptor, _ owner: HandoverLoop, at now: Instant) throws(IOError) {
        self.descriptor = descriptor
        (self.owner, lastHeard) = (owner, now)
        // As much as the kernel grants: what does not fit waits here.
        _ = SocketCalls.set(self.descriptor.raw, SOL_SOCKET, SO_SNDBUF, 4 << 20)
        registration = try owner.loop.add(self.descriptor.raw, .readable, self)
        owner.loop.add(deadlines: self)
    }

    /// Takes it off the loop, which would keep it alive.
    func close() {
        if let registration { owner.loop.remove(registration) }
        registration = nil
        owner.loop.remove(deadlines: self)
    }

    /// Sends a packet, or keeps it until the other reads.
    func send(_ packet: HandoverPacket, at now: Instant) {
        if case .message = packet, pingedAt == nil, now - lastHeard > Self.calm {
            pingedAt = now
            transmit(HandoverPacket.ping.bytes)
        }
        transmit(packet.bytes)
    }

    /// The other has said that it leaves.
    func prepareFarewell(at now: Instant) { farewellAt = now + Self.farewellDelay }

    private func transmit(_ bytes: [UInt8]) {
        guard waiting.isEmpty, write(bytes) else {
            guard waiting.count < Self.queueLimit else { return dropped += 1 }
            if waiting.isEmpty, let registration { owner.loop.modify(registration, [.readable, .writable]) }
            return waiting.append(bytes)
        }
    }

    /// False when the kernel's buffer is full. A broken connection is reported by reading.
    private func write(_ bytes: [UInt8]) -> Bool {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let sent = unsafe Glibc.send(descriptor.raw, bytes, bytes.count, flags)
        return sent >= 0 || errno != EAGAIN && errno != ENOBUFS
    }

    // MARK: on the loop

    func ready(_ events: IOEvents, at now: Instant) {
        if events.contains(.writable) { flush() }
        for _ in 0..<64 {
            let count = unsafe recv(descriptor.raw, &owner.buffer, owner.buffer.count, 0)
            if count > 0 {
                (lastHeard, pingedAt) = (now, nil)
                if let packet = HandoverPacket(Array(owner.buffer[..<count])) {
                    owner.receive(packet, from: self, at: now)
                }
            } else if count < 0, errno == EAGAIN {
                return
            } else if count == 0 || errno != EINTR {
                return owner.lost(self, at: now)
            }
            guard registration != nil else { return }
        }
    }

    private func flush() {
        var sent = 0
        while sent < waiting.count, write(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
        if waiting.isEmpty, let registration { owner.loop.modify(registration, .readable) }
    }

    // MARK: time

    var deadline: Instant? { earliest(pingedAt.map { $0 + Self.patience }, farewellAt) }

    func wake(at now: Instant) {
        if let due = farewellAt, due <= now {
            farewellAt = nil
            send(.farewell, at: now)
        }
        if let pingedAt, pingedAt + Self.patience <= now { owner.lost(self, at: now) }
    }
}
