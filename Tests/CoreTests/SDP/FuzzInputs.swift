import FoundationEssentials
import Support

extension Fixtures {
    /// The inputs of a file of Tests/Fixtures/fuzz.
    static func fuzzInputs(_ path: String) -> [[UInt8]] {
        struct Corpus: Decodable {
            struct Input: Decodable { var base64: Data }
            var inputs: [Input]
        }
        return json(path, as: Corpus.self).inputs.map { Array($0.base64) }
    }
}
