/// A range of offsets into a message in eight bytes, with a value for "absent". Messages are far below 4 GiB.
package struct Extent: Hashable, Sendable {
    package var start: UInt32
    package var end: UInt32

    @inline(__always)
    package init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// Stands for a part that is not there. Differs from an empty part.
    package static var none: Extent { Extent(1, 0) }

    /// Whether the part is there, be it empty.
    @inline(__always)
    package var isPresent: Bool { end >= start }

    @inline(__always)
    package var count: Int { isPresent ? Int(end &- start) : 0 }

    /// The offsets; an empty range when the part is absent.
    @inline(__always)
    package var range: Range<Int> { isPresent ? Int(start)..<Int(end) : 0..<0 }

    /// The offsets, or nil when the part is absent.
    package var optionalRange: Range<Int>? { isPresent ? Int(start)..<Int(end) : nil }
}
