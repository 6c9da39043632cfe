/// What a token allows of the SIP API (claim `sip`).
package struct SIPGrant: Hashable, Sendable {
    /// Trunks and dispatch rules.
    package var admin: Bool
    /// Calls and transfers.
    package var call: Bool

    package init(admin: Bool = false, call: Bool = false) { (self.admin, self.call) = (admin, call) }

    /// Whether everything that `other` allows is allowed here.
    package func covers(_ other: Self) -> Bool { (admin || !other.admin) && (call || !other.call) }
}
