package import Core
extension SIPStack {
    package func hold(_ key: CallKey) {}
    package func resume(_ key: CallKey) {}
}
