import Testing

@testable import Core

@Suite("What keys of a configuration say together") struct ConfigurationRulesTests {
    private func faults(_ tree: Tree) -> [String] { LoadedConfiguration(tree.node).faults.map(\.sentence) }

    @Test("an address is found or given, not both")
    func exclusive() {
        #expect(
            faults(["use_external_ip": "true", "nat_1_to_1_ip": "192.0.2.1"])
                == ["nat_1_to_1_ip and use_external_ip exclude each other: give one of them"])
        #expect(
            faults(["media_use_external_ip": "true", "media_nat_1_to_1_ip": "192.0.2.1"])
                == ["media_nat_1_to_1_ip and media_use_external_ip exclude each other: give one of them"])
        #expect(faults(["use_external_ip": "false", "nat_1_to_1_ip": "192.0.2.1"]).isEmpty)
        #expect(faults(["use_external_ip": "true", "media_nat_1_to_1_ip": "192.0.2.1"]).isEmpty)
    }

    @Test("rooms of a LiveKit server need its address and credentials")
    func rooms() {
        #expect(
            faults(["ws_url": "wss://a"]) == [
                "ws_url needs api_key: callers join with a signed token",
                "ws_url needs api_secret: callers join with a signed token",
            ])
        #expect(faults(["ws_url": "wss://a", "rooms": "local"]).isEmpty)
        #expect(faults(["ws_url": "wss://a", "api_key": "a", "api_secret": "b"]).isEmpty)
        #expect(faults(["rooms": "livekit", "api_key": "a", "api_secret": "b"]).count == 1)
    }

    @Test("labels of metrics have names of their own")
    func labels() {
        #expect(faults(["metrics": ["labels": ["site": "berlin"]]]).isEmpty)
        #expect(
            faults(["metrics": ["labels": ["site": "berlin", "dir": "x"]]])
                == ["metrics.labels has dir, which metrics have already"])
    }

    @Test("listeners have a port each")
    func ports() {
        #expect(
            faults(["health_port": "9000", "prometheus_port": "9000"])
                == ["prometheus_port is 9000, which health_port has already"])
        #expect(
            faults(["tls": ["port": "5060", "certs": [["cert_file": "a", "key_file": "b"]]]])
                == ["tls.port is 5060, which sip_port has already"])
        #expect(faults(["sip_port": "9000", "sip_port_listen": "5060", "health_port": "9000"]).isEmpty)
    }

    @Test("what strangers get follows hide_inbound_port unless it is said")
    func strangers() {
        func policy(_ tree: Tree) -> RefusalPolicy.Strangers {
            LoadedConfiguration(tree.node).configuration.refusalPolicy.strangers
        }
        #expect(policy(["hide_inbound_port": "true"]) == .silence)
        #expect(policy(["hide_inbound_port": "true", "unknown_sources": ["refusal": "status"]]) == .status)
        #expect(policy(["unknown_sources": ["refusal": "403"]]) == .fixed(403))
    }

    @Test("versions and keys that belong together")
    func pairs() {
        let certificates: Tree = [["cert_file": "a", "key_file": "b"]]
        #expect(
            faults(["tls": ["certs": certificates, "min_version": "tls1.3", "max_version": "tls1.2"]])
                == ["tls.min_version tls1.3 is above tls.max_version tls1.2"])
        #expect(
            faults(["redis": ["address": "a:1", "tls": ["clientCertFile": "c"]]]) == [
                "redis.tls.clientCertFile needs redis.tls.clientKeyFile: a certificate is worth nothing without its key"
            ])
    }
}
