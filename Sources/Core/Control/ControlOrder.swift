/// What a request asks of one call: `POST /v1/calls/ID/WORD`.
package enum ControlOrder: Hashable, Sendable {
    /// Ends the call, with more header fields in the BYE, CANCEL or response.
    case hangup(headers: [String: String])
    /// Sends digits; `w` is half a second.
    case dtmf(String)
    case hold
    case resume
    /// Writes what is heard on both sides to a file of the server's machine.
    case record(path: String)
    case stopRecording

    /// The last part of the paths.
    package static let words = ["hangup", "dtmf", "hold", "resume", "record"]

    /// The last part of the path.
    package var word: String {
        switch self {
        case .hangup: "hangup"
        case .dtmf: "dtmf"
        case .hold: "hold"
        case .resume: "resume"
        case .record, .stopRecording: "record"
        }
    }

    /// The body of the request.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        switch self {
        case .hangup(let headers):
            json.key("headers")
            ControlKind.texts.write(headers, &json)
        case .dtmf(let digits):
            json.key("digits")
            json.string(digits)
        case .hold, .resume: break
        case .record(let path):
            json.key("path")
            json.string(path)
        case .stopRecording:
            json.key("stop")
            json.bool(true)
        }
        json.endObject()
        return json.bytes
    }

    /// Reads a request; an empty body is an empty object. Nil for a word that is none.
    package init?(_ word: String, json text: [UInt8]) throws(FieldError) {
        let body = text.isEmpty ? JSONValue.object([]) : try JSONValue(controlText: text)
        guard body.members != nil else { throw FieldError(.expected("an object")) }
        switch word {
        case "hangup":
            let headers = body["headers"] ?? .object([])
            do throws(FieldError) { self = .hangup(headers: try ControlKind.texts.read(headers)) } catch {
                throw error.inside("headers")
            }
        case "dtmf":
            let digits = try Self.text(body, "digits")
            guard Self.areDigits(digits) else { throw FieldError(.expected("digits 0-9 * # A-D and w"), at: "digits") }
            self = .dtmf(digits)
        case "hold": self = .hold
        case "resume": self = .resume
        case "record": self = body["stop"] == .bool(true) ? .stopRecording : .record(path: try Self.text(body, "path"))
        default: return nil
        }
    }

    /// Whether a text is digits that can be sent, and pauses; at least one.
    package static func areDigits(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x23, 0x2a, 0x41...0x44, 0x61...0x64, 0x57, 0x77: true
                default: false
                }
            }
    }

    private static func text(_ body: JSONValue, _ name: StaticString) throws(FieldError) -> String {
        guard let text = body[name]?.bytes?.text, !text.isEmpty else {
            throw FieldError(.expected("a string"), at: "\(name)")
        }
        return text
    }
}
