/*
 * A preloaded library (LD_PRELOAD) that makes the socket calls of Linux
 * behave as those of a BSD, or fail.  For the tests; PORTABLE says where
 * each quirk was seen.
 *
 *	QUIRKS	words of the table below, or openbsd, netbsd7, freebsd: the
 *		quirks of that system
 *	QUIRK_DOWN	names of interfaces that count as down, beside those
 *			that are: "em0 em1"
 *	QUIRK_NOCAST	one that cannot carry multicast (enc0)
 *	FAIL	calls that fail: "sendto:ENOBUFS:multicast socket:EMFILE:3",
 *		CALL:ERRNO with any of :multicast, :unicast (of the address),
 *		:N (from the N-th such call on), :N-M (from N-th to M-th)
 *
 * Not done: on a BSD a group can be bound beside a socket on :: that does
 * not share its port; a datagram with hop limit 0 does not leave the host;
 * a route makes interface 0 work.
 */
#define _DEFAULT_SOURCE
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netinet/in.h>
#include <dlfcn.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* <dlfcn.h> has it for _GNU_SOURCE only, which changes sendto()'s type. */
#ifndef RTLD_NEXT
#define RTLD_NEXT ((void *)-1L)
#endif

#define MAX_FD 1024
#define MAX_FAILURES 8
#define BSD_SNDBUF 9216  /* bytes: the largest datagram by default */
#define BSD_RCVBUF 41600 /* bytes */
#define MTU_PAYLOAD 1452 /* bytes: of UDP in one packet of 1500 */

#define O 1 /* OpenBSD */
#define N 2 /* NetBSD 7 */
#define F 4 /* FreeBSD */

static const struct {
	const char *name;
	int systems;
} quirks[] = {
	{ "bind-twice", O | N | F },
	{ "bind-group", N },
	{ "down", O | F },
	{ "down-address", N },
	{ "disabled", O },
	{ "disabled-address", N | F },
	{ "no-refused", O },
	{ "host-unreachable", O | N | F },
	{ "host-down", O | N },
	{ "host-silent", F },
	{ "host-silent-link", O },
	{ "joined-only", F },
	{ "no-cast", O },
	{ "send-size", O | N | F },
	{ "receive-size", O | N | F },
	{ "buffer-2m", O | F },
	{ "buffer-256k", N },
	{ "first-large", O | N },
	{ "no-default", O | N | F },
	{ "join-default", O | N | F },
	{ "join-twice", F },
	{ "unknown-if", O | N },
	{ "unknown-if-freebsd", F },
	{ "other-source", O | N | F },
	{ "lo-link", O },
	{ "no-icmp-dgram", O | N | F },
	{ "no-raw", 0 }, /* an ordinary user */
	{ "raw-small", O | N | F },
	{ "if-errno", N },
	{ "v6only", O },
};

#define QUIRKS (sizeof(quirks) / sizeof(quirks[0]))

static int is_on[QUIRKS];

/* clang-format off */
#define E(name) { #name, name }
/* clang-format on */

static const struct {
	const char *name;
	int value;
} errors[] = { E(EACCES), E(EADDRINUSE), E(EADDRNOTAVAIL), E(EAGAIN),
	E(EDESTADDRREQ), E(EHOSTDOWN), E(EHOSTUNREACH), E(EINVAL), E(EMFILE),
	E(EMSGSIZE), E(ENETDOWN), E(ENETUNREACH), E(ENOBUFS), E(ENODEV),
	E(ENOKEY), E(ENOMEM), E(ENXIO), E(EOPNOTSUPP), E(EPERM) };

static struct failure {
	char call[16];
	int error;
	int multicast; /* the address: 1 must be, 0 must not be, -1 any */
	unsigned long from, to, count;
} failures[MAX_FAILURES];

/* struct in6_pktinfo, which is there for _GNU_SOURCE only. */
struct pktinfo {
	struct in6_addr address;
	unsigned int index;
};

