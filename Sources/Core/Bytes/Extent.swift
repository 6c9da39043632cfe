/// A range of offsets into a message in four bytes, with a value for "absent".
///
/// A message has at most 65536 bytes and begins with a start line, so no part of one starts behind 65535 or is as long as
/// that: whoever makes extents of other bytes checks `Extent.limit` first.
package struct Extent: Hashable, Sendable {
    private var start16: UInt16
    private var count16: UInt16

    /// The longest bytes of which every part has an extent.
    package static var limit: Int { 65_534 }

    @inline(__always)
    package init(_ start: Int, _ end: Int) {
        start16 = UInt16(truncatingIfNeeded: start)
        count16 = UInt16(truncatingIfNeeded: end &- start)
    }

    private init(absent: Void) { (start16, count16) = (0, .max) }

    /// Stands for a part that is not there. Differs from an empty part.
    package static var none: Extent {
        @inline(__always) get { Extent(absent: ()) }
    }

    /// Whether the part is there, be it empty.
    package var isPresent: Bool {
        @inline(__always) get { count16 != .max }
    }

    package var count: Int {
        @inline(__always) get { isPresent ? Int(count16) : 0 }
    }

    /// Where the part starts; 0 when it is absent.
    package var start: Int {
        @inline(__always) get { Int(start16) }
    }

    /// Where the part ends; 0 when it is absent.
    package var end: Int {
        @inline(__always) get { isPresent ? Int(start16) &+ Int(count16) : 0 }
    }

    /// The offsets; an empty range when the part is absent.
    package var range: Range<Int> {
        @inline(__always) get { start..<(start &+ count) }
    }

    /// The offsets, or nil when the part is absent.
    package var optionalRange: Range<Int>? { isPresent ? range : nil }
}
