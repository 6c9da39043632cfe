package import Core

/// A mailbox with the closure that reads it: what a worker registers on its loop.
package final class Inbox<Element: Sendable>: EventHandler {
    /// Where other threads post.
    package let mailbox: Mailbox<Element>
    private let receive: (Element, Instant) -> Void
    private var letters: [Element] = []
    private var registration: EventLoop.Registration?
    private let loop: EventLoop

    /// Opens a box on `loop`. `receive` is called on the loop's thread, once a value, in the order of posting.
    package init(on loop: EventLoop, _ receive: @escaping (Element, Instant) -> Void) throws(IOError) {
        (mailbox, self.receive, self.loop) = (try Mailbox(), receive, loop)
        registration = try loop.add(mailbox.fd, .readable, self)
    }

    package func ready(_ events: IOEvents, at now: Instant) {
        mailbox.drain(into: &letters)
        for letter in letters { receive(letter, now) }
        letters.removeAll(keepingCapacity: true)
    }

    /// Takes the box off the loop. What is posted afterwards stays unread.
    package func close() {
        if let registration { loop.remove(registration) }
        registration = nil
    }
}
