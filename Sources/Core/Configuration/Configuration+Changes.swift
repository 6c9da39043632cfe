/// A key whose value is not what it was.
package struct ConfigurationChange: Hashable, Sendable {
    package let path: String
    /// As it may be shown; secrets are `***` on both sides.
    package let old: ConfigurationValue
    package let new: ConfigurationValue
    /// When the new value counts.
    package let reload: ConfigurationKey.Reload
    /// Whether the key has no effect in this version.
    package let isIdle: Bool
}

extension Configuration {
    /// What a reload changes, in the order of the table: `restart` among them says what has to wait for one.
    package static func changes(from old: Configuration, to new: Configuration) -> [ConfigurationChange] {
        ConfigurationTable.keys.compactMap { key in
            guard key.value(old) != key.value(new) else { return nil }
            return ConfigurationChange(
                path: key.path, old: key.shown(old), new: key.shown(new), reload: key.reload,
                isIdle: key.idle != nil)
        }
    }

    /// This configuration with those values of `new` that a running server can take.
    package func reloaded(from new: Configuration) -> Configuration {
        var result = self
        for key in ConfigurationTable.keys where key.reload != .restart { key.copy(new, &result) }
        return result
    }
}
