internal import Core

/// The methods of `livekit.SIP` over the control socket.
extension BridgeWorker {
    func serve(_ request: HTTPRequest, _ responder: HTTPResponder) {
        do throws(TwirpError) {
            guard let method = SIPMethod(rawValue: request.parameters["method"] ?? "") else {
                throw TwirpError(.badRoute, "there is no method \(request.parameters["method"] ?? "")")
            }
            guard let encoding = APIEncoding(contentType: request.contentType) else {
                throw TwirpError(.badRoute, "unexpected Content-Type: use application/json or application/protobuf")
            }
            switch method {
            case .createParticipant: createParticipant(request.body, encoding, responder)
            case .transferParticipant: throw TwirpError(.unimplemented, "calls cannot be transferred yet")
            default: try change(method, request.body, encoding, responder)
            }
        } catch {
            responder.respond(.twirp(error))
        }
    }

    private func change(
        _ method: SIPMethod, _ body: [UInt8], _ encoding: APIEncoding, _ responder: HTTPResponder
    ) throws(TwirpError) {
        let reply = try SIPService.handle(method, body, encoding, table: table, now: Self.wallTime, ids: &ids)
        guard !reply.changes.isEmpty else { return responder.respond(.api(reply.body, encoding)) }
        let mailbox = mailbox
        stores.routing.apply(reply.changes) { mailbox.post(.applied(reply, encoding, $0, responder)) }
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
            responder.respond(.api(reply.body, encoding, warnings: reply.warnings))
        case .failure(let error):
            responder.respond(.twirp(TwirpError(.unavailable, "the store did not take the change: \(error)")))
        }
    }
}

extension HTTPResponse {
    static func twirp(_ error: TwirpError) -> Self { .json(HTTPStatus(error.code.httpStatus), error.json) }

    /// What a method answers; warnings go into header fields of their own.
    static func api(_ body: [UInt8], _ encoding: APIEncoding, warnings: [String] = []) -> Self {
        var response = HTTPResponse(.ok, ["Content-Type": encoding.contentType], body: body)
        for warning in warnings { response.headers.add("Sipctl-Warning", warning) }
        return response
    }
}
