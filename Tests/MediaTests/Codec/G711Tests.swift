@testable import Media
import Support
import Testing

private struct Vectors: Decodable {
    var pcmu_decode: [Int16]
    var pcma_decode: [Int16]
}

@Suite("G.711")
struct G711Tests {
    private let vectors = Fixtures.json("vectors/g711_decode.json", as: Vectors.self)

    @Test("all 512 codes decode to the table of the reference code")
    func decodesEveryCode() {
        for code in UInt8.min...UInt8.max {
            #expect(G711.decodeULaw(code) == vectors.pcmu_decode[Int(code)], "µ-law \(code)")
            #expect(G711.decodeALaw(code) == vectors.pcma_decode[Int(code)], "A-law \(code)")
        }
    }

    @Test("encoding what a code decodes to gives the code back, save for the negative zero of µ-law")
    func encodesDecodedValues() {
        for code in UInt8.min...UInt8.max {
            #expect(G711.encodeALaw(G711.decodeALaw(code)) == code)
            #expect(G711.encodeULaw(G711.decodeULaw(code)) == (code == 0x7f ? 0xff : code))
        }
    }

    @Test("every sample gets a code whose interval holds it", arguments: VoiceFormat.allCases)
    func encodesIntoTheInterval(format: VoiceFormat) {
        let table = format == .pcmu ? vectors.pcmu_decode : vectors.pcma_decode
        let values = table.map(Int.init).sorted()
        for sample in Int(Int16.min)...Int(Int16.max) {
            let code = format == .pcmu ? G711.encodeULaw(Int16(sample)) : G711.encodeALaw(Int16(sample))
            let value = Int(table[Int(code)])
            guard let index = values.firstIndex(of: value) else { continue }
            // The intervals of a segment are all as wide as its largest; overload goes to the last code.
            let below = value - values[max(index - 1, 0)]
            let above = values[min(index + 1, values.count - 1)] - value
            let isOverload = index == 0 || index == values.count - 1
            #expect(
                abs(value - sample) <= (max(below, above) + 1) / 2 || (isOverload && abs(value) < abs(sample)),
                "\(sample) became \(value)")
        }
    }

    @Test("the tables of the packet path say what computing says", arguments: VoiceFormat.allCases)
    func tables(format: VoiceFormat) {
        let samples = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        var codes: [UInt8] = []
        G711Tables.shared.encode(samples.span, as: format, into: &codes)
        let encodesAlike = codes == samples.map { format == .pcmu ? G711.encodeULaw($0) : G711.encodeALaw($0) }
        #expect(encodesAlike)
        var decoded = [Int16](repeating: 0, count: 257)
        var span = decoded.mutableSpan
        let all = Array(UInt8.min...UInt8.max)
        G711Tables.shared.decode(all.span, as: format, into: &span, at: 1)
        let decodesAlike = decoded == [0] + all.map { format == .pcmu ? G711.decodeULaw($0) : G711.decodeALaw($0) }
        #expect(decodesAlike)
    }
}
