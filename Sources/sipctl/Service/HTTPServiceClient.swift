internal import Core
internal import IO

/// Sends methods to a server: over its control socket, or far away with a token.
struct HTTPServiceClient: ServiceClient {
    let location: String
    /// How long to wait for an answer; nil for what suits the method.
    var patience: Duration?
    private let client: HTTPClient
    /// The token for a permission; nil where none is needed.
    private let token: @Sendable (SIPGrant) -> String?

    init(_ server: HTTPClient.Server, location: String, token: @escaping @Sendable (SIPGrant) -> String?)
        throws(Failure)
    {
        (self.location, self.token) = (location, token)
        do throws(IOError) { client = try HTTPClient(server) } catch { throw Failure(.local, "\(error)") }
    }

    /// Whether anybody listens.
    func isThere() async throws(Failure) -> Bool {
        do throws(HTTPClientError) {
            _ = try await fetch(HTTPClient.Request(.get, "/healthz"))
            return true
        } catch {
            switch error {
            case .noServer: return false
            default: throw Failure(.unreachable, "\(error)")
            }
        }
    }

    func call(_ method: SIPMethod, _ request: [UInt8]) async throws(ServiceFailure) -> ServiceReply {
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let token = token(method.grant) { headers.add("Authorization", "Bearer \(token)") }
        var post = HTTPClient.Request(.post, method.path, headers, body: request)
        // The longest is that of a call that is answered late.
        post.patience = .whole(patience ?? (method.needsServer ? .seconds(100) : .seconds(30)))
        let response: HTTPResponse
        do throws(HTTPClientError) { response = try await fetch(post) } catch {
            throw .failed(Failure(.unreachable, "\(error)"))
        }
        guard response.status.code != 200 else {
            return ServiceReply(body: response.body, warnings: response.headers.values(HTTPResponse.warningHeader))
        }
        if let error = TwirpError(json: response.body) { throw .refused(error) }
        throw .failed(failure(response))
    }

    private func fetch(_ request: HTTPClient.Request) async throws(HTTPClientError) -> HTTPResponse {
        try await withCheckedContinuation { done in
            _ = client.fetch(request) { done.resume(returning: $0) }
        }.get()
    }

    /// An answer that is none of the service's: of a proxy, or of the check of the token before it.
    private func failure(_ response: HTTPResponse) -> Failure {
        let text = response.body.prefix(200).prefix { $0 != 0x0a }.text
        let said = text.isEmpty ? "status \(response.status.code)" : "status \(response.status.code), \(text)"
        if response.status.code == 401 || response.status.code == 403 {
            return Failure(.refused, "\(location) refuses us: \(said)", hint: "Check --api-key and --api-secret.")
        }
        return Failure(.unreachable, "\(location) is no LiveKit server, or not in order: \(said)")
    }
}
