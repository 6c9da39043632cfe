package import Core
internal import Synchronization

/// Called for a request, on the server's thread: it must not block. The responder may be kept and used from any thread.
package typealias HTTPHandler = @Sendable (HTTPRequest, HTTPResponder) -> Void

/// Which request of which connection.
struct HTTPExchangeID: Hashable, Sendable {
    let connection: UInt64
    let number: UInt64
}

/// What other threads ask of the server's.
enum HTTPServerOrder: Sendable {
    case respond(HTTPExchangeID, HTTPResponse)
    case begin(HTTPExchangeID, HTTPStatus, HTTPHeaders, HTTPStream.Books)
    case chunk(HTTPExchangeID, [UInt8])
    case end(HTTPExchangeID)
    case drop(HTTPExchangeID)
    case watch(HTTPExchangeID, @Sendable () -> Void)
    case stop
}

/// Answers one request, now or later, from any thread: `respond` once, or `stream` once. What comes after that is ignored. Letting
/// go of it without an answer answers 500.
package final class HTTPResponder: Sendable {
    private let exchange: HTTPExchangeID
    private let mailbox: Mailbox<HTTPServerOrder>
    private let streamQueue: Int
    private let isUsed = Atomic(false)

    init(_ exchange: HTTPExchangeID, _ mailbox: Mailbox<HTTPServerOrder>, streamQueue: Int) {
        (self.exchange, self.mailbox, self.streamQueue) = (exchange, mailbox, streamQueue)
    }

    deinit { respond(.text(.internalServerError, "no answer\n")) }

    /// Sends a whole response.
    package func respond(_ response: HTTPResponse) {
        if isUsed.exchange(true, ordering: .acquiringAndReleasing) { return }
        mailbox.post(.respond(exchange, response))
    }

    /// Begins a response whose length is not known: chunked, or until the connection closes for HTTP/1.0.
    package func stream(_ status: HTTPStatus, _ headers: HTTPHeaders) -> HTTPStream {
        let books = HTTPStream.Books(limit: streamQueue)
        if isUsed.exchange(true, ordering: .acquiringAndReleasing) {
            books.close()
        } else {
            mailbox.post(.begin(exchange, status, headers, books))
        }
        return HTTPStream(exchange, mailbox, books)
    }

    /// Calls `action` on the server's thread when the peer leaves before the response is complete: at once if it has left already,
    /// never otherwise.
    package func whenGone(_ action: @escaping @Sendable () -> Void) { mailbox.post(.watch(exchange, action)) }
}

/// The body of a response in pieces, from any thread. Bounded: a peer that does not read is dropped.
package final class HTTPStream: Sendable {
    /// What both threads know of a stream.
    final class Books: Sendable {
        /// Bytes on the way to the server's thread, and how many there may be.
        let inFlight = Atomic(0)
        let limit: Int
        let isOpen = Atomic(true)

        init(limit: Int) { self.limit = limit }

        /// Nobody reads any more, or nothing more comes. False when that was so already.
        @discardableResult
        func close() -> Bool { isOpen.exchange(false, ordering: .acquiringAndReleasing) }

        /// A piece has arrived on the server's thread.
        func arrived(_ count: Int) { inFlight.wrappingSubtract(count, ordering: .relaxed) }
    }

    private let exchange: HTTPExchangeID
    private let mailbox: Mailbox<HTTPServerOrder>
    private let books: Books

    init(_ exchange: HTTPExchangeID, _ mailbox: Mailbox<HTTPServerOrder>, _ books: Books) {
        (self.exchange, self.mailbox, self.books) = (exchange, mailbox, books)
    }

    deinit { finish() }

    /// Whether somebody may still be reading.
    package var isOpen: Bool { books.isOpen.load(ordering: .acquiring) }

    /// Sends a piece. False when the peer has left, was dropped, or the stream has finished: nothing more needs to be sent.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        guard isOpen else { return false }
        let waiting = books.inFlight.wrappingAdd(bytes.count, ordering: .relaxed).newValue
        guard waiting <= books.limit else {
            books.close()
            mailbox.post(.drop(exchange))
            return false
        }
        mailbox.post(.chunk(exchange, bytes))
        return true
    }

    /// Ends the body. The peer sees that it is complete.
    package func finish() {
        if books.close() { mailbox.post(.end(exchange)) }
    }

    /// As of `HTTPResponder`.
    package func whenGone(_ action: @escaping @Sendable () -> Void) { mailbox.post(.watch(exchange, action)) }
}
