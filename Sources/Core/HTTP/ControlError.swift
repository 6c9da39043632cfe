/// The errors of the control socket: JSON in one form below `/v1`, and in Twirp's below `/twirp` (Twirp wire protocol v7).
package enum ControlError {
    /// `{"error":{"code":"not_found","message":"…"}}`. The code is for programs and does not change; the message is one sentence.
    package static func response(_ status: HTTPStatus, _ code: String, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("message")
        writer.string(message)
        writer.endObject()
        writer.endObject()
        writer.endLine()
        return .json(status, writer.bytes)
    }

    /// `{"code":"bad_route","msg":"…"}`.
    package static func twirp(_ status: HTTPStatus, _ code: String, _ message: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("msg")
        writer.string(message)
        writer.endObject()
        return .json(status, writer.bytes)
    }

    /// The answer to a request that reaches no handler, in the form of its path; `/v1`'s when the path is not known.
    package static func refusal(_ target: [UInt8], _ status: HTTPStatus, _ message: String) -> HTTPResponse {
        let isTwirp = target.starts(with: "/twirp/".utf8)
        return isTwirp ? twirp(status, twirpCode(of: status), message) : response(status, code(of: status), message)
    }

    private static func code(of status: HTTPStatus) -> String {
        switch status {
        case .notFound: "not_found"
        case .methodNotAllowed: "method_not_allowed"
        case .requestTimeout: "timeout"
        case .lengthRequired: "length_required"
        case .contentTooLarge, .uriTooLong, .headerFieldsTooLarge: "too_large"
        case .notImplemented, .versionNotSupported: "not_implemented"
        default: status.code < 500 ? "bad_request" : "internal"
        }
    }

    private static func twirpCode(of status: HTTPStatus) -> String {
        switch status {
        case .notFound, .methodNotAllowed: "bad_route"
        case .requestTimeout: "deadline_exceeded"
        case .notImplemented, .versionNotSupported: "unimplemented"
        default: status.code < 500 ? "malformed" : "internal"
        }
    }
}
