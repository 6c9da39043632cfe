/// Sums the frames of a room's members and gives each the sum without its own (a minus-one mix).
///
/// A tick has three parts: `add` for every member that speaks, `output` for every member, `clear`. Nothing allocates after a
/// port was added.
package final class Mixer {
    /// A member's place in the mixer; meaningless after `removePort`.
    package struct Port: Hashable, Sendable {
        fileprivate let index: Int
    }

    private struct Input {
        var samples: [Int16]
        var isUsed = true
        /// Whether it spoke in this tick.
        var hasFrame = false
    }

    /// Wide, so that the result does not depend on the order of the members; clamped once, in `output`.
    private var sum: [Int32]
    private var inputs: [Input] = []

    /// - Parameter frameCount: samples in every frame.
    package init(frameCount: Int) { sum = Array(repeating: 0, count: frameCount) }

    package var portCount: Int { inputs.count { $0.isUsed } }

    package func addPort() -> Port {
        let input = Input(samples: Array(repeating: 0, count: sum.count))
        if let free = inputs.firstIndex(where: { !$0.isUsed }) {
            inputs[free] = input
            return Port(index: free)
        }
        inputs.append(input)
        return Port(index: inputs.count - 1)
    }

    /// Takes a member out, with what it said in this tick.
    package func removePort(_ port: Port) {
        if inputs[port.index].hasFrame {
            for index in sum.indices { sum[index] &-= Int32(inputs[port.index].samples[index]) }
        }
        inputs[port.index].isUsed = false
        inputs[port.index].hasFrame = false
    }

    /// Puts a member's frame into the sum; the first of a tick counts.
    package func add(_ frame: Span<Int16>, from port: Port) {
        precondition(frame.count == sum.count, "mixer ports share one frame size")
        guard !inputs[port.index].hasFrame else { return }
        inputs[port.index].hasFrame = true
        for index in frame.indices {
            inputs[port.index].samples[index] = frame[index]
            sum[index] &+= Int32(frame[index])
        }
    }

    /// Fills `frame` with what all others said.
    package func output(for port: Port, into frame: inout MutableSpan<Int16>) {
        precondition(frame.count == sum.count, "mixer ports share one frame size")
        let hasOwn = inputs[port.index].hasFrame
        for index in frame.indices {
            let own = hasOwn ? Int32(inputs[port.index].samples[index]) : 0
            frame[index] = Int16(clamping: sum[index] &- own)
        }
    }

    /// Ends the tick.
    package func clear() {
        for index in sum.indices { sum[index] = 0 }
        for index in inputs.indices { inputs[index].hasFrame = false }
    }
}
