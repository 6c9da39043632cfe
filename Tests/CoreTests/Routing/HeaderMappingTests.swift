import Core
import Testing

@Suite("Headers to attributes and back")
struct HeaderMappingTests {
    private static let headers = [
        HeaderField("From", "<sip:+15550123@carrier.example>"), HeaderField("Subject", "hello"),
        HeaderField("X-Tenant", "one"), HeaderField("x-tenant", "two"), HeaderField("X-Ani", "1 555 0123, 15550123"),
        HeaderField("X-Amzn-ConnectContactId", "c1"), HeaderField("X-call_leg_id", "leg"),
        HeaderField("Proxy-Authorization", "Digest username=\"u\""),
    ]

    @Test("include_headers: names in lower case, the last of several, never credentials")
    func include() {
        let none = HeaderMapping.attributes(from: Self.headers, include: .none, named: [:])
        #expect(none == ["sip.amazon.contactId": "c1", "sip.telnyx.callLegID": "leg"])
        let extensions = HeaderMapping.attributes(from: Self.headers, include: .xHeaders, named: [:])
        #expect(
            Set(extensions.keys).subtracting(none.keys)
                == ["sip.h.x-tenant", "sip.h.x-ani", "sip.h.x-amzn-connectcontactid", "sip.h.x-call_leg_id"])
        #expect(extensions["sip.h.x-tenant"] == "two")
        let all = HeaderMapping.attributes(from: Self.headers, include: .all, named: [:])
        #expect(Set(all.keys).subtracting(extensions.keys) == ["sip.h.from", "sip.h.subject"])
    }

    @Test("include_headers leaves out what shows a hidden number; a header that is named is mapped all the same")
    func hidden() {
        let mapped = HeaderMapping.attributes(
            from: Self.headers, include: .all, named: ["x-ani": "ani"], hiding: "+15550123")
        #expect(mapped["sip.h.from"] == nil && mapped["sip.h.x-ani"] == nil)
        #expect(mapped["sip.h.subject"] == "hello" && mapped["ani"] == "1 555 0123, 15550123")
        let anonymous = HeaderMapping.attributes(from: Self.headers, include: .all, named: [:], hiding: "")
        #expect(anonymous["sip.h.from"] == nil && anonymous["sip.h.subject"] == "hello")
    }

    @Test("headers_to_attributes: any case, the first of several, over what providers say")
    func named() {
        let mapped = HeaderMapping.attributes(
            from: Self.headers, include: .none,
            named: ["X-TENANT": "tenant", "Missing": "m", "Subject": "sip.amazon.contactId"])
        #expect(mapped["tenant"] == "one" && mapped["m"] == nil && mapped["sip.amazon.contactId"] == "hello")
    }

    @Test("attributes_to_headers: no line ends, no headers of the protocol, nothing that is too long")
    func back() {
        let named = [
            "a": "X-A", "b": "X-B", "c": "Call-ID", "d": "X D", "e": "X-E", "long": "X-Long", "f": "v", "g": "Route",
        ]
        let attributes = [
            "a": "one\r\nVia: evil\u{7f}", "b": "", "c": "1", "d": "1", "f": "1", "g": "1",
            "long": String(repeating: "x", count: 1025), "other": "1",
        ]
        #expect(
            HeaderMapping.headers(from: attributes, named: named)
                == [HeaderField("X-A", "one  Via: evil "), HeaderField("X-B", "")])
        #expect(HeaderMapping.mayBeSet("X-" + String(repeating: "x", count: 253)))
        #expect(!HeaderMapping.mayBeSet("X-" + String(repeating: "x", count: 254)))
        #expect(!HeaderMapping.mayBeSet(""))
    }
}
