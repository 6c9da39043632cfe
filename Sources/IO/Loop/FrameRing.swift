import Synchronization

/// Frames of samples from one worker to another: one thread pushes, one thread pops, neither ever waits or allocates.
@safe
package final class FrameRing: @unchecked Sendable {
    // Why unchecked: a frame's samples are written only by the producer, before the releasing store that publishes them in
    // `pushed`, and read only by the consumer, after the acquiring load of it; `popped` guards the way back.
    private let samples: UnsafeMutablePointer<Int16>
    private let pushed = Atomic<Int>(0)
    /// Keeps the two counters on different cache lines, or every push would slow the popping thread down.
    private let padding: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
    private let popped = Atomic<Int>(0)

    /// How many frames fit.
    package let capacity: Int
    /// Samples in each frame.
    package let frameSize: Int

    /// A ring of `capacity` frames, a power of two; 160 samples are 20 ms at 8 kHz.
    package init(capacity: Int, frameSize: Int = 160) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a ring holds a power of two of frames")
        precondition(frameSize > 0, "a frame holds samples")
        (self.capacity, self.frameSize) = (capacity, frameSize)
        unsafe samples = .allocate(capacity: capacity * frameSize)
        unsafe samples.initialize(repeating: 0, count: capacity * frameSize)
    }

    deinit { unsafe samples.deallocate() }

    /// How many frames wait. Exact for the two threads in the direction that matters to each.
    package var count: Int { pushed.load(ordering: .acquiring) - popped.load(ordering: .acquiring) }

    /// Producer only: copies a frame in. False when the ring is full and the frame was dropped.
    package func push(_ frame: Span<Int16>) -> Bool {
        precondition(frame.count == frameSize, "all frames of a ring have one size")
        let position = pushed.load(ordering: .relaxed)
        guard position - popped.load(ordering: .acquiring) < capacity else { return false }
        let slot = unsafe samples + (position & (capacity - 1)) * frameSize
        unsafe frame.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { unsafe slot.update(from: start, count: frameSize) }
        }
        pushed.store(position + 1, ordering: .releasing)
        return true
    }

    /// Consumer only: copies the oldest frame out. False when there is none; `frame` is then untouched.
    package func pop(into frame: inout MutableSpan<Int16>) -> Bool {
        precondition(frame.count == frameSize, "all frames of a ring have one size")
        let position = popped.load(ordering: .relaxed)
        guard position < pushed.load(ordering: .acquiring) else { return false }
        let slot = unsafe samples + (position & (capacity - 1)) * frameSize
        unsafe frame.withUnsafeMutableBufferPointer { destination in
            if let start = destination.baseAddress { unsafe start.update(from: slot, count: frameSize) }
        }
        popped.store(position + 1, ordering: .releasing)
        return true
    }

    /// Consumer only: drops the oldest frames until at most `limit` wait, to catch up. Returns how many were dropped.
    package func trim(to limit: Int) -> Int {
        let excess = count - limit
        guard excess > 0 else { return 0 }
        popped.store(popped.load(ordering: .relaxed) + excess, ordering: .releasing)
        return excess
    }
}
