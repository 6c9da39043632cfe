import Testing

@testable import Core

@Suite("The table of configuration keys") struct ConfigurationTableTests {
    static let keys = ConfigurationTable.keys

    @Test("no path occurs twice, and none is a group too")
    func unique() {
        let paths = Self.keys.map(\.path)
        #expect(Set(paths).count == paths.count)
        #expect(ConfigurationTable.groups.isDisjoint(with: paths))
    }

    @Test("every key says what it means, in one sentence without a full stop", arguments: keys)
    func meaning(_ key: ConfigurationKey) {
        #expect(key.meaning.first?.isUppercase == true && !key.meaning.hasSuffix("."))
        #expect(key.path.utf8.allSatisfy { $0.isIn(.hostname) || $0 == UInt8(ascii: ".") })
    }

    /// Every key of livekit/sip (pkg/config), of livekit/protocol's redis, xtls and logger.
    @Test("every key of livekit/sip is there")
    func liveKit() {
        let paths = Set(Self.keys.map(\.path))
        let expected = """
            api_key api_secret ws_url health_port prometheus_port pprof_port sip_port sip_port_listen sip_hostname \
            outbound_route_headers sip_ringing_interval tcp.dial_port tls.port tls.port_listen tls.certs tls.key_log \
            tls.min_version tls.max_version tls.cipher_suites tls.alpn rtp_port logging.level logging.json cluster_id \
            max_cpu_utilization max_active_calls sip_trunk_ids use_external_ip local_net nat_1_to_1_ip listen_ip \
            udp_max_payload media_use_external_ip media_nat_1_to_1_ip media_timeout media_timeout_initial symmetric_rtp \
            rtp_draining_idle_timeout rtp_draining_duration ignore_local_addr_in_sdp codecs hide_inbound_port \
            disable_rejected_invite_cache add_record_route audio_dtmf enable_jitter_buffer enable_jitter_buffer_prob \
            enable_opus opus.bitrate opus.complexity opus.fec opus.packet_loss_percent jaeger_url \
            experimental.inbound_wait_ack redis.address redis.username redis.password redis.db redis.use_tls \
            redis.sentinel_master_name redis.sentinel_username redis.sentinel_password redis.sentinel_addresses \
            redis.cluster_addresses redis.dial_timeout redis.read_timeout redis.write_timeout redis.max_redirects \
            redis.pool_timeout redis.pool_size redis.tls.enabled redis.tls.insecure redis.tls.serverName \
            redis.tls.caCertFile redis.tls.clientCertFile redis.tls.clientKeyFile logging.sample \
            logging.component_levels logging.sample_initial logging.sample_interval logging.item_sample_seconds \
            logging.item_sample_initial logging.item_sample_interval
            """.split(separator: " ").map(String.init)
        #expect(Set(expected).subtracting(paths).isEmpty)
    }

    @Test("what a key shows can be read again and shows the same", arguments: keys)
    func roundTrip(_ key: ConfigurationKey) throws {
        var configuration = Configuration()
        let node: ConfigurationNode
        switch key.value(configuration) {
        case .none, .text(""): return
        case .list(let values): node = Tree.list(values.map { .text($0.description) }).node
        case .map: node = Tree.map([]).node
        case let value: node = Tree.text(value.description).node
        }
        try key.read(node, &configuration)
        #expect(key.value(configuration) == key.value(Configuration()))
    }

    @Test("secrets are shown as *** when they are set")
    func secrets() {
        let secrets = Self.keys.filter(\.isSecret)
        #expect(secrets.map(\.path) == ["api_secret", "redis.password", "redis.sentinel_password"])
        for key in secrets {
            let loaded = LoadedConfiguration(Tree.one(key.path, "hunter2").node)
            #expect(key.shown(loaded.configuration) == .text("***"))
            #expect(key.shown(Configuration()) == .text(""))
        }
    }
}

extension ConfigurationKey: CustomTestStringConvertible {
    public var testDescription: String { path }
}
