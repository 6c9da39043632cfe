extension SIPURI {
    /// Whether two URIs name the same resource (RFC 3261 §19.1.4).
    package func isEquivalent(to other: SIPURI) -> Bool {
        isSecure == other.isSecure && host == other.host && port == other.port
            && Self.normalised(escapedUser) == Self.normalised(other.escapedUser)
            && Self.normalised(password) == Self.normalised(other.password)
            && hasEquivalentParameters(to: other) && headerSet == other.headerSet
    }

    /// A parameter that both have must agree; user, ttl, method, maddr and transport must be in both or in none.
    private func hasEquivalentParameters(to other: SIPURI) -> Bool {
        let (mine, theirs) = (parameterTable, other.parameterTable)
        for (name, value) in mine where theirs[name] != value {
            if theirs[name] != nil || Self.significant.contains(name.text) { return false }
        }
        return theirs.allSatisfy { mine[$0.key] != nil || !Self.significant.contains($0.key.text) }
    }

    private static let significant: Set<String> = ["user", "ttl", "method", "maddr", "transport"]

    private var parameterTable: [[UInt8]: [UInt8]] {
        Dictionary(
            parameterList.map { ($0.name.lowercasedBytes, ($0.value ?? []).lowercasedBytes) },
            uniquingKeysWith: { a, _ in a })
    }

    /// Headers are never ignored: each must be in both. Names ignore case; values are compared as bytes.
    private var headerSet: [[UInt8]] {
        let fields = (headers ?? []).split(separator: UInt8(ascii: "&")).map { field -> [UInt8] in
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? unescaped(parts[1]) : []
            return unescaped(parts[0]).lowercasedBytes + [0x3d] + value
        }
        return fields.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Escapes of characters that need none are resolved; the others are kept, in upper case.
    private static func normalised(_ raw: [UInt8]?) -> [UInt8]? {
        guard let raw, raw.contains(UInt8(ascii: "%")) else { return raw }
        var out: [UInt8] = []
        var index = 0
        while index < raw.count {
            let triple = raw[index...].prefix(3)
            if raw[index] == UInt8(ascii: "%"), triple.count == 3, let byte = unescaped(triple).first {
                // `password` without the reserved characters is `unreserved`.
                let isPlain = byte.isIn(.uriHeader) && byte.isIn(.password) && !"+$".utf8.contains(byte)
                out += isPlain ? [byte] : triple.map { $0 &- 0x61 < 6 ? $0 & 0xdf : $0 }
                index += 3
            } else {
                out.append(raw[index])
                index += 1
            }
        }
        return out
    }
}
