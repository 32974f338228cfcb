/*
 * The other side of bench/engine: rooms that speak the stub's protocol, at the pace that standard input orders. It is in C so that one
 * core of it outpaces every client measured here. One thread, epoll; 127.0.0.1 only; the first line of its output names the port.
 *
 *   send all|own WRITES_PER_SEC FRAMES_PER_WRITE MS   chat to every viewer: the same bytes to all, or to each its own
 *   mark      one `count` frame to every viewer: whoever handles it has handled all that came before
 *   viewers   how many are in
 *   posts     how many POSTs were answered
 *   close     sends every viewer away
 *
 * Each is answered by one line of JSON. The end of the input is the end of the program.
 */
#define _GNU_SOURCE
#include "handshake.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 20000, HEAD_BYTES = 4096, PAYLOAD = 200, FRAME = PAYLOAD + 4, MAX_JOINED = 64, MAX_WAITING = 1 << 22 };

struct line {
  char *head; /* a request that has not come in whole */
  size_t head_length;
  char *waiting; /* what the kernel did not take */
  size_t waiting_length;
  int slot; /* place among the viewers; -1: not a viewer */
  char is_open;
};

static struct line lines[MAX_FDS];
static int viewers[MAX_FDS];
static int viewer_count;
static long posts;
static long seq;
static int epoll;
static char scratch[1 << 16];

static double epoch_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void hang_up(int fd) {
  struct line *line = &lines[fd];
  if (!line->is_open) return;
  if (line->slot >= 0) {
    int last = viewers[--viewer_count];
    viewers[line->slot] = last;
    lines[last].slot = line->slot;
  }
  free(line->head);
  free(line->waiting);
  memset(line, 0, sizeof *line);
  line->slot = -1;
  close(fd);
}

static void watch(int fd, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  epoll_ctl(epoll, how, fd, &event);
}

/* Keeps what the kernel does not take. A client that lets 4 MiB pile up is cut off: the counts will show it. */
static void put(int fd, const char *bytes, size_t length) {
  struct line *line = &lines[fd];
  ssize_t done = line->waiting_length > 0 ? 0 : write(fd, bytes, length);
  if (done < 0 && errno != EAGAIN) return hang_up(fd);
  size_t rest = length - (size_t)(done < 0 ? 0 : done);
  if (rest == 0) return;
  if (line->waiting_length + rest > MAX_WAITING) return hang_up(fd);
  if (line->waiting_length == 0) watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  line->waiting = realloc(line->waiting, line->waiting_length + rest);
  memcpy(line->waiting + line->waiting_length, bytes + length - rest, rest);
  line->waiting_length += rest;
}

static void put_waiting(int fd) {
  struct line *line = &lines[fd];
  ssize_t done = write(fd, line->waiting, line->waiting_length);
  if (done < 0) return errno == EAGAIN ? (void)0 : hang_up(fd);
  line->waiting_length -= (size_t)done;
  memmove(line->waiting, line->waiting + done, line->waiting_length);
  if (line->waiting_length > 0) return;
  free(line->waiting);
  line->waiting = NULL;
  watch(fd, EPOLLIN, EPOLL_CTL_MOD);
}

/* A text frame of the server: no mask. Returns its length. */
static size_t frame(char *out, const char *text, size_t length) {
  size_t at = 0;
  out[at++] = (char)0x81;
  if (length < 126)
    out[at++] = (char)length;
  else {
    out[at++] = 126;
    out[at++] = (char)(length >> 8);
    out[at++] = (char)length;
  }
  memcpy(out + at, text, length);
  return at + length;
}

/* ChatFrame of server-stub/protocol.ts in the stub's order of keys, padded to 200 bytes. Returns where the viewer's digits stand. */
static size_t chat_frame(char *out, long number, double at) {
  char text[PAYLOAD + 1];
  int length =
      snprintf(text, sizeof text, "{\"t\":\"chat\",\"seq\":%ld,\"at\":%.3f,\"from\":\"viewer-000000\",\"text\":\"", number, at);
  size_t digits = (size_t)length - 17;
  memset(text + length, 'x', (size_t)(PAYLOAD - 2 - length));
  memcpy(text + PAYLOAD - 2, "\"}", 2);
  frame(out, text, PAYLOAD);
  return 4 + digits;
}

