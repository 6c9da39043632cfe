import Core
import Media
import Testing

@Suite("PromptSet")
struct PromptTests {
    @Test("each prompt in the binary can be played and is speech at telephone level", arguments: PINPrompt.allCases)
    func embedded(prompt: PINPrompt) {
        let samples = PromptSet.embedded[prompt]
        let duration = PromptSet.embedded.duration(prompt)
        #expect(duration > .seconds(1) && duration < .seconds(6))
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        // -26 dBov is a root mean square of 1643.
        #expect((800...3000).contains(power.squareRoot()))
        #expect(samples.prefix(400).allSatisfy { abs(Int($0)) < 1000 }, "it begins softly")
    }

    private func wav(rate: Int, seconds: Int) -> [UInt8] {
        let count = rate * seconds
        var bytes = WAVHeader.bytes(SampleRate(hertz: rate), dataBytes: count * 2)
        for index in 0..<count {
            bytes += [UInt8(truncatingIfNeeded: index), 8]
        }
        return bytes
    }

    @Test("the operator's own files, at any rate, in the place of one prompt")
    func replaced() throws {
        for rate in [8000, 16_000, 44_100] {
            var set = PromptSet.embedded
            try set.replace(.enterPIN, wav: wav(rate: rate, seconds: 2))
            let milliseconds = set.duration(.enterPIN).milliseconds
            #expect((1960...2040).contains(milliseconds), "\(rate)")
            #expect(set[.joining] == PromptSet.embedded[.joining])
        }
    }

    @Test("what is no prompt, and why; the old one stays")
    func refused() {
        for (bytes, error) in [
            ([], PromptError.wav(.tooShort)), (Array("RIFF".utf8), .wav(.tooShort)),
            (Array("ID3 this is an mp3 file".utf8), .wav(.notWAV)),
            (wav(rate: 8000, seconds: 0), .empty), (wav(rate: 8000, seconds: 60), .tooLong(seconds: 60)),
        ] {
            var set = PromptSet.embedded
            #expect(throws: error) { try set.replace(.enterPIN, wav: bytes) }
            #expect(set[.enterPIN] == PromptSet.embedded[.enterPIN])
            #expect(!error.sentence.isEmpty)
        }
    }
}

@Suite("ProgressTones (ITU-T E.180)")
struct ProgressTonesTests {
    @Test("every country has audible tones with sound and silence in turn")
    func table() throws {
        let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { UnicodeScalar($0) }
        let codes = letters.flatMap { first in letters.map { "\(first)\($0)" } }
        let countries = codes.filter { ProgressTones(country: $0) != nil }
        #expect(countries.count > 35)
        for country in countries {
            let tones = try #require(ProgressTones(country: country))
            #expect(tones == ProgressTones(country: country.uppercased()))
            for tone in [tones.ringback, tones.busy] {
                #expect(tone.cadence.count >= 2 && tone.cadence.count.isMultiple(of: 2), "\(country)")
                #expect(tone.frequencies.allSatisfy { (300...700).contains($0) }, "\(country)")
            }
            let period = tones.ringback.cadence.reduce(Duration.zero, +)
            #expect(period >= .seconds(3) && period <= .seconds(6), "\(country)")
            #expect(tones.dial.cadence.isEmpty)
        }
        #expect(ProgressTones(country: "XX") == nil)
        #expect(ProgressTones(country: "") == nil)
    }

    @Test("ETSI: 425 Hz, one second on, four off")
    func europe() {
        #expect(ProgressTones.europe.ringback == Tone([425], cadence: [.seconds(1), .seconds(4)]))
    }
}
