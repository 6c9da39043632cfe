import CLinux
import Core
import Glibc

/// Datagrams waiting for one socket, copied into memory that is allocated once. Bounded: what does not fit is refused.
@safe
final class SendQueue {
    private static let addressSize = 32

    private let slots: Int
    private let size: Int
    private let bytes: UnsafeMutableRawPointer
    private let addresses: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    private let headers: UnsafeMutablePointer<sipctl_mmsghdr>
    private var head = 0
    private var tail = 0
    private var used = 0

    /// Room for `slots` datagrams of together `size` bytes.
    init(slots: Int, size: Int) {
        (self.slots, self.size) = (slots, size)
        unsafe bytes = .allocate(byteCount: size, alignment: 64)
        unsafe addresses = .allocate(byteCount: slots * Self.addressSize, alignment: 64)
        unsafe vectors = .allocate(capacity: slots)
        unsafe headers = .allocate(capacity: slots)
        for index in 0..<slots {
            unsafe vectors[index] = iovec(iov_base: bytes, iov_len: 0)
            var header = unsafe sipctl_mmsghdr()
            unsafe header.header.msg_name = addresses + index * Self.addressSize
            unsafe header.header.msg_iov = vectors + index
            unsafe header.header.msg_iovlen = 1
            unsafe headers[index] = header
        }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe addresses.deallocate()
        unsafe vectors.deallocate()
        unsafe headers.deallocate()
    }

    /// How many datagrams wait.
    var count: Int { tail - head }

    /// Whether the next datagram of `length` bytes is refused.
    func isFull(for length: Int) -> Bool { tail == slots || size - used < length }

    /// Copies a datagram in; the caller has asked `isFull`.
    func append(_ datagram: Span<UInt8>, to address: SocketAddress) {
        let length = datagram.count
        precondition(!isFull(for: length), "a full queue takes nothing")
        let place = unsafe bytes + used
        unsafe datagram.withUnsafeBytes { source in
            if let start = source.baseAddress { unsafe place.copyMemory(from: start, byteCount: length) }
        }
        unsafe vectors[tail] = iovec(iov_base: place, iov_len: length)
        unsafe headers[tail].header.msg_namelen = RawAddress.encode(address, to: addresses + tail * Self.addressSize)
        tail += 1
        used += length
    }

    /// What a `flush` ended with.
    enum Outcome {
        case drained
        /// The kernel's buffer is full; the rest stays queued.
        case blocked
        /// The first datagram was refused and is dropped; call again for the rest.
        case refused(SocketAddress, code: Int32)
    }

    /// Sends what waits.
    func flush(_ fd: Int32) -> Outcome {
        while head < tail {
            let sent = unsafe sipctl_sendmmsg(fd, headers + head, UInt32(tail - head), 0)
            if sent > 0 {
                head += Int(sent)
                continue
            }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN || code == ENOBUFS { return .blocked }
            let address = unsafe RawAddress.decode(addresses + head * Self.addressSize)
            head += 1
            return .refused(address, code: code)
        }
        (head, tail, used) = (0, 0, 0)
        return .drained
    }
}
