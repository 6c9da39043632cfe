import Testing

@testable import sipctl

@Suite("Lines of a stream") struct LineSplitterTests {
    private func lines(_ pieces: [String]) -> [String] {
        var splitter = LineSplitter()
        var found: [String] = []
        func take(isAtEnd: Bool) {
            while let line = splitter.next(isAtEnd: isAtEnd) {
                if case .text(let text) = line {
                    found.append(String(decoding: text, as: UTF8.self))
                } else {
                    found.append("!")
                }
                #expect(splitter.number == found.count)
            }
        }
        for piece in pieces {
            splitter.append(Array(piece.utf8))
            take(isAtEnd: false)
        }
        take(isAtEnd: true)
        return found
    }

    @Test(
        "however the stream is cut",
        arguments: [
            (["a\nbc\n\nd"], ["a", "bc", "", "d"]), (["a", "\n", "b", "c\n"], ["a", "bc"]), ([], []), (["\n"], [""]),
            (["", "x", ""], ["x"]),
        ])
    func cuts(pieces: [String], expected: [String]) {
        #expect(lines(pieces) == expected)
        #expect(lines(pieces.joined().map(String.init)) == expected)
    }

    @Test("a line beyond the limit is lost, the next one is not, and memory stays bounded")
    func tooLong() {
        let piece = String(repeating: "x", count: LineSplitter.limit / 2)
        #expect(lines([piece, piece, piece, "x\nnext\n"]) == ["!", "next"])
        #expect(lines([piece + piece + "x\nnext"]) == ["!", "next"])
        #expect(lines([piece, piece, piece]) == ["!"])
        #expect(lines([piece, piece, "\n"]).first?.count == LineSplitter.limit)
    }
}
