// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every Swift module of the package.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// The C libraries: one module map each, nothing else. The Debian packages are listed in scripts/setup.
let libraries = [
    "COpenSSL", "COpus", "CSoxr", "CSpanDSP", "CUsrSCTP", "CAMRWB", "CBCG729", "CHiredis", "CSQLite", "CYAML", "CAres",
    "CHTTPParser", "CWslay", "CSystemd", "CLinux",
]

func needs(_ names: String...) -> [Target.Dependency] { names.map { .init(stringLiteral: $0) } }

let sources: [Target] = [
    .target(name: "Core", dependencies: needs("COpenSSL"), swiftSettings: strict),
    .target(
        name: "Media", dependencies: needs("Core", "COpenSSL", "COpus", "CSoxr", "CSpanDSP", "CUsrSCTP"),
        resources: ["enter-pin", "wrong-pin", "joining"].map { .embedInCode("Prompts/\($0).wav") },
        swiftSettings: strict),
    .target(
        name: "IO",
        dependencies: needs(
            "Core", "Media", "COpenSSL", "CSQLite", "CHiredis", "CYAML", "CAres", "CHTTPParser", "CWslay",
            "CSystemd", "CLinux"),
        swiftSettings: strict),
    .executableTarget(
        name: "sipctl", dependencies: needs("Core", "Media", "IO"), swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
    .executableTarget(
        name: "ParseBench", dependencies: needs("Core"), path: "bench/parse", exclude: ["run"], swiftSettings: strict),
]

let tests: [Target] =
    [
        .target(
            name: "Support", dependencies: needs("Core", "Media", "IO"), path: "Tests/Support", swiftSettings: strict),
        // The server that StoreKillTests kill.
        .executableTarget(
            name: "StoreTorture", dependencies: needs("Core", "IO"), path: "Tests/StoreTorture", swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
    ]
    + [
        ("CoreTests", needs("Core", "Support")),
        ("MediaTests", needs("Core", "Media", "Support")),
        (
            "IOTests",
            needs("Core", "Media", "IO", "Support", "StoreTorture") + libraries.map { .init(stringLiteral: $0) }
        ),
        ("ScenarioTests", needs("Core", "Media", "Support")),
        ("CLITests", needs("Core", "IO", "Support", "sipctl")),
    ].map { (name: String, dependencies: [Target.Dependency]) -> Target in
        .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
    }

/// Programs that the benchmarks run.
let benchmarks: [Target] = [
    .executableTarget(
        name: "MediaBench", dependencies: needs("Core", "Media"), path: "bench/media/MediaBench", swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
    .executableTarget(
        name: "LimitsBench", dependencies: needs("Core"), path: "bench/limits/LimitsBench", swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
    .executableTarget(
        name: "RoutingBench", dependencies: needs("Core"), path: "bench/routing/RoutingBench", swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
    .executableTarget(
        name: "UDPBench", dependencies: needs("Core", "IO"), path: "bench/udp/UDPBench", swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "--as-needed"])]),
]

let package = Package(
    name: "sipctl",
    products: [.executable(name: "sipctl", targets: ["sipctl"])],
    targets: libraries.map { .systemLibrary(name: $0) } + sources + tests + benchmarks
)
