/*
 * Copyright (c) 2026 The mcast6dbg authors
 *
 * Permission to use, copy, modify, and distribute this software for any
 * purpose with or without fee is hereby granted, provided that the above
 * copyright notice and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
 * MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
 * ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
 * WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
 * ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 */

/*
 * mcast6dbg: does IPv6 UDP multicast flow between two hosts, and if not, why?
 *
 * A listener (-l) joins a group and answers each HELLO with WELCOME; a
 * requester sends HELLO to the group and, when no answer comes, experiments
 * until it can name the cause.  The datagrams are those of FLoM's IPv6
 * multicast debugger, with an optional tag that its peers echo or ignore:
 *
 *	datagram = verb [ " " id " " seq " " kind [ " " words ] ]
 *	verb     = "HELLO" | "WELCOME"
 *	id       = 8 hex digits, one per run of the requester
 *	seq      = decimal, 1 to 18 digits
 *	kind     = "m" to the group, "u" unicast control,
 *	           "r" join the group again and report (see listen_report),
 *	           "g" answer to ff02::1 too, "b" answer to the group too,
 *	           "o" answer to the port that is the next word
 *	words    = padding: the byte at offset i of the HELLO is 'a' + i % 26
 *
 * The answer is WELCOME and all that followed HELLO, unchanged.
 *
 * Times are nanoseconds of the monotonic clock in a long long; ports and
 * interface indices are in host byte order except in struct sockaddr_in6.
 */

#define _DEFAULT_SOURCE

#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define VERSION "2.0"
#define DEFAULT_GROUP "ff12::8000:6db6"
#define ALL_NODES "ff02::1"
#define DEFAULT_PORT 28015 /* FLoM's */
#define CLOSED_PORT 33434  /* where traceroute(8) expects nobody */

#define SECOND 1000000000LL
#define MILLI 1000000LL

#define HELLO_MAX 65525 /* bytes; the WELCOME is two bytes longer */
#define DATAGRAM_MAX 65536
#define TAGGED_MAX 64   /* bytes; more than the longest tag */
#define PADDED_MIN 28   /* bytes; room for the tag of a run */
#define REPORT_MAX 256  /* bytes of listen_report */
#define ID_SIZE 8       /* digits of a run's id: a uint64_t has room */
#define TEXT_MAX 64     /* bytes of a datagram in a line; else its first */
#define TEXT_CUT 48     /* so many */
#define ENDPOINT_MAX 80 /* "[addr%ifname]:port" */
#define NAMES_MAX 512   /* interface names, or addresses, in one line */
#define BATCH 256       /* datagrams read before signals get a turn */
#define FRAGMENTED 1232 /* bytes of payload that 1280 hold: RFC 8200, 5 */
#define PROBES_MAX 512
#define COPIES_MAX 8192
#define HOSTS_MAX 16      /* found by echo and asked one by one */
#define QUERIERS_MAX 32   /* one an interface */
#define ELSEWHERE_MAX 256 /* other interfaces tried */
#define LADDER_MAX 32     /* hop limits tried one by one */
#define OWN_AT_ONCE 16    /* interfaces whose own copies are out at once */
#define LISTENERS_MAX (1L << 20)
#define SLOTS_MIN 1024 /* a power of two */
#define SLOTS_MAX (1UL << 22)
#define MARKS_A_LINE 60
#define ADDRESS_WIDTH 26 /* columns of a table */

#define RESCAN (2 * SECOND)      /* between looks for new interfaces */
#define TENTATIVE (3 * SECOND)   /* for an address to become usable */
#define OWN_WAIT (250 * MILLI)   /* for a copy of our own */
#define REPORT_WAIT (20 * MILLI) /* the same, while others wait */
#define TCP_WAIT (3300 * MILLI)  /* neighbour discovery gives up in 3 s */
#define VERDICT (3900 * MILLI)   /* the experiments' end */
#define QUERY_LIMIT 260          /* seconds: RFC 3810, 9.4 */
#define FRESH 10                 /* seconds that a reported error counts */
#define CHANCE 0.01              /* of an accident that is believed */
#define SILENCE 80               /* copies unanswered that are a silence */

enum status { ANSWERED, UNANSWERED, USAGE, FAULT };
enum verb { OTHER, HELLO, WELCOME };

/* The tag of a datagram; kind 0: it had none. */
struct tag {
	uint64_t id; /* the bytes of its eight digits, as they stand */
	unsigned long long seq;
	unsigned int port; /* of kind o */
	char kind;
};

struct options {
	char role; /* l(istener), r(equester), t(est) */
	struct in6_addr group;
	unsigned int interface; /* index, 0: none named */
	char name[IF_NAMESIZE]; /* of that interface */
	bool control;           /* -u: unicast beside the group */
	struct sockaddr_in6 unicast;
	unsigned int port, source_port;
	long count;
	int hops;
	long listeners;
	size_t size; /* bytes of a HELLO, 0: no padding */
	long long wait, interval;
	bool both_ways, no_diagnosis;
};

/* What pselect() waits for, and what it found. */
struct watch {
	fd_set in, out;
	int max;
	const char *why;
};

/* So many a second. */
struct limit {
	long long since;
	int used;
};

/* What an ICMPv6 socket hears of the link: hosts, queriers, rejections. */
struct link {
	int fd;   /* -1: this user may have none */
	bool raw; /* hears MLD queries and errors too */
	uint64_t id;
	struct sockaddr_in6 self;
	long long since;
	struct sockaddr_in6 host[HOSTS_MAX]; /* that answered an echo */
	int hosts, echoes;
	bool alive; /* a neighbour was heard, whatever it said */
	struct querier {
		struct sockaddr_in6 address;
		long long last;
	} querier[QUERIERS_MAX];
	size_t queriers;
	bool refuses[HOSTS_MAX];
	unsigned int port;               /* of ours that errors are told of */
	struct sockaddr_in6 rejected_by; /* family 0: nobody */
	struct in6_addr rejected;        /* where it was sent to */
	int rejection;                   /* code of type 1: RFC 4443, 3.1 */
};

/* What is tried; the control first. */
enum step {
	GROUP,
	BY_GROUP,
	EVERYBODY,
	ELSEWHERE,
	MORE_HOPS,
	SMALL,
	FROM_LINK,
	UNICAST,
	HOP1,
	OTHER_PORT,
	CLOSED,
	TCP,
	HOST,
	HOST_CLOSED,
	REJOIN,
	AFTER,
	AFTER_HOPS,
	AFTER_SMALL,
	LADDER,
	BACK,
	OWN_CLOSED,
	OWN_ANY,
	OWN_PORT,
	OWN_REPLY,
	STEPS,
	NONE
};

/* How many copies of a probe were sent and answered. */
struct count {
	int sent, answered;
	int error; /* errno instead of an answer; none sent: of sending */
};

struct copy {
	size_t probe;
	long long sent;
	bool answered;
};

/* One experiment: copies of one datagram, each with a number of its own. */
struct probe {
	enum step step;
	char kind;
	bool connected; /* for its errno; fd is its own */
	bool silenced;  /* not looped back to this host */
	int fd;         /* -1: none could be had */
	struct sockaddr_in6 to;
	unsigned int index; /* for multicast */
	int hops;           /* -1: as the system has it */
	size_t size;
	unsigned int port;        /* of kind o */
	int planned;              /* copies to be sent */
	struct count all, since;  /* since the pair is tried again */
	struct sockaddr_in6 from; /* who answered first */
	const struct copy *first; /* that copy, and how often it was answered */
	int responders;
};

/* What a listener says of itself, of all reports: see listen_report. */
struct report {
	int reports, lost; /* the latter: its own copies are lost */
	bool same_group, other_group, joined, unjoined;
	struct in6_addr group;
	char error[32]; /* name of its last errno, if that is fresh */
};

struct lab {
	const struct options *o;
	uint64_t id;
	unsigned long long base; /* sequence number of copies[0] */
	size_t count, copied;
	int fd[2 * OWN_AT_ONCE + 2]; /* that answers come in on; probes have */
	size_t fds;                  /* their own, too; [0]: the group's */
	int back;                    /* of them, for answers to the group */
	struct link *link;           /* may be NULL */
	int pings;                   /* echoes to be sent */
	long long begun, end;        /* of all experiments, 0: none */
	long long errno_time;        /* of the first EHOSTUNREACH */
	uint32_t random;             /* state of the shuffle */
	int late;                    /* answers to HELLOs of the run */
	unsigned long long late_seq;
	long long late_time, latency; /* latency: of the group's last answer */
	int bare;                     /* answers without a tag */
	struct sockaddr_in6 bare_from;
	long long bare_time;
	bool bare_unicast;        /* one came to a unicast probe */
	struct sockaddr_in6 self; /* our source address */
	bool same_address;        /* somebody else has it, too */
	struct report report;
	struct probe probes[PROBES_MAX];
	struct copy copies[COPIES_MAX];
	unsigned char data[DATAGRAM_MAX];
	char hello[DATAGRAM_MAX];
};

/* A cause as it is told: lines of text, the sentence and its remedies. */
struct verdict {
	const char *code;
	enum status status;
	enum step yes, no; /* the pair that it rests on, NONE: on none */
	int silence;       /* copies of the group that it takes */
	bool weak;         /* proves nothing: a stopped run stays stopped */
	char text[2048];
};

/* All that a requester's cause is decided from. */
struct facts {
	const struct options *o;
	int error;                /* errno of sendto, 0: it worked */
	bool link_up;             /* unicast connect() works there */
	bool loopback, gone;      /* of the interface */
	struct count step[STEPS]; /* ELSEWHERE, HOST: the one that is best */
	bool deaf, certain_loop;  /* own copies are lost, come back */
	bool link_source;         /* our source address is link-local */
	bool wide;                /* the group is wider than the link */
	/* the run */
	unsigned long long sent, answered, unicast_sent, unicast_answered;
	unsigned long long back_sent, back_answered, group_answered;
	unsigned long long bursts, longest; /* of lost HELLOs */
	long responders;                    /* listeners that answered */
	bool partly, stopped, bare_run, other_host;
	bool untagged; /* all answers of the run were without a tag */
	double stopped_at, delay, rtt, unicast_rtt; /* s, ms, ms, ms */
	int late, bare;
	bool bare_unicast, chance;
	const char *looks; /* what it looked like, if chance may be it */
	/* the others */
	bool target, on_link, near; /* near: no router is in between */
	bool resolved, queued;      /* by neighbour discovery */
	bool uncalibrated;          /* this system hides refusals */
	bool late_errno;            /* EHOSTUNREACH came, but not at once */
	bool echo, alive;
	int hosts, hosts_refused, hosts_mute;
	bool rejected, rejected_there, refused;
	long long querier;  /* seconds since one asked, -1: none was heard */
	long long listened; /* seconds that one was listened for, 0: not */
	bool same_group, other_group, there_joined, there_error;
	int there_lost, there_reports;
	int least; /* hop limit that is answered, 0: not found */
	char group[INET6_ADDRSTRLEN], group2[INET6_ADDRSTRLEN];
	char name[IF_NAMESIZE + 32], other[IF_NAMESIZE];
	char unicast[ENDPOINT_MAX], listener[ENDPOINT_MAX];
	char rejecter[ENDPOINT_MAX], there[32], querier_text[ENDPOINT_MAX];
	char interfaces[NAMES_MAX], down[NAMES_MAX], mute[NAMES_MAX];
};

static volatile sig_atomic_t stop;

static struct {
	const char *role;
	bool trace, hexdump, terminal;
	bool probing;      /* calls that only ask this host are marked */
	int quiet;         /* 1: marks and summary, 2: one line */
	int marks;         /* on the line that has not ended yet */
	char progress[48]; /* shown while waiting */
} out;

/* OUTPUT, TRACE, ERRORS */

/* Ends a line of marks. */
static void
out_break(void)
{
	if (out.marks > 0)
		putchar('\n');
	out.marks = 0;
}

/* Output is written here, before each wait and each line to stderr. */
static void
out_flush(void)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return;
	fprintf(stderr, "mcast6dbg: write standard output: %s\n",
	    strerror(errno));
	fflush(stderr);
	_exit(FAULT);
}

/* A result, but for -qq. */
static void
out_line(const char *format, ...)
{
	va_list ap;

	if (out.quiet > 1)
		return;
	out_break();
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
}

/*
 * Bytes of the network in quotes, the first of them if they are many:
 * nothing reaches a terminal but printable ASCII.
 */
static void
out_text(FILE *to, const unsigned char *data, size_t size)
{
	size_t i, plain, n;

	n = size > TEXT_MAX ? TEXT_CUT : size;
	putc('\'', to);
	for (i = plain = 0; i < n; i++) {
		if (data[i] >= 0x20 && data[i] < 0x7f && data[i] != '\'' &&
		    data[i] != '\\')
			continue;
		fwrite(data + plain, 1, i - plain, to);
		fprintf(to, "\\x%02x", data[i]);
		plain = i + 1;
	}
	fwrite(data + plain, 1, n - plain, to);
	if (n < size)
		fprintf(to, "...' (%zu bytes)", size);
	else
		putc('\'', to);
}

/* With -x, as hexdump -C has it: lines that repeat the one before are a *. */
static void
out_hexdump(const void *bytes, size_t size)
{
	const unsigned char *data;
	size_t i, n, offset;
	bool starred;

	if (!out.hexdump)
		return;
	out_break();
	data = bytes;
	starred = false;
	for (offset = 0; offset < size; offset += 16) {
		n = size - offset < 16 ? size - offset : 16;
		if (offset > 0 && n == 16 &&
		    memcmp(data + offset, data + offset - 16, 16) == 0) {
			if (!starred)
				puts("*");
			starred = true;
			continue;
		}
		starred = false;
		printf("%08zx ", offset);
		for (i = 0; i < 16; i++) {
			if (i % 8 == 0)
				putchar(' ');
			if (i < n)
				printf("%02x ", data[offset + i]);
			else
				fputs("   ", stdout);
		}
		fputs(" |", stdout);
		for (i = 0; i < n; i++)
			putchar(data[offset + i] >= 0x20 &&
				    data[offset + i] < 0x7f
				? data[offset + i]
				: '.');
		puts("|");
	}
	if (size > 0)
		printf("%08zx\n", size);
}

/* FLoM's line of a datagram, unless quiet, and its hexdump with -x. */
static void
out_datagram(const char *what, const void *data, size_t size, const char *way,
    const char *peer, const char *suffix)
{
	if (out.quiet == 0) {
		fputs(what, stdout);
		out_text(stdout, data, size);
		fputs(way, stdout);
		fputs(peer, stdout);
		fputs(suffix, stdout);
		putchar('\n');
	}
	out_hexdump(data, size);
}

/* The name, or the number of one that has gone, in IF_NAMESIZE bytes. */
static const char *
fmt_interface(char *name, unsigned int index)
{
	int error;

	error = errno;
	if (if_indextoname(index, name) == NULL)
		snprintf(name, IF_NAMESIZE, "%u", index);
	errno = error; /* which NetBSD clears */
	return name;
}

/* addr%ifname, in ENDPOINT_MAX bytes. */
static const char *
fmt_address(char *text, const struct sockaddr_in6 *address)
{
	size_t n;

	inet_ntop(AF_INET6, &address->sin6_addr, text, INET6_ADDRSTRLEN);
	if (address->sin6_scope_id != 0) {
		n = strlen(text);
		text[n] = '%';
		fmt_interface(text + n + 1, address->sin6_scope_id);
	}
	return text;
}

/* [addr%ifname]:port, in ENDPOINT_MAX bytes. */
static const char *
fmt_endpoint(char *text, const struct sockaddr_in6 *address)
{
	size_t n;

	text[0] = '[';
	fmt_address(text + 1, address);
	n = strlen(text);
	snprintf(text + n, ENDPOINT_MAX - n, "]:%u",
	    (unsigned int)ntohs(address->sin6_port));
	return text;
}

/* Appends " word" to a list of NAMES_MAX bytes, or " ..." if it is full. */
static void
fmt_append(char *list, const char *word)
{
	size_t n;

	n = strlen(list);
	if (n + strlen(word) + sizeof("  ...") > NAMES_MAX) {
		if (n < 4 || strcmp(list + n - 4, " ...") != 0)
			snprintf(list + n, NAMES_MAX - n, " ...");
	} else
		snprintf(list + n, NAMES_MAX - n, " %s", word);
}

static const char *
errno_name(int error)
{
#define NAME(e)       \
	{             \
		e, #e \
	}
	static const struct {
		int error;
		const char *name;
	} names[] = { NAME(EACCES), NAME(EADDRINUSE), NAME(EADDRNOTAVAIL),
		NAME(EAFNOSUPPORT), NAME(EAGAIN), NAME(EBADF),
		NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EDESTADDRREQ),
		NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(EINPROGRESS),
		NAME(EINTR), NAME(EINVAL), NAME(EMFILE), NAME(EMSGSIZE),
		NAME(ENETDOWN), NAME(ENETUNREACH), NAME(ENFILE), NAME(ENOBUFS),
		NAME(ENODEV), NAME(ENOMEM), NAME(ENOPROTOOPT), NAME(ENXIO),
		NAME(EOPNOTSUPP), NAME(EPERM), NAME(EPIPE), NAME(EPROTO),
		NAME(EPROTONOSUPPORT), NAME(ETIMEDOUT) };
#undef NAME
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	snprintf(number, sizeof(number), "E%d", error);
	return number;
}

/* "YYYY-MM-DD hh:mm:ss.uuuuuu [pid] role: ", local time. */
static void
trace_begin(void)
{
	char stamp[32];
	struct timespec ts;
	struct tm tm;

	out_flush();
	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(stderr, "%s.%06ld [%ld] %s: %s", stamp, ts.tv_nsec / 1000,
	    (long)getpid(), out.role, out.probing ? "probe: " : "");
}

static void
trace_end(long long result, int error)
{
	if (result == -1)
		fprintf(stderr, " = -1 %s (%s)\n", errno_name(error),
		    strerror(error));
	else
		fprintf(stderr, " = %lld\n", result);
	fflush(stderr);
	errno = error;
}

/* A call, its result and, where that is -1, its errno, which is left as is. */
static void
trace_call(long long result, const char *format, ...)
{
	va_list ap;
	int error;

	if (!out.trace)
		return;
	error = errno;
	trace_begin();
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	trace_end(result, error);
}

/* A call with a socket address, NULL: none, as FLoM's trace prints it. */
static void
trace_address(long long result, const char *call, int fd,
    const struct sockaddr_in6 *a)
{
	char address[INET6_ADDRSTRLEN];
	int error;

	if (!out.trace)
		return;
	error = errno;
	if (call != NULL) {
		trace_begin();
		fprintf(stderr, "%s(%d", call, fd);
	}
	if (a != NULL)
		fprintf(stderr,
		    ", addrlen=%u; IPv6 address, sin6_port=%u, "
		    "sin6_flowinfo=0x%x, sin6_addr='%s', sin6_scope_id=%u",
		    (unsigned int)sizeof(*a), (unsigned int)ntohs(a->sin6_port),
		    (unsigned int)ntohl(a->sin6_flowinfo),
		    inet_ntop(AF_INET6, &a->sin6_addr, address,
			sizeof(address)),
		    (unsigned int)a->sin6_scope_id);
	putc(')', stderr);
	trace_end(result, error);
}

/* With the bytes, as text and in hex, that were sent or have arrived. */
static void
trace_datagram(const char *call, int fd, const unsigned char *data, ssize_t n,
    size_t size, const struct sockaddr_in6 *peer)
{
	size_t bytes, i;
	int error;

	if (!out.trace)
		return;
	error = errno;
	bytes = *call == 's' ? size : n == -1 ? 0 : (size_t)n;
	trace_begin();
	fprintf(stderr, "%s(%d, ", call, fd);
	out_text(stderr, data, bytes);
	for (i = 0; i < bytes && i < (bytes > TEXT_MAX ? TEXT_CUT : TEXT_MAX);
	     i++)
		fprintf(stderr, " %02x", data[i]);
	fprintf(stderr, "%s, %zu, 0", i < bytes ? " ..." : "", size);
	errno = error;
	trace_address(n, NULL, fd, *call == 's' || n != -1 ? peer : NULL);
}

/* call object: what errno says */
static void
complain(const char *call, const char *object)
{
	int error;

	error = errno;
	out_break();
	out_flush();
	fprintf(stderr, "mcast6dbg: %s%s%s: %s\n", call,
	    *object == '\0' ? "" : " ", object, strerror(error));
	fflush(stderr);
	errno = error;
}

/* The one way out once the options are known. */
static void
quit(enum status status)
{
	out_break();
	out_flush();
	if (out.trace) {
		trace_begin();
		fprintf(stderr, "exit status %d\n", (int)status);
		fflush(stderr);
	}
	if (fclose(stdout) == EOF) {
		fprintf(stderr, "mcast6dbg: close standard output: %s\n",
		    strerror(errno));
		fflush(stderr);
		status = FAULT;
	}
	_exit((int)status);
}

static void
fatal(const char *call, const char *object)
{
	complain(call, object);
	quit(FAULT);
}

static void *
grow(void *array, size_t bytes)
{
	array = realloc(array, bytes);
	if (array == NULL)
		fatal("realloc", "");
	return array;
}

static void
usage_error(const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "mcast6dbg: ");
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	putc('\n', stderr);
	exit(USAGE);
}

/* TIME */

static long long
time_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * SECOND + ts.tv_nsec;
}

static double
time_ms(long long time)
{
	return (double)time / MILLI;
}

/* Whether one more is within so many a second. */
static bool
time_allows(struct limit *limit, int most)
{
	long long now;

	now = time_now();
	if (limit->since == 0 || now - limit->since >= SECOND) {
		limit->since = now;
		limit->used = 0;
	}
	return limit->used++ < most;
}

/* SOCKETS */

