internal import Core
internal import IO

/// What people are told when the control socket did not do what was asked.
extension ControlClient {
    /// Why there is no answer.
    static func failure(_ error: HTTPClientError, _ subject: String) -> Failure {
        switch error {
        case .noServer: Failure(.unreachable, "cannot \(subject): \(error)", hint: "Start one with: sipctl serve")
        case .cannotConnect(let problem) where problem.name == "EACCES":
            Failure(
                .local, "cannot \(subject): \(error)",
                hint: "The socket belongs to the user of the server: run this as that user, or as root.")
        case .timedOut, .cut:
            Failure(
                .unreachable, "cannot \(subject): \(error)", hint: "The server may be ending: see 'sipctl call list'.")
        case .refused, .cannotConnect, .tls, .notHTTP, .tooLarge, .cancelled:
            Failure(.unreachable, "cannot \(subject): \(error)")
        }
    }

    /// Why the server did not do it.
    static func refusal(_ response: HTTPResponse, _ subject: String) -> Failure {
        guard let problem = ControlProblem(json: response.body) else {
            return Failure(.unreachable, "cannot \(subject): the server answered with status \(response.status.code)")
        }
        let exit: ExitStatus = response.status.code < 500 ? .no : response.status.code == 500 ? .local : .unreachable
        return Failure(exit, "cannot \(subject): \(problem.message)")
    }
}