/* An IPv6 socket, by its descriptor. */
static struct sock {
	int type;           /* 0: not one of ours */
	int touched;        /* has had a multicast option */
	int hops;           /* of multicast */
	int error;          /* of a TCP connection, kept for getsockopt() */
	unsigned int index; /* IPV6_MULTICAST_IF */
	size_t sndbuf, rcvbuf;
	struct sockaddr_in6 peer;
	struct ipv6_mreq *joined;
	size_t joins;
} socks[MAX_FD], nosock;

/* What the calls are behind this library. */
/* clang-format off */
#define CALLS(DO) DO(socket) DO(close) DO(bind) DO(connect) DO(setsockopt) \
	DO(getsockopt) DO(sendto) DO(recvfrom) DO(pselect) \
	DO(if_nametoindex) DO(if_indextoname)
#define NEXT(call) static __typeof__(call) *next_##call;
#define FIND(call) *(void **)&next_##call = dlsym(RTLD_NEXT, #call);
CALLS(NEXT)
/* clang-format on */

/* A name that is not known must not make a test pass. */
static void
unknown(const char *what, const char *word)
{
	fprintf(stderr, "shim: %s: %s\n", what, word);
	_exit(99);
}

static int
on(const char *quirk)
{
	size_t i;

	for (i = 0; i < QUIRKS; i++)
		if (strcmp(quirk, quirks[i].name) == 0)
			return is_on[i];
	unknown("no such quirk", quirk);
	return 0;
}

static void
parse_quirk(const char *word)
{
	static const char *const systems[] = { "openbsd", "netbsd7",
		"freebsd" };
	size_t i;
	int known, system;

	system = 0;
	for (i = 0; i < 3; i++)
		if (strcmp(word, systems[i]) == 0)
			system = 1 << i;
	known = system;
	for (i = 0; i < QUIRKS; i++)
		if ((quirks[i].systems & system) != 0 ||
		    strcmp(word, quirks[i].name) == 0)
			is_on[i] = known = 1;
	if (!known)
		unknown("no such quirk", word);
}

static void
parse_failure(struct failure *f, char *word)
{
	char *part, *save;
	size_t i;

	*f = (struct failure){ .multicast = -1, .from = 1, .to = -1UL };
	part = strtok_r(word, ":", &save);
	snprintf(f->call, sizeof(f->call), "%s", part);
	while ((part = strtok_r(NULL, ":", &save)) != NULL) {
		for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
			if (strcmp(part, errors[i].name) == 0)
				f->error = errors[i].value;
		if (strcmp(part, "multicast") == 0)
			f->multicast = 1;
		else if (strcmp(part, "unicast") == 0)
			f->multicast = 0;
		else if (sscanf(part, "%lu-%lu", &f->from, &f->to) < 1 &&
		    f->error == 0)
			unknown("no such errno", part);
	}
	if (f->error == 0)
		unknown("no errno", word);
}

/* The environment's words, to be cut. */
static char *
words(const char *variable)
{
	static char copy[512];
	const char *value;

	value = getenv(variable);
	snprintf(copy, sizeof(copy), "%s", value == NULL ? "" : value);
	return copy;
}

