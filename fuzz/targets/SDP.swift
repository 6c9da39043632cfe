import Core

/// Session descriptions and the offer/answer machine: no trap, bounded work, what is written reads the same again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSDP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let description = try? SessionDescription(parsing: bytes) else { return 0 }
    let written = description.bytes
    do throws(SDPError) {
        let again = try SessionDescription(parsing: written).bytes
        precondition(again == written, "re-encoding is stable")
    } catch {
        // The canonical form of an input just below the limits may lie above them.
        precondition(error.reason == .tooLong || error.reason == .tooManyLines, "what is written can be read")
    }
    var machine = OfferAnswer(local: LocalMedia(address: .loopback, port: 4000), sessionID: 1)
    _ = machine.receiveOffer(bytes)
    let offer = machine.makeOffer()
    precondition((try? SessionDescription(parsing: offer))?.bytes == offer, "our offers are canonical")
    _ = machine.receiveAnswer(bytes)
    _ = machine.makeOffer(verbatim: bytes)
    _ = machine.receiveAnswer(written)
    return 0
}
