import Core
import Testing

@Suite("Status classes and timer values")
struct StatusClassTests {
    @Test(
        "the borders of the classes (RFC 3261 §7.2)",
        arguments: [
            (99, nil), (100, StatusClass.provisional), (199, .provisional), (200, .success), (299, .success),
            (300, .failure), (699, .failure), (700, nil), (-200, nil),
        ])
    func classes(status: Int, expected: StatusClass?) {
        #expect(StatusClass(status: status) == expected)
    }

    @Test("the defaults of RFC 3261, Table 4, in 12 bytes")
    func timers() {
        var timers = TransactionTimers.standard
        #expect(timers.t1 == .milliseconds(500) && timers.t2 == .seconds(4) && timers.t4 == .seconds(5))
        #expect(timers.transactionTimeout == .seconds(32))
        #expect(MemoryLayout<TransactionTimers>.size == 12)
        timers.t1 = .milliseconds(100)
        timers.t2 = .seconds(1)
        timers.t4 = .seconds(-1)
        #expect(timers == TransactionTimers(t1: .milliseconds(100), t2: .seconds(1), t4: .zero))
    }
}
