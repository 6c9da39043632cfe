import Testing

@testable import Core

@Suite("Networks and the state directory") struct ConfigurationChoicesTests {
    @Test(
        "an address is in a network when the prefix agrees",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "198.51.100.1", true),
            ("192.0.2.1/32", "192.0.2.1", true), ("192.0.2.1/32", "192.0.2.2", false),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
            ("2001:db8::/64", "2001:db8::ffff:1:2", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
            ("::/0", "2001:db8::1", true), ("::/0", "10.0.0.1", false),
        ])
    func blocks(block: String, address: String, isIn: Bool) throws {
        let block = try #require(AddressBlock(block))
        let address = try #require(IPAddress(address))
        #expect(block.contains(address) == isIn)
    }

    @Test(
        "what is no network",
        arguments: ["", "10.0.0.0", "10.0.0.0/33", "::/129", "a/8", "10.0.0.0/-1", "10.0.0.0/8/8"])
    func noBlocks(text: String) { #expect(AddressBlock(text) == nil) }

    @Test("the state directory follows the environment; root has the machine's")
    func stateDirectory() {
        #expect(StateDirectory.path(["SIPCTL_HOME": "/a", "HOME": "/h"], isRoot: true) == "/a")
        #expect(
            StateDirectory.path(["SIPCTL_HOME": "", "XDG_STATE_HOME": "/x", "HOME": "/h"], isRoot: false) == "/x/sipctl"
        )
        #expect(StateDirectory.path(["HOME": "/h"], isRoot: false) == "/h/.local/state/sipctl")
        #expect(StateDirectory.path(["HOME": "/root"], isRoot: true) == "/var/lib/sipctl")
        #expect(StateDirectory.path([:], isRoot: false) == "/var/lib/sipctl")
    }
}
