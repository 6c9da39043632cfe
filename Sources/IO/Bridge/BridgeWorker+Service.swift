internal import Core

/// The methods of `livekit.SIP` over the control socket.
extension BridgeWorker {
    func serve(_ request: HTTPRequest, _ responder: HTTPResponder) {
        do throws(TwirpCall.Rejection) {
            let call = try TwirpCall(request, now: Self.wallTime, secret: nil)
            switch call.method {
            case .createParticipant: createParticipant(call.body, call.encoding, responder)
            case .transferParticipant:
                responder.respond(HTTPResponse(TwirpError(.unimplemented, "calls cannot be transferred yet")))
            default: change(call, responder)
            }
        } catch {
            responder.respond(error.response)
        }
    }

    private func change(_ call: TwirpCall, _ responder: HTTPResponder) {
        do throws(TwirpError) {
            let reply = try SIPService.handle(
                call.method, call.body, call.encoding, table: table, now: Self.wallTime, ids: &ids)
            guard !reply.changes.isEmpty else { return responder.respond(HTTPResponse(reply, call.encoding)) }
            let mailbox = mailbox
            stores.routing.apply(reply.changes) { mailbox.post(.applied(reply, call.encoding, $0, responder)) }
        } catch {
            responder.respond(HTTPResponse(error))
        }
    }

    /// The store has made the changes of a method, or could not.
    func finish(
        _ reply: SIPService.Reply, _ encoding: APIEncoding, _ result: Result<Void, StoreError>,
        _ responder: HTTPResponder
    ) {
        switch result {
        case .success:
            table.apply(reply.changes)
            door?.use(table)
            for warning in reply.warnings { notify(.warning(warning)) }
            responder.respond(HTTPResponse(reply, encoding))
        case .failure(let error):
            responder.respond(
                HTTPResponse(TwirpError(.unavailable, "the store did not take the change: \(error)")))
        }
    }
}
