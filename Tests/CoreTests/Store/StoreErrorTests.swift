import Core
import Testing

@Suite("StoreError: what failed, on what, why, what to try")
struct StoreErrorTests {
    static let reasons: [StoreError.Reason] = [
        .corrupt(detail: "file is not a database"), .foreign, .locked, .readOnly,
        .forbidden(detail: "permission denied"),
        .full, .newerSchema(found: 9, known: 1), .undecodable(object: "ST_a", detail: "field 3"),
        .unreachable(detail: "connection refused"), .wrongPassword(username: ""), .wrongPassword(username: "u"),
        .tlsRefused(detail: "self-signed certificate"), .refused(detail: "NOPERM"), .notFound(id: "SCL_a"), .overloaded,
        .closed, .failed(detail: "out of memory"),
    ]

    @Test("every reason is one sentence that names the store and ends in advice", arguments: reasons)
    func sentence(reason: StoreError.Reason) {
        let text = "\(StoreError(reason, "/var/lib/sipctl/sipctl.db"))"
        #expect(text == "the store /var/lib/sipctl/sipctl.db \(reason.complaint); \(reason.advice)")
        #expect(!reason.complaint.isEmpty && !reason.advice.isEmpty)
        #expect(!text.contains("\n") && !text.hasSuffix("."))
    }

    @Test("a newer schema names both versions")
    func newerSchema() {
        #expect(
            "\(StoreError(.newerSchema(found: 9, known: 1), "s"))"
                == "the store s was written by a later version (schema 9; this one knows 1); "
                + "use that version or a later one; nothing was changed")
    }
}
