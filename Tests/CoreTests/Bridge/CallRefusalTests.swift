import Core
import Testing

@Suite("CallRefusal and RefusalPolicy")
struct CallRefusalTests {
    private static let trunk = TrunkID("ST_a")

    private static let every: [(refusal: CallRefusal, status: Int, label: String, isStranger: Bool, retry: String?)] = [
        (.routing(Refusal(.noTrunks)), 403, "no-trunk", true, nil),
        (.routing(Refusal(.numberNotServed("+15550100"))), 403, "no-trunk", true, nil),
        (.routing(Refusal(.excluded(trunk, .source(IPAddress(v4: 1))))), 403, "no-trunk", true, nil),
        (.routing(Refusal(.incompleteCredentials(trunk))), 403, "trunk-incomplete", true, nil),
        (.routing(Refusal(.noRules(trunk))), 404, "no-rule", false, nil),
        (.routing(Refusal(.noRules(nil))), 404, "no-rule", true, nil),
        (.routing(Refusal(.notTaken(RuleID("SDR_a"), .called("1")))), 404, "no-rule", false, nil),
        (.malformedCredentials(.credentials(.malformedResponse)), 400, "bad-credentials", true, nil),
        (.lockedOut(.authentication, .milliseconds(29_001)), 403, "locked-out", true, "30"),
        (.lockedOut(.pin, .seconds(60)), 403, "locked-out", true, "60"),
        (.tooMany(.milliseconds(10)), 503, "rate-limited", true, "1"),
        (.overloaded(.calls(3), .seconds(10)), 503, "overloaded", false, "10"),
        (.trunkElsewhere(trunk), 503, "trunk-elsewhere", false, nil),
        (.draining(.seconds(30)), 503, "draining", false, "30"),
        (.storeUnavailable, 503, "store-unavailable", false, "5"),
        (.noCommonMedia, 488, "no-common-media", false, nil),
        (.noPort, 503, "no-media-port", false, "5"),
        (.roomUnavailable, 486, "room-unavailable", false, nil),
        (.nobodyThere, 486, "nobody-there", false, nil),
    ]

    @Test("the table", arguments: every.indices)
    func table(index: Int) {
        let row = Self.every[index]
        #expect(row.refusal.status == row.status)
        #expect(row.refusal.label == row.label)
        #expect(row.refusal.isStranger == row.isStranger)
        #expect(!row.refusal.sentence.isEmpty)
        let response = RefusalPolicy().response(to: row.refusal)
        #expect(response?.status == row.status)
        #expect(response?.headers.map(\.1) == (row.retry.map { [$0] } ?? []))
    }

    @Test("strangers get one status or silence, everybody else the status of the reason", arguments: every.indices)
    func strangers(index: Int) {
        let row = Self.every[index]
        var policy = RefusalPolicy()
        policy.strangers = .silence
        #expect(policy.response(to: row.refusal)?.status == (row.isStranger ? nil : row.status))
        policy.strangers = .fixed(404)
        let response = policy.response(to: row.refusal)
        #expect(response?.status == (row.isStranger ? 404 : row.status))
        if row.isStranger { #expect(response?.headers.isEmpty == true) }
    }

    @Test("a warning on one line, when the operator wants it, and never to strangers (RFC 3261 §20.43)")
    func warning() throws {
        var policy = RefusalPolicy()
        policy.explains = true
        policy.agent = "sip.example.com"
        let hostile = CallRefusal.routing(Refusal(.notTaken(RuleID("SDR_\"\\\r\nX: y"), .called("1"))))
        let value = try #require(policy.response(to: hostile)?.headers.first?.1)
        #expect(value.hasPrefix("399 sip.example.com \"no rule: "))
        #expect(value.contains("SDR_\\\"\\\\  X: y"))
        #expect(!value.unicodeScalars.contains { $0.value < 0x20 })
        for row in Self.every {
            let names = policy.response(to: row.refusal)?.headers.map(\.0) ?? []
            #expect(names.contains(.warning) == !row.isStranger)
        }
    }
}
