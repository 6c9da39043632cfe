import Core

/// JSON and what is built from it: no trap, bounded depth, and a built message is a message or is refused with a field.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    _ = try? JSONValue(parsing: bytes)
    guard let built = try? MessageJSON.build(from: bytes) else { return 0 }
    let message: Message
    do throws(ParseError) {
        message = try Message(parsing: built, framing: .datagram)
    } catch {
        precondition(error.reason == .messageTooLarge, "what is built is a message: \(error.sentence)")
        return 0
    }
    let lines = built[..<message.bodyRange.lowerBound].split(separator: 0x0a, omittingEmptySubsequences: false)
    precondition(lines.dropLast().allSatisfy { $0.last == 0x0d }, "nothing given can end a line")
    return 0
}