#define SET(fd, level, option, value) \
	sock_set(fd, level, option, #level ", " #option, value)

/* An int does for IPV6_MULTICAST_IF too: it has the size of an unsigned. */
static int
sock_set(int fd, int level, int option, const char *name, int value)
{
	int result;

	result = setsockopt(fd, level, option, &value, sizeof(value));
	trace_call(result, "setsockopt(%d, %s, %d)", fd, name, value);
	return result;
}

static void
sock_close(int fd)
{
	int error, result;

	if (fd == -1)
		return;
	error = errno;
	result = close(fd);
	trace_call(result, "close(%d)", fd);
	errno = error;
}

/* Returns a socket that does not block, -1 with errno. */
static int
sock_open(int type, int protocol)
{
	int fd, result;

	fd = socket(AF_INET6, type, protocol);
	trace_call(fd, "socket(AF_INET6, %s, %s)",
	    type == SOCK_DGRAM     ? "SOCK_DGRAM"
		: type == SOCK_RAW ? "SOCK_RAW"
				   : "SOCK_STREAM",
	    protocol == 0 ? "0" : "IPPROTO_ICMPV6");
	if (fd == -1)
		return -1;
	if (fd >= FD_SETSIZE) {
		sock_close(fd);
		errno = EMFILE;
		return -1;
	}
	result = fcntl(fd, F_SETFL, O_NONBLOCK);
	trace_call(result, "fcntl(%d, F_SETFL, O_NONBLOCK)", fd);
	if (result == -1 ||
	    (protocol == 0 && SET(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) == -1)) {
		sock_close(fd);
		return -1;
	}
	return fd;
}

static int
sock_bind(int fd, const struct sockaddr_in6 *address)
{
	int result;

	result = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	trace_address(result, "bind", fd, address);
	return result;
}

static int
sock_connect(int fd, const struct sockaddr_in6 *address)
{
	int result;

	result =
	    connect(fd, (const struct sockaddr *)address, sizeof(*address));
	trace_address(result, "connect", fd, address);
	return result;
}

static int
sock_name(int fd, struct sockaddr_in6 *address)
{
	socklen_t n;
	int result;

	n = sizeof(*address);
	result = getsockname(fd, (struct sockaddr *)address, &n);
	trace_address(result, "getsockname", fd, result == -1 ? NULL : address);
	return result;
}

/* Joins or leaves. A join where the socket is a member is no error. */
static int
sock_join(int fd, bool join, const struct in6_addr *group, unsigned int index)
{
	char address[INET6_ADDRSTRLEN], name[IF_NAMESIZE];
	struct ipv6_mreq request;
	int result;

	memset(&request, 0, sizeof(request));
	request.ipv6mr_multiaddr = *group;
	request.ipv6mr_interface = index;
	result = setsockopt(fd, IPPROTO_IPV6,
	    join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &request,
	    sizeof(request));
	if (out.trace)
		trace_call(result,
		    "setsockopt(%d, IPPROTO_IPV6, %s, %s, interface %u %s)", fd,
		    join ? "IPV6_JOIN_GROUP" : "IPV6_LEAVE_GROUP",
		    inet_ntop(AF_INET6, group, address, sizeof(address)), index,
		    index == 0 ? "(any)" : fmt_interface(name, index));
	return result == -1 && join && errno == EADDRINUSE ? 0 : result;
}

/* fd -1: nothing to wait for. */
static void
watch_add(struct watch *watch, int fd, bool writing)
{
	if (fd == -1)
		return;
	FD_SET((unsigned int)fd, writing ? &watch->out : &watch->in);
	if (fd > watch->max)
		watch->max = fd;
}

static bool
watch_ready(const struct watch *watch, int fd, bool writing)
{
	return fd != -1 &&
	    FD_ISSET((unsigned int)fd, writing ? &watch->out : &watch->in);
}

/* Signals come in here and nowhere else. Returns the number ready, or 0. */
static int
watch_wait(struct watch *watch, long long timeout)
{
	struct timespec ts;
	sigset_t none;
	bool shown;
	int fd, n;

	if (timeout < 0)
		timeout = 0;
	if (timeout > 86400 * SECOND)
		timeout = 86400 * SECOND;
	ts.tv_sec = (time_t)(timeout / SECOND);
	ts.tv_nsec = (long)(timeout % SECOND);
	if (out.trace) {
		trace_begin();
		fprintf(stderr, "pselect(");
		for (fd = 0; fd <= watch->max; fd++)
			if (watch_ready(watch, fd, false) ||
			    watch_ready(watch, fd, true))
				fprintf(stderr, "%d%s ", fd,
				    watch_ready(watch, fd, true) ? " to write"
								 : "");
		fprintf(stderr, "for %.6f s) waits for %s\n",
		    (double)timeout / SECOND,
		    watch->why == NULL ? "time to pass" : watch->why);
	}
	shown = out.progress[0] != '\0' && timeout > 0;
	if (shown)
		fprintf(stderr, "%s\r", out.progress);
	if (shown)
		fflush(stderr);
	sigemptyset(&none);
	n = pselect(watch->max + 1, &watch->in, &watch->out, NULL, &ts, &none);
	if (shown)
		fprintf(stderr, "%*s\r", (int)strlen(out.progress), "");
	if (shown)
		fflush(stderr);
	trace_call(n, "pselect()");
	if (n > 0)
		return n;
	if (n == -1 && errno != EINTR)
		fatal("pselect", "");
	FD_ZERO(&watch->in);
	FD_ZERO(&watch->out);
	return 0;
}

/* Where a person looks on, and it takes long: what goes on. */
static void
watch_progress(const char *what, long long done, long long whole)
{
	out.progress[0] = '\0';
	if (out.terminal && !out.trace && whole >= SECOND && done < whole)
		snprintf(out.progress, sizeof(out.progress),
		    "%s: %.0f of %.0f s", what, (double)done / SECOND,
		    (double)whole / SECOND);
}

static void
signal_stop(int number)
{
	stop = number;
}

static void
signals_block(void)
{
	struct sigaction action;
	sigset_t set;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = signal_stop;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* pselect() leaves a signal pending as long as there is more to be read. */
static void
signals_take(void)
{
	sigset_t set;

	if (sigpending(&set) == 0 &&
	    (sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1))
		stop = 1;
}

/* Waits for a while, or for a signal. */
static void
time_pass(long long time)
{
	struct watch none;

	memset(&none, 0, sizeof(none));
	none.max = -1;
	watch_wait(&none, time);
}

/* to NULL: the socket is connected. A full queue is given a little time. */
static ssize_t
sock_send(int fd, const void *data, size_t size, const struct sockaddr_in6 *to)
{
	struct watch watch;
	ssize_t n;
	int tries;

	for (tries = 0;; tries++) {
		n = sendto(fd, data, size, 0, (const struct sockaddr *)to,
		    to == NULL ? 0 : sizeof(*to));
		trace_datagram("sendto", fd, data, n, size, to);
		if (n != -1 || tries == 2 || stop ||
		    (errno != EAGAIN && errno != ENOBUFS))
			return n;
		if (errno == ENOBUFS) {
			time_pass(5 * MILLI);
			continue;
		}
		memset(&watch, 0, sizeof(watch));
		watch.why = "room in a queue";
		watch_add(&watch, fd, true);
		watch_wait(&watch, 10 * MILLI);
	}
}

/* Sets what a datagram to that address goes by: hops -1: as it is. */
static int
sock_path(int fd, const struct sockaddr_in6 *to, unsigned int index, int hops)
{
	if (!IN6_IS_ADDR_MULTICAST(&to->sin6_addr))
		return SET(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops);
	if (index != 0 &&
	    SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index) == -1)
		return -1;
	return SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops);
}

static ssize_t
sock_receive(int fd, void *data, size_t size, struct sockaddr_in6 *from)
{
	socklen_t length;
	ssize_t n;

	length = sizeof(*from);
	n = recvfrom(fd, data, size, 0, (struct sockaddr *)from, &length);
	if (out.trace)
		trace_datagram("recvfrom", fd, data, n, size, from);
	return n;
}

/* As large as the system gives: Linux clamps, BSD refuses what is too much. */
static void
sock_buffers(int fd)
{
	int size;

	for (size = 1 << 23; size > 1 << 15; size /= 2)
		if (SET(fd, SOL_SOCKET, SO_RCVBUF, size) == 0)
			break;
	for (size = 1 << 18; size > 1 << 15; size /= 2)
		if (SET(fd, SOL_SOCKET, SO_SNDBUF, size) == 0)
			break;
}

static struct if_nameindex *
sock_interfaces(void)
{
	struct if_nameindex *there, *p;
	int n;

	there = if_nameindex();
	for (n = 0, p = there; p != NULL && p->if_index != 0; p++)
		n++;
	trace_call(there == NULL ? -1 : n, "if_nameindex()");
	for (p = there; out.trace && p != NULL && p->if_index != 0; p++)
		trace_call(p->if_index, "if_nameindex() has %s", p->if_name);
	return there;
}

static bool
sock_loopback(const char *name)
{
	return strncmp(name, "lo", 2) == 0 &&
	    name[2 + strspn(name + 2, "0123456789")] == '\0';
}

static struct sockaddr_in6
sock_address(const struct in6_addr *address, unsigned int zone,
    unsigned int port)
{
	struct sockaddr_in6 a;

	memset(&a, 0, sizeof(a));
	a.sin6_family = AF_INET6;
	a.sin6_port = htons((in_port_t)port);
	a.sin6_scope_id = zone;
	a.sin6_addr = *address;
	return a;
}

static struct sockaddr_in6
sock_numeric(const char *address, unsigned int zone, unsigned int port)
{
	struct in6_addr a;

	inet_pton(AF_INET6, address, &a);
	return sock_address(&a, zone, port);
}

/*
 * The source address of what is sent there, and for multicast on that
 * interface; -1 with errno.
 */
static int
sock_source(const struct sockaddr_in6 *to, unsigned int index,
    struct sockaddr_in6 *source)
{
	int fd, result;

	out.probing = true;
	result = -1;
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd != -1 &&
	    (index == 0 ||
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index) == 0) &&
	    sock_connect(fd, to) == 0)
		result = sock_name(fd, source);
	sock_close(fd);
	out.probing = false;
	return result;
}

/* Whether unicast could be sent to a link-local address on the interface. */
static bool
sock_link_up(unsigned int index)
{
	struct sockaddr_in6 neighbour, source;

	neighbour = sock_numeric("fe80::1", index, DEFAULT_PORT);
	return sock_source(&neighbour, 0, &source) == 0;
}

/*
 * Appends the interfaces that can carry multicast, and those that are down,
 * without loopback.  Where by its nature one can't, a join says
 * EADDRNOTAVAIL.
 */
static void
sock_choices(char *can, char *down)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 all;
	int fd;

	can[0] = down[0] = '\0';
	out.probing = true;
	there = sock_interfaces();
	fd = sock_open(SOCK_DGRAM, 0);
	all = sock_numeric(ALL_NODES, 0, 0);
	for (p = there; p != NULL && p->if_index != 0; p++) {
		out.probing = true;
		if (sock_loopback(p->if_name) ||
		    (fd != -1 &&
			sock_join(fd, true, &all.sin6_addr, p->if_index) ==
			    -1 &&
			errno == EADDRNOTAVAIL))
			continue;
		if (fd != -1)
			sock_join(fd, false, &all.sin6_addr, p->if_index);
		fmt_append(sock_link_up(p->if_index) ? can : down, p->if_name);
	}
	out.probing = true;
	sock_close(fd);
	out.probing = false;
	if (there != NULL)
		if_freenameindex(there);
}

/* The same address, whatever the ports. */
static bool
sock_host(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return a->sin6_scope_id == b->sin6_scope_id &&
	    IN6_ARE_ADDR_EQUAL(&a->sin6_addr, &b->sin6_addr);
}

/* RFC 4291, 2.7: 1 interface-local, 2 link-local, 5 site-local, e global. */
static unsigned int
scope(const struct in6_addr *group)
{
	return group->s6_addr[1] & 15u;
}

static bool
is_all_nodes(const struct in6_addr *group)
{
	struct sockaddr_in6 all;

	all = sock_numeric(ALL_NODES, 0, 0);
	return IN6_ARE_ADDR_EQUAL(group, &all.sin6_addr);
}

/* WIRE */

/*
 * Writes a datagram into data, TAGGED_MAX bytes at least, and returns its
 * length.  Where size is more than that, data has padding from wire_pad.
 */
static size_t
wire_encode(char *data, enum verb verb, const struct tag *tag, size_t size)
{
	char word[TAGGED_MAX];
	size_t n;

	n = verb == HELLO ? 5 : 7;
	memcpy(data, verb == HELLO ? "HELLO\0" : "WELCOME", 7);
	if (tag->kind == '\0')
		return n;
	data[n++] = ' ';
	memcpy(data + n, &tag->id, ID_SIZE);
	n += ID_SIZE;
	size = size < PADDED_MIN ? 0 : size;
	if (tag->kind == 'o')
		snprintf(word, sizeof(word), " %llu o %u", tag->seq, tag->port);
	else
		snprintf(word, sizeof(word), " %llu %c", tag->seq, tag->kind);
	memcpy(data + n, word, strlen(word));
	n += strlen(word);
	if (n < size)
		data[n++] = ' ';
	return n < size ? size : n;
}

static void
wire_pad(char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (char)('a' + i % 26);
}

/* Whether after a WELCOME's tag, at rest, comes the padding of its HELLO. */
static bool
wire_intact(const unsigned char *data, size_t size, size_t rest, size_t hello)
{
	size_t i;

	if (rest >= hello + 2)
		return size == rest;
	if (size != hello + 2 || data[rest] != ' ')
		return false;
	for (i = rest + 1; i < size; i++)
		if (data[i] != 'a' + (i - 2) % 26)
			return false;
	return true;
}

/* Reads 1 to 18 digits; returns how many there are, 0: none or too many. */
static size_t
wire_number(const unsigned char *data, size_t size, unsigned long long *value)
{
	size_t n;

	*value = 0;
	for (n = 0; n < size && data[n] >= '0' && data[n] <= '9'; n++) {
		if (n == 18)
			return 0;
		*value = *value * 10 + (data[n] - 48u);
	}
	return n;
}

/*
 * Returns the verb of a datagram, with its tag (kind 0: none, or not of the
 * form), and in rest the offset of what follows.  Of an id that asks for no
 * more than an echo the form doesn't matter.
 */
static enum verb
wire_decode(const unsigned char *data, size_t size, struct tag *tag,
    size_t *rest)
{
	enum verb verb;
	unsigned long long port;
	size_t n, i, digits;

	memset(tag, 0, sizeof(*tag));
	verb = OTHER;
	n = 0;
	if (size >= 5 && memcmp(data, "HELLO", 5) == 0) {
		verb = HELLO;
		n = 5;
	} else if (size >= 7 && memcmp(data, "WELCOME", 7) == 0) {
		verb = WELCOME;
		n = 7;
	}
	*rest = n;
	if (n == 0 || (n < size && data[n] != ' '))
		return OTHER;
	i = n + 1 + ID_SIZE;
	if (i + 4 > size || data[i] != ' ')
		return verb;
	digits = wire_number(data + i + 1, size - i - 1, &tag->seq);
	i += 1 + digits;
	if (digits == 0 || i + 2 > size || data[i] != ' ' ||
	    data[i + 1] == '\0' || (i + 2 < size && data[i + 2] != ' '))
		return verb;
	if (strchr("rgbo", data[i + 1]) != NULL)
		for (digits = 1; digits <= ID_SIZE; digits++)
			if (strchr("0123456789abcdef", data[n + digits]) ==
				NULL ||
			    data[n + digits] == '\0')
				return verb;
	if (data[i + 1] == 'o' && i + 3 < size) {
		digits = wire_number(data + i + 3, size - i - 3, &port);
		if (digits > 0 && port <= 65535 &&
		    (i + 3 + digits == size || data[i + 3 + digits] == ' '))
			tag->port = (unsigned int)port;
	}
	memcpy(&tag->id, data + n + 1, ID_SIZE);
	tag->kind = (char)data[i + 1];
	*rest = i + 2;
	return verb;
}

/* Differs between runs and hosts; no secret. */
static uint64_t
wire_id(void)
{
	char text[ID_SIZE + 1];
	struct timespec ts;
	uint64_t id;
	uint32_t mixed;

	/* The clock and, where addresses are random, that of a variable. */
	clock_gettime(CLOCK_REALTIME, &ts);
	mixed = (uint32_t)ts.tv_sec * 40503u;
	mixed ^= (uint32_t)ts.tv_nsec * 16777619u;
	mixed ^= (uint32_t)(uintptr_t)&ts * 2654435761u;
	mixed ^= mixed >> 15;
	snprintf(text, sizeof(text), "%08lx", (unsigned long)mixed);
	memcpy(&id, text, ID_SIZE);
	return id;
}

/* THE LINK, BY ICMPV6: RFC 4443, RFC 3810 */

/* Opens the best socket that this user may have: a raw one hears more. */
static void
link_open(struct link *l, uint64_t id, unsigned int port)
{
	int size;

	memset(l, 0, sizeof(*l));
	l->id = id;
	l->port = port;
	l->since = time_now();
	l->raw = true;
	out.probing = true;
	l->fd = sock_open(SOCK_RAW, IPPROTO_ICMPV6);
	if (l->fd == -1) {
		l->raw = false;
		l->fd = sock_open(SOCK_DGRAM, IPPROTO_ICMPV6);
	}
	for (size = 1 << 20; l->fd != -1 && size > 1 << 13; size /= 2)
		if (SET(l->fd, SOL_SOCKET, SO_RCVBUF, size) == 0)
			break;
	out.probing = false;
}

/* Asks all hosts on the interface who is there. */
static void
link_echo(struct link *l, unsigned int index)
{
	unsigned char data[8 + ID_SIZE];
	struct sockaddr_in6 all;

	memset(data, 0, sizeof(data));
	data[0] = 128;
	memcpy(data + 4, &l->id, 2);
	data[7] = (unsigned char)++l->echoes;
	memcpy(data + 8, &l->id, ID_SIZE);
	all = sock_numeric(ALL_NODES, index, 0);
	if (sock_path(l->fd, &all, index, 1) == -1 ||
	    sock_send(l->fd, data, sizeof(data), &all) == -1)
		l->echoes--;
}

static void
link_query(struct link *l, const struct sockaddr_in6 *from)
{
	struct querier *q;

	for (q = l->querier; q < l->querier + l->queriers; q++)
		if (q->address.sin6_scope_id == from->sin6_scope_id)
			break;
	if (q == l->querier + QUERIERS_MAX)
		return;
	if (q == l->querier + l->queriers)
		l->queriers++;
	q->address = *from;
	q->last = time_now();
}

/*
 * Type 1 with the first bytes of what it is about: an IPv6 header and, of
 * our own datagrams, the UDP header behind it.  Code 4, a closed port, comes
 * from a host without a listener, and from a requester that has ended.
 */
static void
link_rejected(struct link *l, const unsigned char *data, size_t size,
    const struct sockaddr_in6 *from, bool listener)
{
	const unsigned char *ip, *port;
	struct in6_addr to;
	int i;

	ip = data + 8;
	if (size < 8 + 40 + 4 || ip[6] != IPPROTO_UDP)
		return;
	port = ip + 40 + (listener ? 0 : 2);
	if ((unsigned int)(port[0] << 8 | port[1]) != l->port)
		return;
	memcpy(&to, ip + 24, sizeof(to));
	if (IN6_IS_ADDR_LINKLOCAL(&to))
		memset(to.s6_addr + 2, 0, 2); /* an index on KAME's */
	if (data[1] != 4) {
		l->rejection = data[1];
		l->rejected_by = *from;
		l->rejected = to;
	} else
		for (i = 0; i < l->hosts && i < HOSTS_MAX; i++)
			l->refuses[i] |=
			    IN6_ARE_ADDR_EQUAL(&to, &l->host[i].sin6_addr);
}

/* Whether it is one that was not heard before; a host is kept once. */
static void
link_host(struct link *l, const struct sockaddr_in6 *from)
{
	int i;

	for (i = 0; i < l->hosts && i < HOSTS_MAX; i++)
		if (sock_host(&l->host[i], from))
			return;
	if (l->hosts < HOSTS_MAX)
		l->host[l->hosts] = *from;
	l->hosts++;
}

/* One ICMPv6 packet, without its IPv6 header. */
static void
link_packet(struct link *l, const unsigned char *data, size_t size,
    const struct sockaddr_in6 *from, bool listener)
{
	bool ours;

	if (size < 8)
		return;
	ours = IN6_ARE_ADDR_EQUAL(&from->sin6_addr, &l->self.sin6_addr);
	if (data[0] == 1)
		link_rejected(l, data, size, from, listener);
	if (IN6_IS_ADDR_LINKLOCAL(&from->sin6_addr) && !ours &&
	    (l->self.sin6_scope_id == 0 ||
		from->sin6_scope_id == l->self.sin6_scope_id)) {
		l->alive = true;
		if (data[0] == 130 && size >= 24)
			link_query(l, from);
	}
	if (data[0] == 129 && size == 8 + ID_SIZE && !ours &&
	    memcmp(data + 8, &l->id, ID_SIZE) == 0)
		link_host(l, from);
}

static void
link_read(struct link *l, bool listener)
{
	unsigned char data[1500];
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(l->fd, data, sizeof(data), &from);
		if (n == -1)
			return;
		link_packet(l, data, (size_t)n, &from, listener);
	}
	signals_take();
}

/* Who asked last on that interface; NULL: nobody. */
static const struct querier *
link_querier(const struct link *l, unsigned int index)
{
	const struct querier *q;

	for (q = l->querier; q < l->querier + l->queriers; q++)
		if (q->address.sin6_scope_id == index)
			return q;
	return NULL;
}

/* At the end of a role: who asks for members on that interface. */
static void
link_note(const struct link *l, unsigned int index)
{
	char address[ENDPOINT_MAX], name[IF_NAMESIZE];
	const struct querier *q;
	long long listened;

	if (!l->raw)
		return;
	q = link_querier(l, index);
	listened = (time_now() - l->since) / SECOND;
	if (q != NULL)
		out_line("note: querier: [%s] asks for members, last %lld s "
			 "ago\n",
		    fmt_address(address, &q->address),
		    (time_now() - q->last) / SECOND);
	else if (listened >= QUERY_LIMIT)
		out_line("note: no-querier: no MLD query in %lld s on %s: a "
			 "switch with MLD snooping forgets members after "
			 "%d s\n",
		    listened, fmt_interface(name, index), QUERY_LIMIT);
}

/* EXPERIMENTS */

/*
 * Whether k of n answers here and none of m there are more than chance: with
 * one loss for both it would be C(n,k) / C(n+m,k) (Fisher's exact test).
 */
static bool
certain(int k, int n, int m)
{
	double p;
	int i;

	p = 1;
	for (i = 0; i < k; i++)
		p *= (double)(n - i) / (n + m - i);
	return k > 0 && p <= CHANCE;
}

static void
lab_begin(struct lab *lab, const struct options *o, uint64_t id,
    unsigned long long base)
{
	memset(lab, 0, offsetof(struct lab, probes));
	lab->back = -1;
	lab->o = o;
	lab->id = id;
	lab->base = base;
	lab->random = (uint32_t)id | 1;
	wire_pad(lab->hello, o->size);
}

/* Returns a new probe, to be sent so many times; NULL: there are too many. */
static struct probe *
lab_add(struct lab *lab, enum step step, char kind, int fd,
    const struct sockaddr_in6 *to, unsigned int index, int hops, int copies)
{
	struct probe *p;

	if (lab->count == PROBES_MAX)
		return NULL;
	p = &lab->probes[lab->count++];
	memset(p, 0, sizeof(*p));
	p->step = step;
	p->kind = kind;
	p->fd = fd;
	p->to = *to;
	p->index = index;
	p->hops = hops;
	p->planned = copies;
	return p;
}

/*
 * A probe on a socket of its own that is connected, and so shown ICMPv6
 * errors: -1 as fd is one that could not be had.
 */
