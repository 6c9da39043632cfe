/// One audio m-line of a peer, read with what we support in mind.
struct RemoteAudio {
    struct Format: Hashable {
        var payloadType: UInt8
        var codec: AudioCodec
    }

    /// The formats we support, in the peer's order; each codec once, with its first number.
    var formats: [Format] = []
    /// The number of telephone-event by clock rate.
    var events: [Int: UInt8] = [:]
    var direction: MediaDirection
    var ptime: Int?
    var maxptime: Int?
    var rtp: SocketAddress?
    var rtcp: SocketAddress?
    var name: MediaPlan.RemoteName?
    var rtcpMux: Bool

    /// Reads the m-line at `index`. Fails with what makes it unusable for us.
    init(line index: Int, of description: SessionDescription, local: LocalMedia) throws(OfferRefusal) {
        let media = description.media[index]
        guard media.isAudio else {
            throw .notAcceptable(304, "m-line \(index + 1): \(media.type.text) is not supported, only audio")
        }
        guard media.proto.equals("RTP/AVP") else {
            throw .notAcceptable(
                302, "m-line \(index + 1): transport \(media.proto.text) is not supported, only RTP/AVP")
        }
        direction = description.direction(of: media)
        (ptime, maxptime, rtcpMux) = (media.ptime, media.maxptime, media.hasRTCPMux)
        let maps = media.rtpMaps
        readFormats(of: media, maps, among: local.codecs)
        guard !formats.isEmpty else {
            let offered = Self.names(of: media.formats, maps).joined(separator: ", ")
            let ours = local.codecs.map(\.name).joined(separator: ", ")
            throw .notAcceptable(305, "m-line \(index + 1): none of its formats (\(offered)) is one of ours (\(ours))")
        }
        try readAddress(line: index, of: description, local: local)
    }

    private mutating func readFormats(
        of media: MediaDescription, _ maps: [MediaDescription.RTPMap], among codecs: [AudioCodec]
    ) {
        for payloadType in media.payloadTypes {
            let map = maps.first { $0.payloadType == payloadType }
            if let map, map.encoding.equalsIgnoringCase("telephone-event" as StaticString) {
                if events[map.clockRate] == nil { events[map.clockRate] = payloadType }
                continue
            }
            let codec = codecs.first { codec in
                map.map { codec.matches($0) } ?? (codec.staticPayloadType == payloadType)
            }
            guard let codec, !formats.contains(where: { $0.codec == codec || $0.payloadType == payloadType }) else {
                continue
            }
            formats.append(Format(payloadType: payloadType, codec: codec))
        }
    }

    private mutating func readAddress(
        line index: Int, of description: SessionDescription, local: LocalMedia
    ) throws(OfferRefusal) {
        let media = description.media[index]
        guard let connection = description.connection(of: media) else {
            throw .notAcceptable(399, "m-line \(index + 1): there is no c= line for it")
        }
        guard connection.isInternet else {
            throw .notAcceptable(
                300,
                "m-line \(index + 1): c= \(connection.networkType.text) \(connection.addressType.text) is not supported"
            )
        }
        guard let ip = connection.ip else {
            name = .init(host: Array(connection.address), port: media.port)
            return
        }
        guard !ip.isUnspecified else { return }
        guard !ip.isMulticast else {
            throw .notAcceptable(330, "m-line \(index + 1): \(ip) is a multicast address")
        }
        guard ip.isIPv4 == local.address.isIPv4 else {
            throw .notAcceptable(
                301, "m-line \(index + 1): \(ip) cannot be reached from the media address \(local.address)")
        }
        rtp = SocketAddress(ip, media.port)
        rtcp = Self.rtcpAddress(of: media, ip)
    }

    /// RTCP's own address, or the port above that of RTP (RFC 3550 §11, RFC 3605 §2.1).
    private static func rtcpAddress(of media: MediaDescription, _ ip: IPAddress) -> SocketAddress? {
        guard let rtcp = media.rtcp else { return media.port < .max ? SocketAddress(ip, media.port + 1) : nil }
        guard let own = rtcp.connection else { return SocketAddress(ip, rtcp.port) }
        guard let ownIP = own.ip, !ownIP.isUnspecified else { return nil }
        return SocketAddress(ownIP, rtcp.port)
    }

    /// As many formats as a person reads, and the number of the others.
    private static func names(
        of formats: [SessionDescription.Text], _ maps: [MediaDescription.RTPMap]
    ) -> [String] {
        let most = 16
        let names = formats.prefix(most).map { format in
            guard let number = UInt8(decimal: format), let map = maps.first(where: { $0.payloadType == number }) else {
                return format.text
            }
            return "\(format.text) (\(map.encoding.text)/\(map.clockRate))"
        }
        return formats.count > most ? names + ["and \(formats.count - most) more"] : names
    }

    /// How much audio we put into a packet: what the peer asks for, else `preferred`, never more than its maximum; a
    /// multiple of 10 ms from 10 to 60.
    func ptimeToSend(preferred: Duration) -> Duration {
        var ms = ptime ?? Int(preferred.milliseconds)
        if let maxptime { ms = min(ms, maxptime) }
        return .milliseconds(min(60, max(10, ms - ms % 10)))
    }
}
