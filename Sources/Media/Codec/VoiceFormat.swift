package import Core

/// The audio formats that a session can encode and decode.
package enum VoiceFormat: UInt8, Hashable, Sendable, CaseIterable {
    case pcmu, pcma

    /// The format of a negotiated codec; nil for one that Media does not know.
    package init?(_ codec: AudioCodec) {
        switch codec {
        case .pcmu: self = .pcmu
        case .pcma: self = .pcma
        default: return nil
        }
    }
}