static struct probe *
lab_connect(struct lab *lab, enum step step, const struct sockaddr_in6 *host,
    unsigned int port, int copies)
{
	struct sockaddr_in6 to;
	struct probe *p;

	to = *host;
	to.sin6_port = htons((in_port_t)port);
	p = lab_add(lab, step, 'u', -1, &to, 0, -1, copies);
	if (p == NULL)
		return NULL;
	p->connected = true;
	p->fd = sock_open(step == TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
	if (p->fd == -1 ||
	    (sock_connect(p->fd, &to) == -1 && errno != EINPROGRESS)) {
		p->all.error = errno;
		p->planned = 0;
	} else if (step == TCP)
		p->all.sent = 1;
	return p;
}

/* The first probe of that step on that interface, 0: any; or NULL. */
static struct probe *
lab_find(struct lab *lab, enum step step, unsigned int index)
{
	struct probe *p;

	for (p = lab->probes; p < lab->probes + lab->count; p++)
		if (p->step == step && (index == 0 || p->index == index))
			return p;
	return NULL;
}

/* What was counted of a step; of several probes, that of the best. */
static struct count
lab_count(const struct lab *lab, enum step step, bool since)
{
	const struct probe *p;
	const struct count *c;
	struct count best;

	memset(&best, 0, sizeof(best));
	for (p = lab->probes; p < lab->probes + lab->count; p++) {
		c = since ? &p->since : &p->all;
		if (p->step != step)
			continue;
		if (p->connected && c->answered == 0) {
			if (best.error == 0)
				best.error = c->error;
		} else if (c->answered > best.answered || best.sent == 0)
			best = *c;
	}
	return best;
}

/* errno: of sending, or on a connected socket what came from there. */
static void
lab_error(struct lab *lab, struct probe *p)
{
	p->all.error = errno;
	if (p->connected && p->all.sent > 0 && errno == EHOSTUNREACH &&
	    lab->errno_time == 0)
		lab->errno_time = time_now();
}

/* One more copy, with a number of its own. */
static void
lab_send(struct lab *lab, struct probe *p)
{
	char text[ENDPOINT_MAX];
	struct tag tag;
	size_t size;

	p->planned--;
	if (p->fd == -1 || lab->copied == COPIES_MAX ||
	    (p->connected && p->all.error != 0))
		return;
	tag.id = lab->id;
	tag.seq = lab->base + lab->copied;
	tag.kind = p->kind;
	tag.port = p->port;
	size = wire_encode(lab->hello, p->step >= OWN_ANY ? WELCOME : HELLO,
	    &tag, p->size);
	if (!p->connected &&
	    (sock_path(p->fd, &p->to, p->index, p->hops) == -1 ||
		(p->silenced &&
		    SET(p->fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) == -1))) {
		p->all.error = errno;
		return;
	}
	if (sock_send(p->fd, lab->hello, size, p->connected ? NULL : &p->to) ==
	    -1)
		lab_error(lab, p);
	else {
		lab->copies[lab->copied].probe = (size_t)(p - lab->probes);
		lab->copies[lab->copied].sent = time_now();
		lab->copies[lab->copied++].answered = false;
		p->all.sent++;
		p->since.sent++;
		if (out.hexdump)
			out_line("Sent to %s:\n", fmt_endpoint(text, &p->to));
		out_hexdump(lab->hello, size);
	}
	if (p->silenced)
		SET(p->fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
}

/* Reads the words of listen_report; whatever is not as it has it is left. */
static void
lab_report(struct report *r, const struct in6_addr *group,
    const unsigned char *text, size_t n)
{
	char word[64], error[sizeof(r->error)];
	unsigned long long age;
	struct in6_addr there;
	size_t length, i;

	error[0] = '\0';
	r->reports++;
	for (i = 0; i < n; i += length + 1) {
		for (length = 0; i + length < n && text[i + length] != ' ';)
			length++;
		if (length >= sizeof(word))
			continue;
		memcpy(word, text + i, length);
		word[length] = '\0';
		if (strncmp(word, "group=", 6) == 0 &&
		    inet_pton(AF_INET6, word + 6, &there) == 1) {
			if (IN6_ARE_ADDR_EQUAL(&there, group))
				r->same_group = true;
			else if (IN6_IS_ADDR_MULTICAST(&there)) {
				r->other_group = true;
				r->group = there;
			}
		} else if (strcmp(word, "loop=no") == 0)
			r->lost++;
		else if (strcmp(word, "joined=yes") == 0)
			r->joined = true;
		else if (strcmp(word, "joined=no") == 0)
			r->unjoined = true;
		else if (strncmp(word, "error=E", 7) == 0 &&
		    length - 6 < sizeof(error) &&
		    word[6 +
			strspn(word + 6,
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789")] == '\0')
			memcpy(error, word + 6, length - 5);
		else if (strncmp(word, "error-age=", 10) == 0 &&
		    wire_number((unsigned char *)word + 10, length - 10,
			&age) == length - 10 &&
		    length > 10 && age <= FRESH)
			memcpy(r->error, error, sizeof(error));
	}
}

/*
 * The probe that a WELCOME without a tag answers: that of its own socket; the
 * group if nothing else went out on this one; else it can't be told, NULL.
 */
static struct probe *
lab_bare(struct lab *lab, int fd, struct probe *own,
    const struct sockaddr_in6 *from)
{
	struct probe *p;
	bool unicast;

	if (lab->bare++ == 0) {
		lab->bare_from = *from;
		lab->bare_time = time_now();
	}
	unicast = own != NULL || fd != lab->fd[0];
	lab->bare_unicast |= unicast;
	if (own != NULL)
		return own;
	for (p = lab->probes; p < lab->probes + lab->count; p++)
		if (p->fd == fd && p->step != GROUP && p->all.sent > 0 &&
		    !unicast)
			return NULL;
	return lab_find(lab, unicast ? UNICAST : GROUP, 0);
}

/* The oldest copy of the probe that is not answered yet, or NULL. */
static struct copy *
lab_oldest(struct lab *lab, const struct probe *p)
{
	struct copy *c;

	for (c = lab->copies; c < lab->copies + lab->copied; c++)
		if (&lab->probes[c->probe] == p && !c->answered)
			return c;
	return NULL;
}

/*
 * Matches one datagram by its tag, on whatever socket and from whatever
 * address it came.
 */
static void
lab_answer(struct lab *lab, int fd, struct probe *own, size_t n,
    const struct sockaddr_in6 *from)
{
	struct probe *p;
	struct copy *c;
	struct tag tag;
	size_t rest;

	if (wire_decode(lab->data, n, &tag, &rest) != WELCOME)
		return;
	if (tag.kind == '\0') {
		p = rest == n ? lab_bare(lab, fd, own, from) : NULL;
		c = p == NULL ? NULL : lab_oldest(lab, p);
	} else {
		if (tag.id != lab->id || tag.seq == 0)
			return;
		if (tag.seq < lab->base && tag.kind != 'u' &&
		    lab->late++ == 0) {
			lab->late_seq = tag.seq;
			lab->late_time = time_now();
		}
		if (tag.seq < lab->base || tag.seq >= lab->base + lab->copied)
			return;
		c = &lab->copies[tag.seq - lab->base];
		p = &lab->probes[c->probe];
		if (p->kind != tag.kind)
			return;
		if (p->kind == 'b' && fd == lab->back) {
			p = lab_find(lab, BACK, 0);
			p->all.answered++;
			p->since.answered++;
			return;
		}
	}
	if (c == NULL)
		return;
	if (p->silenced && sock_host(from, &lab->self))
		lab->same_address = true; /* our own copies are switched off */
	if (p->responders > 0 && c == p->first)
		p->responders++;
	if (c->answered)
		return;
	c->answered = true;
	if (p->step == OTHER_PORT && fd != lab->fd[0]) {
		p->all.sent--; /* more than the listener grants in a second */
		p->since.sent--;
		return;
	}
	if (p->all.answered++ == 0) {
		p->from = *from;
		p->first = c;
		p->responders = 1;
	}
	p->since.answered++;
	if (p->step == GROUP && tag.kind != '\0')
		lab->latency = time_now() - c->sent;
	if (p->step == REJOIN)
		lab_report(&lab->report, &lab->o->group, lab->data + rest,
		    n - rest);
}

static void
lab_receive(struct lab *lab, int fd, struct probe *own)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(fd, lab->data, sizeof(lab->data), &from);
		if (n == -1) {
			if (own != NULL && errno != EAGAIN && errno != EINTR)
				lab_error(lab, own);
			return;
		}
		if (out.hexdump)
			out_line("Arrived from %s:\n",
			    fmt_endpoint(text, &from));
		out_hexdump(lab->data, (size_t)n);
		lab_answer(lab, fd, own, (size_t)n, &from);
	}
	signals_take();
}

/* A TCP connection was made, or was not. */
static void
lab_connected(struct lab *lab, struct probe *p)
{
	socklen_t n;
	int error, result;

	n = sizeof(error);
	result = getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &n);
	if (result == -1)
		error = errno;
	trace_call(result, "getsockopt(%d, SOL_SOCKET, SO_ERROR, %s)", p->fd,
	    error == 0 ? "0" : errno_name(error));
	p->from = p->to;
	p->all.answered = error == 0;
	errno = error;
	lab_error(lab, p);
}

static bool
lab_awaits(const struct probe *p)
{
	return p->connected && p->fd != -1 && p->all.error == 0 &&
	    (p->step != TCP || p->all.answered == 0);
}

/* Whether nothing is awaited any more, or the step was answered. */
static bool
lab_done(const struct lab *lab, enum step until)
{
	const struct probe *p;
	bool waits;

	waits = lab->link != NULL && lab->link->echoes > 0;
	for (p = lab->probes; p < lab->probes + lab->count; p++) {
		if (p->step == until && p->all.answered > 0)
			return true;
		waits |= p->all.sent > p->all.answered || lab_awaits(p);
	}
	return !waits;
}

/* Reads until then, or until it is done. */
static void
lab_wait(struct lab *lab, long long until, enum step step)
{
	struct watch watch;
	struct probe *p;
	long long now;
	size_t i;

	for (now = time_now(); now < until && !stop && !lab_done(lab, step);
	     now = time_now()) {
		memset(&watch, 0, sizeof(watch));
		watch.why = "answers to experiments";
		for (i = 0; i < lab->fds; i++)
			watch_add(&watch, lab->fd[i], false);
		if (lab->link != NULL)
			watch_add(&watch, lab->link->fd, false);
		for (p = lab->probes; p < lab->probes + lab->count; p++)
			if (lab_awaits(p))
				watch_add(&watch, p->fd, p->step == TCP);
		if (lab->end != 0)
			watch_progress("experiments", now - lab->begun,
			    lab->end - lab->begun);
		watch_wait(&watch, until - now);
		for (i = 0; i < lab->fds; i++)
			if (watch_ready(&watch, lab->fd[i], false))
				lab_receive(lab, lab->fd[i], NULL);
		if (lab->link != NULL &&
		    watch_ready(&watch, lab->link->fd, false))
			link_read(lab->link, false);
		for (p = lab->probes; p < lab->probes + lab->count; p++)
			if (!p->connected)
				continue;
			else if (watch_ready(&watch, p->fd, false))
				lab_receive(lab, p->fd, p);
			else if (watch_ready(&watch, p->fd, true))
				lab_connected(lab, p);
	}
	out.progress[0] = '\0';
}

/*
 * Sends what is planned, one copy of each probe at a time and in random order
 * (a fixed one would fall into step with periodic loss), so far apart, and
 * waits for the last; ends at once when that step is answered.
 */
static void
lab_run(struct lab *lab, long long apart, long long tail, enum step until)
{
	size_t order[PROBES_MAX], n, i, j;
	long long due;
	bool more;

	due = time_now();
	do {
		n = 0;
		more = false;
		for (i = 0; i < lab->count; i++) {
			if (lab->probes[i].planned == 0)
				continue;
			lab->random = lab->random * 1664525 + 1013904223;
			j = (lab->random >> 8) % ++n;
			order[n - 1] = order[j];
			order[j] = i;
		}
		for (i = 0; i < n; i++) {
			lab_send(lab, &lab->probes[order[i]]);
			more |= lab->probes[order[i]].planned > 0;
		}
		if (lab->pings > 0 && lab->pings-- > 0)
			link_echo(lab->link, lab->link->self.sin6_scope_id);
		more |= lab->pings > 0;
		due += apart;
		if (more)
			lab_wait(lab, due, until);
		if (lab->end != 0 && time_now() >= lab->end)
			more = false;
	} while (more && !stop &&
	    (until == NONE || lab_count(lab, until, false).answered == 0));
	for (i = 0; i < lab->count; i++)
		lab->probes[i].planned = 0;
	lab->pings = 0;
	due = time_now() + tail;
	if (lab->end != 0 && due > lab->end)
		due = lab->end;
	lab_wait(lab, due, until);
}

/*
 * On one interface two receivers, on any port and on the group's, and copies
 * to each and from the group's port, which is what a packet filter takes for
 * a WELCOME; hop limit 0 keeps them on this host.  The port is taken only
 * where no other program has it, unless it is shared with our own listener.
 * Returns -1 with errno if there is no socket or no membership.
 */
static int
lab_own_open(struct lab *lab, unsigned int index, bool shared, int copies)
{
	const struct options *o;
	struct sockaddr_in6 any, to;
	int fd, port;

	o = lab->o;
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd == -1)
		return -1;
	any = sock_address(&in6addr_any, 0, 0);
	if (sock_bind(fd, &any) == -1 || sock_name(fd, &any) == -1 ||
	    sock_join(fd, true, &o->group, index) == -1) {
		sock_close(fd);
		return -1;
	}
	lab->fd[lab->fds++] = fd;
	to = sock_address(&o->group, index, ntohs(any.sin6_port));
	lab_add(lab, OWN_ANY, 'm', fd, &to, index, 0, copies);
	if (index == 0 && scope(&o->group) <= 2)
		return 0;
	port = sock_open(SOCK_DGRAM, 0);
	if (port == -1)
		return 0;
	to.sin6_port = htons((in_port_t)o->port);
	if ((shared && SET(port, SOL_SOCKET, SO_REUSEADDR, 1) == -1) ||
	    sock_bind(port, &to) == -1 ||
	    sock_join(port, true, &o->group, index) == -1) {
		sock_close(port);
		return 0;
	}
	lab->fd[lab->fds++] = port;
	lab_add(lab, OWN_PORT, 'm', fd, &to, index, 0, copies);
	to.sin6_port = any.sin6_port;
	lab_add(lab, OWN_REPLY, 'm', port, &to, index, 0, copies);
	return 0;
}

/* Closed before all else: others here hear a group that is joined. */
static void
lab_own_close(struct lab *lab)
{
	while (lab->fds > 0)
		sock_close(lab->fd[--lab->fds]);
}

/* Whether copies on the interface were sent and all are lost: in came none. */
static bool
lab_own_lost(struct lab *lab, unsigned int index, enum step step)
{
	const struct probe *p;

	p = lab_find(lab, step, index);
	return p != NULL && p->all.sent > 0 && p->all.answered == 0;
}

/* From the group's port if that can be told: so WELCOMEs come. */
static bool
lab_own_deaf(struct lab *lab, unsigned int index)
{
	const struct probe *p;

	p = lab_find(lab, OWN_REPLY, index);
	return lab_own_lost(lab, index,
	    p != NULL && p->all.sent > 0 ? OWN_REPLY : OWN_ANY);
}

/* CAUSES: condition, code, sentence and, a line each, what to try */

static bool
say(struct verdict *v, const char *code, enum status status, const char *format,
    ...)
{
	va_list ap;

	v->code = code;
	v->status = status;
	va_start(ap, format);
	vsnprintf(v->text, sizeof(v->text), format, ap);
	va_end(ap);
	return true;
}

/* The cause rests on answers to the one and silence of the other. */
static bool
rests_on(struct verdict *v, enum step yes, enum step no, int silence)
{
	v->yes = yes;
	v->no = no;
	v->silence = silence;
	return true;
}

/* Prints a cause under its label; with -qq the diagnosis in one line. */
static void
cause_print(const char *label, const struct verdict *v)
{
	const char *line;
	size_t n;

	if (out.quiet > 1 && strcmp(label, "diagnosis") == 0)
		printf("%s: %.*s\n", v->code, (int)strcspn(v->text, "\n"),
		    v->text);
	out_line("%s: %s: ", label, v->code);
	for (line = v->text; *line != '\0'; line += n + (line[n] != '\0')) {
		n = strcspn(line, "\n");
		out_line("%s%.*s\n", line == v->text ? "" : "try: ", (int)n,
		    line);
	}
	out_flush();
}

#define IN_FREE                                                            \
	"nft insert rule inet filter input udp dport %u accept, or "       \
	"ip6tables -I INPUT -p udp --dport %u -j ACCEPT (Linux); pass in " \
	"quick inet6 proto udp to port %u (pf)"
#define SNOOPED                                                            \
	"enable an MLD querier on the link (a router, or the switch: ip "  \
	"link set br0 type bridge mcast_querier 1), or turn MLD snooping " \
	"off (mcast_snooping 0; ifconfig bridge0 has none on BSD)"

/* The system named no interface, or none that was named for it works. */
static bool
cause_interface(struct verdict *v, const struct facts *f)
{
	return say(v, "no-interface", FAULT,
	    "this system has no usable default interface for multicast%s%s\n"
	    "name one with -I:%s",
	    *f->down == '\0' ? "" : "; down:", f->down,
	    *f->interfaces == '\0' ? " there is none" : f->interfaces);
}

/* The interface refuses, and unicast to a link-local address works there. */
static bool
cause_route(struct verdict *v, const struct facts *f)
{
	if (f->loopback)
		return say(v, "no-route", FAULT,
		    "%s, a loopback interface, carries no multicast here\n"
		    "another interface, or ip -6 route add local ff00::/8 dev "
		    "%s (Linux); route add -inet6 ff02::/16 ::1 (BSD)",
		    f->name, f->name);
	return say(v, "no-route", FAULT,
	    "%s is up but has no multicast route, or a rule hides it\n"
	    "ip -6 route add multicast ff00::/8 dev %s table local, and see "
	    "ip -6 rule (Linux); route add -inet6 ff00::/8 -interface %s "
	    "(BSD)\n"
	    "on macOS: System Settings, Privacy, Local Network, for the "
	    "program of this terminal",
	    f->name, f->name, f->name);
}

/* The errno of sendto: the fault is on this host. */
static bool
cause_here(struct verdict *v, const struct facts *f)
{
	unsigned int port;

	port = f->o->port;
	if (f->gone)
		return say(v, "gone", FAULT,
		    "the interface %s does not exist any more\n"
		    "mcast6dbg -t shows those that there are",
		    f->name);
	switch (f->error) {
	case 0:
	case EBADF:
	case EINTR:
	case EIO:
	case EMFILE:
	case ENOMEM:
		return false;
	case EPERM:
	case EACCES:
		return say(v, "filter-out", FAULT,
		    "this host's packet filter, or a prohibit route, stops the "
		    "HELLO to %s on its way out\n"
		    "let UDP to port %u out: nft list ruleset, ip6tables -S, "
		    "ip -6 route (Linux); pfctl -sr, ipfw list, npfctl show "
		    "(BSD)",
		    f->group, port);
	case EMSGSIZE:
		return say(v, "too-long", FAULT,
		    "%zu bytes are more than this system sends in one "
		    "datagram\na smaller -s",
		    f->o->size);
	case EAGAIN:
	case ENOBUFS:
		return say(v, "queue-full", FAULT,
		    "%s takes no datagrams, its queue is full: no carrier, or "
		    "a device that is stuck\n"
		    "ip -s link show dev %s, tc -s qdisc (Linux); netstat -I "
		    "%s -d (BSD)",
		    f->name, f->name, f->name);
	case EADDRNOTAVAIL:
		if (f->o->interface == 0)
			return cause_interface(v, f);
		return say(v, "no-address", FAULT,
		    "%s has no usable source address: none, a tentative or a "
		    "duplicate one, or it is down\n"
		    "ip -6 addr show dev %s (Linux), ifconfig %s (BSD); bring "
		    "it up, give it an address",
		    f->name, f->name, f->name);
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENODEV:
	case ENXIO:
	case EINVAL:
		if (f->error != ENETDOWN && f->o->interface == 0)
			return cause_interface(v, f);
		if (f->error != ENETDOWN && (f->loopback || f->link_up))
			return cause_route(v, f);
		return say(v, "down", FAULT,
		    "%s is down, or IPv6 is switched off on it\n"
		    "ip link set %s up; sysctl net.ipv6.conf.%s.disable_ipv6=0 "
		    "(Linux)\n"
		    "ifconfig %s up (BSD), and ifconfig %s inet6 -ifdisabled "
		    "(FreeBSD), ifconfig %s inet6 eui64 (OpenBSD), ndp -i %s "
		    "-- -disabled (NetBSD)",
		    f->name, f->name, f->name, f->name, f->name, f->name,
		    f->name);
	default:
		return say(v, "no-multicast", FAULT,
		    "%s carries no multicast (%s): a tunnel, such as "
		    "WireGuard\nanother interface, or -u without multicast "
		    "through the tunnel",
		    f->name, strerror(f->error));
	}
}

/* What can't work, whatever the network. */
static bool
cause_arguments(struct verdict *v, const struct facts *f)
{
	switch (scope(&f->o->group)) {
	case 0:
	case 15:
		return say(v, "scope-reserved", UNANSWERED,
		    "the scope of %s is reserved, and most systems drop it\n"
		    "a group of link-local scope, -A " DEFAULT_GROUP,
		    f->group);
	case 1:
		return say(v, "scope-interface", UNANSWERED,
		    "%s has interface-local scope and never leaves this host\n"
		    "a group of link-local scope, -A " DEFAULT_GROUP,
		    f->group);
	}
	if (f->o->hops == 0)
		return say(v, "hop-limit", UNANSWERED,
		    "with hop limit 0 a HELLO is not to leave this host\n"
		    "-H 1");
	return false;
}

static bool
cause_stopped(struct verdict *v, const struct facts *f)
{
	const char *querier;

	querier = f->querier >= 0
	    ? "a querier was heard, so not for want of one"
	    : f->listened >= QUERY_LIMIT ? "no querier was heard: a switch "
	                                   "with MLD snooping forgets members "
					   "after 260 s"
	    : f->stopped_at >= 200 && f->stopped_at <= 280
	    ? "250 to 270 s after the listener joined it is MLD snooping "
	      "without a querier"
	    : "the listener or the link was lost then";
	return say(v, "stopped", UNANSWERED,
	    "answered until %.1f s, then not any more; %s\n"
	    "%son the listener's host: does it still run, is its link up?",
	    f->stopped_at, querier,
	    f->querier < 0 && f->stopped_at >= 200 ? SNOOPED "\n" : "");
}

/* Multicast alone is lost, though not all of it. */
static bool
cause_multicast_loss(struct verdict *v, const struct facts *f)
{
	unsigned long long lost, unicast;

	lost = f->sent - f->group_answered;
	unicast = f->unicast_sent - f->unicast_answered;
	if (f->sent < 10 || lost < 5 || f->unicast_sent == 0 ||
	    unicast * 4 > lost)
		return false;
	return say(v, "multicast-loss", UNANSWERED,
	    "multicast alone is lost: %llu of %llu HELLOs (%.1f%%), unicast "
	    "%llu; %s, %llu in a row at most%s\n"
	    "on Wi-Fi: a higher multicast rate, multicast to unicast, power "
	    "save off\non switches: storm control, rate limits",
	    lost, f->sent, (double)lost * 100 / (double)f->sent, unicast,
	    lost >= f->bursts * 3 ? "in bursts" : "one by one", f->longest,
	    f->rtt > f->unicast_rtt + 40
		? "; its round trip takes a beacon interval more: Wi-Fi with "
		  "power save"
		: "");
}

/* What the run itself shows, experiments or not. */
static bool
cause_run(struct verdict *v, const struct facts *f)
{
	if (!f->partly)
		return false;
	if (f->o->both_ways && f->back_sent > 0 &&
	    f->group_answered > 0 != f->back_answered > 0 &&
	    certain(3, 3, (int)(f->sent < 100 ? f->sent : 100)))
		return f->group_answered > 0
		    ? say(v, "one-way", UNANSWERED,
			  "multicast flows from here to the listener, but its "
			  "multicast to %s does not come back here\n"
			  "run the listener here and the requester there: the "
			  "diagnosis is that direction's",
			  f->group)
		    : say(v, "one-way", UNANSWERED,
			  "multicast flows both ways, but the listener's "
			  "unicast answer does not come back\n"
			  "let ICMPv6 (neighbour discovery) pass; " IN_FREE,
			  f->o->port, f->o->port, f->o->port);
	if (f->untagged && f->group_answered == 1 && f->sent > 1 &&
	    f->step[GROUP].answered == 0)
		return say(v, "one-answer", UNANSWERED,
		    "one WELCOME without a tag, then silence: FLoM's server "
		    "ends after one HELLO\n"
		    "start it again, or mcast6dbg -l in its place");
	if (f->stopped && f->step[GROUP].answered == 0)
		return false;
	if (cause_multicast_loss(v, f))
		return true;
	if (f->responders < f->o->listeners)
		return say(v, "partial", UNANSWERED,
		    "%ld of %ld listeners answered; those that did stand in "
		    "the table\n"
		    "on the hosts that are missing there: does the listener "
		    "run, on that group and interface?\n"
		    "-u with the address of one of them names its fault",
		    f->responders, f->o->listeners);
	return say(v, "partial", UNANSWERED,
	    "%llu of %llu HELLOs were answered%s; the table tells who is "
	    "missing how often\n%s",
	    f->answered, f->sent,
	    f->o->listeners > 1 ? " by all listeners that were asked for" : "",
	    f->unicast_sent == 0
		? "-c 100 -i 0.1 measures the loss; -u tells it from unicast "
		  "loss"
		: "unicast is lost as well: the link, not multicast, is to be "
		  "mended (ip -s link, netstat -i)");
}

/* The control was answered: no structure explains that. */
static bool
cause_control(struct verdict *v, const struct facts *f)
{
	const struct count *group;

	group = &f->step[GROUP];
	if (group->answered == 0 && f->late == 0 && !f->chance)
		return false;
	v->weak = true;
	if (f->delay > time_ms(f->o->wait))
		return say(v, "late", UNANSWERED,
		    "the answers come, but after %.0f ms, and -w is %.0f ms: "
		    "a slow link, or Wi-Fi with power save\n"
		    "wait longer: -w %.0f",
		    f->delay, time_ms(f->o->wait), f->delay * 2 / 1000 + 1);
	if (f->chance && group->answered == 0)
		return say(v, "lossy", UNANSWERED,
		    "most is lost, or the network is changing: of %d more "
		    "HELLOs to %s none was answered, which looks like %s, but "
		    "not for certain\n"
		    "try again; measure with -c 100 -i 0.1",
		    group->sent, f->group, f->looks);
	return say(v, "lossy", UNANSWERED,
	    "%s answers now, %d of %d HELLOs: the first was lost, or the "
	    "listener has only just begun\n"
	    "measure with -c 100 -i 0.1",
	    f->group, group->answered, group->sent);
}

/* What the listener itself reports. */
static bool
cause_report(struct verdict *v, const struct facts *f)
{
	if (f->there_error)
		return say(v, "answer-lost", UNANSWERED,
		    "%s heard a HELLO but could not answer it: %s\n"
		    "on its host: EPERM or EACCES is its packet filter, "
		    "ENETUNREACH or EADDRNOTAVAIL no route or address of our "
		    "scope, EMSGSIZE a system that sends no answer that long",
		    f->listener, f->there);
	if (f->there_reports >= 3 && f->there_lost == f->there_reports) {
		rests_on(v, NONE, NONE, SILENCE);
		return say(v, "filter-remote", UNANSWERED,
		    "the packet filter on the host of %s drops %s: not even "
		    "its own copies come back there\n" IN_FREE ", there",
		    f->listener, f->group, f->o->port, f->o->port, f->o->port);
	}
	if (f->other_group && !f->same_group) {
		rests_on(v,
		    f->step[EVERYBODY].answered > 0 ? EVERYBODY : UNICAST,
		    GROUP, 0);
		return say(v, "other-group", UNANSWERED,
		    "%s listens on %s, not on %s\n-A %s, or -A %s there",
		    f->listener, f->group2, f->group, f->group2, f->group);
	}
	return false;
}

/* The same datagram by another way, or another one by the same. */
static bool
cause_way(struct verdict *v, const struct facts *f)
{
	if (f->step[SMALL].answered > 0) {
		rests_on(v, SMALL, GROUP, 0);
		if (f->o->size <= FRAGMENTED)
			return say(v, "length", UNANSWERED,
			    "small HELLOs are answered, those of %zu bytes are "
			    "not, though they fit one packet: a filter on the "
			    "length\na smaller -s, and the filters on the way",
			    f->o->size);
		return say(v, "fragments", UNANSWERED,
		    "small HELLOs are answered, those of %zu bytes are not: "
		    "fragments are dropped on the way, or the MTU differs\n"
		    "a smaller -s, and compare the MTUs (ip link, ifconfig)",
		    f->o->size);
	}
	if (f->step[MORE_HOPS].answered > 0 && !f->near) {
		rests_on(v, MORE_HOPS, GROUP, 0);
		return say(v, "hop-limit", UNANSWERED,
		    "there are routers in between: hop limit %s%d is "
		    "answered\n-H %d",
		    f->least > 0 ? "" : "64, not ",
		    f->least > 0 ? f->least : f->o->hops,
		    f->least > 0 ? f->least : 64);
	}
	if (f->step[ELSEWHERE].answered > 0) {
		rests_on(v, ELSEWHERE, GROUP, 0);
		return say(v, "wrong-interface", UNANSWERED,
		    "the listener is behind %s, but the HELLO left on %s\n"
		    "-I %s",
		    f->other, f->name, f->other);
	}
	if (f->step[FROM_LINK].answered > 0) {
		rests_on(v, FROM_LINK, GROUP, 0);
		return say(v, "return-path", UNANSWERED,
		    "a HELLO from our link-local address is answered, one from "
		    "our wider address is not: the listener's host has no "
		    "route back to it, or a reverse-path filter drops it\n"
		    "there: a route to our address; ip6tables rpfilter, sysctl "
		    "rp_filter (Linux), urpf-failed (pf)");
	}
	if (f->link_source && f->wide && f->o->hops > 1 && !f->near &&
	    !f->on_link && f->step[EVERYBODY].answered == 0 &&
	    f->step[BY_GROUP].answered == 0 && f->step[UNICAST].answered == 0 &&
	    !f->refused && f->hosts == 0) {
		rests_on(v, NONE, NONE, SILENCE);
		return say(v, "source-scope", UNANSWERED,
		    "%s is wider than the link, but the source address is "
		    "link-local, and no router forwards that\n"
		    "give %s a global or unique-local address",
		    f->group, f->name);
	}
	return false;
}

/* This host's input: kind o, answered to the port that sent to the group. */
static bool
cause_filter_in(struct verdict *v, const struct facts *f)
{
	const struct count *step;

	step = f->step;
	if (step[UNICAST].answered > 0 && step[OTHER_PORT].sent > 0 &&
	    step[OTHER_PORT].answered == 0)
		rests_on(v, UNICAST, OTHER_PORT, 0);
	else if (f->deaf && step[UNICAST].answered == 0 && !f->refused &&
	    step[EVERYBODY].answered == 0 && step[BY_GROUP].answered == 0 &&
	    !(f->hosts > 0 && f->hosts_refused == f->hosts))
		rests_on(v, NONE, NONE, SILENCE);
	else
		return false;
	return say(v, "filter-in", UNANSWERED,
	    "this host's packet filter drops what comes in%s; a rule for "
	    "established connections does not do, it can't pair a unicast "
	    "WELCOME with a multicast HELLO\n"
	    "send from a port that the filter lets in: -p 28016\n"
	    "and let it in: nft insert rule inet filter input udp dport 28016 "
	    "accept, or ip6tables -I INPUT -p udp --dport 28016 -j ACCEPT "
	    "(Linux); pass in quick inet6 proto udp to port 28016 (pf)",
	    v->no == OTHER_PORT
		? ": a WELCOME to the port that asked by unicast arrives, one "
		  "to another port of ours does not"
		: ": not even own copies came back");
}

/* ff02::1 reaches a listener, the group does not. */
static bool
cause_group(struct verdict *v, const struct facts *f)
{
	const struct count *step;
	bool hops, small;

	step = f->step;
	if (step[BY_GROUP].answered > 0 && step[EVERYBODY].answered == 0 &&
	    step[AFTER].answered == 0) {
		rests_on(v, BY_GROUP, EVERYBODY, 0);
		return say(v, "answer-lost", UNANSWERED,
		    "%s hears us and answers by multicast, but its unicast "
		    "answer is lost: neighbour discovery fails on the way (a "
		    "switch that forgot the solicited-node group, filtered "
		    "ICMPv6), or its host has no address or route of that "
		    "scope, or filters the answer\n"
		    "let ICMPv6 pass; on the listener's host: ping our "
		    "address\n%s",
		    f->listener,
		    f->querier >= 0 ? "turn MLD snooping off" : SNOOPED);
	}
	hops = step[AFTER].answered == 0 && step[AFTER_HOPS].answered > 0;
	small = step[AFTER].answered == 0 && !hops &&
	    step[AFTER_SMALL].answered > 0;
	if (step[AFTER].answered > 0 || hops || small) {
		rests_on(v,
		    hops        ? AFTER_HOPS
			: small ? AFTER_SMALL
				: AFTER,
		    NONE, 0);
		return say(v, "snooping", UNANSWERED,
		    "a switch had forgotten that %s is a member%s%s\n%s%s",
		    f->listener,
		    f->querier >= 0
			? ", though a querier was heard: are its reports "
			  "dropped?"
			: f->listened >= QUERY_LIMIT ? "; nobody asks for them"
						     : "",
		    hops        ? "; and the hop limit is too small as well"
			: small ? "; and the HELLO is too long as well"
				: "",
		    f->querier >= 0 ? "let MLD (ICMPv6 types 131, 132, 143) "
				      "pass, or turn MLD snooping off"
				    : SNOOPED,
		    hops        ? "\nand -H 64"
			: small ? "\nand a smaller -s"
				: "");
	}
	if (step[EVERYBODY].answered == 0)
		return false;
	rests_on(v, EVERYBODY, step[AFTER].sent > 0 ? AFTER : GROUP, SILENCE);
	return say(v, "not-joined", UNANSWERED,
	    "%s is reached by ff02::1 but not by %s%s: its MLD reports don't "
	    "reach the switch, a switch or its network card's multicast filter "
	    "drops the group, or it joined on another interface\n"
	    "on the listener's host: ip maddr, netstat -gs (Linux), ifmcstat "
	    "(BSD); let MLD (ICMPv6 types 131, 132, 143) pass\n"
	    "in a virtual machine: tcpdump -i em0 there makes it work as long "
	    "as it runs? Then trustGuestRxFilters=yes (macvtap), or allow "
	    "promiscuous mode\n"
	    "a device that passes only well-known groups: -A ff02::8000:6db6 "
	    "on both hosts",
	    f->listener, f->group,
	    f->there_joined ? ", not even after it joined again" : "");
}

/* Unicast that is not answered, to the one address that is known. */
static bool
cause_host(struct verdict *v, const struct facts *f)
{
	const struct count *step;
	const char *u;
	unsigned int port;

	step = f->step;
	u = f->unicast;
	port = f->o->port;
	rests_on(v, NONE, NONE, SILENCE);
	if (f->rejected)
		return say(v, "filter-remote", UNANSWERED,
		    "a packet filter %s%s rejects UDP port %u of %s; if a "
		    "listener runs there, that is why\n" IN_FREE ", there",
		    f->rejected_there ? "there" : "on the way", f->rejecter,
		    port, u, port, port, port);
	if (f->refused)
		return say(v, "no-listener", UNANSWERED,
		    "the host of %s is there, but nothing listens on port %u, "
		    "or only on the group's address; if a listener runs, a "
		    "filter rejects\n"
		    "start mcast6dbg -l -A %s -P %u there",
		    u, port, f->group, port);
	if (step[CLOSED].error == ECONNREFUSED)
		return say(v, "port-silent", UNANSWERED,
		    "the host of %s refuses another, closed port, but port %u "
		    "is mute: a program that does not answer has it (ours, "
		    "stopped?), or a packet filter drops it\n"
		    "there: ss -6ulnp (Linux), sockstat -6 (BSD): who has the "
		    "port?\n" IN_FREE,
		    u, port, port, port, port);
	if (f->queued || step[UNICAST].error == EHOSTDOWN ||
	    step[CLOSED].error == EHOSTDOWN || step[TCP].error == EHOSTDOWN ||
	    ((step[UNICAST].error == EHOSTUNREACH ||
		 step[CLOSED].error == EHOSTUNREACH ||
		 step[TCP].error == EHOSTUNREACH) &&
		f->late_errno))
		return say(v, "no-neighbour", UNANSWERED,
		    "nobody answers for %s, or the router to it, on the link: "
		    "cable, VLAN, client isolation of an access point, a "
		    "bridge's filter (Docker: br_netfilter), or the host is "
		    "off\nip -6 neigh (Linux), ndp -a (BSD), and the link in "
		    "between",
		    u);
	if (step[UNICAST].error != 0 || step[CLOSED].error != 0)
		return say(v, "unreachable", UNANSWERED,
		    "%s can't be reached: %s\n"
		    "a route to it: ip -6 route get (Linux), route -n get "
		    "-inet6 (BSD)",
		    u,
		    strerror(step[UNICAST].error != 0 ? step[UNICAST].error
						      : step[CLOSED].error));
	if (step[TCP].error == ECONNREFUSED || step[TCP].answered > 0)
		return say(v, f->uncalibrated ? "silent" : "port-silent",
		    UNANSWERED,
		    "the host of %s is there, as TCP tells, but UDP is mute: "
		    "nothing listens and %s, or a program there does not "
		    "answer, or a packet filter drops it\n"
		    "there: ss -6ulnp (Linux), sockstat -6 (BSD): who has the "
		    "port?\n%s" IN_FREE,
		    u,
		    f->uncalibrated ? "this system does not tell of refusals"
				    : "its ICMPv6 errors are dropped",
		    f->uncalibrated
			? "as root, or with a global address as -u, more can "
			  "be told\n"
			: "",
		    port, port, port);
	if (f->resolved && f->on_link)
		return say(v, "filter-remote", UNANSWERED,
		    "the host of %s answers neighbour discovery, and nothing "
		    "else: its packet filter drops all, UDP port %u "
		    "too\n" IN_FREE ", there",
		    u, port, port, port, port);
	v->weak = true;
	return say(v, "unreachable", UNANSWERED,
	    "nothing comes back from %s, though %s: the host is down, or a "
	    "filter there or on the way (a hypervisor's bridge, Docker's "
	    "br_netfilter) drops everything\n"
	    "ping6 and traceroute6 to it",
	    u,
	    f->resolved ? "the neighbour on the link takes it"
			: "there is a route");
}

/* A unicast address is known: -u, or a listener that was found. */
static bool
cause_unicast(struct verdict *v, const struct facts *f)
{
	const struct count *step;

	if (!f->target)
		return false;
	step = f->step;
	if (step[UNICAST].answered == 0)
		return cause_host(v, f);
	if (step[HOP1].answered == 0 && step[HOP1].sent > 0 && !f->near &&
	    !f->bare_unicast) {
		rests_on(v, UNICAST, HOP1, 0);
		return say(v, "not-routed", UNANSWERED,
		    "a router is between here and %s and does not forward %s: "
		    "no multicast routing there, or a group of link-local "
		    "scope, which no router forwards\n"
		    "a group of wider scope (-A ff0e::1234 -H 16), and "
		    "multicast routing on the router",
		    f->unicast, f->group);
	}
	rests_on(v, UNICAST, GROUP, SILENCE);
	return say(v, "filter-multicast", UNANSWERED,
	    "unicast to %s is answered, multicast is not: it is dropped on "
	    "the way (a filter, an access point, a cloud network without "
	    "multicast), or the listener is not on that link, or has no "
	    "address of that scope to answer from\n"
	    "on the listener's host: tcpdump -i em0 udp port %u (its "
	    "interface): does the HELLO arrive?",
	    f->unicast, f->o->port);
}

/* No listener answered anything, and no address of one is known. */
static bool
cause_nobody(struct verdict *v, const struct facts *f)
{
	unsigned int port;

	port = f->o->port;
	rests_on(v, NONE, NONE, SILENCE);
	if (f->bare == 1 && !f->bare_run)
		return say(v, "one-answer", UNANSWERED,
		    "one WELCOME without a tag, then silence: FLoM's server "
		    "ends after one HELLO\n"
		    "start it again, or mcast6dbg -l in its place");
	v->weak = true;
	if (f->bare > 0)
		return say(v, "silent", UNANSWERED,
		    "a listener answers some of the experiments, but its "
		    "WELCOME has no tag, so it can't be told which\n"
		    "mcast6dbg -l on the other host instead of FLoM");
	if (f->hosts > 0 && f->hosts_refused == f->hosts)
		return say(v, "no-listener", UNANSWERED,
		    "nothing listens on port %u of the %d host%s on the "
		    "link\nstart mcast6dbg -l -A %s -P %u on one of them",
		    port, f->hosts, f->hosts == 1 ? "" : "s", f->group, port);
	if (f->hosts > 0)
		return say(v, "port-silent", UNANSWERED,
		    "of %d host%s on the link %d refuse%s UDP port %u; the "
		    "others are mute:%s: a packet filter there, or a program "
		    "that does not answer\n" IN_FREE ", there",
		    f->hosts, f->hosts == 1 ? "" : "s", f->hosts_refused,
		    f->hosts_refused == 1 ? "s" : "", port, f->mute, port, port,
		    port);
	if (f->echo && !f->alive && !f->deaf)
		return say(v, "no-neighbour", UNANSWERED,
		    "nobody on %s answers an ICMPv6 echo: cable, VLAN, client "
		    "isolation of an access point, a bridge's filter (Docker: "
		    "br_netfilter), all hosts off, or each drops even that\n"
		    "ip -6 neigh, ip link (Linux), ndp -a, ifconfig (BSD), and "
		    "the switch in between",
		    f->name);
	return say(v, "silent", UNANSWERED,
	    "nothing answered: no listener, a packet filter on its host%s, or "
	    "the link drops all\n"
	    "mcast6dbg -l on the other host, if none runs there\n"
	    "%sits unicast address with -u tells the causes apart",
	    f->certain_loop ? "" : " or here", f->echo ? "" : "as root, or ");
}

/*
 * The first that fits.  A run that stopped has a cause that still can be
 * seen; where none is proven, that it stopped is all that is known.
 */
static void
cause_decide(struct verdict *v, const struct facts *f)
{
	memset(v, 0, sizeof(*v));
	v->yes = v->no = NONE;
	if (cause_here(v, f) || cause_arguments(v, f))
		return;
	if (f->other_host && f->step[UNICAST].answered == 0) {
		cause_host(v, f);
		return;
	}
	if (!f->other_host && (cause_run(v, f) || cause_control(v, f)))
		return;
	if (!cause_control(v, f) && !cause_report(v, f) && !cause_way(v, f) &&
	    !cause_filter_in(v, f) && !cause_group(v, f) &&
	    !cause_unicast(v, f))
		cause_nobody(v, f);
	if (f->stopped && v->weak)
		cause_stopped(v, f);
}

/*
 * The interface on which multicast leaves if none is named, and the source
 * address: of a wider group that of connect(), of another that of an own copy,
 * for which this socket joins everywhere.  Returns 0 if it can't be told.
 */
static unsigned int
lab_default(struct lab *lab, struct sockaddr_in6 *source)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 to, other;
	unsigned int index;
	struct probe *own;
	int fd;

	memset(source, 0, sizeof(*source));
	to = sock_address(&lab->o->group, 0, lab->o->port);
	there = sock_interfaces();
	index = 0;
	if (sock_source(&to, 0, source) == 0) {
		for (p = there; p != NULL && p->if_index != 0; p++)
			if (index == 0 &&
			    sock_source(&to, p->if_index, &other) == 0 &&
			    IN6_ARE_ADDR_EQUAL(&other.sin6_addr,
				&source->sin6_addr))
				index = p->if_index;
	} else if ((fd = sock_open(SOCK_DGRAM, 0)) != -1) {
		out.probing = true;
		other = sock_address(&in6addr_any, 0, 0);
		if (sock_bind(fd, &other) == 0 && sock_name(fd, &other) == 0) {
			for (p = there; p != NULL && p->if_index != 0; p++)
				sock_join(fd, true, &to.sin6_addr, p->if_index);
			to.sin6_port = other.sin6_port;
			lab->fd[lab->fds++] = fd;
			own = lab_add(lab, OWN_ANY, 'm', fd, &to, 0, 0, 2);
			lab_run(lab, 20 * MILLI, OWN_WAIT, OWN_ANY);
			*source = own->from;
			index = source->sin6_scope_id;
			lab->fds = lab->count = 0;
		}
		sock_close(fd);
		out.probing = false;
	}
	if (there != NULL)
		if_freenameindex(there);
	if (IN6_IS_ADDR_LINKLOCAL(&source->sin6_addr))
		source->sin6_scope_id = index;
	return index;
}

