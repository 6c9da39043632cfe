internal import Core
internal import IO
internal import Synchronization

/// Asks the servers that run here, over their control sockets (docs/control-socket.md). Mostly it is one; while one takes the place of
/// another, it is both: what one does not know, the next is asked.
struct ControlClient: Sendable {
    /// The path that all of them share.
    let socket: String
    /// The one that is meant when none is named comes first.
    private let servers: [HTTPClient]

    /// Every server of the configuration that the options name. Nothing is connected yet.
    init(_ options: ParsedOptions) throws(Failure) {
        let socket = try Self.socket(options)
        try self.init(socket, paths: ControlSocket.paths(socket))
    }

    /// The servers that listen on these paths.
    private init(_ socket: String, paths: [String]) throws(Failure) {
        self.socket = socket
        var servers: [HTTPClient] = []
        do throws(IOError) {
            for path in paths { servers.append(try HTTPClient(.unix(path))) }
        } catch {
            throw Failure(.local, "\(error)")
        }
        self.servers = servers
    }

    /// The servers that share a socket's path, each apart.
    static func each(_ socket: String) throws(Failure) -> [ControlClient] {
        var clients: [ControlClient] = []
        for path in ControlSocket.paths(socket) { clients.append(try ControlClient(socket, paths: [path])) }
        return clients
    }

    /// The path of the socket in the configuration that the options name.
    static func socket(_ options: ParsedOptions) throws(Failure) -> String {
        try ConfigurationOptions(options).load().configuration.state.controlPath
    }

    /// The options of commands of this kind.
    static let options = ConfigurationOptions.all

    /// What commands of this kind say of where they work.
    static let description = """
        Asks the server that runs on this machine, by the control socket that the configuration of --config names, else by \
        control.sock in the state directory of this user: SIPCTL_HOME, else XDG_STATE_HOME/sipctl, else \
        ~/.local/state/sipctl, and for root /var/lib/sipctl.
        """

    /// The exit status of a command when nobody listens.
    static let noServer = ExitStatus.unreachable.when("no server runs, or it gives no answer")

    /// Sends a request and gives the body of the answer. `subject` is what the person wants: `hang up SCL_…`.
    func ask(
        _ method: HTTPMethod, _ target: String, _ body: [UInt8] = [], to subject: String,
        within time: Duration = .seconds(10)
    ) async throws(Failure) -> [UInt8] {
        var request = request(method, target, body)
        request.patience = .whole(time)
        return try Self.body(of: await fetch(request), subject)
    }

    /// Asks servers that may not be there; nil when nobody listens.
    func askIfThere(_ target: String, to subject: String) async throws(Failure) -> [UInt8]? {
        let answer = await fetch(request(.get, target))
        if case .failure(.noServer) = answer { return nil }
        return try Self.body(of: answer, subject)
    }

