import CLinux
package import Core
import Glibc

/// Names to addresses through the C library (hosts file, DNS), on a thread of its own because it blocks.
///
/// One lookup runs at a time: a name server that does not answer holds up the names behind it.
package final class AddressLookup: Sendable {
    /// Lookups that may wait. More are refused at once.
    private static let limit = 256

    /// What became of a lookup: at least one address, in the order of the C library's preference (RFC 6724).
    package typealias Answer = Result<[IPAddress], IOError>

    private let thread: BlockingThread

    package init() throws(IOError) { thread = try BlockingThread(name: "sipctl-dns", limit: Self.limit) }

    /// Looks a name up. `answer` is called on the lookup thread, or here when the name is an address already; it posts to
    /// the mailbox of whoever asked.
    package func resolve(_ name: String, _ answer: @escaping @Sendable (Answer) -> Void) {
        if let address = IPAddress(name) { return answer(.success([address])) }
        if !thread.perform({ answer(Self.lookUp(name)) }) {
            answer(.failure(IOError("look up", name, because: "too many lookups are waiting")))
        }
    }

    /// Looks a name up on the calling thread, which waits.
    package static func lookUp(_ name: String) -> Answer {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            let reason = code == EAI_SYSTEM ? IOError("", "").reason : unsafe String(cString: gai_strerror(code))
            return .failure(IOError("look up", name, because: reason.prefix(1).lowercased() + reason.dropFirst()))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            if let raw = unsafe current.pointee.ai_addr {
                let address = unsafe RawAddress.decode(UnsafeRawPointer(raw)).ip
                if !addresses.contains(address) { addresses.append(address) }
            }
            unsafe entry = current.pointee.ai_next
        }
        return .success(addresses)
    }
}