static void six_digits(char *out, int number) {
  for (int i = 5; i >= 0; i--, number /= 10) out[i] = (char)('0' + number % 10);
}

static void welcome(int fd, const char *key, const char *room, int room_length) {
  char accept[29], text[400], out[900];
  accept_key(key, accept);
  int head = snprintf(out, 300,
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: %s\r\n\r\n",
                      accept);
  lines[fd].slot = viewer_count;
  viewers[viewer_count++] = fd;
  int length = snprintf(text, sizeof text, "{\"t\":\"welcome\",\"room\":\"%.*s\",\"seq\":%ld,\"viewers\":%d,\"at\":%.3f,\"cues\":[]}",
                        room_length > 200 ? 200 : room_length, room, seq, viewer_count, epoch_ms());
  put(fd, out, (size_t)head);
  if (lines[fd].is_open) put(fd, out, frame(out, text, (size_t)length));
}

static void answer(int fd, const char *status, const char *body) {
  char out[600];
  int length = snprintf(out, sizeof out,
                        "HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %zu\r\n"
                        "Connection: keep-alive\r\n\r\n%s",
                        status, strlen(body), body);
  put(fd, out, (size_t)length);
}

/* One request at the start of `head`; returns its length, or 0 when it is not there in whole. */
static size_t request(int fd, char *head) {
  char *end = strstr(head, "\r\n\r\n");
  if (!end) return 0;
  size_t length = (size_t)(end + 4 - head);
  char *key = strcasestr(head, "\r\nsec-websocket-key:");
  if (key && key < end) {
    key += 20;
    while (*key == ' ') key++;
    char *room = strstr(head, "/rooms/");
    room = room && room < end ? room + 7 : head;
    welcome(fd, key, room, (int)strcspn(room, "/ \r"));
    return length;
  }
  if (strncmp(head, "POST ", 5) == 0) {
    char *says = strcasestr(head, "\r\ncontent-length:");
    size_t body = says && says < end ? strtoul(says + 17, NULL, 10) : 0;
    if (strlen(head) < length + body) return 0;
    char text[160];
    snprintf(text, sizeof text, "{\"cart\":\"cart-%09ld\",\"priceMinor\":19900,\"units\":1,\"expiresAt\":%.3f,\"note\":\"reserved\"}", posts++,
             epoch_ms() + 12e4);
    answer(fd, "201 Created", text);
    return length + body;
  }
  char text[60];
  snprintf(text, sizeof text, "{\"ok\":true,\"viewers\":%d}", viewer_count);
  answer(fd, "200 OK", text);
  return length;
}

static void receive(int fd) {
  struct line *line = &lines[fd];
  ssize_t got = read(fd, scratch, sizeof scratch);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return hang_up(fd);
  if (line->slot >= 0) {
    /* Viewers of the bench say nothing but goodbye. */
    static const char goodbye[] = {(char)0x88, 2, 3, (char)0xE8};
    if ((scratch[0] & 15) != 8) return;
    if (write(fd, goodbye, sizeof goodbye) < 0) {
      /* Nobody listens: all the same. */
    }
    return hang_up(fd);
  }
  if (line->head_length + (size_t)got >= HEAD_BYTES) return hang_up(fd);
  if (!line->head) line->head = malloc(HEAD_BYTES);
  memcpy(line->head + line->head_length, scratch, (size_t)got);
  line->head_length += (size_t)got;
  line->head[line->head_length] = 0;
  for (size_t used; line->is_open && line->slot < 0 && line->head_length > 0 && (used = request(fd, line->head)) > 0;) {
    if (!line->is_open) return;
    line->head_length -= used;
    memmove(line->head, line->head + used, line->head_length + 1);
  }
  if (line->is_open && line->slot >= 0) {
    free(line->head);
    line->head = NULL;
  }
}

static void let_in(int listener) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    int on = 1;
    if (fd >= MAX_FDS) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    lines[fd] = (struct line){.slot = -1, .is_open = 1};
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

/* The order to send that is being carried out. */
static struct {
  int own, joined;
  double every_ms, due_ms, end_ms, began_ms;
  long writes, frames;
} order;

