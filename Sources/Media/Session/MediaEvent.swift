package import Core

/// What call control learns from a session.
package enum MediaEvent: Equatable, Sendable {
    /// A digit has ended. Each digit is reported once, whatever was lost or repeated.
    case digit(DTMFDigit, duration: Duration)
    /// The peer sends from another address than it announced; packets now go there.
    case latched(SocketAddress)
    /// The peer's packets come from another source, for instance after a transfer behind it.
    case ssrcChanged(SSRC)
    /// The peer's packets bear our own SSRC: an echo of ours, or a collision (RFC 3550 §8.2). They are played all the same,
    /// because test services reflect packets as they are.
    case collision
    /// The peer's media source said BYE in RTCP. The call goes on until SIP ends it.
    case bye
}
