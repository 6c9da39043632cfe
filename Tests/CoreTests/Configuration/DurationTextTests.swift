import Testing

@testable import Core

@Suite("Lengths of time as Go writes them (time.ParseDuration)") struct DurationTextTests {
    @Test(
        "texts and their lengths",
        arguments: [
            ("15s", Duration.seconds(15)), ("1m30s", .seconds(90)), ("1h", .seconds(3600)), ("1.5h", .seconds(5400)),
            ("250ms", .milliseconds(250)), ("10us", .microseconds(10)), ("10µs", .microseconds(10)),
            ("7ns", .nanoseconds(7)), ("0", .zero), ("0s", .zero), ("-1s", .seconds(-1)), ("+2s", .seconds(2)),
            (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("30s1m", .seconds(90)), ("1h0m0s", .seconds(3600)),
        ])
    func reads(text: String, length: Duration) { #expect(DurationText.parse(text) == length) }

    @Test(
        "what is no length of time",
        arguments: [
            "", "15", "s", "1d", "1 s", "1.2.3s", "--1s", "-", "+", ".s", "1s2", "1e3s", "99999999999h",
            "1000000h1000000h", "0x1s",
        ])
    func refuses(text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(
        "lengths and their texts",
        arguments: [
            (Duration.zero, "0s"), (.seconds(90), "1m30s"), (.seconds(3600), "1h"), (.milliseconds(1500), "1s500ms"),
            (.seconds(-5), "-5s"), (.nanoseconds(1_000_001), "1ms1ns"), (.seconds(86_400), "24h"),
        ])
    func writes(length: Duration, text: String) {
        #expect(DurationText.format(length) == text)
        #expect(DurationText.parse(text) == length)
    }
}
