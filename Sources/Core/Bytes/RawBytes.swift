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

    /// The first index in `start..<end` whose byte is not in the class, or `end`. `end` must not exceed `count`.
    @inline(__always)
    package func endOfRun(_ byteClass: ByteClass, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= count, "the run stays inside the span")
        // Eight at a time, and past `end` where bytes follow: the loop's own counting costs as much as the look at a byte.
        var index = start
        while index &+ 8 <= count {
            for step in 0..<8 where unsafe !byteClass.contains(self[unchecked: index &+ step]) {
                return Swift.min(index &+ step, end)
            }
            index &+= 8
            guard index < end else { return end }
        }
        while index < end, unsafe byteClass.contains(self[unchecked: index]) { index &+= 1 }
        return Swift.min(index, end)
    }

    /// The number of bytes in `0..<end` of which something is true. `end` must not exceed `count`.
    @inline(__always)
    package func count(to end: Int, where isCounted: (UInt8) -> Bool) -> Int {
        precondition(end >= 0 && end <= count, "the count stays inside the span")
        return unsafe withUnsafeBytes { all in
            guard let base = all.baseAddress else { return 0 }
            var (total, index) = (0, 0)
            while index < end {
                // Short blocks, so that the sum of one fits a byte and the compiler counts many bytes at a time.
                let block = Swift.min(end &- index, 192)
                let whole = block >= 32 ? block & ~31 : block
                var count: UInt8 = 0
                var offset = 0
                while offset < whole {
                    count &+= isCounted(unsafe base.load(fromByteOffset: index &+ offset, as: UInt8.self)) ? 1 : 0
                    offset &+= 1
                }
                total &+= Int(count)
                index &+= whole
            }
            return total
        }
    }

    /// The end of the IPv4 address that begins at `start` and goes no further than `end`; nil when there is none. `end` must
    /// not exceed `count`.
    @inline(__always)
    package func endOfIPv4(from start: Int, to end: Int) -> Int? {
        precondition(start >= 0 && end <= count, "the address stays inside the span")
        var index = start
        for part in 0..<4 {
            var octet = UInt32(digit(at: index, before: end))
            guard octet < 10 else { return nil }
            index &+= 1
            // Two more digits at most.
            var next = UInt32(digit(at: index, before: end))
            if next < 10 {
                octet = octet &* 10 &+ next
                index &+= 1
                next = UInt32(digit(at: index, before: end))
                if next < 10 {
                    octet = octet &* 10 &+ next
                    index &+= 1
                    guard octet < 256 else { return nil }
                }
            }
            guard part < 3 else { break }
            guard index < end, unsafe self[unchecked: index] == UInt8(ascii: ".") else { return nil }
            index &+= 1
        }
        return index
    }

    /// Reads the decimal digits at `start`, at most eight, and moves behind them. `end` must not exceed `count`.
    @inline(__always)
    package func decimal(at start: inout Int, to end: Int) -> UInt32 {
        let length = Swift.min(end &- start, 8)
        guard length > 0 else { return 0 }
        // Each byte less its "0"; adding 0x76 carries into bit 7 from 10 on, and what is below "0" has it already.
        let digits = word(at: start, length: length) ^ 0x3030_3030_3030_3030
        let others = ((digits & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
        let count = others == 0 ? 8 : others.trailingZeroBitCount >> 3
        guard count > 0 else { return 0 }
        start &+= count
        // Aligned to the high end, with zeroes before; then pairs, fours and eights are summed by multiplication.
        var value = digits << UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        value = (value &* 10 &+ value >> 8) & 0x00ff_00ff_00ff_00ff
        value = (value &* 100 &+ value >> 16) & 0x0000_ffff_0000_ffff
        return UInt32(truncatingIfNeeded: value &* 10_000 &+ value >> 32)
    }

    /// The value of a decimal digit; 10 or more for any other byte and behind `end`.
    @inline(__always)
    private func digit(at index: Int, before end: Int) -> UInt8 {
        index < end ? unsafe self[unchecked: index] &- 0x30 : .max
    }

    /// Up to eight bytes as a word, the first in the lowest byte. Bytes beyond `length` are 0.
    @inline(__always)
    package func word(at start: Int, length: Int) -> UInt64 {
        if start >= 0, start &+ 8 <= count {
            // Any eight bytes are a UInt64.
            let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
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
    /// Feeds all bytes to a hasher at once: an array's own way takes one step a byte.
    @inline(__always)
    package func hashAll(into hasher: inout Hasher) {
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// Appends the bytes of the text.
    @inline(__always)
    package mutating func append(_ text: StaticString) { text.withUTF8Buffer { unsafe append(contentsOf: $0) } }

    /// Appends `name`, a colon, a space, a part of `source` and CRLF, with one look at the capacity.
    @inline(__always)
    package mutating func appendLine(_ name: StaticString, _ source: Span<UInt8>, _ range: Range<Int>) {
        precondition(range.upperBound <= source.count, "the value is inside its source")
        name.withUTF8Buffer { name in
            append(addingCapacity: name.count &+ range.count &+ 4) { out in
                unsafe out.withUnsafeMutableBufferPointer { buffer, count in
                    guard let base = buffer.baseAddress, let from = name.baseAddress else { return }
                    unsafe memcpy(base, from, name.count)
                    count = name.count
                    unsafe base[count] = UInt8(ascii: ":")
                    unsafe base[count &+ 1] = UInt8(ascii: " ")
                    count &+= 2
                    unsafe source.withUnsafeBytes { value in
                        guard let from = value.baseAddress else { return }
                        unsafe memcpy(base + count, from + range.lowerBound, range.count)
                    }
                    count &+= range.count
                    unsafe base[count] = 0x0d
                    unsafe base[count &+ 1] = 0x0a
                    count &+= 2
                }
            }
        }
    }
}
