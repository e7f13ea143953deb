/* Sends the datagrams of a file over UDP at a given rate: sender FILE HOST PORT RATE TOTAL
 *
 * FILE holds datagrams one after the other, each behind its length (32 bits, big endian). They are
 * sent again and again, with the sequence number of sFlow version 5 (octets 16 to 19 of an agent
 * with an IPv4 address) counted on per agent, until TOTAL are sent. RATE 0: as fast as it goes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, MOST = 65536, AGENTS = 256 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: sender FILE HOST PORT RATE TOTAL\n");
    return 2;
  }
  double rate = atof(argv[4]);
  long total = atol(argv[5]);
  FILE *file = fopen(argv[1], "rb");
  if (!file) {
    perror(argv[1]);
    return 1;
  }
  static unsigned char *data[MOST];
  static unsigned length[MOST];
  int count = 0;
  unsigned char head[4];
  while (count < MOST && fread(head, 1, 4, file) == 4) {
    length[count] = (unsigned)head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3];
    data[count] = malloc(length[count]);
    if (!data[count] || fread(data[count], 1, length[count], file) != length[count]) break;
    count++;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int out = socket(AF_INET, SOCK_DGRAM, 0);
  if (!count || connect(out, (struct sockaddr *)&to, sizeof to) < 0) return 1;
  static unsigned sequence[AGENTS];
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  memset(messages, 0, sizeof messages);
  double start = now();
  long sent = 0;
  while (sent < total) {
    int many = 0;
    for (; many < BATCH && sent + many < total && many < count; many++) {
      int place = (sent + many) % count;
      /* The last octet of the agent's address tells the agents of a file apart. */
      unsigned next = htonl(++sequence[data[place][11]]);
      memcpy(data[place] + 16, &next, 4);
      vectors[many].iov_base = data[place];
      vectors[many].iov_len = length[place];
      messages[many].msg_hdr.msg_iov = &vectors[many];
      messages[many].msg_hdr.msg_iovlen = 1;
    }
    for (int done = 0; done < many;) {
      int n = sendmmsg(out, messages + done, many - done, 0);
      if (n > 0) done += n;
    }
    sent += many;
    if (rate > 0) {
      double ahead = sent / rate - (now() - start);
      if (ahead > 0) usleep((useconds_t)(ahead * 1e6));
    }
  }
  printf("%ld %.3f\n", sent, now() - start);
  return 0;
}
