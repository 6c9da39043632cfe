extension Configuration {
    /// The Redis that keeps trunks and rules; without an address the embedded store does (livekit/protocol redis).
    package struct Redis: Hashable, Sendable {
        /// TLS towards Redis (livekit/protocol xtls).
        package struct TLS: Hashable, Sendable {
            package var isEnabled = false
            package var skipsVerification = false
            package var serverName = ""
            package var caFile = ""
            package var certificateFile = ""
            package var keyFile = ""
        }

        /// How the server that takes writes is found; the first that is configured of these, in this order.
        package enum Access: Hashable, Sendable { case sentinel, cluster, single }

        /// `host:port`.
        package var address = ""
        package var username = ""
        /// Secret.
        package var password = ""
        package var database = 0
        /// The older way to ask for TLS with verification.
        package var usesTLS = false
        package var tls = TLS()
        package var sentinelMaster = ""
        package var sentinelUsername = ""
        /// Secret.
        package var sentinelPassword = ""
        package var sentinels: [String] = []
        package var cluster: [String] = []
        package var dialTimeout: Duration = .milliseconds(2000)
        package var readTimeout: Duration = .milliseconds(200)
        package var writeTimeout: Duration = .milliseconds(200)
        package var maximumRedirects = 2
        package var poolTimeout: Duration = .zero
        package var poolSize = 0

        package init() {}

        /// Nil without Redis.
        package var access: Access? {
            if !sentinels.isEmpty { return .sentinel }
            if !cluster.isEmpty { return .cluster }
            return address.isEmpty ? nil : .single
        }

        package var isEncrypted: Bool { usesTLS || tls.isEnabled }
    }
}
