/// A `sip:` or `sips:` URI that owns its parts (RFC 3261 §19.1).
package struct SIPURI: Hashable, Sendable {
    /// Whether the scheme is `sips`.
    package var isSecure: Bool
    /// The user part as on the wire, with its escapes; nil when there is none.
    package var escapedUser: [UInt8]?
    /// The password as on the wire.
    package var password: [UInt8]?
    package var host: Host
    package var port: UInt16?
    /// As on the wire, from the first semicolon; empty when there are none.
    package var parameters: [UInt8]
    /// As on the wire, behind the question mark; nil when there is none.
    package var headers: [UInt8]?

    package init(
        isSecure: Bool = false, user: [UInt8]? = nil, host: Host, port: UInt16? = nil, parameters: [UInt8] = []
    ) {
        (self.isSecure, self.host, self.port, self.parameters) = (isSecure, host, port, parameters)
        self.user = user
    }

    /// Reads a whole URI; nil when it is not a well-formed `sip:` or `sips:` URI.
    package init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var index = 0
        var parts = URIParts()
        guard bytes.count <= Extent.limit, (try? parts.read(bytes.span, &index, to: bytes.count, .delimited)) != nil,
            index == bytes.count, parts.scheme != .other
        else { return nil }
        self.init(parts, of: bytes)
    }

    package init?(_ string: String) { self.init(Array(string.utf8)) }

    init(_ parts: URIParts, of bytes: [UInt8]) {
        func part(_ extent: Extent) -> [UInt8]? { extent.optionalRange.map { Array(bytes[$0]) } }
        isSecure = parts.scheme == .sips
        escapedUser = part(parts.user)
        password = part(parts.password)
        host = parts.host.host(in: bytes)
        port = parts.port
        parameters = part(parts.parameters) ?? []
        headers = part(parts.headers)
    }

    /// The user part with its escapes resolved; setting it escapes what must be.
    package var user: [UInt8]? {
        get { escapedUser.map { unescaped($0) } }
        set { escapedUser = newValue.map { escaped($0, .user) } }
    }

    /// The bytes of the URI: scheme and host in lower case, the rest as given.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.append(isSecure ? "sips:" : "sip:")
        if let escapedUser {
            out += escapedUser
            if let password {
                out.append(UInt8(ascii: ":"))
                out += password
            }
            out.append(UInt8(ascii: "@"))
        }
        out += host.bytes
        if let port {
            out.append(UInt8(ascii: ":"))
            out.append(decimal: port)
        }
        out += parameters
        if let headers {
            out.append(UInt8(ascii: "?"))
            out += headers
        }
        return out
    }

    /// The value of a URI parameter, escapes resolved; empty when it has none, nil when it is not there.
    package func parameter(_ name: StaticString) -> [UInt8]? {
        parameterList.first { $0.name.equalsIgnoringCase(name) }.map { $0.value ?? [] }
    }

    /// The parameters in order, escapes resolved.
    package var parameterList: [(name: [UInt8], value: [UInt8]?)] {
        parameters.split(separator: UInt8(ascii: ";")).map { parameter in
            guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { return (unescaped(parameter), nil) }
            return (unescaped(parameter[..<equals]), unescaped(parameter[(equals + 1)...]))
        }
    }

    /// Whether the URI asks for loose routing (RFC 3261 §16.12).
    package var isLooseRouter: Bool { parameter("lr") != nil }
}

extension SIPURI: CustomStringConvertible {
    package var description: String { bytes.text }
}

/// The bytes with each `%` and two hexadecimal digits replaced by what they stand for.
package func unescaped(_ raw: some Collection<UInt8>) -> [UInt8] {
    let raw = Array(raw)
    guard raw.contains(UInt8(ascii: "%")) else { return raw }
    var out: [UInt8] = []
    out.reserveCapacity(raw.count)
    var index = 0
    while index < raw.count {
        if raw[index] == UInt8(ascii: "%"), index + 2 < raw.count, let high = raw[index + 1].hexDigitValue,
            let low = raw[index + 2].hexDigitValue
        {
            out.append(high << 4 | low)
            index += 3
        } else {
            out.append(raw[index])
            index += 1
        }
    }
    return out
}

/// The bytes with those outside the class escaped.
package func escaped(_ plain: some Sequence<UInt8>, _ allowed: ByteClass) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in plain {
        if allowed.contains(byte) {
            out.append(byte)
        } else {
            out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return out
}
