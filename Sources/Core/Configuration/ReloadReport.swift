/// What reading the configuration anew did, key by key: for the log and for the answer of the control socket.
package struct ReloadReport: Hashable, Sendable {
    /// Keys whose new values count now, or for new calls.
    package private(set) var reloaded: [ConfigurationChange] = []
    /// Keys whose new values wait for a restart.
    package private(set) var waiting: [ConfigurationChange] = []
    /// Keys whose values count for nothing: this version does not read them, or the command line says otherwise.
    package private(set) var ignored: [ConfigurationChange] = []

    /// - Parameter overridden: keys that the command line decides.
    package init(_ changes: [ConfigurationChange], overridden: Set<String> = []) {
        for change in changes {
            if change.isIdle || overridden.contains(change.path) {
                ignored.append(change)
            } else if change.reload == .restart {
                waiting.append(change)
            } else {
                reloaded.append(change)
            }
        }
    }

    /// One line each for a person: what is new, what waits, what has no effect.
    package var sentences: [String] {
        var lines = ["trunks and rules are read anew"]
        if reloaded.isEmpty, waiting.isEmpty, ignored.isEmpty { lines[0] += "; the configuration has not changed" }
        for change in reloaded {
            lines.append("\(change.path) is \(change.new) (was \(change.old)), \(change.reload.words)")
        }
        if !waiting.isEmpty { lines.append("these keys count after a restart: \(Self.list(waiting))") }
        if !ignored.isEmpty { lines.append("these keys have no effect here: \(Self.list(ignored))") }
        return lines
    }

    /// The answer to `POST /v1/reload`.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        let fixed = ["trunks", "dispatch_rules"]
        for (name, keys) in [
            ("reloaded", reloaded.map(\.path) + fixed), ("needs_restart", waiting.map(\.path)),
            ("no_effect", ignored.map(\.path)),
        ] {
            json.key(name.utf8)
            json.beginArray()
            for key in keys { json.string(key) }
            json.endArray()
        }
        json.endObject()
        return json.bytes
    }

    private static func list(_ changes: [ConfigurationChange]) -> String {
        changes.map(\.path).joined(separator: ", ")
    }
}
