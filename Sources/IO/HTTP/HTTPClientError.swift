internal import Core

/// Why a request has no answer.
package enum HTTPClientError: Error, Hashable, Sendable {
    /// Nothing listens there: no file at the path of the socket, or one that nobody listens on.
    case noServer(String)
    /// The host refuses connections to this port.
    case refused(String)
    /// The name is unknown, the network unreachable, access denied, …
    case cannotConnect(IOError)
    /// No answer within this time.
    case timedOut(String, Duration)
    case tls(String, TLSError)
    /// What answers does not speak HTTP/1.1, with the parser's reason.
    case notHTTP(String, String)
    /// The connection ended before the answer did.
    case cut(String)
    /// The body is larger than the request allowed.
    case tooLarge(String, Int)
    case cancelled
}

extension HTTPClientError: CustomStringConvertible {
    /// One sentence for people: what failed, on what, why.
    package var description: String {
        switch self {
        case .noServer(let path): "no server is running: nobody listens on \(path)"
        case .refused(let server): "cannot connect to \(server): connection refused"
        case .cannotConnect(let error): error.description
        case .timedOut(let server, let time): "no answer from \(server) within \(time.milliseconds) ms"
        case .tls(let server, let error): "no TLS connection to \(server): \(error)"
        case .notHTTP(let server, let reason): "\(server) does not speak HTTP/1.1: \(reason)"
        case .cut(let server): "\(server) closed the connection before the answer was complete"
        case .tooLarge(let server, let limit): "the answer of \(server) has more than \(limit) bytes"
        case .cancelled: "the request was cancelled"
        }
    }
}
