internal import Core
internal import IO

/// Chooses who carries out the methods of a command: the server at `--url`, the server that runs here, or its store.
enum ServiceShell {
    static func open(_ options: ParsedOptions) async throws(Failure) -> any ServiceClient {
        if let url = options[ServiceOptions.url] { return try remote(url, options) }
        let configuration = try ConfigurationOptions(options).load().configuration
        let control = try local(configuration)
        if try await control.isThere() { return control }
        if let redis = try Stores.redis(configuration) { return StoreClient(store: redis, location: "Redis") }
        return StoreClient(store: try Stores.file(configuration), location: configuration.state.storePath)
    }

    /// The server that runs here with this configuration, if one does.
    static func local(_ configuration: Configuration) throws(Failure) -> HTTPServiceClient {
        let socket = configuration.state.controlPath
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
