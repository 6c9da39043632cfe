/// One header field of a message: which it is and where it stands.
package struct Header: Hashable, Sendable {
    package let name: HeaderName
    /// Whether the value runs over several lines (RFC 3261 §7.3.1).
    package let isFolded: Bool
    private let nameLength: UInt16
    private let nameStart: UInt32
    private let extent: Extent

    @inline(__always)
    init(_ name: HeaderName, nameStart: Int, nameEnd: Int, valueStart: Int, valueEnd: Int, isFolded: Bool) {
        self.name = name
        self.isFolded = isFolded
        self.nameLength = UInt16(truncatingIfNeeded: nameEnd &- nameStart)
        self.nameStart = UInt32(truncatingIfNeeded: nameStart)
        self.extent = Extent(valueStart, valueEnd)
    }

    /// The name as written.
    package var nameRange: Range<Int> { Int(nameStart)..<Int(nameStart) &+ Int(nameLength) }

    /// The value without white space around it; may hold the line ends of folding.
    @inline(__always)
    package var value: Range<Int> { extent.range }
}
