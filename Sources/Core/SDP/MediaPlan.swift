/// What an offer and its answer agreed: the order that call control gives to Media.
package struct MediaPlan: Hashable, Sendable {
    /// A peer that gave a host name instead of an address (RFC 8866 §5.7); IO resolves it.
    package struct RemoteName: Hashable, Sendable {
        package var host: [UInt8]
        package var port: UInt16

        package init(host: [UInt8], port: UInt16) { (self.host, self.port) = (host, port) }
    }

    /// What we send.
    package var codec: AudioCodec
    /// The number the peer gave to `codec`.
    package var payloadTypeToSend: UInt8
    /// The numbers we gave; the peer may send any of these.
    package var payloadTypesToReceive: [UInt8: AudioCodec]
    /// telephone-event at the clock of `codec` (RFC 4733); nil when the peer does not take it.
    package var telephoneEventToSend: UInt8?
    package var telephoneEventToReceive: UInt8?
    /// How much audio each packet that we send carries.
    package var ptime: Duration
    /// nil: send nothing. The peer gave 0.0.0.0 or :: (the hold of RFC 2543; RFC 3264 §8.4) or a name (`remoteName`).
    package var remoteRTP: SocketAddress?
    package var remoteRTCP: SocketAddress?
    package var remoteName: RemoteName?
    /// Whether RTCP shares the RTP port both ways (RFC 5761).
    package var rtcpMux: Bool
    /// As we see it: `sendonly` means that we send.
    package var direction: MediaDirection

    /// A plan from its parts; what is left out is 20 ms, both ways, without telephone-event and RTCP.
    package init(
        codec: AudioCodec, payloadTypeToSend: UInt8, payloadTypesToReceive: [UInt8: AudioCodec],
        telephoneEventToSend: UInt8? = nil, telephoneEventToReceive: UInt8? = nil, ptime: Duration = .milliseconds(20),
        remoteRTP: SocketAddress?, remoteRTCP: SocketAddress? = nil, remoteName: RemoteName? = nil,
        rtcpMux: Bool = false,
        direction: MediaDirection = .sendrecv
    ) {
        (self.codec, self.payloadTypeToSend) = (codec, payloadTypeToSend)
        self.payloadTypesToReceive = payloadTypesToReceive
        (self.telephoneEventToSend, self.telephoneEventToReceive) = (telephoneEventToSend, telephoneEventToReceive)
        (self.ptime, self.remoteRTP, self.remoteRTCP, self.remoteName) = (ptime, remoteRTP, remoteRTCP, remoteName)
        (self.rtcpMux, self.direction) = (rtcpMux, direction)
    }

    /// Whether audio may be sent at all, and where to is known.
    package var sends: Bool { direction.sends && remoteRTP != nil }
}

/// Our end of the media: what we are ready for.
package struct LocalMedia: Hashable, Sendable {
    /// Whose order of codecs an answer follows.
    package enum CodecOrder: Hashable, Sendable { case offerer, local }

    /// The address in c=, never an unspecified one.
    package var address: IPAddress
    package var port: UInt16
    /// The preferred first.
    package var codecs: [AudioCodec]
    package var codecOrder: CodecOrder
    package var telephoneEvent: Bool
    /// What we ask for, and send when the peer asks for nothing; 10 to 60 ms in steps of 10.
    package var ptime: Duration
    /// What we want: `sendonly` or `inactive` while we hold the peer.
    package var direction: MediaDirection
    /// Whether RTCP may share the RTP port.
    package var rtcpMux: Bool

    package init(
        address: IPAddress, port: UInt16, codecs: [AudioCodec] = AudioCodec.supported,
        codecOrder: CodecOrder = .offerer,
        telephoneEvent: Bool = true, ptime: Duration = .milliseconds(20), direction: MediaDirection = .sendrecv,
        rtcpMux: Bool = false
    ) {
        (self.address, self.port, self.codecs, self.codecOrder) = (address, port, codecs, codecOrder)
        (self.telephoneEvent, self.ptime, self.direction, self.rtcpMux) = (telephoneEvent, ptime, direction, rtcpMux)
    }
}
