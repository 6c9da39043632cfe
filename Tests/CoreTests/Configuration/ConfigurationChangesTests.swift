import Testing

@testable import Core

@Suite("Reloading a configuration") struct ConfigurationChangesTests {
    private let old = LoadedConfiguration(
        Tree.node(["sip_port": "5070", "api_secret": "one", "media_timeout": "20s"])()
    ).configuration
    private let new = LoadedConfiguration(
        Tree.node(["sip_port": "5080", "api_secret": "two", "media_timeout": "30s", "logging": ["level": "debug"]])()
    ).configuration

    @Test("nothing changed, nothing to do")
    func same() { #expect(Configuration.changes(from: old, to: old).isEmpty) }

    @Test("each change says when it counts; secrets stay hidden")
    func changes() {
        let changes = Configuration.changes(from: old, to: new)
        #expect(
            changes.map(\.path) == ["sip_port", "sip_port_listen", "media_timeout", "api_secret", "logging.level"])
        #expect(changes.map(\.reload) == [.restart, .restart, .newCalls, .restart, .now])
        #expect(changes[3].old == .text("***") && changes[3].new == .text("***"))
        #expect(changes[2].old == .text("20s") && changes[2].new == .text("30s"))
    }

    @Test("a reload takes what can be taken, and what waits for a restart is still a change")
    func reloaded() {
        let running = old.reloaded(from: new)
        #expect(running.signalling.port == 5070)
        #expect(running.media.timeout == .seconds(30))
        #expect(running.logging.level == .debug)
        #expect(Configuration.changes(from: running, to: new).allSatisfy { $0.reload == .restart })
        #expect(Configuration.changes(from: old, to: running).allSatisfy { $0.reload != .restart })
    }

    @Test("a report says what counts now, what waits, and what the command line or this version leaves without effect")
    func report() {
        let report = ReloadReport(Configuration.changes(from: old, to: new), overridden: ["media_timeout"])
        #expect(report.reloaded.map(\.path) == ["logging.level"])
        #expect(report.waiting.map(\.path) == ["sip_port", "sip_port_listen"])
        #expect(report.ignored.map(\.path) == ["media_timeout", "api_secret"])
        #expect(
            report.sentences == [
                "trunks and rules are read anew", "logging.level is debug (was info), at once",
                "these keys count after a restart: sip_port, sip_port_listen",
                "these keys have no effect here: media_timeout, api_secret",
            ])
        #expect(
            report.json.text == #"{"reloaded":["logging.level","trunks","dispatch_rules"],"#
                + #""needs_restart":["sip_port","sip_port_listen"],"no_effect":["media_timeout","api_secret"]}"#)
        #expect(!ReloadReport([]).sentences.joined().contains("after a restart"))
    }
}
