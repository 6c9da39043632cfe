import Core
import Testing

@Suite("IPAddress and SocketAddress")
struct SocketAddressTests {
    @Test(
        "text forms (RFC 4291 §2.2) and their canonical spelling (RFC 5952)",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("::", "::"), ("::1", "::1"), ("2001:DB8::0010", "2001:db8::10"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("1::", "1::"),
            ("2001:db8::192.0.2.1", "2001:db8::c000:201"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ])
    func reads(text: String, canonical: String) { #expect(IPAddress(text)?.description == canonical) }

    @Test(
        "what is no address",
        arguments: [
            "", "1", "256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3.400", "[::1]", "::1%eth0", "g::", "1:2:3:4:5:6:7:8:",
            "1:2:3:4:5:6:7::8:9",
        ])
    func refuses(text: String) { #expect(IPAddress(text) == nil) }

    @Test("host and port, with brackets around IPv6")
    func socketAddresses() {
        #expect(SocketAddress("127.0.0.1:5060")?.description == "127.0.0.1:5060")
        #expect(SocketAddress("[::1]:5060")?.description == "[::1]:5060")
        #expect(SocketAddress("::1", defaultPort: 5060)?.description == "[::1]:5060")
        #expect(SocketAddress("127.0.0.1") == nil)
        #expect(SocketAddress("127.0.0.1:99999") == nil)
        #expect(SocketAddress("[::1]x", defaultPort: 1) == nil)
    }

    @Test(
        "private addresses (RFC 1918, RFC 4193), and link-local ones",
        arguments: [
            ("10.0.0.1", true), ("172.16.0.1", true), ("172.31.255.255", true), ("192.168.3.4", true),
            ("169.254.1.1", true), ("11.0.0.1", false), ("172.15.0.1", false), ("172.32.0.1", false),
            ("192.169.0.1", false), ("203.0.113.9", false), ("fd00::1", true), ("fc00::1", true), ("fe80::1", true),
            ("febf::1", true), ("fec0::1", false), ("2001:db8::1", false), ("::1", false),
        ])
    func privateAddresses(_ text: String, _ isPrivate: Bool) throws {
        #expect(try #require(IPAddress(text)).isPrivate == isPrivate)
    }
}
