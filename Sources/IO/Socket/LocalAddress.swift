package import Core
import CLinux
import Glibc

/// Which of this machine's addresses a peer sees.
package enum LocalAddress {
    /// The address the kernel would send from towards `remote`: a UDP socket is connected, nothing is sent. Nil without a
    /// route.
    package static func towards(_ remote: SocketAddress) -> IPAddress? {
        guard let fd = try? SocketCalls.open(SOCK_DGRAM, for: remote.ip, "find a route to", "\(remote)") else {
            return nil
        }
        let socket = Descriptor(owning: fd)
        // Port 0 cannot be connected to.
        let target = SocketAddress(remote.ip, remote.port == 0 ? 9 : remote.port)
        guard unsafe RawAddress(target).withSockaddr({ unsafe connect(socket.raw, $0, $1) }) == 0 else { return nil }
        return SocketCalls.localAddress(socket.raw).ip
    }
}
