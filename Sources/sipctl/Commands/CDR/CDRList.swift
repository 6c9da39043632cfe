internal import Core
internal import IO

/// `sipctl cdr list`.
struct CDRList: Command {
    static let name = "list"

    private static let limit = Option<Int>("limit", "N", in: .selection, "at most so many, the newest", default: "100")
    private static let since = Option<MomentWord>(
        "since", "TIME", in: .selection, "only calls that began then or later",
        details:
            "RFC 3339 such as 2026-01-31T12:00:00Z, a date (midnight UTC), or a length of time: 2h is two hours ago.")
    private static let until = Option<MomentWord>(
        "until", "TIME", in: .selection, "only calls that began before")

    static var spec: CommandSpec {
        CommandSpec(
            name, "List the records of calls, the newest first",
            description: """
                \(ControlClient.description) Where none runs, the store of the configuration is read: sipctl.db in the same place, if \
                nothing else is said.
                """,
            options: CDRCommands.selection + [since, until, limit, GlobalOptions.json] + ControlClient.options,
            examples: [
                Example("sipctl cdr list --since 1h", "Show the calls of the last hour"),
                Example(
                    "sipctl cdr list --limit 10000 --json | jq -r .reason | sort | uniq -c", "Count the reasons of ends"
                ),
            ],
            exits: [
                ExitStatus.done.note, ControlClient.noServer, ExitStatus.local.when("the store is at fault"),
            ],
            seeAlso: ["cdr follow", "call list"], runs: Self.self)
    }

    private let query: CallRecordQuery
    private let limit: Int
    private let source: RecordSource

    init(_ options: ParsedOptions) throws(Failure) {
        limit = options[Self.limit] ?? 100
        guard limit > 0 else { throw options.usageFailure("--limit: '\(limit)' is not above 0") }
        let now = WallTime.sinceEpoch
        var query = CDRCommands.query(options)
        query.since = options[Self.since]?.resolved(at: now)
        query.until = options[Self.until]?.resolved(at: now)
        self.query = query
        source = try RecordSource(options)
    }

    func run(_ terminal: Terminal) async throws(Failure) -> ExitStatus {
        var records: [CallRecord] = []
        var query = query
        repeat {
            query.limit = min(limit - records.count, CallRecordQuery.pageLimit)
            let (page, next) = try await source.page(query)
            query.after = next
            if terminal.settings.json { try terminal.emit(listed: page) }
            records += page
        } while query.after != nil && records.count < limit
        if !terminal.settings.json { try terminal.emit(listed: records) }
        if records.isEmpty { terminal.note("no records") }
        return .done
    }
}

/// Where records are read: from the server, or from its store where none runs.
private final class RecordSource: Sendable {
    private let client: ControlClient
    private let storePath: String

    init(_ options: ParsedOptions) throws(Failure) {
        client = try ControlClient(options)
        storePath = try ConfigurationOptions(options).load().configuration.state.storePath
    }

    func page(_ query: CallRecordQuery) async throws(Failure) -> ([CallRecord], CallRecordQuery.Cursor?) {
        guard let body = try await client.askIfThere("/v1/cdr" + query.urlQuery, to: "list records") else {
            return try await storedPage(query)
        }
        let received = try client.read("list records") { () throws(FieldError) in try ReceivedRecords(json: body) }
        return (received.records, received.next)
    }

    /// Reads the store, but makes none where there is none.
    private func storedPage(_ query: CallRecordQuery) async throws(Failure) -> ([CallRecord], CallRecordQuery.Cursor?) {
        guard System.exists(storePath) else { return ([], nil) }
        do throws(StoreError) {
            let store = try SQLiteStore(path: storePath)
            let page = try await withCheckedContinuation { done in store.list(query) { done.resume(returning: $0) } }
                .get()
            store.close()
            return (page.records, page.next)
        } catch {
            throw Failure(.local, "\(error)")
        }
    }
}
