import Testing

@testable import sipctl

@Suite("Values of options") struct ArgumentValueTests {
    @Test(
        "lengths of time",
        arguments: [
            ("5s", Duration.seconds(5)), ("500ms", .milliseconds(500)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
            ("1m30s", .seconds(90)), ("1.5s", .milliseconds(1500)), ("0s", .zero), ("1d", .seconds(86_400)),
            ("2min", .seconds(120)), ("1h0m1s", .seconds(3601)), ("0.0005s", .microseconds(500)),
        ])
    func durations(text: String, expected: Duration) throws { #expect(try Duration(argument: text) == expected) }

    @Test("a number needs a unit", arguments: ["5", "1.5", "1m30", "0"])
    func noUnit(text: String) {
        #expect { try Duration(argument: text) } throws: {
            ($0 as? ValueProblem)?.sentence == "has no unit: write 500ms, 5s, 2m, 1h or 1m30s"
        }
    }

    @Test(
        "what is no length of time",
        arguments: [
            "", "s", "-5s", "5 s", "5x", "5s5s", "30s1m", ".s", "1.s", ".5s", "1..5s", "٥s", "99999999999999999999h",
            "5s ",
            "infs", "1e3s", "0x5s",
        ])
    func refused(text: String) { #expect(throws: ValueProblem.self) { try Duration(argument: text) } }

    @Test("a closed set names its words and the nearest one")
    func choice() throws {
        #expect(try ColorChoice(argument: "never") == .never)
        #expect(throws: ValueProblem("is not one of auto, always, never; did you mean 'always'?")) {
            try ColorChoice(argument: "alway")
        }
    }

    @Test("ports", arguments: [("0", true), ("65535", true), ("65536", false), ("-1", false), ("sip", false)])
    func ports(text: String, isPort: Bool) { #expect(((try? UInt16(argument: text)) != nil) == isPort) }

    @Test("- is a standard stream")
    func paths() throws {
        #expect(try InputPath(argument: "-").isStandardInput)
        #expect(try !InputPath(argument: "./-").isStandardInput)
        #expect(try OutputPath(argument: "-").isStandardOutput)
        #expect(throws: ValueProblem.self) { try InputPath(argument: "") }
    }
}
