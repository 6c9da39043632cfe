/// Decides about every INVITE that begins a call: whether it is let in, whether its sender must prove who it is, and where
/// it goes. The routing is that of `Explanation`.
package struct InboundGate: Sendable {
    /// What the operator has decided about callers: everything that stays the same from call to call.
    package struct Policy: Sendable {
        package var refusals = RefusalPolicy()
        package var limits = SourceLimits.Policy()
        package var digest = DigestServer.Policy()
        /// What Retry-After says when there is no room.
        package var retryAfter: Duration = .seconds(10)
        /// The only trunks whose calls are taken; empty takes those of all.
        package var trunks: Set<TrunkID> = []
        /// Of challenges for trunks that name no realm.
        package var realm = "sipctl"

        package init() {}
    }

    /// What becomes of one INVITE.
    package enum Verdict: Sendable {
        case admit(Admission)
        /// Answer, and ask for a PIN with `PINCollector`.
        case requestPIN(PINRequest, TrunkID, hasOpenRoom: Bool)
        /// Answer 407 with these values of Proxy-Authenticate (RFC 3261 §22.3); the reason is for the log. `isFailure`: it came with
        /// credentials, and they were wrong.
        case challenge([[UInt8]], reason: String, isFailure: Bool, TrunkID)
        /// Nil response: say nothing. The trunk is that of the call, when one matched.
        case refuse(CallRefusal, RefusalResponse?, TrunkID?)
    }

    /// Two trunks that match the same call as well; the first is taken.
    package struct Rivals: Hashable, Sendable {
        package let taken: TrunkID
        package let other: TrunkID

        /// What is wrong and what to do, in one sentence without a full stop.
        package var sentence: String {
            "trunks \(taken) and \(other) match the same call as well, and \(taken) is taken for its lower id: make one of them narrower"
        }
    }

    private var policy: Policy
    private let numberKey: [UInt8]
    private var router: Router
    private var trustedSources: TrustedSources
    private var limits: SourceLimits
    private var digest: DigestServer
    private var toldRivals: Set<Rivals> = []
    private var newRivals: Rivals?

    /// - Parameters:
    ///   - key: secret, for nonces; at least 16 bytes of the system's random source.
    ///   - numberKey: secret, for hidden numbers; the same after every start, or callers change their identities.
    ///   - seed: secret, for the table of sources.
    package init(
        _ table: RoutingTable, _ policy: Policy, key: [UInt8], numberKey: [UInt8], seed: (UInt64, UInt64)
    ) {
        (self.policy, self.numberKey, router) = (policy, numberKey, Router(table))
        trustedSources = TrustedSources(table)
        limits = SourceLimits(policy: policy.limits, seed: seed)
        digest = DigestServer(key: key, policy: policy.digest)
    }

    /// Trunks or rules have changed.
    package mutating func use(_ table: RoutingTable) {
        (router, trustedSources) = (Router(table), TrustedSources(table))
        toldRivals = toldRivals.filter { table.inboundTrunk($0.taken) != nil && table.inboundTrunk($0.other) != nil }
    }

    /// The trunks that the call before was the first to match as well; nil when it was no such call.
    package mutating func takeRivals() -> Rivals? {
        defer { newRivals = nil }
        return newRivals
    }

    /// Follows another policy from now on, but for the limits of sources and the nonces, which remember what came before.
    package mutating func use(_ policy: Policy) {
        (self.policy.refusals, self.policy.retryAfter) = (policy.refusals, policy.retryAfter)
        self.policy.trunks = policy.trunks
    }

    /// How often the limits of sources gave each verdict.
    package var limitCounts: SourceLimits.Counts { limits.counts }

    /// Whether to look at a request from a source at all; asked before it is parsed.
    package mutating func admits(
        _ kind: LimitedRequest, from source: IPAddress, at now: Instant
    ) -> SourceLimits.Verdict {
        limits.decide(kind, from: source, isTrusted: trustedSources.contains(source), at: now)
    }

    /// Decides about an INVITE outside dialogs.
    /// - Parameters:
    ///   - callID: `SCL_…`.
    ///   - random: fresh for each call.
    ///   - shortage: why there is no room, if there is none. Strangers do not learn of it.
    package mutating func decide(
        _ invite: Message, from flow: Flow, callID: String, random: (UInt64, UInt64), short shortage: Shortage? = nil,
        at now: Instant
    ) -> Verdict {
        var facts = CallFacts(caller: invite, from: flow)
        let trunk: InboundTrunk
        switch router.matchTrunk(facts) {
        case .refused(let refusal): return refuse(.routing(refusal), nil)
        case .matched(let match):
            trunk = match.trunk
            note(match)
        }
        if !policy.trunks.isEmpty, !policy.trunks.contains(trunk.id) {
            return refuse(.trunkElsewhere(trunk.id), trunk.id)
        }
        if let shortage { return refuse(.overloaded(shortage, policy.retryAfter), trunk.id) }
        if let verdict = authenticate(invite, trunk, flow.remote.ip, random.0, now) { return verdict }
        facts.headers = CallFacts.headers(of: invite)
        let context = AdmissionContext(
            callID: callID, suffix: AdmissionContext.suffix(from: random), numberKey: numberKey)
        switch router.chooseRule(facts, trunk, .notAsked, context) {
        case .accept(let admission): return .admit(admission)
        case .requestPIN(let request):
            let caller = facts.caller.isEmpty ? nil : Array(facts.caller.utf8)
            if let left = limits.lockout(.pin, of: flow.remote.ip, caller: caller, at: now) {
                return refuse(.lockedOut(.pin, left), trunk.id)
            }
            let open = router.selectRule(facts, from: trunk.id, .skipped)
            var hasOpenRoom = false
            if case .take = open { hasOpenRoom = true }
            return .requestPIN(request, trunk.id, hasOpenRoom: hasOpenRoom)
        case .wrongPIN: return refuse(.routing(Refusal(.noRules(trunk.id))), trunk.id)
        case .refuse(let refusal): return refuse(.routing(refusal), trunk.id)
        }
    }

    private mutating func note(_ match: TrunkMatch) {
        guard let other = match.rival else { return }
        let rivals = Rivals(taken: match.trunk.id, other: other)
        if toldRivals.insert(rivals).inserted { newRivals = rivals }
    }

    /// Judges a PIN that the caller of an answered call entered; nil admission with the judgement to tell `PINCollector`.
    package mutating func judge(
        _ attempt: PINAttempt, of invite: Message, from flow: Flow, callID: String, random: (UInt64, UInt64),
        at now: Instant
    ) -> (judgement: PINCollector.Judgement, admission: Admission?) {
        let facts = CallFacts(invite, from: flow)
        guard case .matched(let match) = router.matchTrunk(facts) else { return (.undecided, nil) }
        let context = AdmissionContext(
            callID: callID, suffix: AdmissionContext.suffix(from: random), numberKey: numberKey)
        let caller = facts.caller.isEmpty ? nil : Array(facts.caller.utf8)
        let source = flow.remote.ip
        switch router.chooseRule(facts, match.trunk, attempt.entry, context) {
        case .accept(let admission):
            limits.succeeded(.pin, from: source, caller: caller, at: now)
            return (.admitted, admission)
        case .wrongPIN, .requestPIN:
            let lock = limits.failed(.pin, from: source, caller: caller, at: now)
            return (lock == nil ? .wrong : .wrongAndLockedOut, nil)
        case .refuse: return (.undecided, nil)
        }
    }

    /// The response for a reason of the caller's own, such as no port.
    package func refuse(_ refusal: CallRefusal, _ trunk: TrunkID? = nil) -> Verdict {
        .refuse(refusal, policy.refusals.response(to: refusal), trunk)
    }

    /// Nil when the trunk asks for nothing, or got it.
    private mutating func authenticate(
        _ invite: Message, _ trunk: InboundTrunk, _ source: IPAddress, _ random: UInt64, _ now: Instant
    ) -> Verdict? {
        guard case .digest(let username, let password, let trunkRealm) = trunk.credentials else { return nil }
        if let left = limits.lockout(.authentication, of: source, at: now) {
            return refuse(.lockedOut(.authentication, left), trunk.id)
        }
        let realm = Array((trunkRealm.isEmpty ? policy.realm : trunkRealm).utf8)
        let fields = invite.values(.authorization) + invite.values(.proxyAuthorization)
        let attempt = DigestServer.Attempt(
            request: DigestRequest(method: invite.method.token, uri: Array(invite.bytes(invite.requestURI))),
            credentials: fields.map { Array(invite.bytes($0)) }, source: source, realm: realm)
        let user = DigestCredentials(username: username, password: password)
        switch digest.check(attempt, users: [user], at: now) {
        case .accepted:
            limits.succeeded(.authentication, from: source, at: now)
            return nil
        case .malformed(let fault): return refuse(.malformedCredentials(fault), trunk.id)
        case .challenge(let reason):
            if reason.isFailure, let left = limits.failed(.authentication, from: source, at: now) {
                return refuse(.lockedOut(.authentication, left), trunk.id)
            }
            let values = digest.challenges(
                realm: realm, for: source, stale: reason.isStale, random: random, at: now)
            return .challenge(
                values, reason: "trunk \(trunk.id): \(reason.sentence)", isFailure: reason.isFailure, trunk.id)
        }
    }
}

/// The sources that a trunk names one by one or in small blocks: nobody is trusted because a trunk is open to all.
private struct TrustedSources: Sendable {
    /// The widest blocks that count, in bits of 128: 256 addresses of IPv4, a /48 of IPv6.
    private static let shortestPrefix = (v4: 120, v6: 48)

    private var byPrefix: [Int: Set<IPAddress>] = [:]

    init(_ table: RoutingTable) {
        for trunk in table.inbound {
            guard case .only(let masks) = trunk.allowed else { continue }
            for mask in masks where mask.bits >= (mask.isIPv4 ? Self.shortestPrefix.v4 : Self.shortestPrefix.v6) {
                byPrefix[mask.bits, default: []].insert(mask.network)
            }
        }
    }

    func contains(_ source: IPAddress) -> Bool {
        byPrefix.contains { bits, networks in networks.contains(AddressMask.network(of: source, bits: bits)) }
    }
}
