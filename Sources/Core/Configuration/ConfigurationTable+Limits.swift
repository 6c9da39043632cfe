// Keys about load, draining, unknown sources and PINs.
extension ConfigurationTable {
    static let load = [
        Key("workers", .count(0...64), \.workers, "Threads that carry calls; 0 is one a CPU"),
        Key(
            "max_cpu_utilization", .fraction(0...1), \.admission.maximumCPU,
            "The share of all CPUs that the server may use before new calls get 503 and `/` says so; 0 is 0.9",
            reload: .now,
            inForce: { .real($0.admission.maximumCPU) }),
        Key(
            "max_active_calls", .count(0...1_000_000), \.admission.maximumCalls,
            "How many calls may run before new ones get 503; 0 for no limit", reload: .now),
        Key(
            "max_tick_lateness", .duration(.milliseconds(1) ... .seconds(1)), \.admission.maximumTickLateness,
            "How late audio may be sent before new calls get 503 and `/` says so", reload: .now),
        Key(
            "retry_after", .duration(.seconds(1) ... .seconds(3600)), \.admission.retryAfter,
            "What Retry-After says with these and while draining", reload: .now),
        Key(
            "sip_trunk_ids", .list(of: "trunk ids"), \.admission.trunkIDs,
            "The only trunks whose calls are taken and placed; others get 503, so that another server takes them; "
                + "empty takes those of all", reload: .newCalls),
        Key(
            "drain_deadline", .duration(.zero ... .seconds(86_400)), \.drain.deadline,
            "When calls that still run are hung up after SIGTERM; 0s waits for the last one", reload: .now),
    ]

    static let security =
        [
            Key(
                "unknown_sources.refusal", optional: .strangers, \.refusal.strangers,
                "What an INVITE that matches no trunk gets: the `status` of the reason, one status for all, or `silence`",
                reload: .newCalls, default: "`silence` with `hide_inbound_port`, else `status`",
                inForce: { ConfigurationKind<RefusalPolicy.Strangers>.strangers.show($0.refusalPolicy.strangers) }),
            Key(
                "explain_refusals", .flag, \.refusal.explains,
                "Tell callers of a trunk the reason in a Warning header field", reload: .newCalls),
        ]
        + rates
        + [
            Key(
                "auth_algorithms", .hashes, \.digest.algorithms,
                "The algorithms of challenges to callers, the preferred first (RFC 8760); old phones that look at the first alone "
                    + "need `[MD5, SHA-256]`, or `[MD5]`"),
            Key(
                "unknown_sources.tracked", .count(8...1_048_576), \.sources.capacity,
                "How many addresses are remembered, 128 bytes each"),
            Key(
                "auth_lockout.failures", .count(1...1000), \.sources.authentication.free,
                "Wrong credentials in a row that cost an address nothing"),
            Key(
                "auth_lockout.first", .duration(lockouts), \.sources.authentication.first,
                "How long the next one locks it out; each further one twice as long"),
            Key("auth_lockout.longest", .duration(lockouts), \.sources.authentication.longest, "The longest lock"),
            Key(
                "pin_lockout.failures", .count(1...1000), \.sources.pin.free,
                "Wrong PINs in a row, over all its calls, that cost an address nothing"),
            Key(
                "pin_lockout.first", .duration(lockouts), \.sources.pin.first,
                "How long the next one locks it out; each further one twice as long"),
            Key("pin_lockout.longest", .duration(lockouts), \.sources.pin.longest, "The longest lock"),
            Key(
                "pin.attempts", .count(1...100), \.pin.tries, "How often a caller may try in one call",
                reload: .newCalls),
            Key(
                "pin.first_digit_timeout", .duration(.seconds(1) ... .seconds(600)), \.pin.firstDigit,
                "How long the first digit may take after the prompt", reload: .newCalls),
            Key(
                "pin.digit_timeout", .duration(.seconds(1) ... .seconds(600)), \.pin.betweenDigits,
                "How long each further digit may take", reload: .newCalls),
            Key(
                "pin.timeout", .duration(.seconds(1) ... .seconds(3600)), \.pin.whole,
                "How long a caller has from the answer to the right PIN", reload: .newCalls),
        ]

    private static let lockouts = Duration.seconds(1) ... .seconds(604_800)

    private static let rates = [
        rate(
            "invite", \.sources.unknown.invite.perSecond,
            "INVITE requests a second from one address that no trunk lists"),
        burst("invite", \.sources.unknown.invite.burst),
        rate("register", \.sources.unknown.register.perSecond, "REGISTER requests alike"),
        burst("register", \.sources.unknown.register.burst),
        rate("options", \.sources.unknown.options.perSecond, "OPTIONS requests alike"),
        burst("options", \.sources.unknown.options.burst),
        rate("other", \.sources.unknown.other.perSecond, "Other requests alike"),
        burst("other", \.sources.unknown.other.burst),
        rate(
            "newcomer", \.sources.newcomers.perSecond, "Requests from all addresses together that were not seen before"),
        burst("newcomer", \.sources.newcomers.burst),
    ]

    private static func rate(
        _ name: String, _ field: any WritableKeyPath<Configuration, Double> & Sendable, _ meaning: String
    ) -> Key { Key("unknown_sources.\(name)_rate", .fraction(0.01...1_000_000), field, meaning) }

    private static func burst(
        _ name: String, _ field: any WritableKeyPath<Configuration, Int> & Sendable
    ) -> Key {
        Key(
            "unknown_sources.\(name)_burst", .count(1...1_000_000), field,
            "How many of them may come at once before the rate counts")
    }
}
