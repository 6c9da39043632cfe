/// A request method. Compared case-sensitively (RFC 3261 §7.1).
package enum Method: Hashable, Sendable {
    case invite, ack, bye, cancel, options, register, prack, subscribe, notify, publish, info, refer, message, update
    /// Any other token.
    case other([UInt8])

    /// The method with this token; `other` when it is none of the known ones.
    package init(_ token: some Collection<UInt8>) { self.init(bytes: Array(token)) }

    package init(_ token: String) { self.init(bytes: Array(token.utf8)) }

    private init(bytes: [UInt8]) {
        self = Self.known(bytes.span, from: 0, to: bytes.count) ?? .other(bytes)
    }

    /// The bytes on the wire.
    package var token: [UInt8] {
        if case .other(let token) = self { return token }
        var bytes: [UInt8] = []
        bytes.append(name)
        return bytes
    }

    /// The token of a known method; empty for `other`.
    package var name: StaticString {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .publish: "PUBLISH"
        case .info: "INFO"
        case .refer: "REFER"
        case .message: "MESSAGE"
        case .update: "UPDATE"
        case .other: ""
        }
    }

    /// The methods that have a case of their own, in the order of RFC 3261 and its extensions.
    package static let allKnown: [Method] = [
        .invite, .ack, .bye, .cancel, .options, .register, .prack, .subscribe, .notify, .publish, .info, .refer,
        .message, .update,
    ]

    /// The known method that `bytes[start..<end]` spells, without allocating.
    static func known(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Method? {
        let length = end &- start
        // The first letter is in the lowest byte; no letter is 0, so the words tell the lengths apart.
        guard length >= 3, length <= 9, bytes[end &- 1] != 0 else { return nil }
        let word = bytes.word(at: start, length: min(length, 8))
        if length == 9 {
            return word == 0x4249524353425553 && bytes[start &+ 8] == UInt8(ascii: "E") ? .subscribe : nil
        }
        switch word {
        case 0x455449564e49: return .invite
        case 0x4b4341: return .ack
        case 0x455942: return .bye
        case 0x4c45434e4143: return .cancel
        case 0x534e4f4954504f: return .options
        case 0x5245545349474552: return .register
        case 0x4b43415250: return .prack
        case 0x594649544f4e: return .notify
        case 0x4853494c425550: return .publish
        case 0x4f464e49: return .info
        case 0x5245464552: return .refer
        case 0x4547415353454d: return .message
        case 0x455441445055: return .update
        default: return nil
        }
    }
}

extension Method: CustomStringConvertible {
    package var description: String { token.text }
}
