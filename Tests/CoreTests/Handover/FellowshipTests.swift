import Core
import Testing

@Suite("Which server of a state directory a message is for")
struct FellowshipTests {
    private static let address = SocketAddress(.loopback, 5060)

    private static func server(
        _ number: UInt64, _ state: FellowServer.State, listen: SocketAddress = address
    ) -> FellowServer {
        FellowServer(
            ServerNumber(number), pid: 1, startedAt: .zero + .seconds(Int64(number)), state: state, listen: listen)
    }

    private static func request(_ method: String, toTag: String? = nil) throws -> Message {
        let text = """
            \(method) sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n\
            From: <sip:b@192.0.2.1>;tag=f\r\nTo: <sip:a@127.0.0.1>\(toTag.map { ";tag=" + $0 } ?? "")\r\n\
            Call-ID: c\r\nCSeq: 1 \(method)\r\nContent-Length: 0\r\n\r\n
            """
        return try Message(parsing: Array(text.utf8), framing: .datagram)
    }

    private static func response(branch: String) throws -> Message {
        let text = """
            SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=\(branch)\r\nFrom: <sip:b@192.0.2.1>;tag=f\r\n\
            To: <sip:a@127.0.0.1>;tag=t\r\nCall-ID: c\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n
            """
        return try Message(parsing: Array(text.utf8), framing: .datagram)
    }

    /// Servers 1, 2 and 3, in the order in which they began; the test is server 2.
    private static func place(
        _ message: Message, _ transport: Transport = .udp, own: FellowServer.State = .serving,
        _ first: FellowServer.State = .draining, _ third: FellowServer.State = .serving, isKnown: Bool = false
    ) -> Fellowship.Place {
        Fellowship(server(2, own), [server(1, first), server(3, third)])
            .place(of: message, over: transport) { isKnown }
    }

    @Test(
        "a request within a dialog goes to the server whose number its To tag has",
        arguments: [
            ("w00000001aa", .there(ServerNumber(1), then: [])), ("w3f000003aa", .there(ServerNumber(3), then: [])),
            ("w00000002aa", .here), ("w00000009aa", .here), ("x00000001aa", .here), ("w00", .here),
        ] as [(String, Fellowship.Place)])
    func tag(tag: String, place: Fellowship.Place) throws {
        for method in ["BYE", "ACK", "INVITE", "OPTIONS"] {
            #expect(Self.place(try Self.request(method, toTag: tag)) == place)
        }
    }

    @Test(
        "a response goes to the server whose number its branch has",
        arguments: [
            ("z9hG4bKw00000001aa", .there(ServerNumber(1), then: [])), ("z9hG4bKw00000002aa", .here),
            ("z9hG4bKw00", .here), ("w00000001", .here),
        ] as [(String, Fellowship.Place)])
    func branch(branch: String, place: Fellowship.Place) throws {
        #expect(Self.place(try Self.response(branch: branch)) == place)
    }

    @Test("an INVITE that nothing here knows is shown to the others, the youngest first, before it is taken")
    func ask() throws {
        let invite = try Self.request("INVITE")
        #expect(Self.place(invite) == .there(ServerNumber(3), then: [ServerNumber(1), ServerNumber(2)]))
        #expect(Self.place(invite, isKnown: true) == .here)
        #expect(Self.place(invite, .tcp) == .here, "nothing is sent again over TCP")
        #expect(
            Self.place(try Self.request("CANCEL"), .tcp)
                == .there(ServerNumber(3), then: [1, 2].map { ServerNumber($0) }))
        #expect(Self.place(try Self.request("OPTIONS")) == .here)
        #expect(Self.place(try Self.request("REGISTER")) == .here)
    }

    @Test(
        "a draining or starting server leaves what is new to the youngest that serves",
        arguments: [
            FellowServer.State.draining, .starting,
        ])
    func relief(own: FellowServer.State) throws {
        let (invite, options) = (try Self.request("INVITE"), try Self.request("OPTIONS"))
        #expect(Self.place(invite, own: own) == .there(ServerNumber(1), then: [ServerNumber(3)]))
        #expect(Self.place(options, own: own) == .there(ServerNumber(3), then: []))
        #expect(Self.place(invite, own: own, .serving, .starting) == .there(ServerNumber(1), then: []))
        #expect(
            Self.place(invite, own: own, .draining, .draining)
                == .there(ServerNumber(3), then: [1, 2].map { ServerNumber($0) }))
        #expect(Self.place(options, own: own, .draining, .leaving) == .here)
    }

    @Test("who leaves, and who listens elsewhere, gets nothing")
    func strangers() throws {
        let elsewhere = Self.server(1, .serving, listen: SocketAddress(.loopback, 5070))
        let fellowship = Fellowship(Self.server(2, .serving), [elsewhere, Self.server(3, .leaving)])
        for message in [try Self.request("INVITE"), try Self.request("BYE", toTag: "w00000001aa")] {
            #expect(fellowship.place(of: message, over: .udp) { false } == .here)
        }
        #expect(fellowship.fellows.isEmpty)
    }

    @Test("a way that has lost a server goes on without it, and ends here when nobody is left")
    func way() {
        let fellowship = Fellowship(Self.server(2, .draining), [Self.server(3, .serving)])
        #expect(fellowship.next(on: [ServerNumber(1), ServerNumber(3)]) == .there(ServerNumber(3), then: []))
        #expect(fellowship.next(on: [ServerNumber(1)]) == .here)
        #expect(fellowship.next(on: []) == .here)
        #expect(fellowship.next(on: [ServerNumber(2)]) == .here)
    }

    @Test(
        "the first server is the youngest that serves, else the youngest; one that drains is relieved by one that serves"
    )
    func first() {
        let (old, new) = (Self.server(1, .serving), Self.server(2, .serving))
        #expect(!Fellowship(old, [new]).isFirst && Fellowship(new, [old]).isFirst)
        let starting = Self.server(2, .starting)
        #expect(Fellowship(old, [starting]).isFirst && !Fellowship(starting, [old]).isFirst)
        let draining = Self.server(2, .draining)
        #expect(Fellowship(old, [draining]).isFirst && !Fellowship(draining, [old]).isFirst)
        #expect(Fellowship(draining, [old]).isRelieved && !Fellowship(draining, [Self.server(1, .starting)]).isRelieved)
        #expect(Fellowship(draining, [Self.server(1, .draining)]).isFirst)
        #expect(Fellowship(old).isFirst && !Fellowship(old).isRelieved)
    }
}
