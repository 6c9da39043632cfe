/// Which handler answers which method and path.
///
/// A pattern is a path whose segments are words, `{name}` for any one segment, or `*` at its end for everything below
/// (nothing included). Where several fit, a word beats `{name}`, which beats `*`. `HEAD` is served by `GET`.
package struct HTTPRoutes<Handler: Sendable>: Sendable {
    /// What a method and a target lead to.
    package enum Match: Sendable {
        case found(Handler, parameters: [String: String])
        case notFound
        /// The path exists for these methods only, sorted: the value of `Allow`.
        case notAllowed([HTTPMethod])
    }

    private enum Segment: Hashable, Sendable {
        case word(String)
        case parameter(String)
        case rest

        var rank: Int {
            switch self {
            case .word: 0
            case .parameter: 1
            case .rest: 2
            }
        }
    }

    private struct Entry: Sendable {
        var pattern: [Segment]
        var handlers: [HTTPMethod: Handler]
    }

    private var entries: [Entry] = []

    package init() {}

    /// Adds a route; a second one for the same method and pattern takes the place of the first.
    package mutating func add(_ method: HTTPMethod, _ pattern: String, _ handler: Handler) {
        let pattern = Self.segments(of: pattern)
        if let index = entries.firstIndex(where: { $0.pattern == pattern }) {
            entries[index].handlers[method] = handler
        } else {
            entries.append(Entry(pattern: pattern, handlers: [method: handler]))
            entries.sort { Self.isMoreSpecific($0.pattern, $1.pattern) }
        }
    }

    /// Finds the handler. The path is decided first, then the method: a path that exists is 405 and not 404.
    package func match(_ method: HTTPMethod, _ target: HTTPTarget) -> Match {
        for entry in entries {
            guard let parameters = Self.parameters(of: entry.pattern, target.segments) else { continue }
            let handler = entry.handlers[method] ?? (method == .head ? entry.handlers[.get] : nil)
            if let handler { return .found(handler, parameters: parameters) }
            var allowed = Set(entry.handlers.keys)
            if allowed.contains(.get) { allowed.insert(.head) }
            return .notAllowed(allowed.sorted { $0.name < $1.name })
        }
        return .notFound
    }

    private static func segments(of pattern: String) -> [Segment] {
        pattern.split(separator: "/").map { part in
            if part == "*" { return .rest }
            if part.hasPrefix("{"), part.hasSuffix("}") { return .parameter(String(part.dropFirst().dropLast())) }
            return .word(String(part))
        }
    }

    /// Orders the entries so that the first that fits is the one to take.
    private static func isMoreSpecific(_ a: [Segment], _ b: [Segment]) -> Bool {
        for (one, other) in zip(a, b) where one.rank != other.rank { return one.rank < other.rank }
        return a.count > b.count
    }

    private static func parameters(of pattern: [Segment], _ path: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (index, segment) in pattern.enumerated() {
            if segment == .rest { return parameters }
            guard index < path.count else { return nil }
            switch segment {
            case .word(let word): if word != path[index] { return nil }
            case .parameter(let name):
                if path[index].isEmpty { return nil }
                parameters[name] = path[index]
            case .rest: break
            }
        }
        return pattern.count == path.count ? parameters : nil
    }
}
