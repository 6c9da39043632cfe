extension ConfigurationKind<String> {
    static let text = text("a text")
    static let path = text("a file")
    static let directory = text("a directory")

    private static func text(_ name: String) -> Self { Self(scalar: name, parse: { $0 }, show: { .text($0) }) }

    /// A host or an address, with a port.
    static let endpoint = Self(
        scalar: "host:port",
        parse: { text in
            if SocketAddress(text) != nil { return text }
            guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon, colon != text.startIndex,
                let port = UInt16(text[text.index(after: colon)...]), port > 0,
                text[..<colon].utf8.allSatisfy({ $0.isIn(.hostname) || $0 == UInt8(ascii: ".") })
            else { return nil }
            return text
        }, show: { .text($0) })

    /// A URL of one of the schemes, without credentials.
    static func url(_ schemes: [String]) -> Self {
        Self(
            scalar: "a URL that begins with " + schemes.map { "\($0)://" }.joined(separator: " or "),
            parse: { text in
                let isKnown = schemes.contains { text.hasPrefix("\($0)://") && text.count > $0.count + 3 }
                return isKnown && !text.contains(" ") && !text.contains("@") ? text : nil
            }, show: { .text($0) })
    }

    /// A host name in which `${IP}` stands for an address (livekit/sip pkg/config).
    static let hostTemplate = Self(
        scalar: "a host name; ${IP} stands for the signalling address",
        parse: { text in
            let rest = text.replacing("${IP}", with: "")
            return rest.contains { "$%{}[]:/| ".contains($0) } ? nil : text
        }, show: { .text($0) })

    /// The value of a Route header field: a URI in angle brackets.
    static let route = Self(
        scalar: "a route such as <sip:proxy.example.com;lr>",
        parse: { text in
            (text.hasPrefix("<sip:") || text.hasPrefix("<sips:")) && text.hasSuffix(">") ? text : nil
        }, show: { .text($0) })
}

extension ConfigurationKind<[String]> {
    static let routes = ConfigurationKind<String>.route.list("a list of routes")
    static let endpoints = ConfigurationKind<String>.endpoint.list("a list of host:port")

    static func list(of name: String) -> Self { ConfigurationKind<String>.text.list("a list of \(name)") }
}

extension ConfigurationKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enum.
    static func choice() -> Self {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(scalar: "one of \(words)", parse: { Value(rawValue: $0) }, show: { .text($0.rawValue) })
    }
}

extension ConfigurationKind<RefusalPolicy.Strangers> {
    static let strangers = Self(
        scalar: "one of status, silence, or a SIP status from 400 to 699",
        parse: { text in
            switch text {
            case "status": .status
            case "silence": .silence
            default: Int(text).flatMap { (400...699).contains($0) ? .fixed($0) : nil }
            }
        },
        show: { strangers in
            switch strangers {
            case .status: .text("status")
            case .silence: .text("silence")
            case .fixed(let status): .integer(status)
            }
        })
}

extension ConfigurationKind<[HashFunction]> {
    /// Algorithms of digest authentication, each once and at least one (RFC 7616 §6.1).
    static let hashes = Self(
        list.name, range: "at least one, each once",
        read: { node throws(ConfigurationFault) in
            let hashes = try list.read(node)
            guard !hashes.isEmpty, Set(hashes).count == hashes.count else {
                let text = hashes.map { DigestAlgorithm($0).token.text }.joined(separator: ", ")
                throw ConfigurationFault(
                    .outOfRange(text: "[\(text)]", range: "at least one, each once"), at: node.position)
            }
            return hashes
        }, show: list.show)

    private static let list = ConfigurationKind<HashFunction>(
        scalar: "one of MD5, SHA-256, SHA-512-256",
        parse: { text in DigestAlgorithm(token: text.utf8).flatMap { $0.isSession ? nil : $0.hash } },
        show: { .text(DigestAlgorithm($0).token.text) }
    ).list("a list of MD5, SHA-256 and SHA-512-256")
}

extension ConfigurationKind<LogLevel> {
    static let level = Self(
        scalar: "one of trace, debug, info, warn, error", parse: { LogLevel($0.lowercased()) },
        show: { .text($0.word) })
}

extension ConfigurationKind<IPAddress> {
    static let address = Self(scalar: "an IP address", parse: { IPAddress($0) }, show: { .text("\($0)") })
}

