/// The environment as a value, so that tests can give their own.
struct Environment: Sendable {
    private let lookup: @Sendable (String) -> String?

    init(_ variables: [String: String] = [:]) { lookup = { variables[$0] } }

    init(lookup: @escaping @Sendable (String) -> String?) { self.lookup = lookup }

    /// The value of a variable; nil when it is unset or empty.
    subscript(name: String) -> String? { lookup(name).flatMap { $0.isEmpty ? nil : $0 } }
}
