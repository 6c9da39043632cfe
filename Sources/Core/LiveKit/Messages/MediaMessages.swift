extension CodecChoice: ProtobufMessage {
    package init() { self.init(name: "") }

    package static let schema = MessageSchema<Self>([
        .field(1, "name", \.name),
        .field(2, "rate", \.rate),
    ])
}

extension MediaPolicy: ProtobufMessage {
    package static let schema = MessageSchema<Self>([
        .field(1, "only_listed_codecs", \.onlyListedCodecs),
        .list(2, "codecs", \.codecs),
        .optional(3, "encryption", \.encryption),
        .optional(4, "media_timeout", \.mediaTimeout),
    ])
}

extension MediaPolicy? {
    /// Takes over the deprecated `media_encryption`, unless `media.encryption` says something.
    mutating func fold(_ encryption: MediaEncryption?) {
        guard let encryption, self?.encryption == nil else { return }
        var policy = self ?? MediaPolicy()
        policy.encryption = encryption
        self = policy
    }
}