/* SELF-TEST */

struct selftest {
	const struct options *o;
	struct lab lab;
	int passed, failed;
	unsigned int last; /* interface that passed */
};

/* A text in its columns; one that is too long has a line of its own. */
static void
out_column(const char *text, int width)
{
	if ((int)strlen(text) > width)
		out_line("%s\n%*s", text, width, "");
	else
		out_line("%-*s", width, text);
}

static void
selftest_row(struct selftest *t, const char *name, unsigned int index, int join)
{
	char source[ENDPOINT_MAX], text[INET6_ADDRSTRLEN];
	struct sockaddr_in6 group, from;
	const struct probe *p;
	const char *loop;
	struct options o;
	struct facts f;
	struct verdict v;
	struct tag tag;
	bool counted;

	memset(&f, 0, sizeof(f));
	memset(&v, 0, sizeof(v));
	o = *t->o;
	o.interface = index;
	f.o = &o;
	f.loopback = sock_loopback(name);
	snprintf(f.name, sizeof(f.name), "%s", name);
	group = sock_address(&o.group, index, o.port);
	snprintf(source, sizeof(source), "-");
	if (sock_source(&group, index, &from) == 0)
		snprintf(source, sizeof(source), "%s",
		    inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof(text)));
	p = lab_find(&t->lab, OWN_ANY, index);
	if (p != NULL && stop && p->all.answered == 0)
		return; /* not waited for */
	if (p != NULL && (f.error = p->all.error) == 0) {
		/* What never leaves proves little: one more, to the wire. */
		memset(&tag, 0, sizeof(tag));
		if (sock_path(p->fd, &p->to, index, 1) == -1 ||
		    sock_send(p->fd, t->lab.hello,
			wire_encode(t->lab.hello, WELCOME, &tag, 0),
			&p->to) == -1)
			f.error = errno;
	}
	f.link_up = f.error != 0 && sock_link_up(index);
	loop = "-";
	if (join != 0)
		say(&v, "join-refused", FAULT, "%s", "");
	else if (f.error != 0) {
		if (!cause_here(&v, &f))
			say(&v, errno_name(f.error), FAULT, "%s", "");
	} else if (lab_own_deaf(&t->lab, index) ||
	    lab_own_lost(&t->lab, index, OWN_PORT)) {
		loop = "lost";
		say(&v, f.loopback ? "no-route" : "filter-in", FAULT, "%s", "");
	} else {
		loop = "ok";
		say(&v, "ok", ANSWERED, "%s", "");
	}
	counted = !(f.loopback && v.status != ANSWERED) &&
	    join != EADDRNOTAVAIL && strcmp(v.code, "down") != 0 &&
	    strcmp(v.code, "no-address") != 0;
	t->passed += v.status == ANSWERED;
	t->failed += counted && v.status != ANSWERED;
	if (v.status == ANSWERED)
		t->last = index;
	out_column(name, 9);
	out_line(" %5u ", index);
	out_column(source, 23);
	out_line(" %-4s  %-11s %-8s %s%s%s\n",
	    join == 0 ? "ok" : errno_name(join),
	    join != 0          ? "-"
		: f.error != 0 ? errno_name(f.error)
			       : "ok",
	    loop, counted ? "" : "(", v.code, counted ? "" : ")");
}

/*
 * What programs get that name no interface: where a join with 0 lands is the
 * one on which the group can be left then.
 */
static void
selftest_default(struct selftest *t, const struct if_nameindex *there)
{
	char join[IF_NAMESIZE + 16], send[IF_NAMESIZE + 16];
	char source[INET6_ADDRSTRLEN];
	const struct if_nameindex *p;
	struct sockaddr_in6 from, to, other;
	unsigned int joined, sends, unicast;
	int fd;

	joined = unicast = 0;
	snprintf(join, sizeof(join), "-");
	fd = sock_open(SOCK_DGRAM, 0);
	out.probing = true;
	if (fd != -1 && sock_join(fd, true, &t->o->group, 0) == -1)
		snprintf(join, sizeof(join), "%s", errno_name(errno));
	else if (fd != -1)
		for (p = there; p->if_index != 0 && joined == 0; p++)
			if (sock_join(fd, false, &t->o->group, p->if_index) ==
			    0)
				fmt_interface(join, joined = p->if_index);
	sock_close(fd);
	out.probing = false;
	lab_begin(&t->lab, t->o, wire_id(), 1);
	sends = lab_default(&t->lab, &from);
	snprintf(send, sizeof(send), "none");
	if (sends != 0)
		fmt_interface(send, sends);
	inet_ntop(AF_INET6, &from.sin6_addr, source, sizeof(source));
	out_column("default", 9);
	out_line("     - ");
	out_column(from.sin6_family == 0 ? "-" : source, 23);
	out_line(" %-4s  %-11s -        -\n", join, send);
	to = sock_numeric("2000::1", 0, 9);
	if (sock_source(&to, 0, &from) == 0)
		for (p = there; p->if_index != 0; p++) {
			to = sock_numeric("ff0e::1", p->if_index, 9);
			if (sock_source(&to, p->if_index, &other) == 0 &&
			    IN6_ARE_ADDR_EQUAL(&other.sin6_addr,
				&from.sin6_addr))
				unicast = p->if_index;
		}
	if (t->passed > 1 && (joined != sends || joined != unicast))
		out_line("note: default-interface: a program that names no "
			 "interface joins on %s and sends on %s%s%s: name it "
			 "(IPV6_JOIN_GROUP, IPV6_MULTICAST_IF)\n",
		    join, send, unicast != 0 ? "; unicast goes out on " : "",
		    unicast != 0 ? fmt_interface(source, unicast) : "");
}

/*
 * One row an interface.  A loopback that carries no multicast is no fault, nor
 * is an interface that is switched off or has no address.
 */
static enum status
selftest_main(const struct options *o)
{
	static struct selftest t;
	struct if_nameindex *there, *p, *first;
	int errors[OWN_AT_ONCE];
	size_t i;

	t.o = o;
	there = sock_interfaces();
	if (there == NULL)
		fatal("if_nameindex", "");
	out_line("%-9s %5s %-23s %s  %-11s %s %s\n", "interface", "index",
	    "source", "join", "send", "loopback", "verdict");
	for (p = there; p->if_index != 0 && !stop;) {
		lab_begin(&t.lab, o, wire_id(), 1);
		first = p;
		for (i = 0; p->if_index != 0 && i < OWN_AT_ONCE; p++, i++)
			if (o->interface == 0 || p->if_index == o->interface)
				errors[i] = lab_own_open(&t.lab, p->if_index,
						false, 3) == -1
				    ? errno
				    : 0;
		lab_run(&t.lab, 20 * MILLI, o->wait, NONE);
		for (p = first, i = 0; p->if_index != 0 && i < OWN_AT_ONCE;
		     p++, i++)
			if (o->interface == 0 || p->if_index == o->interface)
				selftest_row(&t, p->if_name, p->if_index,
				    errors[i]);
		lab_own_close(&t.lab);
		out_flush();
	}
	if (o->interface == 0 && !stop)
		selftest_default(&t, there);
	if (t.passed + t.failed == 0 && !stop)
		out_line(o->interface == 0
			? "no interface here can carry multicast\n"
			: "this interface can't carry multicast\n");
	if (out.quiet > 1)
		printf("%s: %d interfaces passed, %d failed\n",
		    t.passed > 0 && t.failed == 0 ? "ok" : "failed", t.passed,
		    t.failed);
	if_freenameindex(there);
	return t.passed > 0 && t.failed == 0 ? ANSWERED : FAULT;
}

