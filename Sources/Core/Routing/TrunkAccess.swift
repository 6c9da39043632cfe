/// The source addresses that a trunk allows.
package enum AllowedAddresses: Hashable, Sendable {
    /// The list is empty.
    case every
    /// Those of the list that are addresses or CIDR blocks; with none left nobody may call.
    case only([AddressMask])

    package func contains(_ source: IPAddress?) -> Bool {
        switch self {
        case .every: true
        case .only(let masks): source.map { source in masks.contains { $0.contains(source) } } ?? false
        }
    }
}

/// What a caller must prove to use a trunk.
package enum TrunkCredentials: Hashable, Sendable {
    /// Nothing: neither a user name nor a password is set.
    case none
    /// Digest authentication (RFC 3261 §22); an empty realm stands for the configured one.
    case digest(username: String, password: String, realm: String)
    /// Only one of user name and password is set, so nobody can prove anything: the trunk takes no calls.
    case incomplete
}

extension InboundTrunk {
    /// The allowed source addresses. What is in the list and is no address is left out, so that it admits nobody.
    package var allowed: AllowedAddresses {
        if allowedAddresses.isEmpty { return .every }
        return .only(allowedAddresses.compactMap { try? AddressMask($0) })
    }

    package var credentials: TrunkCredentials {
        switch (authUsername.isEmpty, authPassword.isEmpty) {
        case (true, true): .none
        case (false, false): .digest(username: authUsername, password: authPassword, realm: authRealm)
        case (true, false), (false, true): .incomplete
        }
    }

    /// The first field that keeps a call from the trunk; nil when it lets the call pass.
    package func exclusion(of facts: CallFacts) -> TrunkExclusion? {
        if !numbers.admit(facts.called) { return .called(facts.called) }
        if !allowedNumbers.admit(facts.caller) { return .caller(facts.caller) }
        if !allowed.contains(facts.source) { return .source(facts.source) }
        return nil
    }
}

/// The field that keeps a call from a trunk, with the value that it does not list.
package enum TrunkExclusion: Hashable, Sendable {
    /// `numbers`.
    case called(String)
    /// `allowed_numbers`.
    case caller(String)
    /// `allowed_addresses`.
    case source(IPAddress?)
}
