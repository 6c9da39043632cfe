import CAMRWB
import CAres
import CBCG729
import CHTTPParser
import CHiredis
import CLinux
import COpenSSL
import COpus
import CSQLite
import CSoxr
import CSpanDSP
import CSystemd
import CUsrSCTP
import CWslay
import CYAML
import Testing

@Suite("C libraries: each one is found, imports and links")
struct CLibrariesTests {
    private func text(_ characters: UnsafePointer<CChar>?) -> String {
        guard let characters = unsafe characters else { return "" }
        return unsafe String(cString: characters)
    }

    @Test("libssl and libcrypto")
    func openSSL() {
        #expect(unsafe text(OpenSSL_version(OPENSSL_VERSION)).hasPrefix("OpenSSL 3."))
        #expect(unsafe TLS_client_method() != nil)
    }

    @Test("libopus")
    func opus() { #expect(unsafe text(opus_get_version_string()).hasPrefix("libopus ")) }

    @Test("libsoxr")
    func soxr() { #expect(unsafe text(soxr_version()).hasPrefix("libsoxr-0.1.")) }

    @Test("libspandsp")
    func spanDSP() {
        let state = unsafe g722_encode_init(nil, 64_000, 0)
        #expect(unsafe state != nil)
        unsafe g722_encode_free(state)
    }

    @Test("libusrsctp")
    func usrSCTP() {
        usrsctp_init_nothreads(0, nil, nil)
        #expect(usrsctp_finish() == 0)
    }

    @Test("libopencore-amrwb and libvo-amrwbenc")
    func amrWB() {
        let (decoder, encoder) = unsafe (D_IF_init(), E_IF_init())
        #expect(unsafe decoder != nil && encoder != nil)
        unsafe D_IF_exit(decoder)
        unsafe E_IF_exit(encoder)
    }

    @Test("libbcg729")
    func bcg729() {
        let decoder = unsafe initBcg729DecoderChannel()
        #expect(unsafe decoder != nil)
        unsafe closeBcg729DecoderChannel(decoder)
    }

    @Test("libhiredis")
    func hiredis() {
        let reader = unsafe redisReaderCreate()
        #expect(unsafe reader != nil)
        unsafe redisReaderFree(reader)
    }

    @Test("libsqlite3")
    func sqlite() { #expect(sqlite3_libversion_number() >= 3_040_000 && sqlite3_threadsafe() != 0) }

    @Test("libyaml")
    func yaml() { #expect(unsafe text(yaml_get_version_string()).hasPrefix("0.")) }

    @Test("libc-ares")
    func ares() {
        var version: Int32 = 0
        #expect(unsafe text(ares_version(&version)).hasPrefix("1."))
        #expect(version >= 0x011200)
    }

    @Test("libhttp-parser")
    func httpParser() { #expect(http_parser_version() >> 16 == 2) }

    @Test("libwslay")
    func wslay() {
        var context: wslay_frame_context_ptr?
        var callbacks = wslay_frame_callbacks()
        #expect(unsafe wslay_frame_context_init(&context, &callbacks, nil) == 0)
        unsafe wslay_frame_context_free(context)
    }

    @Test("libsystemd")
    func systemd() { #expect(unsafe sd_notify(0, "READY=1") == 0) }

    @Test("Linux: what the importer cannot see by itself")
    func linux() { #expect(unsafe text(sipctl_error_name(EAGAIN)) == "EAGAIN") }
}