__attribute__((constructor)) static void
start(void)
{
	char *word, *save;
	size_t n;

	CALLS(FIND)
	for (word = strtok_r(words("QUIRKS"), " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save))
		parse_quirk(word);
	n = 0;
	for (word = strtok_r(words("FAIL"), " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save))
		if (n < MAX_FAILURES)
			parse_failure(&failures[n++], word);
}

/* Never NULL. */
static struct sock *
sock_of(int fd)
{
	return fd >= 0 && fd < MAX_FD ? &socks[fd] : &nosock;
}

static int
fail(int error)
{
	errno = error;
	return -1;
}

/* Whether this call has to fail, and errno. */
static int
fails(const char *call, const struct sockaddr_in6 *address)
{
	struct failure *f;

	for (f = failures; f < failures + MAX_FAILURES; f++) {
		if (strcmp(f->call, call) != 0 ||
		    (f->multicast != -1 && address != NULL &&
			f->multicast !=
			    !!IN6_IS_ADDR_MULTICAST(&address->sin6_addr)))
			continue;
		f->count++;
		if (f->count >= f->from && f->count <= f->to)
			return fail(f->error), 1;
	}
	return 0;
}

static int
is_link_local(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_MC_LINKLOCAL(a);
}

/* The interface that the socket's datagrams to this address leave on, 0 if
   only a route tells. */
static unsigned int
sock_interface(const struct sock *s, const struct sockaddr_in6 *to)
{
	if (is_link_local(&to->sin6_addr) && to->sin6_scope_id != 0)
		return to->sin6_scope_id;
	return IN6_IS_ADDR_MULTICAST(&to->sin6_addr) ? s->index : 0;
}

/* Whether it has the name, or one of the names, that a variable holds. */
static int
is_named(unsigned int index, const char *names)
{
	char name[IF_NAMESIZE];
	const char *at;
	size_t n;

	if (names == NULL || next_if_indextoname(index, name) == NULL)
		return 0;
	n = strlen(name);
	for (at = names; (at = strstr(at, name)) != NULL; at += n)
		if ((at == names || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return 1;
	return 0;
}

static int
is_no_cast(unsigned int index)
{
	const char *name;

	name = getenv("QUIRK_NOCAST");
	return on("no-cast") && is_named(index, name != NULL ? name : "enc0");
}

static int
is_down(unsigned int index)
{
	struct ifreq r;
	int fd, result;

	if (index == 0 || (!on("down") && !on("down-address")))
		return 0;
	if (is_named(index, getenv("QUIRK_DOWN")))
		return 1;
	memset(&r, 0, sizeof(r));
	if (next_if_indextoname(index, r.ifr_name) == NULL)
		return 0;
	fd = next_socket(AF_INET6, SOCK_DGRAM, 0);
	result = ioctl(fd, SIOCGIFFLAGS, &r);
	next_close(fd);
	return result == 0 && (r.ifr_flags & IFF_UP) == 0;
}

int
socket(int domain, int type, int protocol)
{
	static const int yes = 1, small = 1800;
	struct sock *s;
	int fd;

	if (domain != AF_INET6)
		return next_socket(domain, type, protocol);
	if (fails("socket", NULL))
		return -1;
	if (on("no-icmp-dgram") && (type & 0xf) == SOCK_DGRAM &&
	    protocol == IPPROTO_ICMPV6)
		return fail(EPROTONOSUPPORT);
	if (on("no-raw") && (type & 0xf) == SOCK_RAW)
		return fail(EACCES);
	fd = next_socket(domain, type, protocol);
	if (fd == -1)
		return fd;
	s = sock_of(fd);
	free(s->joined);
	*s = (struct sock){ .type = type & 0xf,
		.hops = 1,
		.sndbuf = BSD_SNDBUF,
		.rcvbuf = BSD_RCVBUF };
	/* With what Linux adds to each: five small packets. */
	if (on("raw-small") && s->type == SOCK_RAW)
		next_setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small,
		    sizeof(small));
	if (on("joined-only") && s->type == SOCK_DGRAM)
		next_setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes,
		    sizeof(yes));
	return fd;
}

int
close(int fd)
{
	sock_of(fd)->type = 0;
	return next_close(fd);
}

/* Whether a socket is bound to this port on ::. */
static int
is_bound(in_port_t port)
{
	char line[256], text[48];
	FILE *f;
	int found;

	snprintf(text, sizeof(text), " %032d:%04X ", 0, ntohs(port));
	f = fopen("/proc/net/udp6", "r");
	if (f == NULL)
		unknown("not there", "/proc/net/udp6");
	found = 0;
	while (fgets(line, sizeof(line), f) != NULL)
		/* The first of two addresses is its own. */
		if (strncmp(line + strcspn(line, ":") + 1, text,
			strlen(text)) == 0)
			found = 1;
	fclose(f);
	return found;
}

int
bind(int fd, const struct sockaddr *address, socklen_t n)
{
	const struct sockaddr_in6 *a;

	a = (const struct sockaddr_in6 *)(const void *)address;
	if (sock_of(fd)->type != SOCK_DGRAM || address->sa_family != AF_INET6)
		return next_bind(fd, address, n);
	if (fails("bind", a))
		return -1;
	if (on("bind-group") && IN6_IS_ADDR_MULTICAST(&a->sin6_addr))
		return fail(EADDRNOTAVAIL);
	if (on("bind-twice") && a->sin6_port != 0 &&
	    IN6_IS_ADDR_UNSPECIFIED(&a->sin6_addr) && is_bound(a->sin6_port))
		return fail(EADDRINUSE);
	return next_bind(fd, address, n);
}

/* For a wide group: another interface's global source, where the interface
   has none; 0 if that is not so. */
static int
other_source(const struct sock *s, const struct sockaddr_in6 *to,
    struct sockaddr_in6 *source)
{
	struct ifaddrs *all, *i;
	struct sockaddr_in6 a;
	unsigned int index;
	int other;

	index = sock_interface(s, to);
	if (!on("other-source") || index == 0 ||
	    !IN6_IS_ADDR_MULTICAST(&to->sin6_addr) ||
	    is_link_local(&to->sin6_addr) || getifaddrs(&all) == -1)
		return 0;
	other = 0;
	for (i = all; i != NULL; i = i->ifa_next) {
		if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET6)
			continue;
		memcpy(&a, i->ifa_addr, sizeof(a));
		if (IN6_IS_ADDR_LINKLOCAL(&a.sin6_addr) ||
		    IN6_IS_ADDR_LOOPBACK(&a.sin6_addr))
			continue;
		if (next_if_nametoindex(i->ifa_name) == index) {
			other = 0;
			break;
		}
		*source = a;
		other = 1;
	}
	freeifaddrs(all);
	return other;
}

int
connect(int fd, const struct sockaddr *address, socklen_t n)
{
	struct sockaddr_in6 to, source;
	struct sock *s;
	int result;

	s = sock_of(fd);
	if (s->type == 0 || address->sa_family != AF_INET6)
		return next_connect(fd, address, n);
	memcpy(&to, address, sizeof(to));
	if (fails("connect", &to))
		return -1;
	if (s->type == SOCK_DGRAM && IN6_IS_ADDR_MULTICAST(&to.sin6_addr) &&
	    sock_interface(s, &to) == 0 && on("no-default"))
		return fail(EHOSTUNREACH);
	s->peer = to;
	if (is_link_local(&to.sin6_addr) && is_down(to.sin6_scope_id)) {
		if (on("down-address"))
			return fail(EADDRNOTAVAIL);
		if (s->type == SOCK_STREAM)
			return fail(ENETDOWN);
		next_connect(fd, address, n); /* for its source, if it has */
		return 0;
	}
	if (other_source(s, &to, &source))
		next_bind(fd, (struct sockaddr *)&source, sizeof(source));
	result = next_connect(fd, address, n);
	if (result == -1 && errno == ENETUNREACH && on("host-unreachable"))
		errno = EHOSTUNREACH;
	return result;
}

/* errno of a connected socket has come from the network.  Whether a BSD
   would not have shown it; else it is made a BSD's. */
static int
hides(const struct sock *s)
{
	int is_link;

	is_link = is_link_local(&s->peer.sin6_addr);
	if (errno == ECONNREFUSED && s->type == SOCK_DGRAM)
		return on("no-refused") && is_link;
	if (errno != EHOSTUNREACH)
		return 0;
	if (on("host-silent") || (on("host-silent-link") && is_link))
		return 1;
	if (on("host-down"))
		errno = EHOSTDOWN;
	return 0;
}

/* errno for a multicast option that names an interface which is unknown. */
static int
fail_interface(int freebsd)
{
	if (errno == ENODEV && on("unknown-if"))
		errno = ENXIO;
	else if (errno == ENODEV && on("unknown-if-freebsd"))
		errno = freebsd;
	return -1;
}

/* IPV6_JOIN_GROUP and IPV6_LEAVE_GROUP. */
static int
membership(int fd, int option, const struct ipv6_mreq *m)
{
	struct sock *s;
	struct ipv6_mreq *j;

	s = sock_of(fd);
	if (option == IPV6_JOIN_GROUP && on("join-default") &&
	    m->ipv6mr_interface == 0)
		return fail(EADDRNOTAVAIL);
	if (is_no_cast(m->ipv6mr_interface))
		return fail(EADDRNOTAVAIL);
	if (next_setsockopt(fd, IPPROTO_IPV6, option, m, sizeof(*m)) == -1) {
		if (errno == EADDRINUSE && on("join-twice"))
			errno = EINVAL;
		return fail_interface(EADDRNOTAVAIL);
	}
	if (option == IPV6_JOIN_GROUP) {
		s->joined =
		    realloc(s->joined, (s->joins + 1) * sizeof(*s->joined));
		if (s->joined == NULL)
			abort();
		s->joined[s->joins++] = *m;
		return 0;
	}
	for (j = s->joined; j < s->joined + s->joins; j++)
		if (memcmp(j, m, sizeof(*m)) == 0) {
			*j = s->joined[--s->joins];
			break;
		}
	return 0;
}

/* SO_SNDBUF and SO_RCVBUF. */
static int
buffer(int fd, int option, int value)
{
	if ((on("buffer-2m") && value > 2000000) ||
	    (on("buffer-256k") && value > 256 * 1024))
		return fail(ENOBUFS);
	if (option == SO_SNDBUF)
		sock_of(fd)->sndbuf = (size_t)value;
	else
		sock_of(fd)->rcvbuf = (size_t)value;
	return next_setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value));
}

int
setsockopt(int fd, int level, int option, const void *data, socklen_t n)
{
	struct sock *s;
	int value;

	s = sock_of(fd);
	if (s->type == 0 || n < sizeof(value))
		return next_setsockopt(fd, level, option, data, n);
	if (fails("setsockopt", NULL))
		return -1;
	memcpy(&value, data, sizeof(value));
	if (level == SOL_SOCKET && (option == SO_SNDBUF || option == SO_RCVBUF))
		return buffer(fd, option, value);
	if (level != IPPROTO_IPV6)
		return next_setsockopt(fd, level, option, data, n);
	switch (option) {
	case IPV6_V6ONLY:
		if (on("v6only") && value == 0)
			return fail(EINVAL);
		break;
	case IPV6_JOIN_GROUP:
	case IPV6_LEAVE_GROUP:
		s->touched = 1;
		return membership(fd, option, data);
	case IPV6_MULTICAST_IF:
		s->touched = 1;
		if (is_no_cast((unsigned int)value))
			return fail(EADDRNOTAVAIL);
		if (next_setsockopt(fd, level, option, data, n) == -1)
			return fail_interface(EINVAL);
		s->index = (unsigned int)value;
		return 0;
	case IPV6_MULTICAST_HOPS:
		s->hops = value;
		/* FALLTHROUGH */
	case IPV6_MULTICAST_LOOP:
		s->touched = 1;
	}
	return next_setsockopt(fd, level, option, data, n);
}

int
getsockopt(int fd, int level, int option, void *data, socklen_t *n)
{
	struct sock *s;
	int result, *value;

	s = sock_of(fd);
	result = next_getsockopt(fd, level, option, data, n);
	if (s->type == 0 || result == -1 || level != SOL_SOCKET ||
	    option != SO_ERROR)
		return result;
	value = data;
	errno = *value;
	if (s->error != 0)
		*value = s->error;
	else
		*value = hides(s) ? 0 : errno;
	s->error = 0;
	return result;
}

/* A large datagram waits for its neighbour to be resolved, which takes one
   packet only: its other fragments are lost.  Sent to is resolved. */
static int
is_resolved(const struct in6_addr *to)
{
	static struct in6_addr known[64];
	static unsigned int count;
	unsigned int i;

	for (i = 0; i < count && i < 64; i++)
		if (IN6_ARE_ADDR_EQUAL(&known[i], to))
			return 1;
	known[count++ % 64] = *to;
	return 0;
}

/* For sendmsg() and recvmsg(): one buffer, and a struct pktinfo. */
struct message {
	struct msghdr head;
	struct iovec v;
	union {
		struct cmsghdr head;
		char room[128];
	} control;
};

static struct msghdr *
message(struct message *m, void *data, size_t n, void *peer, socklen_t length)
{
	memset(m, 0, sizeof(*m));
	m->v = (struct iovec){ data, n };
	m->head.msg_name = peer;
	m->head.msg_namelen = length;
	m->head.msg_iov = &m->v;
	m->head.msg_iovlen = 1;
	m->head.msg_control = &m->control;
	m->head.msg_controllen = sizeof(m->control);
	return &m->head;
}

/* From another interface's address. */
static ssize_t
send_from(int fd, const void *data, size_t n, int flags,
    struct sockaddr_in6 *to, const struct sockaddr_in6 *source)
{
	struct pktinfo info = { source->sin6_addr, 0 };
	struct message m;
	struct msghdr *head;

	head = message(&m, (void *)(size_t)data, n, to, sizeof(*to));
	head->msg_controllen = CMSG_SPACE(sizeof(info));
	m.control.head.cmsg_level = IPPROTO_IPV6;
	m.control.head.cmsg_type = IPV6_PKTINFO;
	m.control.head.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&m.control.head), &info, sizeof(info));
	return sendmsg(fd, head, flags);
}

