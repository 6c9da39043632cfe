import Core
import Testing

@Suite("Writing HTTP (RFC 9112)")
struct HTTPWriterTests {
    @Test("a response head, its framing decided in one place")
    func response() {
        let headers: HTTPHeaders = ["Content-Type": "text/plain", "Content-Length": "99", "transfer-encoding": "gzip"]
        let head = HTTPWriter.responseHead(.ok, headers, .length(5), closes: true, date: 784_111_777)
        #expect(
            String(decoding: head, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                + "Connection: close\r\n\r\n")
    }

    @Test("a request head")
    func request() {
        let head = HTTPWriter.requestHead(.post, "/v1/drain", host: "h:1", ["A": "b"], .chunked)
        #expect(
            String(decoding: head, as: UTF8.self)
                == "POST /v1/drain HTTP/1.1\r\nHost: h:1\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    @Test(
        "no value breaks out of its line, and a name that is no token is left out",
        arguments: [
            ("X", "a\r\nSet-Cookie: b", "X: a  Set-Cookie: b\r\n"), ("X", "a\u{0}b", "X: a b\r\n"), ("X\r\nY", "a", ""),
            ("X Y", "a", ""), ("", "a", ""), ("X", "é", "X: é\r\n"), ("X:", "a", ""),
        ])
    func injection(name: String, value: String, line: String) {
        let head = HTTPWriter.responseHead(.ok, [name: value], .none, closes: false)
        #expect(String(decoding: head, as: UTF8.self) == "HTTP/1.1 200 OK\r\n\(line)\r\n")
    }

    @Test("chunks; an empty one would be the last")
    func chunks() {
        #expect(HTTPWriter.chunk(Array(repeating: 0x61, count: 26)).starts(with: Array("1a\r\naaa".utf8)))
        #expect(HTTPWriter.chunk([]).isEmpty)
    }

    @Test(
        "dates in the fixed form (RFC 9110 §5.6.7)",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        ] as [(Int64, String)])
    func date(seconds: Int64, text: String) { #expect(HTTPDate.text(seconds) == text) }

    @Test("fields are found whatever the case, lists are taken apart")
    func headers() {
        var headers: HTTPHeaders = ["Accept": "a", "accept": "B , ,c"]
        #expect(headers["ACCEPT"] == "a")
        #expect(headers.values("accept") == ["a", "B , ,c"])
        #expect(headers.list("Accept") == ["a", "b", "c"])
        headers.set("aCCept", "d")
        #expect(headers.fields.count == 1)
        #expect(headers["host"] == nil)
        let target = HTTPTarget([0x2f])
        let request = target.map { HTTPRequest(.post, $0, ["Content-Type": "Application/JSON ; charset=utf-8"]) }
        #expect(request?.contentType == "application/json")
    }
}
