import Testing

@testable import sipctl

@Suite("Suggestions") struct SuggestTests {
    @Test(
        "distance counts insertions, deletions, substitutions and swaps of neighbours",
        arguments: [
            ("", "", 0), ("dial", "dial", 0), ("dail", "dial", 1), ("dia", "dial", 1), ("diall", "dial", 1),
            ("deal", "dial", 1), ("", "abc", 3), ("ca", "abc", 3), ("version", "vresoin", 2),
        ])
    func distance(a: String, b: String, expected: Int) {
        #expect(Suggest.distance(Array(a.utf8), Array(b.utf8)) == expected)
        #expect(Suggest.distance(Array(b.utf8), Array(a.utf8)) == expected)
    }

    @Test(
        "the nearest word, if it is near",
        arguments: [
            ("prase", "parse"), ("pars", "parse"), ("versoin", "version"), ("comp", "completions"), ("xyz", nil),
            ("", nil), ("co", nil),
        ])
    func nearest(word: String, expected: String?) {
        #expect(Suggest.nearest(to: word, in: ["parse", "build", "version", "completions"]) == expected)
    }
}
