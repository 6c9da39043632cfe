/// Sums the frames of a room's members and gives each the sum without its own (a minus-one mix).
///
/// A tick has three parts: `add` for every member that speaks, `output` for every member, `clear`. Nothing allocates after a
/// port was added.
package final class Mixer {
    /// A member's place in the mixer; meaningless after `removePort`.
    package struct Port: Hashable, Sendable {
        fileprivate let index: Int
    }

    private var board: MixerBoard

    /// - Parameter frameCount: samples in every frame.
    package init(frameCount: Int) { board = MixerBoard(frameCount: frameCount) }

    /// How many members there are.
    package var portCount: Int { board.portCount }

    /// Adds a member. The place of one that has left is used again.
    package func addPort() -> Port { Port(index: board.addPort()) }

    /// Takes a member out, with what it said in this tick.
    package func removePort(_ port: Port) { board.removePort(port.index) }

    /// Puts a member's frame into the sum; the first of a tick counts.
    package func add(_ frame: Span<Int16>, from port: Port) { board.add(frame, from: port.index) }

    /// Fills `frame` with what all others said.
    package func output(for port: Port, into frame: inout MutableSpan<Int16>) {
        board.output(for: port.index, into: &frame)
    }

    /// Ends the tick.
    package func clear() { board.clear() }
}

/// The sums of a mixer. A value, so that its arrays can be worked on in place.
private struct MixerBoard {
    private enum Place: Sendable { case free, silent, speaking }

    private let frameCount: Int
    /// Wide, so that the result does not depend on the order of the members; clamped once, in `output`.
    private var sum: [Int32]
    /// The members' frames one after the other.
    private var frames: [Int16] = []
    private var places: [Place] = []
    private var isClear = true

    init(frameCount: Int) {
        self.frameCount = frameCount
        sum = Array(repeating: 0, count: frameCount)
    }

    var portCount: Int { places.count { $0 != .free } }

    mutating func addPort() -> Int {
        if let free = places.firstIndex(of: .free) {
            places[free] = .silent
            return free
        }
        places.append(.silent)
        frames += repeatElement(0, count: frameCount)
        return places.count - 1
    }

    mutating func removePort(_ port: Int) {
        if places[port] == .speaking {
            let base = port * frameCount
            for index in 0..<frameCount { sum[index] &-= Int32(frames[base + index]) }
        }
        places[port] = .free
    }

    mutating func add(_ frame: Span<Int16>, from port: Int) {
        precondition(frame.count == frameCount, "mixer ports share one frame size")
        guard places[port] == .silent else { return }
        places[port] = .speaking
        isClear = false
        let base = port * frameCount
        var own = frames.mutableSpan
        for index in frame.indices { own[base &+ index] = frame[index] }
        var total = sum.mutableSpan
        for index in frame.indices { total[index] = total[index] &+ Int32(frame[index]) }
    }

    func output(for port: Int, into frame: inout MutableSpan<Int16>) {
        precondition(frame.count == frameCount, "mixer ports share one frame size")
        let total = sum.span
        guard places[port] == .speaking else {
            for index in frame.indices { frame[index] = Int16(clamping: total[index]) }
            return
        }
        let base = port * frameCount
        let own = frames.span.extracting(base..<(base + frameCount))
        for index in frame.indices { frame[index] = Int16(clamping: total[index] &- Int32(own[index])) }
    }

    mutating func clear() {
        guard !isClear else { return }
        isClear = true
        for index in sum.indices { sum[index] = 0 }
        for index in places.indices where places[index] == .speaking { places[index] = .silent }
    }
}
