/// Why an inbound trunk cannot be kept as it is: fields that would leave it open, or closed to everybody.
package enum TrunkFault: Hashable, Sendable {
    /// An entry of `allowed_addresses`.
    case address(String, AddressMask.Fault)
    /// A user name without a password, or the other way round; the name of the field that is missing.
    case missingCredential(field: String)
    /// Neither credentials nor addresses nor numbers: anybody could call any number.
    case admitsEveryone

    /// What is wrong and what to do, in one sentence without a full stop.
    package var sentence: String {
        switch self {
        case .address(let text, let fault): "allowed_addresses: '\(CallerName.printable(text))' \(fault.phrase)"
        case .missingCredential(let field):
            "\(field) is empty, so no caller could prove who it is: set auth_username and auth_password, or neither"
        case .admitsEveryone:
            "the trunk admits everybody: set auth_username and auth_password, allowed_addresses or numbers"
        }
    }
}

extension InboundTrunk {
    /// What must be mended before the trunk is created or changed; empty when it may be.
    package var accessFaults: [TrunkFault] {
        var faults: [TrunkFault] = []
        for text in allowedAddresses {
            do throws(AddressMask.Fault) { _ = try AddressMask(text) } catch { faults.append(.address(text, error)) }
        }
        switch credentials {
        case .incomplete:
            faults.append(.missingCredential(field: authUsername.isEmpty ? "auth_username" : "auth_password"))
        case .none where allowedAddresses.isEmpty && numbers.isEmpty: faults.append(.admitsEveryone)
        case .none, .digest: break
        }
        return faults
    }
}
