/*
 * The other side for the tests: answers HELLO as a listener should, or as it
 * should not, and what else a program may do with a socket.
 *
 *	responder group interface port action ...
 *
 * joins, says so, and does one action for each HELLO that comes; when it
 * comes to the last one it stays with it.  An action is words with commas
 * between them:
 *
 *	ok	answer
 *	none	do not
 *	hold	keep the HELLO
 *	held	answer the one that was kept
 *	many/A/N	answer from N addresses, A and those after it
 *	bare	answer WELCOME without the tag
 *	verb	answer with HELLO
 *	id	answer with another id
 *	seq	answer with a sequence number that was never sent
 *	damage	answer with the last byte changed
 *	cut	answer without the last byte
 *	longer	answer with a byte more, an escape
 *	report	answer with words behind it that a good one never says
 *	quit	end
 *
 *	responder -s count source address interface port
 *
 * sends what stdin has, count times, to an address on that interface.  The
 * source is a port, 0 for any; with = before it, one that may be another
 * program's, or 0; or it is "icmp", and what is sent an ICMPv6 message.
 *
 *	responder -a address interface port
 *
 * sends what stdin has, and writes the answer to stdout.
 *
 *	responder -b address port [shared]
 *
 * has that port, alone or with programs that share it, says so, and prints
 * what comes, a line for each datagram.
 *
 *	responder -e interface first count
 *
 * answers each ICMPv6 echo request from so many addresses; only every other
 * answer is whole.
 */

#define _DEFAULT_SOURCE

#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hello {
	struct sockaddr_in6 from;
	char data[65536 + 256]; /* room for what an answer adds */
	size_t size;
};

static const char nonsense[] =
    " group=\033[2J%s%n port=99999999999999999999 port=-1 zone=%n%n%n%n"
    " zone=a-name-that-is-far-too-long-for-an-interface loop=\033c"
    " error=\033]0;title\007 error-age=-1 error= = group"
    " error=E\033[2J%s%n error-age=1";

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
say(const char *what)
{
	puts(what);
	fflush(stdout);
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

/* The next of many addresses. */
static void
next(struct sockaddr_in6 *a)
{
	if (++a->sin6_addr.s6_addr[15] == 0)
		a->sin6_addr.s6_addr[14]++;
}

static int
bound(int type, int protocol, const struct sockaddr_in6 *a, int shared)
{
	int fd, on;

	on = type == SOCK_DGRAM; /* a raw one can't have it */
	fd = socket(AF_INET6, type, protocol);
	if (on)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &shared, sizeof(shared));
	if (bind(fd, (const struct sockaddr *)a, sizeof(*a)) == -1)
		die("bind");
	return fd;
}

/* A UDP socket that shares its port. */
static int
udp(const struct sockaddr_in6 *a)
{
	return bound(SOCK_DGRAM, 0, a, 1);
}

/* One datagram; returns its size. */
static size_t
get(int fd, char *data, size_t size, struct sockaddr_in6 *from)
{
	socklen_t length;
	ssize_t n;

	length = sizeof(*from);
	n = recvfrom(fd, data, size, 0, (struct sockaddr *)from, &length);
	if (n == -1)
		die("recvfrom");
	return (size_t)n;
}

static void
put(int fd, const void *data, size_t size, const struct sockaddr_in6 *to)
{
	while (sendto(fd, data, size, 0, (const struct sockaddr *)to,
		   sizeof(*to)) == -1)
		if (errno != EAGAIN && errno != ENOBUFS)
			die("sendto");
}

/* The WELCOME for a HELLO, changed as the action says; returns its size. */
static size_t
welcome(char *data, const struct hello *h, const char *how)
{
	size_t size;

	memcpy(data, "WELCOME", 7);
	memcpy(data + 7, h->data + 5, h->size - 5);
	size = h->size + 2;
	if (strcmp(how, "bare") == 0)
		size = 7;
	else if (strcmp(how, "id") == 0)
		data[8] = data[8] == '0' ? '1' : '0';
	else if (strcmp(how, "seq") == 0)
		data[17] = '9'; /* the first digit of it */
	else if (strcmp(how, "damage") == 0)
		data[size - 1] ^= 1;
	else if (strcmp(how, "cut") == 0)
		size--;
	else if (strcmp(how, "longer") == 0)
		data[size++] = '\033';
	else if (strcmp(how, "report") == 0) {
		memcpy(data + size, nonsense, sizeof(nonsense) - 1);
		size += sizeof(nonsense) - 1;
	} else if (strcmp(how, "verb") == 0) {
		memcpy(data, h->data, h->size);
		size = h->size;
	}
	return size;
}

/* From count addresses: the first one is behind the /, and so is count. */
static void
answer_many(const char *how, const struct hello *h)
{
	static char data[sizeof(h->data)];
	struct sockaddr_in6 a;
	char first[INET6_ADDRSTRLEN];
	size_t n, size;
	long i, count;
	int fd;

	n = strcspn(how, "/");
	memcpy(first, how, n);
	first[n] = '\0';
	a = address(first, "", "28015");
	count = atol(how + n + 1);
	size = welcome(data, h, "ok");
	for (i = 0; i < count; i++) {
		fd = udp(&a);
		put(fd, data, size, &h->from);
		close(fd);
		next(&a);
	}
}

