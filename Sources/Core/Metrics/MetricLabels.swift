/// How a call ended, in the classes of livekit/sip: the label `result`.
package enum MetricResult: String, Sendable {
    case success
    case serverError = "server_error"
    case clientError = "client_error"
    case indeterminate
    case upstreamError = "upstream_error"
}

/// A step of a call's life whose duration is measured: the label `stage`.
package enum MetricStage: String, Sendable {
    case session, call, close
    case authCheck = "auth-check"
    case inviteToDispatch = "invite-to-dispatch"
    case getAuth = "get-auth"
    case evalDispatch = "eval-dispatch"
    case startMedia = "start-media"
    case callAccept = "call-accept"
    case sipAccept = "sip-accept"
    case waitMedia = "wait-media"
    case waitSubscribe = "wait-subscribe"
    case joinRoom = "join-room"
    case lkRegTransfer = "lk-reg-transfer"
    case lkConnect = "lk-connect"
    case trackPublish = "track-publish"
    case trackSubscribe = "track-subscribe"
}

/// Whether a packet was sent or received: the label `op`.
package enum MetricPacketDirection: String, Sendable { case send, recv }

/// Who carries a call: the label `provider`. What livekit/sip calls internal does not exist here.
package enum MetricProvider: String, Sendable, CaseIterable {
    /// Whoever is behind a trunk.
    case external
    /// A call without a trunk.
    case unknown

    /// Of a call by its trunk.
    package init(trunk: TrunkID?) { self = trunk == nil ? .unknown : .external }
}

/// A codec that a peer of a provider offered.
package struct OfferedCodec: Hashable, Sendable {
    package let provider: MetricProvider
    package let codec: MetricCodec

    package init(_ provider: MetricProvider, _ codec: MetricCodec) { (self.provider, self.codec) = (provider, codec) }
}

/// A codec that a peer offered: the label `codec`. Names that peers invent are `other`, so that the series stay few.
package struct MetricCodec: Hashable, Sendable {
    package let label: String

    private static let known = [
        "PCMU", "PCMA", "G722", "opus", "G729", "G723", "G726-32", "GSM", "iLBC", "speex", "SILK", "AMR", "AMR-WB",
        "EVS",
        "L16", "CN", "telephone-event",
    ]

    /// The encoding name of an a=rtpmap, compared without case.
    package init(_ encoding: some Collection<UInt8>) {
        label = Self.known.first { encoding.equalsIgnoringCase($0.utf8) } ?? "other"
    }
}
