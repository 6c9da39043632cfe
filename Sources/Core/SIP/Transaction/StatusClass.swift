/// What a response means to a transaction (RFC 3261 §7.2).
package enum StatusClass: Hashable, Sendable {
    /// 100–199
    case provisional
    /// 200–299
    case success
    /// 300–699
    case failure

    /// Nil outside 100...699: such a response is no SIP and is dropped.
    package init?(status: Int) {
        switch status {
        case 100...199: self = .provisional
        case 200...299: self = .success
        case 300...699: self = .failure
        default: return nil
        }
    }
}
