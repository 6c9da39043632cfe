// What keys say together.
extension LoadedConfiguration {
    mutating func checkTogether() {
        let addresses = configuration.addresses
        if addresses.usesExternal, addresses.nat != nil { exclude("nat_1_to_1_ip", "use_external_ip") }
        if addresses.mediaUsesExternal, addresses.mediaNAT != nil {
            exclude("media_nat_1_to_1_ip", "media_use_external_ip")
        }
        checkTLS()
        checkRedis()
        checkRooms()
        checkPorts()
        if let taken = configuration.http.labels.keys.sorted().first(where: { MetricsPage.labelNames.contains($0) }) {
            add(.conflict("has \(taken), which metrics have already"), "metrics.labels")
        }
    }

    private mutating func exclude(_ path: String, _ other: String) { add(.excludes(other), path) }

    private mutating func add(_ reason: ConfigurationFault.Reason, _ path: String) {
        var position: ConfigurationNode.Position?
        if case .file(let place) = origins[path] { position = place }
        faults.append(ConfigurationFault(reason, path: path, at: position))
    }

    private mutating func checkTLS() {
        let tls = configuration.tls
        let given = ConfigurationTable.tls.first { origins[$0.path] != nil }
        let isWrong = faults.contains { $0.path.hasPrefix("tls.certs") }
        if let given, !tls.isEnabled, !isWrong {
            add(.needs("tls.certs", because: "TLS has no certificate to show"), given.path)
        }
        if let low = tls.minimumVersion, let high = tls.maximumVersion, low > high {
            add(.conflict("\(low.rawValue) is above tls.max_version \(high.rawValue)"), "tls.min_version")
        }
    }

    private mutating func checkRedis() {
        let redis = configuration.redis
        if !redis.sentinels.isEmpty, redis.sentinelMaster.isEmpty {
            add(
                .needs("redis.sentinel_master_name", because: "sentinels know their masters by name"),
                "redis.sentinel_addresses")
        }
        if redis.tls.certificateFile.isEmpty != redis.tls.keyFile.isEmpty {
            let (given, missing) =
                redis.tls.keyFile.isEmpty
                ? ("redis.tls.clientCertFile", "redis.tls.clientKeyFile")
                : ("redis.tls.clientKeyFile", "redis.tls.clientCertFile")
            add(.needs(missing, because: "a certificate is worth nothing without its key"), given)
        }
        guard redis.access == nil, !faults.contains(where: { $0.path.hasPrefix("redis.") }),
            let given = ConfigurationTable.redis.first(where: { origins[$0.path] != nil })
        else { return }
        add(.needs("redis.address", because: "there is no Redis to use it with"), given.path)
    }

    private mutating func checkRooms() {
        let rooms = configuration.rooms
        guard rooms.kind == .livekit else { return }
        let asked = rooms.choice == nil ? "ws_url" : "rooms"
        for (path, isMissing, because) in [
            ("ws_url", rooms.url.isEmpty, "rooms of a LiveKit server need its address"),
            ("api_key", rooms.apiKey.isEmpty, "callers join with a signed token"),
            ("api_secret", rooms.apiSecret.isEmpty, "callers join with a signed token"),
        ] where isMissing && !faults.contains(where: { $0.path.contains(path) }) {
            add(.needs(path, because: because), asked)
        }
    }

    /// Two listeners on one port, and RTP ports that take one of ours away.
    private mutating func checkPorts() {
        var listeners: [(path: String, port: UInt16)] = [
            (origins["sip_port_listen"] == nil ? "sip_port" : "sip_port_listen", configuration.signalling.boundPort)
        ]
        if configuration.tls.isEnabled {
            listeners.append(
                (origins["tls.port_listen"] == nil ? "tls.port" : "tls.port_listen", configuration.tls.boundPort))
        }
        listeners.append(("health_port", configuration.http.healthPort))
        listeners.append(("prometheus_port", configuration.http.prometheusPort))
        listeners.removeAll { $0.port == 0 }
        for (index, listener) in listeners.enumerated() {
            if let other = listeners[..<index].first(where: { $0.port == listener.port }) {
                add(.conflict("is \(listener.port), which \(other.path) has already"), listener.path)
            }
        }
        let rtp = configuration.media.rtpPorts
        if rtp.contains(configuration.signalling.boundPort) {
            let text = "\(rtp.lowerBound)-\(rtp.upperBound) holds port \(configuration.signalling.boundPort) of SIP"
            add(.conflict(text), "rtp_port")
        } else if rtp.count < 2 {
            add(.conflict("\(rtp.lowerBound) is one port: a call needs two, one for RTCP"), "rtp_port")
        }
    }
}
