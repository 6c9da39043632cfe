import FoundationEssentials
import Support
import Testing

@testable import sipctl

@Suite("What is generated from the command tree is up to date") struct GeneratedTests {
    static let paths = CommandPath(specs: [CommandTree.root]).all

    private func file(_ name: String) -> String {
        FileManager.default.contents(atPath: Fixtures.root + "/" + name).map { String(decoding: $0, as: UTF8.self) }
            ?? ""
    }

    @Test(
        "completions/", arguments: [(Completions.Shell.bash, "sipctl.bash"), (.zsh, "_sipctl"), (.fish, "sipctl.fish")])
    func completions(shell: Completions.Shell, name: String) throws {
        #expect(file("completions/" + name) == Completions.script(shell), "run scripts/generate")
        let result = try Child.run(["completions", shell.rawValue], in: TemporaryDirectory())
        #expect(result == Child.Result(stdout: Array(Completions.script(shell).utf8), stderr: [], status: 0))
    }

    @Test("man/ has the page of every command", arguments: paths)
    func manPages(path: CommandPath) {
        let page = ManPage(path: path)
        #expect(file("man/" + page.fileName) == page.text, "run scripts/generate")
    }

    @Test("man/ has no page of a command that is gone")
    func noOtherPages() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/man")
        #expect(files.sorted() == Self.paths.map { ManPage(path: $0).fileName }.sorted())
    }

    @Test("--help and -h of every command", arguments: paths)
    func help(path: CommandPath) {
        for (isLong, folder) in [(true, "help"), (false, "help-short")] {
            let lines = HelpText(path: path, isLong: isLong, paint: .plain).lines
            Golden.expect(
                Array((lines.joined(separator: "\n") + "\n").utf8),
                matches: "\(folder)/\(path.text.replacing(" ", with: "-")).txt")
        }
    }

    @Test("docs/configuration.md has the table of keys")
    func configurationKeys() {
        let text = file("docs/configuration.md")
        #expect(
            text.contains("<!-- keys -->\n\n\(ConfigKeys.tables)\n<!-- end of keys -->\n"), "run scripts/generate")
    }

    @Test("docs/exit-status.md lists every status")
    func exitStatuses() {
        let text = file("docs/exit-status.md")
        for status in ExitStatus.allCases { #expect(text.contains("| \(status.rawValue) |")) }
    }

    @Test(
        "the bash script offers commands, options and values",
        arguments: [
            (["sipctl", "com"], "completions"), (["sipctl", "man", "--d"], "--directory"),
            (["sipctl", "version", "--color", "ne"], "never"), (["sipctl", "version", "--color", "=", "al"], "always"),
            (["sipctl", "completions", ""], "bash zsh fish"), (["sipctl", "-q", "version", "--js"], "--json"),
        ])
    func bash(words: [String], offers: String) throws {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            compopt() { :; }
            source '\(Fixtures.root)/completions/sipctl.bash'
            COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _sipctl; echo "${COMPREPLY[*]}"
            """
        let result = try Child.run(["-c", script], program: "/bin/bash", in: TemporaryDirectory())
        #expect(result == Child.Result(stdout: Array((offers + "\n").utf8), stderr: [], status: 0))
    }
}

extension CommandPath: CustomTestStringConvertible {
    public var testDescription: String { text }
}
