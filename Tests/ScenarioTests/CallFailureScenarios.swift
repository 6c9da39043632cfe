import Core
import Support
import Testing

@Suite("Calls of ours that fail, and what the API says of them (livekit/sip, INVITE failures)")
struct CallFailureScenarios {
    typealias Row = (
        response: String, code: TwirpCode, participant: DisconnectReason, call: DisconnectReason, isError: Bool,
        reason: String
    )

    static let rows: [Row] = [
        ("401 Unauthorized", .failedPrecondition, .userRejected, .userRejected, true, "auth-failed"),
        ("407 Proxy Authentication Required", .failedPrecondition, .userRejected, .userRejected, true, "auth-failed"),
        ("403 Forbidden", .permissionDenied, .userRejected, .userRejected, false, "forbidden"),
        ("404 Not Found", .notFound, .userUnavailable, .userUnavailable, false, "not-found"),
        ("408 Request Timeout", .deadlineExceeded, .userUnavailable, .userUnavailable, false, "request-timeout"),
        ("480 Temporarily Unavailable", .resourceExhausted, .userUnavailable, .userUnavailable, false, "unavailable"),
        ("486 Busy Here", .resourceExhausted, .userRejected, .userRejected, false, "busy"),
        ("488 Not Acceptable Here", .invalidArgument, .userRejected, .userRejected, false, "not-acceptable"),
        ("484 Address Incomplete", .invalidArgument, .userRejected, .userUnavailable, false, "client-error-484"),
        ("481 Gone", .notFound, .userRejected, .userUnavailable, false, "client-error-481"),
        ("491 Request Pending", .aborted, .userRejected, .userUnavailable, false, "client-error-491"),
        ("416 Unsupported URI Scheme", .outOfRange, .userRejected, .userUnavailable, false, "client-error-416"),
        ("428 Use Identity Header", .unauthenticated, .userRejected, .userUnavailable, false, "client-error-428"),
        ("500 CPS limit exceeded", .failedPrecondition, .userRejected, .sipTrunkFailure, true, "cps-limit-exceeded"),
        (
            "503 Concurrent call limit exceeded", .failedPrecondition, .userRejected, .sipTrunkFailure, true,
            "concurrent-limit-exceeded"
        ),
        (
            "503 Service Unavailable", .failedPrecondition, .unknownReason, .sipTrunkFailure, true,
            "upstream-server-error-503"
        ),
        ("504 Server Time-out", .deadlineExceeded, .unknownReason, .sipTrunkFailure, true, "upstream-server-error-504"),
        (
            "505 Version Not Supported", .invalidArgument, .unknownReason, .sipTrunkFailure, true,
            "upstream-server-error-505"
        ),
        ("600 Busy Everywhere", .resourceExhausted, .userRejected, .userRejected, false, "global-decline-600"),
        ("603 Decline", .permissionDenied, .userRejected, .userRejected, false, "global-decline-603"),
        ("604 Does Not Exist Anywhere", .notFound, .userRejected, .userRejected, false, "global-decline-604"),
        ("302 Moved Temporarily", .notFound, .unknownReason, .unknownReason, true, "invite-failed"),
        ("305 Use Proxy", .invalidArgument, .unknownReason, .unknownReason, true, "invite-failed"),
    ]

    private func end(_ script: @escaping (ScriptedPeer, ScriptedPeer.Received) -> Void) -> CallEnd? {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = script
        let call = network.dial(node, peer.address)
        network.settle()
        return node.ends[call]
    }

    @Test("a final response", arguments: rows.indices)
    func response(index: Int) throws {
        let row = Self.rows[index]
        let end = try #require(
            end { peer, received in
                if received.title == "INVITE" { peer.reply(row.response, to: received) }
            })
        let failure = CallFailure(end)
        #expect(failure.code == row.code)
        #expect((failure.participant, failure.call) == (row.participant, row.call))
        #expect((failure.isError, failure.reason.label) == (row.isError, row.reason))
        let error = TwirpError(end)
        #expect(error.meta["sip_status_code"] == String(row.response.prefix(3)))
        #expect(error.meta["sip_status"] == String(row.response.dropFirst(4)))
    }

    @Test("a text in the body of some responses is the better reason")
    func texts() throws {
        let end = try #require(
            end { peer, received in
                if received.title == "INVITE" {
                    peer.reply("486 Busy Here", to: received, headers: ["X-Twilio-Error: 32203 carrier blocked"])
                }
            })
        #expect(TwirpError(end).meta["sip_status"] == "32203 carrier blocked")
        #expect(CallFailure(end).reason.label == "carrier-blocked")
    }

    @Test("nothing comes at all: Timer B (RFC 3261 §17.1.1.2)")
    func silence() throws {
        let failure = CallFailure(try #require(end { _, _ in }))
        #expect((failure.code, failure.participant, failure.call) == (.canceled, .userUnavailable, .sipTrunkFailure))
        #expect((failure.result, failure.reason.label) == (.indeterminate, "upstream-no-response"))
    }

    @Test("it rings for longer than the ringing timeout: CANCEL")
    func ringing() throws {
        let network = VirtualNetwork()
        var configuration = UserAgent.Configuration()
        configuration.limits.ringing = .seconds(20)
        let (node, peer) = (network.node("n", configuration), network.peer("p"))
        var invite: ScriptedPeer.Received?
        peer.script = { peer, received in
            switch received.title {
            case "INVITE":
                invite = received
                peer.reply("180 Ringing", to: received)
            case "CANCEL":
                peer.reply("200 OK", to: received)
                invite.map { peer.reply("487 Request Terminated", to: $0) }
            default: break
            }
        }
        let call = network.dial(node, peer.address)
        network.settle()
        #expect(peer.titles.contains("CANCEL"))
        let end = try #require(node.ends[call])
        let error = TwirpError(end)
        #expect((error.code, error.meta["sip_status_code"]) == (.canceled, nil))
        #expect(CallFailure(end).reason.label == "no-answer")
    }

    @Test("an answer that cannot be used is no answer: ACK, BYE, and a failure")
    func badAnswer() throws {
        let network = VirtualNetwork()
        let (node, peer) = (network.node("n"), network.peer("p"))
        peer.script = { peer, received in
            if received.title == "INVITE" { peer.reply("200 OK", to: received, body: "v=0\r\nnonsense") }
            if received.title == "BYE" { peer.reply("200 OK", to: received) }
        }
        let call = network.dial(node, peer.address)
        network.settle()
        #expect(peer.titles == ["INVITE", "ACK", "BYE"])
        #expect(node.progress[call]?.contains(.answered) != true)
        let failure = CallFailure(try #require(node.ends[call]))
        #expect((failure.code, failure.call, failure.isError) == (.failedPrecondition, .mediaFailure, true))
    }
}
