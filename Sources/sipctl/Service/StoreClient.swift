internal import Core
internal import IO

/// Carries out methods on a store, where no server runs.
struct StoreClient: ServiceClient {
    let store: any RoutingStore
    let location: String

    func call(_ method: SIPMethod, _ request: [UInt8]) async throws(ServiceFailure) -> ServiceReply {
        let table: RoutingTable
        do throws(StoreError) {
            table = try await withCheckedContinuation { done in store.load { done.resume(returning: $0) } }.get()
        } catch {
            throw .failed(Failure(error))
        }
        var random = SystemRandom()
        var ids = IDSource(worker: 0, seed: (random.next(), random.next()))
        let reply: SIPService.Reply
        do throws(TwirpError) {
            reply = try SIPService.handle(method, request, table: table, now: WallTime.sinceEpoch, ids: &ids)
        } catch {
            throw .refused(error)
        }
        try await apply(reply.changes)
        return ServiceReply(body: reply.body, warnings: reply.warnings)
    }

    private func apply(_ changes: [RoutingChange]) async throws(ServiceFailure) {
        guard !changes.isEmpty else { return }
        do throws(StoreError) {
            try await withCheckedContinuation { done in store.apply(changes) { done.resume(returning: $0) } }.get()
        } catch {
            throw .failed(Failure(error))
        }
    }
}

extension WallTime {
    /// The wall clock since 1970.
    static var sinceEpoch: Duration {
        let (seconds, nanoseconds) = SystemClock.wallClock()
        return .seconds(seconds) + .nanoseconds(Int64(nanoseconds))
    }
}
