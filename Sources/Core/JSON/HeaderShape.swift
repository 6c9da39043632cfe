/// What the value of a header field looks like in JSON (docs/json.md). A value that does not have its shape is text.
enum HeaderShape {
    /// `{"display_name", "uri", "params"}`; a list of them when several may stand in one field.
    case address
    case via
    /// `{"number", "method"}`.
    case cseq
    /// `{"rseq", "cseq", "method"}`.
    case rack
    case number
    /// `{"number", "params"}`.
    case numberWithParameters
    case token
    /// `{"value", "params"}`.
    case item
    /// `{"scheme", "params"}`.
    case credentials
    case text

    init(of name: HeaderName) {
        switch name {
        case .from, .to, .contact, .route, .recordRoute, .path, .serviceRoute, .referTo, .referredBy, .replyTo,
            .pAssertedIdentity, .pPreferredIdentity, .pAssociatedURI, .pCalledPartyID, .remotePartyID, .diversion,
            .historyInfo, .alertInfo, .callInfo, .errorInfo:
            self = .address
        case .via: self = .via
        case .cseq: self = .cseq
        case .rack: self = .rack
        case .maxForwards, .contentLength, .expires, .minExpires, .rseq, .maxBreadth, .flowTimer: self = .number
        case .sessionExpires, .minSE, .retryAfter: self = .numberWithParameters
        case .allow, .supported, .require, .proxyRequire, .unsupported, .allowEvents, .recvInfo, .contentEncoding,
            .contentLanguage, .inReplyTo:
            self = .token
        case .contentType, .contentDisposition, .accept, .acceptEncoding, .acceptLanguage, .event, .infoPackage,
            .subscriptionState, .reason, .replaces, .join, .sessionID, .pChargingVector, .pAccessNetworkInfo:
            self = .item
        case .wwwAuthenticate, .proxyAuthenticate, .authorization, .proxyAuthorization: self = .credentials
        default: self = .text
        }
    }
}
