internal import Core
internal import IO

/// Chooses who carries out the methods of a command: the server at `--url`, the server that runs here, or its store.
enum ServiceShell {
    static func open(_ options: ParsedOptions) async throws(Failure) -> any ServiceClient {
        if let url = options[ServiceOptions.url] { return try remote(url, options) }
        let control = try local()
        if try await control.isThere() { return control }
        let home = StateDirectory.path(environment: System.stateVariables)
        let path = "\(home)/\(StateDirectory.storeName)"
        do throws(StoreError) { return StoreClient(store: try SQLiteStore(path: path), location: path) } catch {
            throw Failure(.local, "\(error)")
        }
    }

    /// The server that runs here, if one does.
    static func local() throws(Failure) -> HTTPServiceClient {
        let socket = ControlClient.socket
        return try HTTPServiceClient(.unix(socket), location: "the server at \(socket)", token: { _ in nil })
    }

    /// The server at `--url`.
    static func remote(_ url: String, _ options: ParsedOptions) throws(Failure) -> HTTPServiceClient {
        guard let parsed = HTTPURL(url) else {
            throw options.usageFailure("--url: '\(url)' is no address such as https://project.livekit.cloud")
        }
        guard let key = options[ServiceOptions.apiKey], let secret = options[ServiceOptions.apiSecret] else {
            throw options.usageFailure(
                "--url needs --api-key and --api-secret: set LIVEKIT_API_KEY and LIVEKIT_API_SECRET")
        }
        return try HTTPServiceClient(.url(parsed), location: url) { grant in
            var token = AccessToken(apiKey: key, now: WallTime.sinceEpoch, validity: .seconds(600))
            token.sip = grant
            return token.signed(with: secret)
        }
    }
}

extension System {
    /// What says where the state of a server is.
    static var stateVariables: [String: String] {
        var variables: [String: String] = [:]
        for name in StateDirectory.variables { variables[name] = environment[name] }
        return variables
    }
}
