import CLinux
package import Core
import Glibc

/// The addresses of this machine's network interfaces.
package enum InterfaceAddresses {
    /// Of the interfaces that are up, in the kernel's order.
    package static func all() throws(IOError) -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { throw IOError("list", "the network interfaces") }
        defer { unsafe freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            let isUp = unsafe current.pointee.ifa_flags & UInt32(IFF_UP) != 0
            if isUp, let raw = unsafe current.pointee.ifa_addr,
                unsafe [AF_INET, AF_INET6].contains(
                    Int32(raw.pointee.sa_family))
            {
                addresses.append(unsafe RawAddress.decode(UnsafeRawPointer(raw)).ip)
            }
            unsafe entry = current.pointee.ifa_next
        }
        return addresses
    }

    /// The first address in a block; the error names those that there are.
    package static func first(in block: AddressBlock) throws(IOError) -> IPAddress {
        let addresses = try all()
        if let found = addresses.first(where: { block.contains($0) }) { return found }
        let list = addresses.map(\.description).joined(separator: ", ")
        throw IOError("use", "local_net \(block)", because: "this machine has no address in it: it has \(list)")
    }
}