    /// Asks every server, and gives the bodies of all that know an answer; fails when none does.
    func askAll(
        _ method: HTTPMethod, _ target: String, to subject: String
    ) async throws(Failure) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        var last: Result<HTTPResponse, HTTPClientError>?
        for server in servers {
            let answer = await Self.fetch(request(method, target), from: server)
            if answer.isKnown {
                bodies.append(try Self.body(of: answer, subject))
            } else {
                last = Self.worse(last, answer)
            }
        }
        if bodies.isEmpty, let last { _ = try Self.body(of: last, subject) }
        return bodies
    }

    /// The answer of the first server that knows one.
    private func fetch(_ request: HTTPClient.Request) async -> Result<HTTPResponse, HTTPClientError> {
        var last: Result<HTTPResponse, HTTPClientError>?
        for server in servers {
            let answer = await Self.fetch(request, from: server)
            if answer.isKnown { return answer }
            last = Self.worse(last, answer)
        }
        return last ?? .failure(.noServer(socket))
    }

    /// Of two servers that did not know, what the one said who is there.
    private static func worse(
        _ first: Result<HTTPResponse, HTTPClientError>?, _ second: Result<HTTPResponse, HTTPClientError>
    ) -> Result<HTTPResponse, HTTPClientError> {
        guard let first else { return second }
        if case .failure(.noServer) = first { return second }
        return first
    }

    private static func fetch(
        _ request: HTTPClient.Request, from server: HTTPClient
    ) async -> Result<HTTPResponse, HTTPClientError> {
        await withCheckedContinuation { done in
            _ = server.fetch(request) { done.resume(returning: $0) }
        }
    }

    private static func body(
        of answer: Result<HTTPResponse, HTTPClientError>, _ subject: String
    ) throws(Failure) -> [UInt8] {
        switch answer {
        case .success(let response):
            guard (200..<300).contains(response.status.code) else { throw refusal(response, subject) }
            return response.body
        case .failure(let error): throw failure(error, subject)
        }
    }

    /// A request with a body of JSON.
    private func request(_ method: HTTPMethod, _ target: String, _ body: [UInt8] = []) -> HTTPClient.Request {
        let headers: HTTPHeaders = body.isEmpty ? [:] : ["Content-Type": "application/json"]
        return HTTPClient.Request(method, target, headers, body: body)
    }

    /// Follows a stream of JSON Lines, of all servers that are there; it ends with the last of them. The stream's first element is
    /// `began`, as soon as a server has taken the request.
    func follow(_ target: String) -> AsyncStream<ControlLine> {
        var request = request(.get, target)
        (request.patience, request.bodyLimit) = (.head(.seconds(10)), .max)
        let (stream, continuation) = AsyncStream.makeStream(of: ControlLine.self)
        let merge = FollowMerge(servers.count)
        let ongoing = servers.map { server in
            let books = FollowBooks()
            return server.send(request) { event in
                for line in books.take(event) where merge.passes(line) { continuation.yield(line) }
                switch event {
                case .finished, .failed: if merge.isLast() { continuation.finish() }
                case .head, .body: break
                }
            }
        }
        continuation.onTermination = { _ in for one in ongoing { one.cancel() } }
        return stream
    }

    /// The same stream with a tick every second, for what shows a clock.
    func followTicking(_ target: String) -> AsyncStream<ControlPulse> {
        let (stream, continuation) = AsyncStream.makeStream(of: ControlPulse.self)
        let lines = follow(target)
        let clock = Task {
            while !Task.isCancelled {
                continuation.yield(.tick(SystemClock.now()))
                try? await Task.sleep(for: .seconds(1))
            }
        }
        Task {
            for await line in lines { continuation.yield(.line(line)) }
            clock.cancel()
            continuation.finish()
        }
        return stream
    }

    /// Reads an answer that the server should have made well.
    func read<Value>(
        _ subject: String, _ read: () throws(FieldError) -> Value
    ) throws(Failure) -> Value {
        do throws(FieldError) { return try read() } catch {
            throw Failure(
                .unreachable,
                "cannot \(subject): the server at \(socket) gave an answer that cannot be read: "
                    + error.sentence, hint: "Its version may differ from this one's: see 'sipctl version'.")
        }
    }
}

/// What comes of a stream.
enum ControlLine: Sendable {
    case began
    /// One line without its end.
    case line([UInt8])
    /// The server refuses the request.
    case refused(HTTPResponse)
    /// The stream was cut, or never began.
    case failed(HTTPClientError)
}

/// What comes of a stream with a clock.
enum ControlPulse: Sendable {
    case line(ControlLine)
    case tick(Instant)
}

/// What several streams have in common: one beginning, and one end.
private final class FollowMerge: Sendable {
    private let state: Mutex<(left: Int, hasBegun: Bool)>

    init(_ count: Int) { state = Mutex((count, false)) }

    /// Whether a line is for the reader. Of servers that are not there only the last one counts.
    func passes(_ line: ControlLine) -> Bool {
        state.withLock { state in
            switch line {
            case .began:
                defer { state.hasBegun = true }
                return !state.hasBegun
            case .failed(.noServer): return state.left == 1 && !state.hasBegun
            case .line, .refused, .failed: return true
            }
        }
    }

    /// One stream has ended; whether it was the last.
    func isLast() -> Bool {
        state.withLock { state in
            state.left -= 1
            return state.left == 0
        }
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPClientError {
    /// Whether a server is there and knows what it is asked for.
    fileprivate var isKnown: Bool {
        switch self {
        case .success(let response): response.status.code != 404
        case .failure(.noServer): false
        case .failure: true
        }
    }
}

/// The lines of a stream, on the client's thread.
private final class FollowBooks: Sendable {
    private let lines = Mutex(LineSplitter())
    private let refusal = Mutex<HTTPResponse?>(nil)

    func take(_ event: HTTPClient.Event) -> [ControlLine] {
        switch event {
        case .head(let status, _) where status.code == 200: return [.began]
        case .head(let status, let headers):
            refusal.withLock { $0 = HTTPResponse(status, headers) }
            return []
        case .body(let bytes):
            let isRefused = refusal.withLock { response in
                response?.body += bytes
                return response != nil
            }
            return isRefused ? [] : lines.withLock { $0.cut(bytes) }
        case .finished: return refusal.withLock { $0 }.map { [.refused($0)] } ?? []
        case .failed(let error): return [.failed(error)]
        }
    }
}

extension LineSplitter {
    /// The lines that are complete with these bytes; what is too long for a line is lost.
    fileprivate mutating func cut(_ bytes: [UInt8]) -> [ControlLine] {
        append(bytes)
        var out: [ControlLine] = []
        while let line = next(isAtEnd: false) {
            if case .text(let text) = line, !text.isEmpty { out.append(.line(text)) }
        }
        return out
    }
}
