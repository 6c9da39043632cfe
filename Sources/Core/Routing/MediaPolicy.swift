/// Whether the audio of a call is encrypted; the raw value is the number on the wire (SIPMediaEncryption).
package enum MediaEncryption: Int32, Hashable, Sendable, CaseIterable {
    case disable = 0
    case allow = 1
    case require = 2
}

/// Which headers of the peer become attributes by themselves; the raw value is the number on the wire (SIPHeaderOptions).
package enum HeaderInclusion: Int32, Hashable, Sendable, CaseIterable {
    case none = 0
    /// Those whose names begin with `X-`.
    case xHeaders = 1
    case all = 2
}

/// How an outbound trunk is reached; the raw value is the number on the wire (SIPTransport).
package enum TrunkTransport: Int32, Hashable, Sendable, CaseIterable {
    case auto = 0
    case udp = 1
    case tcp = 2
    case tls = 3
}

/// A codec that a trunk or a rule names (SIPCodec).
package struct CodecChoice: Hashable, Sendable {
    /// As in `a=rtpmap`, in any case.
    package var name = ""
    /// In Hz; 0 means the codec's usual rate.
    package var rate: UInt32 = 0

    package init(name: String = "", rate: UInt32 = 0) { (self.name, self.rate) = (name, rate) }
}

/// What a trunk, a rule or a request wants of the media of its calls (SIPMediaConfig).
package struct MediaPolicy: Hashable, Sendable {
    /// Whether only `codecs` may be used, in place of the defaults with `codecs` added.
    package var onlyListedCodecs = false
    package var codecs: [CodecChoice] = []
    /// Nil leaves the decision to the next in line: request, rule, trunk, configuration.
    package var encryption: MediaEncryption?
    /// How long no RTP may come before the call is ended; above zero, at most ten minutes. Nil for the configured one.
    package var mediaTimeout: Duration?

    package init() {}
}
