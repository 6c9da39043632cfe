/// Where the state of a server is kept on this machine.
package enum StateDirectory {
    /// The variables that decide.
    package static let variables = ["SIPCTL_HOME", "XDG_STATE_HOME", "HOME"]

    /// The directory for these variables: `$SIPCTL_HOME`, else `$XDG_STATE_HOME/sipctl`, else `~/.local/state/sipctl`, else and
    /// for root `/var/lib/sipctl`. Empty variables count as unset.
    package static func path(_ variables: [String: String], isRoot: Bool) -> String {
        find(variables, isRoot: isRoot).path
    }

    /// The same with the variable that decided; nil when none did.
    package static func find(_ variables: [String: String], isRoot: Bool) -> (path: String, variable: String?) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let home = value("SIPCTL_HOME") { return (home, "SIPCTL_HOME") }
        if let state = value("XDG_STATE_HOME") { return (state + "/sipctl", "XDG_STATE_HOME") }
        if !isRoot, let home = value("HOME") { return (home + "/.local/state/sipctl", "HOME") }
        return ("/var/lib/sipctl", nil)
    }
}
