import CLinux
import Glibc

/// Random numbers from the kernel (getrandom), fetched 256 bytes at a time: a request of that size is never cut short.
package struct SystemRandom: RandomNumberGenerator, Sendable {
    private var buffer: [UInt64] = Array(repeating: 0, count: 32)
    private var used = 32

    package init() {}

    package mutating func next() -> UInt64 {
        if used == buffer.count { refill() }
        let value = buffer[used]
        buffer[used] = 0  // What was handed out as a key or a tag stays nowhere else.
        used += 1
        return value
    }

    /// `count` random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            let word = next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) where result.count < count {
                result.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return result
    }

    private mutating func refill() {
        let size = buffer.count * 8
        let filled = unsafe buffer.withUnsafeMutableBytes { bytes in
            while true {
                let got = unsafe getrandom(bytes.baseAddress, size, 0)
                if got >= 0 || errno != EINTR { return got }
            }
        }
        precondition(filled == size, "the kernel provides random numbers")
        used = 0
    }
}
