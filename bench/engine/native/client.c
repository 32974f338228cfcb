/*
 * The yardstick of bench/engine: what receiving costs in C. One thread, epoll, one read at a time; every frame is cut out, its time stamp
 * found and read, and the lag counted in a histogram. No JSON is parsed, no sequence is followed, no UTF-8 is checked: it does less than
 * the others. `client PORT`; then on standard input, each answered by one line of JSON:
 *
 *   connect N ROOMS   N viewers, 64 handshakes at once; answered when all have been welcomed
 *   count             chat frames so far, and the 99th percentile of their lag
 *   post N LINES      N POSTs of a small cart over so many kept lines; answered when all have been
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 20000, AT_ONCE = 64, BUFFER = 1 << 18, LAG_BUCKETS = 1 << 16 };
enum state { NONE, CONNECTING, SHAKING_HANDS, IN_ROOM, SHOPPING };

struct line {
  char *tail; /* the part of a frame, or of an answer, that has come so far */
  uint32_t tail_length;
  enum state state;
};

static struct line lines[MAX_FDS];
static char buffer[BUFFER + 1];
static struct sockaddr_in server;
static int epoll;
static int wanted, begun, welcomed, rooms = 1;
static long posts_wanted, posts_begun, posts_done;
static long frames;
/* Lags of 2^k to 2^(k+1) us share 256 buckets, so that each is known to half a percent. */
static long lags[LAG_BUCKETS];
static size_t stamp_guess = 20;

static double epoch_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void record(double lag_ms) {
  uint64_t us = lag_ms > 0 ? (uint64_t)(lag_ms * 1000) : 0;
  if (us < 256) {
    lags[us]++;
    return;
  }
  int shift = 55 - __builtin_clzll(us);
  lags[(shift + 1) * 256 + (us >> shift) - 256]++;
}

static double p99_ms(void) {
  long total = 0, seen = 0;
  for (int i = 0; i < LAG_BUCKETS; i++) total += lags[i];
  for (int i = 0; i < LAG_BUCKETS; i++) {
    seen += lags[i];
    if (seen * 100 >= total * 99) return i < 256 ? i / 1e3 : (double)((i % 256 + 256ull) << (i / 256 - 1)) / 1e3;
  }
  return 0;
}

static void fail(const char *what) {
  printf("{\"event\":\"failed\",\"message\":\"%s\"}\n", what);
  exit(1);
}

static void watch(int fd, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(epoll, how, fd, &event);
}