/* errno that a BSD gives before it sends, 0 if none. */
static int
send_error(const struct sock *s, const struct sockaddr_in6 *to, size_t n)
{
	unsigned int index;

	index = sock_interface(s, to);
	if (IN6_IS_ADDR_MULTICAST(&to->sin6_addr) && index == 0 &&
	    on("no-default"))
		return EHOSTUNREACH;
	if (is_down(index) && on("down-address"))
		return is_link_local(&to->sin6_addr) ? EADDRNOTAVAIL : ENETDOWN;
	if (is_down(index) &&
	    !(IN6_IS_ADDR_MULTICAST(&to->sin6_addr) && s->hops == 0))
		return ENETDOWN;
	if (on("send-size") && n > s->sndbuf)
		return EMSGSIZE;
	return 0;
}

ssize_t
sendto(int fd, const void *data, size_t n, int flags,
    const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in6 to, source;
	struct sock *s;
	ssize_t result;
	int error, is_group, is_lo;

	s = sock_of(fd);
	if (s->type == 0 || s->type == SOCK_STREAM)
		return next_sendto(fd, data, n, flags, address, length);
	to = s->peer;
	if (address != NULL)
		memcpy(&to, address, sizeof(to));
	if (fails("sendto", &to))
		return -1;
	error = send_error(s, &to, n);
	if (error != 0)
		return fail(error);
	is_group = IN6_IS_ADDR_MULTICAST(&to.sin6_addr);
	is_lo = is_named(sock_interface(s, &to), "lo");
	if (is_group && is_link_local(&to.sin6_addr) && on("lo-link") && is_lo)
		return (ssize_t)n;
	if (!is_group && on("first-large") && !is_resolved(&to.sin6_addr) &&
	    n > MTU_PAYLOAD)
		return (ssize_t)n;
	if (other_source(s, &to, &source))
		return send_from(fd, data, n, flags, &to, &source);
	result = next_sendto(fd, data, n, flags, address, length);
	if (result == -1 && s->peer.sin6_family == AF_INET6 && hides(s))
		result = next_sendto(fd, data, n, flags, address, length);
	if (result != -1 || errno != ENETUNREACH || is_lo)
		return result;
	if (is_group && on("disabled-address"))
		errno = EADDRNOTAVAIL;
	else if (is_group ? on("disabled") : on("host-unreachable"))
		errno = EHOSTUNREACH;
	return -1;
}

