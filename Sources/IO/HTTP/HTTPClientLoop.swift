internal import Core

/// The thread of an `HTTPClient`: its loop and the requests on their way.
final class HTTPClientLoop {
    let loop: EventLoop
    let server: HTTPClient.Server
    private let tls: TLSClientContext.Configuration
    private var context: TLSClientContext?
    private var lookup: AddressLookup?
    private var exchanges: [UInt64: HTTPClientExchange] = [:]
    private var inbox: Inbox<HTTPClientOrder>?

    var mailbox: Mailbox<HTTPClientOrder> {
        guard let inbox else { preconditionFailure("the box is opened by init") }
        return inbox.mailbox
    }

    init(_ server: HTTPClient.Server, _ tls: TLSClientContext.Configuration) throws(IOError) {
        (loop, self.server, self.tls) = (try EventLoop(), server, tls)
        inbox = try Inbox(on: loop) { [unowned self] order, now in perform(order, at: now) }
    }

    /// After the loop has stopped.
    func end() {
        for exchange in exchanges.values { exchange.fail(.cancelled) }
        exchanges.removeAll()
        inbox?.close()
        // The last turn reports the connections closed, which lets them go.
        loop.turn(until: .zero)
    }

    func remove(_ id: UInt64) { exchanges[id] = nil }

    /// What the connections to an `https` server share, read once.
    func tlsContext() throws(TLSError) -> TLSClientContext {
        if let context { return context }
        let made = try TLSClientContext(tls)
        context = made
        return made
    }

    /// Looks the server's name up on a thread of its own; the answer comes by mailbox.
    func resolve(_ name: String, for id: UInt64) throws(IOError) {
        let lookup: AddressLookup
        if let known = self.lookup { lookup = known } else { lookup = try AddressLookup() }
        self.lookup = lookup
        let mailbox = mailbox
        lookup.resolve(name) { answer in mailbox.post(.resolved(id, answer)) }
    }

    private func perform(_ order: HTTPClientOrder, at now: Instant) {
        switch order {
        case .send(let id, let request, let receive):
            let exchange = HTTPClientExchange(id, request, self, receive)
            exchanges[id] = exchange
            exchange.start(at: now)
        case .resolved(let id, let answer): exchanges[id]?.resolved(answer, at: now)
        case .cancel(let id): exchanges[id]?.fail(.cancelled)
        case .stop: loop.stop()
        }
    }
}
