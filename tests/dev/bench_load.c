/*
 * What "make bench" loads and times with.
 *
 *	bench_load pairs [-f] count command... [-- command...]
 *
 * runs the commands in turn, count times, each pair in the other order, and
 * prints medians: wall and CPU time of the first in microseconds, and with a
 * second one the same of it and the two ratios, first to second, of the
 * pairs.  A command that fails is an error.  With -f it is timed until it has
 * written a line to its stdout, and killed.
 *
 *	bench_load flood group interface port seconds rate [hex]
 *
 * sends HELLO, or these bytes, so often a second, and prints how often and in
 * how many seconds it did.
 *
 *	bench_load ask address interface port count window [hex]
 *
 * sends the same to have so many unanswered, until so many are answered; it
 * fails after 2 s without an answer.
 *
 *	bench_load many group interface port address count pause
 *
 * is count listeners, of which each has an address, the first this one.  They
 * answer one after the other, with microseconds of pause between them.
 */

#define _GNU_SOURCE /* in6_pktinfo, UDP_SEGMENT */

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 10000
#define BURST 16 /* HELLOs to a system call, where a flood allows it */

static char data[65536 + 2];

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* Microseconds */
static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
microseconds(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void
run(char **command, int first_line, double *wall, double *cpu)
{
	struct rusage usage;
	double start;
	ssize_t n;
	pid_t pid;
	char c;
	int fds[2], out, status;

	n = 0;
	if (pipe(fds) == -1)
		die("pipe");
	start = now();
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0) {
		out = first_line ? fds[1] : open("/dev/null", O_WRONLY);
		dup2(out, STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execvp(command[0], command);
		perror(command[0]);
		_exit(127);
	}
	close(fds[1]);
	if (first_line) {
		do
			n = read(fds[0], &c, 1);
		while (n == 1 && c != '\n');
		*wall = now() - start;
		kill(pid, SIGKILL);
	}
	if (wait4(pid, &status, 0, &usage) == -1)
		die("wait4");
	if (!first_line)
		*wall = now() - start;
	close(fds[0]);
	*cpu = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
	if (first_line ? n != 1 : status != 0) {
		fprintf(stderr, "bench_load: %s: failed\n", command[0]);
		exit(1);
	}
}

static int
compare(const void *a, const void *b)
{
	const double *x, *y;

	x = a;
	y = b;
	return (*x > *y) - (*x < *y);
}

static double
median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

static int
pairs(char **argv)
{
	static double wall[2][RUNS_MAX], cpu[2][RUNS_MAX];
	static double ratio[2][RUNS_MAX];
	char **command[2];
	size_t count, i, turn, which;
	int first_line;

	first_line = strcmp(argv[0], "-f") == 0;
	argv += first_line;
	count = strtoul(argv[0], NULL, 10);
	if (count < 1 || count > RUNS_MAX)
		return 2;
	command[0] = command[1] = ++argv;
	for (; *argv != NULL; argv++)
		if (command[1] == command[0] && strcmp(*argv, "--") == 0) {
			*argv = NULL;
			command[1] = argv + 1;
		}
	for (i = 0; i < count; i++) {
		for (turn = 0; turn < 2; turn++) {
			which = (turn + i) % 2;
			if (which == 0 || command[1] != command[0])
				run(command[which], first_line, &wall[which][i],
				    &cpu[which][i]);
		}
		ratio[0][i] = wall[0][i] / wall[1][i];
		ratio[1][i] = cpu[0][i] / cpu[1][i];
	}
	printf("%.1f %.1f", median(wall[0], count), median(cpu[0], count));
	if (command[1] != command[0])
		printf(" %.1f %.1f %.4f %.4f", median(wall[1], count),
		    median(cpu[1], count), median(ratio[0], count),
		    median(ratio[1], count));
	putchar('\n');
	return 0;
}

static struct sockaddr_in6
address(const char *text, const char *interface, const char *port)
{
	struct sockaddr_in6 a;

	memset(&a, 0, sizeof(a));
	a.sin6_family = AF_INET6;
	a.sin6_port = htons((in_port_t)atoi(port));
	a.sin6_scope_id = if_nametoindex(interface);
	if (inet_pton(AF_INET6, text, &a.sin6_addr) != 1)
		die(text);
	return a;
}

/* What to send: HELLO or, in hex, anything else.  Returns its size. */
static size_t
payload(const char *hex)
{
	unsigned int byte;
	size_t size;

	if (hex == NULL) {
		memcpy(data, "HELLO", 5);
		return 5;
	}
	for (size = 0; sscanf(hex + 2 * size, "%2x", &byte) == 1; size++)
		data[size] = (char)byte;
	return size;
}

static void
flood(char **argv)
{
	static char many[BURST * 1024];
	struct sockaddr_in6 to;
	unsigned long sent, total;
	double start, rate;
	size_t size, each, i;
	int fd, segment;

	to = address(argv[0], argv[1], argv[2]);
	rate = strtod(argv[4], NULL);
	total = (unsigned long)(rate * strtod(argv[3], NULL) + 0.5);
	size = payload(argv[5]);
	segment = (int)size;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	each = 1;
	if (total % BURST == 0 &&
	    setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment,
		sizeof(segment)) != -1)
		each = BURST;
	for (i = 0; i < each; i++)
		memcpy(many + i * size, data, size);
	start = now();
	for (sent = 0; sent < total;) {
		while (now() < start + (double)sent / rate * 1e6)
			;
		if (sendto(fd, many, each * size, 0, (struct sockaddr *)&to,
			sizeof(to)) != -1)
			sent += each;
		else if (errno != EAGAIN && errno != ENOBUFS)
			die("sendto");
	}
	printf("%lu %.6f\n", sent, (now() - start) / 1e6);
}

