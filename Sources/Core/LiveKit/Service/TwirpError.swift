/// What kind of error it is; the raw value is the code on the wire (Twirp, "Error Codes").
package enum TwirpCode: String, Sendable, CaseIterable {
    case canceled
    case unknown
    case invalidArgument = "invalid_argument"
    case malformed
    case deadlineExceeded = "deadline_exceeded"
    case notFound = "not_found"
    case badRoute = "bad_route"
    case alreadyExists = "already_exists"
    case permissionDenied = "permission_denied"
    case unauthenticated
    case resourceExhausted = "resource_exhausted"
    case failedPrecondition = "failed_precondition"
    case aborted
    case outOfRange = "out_of_range"
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss = "data_loss"

    /// The status of the HTTP response (livekit API section 1).
    package var httpStatus: Int {
        switch self {
        case .canceled, .deadlineExceeded: 408
        case .unknown, .internal, .dataLoss: 500
        case .invalidArgument, .malformed, .outOfRange: 400
        case .notFound, .badRoute: 404
        case .alreadyExists, .aborted: 409
        case .permissionDenied: 403
        case .unauthenticated: 401
        case .resourceExhausted: 429
        case .failedPrecondition: 412
        case .unimplemented: 501
        case .unavailable: 503
        }
    }
}

/// A call of the API that failed.
package struct TwirpError: Error, Hashable, Sendable {
    package var code: TwirpCode
    /// One sentence for a person.
    package var message: String
    /// For programs: `argument`, `sip_status_code`, `sip_status`.
    package var meta: [String: String]

    package init(_ code: TwirpCode, _ message: String, meta: [String: String] = [:]) {
        (self.code, self.message, self.meta) = (code, message, meta)
    }

    /// A request that cannot be read.
    package init(_ error: FieldError) {
        self.init(.malformed, "the json request could not be decoded: \(error.sentence)")
    }

    /// A request that cannot be read.
    package init(_ error: ProtobufError) {
        self.init(
            .malformed,
            "the protobuf request could not be decoded: \(error.reason.rawValue) at byte \(error.offset)")
    }

    /// What is wrong with an argument: `address` and `must not be empty`.
    package static func invalid(_ argument: String, _ complaint: String) -> Self {
        Self(.invalidArgument, "\(argument): \(complaint)", meta: ["argument": argument])
    }

    /// The body of the response; always JSON.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("code")
        json.string(code.rawValue)
        json.key("msg")
        json.string(message)
        if !meta.isEmpty {
            json.key("meta")
            json.beginObject()
            for (key, value) in meta.sorted(by: { $0.key < $1.key }) {
                json.key(key.utf8)
                json.string(value)
            }
            json.endObject()
        }
        json.endObject()
        return json.bytes
    }

    /// Reads the body of a response; nil when it is none of Twirp's.
    package init?(json body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body), let code = value["code"]?.bytes?.text else { return nil }
        self.init(TwirpCode(rawValue: code) ?? .unknown, value["msg"]?.bytes?.text ?? "")
        for member in value["meta"]?.members ?? [] {
            if case .string(let text) = member.value { meta[member.key.text] = text.text }
        }
    }
}
