/// The servers of one state directory as one of them sees them, and what follows for the messages that it receives.
///
/// Servers that listen on one address share it: the kernel gives a message to any of them. Whose a message is,
/// is mostly written in it (`WorkerRouting.server`): a response and a request within a dialog go straight to the server that made the
/// branch or the tag. What begins something, or seems to, carries nothing of ours: the others are asked, one after
/// the other, whether they know it, and then one server takes it. Each step of that way is in the list that goes with the message
/// and is taken off on arrival, so no message goes in circles.
package struct Fellowship: Hashable, Sendable {
    package var own: FellowServer
    /// The others, the youngest first.
    package private(set) var others: [FellowServer]

    package init(_ own: FellowServer, _ others: [FellowServer] = []) {
        self.own = own
        self.others = others.sorted { $0.isYounger(than: $1) }
    }

    /// The same, with this server draining: so that it knows at once, before the others have heard.
    package var draining: Fellowship {
        var changed = self
        changed.own.state = max(own.state, .draining)
        return changed
    }

    /// Where a message goes.
    package enum Place: Hashable, Sendable {
        /// It is for this server.
        case here
        /// To another server, and if it does not know the message on to these; the last takes it in any case.
        case there(ServerNumber, then: [ServerNumber])
    }

    /// The others that share our address.
    package var fellows: [FellowServer] { others.filter { $0.listen == own.listen && $0.state != .leaving } }

    /// Where a message from the network goes. `isKnown` says whether a transaction here knows it; it is asked for requests that
    /// belong to no dialog only.
    package func place(of message: Message, over transport: Transport, isKnown: () -> Bool) -> Place {
        let fellows = fellows
        guard !fellows.isEmpty else { return .here }
        if !message.isRequest || message.toTag != nil {
            guard let owner = WorkerRouting.server(of: message), owner != own.number,
                fellows.contains(where: { $0.number == owner })
            else { return .here }
            return .there(owner, then: [])
        }
        if isKnown() { return .here }
        let taker = taker(among: fellows)
        var way =
            asks(message, transport, takenHere: taker == own.number)
            ? fellows.filter { $0.number != taker && $0.state != .starting }.map(\.number) : []
        way.append(taker)
        let first = way.removeFirst()
        return first == own.number ? .here : .there(first, then: way)
    }

    /// Where a message goes that another server has handed over and that is not known here. `way` is the rest of its list.
    package func next(on way: [ServerNumber]) -> Place {
        let present = way.filter { number in number == own.number || fellows.contains { $0.number == number } }
        guard let first = present.first, first != own.number else { return .here }
        return .there(first, then: Array(present.dropFirst()))
    }

    /// Whether another server may know a request without a To tag: an INVITE that is sent again, and the CANCEL of an INVITE. Over a
    /// reliable transport nothing is sent again; other requests leave nothing behind that a copy of them could disturb.
    private func asks(_ message: Message, _ transport: Transport, takenHere: Bool) -> Bool {
        switch message.method {
        case .cancel: true
        case .invite: !transport.isReliable || !takenHere
        default: false
        }
    }

    /// Who takes what is new: this server if it serves, else the youngest that does; while none does, this one refuses it.
    private func taker(among fellows: [FellowServer]) -> ServerNumber {
        guard own.state != .serving else { return own.number }
        return fellows.first { $0.state == .serving }?.number ?? own.number
    }

    /// Whether new calls go to another server, so that this one need not answer the door any more.
    package var isRelieved: Bool {
        own.state == .draining && fellows.contains { $0.state == .serving }
    }

    /// Whether this server is the one that people and programs mean when they name none: the youngest that serves, else the youngest.
    package var isFirst: Bool {
        let present = others.filter { $0.state != .leaving }
        func outranks(_ a: FellowServer, _ b: FellowServer) -> Bool {
            let (first, second) = (a.state == .serving, b.state == .serving)
            return first == second ? a.isYounger(than: b) : first
        }
        return present.allSatisfy { outranks(own, $0) }
    }
}
