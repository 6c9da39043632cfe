/// What a request is for: the path in segments and the query (RFC 9112 §3.2), escapes undone.
package struct HTTPTarget: Hashable, Sendable {
    /// One `name=value` of a query.
    package struct QueryItem: Hashable, Sendable {
        package var name: String
        /// Empty when there was no `=`.
        package var value: String
    }

    /// The path between its slashes: none for `/`; a slash at the end makes an empty last one. A slash that was written as
    /// `%2F` stays within its segment.
    package let segments: [String]
    package let query: [QueryItem]
    /// `*`, which asks about the server as a whole.
    package let isAsterisk: Bool

    /// Reads the target of a request line in origin form, absolute form or as `*`. Nil for another form, a bad escape,
    /// control characters, or escapes that are not UTF-8.
    package init?(_ text: [UInt8]) {
        if text == [UInt8(ascii: "*")] {
            (segments, query, isAsterisk) = ([], [], true)
            return
        }
        guard let rest = Self.pathAndQuery(text[...]) else { return nil }
        let question = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        guard let segments = Self.segments(rest[..<question]), let query = Self.items(rest[question...].dropFirst())
        else {
            return nil
        }
        (self.segments, self.query, isAsterisk) = (segments, query, false)
    }

    /// The value of the first query item of this name; nil when there is none.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A server takes the absolute form too; its authority does not matter to us (RFC 9112 §3.2.2).
    private static func pathAndQuery(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if text.first == UInt8(ascii: "/") { return text }
        for scheme: StaticString in ["http://", "https://"]
        where text.prefix(scheme.utf8CodeUnitCount).equalsIgnoringCase(scheme) {
            let authority = text.dropFirst(scheme.utf8CodeUnitCount)
            let path = authority.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? authority.endIndex
            return path == authority.startIndex ? nil : authority[path...]
        }
        return nil
    }

    private static func segments(_ path: ArraySlice<UInt8>) -> [String]? {
        let path = path.first == UInt8(ascii: "/") ? path.dropFirst() : path
        if path.isEmpty { return [] }
        var segments: [String] = []
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let segment = decoded(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    private static func items(_ query: ArraySlice<UInt8>) -> [QueryItem]? {
        var items: [QueryItem] = []
        for part in query.split(separator: UInt8(ascii: "&")) {
            // In a query `+` is a space, as forms and URLSearchParams write it.
            let part = part.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard let name = decoded(part[..<equals]), let value = decoded(part[equals...].dropFirst()) else {
                return nil
            }
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    /// Undoes `%XX` (RFC 3986 §2.1).
    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            var byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < text.endIndex, let high = text[index].hexDigitValue,
                    let low = text[index + 1].hexDigitValue
                else { return nil }
                byte = high << 4 | low
                index += 2
            }
            guard byte >= 0x20, byte != 0x7f else { return nil }
            bytes.append(byte)
        }
        guard let text = try? UTF8Span(validating: bytes.span) else { return nil }
        return String(copying: text)
    }
}

extension HTTPTarget {
    /// Text as it stands in one segment of a path or one value of a query: everything but the unreserved characters of
    /// RFC 3986 §2.3 as `%XX`.
    package static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: out.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
