import Core
import Testing

@Suite("Requests and other answers of the control socket") struct ControlRequestTests {
    @Test(
        "an order is read as it was written",
        arguments: [
            (ControlOrder.hangup(headers: [:]), #"{"headers":{}}"#),
            (.hangup(headers: ["X-A": "1"]), #"{"headers":{"X-A":"1"}}"#),
            (.dtmf("ww12#"), #"{"digits":"ww12#"}"#), (.hold, "{}"), (.resume, "{}"),
            (.record(path: "x.wav"), #"{"path":"x.wav"}"#), (.stopRecording, #"{"stop":true}"#),
        ])
    func orders(order: ControlOrder, json: String) throws {
        #expect(String(decoding: order.json, as: UTF8.self) == json)
        #expect(try ControlOrder(order.word, json: order.json) == order)
        #expect(ControlOrder.words.contains(order.word))
    }

    @Test(
        "a request that asks for nothing sensible is refused with the field",
        arguments: [
            ("dtmf", "", "digits: expected a string"),
            ("dtmf", #"{"digits":"12x"}"#, "digits: expected digits 0-9 * # A-D and w"),
            ("record", #"{"stop":false}"#, "path: expected a string"), ("hold", "[]", "expected an object"),
            ("hangup", #"{"headers":{"a":null}}"#, "headers: expected a string"), ("hold", "{", "not JSON (byte 1)"),
        ])
    func badOrders(word: String, json: String, sentence: String) {
        do throws(FieldError) {
            _ = try ControlOrder(word, json: Array(json.utf8))
            Issue.record("\(json) was taken")
        } catch {
            #expect(error.sentence == sentence)
        }
    }

    @Test("an empty body is an empty object; an unknown word is no order")
    func emptyBodies() throws {
        #expect(try ControlOrder("hangup", json: []) == .hangup(headers: [:]))
        #expect(try ControlOrder("transfer", json: []) == nil)
        #expect(try DrainOrder(json: []) == DrainOrder())
    }

    @Test("the deadline of a drain keeps its milliseconds", arguments: [nil, 0, 1, 500, 30_000, 3_600_000] as [Int?])
    func drain(milliseconds: Int?) throws {
        let order = DrainOrder(deadline: milliseconds.map { .milliseconds($0) })
        #expect(try DrainOrder(json: order.json) == order)
    }

    @Test(
        "deadlines that are none",
        arguments: [#"{"deadline":30}"#, #"{"deadline":"30"}"#, #"{"deadline":"s"}"#, #"{"deadline":"-1s"}"#, "1"])
    func badDeadlines(json: String) {
        #expect(throws: FieldError.self) { try DrainOrder(json: Array(json.utf8)) }
    }

    @Test("a status and an error are read as they were written")
    func statusAndError() throws {
        var status = ServerStatus()
        (status.state, status.version, status.calls, status.startedAt) = (.draining, "1.0", 3, .seconds(86_400))
        status.pid = 4711
        #expect(
            String(decoding: status.json, as: UTF8.self)
                == #"{"state":"draining","version":"1.0","calls":3,"started_at":"1970-01-02T00:00:00Z","pid":4711}"#)
        #expect(try ServerStatus(json: status.json) == status)
        let problem = ControlProblem("not_found", #"no call "x""#)
        #expect(
            String(decoding: problem.json, as: UTF8.self)
                == #"{"error":{"code":"not_found","message":"no call \"x\""}}"#)
        #expect(ControlProblem(json: problem.json) == problem)
        for text in ["", "{}", #"{"error":"x"}"#, "<html>"] { #expect(ControlProblem(json: Array(text.utf8)) == nil) }
    }

    @Test("a query of records is read as it was written")
    func query() throws {
        var query = CallRecordQuery()
        #expect(query.urlQuery == "")
        (query.limit, query.order, query.direction, query.states) = (7, .oldestFirst, .outbound, [.ended, .active])
        query.after = CallRecordQuery.Cursor(createdAt: .nanoseconds(5), id: CallRecordID("SCL_a-b"))
        (query.trunkID, query.ruleID, query.room) = (TrunkID("ST_a"), RuleID("SDR_b"), "a&b c")
        (query.participantIdentity, query.from, query.to) = ("i", "+1", "+2")
        (query.endReason, query.callID) = (.crashed, CallID("x@y"))
        (query.since, query.until) = (.seconds(86_400), .milliseconds(86_400_001))
        let target = try #require(HTTPTarget(Array(("/v1/cdr" + query.urlQuery).utf8)))
        #expect(try CallRecordQuery(target) == query)
    }

    @Test(
        "a query that is wrong is refused with its name",
        arguments: [
            ("limit=0", "limit: expected a number above 0"),
            ("state=gone", "state: expected one of ringing, active, ended"),
            ("since=yesterday", "since: expected a time such as 2026-01-31T12:00:00Z"),
            ("after=x", "after: expected next of the page before"),
            ("order=up", "order: expected one of newest_first, oldest_first"), ("rooms=r", "rooms: unknown field"),
        ])
    func badQueries(text: String, sentence: String) throws {
        let target = try #require(HTTPTarget(Array("/v1/cdr?\(text)".utf8)))
        do throws(FieldError) {
            _ = try CallRecordQuery(target)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.sentence == sentence)
        }
    }
}
