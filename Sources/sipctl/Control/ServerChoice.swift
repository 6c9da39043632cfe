internal import Core
internal import IO

/// The servers that share a control socket, and which of them a drain means.
struct ServerChoice {
    /// A server with its state.
    struct Server {
        let client: ControlClient
        let status: ServerStatus
    }

    /// Those that answer, the oldest first.
    let servers: [Server]

    /// Asks every server how it is.
    init(_ socket: String, to subject: String) async throws(Failure) {
        var servers: [Server] = []
        for client in try ControlClient.each(socket) {
            guard let body = try await client.askIfThere("/v1/status", to: subject) else { continue }
            let status = try client.read(subject) { () throws(FieldError) in try ServerStatus(json: body) }
            servers.append(Server(client: client, status: status))
        }
        self.servers = servers.sorted { $0.status.startedAt < $1.status.startedAt }
    }

    /// How the servers beside this process are; none when they cannot be asked.
    static func others(_ socket: String) async -> [ServerStatus] {
        let choice = try? await ServerChoice(socket, to: "look for other servers")
        return (choice?.servers ?? []).map(\.status).filter { $0.pid != System.processID }
    }

    /// The servers that a drain without a name means: all but the youngest that serves, which takes the new calls. A server that is alone
    /// is meant itself.
    var drained: [Server] {
        guard servers.count > 1, let stays = servers.lastIndex(where: { $0.status.state == .serving }) else {
            return servers
        }
        return servers.indices.filter { $0 != stays }.map { servers[$0] }
    }

    /// The server of a process.
    func server(pid: Int) throws(Failure) -> Server {
        if let found = servers.first(where: { $0.status.pid == pid }) { return found }
        let known = servers.map { "  " + $0.status.words }.joined(separator: "\n")
        throw Failure(
            .no, "cannot drain: no server here has the pid \(pid)", hint: servers.isEmpty ? nil : "There are:\n\(known)"
        )
    }
}

extension ServerStatus {
    /// `pid 4711, draining, 20 calls, since 2026-01-31 12:34:56`.
    var words: String {
        "pid \(pid), \(state.rawValue), \(DrainRow.calls(calls)), since \(ClockText.time(startedAt))"
    }
}
