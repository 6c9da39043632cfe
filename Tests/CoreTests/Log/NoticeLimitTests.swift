import Core
import Testing

@Suite("Notices that anybody can cause")
struct NoticeLimitTests {
    @Test("a burst is told, what follows is counted, and the count is told with the next")
    func limit() {
        var limit = NoticeLimit(RateLimit(perSecond: 2, burst: 3))
        let told = (0..<10).map { _ in limit.admit(at: .zero) }
        #expect(told == [0, 0, 0] + Array(repeating: nil, count: 7))
        #expect(limit.admit(at: .zero + .milliseconds(499)) == nil)
        #expect(limit.admit(at: .zero + .milliseconds(500)) == 8)
        #expect(limit.admit(at: .zero + .milliseconds(500)) == nil)
        #expect(limit.admit(at: .zero + .seconds(60)) == 1)
    }
}