/* FreeBSD: whether this socket takes what came to that address there. */
static int
takes(const struct sock *s, const struct pktinfo *to)
{
	const struct ipv6_mreq *j;

	if (!s->touched || !IN6_IS_ADDR_MULTICAST(&to->address))
		return 1;
	for (j = s->joined; j < s->joined + s->joins; j++)
		if (IN6_ARE_ADDR_EQUAL(&j->ipv6mr_multiaddr, &to->address) &&
		    (j->ipv6mr_interface == to->index ||
			j->ipv6mr_interface == 0))
			return 1;
	return 0;
}

/* recvfrom(), and where to. */
static ssize_t
receive(int fd, void *data, size_t n, int flags, struct sockaddr *from,
    socklen_t *length, struct pktinfo *to)
{
	struct message m;
	struct msghdr *head;
	struct cmsghdr *c;
	ssize_t result;

	head = message(&m, data, n, from, length != NULL ? *length : 0);
	result = recvmsg(fd, head, flags);
	if (result == -1)
		return -1;
	if (length != NULL)
		*length = head->msg_namelen;
	for (c = CMSG_FIRSTHDR(head); c != NULL; c = CMSG_NXTHDR(head, c))
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO)
			memcpy(to, CMSG_DATA(c), sizeof(*to));
	return result;
}

