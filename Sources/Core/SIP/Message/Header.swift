/// One header field of a message: which it is and where it stands.
package struct Header: Hashable, Sendable {
    package let name: HeaderName
    /// Whether the value runs over several lines (RFC 3261 §7.3.1).
    package let isFolded: Bool
    private let nameExtent: Extent
    private let valueExtent: Extent

    @inline(always)
    init(_ name: HeaderName, _ nameExtent: Extent, _ valueExtent: Extent, isFolded: Bool) {
        (self.name, self.isFolded, self.nameExtent, self.valueExtent) = (name, isFolded, nameExtent, valueExtent)
    }

    /// The name as written.
    package var nameRange: Range<Int> { nameExtent.range }

    /// The value without white space around it; may hold the line ends of folding.
    package var value: Range<Int> { valueExtent.range }
}
