/*
 * The other side for the tests: answers HELLO as a listener should, or as it
 * should not, or sends one datagram many times.
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
 *	responder -f count source-port address interface port text
 *
 * sends the text, count times, to an address on that interface; a source port
 * with = before it may be another program's, or 0.
 */

#define _DEFAULT_SOURCE

#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
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

static int
bound(const struct sockaddr_in6 *a)
{
	int fd, on;

	on = 1;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == -1 ||
	    bind(fd, (const struct sockaddr *)a, sizeof(*a)) == -1)
		die("bind");
	return fd;
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
		fd = bound(&a);
		put(fd, data, size, &h->from);
		close(fd);
		if (++a.sin6_addr.s6_addr[15] == 0)
			a.sin6_addr.s6_addr[14]++;
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

static void
flood(char **argv)
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
	size = 8 + (size_t)snprintf(data + 8, sizeof(data) - 8, "%s", argv[5]);
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
	} else
		fd = bound(&from);
	for (i = 0; i < count; i++)
		put(fd, data + skip, size - skip, &to);
}

int
main(int argc, char **argv)
{
	static struct hello h, held;
	struct ipv6_mreq group;
	struct sockaddr_in6 any;
	socklen_t length;
	ssize_t size;
	int fd;

	if (argc == 8 && strcmp(argv[1], "-f") == 0) {
		flood(argv + 2);
		return 0;
	}
	if (argc < 5)
		return 2;
	memset(&group, 0, sizeof(group));
	group.ipv6mr_multiaddr = address(argv[1], argv[2], "0").sin6_addr;
	group.ipv6mr_interface = if_nametoindex(argv[2]);
	any = address("::", "", argv[3]);
	fd = bound(&any);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group,
		sizeof(group)) == -1)
		die("join");
	puts("joined");
	fflush(stdout);
	argv += 4;
	for (;;) {
		length = sizeof(h.from);
		size = recvfrom(fd, h.data, 65536, 0,
		    (struct sockaddr *)&h.from, &length);
		if (size < 5 || memcmp(h.data, "HELLO", 5) != 0)
			continue;
		h.size = (size_t)size;
		act(fd, argv[0], &h, &held);
		if (argv[1] != NULL)
			argv++;
	}
}
