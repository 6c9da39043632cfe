internal import Core

/// The password of a trunk, which no command line and no output has in clear.
enum SecretOptions {
    static let user = Option<String>(
        "auth-user", "NAME", in: .authentication, "user name of the digest authentication",
        details: "The password comes from --auth-pass-file or SIPCTL_PASSWORD.")
    static let passwordFile = Option<InputPath>(
        "auth-pass-file", "FILE", in: .authentication, "file whose first line is the password; - is standard input")
    static let password = Option<String>(
        "auth-pass", "PASSWORD", in: .authentication, "the password", environment: "SIPCTL_PASSWORD", hidden: true)
    static let show = Flag("show-secrets", in: .output, "print passwords instead of ***")

    static let all: [any DeclaredOption] = [user, passwordFile, password]

    /// What stands for a password where it is not shown.
    static let mask = "***"

    /// Writes what was given into the two fields. The password of the environment counts only with `--auth-user`.
    static func apply(
        _ options: ParsedOptions, username: inout String, password: inout String
    ) throws(Failure) {
        if let name = options[user] {
            username = name
            if name.isEmpty { password = "" }
        }
        if let path = options[passwordFile] {
            password = try firstLine(path)
        } else if let word = options[Self.password], options[user] != nil {
            password = word
        }
    }

    private static func firstLine(_ path: InputPath) throws(Failure) -> String {
        let file = try InputFile(path)
        var text: [UInt8] = []
        while text.count < 4096, !text.contains(0x0a), try file.read(into: &text) {}
        let line = text.prefix { $0 != 0x0a && $0 != 0x0d }
        guard !line.isEmpty else { throw Failure(.local, "\(file.name) has no password in its first line") }
        return String(decoding: line, as: UTF8.self)
    }
}
