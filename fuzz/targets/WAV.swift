import Media

/// WAV files in pieces: no trap, and the same samples however the bytes are cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWAV(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let whole = samples(of: bytes, step: max(count, 1))
    let pieces = samples(of: bytes, step: 1 + count % 7)
    precondition(whole == pieces, "samples do not depend on how the bytes come")
    precondition((whole?.count ?? 0) <= count, "a sample has a byte at least")
    return 0
}

/// What the bytes decode to; nil when they are refused.
private func samples(of bytes: [UInt8], step: Int) -> [Int16]? {
    var decoder = WAVDecoder()
    var samples: [Int16] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
        guard (try? decoder.append(bytes[start..<min(start + step, bytes.count)], into: &samples)) != nil else {
            return nil
        }
    }
    return samples
}
