import Testing

@testable import sipctl

/// A command that takes one of everything.
private struct Sample: Command {
    static let name = "sample"

    static let timeout = Option<Duration>(
        "timeout", short: "t", "TIME", in: .call, "give up after this time", environment: "SAMPLE_TIMEOUT")
    static let header = OptionList<String>("header", short: "H", "NAME:VALUE", in: .call, "add a header")
    static let echo = Flag("echo", short: "e", in: .media, "send back what is heard")
    static let secret = Flag("secret", in: .media, "not shown", hidden: true)
    static let target = Argument<URIText>("URI", "whom to call")
    static let files = ArgumentList<InputPath>("FILE", "what to play")

    static var spec: CommandSpec {
        CommandSpec(
            name, "Try the parser", arguments: [target, files],
            options: [timeout, header, echo, secret, GlobalOptions.json], examples: [], exits: [], runs: Self.self)
    }

    init(_ options: ParsedOptions) throws(Failure) {}

    func run(_ terminal: Terminal) async throws(Failure) -> sipctl.ExitStatus { .done }
}

@Suite("Parser") struct ParserTests {
    private let parser = Parser(
        root: CommandSpec(
            "sipctl", "Test", options: [GlobalOptions.version], examples: [],
            subcommands: [
                CommandReference(Sample.self),
                CommandReference("group") {
                    CommandSpec("group", "A group", examples: [], subcommands: [CommandReference(Sample.self)])
                },
            ]), environment: Environment())

    private func options(_ words: String..., environment: [String: String] = [:]) throws -> ParsedOptions {
        try options(words, environment: environment)
    }

    private func options(_ words: [String], environment: [String: String] = [:]) throws -> ParsedOptions {
        let parser = Parser(root: parser.root, environment: Environment(environment))
        guard case .run(_, let options) = try parser.parse(words) else { throw Failure(.bug, "nothing to run") }
        return options
    }

    @Test(
        "--name value, --name=value, -n value, -nvalue and -n=value are the same",
        arguments: [
            ["--timeout", "5s"], ["--timeout=5s"], ["-t", "5s"], ["-t5s"], ["-t=5s"], ["-et5s"], ["-et", "5s"],
        ])
    func values(words: [String]) throws {
        let options = try options(["sample"] + words + ["sip:a@b"])
        #expect(options[Sample.timeout] == .seconds(5))
        #expect(try options[Sample.target].text == "sip:a@b")
    }

    @Test("flags combine and need not come first")
    func flags() throws {
        let options = try options("sample", "sip:a@b", "-qe", "--json")
        #expect(options[Sample.echo])
        #expect(!options[Sample.secret])
        #expect(options.settings.json)
        #expect(options.settings.isQuiet)
    }

    @Test("a list keeps the order of typing")
    func list() throws {
        let options = try options("sample", "-H", "A: 1", "sip:a@b", "--header=B: =2", "-HA: 3")
        #expect(options[Sample.header] == ["A: 1", "B: =2", "A: 3"])
    }

    @Test("- is an argument; -- ends the options")
    func dashes() throws {
        let options = try options("sample", "sip:a@b", "-", "--", "--echo", "-x", "--")
        #expect(options[Sample.files].map(\.text) == ["-", "--echo", "-x", "--"])
        #expect(!options[Sample.echo])
    }

    @Test("global options may stand before the command; the last one wins")
    func globals() throws {
        let options = try options("--color", "always", "group", "-q", "sample", "u", "--color=never")
        #expect(options.settings.color == .never)
        #expect(options.path == ["group", "sample"])
    }

    @Test("a variable of the environment is used when the option is not given")
    func variables() throws {
        #expect(try options("sample", "u", environment: ["SAMPLE_TIMEOUT": "7s"])[Sample.timeout] == .seconds(7))
        #expect(
            try options("sample", "u", "-t1s", environment: ["SAMPLE_TIMEOUT": "7s"])[Sample.timeout] == .seconds(1))
        #expect(try options("sample", "u", environment: ["SAMPLE_TIMEOUT": ""])[Sample.timeout] == nil)
        #expect(
            throws: Failure.usage("SAMPLE_TIMEOUT: '7' has no unit: write 500ms, 5s, 2m, 1h or 1m30s", at: ["sample"])
        ) {
            try options("sample", "u", environment: ["SAMPLE_TIMEOUT": "7"])
        }
    }

    @Test(
        "what is wrong is said with the nearest right word",
        arguments: [
            ([], "a command is missing: sample, group"),
            (["smaple"], "unknown command 'smaple'; did you mean 'sample'?"),
            (["dance"], "unknown command 'dance'; it must be one of sample, group"),
            (["--verison"], "unknown option '--verison'; did you mean '--version'?"),
            (["group"], "group: a command is missing: sample"),
            (["group", "sampel"], "group: unknown command 'sampel'; did you mean 'sample'?"),
            (["sample"], "sample: URI is missing"),
            (["sample", ""], "sample: URI: '' is not a URI"),
            (["sample", "u", "--timout", "5s"], "sample: unknown option '--timout'; did you mean '--timeout'?"),
            (["sample", "u", "-x"], "sample: unknown option '-x'"),
            (["sample", "u", "--secrt"], "sample: unknown option '--secrt'"),
            (["sample", "u", "--timeout"], "sample: --timeout needs a value: --timeout TIME"),
            (["sample", "u", "-t"], "sample: -t needs a value: --timeout TIME"),
            (
                ["sample", "u", "--header", "--json"],
                "sample: --header needs a value; if '--json' is meant, write --header=NAME:VALUE"
            ),
            (["sample", "u", "--timeout=5"], "sample: --timeout: '5' has no unit: write 500ms, 5s, 2m, 1h or 1m30s"),
            (["sample", "u", "-t1s", "-t2s"], "sample: --timeout is given twice"),
            (["sample", "u", "--echo=yes"], "sample: --echo takes no value"),
        ])
    func faults(words: [String], message: String) {
        #expect { try parser.parse(words) } throws: { error in
            let failure = error as? Failure
            return failure?.message == message && failure?.exit == .usage
                && failure?.hint?.hasPrefix("Try 'sipctl") == true
        }
    }

    @Test(
        "whoever asks for help gets it, however wrong the rest is",
        arguments: [
            (["--help"], "sipctl", true), (["-h"], "sipctl", false), (["sample", "--help"], "sipctl sample", true),
            (["sample", "--nonsense", "-h"], "sipctl sample", false),
            (["--help", "group", "sample"], "sipctl group sample", true),
            (["group", "nonsense", "--help"], "sipctl group", true),
        ])
    func help(words: [String], path: String, isLong: Bool) throws {
        guard case .help(let found, let isFoundLong) = try parser.parse(words) else {
            Issue.record("no help")
            return
        }
        #expect(found.text == path)
        #expect(isFoundLong == isLong)
    }

    @Test("--help after -- is an argument")
    func helpAsArgument() throws {
        #expect(try options("sample", "--", "u", "--help")[Sample.files].map(\.text) == ["--help"])
    }

    @Test("--version", arguments: ["--version", "-V"])
    func version(word: String) throws {
        guard case .version = try parser.parse([word]) else {
            Issue.record("no version")
            return
        }
    }
}
