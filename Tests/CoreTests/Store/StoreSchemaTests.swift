import Core
import Testing

@Suite("StoreSchema")
struct StoreSchemaTests {
    @Test("versions ascend one by one from 1")
    func versions() {
        #expect(StoreSchema.migrations.map(\.version) == Array(1...StoreSchema.known))
    }

    @Test("a file gets the steps that it lacks", arguments: [(0, [1, 2, 3]), (1, [2, 3]), (3, [])])
    func steps(found: Int, versions: [Int]) throws {
        let migrations = (1...3).map { SchemaMigration($0, []) }
        #expect(try StoreSchema.steps(from: found, migrations).map(\.version) == versions)
    }

    @Test("a file of a later version is left alone")
    func newer() {
        #expect(throws: SchemaTooNew(found: 4, known: 3)) {
            try StoreSchema.steps(from: 4, (1...3).map { SchemaMigration($0, []) })
        }
    }
}
