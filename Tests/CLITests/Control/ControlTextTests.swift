import Core
import Testing

@testable import sipctl

@Suite("Texts of the commands over the control socket") struct ControlTextTests {
    @Test(
        "lengths",
        arguments: [(0, "0:00"), (7, "0:07"), (754, "12:34"), (3600, "1:00:00"), (37_265, "10:21:05"), (-5, "0:00")])
    func lengths(seconds: Int, text: String) {
        #expect(ClockText.length(.seconds(seconds)) == text)
    }

    @Test(
        "moments",
        arguments: [
            ("2026-01-31T12:00:00Z", 1_769_860_800), ("2026-01-31", 1_769_817_600), ("1m30s", 910), ("0s", 1000),
        ])
    func moments(word: String, seconds: Int) throws {
        #expect(try MomentWord(argument: word).resolved(at: .seconds(1000)) == .seconds(seconds))
    }

    @Test("what is no moment", arguments: ["", "yesterday", "12", "2026-02-30", "2026-01-31T12:00:00"])
    func badMoments(word: String) {
        #expect(throws: ValueProblem.self) { try MomentWord(argument: word) }
    }

    @Test(
        "what SIP said decides the exit status",
        arguments: [(486, 1), (603, 1), (404, 1), (480, 3), (408, 3), (401, 4), (403, 4)])
    func refusals(code: Int, exit: Int32) {
        let failure = SIPRefusal(code, "Some Phrase", "").failure("call 1")
        #expect(failure.exit.rawValue == exit)
        #expect(failure.message == "cannot call 1: some phrase (\(code))")
    }
}
