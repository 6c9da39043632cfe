import Core
import Testing

@testable import sipctl

@Suite("Status line") struct StatusLineTests {
    private func at(_ ms: Int) -> Instant { .zero + .milliseconds(ms) }

    @Test("drawn over itself, at most ten times a second")
    func pace() {
        var line = StatusLine()
        #expect(line.show("one", columns: 80, at: at(0)) == "\r\u{1b}[2Kone")
        #expect(line.show("two", columns: 80, at: at(99)) == nil)
        #expect(line.show("two", columns: 80, at: at(100)) == "\r\u{1b}[2Ktwo")
    }

    @Test("cut so that it never wraps; control characters are harmless")
    func width() {
        var line = StatusLine()
        #expect(line.show("abcdefgh\u{1b}", columns: 6, at: at(0)) == "\r\u{1b}[2Kabcd…")
    }

    @Test("removed once before other output, then drawn again at once")
    func clearing() {
        var line = StatusLine()
        #expect(line.clear() == nil)
        _ = line.show("one", columns: 80, at: at(0))
        #expect(line.clear() == "\r\u{1b}[2K")
        #expect(line.clear() == nil)
        #expect(line.show("two", columns: 80, at: at(1)) == "\r\u{1b}[2Ktwo")
    }
}
