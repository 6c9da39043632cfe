internal import Core

/// `sipctl trunk create inbound|outbound [FILE]...`.
struct TrunkCreate<Trunk: CommandTrunk>: Command {
    static var name: String { Trunk.word }

    private static var files: ArgumentList<RequestText> {
        ArgumentList("FILE", "JSON of a trunk: a file, - or the JSON itself")
    }

    static var spec: CommandSpec {
        CommandSpec(
            name, "Create an \(Trunk.word) trunk",
            description: """
                Creates a trunk for each FILE, or one trunk from options alone, and prints the id of each. Options win \
                over what a FILE says. Names of fields may be in snake_case or lowerCamelCase; a field that does not \
                exist is an error. Trunks of the old form, which are for both ways, are migrated.

                \(ServiceOptions.description)
                """,
            arguments: [files], options: Trunk.fields + ServiceOptions.all + [GlobalOptions.json, SecretOptions.show],
            examples: Trunk.createExamples,
            exits: [
                ExitStatus.done.when("created"),
                ExitStatus.no.when("the trunk is not valid, or conflicts with another"),
                ExitStatus.unreachable.note, ExitStatus.refused.note,
                ExitStatus.local.when("a FILE or the store is at fault"),
            ],
            seeAlso: ["trunk list", "trunk update \(Trunk.word)", "dispatch-rule create"], runs: Self.self)
    }

    private let options: ParsedOptions

    init(_ options: ParsedOptions) { self.options = options }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var trunks: [Trunk] = []
        for file in options[Self.files] {
            trunks.append(try TrunkRequest.trunk(in: try file.read(terminal), terminal))
        }
        if trunks.isEmpty { trunks.append(Trunk()) }
        for index in trunks.indices { try trunks[index].apply(options) }
        let client = try await ServiceShell.open(options)
        for trunk in trunks {
            let created: Trunk = try await client.send(
                Trunk.createMethod, TrunkEnvelope(trunk), terminal, to: "create an \(Trunk.word) trunk")
            if terminal.settings.json {
                try terminal.emit(object: created, showSecrets: options[SecretOptions.show])
            } else {
                try terminal.emit(line: created.id.description)
            }
        }
        return .done
    }
}

extension CommandTrunk {
    fileprivate static var createExamples: [Example] {
        guard word == "inbound" else {
            return [
                Example(
                    "sipctl trunk create outbound --name carrier --address sip.example.com \\\n"
                        + "  --transport tls --numbers +15550100 --auth-user me --auth-pass-file pass",
                    "Make a trunk by which calls go out"),
                Example("sipctl trunk create outbound trunk.json --json", "Make one from a file, and see all of it"),
            ]
        }
        return [
            Example(
                "sipctl trunk create inbound --name carrier --numbers +15550100 \\\n  --allowed-addresses 203.0.113.0/24",
                "Let a carrier call one number"),
            Example(
                "sipctl trunk create inbound --name desk --auth-user me --auth-pass-file -",
                "Let everybody call who knows the password, which is read from the terminal"),
            Example(
                "sipctl trunk create inbound '{\"numbers\":[\"+15550100\"]}'", "Make one from JSON"),
        ]
    }
}
