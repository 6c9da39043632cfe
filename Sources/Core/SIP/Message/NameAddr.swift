/// The value of From, To, Contact, Route and their like: an address with parameters (RFC 3261 §20.10).
package struct NameAddr: Hashable, Sendable {
    /// Without quotes and escapes; nil when there is none.
    package var displayName: [UInt8]?
    /// The URI as on the wire.
    package var uri: [UInt8]
    /// The URI in parts; nil when its scheme is neither sip nor sips.
    package var sipURI: SIPURI?
    package var parameters: Parameters

    package init(displayName: [UInt8]? = nil, uri: SIPURI, parameters: Parameters = Parameters([])) {
        (self.displayName, self.uri, self.sipURI, self.parameters) = (displayName, uri.bytes, uri, parameters)
    }

    /// Reads one whole value; nil when it is malformed.
    package init?(_ bytes: ArraySlice<UInt8>) { self.init(Array(bytes)) }

    package init?(_ string: String) { self.init(Array(string.utf8)) }

    package init?(_ bytes: [UInt8]) {
        var index = 0
        var parts = NameAddrParts()
        guard bytes.count <= Extent.limit, (try? parts.read(bytes.span, &index, to: bytes.count)) != nil,
            index == bytes.count, !parts.isWildcard
        else { return nil }
        self.init(parts, of: bytes)
    }

    init(_ parts: NameAddrParts, of bytes: [UInt8]) {
        func part(_ extent: Extent) -> [UInt8] { Array(bytes[extent.range]) }
        displayName = parts.displayName.isPresent ? unquoted(unfolded(part(parts.displayName))) : nil
        uri = part(parts.uri.whole)
        sipURI = parts.uri.scheme == .other ? nil : SIPURI(parts.uri, of: bytes)
        parameters = Parameters(part(parts.parameters))
    }

    /// The tag parameter (RFC 3261 §19.3).
    package var tag: Tag? { parameter("tag").flatMap { $0.isEmpty ? nil : Tag($0) } }

    /// The value of a header parameter, unquoted; empty when it has none, nil when it is not there.
    package func parameter(_ name: StaticString) -> [UInt8]? { parameters[name] }

    /// The canonical bytes: the display name quoted, the URI in angle brackets.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        if let displayName, !displayName.isEmpty {
            out += quoted(displayName)
            out.append(UInt8(ascii: " "))
        }
        out.append(UInt8(ascii: "<"))
        out += uri
        out.append(UInt8(ascii: ">"))
        return out + unfolded(parameters.bytes)
    }
}

extension NameAddr: CustomStringConvertible {
    package var description: String { bytes.text }
}
