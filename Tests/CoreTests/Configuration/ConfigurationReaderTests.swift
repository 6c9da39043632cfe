import Testing

@testable import Core

@Suite("A configuration is read by its table") struct ConfigurationReaderTests {
    @Test("an empty file is the defaults of livekit/sip")
    func defaults() {
        let loaded = LoadedConfiguration(nil)
        #expect(loaded.faults.isEmpty)
        #expect(loaded.origins.isEmpty)
        #expect(loaded.configuration == Configuration())
        let configuration = loaded.configuration
        #expect(configuration.signalling.boundPort == 5060)
        #expect(configuration.media.rtpPorts == 10_000...20_000)
        #expect(configuration.media.timeout == .seconds(15))
        #expect(configuration.media.initialTimeout == .seconds(30))
        #expect(configuration.media.drainLimit == .seconds(600))
        #expect(configuration.admission.maximumCPU == 0.9)
        #expect(configuration.tls.alpn == ["sip"])
        #expect(configuration.redis.access == nil)
        #expect(configuration.rooms.kind == .local)
        #expect(configuration.refusalPolicy.strangers == .status)
        #expect(configuration.state.controlPath == "/var/lib/sipctl/control.sock")
    }

    @Test("values of every kind are taken, and it is known where from")
    func values() {
        let loaded = LoadedConfiguration(
            Tree.node([
                "sip_port": "5070", "rtp_port": "20000-30000", "tcp": ["dial_port": "4000-5000"],
                "sip_hostname": "sip-${IP}.example.com", "sip_ringing_interval": "1m",
                "outbound_route_headers": ["<sip:a.example.com;lr>"], "hide_inbound_port": "yes",
                "local_net": "192.168.0.0/24", "listen_ip": "::1", "nat_1_to_1_ip": "203.0.113.9",
                "rtp_draining_duration": "-1s", "codecs": ["PCMU/8000": "false", "G722": "true"],
                "tls": ["certs": [["cert_file": "a.pem", "key_file": "b.pem"]], "min_version": "tls1.2", "alpn": []],
                "redis": [
                    "sentinel_addresses": ["a:26379", "[::1]:26379"], "sentinel_master_name": "m", "dial_timeout": "50",
                ],
                "max_cpu_utilization": "0", "logging": ["level": "warn", "json": "true"],
                "auth_algorithms": ["MD5", "SHA-512-256"], "metrics": ["labels": ["site": "berlin"]],
                "store_path": "/data/s.db",
            ])(),
            variables: ["HOME": "/home/u"], isRoot: false)
        #expect(loaded.faults.isEmpty)
        let configuration = loaded.configuration
        #expect(configuration.signalling.port == 5070)
        #expect(configuration.signalling.boundPort == 5070)
        #expect(configuration.signalling.tcpDialPorts == 4000...5000)
        #expect(configuration.signalling.ringingInterval == .seconds(60))
        #expect(configuration.media.rtpPorts == 20_000...30_000)
        #expect(configuration.media.drainLimit == nil)
        #expect(configuration.media.drainIdle == .seconds(30))
        #expect(
            configuration.media.codecs == [
                CodecSwitch(name: "PCMU", clockRate: 8000, isOn: false),
                CodecSwitch(name: "G722", clockRate: 0, isOn: true),
            ])
        #expect(configuration.addresses.listen == IPAddress("::1"))
        #expect(configuration.addresses.localNet == AddressBlock("192.168.0.0/24"))
        #expect(configuration.refusalPolicy.strangers == .silence)
        #expect(configuration.tls.certificates == [.init(file: "a.pem", keyFile: "b.pem")])
        #expect(configuration.tls.alpn.isEmpty)
        #expect(configuration.redis.access == .sentinel)
        #expect(configuration.redis.dialTimeout == .milliseconds(50))
        #expect(configuration.admission.maximumCPU == 0.9)
        #expect(configuration.logging.level == .warning)
        #expect(configuration.digest.algorithms == [.md5, .sha512t256])
        #expect(configuration.http.labels == ["site": "berlin"])
        #expect(configuration.state.directory == "/home/u/.local/state/sipctl")
        #expect(configuration.state.controlPath == "/data/control.sock")
        #expect(loaded.origins["sip_port"] == .file(.init(line: 1, column: 1)))
        #expect(loaded.origins["sip_port_listen"] == nil)
        #expect(loaded.origins["state_dir"] == .environment("HOME"))
    }

    @Test("the file wins over the environment, which wins over the defaults; an empty variable is none")
    func environment() {
        let variables = ["LIVEKIT_API_KEY": "env", "LIVEKIT_API_SECRET": "secret", "LIVEKIT_WS_URL": ""]
        let loaded = LoadedConfiguration(Tree.node(["api_key": "file"])(), variables: variables)
        #expect(loaded.configuration.rooms.apiKey == "file")
        #expect(loaded.configuration.rooms.apiSecret == "secret")
        #expect(loaded.configuration.rooms.kind == .local)
        #expect(loaded.origins["api_secret"] == .environment("LIVEKIT_API_SECRET"))
        #expect(loaded.origins["ws_url"] == nil)
    }

    @Test("a wrong variable is a fault that names it")
    func wrongVariable() {
        let loaded = LoadedConfiguration(nil, variables: ["LIVEKIT_WS_URL": "lk.example.com"])
        #expect(loaded.faults.map(\.path) == ["LIVEKIT_WS_URL (ws_url)"])
    }

    @Test("a key without a value is as good as left out")
    func null() {
        let loaded = LoadedConfiguration(Tree.node(["sip_port": "~", "redis": "", "codecs": "null"])())
        #expect(loaded == LoadedConfiguration(nil))
    }

    @Test("every fault is found, in the order of the file")
    func allFaults() {
        let loaded = LoadedConfiguration(
            Tree.node(["sip_prt": "1", "sip_port": "x", "redis": ["adress": "a"], "health_port": "70000"])())
        #expect(loaded.faults.map(\.path) == ["sip_prt", "sip_port", "redis.adress", "health_port"])
        #expect(loaded.faults.map { $0.position?.line } == [1, 2, 4, 5])
        #expect(loaded.faults[2].sentence == "unknown key 'redis.adress'")
    }

    @Test("what is wrong with a value is said", arguments: WrongValue.all)
    func wrong(_ row: WrongValue) {
        let loaded = LoadedConfiguration(Tree.one(row.path, row.value).node)
        #expect(loaded.faults.map(\.sentence) == [row.sentence])
        #expect(loaded.faults.first?.position != nil)
    }

    @Test("no text of a secret, and of nothing that may hold one, is in a message")
    func secrets() {
        for (path, value): (String, Tree) in [
            ("api_secret", ["hunter2"]), ("redis.password", ["hunter2": "hunter2"]),
            ("redis.address", "redis://u:hunter2@host:1"), ("ws_url", "wss://u:hunter2@host"),
        ] {
            let loaded = LoadedConfiguration(Tree.one(path, value).node)
            #expect(!loaded.faults.isEmpty)
            #expect(!loaded.faults.contains { $0.sentence.contains("hunter2") }, "\(path)")
        }
    }
}

