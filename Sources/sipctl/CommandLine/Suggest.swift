/// What somebody who mistyped probably meant.
enum Suggest {
    /// The end of an error message: `; did you mean 'dial'?`, or nothing.
    static func question(_ word: String, _ candidates: [String]) -> String {
        nearest(to: word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// The same for a word that must be one of the candidates: when none is near and they are few, all of them.
    static func choice(_ word: String, _ candidates: [String]) -> String {
        let question = question(word, candidates)
        guard question.isEmpty, candidates.count <= 6 else { return question }
        return "; it must be one of " + candidates.joined(separator: ", ")
    }

    /// The nearest candidate that is near enough to be meant; the first of several equally near ones.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let limit = max(1, min(word.count, 9) / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(Array(word.utf8), Array(candidate.utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate ?? continuation(of: word, in: candidates)
    }

    // Three letters typed and only one candidate begins with them.
    private static func continuation(of word: String, in candidates: [String]) -> String? {
        let matches = candidates.filter { word.utf8.count >= 3 && $0.hasPrefix(word) }
        return matches.count == 1 ? matches[0] : nil
    }

    /// Damerau–Levenshtein distance without overlapping swaps (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in b.indices {
                let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
                row[j + 1] = min(row[j] + 1, last[j + 1] + 1, substitution)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
