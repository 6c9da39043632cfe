extension MessageJSON {
    /// The bytes of one header value.
    static func bytes(
        of value: JSONValue, as shape: HeaderShape, _ name: HeaderName, at path: String
    ) throws(BuildError) -> [UInt8] {
        // A string stands for itself, so that what is written by hand may be short.
        if let text = value.bytes { return text }
        switch shape {
        case .address: return try address(value, at: path)
        case .via: return try via(value, at: path)
        case .cseq:
            let number = try integer("number", of: value, at: path, atMost: Int(UInt32.max >> 1))
            return try cseq(number, value, at: path)
        case .rack:
            let rseq = try integer("rseq", of: value, at: path, atMost: Int(UInt32.max))
            let number = try integer("cseq", of: value, at: path, atMost: Int(UInt32.max >> 1))
            return Array("\(rseq) ".utf8) + (try cseq(number, value, at: path))
        case .number:
            guard let number = value.integer, number >= 0 else { throw BuildError(field: path, problem: .malformed) }
            return Array("\(number)".utf8)
        case .numberWithParameters:
            let number = try integer("number", of: value, at: path, atMost: Int(UInt32.max))
            return Array("\(number)".utf8) + (try parameters(of: value, at: path, separator: ";"))
        case .item:
            let head = try bytes(of: try member("value", of: value, at: path), at: "\(path).value")
            return head + (try parameters(of: value, at: path, separator: ";"))
        case .credentials: return try credentials(value, name, at: path)
        case .token, .text: throw BuildError(field: path, problem: .malformed)
        }
    }

    /// The bytes of a URI, from its parts or as they are given in a string.
    static func uri(_ value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        if let text = value.bytes { return text }
        let scheme = try bytes(of: try member("scheme", of: value, at: path), at: "\(path).scheme")
        if let opaque = value["opaque"] {
            return scheme + [UInt8(ascii: ":")] + (try bytes(of: opaque, at: "\(path).opaque"))
        }
        var out = scheme + [UInt8(ascii: ":")]
        if let user = value["user"] {
            out += try bytes(of: user, at: "\(path).user")
            if let password = value["password"] {
                out.append(UInt8(ascii: ":"))
                out += try bytes(of: password, at: "\(path).password")
            }
            out.append(UInt8(ascii: "@"))
        }
        out += try hostAndPort(value, at: path)
        for member in value["params"]?.members ?? [] {
            out.append(UInt8(ascii: ";"))
            out += try pair(member, at: "\(path).params")
        }
        for (index, member) in (value["headers"]?.members ?? []).enumerated() {
            out.append(UInt8(ascii: index == 0 ? "?" : "&"))
            out += try pair(member, at: "\(path).headers")
        }
        return out
    }

    private static func hostAndPort(_ value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        let text = try bytes(of: try member("host", of: value, at: path), at: "\(path).host")
        guard let host = Host(text) else { throw BuildError(field: "\(path).host", problem: .malformed) }
        guard value["port"] != nil else { return host.bytes }
        return host.bytes + Array(":\(try integer("port", of: value, at: path, atMost: 65_535))".utf8)
    }

    private static func pair(_ member: JSONValue.Member, at path: String) throws(BuildError) -> [UInt8] {
        if member.value == .bool(true) { return member.key }
        return member.key + [UInt8(ascii: "=")] + (try bytes(of: member.value, at: "\(path).\(member.key.text)"))
    }

    private static func address(_ value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        var out: [UInt8] = []
        if let name = value["display_name"] {
            out = quoted(try bytes(of: name, at: "\(path).display_name"))
            out.append(UInt8(ascii: " "))
        }
        out.append(UInt8(ascii: "<"))
        out += try uri(try member("uri", of: value, at: path), at: "\(path).uri")
        out.append(UInt8(ascii: ">"))
        return out + (try parameters(of: value, at: path, separator: ";"))
    }

    private static func via(_ value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        var out = Array("SIP/2.0/".utf8)
        out += try bytes(of: try member("transport", of: value, at: path), at: "\(path).transport")
        out.append(UInt8(ascii: " "))
        out += try hostAndPort(value, at: path)
        return out + (try parameters(of: value, at: path, separator: ";"))
    }

    private static func cseq(_ number: Int, _ value: JSONValue, at path: String) throws(BuildError) -> [UInt8] {
        Array("\(number) ".utf8) + (try bytes(of: try member("method", of: value, at: path), at: "\(path).method"))
    }

    private static func credentials(
        _ value: JSONValue, _ name: HeaderName, at path: String
    ) throws(BuildError) -> [UInt8] {
        let scheme = try bytes(of: try member("scheme", of: value, at: path), at: "\(path).scheme")
        var quotedNames: Set<[UInt8]> = []
        if value["quoted_params"] == nil {
            // RFC 7616 §3.3, §3.4 say which are quoted; qop only in a challenge.
            let isChallenge = name == .wwwAuthenticate || name == .proxyAuthenticate
            let names = "realm domain nonce opaque username uri response cnonce" + (isChallenge ? " qop" : "")
            quotedNames = Set(names.split(separator: " ").map { Array($0.utf8) })
        }
        let list = try parameters(of: value, at: path, separator: ", ", alsoQuoted: quotedNames)
        return scheme + [UInt8(ascii: " ")] + list
    }

    /// The parameters; a value is quoted when `quoted_params` names it or when it could not stand without quotes. With
    /// semicolons one comes before each parameter, with commas between two.
    private static func parameters(
        of value: JSONValue, at path: String, separator: String, alsoQuoted: Set<[UInt8]> = []
    ) throws(BuildError) -> [UInt8] {
        var quotedNames = alsoQuoted
        for name in value["quoted_params"]?.elements ?? [] { quotedNames.insert(name.bytes ?? []) }
        var out: [UInt8] = []
        for member in value["params"]?.members ?? [] {
            if !out.isEmpty || separator == ";" { out += separator.utf8 }
            guard !member.key.isEmpty, member.key.allSatisfy({ $0.isIn(.token) }) else {
                throw BuildError(field: "\(path).params", problem: .malformed)
            }
            out += member.key
            if member.value == .bool(true) { continue }
            let text = try bytes(of: member.value, at: "\(path).params.\(member.key.text)")
            let isPlain = !text.isEmpty && text.allSatisfy { $0.isIn(.value) }
            out.append(UInt8(ascii: "="))
            out += isPlain && !quotedNames.contains(member.key) ? text : quoted(text)
        }
        return out
    }
}
