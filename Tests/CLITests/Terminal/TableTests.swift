import Testing

@testable import sipctl

@Suite("Tables and JSON Lines") struct TableTests {
    private let table = Table(
        headings: ["NAME", "CALLS"], rows: [["north", "7"], ["電話", "120"], ["\u{1b}x", "-"]])

    @Test("columns line up, numbers to the right, nothing at the end of a line")
    func layout() {
        #expect(table.lines(columns: nil) == ["NAME   CALLS", "north      7", "電話     120", "�x         -"])
        let calls = Table(headings: ["FROM", "TO"], rows: [["+15550100", "7"], ["4711", "-"]])
        #expect(
            calls.lines(columns: nil) == ["FROM       TO", "+15550100  7", "4711       -"],
            "numbers of phones are names")
        #expect(Table(headings: ["A", "B"], rows: [["xyz", "q"]]).lines(columns: nil) == ["A    B", "xyz  q"])
    }

    @Test("cut to the terminal")
    func cut() { #expect(table.lines(columns: 8)[1] == "north  …") }

    @Test("an object keeps the order of its members and escapes what JSON must")
    func json() {
        var line = JSONLine()
        line.field("text", "a\"b\\c\n\r\t\u{1}\u{1f}é\u{7f}")
        line.field("count", 3)
        line.field("missing", String?.none)
        line.field("rtt_ms", 1.5)
        line.field("loss", Double.nan)
        line.field("ok", true)
        line.field("list", ["a", "b"])
        line.object("inner") { $0.field("x", 1) }
        line.object("empty") { _ in }
        #expect(
            String(decoding: line.closed, as: UTF8.self)
                == #"{"text":"a\"b\\c\n\r\t\u0001\u001fé\u007f","count":3,"missing":null,"rtt_ms":1.5,"loss":null,"#
                + #""ok":true,"list":["a","b"],"inner":{"x":1},"empty":{}}"#)
    }
}
