/// A secret in memory: whatever prints it shows that it is there and nothing else.
package struct Redacted<Value: Sendable>: Sendable {
    /// The secret itself, for the one place that uses it.
    package var secret: Value

    package init(_ secret: Value) { self.secret = secret }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Redaction.mark }
    package var debugDescription: String { Redaction.mark }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}

/// Takes credentials out of text before it reaches a log, a trace or a person.
package enum Redaction {
    /// What stands in the place of a secret.
    package static let mark = "[redacted]"

    /// A SIP or HTTP message, or a part of one, without its credentials: the values of the header fields that carry them
    /// (RFC 3261 §22, RFC 7616), SRTP keys (RFC 4568), ICE passwords (RFC 8839) and passwords in URIs.
    package static func message(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var isFolded = false  // The line goes on with a value that was taken out (RFC 3261 §7.3.1).
        for line in bytes.split(separator: newline, omittingEmptySubsequences: false) {
            if !out.isEmpty || line.startIndex != bytes.startIndex { out.append(newline) }
            if isFolded, let first = line.first, first == 0x20 || first == 0x09 {
                out.removeLast()
                continue
            }
            isFolded = false
            if let kept = secretHeader(line) {
                out += kept + Array(mark.utf8) + (line.last == 0x0d ? [0x0d] : [])
                isFolded = true
            } else if let kept = secretAttribute(line) {
                out += kept + Array(mark.utf8) + (line.last == 0x0d ? [0x0d] : [])
            } else {
                out += uris(line)
            }
        }
        return out
    }

    /// Text without passwords in URIs and without tokens in their queries.
    package static func text(_ text: String) -> String {
        // Most fields hold neither.
        guard text.utf8.contains(UInt8(ascii: "@")) || text.utf8.contains(UInt8(ascii: "=")) else { return text }
        return String(decoding: uris(Array(text.utf8)), as: UTF8.self)
    }

    private static let newline = UInt8(ascii: "\n")
    private static let secretHeaders = ["authorization", "proxy-authorization", "authentication-info"].map {
        Array($0.utf8)
    }
    private static let secretAttributes = ["a=crypto:", "a=ice-pwd:", "k="].map { Array($0.utf8) }
    private static let schemes = ["sip:", "sips:", "://"].map { Array($0.utf8) }
    private static let queryTokens = ["access_token=", "password=", "api_secret="].map { Array($0.utf8) }

    /// The name, colon and a space of a header line whose value is a credential; nil for any other line.
    private static func secretHeader(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = line[..<colon].map(lowercased).reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        guard secretHeaders.contains(where: { $0.elementsEqual(name) }) else { return nil }
        return Array(line[...colon]) + [0x20]
    }

    /// The part of an SDP line in front of its key; nil for any other line.
    private static func secretAttribute(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard let start = secretAttributes.first(where: { line.starts(with: $0) }) else { return nil }
        guard start.first == UInt8(ascii: "a"), start.count == 9 else { return start }
        // a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:… – tag and suite stay.
        let words = line.split(separator: 0x20, maxSplits: 2)
        return words.count == 3 ? Array(words[0]) + [0x20] + Array(words[1]) + [0x20] : start
    }

    /// The bytes with `user:password@` and the values of token parameters replaced. Strangers write what is logged, so each byte is
    /// looked at a few times at most, whatever it says; generic, so that a test can count.
    package static func uris<Text: RandomAccessCollection<UInt8>>(_ bytes: Text) -> [UInt8] where Text.Index == Int {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var (index, searched) = (bytes.startIndex, bytes.startIndex)
        while index < bytes.endIndex {
            if let secret = password(in: bytes, at: index, &searched) ?? token(in: bytes, at: index) {
                out += bytes[index..<secret.lowerBound]
                out += mark.utf8
                index = secret.upperBound
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    /// Where the password of a URI lies whose scheme begins at `index`; nil when there is none. No password begins before `searched`.
    private static func password<Text: RandomAccessCollection<UInt8>>(
        in bytes: Text, at index: Int, _ searched: inout Int
    ) -> Range<Int>? where Text.Index == Int {
        guard index >= searched, let scheme = schemes.first(where: { matches(bytes, at: index, $0) }) else {
            return nil
        }
        var colon: Int?
        var end = index + scheme.count
        while end < bytes.endIndex, !isDelimiter(bytes[end]) {
            if bytes[end] == UInt8(ascii: "@") { return colon.map { $0 + 1..<end } }
            if bytes[end] == UInt8(ascii: ":"), colon == nil { colon = end }
            end += 1
        }
        searched = end  // Without an @ there is no password after any other scheme up to here.
        return nil
    }

    /// Where the value of a token parameter lies whose name begins at `index`; nil when there is none.
    private static func token<Text: RandomAccessCollection<UInt8>>(in bytes: Text, at index: Int) -> Range<Int>?
    where Text.Index == Int {
        guard let name = queryTokens.first(where: { matches(bytes, at: index, $0) }) else { return nil }
        let start = index + name.count
        var end = start
        while end < bytes.endIndex, !isDelimiter(bytes[end]), bytes[end] != UInt8(ascii: "&") { end += 1 }
        return start == end ? nil : start..<end
    }

    private static func matches<Text: RandomAccessCollection<UInt8>>(
        _ bytes: Text, at index: Int, _ word: [UInt8]
    ) -> Bool where Text.Index == Int {
        guard bytes.endIndex - index >= word.count else { return false }
        return word.indices.allSatisfy { lowercased(bytes[index + $0]) == word[$0] }
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"")
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
