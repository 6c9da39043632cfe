import Glibc
import Media
import Support
import Testing

/// The amplitude of `frequency` in samples.
func amplitude(of frequency: Double, in samples: [Int16], rate: SampleRate = .narrowband) -> Double {
    var goertzel = Goertzel(frequency: frequency, rate: rate)
    goertzel.add(samples.span)
    return goertzel.takeAmplitude()
}

@Suite("DSP: tones, levels, resampling")
struct SoundTests {
    private func play(_ tone: Tone, frames: Int) -> [Int16] {
        var generator = ToneGenerator(tone)
        var samples: [Int16] = []
        for _ in 0..<frames {
            var frame = [Int16](repeating: 0, count: 160)
            var span = frame.mutableSpan
            generator.fill(&span)
            samples += frame
        }
        return samples
    }

    private func level(_ samples: [Int16]) -> Int {
        var meter = LevelMeter()
        meter.add(samples.span)
        return meter.level
    }

    @Test("a tone has its frequency and its level, also after a minute", arguments: [-3, -10, -16, -40])
    func toneLevel(level wanted: Int) {
        let samples = play(Tone([440], level: wanted), frames: 3000)
        let last = Array(samples.suffix(8000))
        #expect(abs(level(last) - wanted) <= 1)
        let expected = min(32767, 32768 * pow(10, Double(wanted) / 20) * 2.0.squareRoot())
        #expect(abs(amplitude(of: 440, in: last) - expected) < expected * 0.02)
        #expect(amplitude(of: 880, in: last) < expected * 0.02 + 2)
    }

    @Test("cadences: ringback sounds one second and is silent for four")
    func cadence() {
        let samples = play(.ringbackEurope, frames: 500)
        for second in 0..<10 {
            let part = Array(samples[(second * 8000)..<(second * 8000 + 8000)])
            #expect((level(part) > -30) == (second % 5 == 0), "second \(second)")
        }
        #expect(play(Tone([440], cadence: [.zero, .zero]), frames: 1).contains { $0 != 0 }, "no cadence at all")
    }

    @Test("each digit has its row and its column and no other", arguments: 0..<16)
    func dtmf(event: UInt8) throws {
        let digit = try #require(DTMFDigit(event: event))
        let layout = Array("123A456B789C*0#D".utf8)
        let place = try #require(layout.firstIndex(of: digit.ascii))
        let samples = play(.dtmf(digit), frames: 10)
        let frequencies = [697.0, 770, 852, 941, 1209, 1336, 1477, 1633]
        let loud = frequencies.indices.filter { amplitude(of: frequencies[$0], in: samples) > 2000 }
        #expect(loud == [place / 4, 4 + place % 4])
    }

    @Test(
        "levels in dBov: 0 is full scale, -127 silence (RFC 6464 §3)",
        arguments: [(32767, 0), (16384, -6), (3277, -20), (1, -90), (0, -127)] as [(Int16, Int)])
    func levels(sample: Int16, expected: Int) {
        let square = (0..<160).map { $0 % 2 == 0 ? sample : -sample }
        #expect(level(square) == expected)
    }

    @Test("the meter averages over everything since it was reset")
    func meterAverages() {
        var meter = LevelMeter()
        #expect(meter.level == -127)
        meter.add([Int16](repeating: 20000, count: 160).span)
        meter.add([Int16](repeating: 0, count: 480).span)
        #expect(abs(meter.level - -10) <= 1)
        meter.reset()
        #expect(meter.level == -127)
    }

    @Test("a tone keeps its frequency and level at another rate", arguments: [16000, 22050, 44100, 48000])
    func resamples(rate: Int) {
        let source = SampleRate(hertz: rate)
        let input = (0..<rate).map { Int16(10000 * sine(turns: Double($0 * 440 % rate) / Double(rate))) }
        let resampler = Resampler(from: rate, to: 8000)
        var output: [Int16] = []
        for start in stride(from: 0, to: rate, by: rate / 50) {
            resampler.convert(input.span.extracting(start..<min(start + rate / 50, rate)), isLast: false, into: &output)
        }
        resampler.convert([Int16]().span, isLast: true, into: &output)
        #expect(abs(output.count - 8000) <= 1)
        #expect(abs(amplitude(of: 440, in: input, rate: source) - 10000) < 100)
        #expect(abs(amplitude(of: 440, in: Array(output[800..<7200])) - 10000) < 200)
    }

    @Test("a resampler holds back little", arguments: [(48000, 8000), (44100, 8000), (22050, 8000), (16000, 8000)])
    func delay(from: Int, to: Int) {
        let resampler = Resampler(from: from, to: to)
        let frame = [Int16](repeating: 1000, count: from / 50)
        var output: [Int16] = []
        var worst = 0.0
        for _ in 0..<100 {
            resampler.convert(frame.span, isLast: false, into: &output)
            worst = max(worst, resampler.delay / Double(to) * 1000)
        }
        #expect(worst <= 25, "\(worst) ms")
    }

    @Test("frequencies above the new limit do not come back as others")
    func aliases() {
        let input = (0..<48000).map { Int16(10000 * sine(turns: Double($0 * 5000 % 48000) / 48000)) }
        var output: [Int16] = []
        Resampler(from: 48000, to: 8000).convert(input.span, isLast: true, into: &output)
        #expect(output[400..<7600].allSatisfy { abs(Int($0)) < 20 })
    }
}
