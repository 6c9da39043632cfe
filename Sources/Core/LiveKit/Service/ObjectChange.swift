/// The smallest action that turns one object into another: an update where one can say it, so that what others change at the
/// same time is kept; else a replacement.
extension InboundTrunk {
    package func change(to new: Self) -> UpdateRequest<Self>.Action {
        var update = SIPInboundTrunkUpdate()
        update.numbers = ListUpdate(from: numbers, to: new.numbers)
        update.allowedAddresses = ListUpdate(from: allowedAddresses, to: new.allowedAddresses)
        update.allowedNumbers = ListUpdate(from: allowedNumbers, to: new.allowedNumbers)
        update.authUsername = authUsername == new.authUsername ? nil : new.authUsername
        update.authPassword = authPassword == new.authPassword ? nil : new.authPassword
        update.authRealm = authRealm == new.authRealm ? nil : new.authRealm
        update.name = name == new.name ? nil : new.name
        update.metadata = metadata == new.metadata ? nil : new.metadata
        update.media = media == new.media ? nil : new.media
        return action(update, new)
    }
}

extension OutboundTrunk {
    package func change(to new: Self) -> UpdateRequest<Self>.Action {
        var update = SIPOutboundTrunkUpdate()
        update.address = address == new.address ? nil : new.address
        update.transport = transport == new.transport ? nil : new.transport
        update.numbers = ListUpdate(from: numbers, to: new.numbers)
        update.authUsername = authUsername == new.authUsername ? nil : new.authUsername
        update.authPassword = authPassword == new.authPassword ? nil : new.authPassword
        update.name = name == new.name ? nil : new.name
        update.metadata = metadata == new.metadata ? nil : new.metadata
        update.destinationCountry = destinationCountry == new.destinationCountry ? nil : new.destinationCountry
        update.fromHost = fromHost == new.fromHost ? nil : new.fromHost
        update.media = media == new.media ? nil : new.media
        return action(update, new)
    }
}

extension DispatchRule {
    package func change(to new: Self) -> UpdateRequest<Self>.Action {
        var update = SIPDispatchRuleUpdate()
        update.trunkIDs = ListUpdate(from: trunkIDs.map(\.description), to: new.trunkIDs.map(\.description))
        update.target = target == new.target ? nil : new.target
        update.name = name == new.name ? nil : new.name
        update.metadata = metadata == new.metadata ? nil : new.metadata
        for key in Set(attributes.keys).union(new.attributes.keys) where attributes[key] != new.attributes[key] {
            update.attributes[key] = new.attributes[key] ?? ""
        }
        update.media = media == new.media ? nil : new.media
        return action(update, new)
    }
}

extension KeptObject where Self: Equatable {
    fileprivate func action(_ update: Update, _ new: Self) -> UpdateRequest<Self>.Action {
        var updated = self
        guard (try? updated.apply(update)) != nil, updated == new else { return .replace(new) }
        return .update(update)
    }
}

extension ListUpdate {
    /// Nil when nothing changes.
    fileprivate init?(from old: [String], to new: [String]) {
        guard old != new else { return nil }
        self.init(set: new, clear: new.isEmpty)
    }
}
