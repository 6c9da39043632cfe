internal import Core
internal import IO

/// The addresses that `serve` announces: found out once, at the start.
struct ServeAddresses {
    /// In Via and Contact; nil for the one that each peer is reached from.
    let signalling: IPAddress?
    /// In SDP; nil for that of signalling.
    let media: IPAddress?

    init(_ addresses: Configuration.Addresses) throws(Failure) {
        do throws(IOError) {
            let local = try addresses.localNet.map { block throws(IOError) in try InterfaceAddresses.first(in: block) }
            signalling = addresses.nat ?? local
            media = addresses.mediaNAT
        } catch {
            throw Failure(.local, "\(error)")
        }
    }
}
