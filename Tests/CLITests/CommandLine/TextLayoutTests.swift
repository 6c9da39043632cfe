import Testing

@testable import sipctl

@Suite("Text in columns") struct TextLayoutTests {
    @Test("paragraphs wrap at blanks and stay apart")
    func wrapping() {
        #expect(
            TextLayout.wrapped("one two three\n\nfour", indent: 1, columns: 8) == [" one two", " three", "", " four"])
        #expect(TextLayout.wrapped("unbreakable", columns: 4) == ["unbreakable"])
        #expect(TextLayout.wrapped("a\nb  c") == ["a b c"])
        #expect(TextLayout.wrapped("") == [])
    }

    @Test("a meaning stands beside its term, or below when the term is long")
    func definitions() {
        #expect(TextLayout.definition("-q", "quiet", column: 8) == ["  -q    quiet"])
        #expect(TextLayout.definition("--quiet", "quiet", column: 8) == ["  --quiet", "        quiet"])
        #expect(TextLayout.definition("-q", "", column: 8) == ["  -q"])
    }
}
