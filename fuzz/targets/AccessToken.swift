import Core

/// Tokens: nobody's bytes are believed, and claims of any form, once signed, are read without a trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAccessToken(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let now = Duration.seconds(1_700_000_000)
    let secret: (String) -> String? = { $0 == "key" ? "secret" : nil }
    precondition(
        (try? AccessToken(verifying: bytes, now: now, secret: secret)) == nil, "only a signed token is believed")

    let input = forURL(Array(#"{"alg":"HS256"}"#.utf8)) + [0x2e] + forURL(bytes)
    let signed = input + [0x2e] + forURL(HMAC.sha256(key: "secret".utf8, input))
    guard let token = try? AccessToken(verifying: signed, now: now, secret: secret) else { return 0 }
    precondition(token.apiKey == "key", "the issuer is the one that was asked for")
    let again = try? AccessToken(verifying: token.signed(with: "secret").utf8, now: now, secret: secret)
    precondition(again == token, "a written token is the same")
    return 0
}

private func forURL(_ bytes: [UInt8]) -> [UInt8] {
    base64(bytes).filter { $0 != UInt8(ascii: "=") }.map { byte in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
    }
}
