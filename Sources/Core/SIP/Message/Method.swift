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
        guard end &- start >= 3, end &- start <= 9 else { return nil }
        // Up to eight bytes in one word; SUBSCRIBE has nine, told by its length.
        var word: UInt64 = 0
        for index in start..<min(end, start &+ 8) { word = word << 8 | UInt64(bytes[index]) }
        switch word {
        case 0x494e_5649_5445: return .invite
        case 0x41434b: return .ack
        case 0x425945: return .bye
        case 0x4341_4e43_454c: return .cancel
        case 0x4f_5054_494f_4e53: return .options
        case 0x5245_4749_5354_4552: return end &- start == 8 ? .register : nil
        case 0x50_5241_434b: return .prack
        case 0x5355_4253_4352_4942: return end &- start == 9 && bytes[start &+ 8] == 0x45 ? .subscribe : nil
        case 0x4e4f_5449_4659: return .notify
        case 0x50_5542_4c49_5348: return .publish
        case 0x494e_464f: return .info
        case 0x52_4546_4552: return .refer
        case 0x4d_4553_5341_4745: return .message
        case 0x5550_4441_5445: return .update
        default: return nil
        }
    }
}

extension Method: CustomStringConvertible {
    package var description: String { token.text }
}
