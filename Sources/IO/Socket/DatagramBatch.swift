import CLinux
package import Core
import Glibc

/// Slots for up to `capacity` received datagrams, allocated once and used for any number of sockets of one worker.
@safe
package final class DatagramBatch {
    private static let controlSize = 64
    private static let addressSize = 32

    /// How many datagrams fit.
    package let capacity: Int
    /// Longer datagrams are cut to this.
    package let slotSize: Int
    /// How many datagrams the last `UDPSocket.receiveBatch` brought.
    package private(set) var count = 0

    private let stride: Int
    private let bytes: UnsafeMutableRawPointer
    private let addresses: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    private let vectors: UnsafeMutablePointer<iovec>
    let headers: UnsafeMutablePointer<sipctl_mmsghdr>
    private var now = Instant.zero
    private var wallOffset: Int64 = 0

    /// 64 slots of 65,535 bytes take any datagram; memory that no datagram touched is not resident.
    package init(capacity: Int = 64, slotSize: Int = 65_535) {
        precondition(capacity > 0 && slotSize > 0, "a batch has slots")
        (self.capacity, self.slotSize) = (capacity, slotSize)
        // An odd number of cache lines, so that the first bytes of the slots do not share cache sets.
        stride = ((slotSize + 63) / 64 | 1) * 64
        unsafe bytes = .allocate(byteCount: capacity * stride, alignment: 64)
        unsafe addresses = .allocate(byteCount: capacity * Self.addressSize, alignment: 64)
        unsafe controls = .allocate(byteCount: capacity * Self.controlSize, alignment: 64)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe headers = .allocate(capacity: capacity)
        for index in 0..<capacity {
            unsafe vectors[index] = iovec(iov_base: bytes + index * stride, iov_len: slotSize)
            var header = unsafe sipctl_mmsghdr()
            unsafe header.header.msg_name = addresses + index * Self.addressSize
            unsafe header.header.msg_iov = vectors + index
            unsafe header.header.msg_iovlen = 1
            unsafe header.header.msg_control = controls + index * Self.controlSize
            unsafe headers[index] = header
            reset(index)
        }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe addresses.deallocate()
        unsafe controls.deallocate()
        unsafe vectors.deallocate()
        unsafe headers.deallocate()
    }

    /// The bytes of a datagram, valid within `body`.
    package func withBytes<R>(_ index: Int, _ body: (Span<UInt8>) -> R) -> R {
        let length = length(index)
        return unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(start: bytes + index * stride, count: length)))
    }

    /// The bytes of a datagram for work in place, such as decrypting it, valid within `body`.
    package func withMutableBytes<R>(_ index: Int, _ body: (inout MutableSpan<UInt8>) -> R) -> R {
        let length = length(index)
        let start = unsafe (bytes + index * stride).assumingMemoryBound(to: UInt8.self)
        var span = unsafe MutableSpan(_unsafeStart: start, count: length)
        return body(&span)
    }

    /// A copy of a datagram, for what outlives the batch.
    package func bytes(_ index: Int) -> [UInt8] {
        let length = length(index)
        return unsafe Array(UnsafeRawBufferPointer(start: bytes + index * stride, count: length))
    }

    /// The number of bytes of a datagram.
    package func length(_ index: Int) -> Int {
        precondition(index >= 0 && index < count, "the batch holds this datagram")
        return min(Int(unsafe headers[index].length), slotSize)
    }

    /// Where a datagram came from.
    package func source(_ index: Int) -> SocketAddress {
        precondition(index >= 0 && index < count, "the batch holds this datagram")
        return unsafe RawAddress.decode(addresses + index * Self.addressSize)
    }

    /// When the kernel received a datagram, or when the batch was read for sockets without timestamps. Never after that.
    package func arrival(_ index: Int) -> Instant {
        precondition(index >= 0 && index < count, "the batch holds this datagram")
        let wall = unsafe sipctl_receive_time(&headers[index].header)
        return wall == 0 ? now : min(now, Instant(nanoseconds: wall &- wallOffset))
    }

    /// Notes what a receive brought. The slots it used are reset by the next `prepare`.
    func received(_ count: Int, at now: Instant, wallOffset: Int64) {
        (self.count, self.now, self.wallOffset) = (count, now, wallOffset)
    }

    /// Makes the slots that the last receive used ready for the next.
    func prepare() {
        for index in 0..<count { reset(index) }
        count = 0
    }

    /// The kernel overwrites the lengths of the address and of the control data.
    private func reset(_ index: Int) {
        unsafe headers[index].header.msg_namelen = socklen_t(RawAddress.capacity)
        unsafe headers[index].header.msg_controllen = Self.controlSize
    }
}