extension Tree {
    /// `Tree.node([…])()` reads a literal without naming its type twice.
    static func node(_ tree: Tree) -> () -> ConfigurationNode { { tree.node } }
}

struct WrongValue: CustomTestStringConvertible {
    let path: String
    let value: Tree
    let sentence: String

    var testDescription: String { sentence }

    init(_ path: String, _ value: Tree, _ sentence: String) {
        (self.path, self.value, self.sentence) = (path, value, sentence)
    }

    static let all = [
        Self("sip_port", "0", "sip_port: '0' is out of range: 1 to 65535"),
        Self("sip_port", "5060x", "sip_port: '5060x' is not a port"),
        Self("sip_port", ["5060"], "sip_port is a list but must be a port"),
        Self("redis", "localhost:6379", "redis is a single value but must be a group of keys"),
        Self("redis.address", "localhost", "redis.address: 'localhost' is not host:port"),
        Self(
            "media_timeout", "15", "media_timeout: '15' is not a length of time such as 15s or 1m30s"),
        Self("media_timeout", "11m", "media_timeout: '11m' is out of range: 0s to 10m"),
        Self("media_timeout", "-1s", "media_timeout: '-1s' is out of range: 0s to 10m"),
        Self("sip_ringing_interval", "500ms", "sip_ringing_interval: '500ms' is out of range: 1s to 1m"),
        Self("rtp_port", "20000-10000", "rtp_port: '20000-10000' is not a range of ports such as 10000-20000"),
        Self("rtp_port", "10000", "rtp_port 10000 is one port: a call needs two, one for RTCP"),
        Self("rtp_port", "5000-6000", "rtp_port 5000-6000 holds port 5060 of SIP"),
        Self("rooms", "cloud", "rooms: 'cloud' is not one of local, livekit"),
        Self("rooms", "Local", "rooms: 'Local' is not one of local, livekit"),
        Self(
            "unknown_sources.refusal", "200",
            "unknown_sources.refusal: '200' is not one of status, silence, or a SIP status from 400 to 699"),
        Self("auth_algorithms", [], "auth_algorithms: '[]' is out of range: at least one, each once"),
        Self(
            "auth_algorithms", ["MD5", "md5"], "auth_algorithms: '[MD5, MD5]' is out of range: at least one, each once"),
        Self("auth_algorithms", ["MD5-sess"], "auth_algorithms: 'MD5-sess' is not one of MD5, SHA-256, SHA-512-256"),
        Self("hide_inbound_port", "maybe", "hide_inbound_port: 'maybe' is not true or false"),
        Self("local_net", "10.0.0.0/33", "local_net: '10.0.0.0/33' is not a network such as 192.168.0.0/24"),
        Self("tls.port", "5062", "tls.port needs tls.certs: TLS has no certificate to show"),
        Self("tls.certs", [["cert_file": "a"]], "tls.certs needs both cert_file and key_file"),
        Self("tls.certs", [["cert": "a"]], "unknown key 'tls.certs.cert'"),
        Self("redis.db", "1", "redis.db needs redis.address: there is no Redis to use it with"),
        Self(
            "redis.sentinel_addresses", ["a:1"],
            "redis.sentinel_addresses needs redis.sentinel_master_name: sentinels know their masters by name"),
        Self("health_port", "5060", "health_port is 5060, which sip_port has already"),
        Self("max_cpu_utilization", "nan", "max_cpu_utilization: 'nan' is not a number"),
        Self("codecs", ["PCMU/8k": "true"], "codecs: 'PCMU/8k' is not a codec such as PCMU/8000"),
        Self("codecs", ["PCMU": "1"], "codecs: '1' is not true or false"),
        Self("metrics.labels", ["a-b": "c"], "metrics.labels: 'a-b' is not a name of letters, digits and _"),
        Self("sip_hostname", "a b", "sip_hostname: 'a b' is not a host name; ${IP} stands for the signalling address"),
        Self(
            "outbound_route_headers", ["sip:a"],
            "outbound_route_headers: 'sip:a' is not a route such as <sip:proxy.example.com;lr>"),
    ]
}
