import Testing

@testable import Core

/// A service over a table that keeps what it is told to.
private struct KeptService {
    var table = RoutingTable()
    var ids = IDSource(worker: 0, seed: (1, 2))
    var now = Duration.seconds(1_700_000_000)
    var warnings: [String] = []

    /// Calls a method and makes its changes.
    @discardableResult
    mutating func call(_ method: SIPMethod, _ json: String) throws(TwirpError) -> JSONValue {
        let reply = try SIPService.handle(method, Array(json.utf8), table: table, now: now, ids: &ids)
        table.apply(reply.changes)
        warnings = reply.warnings
        guard let value = try? JSONValue(parsing: reply.body) else { throw TwirpError(.internal, reply.body.text) }
        return value
    }

    mutating func error(_ method: SIPMethod, _ json: String) -> TwirpError? {
        do throws(TwirpError) { try call(method, json) } catch { return error }
        return nil
    }

    mutating func items(_ method: SIPMethod, _ json: String) throws -> [String] {
        try call(method, json)["items"]?.elements?.compactMap { $0["name"]?.bytes?.text } ?? []
    }
}

extension JSONValue {
    fileprivate var text: String? { bytes?.text }
}

@Suite("The service livekit.SIP (livekit API section 4)")
struct SIPServiceTests {
    private static let inbound = #"{"trunk":{"name":"t","numbers":["+1555"],"allowed_addresses":["10.0.0.0/8"]}}"#
    private static let outbound = #"{"trunk":{"name":"o","address":"sip.example.com","numbers":["+1555"]}}"#
    private static let rule = #"{"dispatch_rule":{"name":"r","rule":{"dispatch_rule_direct":{"room_name":"a"}}}}"#

