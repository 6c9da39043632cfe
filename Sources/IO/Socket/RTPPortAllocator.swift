package import Core
import Glibc
import Synchronization

/// An even RTP port with the odd RTCP port above it (RFC 3550 §11), both bound.
package final class RTPPorts {
    package let rtp: UDPSocket
    package let rtcp: UDPSocket
    private let allocator: RTPPortAllocator
    private let index: Int

    fileprivate init(rtp: UDPSocket, rtcp: UDPSocket, index: Int, of allocator: RTPPortAllocator) {
        (self.rtp, self.rtcp, self.index, self.allocator) = (rtp, rtcp, index, allocator)
    }

    // The descriptors close with this object, unless somebody holds a socket longer; the ports rest in any case.
    deinit { allocator.release(index, at: SystemClock.now()) }
}

/// The RTP port range of the process, used by all workers.
///
/// Pairs are picked at random, so that a port cannot be guessed from the last one. A pair that was closed rests for a while:
/// packets that are still on their way to the old call must not reach a new one. Where none is left, the one that has rested longest
/// is taken early, but not within the first seconds.
package final class RTPPortAllocator: Sendable {
    /// The range that was given, from the first even port to the last odd one.
    package let range: ClosedRange<UInt16>
    /// How long a closed pair rests.
    package let draining: Duration
    /// How long it does so at least.
    private static let shortest = Duration.seconds(5)

    private enum Pair: Equatable, Sendable {
        case free, used
        case resting(since: Instant)
    }

    private struct State: Sendable {
        var pairs: [Pair]
        var random = SystemRandom()
    }

    private let state: Mutex<State>

    /// Uses the even-odd pairs that lie within `range` whole.
    package init(range: ClosedRange<UInt16> = 10_000...20_000, draining: Duration = .seconds(5)) throws(IOError) {
        let first = Int(range.lowerBound) + Int(range.lowerBound & 1)
        let count = max(0, (Int(range.upperBound) + 1 - first) / 2)
        guard count > 0, first > 0 else {
            throw IOError(
                "use RTP ports", Self.text(range), because: "the range holds no even port with an odd one above it")
        }
        self.range = UInt16(first)...UInt16(first + count * 2 - 1)
        self.draining = draining
        state = Mutex(State(pairs: Array(repeating: .free, count: count)))
    }

    /// How many pairs the range holds.
    package var capacity: Int { range.count / 2 }

    /// How many pairs are in use now.
    package var used: Int { state.withLock { $0.pairs.count { $0 == .used } } }

    /// Binds a random free pair on `ip`. The ports return to the range when the result is released. Ports that other
    /// programs hold are passed over.
    package func open(
        on ip: IPAddress, at now: Instant, receiveBuffer: Int = 0
    ) throws(IOError) -> RTPPorts {
        var refused: Set<Int> = []
        while let index = reserve(at: now, except: refused) {
            do {
                let port = range.lowerBound + UInt16(index * 2)
                let rtp = try UDPSocket(bind: SocketAddress(ip, port), receiveBuffer: receiveBuffer, timestamps: true)
                let rtcp = try UDPSocket(bind: SocketAddress(ip, port + 1), timestamps: true)
                return RTPPorts(rtp: rtp, rtcp: rtcp, index: index, of: self)
            } catch {
                state.withLock { $0.pairs[index] = .free }
                guard error.code == EADDRINUSE else { throw error }
                refused.insert(index)
            }
        }
        let resting = state.withLock { $0.pairs.count { $0 != .used && $0 != .free } }
        throw IOError(
            "open RTP ports", "\(ip) \(Self.text(range))",
            because:
                "of \(capacity) pairs \(used) are in use, \(resting) rest after a call, \(refused.count) belong to others"
        )
    }

    private static func text(_ range: ClosedRange<UInt16>) -> String { "\(range.lowerBound)-\(range.upperBound)" }

    /// The first free pair after a random one, marked as used.
    private func reserve(at now: Instant, except refused: Set<Int>) -> Int? {
        state.withLock { state in
            let count = state.pairs.count
            let start = Int.random(in: 0..<count, using: &state.random)
            var oldest: (index: Int, since: Instant)?
            for step in 0..<count {
                let index = (start + step) % count
                guard !refused.contains(index) else { continue }
                if case .resting(let since) = state.pairs[index] {
                    if since + draining <= now { state.pairs[index] = .free }
                    if since < oldest?.since ?? now { oldest = (index, since) }
                }
                guard state.pairs[index] == .free else { continue }
                state.pairs[index] = .used
                return index
            }
            guard let oldest, oldest.since + min(Self.shortest, draining) <= now else { return nil }
            state.pairs[oldest.index] = .used
            return oldest.index
        }
    }

    fileprivate func release(_ index: Int, at now: Instant) {
        state.withLock { $0.pairs[index] = .resting(since: now) }
    }
}
