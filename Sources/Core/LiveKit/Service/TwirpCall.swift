/// A call of the service `livekit.SIP` over HTTP (livekit API section 1), read from a request.
package struct TwirpCall: Sendable {
    package let method: SIPMethod
    package let encoding: APIEncoding
    package let body: [UInt8]
    /// Who calls; nil over the control socket, which needs no token.
    package let token: AccessToken?

    /// Why a request is no call that may be carried out.
    package enum Rejection: Error, Hashable, Sendable {
        /// A token that is not believed: 401 with a text, before the service is asked.
        case token(AccessToken.Refusal)
        case error(TwirpError)

        package var response: HTTPResponse {
            switch self {
            case .token(let refusal): .text(.unauthorized, "invalid token: \(refusal.rawValue)")
            case .error(let error): HTTPResponse(error)
            }
        }
    }

    /// Reads a request.
    /// - Parameters:
    ///   - now: since 1970.
    ///   - secret: the API secret of a key; nil where no token is needed.
    package init(
        _ request: HTTPRequest, now: Duration, secret: ((String) -> String?)?
    ) throws(Rejection) {
        let path = "/" + request.target.segments.joined(separator: "/")
        token = try secret.flatMap { secret throws(Rejection) in try Self.token(request, now, secret) }
        guard let method = SIPMethod.allCases.first(where: { $0.path == path }) else {
            throw .error(TwirpError(.badRoute, "no handler for path \(path)"))
        }
        guard request.method == .post else {
            throw .error(TwirpError(.badRoute, "unsupported method \(request.method.name): only POST is allowed"))
        }
        guard let encoding = APIEncoding(contentType: request.contentType) else {
            throw .error(TwirpError(.badRoute, "unexpected Content-Type: \(request.contentType ?? "")"))
        }
        if secret != nil, token?.sip?.covers(method.grant) != true {
            throw .error(TwirpError(.unauthenticated, "permissions denied"))
        }
        (self.method, self.encoding, body) = (method, encoding, request.body)
    }

    /// The token of the request; nil when it has none.
    private static func token(
        _ request: HTTPRequest, _ now: Duration, _ secret: (String) -> String?
    ) throws(Rejection) -> AccessToken? {
        guard let field = request.headers["authorization"] else { return nil }
        let parts = field.utf8.split(separator: UInt8(ascii: " "))
        guard parts.count == 2, parts[0].equalsIgnoringCase("Bearer") else { throw .token(.malformed) }
        do throws(AccessToken.Refusal) {
            return try AccessToken(verifying: parts[1], now: now, secret: secret)
        } catch {
            throw .token(error)
        }
    }
}

extension HTTPResponse {
    /// Name of the header that carries a warning of the service, one each.
    package static var warningHeader: StaticString { "Sipctl-Warning" }

    /// The answer of the service.
    package init(_ reply: SIPService.Reply, _ encoding: APIEncoding) {
        self.init(.ok, ["Content-Type": encoding.contentType], body: reply.body)
        // An id that somebody wrote may stand in a warning; it must not end the header.
        for warning in reply.warnings {
            headers.add("\(Self.warningHeader)", warning.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }.text)
        }
    }

    /// What the service refused; always JSON.
    package init(_ error: TwirpError) { self = .json(HTTPStatus(error.code.httpStatus), error.json) }
}
