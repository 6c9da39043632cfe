import Core

/// Streams: the same frames however the bytes are cut, and bounded memory; files of messages likewise. The first byte says
/// where to cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSIPStream(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let step = Int(unsafe start[0]) + 1
    let bytes = unsafe Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
    precondition(frames(of: bytes, step: max(bytes.count, 1)) == frames(of: bytes, step: step), "cuts do not matter")
    var whole: [Int] = []
    var splitter = MessageSplitter()
    splitter.append(bytes)
    while let chunk = splitter.next(isAtEnd: true) {
        precondition(bytes[chunk.offset...].starts(with: chunk.bytes), "a chunk is where it says")
        precondition(!chunk.bytes.isEmpty && chunk.offset >= whole.last ?? 0, "chunks move on")
        whole.append(chunk.offset + chunk.bytes.count)
    }
    return 0
}

/// What comes out of a framer, the error last.
private func frames(of bytes: [UInt8], step: Int) -> ([Frame], ParseError?) {
    var framer = StreamFramer()
    var frames: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
        framer.append(bytes[start..<min(start + step, bytes.count)])
        do throws(ParseError) {
            while let frame = try framer.next() { frames.append(frame) }
        } catch {
            return (frames, error)
        }
        precondition(framer.pendingBytes <= 2 * MessageLimits.messageBytes, "what waits is bounded")
    }
    return (frames, nil)
}

private func == (a: ([Frame], ParseError?), b: ([Frame], ParseError?)) -> Bool { a.0 == b.0 && a.1 == b.1 }
