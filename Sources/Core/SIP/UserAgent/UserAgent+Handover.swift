/// What the shell asks when another process shares our address.
extension UserAgent {
    /// Whether a request outside dialogs belongs to a transaction of this user agent: it was received before, it cancels an INVITE
    /// that was, or it is the same INVITE by another way (RFC 3261 §8.2.2.2, §9.2, §17.2.3).
    package func knows(_ message: Message) -> Bool {
        guard let key = TransactionKey(request: message) else { return false }
        switch message.method {
        case .invite:
            return endpoint.inviteServers.id(for: key) != nil
                || InviteID(message).map { endpoint.openInvites.contains($0) } ?? false
        case .cancel:
            return endpoint.nonInviteServers.id(for: key) != nil
                || TransactionKey(cancelledBy: message).map { endpoint.inviteServers.id(for: $0) != nil } ?? false
        default: return endpoint.nonInviteServers.id(for: key) != nil
        }
    }
}