/* LISTENER */

/* An interface on which the listener is, or would be, a member. */
struct member {
	unsigned int index;
	char name[IF_NAMESIZE];
	int error; /* errno of the join, 0: joined */
	int fd;    /* its own, -1: that of all */
};

struct listener {
	const struct options *o;
	uint64_t id;   /* of its own looped copies */
	int fd;        /* that receives for all, -1: each member has its own */
	int sender;    /* where none that is bound to a group can send, or -1 */
	bool on_group; /* bound to the group address, :: is taken */
	struct member *members;
	size_t member_count;
	struct link link;
	long long now, end, rescan;
	struct limit rejoins, multicasts, echoes, redirects, notes;
	const char *loop; /* what listen_loops said last, NULL: untold */
	unsigned long long answered, others, failed;
	unsigned long long to_group, by_unicast; /* of those answered */
	int error; /* errno of the last answer that failed */
	long long error_time;
	struct sockaddr_in6 peer; /* the last one shown, and its text: */
	char peer_text[ENDPOINT_MAX];
	struct lab lab; /* of its own copies */
	unsigned char data[DATAGRAM_MAX + 2 + REPORT_MAX];
};

static bool
listen_wide(const struct listener *l)
{
	return scope(&l->o->group) > 2;
}

/*
 * Returns a socket bound to [::]:port, or to the group address there (for
 * link-local scope on the interface); -1 with errno.  The first is taken only
 * where no other program has it, and shared afterwards: so it is known whether
 * unicast HELLOs will arrive here, and nobody is kept out.
 */
static int
listen_bind(struct listener *l, unsigned int index)
{
	struct sockaddr_in6 address;
	int fd;

	address = sock_address(l->on_group ? &l->o->group : &in6addr_any,
	    l->on_group ? index : 0, l->o->port);
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd == -1 ||
	    (l->on_group && SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1) ||
	    sock_bind(fd, &address) == -1 ||
	    SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1) {
		sock_close(fd);
		return -1;
	}
	sock_buffers(fd);
	if (listen_wide(l)) /* for kind b: back through as many routers */
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 64);
	return fd;
}

/*
 * Joins the group, and ff02::1, which some systems (FreeBSD) else don't give
 * to a socket that has joined anything.
 */
static void
listen_join(struct listener *l, struct member *m)
{
	struct sockaddr_in6 all;
	int fd;

	m->error = 0;
	fd = l->fd;
	if (fd == -1)
		fd = m->fd = listen_bind(l, m->index);
	if (fd != -1 && sock_join(fd, true, &l->o->group, m->index) == 0) {
		all = sock_numeric(ALL_NODES, 0, 0);
		sock_join(fd, true, &all.sin6_addr, m->index);
		return;
	}
	m->error = errno;
	sock_close(m->fd);
	m->fd = -1;
}

static void
listen_refused(const struct member *m)
{
	if (m->error == EADDRNOTAVAIL)
		return; /* can't carry multicast by its nature */
	out_line("note: join-refused: %s: %s\n", m->name, strerror(m->error));
	if (m->error == ENOMEM || m->error == ENOBUFS)
		out_line("try: -I, or a higher limit of memberships: sysctl "
			 "net.core.optmem_max (Linux)\n");
	else
		out_line("try: ip -6 addr show dev %s (Linux), ifconfig %s: is "
			 "IPv6 on, the MTU 1280 or more?\n",
		    m->name, m->name);
}

/* Drops the members whose interface has gone: no call ever fails for that. */
static void
listen_leave(struct listener *l, const struct if_nameindex *there)
{
	const struct if_nameindex *p;
	struct member *m;
	size_t i;

	for (i = l->member_count; i-- > 0;) {
		m = &l->members[i];
		for (p = there; p->if_index != 0; p++)
			if (p->if_index == m->index &&
			    strcmp(p->if_name, m->name) == 0)
				break;
		if (p->if_index != 0)
			continue;
		if (m->error == 0) {
			out_line("Left %s: it is gone\n", m->name);
			if (m->fd == -1)
				sock_join(l->fd, false, &l->o->group, m->index);
		}
		sock_close(m->fd);
		memmove(m, m + 1, (--l->member_count - i) * sizeof(*m));
		memset(&l->peer, 0, sizeof(l->peer)); /* has the old name */
	}
}

/*
 * Brings the memberships in line with the interfaces that there are: new ones
 * are joined, refused ones tried again, and unless starting that is said.  -I
 * names one by its name, whatever its index has become.
 */
static void
listen_scan(struct listener *l, bool starting)
{
	struct if_nameindex *there, *p;
	struct member *m;
	int error;

	l->rescan = l->now + RESCAN;
	there = sock_interfaces();
	if (there == NULL && starting)
		fatal("if_nameindex", "");
	if (there == NULL)
		return;
	listen_leave(l, there);
	for (p = there; p->if_index != 0; p++) {
		if (l->o->interface != 0 && strcmp(p->if_name, l->o->name) != 0)
			continue;
		for (m = l->members; m < l->members + l->member_count; m++)
			if (m->index == p->if_index)
				break;
		if (m == l->members + l->member_count) {
			l->members =
			    grow(l->members, ++l->member_count * sizeof(*m));
			m = &l->members[l->member_count - 1];
			m->index = p->if_index;
			m->error = m->fd = -1;
			snprintf(m->name, sizeof(m->name), "%s", p->if_name);
		}
		if (m->error == 0)
			continue;
		error = m->error;
		listen_join(l, m);
		if (!starting && m->error == 0)
			out_line("Joined on %s\n", m->name);
		else if (!starting && m->error != error)
			listen_refused(m);
	}
	if_freenameindex(there);
	out_flush();
}

/* Ends a listener that could join nowhere. */
static void
listen_nowhere(const struct listener *l, const char *text)
{
	char can[NAMES_MAX], down[NAMES_MAX];
	const struct member *m;
	struct verdict v;
	bool taken, unable;

	taken = l->fd == -1;
	unable = l->o->interface != 0;
	for (m = l->members; m < l->members + l->member_count; m++) {
		errno = m->error;
		taken &= errno == EADDRINUSE ||
		    (l->on_group && errno == EADDRNOTAVAIL);
		unable &= errno == EADDRNOTAVAIL;
		if (l->fd != -1)
			complain("setsockopt IPV6_JOIN_GROUP", m->name);
	}
	if (taken) {
		errno = EADDRINUSE;
		complain("bind", text);
	}
	memset(&v, 0, sizeof(v));
	sock_choices(can, down);
	if (taken)
		say(&v, "port-taken", FAULT,
		    "another program has the port of %s and does not share it "
		    "(SO_REUSEADDR)\nanother port: -P on both hosts\n"
		    "ss -6ulnp (Linux) or sockstat -6 (BSD) shows who has it",
		    text);
	else if (unable)
		say(&v, "no-multicast", FAULT,
		    "%s can't carry multicast\none of these with -I:%s",
		    l->o->name, can);
	else
		say(&v, "no-interface", FAULT,
		    "%s could be joined on no interface%s%s\n"
		    "one of these with -I:%s",
		    text, *down == '\0' ? "" : "; down:", down,
		    *can == '\0' ? " there is none" : can);
	cause_print("diagnosis", &v);
	quit(FAULT);
}

/*
 * Whether own copies come back on the interface, 0: on those that can carry
 * multicast: yes, no, or NULL: untold.  To the group's port, which no other
 * program shares as far as is known.  Names the deaf ones, if that is asked.
 */
static const char *
listen_loops(struct listener *l, unsigned int index, long long wait, char *deaf)
{
	const struct member *m, *end, *first;
	const char *looped;
	int n;

	looped = NULL;
	end = l->members + l->member_count;
	for (m = l->members; m < end && !l->on_group && !stop;) {
		lab_begin(&l->lab, l->o, l->id, 1);
		first = m;
		for (n = 0; m < end && n < OWN_AT_ONCE; m++)
			if (m->error == 0 && !sock_loopback(m->name) &&
			    (index == 0 || m->index == index) &&
			    lab_own_open(&l->lab, m->index, true,
				wait == REPORT_WAIT ? 1 : 3) == 0)
				n++;
		lab_run(&l->lab, 20 * MILLI, wait, NONE);
		for (m = first; n > 0 && m < end; m++) {
			if (lab_find(&l->lab, OWN_PORT, m->index) == NULL)
				continue;
			n--;
			if (!lab_own_lost(&l->lab, m->index, OWN_PORT)) {
				looped = "yes";
				continue;
			}
			looped = looped == NULL ? "no" : looped;
			if (deaf != NULL)
				fmt_append(deaf, m->name);
		}
		lab_own_close(&l->lab);
		if (wait == REPORT_WAIT)
			break;
	}
	return looped;
}

/* Says where the group was joined and where not, and what is wrong already. */
static void
listen_opened(struct listener *l)
{
	char text[ENDPOINT_MAX], deaf[NAMES_MAX];
	struct sockaddr_in6 group;
	struct member *m, *end;
	struct verdict v;
	size_t joined;

	group = sock_address(&l->o->group, l->o->interface, l->o->port);
	fmt_endpoint(text, &group);
	joined = 0;
	end = l->members + l->member_count;
	for (m = l->members; m < end; m++)
		joined += m->error == 0;
	if (joined == 0)
		listen_nowhere(l, text);
	deaf[0] = '\0';
	if (joined <= 4 * OWN_AT_ONCE)
		listen_loops(l, 0, OWN_WAIT, deaf);
	out_line("Listening on %s, joined on", text);
	for (m = l->members; m < end; m++)
		if (m->error == 0)
			out_line(" %s", m->name);
	out_line("\n");
	for (m = l->members; m < end; m++)
		if (m->error != 0)
			listen_refused(m);
	memset(&v, 0, sizeof(v));
	if (l->on_group) {
		say(&v, "port-shared", ANSWERED,
		    "another program has the port; bound to %s, so that only "
		    "multicast is heard, and unicast reaches that program\n"
		    "another port with -P on both hosts, to hear both",
		    text);
		cause_print("note", &v);
	}
	if (*deaf != '\0') {
		say(&v, "filter-in", ANSWERED,
		    "not even own copies to %s come back on%s: this host's "
		    "packet filter drops what comes in\n" IN_FREE,
		    text, deaf, l->o->port, l->o->port, l->o->port);
		cause_print("note", &v);
	}
	out_flush();
}

static void
note_all_nodes(const struct options *o)
{
	if (is_all_nodes(&o->group))
		out_line("note: all-nodes: every node is a member of " ALL_NODES
			 " and no switch filters it, so an answer proves "
			 "little for other groups\n"
			 "try: another group, such as -A " DEFAULT_GROUP "\n");
}

/*
 * Binds [::]:port where that is free: there unicast HELLOs arrive too.  Else
 * the group address, which for link-local scope takes a socket an interface.
 */
static void
listen_open(struct listener *l)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 any;

	any = sock_address(&in6addr_any, 0, l->o->port);
	l->fd = listen_bind(l, 0);
	if (l->fd == -1 && errno != EADDRINUSE)
		fatal("bind", fmt_endpoint(text, &any));
	if (l->fd == -1) {
		l->on_group = true;
		if (listen_wide(l) && (l->fd = listen_bind(l, 0)) == -1)
			listen_nowhere(l, fmt_endpoint(text, &any));
	}
	link_open(&l->link, l->id, l->o->port);
	listen_scan(l, true);
	listen_opened(l);
	note_all_nodes(l->o);
}

/* At most once a second; the count at the end has them all. */
static void
listen_failed(struct listener *l, const struct sockaddr_in6 *peer, int error)
{
	char text[ENDPOINT_MAX];

	if (!time_allows(&l->notes, 1))
		return;
	out_line("note: answer-failed: %s: WELCOME was not sent: %s\n",
	    fmt_endpoint(text, peer), strerror(error));
	if (error == EPERM || error == EACCES)
		out_line("try: let UDP from port %u out in this host's packet "
			 "filter\n",
		    l->o->port);
	else if (error == EMSGSIZE)
		out_line("try: a smaller -s there\n");
	else
		out_line("try: give this host an address of that scope, and a "
			 "route back\n");
}

/* A packet filter on the way, or there, says that it stopped an answer. */
static void
listen_rejected(struct listener *l)
{
	char by[ENDPOINT_MAX], to[INET6_ADDRSTRLEN];

	if (l->link.rejected_by.sin6_family != 0 && time_allows(&l->notes, 1))
		out_line("note: answer-failed: WELCOME to %s was rejected by "
			 "[%s], code %d\n"
			 "try: let UDP from port %u in there\n",
		    inet_ntop(AF_INET6, &l->link.rejected, to, sizeof(to)),
		    fmt_address(by, &l->link.rejected_by), l->link.rejection,
		    l->o->port);
	memset(&l->link.rejected_by, 0, sizeof(l->link.rejected_by));
}

static bool
listen_send(struct listener *l, int fd, size_t size,
    const struct sockaddr_in6 *to)
{
	ssize_t n;

	n = sock_send(fd, l->data, size, to);
	if (n == -1 && l->on_group &&
	    (errno == EOPNOTSUPP || errno == EADDRNOTAVAIL ||
		errno == EINVAL)) {
		/* BSD sends nothing from a group address */
		if (l->sender == -1)
			l->sender = sock_open(SOCK_DGRAM, 0);
		n = sock_send(l->sender, l->data, size, to);
	}
	return n != -1;
}

/* Kinds g and b: the answer also by multicast, at the source's port. */
static void
listen_multicast(struct listener *l, int fd, char kind, size_t size,
    const struct sockaddr_in6 *from)
{
	struct sockaddr_in6 to;

	if (kind == 'g' ? !IN6_IS_ADDR_LINKLOCAL(&from->sin6_addr) ||
		    !time_allows(&l->multicasts, 1)
			: !time_allows(&l->echoes, 10))
		return;
	to = kind == 'g' ? sock_numeric(ALL_NODES, from->sin6_scope_id, 0)
			 : sock_address(&l->o->group, from->sin6_scope_id, 0);
	to.sin6_port = from->sin6_port;
	if (from->sin6_scope_id != 0)
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
		    (int)from->sin6_scope_id);
	listen_send(l, fd, size, &to);
}

/* On one interface, 0: on all. Leaving first makes the host report anew. */
static bool
listen_rejoin(struct listener *l, unsigned int index)
{
	struct member *m;
	bool joined;
	int fd;

	joined = false;
	for (m = l->members; m < l->members + l->member_count; m++) {
		if (m->error != 0 || (index != 0 && m->index != index))
			continue;
		fd = m->fd != -1 ? m->fd : l->fd;
		sock_join(fd, false, &l->o->group, m->index);
		if (sock_join(fd, true, &l->o->group, m->index) == -1)
			m->error = errno;
		joined |= m->error == 0;
	}
	return joined;
}

/*
 * Kind r: joins again, once a second, and appends what the listener knows,
 * " group=G port=P zone=IF joined=yes|no loop=yes|no error=ERRNO
 * error-age=SECONDS": zone only for a link-local source, loop and error only
 * where known.  Returns the bytes appended, REPORT_MAX at most.
 */
static size_t
listen_report(struct listener *l, char *text, const struct sockaddr_in6 *from)
{
	char group[INET6_ADDRSTRLEN], zone[IF_NAMESIZE];
	const struct member *m;
	bool joined;
	size_t n;

	if (time_allows(&l->rejoins, 1)) {
		listen_rejoin(l, from->sin6_scope_id);
		l->loop = NULL;
	}
	l->loop = listen_loops(l, from->sin6_scope_id, REPORT_WAIT, NULL);
	joined = false;
	for (m = l->members; m < l->members + l->member_count; m++)
		joined |= m->error == 0 &&
		    (from->sin6_scope_id == 0 ||
			m->index == from->sin6_scope_id);
	inet_ntop(AF_INET6, &l->o->group, group, sizeof(group));
	n = (size_t)snprintf(text, REPORT_MAX, " group=%s port=%u joined=%s",
	    group, l->o->port, joined ? "yes" : "no");
	if (from->sin6_scope_id != 0)
		n += (size_t)snprintf(text + n, REPORT_MAX - n, " zone=%s",
		    fmt_interface(zone, from->sin6_scope_id));
	if (l->loop != NULL)
		n += (size_t)snprintf(text + n, REPORT_MAX - n, " loop=%s",
		    l->loop);
	if (l->error != 0)
		n += (size_t)snprintf(text + n, REPORT_MAX - n,
		    " error=%s error-age=%lld", errno_name(l->error),
		    (time_now() - l->error_time) / SECOND);
	return n;
}

/* What arrived and, unless answered is 0, the WELCOME of that size. */
static void
listen_show(struct listener *l, size_t n, size_t answered,
    const struct sockaddr_in6 *from, const struct sockaddr_in6 *to)
{
	char text[ENDPOINT_MAX];

	if (out.quiet > 0 && !out.hexdump)
		return;
	if (memcmp(&l->peer, from, sizeof(*from)) != 0) {
		l->peer = *from;
		fmt_endpoint(l->peer_text, from);
	}
	if (answered > 0)
		memcpy(l->data + 2, "HELLO", 5);
	out_datagram("Arrived datagram is ", l->data + 2, n, " from ",
	    l->peer_text, "");
	if (answered == 0)
		return;
	memcpy(l->data, "WELCOME", 7);
	out_datagram("Sent datagram is ", l->data, answered, " to ",
	    to->sin6_port == from->sin6_port ? l->peer_text
					     : fmt_endpoint(text, to),
	    "");
}

/*
 * Answers what stands at data + 2 if it is a HELLO.  WELCOME is two bytes
 * longer, so what follows the verb stays where it is.
 */
static void
listen_datagram(struct listener *l, int fd, size_t n,
    const struct sockaddr_in6 *from)
{
	struct sockaddr_in6 to;
	struct tag tag;
	enum verb verb;
	size_t rest, size;
	bool sent;

	verb = wire_decode(l->data + 2, n, &tag, &rest);
	if (verb != HELLO || from->sin6_port == 0 ||
	    IN6_IS_ADDR_MULTICAST(&from->sin6_addr)) {
		if (verb == WELCOME && tag.kind != '\0' && tag.id == l->id)
			return; /* a copy of listen_loops */
		l->others++;
		listen_show(l, n, 0, from, NULL);
		return;
	}
	memcpy(l->data, "WELCOME", 7);
	size = n + 2;
	to = *from;
	if (tag.kind == 'r')
		size += listen_report(l, (char *)l->data + size, from);
	else if (tag.kind == 'o' && tag.port != 0 &&
	    time_allows(&l->redirects, 10))
		to.sin6_port = htons((in_port_t)tag.port);
	sent = listen_send(l, fd, size, &to);
	if (sent) {
		l->answered++;
		l->to_group +=
		    tag.kind == '\0' || tag.kind == 'm' || tag.kind == 'b';
		l->by_unicast += tag.kind == 'u';
	} else {
		l->failed++;
		l->error = errno;
		l->error_time = time_now();
		listen_failed(l, &to, l->error);
	}
	if (tag.kind == 'g' || tag.kind == 'b')
		listen_multicast(l, fd, tag.kind, size, from);
	listen_show(l, n, sent ? size : 0, from, &to);
}

static bool
listen_done(const struct listener *l)
{
	return stop ||
	    (l->o->count > 0 && l->answered >= (unsigned long long)l->o->count);
}

/* Returns whether more may be queued. */
static bool
listen_drain(struct listener *l, int fd)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH && !listen_done(l); i++) {
		n = sock_receive(fd, l->data + 2, DATAGRAM_MAX, &from);
		if (n == -1)
			return false;
		listen_datagram(l, fd, (size_t)n, &from);
	}
	signals_take();
	return true;
}

static void
listen_run(struct listener *l)
{
	const struct member *m;
	struct watch watch;
	bool more;

	l->now = time_now();
	l->end = l->o->wait > 0 ? l->now + l->o->wait : INT64_MAX;
	for (more = false; !listen_done(l) && l->now < l->end;
	     l->now = time_now()) {
		if (l->now >= l->rescan)
			listen_scan(l, false);
		memset(&watch, 0, sizeof(watch));
		watch.why = "HELLO";
		watch_add(&watch, l->fd, false);
		watch_add(&watch, l->link.fd, false);
		for (m = l->members;
		     l->fd == -1 && m < l->members + l->member_count; m++)
			watch_add(&watch, m->fd, false);
		if (!more)
			out_flush();
		watch_wait(&watch,
		    more ? 0
			 : (l->rescan < l->end ? l->rescan : l->end) - l->now);
		more = false;
		if (watch_ready(&watch, l->link.fd, false)) {
			link_read(&l->link, true);
			listen_rejected(l);
		}
		if (watch_ready(&watch, l->fd, false))
			more = listen_drain(l, l->fd);
		for (m = l->members;
		     l->fd == -1 && m < l->members + l->member_count; m++)
			if (watch_ready(&watch, m->fd, false))
				more |= listen_drain(l, m->fd);
	}
}

static enum status
listen_main(const struct options *o)
{
	static struct listener l;
	const struct member *m;
	int notes;

	l.o = o;
	l.id = wire_id();
	l.sender = -1;
	listen_open(&l);
	listen_run(&l);
	if (out.quiet > 1)
		printf("ok: %llu answered\n", l.answered);
	out_line("%llu answered, %llu other datagrams, %llu answers failed\n",
	    l.answered, l.others, l.failed);
	if (l.answered > 0)
		out_line("HELLOs: %llu to the group, %llu by unicast, %llu of "
			 "a diagnosis\n",
		    l.to_group, l.by_unicast,
		    l.answered - l.to_group - l.by_unicast);
	if (l.answered + l.others + l.failed == 0)
		out_line("note: silent: nothing was heard\n"
			 "try: mcast6dbg -A the same group and -I its "
			 "interface on the other host, and read its "
			 "diagnosis\n");
	notes = 0;
	for (m = l.members; m < l.members + l.member_count && notes < 8; m++)
		if (m->error == 0 && !sock_loopback(m->name)) {
			link_note(&l.link, m->index);
			notes++;
		}
	return ANSWERED;
}

/* REQUESTER */

/* One that answers, and how well. Times in nanoseconds. */
struct responder {
	struct sockaddr_in6 address;
	unsigned long long answered, duplicate, late, disordered, damaged;
	unsigned long long newest; /* sequence number answered, and by bits */
	uint64_t window;           /* which of the 64 up to it were */
	long long shortest, longest, sum;
};

/* A hash table of responders. */
struct table {
	struct responder *rows;
	uint32_t *buckets;  /* row + 1, 0: free */
	size_t count, size; /* size a power of two, at least 2 * count */
};

enum way { BY_MULTICAST, BY_UNICAST, BACK_BY_GROUP, WAYS };

/* What goes one way, and the answers to it: the group, -u, and -b's. */
struct flow {
	const char *title;
	long need; /* listeners that must answer, 0: there is no such flow */
	int fd;
	char kind;
	struct sockaddr_in6 to;
	char text[ENDPOINT_MAX]; /* as in lines */
	int error;               /* errno of the last sendto, 0: it worked */
	unsigned long long sent,
	    answered; /* HELLOs that are not out any more */
	struct table table;
};

/* A HELLO that was sent. */
struct slot {
	unsigned long long seq;
	long long sent;
	uint32_t answers[WAYS]; /* from different listeners */
	bool gone[WAYS];        /* sendto worked */
};

struct requester {
	const struct options *o;
	struct flow flow[WAYS];
	struct link link;
	uint64_t id;
	bool tagged;
	unsigned int index; /* that the group is sent to, 0: not known */
	struct sockaddr_in6 source;
	char source_text[ENDPOINT_MAX + 8]; /* " from addr%ifname" */
	struct slot *slots;
	size_t slot_count;                       /* a power of two */
	unsigned long long next, oldest, marked; /* sequence numbers */
	long long now, start, due;
	unsigned long long answered, foreign, bare;
	unsigned long long trailing; /* lost since the last one answered */
	unsigned long long bursts, longest, burst; /* lost by the group */
	long long last_answered;                   /* when that one was sent */
	struct lab lab;
	char hello[DATAGRAM_MAX];
	unsigned char data[DATAGRAM_MAX];
};