static void send_once(void) {
  static char bytes[FRAME * MAX_JOINED];
  static size_t digits[MAX_JOINED];
  double at = epoch_ms();
  for (int i = 0; i < order.joined; i++) digits[i] = (size_t)i * FRAME + chat_frame(bytes + i * FRAME, ++seq, at);
  for (int i = viewer_count - 1; i >= 0; i--) {
    int fd = viewers[i];
    if (order.own)
      for (int k = 0; k < order.joined; k++) six_digits(bytes + digits[k], fd);
    put(fd, bytes, (size_t)order.joined * FRAME);
  }
  order.writes++;
  order.frames += (long)order.joined * viewer_count;
}

/* Carries out what is due; returns for how many ms nothing is. */
static int go_on(void) {
  if (order.every_ms <= 0) return -1;
  double now = epoch_ms();
  if (now >= order.end_ms) {
    printf("{\"event\":\"sent\",\"frames\":%ld,\"perViewer\":%ld,\"viewers\":%d,\"tookMs\":%.1f}\n", order.frames,
           order.writes * order.joined, viewer_count, now - order.began_ms);
    order.every_ms = 0;
    return -1;
  }
  if (now >= order.due_ms) {
    send_once();
    order.due_ms += order.every_ms;
    /* Late: the next one waits its turn, for two writes at once would be one read. */
    if (order.due_ms < epoch_ms()) order.due_ms = epoch_ms() + order.every_ms / 2;
  }
  double next = order.due_ms < order.end_ms ? order.due_ms : order.end_ms;
  int wait = (int)(next - epoch_ms() + 0.999);
  return wait > 0 ? wait : 0;
}

static void obey(char *command) {
  char who[8], text[100], out[120];
  double writes_per_sec, ms;
  int joined;
  if (sscanf(command, "send %7s %lf %d %lf", who, &writes_per_sec, &joined, &ms) == 4 && joined >= 1 && joined <= MAX_JOINED) {
    order.own = strcmp(who, "own") == 0;
    order.joined = joined;
    order.every_ms = 1000 / writes_per_sec;
    order.began_ms = order.due_ms = epoch_ms();
    order.end_ms = order.began_ms + ms;
    order.writes = order.frames = 0;
  } else if (strcmp(command, "mark") == 0) {
    int length = snprintf(text, sizeof text, "{\"t\":\"count\",\"viewers\":%d,\"at\":%.3f}", viewer_count, epoch_ms());
    size_t bytes = frame(out, text, (size_t)length);
    for (int i = viewer_count - 1; i >= 0; i--) put(viewers[i], out, bytes);
    printf("{\"event\":\"marked\"}\n");
  } else if (strcmp(command, "viewers") == 0)
    printf("{\"event\":\"viewers\",\"count\":%d}\n", viewer_count);
  else if (strcmp(command, "posts") == 0)
    printf("{\"event\":\"posts\",\"count\":%ld}\n", posts);
  else if (strcmp(command, "close") == 0) {
    static const char goodbye[] = {(char)0x88, 2, 3, (char)0xE8};
    for (int i = viewer_count - 1; i >= 0; i--) put(viewers[i], goodbye, sizeof goodbye);
    printf("{\"event\":\"closed\"}\n");
  } else
    printf("{\"event\":\"unknown\"}\n");
}

static void read_commands(void) {
  static char input[4096];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, input + length, sizeof input - 1 - length);
  if (got <= 0) exit(0);
  length += (size_t)got;
  input[length] = 0;
  for (char *end; (end = strchr(input, '\n'));) {
    *end = 0;
    obey(input);
    length -= (size_t)(end + 1 - input);
    memmove(input, end + 1, length + 1);
  }
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) return perror("server"), 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  epoll = epoll_create1(0);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  watch(STDIN_FILENO, EPOLLIN, EPOLL_CTL_ADD);
  printf("{\"event\":\"listening\",\"port\":%d}\n", ntohs(address.sin_port));
  for (struct epoll_event events[1024];;) {
    int count = epoll_wait(epoll, events, 1024, go_on());
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener)
        let_in(listener);
      else if (fd == STDIN_FILENO)
        read_commands();
      else {
        if (lines[fd].is_open && (events[i].events & EPOLLOUT) && lines[fd].waiting_length > 0) put_waiting(fd);
        if (lines[fd].is_open && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) receive(fd);
      }
    }
  }
}
