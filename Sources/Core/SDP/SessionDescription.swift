/// A session description (RFC 8866). Values keep the bytes of the wire; what is absent is nil or empty.
package struct SessionDescription: Hashable, Sendable {
    /// The text of a value, as it stands in the description.
    package typealias Text = ArraySlice<UInt8>

    /// o=: who made the description, and which version of it this is (RFC 8866 §5.2). Numbers are kept as text: the
    /// grammar does not bound them.
    package struct Origin: Hashable, Sendable {
        package var username: Text
        package var sessionID: Text
        package var sessionVersion: Text
        package var networkType: Text
        package var addressType: Text
        package var address: Text
    }

    /// c=: where media is to be sent (RFC 8866 §5.7).
    package struct Connection: Hashable, Sendable {
        package var networkType: Text
        package var addressType: Text
        /// An address or a host name, with the TTL and count of a multicast address.
        package var address: Text

        /// The address when it is an IP address; nil for host names and other networks.
        package var ip: IPAddress? {
            guard isInternet else { return nil }
            return IPAddress(address.prefix { $0 != UInt8(ascii: "/") })
        }

        /// Whether the network type is IN and the address type IP4 or IP6.
        package var isInternet: Bool {
            networkType.equals("IN") && (addressType.equals("IP4") || addressType.equals("IP6"))
        }
    }

    /// b=: a proposed bandwidth (RFC 8866 §5.8).
    package struct Bandwidth: Hashable, Sendable {
        package var type: Text
        /// In the unit of the type; kbit/s for CT and AS.
        package var value: UInt64
    }

    /// t= with its r= lines (RFC 8866 §5.9, §5.10).
    package struct Time: Hashable, Sendable {
        package var start: UInt64
        package var stop: UInt64
        package var repeats: [Text] = []
    }

    /// a=: a property (without value) or an attribute (RFC 8866 §5.13).
    package struct Attribute: Hashable, Sendable {
        package var name: Text
        package var value: Text?

        package init(name: some Sequence<UInt8>, value: Text? = nil) {
            (self.name, self.value) = (ArraySlice(name), value)
        }

        package init(_ name: String, _ value: String? = nil) {
            self.init(name: name.utf8, value: value.map { ArraySlice($0.utf8) })
        }
    }

    package var origin: Origin?
    /// s=; empty is accepted, RFC 4317 prints it.
    package var sessionName: Text?
    package var information: Text?
    package var uri: Text?
    package var emails: [Text] = []
    package var phones: [Text] = []
    package var connection: Connection?
    package var bandwidths: [Bandwidth] = []
    package var times: [Time] = []
    package var zones: Text?
    package var key: Text?
    package var attributes: [Attribute] = []
    package var media: [MediaDescription] = []
    /// The lines (from 1) that are none (`x=…`) and were passed over; blank ones are not counted.
    package var skippedLines: [Int] = []

    package init() {}

    /// The direction that holds for media that name none (RFC 8866 §6.7); nil when the session names none either.
    package var direction: MediaDirection? { attributes.direction }

    /// Where media of `media` is to be sent: its own c= wins over the one of the session (RFC 8866 §5.7).
    package func connection(of media: MediaDescription) -> Connection? { media.connections.first ?? connection }

    /// The direction of `media`: its own, or that of the session, or sendrecv (RFC 8866 §6.7).
    package func direction(of media: MediaDescription) -> MediaDirection {
        media.direction ?? direction ?? .sendrecv
    }
}