/* Returns the bucket that has the address, or the free one that it gets. */
static size_t
table_bucket(const struct table *t, const struct sockaddr_in6 *address)
{
	uint32_t hash;
	size_t i;

	hash = address->sin6_scope_id;
	for (i = 0; i < 16; i++)
		hash = (hash ^ address->sin6_addr.s6_addr[i]) * 16777619u;
	hash ^= hash >> 15;
	for (i = hash & (t->size - 1); t->buckets[i] != 0;
	     i = (i + 1) & (t->size - 1))
		if (sock_host(&t->rows[t->buckets[i] - 1].address, address))
			break;
	return i;
}

static void
table_grow(struct table *t)
{
	size_t i;

	t->size = t->size == 0 ? 64 : t->size * 2;
	t->rows = grow(t->rows, t->size / 2 * sizeof(*t->rows));
	free(t->buckets);
	t->buckets = calloc(t->size, sizeof(*t->buckets));
	if (t->buckets == NULL)
		fatal("calloc", "listeners");
	for (i = 0; i < t->count; i++)
		t->buckets[table_bucket(t, &t->rows[i].address)] =
		    (uint32_t)i + 1;
}

/* Returns the row of that address, a new one if need be; NULL: full. */
static struct responder *
table_find(struct table *t, const struct sockaddr_in6 *address)
{
	struct responder *row;
	size_t i;

	if (t->count * 2 >= t->size)
		table_grow(t);
	i = table_bucket(t, address);
	if (t->buckets[i] != 0)
		return &t->rows[t->buckets[i] - 1];
	if (t->count == LISTENERS_MAX)
		return NULL;
	row = &t->rows[t->count];
	memset(row, 0, sizeof(*row));
	row->address = *address;
	t->buckets[i] = (uint32_t)++t->count;
	return row;
}

static int
responder_compare(const void *a, const void *b)
{
	const struct sockaddr_in6 *x, *y;
	int order;

	x = &((const struct responder *)a)->address;
	y = &((const struct responder *)b)->address;
	order = memcmp(&x->sin6_addr, &y->sin6_addr, sizeof(x->sin6_addr));
	if (order != 0)
		return order;
	return (x->sin6_scope_id > y->sin6_scope_id) -
	    (x->sin6_scope_id < y->sin6_scope_id);
}

/*
 * Notes that a HELLO was answered.  Returns 0, 1 if a newer one was answered
 * before, -1 if this one was already, -2 if it is too old to tell.
 */
static int
responder_order(struct responder *p, unsigned long long seq)
{
	unsigned long long behind;

	if (seq > p->newest) {
		behind = seq - p->newest;
		p->window = behind < 64 ? p->window << behind | 1 : 1;
		p->newest = seq;
		return 0;
	}
	behind = p->newest - seq;
	if (behind >= 64)
		return -2;
	if ((p->window >> behind & 1) != 0)
		return -1;
	p->window |= (uint64_t)1 << behind;
	return 1;
}

/* Four digits of milliseconds, in 8 bytes. */
static const char *
fmt_ms(char *text, double ms)
{
	snprintf(text, 8, "%.*f",
	    ms < 9.9995       ? 3
		: ms < 99.995 ? 2
		: ms < 999.95 ? 1
			      : 0,
	    ms);
	return text;
}

/* A count in that many columns, blank if there are none. */
static void
out_count(unsigned long long count, int width)
{
	if (count == 0)
		out_line("%*s", width, "");
	else
		out_line("%*llu", width, count);
}

/* Lost: neither answered in time nor late. */
static void
request_rows(struct flow *flow)
{
	char text[ENDPOINT_MAX], shortest[8], mean[8], longest[8];
	const struct responder *p;
	unsigned long long came;

	if (flow->table.count == 0)
		return;
	qsort(flow->table.rows, flow->table.count, sizeof(*p),
	    responder_compare);
	out_line("%-*s answered  lost  dup late order  bad  rtt min/avg/max "
		 "ms\n",
	    ADDRESS_WIDTH - 2, "listener");
	for (p = flow->table.rows; p < flow->table.rows + flow->table.count;
	     p++) {
		came = p->answered + p->late;
		out_column(fmt_address(text, &p->address), ADDRESS_WIDTH - 2);
		out_count(p->answered, 9);
		out_count(came < flow->sent ? flow->sent - came : 0, 6);
		out_count(p->duplicate, 5);
		out_count(p->late, 5);
		out_count(p->disordered, 6);
		out_count(p->damaged, 5);
		if (p->answered > 0)
			out_line("  %s/%s/%s",
			    fmt_ms(shortest, time_ms(p->shortest)),
			    fmt_ms(mean, time_ms(p->sum) / (double)p->answered),
			    fmt_ms(longest, time_ms(p->longest)));
		out_line("\n");
	}
}

/* Returns the slot of a HELLO, NULL: not sent, or too long ago. */
static struct slot *
request_slot(const struct requester *r, unsigned long long seq)
{
	struct slot *slot;

	slot = &r->slots[seq & (r->slot_count - 1)];
	return seq > 0 && slot->seq == seq ? slot : NULL;
}

/* Whether all answers that are asked for came, or all that are known of. */
static bool
request_complete(const struct requester *r, const struct slot *slot, bool all)
{
	const struct flow *f;
	size_t need;
	int i;

	for (i = 0; i < WAYS; i++) {
		f = &r->flow[i];
		need = (size_t)f->need;
		if (all && i != BY_UNICAST && need > 0 && need < f->table.count)
			need = f->table.count;
		if (slot->gone[i] && slot->answers[i] < need)
			return false;
	}
	return true;
}

static char
request_mark(const struct requester *r, const bool *came, bool some)
{
	if (r->o->both_ways && came[BY_MULTICAST] != came[BACK_BY_GROUP])
		return came[BY_MULTICAST] ? '>' : '<';
	if (came[BY_MULTICAST])
		return r->o->control && !came[BY_UNICAST] ? 'm' : '!';
	if (r->o->control && came[BY_UNICAST])
		return 'u';
	return some ? '+' : '.';
}

static void
request_lost(const struct requester *r, const struct slot *slot)
{
	char hello[TAGGED_MAX];
	struct tag tag;

	tag.id = r->id;
	tag.seq = slot->seq;
	tag.kind = r->tagged ? r->flow[BY_MULTICAST].kind : '\0';
	hello[wire_encode(hello, HELLO, &tag, 0)] = '\0';
	printf("No answer to '%s' from %s within %g s", hello,
	    r->flow[BY_MULTICAST].text, (double)r->o->wait / SECOND);
	if (slot->answers[BACK_BY_GROUP] > slot->answers[BY_MULTICAST])
		printf(" but to the group");
	else if (r->o->both_ways && slot->answers[BY_MULTICAST] > 0)
		printf(" to the group, only by unicast");
	else if (slot->answers[BY_MULTICAST] > 0)
		printf(" but from %lu of %ld listeners",
		    (unsigned long)slot->answers[BY_MULTICAST],
		    r->o->listeners);
	putchar('\n');
}

/* Counts a HELLO by what came until now, and prints its mark or its loss. */
static void
request_decide(struct requester *r, const struct slot *slot)
{
	bool came[WAYS], answered;
	struct flow *f;
	int i;

	for (i = 0; i < WAYS; i++) {
		f = &r->flow[i];
		came[i] = f->need > 0 && slot->answers[i] >= (uint32_t)f->need;
		f->sent += slot->gone[i];
		f->answered += came[i];
	}
	if (!slot->gone[BY_MULTICAST])
		return;
	answered =
	    came[BY_MULTICAST] && (came[BACK_BY_GROUP] || !r->o->both_ways);
	r->answered += answered;
	if (answered)
		r->last_answered = slot->sent;
	r->trailing = answered ? 0 : r->trailing + 1;
	r->bursts += !came[BY_MULTICAST] && r->burst == 0;
	r->burst = came[BY_MULTICAST] ? 0 : r->burst + 1;
	if (r->longest < r->burst)
		r->longest = r->burst;
	if (out.quiet == 0 && !answered)
		request_lost(r, slot);
	if (out.quiet != 1)
		return;
	if (out.marks == 0)
		printf("%5lld  ", (slot->sent - r->start) / SECOND);
	putchar(request_mark(r, came, slot->answers[BY_MULTICAST] > 0));
	if (++out.marks == MARKS_A_LINE)
		out_break();
}

/*
 * Closes the HELLOs that all known listeners have answered or that were sent
 * the wait before now, then decides, in order, those that need no more.
 */
static void
request_expire(struct requester *r, long long now)
{
	const struct slot *slot;

	while (r->oldest < r->next) {
		slot = request_slot(r, r->oldest);
		if (slot->sent + r->o->wait > now &&
		    !request_complete(r, slot, true))
			break;
		r->oldest++;
	}
	while (r->marked < r->next) {
		slot = request_slot(r, r->marked);
		if (r->marked >= r->oldest && !request_complete(r, slot, false))
			break;
		request_decide(r, slot);
		r->marked++;
	}
}

/*
 * Counts an answer of our own id.  Returns what is wrong with it, "" if
 * nothing is, and its round-trip time if that is known.
 */
static const char *
request_count(struct requester *r, enum way way, unsigned long long seq,
    bool intact, const struct sockaddr_in6 *from, long long *rtt)
{
	struct responder *row;
	struct slot *slot;
	int order;

	row = table_find(&r->flow[way].table, from);
	if (row == NULL)
		return "foreign";
	if (!intact) {
		row->damaged++;
		return "damaged";
	}
	slot = request_slot(r, seq);
	if (slot != NULL)
		*rtt = r->now - slot->sent;
	order = responder_order(row, seq);
	if (order == -1) {
		row->duplicate++;
		return "duplicate";
	}
	if (slot == NULL || *rtt > r->o->wait || order == -2) {
		row->late++;
		return "late";
	}
	if (row->answered++ == 0 || *rtt < row->shortest)
		row->shortest = *rtt;
	if (*rtt > row->longest)
		row->longest = *rtt;
	row->sum += *rtt;
	row->disordered += order == 1;
	slot->answers[way]++;
	request_expire(r, 0);
	return order == 1 ? "out of order" : "";
}

static void
request_datagram(struct requester *r, size_t n, const struct sockaddr_in6 *from,
    enum way way)
{
	char peer[ENDPOINT_MAX], suffix[64];
	const char *verdict;
	struct tag tag;
	long long rtt;
	size_t rest;
	bool bare;

	r->now = time_now();
	rtt = -1;
	verdict = "foreign";
	if (wire_decode(r->data, n, &tag, &rest) == WELCOME) {
		bare = tag.kind == '\0' && rest == n;
		if (bare) {
			tag.id = r->id;
			tag.seq = r->next - 1;
			tag.kind = r->flow[way].kind;
			r->bare++;
		} else if (tag.kind == 'u')
			way = BY_UNICAST; /* whichever socket it came to */
		if (tag.id == r->id && tag.seq > 0 && tag.seq < r->next &&
		    tag.kind == r->flow[way].kind)
			verdict = request_count(r, way, tag.seq,
			    bare || wire_intact(r->data, n, rest, r->o->size),
			    from, &rtt);
	}
	r->foreign += *verdict == 'f';
	if (out.quiet > 0 && !out.hexdump)
		return;
	suffix[0] = '\0';
	if (rtt >= 0)
		snprintf(suffix, sizeof(suffix), ", %.3f ms", time_ms(rtt));
	if (*verdict != '\0' || way == BACK_BY_GROUP)
		snprintf(suffix + strlen(suffix),
		    sizeof(suffix) - strlen(suffix), "%s%s%s",
		    way == BACK_BY_GROUP ? ", to the group" : "",
		    *verdict == '\0' ? "" : ", ", verdict);
	out_datagram("Arrived datagram is ", r->data, n, " from ",
	    fmt_endpoint(peer, from), suffix);
}

/* Returns false if more may be queued. */
static bool
request_drain(struct requester *r, enum way way)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(r->flow[way].fd, r->data, sizeof(r->data),
		    &from);
		if (n == -1)
			return true;
		request_datagram(r, (size_t)n, &from, way);
		if (r->marked == r->next)
			return true; /* all is answered: send at once */
	}
	signals_take();
	return false;
}

/* Twice the slots; with SLOTS_MAX of them the oldest HELLO is given up. */
static void
request_grow(struct requester *r)
{
	struct slot *slots;
	unsigned long long seq;
	size_t size;

	size = r->slot_count * 2;
	slots = size <= SLOTS_MAX ? calloc(size, sizeof(*slots)) : NULL;
	if (slots == NULL) {
		request_expire(r,
		    request_slot(r, r->oldest)->sent + r->o->wait);
		return;
	}
	for (seq = r->oldest; seq < r->next; seq++)
		slots[seq & (size - 1)] = r->slots[seq & (r->slot_count - 1)];
	free(r->slots);
	r->slots = slots;
	r->slot_count = size;
}

/* One datagram of a HELLO; an errno is kept, and told when it is new. */
static bool
request_send_one(struct requester *r, struct flow *f, unsigned long long seq)
{
	struct tag tag;
	size_t size;

	tag.id = r->id;
	tag.seq = seq;
	tag.kind = r->tagged ? f->kind : '\0';
	size = wire_encode(r->hello, HELLO, &tag, r->o->size);
	if (sock_send(f->fd, r->hello, size, &f->to) == -1) {
		if (errno != f->error && (seq > 1 || f->kind == 'u'))
			complain("sendto", f->text);
		f->error = errno;
		return false;
	}
	f->error = 0;
	if (out.quiet == 0 || out.hexdump)
		out_datagram("Sent datagram is ", r->hello, size, " to ",
		    f->text, f->kind == 'u' ? "" : r->source_text);
	return true;
}

/* One HELLO to the group, and the control beside it. */
static void
request_send(struct requester *r)
{
	struct slot *slot;
	struct flow *f;

	if (r->next - r->oldest >= r->slot_count)
		request_grow(r);
	slot = &r->slots[r->next & (r->slot_count - 1)];
	memset(slot, 0, sizeof(*slot));
	slot->seq = r->next++;
	slot->sent = r->now = time_now();
	r->due += r->o->interval;
	if (r->now > r->due + SECOND)
		r->due = r->now; /* don't catch up with a burst */
	f = r->flow;
	slot->gone[BY_MULTICAST] =
	    request_send_one(r, &f[BY_MULTICAST], slot->seq);
	slot->gone[BACK_BY_GROUP] = r->o->both_ways && slot->gone[BY_MULTICAST];
	if (r->o->control && slot->gone[BY_MULTICAST])
		slot->gone[BY_UNICAST] =
		    request_send_one(r, &f[BY_UNICAST], slot->seq);
}

static bool
request_all_sent(const struct requester *r)
{
	return r->o->count > 0 && r->next > (unsigned long long)r->o->count;
}

/* When to send the next HELLO; with -i 0 once no other is waited for. */
static long long
request_due(const struct requester *r)
{
	if (request_all_sent(r))
		return INT64_MAX;
	if (r->o->interval > 0)
		return r->due;
	return r->marked == r->next ? r->now : INT64_MAX;
}

/* Returns whether anything can be read, until then at most. */
static bool
request_wait(struct requester *r, long long until)
{
	const struct slot *slot;
	struct watch watch;
	int i, ready;

	slot = request_slot(r, r->oldest);
	if (slot != NULL && slot->sent + r->o->wait < until)
		until = slot->sent + r->o->wait;
	if (slot != NULL && r->now - slot->sent >= SECOND / 2)
		watch_progress("waiting for an answer", r->now - slot->sent,
		    r->o->wait);
	if (out.progress[0] != '\0' && until > r->now + SECOND)
		until = r->now + SECOND;
	out_flush();
	memset(&watch, 0, sizeof(watch));
	watch.why = "WELCOME";
	for (i = 0; i < WAYS; i++)
		watch_add(&watch, r->flow[i].fd, false);
	watch_add(&watch, r->link.fd, false);
	ready = watch_wait(&watch, until - r->now);
	out.progress[0] = '\0';
	r->now = time_now();
	if (watch_ready(&watch, r->link.fd, false))
		link_read(&r->link, false);
	return ready > 0;
}

static void
request_run(struct requester *r)
{
	bool drained;
	int i;

	while (!stop && !(request_all_sent(r) && r->oldest == r->next)) {
		drained = true;
		if (request_wait(r, request_due(r)))
			for (i = 0; i < WAYS && drained; i++)
				if (r->flow[i].fd != -1)
					drained = request_drain(r, (enum way)i);
		if (r->oldest < r->next)
			request_expire(r, drained ? r->now : r->now - SECOND);
		if (request_due(r) <= r->now)
			request_send(r);
	}
	out_break();
}

/*
 * -b: the group's answers need a socket of their own on the port that HELLOs
 * come from, so that they are told from unicast ones: those go to the socket
 * that is bound to the very address.
 */
static void
request_bind_back(struct requester *r)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 a;
	struct flow *back;
	int fd;

	fd = r->flow[BY_MULTICAST].fd;
	back = &r->flow[BACK_BY_GROUP];
	a = r->source;
	a.sin6_port = htons((in_port_t)r->o->source_port);
	back->fd = sock_open(SOCK_DGRAM, 0);
	if (back->fd == -1)
		fatal("socket", "");
	if (SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
	    SET(back->fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
	    sock_bind(fd, &a) == -1 || sock_name(fd, &a) == -1)
		fatal("bind", fmt_endpoint(text, &a));
	a = sock_address(&in6addr_any, 0, ntohs(a.sin6_port));
	if (sock_bind(back->fd, &a) == -1)
		fatal("bind", fmt_endpoint(text, &a));
	if (sock_join(back->fd, true, &r->o->group, r->index) == -1)
		fatal("setsockopt IPV6_JOIN_GROUP", r->flow[BY_MULTICAST].text);
	sock_buffers(back->fd);
}

/* Ends a requester whose source port another program has. */
static void
request_taken(const struct options *o, const char *port)
{
	struct verdict v;

	complain("bind", port);
	if (errno != EADDRINUSE || o->no_diagnosis)
		quit(FAULT);
	memset(&v, 0, sizeof(v));
	say(&v, "port-taken", FAULT,
	    "another program has the source port of %s\n"
	    "another -p, or none\n"
	    "ss -6uanp (Linux) or sockstat -6 (BSD) shows who has it",
	    port);
	cause_print("diagnosis", &v);
	quit(FAULT);
}

static void
request_open(struct requester *r, const struct options *o)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 any;
	struct flow *group, *control, *back;

	r->o = o;
	r->id = wire_id();
	r->next = r->oldest = r->marked = 1;
	r->tagged = o->count != 1 || o->listeners > 1 || o->size > 0 ||
	    o->control || o->both_ways;
	link_open(&r->link, r->id, o->port);
	group = &r->flow[BY_MULTICAST];
	group->title = "";
	group->need = o->listeners;
	group->kind = o->both_ways ? 'b' : 'm';
	group->fd = sock_open(SOCK_DGRAM, 0);
	back = &r->flow[BACK_BY_GROUP];
	back->title = "to the group: ";
	back->need = o->both_ways ? o->listeners : 0;
	back->kind = 'b';
	back->fd = -1;
	/*
	 * On a port of its own: after a unicast HELLO a stateful filter would
	 * let the WELCOME to a multicast one in as well.
	 */
	control = &r->flow[BY_UNICAST];
	control->title = "unicast: ";
	control->need = o->control;
	control->kind = 'u';
	control->to = o->unicast;
	control->fd = -1;
	fmt_endpoint(control->text, &o->unicast);
	if (group->fd == -1 ||
	    (o->control && (control->fd = sock_open(SOCK_DGRAM, 0)) == -1))
		fatal("socket", "AF_INET6");
	any = sock_address(&in6addr_any, 0, o->source_port);
	if (o->source_port != 0 && !o->both_ways &&
	    sock_bind(group->fd, &any) == -1)
		request_taken(o, fmt_endpoint(text, &any));
	sock_buffers(group->fd);
	if (control->fd != -1)
		sock_buffers(control->fd);
	if (o->interface != 0 &&
	    SET(group->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
		(int)o->interface) == -1)
		fatal("setsockopt IPV6_MULTICAST_IF", o->name);
	if (SET(group->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, o->hops) == -1)
		fatal("setsockopt IPV6_MULTICAST_HOPS", "");
	wire_pad(r->hello, o->size);
	r->slot_count = SLOTS_MIN;
	r->slots = calloc(r->slot_count, sizeof(*r->slots));
	if (r->slots == NULL)
		fatal("calloc", "HELLOs");
}

/* Finds the interface and source address that the group is sent from. */
static void
request_locate(struct requester *r)
{
	struct sockaddr_in6 *group;

	group = &r->flow[BY_MULTICAST].to;
	*group = sock_address(&r->o->group, r->o->interface, r->o->port);
	memset(&r->source, 0, sizeof(r->source));
	r->index = r->o->interface;
	if (r->index == 0) {
		lab_begin(&r->lab, r->o, r->id, 1);
		r->index = lab_default(&r->lab, &r->source);
	} else if (sock_source(group, r->index, &r->source) == 0 &&
	    IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr))
		r->source.sin6_scope_id = r->index;
	r->link.self = r->source;
	r->link.self.sin6_scope_id = r->index;
	group->sin6_scope_id = r->index;
	fmt_endpoint(r->flow[BY_MULTICAST].text, group);
	group->sin6_scope_id = r->o->interface;
	r->source_text[0] = '\0';
	if (r->source.sin6_family == AF_INET6) {
		memcpy(r->source_text, " from ", 6);
		fmt_address(r->source_text + 6, &r->source);
	}
}

/* A wider group may go out with an address that is another interface's. */
static void
request_note_source(const struct requester *r)
{
	char address[ENDPOINT_MAX], name[IF_NAMESIZE];
	struct if_nameindex *there, *p;
	struct sockaddr_in6 other;
	unsigned int same;

	if (scope(&r->o->group) <= 2 || r->o->interface == 0 ||
	    IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr) ||
	    (there = sock_interfaces()) == NULL)
		return;
	same = 0;
	for (p = there; p->if_index != 0; p++)
		if (p->if_index != r->index &&
		    sock_source(&r->flow[BY_MULTICAST].to, p->if_index,
			&other) == 0 &&
		    sock_host(&other, &r->source))
			same = p->if_index;
	if (same != 0)
		out_line("note: source: %s and %s both send from %s: one of "
			 "them has no address of its own for that scope\n",
		    r->o->name, fmt_interface(name, same),
		    fmt_address(address, &r->source));
	if_freenameindex(there);
}

/*
 * Sends the first HELLO.  An address is tentative for a second or two after
 * its interface came up, so that EADDRNOTAVAIL is waited for.  Returns -1
 * if the HELLO can't be sent, with the errno in the flow.
 */
static int
request_first(struct requester *r)
{
	struct flow *group;
	long long end;

	group = &r->flow[BY_MULTICAST];
	end = time_now() + TENTATIVE;
	for (;;) {
		request_locate(r);
		if (r->o->both_ways && r->source.sin6_family == AF_INET6 &&
		    r->flow[BACK_BY_GROUP].fd == -1)
			request_bind_back(r);
		r->due = time_now();
		request_send(r);
		if (group->error == 0)
			break;
		if (group->error != EADDRNOTAVAIL || stop || time_now() >= end)
			return -1;
		r->next = 1;
		time_pass(100 * MILLI);
	}
	r->start = request_slot(r, 1)->sent;
	if (out.trace) {
		struct sockaddr_in6 own;

		sock_name(group->fd, &own);
	}
	note_all_nodes(r->o);
	request_note_source(r);
	return 0;
}

/* Totals and tables; only what is not out any more counts. */
static void
request_summary(struct requester *r)
{
	unsigned long long lost;
	struct flow *f;
	size_t i, some;

	f = &r->flow[BY_MULTICAST];
	if (r->next <= 2 && r->o->listeners == 1 && f->answered == 1 &&
	    out.quiet == 0 && !stop && !r->o->control && !r->o->both_ways &&
	    r->foreign == 0)
		return;
	for (f = r->flow; f < r->flow + WAYS; f++) {
		if (f->need == 0)
			continue;
		lost = f->sent - f->answered;
		out_line("%s%llu sent, %llu answered, %.1f%% loss\n", f->title,
		    f->sent, f->answered,
		    f->sent == 0 ? 0.0 : (double)lost * 100 / (double)f->sent);
		request_rows(f);
	}
	for (i = some = 0; i < r->flow[BY_MULTICAST].table.count; i++)
		some += r->flow[BY_MULTICAST].table.rows[i].answered > 0;
	if (r->o->listeners > 1)
		out_line("%zu of %ld listeners answered, %ld never\n", some,
		    r->o->listeners,
		    (long)some < r->o->listeners ? r->o->listeners - (long)some
						 : 0);
	if (r->foreign > 0)
		out_line("%llu foreign datagrams\n", r->foreign);
}

