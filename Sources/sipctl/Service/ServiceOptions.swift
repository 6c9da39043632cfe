internal import Core
internal import IO

/// The options that choose whose trunks and rules a command works on.
enum ServiceOptions {
    static let url = Option<String>(
        "url", "URL", in: .network, "work on a LiveKit server far away",
        details: "An address such as https://project.livekit.cloud; ws and wss are taken for http and https.",
        environment: "LIVEKIT_URL")
    static let apiKey = Option<String>(
        "api-key", "KEY", in: .authentication, "the API key for --url", environment: "LIVEKIT_API_KEY")
    static let apiSecret = Option<String>(
        "api-secret", "SECRET", in: .authentication, "the API secret for --url",
        details: "Better in LIVEKIT_API_SECRET: other users can see the words of a command line.",
        environment: "LIVEKIT_API_SECRET")

    static let all: [any DeclaredOption] = [url, apiKey, apiSecret] + ConfigurationOptions.all

    /// What the help of every such command says of where it works.
    static let description = """
        Works on the server that runs here, else on its store; with --url on the server there. The store is the Redis or \
        the file that the configuration of --config names, else a file in SIPCTL_HOME, else in XDG_STATE_HOME/sipctl, else \
        in ~/.local/state/sipctl, and for root in /var/lib/sipctl.
        """
}
