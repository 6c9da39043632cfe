import Media
import Testing

@Suite("SamplePlayer")
struct SamplePlayerTests {
    @Test("plays once, with silence behind the end", arguments: [0, 1, 159, 160, 161, 400])
    func plays(count: Int) {
        let samples = (0..<count).map { Int16($0 + 1) }
        var player = SamplePlayer(samples)
        var heard: [Int16] = []
        while !player.isFinished {
            var frame = [Int16](repeating: 99, count: 160)
            var span = frame.mutableSpan
            player.fill(&span)
            heard += frame
        }
        #expect(Array(heard.prefix(count)) == samples)
        #expect(heard.dropFirst(count).allSatisfy { $0 == 0 } && heard.count == (count + 159) / 160 * 160)
    }
}
