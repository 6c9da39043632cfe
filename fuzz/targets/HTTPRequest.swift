import Core

/// Request targets, URLs, field values and routes: no trap, what is escaped reads the same again, and no value breaks out of its line.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPRequest(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let target = HTTPTarget(bytes), !target.isAsterisk {
        let path = "/" + target.segments.map(HTTPTarget.escaped).joined(separator: "/")
        let query = target.query.map { HTTPTarget.escaped($0.name) + "=" + HTTPTarget.escaped($0.value) }
        let again = HTTPTarget(Array((path + "?" + query.joined(separator: "&")).utf8))
        precondition(again?.query == target.query, "an escaped query is the same")
        // A path of one empty segment is written as the root.
        precondition(again?.segments == target.segments || target.segments == [""], "an escaped path is the same")
        var routes = HTTPRoutes<Int>()
        routes.add(.get, "/v1/calls/{id}", 1)
        routes.add(.post, path, 2)
        routes.add(.get, "/*", 3)
        if case .notFound = routes.match(.get, target) { preconditionFailure("everything is below the root") }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let url = HTTPURL(text) {
        let written = "\(url.isSecure ? "https" : "http")://\(url.hostField)\(url.basePath)"
        precondition(HTTPURL(written) == url, "a written URL is the same")
    }
    let head = HTTPWriter.responseHead(.ok, ["X": text, text: "y"], .length(0), closes: false)
    let lines = head.split(separator: 0x0a, omittingEmptySubsequences: false).count
    precondition(lines == (head.count(where: { $0 == 0x0d }) + 1) && lines <= 6, "a value stays in its line")
    _ = HTTPHeaders(["A": text]).list("a")
    return 0
}
