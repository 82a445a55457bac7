/* Load for the benchmarks: one thread, one epoll, a bounded count, loopback only.
 *
 *   client strays     PORT COUNT IN-FLIGHT FILE   one connection per stray: send, read until the server closes
 *   client handshakes PORT COUNT IN-FLIGHT FILE   send a handshake, read 101, send a close frame, read until closed
 *   client echo       PORT COUNT IN-FLIGHT FILE   open IN-FLIGHT WebSockets, then exchange COUNT messages over them
 *
 * FILE holds what is sent: for each payload its length in ASCII, a line feed, and the bytes; they are sent in
 * turn. For `echo`, the first payload is the handshake and the second the frame. Prints one JSON object. Each
 * connection comes from one of 16 loopback addresses, so that no run is short of ports.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { STRAYS, HANDSHAKES, ECHO };
enum { CONNECTING, HEAD, CLOSING, TALKING };
enum { LIMIT_SECONDS = 240, SOURCES = 16, MOST = 1024 };

struct payload { char *bytes; size_t length; };
struct connection { int fd, state; size_t received; struct payload *sends; };

static const char CLOSE_FRAME[] = {(char)0x88, (char)0x82, 1, 2, 3, 4, 3 ^ 1, (char)(0xe8 ^ 2)};
static struct payload *payloads;
static size_t payload_count, frame_length;
static struct connection connections[MOST];
static long started, done, errors, bytes, count;
static int mode, epoll_fd, port;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static void read_payloads(const char *name) {
    FILE *file = fopen(name, "rb");
    size_t length, room = 0;
    if (!file) fail(name);
    while (fscanf(file, "%zu", &length) == 1) {
        if (fgetc(file) != '\n') fail("the payload file is broken");
        if (payload_count == room) {
            room = room ? room * 2 : 64;
            payloads = realloc(payloads, room * sizeof *payloads);
            if (!payloads) fail("realloc");
        }
        char *content = malloc(length ? length : 1);
        if (!content || fread(content, 1, length, file) != length) fail("the payload file is cut off");
        payloads[payload_count++] = (struct payload){content, length};
    }
    fclose(file);
    if (!payload_count) fail("the payload file is empty");
}

static void watch(struct connection *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(epoll_fd, operation, c->fd, &event)) fail("epoll_ctl");
}

static void open_connection(struct connection *c) {
    int one = 1;
    struct sockaddr_in source = {.sin_family = AF_INET}, target = {.sin_family = AF_INET, .sin_port = htons(port)};
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + started % SOURCES);
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *c = (struct connection){.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), .state = CONNECTING};
    if (c->fd < 0) fail("socket");
    c->sends = &payloads[mode == ECHO ? 0 : started % payload_count];
    started++;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&source, sizeof source)) fail("bind");
    if (connect(c->fd, (struct sockaddr *)&target, sizeof target) && errno != EINPROGRESS) fail("connect");
    watch(c, EPOLLOUT, EPOLL_CTL_ADD);
}

static void put(struct connection *c, const void *data, size_t length) {
    if (send(c->fd, data, length, MSG_NOSIGNAL) != (ssize_t)length) errors++;
}

static void finish(struct connection *c, int failed) {
    close(c->fd);
    c->fd = -1;
    errors += failed;
    if (mode == ECHO) { /* a connection that ends takes its share of the messages with it */
        fprintf(stderr, "a WebSocket ended\n");
        exit(2);
    }
    done++;
    if (started < count) open_connection(c);
}

static void received(struct connection *c, const char *data, ssize_t length) {
    bytes += length;
    if (c->state == HEAD && mode != STRAYS) {
        /* both servers write the head in one piece, which loopback keeps */
        if (length < 12 || memcmp(data, "HTTP/1.1 101", 12) || !memmem(data, length, "\r\n\r\n", 4)) {
            finish(c, 1);
            return;
        }
        c->state = mode == ECHO ? TALKING : CLOSING;
        c->received = 0;
        if (mode == HANDSHAKES) put(c, CLOSE_FRAME, sizeof CLOSE_FRAME);
        if (mode == ECHO) done++;
    } else if (c->state == TALKING) {
        c->received += length;
        if (c->received >= frame_length) {
            c->received -= frame_length;
            done++;
            if (started < count) {
                started++;
                put(c, payloads[1].bytes, payloads[1].length);
            }
        }
    } else {
        c->received += length;
    }
}

static void readable(struct connection *c) {
    char buffer[65536];
    ssize_t length = recv(c->fd, buffer, sizeof buffer, 0);
    if (length > 0)
        received(c, buffer, length);
    else if (length == 0)
        finish(c, mode == HANDSHAKES && c->state == HEAD);
    else if (errno != EAGAIN)
        finish(c, 1);
}

static void ready(struct connection *c, uint32_t events) {
    if (c->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) {
            finish(c, 1);
            return;
        }
        c->state = HEAD;
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
        put(c, c->sends->bytes, c->sends->length);
    } else if (events) {
        readable(c);
    }
}

static void turn(double limit) {
    struct epoll_event events[256];
    int n = epoll_wait(epoll_fd, events, 256, 1000);
    for (int i = 0; i < n; i++) ready(events[i].data.ptr, events[i].events);
    if (now() > limit) {
        fprintf(stderr, "not done after %d s: %ld of %ld\n", LIMIT_SECONDS, done, count);
        exit(3);
    }
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: client strays|handshakes|echo PORT COUNT IN-FLIGHT FILE\n");
        return 2;
    }
    mode = !strcmp(argv[1], "strays") ? STRAYS : !strcmp(argv[1], "handshakes") ? HANDSHAKES : ECHO;
    port = atoi(argv[2]);
    count = atol(argv[3]);
    long in_flight = atol(argv[4]);
    if (in_flight < 1 || in_flight > MOST) fail("in flight");
    read_payloads(argv[5]);
    if (mode == ECHO && payload_count < 2) fail("echo needs a handshake and a frame");
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    double limit = now() + LIMIT_SECONDS, began;
    if (mode == ECHO) {
        for (long i = 0; i < in_flight; i++) open_connection(&connections[i]);
        while (done < in_flight) turn(limit);
        frame_length = payloads[1].length - 4; /* the server's frame has no mask */
        done = started = bytes = 0;
        began = now();
        for (long i = 0; i < in_flight && started < count; i++, started++)
            put(&connections[i], payloads[1].bytes, payloads[1].length);
    } else {
        began = now();
        for (long i = 0; i < in_flight && started < count; i++) open_connection(&connections[i]);
    }
    while (done < count) turn(limit);
    printf("{\"done\": %ld, \"errors\": %ld, \"bytes\": %ld, \"seconds\": %.6f}\n", done, errors, bytes, now() - began);
    return 0;
}
