import Core
import Testing

@Suite("LogFormat")
struct LogFormatTests {
    private func line(_ format: LogFormat, _ event: LogEvent, seconds: Int64 = 951_868_799) -> String {
        var out: [UInt8] = []
        format.append(event, at: (seconds, 123_456_789), to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    private let event = LogEvent(
        .warning, "sip.parse.failed",
        [
            "reason": "cseqOutOfRange", "offset": 212, "peer": "udp:203.0.113.9:5060", "ok": false,
            "rtt_ms": .milliseconds(.microseconds(1500)),
            "bytes": .hex([0x00, 0xff]), "mos": .number(4.25), "password": .redacted,
        ])

    @Test("JSON Lines: time, level and event first, fields typed and in order")
    func json() {
        #expect(
            line(.json, event)
                == "{\"time\":\"2000-02-29T23:59:59.123Z\",\"level\":\"warning\",\"event\":\"sip.parse.failed\","
                + "\"reason\":\"cseqOutOfRange\",\"offset\":212,\"peer\":\"udp:203.0.113.9:5060\",\"ok\":false,\"rtt_ms\":1.5,"
                + "\"bytes\":\"00ff\",\"mos\":4.25,\"password\":\"[redacted]\"}\n")
    }

    @Test("text: the time of day, the level, the event, the fields")
    func text() {
        #expect(
            line(.text(colour: false), event)
                == "23:59:59.123 warn  sip.parse.failed reason=cseqOutOfRange offset=212 peer=udp:203.0.113.9:5060 ok=false "
                + "rtt_ms=1.5 bytes=00ff mos=4.25 password=[redacted]\n")
        #expect(line(.text(colour: true), LogEvent(.error, "a")).contains("\u{1b}[31m error \u{1b}[0m"))
        #expect(!line(.text(colour: true), LogEvent(.info, "a")).contains("\u{1b}"))
    }

    @Test(
        "hostile text can neither end a line nor steer a terminal",
        arguments: [
            ("two words", "\"two words\""), ("", "\"\""), ("a\r\nb", "\"a\\r\\nb\""), ("\u{1b}[2J", "\"\\u001b[2J\""),
            ("say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""), ("\u{202e}gnp.exe", "\"\\u202egnp.exe\""), ("é", "é"),
            ("sip:a:b@c", "sip:a:[redacted]@c"),
        ])
    func escaping(text: String, expected: String) {
        #expect(line(.text(colour: false), LogEvent(.info, "e", ["v": .text(text)])).hasSuffix(" v=\(expected)\n"))
        let quoted = expected.hasPrefix("\"") ? expected : "\"\(expected)\""
        #expect(line(.json, LogEvent(.info, "e", ["v": .text(text)])).hasSuffix(",\"v\":\(quoted)}\n"))
    }

    @Test(
        "dates",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (1_767_225_599, "2025-12-31T23:59:59.000Z"),
        ])
    func dates(seconds: Int64, expected: String) {
        #expect(LogFormat.utc((seconds, 0)) == expected)
    }

    @Test("levels are ordered and read back")
    func levels() {
        for level in LogLevel.allCases { #expect(LogLevel(level.word) == level) }
        #expect(LogLevel("warn") == LogLevel.warning)
        #expect(LogLevel("loud") == nil)
        #expect(LogLevel.allCases == LogLevel.allCases.sorted() && LogLevel.debug < LogLevel.error)
    }
}
