internal import Core
internal import IO

/// The options that name a configuration, and what is done with a wrong one. `serve` and `config` share them.
struct ConfigurationOptions {
    static let config = Option<InputPath>(
        "config", "FILE", in: .input, "the configuration, a YAML file; - is standard input",
        environment: "SIP_CONFIG_FILE")
    static let body = Option<String>(
        "config-body", "YAML", in: .input, "the configuration itself; wins over --config",
        environment: "SIP_CONFIG_BODY")

    static let all: [any DeclaredOption] = [config, body]

    let source: ConfigurationSource

    /// The source that was asked for; `file` is what stands on the command line as an argument.
    init(_ options: ParsedOptions, file: InputPath? = nil) {
        if let file {
            source = .file(file.text)
        } else if let body = options[Self.body] {
            source = .body(body, name: "the configuration body")
        } else {
            source = options[Self.config].map { .file($0.text) } ?? .none
        }
    }

    /// Reads the configuration, with all its faults.
    func read() throws(Failure) -> LoadedConfiguration {
        do throws(IOError) { return try LoadedConfiguration(source) } catch { throw Failure(.local, "\(error)") }
    }

    /// Reads the configuration to run with it; a faulty one is a failure that says where and what.
    func load() throws(Failure) -> LoadedConfiguration {
        let loaded = try read()
        guard let first = loaded.faults.first else { return loaded }
        let others = loaded.faults.count - 1
        let more = others == 0 ? "" : " (and \(others) more)"
        throw Failure(
            .local, FaultRow(first, in: source).line + more,
            hint: "'sipctl config check' lists every fault; 'sipctl config keys' every key.")
    }
}

/// A fault of a configuration: `sipctl.yaml:3:1: unknown key 'sip_prt'; did you mean 'sip_port'?`.
struct FaultRow: Row {
    private let fault: ConfigurationFault
    private let source: ConfigurationSource

    init(_ fault: ConfigurationFault, in source: ConfigurationSource) { (self.fault, self.source) = (fault, source) }

    private var sentence: String { fault.sentence + question }

    /// The key that was meant: the nearest in the same group, or the one of that name in another.
    private var question: String {
        guard case .unknownKey(let siblings) = fault.reason else { return "" }
        let name = String(fault.path.split(separator: ".").last ?? "")
        if let nearest = Suggest.nearest(to: name, in: siblings) {
            return "; did you mean '\(fault.path.dropLast(name.count) + nearest)'?"
        }
        let elsewhere = ConfigurationTable.keys.filter { $0.name == name }.map(\.path)
        guard !elsewhere.isEmpty else { return "; 'sipctl config keys' lists every key" }
        return "; did you mean '\(elsewhere.joined(separator: "' or '"))'?"
    }

    var line: String {
        let place = fault.position.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(source.name)\(place): \(sentence)"
    }

    func write(to json: inout JSONLine) {
        json.field("severity", "error")
        json.field("file", source.name)
        json.field("line", fault.position?.line)
        json.field("column", fault.position?.column)
        json.field("key", fault.path.isEmpty ? nil : fault.path)
        json.field("message", sentence)
    }
}
