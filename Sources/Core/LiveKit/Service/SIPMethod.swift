/// The methods of the service `livekit.SIP`; the raw value is the last part of the path.
package enum SIPMethod: String, Sendable, CaseIterable {
    case createInboundTrunk = "CreateSIPInboundTrunk"
    case createOutboundTrunk = "CreateSIPOutboundTrunk"
    case updateInboundTrunk = "UpdateSIPInboundTrunk"
    case updateOutboundTrunk = "UpdateSIPOutboundTrunk"
    case getInboundTrunk = "GetSIPInboundTrunk"
    case getOutboundTrunk = "GetSIPOutboundTrunk"
    case listInboundTrunk = "ListSIPInboundTrunk"
    case listOutboundTrunk = "ListSIPOutboundTrunk"
    /// Deprecated.
    case listTrunk = "ListSIPTrunk"
    case deleteTrunk = "DeleteSIPTrunk"
    case createDispatchRule = "CreateSIPDispatchRule"
    case updateDispatchRule = "UpdateSIPDispatchRule"
    case listDispatchRule = "ListSIPDispatchRule"
    case deleteDispatchRule = "DeleteSIPDispatchRule"
    case createParticipant = "CreateSIPParticipant"
    case transferParticipant = "TransferSIPParticipant"

    /// The path of the method: `/twirp/livekit.SIP/CreateSIPInboundTrunk`.
    package var path: String { "/twirp/livekit.SIP/\(rawValue)" }

    /// Whether the method places or moves a call, which only a running server can; all others work on the table alone.
    package var needsServer: Bool { self == .createParticipant || self == .transferParticipant }

    /// The permission that a token must have (livekit API section 3). A transfer needs `roomAdmin` of the room, too.
    package var grant: SIPGrant { needsServer ? SIPGrant(call: true) : SIPGrant(admin: true) }
}

/// How requests and responses are written.
package enum APIEncoding: Sendable {
    case json
    case protobuf

    /// By the media type of a request; nil when the service does not know it.
    package init?(contentType: String?) {
        switch contentType {
        case "application/json": self = .json
        case "application/protobuf": self = .protobuf
        default: return nil
        }
    }

    package var contentType: String { self == .json ? "application/json" : "application/protobuf" }

    /// Reads the body of a request.
    package func read<M: ProtobufMessage>(_ body: [UInt8], as type: M.Type = M.self) throws(TwirpError) -> M {
        switch self {
        case .json: do throws(FieldError) { return try M(json: body) } catch { throw TwirpError(error) }
        case .protobuf: do throws(ProtobufError) { return try M(protobuf: body) } catch { throw TwirpError(error) }
        }
    }

    /// Writes the body of a response.
    package func write(_ message: some ProtobufMessage) -> [UInt8] { self == .json ? message.json() : message.protobuf }
}
