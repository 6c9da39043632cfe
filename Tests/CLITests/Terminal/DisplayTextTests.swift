import Testing

@testable import sipctl

@Suite("Text on a terminal") struct DisplayTextTests {
    @Test(
        "columns",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("電話", 4), ("📞", 2), ("한글", 4), ("\u{200b}", 0),
            ("…", 1),
        ])
    func width(text: String, columns: Int) { #expect(DisplayText.width(text) == columns) }

    @Test(
        "cut to a width",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("電話番号", 5, "電話…"), ("電話番号", 4, "電…"), ("abc", 0, ""),
            ("abc", 1, "…"), ("", 0, ""),
        ])
    func fitted(text: String, columns: Int, expected: String) {
        #expect(DisplayText.fitted(text, columns) == expected)
        #expect(DisplayText.width(expected) <= columns)
    }

    @Test(
        "a peer's bytes cannot drive the terminal",
        arguments: [
            ("plain", "plain"), ("\u{1b}[2Jx", "�[2Jx"), ("a\rb\nc", "a�b�c"), ("\u{9b}31m", "�31m"),
            ("a\u{202e}b", "a�b"),
            ("Zoë", "Zoë"),
        ])
    func printable(text: String, expected: String) { #expect(DisplayText.printable(text) == expected) }

    @Test("line ends stay where they are wanted")
    func lines() { #expect(DisplayText.printable("a\nb\u{7}", keepingLines: true) == "a\nb�") }
}
