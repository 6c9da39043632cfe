internal import Core
internal import IO

/// Sends the request for one call to the server that runs here, or to the one at `--url`.
struct ParticipantCall {
    private let client: HTTPServiceClient
    /// The socket of the server here; nil for one far away.
    private let socket: String?

    init(_ options: ParsedOptions, _ patience: Duration) throws(Failure) {
        var client: HTTPServiceClient
        if let url = options[ServiceOptions.url] {
            (client, socket) = (try ServiceShell.remote(url, options), nil)
        } else {
            let configuration = try ConfigurationOptions(options).load().configuration
            (client, socket) = (try ServiceShell.local(configuration), configuration.state.controlPath)
        }
        client.patience = patience
        self.client = client
    }

    func place(_ request: CreateSIPParticipantRequest) async throws(Failure) -> ServiceReply {
        let subject = "call \(request.callTo)"
        // A call must not be placed twice: whether there is a server is asked before.
        if let socket, try await !client.isThere() {
            throw ControlClient.failure(.noServer(socket), subject)
        }
        do throws(ServiceFailure) {
            return try await client.call(.createParticipant, request.json(.sparse))
        } catch {
            guard case .refused(let refusal) = error, let code = refusal.meta["sip_status_code"].flatMap({ Int($0) })
            else { throw error.failure(subject) }
            throw SIPRefusal(code, refusal.meta["sip_status"] ?? "", refusal.message).failure(subject)
        }
    }
}

/// Why the callee, or a server on the way to it, did not take a call.
struct SIPRefusal {
    let code: Int
    private let phrase: String

    /// `phrase` is that of the response; `message` stands in where there is none.
    init(_ code: Int, _ phrase: String, _ message: String) {
        (self.code, self.phrase) = (code, phrase.isEmpty ? message : phrase)
    }

    /// `busy here (486)`.
    var words: String { "\(phrase.lowercased()) (\(code))" }

    func failure(_ subject: String) -> Failure {
        let exit: ExitStatus =
            switch code {
            case 401, 403, 407: .refused
            case 408, 480, 504: .unreachable
            default: .no
            }
        return Failure(exit, "cannot \(subject): \(words)")
    }
}