extension ConfigurationKind<AddressBlock> {
    static let block = Self(
        scalar: "a network such as 192.168.0.0/24", parse: { AddressBlock($0) }, show: { .text("\($0)") })
}

extension ConfigurationKind<[String: String]> {
    /// Names with texts.
    static func texts(_ name: String, isName: @escaping @Sendable (String) -> Bool = { _ in true }) -> Self {
        Self(
            name,
            read: { node throws(ConfigurationFault) in
                var result: [String: String] = [:]
                for entry in try node.entries(name) {
                    guard isName(entry.key) else {
                        throw ConfigurationFault(
                            .malformed(text: entry.key, expected: "a name of letters, digits and _"),
                            at: entry.position)
                    }
                    result[entry.key] = try ConfigurationKind<String>.text.read(entry.value)
                }
                return result
            },
            show: { values in .map(values.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) }) })
    }
}

extension ConfigurationKind<[String: LogLevel]> {
    /// `sip: debug`.
    static let levels = Self(
        "names with levels",
        read: { node throws(ConfigurationFault) in
            var result: [String: LogLevel] = [:]
            for entry in try node.entries("names with levels, such as {sip: debug}") {
                result[entry.key] = try ConfigurationKind<LogLevel>.level.read(entry.value)
            }
            return result
        },
        show: { levels in .map(levels.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value.word)) }) })
}

extension ConfigurationKind<[CodecSwitch]> {
    /// `PCMU/8000: false`; without a rate the codec at its usual one.
    static let codecs = Self(
        "codecs with true or false, such as {PCMU/8000: true}",
        read: { node throws(ConfigurationFault) in
            var result: [CodecSwitch] = []
            for entry in try node.entries("codecs with true or false, such as {PCMU/8000: true}") {
                let parts = entry.key.split(separator: "/", omittingEmptySubsequences: false)
                guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy({ $0.isIn(.token) }),
                    let rate = parts.count == 1 ? 0 : Int(parts[1]), parts.count <= 2, rate >= 0, rate <= 192_000
                else {
                    throw ConfigurationFault(
                        .malformed(text: entry.key, expected: "a codec such as PCMU/8000"), at: entry.position)
                }
                let isOn = try ConfigurationKind<Bool>.flag.read(entry.value)
                result.append(CodecSwitch(name: String(name), clockRate: rate, isOn: isOn))
            }
            return result
        },
        show: { switches in
            .map(switches.map { .init($0.clockRate == 0 ? $0.name : "\($0.name)/\($0.clockRate)", .bool($0.isOn)) })
        })
}

extension ConfigurationKind<[Configuration.TLS.Certificate]> {
    static let certificates = Self(
        "a list of {cert_file, key_file}",
        read: { node throws(ConfigurationFault) in
            let name = "a list of {cert_file, key_file}"
            guard case .list(let nodes) = node.content else {
                throw ConfigurationFault(.wrongShape(expected: name, found: node.kindName), at: node.position)
            }
            var result: [Configuration.TLS.Certificate] = []
            for node in nodes { result.append(try certificate(node, name)) }
            return result
        },
        show: { certificates in
            .list(
                certificates.map { .map([.init("cert_file", .text($0.file)), .init("key_file", .text($0.keyFile))]) })
        })

    private static func certificate(
        _ node: ConfigurationNode, _ name: String
    ) throws(ConfigurationFault) -> Configuration.TLS.Certificate {
        var certificate = Configuration.TLS.Certificate()
        for entry in try node.entries(name) {
            let text = try ConfigurationKind<String>.path.read(entry.value)
            switch entry.key {
            case "cert_file": certificate.file = text
            case "key_file": certificate.keyFile = text
            default:
                throw ConfigurationFault(
                    .unknownKey(siblings: ["cert_file", "key_file"]), path: entry.key, at: entry.position)
            }
        }
        guard !certificate.file.isEmpty, !certificate.keyFile.isEmpty else {
            throw ConfigurationFault(.conflict("needs both cert_file and key_file"), at: node.position)
        }
        return certificate
    }
}

extension ConfigurationNode {
    /// The members of a map; nothing for a null.
    func entries(_ expected: String) throws(ConfigurationFault) -> [Entry] {
        if isNull { return [] }
        guard case .map(let entries) = content else {
            throw ConfigurationFault(.wrongShape(expected: expected, found: kindName), at: position)
        }
        return entries
    }
}
