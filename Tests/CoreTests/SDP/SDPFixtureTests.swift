import Core
import Support
import Testing

/// What another parser read from each file of Tests/Fixtures/sdp.
private struct Expectations: Decodable {
    struct Description: Decodable {
        var file: String
        var parsed: Parsed
    }
    struct Parsed: Decodable {
        var origin: Origin?
        var session_connection: String?
        var session_direction: String?
        var media: [Media]
    }
    struct Origin: Decodable {
        var session_id: String
        var version: String
        var address: String
    }
    struct Media: Decodable {
        var type: String?
        var port: Int?
        var `protocol`: String?
        var payloads: String?
        var mid: String?
        var direction: String?
        var connection: String?
        var rtpmap: [String]
        var crypto: [String]
        var rtcp_mux: Bool
        var ptime: Double?
    }
    var descriptions: [Description]
}

private let expectations: [Expectations.Description] = Fixtures.json("sdp/expect.json", as: Expectations.self)
    .descriptions

/// The descriptions that RFC 8866 does not let anyone read, with the reason and the line.
private let refused: [String: (SDPError.Reason, line: Int)] = [
    "sdp/sofia-sip/message-1.sdp": (.unsupportedVersion, 1),
    "sdp/sofia-sip/test_soa-l2067.sdp": (.malformedMedia, 5),
    "sdp/sofia-sip/torture_sdp-l230.sdp": (.malformedMedia, 14),
    "sdp/sofia-sip/test_nta-l706.sdp": (.portOutOfRange, 5),
    "sdp/media-sdk/offer_test-l536.sdp": (.malformedConnection, 7),
    // Spells its line ends out, and has an m-line without formats besides.
    "sdp/amazon-chime-sdk-js/SDPMock-l4988.sdp": (.unsupportedVersion, 1),
]

@Suite("SessionDescription reads the recorded descriptions")
struct SDPFixtureTests {
    @Test("each file, as another parser reads it", arguments: expectations.map(\.file))
    func reads(file: String) throws {
        var bytes = Fixtures.bytes("sdp/\(file)")
        if let expected = refused["sdp/\(file)"] {
            expectRefusal(bytes, expected.0, line: expected.line)
            return
        }
        // Taken from JavaScript literals with their `\r` spelled out: the version then is not 0.
        if text(bytes[...]).contains("\\r") {
            expectRefusal(bytes, .unsupportedVersion, line: 1)
            bytes = Array(text(bytes[...]).replacing("\\r", with: "").utf8)
        }
        // Several descriptions, one after the other, which the other parser takes for one.
        let lines = text(bytes[...]).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if let second = lines.indices.dropFirst().first(where: { lines[$0].hasPrefix("v=") }) {
            expectRefusal(bytes, .repeatedLine, line: second + 1)
            return
        }
        let description = try SessionDescription(parsing: bytes)
        let expected = try #require(expectations.first { $0.file == file }).parsed
        if let origin = expected.origin, let read = description.origin {
            #expect(text(read.sessionID) == origin.session_id)
            #expect(text(read.sessionVersion) == origin.version)
            #expect(text(read.address) == unescaped(origin.address) || origin.address.isEmpty)
        } else {
            #expect(expected.origin == nil)
        }
        // The other parser stumbles over two spaces and reads an empty address.
        if expected.session_connection != "" {
            #expect(description.connection.flatMap(address) == expected.session_connection.map(unescaped))
        }
        #expect(description.direction?.rawValue == expected.session_direction.map(unescaped))
        #expect(description.media.count == expected.media.count)
        for (media, wanted) in zip(description.media, expected.media) { compare(media, wanted) }
    }

    private func expectRefusal(_ bytes: [UInt8], _ reason: SDPError.Reason, line: Int) {
        let error = #expect(throws: SDPError.self) { try SessionDescription(parsing: bytes) }
        #expect(error?.reason == reason)
        #expect(error?.line == line)
    }

    private func compare(_ media: MediaDescription, _ wanted: Expectations.Media) {
        // The other parser needs an m-line without extra spaces.
        guard let type = wanted.type else { return }
        #expect(text(media.type) == type)
        #expect(Int(media.port) == wanted.port)
        #expect(text(media.proto) == wanted.protocol.map(unescaped))
        // It shows the lone payload 0 as an empty text.
        let formats = media.formats.map(text).joined(separator: " ")
        let payloads = unescaped(wanted.payloads ?? "").split(separator: " ").joined(separator: " ")
        #expect(formats == payloads || (formats == "0" && payloads == ""))
        #expect(media.mid.map(text) == wanted.mid.map(unescaped))
        #expect(media.direction?.rawValue == wanted.direction.map(unescaped))
        #expect(media.connections.last.flatMap(address) == wanted.connection.map(unescaped))
        #expect(media.hasRTCPMux == wanted.rtcp_mux)
        // Of several it takes the last.
        let ptimes = media.attributes.values(of: "ptime").compactMap { Double(text($0)) }
        #expect(ptimes.last == wanted.ptime)
        #expect(media.ptime == ptimes.first.map { Int($0) })
        #expect(media.crypto.count >= wanted.crypto.count)
        let maps = media.rtpMaps.map { "\($0.payloadType) \(text($0.encoding))/\($0.clockRate)" }
        for map in wanted.rtpmap.map(unescaped) where !map.hasSuffix("/undefined") {
            #expect(maps.contains { map == $0 || map.hasPrefix($0 + "/") }, "\(map)")
        }
    }

    private func unescaped(_ text: String) -> String { text.replacing("\\r", with: "") }

    /// The address the other parser shows: it shows none for networks that it does not know.
    private func address(_ connection: SessionDescription.Connection) -> String? {
        text(connection.networkType) == "IN" ? text(connection.address) : nil
    }

    @Test("every file, whole and cut anywhere: no trap, and what is written reads the same again")
    func survives() {
        for file in Fixtures.names(in: "sdp", suffix: ".sdp") {
            let bytes = Fixtures.bytes(file)
            for end in stride(from: bytes.count, through: 0, by: -61) { checkStable(bytes[..<end]) }
        }
    }

    @Test("seeds and crashers of other projects: no trap, and what is written reads the same again")
    func survivesCrashers() {
        for bytes in Fixtures.fuzzInputs("fuzz/sdp.json") { checkStable(bytes[...]) }
    }

    private func checkStable(_ bytes: ArraySlice<UInt8>) {
        guard let description = try? SessionDescription(parsing: bytes) else { return }
        let written = description.bytes
        #expect((try? SessionDescription(parsing: written))?.bytes == written)
        var machine = OfferAnswer(local: LocalMedia(address: .loopback, port: 4000), sessionID: 1)
        _ = machine.receiveOffer(bytes)
        _ = machine.makeOffer()
        _ = machine.receiveAnswer(bytes)
    }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
