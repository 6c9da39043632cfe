import Core
import IO
import Testing

@Suite("RTPPortAllocator")
struct RTPPortAllocatorTests {
    private let start = SystemClock.now()

    /// Ports that are free, below those the kernel hands out by itself; different for tests that run side by side.
    private func range(_ offset: UInt16, _ count: UInt16) throws -> ClosedRange<UInt16> {
        for first in stride(from: 20_000 + offset, to: 30_000, by: 600) {
            let range = first...(first + count - 1)
            let probes = range.compactMap { try? UDPSocket(bind: SocketAddress(.loopback, $0)) }
            if probes.count == range.count { return range }
        }
        throw IOError("find", "\(count) ports", because: "others hold them")
    }

    @Test("pairs are even and odd, bound, distinct and within the range")
    func pairs() throws {
        let allocator = try RTPPortAllocator(range: range(1, 41))
        #expect(allocator.capacity == 20)
        var open: [RTPPorts] = []
        for _ in 0..<10 { open.append(try allocator.open(on: .loopback, at: start)) }
        for ports in open {
            let (rtp, rtcp) = (ports.rtp.localAddress, ports.rtcp.localAddress)
            #expect(rtp.port % 2 == 0 && rtcp.port == rtp.port + 1)
            #expect(allocator.range.contains(rtp.port) && allocator.range.contains(rtcp.port))
        }
        #expect(Set(open.map(\.rtp.localAddress)).count == 10)
        #expect(allocator.used == 10)
        open.removeAll()
        #expect(allocator.used == 0)
    }

    @Test("a closed pair rests, then comes back")
    func draining() throws {
        let range = try range(100, 2)
        let allocator = try RTPPortAllocator(range: range, draining: .seconds(5))
        var ports: RTPPorts? = try allocator.open(on: .loopback, at: start)
        let port = ports?.rtp.localAddress.port
        ports = nil
        let closed = SystemClock.now()
        let error = #expect(throws: IOError.self) { _ = try allocator.open(on: .loopback, at: closed + .seconds(4)) }
        #expect(
            error?.description
                == "cannot open RTP ports 127.0.0.1 \(range.lowerBound)-\(range.upperBound): "
                + "of 1 pairs 0 are in use, 1 rest after a call, 0 belong to others"
        )
        let again = try allocator.open(on: .loopback, at: closed + .seconds(5))
        #expect(again.rtp.localAddress.port == port)
        #expect(allocator.used == 1)
    }

    @Test("where none is left, the pair that has rested longest is taken, after five seconds")
    func early() throws {
        let allocator = try RTPPortAllocator(range: range(150, 4), draining: .seconds(30))
        var first: RTPPorts? = try allocator.open(on: .loopback, at: start)
        var second: RTPPorts? = try allocator.open(on: .loopback, at: start)
        let port = first?.rtp.localAddress.port
        first = nil
        second = nil
        #expect(second == nil)
        let closed = SystemClock.now()
        #expect(throws: IOError.self) { _ = try allocator.open(on: .loopback, at: closed + .seconds(4)) }
        let early = try allocator.open(on: .loopback, at: closed + .seconds(6))
        #expect(early.rtp.localAddress.port == port)
        let late = try allocator.open(on: .loopback, at: closed + .seconds(31))
        #expect(late.rtp.localAddress.port != port)
    }

    @Test("ports of other programs are passed over, and the sentence says so")
    func foreign() throws {
        let range = try range(200, 4)
        let allocator = try RTPPortAllocator(range: range)
        let other = try UDPSocket(bind: SocketAddress(.loopback, range.lowerBound + 1))
        let ports = try allocator.open(on: .loopback, at: start)
        #expect(ports.rtp.localAddress.port == range.lowerBound + 2)
        let error = #expect(throws: IOError.self) { _ = try allocator.open(on: .loopback, at: start) }
        #expect(error?.reason == "of 2 pairs 1 are in use, 0 rest after a call, 1 belong to others")
        #expect(other.localAddress.port == range.lowerBound + 1)
    }

    @Test(
        "a range without a pair is refused",
        arguments: [10_001...10_002, 10_000...10_000, 65_535...65_535] as [ClosedRange<UInt16>])
    func empty(range: ClosedRange<UInt16>) {
        #expect(throws: IOError.self) { _ = try RTPPortAllocator(range: range) }
    }

    @Test("the last port may be 65535")
    func last() throws {
        let allocator = try RTPPortAllocator(range: 65_533...65_535)
        #expect(allocator.range == 65_534...65_535)
    }

    @Test("an address that is not ours is an error at once and costs no port")
    func notOurs() throws {
        let allocator = try RTPPortAllocator(range: range(300, 8))
        let error = #expect(throws: IOError.self) {
            _ = try allocator.open(on: IPAddress(v4: 0xc000_0201), at: start)
        }
        #expect(error?.name == "EADDRNOTAVAIL")
        #expect(allocator.used == 0)
    }

    @Test("four threads never get the same pair")
    func threads() throws {
        let allocator = try RTPPortAllocator(range: range(400, 200))
        let seen = try Mailbox<UInt16>()
        let start = start
        let threads = try (0..<4).map { number in
            try WorkerThread(name: "opener-\(number)") {
                var held: [RTPPorts] = []
                for _ in 0..<25 {
                    guard let ports = try? allocator.open(on: .loopback, at: start) else { return }
                    held.append(ports)
                    seen.post(ports.rtp.localAddress.port)
                }
            }
        }
        for thread in threads { thread.join() }
        var ports: [UInt16] = []
        seen.drain(into: &ports)
        #expect(ports.count == 100 && Set(ports).count == 100)
    }
}
