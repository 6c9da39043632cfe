/// What a room learns of a caller: identity, name, and the part of a room's name that stands for the caller.
struct CallerName: Hashable, Sendable {
    let identity: ParticipantIdentity
    let name: String
    /// In `PREFIX_CALLER`.
    let roomPart: String
    /// Whether the number is the caller's own and shown, so that attributes may name it.
    let isShown: Bool

    /// The longest user part that becomes part of a name, in characters.
    static let longestUser = 128

    init(_ facts: CallFacts, hidden: Bool, _ context: AdmissionContext) {
        guard !facts.isAnonymous else {
            // Two callers without a number must neither put each other out of a room nor be taken for one.
            identity = ParticipantIdentity("sip_anonymous_\(context.suffix)")
            (name, roomPart, isShown) = ("Phone anonymous", "anonymous", !hidden)
            return
        }
        let user = Self.printable(facts.caller)
        guard hidden else {
            identity = ParticipantIdentity("sip_\(user)")
            (name, roomPart, isShown) = ("Phone \(user)", user, true)
            return
        }
        // Deviation: keyed. There are so few numbers that trying them all undoes LiveKit's plain SHA-256 in seconds.
        let number = NormalizedNumber(facts.caller).description
        let hash = HMAC.sha256(key: context.numberKey, number.utf8).prefix(8)
        let digits = Self.hexadecimal(hash)
        let last = String(user.suffix(user.count > 4 ? 4 : 1))
        identity = ParticipantIdentity("sip_\(digits)")
        (name, roomPart, isShown) = ("Phone \(last)", last, false)
    }

    /// The text without control characters, and not longer than a name may be.
    static func printable(_ text: String) -> String {
        if text.utf8.count <= longestUser, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
        let scalars = text.unicodeScalars.prefix(longestUser).map { scalar in
            scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) ? "\u{fffd}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }.text
    }
}

extension DispatchRule {
    /// The room that the rule takes a call to.
    func roomName(_ facts: CallFacts, _ caller: CallerName, _ context: AdmissionContext) -> RoomName {
        func join(_ parts: String...) -> RoomName { RoomName(parts.filter { !$0.isEmpty }.joined(separator: "_")) }
        switch room {
        case .direct(let name): return RoomName(name)
        case .individual(let prefix, noRandomness: false): return join(prefix, caller.roomPart, context.suffix)
        case .individual(let prefix, noRandomness: true):
            // Deviation: callers whose hidden numbers end alike, or who have none, would meet in one room.
            if hidePhoneNumber || facts.isAnonymous {
                return join(prefix, caller.roomPart, String(caller.identity.description.dropFirst(4)))
            }
            return join(prefix, caller.roomPart)
        case .callee(let prefix, let randomize):
            return join(prefix, CallerName.printable(facts.called), randomize ? context.suffix : "")
        }
    }
}
