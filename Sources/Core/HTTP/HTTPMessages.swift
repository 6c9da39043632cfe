/// A request as a handler sees it: whole, within its bounds, with the parameters of its route.
package struct HTTPRequest: Hashable, Sendable {
    package var method: HTTPMethod
    package var target: HTTPTarget
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// What stood in the place of `{name}` of the route.
    package var parameters: [String: String]
    /// Who asks; nil over a Unix socket.
    package var remote: SocketAddress?

    package init(
        _ method: HTTPMethod, _ target: HTTPTarget, _ headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
    ) {
        (self.method, self.target, self.headers, self.body) = (method, target, headers, body)
        (parameters, remote) = ([:], nil)
    }

    /// The media type of the body in lower case, without its parameters; nil when none is given.
    package var contentType: String? {
        headers["content-type"].map { value in
            let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }
            return String(decoding: HTTPHeaders.trimmed(type).lowercasedBytes, as: UTF8.self)
        }
    }
}

/// A whole response. `Content-Length`, `Date` and `Connection` are added when it is written.
package struct HTTPResponse: Hashable, Sendable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(_ status: HTTPStatus, _ headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// Words for a person or a probe.
    package static func text(_ status: HTTPStatus, _ text: String) -> Self {
        Self(status, ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }

    /// JSON that is written already.
    package static func json(_ status: HTTPStatus, _ json: [UInt8]) -> Self {
        Self(status, ["Content-Type": "application/json"], body: json)
    }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { add(name, value) }
    }
}
