internal import Glibc

// The one file of Core, besides the wrappers of libcrypto, that touches pointers: what costs two to eight times as much
// without them on the path of every message (bench/README.md).

extension Span<UInt8> {
    /// The first index of `byte` in `start..<end`, or `end`. `end` must not exceed `count`.
    @inline(__always)
    package func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count, "the search stays inside the span")
        guard start < end else { return end }
        return unsafe withUnsafeBytes { all in
            guard let base = all.baseAddress, let found = unsafe memchr(base + start, Int32(byte), end &- start)
            else { return end }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// Up to eight bytes as a word, the first in the lowest byte. Bytes beyond `length` are 0.
    @inline(__always)
    package func word(at start: Int, length: Int) -> UInt64 {
        if start &+ 8 <= count {
            // Any eight bytes are a UInt64, and the load checks its bounds.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
            return UInt64(littleEndian: word) & (~0 >> UInt64(64 &- 8 &* length))
        }
        var word: UInt64 = 0
        for index in 0..<length { word |= UInt64(self[start &+ index]) << UInt64(8 &* index) }
        return word
    }

    /// As `word(at:length:)` with bit 5 of each byte set: among token characters this folds the case of letters, and
    /// makes no letter, digit, hyphen or period equal to another.
    @inline(__always)
    package func foldedWord(at start: Int, length: Int) -> UInt64 {
        word(at: start, length: length) | (0x2020_2020_2020_2020 & (~0 >> UInt64(64 &- 8 &* length)))
    }
}

extension StaticString {
    /// Lends the bytes of the text.
    @inline(__always)
    package func withUTF8Bytes<R>(_ body: (Span<UInt8>) -> R) -> R { withUTF8Buffer { unsafe body($0.span) } }
}

extension [UInt8] {
    /// Appends the bytes of the text.
    @inline(__always)
    package mutating func append(_ text: StaticString) { text.withUTF8Buffer { unsafe append(contentsOf: $0) } }
}