    @Test("A trunk is created with an id and times, found, listed, and deleted")
    func inboundTrunk() throws {
        var service = KeptService()
        let created = try service.call(.createInboundTrunk, Self.inbound)
        let id = try #require(created["sip_trunk_id"]?.text)
        #expect(id.hasPrefix("ST_") && id.utf8.count == 15)
        #expect(created["created_at"]?.text == "2023-11-14T22:13:20Z")
        let found = try service.call(.getInboundTrunk, #"{"sip_trunk_id":"\#(id)"}"#)
        #expect(found["trunk"] == created)
        #expect(try service.call(.listInboundTrunk, "{}")["items"]?.elements == [created])
        let legacy = try service.call(.listTrunk, "{}")["items"]?.elements?.first
        #expect(legacy?["kind"]?.text == "TRUNK_INBOUND")
        let deleted = try service.call(.deleteTrunk, #"{"sipTrunkId":"\#(id)"}"#)
        #expect(deleted["sip_trunk_id"]?.text == id)
        #expect(service.table == RoutingTable())
        #expect(service.error(.deleteTrunk, #"{"sip_trunk_id":"\#(id)"}"#)?.code == .notFound)
    }

    @Test("Binary requests get binary responses")
    func binary() throws {
        var trunk = OutboundTrunk()
        (trunk.address, trunk.numbers) = ("sip.example.com:5061", ["+1"])
        var ids = IDSource(worker: 0, seed: (1, 2))
        let reply = try SIPService.handle(
            .createOutboundTrunk, TrunkEnvelope(trunk).protobuf, .protobuf, table: RoutingTable(), now: .zero, ids: &ids
        )
        let stored = try OutboundTrunk(protobuf: reply.body)
        #expect(reply.changes == [.putOutbound(stored)])
        #expect(stored.address == trunk.address)
        #expect(throws: TwirpError.self) {
            try SIPService.handle(
                .createOutboundTrunk, [0x0a, 5], .protobuf, table: RoutingTable(), now: .zero, ids: &ids)
        }
    }

    @Test("Two trunks have two ids")
    func ids() throws {
        var service = KeptService()
        let first = try service.call(.createDispatchRule, Self.rule)
        #expect(first["sip_dispatch_rule_id"]?.text?.hasPrefix("SDR_") == true)
        var again = service
        again.ids = IDSource(worker: 0, seed: (1, 2))
        let other = Self.rule.replacing("}}}}", with: #","pin":"12"}}}}"#)
        let second = try again.call(.createDispatchRule, other)
        #expect(first["sip_dispatch_rule_id"] != second["sip_dispatch_rule_id"], "an id in use is not used again")
    }

    @Test("An update changes what it names, a replacement everything but the id and the time of creation")
    func updates() throws {
        var service = KeptService()
        let created = try service.call(.createInboundTrunk, Self.inbound)
        let id = try #require(created["sip_trunk_id"]?.text)
        service.now += .seconds(60)
        let updated = try service.call(
            .updateInboundTrunk,
            #"{"sip_trunk_id":"\#(id)","update":{"numbers":{"add":["+1555","+1556"]},"name":"","auth_realm":"x"}}"#)
        #expect(updated["numbers"]?.elements?.compactMap(\.text) == ["+1555", "+1556"])
        #expect(updated["name"]?.text == "")
        #expect(updated["allowed_addresses"] == created["allowed_addresses"])
        #expect(updated["created_at"] == created["created_at"])
        #expect(updated["updated_at"]?.text == "2023-11-14T22:14:20Z")
        let replaced = try service.call(
            .updateInboundTrunk, #"{"sip_trunk_id":"\#(id)","replace":{"numbers":["+1"]}}"#)
        #expect(replaced["sip_trunk_id"]?.text == id)
        #expect(replaced["allowed_addresses"]?.elements == [])
        #expect(replaced["created_at"] == created["created_at"])
        #expect(service.table.inbound.count == 1)
    }

    @Test("An update of a rule merges attributes and replaces the target")
    func ruleUpdate() throws {
        var service = KeptService()
        let created = try service.call(.createDispatchRule, Self.rule)
        let id = try #require(created["sip_dispatch_rule_id"]?.text)
        func update(_ json: String) throws -> JSONValue {
            try service.call(.updateDispatchRule, #"{"sip_dispatch_rule_id":"\#(id)","update":\#(json)}"#)
        }
        _ = try update(#"{"attributes":{"a":"1","b":"2"}}"#)
        let updated = try update(
            #"{"attributes":{"a":"","c":"3"},"rule":{"dispatch_rule_callee":{"pin":"77"}},"trunk_ids":{"set":["ST_a"]}}"#
        )
        let rule = try #require(service.table.rule(RuleID(id)))
        #expect(rule.attributes == ["b": "2", "c": "3"])
        #expect(rule.room == .callee(roomPrefix: "", randomize: false))
        #expect(rule.pin == "77")
        #expect(updated["trunk_ids"]?.elements?.compactMap(\.text) == ["ST_a"])
    }

    @Test(
        "Changes of lists",
        arguments: [
            (ListUpdate(clear: true), [], nil),
            (ListUpdate(set: ["x"]), ["x"], nil),
            (ListUpdate(add: ["b", "c"], remove: ["a"]), ["b", "c"], nil),
            (ListUpdate(remove: ["z"]), ["a", "b"], nil),
            (ListUpdate(), ["a", "b"], "l: changes nothing: give set, add, remove or clear"),
            (
                ListUpdate(add: ["c"], clear: true), ["a", "b"],
                "l: clear cannot be given together with set, add or remove"
            ),
            (ListUpdate(set: ["c"], add: ["d"]), ["a", "b"], "l: set cannot be given together with add or remove"),
            (ListUpdate(add: [""]), ["a", "b"], "l: has an empty string"),
        ] as [(ListUpdate, [String], String?)])
    func listUpdates(update: ListUpdate, result: [String], message: String?) {
        var list = ["a", "b"]
        var failure: TwirpError?
        do throws(TwirpError) { try update.apply(to: &list, "l") } catch { failure = error }
        #expect(list == result)
        #expect(failure?.message == message)
    }

    @Test(
        "Requests that are refused",
        arguments: [
            (.createInboundTrunk, "{}", .invalidArgument, "trunk: is missing"),
            (
                .createInboundTrunk, #"{"trunk":{"sip_trunk_id":"ST_a","numbers":["+1"]}}"#, .invalidArgument,
                "trunk.sip_trunk_id: must be empty, because the id is made here"
            ),
            (
                .createInboundTrunk, #"{"trunk":{"numbers":[1]}}"#, .malformed,
                "the json request could not be decoded: trunk.numbers[0]: expected a string"
            ),
            (.createInboundTrunk, "", .malformed, "the json request could not be decoded: not JSON (byte 0)"),
            (.getInboundTrunk, "{}", .invalidArgument, "sip_trunk_id: is missing"),
            (.getInboundTrunk, #"{"sip_trunk_id":"ST_a"}"#, .notFound, "there is no inbound trunk ST_a"),
            (.getOutboundTrunk, #"{"sip_trunk_id":"ST_a"}"#, .notFound, "there is no outbound trunk ST_a"),
            (.updateDispatchRule, #"{"sip_dispatch_rule_id":"SDR_a"}"#, .notFound, "there is no dispatch rule SDR_a"),
            (.listInboundTrunk, #"{"page":{"limit":-1}}"#, .invalidArgument, "page.limit: must not be negative"),
            (.createDispatchRule, "{}", .invalidArgument, "dispatch_rule: is missing"),
            (.createParticipant, "{}", .unavailable, "no server is running here that could do this"),
        ] as [(SIPMethod, String, TwirpCode, String)])
    func refused(method: SIPMethod, json: String, code: TwirpCode, message: String) {
        var service = KeptService()
        #expect(service.error(method, json).map { [$0.code.rawValue, $0.message] } == [code.rawValue, message])
    }

    @Test("An update needs an action, and a replacement the same id")
    func actions() throws {
        var service = KeptService()
        let id = try #require(try service.call(.createOutboundTrunk, Self.outbound)["sip_trunk_id"]?.text)
        #expect(service.error(.updateOutboundTrunk, #"{"sip_trunk_id":"\#(id)"}"#)?.code == .invalidArgument)
        let other = #"{"sip_trunk_id":"\#(id)","replace":{"sip_trunk_id":"ST_b","address":"a","numbers":["1"]}}"#
        #expect(service.error(.updateOutboundTrunk, other)?.meta == ["argument": "replace.sip_trunk_id"])
    }

    @Test("Conflicts are refused, and a rule that never matches is told of")
    func conflicts() throws {
        var service = KeptService()
        let id = try #require(try service.call(.createInboundTrunk, Self.inbound)["sip_trunk_id"]?.text)
        let found = service.error(.createInboundTrunk, Self.inbound)
        let conflict = try #require(found)
        #expect(conflict.meta == ["sip_trunk_id": id])
        #expect(conflict.message.contains(id))
        try service.call(.createDispatchRule, Self.rule)
        #expect(service.warnings == [])
        #expect(service.error(.createDispatchRule, Self.rule)?.code == .invalidArgument)
        let lost = #"{"rule":{"dispatch_rule_callee":{}},"trunk_ids":["ST_gone"]}"#
        try service.call(.createDispatchRule, lost)
        #expect(service.warnings.count == 1)
        let update = #"{"sip_trunk_id":"\#(id)","update":{"name":"n"}}"#
        #expect(try service.call(.updateInboundTrunk, update)["name"]?.text == "n", "no conflict with itself")
    }

    @Test("Filters let wildcards through; pages go by id")
    func lists() throws {
        var table = RoutingTable()
        for (id, numbers) in [("c", []), ("a", ["+1 (555) 1"]), ("b", ["+1556"])] {
            var trunk = InboundTrunk()
            (trunk.id, trunk.name, trunk.numbers) = (TrunkID("ST_" + id), id, numbers)
            table.put(trunk)
            var rule = DispatchRule()
            (rule.id, rule.name) = (RuleID("SDR_" + id), id)
            rule.trunkIDs = numbers.isEmpty ? [] : [trunk.id]
            table.put(rule)
        }
        var service = KeptService(table: table)
        #expect(try service.items(.listInboundTrunk, #"{"numbers":["15551"]}"#) == ["a", "c"])
        #expect(try service.items(.listInboundTrunk, #"{"trunk_ids":["ST_c","ST_z","ST_b"]}"#) == ["b", "c"])
        #expect(try service.items(.listInboundTrunk, #"{"page":{"after_id":"ST_a","limit":1}}"#) == ["b"])
        #expect(try service.items(.listInboundTrunk, #"{"page":{}}"#) == ["a", "b", "c"])
        #expect(try service.items(.listDispatchRule, #"{"trunk_ids":["ST_b"]}"#) == ["b", "c"])
        #expect(try service.items(.listDispatchRule, #"{"dispatch_rule_ids":["SDR_a"],"trunk_ids":["ST_b"]}"#) == [])
    }
}

@Suite("Twirp errors")
struct TwirpErrorTests {
    @Test("The body has code, msg and, where there is some, meta")
    func body() {
        #expect(TwirpError(.notFound, "no \"x\"").json.text == #"{"code":"not_found","msg":"no \"x\""}"#)
        let busy = TwirpError(.resourceExhausted, "m", meta: ["sip_status_code": "486", "sip_status": "Busy Here"])
        #expect(
            busy.json.text
                == #"{"code":"resource_exhausted","msg":"m","meta":{"sip_status":"Busy Here","sip_status_code":"486"}}"#
        )
        #expect(TwirpError(json: busy.json) == busy)
        #expect(TwirpError(json: Array("<html>".utf8)) == nil)
        #expect(TwirpError(json: Array(#"{"code":"new","msg":1}"#.utf8)) == TwirpError(.unknown, ""))
    }

    @Test("Every code has the status of the table")
    func statuses() {
        let statuses = TwirpCode.allCases.map { "\($0.rawValue) \($0.httpStatus)" }
        #expect(statuses.contains("malformed 400") && statuses.contains("failed_precondition 412"))
        #expect(statuses.contains("canceled 408") && statuses.contains("unimplemented 501"))
        #expect(TwirpCode.allCases.count == 18)
    }
}
