import CLinux
package import Core

/// What a descriptor can be watched for, and what it reports.
package struct IOEvents: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read, or the end of the stream.
    package static let readable = IOEvents(rawValue: EPOLLIN.rawValue)
    /// A write would not block.
    package static let writable = IOEvents(rawValue: EPOLLOUT.rawValue)
    /// The peer closed its end. Always reported.
    package static let hangup = IOEvents(rawValue: EPOLLHUP.rawValue)
    /// The descriptor has an error pending. Always reported.
    package static let error = IOEvents(rawValue: EPOLLERR.rawValue)
}

/// Owner of a descriptor that an `EventLoop` watches.
package protocol DescriptorOwner: AnyObject {
    /// The descriptor is ready. Level-triggered: what is left undone is reported again on the next turn.
    func ready(_ events: IOEvents, at now: Instant)
}

/// Something with a deadline. The loop reads it again after every turn, so an owner only changes its own state.
package protocol DeadlineOwner: AnyObject {
    /// When `wake` must next be called; nil when nothing is due.
    var deadline: Instant? { get }
    /// The deadline has passed. A call that finds nothing due is harmless.
    func wake(at now: Instant)
}
