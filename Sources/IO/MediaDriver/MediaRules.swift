internal import Core

/// How the RTP of a call is treated: chosen with its program, the same until its end.
package struct MediaRules: Hashable, Sendable {
    /// The call is hung up after so long without RTP; nil never. Not counted while it is on hold.
    package var timeout: Duration? = .seconds(30)
    /// The same until the first packet.
    package var initialTimeout: Duration? = .seconds(30)
    /// Whether audio goes to where RTP comes from also when that changes in the middle of the call.
    package var followsSource = false
    /// Whether it does so when the address in SDP is a private one.
    package var followsPrivate = false
    /// Whether the program begins only with the ACK of our answer.
    package var waitsForACK = false
    /// Whether digits go as tones to a peer that takes no telephone-events.
    package var playsDigits = false

    package init() {}

    /// Whether the source of RTP is followed for a peer whose SDP names this address.
    func follows(_ remote: SocketAddress?) -> Bool { followsSource || followsPrivate && remote?.ip.isPrivate == true }
}