static void
request_notes(const struct requester *r)
{
	const struct table *t;
	char address[ENDPOINT_MAX];
	size_t i;

	t = &r->flow[BY_MULTICAST].table;
	for (i = 0; i < t->count; i++)
		if (t->rows[i].duplicate > 0) {
			out_line("note: duplicate: %s answered a HELLO more "
				 "than once: two of its interfaces are on this "
				 "link, two listeners run there, or the "
				 "network loops\n"
				 "try: start the listener with -I, and only "
				 "one\n",
			    fmt_address(address, &t->rows[i].address));
			break;
		}
	link_note(&r->link, r->index);
}

/* DIAGNOSIS */

struct diagnosis {
	struct requester *r;
	const struct options *o;
	struct lab *lab;
	struct facts f;
	int unicast_fd; /* sends unicast, from another port than the group's */
	bool has_target, asked, rejoined, alone;
	struct sockaddr_in6 target; /* -u, or a listener that was found */
	int hosts;                  /* asked one by one */
	struct sockaddr_in6 host[HOSTS_MAX];
};

static const char *
diag_step(const struct diagnosis *d, enum step step, char *text, size_t size)
{
	const struct facts *f;
	const char *form;

	f = &d->f;
	form = "%s";
	switch (step) {
	case GROUP:
	case ELSEWHERE:
		break;
	case BY_GROUP:
		return ALL_NODES ", answer to " ALL_NODES " too";
	case EVERYBODY:
		return ALL_NODES;
	case MORE_HOPS:
		form = "%s with hop limit 64";
		break;
	case SMALL:
		form = "%s without padding";
		break;
	case FROM_LINK:
		form = "%s from our link-local address";
		break;
	case UNICAST:
		snprintf(text, size, "unicast to %s", f->unicast);
		return text;
	case HOP1:
		snprintf(text, size, "unicast to %s with hop limit 1",
		    f->unicast);
		return text;
	case OTHER_PORT:
		return "the same, to be answered to the port that asks the "
		       "group";
	case CLOSED:
		return "a closed port there";
	case TCP:
		snprintf(text, size, "TCP to %s", f->unicast);
		return text;
	case REJOIN:
		snprintf(text, size, "%s asked to join again", f->listener);
		return text;
	case AFTER:
		form = f->there_joined ? "%s after %s joined again"
				       : "%s after %s was asked to";
		break;
	case AFTER_HOPS:
		form = "%s after that, with hop limit 64";
		break;
	case AFTER_SMALL:
		form = "%s after that, without padding";
		break;
	case OWN_CLOSED:
		return "a closed port of our own";
	default:
		return NULL;
	}
	snprintf(text, size, form, f->group, f->listener);
	return text;
}

/* Interfaces of one outcome in one line: silent ones, or those of an errno. */
static void
diag_checked_elsewhere(const struct diagnosis *d)
{
	char names[NAMES_MAX], name[IF_NAMESIZE], text[ENDPOINT_MAX];
	const struct probe *p, *q, *end;
	int sent;

	end = d->lab->probes + d->lab->count;
	for (p = d->lab->probes; p < end; p++) {
		if (p->step != ELSEWHERE)
			continue;
		for (q = d->lab->probes; q < p; q++)
			if (q->step == ELSEWHERE && q->all.answered == 0 &&
			    p->all.answered == 0 &&
			    q->all.error == p->all.error)
				break;
		if (q < p)
			continue; /* had its line */
		names[0] = '\0';
		for (sent = 0, q = p; q < end; q++)
			if (q == p ||
			    (q->step == ELSEWHERE && q->all.answered == 0 &&
				p->all.answered == 0 &&
				q->all.error == p->all.error)) {
				fmt_append(names,
				    fmt_interface(name, q->index));
				sent += q->all.sent;
			}
		out_line("checked: %s on%s: ", d->f.group, names);
		if (p->all.error != 0)
			out_line("not sent: %s\n", strerror(p->all.error));
		else
			out_line("%d of %d answered%s%s\n", p->all.answered,
			    sent, p->all.answered > 0 ? " by " : "",
			    p->all.answered > 0 ? fmt_endpoint(text, &p->from)
						: "");
	}
}

static void
diag_checked_own(const struct diagnosis *d)
{
	const struct probe *any, *port, *reply;
	bool lost;

	any = lab_find(d->lab, OWN_ANY, 0);
	port = lab_find(d->lab, OWN_PORT, 0);
	reply = lab_find(d->lab, OWN_REPLY, 0);
	if (any == NULL)
		return;
	out_line("checked: own copy looped back on %s: ", d->f.name);
	lost = lab_own_lost(d->lab, 0, OWN_ANY);
	if (any->all.sent == 0)
		out_line("not sent: %s\n", strerror(any->all.error));
	else if (!lost)
		out_line("yes%s\n",
		    lab_own_lost(d->lab, 0, OWN_PORT)
			? ", but not on the group's port"
			: "");
	else if (port != NULL && port->all.answered > 0)
		out_line("only on the group's port\n");
	else
		out_line("%s\n",
		    reply != NULL && reply->all.answered > 0
			? "only from the group's port"
			: "no");
}

static void
diag_checked_hosts(const struct diagnosis *d)
{
	char list[NAMES_MAX], text[ENDPOINT_MAX];
	const struct link *link;
	int i;

	link = &d->r->link;
	if (link->echoes == 0)
		return;
	list[0] = '\0';
	for (i = 0; i < link->hosts && i < 8; i++)
		fmt_append(list, fmt_address(text, &link->host[i]));
	out_line("checked: ICMPv6 echo to " ALL_NODES " on %s: answered by %d "
		 "host%s%s%s%s\n",
	    d->f.name, link->hosts, link->hosts == 1 ? "" : "s",
	    link->hosts > 0 ? ":" : "", list, link->hosts > 8 ? " ..." : "");
	if (d->hosts > 0)
		out_line("checked: unicast to each of these: %d answered, %d "
			 "refused, %d mute%s%s\n",
		    d->f.step[HOST].answered > 0, d->f.hosts_refused,
		    d->f.hosts_mute, d->f.hosts_mute > 0 ? ":" : "", d->f.mute);
}

/* One line a step, in the order of enum step. */
static void
diag_checked(struct diagnosis *d)
{
	char text[2 * ENDPOINT_MAX + 80], by[ENDPOINT_MAX];
	const struct probe *p;
	const char *what;
	struct count c;
	int i;

	diag_checked_own(d);
	for (i = 0; i < STEPS; i++) {
		if (i == ELSEWHERE)
			diag_checked_elsewhere(d);
		what = diag_step(d, (enum step)i, text, sizeof(text));
		p = lab_find(d->lab, (enum step)i, 0);
		if (p == NULL || what == NULL || i == ELSEWHERE ||
		    (i == OWN_CLOSED && !d->f.uncalibrated))
			continue;
		c = lab_count(d->lab, (enum step)i, false);
		out_line("checked: %s: ", what);
		if (i == TCP || i == CLOSED || i == OWN_CLOSED)
			out_line("%s\n",
			    c.error != 0         ? strerror(c.error)
				: c.answered > 0 ? "answered"
						 : "no answer");
		else if (c.sent == 0)
			out_line("%s\n",
			    c.error != 0 ? strerror(c.error) : "not sent");
		else {
			out_line("%d of %d answered", c.answered, c.sent);
			if (c.answered > 0)
				out_line(" by %s", fmt_endpoint(by, &p->from));
			out_line("%s%s\n", c.error != 0 ? ", " : "",
			    c.error != 0 ? strerror(c.error) : "");
		}
	}
	diag_checked_hosts(d);
	if (d->f.queued)
		out_line("checked: datagrams to %s: stay queued on this host, "
			 "no neighbour takes them\n",
		    d->f.unicast);
	if (d->f.rejected)
		out_line("checked: rejected%s\n", d->f.rejecter);
	if (d->lab->bare > 0)
		out_line("checked: WELCOME without a tag: %d, from %s\n",
		    d->lab->bare, fmt_endpoint(by, &d->lab->bare_from));
}

/* Adds a probe of the group, or of all nodes, on an interface. */
static struct probe *
diag_add(struct diagnosis *d, enum step step, char kind, unsigned int index,
    int hops, int copies)
{
	struct sockaddr_in6 to;
	struct probe *p;
	bool all;

	all = step == EVERYBODY || step == BY_GROUP || step == REJOIN;
	to = all ? sock_numeric(ALL_NODES, index, d->o->port)
		 : sock_address(&d->o->group, index, d->o->port);
	p = lab_add(d->lab, step, kind, d->lab->fd[0], &to, index, hops,
	    copies);
	if (p != NULL) {
		p->silenced = all;
		p->size = all || step == SMALL || step == AFTER_SMALL
		    ? 0
		    : d->o->size;
	}
	return p;
}

/* Unicast from the unconnected socket: answers may come from anywhere. */
static struct probe *
diag_add_unicast(struct diagnosis *d, enum step step, char kind, int hops,
    int copies, const struct sockaddr_in6 *host)
{
	struct sockaddr_in6 to;
	struct probe *p;

	to = *host;
	to.sin6_port = htons((in_port_t)d->o->port);
	p = lab_add(d->lab, step, kind, d->unicast_fd, &to, 0, hops, copies);
	if (p != NULL && d->unicast_fd == -1)
		p->all.error = EMFILE;
	return p;
}

/* All that is to be asked of the one address that is known. */
static void
diag_ask_target(struct diagnosis *d)
{
	struct sockaddr_in6 own;
	struct probe *p;

	d->asked = true;
	diag_add_unicast(d, UNICAST, 'u', -1, 6, &d->target);
	diag_add_unicast(d, HOP1, 'u', 1, 6, &d->target);
	p = diag_add_unicast(d, OTHER_PORT, 'o', -1, 6, &d->target);
	own = d->r->source;
	if (p != NULL && sock_name(d->lab->fd[0], &own) == 0)
		p->port = ntohs(own.sin6_port);
	lab_connect(d->lab, UNICAST, &d->target, d->o->port, 3);
	lab_connect(d->lab, CLOSED, &d->target, CLOSED_PORT, 3);
	if (IN6_IS_ADDR_LINKLOCAL(&d->target.sin6_addr) &&
	    IN6_IS_ADDR_LINKLOCAL(&d->r->source.sin6_addr))
		lab_connect(d->lab, OWN_CLOSED, &d->r->source, CLOSED_PORT, 2);
}

/* The first round: everything that needs no other answer. */
static void
diag_round(struct diagnosis *d)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 to, source;
	struct probe *probe;
	int fd, n;

	lab_find(d->lab, GROUP, 0)->planned = 6;
	to = sock_numeric(ALL_NODES, 0, 0);
	sock_join(d->lab->fd[0], true, &to.sin6_addr, d->r->index);
	diag_add(d, BY_GROUP, 'g', d->r->index, 1, 1);
	diag_add(d, EVERYBODY, 'm', d->r->index, 1, 6);
	if (d->o->hops < 64)
		diag_add(d, MORE_HOPS, 'm', d->r->index, 64, 6);
	if (d->o->size > 0)
		diag_add(d, SMALL, 'm', d->r->index, d->o->hops, 6);
	to = sock_numeric("fe80::1", d->r->index, d->o->port);
	if (d->f.wide && !d->f.link_source && d->r->index != 0 &&
	    sock_source(&to, 0, &source) == 0 &&
	    (fd = sock_open(SOCK_DGRAM, 0)) != -1) {
		source.sin6_port = 0;
		source.sin6_scope_id = d->r->index;
		probe = diag_add(d, FROM_LINK, 'm', d->r->index, d->o->hops, 6);
		if (probe != NULL && sock_bind(fd, &source) == 0) {
			probe->fd = fd;
			d->lab->fd[d->lab->fds++] = fd;
		} else
			sock_close(fd);
	}
	if (d->has_target)
		diag_ask_target(d);
	there = sock_interfaces();
	for (p = there, n = 0; p != NULL && p->if_index != 0; p++)
		if (p->if_index != d->r->index && !sock_loopback(p->if_name) &&
		    n++ < ELSEWHERE_MAX)
			diag_add(d, ELSEWHERE, 'm', p->if_index, d->o->hops,
			    n < 16 ? 6 : 3);
	if (there != NULL)
		if_freenameindex(there);
	d->lab->pings = d->r->link.fd == -1 ? 0 : 6;
	lab_run(d->lab, 60 * MILLI, 300 * MILLI, GROUP);
}

/* Whether that step was answered. */
static bool
diag_came(const struct diagnosis *d, enum step step)
{
	return lab_count(d->lab, step, false).answered > 0;
}

/* The unicast address that answered, unless it is this host. */
static void
diag_learn(struct diagnosis *d)
{
	static const enum step steps[] = { EVERYBODY, SMALL, MORE_HOPS,
		FROM_LINK, HOST };
	const struct probe *p;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		for (p = d->lab->probes; p < d->lab->probes + d->lab->count;
		     p++)
			if (p->step == steps[i] && p->all.answered > 0 &&
			    !d->has_target) {
				d->has_target = true;
				d->target = p->from;
			}
}

/* No address of a listener is known: the hosts that are there are asked. */
static void
diag_ask_hosts(struct diagnosis *d)
{
	const struct link *link;

	link = &d->r->link;
	for (; d->hosts < link->hosts && d->hosts < HOSTS_MAX; d->hosts++) {
		d->host[d->hosts] = link->host[d->hosts];
		diag_add_unicast(d, HOST, 'u', -1, 6, &d->host[d->hosts]);
		lab_connect(d->lab, HOST, &d->host[d->hosts], d->o->port, 3);
		lab_connect(d->lab, HOST_CLOSED, &d->host[d->hosts],
		    CLOSED_PORT, 3);
	}
	lab_find(d->lab, GROUP, 0)->planned = 6;
	lab_run(d->lab, 40 * MILLI, 300 * MILLI, GROUP);
}

/* Many copies of all that may be lost, until something comes. */
static void
diag_insist(struct diagnosis *d, int copies)
{
	static const enum step steps[] = { GROUP, EVERYBODY, UNICAST };
	struct probe *p;
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		p = lab_find(d->lab, steps[i], 0);
		if (p != NULL && p->fd != -1 && !(d->alone && i < 2))
			p->planned = copies;
	}
	d->lab->pings = d->r->link.fd == -1 || d->alone ? 0 : copies;
	lab_run(d->lab, 10 * MILLI, 100 * MILLI, GROUP);
}

static bool
diag_heard(const struct diagnosis *d)
{
	const struct probe *p;

	for (p = d->lab->probes; p < d->lab->probes + d->lab->count; p++)
		if (p->step < OWN_CLOSED && p->all.answered > 0 &&
		    p->step != TCP)
			return true;
	return false;
}

/* Whether an ICMPv6 error or TCP tells of the host, or hosts were found. */
static bool
diag_told(const struct diagnosis *d)
{
	return lab_count(d->lab, UNICAST, false).error != 0 ||
	    lab_count(d->lab, CLOSED, false).error != 0 ||
	    d->r->link.rejected_by.sin6_family != 0 || d->hosts > 0;
}

/*
 * Nothing came.  Linux keeps datagrams until neighbour discovery is through,
 * and on account of the socket: one with a small buffer stays full then.
 * (Its TCP does not tell of a missing neighbour where that address is
 * link-local.)  After three seconds it gives up and drops them, so there is
 * more than one try.
 */
static void
diag_deaf(struct diagnosis *d)
{
	struct sockaddr_in6 to;
	struct watch watch;
	int fd, i, rounds;

	fd = -1;
	if (d->has_target) {
		to = d->target;
		to.sin6_port = htons(CLOSED_PORT);
		fd = sock_open(SOCK_DGRAM, 0);
		if (fd != -1 &&
		    (SET(fd, SOL_SOCKET, SO_SNDBUF, 1) == -1 ||
			sock_connect(fd, &to) == -1)) {
			sock_close(fd);
			fd = -1;
		}
	}
	rounds = d->has_target || d->r->link.fd != -1 ? 3 : 1;
	for (; rounds > 0 && !stop && !diag_heard(d) && !diag_told(d);
	     rounds--) {
		for (i = 0; fd != -1 && i < 8; i++)
			sendto(fd, d->lab->hello, 1000, 0, NULL, 0);
		diag_insist(d, SILENCE);
		memset(&watch, 0, sizeof(watch));
		watch.why = "a neighbour to take datagrams";
		watch_add(&watch, fd, true);
		if (fd != -1 && !stop && !diag_heard(d)) {
			d->f.resolved = watch_wait(&watch, 0) > 0;
			d->f.queued |= !d->f.resolved;
		}
	}
	d->f.resolved &= fd != -1 && !d->f.queued;
	sock_close(fd);
	if ((d->has_target && !d->f.queued && !diag_heard(d) &&
		!diag_told(d)) ||
	    d->lab->bare > 0)
		lab_wait(d->lab,
		    d->lab->bare > 0 ? d->lab->end : d->lab->begun + TCP_WAIT,
		    d->lab->bare > 0 ? GROUP : TCP);
}

/*
 * A listener that is reached in any way joins again and reports; then the
 * group once more, also in the ways that may be at fault as well.
 */
static void
diag_rejoin(struct diagnosis *d)
{
	struct probe *p;

	if (diag_came(d, EVERYBODY))
		diag_add(d, REJOIN, 'r', d->r->index, 1, 4);
	else if (diag_came(d, UNICAST) || diag_came(d, SMALL))
		diag_add_unicast(d, REJOIN, 'r', -1, 4, &d->target);
	else
		return;
	lab_find(d->lab, GROUP, 0)->planned = 1;
	lab_run(d->lab, 40 * MILLI, 200 * MILLI, REJOIN);
	p = lab_find(d->lab, REJOIN, 0);
	if (p->all.answered == 0 || diag_came(d, GROUP) || stop)
		return;
	p->planned = 3;
	d->rejoined = true;
	diag_add(d, AFTER, 'm', d->r->index, d->o->hops, 6);
	if (d->o->hops < 64)
		diag_add(d, AFTER_HOPS, 'm', d->r->index, 64, 6);
	if (d->o->size > 0)
		diag_add(d, AFTER_SMALL, 'm', d->r->index, d->o->hops, 6);
	lab_run(d->lab, 60 * MILLI, 300 * MILLI, AFTER);
}

/* The least hop limit that is answered; loss may hide it. */
static void
diag_ladder(struct diagnosis *d)
{
	const struct probe *p;
	int hops;

	for (hops = d->o->hops + 1; hops <= LADDER_MAX; hops++)
		diag_add(d, LADDER, 'm', d->r->index, hops, 2);
	lab_run(d->lab, 20 * MILLI, 150 * MILLI, GROUP);
	for (p = d->lab->probes; p < d->lab->probes + d->lab->count; p++)
		if (p->step == LADDER && p->all.answered > 0 &&
		    (d->f.least == 0 || p->hops < d->f.least))
			d->f.least = p->hops;
}

/*
 * The pair that a verdict rests on is tried again, and only what comes now
 * counts; and the group until its silence is one.  Returns false if the
 * verdict does not hold.
 */
static bool
diag_confirm(struct diagnosis *d, const struct verdict *v)
{
	struct probe *yes, *no, *group, *p;
	struct count said, silent;
	long long apart;
	enum step control;
	int n, tries;

	control = d->rejoined ? AFTER : GROUP;
	group = lab_find(d->lab, control, 0);
	for (p = d->lab->probes; p < d->lab->probes + d->lab->count; p++)
		memset(&p->since, 0, sizeof(p->since));
	yes = no = NULL;
	for (p = d->lab->probes; p < d->lab->probes + d->lab->count; p++)
		if (!p->connected && p->step == v->yes &&
		    (yes == NULL || p->all.answered > yes->all.answered))
			yes = p;
	no = lab_find(d->lab, v->no == GROUP ? control : v->no, 0);
	apart = v->yes == BY_GROUP ? 50 * MILLI
	    : v->no == OTHER_PORT  ? 100 * MILLI
				   : 20 * MILLI;
	for (n = 6, tries = 0; yes != NULL && !stop; n *= 2, tries++) {
		yes->planned = v->yes == BY_GROUP ? 1 : n;
		if (no != NULL)
			no->planned = v->yes == BY_GROUP ? 20 : n;
		if (v->no != NONE)
			group->planned = v->yes == BY_GROUP ? 20 : n;
		lab_run(d->lab, apart,
		    v->yes == BY_GROUP ? 60 * MILLI : 200 * MILLI,
		    v->no == NONE ? NONE : control);
		if (v->no != NONE && group->all.answered > 0)
			return false;
		said = yes->since;
		silent =
		    no != NULL ? no->since : lab_count(d->lab, GROUP, false);
		if (silent.answered == 0 &&
		    certain(said.answered, said.sent, silent.sent))
			break;
		if (time_now() >= d->lab->end || n >= 96 || silent.answered > 0)
			return false;
	}
	n = d->alone ? 0 : v->silence - lab_count(d->lab, GROUP, false).sent;
	if (d->rejoined)
		n -= lab_count(d->lab, AFTER, false).sent;
	if (n > 0 && !stop) {
		group->planned = n;
		lab_run(d->lab, 10 * MILLI, 100 * MILLI, control);
		if (group->all.answered > 0)
			return false;
	}
	return true;
}

/* What the run shows. */
static void
diag_facts_run(struct diagnosis *d)
{
	const struct requester *r;
	const struct responder *row;
	const struct flow *flow;
	struct facts *f;
	unsigned long long before;

	r = d->r;
	f = &d->f;
	f->o = d->o;
	flow = r->flow;
	f->sent = flow[BY_MULTICAST].sent;
	f->group_answered = flow[BY_MULTICAST].answered;
	f->answered = r->answered;
	f->unicast_sent = flow[BY_UNICAST].sent;
	f->unicast_answered = flow[BY_UNICAST].answered;
	f->back_sent = flow[BACK_BY_GROUP].sent;
	f->back_answered = flow[BACK_BY_GROUP].answered;
	f->bursts = r->bursts;
	f->longest = r->longest;
	for (row = flow[BY_MULTICAST].table.rows; row <
	     flow[BY_MULTICAST].table.rows + flow[BY_MULTICAST].table.count;
	     row++) {
		f->responders += row->answered > 0;
		if (row->answered > 0)
			f->rtt = time_ms(row->sum) / (double)row->answered;
		if (row->late > 0)
			f->late++;
	}
	row = flow[BY_UNICAST].table.rows;
	if (flow[BY_UNICAST].table.count > 0 && row->answered > 0)
		f->unicast_rtt = time_ms(row->sum) / (double)row->answered;
	f->partly = f->responders > 0 || f->back_answered > 0;
	f->untagged = r->bare > 0;
	f->bare_run = !r->tagged;
	before = f->sent - r->trailing;
	f->stopped = r->answered > 0 && r->trailing >= 3 &&
	    (before - r->answered) * 4 <= before;
	f->stopped_at = (double)(r->last_answered - r->start) / SECOND;
	f->other_host = d->o->control && f->unicast_answered == 0 &&
	    f->sent > 0 && r->answered == f->sent;
	f->wide = scope(&d->o->group) > 2;
	f->link_source = IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr);
	f->error = flow[BY_MULTICAST].error;
	inet_ntop(AF_INET6, &d->o->group, f->group, sizeof(f->group));
	if (d->o->interface != 0)
		snprintf(f->name, sizeof(f->name), "%s", d->o->name);
	else if (r->index != 0)
		fmt_interface(f->name, r->index);
	else
		snprintf(f->name, sizeof(f->name),
		    "the system's choice of interface");
	f->loopback = sock_loopback(f->name);
	if (f->error != 0) {
		sock_choices(f->interfaces, f->down);
		f->gone = d->o->interface != 0 &&
		    if_nametoindex(d->o->name) != d->o->interface;
		f->link_up = f->error != ENETDOWN && d->o->interface != 0 &&
		    sock_link_up(d->o->interface);
	}
}

