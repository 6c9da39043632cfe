/// Everything that is known about one key: the parser, `config show`, the documentation and errors read it here.
package struct ConfigurationKey: Sendable {
    /// When a changed value counts after SIGHUP.
    package enum Reload: String, Hashable, Sendable, CaseIterable {
        /// For what happens next, in running calls too.
        case now
        /// For calls that begin afterwards.
        case newCalls = "new_calls"
        /// Only after a restart.
        case restart

        /// In words, after "counts".
        package var words: String {
            switch self {
            case .now: "at once"
            case .newCalls: "for new calls"
            case .restart: "after a restart"
            }
        }
    }

    /// The names of the groups and of the key: `tls.certs`.
    package let path: String
    /// What its value must be: `a port`.
    package let kindName: String
    /// Its bounds; empty where the kind says it all.
    package let range: String
    /// One sentence without a full stop.
    package let meaning: String
    /// What holds when it is not given, where that is no fixed value; else empty.
    package let defaultNote: String
    package let reload: Reload
    /// Whether its value is shown nowhere.
    package let isSecret: Bool
    /// The variable that is read when the file does not have it.
    package let environment: String?
    /// Why it has no effect in this version; nil when it has one.
    package private(set) var idle: String?

    let read: @Sendable (ConfigurationNode, inout Configuration) throws(ConfigurationFault) -> Void
    let copy: @Sendable (Configuration, inout Configuration) -> Void
    /// The value in force, secrets included.
    let value: @Sendable (Configuration) -> ConfigurationValue

    init<Value>(
        _ path: String, _ kind: ConfigurationKind<Value>, _ field: any WritableKeyPath<Configuration, Value> & Sendable,
        _ meaning: String, reload: Reload = .restart, default note: String = "", secret: Bool = false,
        environment: String? = nil, inForce: (@Sendable (Configuration) -> ConfigurationValue)? = nil
    ) {
        (self.path, kindName, range, self.meaning) = (path, kind.name, kind.range, meaning)
        (self.reload, defaultNote, isSecret, self.environment) = (reload, note, secret, environment)
        read = { node, configuration throws(ConfigurationFault) in configuration[keyPath: field] = try kind.read(node) }
        copy = { source, target in target[keyPath: field] = source[keyPath: field] }
        value = inForce ?? { kind.show($0[keyPath: field]) }
    }

    /// A key of a field that may be unset.
    init<Value>(
        _ path: String, optional kind: ConfigurationKind<Value>,
        _ field: any WritableKeyPath<Configuration, Value?> & Sendable, _ meaning: String, reload: Reload = .restart,
        default note: String, inForce: (@Sendable (Configuration) -> ConfigurationValue)? = nil
    ) {
        self.init(path, kind.optional, field, meaning, reload: reload, default: note, inForce: inForce)
    }

    /// The same key, marked as one that has no effect in this version.
    func idle(_ reason: String) -> Self {
        var key = self
        key.idle = reason
        return key
    }

    /// The name within its group.
    package var name: Substring { path.lastIndex(of: ".").map { path[path.index(after: $0)...] } ?? path[...] }

    /// The group's path; empty at the top.
    package var group: Substring { path.lastIndex(of: ".").map { path[..<$0] } ?? "" }

    /// The value in force as it may be shown: `***` for a secret that is set.
    package func shown(_ configuration: Configuration) -> ConfigurationValue {
        let value = value(configuration)
        return isSecret && !value.isEmpty ? .text("***") : value
    }

    /// The default as documentation has it.
    package var defaultText: String { defaultNote.isEmpty ? value(Configuration()).description : defaultNote }
}
