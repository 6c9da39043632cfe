/// The identity of a dialog (RFC 3261 §12): Call-ID and both tags, compared byte by byte. A tag that a peer of RFC 2543 did not
/// give is empty.
package struct DialogID: Hashable, Sendable {
    package var callID: CallID
    package var local: Tag
    package var remote: Tag

    package init(callID: CallID, local: Tag, remote: Tag) {
        (self.callID, self.local, self.remote) = (callID, local, remote)
    }

    /// The dialog that a received request belongs to; nil when it has no To tag, so that it is outside any dialog.
    package init?(request: Message) {
        guard let callID = request.callID, let local = request.toTag else { return nil }
        self.init(callID: callID, local: local, remote: request.fromTag ?? Tag([]))
    }

    /// The dialog that a response to a request of ours belongs to; nil when the peer has given no To tag yet.
    package init?(response: Message) {
        guard let callID = response.callID, let remote = response.toTag else { return nil }
        self.init(callID: callID, local: response.fromTag ?? Tag([]), remote: remote)
    }
}

extension DialogID: CustomStringConvertible {
    /// `call-id;local=tag;remote=tag`, for logs.
    package var description: String { "\(callID);local=\(local);remote=\(remote)" }
}
