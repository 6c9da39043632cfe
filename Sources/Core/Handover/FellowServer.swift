/// What a server tells the others of its state directory about itself.
package struct FellowServer: Hashable, Sendable {
    /// Where a server stands; the order is that of a life.
    package enum State: UInt8, Comparable, Sendable, CaseIterable {
        /// It cannot take calls yet.
        case starting
        case serving
        /// It takes no new calls; running ones go on.
        case draining
        /// It is about to end: nothing more may be given to it.
        case leaving

        package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    package var number: ServerNumber
    /// Of its process, for people.
    package var pid: Int32
    /// By the clock that all processes of the machine share.
    package var startedAt: Instant
    package var state: State
    /// Where it receives SIP; another server that does so, too, may get its messages.
    package var listen: SocketAddress

    package init(
        _ number: ServerNumber, pid: Int32, startedAt: Instant, state: State = .starting, listen: SocketAddress
    ) {
        (self.number, self.pid, self.startedAt) = (number, pid, startedAt)
        (self.state, self.listen) = (state, listen)
    }

    /// Whether it began after another one.
    package func isYounger(than other: Self) -> Bool {
        (startedAt, number) > (other.startedAt, other.number)
    }
}
