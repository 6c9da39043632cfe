import Media
import Support
import Testing

@Suite("Mixer: everybody but oneself")
struct MixerTests {
    private func frame(_ value: Int16) -> [Int16] { Array(repeating: value, count: 160) }

    private func output(_ mixer: Mixer, _ port: Mixer.Port) -> [Int16] {
        var frame = frame(1234)
        var span = frame.mutableSpan
        mixer.output(for: port, into: &span)
        return frame
    }

    @Test("three members hear the two others, never themselves")
    func minusOne() {
        let mixer = Mixer(frameCount: 160)
        let ports = (0..<3).map { _ in mixer.addPort() }
        for (port, value) in zip(ports, [100, 20, 3] as [Int16]) { mixer.add(frame(value).span, from: port) }
        #expect(ports.map { output(mixer, $0) } == [frame(23), frame(103), frame(120)])
        mixer.clear()
        #expect(ports.map { output(mixer, $0) } == [frame(0), frame(0), frame(0)])
    }

    @Test("who says nothing hears everybody; the second frame of a tick does not count")
    func silentMember() {
        let mixer = Mixer(frameCount: 160)
        let (a, b) = (mixer.addPort(), mixer.addPort())
        mixer.add(frame(7).span, from: a)
        mixer.add(frame(9).span, from: a)
        #expect(output(mixer, b) == frame(7))
        #expect(output(mixer, a) == frame(0))
    }

    @Test("the sum is clamped once, so order does not matter and one's own share is exact")
    func clamps() {
        let mixer = Mixer(frameCount: 160)
        let ports = (0..<4).map { _ in mixer.addPort() }
        for (port, value) in zip(ports, [30000, 30000, -30000, -32768] as [Int16]) {
            mixer.add(frame(value).span, from: port)
        }
        #expect(output(mixer, ports[0]) == frame(-32768))
        #expect(output(mixer, ports[3]) == frame(30000))
    }

    @Test("members come and go; a place is used again and begins silent")
    func comeAndGo() {
        let mixer = Mixer(frameCount: 160)
        let (a, b) = (mixer.addPort(), mixer.addPort())
        mixer.add(frame(5).span, from: a)
        mixer.removePort(a)
        #expect(mixer.portCount == 1)
        #expect(output(mixer, b) == frame(0), "what a leaving member said goes with it")
        let c = mixer.addPort()
        #expect(output(mixer, c) == frame(0))
        mixer.add(frame(8).span, from: c)
        #expect(output(mixer, b) == frame(8))
        #expect(mixer.portCount == 2)
    }

    @Test("random rooms equal the sum computed the slow way", arguments: 0..<10)
    func randomRooms(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let mixer = Mixer(frameCount: 160)
        var ports: [Mixer.Port] = []
        for _ in 0..<50 {
            if ports.count < 12, Bool.random(using: &random) { ports.append(mixer.addPort()) }
            if ports.count > 1, Int.random(in: 0..<5, using: &random) == 0 { mixer.removePort(ports.removeFirst()) }
            let said = ports.map { _ in
                (0..<160).map { _ in Int16.random(in: .min ... .max, using: &random) }
            }
            for (port, frame) in zip(ports, said) { mixer.add(frame.span, from: port) }
            for (index, port) in ports.enumerated() {
                let expected = (0..<160).map { sample in
                    Int16(clamping: said.indices.filter { $0 != index }.reduce(0) { $0 + Int(said[$1][sample]) })
                }
                #expect(output(mixer, port) == expected, "seed \(seed)")
            }
            mixer.clear()
        }
    }
}
