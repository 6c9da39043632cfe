package import Core
internal import Glibc

/// A mailbox with the closure that reads it: what a worker registers on its loop.
package final class Inbox<Element: Sendable>: DescriptorOwner {
    /// Where other threads post.
    package let mailbox: Mailbox<Element>
    private let receive: (Element, Instant) -> Void
    private var letters: [Element] = []
    private var registration: EventLoop.Registration?
    private let loop: EventLoop

    /// Batches of more than this are a sign of load.
    private static var busyBatch: Int { 8 }
    private let busyPause: Duration

    /// Opens a box on `loop`. `receive` is called on the loop's thread, once a value, in the order of posting.
    ///
    /// After a large batch the thread pauses for `busyPause`, so that the next one grows: under load, waking for every value
    /// costs more than handling it. Not for threads that audio waits for.
    package init(
        on loop: EventLoop, busyPause: Duration = .zero, _ receive: @escaping (Element, Instant) -> Void
    ) throws(IOError) {
        (mailbox, self.receive, self.loop, self.busyPause) = (try Mailbox(), receive, loop, busyPause)
        registration = try loop.add(mailbox.fd, .readable, self)
    }

    package func ready(_ events: IOEvents, at now: Instant) {
        mailbox.drain(into: &letters)
        for letter in letters { receive(letter, now) }
        let isBusy = letters.count > Self.busyBatch
        letters.removeAll(keepingCapacity: true)
        if isBusy, busyPause > .zero { usleep(UInt32(clamping: busyPause.nanoseconds / 1000)) }
    }

    /// Takes the box off the loop. What is posted afterwards stays unread.
    package func close() {
        if let registration { loop.remove(registration) }
        registration = nil
    }
}
