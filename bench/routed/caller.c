// The callers: whole calls at a fixed rate, INVITE, the answer to a digest challenge where there is one, ACK, BYE. It ends by itself.
//
// usage: caller PORT RATE SECONDS NUMBERS      prints "calls N good N challenged N setup_p50_us N setup_max_us N"
//
// The numbers +15550000000 and up are called in turns. A call is good when every response came within 500 ms, so that nothing
// had to be sent twice. sipp is not used: it reads the first challenge only, which is that for SHA-256, and knows MD5 only.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST_SECONDS = 60, PATIENCE_US = 500000 };

struct call {
    double begun, last;
    int cseq, state; // 0 not begun, 1 calling, 2 BYE sent, 3 over, 4 failed
    char to_tag[80];
};

static struct call *calls;
static double *setups;
static long good, answered, challenged;
static int fd, port, own, numbers;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static void md5(char out[33], const char *text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size;
    EVP_Digest(text, strlen(text), digest, &size, EVP_md5(), NULL);
    for (unsigned i = 0; i < 16; i++) sprintf(out + 2 * i, "%02x", digest[i]);
}

static void send_request(long index, const char *method, const char *branch, const char *extra, const char *body) {
    struct call *call = &calls[index];
    char text[2048];
    int number = index % numbers;
    int size = snprintf(text, sizeof text,
        "%s sip:+1555%07d@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%ld-%d-%s;rport\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:bench%ld@127.0.0.1:%d>;tag=t%ld\r\nTo: <sip:+1555%07d@127.0.0.1:%d>%s\r\n"
        "Call-ID: %ld-%d@127.0.0.1\r\nCSeq: %d %s\r\nContact: <sip:bench@127.0.0.1:%d>\r\n%s%sContent-Length: %zu\r\n\r\n%s",
        method, number, port, own, index, call->cseq, branch, index, own, index, number, port, call->to_tag, index, own,
        call->cseq, method, own, extra, *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
    send(fd, text, size, 0);
    call->last = now();
}

static void invite(long index, const char *extra) {
    calls[index].cseq++;
    send_request(index, "INVITE", "i", extra,
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n");
}

static int field(char *out, int size, const char *line, const char *name) {
    const char *at = strstr(line, name);
    if (!at) return 0;
    at += strlen(name);
    int length = strcspn(at, "\"");
    snprintf(out, size, "%.*s", length, at);
    return 1;
}

// The answer to the challenge for MD5 (RFC 7616).
static void authorize(long index, char *response) {
    char realm[80], nonce[200], opaque[80] = "", line[1024] = "";
    for (char *at = response; (at = strstr(at, "Proxy-Authenticate: ")); at++) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\r"), at);
        if (strstr(line, "algorithm=MD5")) break;
    }
    if (!field(realm, sizeof realm, line, "realm=\"") || !field(nonce, sizeof nonce, line, " nonce=\"")) return;
    field(opaque, sizeof opaque, line, "opaque=\"");
    char uri[64], text[512], one[33], two[33], proof[33], extra[1024];
    snprintf(uri, sizeof uri, "sip:+1555%07ld@127.0.0.1:%d", index % numbers, port);
    snprintf(text, sizeof text, "bench:%s:secret", realm);
    md5(one, text);
    snprintf(text, sizeof text, "INVITE:%s", uri);
    md5(two, text);
    snprintf(text, sizeof text, "%s:%s:00000001:c0ffee:auth:%s", one, nonce, two);
    md5(proof, text);
    snprintf(extra, sizeof extra,
        "Proxy-Authorization: Digest username=\"bench\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=MD5, "
        "qop=auth, nc=00000001, cnonce=\"c0ffee\", opaque=\"%s\"\r\n",
        realm, nonce, uri, proof, opaque);
    challenged++;
    invite(index, extra);
}

static void take(char *response, long count) {
    char *id = strstr(response, "Call-ID: "), *cseq = strstr(response, "CSeq: "), *to = strstr(response, "\nTo: ");
    if (!id || !cseq || !to) return;
    long index = atol(id + 9);
    int status = atoi(response + 8);
    if (index < 0 || index >= count || status < 200) return;
    struct call *call = &calls[index];
    if (atoi(cseq + 6) != call->cseq) return;
    int is_bye = strstr(cseq, "BYE") && strstr(cseq, "BYE") < strchr(cseq, '\r');
    if (now() - call->last > PATIENCE_US) call->state = 4;
    if (is_bye) {
        if (call->state == 2 && status == 200) call->state = 3, good++;
        return;
    }
    if (call->state != 1) return;
    char *tag = strstr(to, ";tag=");
    if (tag && tag < strchr(to + 1, '\n')) snprintf(call->to_tag, sizeof call->to_tag, "%.*s", (int)strcspn(tag, "\r"), tag);
    send_request(index, "ACK", status == 200 ? "a" : "i", "", "");
    if (status == 407) {
        *call->to_tag = 0;
        authorize(index, response);
    } else if (status == 200) {
        setups[answered++] = now() - call->begun;
        call->state = 2;
        call->cseq++;
        send_request(index, "BYE", "b", "", "");
    } else {
        call->state = 4;
    }
}

static int compare(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : *(double *)a > *(double *)b; }

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    port = atoi(argv[1]);
    double rate = atof(argv[2]), seconds = atof(argv[3]);
    numbers = atoi(argv[4]);
    if (rate <= 0 || seconds <= 0 || seconds > MOST_SECONDS || numbers < 1) return 2;
    long count = rate * seconds, begun = 0;
    calls = calloc(count, sizeof *calls), setups = calloc(count + 1, sizeof *setups);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    int room = 8 << 20;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}, there = here;
    there.sin_port = htons(port);
    socklen_t length = sizeof here;
    if (bind(fd, (struct sockaddr *)&here, sizeof here) || getsockname(fd, (struct sockaddr *)&here, &length)
        || connect(fd, (struct sockaddr *)&there, sizeof there)) {
        perror("socket");
        return 1;
    }
    own = ntohs(here.sin_port);
    double start = now(), end = start + seconds * 1e6 + 1e6;
    while (now() < end && (begun < count || good < count)) {
        while (begun < count && now() - start >= begun / rate * 1e6) {
            calls[begun].begun = now(), calls[begun].state = 1;
            invite(begun++, "");
        }
        struct pollfd entry = {.fd = fd, .events = POLLIN};
        if (poll(&entry, 1, begun < count ? 0 : 5) > 0) {
            static char response[4096];
            long size;
            while ((size = recv(fd, response, sizeof response - 1, MSG_DONTWAIT)) > 0) response[size] = 0, take(response, count);
        } else if (begun < count) {
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
        }
    }
    qsort(setups, answered, sizeof *setups, compare);
    printf("calls %ld good %ld challenged %ld setup_p50_us %.0f setup_max_us %.0f\n", count, good, challenged,
        answered ? setups[answered / 2] : 0, answered ? setups[answered - 1] : 0);
    return 0;
}
