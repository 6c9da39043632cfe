import Core
import Testing

/// A shell session over one state directory.
private struct Session: ~Copyable {
    let directory = TemporaryDirectory()
    var environment = Child.environment.merging(["SIPCTL_HOME": "state"]) { $1 }

    borrowing func run(_ words: String..., stdin: String = "") throws -> Child.Result {
        try Child.run(words, stdin: Array(stdin.utf8), in: directory, environment: environment)
    }

    /// Standard output of a command that must succeed, without its last line end.
    borrowing func output(_ words: String..., stdin: String = "") throws -> String {
        let result = try Child.run(words, stdin: Array(stdin.utf8), in: directory, environment: environment)
        #expect(result.status == 0, "\(words): \(String(decoding: result.stderr, as: UTF8.self))")
        let text = String(decoding: result.stdout, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

@Suite("Trunks and rules from the shell")
struct TrunkSessionTests {
    @Test("An inbound trunk is made, shown without its password, changed and deleted")
    func inboundTrunk() throws {
        let session = Session()
        session.directory.write(Array("sesam\nmore\n".utf8), to: "pass")
        let id = try session.output(
            "trunk", "create", "inbound", "--name", "t", "--numbers", "+15550100, +15550101", "--allowed-addresses",
            "127.0.0.1", "--auth-user", "u", "--auth-pass-file", "pass", "--header", "X-A: b", "--krisp", "on",
            "--ringing-timeout", "20s", "--codecs", "G722,PCMU/8000", "--media-enc", "allow")
        #expect(id.hasPrefix("ST_"))
        let shown = try session.output("trunk", "get", id)
        for line in ["numbers: +15550100, +15550101", "auth_password: ***", "headers.X-A: b", "ringing_timeout: 20s"] {
            #expect(shown.contains(line))
        }
        #expect(!(try session.output("trunk", "list", "--json")).contains("sesam"))
        let kept = try session.output("trunk", "get", id, "--json", "--show-secrets")
        let trunk = try InboundTrunk(json: Array(kept.utf8), unknownFields: .refused)
        #expect(trunk.authPassword == "sesam")
        #expect(trunk.media?.codecs.map(\.name) == ["G722", "PCMU"])

        _ = try session.output("trunk", "update", "inbound", id, "--numbers", "", "--header", "X-A:", "--name", "n")
        let changed = try InboundTrunk(
            json: Array(try session.output("trunk", "get", id, "--json", "--show-secrets").utf8))
        #expect(changed.numbers == [])
        #expect(changed.headers == [:])
        #expect([changed.name, changed.authPassword] == ["n", "sesam"])
        _ = try session.output("trunk", "update", "inbound", id, "-", stdin: kept)
        #expect(try session.output("trunk", "get", id).contains("name: t"))

        #expect(try session.output("trunk", "delete", id) == id)
        #expect(try session.run("trunk", "get", id).status == 1)
    }

    @Test("JSON in both spellings, from a file, standard input and the command line; options win")
    func spellings() throws {
        let session = Session()
        let json = #"{"trunk":{"name":"a","address":"sip.example.com","numbers":["+1"],"destinationCountry":"US"}}"#
        session.directory.write(Array(json.utf8), to: "trunk.json")
        let bare = #"{"address":"sip.example.com","numbers":["+1"],"destination_country":"US","name":"a"}"#
        for (word, stdin) in [("trunk.json", ""), ("-", bare), (json, "")] {
            let made = try session.output(
                "trunk", "create", "outbound", word, "--name", "b", "--transport", "tls", "--json", stdin: stdin)
            let trunk = try OutboundTrunk(json: Array(made.utf8))
            #expect([trunk.name, trunk.address, trunk.destinationCountry] == ["b", "sip.example.com", "US"])
            #expect(trunk.transport == .tls)
        }
        #expect(try session.output("trunk", "list", "outbound").split(separator: "\n").count == 4)
    }

    @Test("Rules are made, warned about, changed and deleted")
    func rules() throws {
        let session = Session()
        let made = try session.run(
            "dispatch-rule", "create", "--individual", "call", "--trunks", "ST_none", "--agent", "a", "--attribute",
            "x=y")
        #expect(made.status == 0)
        #expect(String(decoding: made.stderr, as: UTF8.self).contains("warning: there is no trunk ST_none"))
        let id = String(decoding: made.stdout.dropLast(), as: UTF8.self)
        #expect(try session.output("dispatch-rule", "list").contains("call_{caller}_{random}"))
        _ = try session.output(
            "dispatch-rule", "update", id, "--callee", "n", "--randomize", "--pin", "12", "--attribute", "x=")
        let rule = try DispatchRule(json: Array(try session.output("dispatch-rule", "get", id, "--json").utf8))
        #expect(rule.room == .callee(roomPrefix: "n", randomize: true))
        #expect(rule.pin == "12")
        #expect(rule.attributes == [:])
        #expect(rule.roomConfig?.agents.map(\.agentName) == ["a"])
        #expect(try session.output("dispatch-rule", "delete", id) == id)
    }

    @Test("The forms of older tools are taken and migrated")
    func olderTools() throws {
        let session = Session()
        let trunk = """
            {"inbound_addresses":["203.0.113.9"],"outbound_address":"sip.example.com","outbound_number":"+15550100",
            "inbound_numbers_regex":["^\\\\+15550199$"],"outbound_username":"u","outbound_password":"p"}
            """
        session.directory.write(Array(trunk.utf8), to: "trunk.json")
        let made = try session.output("create-sip-trunk", "--request", "trunk.json").split(separator: "\n")
        #expect(made.count == 2)
        #expect(made.allSatisfy { $0.hasPrefix("SIPTrunkID: ST_") })
        let listed = try session.output("list-sip-trunk")
        #expect(listed.contains("+15550199") && listed.contains("sip.example.com"))
        let rule = #"{"rule":{"dispatchRuleDirect":{"roomName":"r"}},"hidePhoneNumber":true}"#
        let line = try session.output("create-sip-dispatch-rule", "--request", rule)
        #expect(line.hasPrefix("SIPDispatchRuleID: SDR_"))
        let id = String(line.dropFirst("SIPDispatchRuleID: ".count))
        #expect(try session.output("delete-sip-dispatch-rule", "--id", id) == line)
        let inbound = try session.run("trunk", "create", "outbound", "trunk.json")
        #expect(String(decoding: inbound.stderr, as: UTF8.self).contains("migrated"))
    }
}
