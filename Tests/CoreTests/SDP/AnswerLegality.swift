import Core

/// What makes an answer illegal for its offer (RFC 3264 §6, the rules of Tests/Fixtures/ORIGINS.md); empty when it is legal.
func faults(ofAnswer answer: [UInt8], to offer: [UInt8]) -> [String] {
    guard let offer = try? SessionDescription(parsing: offer) else { return ["the offer cannot be read"] }
    guard let description = try? SessionDescription(parsing: answer) else { return ["the answer cannot be read"] }
    var faults: [String] = []
    func require(_ condition: Bool, _ fault: String) { if !condition { faults.append(fault) } }
    require(description.bytes == answer, "not canonical")
    require(description.origin != nil, "no o=")
    require(description.origin != offer.origin, "the peer's o=")
    require(description.connection?.ip.map { !$0.isUnspecified } ?? false, "no address")
    require(offer.times.isEmpty ? description.times.count == 1 : description.times == offer.times, "another t=")
    require(description.media.count == offer.media.count, "another number of m-lines")
    for (index, (mine, theirs)) in zip(description.media, offer.media).enumerated() {
        require(mine.type == theirs.type, "\(index): another type")
        require(mine.proto == theirs.proto, "\(index): another transport")
        require(!mine.formats.isEmpty, "\(index): no format")
        require(theirs.port != 0 || mine.port == 0, "\(index): accepts what is not offered")
        guard mine.port != 0 else { continue }
        let (sent, offered) = (description.direction(of: mine), offer.direction(of: theirs))
        require(!sent.sends || offered.receives, "\(index): sends to who does not receive")
        require(!sent.receives || offered.sends, "\(index): receives from who does not send")
        require(Set(mine.formats).count == mine.formats.count, "\(index): a format twice")
        for payloadType in mine.payloadTypes {
            require(theirs.payloadTypes.contains(payloadType), "\(index): \(payloadType) is not offered")
            guard let ours = mine.rtpMap(of: payloadType) else {
                faults.append("\(index): \(payloadType) has no rtpmap")
                continue
            }
            if let map = theirs.rtpMap(of: payloadType) {
                let isSame = spelling(ours) == spelling(map)
                require(isSame, "\(index): \(payloadType) means something else")
            } else {
                require(
                    [0: "pcmu/8000/1", 8: "pcma/8000/1"][payloadType] == spelling(ours),
                    "\(index): no static \(payloadType)")
            }
        }
        require(!mine.hasRTCPMux || theirs.hasRTCPMux, "\(index): rtcp-mux was not offered")
    }
    return faults
}

private func spelling(_ map: MediaDescription.RTPMap) -> String {
    "\(String(decoding: map.encoding, as: UTF8.self).lowercased())/\(map.clockRate)/\(map.channels)"
}
