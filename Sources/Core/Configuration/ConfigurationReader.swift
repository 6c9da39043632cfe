/// A configuration with what is to be said about it.
package struct LoadedConfiguration: Hashable, Sendable {
    /// Where the value of a key comes from.
    package enum Origin: Hashable, Sendable {
        case file(ConfigurationNode.Position)
        case environment(String)
    }

    package var configuration = Configuration()
    /// By path; a key that is missing here has its default.
    package var origins: [String: Origin] = [:]
    /// Everything that is wrong, in the order of the file; with one of these the configuration is not to be used.
    package var faults: [ConfigurationFault] = []

    package init() {}

    /// The keys that are given but have no effect in this version, with where and why.
    package var idle: [(key: ConfigurationKey, origin: Origin, because: String)] {
        ConfigurationTable.keys.compactMap { key in
            guard let because = key.idle, let origin = origins[key.path] else { return nil }
            return (key, origin, because)
        }
    }
}

extension LoadedConfiguration {
    /// Reads a file's tree, nil for no file; what it does not have comes from `variables`, the environment of these names, then
    /// from the defaults. Where the state is kept depends on `isRoot` too (`StateDirectory`).
    package init(
        _ root: ConfigurationNode?, variables: [String: String] = [:],
        isRoot: Bool = true
    ) {
        let state = StateDirectory.find(variables, isRoot: isRoot)
        configuration.state.directory = state.path
        if let root { readGroup(root, "") }
        if origins["state_dir"] == nil, let name = state.variable { origins["state_dir"] = .environment(name) }
        for key in ConfigurationTable.keys where origins[key.path] == nil {
            guard let name = key.environment, let text = variables[name], !text.isEmpty else { continue }
            let node = ConfigurationNode(.scalar(text, isQuoted: true), at: .init(line: 0, column: 0))
            do throws(ConfigurationFault) {
                try key.read(node, &configuration)
                origins[key.path] = .environment(name)
            } catch {
                faults.append(ConfigurationFault(error.reason, path: "\(name) (\(key.path))"))
            }
        }
        if configuration.admission.maximumCPU == 0 { configuration.admission.maximumCPU = 0.9 }
        checkTogether()
        faults.sort { ($0.position ?? .init(line: .max, column: 0)) < ($1.position ?? .init(line: .max, column: 0)) }
    }

    private mutating func readGroup(_ node: ConfigurationNode, _ group: String) {
        let entries: [ConfigurationNode.Entry]
        do throws(ConfigurationFault) {
            entries = try node.entries("a group of keys")
        } catch {
            faults.append(
                ConfigurationFault(error.reason, path: group.isEmpty ? "the file" : group, at: error.position))
            return
        }
        for entry in entries {
            let path = group.isEmpty ? entry.key : "\(group).\(entry.key)"
            if let key = ConfigurationTable.byPath[path] {
                read(key, entry)
            } else if ConfigurationTable.groups.contains(path) {
                readGroup(entry.value, path)
            } else {
                let siblings = ConfigurationTable.names(in: group)
                faults.append(.init(.unknownKey(siblings: siblings), path: path, at: entry.position))
            }
        }
    }

    private mutating func read(_ key: ConfigurationKey, _ entry: ConfigurationNode.Entry) {
        // A key without a value is one that was left out (Go's reader does the same).
        guard !entry.value.isNull else { return }
        do throws(ConfigurationFault) {
            try key.read(entry.value, &configuration)
            origins[key.path] = .file(entry.position)
        } catch {
            let path = error.path.isEmpty ? key.path : "\(key.path).\(error.path)"
            faults.append(ConfigurationFault(error.reason, path: path, at: error.position))
        }
    }
}
