/// Why the control socket did not do what was asked, as it stands in the body of the answer below `/v1`:
/// `{"error":{"code":"not_found","message":"…"}}`.
package struct ControlProblem: Error, Hashable, Sendable {
    /// For programs.
    package var code: String
    /// One sentence for a person.
    package var message: String

    package init(_ code: String, _ message: String) { (self.code, self.message) = (code, message) }

    /// The body of the answer.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.beginObject()
        json.key("code")
        json.string(code)
        json.key("message")
        json.string(message)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    /// Reads the body of an answer; nil when it is none of ours.
    package init?(json text: [UInt8]) {
        guard let error = (try? JSONValue(parsing: text))?["error"], let code = error["code"]?.bytes else { return nil }
        self.init(code.text, error["message"]?.bytes?.text ?? "")
    }
}
