import Core
import Testing

@testable import IO

/// A phone and a bridge, over loopback.
struct BridgeRig {
    let bridge: Bridge
    let phone: SIPStack
    /// What the phone hears, what the stack of the bridge tells, and what the bridge has to say.
    let heard: Mailbox<StackEvent>
    let told: Mailbox<StackEvent>
    let notices: Mailbox<BridgeNotice>
    private let close: @Sendable () -> Void

    init(_ store: any RoutingStore, records: any CallRecordStore) throws {
        let (heard, told, notices) = (
            try Mailbox<StackEvent>(), try Mailbox<StackEvent>(), try Mailbox<BridgeNotice>()
        )
        (self.heard, self.told, self.notices) = (heard, told, notices)
        var configuration = StackConfiguration()
        configuration.listen = SocketAddress(.loopback, 0)
        configuration.rtpPorts = 30_000...31_999
        var settings = BridgeSettings()
        settings.ringingInterval = .milliseconds(100)
        bridge = try Bridge(
            settings, configuration, store: store, records: records, report: { told.post($0) },
            notify: { notices.post($0) })
        phone = try SIPStack(configuration, decide: { _, _ in .refuse(486, "") }, report: { heard.post($0) })
        close = { store.close() }
    }

    /// A trunk that takes calls from here, and a rule that may ask for a PIN.
    static func table(pin: String = "") -> RoutingTable {
        var trunk = InboundTrunk()
        (trunk.id, trunk.numbers, trunk.allowedAddresses) = (TrunkID("ST_a"), ["+15550100"], ["127.0.0.1"])
        var rule = DispatchRule()
        (rule.id, rule.room, rule.pin) = (RuleID("SDR_a"), .direct(roomName: "r"), pin)
        return RoutingTable(inbound: [trunk], rules: [rule])
    }

    func call(_ program: LegProgram = LegProgram()) throws {
        let target = try #require(SIPURI("sip:+15550100@\(bridge.stack.address)"))
        let from = try #require(SIPURI("sip:+15550199@127.0.0.1"))
        phone.dial(OutgoingCall(target: target, from: from), to: bridge.stack.address, .udp, program) { _ in }
    }

    /// The next thing that comes in which `pick` makes something of; throws when that takes too long.
    @discardableResult
    func next<Letter, Value>(_ mailbox: Mailbox<Letter>, _ pick: (Letter) -> Value?) throws -> Value {
        var letters: [Letter] = []
        let end = limit()
        while true {
            guard SystemClock.now() < end else { throw TimedOut() }
            mailbox.drain(into: &letters)
            for letter in letters { if let value = pick(letter) { return value } }
            letters = []
            Polling.wait(mailbox.fd, .readable, atMost: .seconds(1))
        }
    }

    func stop() {
        phone.stop()
        bridge.stop()
        close()
    }
}
