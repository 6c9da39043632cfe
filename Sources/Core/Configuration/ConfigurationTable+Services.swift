// Keys about rooms, stores, HTTP and the log.
extension ConfigurationTable {
    static let rooms = [
        Key(
            "rooms", optional: .choice(), \.rooms.choice,
            "Where callers meet: `local` rooms, mixed in this process, or those of a `livekit` server",
            default: "`livekit` with `ws_url`, else `local`", inForce: { .text($0.rooms.kind.rawValue) }),
        Key(
            "local_rooms.answer", .choice(), \.rooms.localAnswer,
            "When a caller is answered whom a rule takes to a local room: as soon as it has `joined`, or ringing until it is "
                + "`accompanied` by another participant", reload: .newCalls),
        Key(
            "ws_url", .url(["ws", "wss", "http", "https"]), \.rooms.url, "The LiveKit server", default: "none",
            environment: "LIVEKIT_WS_URL"
        ).idle("rooms of a LiveKit server are not built yet"),
        Key(
            "api_key", .text, \.rooms.apiKey, "The key that signs tokens", default: "none",
            environment: "LIVEKIT_API_KEY"
        ).idle("it comes with rooms of a LiveKit server"),
        Key(
            "api_secret", .text, \.rooms.apiSecret, "Its secret", default: "none", secret: true,
            environment: "LIVEKIT_API_SECRET"
        ).idle("it comes with rooms of a LiveKit server"),
        Key(
            "cluster_id", .text, \.rooms.clusterID, "The cluster whose requests for calls are answered",
            default: "none"
        ).idle("it comes with the RPC of LiveKit servers"),
    ]

    static let redis = [
        Key(
            "redis.address", .endpoint, \.redis.address,
            "The Redis that keeps trunks and rules, as livekit-server has them", default: "none: the embedded store"),
        Key("redis.username", .text, \.redis.username, "The user", default: "none"),
        Key("redis.password", .text, \.redis.password, "The password", default: "none", secret: true),
        Key("redis.db", .count(0...65_535), \.redis.database, "The number of the database"),
        Key("redis.use_tls", .flag, \.redis.usesTLS, "TLS with verification; `redis.tls` says more"),
        Key("redis.tls.enabled", .flag, \.redis.tls.isEnabled, "TLS"),
        Key("redis.tls.insecure", .flag, \.redis.tls.skipsVerification, "Take any certificate"),
        Key(
            "redis.tls.serverName", .text, \.redis.tls.serverName, "The name to verify", default: "that of the address"
        ),
        Key("redis.tls.caCertFile", .path, \.redis.tls.caFile, "Whom to trust, PEM", default: "the system's"),
        Key("redis.tls.clientCertFile", .path, \.redis.tls.certificateFile, "Our certificate, PEM", default: "none"),
        Key("redis.tls.clientKeyFile", .path, \.redis.tls.keyFile, "Its key, PEM", default: "none"),
        Key(
            "redis.sentinel_master_name", .text, \.redis.sentinelMaster, "The master that the sentinels know",
            default: "none"),
        Key("redis.sentinel_username", .text, \.redis.sentinelUsername, "The user at the sentinels", default: "none"),
        Key(
            "redis.sentinel_password", .text, \.redis.sentinelPassword, "The password at the sentinels",
            default: "none", secret: true),
        Key(
            "redis.sentinel_addresses", .endpoints, \.redis.sentinels,
            "Sentinels; they win over the other addresses"),
        Key(
            "redis.cluster_addresses", .endpoints, \.redis.cluster,
            "Nodes of a cluster; they win over `redis.address`"
        ).idle("clusters are not supported: serve refuses to start with one"),
        Key("redis.dial_timeout", .milliseconds, \.redis.dialTimeout, "Milliseconds to connect"),
        Key(
            "redis.read_timeout", .milliseconds, \.redis.readTimeout,
            "Milliseconds to wait for a reply: `write_timeout` and this together"),
        Key("redis.write_timeout", .milliseconds, \.redis.writeTimeout, "Milliseconds to write"),
        Key(
            "redis.max_redirects", .count(0...100), \.redis.maximumRedirects, "How often a cluster may send us on"
        ).idle("clusters are not supported"),
        Key(
            "redis.pool_timeout", .duration(.zero ... .seconds(600)), \.redis.poolTimeout,
            "How long to wait for a free connection"
        ).idle("one connection carries every request"),
        Key("redis.pool_size", .count(0...10_000), \.redis.poolSize, "How many connections").idle(
            "one connection carries every request"),
    ]