ssize_t
recvfrom(int fd, void *data, size_t n, int flags, struct sockaddr *from,
    socklen_t *length)
{
	struct pktinfo to;
	struct sock *s;
	ssize_t result;

	s = sock_of(fd);
	if (s->type == 0 || s->type == SOCK_STREAM)
		return next_recvfrom(fd, data, n, flags, from, length);
	if (fails("recvfrom", NULL))
		return -1;
	for (;;) {
		memset(&to, 0, sizeof(to));
		if (on("joined-only") && s->type == SOCK_DGRAM)
			result = receive(fd, data, n, flags, from, length, &to);
		else
			result =
			    next_recvfrom(fd, data, n, flags, from, length);
		if (result == -1 && !hides(s))
			return -1;
		if (result != -1 && takes(s, &to) &&
		    !(on("receive-size") && (size_t)result > s->rcvbuf))
			return result;
	}
}

/* What getsockopt() does for a TCP connection that fails silently would
   come too late: pselect() had said that it is there.  Its descriptor
   becomes that of a pipe where nothing ever happens. */
int
pselect(int n, fd_set *in, fd_set *out, fd_set *except,
    const struct timespec *timeout, const sigset_t *mask)
{
	static int pipes[2] = { -1, -1 };
	struct sock *s;
	socklen_t length;
	int fd, result, error;

	result = next_pselect(n, in, out, except, timeout, mask);
	for (fd = 0; result > 0 && out != NULL && fd < n; fd++) {
		s = sock_of(fd);
		if (s->type != SOCK_STREAM || !FD_ISSET(fd, out))
			continue;
		length = sizeof(error);
		next_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
		errno = error;
		if (error == 0)
			continue;
		if (!hides(s)) {
			s->error = errno;
			continue;
		}
		if (pipes[0] == -1 && pipe(pipes) == -1)
			abort();
		dup2(pipes[0], fd);
		FD_CLR(fd, out);
		result--;
	}
	return result;
}

unsigned int
if_nametoindex(const char *name)
{
	unsigned int index;

	index = next_if_nametoindex(name);
	if (index == 0 && (on("unknown-if") || on("unknown-if-freebsd")))
		errno = ENXIO;
	return index;
}

char *
if_indextoname(unsigned int index, char name[IF_NAMESIZE])
{
	char *result;

	result = next_if_indextoname(index, name);
	if (result != NULL && on("if-errno"))
		errno = 0;
	return result;
}
