extension HeaderName {
    /// The header field that `bytes[start..<end]` names, in its long or compact form. The bytes must be a token: then
    /// setting bit 5 folds the case of letters and lets no two other characters of a known name meet.
    static func known(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> HeaderName {
        let length = end &- start
        guard length > 0, length <= 24 else { return .other }
        let first = bytes.foldedWord(at: start, length: min(length, 8))
        guard length > 8 else { return short(first) }
        let second = bytes.foldedWord(at: start &+ 8, length: min(length &- 8, 8))
        guard length > 16 else { return middle(first, second) }
        return long(first, second, bytes.foldedWord(at: start &+ 16, length: length &- 16))
    }

    /// The known header field whose name begins at `start` and is followed at once by its colon, and where that is. Nil when
    /// a closer look is needed. A CR for a hyphen is not told apart: whoever looks for control characters finds it.
    @inline(always)
    static func beforeColon(_ bytes: Span<UInt8>, from start: Int) -> (name: HeaderName, colon: Int)? {
        guard start &+ 32 <= bytes.count else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        words.0 = bytes.word(at: start, length: 8)
        if let length = colon(in: words.0) {
            guard length > 0 else { return nil }
            return known(short(folded(words.0, length)), start &+ length)
        }
        words.1 = bytes.word(at: start &+ 8, length: 8)
        if let length = colon(in: words.1) {
            let name = length > 0 ? middle(folded(words.0, 8), folded(words.1, length)) : short(folded(words.0, 8))
            return known(name, start &+ 8 &+ length)
        }
        words.2 = bytes.word(at: start &+ 16, length: 8)
        guard let length = colon(in: words.2) else { return nil }
        let name =
            length > 0
            ? long(folded(words.0, 8), folded(words.1, 8), folded(words.2, length))
            : middle(folded(words.0, 8), folded(words.1, 8))
        return known(name, start &+ 16 &+ length)
    }

    @inline(always)
    private static func known(_ name: HeaderName, _ colon: Int) -> (name: HeaderName, colon: Int)? {
        name == .other ? nil : (name, colon)
    }

    /// The first `length` bytes of a word, 1...8, with bit 5 set.
    @inline(always)
    private static func folded(_ word: UInt64, _ length: Int) -> UInt64 {
        (word | 0x2020_2020_2020_2020) & (~0 >> UInt64(truncatingIfNeeded: 64 &- 8 &* length))
    }

    /// The index of the first colon among the eight bytes of a word.
    @inline(always)
    private static func colon(in word: UInt64) -> Int? {
        let zeroes = word ^ 0x3a3a_3a3a_3a3a_3a3a
        let found = (zeroes &- 0x0101_0101_0101_0101) & ~zeroes & 0x8080_8080_8080_8080
        return found == 0 ? nil : found.trailingZeroBitCount >> 3
    }

    /// The header field with this name, in any case and in its long or compact form; `other` when it is not known.
    package init(_ name: some Collection<UInt8>) {
        let bytes = Array(name)
        let isToken = bytes.allSatisfy { $0.isIn(.token) }
        self = isToken ? Self.known(bytes.span, from: 0, to: bytes.count) : .other
    }

    package init(_ name: String) { self.init(name.utf8) }

    // The words below are the names, eight letters a word, the first letter in the lowest byte. Compact forms: RFC 3261
    // §7.3.3 and the registry of header fields.

    private static func short(_ word: UInt64) -> HeaderName {
        switch word {
        case 0x61: .acceptContact
        case 0x75: .allowEvents
        case 0x69: .callID
        case 0x6d: .contact
        case 0x65: .contentEncoding
        case 0x6c: .contentLength
        case 0x63: .contentType
        case 0x6f: .event
        case 0x66: .from
        case 0x79: .identity
        case 0x6e: .identityInfo
        case 0x72: .referTo
        case 0x62: .referredBy
        case 0x6a: .rejectContact
        case 0x64: .requestDisposition
        case 0x78: .sessionExpires
        case 0x73: .subject
        case 0x6b: .supported
        case 0x74: .to
        case 0x76: .via
        case 0x747065636361: .accept
        case 0x776f6c6c61: .allow
        case 0x64692d6c6c6163: .callID
        case 0x746361746e6f63: .contact
        case 0x71657363: .cseq
        case 0x65746164: .date
        case 0x746e657665: .event
        case 0x73657269707865: .expires
        case 0x6d6f7266: .from
        case 0x797469746e656469: .identity
        case 0x6e696f6a: .join
        case 0x65732d6e696d: .minSE
        case 0x68746170: .path
        case 0x797469726f697270: .priority
        case 0x79636176697270: .privacy
        case 0x6b636172: .rack
        case 0x6e6f73616572: .reason
        case 0x6f742d7265666572: .referTo
        case 0x736563616c706572: .replaces
        case 0x6f742d796c706572: .replyTo
        case 0x65726975716572: .require
        case 0x6574756f72: .route
        case 0x71657372: .rseq
        case 0x726576726573: .server
        case 0x676174652d706973: .sipETag
        case 0x7463656a627573: .subject
        case 0x6f74: .to
        case 0x616976: .via
        case 0x676e696e726177: .warning
        default: .other
        }
    }

    private static func middle(_ first: UInt64, _ second: UInt64) -> HeaderName {
        switch first {
        case 0x632d747065636361:
            second == 0x746361746e6f ? .acceptContact : .other
        case 0x652d747065636361:
            second == 0x676e69646f636e ? .acceptEncoding : .other
        case 0x6c2d747065636361:
            second == 0x65676175676e61 ? .acceptLanguage : .other
        case 0x6e692d7472656c61:
            second == 0x6f66 ? .alertInfo : .other
        case 0x76652d776f6c6c61:
            second == 0x73746e65 ? .allowEvents : .other
        case 0x7a69726f68747561:
            second == 0x6e6f697461 ? .authorization : .other
        case 0x666e692d6c6c6163:
            second == 0x6f ? .callInfo : .other
        case 0x2d746e65746e6f63:
            if second == 0x676e69646f636e65 {
                .contentEncoding
            } else if second == 0x6469 {
                .contentID
            } else if second == 0x65676175676e616c {
                .contentLanguage
            } else if second == 0x6874676e656c {
                .contentLength
            } else if second == 0x65707974 {
                .contentType
            } else {
                .other
            }
        case 0x6f69737265766964:
            second == 0x6e ? .diversion : .other
        case 0x6e692d726f727265:
            second == 0x6f66 ? .errorInfo : .other
        case 0x6d69742d776f6c66:
            second == 0x7265 ? .flowTimer : .other
        case 0x7461636f6c6f6567:
            second == 0x6e6f69 ? .geolocation : .other
        case 0x2d79726f74736968:
            second == 0x6f666e69 ? .historyInfo : .other
        case 0x797469746e656469:
            second == 0x6f666e692d ? .identityInfo : .other
        case 0x6361702d6f666e69:
            second == 0x6567616b ? .infoPackage : .other
        case 0x796c7065722d6e69:
            second == 0x6f742d ? .inReplyTo : .other
        case 0x616572622d78616d:
            second == 0x687464 ? .maxBreadth : .other
        case 0x77726f662d78616d:
            second == 0x73647261 ? .maxForwards : .other
        case 0x7265762d656d696d:
            second == 0x6e6f6973 ? .mimeVersion : .other
        case 0x697078652d6e696d:
            second == 0x736572 ? .minExpires : .other
        case 0x617a696e6167726f:
            second == 0x6e6f6974 ? .organization : .other
        case 0x69636f7373612d70:
            second == 0x6972752d64657461 ? .pAssociatedURI : .other
        case 0x2d796c7261652d70:
            second == 0x616964656d ? .pEarlyMedia : .other
        case 0x65722d79786f7270:
            second == 0x6572697571 ? .proxyRequire : .other
        case 0x722d64726f636572:
            second == 0x6574756f ? .recordRoute : .other
        case 0x666e692d76636572:
            second == 0x6f ? .recvInfo : .other
        case 0x75732d7265666572:
            second == 0x62 ? .referSub : .other
        case 0x6465727265666572:
            second == 0x79622d ? .referredBy : .other
        case 0x632d7463656a6572:
            second == 0x746361746e6f ? .rejectContact : .other
        case 0x702d65746f6d6572:
            second == 0x64692d79747261 ? .remotePartyID : .other
        case 0x66612d7972746572:
            second == 0x726574 ? .retryAfter : .other
        case 0x2d65636976726573:
            second == 0x6574756f72 ? .serviceRoute : .other
        case 0x2d6e6f6973736573:
            if second == 0x73657269707865 {
                .sessionExpires
            } else if second == 0x6469 {
                .sessionID
            } else {
                .other
            }
        case 0x6d2d66692d706973:
            second == 0x68637461 ? .sipIfMatch : .other
        case 0x6574726f70707573:
            second == 0x64 ? .supported : .other
        case 0x6d617473656d6974:
            second == 0x70 ? .timestamp : .other
        case 0x726f707075736e75:
            second == 0x646574 ? .unsupported : .other
        case 0x6567612d72657375:
            second == 0x746e ? .userAgent : .other
        case 0x2d6f742d72657375:
            second == 0x72657375 ? .userToUser : .other
        case 0x687475612d777777:
            second == 0x6574616369746e65 ? .wwwAuthenticate : .other
        default: .other
        }
    }

    private static func long(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> HeaderName {
        switch first {
        case 0x69746e6568747561:
            second == 0x692d6e6f69746163 && third == 0x6f666e ? .authenticationInfo : .other
        case 0x2d746e65746e6f63:
            second == 0x7469736f70736964 && third == 0x6e6f69 ? .contentDisposition : .other
        case 0x7373656363612d70:
            second == 0x6b726f7774656e2d && third == 0x6f666e692d ? .pAccessNetworkInfo : .other
        case 0x7472657373612d70:
            second == 0x746e6564692d6465 && third == 0x797469 ? .pAssertedIdentity : .other
        case 0x64656c6c61632d70:
            second == 0x692d79747261702d && third == 0x64 ? .pCalledPartyID : .other
        case 0x6967726168632d70:
            second == 0x6f746365762d676e && third == 0x72 ? .pChargingVector : .other
        case 0x7265666572702d70:
            second == 0x6e6564692d646572 && third == 0x79746974 ? .pPreferredIdentity : .other
        case 0x6574697369762d70:
            second == 0x726f7774656e2d64 && third == 0x64692d6b ? .pVisitedNetworkID : .other
        case 0x75612d79786f7270:
            if second == 0x616369746e656874 && third == 0x6574 {
                .proxyAuthenticate
            } else if second == 0x74617a69726f6874 && third == 0x6e6f69 {
                .proxyAuthorization
            } else {
                .other
            }
        case 0x2d74736575716572:
            second == 0x7469736f70736964 && third == 0x6e6f69 ? .requestDisposition : .other
        case 0x656372756f736572:
            second == 0x7469726f6972702d && third == 0x79 ? .resourcePriority : .other
        case 0x7069726373627573:
            second == 0x6174732d6e6f6974 && third == 0x6574 ? .subscriptionState : .other
        default: .other
        }
    }
}