    static let state = [
        Key(
            "state_dir", .directory, \.state.directory,
            "The directory of what outlives the process: `$SIPCTL_HOME`, else `$XDG_STATE_HOME/sipctl`, else "
                + "`~/.local/state/sipctl`; `/var/lib/sipctl` for root", default: "from the environment"
        ),
        Key(
            "store_path", .path, \.state.store, "The SQLite file of trunks, rules and call records",
            default: "`sipctl.db` in `state_dir`", inForce: { .text($0.state.storePath) }),
        Key(
            "call_records.max_age", .duration(.zero ... .seconds(100 * 365 * 86_400)), \.state.recordAge,
            "How long call records are kept; 0s for ever", reload: .now),
        Key(
            "call_records.max_count", .count(0...1_000_000_000), \.state.recordCount,
            "How many call records are kept, the newest; 0 for no limit", reload: .now),
        Key(
            "control_socket", .path, \.state.control, "The Unix socket for `sipctl call`, `sipctl drain` and others",
            default: "`control.sock` beside the store", inForce: { .text($0.state.controlPath) }),
    ]

    static let http = [
        Key("health_port", .portOrOff, \.http.healthPort, "HTTP: `/`, `/healthz`, `/livez`, `/readyz`; 0 is off"),
        Key("prometheus_port", .portOrOff, \.http.prometheusPort, "HTTP: metrics for Prometheus; 0 is off"),
        Key("pprof_port", .portOrOff, \.http.pprofPort, "Profiles of a Go program").idle("this is no Go program"),
        Key(
            "metrics.labels",
            .texts("names with texts") { name in
                name.utf8.allSatisfy { $0.isIn(.hostname) && $0 != UInt8(ascii: "-") }
                    && name.utf8.first?.isIn(.digit) == false && !name.hasPrefix("__")
            }, \.http.labels, "Labels of every metric, such as {site: berlin}"),
        Key(
            "metrics.label_values", .count(1...10_000), \.http.labelValues,
            "How many values the label of trunks may take; the rest count as `other`"),
        Key("jaeger_url", .text, \.http.jaegerURL, "Where traces are sent", default: "nowhere")
            .idle("tracing is not built"),
    ]

    static let logging = [
        Key("logging.level", .level, \.logging.level, "The least severe events that are logged", reload: .now),
        Key(
            "logging.json", optional: .flag, \.logging.isJSON, "JSON Lines instead of text",
            default: "unless a terminal reads them"),
        Key(
            "logging.component_levels", .levels, \.logging.componentLevels,
            "Levels of single areas: `sip`, `call`, `store`, `load`, `config`", reload: .now),
        Key("logging.sample", .flag, \.logging.samples, "Leave out repeated messages").idle("nothing is left out"),
        Key("logging.sample_initial", .count(0...1_000_000), \.logging.sampleInitial, "See `logging.sample`")
            .idle("nothing is left out"),
        Key("logging.sample_interval", .count(0...1_000_000), \.logging.sampleInterval, "See `logging.sample`")
            .idle("nothing is left out"),
        Key("logging.item_sample_seconds", .count(0...86_400), \.logging.itemSampleSeconds, "See `logging.sample`")
            .idle("nothing is left out"),
        Key("logging.item_sample_initial", .count(0...1_000_000), \.logging.itemSampleInitial, "See `logging.sample`")
            .idle("nothing is left out"),
        Key("logging.item_sample_interval", .count(0...1_000_000), \.logging.itemSampleInterval, "See `logging.sample`")
            .idle("nothing is left out"),
    ]
}
