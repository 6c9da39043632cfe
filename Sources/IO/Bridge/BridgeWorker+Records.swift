internal import Core

/// Writing call records. A store that takes none for a while (its disk is full, another process holds it) gets them later.
extension BridgeWorker {
    /// Writes the record of a call as it is now.
    func remember(_ live: LiveCall) { remember(live.record) }

    func remember(_ record: CallRecord) {
        publish(record)
        write(backlog.attempt(record))
    }

    private func write(_ attempt: RecordBacklog.Attempt) {
        let mailbox = mailbox
        stores.records.append(attempt.record) { mailbox.post(.recorded(attempt, $0)) }
    }

    /// Asks the store again for one of the records that wait. Its success brings the next.
    func retryRecord() {
        if let attempt = backlog.retry() { write(attempt) }
    }

    /// The store's answer. One record that was written shows that others can be.
    func settle(_ attempt: RecordBacklog.Attempt, _ result: Result<Void, StoreError>) {
        let before = backlog.unwritten
        switch result {
        case .success:
            backlog.wrote(attempt)
            if before > 0, backlog.unwritten == 0 { notify(.recordsWait(nil)) }
            retryRecord()
        case .failure(let error):
            backlog.failed(attempt)
            if before == 0, backlog.unwritten > 0 { notify(.recordsWait(error)) }
        }
        if isLeaving { leave(isStoreWorking: (try? result.get()) != nil) }
    }

    /// The end of the bridge: the records that wait get a last chance, if the store works again.
    private func leave(isStoreWorking: Bool) {
        if isStoreWorking {
            while let attempt = backlog.retry() { write(attempt) }
        } else {
            notify(.warning("the last records of \(backlog.unwritten) calls could not be written"))
        }
        stopLoop()
    }
}