static void dial(enum state state) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  if (fd < 0 || fd >= MAX_FDS) fail("no file descriptor left");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) fail("connect");
  lines[fd].state = state;
  watch(fd, state == CONNECTING ? EPOLLOUT : EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

static void say_hello(int fd) {
  char text[400];
  int length = snprintf(text, sizeof text,
                        "GET /rooms/room-%d/ws?viewer=bench-%d HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        fd % rooms, fd);
  if (write(fd, text, (size_t)length) != length) fail("handshake");
  lines[fd].state = SHAKING_HANDS;
  watch(fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void say_post(int fd) {
  static const char body[] =
      "{\"viewer\":\"bench-000001\",\"product\":\"serum\",\"units\":1,\"note\":\"padded to one hundred bytes, as a cart is\"}";
  char text[400];
  if (posts_begun == posts_wanted) return;
  posts_begun++;
  int length = snprintf(text, sizeof text,
                        "POST /carts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        sizeof body - 1, body);
  if (write(fd, text, (size_t)length) != length) fail("post");
}

/* `text` ends in a 0, as the buffer does. */
static void message(const char *text, size_t length, double now) {
  if (length > 10 && memcmp(text, "{\"t\":\"chat\"", 11) == 0) {
    /* Where it was last time, give or take nothing; else it is looked for. */
    if (memcmp(text + stamp_guess, "\"at\":", 5) != 0) {
      const char *found = memmem(text, length, "\"at\":", 5);
      if (!found) return;
      stamp_guess = (size_t)(found - text);
    }
    const char *digit = text + stamp_guess + 5;
    double at = 0, unit = 1;
    for (; *digit >= '0' && *digit <= '9'; digit++) at = at * 10 + (*digit - '0');
    if (*digit == '.')
      for (digit++; *digit >= '0' && *digit <= '9'; digit++) at += (*digit - '0') * (unit /= 10);
    record(now - at);
    frames++;
    return;
  }
  if (length > 13 && memcmp(text, "{\"t\":\"welcome\"", 14) == 0 && ++welcomed == wanted)
    printf("{\"event\":\"connected\",\"count\":%d}\n", welcomed);
  if (begun < wanted && length > 13 && text[6] == 'w') {
    begun++;
    dial(CONNECTING);
  }
}

/* Returns how many bytes were whole frames. */
static size_t scan(char *bytes, size_t length, double now) {
  size_t at = 0;
  while (length - at >= 2) {
    size_t head = 2, size = (uint8_t)bytes[at + 1] & 127;
    if (size == 126) {
      if (length - at < 4) break;
      size = (size_t)(uint8_t)bytes[at + 2] << 8 | (uint8_t)bytes[at + 3];
      head = 4;
    } else if (size == 127)
      fail("a frame of more than 64 KiB");
    if (length - at < head + size) break;
    if ((bytes[at] & 15) == 1) message(bytes + at + head, size, now);
    at += head + size;
  }
  return at;
}

static void keep(struct line *line, const char *bytes, size_t length) {
  free(line->tail);
  line->tail = NULL;
  line->tail_length = (uint32_t)length;
  if (length == 0) return;
  line->tail = malloc(length);
  memcpy(line->tail, bytes, length);
}

/* Returns how many bytes were whole answers. */
static size_t answers(int fd, char *bytes) {
  size_t used = 0;
  for (char *end; (end = strstr(bytes + used, "\r\n\r\n"));) {
    char *says = strcasestr(bytes + used, "\r\ncontent-length:");
    size_t body = says && says < end ? strtoul(says + 17, NULL, 10) : 0;
    if (strlen(end + 4) < body) break;
    used = (size_t)(end + 4 - bytes) + body;
    if (++posts_done == posts_wanted) printf("{\"event\":\"posted\",\"count\":%ld}\n", posts_done);
    say_post(fd);
  }
  return used;
}

static void receive(int fd) {
  struct line *line = &lines[fd];
  size_t kept = line->tail_length;
  if (kept > 0) memcpy(buffer, line->tail, kept);
  ssize_t got = read(fd, buffer + kept, BUFFER - kept);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close(fd);
    free(line->tail);
    *line = (struct line){0};
    return;
  }
  size_t length = kept + (size_t)got, used = 0;
  buffer[length] = 0;
  if (line->state == SHAKING_HANDS) {
    char *end = strstr(buffer, "\r\n\r\n");
    if (!end) return keep(line, buffer, length);
    if (strncmp(buffer, "HTTP/1.1 101", 12) != 0) fail("no handshake");
    line->state = IN_ROOM;
    used = (size_t)(end + 4 - buffer);
  }
  if (line->state == IN_ROOM)
    used += scan(buffer + used, length - used, epoch_ms());
  else
    used = answers(fd, buffer);
  if (used < length || kept > 0) keep(line, buffer + used, length - used);
}

static void obey(char *command) {
  int count, ways;
  long posts;
  if (sscanf(command, "connect %d %d", &count, &ways) == 2) {
    wanted = count;
    rooms = ways;
    for (; begun < wanted && begun < AT_ONCE; begun++) dial(CONNECTING);
  } else if (sscanf(command, "post %ld %d", &posts, &ways) == 2) {
    posts_wanted = posts;
    posts_begun = posts_done = 0;
    for (int fd = 0; fd < MAX_FDS && ways > 0; fd++)
      if (lines[fd].state == SHOPPING) say_post(fd), ways--;
    while (ways-- > 0) dial(SHOPPING);
  } else
    printf("{\"event\":\"counted\",\"count\":%ld,\"p99Ms\":%.3f}\n", frames, p99_ms());
}

static void read_commands(void) {
  static char input[1024];
  ssize_t got = read(STDIN_FILENO, input, sizeof input - 1);
  if (got <= 0) exit(0);
  input[got] = 0;
  for (char *line = strtok(input, "\n"); line; line = strtok(NULL, "\n")) obey(line);
}

int main(int argc, char **argv) {
  if (argc != 2) return fprintf(stderr, "usage: client PORT\n"), 1;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  setvbuf(stdout, NULL, _IOLBF, 0);
  server = (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  epoll = epoll_create1(0);
  watch(STDIN_FILENO, EPOLLIN, EPOLL_CTL_ADD);
  printf("{\"event\":\"loaded\"}\n");
  for (struct epoll_event events[1024];;) {
    int count = epoll_wait(epoll, events, 1024, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == STDIN_FILENO)
        read_commands();
      else if (lines[fd].state == CONNECTING)
        say_hello(fd);
      else if (lines[fd].state == SHOPPING && (events[i].events & EPOLLOUT)) {
        watch(fd, EPOLLIN, EPOLL_CTL_MOD);
        say_post(fd);
      } else
        receive(fd);
    }
  }
}