static void
ask(char **argv)
{
	static char came[65536];
	struct sockaddr_in6 to;
	struct timeval patience;
	unsigned long sent, answered, count, window;
	size_t size;
	int fd;

	to = address(argv[0], argv[1], argv[2]);
	count = strtoul(argv[3], NULL, 10);
	window = strtoul(argv[4], NULL, 10);
	size = payload(argv[5]);
	patience.tv_sec = 2;
	patience.tv_usec = 0;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	sent = 0;
	for (answered = 0; answered < count; answered++) {
		for (; sent < count && sent < answered + window; sent++)
			if (sendto(fd, data, size, 0, (struct sockaddr *)&to,
				sizeof(to)) == -1)
				die("sendto");
		if (recvfrom(fd, came, sizeof(came), 0, NULL, NULL) == -1)
			die("recvfrom");
	}
}

/* The answer from count addresses, the first of them in info. */
static void
answer(int fd, struct msghdr *m, unsigned long count, double pause)
{
	struct in6_pktinfo *info;
	unsigned char *a;
	unsigned long i;
	double due;

	info = (struct in6_pktinfo *)(void *)CMSG_DATA(CMSG_FIRSTHDR(m));
	a = info->ipi6_addr.s6_addr;
	due = now();
	for (i = 1; i <= count; i++) {
		a[13] = (unsigned char)(i >> 16);
		a[14] = (unsigned char)(i >> 8);
		a[15] = (unsigned char)i;
		while (sendmsg(fd, m, 0) == -1)
			if (errno != EAGAIN && errno != ENOBUFS)
				die("sendmsg");
		for (due += pause; pause > 0 && now() < due;)
			;
	}
}

static void
many(char **argv)
{
	static union {
		struct cmsghdr align;
		unsigned char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
	struct in6_pktinfo info;
	struct sockaddr_in6 group, own, peer;
	struct ipv6_mreq membership;
	struct msghdr m;
	struct iovec v;
	ssize_t n;
	int fd, on;

	on = 1;
	group = address(argv[0], argv[1], argv[2]);
	own = address("::", "", argv[2]);
	membership.ipv6mr_multiaddr = group.sin6_addr;
	membership.ipv6mr_interface = group.sin6_scope_id;
	memset(&info, 0, sizeof(info));
	info.ipi6_addr = address(argv[3], "", "0").sin6_addr;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on)) ==
		-1 ||
	    bind(fd, (struct sockaddr *)&own, sizeof(own)) == -1 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &membership,
		sizeof(membership)) == -1)
		die("many");
	memset(&m, 0, sizeof(m));
	m.msg_name = &peer;
	m.msg_iov = &v;
	m.msg_iovlen = 1;
	m.msg_control = &control;
	m.msg_controllen = sizeof(control);
	control.align.cmsg_level = IPPROTO_IPV6;
	control.align.cmsg_type = IPV6_PKTINFO;
	control.align.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &info, sizeof(info));
	for (;;) {
		m.msg_namelen = sizeof(peer);
		n = recvfrom(fd, data + 2, sizeof(data) - 2, 0,
		    (struct sockaddr *)&peer, &m.msg_namelen);
		if (n < 5 || memcmp(data + 2, "HELLO", 5) != 0)
			continue;
		memcpy(data, "WELCOME", 7);
		v.iov_base = data;
		v.iov_len = (size_t)n + 2;
		answer(fd, &m, strtoul(argv[4], NULL, 10),
		    strtod(argv[5], NULL));
	}
}

int
main(int argc, char **argv)
{
	if (argc >= 4 && strcmp(argv[1], "pairs") == 0)
		return pairs(argv + 2);
	if (argc >= 7 && strcmp(argv[1], "flood") == 0)
		flood(argv + 2);
	else if (argc >= 7 && strcmp(argv[1], "ask") == 0)
		ask(argv + 2);
	else if (argc == 8 && strcmp(argv[1], "many") == 0)
		many(argv + 2);
	else
		return 2;
	return 0;
}
