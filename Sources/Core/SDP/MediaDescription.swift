/// An m-line with the lines below it (RFC 8866 §5.14).
package struct MediaDescription: Hashable, Sendable {
    package typealias Text = SessionDescription.Text

    /// `audio`, `video`, `text`, `application`, `message`, `image`, or another token.
    package var type: Text
    /// 0 refuses or ends the media (RFC 3264 §6, §8.2).
    package var port: UInt16
    /// How many ports follow each other; nil when the line does not say.
    package var portCount: UInt16?
    /// The transport protocol, such as `RTP/AVP`.
    package var proto: Text
    /// RTP payload numbers, or what else the protocol defines.
    package var formats: [Text]
    package var information: Text?
    package var connections: [SessionDescription.Connection] = []
    package var bandwidths: [SessionDescription.Bandwidth] = []
    package var key: Text?
    package var attributes: [SessionDescription.Attribute] = []

    package init(type: Text, port: UInt16, portCount: UInt16? = nil, proto: Text, formats: [Text]) {
        (self.type, self.port, self.portCount) = (type, port, portCount)
        (self.proto, self.formats) = (proto, formats)
    }

    /// a=rtpmap (RFC 8866 §6.6).
    package struct RTPMap: Hashable, Sendable {
        package var payloadType: UInt8
        package var encoding: Text
        package var clockRate: Int
        /// 1 when not given.
        package var channels: Int
    }

    /// a=rtcp: the port, and the address when it is another one (RFC 3605).
    package struct RTCPAddress: Hashable, Sendable {
        package var port: UInt16
        package var connection: SessionDescription.Connection?
    }

    package var isAudio: Bool { type.equals("audio") }

    /// The payload numbers of the m-line in its order; what is no number up to 127 is left out.
    package var payloadTypes: [UInt8] { formats.compactMap { UInt8(decimal: $0) }.filter { $0 < 128 } }

    /// The readable a=rtpmap of each payload number, in order; the first when a number has several.
    package var rtpMaps: [RTPMap] {
        var seen: UInt128 = 0  // a bit for each payload number
        var maps: [RTPMap] = []
        for attribute in attributes where attribute.name.equals("rtpmap") {
            guard let map = attribute.value.flatMap({ RTPMap($0) }), seen >> map.payloadType & 1 == 0 else { continue }
            seen |= 1 << map.payloadType
            maps.append(map)
        }
        return maps
    }

    /// The a=rtpmap of a payload number.
    package func rtpMap(of payloadType: UInt8) -> RTPMap? { rtpMaps.first { $0.payloadType == payloadType } }

    /// The parameters of a format: the value of its a=fmtp after the format (RFC 8866 §6.15).
    package func fmtp(of payloadType: UInt8) -> Text? {
        for value in attributes.values(of: "fmtp") {
            let format = value.prefix { $0 != UInt8(ascii: " ") }
            if UInt8(decimal: format) == payloadType { return value[format.endIndex...].trimmingSpaces }
        }
        return nil
    }

    /// a=ptime: milliseconds of media in a packet that the author wants to receive (RFC 8866 §6.4); fractions are cut off.
    package var ptime: Int? { attributes.first("ptime").flatMap(milliseconds) }

    /// a=maxptime: the most milliseconds of media in a packet (RFC 8866 §6.5).
    package var maxptime: Int? { attributes.first("maxptime").flatMap(milliseconds) }

    /// The direction of this media; nil when it names none.
    package var direction: MediaDirection? { attributes.direction }

    /// Where RTCP goes when not to the port above (RFC 3605).
    package var rtcp: RTCPAddress? { attributes.first("rtcp").flatMap { RTCPAddress($0) } }

    /// Whether RTP and RTCP may share the port (RFC 5761 §5.1.1).
    package var hasRTCPMux: Bool { attributes.has("rtcp-mux") }

    /// The values of a=crypto, unread (RFC 4568).
    package var crypto: [Text] { attributes.values(of: "crypto") }

    /// a=mid (RFC 5888 §4).
    package var mid: Text? { attributes.first("mid") }

    private func milliseconds(_ value: Text) -> Int? {
        Int(decimal: value.trimmingSpaces.prefix { $0 != UInt8(ascii: ".") })
    }
}

extension MediaDescription.RTPMap {
    /// Reads `0 PCMU/8000/1`; nil when it is not of that form.
    package init?(_ value: SessionDescription.Text) {
        var rest = value
        guard let payloadType = UInt8(decimal: rest.takeField(0x20)), payloadType < 128 else { return nil }
        var map = rest.takeField(0x20)
        let encoding = map.takePart(UInt8(ascii: "/"))
        guard !encoding.isEmpty, let clockRate = Int(decimal: map.takePart(UInt8(ascii: "/"))), clockRate > 0 else {
            return nil
        }
        // Audio alone uses the third part, for channels; others may put anything there.
        let channels = Int(decimal: map.takePart(UInt8(ascii: "/"))) ?? 1
        self.init(payloadType: payloadType, encoding: encoding, clockRate: clockRate, channels: max(1, channels))
    }
}

extension MediaDescription.RTCPAddress {
    /// Reads `53020 IN IP4 126.16.64.4`; nil when it is not of that form.
    package init?(_ value: SessionDescription.Text) {
        let fields = value.split(separator: UInt8(ascii: " "))
        guard let first = fields.first, let port = UInt16(decimal: first) else { return nil }
        let connection: SessionDescription.Connection? =
            fields.count == 4 ? .init(networkType: fields[1], addressType: fields[2], address: fields[3]) : nil
        self.init(port: port, connection: connection)
    }
}

extension [SessionDescription.Attribute] {
    /// Whether an attribute of this name is there.
    package func has(_ name: StaticString) -> Bool { contains { $0.name.equals(name) } }

    /// The value of the first attribute of this name; empty when it has none.
    package func first(_ name: StaticString) -> SessionDescription.Text? {
        first { $0.name.equals(name) }.map { $0.value ?? [] }
    }

    /// The values of every attribute of this name, in order.
    package func values(of name: StaticString) -> [SessionDescription.Text] {
        compactMap { $0.name.equals(name) ? $0.value : nil }
    }

    /// The direction they name; the last one when, against RFC 8866 §6.7, there are several.
    package var direction: MediaDirection? {
        for attribute in reversed() where attribute.value == nil {
            if let direction = MediaDirection(attribute.name) { return direction }
        }
        return nil
    }
}