/* What ICMPv6 and the listener's reports show. */
static void
diag_facts_others(struct diagnosis *d)
{
	const struct querier *querier;
	const struct link *link;
	const struct report *report;
	const struct probe *p;
	struct facts *f;
	char text[ENDPOINT_MAX];
	int i;

	f = &d->f;
	link = &d->r->link;
	f->echo = link->echoes > 0;
	f->alive = link->alive;
	querier = link_querier(link, d->r->index);
	f->querier =
	    querier == NULL ? -1 : (time_now() - querier->last) / SECOND;
	f->listened = link->raw ? (time_now() - link->since) / SECOND : 0;
	f->hosts = d->hosts;
	f->hosts_refused = f->hosts_mute = 0;
	f->mute[0] = '\0';
	for (i = 0; i < d->hosts; i++) {
		for (p = d->lab->probes; p < d->lab->probes + d->lab->count;
		     p++)
			if (p->step == HOST && p->all.error == ECONNREFUSED &&
			    sock_host(&p->to, &d->host[i]))
				break;
		if (p < d->lab->probes + d->lab->count || link->refuses[i])
			f->hosts_refused++;
		else if (f->hosts_mute++ < 4)
			fmt_append(f->mute, fmt_address(text, &d->host[i]));
	}
	report = &d->lab->report;
	f->there_reports = report->reports;
	f->there_lost = report->lost;
	f->there_error = report->error[0] != '\0';
	snprintf(f->there, sizeof(f->there), "%s", report->error);
	f->same_group = report->same_group;
	f->other_group = report->other_group;
	f->there_joined = report->joined;
	inet_ntop(AF_INET6, &report->group, f->group2, sizeof(f->group2));
	snprintf(f->rejecter, sizeof(f->rejecter), "%s", "");
	if (link->rejected_by.sin6_family != 0 && d->has_target &&
	    link->rejection != 4 &&
	    IN6_ARE_ADDR_EQUAL(&link->rejected, &d->target.sin6_addr)) {
		f->rejected_there =
		    IN6_ARE_ADDR_EQUAL(&link->rejected_by.sin6_addr,
			&d->target.sin6_addr);
		f->rejected = f->rejected_there || link->rejection == 1 ||
		    link->rejection > 4;
		snprintf(f->rejecter, sizeof(f->rejecter), " by %s",
		    fmt_address(text, &link->rejected_by));
	}
}

/* What the experiments show. */
static void
diag_facts(struct diagnosis *d)
{
	const struct probe *p;
	const struct count *step;
	struct facts *f;
	char name[IF_NAMESIZE];
	bool early;
	int i;

	f = &d->f;
	for (i = 0; i < STEPS; i++)
		f->step[i] = lab_count(d->lab, (enum step)i, false);
	step = f->step;
	f->step[BACK].sent = f->step[GROUP].sent;
	if (!f->stopped) {
		f->step[UNICAST].sent += (int)f->unicast_sent;
		f->step[UNICAST].answered += (int)f->unicast_answered;
	}
	diag_facts_others(d);
	f->deaf = lab_own_deaf(d->lab, 0);
	f->certain_loop = step[OWN_ANY].answered > 0;
	f->bare = d->lab->bare;
	f->bare_unicast = d->lab->bare_unicast;
	f->late += d->lab->late;
	f->delay = time_ms(d->lab->latency);
	if (d->lab->late > 0 && request_slot(d->r, d->lab->late_seq) != NULL)
		f->delay = time_ms(d->lab->late_time -
		    request_slot(d->r, d->lab->late_seq)->sent);
	else if (f->bare_run && d->lab->bare == 1 && step[GROUP].answered > 0)
		f->delay =
		    time_ms(d->lab->bare_time - request_slot(d->r, 1)->sent);
	f->near = step[HOP1].answered > 0;
	f->target = d->has_target;
	if (d->has_target) {
		fmt_address(f->unicast, &d->target);
		snprintf(f->listener, sizeof(f->listener), "%s", f->unicast);
		f->on_link = f->near ||
		    IN6_IS_ADDR_LINKLOCAL(&d->target.sin6_addr) ||
		    memcmp(&d->target.sin6_addr, &d->r->source.sin6_addr, 8) ==
			0;
	}
	for (p = d->lab->probes; p < d->lab->probes + d->lab->count; p++) {
		if (p->all.answered == 0)
			continue;
		if (p->step == BY_GROUP || p->step == EVERYBODY ||
		    p->step == REJOIN)
			fmt_address(f->listener, &p->from);
		if (p->step == ELSEWHERE &&
		    p->all.answered == step[ELSEWHERE].answered)
			snprintf(f->other, sizeof(f->other), "%s",
			    fmt_interface(name, p->index));
		f->near |= (p->step == MORE_HOPS || p->step == UNICAST) &&
		    IN6_IS_ADDR_LINKLOCAL(&p->from.sin6_addr);
	}
	f->refused = step[UNICAST].error == ECONNREFUSED;
	for (i = 0; i < HOSTS_MAX && d->has_target; i++)
		f->refused |= d->r->link.refuses[i] && i < d->r->link.hosts &&
		    sock_host(&d->r->link.host[i], &d->target);
	f->uncalibrated = step[OWN_CLOSED].error != ECONNREFUSED &&
	    lab_find(d->lab, OWN_CLOSED, 0) != NULL;
	early = d->lab->errno_time != 0 &&
	    d->lab->errno_time < d->lab->begun + SECOND / 2;
	f->late_errno = d->lab->errno_time != 0 && !early;
	f->rejected |= step[UNICAST].error == EACCES ||
	    (early && f->on_link && f->resolved);
}

/* Answers come now: how many, and how late? */
static void
diag_figures(struct diagnosis *d)
{
	struct probe *group;

	group = lab_find(d->lab, GROUP, 0);
	if (group == NULL || group->all.answered == 0 || stop)
		return;
	group->planned = d->f.partly ? 0 : 6;
	lab_run(d->lab, 20 * MILLI,
	    d->o->wait < SECOND / 2 ? d->o->wait : SECOND / 2, NONE);
}

/* The experiments, each as the answers to those before ask for it. */
static void
diag_experiment(struct diagnosis *d)
{
	bool both;

	both = d->o->both_ways && d->f.partly;
	diag_add(d, GROUP, both ? 'b' : 'm', d->r->index, d->o->hops,
	    both ? 8 : 1);
	if (d->has_target)
		lab_connect(d->lab, TCP, &d->target, d->o->port, 0);
	if (d->alone)
		diag_ask_target(d);
	lab_run(d->lab, both ? 110 * MILLI : 60 * MILLI,
	    d->alone ? 300 * MILLI : 200 * MILLI, both ? NONE : GROUP);
	if (!d->alone) {
		if (diag_came(d, GROUP) || (d->f.partly && !d->f.stopped))
			return;
		diag_round(d);
		if (diag_came(d, BY_GROUP) && !diag_came(d, EVERYBODY))
			return; /* unicast from here might mend that */
	}
	if (!diag_heard(d) && !d->has_target && d->r->link.hosts > 0 &&
	    !diag_came(d, GROUP))
		diag_ask_hosts(d);
	diag_learn(d);
	if (d->has_target && !d->asked && !diag_came(d, GROUP)) {
		diag_ask_target(d);
		lab_find(d->lab, GROUP, 0)->planned = 6;
		lab_run(d->lab, 60 * MILLI, 300 * MILLI, GROUP);
	}
	if (!diag_heard(d))
		diag_deaf(d);
	if (diag_came(d, GROUP) || d->alone || stop)
		return;
	diag_rejoin(d);
	if (diag_came(d, MORE_HOPS) && !diag_came(d, GROUP) && !stop)
		diag_ladder(d);
}

/*
 * The verdict is worked out, then what it rests on is tried again; what does
 * not hold is chance, and so told.
 */
static void
diag_verdict(struct diagnosis *d, struct verdict *v)
{
	const char *looks;
	int i;

	for (i = 0; i < 3; i++) {
		diag_facts(d);
		cause_decide(v, &d->f);
		if (stop || (v->yes == NONE && v->silence == 0) || d->f.chance)
			return;
		looks = v->code;
		if (diag_confirm(d, v))
			break;
		diag_facts(d);
		cause_decide(v, &d->f);
		if (v->yes != NONE && strcmp(v->code, looks) == 0) {
			d->f.chance = true;
			d->f.looks = looks;
		}
	}
	diag_facts(d);
	cause_decide(v, &d->f);
}

static void
diag_notes(struct diagnosis *d, const struct verdict *v)
{
	struct verdict note;

	if (d->f.other_host)
		out_line("note: other-host: another host answered %s; the one "
			 "that -u names, %s, never did\n",
		    d->f.group, d->f.unicast);
	memset(&note, 0, sizeof(note));
	if (d->f.stopped && strcmp(v->code, "stopped") != 0) {
		cause_stopped(&note, &d->f);
		cause_print("note", &note);
	}
	if (d->lab->same_address)
		out_line("note: same-address: another host has our address %s, "
			 "too: a cloned MAC address?\n",
		    d->r->source_text + 6);
}

static enum status
diag_main(struct requester *r)
{
	static struct diagnosis d;
	struct verdict v;
	size_t i;

	d.r = r;
	d.o = r->o;
	d.lab = &r->lab;
	diag_facts_run(&d);
	cause_decide(&v, &d.f);
	if (d.f.error != 0) {
		if (v.code == NULL || strcmp(v.code, "silent") == 0)
			return FAULT;
		out_line("\n");
		if (d.o->interface != 0 && !d.f.gone && d.f.error != ENETDOWN)
			out_line("checked: unicast connect() on %s: %s\n",
			    d.f.name, d.f.link_up ? "works" : "fails");
		cause_print("diagnosis", &v);
		return v.status;
	}
	d.alone = d.f.other_host;
	d.has_target = d.o->control;
	d.target = d.o->unicast;
	if (d.f.stopped && !d.has_target && r->flow[0].table.count > 0) {
		d.has_target = true;
		d.target = r->flow[0].table.rows[0].address;
	}
	lab_begin(d.lab, d.o, r->id, r->next);
	d.lab->self = r->source;
	if (lab_own_open(d.lab, r->index, false, 3) == 0)
		lab_run(d.lab, 20 * MILLI, OWN_WAIT, NONE);
	lab_own_close(d.lab);
	d.lab->link = &r->link;
	d.lab->begun = time_now();
	d.lab->end = d.lab->begun + VERDICT;
	d.unicast_fd = r->flow[BY_UNICAST].fd;
	if (d.unicast_fd == -1)
		d.unicast_fd = sock_open(SOCK_DGRAM, 0);
	d.lab->fd[d.lab->fds++] = r->flow[BY_MULTICAST].fd;
	if (d.unicast_fd != -1)
		d.lab->fd[d.lab->fds++] = d.unicast_fd;
	if (r->flow[BACK_BY_GROUP].fd != -1) {
		d.lab->back = r->flow[BACK_BY_GROUP].fd;
		d.lab->fd[d.lab->fds++] = d.lab->back;
		diag_add(&d, BACK, 'b', 0, -1, 0);
	}
	if (!cause_arguments(&v, &d.f)) {
		diag_experiment(&d);
		diag_figures(&d);
	}
	diag_verdict(&d, &v);
	for (i = 0; i < d.lab->count; i++)
		if (d.lab->probes[i].connected)
			sock_close(d.lab->probes[i].fd);
	if (stop)
		return UNANSWERED;
	out_line("\n");
	diag_checked(&d);
	cause_print("diagnosis", &v);
	diag_notes(&d, &v);
	return v.status;
}

/* What needs no experiment, of a run that was interrupted. */
static void
diag_interrupted(struct requester *r)
{
	static struct diagnosis d;
	struct verdict v;

	d.r = r;
	d.o = r->o;
	diag_facts_run(&d);
	memset(&v, 0, sizeof(v));
	out_line("\n");
	if (r->answered < d.f.sent &&
	    (d.f.stopped ? cause_stopped(&v, &d.f) : cause_run(&v, &d.f)))
		cause_print("diagnosis", &v);
	out_line("interrupted: the rest was not diagnosed\n");
}

static enum status
request_main(const struct options *o)
{
	static struct requester r;
	const struct flow *flow;
	enum status status;
	bool all;

	request_open(&r, o);
	flow = r.flow;
	status = FAULT;
	all = false;
	if (request_first(&r) == -1) {
		errno = flow[BY_MULTICAST].error;
		complain("sendto", flow[BY_MULTICAST].text);
	} else {
		request_run(&r);
		request_summary(&r);
		all = flow[BY_MULTICAST].sent > 0 &&
		    r.answered == flow[BY_MULTICAST].sent &&
		    (!o->control || flow[BY_UNICAST].answered > 0);
		if (flow[BY_MULTICAST].error == 0)
			status = all ? ANSWERED : UNANSWERED;
	}
	out_flush();
	if (out.quiet > 1 && (all || stop || o->no_diagnosis))
		printf("%s: %llu of %llu answered\n",
		    status == ANSWERED ? "ok"
			: stop         ? "interrupted"
				       : "unanswered",
		    r.answered, flow[BY_MULTICAST].sent);
	if (status != ANSWERED && !o->no_diagnosis) {
		if (stop)
			diag_interrupted(&r);
		else
			status = diag_main(&r);
	}
	request_notes(&r);
	return status;
}

/* OPTIONS */

static void
usage(void)
{
	printf(
	    "usage: "
	    "mcast6dbg -l [-qvx] [-A group] [-c count] [-I interface]\n"
	    "                 [-P port] [-w seconds]\n"
	    "       mcast6dbg [-bNqvx] [-A group] [-c count] [-H hops]\n"
	    "                 [-I interface] [-i seconds] [-n listeners]\n"
	    "                 [-P port] [-p port] [-s size] [-u address]\n"
	    "                 [-w seconds]\n"
	    "       mcast6dbg -t [-vx] [-A group] [-I interface] [-P port]\n"
	    "                 [-w seconds]\n"
	    "       mcast6dbg -h | -V\n"
	    "\n"
	    "  -A group      multicast group (" DEFAULT_GROUP ")\n"
	    "  -b            both ways: ask for the answer to the group, too\n"
	    "  -c count      HELLOs to send (1), answers to give (0: no end)\n"
	    "  -H hops       hop limit of multicast (1)\n"
	    "  -h            this help\n"
	    "  -I interface  name or index (listener: all)\n"
	    "  -i seconds    between HELLOs (1), 0: after each answer\n"
	    "  -l            listener: answer HELLO with WELCOME\n"
	    "  -N            no diagnosis\n"
	    "  -n listeners  that must answer each HELLO (1)\n"
	    "  -P port       of the group (28015)\n"
	    "  -p port       source port (any)\n"
	    "  -q            quiet: marks and summary; twice: one line\n"
	    "  -s size       bytes of a HELLO\n"
	    "  -t            test this host, each interface\n"
	    "  -u address    unicast beside multicast, to a listener\n"
	    "  -V            version\n"
	    "  -v            trace of all network calls, on stderr\n"
	    "  -w seconds    to wait for an answer (2; -t 1), or to listen\n"
	    "  -x            hexdump of all datagrams\n");
}

/* Whether the n bytes are a decimal number of up to 18 digits. */
static bool
parse_digits(const char *text, size_t n, long long *value)
{
	unsigned long long number;
	bool ok;

	ok = n > 0 && wire_number((const unsigned char *)text, n, &number) == n;
	*value = ok ? (long long)number : 0;
	return ok;
}

static long long
parse_number(char option, const char *text, long long min, long long max)
{
	long long n;

	if (!parse_digits(text, strlen(text), &n) || n < min || n > max)
		usage_error("-%c %s: takes a whole number, %lld to %lld",
		    option, text, min, max);
	return n;
}

/* Plain decimal seconds up to 1,000,000, as nanoseconds. */
static long long
parse_seconds(char option, const char *text, long long min)
{
	static const char digits[] = "0123456789";
	long long whole, part, scale;
	size_t n, m;

	whole = part = 0;
	scale = SECOND;
	n = strspn(text, digits);
	m = text[n] == '.' ? strspn(text + n + 1, digits) : 0;
	if (n + m > 0 && m <= 9 && text[n + (text[n] == '.') + m] == '\0' &&
	    (n == 0 || parse_digits(text, n, &whole)) && whole <= 1000000 &&
	    (m == 0 || parse_digits(text + n + 1, m, &part))) {
		while (m-- > 0)
			scale /= 10;
		whole = whole * SECOND + part * scale;
		if (whole >= min && whole <= 1000000 * SECOND)
			return whole;
	}
	usage_error("-%c %s: takes seconds, %s to 1000000, such as 2 or 0.25",
	    option, text, min == 0 ? "0" : "0.001");
	return 0;
}

/* Returns what follows the address: "" or the zone with its %; NULL: bad. */
static const char *
parse_address(struct in6_addr *address, const char *text)
{
	char plain[INET6_ADDRSTRLEN];
	size_t n;

	n = strcspn(text, "%");
	if (n >= sizeof(plain))
		return NULL;
	memcpy(plain, text, n);
	plain[n] = '\0';
	return inet_pton(AF_INET6, plain, address) == 1 ? text + n : NULL;
}

/* Returns the index of an interface, by name or index, or a usage error. */
static unsigned int
parse_interface(char option, const char *text, char *name)
{
	char can[NAMES_MAX], down[NAMES_MAX];
	unsigned int index;
	long long n;

	index = if_nametoindex(text);
	trace_call(index == 0 ? -1 : (long long)index, "if_nametoindex(%s)",
	    text);
	if (index == 0 && parse_digits(text, strlen(text), &n) && n > 0 &&
	    n <= INT32_MAX && if_indextoname((unsigned int)n, name) != NULL)
		index = (unsigned int)n;
	if (index == 0 || if_indextoname(index, name) == NULL) {
		sock_choices(can, down);
		usage_error("-%c %s: no such interface; there are:%s%s", option,
		    optarg, can, *can == *down ? " only loopback" : down);
	}
	return index;
}

/* -I and the zone of -A may both name it, if they name the same. */
static void
parse_named(struct options *o, char option, const char *text)
{
	char name[IF_NAMESIZE];
	unsigned int index;

	index = parse_interface(option, text, name);
	if (o->interface != 0 && o->interface != index)
		usage_error("-%c %s: -I and the zone of -A must agree, and %s "
			    "is named already",
		    option, optarg, o->name);
	o->interface = index;
	memcpy(o->name, name, sizeof(name));
}

static void
parse_group(struct options *o, const char *text)
{
	const char *zone;

	zone = parse_address(&o->group, text);
	if (zone == NULL)
		usage_error("-A %s: takes an IPv6 multicast address such "
			    "as %s or %s%%em0",
		    text, DEFAULT_GROUP, ALL_NODES);
	if (!IN6_IS_ADDR_MULTICAST(&o->group))
		usage_error("-A %s: not multicast; a group begins with ff",
		    text);
	if (*zone != '\0')
		parse_named(o, 'A', zone + 1);
}

static void
parse_unicast(struct options *o, const char *text)
{
	const struct in6_addr *a;
	char name[IF_NAMESIZE];
	const char *zone;
	unsigned int index;

	memset(&o->unicast, 0, sizeof(o->unicast));
	o->unicast.sin6_family = AF_INET6;
	a = &o->unicast.sin6_addr;
	zone = parse_address(&o->unicast.sin6_addr, text);
	if (zone == NULL || IN6_IS_ADDR_MULTICAST(a) ||
	    IN6_IS_ADDR_UNSPECIFIED(a) || IN6_IS_ADDR_V4MAPPED(a))
		usage_error("-u %s: takes the IPv6 unicast address of a "
			    "listener, such as fe80::1%%em0",
		    text);
	if (*zone != '\0') {
		index = parse_interface('u', zone + 1, name);
		if (IN6_IS_ADDR_LINKLOCAL(a))
			o->unicast.sin6_scope_id = index;
	}
	o->control = true;
}

static void
parse_option(struct options *o, int c)
{
	switch (c) {
	case 'A':
		parse_group(o, optarg);
		break;
	case 'b':
		o->both_ways = true;
		break;
	case 'c':
		o->count = (long)parse_number('c', optarg, 0, 1000000000);
		break;
	case 'H':
		o->hops = (int)parse_number('H', optarg, 0, 255);
		break;
	case 'I':
		parse_named(o, 'I', optarg);
		break;
	case 'i':
		o->interval = parse_seconds('i', optarg, 0);
		break;
	case 'N':
		o->no_diagnosis = true;
		break;
	case 'n':
		o->listeners = (long)parse_number('n', optarg, 1, 1000000);
		break;
	case 'P':
		o->port = (unsigned int)parse_number('P', optarg, 1, 65535);
		break;
	case 'p':
		o->source_port =
		    (unsigned int)parse_number('p', optarg, 1, 65535);
		break;
	case 'q':
		out.quiet++;
		break;
	case 's':
		o->size =
		    (size_t)parse_number('s', optarg, PADDED_MIN, HELLO_MAX);
		break;
	case 'u':
		parse_unicast(o, optarg);
		break;
	case 'v':
		out.trace = true;
		break;
	case 'w':
		o->wait = parse_seconds('w', optarg, MILLI);
		break;
	case 'x':
		out.hexdump = true;
		break;
	case 'h':
	case 'V':
		if (c == 'h')
			usage();
		else
			printf("mcast6dbg %s\n", VERSION);
		out_flush();
		exit(ANSWERED);
	default: /* l, t */
		if (o->role != 'r' && o->role != c)
			usage_error("-%c: not together with -%c", c, o->role);
		o->role = (char)c;
	}
}

/* Refuse an option, of those seen, that the role does not have. */
static void
parse_roles(const struct options *o, const char *seen)
{
	const char *has, *role, *s;

	has = "AbcHIiNnPpqsuvwx";
	role = "a requester";
	out.role = "requester";
	if (o->role == 'l') {
		has = "lAcIPqvwx";
		role = "a listener (-l)";
		out.role = "listener";
	} else if (o->role == 't') {
		has = "tAIPvwx";
		role = "the self-test (-t)";
		out.role = "selftest";
	}
	for (s = seen; *s != '\0'; s++)
		if (strchr(has, *s) == NULL)
			usage_error("-%c: %s does not take it, only -%s%s", *s,
			    role, has,
			    *s == 'p' ? "; the port that it listens "
					"on is -P"
				      : "");
}

static void
parse_options(struct options *o, int argc, char **argv)
{
	char seen[64];
	const char *mask;
	size_t n;
	int c;

	o->role = 'r';
	o->count = -1;
	o->wait = -1;
	o->hops = 1;
	o->listeners = 1;
	o->interval = SECOND;
	o->port = DEFAULT_PORT;
	inet_pton(AF_INET6, DEFAULT_GROUP, &o->group);
	out.role = "options";
	mask = getenv("FLOM_TRACE_MASK");
	if (mask != NULL && (strtoul(mask, NULL, 0) & 0x110000) != 0)
		out.trace = true;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		parse_option(o, 'h');
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		parse_option(o, 'V');

	n = 0;
	opterr = 0;
	while ((c = getopt(argc, argv, ":A:bc:H:hI:i:lNn:P:p:qs:tu:Vvw:x")) !=
	    -1) {
		if (c == ':')
			usage_error("-%c: needs an argument", optopt);
		if (c == '?')
			usage_error("-%c: no such option; -h lists them all",
			    optopt);
		parse_option(o, c);
		seen[n] = '\0';
		if (strchr(seen, c) == NULL && n < sizeof(seen) - 1)
			seen[n++] = (char)c;
	}
	seen[n] = '\0';
	if (optind < argc)
		usage_error("%s: no operand is taken, options only (-h)",
		    argv[optind]);
	parse_roles(o, seen);
	if (o->count == -1)
		o->count = o->role == 'r' ? 1 : 0;
	if (o->wait == -1)
		o->wait = o->role == 'r' ? 2 * SECOND
		    : o->role == 't'     ? SECOND
					 : 0;
	if (o->both_ways && o->interval < SECOND / 10)
		usage_error("-b: not with -i below 0.1: a listener answers to "
			    "the group ten times a second at most");
	if (o->control && o->unicast.sin6_scope_id == 0 &&
	    IN6_IS_ADDR_LINKLOCAL(&o->unicast.sin6_addr)) {
		if (o->interface == 0)
			usage_error("-u: a link-local address takes a zone "
				    "(fe80::1%%em0) or -I");
		o->unicast.sin6_scope_id = o->interface;
	}
	o->unicast.sin6_port = htons((in_port_t)o->port);
}

/* MAIN */

int
main(int argc, char **argv)
{
	static struct options options;
	char group[INET6_ADDRSTRLEN];
	enum status status;
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (fd == STDOUT_FILENO) {
			complain("write", "standard output");
			exit(FAULT);
		}
		if (open("/dev/null", O_RDWR) == -1)
			exit(FAULT);
	}
	setvbuf(stderr, NULL, _IOFBF, 0); /* flushed with every line */
	parse_options(&options, argc, argv);
	out.terminal = isatty(STDERR_FILENO) == 1;
	signals_block();
	if (out.trace) {
		trace_begin();
		fprintf(stderr, "group %s, port %u, interface %s\n",
		    inet_ntop(AF_INET6, &options.group, group, sizeof(group)),
		    options.port,
		    options.interface == 0 ? "(none named)" : options.name);
	}
	switch (options.role) {
	case 'l':
		status = listen_main(&options);
		break;
	case 't':
		status = selftest_main(&options);
		break;
	default:
		status = request_main(&options);
		break;
	}
	quit(status);
	return 0;
}
