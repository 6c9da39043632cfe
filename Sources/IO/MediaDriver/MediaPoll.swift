import CLinux
import Glibc

/// Tells at a worker's tick which of thousands of RTP and RTCP sockets have packets, by one `epoll_wait`, so that media costs
/// no wake-up between two ticks. The kernel's receive times say when each packet came.
@safe
final class MediaPoll {
    /// Which socket of which leg, as the kernel hands it back.
    struct Token: Hashable {
        let leg: UInt32
        let isRTCP: Bool
    }

    private static let batch = 512
    /// What is still unread after this many rounds of a tick stays in the kernel's buffers for the next one.
    private static let roundsPerTick = 8

    private let epoll: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>

    init() throws(IOError) {
        epoll = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), orThrow: "open an event loop")
        unsafe events = .allocate(capacity: Self.batch)
        unsafe events.initialize(repeating: epoll_event(), count: Self.batch)
    }

    deinit { unsafe events.deallocate() }

    func add(_ fd: Int32, _ token: Token) throws(IOError) {
        var event = unsafe epoll_event()
        unsafe event.events = IOEvents.readable.rawValue
        unsafe event.data.u64 = UInt64(token.leg) << 1 | (token.isRTCP ? 1 : 0)
        guard unsafe epoll_ctl(epoll.raw, EPOLL_CTL_ADD, fd, &event) == 0 else { throw IOError("watch a media port") }
    }

    func remove(_ fd: Int32) { _ = epoll_ctl(epoll.raw, EPOLL_CTL_DEL, fd, nil) }

    /// Names every socket that has packets, again until it has none.
    func drain(_ ready: (Token) -> Void) {
        for _ in 0..<Self.roundsPerTick {
            let count = Int(unsafe epoll_wait(epoll.raw, events, Int32(Self.batch), 0))
            guard count > 0 else { return }
            for index in 0..<count {
                let key = unsafe events[index].data.u64
                ready(Token(leg: UInt32(truncatingIfNeeded: key >> 1), isRTCP: key & 1 == 1))
            }
        }
    }
}
