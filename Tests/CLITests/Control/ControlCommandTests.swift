import Core
import Glibc
import IO
import Synchronization
import Testing

@testable import sipctl

/// The commands over the control socket: what they print, compared with golden files, and what they ask for.
@Suite("Commands over the control socket") struct ControlCommandTests {
    private static let environment = Child.environment.merging(["SIPCTL_HOME": "state"]) { $1 }

    /// A command, its golden files, its exit status and the orders that the server got.
    struct Case: CustomTestStringConvertible {
        var name: String
        var arguments: [String]
        var status: Int32 = 0
        var orders: [String] = []

        init(_ name: String, _ arguments: [String], status: Int32 = 0, _ orders: [String] = []) {
            (self.name, self.arguments, self.status, self.orders) = (name, arguments, status, orders)
        }

        var testDescription: String { name }
    }

    private static let create = ["participant", "create", "--trunk", "ST_a", "--room", "support"]

    static let cases: [Case] = [
        Case("call-list", ["call", "list"]),
        Case("call-list-json", ["call", "list", "--json"]),
        Case("call-show", ["call", "show", "0-1"]),
        Case("call-show-json", ["call", "show", "SCL_bbbbbbbbbbbb", "--json"]),
        Case("call-show-unknown", ["call", "show", "SCL_x/y"], status: 1),
        Case(
            "call-hangup", ["call", "hangup", "0-1", "SCL_x", "1-7", "--header", "X-Why: late"], status: 1,
            [
                #"POST /v1/calls/0-1/hangup {"headers":{"X-Why":"late"}}"#,
                #"POST /v1/calls/1-7/hangup {"headers":{"X-Why":"late"}}"#,
            ]),
        Case(
            "call-hangup-all", ["call", "hangup", "--all"],
            [
                #"POST /v1/calls/SCL_aaaaaaaaaaaa/hangup {"headers":{}}"#,
                #"POST /v1/calls/SCL_bbbbbbbbbbbb/hangup {"headers":{}}"#,
            ]),
        Case("call-hangup-nothing", ["call", "hangup"], status: 2),
        Case("call-dtmf", ["call", "dtmf", "0-1", "ww12#"], [#"POST /v1/calls/0-1/dtmf {"digits":"ww12#"}"#]),
        Case("call-dtmf-bad", ["call", "dtmf", "0-1", "12x"], status: 2),
        Case("call-hold", ["call", "hold", "0-1"], ["POST /v1/calls/0-1/hold {}"]),
        Case("call-resume", ["call", "resume", "0-1", "--json"], ["POST /v1/calls/0-1/resume {}"]),
        Case(
            "call-record", ["call", "record", "0-1", "/tmp/x.wav"],
            [#"POST /v1/calls/0-1/record {"path":"/tmp/x.wav"}"#]),
        Case("call-record-stop", ["call", "record", "0-1", "--stop"], [#"POST /v1/calls/0-1/record {"stop":true}"#]),
        Case("call-record-both", ["call", "record", "0-1", "x.wav", "--stop"], status: 2),
        Case("room-list", ["room", "list"]),
        Case("room-list-json", ["room", "list", "--json"]),
        Case("room-show", ["room", "show", "support"]),
        Case("room-show-unknown", ["room", "show", "a/b"], status: 1),
        Case(
            "room-delete", ["room", "delete", "support", "b c"], status: 1,
            ["DELETE /v1/rooms/support ", "DELETE /v1/rooms/b c "]),
        Case("participant-list", ["participant", "list", "--room", "a&b"], ["GET /v1/participants?room=a&b "]),
        Case(
            "participant-create",
            create + [
                "--call", "+15550123", "--wait", "--dtmf", "w1", "--play-dialtone", "--header", "X-A:1", "--number",
                "+15550111",
                "--ringing-timeout", "20s",
            ],
            [
                #"POST /twirp/livekit.SIP/CreateSIPParticipant {"sip_trunk_id":"ST_a","sip_call_to":"+15550123","#
                    + #""room_name":"support","dtmf":"w1","ringing_timeout":"20s","play_dialtone":true,"#
                    + #""sip_number":"+15550111","headers":{"X-A":"1"},"wait_until_answered":true}"#
            ]),
        Case(
            "participant-create-json",
            [
                "participant", "create", #"{"sipTrunkId":"ST_a","sip_call_to":"1","roomName":"r"}"#, "--room", "s",
                "--json",
            ],
            [
                #"POST /twirp/livekit.SIP/CreateSIPParticipant {"sip_trunk_id":"ST_a","sip_call_to":"1","room_name":"s"}"#
            ]),
        Case(
            "participant-create-busy", create + ["--call", "486"], status: 1,
            [
                #"POST /twirp/livekit.SIP/CreateSIPParticipant {"sip_trunk_id":"ST_a","sip_call_to":"486","room_name":"support"}"#
            ]),
        Case("participant-create-missing", ["participant", "create", "--room", "r"], status: 2),
        Case(
            "cdr-list",
            ["cdr", "list", "--room", "support", "--since", "2026-01-31", "--state", "ended", "--limit", "5"],
            ["GET /v1/cdr?limit=5&state=ended&room=support&since=2026-01-31T00:00:00Z "]),
        Case("cdr-list-json", ["cdr", "list", "--json"], ["GET /v1/cdr "]),
        Case("cdr-follow", ["cdr", "follow"]),
        Case("cdr-follow-other", ["cdr", "follow", "--room", "other", "--json"]),
        Case("drain", ["drain"], ["POST /v1/drain {}"]),
        Case("drain-wait", ["drain", "--wait", "--deadline", "1500ms"], [#"POST /v1/drain {"deadline":"1.500s"}"#]),
    ]

    @Test("what is printed and ordered", arguments: cases)
    func command(_ row: Case) throws {
        let directory = TemporaryDirectory()
        let server = try FakeServer(in: directory.path, cut: row.name == "drain-wait" ? 0 : nil)
        defer { server.stop() }
        let result = try Child.run(row.arguments, in: directory, environment: Self.environment)
        Golden.expect(result.stdout, matches: "control/\(row.name).stdout", isOptional: true)
        Golden.expect(result.stderr, matches: "control/\(row.name).stderr", isOptional: true)
        #expect(result.status == row.status)
        #expect(server.orders == row.orders)
    }

    @Test("a drain that cut calls answers no")
    func cutCalls() throws {
        let directory = TemporaryDirectory()
        let server = try FakeServer(in: directory.path, cut: 2)
        defer { server.stop() }
        let result = try Child.run(["drain", "--wait", "--json"], in: directory, environment: Self.environment)
        #expect(result.status == 1)
        #expect(result.stderr.text == "sipctl: 2 calls were cut at the deadline\n")
        #expect(result.stdout.text.hasPrefix("{\"state\":\"draining\",\"calls\":2}\n"))
    }

    @Test("a name without a slash at its start is of the directory of the command")
    func recordingPath() throws {
        let directory = TemporaryDirectory()
        let server = try FakeServer(in: directory.path)
        defer { server.stop() }
        let result = try Child.run(["call", "record", "0-1", "x.wav"], in: directory, environment: Self.environment)
        #expect(result.status == 0)
        #expect(server.orders == [#"POST /v1/calls/0-1/record {"path":"\#(directory.path)/x.wav"}"#])
    }

    @Test(
        "without a server: one sentence, what to do, and status 3",
        arguments: [
            (["call", "list"], "list calls"), (["call", "list", "--watch"], "follow the calls"),
            (["call", "show", "0-1"], "show 0-1"), (["call", "hangup", "0-1"], "hang up 0-1"),
            (["call", "hangup", "--all"], "hang up every call"), (["call", "dtmf", "0-1", "1"], "send digits to 0-1"),
            (["call", "hold", "0-1"], "hold 0-1"), (["call", "resume", "0-1"], "resume 0-1"),
            (["call", "record", "0-1", "--stop"], "stop recording 0-1"), (["room", "list"], "list rooms"),
            (["room", "show", "r"], "show the room r"), (["room", "delete", "r"], "close the room r"),
            (["participant", "list"], "list participants"), (create + ["--call", "1"], "call 1"),
            (["cdr", "follow"], "follow records"), (["drain"], "drain"), (["drain", "--wait"], "drain"),
        ])
    func noServer(arguments: [String], subject: String) throws {
        let result = try Child.run(arguments, in: TemporaryDirectory(), environment: Self.environment)
        #expect(result.status == 3)
        #expect(result.stdout == [])
        let sentence = "no server is running: nobody listens on state/control.sock"
        #expect(result.stderr.text == "sipctl: cannot \(subject): \(sentence)\nStart one with: sipctl serve\n")
    }

    @Test("participant create sends the same request to a server far away, with a token that may call")
    func farAway() throws {
        var routes = HTTPRoutes<HTTPHandler>()
        let books = Asked()
        routes.add(.post, SIPMethod.createParticipant.path) { request, responder in
            books.note(request)
            let error = TwirpError(.notFound, "object cannot be found")
            responder.respond(.json(.notFound, error.json))
        }
        let address = try #require(SocketAddress("127.0.0.1:0", defaultPort: 0))
        let server = try HTTPServer([HTTPServer.Listener(.tcp(address), routes)])
        defer { server.stop() }
        guard case .tcp(let bound) = server.addresses[0] else { return }
        let result = try Child.run(
            Self.create + ["--call", "1", "--url", "http://\(bound)"], in: TemporaryDirectory(),
            environment: Child.environment.merging(["LIVEKIT_API_KEY": "key", "LIVEKIT_API_SECRET": "secret"]) { $1 })
        #expect(result.status == 1)
        #expect(result.stderr.text == "sipctl: cannot call 1: object cannot be found\n")
        #expect(books.body == #"{"sip_trunk_id":"ST_a","sip_call_to":"1","room_name":"support"}"#)
        let token = books.token.utf8.dropFirst("Bearer ".utf8.count)
        let read = try AccessToken(verifying: token, now: WallTime.sinceEpoch) { $0 == "key" ? "secret" : nil }
        #expect(read.sip == SIPGrant(call: true))
    }

    /// What a server far away was asked last.
    private final class Asked: Sendable {
        private let last = Mutex<(token: String, body: String)>(("", ""))

        var token: String { last.withLock { $0.token } }
        var body: String { last.withLock { $0.body } }

        func note(_ request: HTTPRequest) {
            last.withLock { $0 = (request.headers["authorization"] ?? "", request.body.text) }
        }
    }

    @Test("cdr list reads the store where no server runs, and makes none")
    func storedRecords() throws {
        let directory = TemporaryDirectory()
        let empty = try Child.run(["cdr", "list"], in: directory, environment: Self.environment)
        #expect(empty == Child.Result(stdout: [], stderr: Array("no records\n".utf8), status: 0))
        #expect(directory.read("state/sipctl.db") == [])
        do {
            let store = try SQLiteStore(path: directory.path + "/state/sipctl.db")
            let reply = try StoreReply<Void, StoreError>()
            store.append(FakeServer.record) { reply.fill($0) }
            try reply.wait()
            store.close()
        }
        let stored = try Child.run(["cdr", "list", "--json"], in: directory, environment: Self.environment)
        #expect(stored.status == 0)
        #expect(stored.stdout == FakeServer.record.jsonLine)
    }

    @Test("call list --watch prints events until the server ends", arguments: [true, false])
    func watch(isJSON: Bool) throws {
        let directory = TemporaryDirectory()
        let server = try FakeServer(in: directory.path)
        let output = Pipe()
        let other = directory.create("other")
        let arguments = ["call", "list", "--watch"] + (isJSON ? ["--json"] : [])
        let child = try Child(
            arguments, in: directory.path, streams: (other, output.input, other), environment: Self.environment)
        close(output.input)
        let line = firstLine(output.output)
        let words = "call 1-7 ringing from +15550111 to +15550123 in support SCL_bbbbbbbbbbbb"
        #expect(isJSON ? line == FakeServer.calls[1].json.text : line.hasSuffix(" " + words))
        server.endEvents()
        #expect(child.wait() == 0)
        for descriptor in [output.output, other] { close(descriptor) }
        server.stop()
    }

    private func firstLine(_ descriptor: Int32) -> String {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) == 1, byte != 0x0a { text.append(byte) }
        return text.text
    }
}