static void
act(int fd, const char *action, const struct hello *h, struct hello *held)
{
	static char data[sizeof(h->data)];
	char word[64];
	size_t n;

	for (; *action != '\0'; action += n + (action[n] == ',')) {
		n = strcspn(action, ",");
		snprintf(word, sizeof(word), "%.*s", (int)n, action);
		if (strcmp(word, "hold") == 0)
			*held = *h;
		else if (strcmp(word, "held") == 0)
			put(fd, data, welcome(data, held, "ok"), &held->from);
		else if (strncmp(word, "many/", 5) == 0)
			answer_many(word + 5, h);
		else if (strcmp(word, "quit") == 0)
			exit(0);
		else if (strcmp(word, "none") != 0)
			put(fd, data, welcome(data, h, word), &h->from);
	}
}

/* group interface port action ... */
static void
answers(char **argv)
{
	static struct hello h, held;
	struct ipv6_mreq group;
	struct sockaddr_in6 any;
	int fd;

	memset(&group, 0, sizeof(group));
	group.ipv6mr_multiaddr = address(argv[0], argv[1], "0").sin6_addr;
	group.ipv6mr_interface = if_nametoindex(argv[1]);
	any = address("::", "", argv[2]);
	fd = udp(&any);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group,
		sizeof(group)) == -1)
		die("join");
	say("joined");
	argv += 3;
	for (;;) {
		h.size = get(fd, h.data, 65536, &h.from);
		if (h.size < 5 || memcmp(h.data, "HELLO", 5) != 0)
			continue;
		act(fd, argv[0], &h, &held);
		if (argv[1] != NULL)
			argv++;
	}
}

/* A socket that is bound to no port; the caller makes the header. */
static int
raw(void)
{
	int fd, offset;

	offset = 6; /* of the checksum */
	fd = socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);
	if (fd == -1 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &offset,
		sizeof(offset)) == -1)
		die("raw socket");
	return fd;
}

/* count source address interface port */
static void
sends(char **argv)
{
	static char data[8 + 65536];
	struct sockaddr_in6 from, to;
	uint16_t header[4];
	size_t skip, size;
	long i, count;
	int fd;

	count = atol(argv[0]);
	from = address("::", "", argv[1] + (*argv[1] == '='));
	to = address(argv[2], argv[3], argv[4]);
	size = 8 + fread(data + 8, 1, sizeof(data) - 8, stdin);
	skip = 8;
	if (*argv[1] == '=') {
		skip = 0;
		memset(header, 0, sizeof(header));
		header[0] = from.sin6_port;
		header[1] = to.sin6_port;
		header[2] = htons((uint16_t)size);
		memcpy(data, header, sizeof(header));
		to.sin6_port = 0;
		fd = raw();
	} else if (strcmp(argv[1], "icmp") == 0) {
		to.sin6_port = 0;
		fd = bound(SOCK_RAW, IPPROTO_ICMPV6, &from, 0);
	} else
		fd = udp(&from);
	for (i = 0; i < count; i++)
		put(fd, data + skip, size - skip, &to);
}

/* address interface port */
static void
asks(char **argv)
{
	static char data[65536];
	struct sockaddr_in6 any, to;
	int fd;

	any = address("::", "", "0");
	to = address(argv[0], argv[1], argv[2]);
	fd = udp(&any);
	put(fd, data, fread(data, 1, sizeof(data), stdin), &to);
	fwrite(data, 1, get(fd, data, sizeof(data), &any), stdout);
}

/* address port [shared] */
static void
binds(char **argv)
{
	static char data[65536];
	struct sockaddr_in6 a;
	int fd;

	a = address(argv[0], "", argv[1]);
	fd = bound(SOCK_DGRAM, 0, &a, argv[2] != NULL);
	say("bound");
	for (;;) {
		fwrite(data, 1, get(fd, data, sizeof(data), &a), stdout);
		say("");
	}
}

/* interface first count */
static void
echoes(char **argv)
{
	static char data[65536];
	struct sockaddr_in6 any, from, a;
	size_t size;
	long i;
	int fd, one;

	any = address("::", "", "0");
	fd = bound(SOCK_RAW, IPPROTO_ICMPV6, &any, 0);
	say("echoes");
	for (;;) {
		size = get(fd, data, sizeof(data), &from);
		if (size < 8 || (data[0] & 0xff) != ICMP6_ECHO_REQUEST)
			continue;
		from.sin6_port = 0;
		data[0] = (char)ICMP6_ECHO_REPLY;
		a = address(argv[1], argv[0], "0");
		for (i = 0; i < atol(argv[2]); i++) {
			one = bound(SOCK_RAW, IPPROTO_ICMPV6, &a, 0);
			put(one, data, i % 2 ? size : (size_t)(4 + i % 8),
			    &from);
			close(one);
			next(&a);
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "-s") == 0)
		sends(argv + 2);
	else if (argc == 5 && strcmp(argv[1], "-a") == 0)
		asks(argv + 2);
	else if (argc >= 4 && strcmp(argv[1], "-b") == 0)
		binds(argv + 2);
	else if (argc == 5 && strcmp(argv[1], "-e") == 0)
		echoes(argv + 2);
	else if (argc >= 5)
		answers(argv + 1);
	else
		return 2;
	return 0;
}
