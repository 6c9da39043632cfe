internal import Core

/// How a trunk stands in the JSON that people give: alone, in the envelope of a request, or in the old form for both ways.
enum TrunkRequest {
    /// The trunk of the input; a note says so where the old form was migrated.
    static func trunk<Trunk: CommandTrunk>(
        in input: RequestInput, _ terminal: Terminal, as _: Trunk.Type = Trunk.self
    ) throws(Failure) -> Trunk {
        let trunk: Trunk
        if input.has("trunk") {
            guard let inner = try input.message(TrunkEnvelope<Trunk>.self).trunk else {
                throw input.failure("trunk is null")
            }
            trunk = inner
        } else if isLegacy(input) {
            trunk = try migrated(try input.message(LegacyTrunk.self), input)
            terminal.note("The old form of trunks was migrated: see 'sipctl trunk get'.")
        } else {
            trunk = try input.message()
        }
        try refuseMask(trunk, input)
        return trunk
    }

    /// Whether the input has fields that only the old form has.
    static func isLegacy(_ input: RequestInput) -> Bool {
        input.has(
            "inbound_addresses", "outbound_address", "outbound_number", "inbound_numbers_regex", "inbound_username",
            "inbound_password", "outbound_username", "outbound_password", "inbound_numbers")
    }

    /// The part of a trunk of the old form that is for one way.
    static func migrated<Trunk: CommandTrunk>(_ legacy: LegacyTrunk, _ input: RequestInput) throws(Failure) -> Trunk {
        guard let trunk = try part(legacy, input, as: Trunk.self) else {
            throw input.failure("the old form says nothing of \(Trunk.word) calls")
        }
        return trunk
    }

    /// The same; nil when the old form says nothing of that way.
    static func part<Trunk: CommandTrunk>(
        _ legacy: LegacyTrunk, _ input: RequestInput, as _: Trunk.Type
    ) throws(Failure) -> Trunk? {
        do throws(LegacyTrunk.ConversionError) {
            var trunk = try Trunk.migrated(legacy)
            trunk?.id = TrunkID("")
            return trunk
        } catch {
            switch error {
            case .pattern(let pattern):
                throw input.failure(
                    "inbound_numbers_regex: '\(pattern)' is not a single number; list the callers in allowed_numbers")
            }
        }
    }

    static func refuseMask(_ trunk: some CommandTrunk, _ input: RequestInput) throws(Failure) {
        if trunk.authPassword == SecretOptions.mask {
            throw input.failure("auth_password is ***, as lists show a password; use --show-secrets for lists to keep")
        }
    }
}
