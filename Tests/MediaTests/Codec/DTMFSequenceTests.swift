import Core
import Media
import Testing

@Suite("DTMFSequence")
struct DTMFSequenceTests {
    private func text(_ sequence: DTMFSequence) -> String {
        sequence.steps.map { step in
            switch step {
            case .digit(let digit): "\(digit)"
            case .pause(let pause): "<\(pause.milliseconds)>"
            }
        }.joined()
    }

    @Test(
        "a text is digits and pauses",
        arguments: [
            ("", ""), ("0123456789*#", "0123456789*#"), ("ABCDabcd", "ABCDABCD"), ("ww12#", "<500><500>12#"),
            ("1W2,3p4P", "1<500>2<2000>3<2000>4<2000>"),
        ])
    func parses(text: String, steps: String) throws { #expect(self.text(try DTMFSequence(text)) == steps) }

    @Test(
        "what is neither is named with its place",
        arguments: [("12x", "x", 3), ("E", "E", 1), ("1 2", " ", 2), ("1\n", "\n", 2), ("ü", "ü", 1), ("١", "١", 1)])
    func refuses(text: String, character: Character, position: Int) {
        #expect(throws: DTMFSequenceError.unknown(character, position: position)) { try DTMFSequence(text) }
    }

    @Test("a text has at most 500 characters")
    func length() throws {
        #expect(try DTMFSequence(String(repeating: "1", count: 500)).steps.count == 500)
        #expect(throws: DTMFSequenceError.tooLong(501)) { try DTMFSequence(String(repeating: "1", count: 501)) }
    }

    @Test("a digit takes 250 ms and 250 ms of silence, a pause what it says")
    func duration() throws {
        var sequence = try DTMFSequence("ww1,2")
        #expect(sequence.duration == .milliseconds(500 + 500 + 500 + 2000 + 500))
        (sequence.tone, sequence.gap) = (.milliseconds(100), .zero)
        #expect(sequence.duration == .milliseconds(500 + 500 + 100 + 2000 + 100))
    }

    /// What each tick of 20 ms is: a digit's packet, the silence of a gap, or audio.
    private func ticks(_ sender: inout TelephoneEventSender, limit: Int = 2000) -> String {
        var line = ""
        while sender.isActive, line.count < limit {
            if sender.wait(units: 160) {
                line += "a"
            } else {
                line += sender.advance(timestamp: RTPTimestamp(0), units: 160).map { "\($0.event.event)" } ?? "-"
            }
        }
        return line
    }

    @Test("audio goes on in pauses, not in gaps")
    func pauses() throws {
        var sender = TelephoneEventSender()
        var sequence = try DTMFSequence("w1,2")
        (sequence.tone, sequence.gap) = (.milliseconds(60), .milliseconds(80))
        sender.append(sequence)
        let (short, long) = (String(repeating: "a", count: 25), String(repeating: "a", count: 100))
        #expect(ticks(&sender) == short + "11111--" + long + "22222--")
    }

    @Test("a second sequence comes behind the first, also in the middle of a pause")
    func queues() throws {
        var sender = TelephoneEventSender()
        sender.append(try DTMFSequence("w"))
        let isPause = sender.wait(units: 160)
        #expect(isPause)
        var sequence = try DTMFSequence("7")
        (sequence.tone, sequence.gap) = (.milliseconds(40), .zero)
        sender.append(sequence)
        #expect(ticks(&sender) == String(repeating: "a", count: 24) + "7777")
    }

    @Test("nothing is left of a pause that was cancelled")
    func cancels() throws {
        var sender = TelephoneEventSender()
        sender.append(try DTMFSequence(",1"))
        let isPause = sender.wait(units: 160)
        #expect(isPause)
        sender.cancel()
        let isStillPause = sender.wait(units: 160)
        #expect(!sender.isActive && !isStillPause)
    }
}
