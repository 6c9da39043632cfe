internal import Core
internal import Media

/// A local room on its home worker: one mixer, with members of this worker and, by rings, of others.
///
/// A tick has three parts: every member's frame is put in, the sums are made once, every member's mix is taken out. The members of
/// other workers run on their own ticks; their rings hold at most a few frames, so that two clocks never drift apart.
final class MixedRoom {
    /// A member whose call lives on another worker.
    struct RemoteMember {
        let port: Mixer.Port
        let input: FrameRing
        let output: FrameRing
    }

    let room: RoomDirectory.Room
    let mixer = Mixer(frameCount: MediaDriver.frameCount)
    private(set) var remote: [CallKey: RemoteMember] = [:]
    private(set) var localCount = 0
    private var frame = [Int16](repeating: 0, count: MediaDriver.frameCount)

    init(_ room: RoomDirectory.Room) { self.room = room }

    var isEmpty: Bool { localCount == 0 && remote.isEmpty }

    func joinLocal() -> Mixer.Port {
        localCount += 1
        return mixer.addPort()
    }

    func leaveLocal(_ port: Mixer.Port) {
        localCount -= 1
        mixer.removePort(port)
    }

    func joinRemote(_ key: CallKey, input: FrameRing, output: FrameRing) {
        remote[key] = RemoteMember(port: mixer.addPort(), input: input, output: output)
    }

    func leaveRemote(_ key: CallKey) {
        guard let member = remote.removeValue(forKey: key) else { return }
        mixer.removePort(member.port)
    }

    /// Takes what other workers' members said, and closes the sums.
    func mix() {
        for member in remote.values {
            _ = member.input.trim(to: 3)
            var span = frame.mutableSpan
            if member.input.pop(into: &span) { mixer.add(frame.span, from: member.port) }
        }
        for member in remote.values {
            var span = frame.mutableSpan
            mixer.output(for: member.port, into: &span)
            _ = member.output.push(frame.span)
        }
    }
}
