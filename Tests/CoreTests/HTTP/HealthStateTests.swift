import Core
import Testing

@Suite("Health")
struct HealthStateTests {
    @Test(
        "the page of livekit/sip: status and name of the state",
        arguments: [
            (HealthState.ok, 200, "OK"), (.underLoad, 429, "UnderLoad"), (.notStarted, 503, "NotStarted"),
            (.stopped, 503, "Stopped"), (.disabled, 503, "Disabled"),
        ])
    func states(state: HealthState, status: Int, body: String) {
        let health = Health(state)
        #expect(health.readiness.status.code == status)
        #expect(health.readiness.body == Array(body.utf8))
        #expect(health.liveness.status == .ok, "no state of the calls makes a supervisor kill the process")
    }

    @Test("only a stuck process is not alive") func stuck() {
        #expect(Health(.ok, isAlive: false).liveness.status == .serviceUnavailable)
    }

    @Test(
        "errors in the form of their path",
        arguments: [
            ("/v1/x", HTTPStatus.notFound, #"{"error":{"code":"not_found","message":"a \"b\""}}"# + "\n"),
            ("", .badRequest, #"{"error":{"code":"bad_request","message":"a \"b\""}}"# + "\n"),
            ("/v1", .contentTooLarge, #"{"error":{"code":"too_large","message":"a \"b\""}}"# + "\n"),
            ("/twirp/livekit.SIP/X", .notFound, #"{"code":"bad_route","msg":"a \"b\""}"#),
            ("/twirp/x", .contentTooLarge, #"{"code":"malformed","msg":"a \"b\""}"#),
            ("/twirp/x", .internalServerError, #"{"code":"internal","msg":"a \"b\""}"#),
        ])
    func errors(target: String, status: HTTPStatus, body: String) {
        let response = ControlError.refusal(Array(target.utf8), status, "a \"b\"")
        #expect(response.status == status)
        #expect(response.body.text == body)
        #expect(response.headers["content-type"] == "application/json")
    }
}
