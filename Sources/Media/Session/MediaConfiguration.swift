package import Core

/// What a session needs to know of the agreed session description.
package struct MediaConfiguration: Equatable, Sendable {
    /// The codec to send, and its payload type in the peer's description.
    package var codec: VoiceFormat
    package var payloadTypeToSend: PayloadType
    /// The payload types of our description.
    package var payloadTypesToReceive: [PayloadType: VoiceFormat]
    package var telephoneEventToSend: PayloadType?
    package var telephoneEventToReceive: PayloadType?
    /// RFC 3389 noise; 13 unless a dynamic type was agreed. Accepting it needs no agreement.
    package var comfortNoiseToReceive: PayloadType?
    /// The length of a packet to send: 10 to 60 ms, rounded to whole 10 ms.
    package var ptime: Duration
    /// Where the peer wants its packets; nil until it is known, and for an address of zeros.
    package var remoteRTP: SocketAddress?
    /// Nil: the port after `remoteRTP`, or the same when multiplexed (RFC 5761).
    package var remoteRTCP: SocketAddress?
    package var rtcpMux: Bool
    package var direction: MediaDirection
    /// Whether packets from another address than `remoteRTP` may move the destination (symmetric RTP, RFC 4961).
    package var latching: Bool
    /// Whether they may do so again in the middle of a call, when the source until then has fallen silent.
    package var followsSource = false

    /// A configuration for one codec with its static payload type, 20 ms packets and telephone-event 101.
    package init(codec: VoiceFormat, remoteRTP: SocketAddress?) {
        let payloadType = codec == .pcmu ? PayloadType.pcmu : .pcma
        self.codec = codec
        payloadTypeToSend = payloadType
        payloadTypesToReceive = [payloadType: codec]
        telephoneEventToSend = PayloadType(101)
        telephoneEventToReceive = PayloadType(101)
        comfortNoiseToReceive = .comfortNoise
        ptime = Frame.duration
        self.remoteRTP = remoteRTP
        remoteRTCP = nil
        rtcpMux = false
        direction = .sendrecv
        latching = true
    }

    /// Where RTCP goes as long as nothing else was learned.
    var negotiatedRTCP: SocketAddress? {
        guard let remoteRTP else { return remoteRTCP }
        if rtcpMux { return remoteRTP }
        return remoteRTCP ?? SocketAddress(remoteRTP.ip, remoteRTP.port &+ 1)
    }
}

extension MediaConfiguration {
    /// What an offer and its answer agreed. Nil when the plan's codec is none that Media knows.
    package init?(_ plan: MediaPlan) {
        guard let codec = VoiceFormat(plan.codec) else { return nil }
        self.init(codec: codec, remoteRTP: plan.remoteRTP)
        payloadTypeToSend = PayloadType(plan.payloadTypeToSend)
        payloadTypesToReceive = [:]
        for (number, codec) in plan.payloadTypesToReceive {
            if let format = VoiceFormat(codec) { payloadTypesToReceive[PayloadType(number)] = format }
        }
        telephoneEventToSend = plan.telephoneEventToSend.map { PayloadType($0) }
        telephoneEventToReceive = plan.telephoneEventToReceive.map { PayloadType($0) }
        ptime = plan.ptime
        remoteRTCP = plan.remoteRTCP
        rtcpMux = plan.rtcpMux
        direction = plan.direction
    }
}
