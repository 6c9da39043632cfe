/// A kind of audio encoding, as a=rtpmap names it (RFC 8866 §6.6, RFC 3551 §4.5).
package struct AudioCodec: Hashable, Sendable {
    /// The encoding name in the spelling of its registration; compared without case.
    package let name: String
    /// The rate of the RTP clock, in hertz; 8000 for G722 although it samples at 16000 (RFC 3551 §4.5.2).
    package let clockRate: Int
    package let channels: Int
    /// The payload number RFC 3551 §6 assigns; nil when the number is dynamic.
    package let staticPayloadType: UInt8?

    package init(_ name: String, clockRate: Int, channels: Int = 1, staticPayloadType: UInt8? = nil) {
        (self.name, self.clockRate) = (name, clockRate)
        (self.channels, self.staticPayloadType) = (channels, staticPayloadType)
    }

    package static let pcmu = AudioCodec("PCMU", clockRate: 8000, staticPayloadType: 0)
    package static let pcma = AudioCodec("PCMA", clockRate: 8000, staticPayloadType: 8)

    /// What Media can encode and decode, the preferred first.
    package static let supported: [AudioCodec] = [.pcmu, .pcma]

    /// Whether an a=rtpmap names this codec.
    package func matches(_ map: MediaDescription.RTPMap) -> Bool {
        map.clockRate == clockRate && map.channels == channels && map.encoding.equalsIgnoringCase(name.utf8)
    }

    /// The value of an a=rtpmap that gives this codec a payload number.
    func rtpMap(_ payloadType: UInt8) -> SessionDescription.Text {
        var value: [UInt8] = []
        value.reserveCapacity(24)
        value.append(decimal: payloadType)
        value.append(UInt8(ascii: " "))
        value += name.utf8
        value.append(UInt8(ascii: "/"))
        value.append(decimal: clockRate)
        if channels != 1 { value += "/\(channels)".utf8 }
        return value[...]
    }
}
