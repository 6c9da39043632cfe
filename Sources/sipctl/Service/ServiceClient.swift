internal import Core

/// Whoever carries out the methods of the service `livekit.SIP`: the store, the server that runs here, or one far away.
protocol ServiceClient: Sendable {
    /// Where the objects are, for people.
    var location: String { get }
    /// Sends a request in JSON and gives the response in JSON.
    func call(_ method: SIPMethod, _ request: [UInt8]) async throws(ServiceFailure) -> ServiceReply
}

/// What a method answered.
struct ServiceReply: Sendable {
    var body: [UInt8]
    /// What is allowed but will hardly be meant, each a sentence.
    var warnings: [String] = []
}

/// Why there is no answer, or not the one that was wished for.
enum ServiceFailure: Error {
    /// The service refused.
    case refused(TwirpError)
    /// The service was not reached, or did not do its work.
    case failed(Failure)

    /// What a command ends with. `subject` is what it wanted: `create an inbound trunk`.
    func failure(_ subject: String) -> Failure {
        switch self {
        case .failed(let failure): return failure
        case .refused(let error):
            return Failure(error.code.exitStatus, "cannot \(subject): \(error.message)", hint: error.code.hint)
        }
    }
}

extension TwirpCode {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .unauthenticated, .permissionDenied: .refused
        case .unavailable, .deadlineExceeded, .canceled, .resourceExhausted: .unreachable
        case .internal, .unknown, .dataLoss, .badRoute, .unimplemented: .local
        case .invalidArgument, .malformed, .outOfRange, .notFound, .alreadyExists, .failedPrecondition, .aborted: .no
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .unauthenticated, .permissionDenied: "Check --api-key and --api-secret, and what the key may do."
        default: nil
        }
    }
}

extension ServiceClient {
    /// Sends a message and reads the answer; tells of warnings.
    func send<Answer: ProtobufMessage>(
        _ method: SIPMethod, _ request: some ProtobufMessage, _ terminal: Terminal, to subject: String,
        as _: Answer.Type = Answer.self
    ) async throws(Failure) -> Answer {
        let reply: ServiceReply
        do throws(ServiceFailure) {
            reply = try await call(method, request.json(.sparse))
        } catch {
            throw error.failure(subject)
        }
        for warning in reply.warnings { terminal.warn("warning: \(warning)") }
        do throws(FieldError) { return try Answer(json: reply.body) } catch {
            throw Failure(
                .unreachable, "cannot \(subject): \(location) gave an answer that cannot be read: \(error.sentence)")
        }
    }
}
