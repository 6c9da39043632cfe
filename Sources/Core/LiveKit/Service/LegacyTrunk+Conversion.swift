extension LegacyTrunk {
    /// Why a trunk of the old form cannot be converted.
    package enum ConversionError: Error, Hashable, Sendable {
        /// A pattern for callers that is more than one number written with `^` and `$`. Leaving it out would let in more callers
        /// than were meant.
        case pattern(String)
    }

    /// The trunk for calls that come in; nil when it is only for those that go out.
    ///
    /// `outbound_number` is the number that is called. A trunk of either way is for calls that come in when it says anything
    /// about them.
    package func inbound() throws(ConversionError) -> InboundTrunk? {
        let says =
            !inboundAddresses.isEmpty || !inboundUsername.isEmpty || !inboundPassword.isEmpty || !inboundNumbers.isEmpty
            || !inboundNumbersRegex.isEmpty || !outboundNumber.isEmpty
        guard trunkKind == .inbound || trunkKind == .legacy && says else { return nil }
        var trunk = InboundTrunk()
        (trunk.id, trunk.name, trunk.metadata) = (id, name, metadata)
        trunk.numbers = outboundNumber.isEmpty ? [] : [outboundNumber]
        trunk.allowedAddresses = inboundAddresses
        trunk.allowedNumbers = inboundNumbers
        for pattern in inboundNumbersRegex {
            guard let number = Self.number(of: pattern) else { throw .pattern(pattern) }
            trunk.allowedNumbers.append(number)
        }
        (trunk.authUsername, trunk.authPassword) = (inboundUsername, inboundPassword)
        return trunk
    }

    /// The trunk for calls that go out; nil when it is only for those that come in, or has no address.
    package func outbound() -> OutboundTrunk? {
        guard trunkKind == .outbound || trunkKind == .legacy && !outboundAddress.isEmpty else { return nil }
        var trunk = OutboundTrunk()
        (trunk.id, trunk.name, trunk.metadata) = (id, name, metadata)
        (trunk.address, trunk.transport) = (outboundAddress, transport)
        trunk.numbers = outboundNumber.isEmpty ? [] : [outboundNumber]
        (trunk.authUsername, trunk.authPassword) = (outboundUsername, outboundPassword)
        return trunk
    }

    /// The number that is all that the pattern matches: `^\+15550100$`.
    private static func number(of pattern: String) -> String? {
        guard pattern.hasPrefix("^"), pattern.hasSuffix("$"), pattern.utf8.count > 2 else { return nil }
        let inner = pattern.dropFirst().dropLast()
        let number = inner.hasPrefix("\\+") ? inner.dropFirst() : inner
        let digits = number.hasPrefix("+") && inner != number ? number.dropFirst() : number
        return !digits.isEmpty && digits.utf8.allSatisfy { $0.isIn(.digit) } ? String(number) : nil
    }

    /// What the old form can say of a trunk.
    init(_ trunk: InboundTrunk) {
        (id, name, metadata, trunkKind) = (trunk.id, trunk.name, trunk.metadata, .inbound)
        (inboundAddresses, inboundNumbers) = (trunk.allowedAddresses, trunk.allowedNumbers)
        (inboundUsername, inboundPassword) = (trunk.authUsername, trunk.authPassword)
        outboundNumber = trunk.numbers.first ?? ""
    }

    /// What the old form can say of a trunk.
    init(_ trunk: OutboundTrunk) {
        (id, name, metadata, trunkKind) = (trunk.id, trunk.name, trunk.metadata, .outbound)
        (outboundAddress, transport, outboundNumber) = (trunk.address, trunk.transport, trunk.numbers.first ?? "")
        (outboundUsername, outboundPassword) = (trunk.authUsername, trunk.authPassword)
    }
}
