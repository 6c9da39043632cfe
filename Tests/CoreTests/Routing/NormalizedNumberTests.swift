import Core
import Testing

@Suite("Numbers as routing compares them")
struct NormalizedNumberTests {
    @Test(
        "marks go, a plus sign comes; what is no number stays",
        arguments: [
            ("", ""), ("15550100", "+15550100"), ("+15550100", "+15550100"), ("+1 (555) 01-00", "+15550100"),
            (" 1 ", "+1"), ("alice", "alice"), ("Alice", "Alice"), ("1555x", "1555x"), ("+", "+"), ("()", "()"),
            ("1+5", "1+5"), ("++1", "++1"), ("1.555", "1.555"), ("*98", "*98"), ("١", "١"),
        ])
    func normalized(_ text: String, _ expected: String) {
        #expect(NormalizedNumber(text).description == expected)
        #expect(NormalizedNumber(expected) == NormalizedNumber(text))
    }

    @Test("users that differ in bytes differ, be they one text to Unicode")
    func bytes() {
        #expect(NormalizedNumber("caf\u{e9}") != NormalizedNumber("cafe\u{301}"))
    }
}
