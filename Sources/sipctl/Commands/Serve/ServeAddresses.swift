internal import Core
internal import IO

/// The addresses that `serve` announces: found out once, at the start.
struct ServeAddresses {
    /// In Via and Contact; nil for the one that each peer is reached from.
    let signalling: IPAddress?
    /// In SDP; nil for that of signalling.
    let media: IPAddress?

    init(_ addresses: Configuration.Addresses) throws(Failure) {
        let local = try Self.local(addresses)
        var external: IPAddress?
        if addresses.usesExternal || addresses.mediaUsesExternal {
            let own = addresses.listen.isUnspecified ? local ?? addresses.listen : addresses.listen
            external = try Self.external(addresses.stunServers, from: own)
        }
        signalling = addresses.nat ?? (addresses.usesExternal ? external : nil) ?? local
        media = addresses.mediaNAT ?? (addresses.mediaUsesExternal ? external : nil)
    }

    private static func local(_ addresses: Configuration.Addresses) throws(Failure) -> IPAddress? {
        guard let block = addresses.localNet else { return nil }
        do throws(IOError) { return try InterfaceAddresses.first(in: block) } catch {
            throw Failure(.local, "\(error)")
        }
    }

    private static func external(_ servers: [String], from own: IPAddress) throws(Failure) -> IPAddress {
        do throws(IOError) { return try ExternalAddress.ask(servers, from: own) } catch {
            throw Failure(
                .unreachable, "\(error)",
                hint: "Set nat_1_to_1_ip instead of use_external_ip, or stun_servers to one that can be reached.")
        }
    }
}
