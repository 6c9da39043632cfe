/// A header field by its name. Known names are told apart once, when a message is parsed; comparison ignores case and
/// resolves compact forms (RFC 3261 §7.3.1, §7.3.3).
package enum HeaderName: UInt8, Hashable, Sendable, CaseIterable {
    /// A name this project does not know; its bytes are in the message.
    case other = 0
    case accept, acceptContact, acceptEncoding, acceptLanguage, alertInfo, allow, allowEvents, authenticationInfo,
        authorization, callID, callInfo, contact, contentDisposition, contentEncoding, contentID, contentLanguage,
        contentLength, contentType, cseq, date, diversion, errorInfo, event, expires, flowTimer, from, geolocation,
        historyInfo, identity, identityInfo, infoPackage, inReplyTo, join, maxBreadth, maxForwards, mimeVersion,
        minExpires, minSE, organization, pAccessNetworkInfo, pAssertedIdentity, pAssociatedURI, pCalledPartyID,
        pChargingVector, pEarlyMedia, pPreferredIdentity, pVisitedNetworkID, path, priority, privacy,
        proxyAuthenticate, proxyAuthorization, proxyRequire, rack, reason, recordRoute, recvInfo, referSub, referTo,
        referredBy, rejectContact, remotePartyID, replaces, replyTo, requestDisposition, require, resourcePriority,
        retryAfter, route, rseq, server, serviceRoute, sessionExpires, sessionID, sipETag, sipIfMatch, subject,
        subscriptionState, supported, timestamp, to, unsupported, userAgent, userToUser, via, warning,
        wwwAuthenticate

    /// The long form as the standards write it; empty for `other`.
    package var canonical: StaticString {
        switch self {
        case .other: ""
        case .accept: "Accept"
        case .acceptContact: "Accept-Contact"
        case .acceptEncoding: "Accept-Encoding"
        case .acceptLanguage: "Accept-Language"
        case .alertInfo: "Alert-Info"
        case .allow: "Allow"
        case .allowEvents: "Allow-Events"
        case .authenticationInfo: "Authentication-Info"
        case .authorization: "Authorization"
        case .callID: "Call-ID"
        case .callInfo: "Call-Info"
        case .contact: "Contact"
        case .contentDisposition: "Content-Disposition"
        case .contentEncoding: "Content-Encoding"
        case .contentID: "Content-ID"
        case .contentLanguage: "Content-Language"
        case .contentLength: "Content-Length"
        case .contentType: "Content-Type"
        case .cseq: "CSeq"
        case .date: "Date"
        case .diversion: "Diversion"
        case .errorInfo: "Error-Info"
        case .event: "Event"
        case .expires: "Expires"
        case .flowTimer: "Flow-Timer"
        case .from: "From"
        case .geolocation: "Geolocation"
        case .historyInfo: "History-Info"
        case .identity: "Identity"
        case .identityInfo: "Identity-Info"
        case .infoPackage: "Info-Package"
        case .inReplyTo: "In-Reply-To"
        case .join: "Join"
        case .maxBreadth: "Max-Breadth"
        case .maxForwards: "Max-Forwards"
        case .mimeVersion: "MIME-Version"
        case .minExpires: "Min-Expires"
        case .minSE: "Min-SE"
        case .organization: "Organization"
        case .pAccessNetworkInfo: "P-Access-Network-Info"
        case .pAssertedIdentity: "P-Asserted-Identity"
        case .pAssociatedURI: "P-Associated-URI"
        case .pCalledPartyID: "P-Called-Party-ID"
        case .pChargingVector: "P-Charging-Vector"
        case .pEarlyMedia: "P-Early-Media"
        case .pPreferredIdentity: "P-Preferred-Identity"
        case .pVisitedNetworkID: "P-Visited-Network-ID"
        case .path: "Path"
        case .priority: "Priority"
        case .privacy: "Privacy"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .proxyAuthorization: "Proxy-Authorization"
        case .proxyRequire: "Proxy-Require"
        case .rack: "RAck"
        case .reason: "Reason"
        case .recordRoute: "Record-Route"
        case .recvInfo: "Recv-Info"
        case .referSub: "Refer-Sub"
        case .referTo: "Refer-To"
        case .referredBy: "Referred-By"
        case .rejectContact: "Reject-Contact"
        case .remotePartyID: "Remote-Party-ID"
        case .replaces: "Replaces"
        case .replyTo: "Reply-To"
        case .requestDisposition: "Request-Disposition"
        case .require: "Require"
        case .resourcePriority: "Resource-Priority"
        case .retryAfter: "Retry-After"
        case .route: "Route"
        case .rseq: "RSeq"
        case .server: "Server"
        case .serviceRoute: "Service-Route"
        case .sessionExpires: "Session-Expires"
        case .sessionID: "Session-ID"
        case .sipETag: "SIP-ETag"
        case .sipIfMatch: "SIP-If-Match"
        case .subject: "Subject"
        case .subscriptionState: "Subscription-State"
        case .supported: "Supported"
        case .timestamp: "Timestamp"
        case .to: "To"
        case .unsupported: "Unsupported"
        case .userAgent: "User-Agent"
        case .userToUser: "User-to-User"
        case .via: "Via"
        case .warning: "Warning"
        case .wwwAuthenticate: "WWW-Authenticate"
        }
    }

    /// Whether several values in one field are separated by commas, so that each is a value of its own (§7.3.1). Not so
    /// for challenges and credentials, whose parameters are separated by commas (§20.7), dates and free text.
    package var isCommaList: Bool { HeaderNameSet.commaLists.contains(self) }

    /// Whether a second field of this name makes the message malformed (§7.3.1). Only the fields that decide how the
    /// message is handled are listed: the rest may be ignored when wrong (§8.2.2).
    package var mayOccurOnce: Bool { HeaderNameSet.single.contains(self) }
}

/// A set of known header names in two words.
package struct HeaderNameSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    package init() {}

    private init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

    /// Whether the set holds `name`.
    @inline(__always)
    package func contains(_ name: HeaderName) -> Bool {
        let bit = name.rawValue
        return (bit < 64 ? low : high) >> UInt64(bit & 63) & 1 != 0
    }

    /// Adds `name`; false when it was there already.
    @inline(__always)
    package mutating func insert(_ name: HeaderName) -> Bool {
        let bit: UInt64 = 1 << UInt64(name.rawValue & 63)
        if name.rawValue < 64 {
            guard low & bit == 0 else { return false }
            low |= bit
        } else {
            guard high & bit == 0 else { return false }
            high |= bit
        }
        return true
    }

    /// The fields whose values are comma-separated. A bit a raw value.
    fileprivate static var commaLists: HeaderNameSet {
        HeaderNameSet(low: 0x63a1e701186158fe, high: 0x000000000074812e)
    }
    /// The fields of which one is allowed. A bit a raw value.
    fileprivate static var single: HeaderNameSet {
        HeaderNameSet(low: 0x88400048058e0400, high: 0x0000000000020240)
    }
}
