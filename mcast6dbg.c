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
#define QUOTED_MAX 288  /* such a text in quotes, escaped */
#define ENDPOINT_MAX 80 /* "[addr%ifname]:port" */
#define NAMES_MAX 512   /* interface names, or addresses, in one line */
#define BATCH 256       /* datagrams read before all else gets a turn */
#define FRAGMENTED 1232 /* bytes of payload that 1280 hold: RFC 8200, 5 */
#define PROBES_MAX 512
#define COPIES_MAX 8192
#define HOSTS_MAX 16      /* found by echo and asked one by one */
#define QUERIERS_MAX 32   /* one an interface */
#define ELSEWHERE_MAX 256 /* other interfaces tried */
#define LADDER_MAX 32     /* hop limits tried one by one */
#define OWN_AT_ONCE 48    /* interfaces whose own copies are out at once */
#define LISTENERS_MAX (1L << 20)
#define HASH_BITS 14 /* of an address */
#define SLOTS 4096UL /* HELLOs that are out, at most */
#define MARKS_A_LINE 60
#define ADDRESS_WIDTH 28 /* columns of a table */

#define RESCAN (2 * SECOND)      /* between looks for new interfaces */
#define TENTATIVE (3 * SECOND)   /* for an address to become usable */
#define OWN_WAIT (250 * MILLI)   /* for a copy of our own */
#define REPORT_WAIT (20 * MILLI) /* the same, while others wait */
#define TCP_WAIT (3300 * MILLI)  /* neighbour discovery gives up in 3 s */
#define VERDICT (3900 * MILLI)   /* the experiments' end */
#define QUERY_LIMIT 260          /* seconds: RFC 3810, 9.4 */
#define FRESH 1                  /* seconds that a reported error counts */
#define CHANCE 0.01              /* of an accident that is believed */
#define MUTE 150                 /* the same, of a host that is there */
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
	struct in6_addr group;
	bool wide;              /* than the link */
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
	const char *why;
};

/* What an ICMPv6 socket hears of the link: hosts, queriers, rejections. */
struct link {
	int fd;              /* -1: this user may have none */
	bool raw;            /* hears MLD queries and errors too */
	bool own_echo;       /* this host answered its own */
	struct in6_addr own; /* another address of ours, once it was seen */
	bool solicited;      /* a neighbour asked for our address */
	bool advertised;     /* the one that was asked is there */
	bool seen;           /* anything came from there */
	int solicits;
	struct sockaddr_in6 asked;
	uint64_t id;              /* in echoes */
	unsigned int port;        /* of ours that errors are told of */
	struct sockaddr_in6 self; /* with our interface, 0: all */
	long long since;
	int echoes, hosts, replies;
	struct sockaddr_in6 host[HOSTS_MAX]; /* neighbours that were heard */
	int echoed[HOSTS_MAX];               /* how often an echo */
	bool refuses[HOSTS_MAX];             /* the port is closed there */
	bool closes[HOSTS_MAX];              /* CLOSED_PORT is */
	struct querier {
		struct sockaddr_in6 address;
		long long last;
	} querier[QUERIERS_MAX];
	size_t queriers;
	struct sockaddr_in6 rejected_by; /* family 0: nobody */
	struct in6_addr rejected;        /* where it was sent to */
	int rejection;                   /* code of type 1: RFC 4443, 3.1 */
};

/* What is tried; the control first, that of this host last. */
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
	HOST,
	REJOIN,
	AFTER,
	AFTER_HOPS,
	AFTER_SMALL,
	LADDER,
	BACK,
	PORT,
	CLOSED,
	HOST_PORT,
	HOST_CLOSED,
	TCP,
	OWN_CLOSED,
	OWN_ANY,
	OWN_PORT,
	OWN_REPLY,
	STEPS,
	NONE
};

/* Copies of a probe: sent and answered, or of a connected one refused. */
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
	bool connected;         /* for its errno; fd is its own */
	int fd;                 /* -1: none could be had */
	struct sockaddr_in6 to; /* its zone is the interface of multicast */
	int hops;               /* -1: as the system has it */
	size_t size;
	unsigned int port;        /* of kind o */
	int planned;              /* copies to be sent */
	const char *what;         /* behind the address, in lines */
	struct count all, since;  /* since the pair is tried again */
	struct sockaddr_in6 from; /* who answered first */
};

/* What a listener says of itself, of all reports: see listen_report. */
struct report {
	int reports, lost; /* the latter: its own copies are lost */
	bool same_group, other_group, joined;
	struct in6_addr group;
	char error[24]; /* name of its last errno, if that is fresh */
};

struct lab {
	const struct options *o;
	uint64_t id;
	unsigned long long base; /* sequence number of copies[0] */
	size_t count, copied;
	int fd[2 * OWN_AT_ONCE + 2]; /* that answers come in on; probes have */
	size_t fds;                  /* their own, too; [0]: the group's */
	int back;                    /* of them, for answers to the group */
	bool held;                   /* we have the group's port */
	bool member;                 /* and so would others here hear copies */
	struct link *link;           /* may be NULL */
	int pings;                   /* echoes to be sent */
	long long begun, end;        /* of all experiments, 0: none */
	long long errno_time;        /* of the first EHOSTUNREACH */
	uint32_t random;             /* state of the shuffle */
	int late;                    /* answers to HELLOs of the run */
	int bare, untold;            /* without a tag; and of those, to what */
	unsigned long long late_seq;
	long long late_time;
	long long latest, latency; /* of the group's last answer */
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

/* One that answers, and how well. */
struct responder {
	struct sockaddr_in6 address;
	uint32_t next; /* of the same hash: as table.first */
	unsigned long long answered, duplicate, late, disordered, damaged;
	unsigned long long newest; /* sequence number answered, and by bits */
	uint64_t window;           /* which of the 64 up to it were */
	long long shortest, longest, sum;
};

/* Responders, found by their hash. */
struct table {
	struct responder *rows; /* room for the next power of two */
	size_t count;
	uint32_t first[1 << HASH_BITS]; /* row + 1, 0: none */
};

enum way { BY_MULTICAST, BY_UNICAST, BACK_BY_GROUP, WAYS };

/* What goes one way, and the answers to it: the group, -u, and -b's. */
struct flow {
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

/* What is known of all HELLOs of a run that are not out any more. */
struct run {
	unsigned long long answered, foreign, bare, unsent;
	int error; /* errno of the last one that was not sent */
	unsigned long long trailing; /* lost since the last one answered */
	unsigned long long bursts, longest; /* lost in a row */
	long long start, last;              /* the last answered one */
};

/* A HELLO that was sent. */
struct slot {
	long long sent;
	uint32_t answers[WAYS]; /* from different listeners */
	bool gone[WAYS];        /* sendto worked */
};

/* A cause as it is told: lines of text, the sentence and its remedies. */
struct verdict {
	const char *code;
	enum status status;
	enum step yes, no; /* the pair that it rests on, NONE: on none */
	int silence;       /* copies of the group that it takes */
	bool weak;         /* proves nothing: a stopped run stays stopped */
	bool let_in;       /* the rule that lets the port in is a remedy */
	char text[1536];
};

/* All that a requester's cause is decided from. */
struct facts {
	const struct options *o;
	const struct flow *flow;
	struct run run;
	struct report report;
	struct count step[STEPS]; /* of several probes, the best one's */
	int error;                /* errno of sendto, 0: it worked */
	bool link_up;             /* unicast connect() works there */
	bool loopback, gone;      /* of the interface */
	bool deaf, loops;         /* own copies are lost, come back */
	bool link_source;         /* our source address is link-local */
	bool partly, stopped;     /* answered now and then, not any more */
	bool bare_run, other_host;
	long responders;            /* listeners that answered */
	int late, untold;           /* as in struct lab */
	bool bare_unicast, once;    /* one WELCOME without a tag, no other */
	bool in_part;               /* the group answers not each in its time */
	double delay, stopped_at;   /* ms, s */
	const char *looks;          /* what it looked like; chance may be it */
	bool target, on_link, near; /* near: no router is in between */
	bool resolved;              /* it answers neighbour discovery */
	bool uncalibrated;          /* this system hides refusals */
	bool no_host;               /* EHOSTUNREACH, not at once; EHOSTDOWN */
	bool echo, solicited, refused, rejected, unsent;
	bool closed; /* as ICMPv6 tells where the system hides it */
	bool nobody; /* asked for by neighbour discovery, and not there */
	bool seen;   /* though something came from it */
	bool lossy;  /* neighbours did not answer each echo */
	int heard;   /* neighbours; of these, asked: */
	int hosts, hosts_refused, hosts_rejected, hosts_closed, hosts_mute;
	long long querier;  /* seconds since one asked, -1: none was heard */
	long long listened; /* seconds that one was listened for, 0: not */
	int least;          /* hop limit that is answered, 0: not found */
	char group[INET6_ADDRSTRLEN], name[IF_NAMESIZE + 32];
	char other[IF_NAMESIZE], there[INET6_ADDRSTRLEN];
	char unicast[ENDPOINT_MAX], listener[ENDPOINT_MAX];
	char rejecter[ENDPOINT_MAX + 4];
	char can[NAMES_MAX], down[NAMES_MAX], mute[NAMES_MAX];
};

#define FOR_PROBES(p, lab) \
	for ((p) = (lab)->probes; (p) < (lab)->probes + (lab)->count; (p)++)
#define FOR_INTERFACES(p, there) \
	for ((p) = (there); (p) != NULL && (p)->if_index != 0; (p)++)

static volatile sig_atomic_t stop;

static struct {
	const char *role;
	bool trace, hexdump, terminal;
	int probing;  /* calls that only ask this host are marked */
	int quiet;    /* 1: marks and summary, 2: one line */
	int marks;    /* on the line that has not ended yet */
	int progress; /* columns that are shown while waiting */
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

/* call object: what errno says */
static void
complain(const char *call, const char *object)
{
	int error = errno;

	out_break();
	fflush(stdout);
	fprintf(stderr, "mcast6dbg: %s%s%s: %s\n", call,
	    *object == '\0' ? "" : " ", object, strerror(error));
	fflush(stderr);
	errno = error;
}

/* Output is written here, before each wait and each line to stderr. */
static void
out_flush(void)
{
	if (fflush(stdout) != EOF && !ferror(stdout))
		return;
	complain("write", "standard output");
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

/* A text in its columns; one that is too long has a line of its own. */
static void
out_column(const char *text, int width)
{
	out_line("%-*s", width, text);
	if ((int)strlen(text) > width)
		out_line("\n%*s", width, "");
}

/*
 * Bytes of the network in quotes, the first of them if they are many:
 * nothing reaches a terminal but printable ASCII.
 */
static const char *
fmt_text(char text[QUOTED_MAX], const unsigned char *data, size_t size)
{
	size_t i, n = size > TEXT_MAX ? TEXT_CUT : size;
	char *p = text;

	*p++ = '\'';
	for (i = 0; i < n; i++)
		if (data[i] >= 0x20 && data[i] <= 0x7e && data[i] != '\'' &&
		    data[i] != '\\')
			*p++ = (char)data[i];
		else
			p += snprintf(p, sizeof("\\xff"), "\\x%02x", data[i]);
	memcpy(p, "'", 2);
	if (n < size)
		snprintf(p, 40, "...' (%zu bytes)", size);
	return text;
}

/* " 48 45": in 3 bytes each, and a NUL. */
static const char *
fmt_hex(char *text, const unsigned char *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char *p = text;
	size_t i;

	for (i = 0; i < size; i++) {
		*p++ = ' ';
		*p++ = digits[data[i] >> 4];
		*p++ = digits[data[i] & 15];
	}
	*p = '\0';
	return text;
}

/* With -x, as hexdump -C has it: lines that repeat the one before are a *. */
static void
out_hexdump(const void *bytes, size_t size)
{
	const unsigned char *data = bytes;
	char hex[3 * 16 + 1], text[16];
	bool starred = false;
	size_t at, i, n;

	if (!out.hexdump)
		return;
	out_break();
	for (at = 0; at < size; at += 16, data += 16) {
		n = size - at < 16 ? size - at : 16;
		if (at > 0 && n == 16 && memcmp(data, data - 16, 16) == 0) {
			if (!starred)
				puts("*");
			starred = true;
			continue;
		}
		starred = false;
		for (i = 0; i < n; i++)
			text[i] =
			    (char)(data[i] < 0x20 || data[i] > 0x7e ? '.'
								    : data[i]);
		fmt_hex(hex, data, n);
		printf("%08zx %-24.24s %-24s  |%.*s|\n", at, hex,
		    n > 8 ? hex + 24 : "", (int)n, text);
	}
	if (size > 0)
		printf("%08zx\n", size);
}

/* FLoM's line of a datagram, unless quiet, and its hexdump with -x. */
static void
out_datagram(const char *what, const void *data, size_t size, const char *way,
    const char *peer, const char *suffix)
{
	char text[QUOTED_MAX];

	if (out.quiet == 0)
		printf("%s%s%s%s%s\n", what, fmt_text(text, data, size), way,
		    peer, suffix);
	out_hexdump(data, size);
}

/* The name, or the number of one that has gone, in IF_NAMESIZE bytes. */
static const char *
fmt_interface(char *name, unsigned int index)
{
	int error = errno;

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
	char plain[ENDPOINT_MAX];

	snprintf(text, ENDPOINT_MAX, "[%.64s]:%d", fmt_address(plain, address),
	    ntohs(address->sin6_port));
	return text;
}

/* Appends " word" to a list of NAMES_MAX bytes, or " ..." if it is full. */
static void
fmt_append(char *list, const char *word)
{
	size_t n;

	n = strlen(list);
	if (n + strlen(word) + sizeof("  ...") <= NAMES_MAX)
		snprintf(list + n, NAMES_MAX - n, " %s", word);
	else if (list[n - 1] != '.')
		snprintf(list + n, NAMES_MAX - n, " ...");
}

static const char *
errno_name(int error)
{
#define E(e) e, #e
	static const struct {
		int error;
		char name[16];
	} names[] = { { E(EACCES) }, { E(EADDRINUSE) }, { E(EADDRNOTAVAIL) },
		{ E(EAFNOSUPPORT) }, { E(EAGAIN) }, { E(EBADF) },
		{ E(ECONNREFUSED) }, { E(EDESTADDRREQ) }, { E(EHOSTDOWN) },
		{ E(EHOSTUNREACH) }, { E(EINPROGRESS) }, { E(EINTR) },
		{ E(EINVAL) }, { E(EMFILE) }, { E(EMSGSIZE) }, { E(ENETDOWN) },
		{ E(ENETUNREACH) }, { E(ENOBUFS) }, { E(ENODEV) },
		{ E(ENOMEM) }, { E(ENXIO) }, { E(ENFILE) }, { E(EOPNOTSUPP) },
		{ E(EPERM) }, { E(EPROTONOSUPPORT) } };
	static char number[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	snprintf(number, sizeof(number), "E%d", error);
	return number;
}

#define NO_CALL (-2) /* as a result: there is none */

/*
 * A call and its result, in a line that begins with the local time: returns
 * the result, and errno as it was.
 */
static int
trace_call(int result, const char *format, ...)
{
	char stamp[32];
	struct timespec ts;
	struct tm tm;
	va_list ap;
	int error = errno;

	if (!out.trace)
		return result;
	out_flush();
	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(stderr, "%s.%06ld [%ld] %s: %s", stamp, ts.tv_nsec / 1000,
	    (long)getpid(), out.role, out.probing ? "probe: " : "");
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	if (result == -1)
		fprintf(stderr, " = -1 %s (%s)", errno_name(error),
		    strerror(error));
	else if (result != NO_CALL)
		fprintf(stderr, " = %d", result);
	putc('\n', stderr);
	fflush(stderr);
	errno = error;
	return result;
}

/*
 * A call with a socket address as FLoM's trace prints it, NULL: none; and
 * with the bytes, as text and in hex, that were sent or have arrived.
 */
static int
trace_socket(int result, const char *call, int fd, const void *data,
    size_t size, const struct sockaddr_in6 *a)
{
	char text[QUOTED_MAX], hex[3 * TEXT_CUT + 1], address[256];
	char plain[INET6_ADDRSTRLEN];
	int error = errno;

	if (!out.trace)
		return result;
	address[0] = '\0';
	if (a != NULL)
		snprintf(address, sizeof(address),
		    ", addrlen=%zu; IPv6 address, sin6_port=%d, "
		    "sin6_flowinfo=0x%lx, sin6_addr='%s', sin6_scope_id=%lu",
		    sizeof(*a), ntohs(a->sin6_port),
		    (unsigned long)ntohl(a->sin6_flowinfo),
		    inet_ntop(AF_INET6, &a->sin6_addr, plain, sizeof(plain)),
		    (unsigned long)a->sin6_scope_id);
	errno = error;
	if (data == NULL)
		return trace_call(result, "%s(%d%s)", call, fd, address);
	return trace_call(result, "%s(%d, %s%s%s, %zu, 0%s)", call, fd,
	    fmt_text(text, data, size),
	    fmt_hex(hex, data, size < TEXT_CUT ? size : TEXT_CUT),
	    size > TEXT_CUT ? " ..." : "", size, address);
}

/* The one way out once the options are known. */
static void
quit(enum status status)
{
	out_break();
	out_flush();
	trace_call(NO_CALL, "exit status %d", (int)status);
	if (close(STDOUT_FILENO) == -1) {
		complain("close", "standard output");
		status = FAULT;
	}
	fflush(stderr);
	_exit((int)status);
}

static void
fatal(const char *call, const char *object)
{
	complain(call, object);
	quit(FAULT);
}

static void
usage_error(const char *format, ...)
{
	va_list ap;

	fputs("mcast6dbg: ", stderr);
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

/*
 * Whether one more is within so many a second; of several, a third may come
 * early, for what is sent evenly does not arrive so.
 */
static bool
time_allows(long long *next, int most)
{
	long long now, apart;

	now = time_now();
	apart = SECOND * 19 / 20 / most;
	if (*next > now + apart * (most / 3))
		return false;
	*next = (*next > now ? *next : now) + apart;
	return true;
}

/* WAITING AND SIGNALS */

/* fd -1: nothing to wait for. */
static void
watch_add(struct watch *watch, int fd, bool writing)
{
	if (fd != -1)
		FD_SET((unsigned int)fd, writing ? &watch->out : &watch->in);
}

static bool
watch_ready(const struct watch *watch, int fd, bool writing)
{
	return fd != -1 &&
	    FD_ISSET((unsigned int)fd, writing ? &watch->out : &watch->in);
}

/* Where a person looks on, and it takes long: what goes on. */
static void
watch_progress(const char *what, long long done, long long whole)
{
	if (!out.terminal || out.trace || out.marks > 0 || whole < SECOND ||
	    done >= whole)
		return;
	out_flush();
	out.progress = fprintf(stderr, "%s: %lld of %lld s\r", what,
	    (done + SECOND / 2) / SECOND, (whole + SECOND / 2) / SECOND);
	fflush(stderr);
}

/* Signals come in here and nowhere else. Returns the number ready. */
static int
watch_wait(struct watch *watch, long long timeout)
{
	struct timespec ts = { 0 };
	sigset_t set;
	int n;

	if (timeout > 0) {
		ts.tv_sec = (time_t)(timeout / SECOND);
		ts.tv_nsec = (long)(timeout % SECOND);
	}
	if (out.trace)
		trace_call(NO_CALL, "pselect(%d, %ld.%06ld s) waits for %s",
		    FD_SETSIZE, (long)ts.tv_sec, ts.tv_nsec / 1000, watch->why);
	sigemptyset(&set);
	n = pselect(FD_SETSIZE, &watch->in, &watch->out, NULL, &ts, &set);
	trace_call(n, "pselect()");
	if (n == -1) {
		if (errno != EINTR)
			fatal("pselect", "");
		FD_ZERO(&watch->in);
		FD_ZERO(&watch->out);
	}
	if (out.progress > 0) {
		fprintf(stderr, "%*s\r", out.progress, "");
		fflush(stderr);
		out.progress = 0;
	}
	sigpending(&set); /* they stay so as long as there is more to read */
	if (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM))
		stop = 1;
	return n;
}

/* Waits for a while, or for a signal. */
static void
watch_nothing(long long time)
{
	struct watch none = { .why = "time to pass" };

	watch_wait(&none, time);
}

static void
signal_stop(int number)
{
	stop = number;
}

static void
signals_block(void)
{
	struct sigaction action = { .sa_handler = signal_stop };
	sigset_t set;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* SOCKETS */

#define SET(fd, level, option, value) \
	sock_set(fd, level, option, #level ", " #option, value)

/* An int does for IPV6_MULTICAST_IF too: it has the size of an unsigned. */
static int
sock_set(int fd, int level, int option, const char *name, int value)
{
	return trace_call(setsockopt(fd, level, option, &value, sizeof(value)),
	    "setsockopt(%d, %s, %d)", fd, name, value);
}

static void
sock_close(int fd)
{
	int error = errno;

	if (fd != -1)
		trace_call(close(fd), "close(%d)", fd);
	errno = error;
}

/* Returns a socket that does not block, -1 with errno. */
static int
sock_open(int type, int protocol)
{
	int fd;

	fd = trace_call(socket(AF_INET6, type, protocol),
	    "socket(AF_INET6, SOCK_%s, %s)",
	    type == SOCK_DGRAM     ? "DGRAM"
		: type == SOCK_RAW ? "RAW"
				   : "STREAM",
	    protocol == 0 ? "0" : "IPPROTO_ICMPV6");
	if (fd >= FD_SETSIZE) {
		close(fd);
		errno = EMFILE;
		return -1;
	}
	if (fd != -1)
		trace_call(fcntl(fd, F_SETFL, O_NONBLOCK),
		    "fcntl(%d, F_SETFL, O_NONBLOCK)", fd);
	if (fd != -1 && protocol == 0)
		SET(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	return fd;
}

static int
sock_bind(int fd, const struct sockaddr_in6 *a)
{
	return trace_socket(bind(fd, (const struct sockaddr *)a, sizeof(*a)),
	    "bind", fd, NULL, 0, a);
}

static int
sock_connect(int fd, const struct sockaddr_in6 *a)
{
	return trace_socket(connect(fd, (const struct sockaddr *)a, sizeof(*a)),
	    "connect", fd, NULL, 0, a);
}

static int
sock_name(int fd, struct sockaddr_in6 *a)
{
	socklen_t n = sizeof(*a);

	return trace_socket(getsockname(fd, (struct sockaddr *)a, &n),
	    "getsockname", fd, NULL, 0, a);
}

/* Joins or leaves. A join where the socket is a member is no error. */
static int
sock_join(int fd, bool join, const struct in6_addr *group, unsigned int index)
{
	char address[INET6_ADDRSTRLEN];
	struct ipv6_mreq mreq = { .ipv6mr_multiaddr = *group,
		.ipv6mr_interface = index };
	int result;

	inet_ntop(AF_INET6, group, address, sizeof(address));
	result = trace_call(setsockopt(fd, IPPROTO_IPV6,
				join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP,
				&mreq, sizeof(mreq)),
	    "setsockopt(%d, IPPROTO_IPV6, IPV6_%s_GROUP, %s, interface %u)", fd,
	    join ? "JOIN" : "LEAVE", address, index);
	return result == -1 && join && errno == EADDRINUSE ? 0 : result;
}

/* to NULL: the socket is connected. A full queue is given a little time. */
static int
sock_send(int fd, const void *data, size_t size, const struct sockaddr_in6 *to)
{
	int n, tries;

	for (tries = 0;; tries++) {
		n = (int)sendto(fd, data, size, 0, (const struct sockaddr *)to,
		    to == NULL ? 0 : sizeof(*to));
		if (out.trace)
			trace_socket(n, "sendto", fd, data, size, to);
		if (n != -1 || tries == 2 ||
		    (errno != EAGAIN && errno != ENOBUFS))
			return n;
		watch_nothing(5 * MILLI);
	}
}

/* Sets interface and hop limit of what goes to that address next. */
static int
sock_path(int fd, const struct sockaddr_in6 *to, int hops)
{
	if (!IN6_IS_ADDR_MULTICAST(&to->sin6_addr))
		return SET(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops);
	if (SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)to->sin6_scope_id) ==
	    -1)
		return -1;
	return SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops);
}

static int
sock_receive(int fd, void *data, size_t size, struct sockaddr_in6 *from)
{
	socklen_t length = sizeof(*from);
	int n;

	n = (int)recvfrom(fd, data, size, 0, (struct sockaddr *)from, &length);
	if (out.trace)
		trace_socket(n, "recvfrom", fd, n == -1 ? NULL : data,
		    (size_t)n, n == -1 ? NULL : from);
	return n;
}

/* As large as the system gives: Linux clamps, BSD refuses what is too much. */
static void
sock_buffers(int fd)
{
	int size = 1 << 23;

	while (SET(fd, SOL_SOCKET, SO_RCVBUF, size) == -1 && size > 1 << 13)
		size /= 2;
	size = 1 << 18;
	while (SET(fd, SOL_SOCKET, SO_SNDBUF, size) == -1 && size > 1 << 13)
		size /= 2;
}

static struct if_nameindex *
sock_interfaces(void)
{
	struct if_nameindex *there, *p;
	int n = 0;

	there = if_nameindex();
	FOR_INTERFACES (p, there) {
		n++;
		trace_call((int)p->if_index, "if_nameindex() has %s",
		    p->if_name);
	}
	trace_call(there == NULL ? -1 : n, "if_nameindex()");
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
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
		.sin6_addr = *address,
		.sin6_scope_id = zone };

	a.sin6_port = htons((in_port_t)port);
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
	int fd, result = -1;

	out.probing++;
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd != -1 &&
	    (index == 0 ||
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index) == 0) &&
	    sock_connect(fd, to) == 0)
		result = sock_name(fd, source);
	sock_close(fd);
	out.probing--;
	return result;
}

/* Whether an address is our own: to what is, it is sent from there. */
static bool
sock_own(const struct sockaddr_in6 *address)
{
	struct sockaddr_in6 a = *address;

	a.sin6_port = htons(DEFAULT_PORT);
	return sock_source(&a, 0, &a) == 0 &&
	    IN6_ARE_ADDR_EQUAL(&a.sin6_addr, &address->sin6_addr);
}

/* Whether unicast could be sent to a link-local address on the interface. */
static bool
sock_link_up(unsigned int index)
{
	struct sockaddr_in6 a;

	a = sock_numeric("fe80::1", index, DEFAULT_PORT);
	return sock_source(&a, 0, &a) == 0;
}

/*
 * Lists the interfaces that can carry multicast, and those that are down,
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
	all = sock_numeric(ALL_NODES, 0, 0);
	there = sock_interfaces();
	out.probing++;
	fd = sock_open(SOCK_DGRAM, 0);
	FOR_INTERFACES (p, there)
		if (!sock_loopback(p->if_name) &&
		    (sock_join(fd, true, &all.sin6_addr, p->if_index) == 0 ||
			errno != EADDRNOTAVAIL))
			fmt_append(sock_link_up(p->if_index) ? can : down,
			    p->if_name);
	sock_close(fd);
	out.probing--;
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

/* WIRE */

/* Writes a datagram of TAGGED_MAX or size bytes; returns its length. */
static size_t
wire_encode(char *data, enum verb verb, const struct tag *tag, size_t size)
{
	size_t n = verb == HELLO ? 5 : 7;

	memcpy(data, verb == HELLO ? "HELLO" : "WELCOME", n);
	if (tag->kind == '\0')
		return n;
	n += (size_t)snprintf(data + n, TAGGED_MAX - n,
	    tag->kind == 'o' ? " %.8s %llu %c %u" : " %.8s %llu %c",
	    (const char *)&tag->id, tag->seq, tag->kind, tag->port);
	if (n >= size)
		return n;
	data[n] = ' ';
	while (++n < size)
		data[n] = (char)('a' + n % 26);
	return size;
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
wire_number(const void *text, size_t size, unsigned long long *value)
{
	const unsigned char *data = text;
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
	unsigned long long port;
	enum verb verb;
	const char *id;
	size_t i, n;
	int kind;

	memset(tag, 0, sizeof(*tag));
	verb = size >= 5 && memcmp(data, "HELLO", 5) == 0  ? HELLO
	    : size >= 7 && memcmp(data, "WELCOME", 7) == 0 ? WELCOME
							   : OTHER;
	*rest = i = verb == HELLO ? 5 : 7;
	if (verb == OTHER || (i < size && data[i] != ' '))
		return OTHER;
	id = (const char *)data + i + 1;
	i += 1 + ID_SIZE;
	if (i >= size || data[i++] != ' ')
		return verb;
	n = wire_number(data + i, size - i, &tag->seq);
	i += n;
	if (n == 0 || i + 2 > size || data[i++] != ' ')
		return verb;
	kind = data[i++];
	if (kind == '\0' || (i < size && data[i] != ' ') ||
	    (strchr("rgbo", kind) != NULL &&
		strspn(id, "0123456789abcdef") != ID_SIZE))
		return verb;
	memcpy(&tag->id, id, ID_SIZE);
	tag->kind = (char)kind;
	*rest = i;
	if (kind != 'o' || i++ == size)
		return verb;
	n = i + wire_number(data + i, size - i, &port);
	if (port <= 65535 && (n == size || data[n] == ' '))
		tag->port = (unsigned int)port;
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

	clock_gettime(CLOCK_REALTIME, &ts);
	mixed = (uint32_t)ts.tv_sec * 40503u ^
	    (uint32_t)ts.tv_nsec * 16777619u ^
	    (uint32_t)(uintptr_t)&ts * 2654435761u; /* may be random */
	snprintf(text, sizeof(text), "%08lx", (unsigned long)mixed);
	memcpy(&id, text, ID_SIZE);
	return id;
}

/* THE LINK, BY ICMPV6: RFC 4443, RFC 3810 */

/* Opens the best socket that this user may have: a raw one hears more. */
static void
link_open(struct link *l, uint64_t id, unsigned int port)
{
	l->id = id;
	l->port = port;
	l->since = time_now();
	out.probing++;
	l->fd = sock_open(SOCK_RAW, IPPROTO_ICMPV6);
	l->raw = l->fd != -1;
	if (!l->raw)
		l->fd = sock_open(SOCK_DGRAM, IPPROTO_ICMPV6);
	if (l->fd != -1)
		sock_buffers(l->fd);
	out.probing--;
}

/* Asks all hosts on the interface who is there: type 128. */
static void
link_echo(struct link *l)
{
	unsigned char data[8 + ID_SIZE] = { 128 };
	struct sockaddr_in6 all;

	memcpy(data + 4, &l->id, 2);
	data[7] = (unsigned char)l->echoes;
	memcpy(data + 8, &l->id, ID_SIZE);
	all = sock_numeric(ALL_NODES, l->self.sin6_scope_id, 0);
	if (sock_path(l->fd, &all, 1) == 0 &&
	    sock_send(l->fd, data, sizeof(data), &all) != -1)
		l->echoes++;
}

/*
 * Asks the neighbour itself whether it is there: type 135, unicast, which
 * also finds out whether what is cached of it still holds (RFC 4861, 7.3).
 */
static void
link_solicit(struct link *l)
{
	unsigned char data[24] = { 135 };
	struct sockaddr_in6 to = l->asked;

	to.sin6_port = 0;
	memcpy(data + 8, &to.sin6_addr, 16);
	if (sock_path(l->fd, &to, 255) == 0 &&
	    sock_send(l->fd, data, sizeof(data), &to) != -1)
		l->solicits++;
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
	const unsigned char *ip = data + 8, *port;
	struct in6_addr to;
	int i, number;

	if (size < 8 + 40 + 4 || ip[6] != IPPROTO_UDP)
		return;
	port = ip + 40 + (listener ? 0 : 2);
	number = port[0] << 8 | port[1];
	memcpy(&to, ip + 24, sizeof(to));
	if (IN6_IS_ADDR_LINKLOCAL(&to))
		memset(to.s6_addr + 2, 0, 2); /* an index on KAME's */
	if (data[1] != 4 && number == (int)l->port) {
		l->rejection = data[1];
		l->rejected_by = *from;
		l->rejected = to;
	}
	for (i = 0; i < l->hosts && data[1] == 4; i++)
		if (IN6_ARE_ADDR_EQUAL(&to, &l->host[i].sin6_addr)) {
			l->refuses[i] |= number == (int)l->port;
			l->closes[i] |= number == CLOSED_PORT;
		}
}

/* Who asked last on that interface; the free place after all if nobody. */
static struct querier *
link_querier(struct link *l, unsigned int index)
{
	struct querier *q;

	for (q = l->querier; q < l->querier + l->queriers; q++)
		if (q->address.sin6_scope_id == index)
			break;
	return q;
}

/* One ICMPv6 packet, without its IPv6 header, and hostile for all we know. */
static void
link_packet(struct link *l, const unsigned char *data, size_t size,
    const struct sockaddr_in6 *from, bool listener)
{
	const struct sockaddr_in6 *self = &l->self;
	struct querier *q;
	bool echo, near;
	int i;

	if (size < 8)
		return;
	echo = data[0] == 129 && size == 8 + ID_SIZE &&
	    memcmp(data + 8, &l->id, ID_SIZE) == 0;
	if (IN6_ARE_ADDR_EQUAL(&from->sin6_addr, &self->sin6_addr) ||
	    IN6_ARE_ADDR_EQUAL(&from->sin6_addr, &l->own)) {
		l->own_echo |= echo; /* so others' would come in as well */
		return;
	}
	l->seen |= l->asked.sin6_family != 0 &&
	    IN6_ARE_ADDR_EQUAL(&from->sin6_addr, &l->asked.sin6_addr);
	near = IN6_IS_ADDR_LINKLOCAL(&from->sin6_addr) &&
	    (self->sin6_scope_id == 0 ||
		self->sin6_scope_id == from->sin6_scope_id);
	for (i = 0; i < l->hosts && !sock_host(&l->host[i], from);)
		i++;
	if (near && i == l->hosts && i < HOSTS_MAX && sock_own(from)) {
		l->own_echo |= echo;
		l->own = from->sin6_addr;
		return;
	}
	if (near && i < HOSTS_MAX) {
		l->host[i] = *from;
		l->hosts += i == l->hosts;
		l->replies += echo && l->echoed[i] == 0;
		l->echoed[i] += echo;
	}
	if (data[0] == 1)
		link_rejected(l, data, size, from, listener);
	if (size < 24)
		return;
	/* Of others than general queries the answer to a leave is one. */
	q = link_querier(l, from->sin6_scope_id);
	if (near && data[0] == 130 && (size == 24 || size >= 28) &&
	    memcmp(data + 8, &in6addr_any, 16) == 0 &&
	    q < l->querier + QUERIERS_MAX) {
		l->queriers += q == l->querier + l->queriers;
		q->address = *from;
		q->last = time_now();
	}
	/* Type 135 is for our address, type 136 of the one asked for. */
	l->solicited |= near && data[0] == 135 && l->solicits == 0 &&
	    memcmp(data + 12, self->sin6_addr.s6_addr + 4, 12) == 0;
	l->advertised |= data[0] == 136 &&
	    memcmp(data + 12, l->asked.sin6_addr.s6_addr + 4, 12) == 0;
}

static void
link_read(struct link *l, bool listener)
{
	unsigned char data[1500];
	struct sockaddr_in6 from;
	int n;

	n = sock_receive(l->fd, data, sizeof(data), &from);
	if (n != -1)
		link_packet(l, data, (size_t)n, &from, listener);
}

/* At the end of a role: who asks for members on that interface. */
static void
link_note(struct link *l, unsigned int index)
{
	char text[ENDPOINT_MAX];
	const struct querier *q;
	long long now, listened;

	now = time_now();
	listened = (now - l->since) / SECOND;
	q = link_querier(l, index);
	if (q < l->querier + l->queriers)
		out_line("note: querier: [%s] asks for members, last %lld s "
			 "ago\n",
		    fmt_address(text, &q->address), (now - q->last) / SECOND);
	else if (l->raw && listened >= QUERY_LIMIT)
		out_line("note: no-querier: no MLD query in %lld s on %s: a "
			 "switch with MLD snooping forgets members after "
			 "%d s\n",
		    listened, fmt_interface(text, index), QUERY_LIMIT);
}
/* EXPERIMENTS */

/*
 * The chance that k of n answers here and none of m there are an accident of
 * one loss for both: C(n,k) / C(n+m,k) (Fisher's exact test).
 */
static double
fisher(int k, int n, int m)
{
	double p = 1;
	int i;

	for (i = 0; i < k && i < n; i++)
		p *= (double)(n - i) / (n + m - i);
	return p;
}

static bool
certain(int k, int n, int m)
{
	return k > 0 && fisher(k, n, m) <= CHANCE;
}

static void
lab_begin(struct lab *lab, const struct options *o, uint64_t id,
    unsigned long long base)
{
	memset(lab, 0, offsetof(struct lab, probes));
	lab->o = o;
	lab->id = id;
	lab->base = base;
	lab->back = -1;
	lab->random = (uint32_t)id | 1;
}

/* Returns a new probe, to be sent so many times; the last one is reused. */
static struct probe *
lab_add(struct lab *lab, enum step step, char kind, int fd,
    const struct sockaddr_in6 *to, int hops, int copies)
{
	struct probe *p = &lab->probes[lab->count];

	lab->count += lab->count < PROBES_MAX - 1;
	memset(p, 0, sizeof(*p));
	p->step = step;
	p->kind = kind;
	p->fd = fd;
	p->to = *to;
	p->hops = hops;
	p->planned = copies;
	p->all.error = fd == -1 ? EMFILE : 0;
	return p;
}

/*
 * On a socket of its own that is connected, and so shown ICMPv6 errors; what
 * is counted as answered are refusals, of TCP connections as well.
 */
static struct probe *
lab_connect(struct lab *lab, enum step step, const struct sockaddr_in6 *host,
    unsigned int port, int copies)
{
	struct sockaddr_in6 to = *host;
	struct probe *p;
	int fd;

	to.sin6_port = htons((in_port_t)port);
	fd = sock_open(step == TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
	p = lab_add(lab, step, 'u', fd, &to, -1, copies);
	p->connected = true;
	if (fd != -1 && sock_connect(fd, &to) == -1 && errno != EINPROGRESS) {
		p->all.error = errno;
		p->fd = -1;
		sock_close(fd);
	}
	p->all.sent = step == TCP && p->all.error == 0;
	return p;
}

/* The first probe of that step on that interface, 0: any; or NULL. */
static struct probe *
lab_find(struct lab *lab, enum step step, unsigned int index)
{
	struct probe *p;

	FOR_PROBES (p, lab)
		if (p->step == step &&
		    (index == 0 || p->to.sin6_scope_id == index))
			return p;
	return NULL;
}

/* What was counted of a step; of several probes, that of the best. */
static struct count
lab_count(const struct lab *lab, enum step step)
{
	const struct probe *p;
	struct count best;

	memset(&best, 0, sizeof(best));
	FOR_PROBES (p, lab)
		if (p->step == step &&
		    (p->all.answered > best.answered || best.sent == 0))
			best = p->all;
	return best;
}

static bool
lab_came(const struct lab *lab, enum step step)
{
	return step != NONE && lab_count(lab, step).answered > 0;
}

/* errno: of sending, or on a connected socket what came from there. */
static void
lab_error(struct lab *lab, struct probe *p)
{
	p->all.error = errno;
	if (p->connected && errno == ECONNREFUSED) {
		p->all.answered++;
		p->since.answered++;
	} else if (p->connected && p->all.sent > 0 && errno == EHOSTUNREACH &&
	    lab->errno_time == 0)
		lab->errno_time = time_now();
}

/* Before a datagram of an experiment, with -x. */
static void
lab_dump(const char *what, const void *data, size_t size,
    const struct sockaddr_in6 *peer)
{
	char text[ENDPOINT_MAX];

	if (!out.hexdump || out.probing)
		return;
	out_line("%s %s:\n", what, fmt_endpoint(text, peer));
	out_hexdump(data, size);
}

/* One more copy.  ff02::1 is not looped back: who answers is not this host. */
static void
lab_send(struct lab *lab, struct probe *p)
{
	struct tag tag;
	size_t size;
	bool loop;

	p->planned--;
	if (p->fd == -1 || lab->copied == COPIES_MAX ||
	    (p->connected && p->all.error != 0 && p->all.error != ECONNREFUSED))
		return;
	tag.id = lab->id;
	tag.seq = lab->base + lab->copied;
	tag.kind = p->kind;
	tag.port = p->port;
	size = wire_encode(lab->hello, p->step >= OWN_ANY ? WELCOME : HELLO,
	    &tag, p->size);
	loop = p->step != EVERYBODY && p->step != BY_GROUP &&
	    p->step != REJOIN && !lab->member;
	if (!p->connected &&
	    (sock_path(p->fd, &p->to, p->hops) == -1 ||
		(IN6_IS_ADDR_MULTICAST(&p->to.sin6_addr) &&
		    SET(p->fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop) ==
			-1))) {
		p->all.error = errno;
		return;
	}
	if (sock_send(p->fd, lab->hello, size, p->connected ? NULL : &p->to) ==
	    -1) {
		lab_error(lab, p);
		return;
	}
	lab->copies[lab->copied].probe = (size_t)(p - lab->probes);
	lab->copies[lab->copied].sent = time_now();
	lab->copies[lab->copied++].answered = false;
	p->all.sent++;
	p->since.sent++;
	lab_dump("Sent to", lab->hello, size, &p->to);
}

/* Copies the value of " key=value", "" if there is none that fits. */
static const char *
lab_word(const char *text, const char *key, char *value, size_t size)
{
	const char *word;
	size_t n;

	value[0] = '\0';
	word = strstr(text, key);
	n = word == NULL ? size : strcspn(word + strlen(key), " ");
	if (n < size) {
		memcpy(value, word + strlen(key), n);
		value[n] = '\0';
	}
	return value;
}

/* Reads the words of listen_report, n bytes; what has not its form is left. */
static void
lab_report(struct lab *lab, const unsigned char *words, size_t n)
{
	char text[REPORT_MAX + 1], value[INET6_ADDRSTRLEN];
	struct report *r = &lab->report;
	struct in6_addr there;
	unsigned long long age;

	n = n < REPORT_MAX ? n : REPORT_MAX;
	memcpy(text, words, n);
	text[n] = '\0';
	r->reports++;
	r->lost += strcmp(lab_word(text, " loop=", value, 8), "no") == 0;
	r->joined |= strcmp(lab_word(text, " joined=", value, 8), "yes") == 0;
	lab_word(text, " group=", value, sizeof(value));
	if (inet_pton(AF_INET6, value, &there) == 1 &&
	    IN6_IS_ADDR_MULTICAST(&there)) {
		if (IN6_ARE_ADDR_EQUAL(&there, &lab->o->group))
			r->same_group = true;
		else {
			r->other_group = true;
			r->group = there;
		}
	}
	lab_word(text, " error-age=", value, sizeof(value));
	if (wire_number(value, strlen(value), &age) == 0 || age > FRESH)
		return;
	lab_word(text, " error=", value, sizeof(r->error));
	if (value[0] == 'E' &&
	    value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ==
		'\0')
		memcpy(r->error, value, sizeof(r->error));
}

/*
 * The copy that a WELCOME without a tag answers: of its own socket's probe,
 * of the group if nothing else went out here; else it can't be told, NULL.
 */
static struct copy *
lab_bare(struct lab *lab, int fd, struct probe *own,
    const struct sockaddr_in6 *from)
{
	struct probe *p;
	struct copy *c;
	bool unicast;

	if (lab->bare++ == 0) {
		lab->bare_from = *from;
		lab->bare_time = time_now();
	}
	unicast = own != NULL || fd != lab->fd[0];
	lab->bare_unicast |= unicast;
	FOR_PROBES (p, lab)
		if (!unicast && p->fd == fd && p->step != GROUP &&
		    p->all.sent > 0) {
			lab->untold++;
			return NULL;
		}
	p = own != NULL ? own : lab_find(lab, unicast ? UNICAST : GROUP, 0);
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
	c = NULL;
	if (tag.kind == '\0')
		c = rest == n ? lab_bare(lab, fd, own, from) : NULL;
	else if (tag.id != lab->id || tag.seq == 0)
		return;
	else if (tag.seq < lab->base) {
		if (tag.kind != 'u' && lab->late++ == 0) {
			lab->late_seq = tag.seq;
			lab->late_time = time_now();
		}
	} else if (tag.seq - lab->base < lab->copied)
		c = &lab->copies[tag.seq - lab->base];
	p = c == NULL ? NULL : &lab->probes[c->probe];
	if (p == NULL || p->connected ||
	    (tag.kind != '\0' && tag.kind != p->kind))
		return;
	if (fd == lab->back && p->step == GROUP) { /* by the group */
		lab_find(lab, BACK, 0)->all.answered++;
		return;
	}
	if ((p->step == EVERYBODY || p->step == BY_GROUP) &&
	    sock_host(from, &lab->self))
		lab->same_address = true;
	if (p->step == REJOIN) /* several listeners answer ff02::1 */
		lab_report(lab, lab->data + rest, n - rest);
	if (c->answered)
		return;
	c->answered = true;
	if (p->step == OTHER_PORT && fd != lab->fd[0]) {
		p->all.sent--; /* more than the listener grants in a second */
		p->since.sent--;
		return;
	}
	if (p->all.answered++ == 0)
		p->from = *from;
	p->since.answered++;
	if (p->step == GROUP && tag.kind != '\0') {
		lab->latest = time_now();
		lab->latency = lab->latest - c->sent;
	}
}

static void
lab_receive(struct lab *lab, int fd, struct probe *own)
{
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
		lab_dump("Arrived from", lab->data, (size_t)n, &from);
		lab_answer(lab, fd, own, (size_t)n, &from);
	}
}

/* A TCP connection was made, or was not. */
static void
lab_connected(struct lab *lab, struct probe *p)
{
	socklen_t n;
	int error;

	n = sizeof(error);
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &n) == -1)
		error = errno;
	trace_call(error, "getsockopt(%d, SOL_SOCKET, SO_ERROR)", p->fd);
	p->all.answered = error == 0;
	errno = error;
	if (error != 0)
		lab_error(lab, p);
}

static bool
lab_awaits(const struct probe *p)
{
	return p->connected && p->fd != -1 && p->all.sent > 0 &&
	    (p->all.error == 0 || p->all.error == ECONNREFUSED) &&
	    (p->step != TCP || p->all.answered == 0);
}

/* Reads until then, or that step is answered, or nothing is awaited. */
static void
lab_wait(struct lab *lab, long long until, enum step step)
{
	struct watch watch;
	struct probe *p;
	long long now;
	bool waits;
	size_t i;

	while ((now = time_now()) < until && !stop && !lab_came(lab, step)) {
		memset(&watch, 0, sizeof(watch));
		watch.why = "answers to experiments";
		for (i = 0; i < lab->fds; i++)
			watch_add(&watch, lab->fd[i], false);
		waits = lab->link != NULL && lab->link->echoes > 0;
		if (lab->link != NULL)
			watch_add(&watch, lab->link->fd, false);
		FOR_PROBES (p, lab) {
			if (lab_awaits(p))
				watch_add(&watch, p->fd, p->step == TCP);
			waits |= p->all.sent > p->all.answered;
		}
		if (!waits)
			return;
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
		FOR_PROBES (p, lab)
			if (p->connected && watch_ready(&watch, p->fd, false))
				lab_receive(lab, p->fd, p);
			else if (p->connected &&
			    watch_ready(&watch, p->fd, true))
				lab_connected(lab, p);
	}
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
		for (n = i = 0; i < lab->count; i++) {
			if (lab->probes[i].planned <= 0)
				continue;
			lab->random = lab->random * 1664525 + 1013904223;
			j = (lab->random >> 8) % ++n;
			if (j < n - 1)
				order[n - 1] = order[j];
			order[j] = i;
		}
		if (lab->pings > 0)
			link_echo(lab->link);
		if (lab->pings > 0 && lab->pings % 16 == 0 &&
		    lab->link->asked.sin6_family != 0)
			link_solicit(lab->link);
		more = --lab->pings > 0;
		for (i = 0; i < n; i++) {
			lab_send(lab, &lab->probes[order[i]]);
			more |= lab->probes[order[i]].planned > 0;
		}
		more &= !stop && (lab->end == 0 || time_now() < lab->end);
		if (more)
			lab_wait(lab, due += apart, until);
	} while (more && !stop && !lab_came(lab, until));
	for (i = 0; i < lab->count; i++)
		lab->probes[i].planned = 0;
	lab->pings = 0;
	due = time_now() + tail;
	lab_wait(lab, lab->end != 0 && due > lab->end ? lab->end : due, until);
}

/*
 * On one interface two receivers, on any port and on the group's, and copies
 * to each and from the group's port, which is what a packet filter takes for
 * a WELCOME; hop limit 0 keeps them on this host.  The port is taken only
 * where no other program has it, unless that is our own listener.  Returns -1
 * with errno if there is no socket or no membership.
 */
static int
lab_own_open(struct lab *lab, unsigned int index, int copies)
{
	const struct options *o = lab->o;
	struct sockaddr_in6 any, to;
	in_port_t ephemeral;
	int fd, port;

	any = sock_address(&in6addr_any, 0, 0);
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd == -1 || sock_bind(fd, &any) == -1 ||
	    sock_name(fd, &any) == -1 ||
	    sock_join(fd, true, &o->group, index) == -1) {
		sock_close(fd);
		return -1;
	}
	lab->fd[lab->fds++] = fd;
	ephemeral = any.sin6_port;
	to = sock_address(&o->group, index, ntohs(ephemeral));
	lab_add(lab, OWN_ANY, 'm', fd, &to, 0, copies);
	port = sock_open(SOCK_DGRAM, 0);
	to.sin6_port = htons((in_port_t)o->port);
	any.sin6_port = to.sin6_port;
	if (port == -1 ||
	    (lab->held && SET(port, SOL_SOCKET, SO_REUSEADDR, 1) == -1) ||
	    (sock_bind(port, &to) == -1 &&
		(errno != EADDRNOTAVAIL || /* NetBSD 7 */
		    sock_bind(port, &any) == -1)) ||
	    sock_join(port, true, &o->group, index) == -1) {
		sock_close(port);
		return 0;
	}
	if (o->wide) /* the next interface's has the same address */
		lab->held = SET(port, SOL_SOCKET, SO_REUSEADDR, 1) == 0;
	lab->fd[lab->fds++] = port;
	lab_add(lab, OWN_PORT, 'm', fd, &to, 0, copies);
	to.sin6_port = ephemeral;
	lab_add(lab, OWN_REPLY, 'm', port, &to, 0, copies);
	return 0;
}

/* Closed before all else: others here hear a group that is joined. */
static void
lab_own_close(struct lab *lab)
{
	while (lab->fds > 0)
		sock_close(lab->fd[--lab->fds]);
}

/* Whether own copies on the interface, 0: any, were sent and all are lost. */
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

/*
 * The interface on which multicast leaves if none is named, 0: it can't be
 * told, and the source address: those of an own copy, for which one socket
 * joins everywhere; a wider address is then looked for on each.
 */
static unsigned int
lab_default(struct lab *lab, struct sockaddr_in6 *source)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 to, any, other;
	unsigned int index;
	int fd;

	memset(source, 0, sizeof(*source));
	any = sock_address(&in6addr_any, 0, 0);
	there = sock_interfaces();
	fd = sock_open(SOCK_DGRAM, 0);
	out.probing++;
	if (fd != -1 && sock_bind(fd, &any) == 0 && sock_name(fd, &any) == 0) {
		FOR_INTERFACES (p, there)
			sock_join(fd, true, &lab->o->group, p->if_index);
		to = sock_address(&lab->o->group, 0, ntohs(any.sin6_port));
		lab->fd[lab->fds++] = fd;
		lab_add(lab, OWN_ANY, 'm', fd, &to, 0, 2);
		lab_run(lab, 20 * MILLI, OWN_WAIT, OWN_ANY);
		*source = lab_find(lab, OWN_ANY, 0)->from;
		lab->fds = lab->count = 0;
	}
	sock_close(fd);
	out.probing--;
	index = source->sin6_scope_id;
	source->sin6_port = 0;
	FOR_INTERFACES (p, there)
		if (index == 0 && source->sin6_family != 0 &&
		    sock_source(&to, p->if_index, &other) == 0 &&
		    IN6_ARE_ADDR_EQUAL(&other.sin6_addr, &source->sin6_addr))
			index = p->if_index;
	if (there != NULL)
		if_freenameindex(there);
	return index;
}

/* CAUSES: condition, code, sentence and, a line each, what to try */

#define QUERIER                                                    \
	"an MLD querier on the link (ip link set br0 type bridge " \
	"mcast_querier 1, or the router's), or no MLD snooping on the switch"
#define MLD_PASSES "let MLD (ICMPv6 types 131, 132, 143) pass"
#define IPV6_ON                                                            \
	"ifconfig %s inet6 -ifdisabled (FreeBSD), inet6 eui64 (OpenBSD), " \
	"ndp -i %s -- -disabled (NetBSD)"
#define MEASURE "-c 100 -i 0.1 measures the loss"

/* Always true: a cause was found. */
static bool
say(struct verdict *v, const char *code, const char *format, ...)
{
	va_list ap;

	v->code = code;
	v->status = UNANSWERED;
	va_start(ap, format);
	vsnprintf(v->text, sizeof(v->text), format, ap);
	va_end(ap);
	return true;
}

/* It rests on answers to the one, silence of the other and of the group. */
static void
rests_on(struct verdict *v, enum step yes, enum step no, int silence)
{
	v->yes = yes;
	v->no = no;
	v->silence = silence;
}

static bool
came(const struct facts *f, enum step step)
{
	return f->step[step].answered > 0;
}

/* Whether a listener answered unicast in any way. */
static bool
reached(const struct facts *f)
{
	return came(f, UNICAST) || came(f, HOP1) || came(f, OTHER_PORT);
}

/* Prints a cause under its label; with -qq the diagnosis in one line. */
static void
cause_print(const char *label, const struct verdict *v, unsigned int port)
{
	const char *line = v->text;
	int n;

	n = (int)strcspn(line, "\n");
	if (out.quiet > 1 && *label == 'd')
		printf("%s: %.*s\n", v->code, n, line);
	out_line("%s: %s: %.*s\n", label, v->code, n, line);
	for (line += n; *line == '\n'; line += n) {
		n = (int)strcspn(++line, "\n");
		out_line("try: %.*s\n", n, line);
	}
	if (v->let_in)
		out_line("try: nft insert rule inet filter input udp dport %u "
			 "accept, ip6tables -I INPUT -p udp --dport %u -j "
			 "ACCEPT (Linux), pass in quick inet6 proto udp to "
			 "port %u (pf)%s\n",
		    port, port, port,
		    strcmp(v->code, "filter-in") == 0 ? "" : ", there");
	out_flush();
}

static bool
cause_loopback(struct verdict *v, const struct facts *f)
{
	say(v, "no-route",
	    "%s, a loopback interface, carries no multicast here\n"
	    "another interface; or ip -6 route add local ff00::/8 dev %s "
	    "(Linux), route add -inet6 ff02::/16 ::1 (BSD)",
	    f->name, f->name);
	v->status = FAULT;
	return true;
}

/* sendto has no way there: through an interface that was named, or not. */
static bool
cause_way_out(struct verdict *v, const struct facts *f)
{
	const char *i = f->name;

	if (f->o->interface == 0 && f->error != ENETDOWN)
		return say(v, "no-interface",
		    "this system has no usable default interface for multicast"
		    "%s%s\nname one with -I:%s",
		    *f->down == '\0' ? "" : "; down or without carrier:",
		    f->down, *f->can == '\0' ? " there is none" : f->can);
	if (f->error == EADDRNOTAVAIL)
		return say(v, "no-address",
		    "%s has no usable source address: none, a tentative or a "
		    "duplicate one, or it is down, or IPv6 is off on it\n"
		    "ip -6 addr show dev %s (Linux), ifconfig %s (BSD); bring "
		    "it up, give it an address\n" IPV6_ON,
		    i, i, i, i, i);
	if (f->error != ENETDOWN && f->loopback)
		return cause_loopback(v, f);
	if (f->error != ENETDOWN && f->link_up)
		return say(v, "no-route",
		    "%s is up but has no multicast route, or a rule hides it\n"
		    "ip -6 route add multicast ff00::/8 dev %s table local, "
		    "and see ip -6 rule (Linux); route add -inet6 ff00::/8 "
		    "-interface %s (BSD)\n"
		    "macOS: System Settings, Privacy, Local Network, for the "
		    "program of this terminal",
		    i, i, i);
	return say(v, "down",
	    "%s is down, has no carrier, or IPv6 is switched off on it\n"
	    "ip link set %s up; sysctl net.ipv6.conf.%s.disable_ipv6=0 "
	    "(Linux)\n"
	    "ifconfig %s up (BSD); " IPV6_ON,
	    i, i, i, i, i, i);
}

/* The errno of sendto: the fault is on this host. */
static bool
cause_here(struct verdict *v, const struct facts *f)
{
	const char *i = f->name;

	switch (f->gone ? ENODEV : f->error) {
	case 0:
	case EBADF:
	case EINTR:
	case EIO:
	case EMFILE:
	case ENOMEM:
		return false;
	case EPERM:
	case EACCES:
		say(v, "filter-out",
		    "this host's packet filter, or a prohibit route, stops the "
		    "HELLO to %s on its way out\n"
		    "let UDP to port %u out: nft list ruleset, ip6tables -S, "
		    "ip -6 route (Linux), pfctl -sr, ipfw list, npfctl show "
		    "(BSD)",
		    f->group, f->o->port);
		break;
	case EMSGSIZE:
		say(v, "too-long",
		    "%zu bytes are more than this system sends in one "
		    "datagram\na smaller -s",
		    f->o->size);
		break;
	case EADDRINUSE:
		say(v, "port-taken",
		    "another program has the source port %u\n"
		    "another -p, or none\n"
		    "ss -6uanp (Linux), sockstat -6 (BSD) shows who has it",
		    f->o->source_port);
		break;
	case EAGAIN:
	case ENOBUFS:
		say(v, "queue-full",
		    "the queue of %s is full and stays so: no carrier, or a "
		    "device that is stuck\n"
		    "ip -s link show dev %s (Linux), netstat -I %s (BSD)",
		    i, i, i);
		break;
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
	case ENODEV:
	case ENXIO:
	case EINVAL:
		if (f->gone)
			say(v, "gone",
			    "the interface %s does not exist any more\n"
			    "mcast6dbg -t shows those that there are",
			    i);
		else
			cause_way_out(v, f);
		break;
	default:
		say(v, "no-multicast",
		    "%s carries no multicast (%s): a tunnel, such as "
		    "WireGuard\none of these with -I:%s",
		    i, strerror(f->error), f->can);
	}
	v->status = FAULT;
	return true;
}

/* What can't work, whatever the network. */
static bool
cause_arguments(struct verdict *v, const struct facts *f)
{
	unsigned int scope;

	scope = f->o->group.s6_addr[1] & 15u; /* RFC 4291, 2.7 */
	if (scope == 0 || scope == 15)
		return say(v, "scope-reserved",
		    "the scope of %s is reserved, and most systems drop it\n"
		    "a group of link-local scope, -A " DEFAULT_GROUP,
		    f->group);
	if (scope == 1)
		return say(v, "scope-interface",
		    "%s has interface-local scope and never leaves this host\n"
		    "a group of link-local scope, -A " DEFAULT_GROUP,
		    f->group);
	return f->o->hops == 0 &&
	    say(v, "hop-limit",
		"with hop limit 0 a HELLO is not to leave this host\n-H 1");
}

static bool
cause_stopped(struct verdict *v, const struct facts *f)
{
	bool snooping;

	snooping = f->querier < 0 &&
	    (f->listened >= QUERY_LIMIT ||
		(f->stopped_at >= 200 && f->stopped_at <= 280));
	return say(v, "stopped",
	    "answered until %.1f s, then not any more%s%s\n"
	    "%son the listener's host: see whether it still runs, and its link "
	    "is up",
	    f->stopped_at,
	    snooping ? "; 250 to 270 s after the listener joined it is MLD "
		       "snooping without a querier"
		     : "",
	    snooping && f->listened >= QUERY_LIMIT ? ", and none was heard"
						   : "",
	    snooping ? QUERIER "\n" : "");
}

static bool
cause_one_answer(struct verdict *v)
{
	return say(v, "one-answer",
	    "one WELCOME without a tag, then silence: FLoM's server ends "
	    "after one HELLO\nstart it again, or mcast6dbg -l in its place");
}

/* What the run itself shows, experiments or not. */
static bool
cause_run(struct verdict *v, const struct facts *f)
{
	const struct flow *m = &f->flow[BY_MULTICAST],
			  *u = &f->flow[BY_UNICAST],
			  *b = &f->flow[BACK_BY_GROUP];
	unsigned long long lost = m->sent - m->answered;
	int there = (int)m->answered + f->step[GROUP].answered,
	    back = (int)b->answered + f->step[BACK].answered,
	    n = (int)m->sent + f->step[GROUP].sent;

	if (!f->partly)
		return false;
	if (b->need > 0 && (there == 0 || back == 0) &&
	    certain(there + back, n, n))
		return say(v, "one-way",
		    back == 0
			? "multicast flows from here to the listener, what it "
			  "multicasts to %s does not come back\n"
			  "the listener here and the requester there name the "
			  "cause"
			: "multicast to %s flows both ways, the listener's "
			  "unicast answer does not come back\n"
			  "let ICMPv6 (neighbour discovery) pass",
		    f->group);
	if (f->run.bare > 0 && m->answered == 1 && m->sent > 1 &&
	    !came(f, GROUP))
		return cause_one_answer(v);
	if (f->stopped && !came(f, GROUP))
		return false;
	if (m->sent >= 10 && lost >= 5 && u->sent > 0 &&
	    (u->sent - u->answered) * 4 <= lost)
		return say(v, "multicast-loss",
		    "multicast alone is lost: %llu of %llu HELLOs, %llu by "
		    "unicast; %s, %llu in a row at most%s\n"
		    "Wi-Fi: a higher multicast rate, multicast to unicast, no "
		    "power save; switches: storm control, rate limits",
		    lost, m->sent, u->sent - u->answered,
		    lost >= f->run.bursts * 3 ? "in bursts" : "one by one",
		    f->run.longest,
		    f->delay > 40 ? "; and a beacon interval slower" : "");
	if (f->responders < f->o->listeners)
		return say(v, "partial",
		    "%ld of %ld listeners answered, those in the table\n"
		    "on the other hosts see that it runs, on that group and "
		    "interface; -u with the address of one names its fault",
		    f->responders, f->o->listeners);
	return say(v, "partial",
	    "%llu of %llu HELLOs were answered%s; the table tells who is "
	    "missing how often\n%s",
	    f->run.answered, m->sent,
	    f->o->listeners > 1 ? " by as many listeners as -n asks" : "",
	    u->sent == 0 ? MEASURE "; -u tells it from unicast loss"
		: u->answered < u->sent
		? "unicast is lost as well: mend the link (ip -s link, "
		  "netstat -i)"
		: "unicast is not lost; " MEASURE);
}

/* The control was answered: no structure explains that. */
static bool
cause_control(struct verdict *v, const struct facts *f)
{
	const struct count *group = &f->step[GROUP];
	double wait;

	wait = time_ms(f->o->wait);
	if (!came(f, GROUP) && f->late == 0 && f->looks == NULL)
		return false;
	v->weak = true;
	if (f->delay > wait && !f->in_part)
		return say(v, "late",
		    "the answers come, but after %.0f ms, and -w is %.0f ms: "
		    "a slow link, or Wi-Fi with power save\n-w %.0f",
		    f->delay, wait, f->delay * 2 / 1000 + 1);
	if (!came(f, GROUP) && f->looks != NULL)
		return say(v, "lossy",
		    "most is lost, or the network is changing: it looks like "
		    "%s, but not for certain\ntry again; " MEASURE,
		    f->looks);
	return say(v, "lossy",
	    "%s answers now, %d of %d HELLOs: the first was lost or late, or "
	    "the listener has only just begun\n" MEASURE,
	    f->group, group->answered, group->sent);
}

/* Whether the listener answers our link-local address, and has no other. */
static bool
no_way_back(const struct facts *f)
{
	return came(f, FROM_LINK) &&
	    strstr("ENETUNREACH EHOSTUNREACH EADDRNOTAVAIL", f->report.error) !=
	    NULL;
}

/* What the listener itself reports. */
static bool
cause_report(struct verdict *v, const struct facts *f)
{
	const struct report *r = &f->report;

	if (r->error[0] != '\0' && !no_way_back(f))
		return say(v, "answer-lost",
		    "%s heard a HELLO but could not answer it: %s\n"
		    "there: EPERM or EACCES is its packet filter, ENETUNREACH "
		    "or EADDRNOTAVAIL no route or address of our scope, "
		    "EMSGSIZE a system that sends no answer that long",
		    f->listener, r->error);
	if (r->reports >= 3 && r->lost == r->reports) {
		rests_on(v, NONE, NONE, SILENCE);
		v->let_in = true;
		return say(v, "filter-remote",
		    "the packet filter on the host of %s drops %s: not even "
		    "its own copies come back there",
		    f->listener, f->group);
	}
	if (!r->other_group || r->same_group)
		return false;
	rests_on(v, came(f, EVERYBODY) ? EVERYBODY : UNICAST, GROUP, 0);
	return say(v, "other-group",
	    "%s listens on %s, not on %s\n-A %s, or -A %s there", f->listener,
	    f->there, f->group, f->there, f->group);
}

/* The same datagram by another way, or another one by the same. */
static bool
cause_way(struct verdict *v, const struct facts *f)
{
	if (came(f, SMALL)) {
		rests_on(v, SMALL, GROUP, 0);
		if (f->o->size > FRAGMENTED)
			return say(v, "fragments",
			    "small HELLOs are answered, those of %zu bytes are "
			    "not: fragments are dropped on the way, or the MTU "
			    "differs\na smaller -s, and compare the MTUs (ip "
			    "link, ifconfig)",
			    f->o->size);
		return say(v, "length",
		    "small HELLOs are answered, those of %zu bytes are not, "
		    "though they fit one packet: a filter on the length\n"
		    "a smaller -s, and the filters on the way",
		    f->o->size);
	}
	if (came(f, MORE_HOPS))
		rests_on(v, MORE_HOPS, GROUP, 0);
	if (came(f, MORE_HOPS) && f->near)
		return say(v, "filter-remote",
		    "%s is answered with hop limit 64, not with %d, though no "
		    "router is in between: a packet filter there or on the way "
		    "drops it by its hop limit\n-H 64, and the filters",
		    f->group, f->o->hops);
	if (came(f, MORE_HOPS)) {
		return say(v, "hop-limit",
		    "there are routers in between: hop limit %d is answered, "
		    "%d is not\n-H %d",
		    f->least, f->o->hops, f->least);
	}
	if (came(f, ELSEWHERE)) {
		rests_on(v, ELSEWHERE, GROUP, 0);
		return say(v, "wrong-interface",
		    "the listener is behind %s, but the HELLO left on %s\n"
		    "-I %s",
		    f->other, f->name, f->other);
	}
	if (came(f, FROM_LINK)) {
		rests_on(v, FROM_LINK, GROUP, 0);
		return say(v, "return-path",
		    "a HELLO from our link-local address is answered, one from "
		    "the wider address is not: the listener's host has no "
		    "route back to it%s%s, a reverse-path filter drops it, or "
		    "a packet filter here the answer\n"
		    "there: a route to our address; ip6tables -m rpfilter, nft "
		    "fib (Linux), urpf-failed (pf)",
		    f->report.error[0] == '\0' ? "" : " and tells ",
		    f->report.error);
	}
	if (!f->link_source || !f->o->wide || f->o->hops == 1 || f->near ||
	    f->on_link || f->refused || came(f, EVERYBODY) ||
	    came(f, BY_GROUP) || reached(f))
		return false;
	rests_on(v, NONE, NONE, SILENCE);
	return say(v, "source-scope",
	    "%s is wider than the link, but the source address is link-local, "
	    "and no router forwards that\n"
	    "give %s a global or unique-local address",
	    f->group, f->name);
}

/*
 * This host's input, or a router's: kind o is answered to the port that asks
 * the group.
 */
static bool
cause_filter_in(struct verdict *v, const struct facts *f)
{
	bool asked;

	asked = came(f, UNICAST) && f->step[OTHER_PORT].sent > 0 &&
	    !came(f, OTHER_PORT) && !f->bare_unicast;
	if (asked)
		rests_on(v, UNICAST, OTHER_PORT, 0);
	else if (f->deaf && !reached(f) && !f->refused && !came(f, EVERYBODY) &&
	    !came(f, BY_GROUP) &&
	    (f->hosts == 0 || f->hosts_refused < f->hosts))
		rests_on(v, NONE, NONE, SILENCE);
	else
		return false;
	if (asked && !came(f, HOP1) && !f->deaf)
		return say(v, "answer-lost",
		    "a WELCOME to the port that asked %s by unicast arrives, "
		    "one to another port does not: a stateful packet filter "
		    "on a router, or here, can't pair a unicast WELCOME with "
		    "a multicast HELLO\n"
		    "there and here: let UDP from port %u in",
		    f->unicast, f->o->port);
	v->let_in = true;
	return say(v, "filter-in",
	    "this host's packet filter drops what comes in: %s%s; a rule for "
	    "established connections does not do, it can't pair a unicast "
	    "WELCOME with a multicast HELLO\n"
	    "-p 28016, and let that port in:",
	    asked ? "a WELCOME to the port that asked by unicast arrives, one "
		    "to another port does not"
		  : "not even own copies come back",
	    asked && !f->deaf ? " (or a stateful filter in a bridge on the "
				"way does it)"
			      : "");
}

/* After it joined again a listener is reached. */
static bool
cause_snooping(struct verdict *v, const struct facts *f, enum step after)
{
	rests_on(v, after, NONE, 0);
	return say(v, "snooping",
	    "a switch had forgotten that %s is a member%s%s\n%s%s", f->listener,
	    f->querier >= 0 ? ", though a querier was heard: its "
			      "queries or the reports get lost"
		: f->listened >= QUERY_LIMIT ? "; nobody asks for them"
					     : "",
	    after == AFTER_HOPS        ? "; the hop limit is too small as well"
		: after == AFTER_SMALL ? "; the HELLO is too long as well"
				       : "",
	    f->querier >= 0 ? MLD_PASSES ", or no MLD snooping" : QUERIER,
	    after == AFTER_HOPS        ? "\nand -H 64"
		: after == AFTER_SMALL ? "\nand a smaller -s"
				       : "");
}

/* ff02::1 reaches a listener, the group does not. */
static bool
cause_group(struct verdict *v, const struct facts *f)
{
	enum step after;
	bool absent, heard;

	after = came(f, AFTER)                           ? AFTER
	    : came(f, AFTER_HOPS) && !came(f, MORE_HOPS) ? AFTER_HOPS
	    : came(f, AFTER_SMALL) && !came(f, SMALL)    ? AFTER_SMALL
							 : NONE;
	heard = came(f, EVERYBODY) || (came(f, UNICAST) && !came(f, HOP1));
	if (after != NONE && (!heard || f->report.lost > 0)) {
		v->weak = true;
		return say(v, "lossy",
		    "%s answers now: the network is changing\ntry "
		    "again; " MEASURE,
		    f->group);
	}
	if (after != NONE)
		return cause_snooping(v, f, after);
	absent = f->report.reports > 0 && !f->report.joined;
	if (came(f, EVERYBODY) || (absent && came(f, UNICAST))) {
		if (f->step[AFTER].sent == 0 && !absent) {
			v->weak = true;
			return say(v, "lossy",
			    "%s is reached by %s but not by %s, and is not "
			    "heard often enough to tell why\n" MEASURE,
			    f->listener, ALL_NODES, f->group);
		}
		rests_on(v, came(f, EVERYBODY) ? EVERYBODY : UNICAST,
		    f->step[AFTER].sent > 0 ? AFTER : GROUP, SILENCE);
		return say(v, "not-joined",
		    "%s is reached by %s but not by %s%s: its MLD reports "
		    "don't reach the switch, a switch, a packet filter or the "
		    "multicast filter of its network card drops the group, or "
		    "it joined on another interface\n"
		    "there: ip maddr, netstat -gs (Linux), ifmcstat "
		    "(BSD); " MLD_PASSES "\n"
		    "in a virtual machine: if it works while tcpdump runs "
		    "there, trustGuestRxFilters=yes (macvtap), or allow "
		    "promiscuous mode\n"
		    "if another program there is a member, joining again "
		    "reports nothing: stop it, and try again\n"
		    "a device that passes only well-known groups: -A "
		    "ff02::8000:6db6 on both hosts",
		    f->listener, came(f, EVERYBODY) ? ALL_NODES : "unicast",
		    f->group,
		    f->report.joined ? ", not even after it joined again"
			: f->report.reports > 0 ? ", of which it is no member "
						  "on that interface"
						: "");
	}
	if (!came(f, BY_GROUP))
		return false;
	rests_on(v, BY_GROUP, EVERYBODY, 0);
	return say(v, "answer-lost",
	    "%s hears us and answers by multicast, but its unicast answer is "
	    "lost: neighbour discovery fails on the way (a switch that forgot "
	    "the solicited-node group, filtered ICMPv6), or its host has no "
	    "address or route of that scope, or filters the answer\n"
	    "let ICMPv6 pass; there: ping our address\n%s",
	    f->listener, f->querier >= 0 ? "no MLD snooping" : QUERIER);
}

/* Unicast that is not answered, and what ICMPv6 and TCP tell instead. */
static bool
cause_told(struct verdict *v, const struct facts *f)
{
	unsigned int port = f->o->port;

	v->let_in = true;
	if (f->rejected)
		return say(v, "filter-remote",
		    "a packet filter there or on the way rejects UDP port %u "
		    "of %s%s; if a listener runs there, that is why",
		    port, f->unicast, f->rejecter);
	if ((came(f, CLOSED) || (f->closed && f->uncalibrated)) &&
	    !f->refused) {
		if (came(f, CLOSED))
			rests_on(v, CLOSED, PORT, MUTE);
		return say(v, "port-silent",
		    "the host of %s refuses another, closed port, but port %u "
		    "is mute: a program that does not answer has it (ours, "
		    "stopped), or a packet filter drops what comes to it or "
		    "its answers\n"
		    "there: ss -6ulnp (Linux), sockstat -6 (BSD) shows who has "
		    "the port",
		    f->unicast, port);
	}
	if (!f->refused && came(f, TCP)) {
		v->weak = true;
		return say(v, "silent",
		    "the host of %s is there, as TCP tells, but UDP is mute: "
		    "nothing listens and %s, or a program there does not "
		    "answer, or a packet filter drops it\n"
		    "there: ss -6ulnp (Linux), sockstat -6 (BSD) shows who has "
		    "the port%s",
		    f->unicast,
		    f->uncalibrated ? "this system hides refusals"
				    : "its ICMPv6 errors are dropped",
		    f->uncalibrated ? "\nas root, or with a global address as "
				      "-u, more can be told"
				    : "");
	}
	if (!f->refused && f->resolved && f->on_link && !f->solicited)
		return say(v, "filter-remote",
		    "the host of %s is there on the link, and answers neither "
		    "UDP nor TCP: its packet filter drops both, UDP port %u "
		    "too",
		    f->unicast, port);
	v->let_in = false;
	return f->refused &&
	    say(v, "no-listener",
		"the host of %s is there, but nothing listens on port %u, or "
		"only on the group's address; if a listener runs, a filter "
		"rejects\nstart mcast6dbg -l -A %s -P %u there",
		f->unicast, port, f->group, port);
}

/* Unicast that is not answered, to the one address that is known. */
static bool
cause_host(struct verdict *v, const struct facts *f)
{
	int error = f->unsent          ? f->step[UNICAST].error
	    : f->step[PORT].error != 0 ? f->step[PORT].error
				       : f->step[TCP].error;

	rests_on(v, NONE, NONE, MUTE);
	if (!f->unsent && !f->no_host && cause_told(v, f))
		return true;
	if ((f->nobody || f->no_host) && !f->seen && !came(f, TCP) &&
	    *f->rejecter == '\0')
		return say(v, "no-neighbour",
		    "nobody answers for %s, or the router to it, on the link: "
		    "cable, VLAN, client isolation of an access point, a "
		    "bridge's filter (Docker: br_netfilter), the host is off, "
		    "or the link loses nearly all\nip -6 neigh (Linux), ndp "
		    "-a (BSD), and the link in between",
		    f->unicast);
	v->weak = true;
	if (error != 0)
		return say(v, "unreachable",
		    "%s can't be reached: %s%s\na route to it: ip -6 route "
		    "get (Linux), route -n get -inet6 (BSD)",
		    f->unicast, strerror(error), f->rejecter);
	return say(v, "unreachable",
	    "nothing comes back from %s, though %s: the host is down, or a "
	    "filter there or on the way (a hypervisor's bridge, Docker's "
	    "br_netfilter) drops everything\nping6 and traceroute6 to it",
	    f->unicast,
	    f->resolved ? "its neighbour discovery answers"
			: "there is a route");
}

/* A unicast address is known: -u, or a listener that was found. */
static bool
cause_unicast(struct verdict *v, const struct facts *f)
{
	if (!f->target)
		return false;
	if (!reached(f))
		return f->step[UNICAST].error != EMFILE &&
		    f->step[PORT].error != EMFILE &&
		    f->step[PORT].error != EAGAIN && cause_host(v, f);
	if (!came(f, HOP1) && f->step[HOP1].sent > 0 && !f->near &&
	    !f->bare_unicast) {
		rests_on(v, UNICAST, HOP1, 0);
		return say(v, "not-routed",
		    "a router is between here and %s and does not forward %s: "
		    "no multicast routing there, or a group of link-local "
		    "scope, which no router forwards\n"
		    "a group of wider scope (-A ff0e::1234 -H 16), and "
		    "multicast routing on the router",
		    f->unicast, f->group);
	}
	rests_on(v, UNICAST, GROUP, SILENCE);
	return say(v, "filter-multicast",
	    "unicast to %s is answered, multicast is not: it is dropped on "
	    "the way (a filter, an access point, a cloud network without "
	    "multicast), or the listener is not on that link, or has no "
	    "address of that scope to answer from%s\n"
	    "there: tcpdump -i em0 udp port %u, on its interface, shows "
	    "whether the HELLO arrives",
	    f->unicast,
	    f->o->source_port != 0 ? ", or a filter there drops -p's port" : "",
	    f->o->port);
}

/* No listener answered anything, and no address of one is known. */
static bool
cause_nobody(struct verdict *v, const struct facts *f)
{
	unsigned int port = f->o->port;

	rests_on(v, NONE, NONE, MUTE);
	v->weak = true;
	if (f->hosts > 0 && f->hosts_refused == f->hosts && !f->o->wide &&
	    !f->lossy)
		return say(v, "no-listener",
		    "nothing listens on port %u of the %d host%s found "
		    "on the link\n"
		    "start mcast6dbg -l -A %s -P %u on one of them; if the one "
		    "that you mean is not among them, see the link to it",
		    port, f->hosts, f->hosts == 1 ? "" : "s", f->group, port);
	v->let_in = f->hosts_mute > 0;
	if (f->hosts_mute > 0)
		return say(v,
		    f->hosts_rejected > 0     ? "filter-remote"
			: f->hosts_closed > 0 ? "port-silent"
					      : "silent",
		    "hosts that answer an echo on the link: %d; of UDP port "
		    "%u, closed: %d, rejected by a packet filter: %d, mute%s:"
		    "%s: nothing listens and ICMPv6 is dropped, a program does "
		    "not answer, or a packet filter drops it",
		    f->hosts, port, f->hosts_refused, f->hosts_rejected,
		    f->hosts_closed > 0 ? " though other ports refuse" : "",
		    *f->mute == '\0' ? " 0" : f->mute);
	if (f->echo && f->heard == 0 && !f->deaf)
		return say(v, "no-neighbour",
		    "nobody on %s answers an ICMPv6 echo: the other host's "
		    "packet filter drops even that, or the link is dead "
		    "(cable, VLAN, client isolation of an access point, a "
		    "bridge's filter such as Docker's br_netfilter), or it is "
		    "off\n"
		    "ip -6 neigh, ip link (Linux), ndp -a, ifconfig (BSD), and "
		    "the switch in between",
		    f->name);
	return say(v, "silent",
	    "nothing answered: no listener, a packet filter on its host%s, or "
	    "the link drops all\n"
	    "mcast6dbg -l on the other host, if none runs there\n"
	    "%sits unicast address with -u tells the causes apart",
	    f->loops ? "" : " or here", f->echo ? "" : "as root, or ");
}

/* Answers without a tag, and none with one: what they answer is untold. */
static bool
cause_untold(struct verdict *v, const struct facts *f)
{
	if (f->untold == 0)
		return false;
	v->weak = true;
	return say(v, "silent",
	    "a listener answers some of the experiments, but its WELCOME has "
	    "no tag, so it can't be told which\n"
	    "mcast6dbg -l on the other host instead of FLoM");
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
	if (cause_here(v, f) ||
	    (f->deaf && f->loopback && cause_loopback(v, f)) ||
	    cause_arguments(v, f))
		return;
	if (f->other_host) {
		if (!reached(f))
			cause_host(v, f);
		else
			say(v, "lossy",
			    "%s answers now: what went there was "
			    "lost\n" MEASURE,
			    f->unicast);
		return;
	}
	if (cause_run(v, f) || (f->once && cause_one_answer(v)))
		return;
	if (!cause_control(v, f) && !cause_untold(v, f) &&
	    !cause_report(v, f) && !cause_way(v, f) && !cause_filter_in(v, f) &&
	    !cause_group(v, f) && !cause_unicast(v, f))
		cause_nobody(v, f);
	if (f->stopped && v->weak)
		cause_stopped(v, f);
}

/* SELF-TEST */

struct selftest {
	struct options o; /* with the interface of the row */
	struct facts facts;
	struct lab lab;
	int passed, failed;
};

/*
 * The row of one interface, after its own copies (fd -1: it did not join).  A
 * loopback without multicast is no fault, nor is an interface that is switched
 * off, has no address or can't do it by its nature.
 */
static void
selftest_row(struct selftest *t, const struct if_nameindex *p)
{
	struct facts *f = &t->facts;
	const struct probe *own, *port;
	struct sockaddr_in6 a;
	struct verdict v;
	char source[INET6_ADDRSTRLEN] = "-", how[40];
	const char *join = "ok", *send = "ok", *loop = "-", *code = "ok";
	bool counted;

	own = lab_find(&t->lab, OWN_ANY, p->if_index);
	port = lab_find(&t->lab, OWN_PORT, p->if_index);
	if (own == NULL) /* not asked for */
		return;
	t->o.interface = p->if_index;
	f->o = &t->o;
	f->loopback = sock_loopback(p->if_name);
	counted = !f->loopback;
	f->error = own->all.error;
	if (f->error == 0 && port != NULL)
		f->error = port->all.error;
	f->link_up = f->error != 0 && sock_link_up(p->if_index);
	a = sock_address(&t->o.group, p->if_index, t->o.port);
	if (sock_source(&a, p->if_index, &a) == 0)
		inet_ntop(AF_INET6, &a.sin6_addr, source, sizeof(source));
	if (own->fd == -1) {
		join = errno_name(f->error);
		send = "-";
		code = "join-refused";
		counted &= f->error != EADDRNOTAVAIL;
	} else if (f->error != 0) {
		send = errno_name(f->error);
		code = cause_here(&v, f) ? v.code : send;
		counted &= strcmp(code, "down") != 0 &&
		    strcmp(code, "no-address") != 0;
	} else if (stop && own->all.answered == 0) {
		code = "interrupted";
		counted = false;
	} else if (lab_own_deaf(&t->lab, p->if_index) ||
	    lab_own_lost(&t->lab, p->if_index, OWN_PORT)) {
		loop = "lost";
		code = f->loopback ? "no-route" : "filter-in";
	} else {
		loop = "ok";
		counted = true;
	}
	t->passed += strcmp(loop, "ok") == 0;
	t->failed += counted && strcmp(loop, "ok") != 0;
	out_column(p->if_name, 9);
	out_line(" %5u ", p->if_index);
	out_column(source, 25);
	snprintf(how, sizeof(how), "%-4s %s", join, send);
	out_line(counted ? " %-18s %-4s %s\n" : " %-18s %-4s (%s)\n", how, loop,
	    code);
}

/*
 * What programs get that name no interface: a join with 0 landed where the
 * group can be left then.
 */
static void
selftest_default(struct selftest *t, const struct if_nameindex *there)
{
	char join[IF_NAMESIZE] = "none", send[IF_NAMESIZE] = "none";
	char unicast[IF_NAMESIZE] = "none", source[INET6_ADDRSTRLEN] = "-";
	const struct if_nameindex *p;
	struct sockaddr_in6 from, wide, to;
	unsigned int index;
	int fd;

	lab_begin(&t->lab, &t->o, wire_id(), 1);
	index = lab_default(&t->lab, &from);
	if (index != 0)
		fmt_interface(send, index);
	if (from.sin6_family != 0)
		inet_ntop(AF_INET6, &from.sin6_addr, source, sizeof(source));
	to = sock_numeric("2000::1", 0, 9);
	sock_source(&to, 0, &to);
	wide = sock_numeric("ff0e::1", 0, 9);
	out.probing++;
	fd = sock_open(SOCK_DGRAM, 0);
	sock_join(fd, true, &t->o.group, 0);
	FOR_INTERFACES (p, there) {
		if (sock_join(fd, false, &t->o.group, p->if_index) == 0)
			fmt_interface(join, p->if_index);
		if (sock_source(&wide, p->if_index, &from) == 0 &&
		    IN6_ARE_ADDR_EQUAL(&from.sin6_addr, &to.sin6_addr))
			fmt_interface(unicast, p->if_index);
	}
	sock_close(fd);
	out.probing--;
	out_line("%-9s     - ", "default");
	out_column(source, 25);
	out_line(" %-4s %-13s -    -\n", join, send);
	if (t->passed > 1 &&
	    (strcmp(join, send) != 0 ||
		(strcmp(unicast, "none") != 0 && strcmp(join, unicast) != 0)))
		out_line("note: default-interface: a program that names no "
			 "interface joins on %s and sends on %s, unicast on "
			 "%s\n"
			 "try: name it (IPV6_JOIN_GROUP, IPV6_MULTICAST_IF)\n",
		    join, send, unicast);
}

/*
 * One row an interface, OWN_AT_ONCE of them waited for together.  As what never
 * leaves proves little, the last copy goes to the wire, on a port of our own.
 */
static enum status
selftest_main(const struct options *o)
{
	static struct selftest t;
	struct if_nameindex *there, *p;
	struct sockaddr_in6 to;
	struct probe *own;
	int i, n;

	t.o = *o;
	there = sock_interfaces();
	if (there == NULL)
		fatal("if_nameindex", "");
	out_line("interface index source                    join send          "
		 "loop verdict\n");
	for (p = there; p->if_index != 0 && !stop; p += n) {
		lab_begin(&t.lab, o, wire_id(), 1);
		for (n = 0; n < OWN_AT_ONCE && p[n].if_index != 0; n++) {
			if (o->interface != 0 && o->interface != p[n].if_index)
				continue;
			if (lab_own_open(&t.lab, p[n].if_index, 3) == 0)
				continue;
			to = sock_address(&o->group, p[n].if_index, o->port);
			own = lab_add(&t.lab, OWN_ANY, 'm', -1, &to, 0, 0);
			own->all.error = errno;
		}
		lab_run(&t.lab, 20 * MILLI, o->wait, NONE);
		FOR_PROBES (own, &t.lab) {
			own->planned = own->step == OWN_ANY;
			own->hops = 1;
		}
		lab_run(&t.lab, 0, 0, NONE);
		for (i = 0; i < n; i++)
			selftest_row(&t, &p[i]);
		lab_own_close(&t.lab);
		out_flush();
	}
	if (o->interface == 0 && !stop)
		selftest_default(&t, there);
	if (t.passed + t.failed == 0 && !stop)
		out_line("no interface that was tested can carry multicast\n");
	if_freenameindex(there);
	return t.passed > 0 && t.failed == 0 ? ANSWERED : FAULT;
}

/* LISTENER */

#define MEMBERS_MAX 4096 /* more than any system lets one socket join */

/* An interface on which the listener is, or would be, a member. */
struct member {
	unsigned int index;
	char name[IF_NAMESIZE];
	int error;      /* errno of the join, 0: joined */
	int fd;         /* its own, or that of all, or -1 */
	long long seen; /* rescan of the last look that found it */
};

struct listener {
	const struct options *o;
	uint64_t id;   /* of its own looped copies */
	int fd;        /* that receives for all, -1: each member has its own */
	bool on_group; /* bound to the group address, :: is taken */
	int sender;    /* then, for systems that send nothing from there */
	struct link link;
	struct watch watch;
	long long rescan;
	/* when the next may come: see time_allows */
	long long rejoins, loops, multicasts, echoes, redirects, notes;
	const char *loop;         /* what listen_loops said last */
	struct in6_addr rejected; /* the last that was noted */
	unsigned long long answered, others, failed;
	unsigned long long to_group, by_unicast; /* of those answered */
	int error; /* errno of the last answer that failed */
	long long error_time;
	struct sockaddr_in6 peer; /* the last one shown, and its text: */
	char peer_text[ENDPOINT_MAX], text[ENDPOINT_MAX]; /* the group */
	int members;
	struct member member[MEMBERS_MAX];
	struct lab lab; /* of its own copies */
	unsigned char data[DATAGRAM_MAX + 2 + REPORT_MAX];
};

#define FOR_MEMBERS(m, l) \
	for ((m) = (l)->member; (m) < (l)->member + (l)->members; (m)++)

/*
 * Returns a socket bound to [::]:port, or to the group address (for link-local
 * scope on the interface); -1 with errno.  The first is taken only where no
 * other program has it, and shared afterwards: so it is known whether unicast
 * HELLOs will arrive here, and nobody is kept out.
 */
static int
listen_bind(const struct listener *l, unsigned int index)
{
	struct sockaddr_in6 address;
	int fd;

	address = sock_address(l->on_group ? &l->o->group : &in6addr_any, index,
	    l->o->port);
	fd = sock_open(SOCK_DGRAM, 0);
	if (fd == -1 ||
	    (l->on_group && SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1) ||
	    sock_bind(fd, &address) == -1 ||
	    SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1) {
		sock_close(fd);
		return -1;
	}
	sock_buffers(fd);
	return fd;
}

/*
 * Joins the group, and ff02::1, which FreeBSD else does not give to a socket.
 * What refuses by its nature is no news, nor what has refused before.
 */
static void
listen_join(struct listener *l, struct member *m, bool starting)
{
	const char *remedy = "ip -6 addr, ip link (Linux), ifconfig (BSD): "
			     "IPv6 on, the MTU 1280 or more";
	struct sockaddr_in6 all;
	int before = m->error;

	if (m->fd == -1)
		m->fd = listen_bind(l, m->index);
	if (m->fd != -1 &&
	    sock_join(m->fd, true, &l->o->group, m->index) == 0) {
		all = sock_numeric(ALL_NODES, 0, 0);
		sock_join(m->fd, true, &all.sin6_addr, m->index);
		m->error = 0;
		if (!starting)
			out_line("Joined on %s\n", m->name);
		return;
	}
	m->error = errno;
	if (m->error == before || m->error == EADDRNOTAVAIL ||
	    (l->on_group && m->error == EADDRINUSE))
		return;
	if (m->error == ENOMEM || m->error == ENOBUFS)
		remedy = "-I, or a higher sysctl net.core.optmem_max (Linux)";
	out_line("note: join-refused: %s: %s\ntry: %s\n", m->name,
	    strerror(m->error), remedy);
}

/*
 * Brings the memberships in line with the interfaces that there are (-I: by
 * that name, whatever its index has become); returns how many are joined.
 */
static int
listen_scan(struct listener *l, bool starting)
{
	struct if_nameindex *there, *p;
	struct member *m;
	int i, joined = 0;

	l->rescan = time_now() + RESCAN;
	there = sock_interfaces();
	if (there == NULL && starting)
		fatal("if_nameindex", "");
	if (there == NULL)
		return 0;
	FOR_INTERFACES (p, there) {
		FOR_MEMBERS (m, l)
			if (m->index == p->if_index &&
			    strcmp(m->name, p->if_name) == 0)
				break;
		if (m == l->member + l->members) {
			if (l->o->interface != 0 &&
			    strcmp(p->if_name, l->o->name) != 0)
				continue;
			errno = ENOBUFS;
			if (l->members++ == MEMBERS_MAX)
				fatal("without -I", p->if_name);
			m->index = p->if_index;
			snprintf(m->name, sizeof(m->name), "%s", p->if_name);
			m->error = -1;
			m->fd = l->fd;
		}
		m->seen = l->rescan;
	}
	if_freenameindex(there);
	memset(&l->peer, 0, sizeof(l->peer)); /* may have an old name */
	memset(&l->watch, 0, sizeof(l->watch));
	l->watch.why = "HELLO";
	watch_add(&l->watch, l->link.fd, false);
	watch_add(&l->watch, l->fd, false);
	for (i = 0; i < l->members; i++) {
		m = &l->member[i];
		if (m->seen == l->rescan) {
			if (m->error != 0)
				listen_join(l, m, starting);
			joined += m->error == 0;
			watch_add(&l->watch, m->fd, false);
			continue;
		}
		if (m->error == 0) {
			out_line("Left %s: it is gone\n", m->name);
			sock_join(m->fd, false, &l->o->group, m->index);
		}
		if (m->fd != l->fd)
			sock_close(m->fd);
		*m = l->member[--l->members];
		i--;
	}
	return joined;
}

/* Ends a listener that could join nowhere. */
static void
listen_nowhere(const struct listener *l)
{
	char can[NAMES_MAX], down[NAMES_MAX];
	const struct member *m;
	struct verdict v;
	bool taken = l->fd == -1;

	FOR_MEMBERS (m, l) {
		errno = m->error;
		taken &= errno == EADDRINUSE || errno == EADDRNOTAVAIL;
		if (!taken)
			complain("setsockopt IPV6_JOIN_GROUP", m->name);
	}
	v.let_in = false;
	errno = EADDRINUSE;
	if (taken) {
		complain("bind", l->text);
		say(&v, "port-taken",
		    "another program has the port of %s and does not share it "
		    "(SO_REUSEADDR)\nanother port: -P on both hosts\n"
		    "ss -6ulnp (Linux), sockstat -6 (BSD) shows who has it",
		    l->text);
	} else {
		sock_choices(can, down);
		say(&v, "no-interface",
		    "%s could be joined on no interface; down or without IPv6:"
		    "%s\none of these with -I:%s",
		    l->text, *down == '\0' ? " none" : down,
		    *can == '\0' ? " there is none" : can);
	}
	cause_print("diagnosis", &v, 0);
	quit(FAULT);
}

/*
 * Whether own copies come back on the interface, 0: on one of those that can
 * carry multicast, as a word of listen_report, "": untold.  To the group's
 * port, which no other program shares as far as is known.
 */
static const char *
listen_loops(struct listener *l, unsigned int index, long long wait)
{
	const struct member *m;
	struct count own;

	lab_begin(&l->lab, l->o, l->id, 1);
	l->lab.held = true;
	FOR_MEMBERS (m, l)
		if (m->error == 0 && !sock_loopback(m->name) && !l->on_group &&
		    (index == 0 || m->index == index) &&
		    l->lab.fds / 2 < OWN_AT_ONCE)
			lab_own_open(&l->lab, m->index, 6);
	lab_run(&l->lab, 5 * MILLI, wait, NONE);
	lab_own_close(&l->lab);
	own = lab_count(&l->lab, OWN_PORT);
	return own.sent == 0 ? "" : own.answered > 0 ? " loop=yes" : " loop=no";
}

static void
note_all_nodes(const struct options *o)
{
	struct sockaddr_in6 all;

	all = sock_numeric(ALL_NODES, 0, 0);
	if (IN6_ARE_ADDR_EQUAL(&o->group, &all.sin6_addr))
		out_line("note: all-nodes: no switch filters " ALL_NODES
			 ", so an answer proves little for other groups\n"
			 "try: another group, such as -A " DEFAULT_GROUP "\n");
}

/*
 * Binds [::]:port where that is free; else the group address, which for
 * link-local scope takes a socket an interface.  Says what is wrong already.
 */
static void
listen_open(struct listener *l)
{
	char deaf[NAMES_MAX] = "";
	struct sockaddr_in6 a;
	struct member *m;
	struct verdict v;

	a = sock_address(&l->o->group, l->o->interface, l->o->port);
	fmt_endpoint(l->text, &a);
	l->fd = listen_bind(l, 0);
	if (l->fd == -1) {
		if (errno != EADDRINUSE)
			fatal("bind", l->text);
		l->on_group = true;
		l->sender = sock_open(SOCK_DGRAM, 0);
		if (l->o->wide)
			l->fd = listen_bind(l, 0);
	}
	link_open(&l->link, l->id, l->o->port);
	if (listen_scan(l, true) == 0)
		listen_nowhere(l);
	out.probing++;
	listen_loops(l, 0, OWN_WAIT);
	out.probing--;
	out_line("Listening on %s, joined on", l->text);
	FOR_MEMBERS (m, l) {
		if (m->error == 0)
			out_line(" %s", m->name);
		if (lab_own_lost(&l->lab, m->index, OWN_PORT))
			fmt_append(deaf, m->name);
	}
	out_line("\n");
	if (l->on_group)
		out_line("note: port-shared: another program has the port and "
			 "its unicast: only multicast to %s is heard\n"
			 "try: another port with -P on both hosts\n",
		    l->text);
	if (*deaf != '\0') {
		say(&v, "filter-in",
		    "not even own copies to %s come back on%s: this host's "
		    "packet filter drops what comes in",
		    l->text, deaf);
		v.let_in = true;
		cause_print("note", &v, l->o->port);
	}
	note_all_nodes(l->o);
}

/* Tells of it once a second at most; the count at the end has them all. */
static void
listen_failed(struct listener *l, const struct sockaddr_in6 *peer)
{
	const char *remedy = "an address of that scope, and a route back";
	char text[ENDPOINT_MAX];

	l->failed++;
	l->error = errno;
	l->error_time = time_now();
	if (l->error == EPERM || l->error == EACCES)
		remedy = "let UDP from the group's port out here";
	if (l->error == EMSGSIZE)
		remedy = "a smaller -s there";
	if (time_allows(&l->notes, 1))
		out_line("note: answer-failed: %s: WELCOME was not sent: %s\n"
			 "try: %s\n",
		    fmt_endpoint(text, peer), strerror(l->error), remedy);
}

/* The link tells of an answer that was sent and did not arrive. */
static void
listen_rejected(struct listener *l)
{
	char text[INET6_ADDRSTRLEN], by[ENDPOINT_MAX];
	struct link *link = &l->link;

	link_read(link, true);
	if (link->rejected_by.sin6_family != 0 &&
	    !IN6_ARE_ADDR_EQUAL(&link->rejected, &l->rejected) &&
	    time_allows(&l->notes, 1)) {
		l->rejected = link->rejected;
		out_line("note: answer-failed: WELCOME to %s was rejected by "
			 "%s (ICMPv6 type 1, code %d)\n"
			 "try: let UDP from port %u in there\n",
		    inet_ntop(AF_INET6, &link->rejected, text, sizeof(text)),
		    fmt_address(by, &link->rejected_by), link->rejection,
		    l->o->port);
	}
	link->rejected_by.sin6_family = 0;
}

/*
 * Kind r: once a second leaves and joins again on the interface of arrival,
 * all if that is not known, so that the host reports anew; and appends what
 * the listener knows as " key=value", zone only for a link-local source, loop
 * and error where known.  Returns the bytes appended, REPORT_MAX at most.
 */
static size_t
listen_report(struct listener *l, char *text, const struct sockaddr_in6 *from)
{
	char group[INET6_ADDRSTRLEN], name[IF_NAMESIZE], error[64] = "";
	struct member *m;
	unsigned int zone = from->sin6_scope_id;
	bool joined = false, again;

	again = time_allows(&l->rejoins, 1);
	FOR_MEMBERS (m, l) {
		if (m->error != 0 || (zone != 0 && m->index != zone))
			continue;
		if (again) {
			sock_join(m->fd, false, &l->o->group, m->index);
			listen_join(l, m, true);
		}
		joined |= m->error == 0;
	}
	if (time_allows(&l->loops, 10))
		l->loop = listen_loops(l, zone, REPORT_WAIT);
	if (l->error != 0)
		snprintf(error, sizeof(error), " error=%s error-age=%lld",
		    errno_name(l->error),
		    (time_now() - l->error_time) / SECOND);
	return (size_t)snprintf(text, REPORT_MAX,
	    " group=%s port=%u joined=%s%s%s%s%s",
	    inet_ntop(AF_INET6, &l->o->group, group, sizeof(group)), l->o->port,
	    joined ? "yes" : "no", zone == 0 ? "" : " zone=",
	    zone == 0 ? "" : fmt_interface(name, zone), l->loop, error);
}

static void
listen_show(struct listener *l, const char *what, const void *data, size_t n,
    const char *way, const struct sockaddr_in6 *peer)
{
	if (memcmp(&l->peer, peer, sizeof(*peer)) != 0) {
		l->peer = *peer;
		fmt_endpoint(l->peer_text, peer);
	}
	out_datagram(what, data, n, way, l->peer_text, "");
}

static ssize_t
listen_send(struct listener *l, int fd, size_t n, const struct sockaddr_in6 *to)
{
	ssize_t sent;

	sent = sock_send(fd, l->data, n, to);
	if (sent == -1 && l->on_group) /* BSD sends nothing from a group */
		sent = sock_send(l->sender, l->data, n, to);
	return sent;
}

/*
 * Answers what stands at data + 2 if it is a HELLO.  WELCOME is two bytes
 * longer, so what follows the verb stays where it is.
 */
static void
listen_datagram(struct listener *l, int fd, size_t n,
    const struct sockaddr_in6 *from)
{
	struct sockaddr_in6 to = *from;
	struct tag tag;
	enum verb verb;
	size_t rest;
	bool shown = out.quiet == 0 || out.hexdump;

	verb = wire_decode(l->data + 2, n, &tag, &rest);
	if (verb == WELCOME && tag.id == l->id)
		return; /* a copy of listen_loops */
	if (shown)
		listen_show(l, "Arrived datagram is ", l->data + 2, n, " from ",
		    from);
	if (verb != HELLO || from->sin6_port == 0 ||
	    IN6_IS_ADDR_MULTICAST(&from->sin6_addr)) {
		l->others++;
		return;
	}
	memcpy(l->data, "WELCOME", 7);
	n += 2;
	if (tag.kind == 'r')
		n += listen_report(l, (char *)l->data + n, from);
	else if (tag.kind == 'o' && tag.port != 0 &&
	    time_allows(&l->redirects, 10))
		to.sin6_port = htons((in_port_t)tag.port);
	if (listen_send(l, fd, n, &to) != -1) {
		if (++l->answered == (unsigned long long)l->o->count)
			stop = 1;
		l->to_group +=
		    tag.kind == '\0' || tag.kind == 'm' || tag.kind == 'b';
		l->by_unicast += tag.kind == 'u';
		if (shown)
			listen_show(l, "Sent datagram is ", l->data, n, " to ",
			    &to);
	} else
		listen_failed(l, &to);
	if (tag.kind == 'b' && time_allows(&l->echoes, 10))
		to.sin6_addr = l->o->group;
	else if (tag.kind == 'g' && IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr) &&
	    time_allows(&l->multicasts, 1))
		inet_pton(AF_INET6, ALL_NODES, &to.sin6_addr);
	else
		return;
	sock_path(fd, &to, 64); /* back through as many routers */
	listen_send(l, fd, n, &to);
}

static void
listen_drain(struct listener *l, int fd)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH && !stop; i++) {
		n = sock_receive(fd, l->data + 2, DATAGRAM_MAX, &from);
		if (n == -1)
			return;
		listen_datagram(l, fd, (size_t)n, &from);
	}
}

static enum status
listen_main(const struct options *o)
{
	static struct listener l;
	const struct member *m;
	struct watch watch;
	long long now, until, end;
	int notes = 0;

	l.o = o;
	l.id = wire_id();
	end = o->wait > 0 ? time_now() + o->wait : INT64_MAX;
	listen_open(&l);
	while (!stop && (now = time_now()) < end) {
		if (now >= l.rescan)
			listen_scan(&l, false);
		out_flush();
		watch = l.watch;
		until = l.rescan < end ? l.rescan : end;
		watch_wait(&watch, until - now);
		if (watch_ready(&watch, l.link.fd, false))
			listen_rejected(&l);
		if (watch_ready(&watch, l.fd, false))
			listen_drain(&l, l.fd);
		FOR_MEMBERS (m, &l)
			if (m->fd != l.fd && watch_ready(&watch, m->fd, false))
				listen_drain(&l, m->fd);
	}
	if (out.quiet > 1)
		printf("ok: %llu answered\n", l.answered);
	out_line("%llu answered, %llu other datagrams, %llu answers failed\n"
		 "HELLOs: %llu to the group, %llu by unicast, %llu of a "
		 "diagnosis\n",
	    l.answered, l.others, l.failed, l.to_group, l.by_unicast,
	    l.answered - l.to_group - l.by_unicast);
	if (l.answered + l.others + l.failed == 0)
		out_line("note: silent: nothing was heard\n"
			 "try: a requester on the other host, whose diagnosis "
			 "says more\n");
	FOR_MEMBERS (m, &l)
		if (m->error == 0 && !sock_loopback(m->name) &&
		    notes++ < QUERIERS_MAX)
			link_note(&l.link, m->index);
	return ANSWERED;
}

/* REQUESTER */

struct requester {
	const struct options *o;
	struct flow flow[WAYS];
	struct run run;
	struct link link;
	uint64_t id;
	bool tagged;
	unsigned int index; /* that the group is sent to, 0: not known */
	struct sockaddr_in6 source;
	char source_text[ENDPOINT_MAX + 8]; /* " from addr%ifname" */
	struct sockaddr_in6 twice;          /* who answered a HELLO so */
	bool named; /* what -u names answered the group */
	struct slot slots[SLOTS];
	unsigned long long next, oldest; /* sequence numbers; the latter's */
	long long now, due;              /* HELLO is out, or it is next */
	struct lab lab;                  /* its buffers serve the run as well */
};

/* Returns the row of that address, a new one if need be; NULL: full. */
static struct responder *
table_find(struct table *t, const struct sockaddr_in6 *address)
{
	struct responder *row;
	uint32_t part[4], *place;

	memcpy(part, &address->sin6_addr, sizeof(part));
	part[0] = (part[0] ^ part[1] ^ part[2] ^ part[3]) * 2654435761u;
	place = &t->first[part[0] >> (32 - HASH_BITS)];
	for (; *place != 0; place = &row->next) {
		row = &t->rows[*place - 1];
		if (sock_host(&row->address, address))
			return row;
	}
	if (t->count == LISTENERS_MAX)
		return NULL;
	*place = (uint32_t)++t->count;
	if ((t->count & (t->count - 1)) == 0) { /* no room: twice as much */
		t->rows = realloc(t->rows, 2 * t->count * sizeof(*row));
		if (t->rows == NULL)
			fatal("realloc", "listeners");
	}
	row = &t->rows[t->count - 1];
	memset(row, 0, sizeof(*row));
	row->address = *address;
	return row;
}

static int
responder_compare(const void *a, const void *b)
{
	const struct responder *x = a, *y = b;

	return memcmp(&x->address.sin6_addr, &y->address.sin6_addr, 16);
}

/*
 * Notes that a HELLO was answered.  Returns 0, 1 if a newer one was answered
 * before, -1 if this one was already, -2 if it is too old to tell.
 */
static int
responder_order(struct responder *p, unsigned long long seq)
{
	unsigned long long ahead = seq - p->newest, behind = p->newest - seq;

	if (seq > p->newest) {
		p->window = ahead < 64 ? p->window << ahead | 1 : 1;
		p->newest = seq;
		return 0;
	}
	if (behind >= 64)
		return -2;
	if ((p->window >> behind & 1) != 0)
		return -1;
	p->window |= (uint64_t)1 << behind;
	return 1;
}

/* Returns the slot of a HELLO, NULL: not sent, or too long ago. */
static struct slot *
request_slot(struct requester *r, unsigned long long seq)
{
	if (seq == 0 || seq >= r->next || r->next - seq > SLOTS)
		return NULL;
	return &r->slots[seq % SLOTS];
}

static void
request_lost(const struct requester *r, const struct slot *slot, char mark)
{
	const struct flow *f = &r->flow[BY_MULTICAST];
	struct tag tag = { .id = r->id, .seq = r->oldest, .kind = f->kind };
	unsigned int some = slot->answers[BY_MULTICAST];
	char hello[TAGGED_MAX];

	hello[wire_encode(hello, HELLO, &tag, 0)] = '\0';
	printf("No answer to '%s' from %s within %g s", hello, f->text,
	    (double)r->o->wait / SECOND);
	if (mark == '<' || mark == '>')
		printf(mark == '<' ? ", only to the group"
				   : " to the group, only by unicast");
	else if (some > 0)
		printf(" but from %u of %ld listeners", some, f->need);
	putchar('\n');
}

/*
 * Counts the oldest HELLO by what came, and prints its mark or its loss, if
 * it was answered or sent the wait before now.  The last one waits for all
 * listeners that are known.
 */
static bool
request_decide(struct requester *r, long long now)
{
	const struct slot *slot = &r->slots[r->oldest % SLOTS];
	bool last = r->oldest == (unsigned long long)r->o->count;
	bool missing = false, got[WAYS];
	struct run *run = &r->run;
	struct flow *f;
	char mark;
	size_t need;
	int i;

	for (i = 0; i < WAYS; i++) {
		f = &r->flow[i];
		need = (size_t)f->need;
		got[i] = slot->gone[i] && slot->answers[i] >= need;
		if (last && i != BY_UNICAST && need < f->table.count)
			need = f->table.count;
		missing |= slot->gone[i] && slot->answers[i] < need;
	}
	if (missing && slot->sent + r->o->wait > now)
		return false;
	for (i = 0; i < WAYS; i++) {
		r->flow[i].sent += slot->gone[i];
		r->flow[i].answered += got[i];
	}
	if (!slot->gone[BY_MULTICAST]) {
		run->unsent++;
		return true;
	}
	if (r->o->both_ways && got[BY_MULTICAST] != got[BACK_BY_GROUP])
		mark = got[BY_MULTICAST] ? '>' : '<';
	else if (got[BY_MULTICAST])
		mark = r->o->control && !got[BY_UNICAST] ? 'm' : '!';
	else if (got[BY_UNICAST])
		mark = 'u';
	else
		mark = slot->answers[BY_MULTICAST] > 0 ? '+' : '.';
	if (mark == '!' || mark == 'm') {
		run->answered++;
		run->last = slot->sent;
		run->trailing = 0;
	} else if (run->trailing++ == 0)
		run->bursts++;
	if (run->longest < run->trailing)
		run->longest = run->trailing;
	if (out.quiet == 1) {
		if (out.marks == 0)
			printf("%5lld  ", (slot->sent - run->start) / SECOND);
		putchar(mark);
		if (++out.marks == MARKS_A_LINE)
			out_break();
	}
	if (out.quiet == 0 && run->trailing > 0)
		request_lost(r, slot, mark);
	return true;
}

static void
request_expire(struct requester *r, long long now)
{
	while (r->oldest < r->next && request_decide(r, now))
		r->oldest++;
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
	if (way == BY_MULTICAST && sock_host(from, &r->o->unicast))
		r->named = true;
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
		if (way == BY_MULTICAST)
			r->twice = *from;
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
	char peer[ENDPOINT_MAX], suffix[80], time[32] = "";
	const char *wrong = "foreign";
	struct tag tag;
	long long rtt = -1;
	size_t rest;
	bool bare;

	r->now = time_now();
	if (wire_decode(r->lab.data, n, &tag, &rest) == WELCOME) {
		bare = tag.kind == '\0' && rest == n;
		if (tag.kind == 'u')
			way = BY_UNICAST; /* whichever socket it came to */
		if (bare) {
			tag.id = r->id;
			tag.seq = r->next - 1;
			tag.kind = r->flow[way].kind;
			r->run.bare++;
		}
		if (tag.id == r->id && tag.seq > 0 && tag.seq < r->next &&
		    tag.kind == r->flow[way].kind && r->flow[way].need > 0)
			wrong = request_count(r, way, tag.seq,
			    bare ||
				wire_intact(r->lab.data, n, rest, r->o->size),
			    from, &rtt);
	}
	r->run.foreign += *wrong == 'f';
	if (out.quiet > 0 && !out.hexdump)
		return;
	if (rtt >= 0)
		snprintf(time, sizeof(time), ", %.3f ms", time_ms(rtt));
	snprintf(suffix, sizeof(suffix), "%s%s%s%s", time,
	    way == BACK_BY_GROUP ? ", to the group" : "",
	    *wrong == '\0' ? "" : ", ", wrong);
	out_datagram("Arrived datagram is ", r->lab.data, n, " from ",
	    fmt_endpoint(peer, from), suffix);
}

/* Reads until all is answered, for the next HELLO to be sent at once. */
static void
request_drain(struct requester *r, enum way way)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(r->flow[way].fd, r->lab.data,
		    sizeof(r->lab.data), &from);
		if (n == -1)
			return;
		request_datagram(r, (size_t)n, &from, way);
		if (r->oldest == r->next)
			return;
	}
}

/* One HELLO to the group, and the control beside it; a new errno is told. */
static void
request_send(struct requester *r)
{
	struct slot *slot = &r->slots[r->next % SLOTS];
	struct tag tag = { .id = r->id, .seq = r->next };
	char *hello = r->lab.hello;
	struct flow *f;
	size_t size;
	int i;

	r->next++;
	memset(slot, 0, sizeof(*slot));
	for (i = 0; i <= (r->o->control ? BY_UNICAST : BY_MULTICAST); i++) {
		f = &r->flow[i];
		tag.kind = f->kind;
		size = wire_encode(hello, HELLO, &tag, r->o->size);
		if (i == 0)
			slot->sent = r->now = time_now();
		slot->gone[i] = sock_send(f->fd, hello, size, &f->to) != -1;
		if (!slot->gone[i]) {
			if (errno != f->error)
				complain("sendto", f->text);
			f->error = errno;
			break;
		}
		f->error = 0;
		out_datagram("Sent datagram is ", hello, size, " to ", f->text,
		    i == 0 ? r->source_text : "");
	}
	if (slot->gone[BY_MULTICAST])
		slot->gone[BACK_BY_GROUP] = r->o->both_ways;
	else
		r->run.error = r->flow[BY_MULTICAST].error;
	r->due += r->o->interval;
	if (r->o->both_ways || r->now > r->due + SECOND / 10)
		r->due = r->now + r->o->interval; /* no burst to catch up */
}

/* When to send the next HELLO; with -i 0 once no other is waited for. */
static long long
request_due(const struct requester *r)
{
	unsigned long long most = r->o->interval > 0 ? SLOTS : 1;

	if ((r->o->count > 0 && r->next > (unsigned long long)r->o->count) ||
	    r->next - r->oldest >= most)
		return INT64_MAX;
	return r->due;
}

static void
request_run(struct requester *r)
{
	const struct slot *oldest;
	struct watch all = { .why = "WELCOME" }, watch;
	long long until;
	int i;

	for (i = 0; i < WAYS; i++)
		watch_add(&all, r->flow[i].fd, false);
	watch_add(&all, r->link.fd, false);
	while (!stop) {
		until = request_due(r);
		oldest = request_slot(r, r->oldest);
		if (oldest == NULL && until == INT64_MAX)
			break;
		if (oldest != NULL && oldest->sent + r->o->wait < until)
			until = oldest->sent + r->o->wait;
		if (oldest != NULL && r->now - oldest->sent >= SECOND / 2)
			watch_progress("waiting for an answer",
			    r->now - oldest->sent, r->o->wait);
		if (out.terminal && until > r->now + SECOND)
			until = r->now + SECOND;
		out_flush();
		watch = all;
		watch_wait(&watch, until - r->now);
		r->now = time_now();
		if (watch_ready(&watch, r->link.fd, false))
			link_read(&r->link, false);
		for (i = 0; i < WAYS; i++)
			if (watch_ready(&watch, r->flow[i].fd, false))
				request_drain(r, (enum way)i);
		request_expire(r, r->now);
		if (request_due(r) <= r->now)
			request_send(r);
	}
	out_break();
}

/*
 * Finds the interface and source address that the group is sent from.  An
 * address is tentative for a second or two after its interface came up.
 */
static void
request_locate(struct requester *r)
{
	struct flow *group = &r->flow[BY_MULTICAST];
	struct sockaddr_in6 *source = &r->source, to = group->to;
	long long end;

	end = time_now() + TENTATIVE;
	while (sock_source(&to, r->index, source) == -1 &&
	    errno == EADDRNOTAVAIL && !stop && time_now() < end)
		watch_nothing(100 * MILLI);
	if (r->index == 0)
		r->index = lab_default(&r->lab, source);
	else if (IN6_IS_ADDR_LINKLOCAL(&source->sin6_addr))
		source->sin6_scope_id = r->index;
	r->link.self = *source;
	r->link.self.sin6_scope_id = to.sin6_scope_id = r->index;
	fmt_endpoint(group->text, &to);
	if (source->sin6_family == AF_INET6) {
		memcpy(r->source_text, " from ", 6);
		fmt_address(r->source_text + 6, source);
	}
}

/*
 * -b: the group's answers need a socket of their own on the port that HELLOs
 * come from, so that they are told from unicast ones: those go to the socket
 * that is bound to the very address.
 */
static void
request_bind(struct requester *r)
{
	char text[ENDPOINT_MAX];
	const struct options *o = r->o;
	struct flow *group = &r->flow[BY_MULTICAST];
	struct sockaddr_in6 own = r->source, any;
	int back = r->flow[BACK_BY_GROUP].fd, fd = group->fd;

	if (o->both_ways) {
		SET(group->fd, SOL_SOCKET, SO_REUSEADDR, 1);
		SET(back, SOL_SOCKET, SO_REUSEADDR, 1);
		fd = back;
	}
	any = sock_address(&in6addr_any, 0, o->source_port);
	if (sock_bind(fd, &any) == -1) {
		complain("bind", fmt_endpoint(text, &any));
		if (errno != EADDRINUSE)
			quit(FAULT);
		group->error = errno;
		return;
	}
	sock_name(fd, &any);
	own.sin6_port = any.sin6_port;
	if (!o->both_ways || own.sin6_family != AF_INET6)
		return;
	if (sock_bind(group->fd, &own) == -1)
		fatal("bind", fmt_endpoint(text, &own));
	if (sock_join(back, true, &o->group, r->index) == -1)
		fatal("setsockopt IPV6_JOIN_GROUP", group->text);
}

/* Returns false if a HELLO can't be sent: its flow has the errno. */
static bool
request_open(struct requester *r, const struct options *o)
{
	struct flow *group = &r->flow[BY_MULTICAST],
		    *unicast = &r->flow[BY_UNICAST],
		    *back = &r->flow[BACK_BY_GROUP], *f;

	r->o = o;
	r->id = wire_id();
	r->next = r->oldest = 1;
	r->due = time_now();
	r->index = o->interface;
	r->tagged = o->count != 1 || o->listeners > 1 || o->size > 0 ||
	    o->control || o->both_ways;
	lab_begin(&r->lab, o, r->id, 1);
	group->need = o->listeners;
	group->kind = (char)(!r->tagged ? 0 : o->both_ways ? 'b' : 'm');
	group->to = sock_address(&o->group, o->interface, o->port);
	/*
	 * The control on a port of its own: after a unicast HELLO a stateful
	 * filter would let the WELCOME to a multicast one in as well.
	 */
	unicast->need = o->control;
	unicast->kind = 'u';
	unicast->to = o->unicast;
	fmt_endpoint(unicast->text, &o->unicast);
	back->need = o->both_ways ? o->listeners : 0;
	back->kind = 'b';
	for (f = r->flow; f < r->flow + WAYS; f++) {
		f->fd = f->need > 0 ? sock_open(SOCK_DGRAM, 0) : -1;
		if (f->fd != -1)
			sock_buffers(f->fd);
		else if (f->need > 0)
			fatal("socket", "AF_INET6");
	}
	link_open(&r->link, r->id, o->port);
	SET(group->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, o->hops);
	if (o->interface != 0 &&
	    SET(group->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF,
		(int)o->interface) == -1) {
		complain("setsockopt IPV6_MULTICAST_IF", o->name);
		/* It carries none by its nature. */
		group->error = errno == EADDRNOTAVAIL ? EOPNOTSUPP : errno;
		return false;
	}
	request_locate(r);
	request_bind(r);
	return group->error == 0;
}

/* A wider group may go out with an address that is another interface's. */
static void
request_note_source(const struct requester *r)
{
	char address[ENDPOINT_MAX];
	struct if_nameindex *there, *p;
	struct sockaddr_in6 other;

	if (!r->o->wide || r->o->interface == 0)
		return;
	there = sock_interfaces();
	FOR_INTERFACES (p, there) {
		if (p->if_index == r->index ||
		    sock_source(&r->flow[0].to, p->if_index, &other) == -1 ||
		    !sock_host(&other, &r->source))
			continue;
		out_line("note: source: %s and %s both send from %s: one has "
			 "no address of its own for that scope\n",
		    r->o->name, p->if_name, fmt_address(address, &r->source));
		break;
	}
	if (there != NULL)
		if_freenameindex(there);
}

/* A row of the table. Lost: neither answered in time nor late. */
static void
request_row(const struct responder *p, unsigned long long sent)
{
	char text[ENDPOINT_MAX];
	unsigned long long done = p->answered + p->late;
	double ms[3];
	int i;

	out_column(fmt_address(text, &p->address), ADDRESS_WIDTH);
	/* A zero without a digit is blank. */
	out_line("%9.0llu%5.0llu%4.0llu%5.0llu%6.0llu%4.0llu", p->answered,
	    done < sent ? sent - done : 0, p->duplicate, p->late, p->disordered,
	    p->damaged);
	ms[0] = time_ms(p->shortest);
	ms[1] = time_ms(p->sum) / (double)p->answered;
	ms[2] = time_ms(p->longest);
	for (i = 0; i < 3 && p->answered > 0; i++)
		out_line("%s%.*f", i == 0 ? " " : "/",
		    1 + (ms[i] < 99.995) + (ms[i] < 9.9995), ms[i]);
	out_line("\n");
}

/* The totals of each flow and its table: of HELLOs that are not out. */
static void
request_summary(struct requester *r)
{
	static const char title[][16] = { "", "unicast: ", "to the group: " };
	const struct options *o = r->o;
	const struct responder *row;
	struct flow *f;
	long some = (long)r->flow[BY_MULTICAST].table.count;

	if (out.quiet == 0 && o->count == 1 && o->listeners == 1 &&
	    !o->control && !o->both_ways && r->run.answered == 1 &&
	    r->run.foreign == 0)
		return;
	for (f = r->flow; f < r->flow + WAYS; f++) {
		if (f->need == 0)
			continue;
		out_line("%s%llu sent, %llu answered, %.1f%% loss\n",
		    title[f - r->flow], f->sent, f->answered,
		    (double)(f->sent - f->answered) * 100 /
			(double)(f->sent + (f->sent == 0)));
		if (f->table.count == 0)
			continue;
		out_line("%-*s answered lost dup late order bad "
			 "rtt min/avg/max ms\n",
		    ADDRESS_WIDTH, "listener");
		qsort(f->table.rows, f->table.count, sizeof(*row),
		    responder_compare);
		for (row = f->table.rows; row < f->table.rows + f->table.count;
		     row++)
			request_row(row, f->sent);
	}
	if (o->listeners > 1)
		out_line("%ld of %ld listeners answered, %ld never\n", some,
		    o->listeners,
		    some < o->listeners ? o->listeners - some : 0);
	if (r->run.unsent > 0)
		out_line("%llu HELLOs were not sent: %s\n", r->run.unsent,
		    strerror(r->run.error));
	if (r->run.foreign > 0)
		out_line("%llu foreign datagrams\n", r->run.foreign);
}

/* DIAGNOSIS */

struct diagnosis {
	struct requester *r;
	const struct options *o;
	struct lab *lab;
	struct facts f;
	struct sockaddr_in6 group, all; /* on the interface in use */
	struct sockaddr_in6 target;     /* -u, or a listener that was found */
	int unicast_fd; /* sends unicast, from another port than the group's */
	bool asked, rejoined;
	int hosts;                /* asked one by one */
	struct sockaddr_in6 host; /* of them, one that did not refuse */
};

static bool
diag_came(const struct diagnosis *d, enum step step)
{
	return lab_came(d->lab, step);
}

/* What ICMPv6 told, and answers that can't be told apart. */
static void
diag_checked_link(const struct diagnosis *d)
{
	char text[ENDPOINT_MAX], list[NAMES_MAX];
	const struct link *link = &d->r->link;
	int i, n;

	list[0] = '\0';
	for (i = n = 0; i < link->hosts; i++)
		if (link->echoed[i] > 0 && n++ < 8)
			fmt_append(list, fmt_address(text, &link->host[i]));
	if (link->echoes > 0)
		out_line("checked: ICMPv6 echo to " ALL_NODES " on %s: "
			 "answered by %d host%s%s%s\n",
		    d->f.name, link->replies, link->replies == 1 ? "" : "s",
		    link->replies > 0 ? ":" : "", list);
	if (d->f.hosts > 0)
		out_line("checked: unicast to each neighbour: %d refused%s%s\n",
		    d->f.hosts_refused,
		    *d->f.mute == '\0' ? "" : ", mute:", d->f.mute);
	if (link->solicits > 0 || d->f.nobody)
		out_line("checked: neighbour discovery of %s: %s\n",
		    d->f.unicast, d->f.resolved ? "answered" : "no answer");
	if (d->lab->bare > 0)
		out_line("checked: WELCOME without a tag: %d, from %s\n",
		    d->lab->bare, fmt_endpoint(text, &d->lab->bare_from));
}

/* One line a probe, of silent ones on other interfaces at most eight. */
static void
diag_checked(const struct diagnosis *d)
{
	char text[ENDPOINT_MAX], name[IF_NAMESIZE];
	const struct probe *p;
	bool refused;
	int silent;

	if (lab_find(d->lab, OWN_ANY, 0) != NULL)
		out_line("checked: own copy looped back on %s: %s\n", d->f.name,
		    diag_came(d, OWN_ANY) ? lab_own_lost(d->lab, 0, OWN_PORT)
			    ? "yes, but not on the group's port"
			    : "yes"
			: diag_came(d, OWN_PORT)  ? "only on the group's port"
			: diag_came(d, OWN_REPLY) ? "only from the group's port"
			: lab_own_lost(d->lab, 0, OWN_ANY) ? "no"
							   : "not sent");
	silent = 0;
	FOR_PROBES (p, d->lab) {
		if (p->what == NULL ||
		    (p->all.sent == 0 && p->all.error == 0) ||
		    (p->step == ELSEWHERE && p->all.answered == 0 &&
			silent++ >= 8))
			continue;
		refused = p->connected && p->all.error == ECONNREFUSED;
		fmt_address(text, &p->to);
		if (IN6_IS_ADDR_MULTICAST(&p->to.sin6_addr))
			text[strcspn(text, "%")] = '\0';
		out_line("checked: %s%s%s%s%s: %d of %d %s",
		    p->step == TCP ? "TCP to "
			: strchr(text, '%') != NULL ||
			    !IN6_IS_ADDR_MULTICAST(&p->to.sin6_addr)
			? "unicast to "
			: "",
		    text, p->what,
		    p->step == ELSEWHERE
			? fmt_interface(name, p->to.sin6_scope_id)
			: p->step == AFTER ? d->f.listener
					   : "",
		    p->step != AFTER         ? ""
			: d->f.report.joined ? " joined again"
					     : " was asked to join again",
		    p->all.answered, p->all.sent,
		    refused || (p->connected && p->step != TCP) ? "refused"
								: "answered");
		if (p->all.answered > 0 && !p->connected)
			out_line(" by %s", fmt_endpoint(text, &p->from));
		if (p->all.error != 0 && !refused)
			out_line(", %s", strerror(p->all.error));
		out_line("\n");
	}
	if (silent > 8)
		out_line("checked: %d more interfaces: no answer\n",
		    silent - 8);
	diag_checked_link(d);
}

/*
 * Adds a probe.  Multicast goes out as and where HELLOs go; unicast from
 * another socket that is not connected: answers may come from anywhere.
 */
static struct probe *
diag_add(struct diagnosis *d, enum step step, char kind,
    const struct sockaddr_in6 *to, int hops, int copies, const char *what)
{
	struct probe *p;
	bool multicast;

	multicast = IN6_IS_ADDR_MULTICAST(&to->sin6_addr);
	p = lab_add(d->lab, step, kind,
	    multicast ? d->lab->fd[0] : d->unicast_fd, to, hops, copies);
	p->to.sin6_port = htons((in_port_t)d->o->port);
	p->what = what;
	if (multicast && to != &d->all && step != SMALL && step != AFTER_SMALL)
		p->size = d->o->size;
	return p;
}

/* Whether the target is on the link of the interface that we send from. */
static bool
diag_on_link(const struct diagnosis *d)
{
	return IN6_IS_ADDR_LINKLOCAL(&d->target.sin6_addr) ||
	    memcmp(&d->target.sin6_addr, &d->r->source.sin6_addr, 8) == 0;
}

/* All that is to be asked of the one address that is known. */
static void
diag_ask_target(struct diagnosis *d)
{
	struct sockaddr_in6 own;
	struct probe *p;

	d->asked = true;
	if (d->r->link.raw && diag_on_link(d))
		d->r->link.asked = d->target;
	if (lab_find(d->lab, TCP, 0) == NULL)
		lab_connect(d->lab, TCP, &d->target, d->o->port, 0)->what = "";
	diag_add(d, UNICAST, 'u', &d->target, -1, 6, "");
	diag_add(d, HOP1, 'u', &d->target, 1, 6, " with hop limit 1");
	p = diag_add(d, OTHER_PORT, 'o', &d->target, -1, 6,
	    ", answer to the port that asks the group");
	if (sock_name(d->lab->fd[0], &own) == 0)
		p->port = ntohs(own.sin6_port);
	lab_connect(d->lab, PORT, &d->target, d->o->port, 3)->what =
	    ", connected";
	lab_connect(d->lab, CLOSED, &d->target, CLOSED_PORT, 3)->what =
	    ", a closed port";
	if (IN6_IS_ADDR_LINKLOCAL(&d->target.sin6_addr) && d->f.link_source)
		lab_connect(d->lab, OWN_CLOSED, &d->r->source, CLOSED_PORT, 2)
		    ->what = ", a closed port of our own";
}

/* The first round: everything that needs no other answer. */
static void
diag_round(struct diagnosis *d)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 to, source;
	int fd, n;

	lab_find(d->lab, GROUP, 0)->planned = 6;
	sock_join(d->lab->fd[0], true, &d->all.sin6_addr, d->r->index);
	diag_add(d, BY_GROUP, 'g', &d->all, 1, 1, ", answer to ff02::1 too");
	diag_add(d, EVERYBODY, 'm', &d->all, 1, 6, "");
	if (d->o->hops < 64)
		diag_add(d, MORE_HOPS, 'm', &d->group, 64, 6,
		    " with hop limit 64");
	if (d->o->size > 0)
		diag_add(d, SMALL, 'm', &d->group, d->o->hops, 6,
		    " without padding");
	to = sock_numeric("fe80::1", d->r->index, d->o->port);
	if (d->o->wide && !d->f.link_source && d->r->index != 0 &&
	    sock_source(&to, 0, &source) == 0 &&
	    (fd = sock_open(SOCK_DGRAM, 0)) != -1) {
		source.sin6_port = 0;
		source.sin6_scope_id = d->r->index;
		d->lab->fd[d->lab->fds++] = fd;
		if (sock_bind(fd, &source) == 0)
			diag_add(d, FROM_LINK, 'm', &d->group, d->o->hops, 6,
			    " from our link-local address")
			    ->fd = fd;
	}
	if (d->f.target)
		diag_ask_target(d);
	there = sock_interfaces();
	n = 0;
	FOR_INTERFACES (p, there) {
		if (p->if_index == d->r->index || sock_loopback(p->if_name) ||
		    n++ >= ELSEWHERE_MAX)
			continue;
		to = sock_address(&d->o->group, p->if_index, d->o->port);
		diag_add(d, ELSEWHERE, 'm', &to, d->o->hops, n < 16 ? 6 : 3,
		    " on ");
	}
	if (there != NULL)
		if_freenameindex(there);
	d->lab->pings = d->r->link.fd == -1 ? 0 : 6;
	lab_run(d->lab, 60 * MILLI, 300 * MILLI, GROUP);
}

/* No address of a listener is known: the hosts that are there are asked. */
static void
diag_ask_hosts(struct diagnosis *d)
{
	const struct sockaddr_in6 *host;

	for (; d->hosts < d->r->link.hosts; d->hosts++) {
		host = &d->r->link.host[d->hosts];
		diag_add(d, HOST, 'u', host, -1, 6, NULL);
		lab_connect(d->lab, HOST_PORT, host, d->o->port, 3);
		lab_connect(d->lab, HOST_CLOSED, host, CLOSED_PORT, 3);
	}
	lab_find(d->lab, GROUP, 0)->planned = 6;
	lab_run(d->lab, 40 * MILLI, 300 * MILLI, GROUP);
}

/* The unicast address of whoever answered. */
static void
diag_learn(struct diagnosis *d)
{
	const struct probe *p;

	FOR_PROBES (p, d->lab)
		if (!d->f.target && p->all.answered > 0 &&
		    p->step != BY_GROUP && p->step != ELSEWHERE &&
		    p->step < BACK) {
			d->f.target = true;
			d->target = p->from;
		}
}

/* Whether a WELCOME came, or with errors one of these, or hosts are there. */
static bool
diag_told(const struct diagnosis *d, bool errors)
{
	const struct probe *p;

	FOR_PROBES (p, d->lab)
		if (p->step < TCP && p->step != BACK &&
		    (p->connected
			    ? errors && p->all.error != 0 && p->all.sent > 0
			    : p->all.answered > 0))
			return true;
	return errors &&
	    (d->r->link.rejected_by.sin6_family != 0 ||
		(d->hosts > 0 && !d->f.target));
}

/* To hear answers to the group; anew, for a switch may forget that, too. */
static void
diag_join(const struct diagnosis *d)
{
	d->lab->member = true;
	sock_join(d->lab->fd[0], false, &d->o->group, d->r->index);
	sock_join(d->lab->fd[0], true, &d->o->group, d->r->index);
}

/*
 * Nothing came: many copies of all that may be lost.  Linux keeps datagrams
 * until neighbour discovery is through, and on account of the socket: one
 * with a small buffer stays full then.  (Its TCP does not tell of a missing
 * neighbour where that address is link-local.)  After three seconds it gives
 * up and drops them, so there is more than one try.  An answer by multicast
 * takes no neighbour discovery, for which heavy loss is worst.
 */
static void
diag_deaf(struct diagnosis *d)
{
	struct sockaddr_in6 to = d->target;
	struct watch watch;
	struct probe *p, *both;
	socklen_t n;
	int fd, i, queued, rounds, sent, size;

	to.sin6_port = htons(CLOSED_PORT);
	size = 1;
	n = sizeof(size);
	fd = d->f.target ? sock_open(SOCK_DGRAM, 0) : -1;
	if (fd != -1 &&
	    (SET(fd, SOL_SOCKET, SO_SNDBUF, size) == -1 ||
		getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &n) == -1 ||
		size == 1 || sock_connect(fd, &to) == -1)) {
		sock_close(fd); /* not Linux */
		fd = -1;
	}
	both = diag_add(d, BY_GROUP, 'b', &d->group, d->o->hops, 0,
	    ", answer to the group too");
	queued = 0;
	rounds = d->f.target || d->r->link.fd != -1 ? 3 : 1;
	for (; rounds > 0 && !stop && !diag_told(d, true); rounds--) {
		for (i = sent = 0; fd != -1 && i < 8; i++)
			sent += sendto(fd, d->lab->hello, 1000, 0, NULL, 0) > 0;
		FOR_PROBES (p, d->lab)
			if (p->step == UNICAST || p->step == CLOSED ||
			    (!d->f.other_host &&
				(p->step == GROUP || p->step == EVERYBODY ||
				    p == both)))
				p->planned = SILENCE;
		if (d->r->link.fd != -1)
			d->lab->pings = SILENCE;
		diag_join(d);
		lab_run(d->lab, 10 * MILLI, 100 * MILLI, GROUP);
		memset(&watch, 0, sizeof(watch));
		watch.why = "a neighbour to take datagrams";
		watch_add(&watch, fd, true);
		queued += sent > 0 && !stop && watch_wait(&watch, 0) == 0;
	}
	d->f.resolved = d->r->link.advertised;
	d->f.nobody = d->r->link.solicits > 0
	    ? d->r->link.solicits >= 10 && !d->f.resolved
	    : queued > 1;
	sock_close(fd);
	if (d->lab->bare > 0)
		lab_wait(d->lab, d->lab->end, GROUP);
	else if (d->f.target && !d->f.nobody && !diag_told(d, true))
		lab_wait(d->lab, d->lab->begun + TCP_WAIT, TCP);
}

/*
 * A listener that is reached in any way joins again and reports; then the
 * group once more, also in the ways that may be at fault as well.
 */
static void
diag_rejoin(struct diagnosis *d)
{
	const struct copy *c;
	struct probe *p, *group;
	bool all;
	int missed;

	all = diag_came(d, EVERYBODY);
	if (!all && !diag_came(d, UNICAST) && !diag_came(d, SMALL))
		return;
	group = lab_find(d->lab, GROUP, 0);
	group->planned = 2;
	lab_run(d->lab, 20 * MILLI, 30 * MILLI, GROUP);
	if (diag_came(d, GROUP))
		return;
	p = diag_add(d, REJOIN, 'r', all ? &d->all : &d->target, all ? 1 : -1,
	    4, " asked to join again");
	lab_send(d->lab, group); /* the very last before it joins again */
	group->planned = 0;
	lab_run(d->lab, 40 * MILLI, 200 * MILLI, REJOIN);
	if (!diag_came(d, REJOIN) || diag_came(d, GROUP) || stop)
		return;
	lab_wait(d->lab, time_now() + 25 * MILLI, NONE); /* others join, too */
	d->rejoined = true;
	p->planned = 4; /* for the report */
	diag_add(d, AFTER, 'm', &d->group, d->o->hops, 6, " after ");
	if (d->o->hops < 64)
		diag_add(d, AFTER_HOPS, 'm', &d->group, 64, 6,
		    " after that with hop limit 64");
	if (d->o->size > 0)
		diag_add(d, AFTER_SMALL, 'm', &d->group, d->o->hops, 6,
		    " after that without padding");
	lab_run(d->lab, 40 * MILLI, 300 * MILLI, AFTER);
	missed = 0; /* of the first: MLDv2 reports after some milliseconds */
	for (c = d->lab->copies; c < d->lab->copies + d->lab->copied; c++) {
		if (d->lab->probes[c->probe].step != AFTER)
			continue;
		if (c->answered)
			break;
		missed++;
	}
	if (diag_came(d, AFTER) && missed > 1)
		d->f.looks = "snooping"; /* but not at once */
}

/* What the hosts that were asked one by one said. */
static void
diag_facts_hosts(struct diagnosis *d)
{
	char text[ENDPOINT_MAX];
	const struct sockaddr_in6 *host;
	const struct probe *p;
	struct facts *f = &d->f;
	struct link *link = &d->r->link;
	bool rejects, sent, answers;
	int i;

	f->hosts = f->hosts_refused = f->hosts_mute = 0;
	f->hosts_rejected = f->hosts_closed = 0;
	f->lossy = false;
	f->mute[0] = '\0';
	for (i = 0; i < d->hosts; i++) {
		host = &link->host[i];
		sent = answers = false;
		rejects = link->rejected_by.sin6_family != 0 &&
		    IN6_ARE_ADDR_EQUAL(&link->rejected, &host->sin6_addr);
		FOR_PROBES (p, d->lab) {
			if (!sock_host(&p->to, host))
				continue;
			sent |= p->step == HOST && p->all.sent > 0;
			answers |= p->step == HOST && p->all.answered > 0;
			link->refuses[i] |=
			    p->step == HOST_PORT && p->all.answered > 0;
			rejects |= p->step == HOST_PORT && p->all.sent > 0 &&
			    p->all.error == EACCES;
			link->closes[i] |=
			    p->step == HOST_CLOSED && p->all.answered > 0;
		}
		f->hosts += sent;
		f->lossy |= link->echoed[i] > 0 &&
		    link->echoed[i] * 4 < link->echoes * 3;
		f->hosts_refused += link->refuses[i];
		f->hosts_closed += link->closes[i] && !link->refuses[i];
		f->hosts_rejected += rejects;
		if (!sent || answers || link->refuses[i] ||
		    link->echoed[i] == 0)
			continue;
		d->host = *host;
		f->hosts_mute++;
		if (!rejects)
			fmt_append(f->mute, fmt_address(text, host));
	}
}

/* What the link and its hosts show. */
static void
diag_facts_link(struct diagnosis *d)
{
	char text[ENDPOINT_MAX];
	const struct querier *q;
	const struct probe *p;
	struct facts *f = &d->f;
	struct link *link = &d->r->link;
	int i;

	f->echo = link->own_echo;
	f->heard = link->hosts;
	f->solicited = link->solicited;
	f->seen = link->seen;
	q = link_querier(link, d->r->index);
	f->querier = q < link->querier + link->queriers
	    ? (time_now() - q->last) / SECOND
	    : -1;
	f->listened = link->raw ? (time_now() - link->since) / SECOND : 0;
	diag_facts_hosts(d);
	f->refused = lab_came(d->lab, PORT);
	for (i = 0; i < link->hosts; i++)
		if (sock_host(&link->host[i], &d->target)) {
			f->refused |= link->refuses[i];
			f->closed |= link->closes[i];
		}
	p = lab_find(d->lab, PORT, 0);
	f->rejected = p != NULL && p->all.sent > 0 && p->all.error == EACCES;
	if (link->rejected_by.sin6_family == 0 ||
	    !IN6_ARE_ADDR_EQUAL(&link->rejected, &d->target.sin6_addr) ||
	    sock_own(&link->rejected_by))
		return;
	f->rejected |= link->rejection == 1 || link->rejection > 4 ||
	    IN6_ARE_ADDR_EQUAL(&link->rejected_by.sin6_addr,
		&d->target.sin6_addr);
	snprintf(f->rejecter, sizeof(f->rejecter), ": %s says so",
	    fmt_address(text, &link->rejected_by));
}

/* The experiments, each as the answers to those before ask for it. */
static void
diag_experiment(struct diagnosis *d)
{
	struct probe *p;
	bool both = d->o->both_ways && d->f.partly;
	int hops;

	p = diag_add(d, GROUP, both ? 'b' : 'm', &d->group, d->o->hops,
	    d->f.other_host ? 0
		: both      ? 8
			    : 1,
	    "");
	if (d->f.target)
		lab_connect(d->lab, TCP, &d->target, d->o->port, 0)->what = "";
	if (d->f.other_host)
		diag_ask_target(d);
	lab_run(d->lab, both ? 110 * MILLI : 60 * MILLI,
	    d->f.other_host ? 300 * MILLI : 200 * MILLI, both ? NONE : GROUP);
	if (diag_came(d, GROUP) && !d->f.partly) { /* how many, how late? */
		p->planned = 6;
		lab_run(d->lab, 20 * MILLI, SECOND / 2, NONE);
	}
	if (!d->f.other_host) {
		if (diag_came(d, GROUP) || (d->f.partly && !d->f.stopped))
			return;
		diag_round(d);
		if (diag_came(d, BY_GROUP) && !diag_came(d, EVERYBODY))
			return; /* unicast from here might mend that */
		if (!diag_told(d, true) && !d->f.target)
			diag_ask_hosts(d);
		diag_learn(d);
		diag_facts_link(d);
		if (!d->f.target && d->f.hosts_mute == 1) {
			d->f.target = true; /* the one that is mute */
			d->target = d->host;
		}
		if (d->f.target && !d->asked && !diag_came(d, GROUP)) {
			diag_ask_target(d);
			p->planned = 6;
			lab_run(d->lab, 60 * MILLI, 300 * MILLI, GROUP);
		}
	}
	if (!diag_told(d, false))
		diag_deaf(d);
	if (diag_came(d, GROUP) || d->f.other_host || stop)
		return;
	diag_rejoin(d);
	if (!diag_came(d, MORE_HOPS) || diag_came(d, GROUP))
		return;
	for (hops = d->o->hops + 1; hops <= LADDER_MAX; hops++)
		diag_add(d, LADDER, 'm', &d->group, hops, 2, NULL);
	lab_run(d->lab, 20 * MILLI, 150 * MILLI, GROUP);
}

/*
 * More copies, until so many of the group make a silence.  Returns false if
 * the first answer of all comes now.
 */
static bool
diag_silence(struct diagnosis *d, int copies, const struct probe *group)
{
	struct probe *p;
	bool silent;

	copies -= lab_count(d->lab, GROUP).sent;
	if (d->rejoined)
		copies -= lab_count(d->lab, AFTER).sent;
	silent = !diag_told(d, false);
	FOR_PROBES (p, d->lab)
		if (copies > 0 &&
		    (p->step == UNICAST ||
			(!d->f.other_host &&
			    (p == group || p->step == EVERYBODY ||
				p->step == HOST))))
			p->planned = copies;
	lab_run(d->lab, 10 * MILLI, 100 * MILLI, group->step);
	return !silent || !diag_told(d, false);
}

/*
 * How many silent copies tell against those that were answered: of neighbour
 * discovery, its tries; of datagrams in fragments, each of which gets lost as
 * a small one does, those that would have arrived whole.
 */
static int
diag_silent(const struct diagnosis *d, const struct verdict *v,
    const struct probe *yes, const struct probe *no)
{
	enum step before = v->yes == AFTER_HOPS ? MORE_HOPS
	    : v->yes == AFTER_SMALL             ? SMALL
						: GROUP;
	size_t i, size;
	double n;

	if (v->yes == BY_GROUP)
		return 1 + (int)((time_now() - d->lab->begun) / SECOND);
	n = no != NULL ? no->since.sent : lab_count(d->lab, before).sent;
	size = no != NULL ? no->size : lab_find(d->lab, before, 0)->size;
	for (i = FRAGMENTED; i < size && yes->size == 0; i += FRAGMENTED)
		n *= (double)yes->since.answered / (yes->since.sent + 1);
	return (int)n;
}

/*
 * The pair that a verdict rests on is tried again, and only what comes now
 * counts; and the group until its silence is one.  No faster than a host
 * grants errors, a listener answers elsewhere.  Returns false if the verdict
 * does not hold.
 */
static bool
diag_confirm(struct diagnosis *d, const struct verdict *v)
{
	struct probe *yes, *no, *group, *p;
	enum step control = d->rejoined ? AFTER : GROUP;
	long long apart;
	int n;

	group = lab_find(d->lab, control, 0);
	yes = NULL;
	FOR_PROBES (p, d->lab) {
		memset(&p->since, 0, sizeof(p->since));
		if (p->step == v->yes &&
		    (yes == NULL || p->all.answered > yes->all.answered))
			yes = p;
	}
	no = lab_find(d->lab, v->no == GROUP ? control : v->no, 0);
	apart = v->no == PORT                           ? 150 * MILLI
	    : v->no == OTHER_PORT || v->yes == BY_GROUP ? 100 * MILLI
							: 20 * MILLI;
	if (yes != NULL && v->yes == BY_GROUP && yes->kind == 'g') /* slow */
		yes = diag_add(d, BY_GROUP, 'b', &d->all, 1, 0,
		    ", answer to the group too");
	for (n = 6; yes != NULL && !stop; n *= v->yes == BY_GROUP ? 1 : 2) {
		if (v->yes == BY_GROUP)
			diag_join(d);
		yes->planned = n;
		if (no != NULL)
			no->planned = n;
		if (v->no != NONE && !d->f.other_host)
			group->planned = n;
		lab_run(d->lab, apart, 200 * MILLI,
		    v->no == NONE ? NONE : control);
		if ((v->no != NONE && group->all.answered > 0) ||
		    (no != NULL && no->since.answered > 0))
			break;
		if (fisher(yes->since.answered, yes->since.sent,
			diag_silent(d, v, yes, no)) <=
		    CHANCE / 5) /* for there are as many looks */
			break;
		if (n > 96 || time_now() >= d->lab->end)
			return false;
	}
	if (no != NULL && no->since.answered > 0 && no != group)
		return false;
	if (!diag_silence(d, v->silence, group))
		return false;
	if (d->f.other_host || group->all.answered == 0 ||
	    (v->no == NONE && v->yes != NONE))
		return true;
	if (d->rejoined)
		d->f.looks = v->code; /* not by joining again, but now */
	return false;
}

/* What the run shows. */
static void
diag_facts_run(struct diagnosis *d)
{
	const struct responder *row;
	const struct requester *r = d->r;
	const struct flow *m = &r->flow[BY_MULTICAST],
			  *u = &r->flow[BY_UNICAST];
	struct facts *f = &d->f;
	unsigned long long before;
	size_t i;

	f->o = d->o = r->o;
	f->flow = r->flow;
	f->run = r->run;
	f->error = m->error;
	f->other_host = d->o->control && u->answered == 0 && m->sent > 0 &&
	    r->run.answered == m->sent;
	for (i = 0; i < m->table.count; i++) {
		row = &m->table.rows[i];
		f->responders += row->answered > 0;
		f->other_host &= !sock_host(&row->address, &d->o->unicast);
		f->late += row->late > 0;
		if (row->answered > 0) /* how much slower than unicast */
			f->delay = time_ms(row->sum) / (double)row->answered;
	}
	for (i = 0; i < u->table.count && i < 1; i++) {
		row = &u->table.rows[i];
		if (row->answered > 0)
			f->delay -= time_ms(row->sum) / (double)row->answered;
	}
	f->partly = f->responders > 0 || r->flow[BACK_BY_GROUP].answered > 0;
	f->bare_run = !r->tagged;
	before = m->sent - r->run.trailing;
	f->stopped = r->run.answered > 0 && r->run.trailing >= 3 &&
	    (before - r->run.answered) * 4 <= before;
	f->stopped_at = (double)(r->run.last - r->run.start) / SECOND;
	f->link_source = IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr);
	inet_ntop(AF_INET6, &d->o->group, f->group, sizeof(f->group));
	snprintf(f->name, sizeof(f->name), "%s",
	    d->o->interface != 0 ? d->o->name
				 : "the system's choice of interface");
	if (d->o->interface == 0 && r->index != 0)
		fmt_interface(f->name, r->index);
	f->loopback = sock_loopback(f->name);
	f->target = d->o->control || (f->stopped && m->table.count > 0);
	d->target = d->o->control || !f->target ? d->o->unicast
						: m->table.rows[0].address;
	if (f->error == 0)
		return;
	sock_choices(f->can, f->down);
	f->gone = d->o->interface != 0 &&
	    if_nametoindex(d->o->name) != d->o->interface;
	f->link_up = f->error != ENETDOWN && d->o->interface != 0 &&
	    sock_link_up(d->o->interface);
}

/*
 * One WELCOME without a tag: FLoM's server, which ends then; or the answer
 * to our bare HELLO, which came late, and that is sure if one with a tag came
 * as well.
 */
static void
diag_facts_bare(struct diagnosis *d)
{
	const struct probe *p;
	const struct lab *lab = d->lab;
	struct facts *f = &d->f;

	f->once = false;
	if (lab->bare != 1)
		return;
	if (f->bare_run &&
	    (lab->latency > 0 || lab->bare_time > lab->begun + 50 * MILLI))
		f->delay = time_ms(lab->bare_time - d->r->run.start);
	f->once = lab->latency == 0 && f->delay == 0;
	FOR_PROBES (p, lab)
		f->once &= p->connected || p->step >= OWN_ANY ||
		    p->step == GROUP || p->all.answered == 0;
}

/* EHOSTUNREACH at once is a filter's, later it is neighbour discovery's. */
static void
diag_facts_errno(struct diagnosis *d)
{
	struct facts *f = &d->f;
	const struct lab *lab = d->lab;
	const struct count *port = &f->step[PORT];
	bool early = lab->errno_time < lab->begun + SECOND * 3 / 4;
	const struct probe *p;

	f->no_host = lab->errno_time != 0 && !early;
	FOR_PROBES (p, lab)
		f->no_host |= p->all.error == EHOSTDOWN && p->all.sent > 0;
	f->rejected |= lab->errno_time != 0 && early && f->on_link &&
	    port->error == EHOSTUNREACH && port->sent > 0;
}

/* Whether HELLOs to the group are lost that are older than one answered. */
static bool
diag_in_part(const struct lab *lab)
{
	const struct copy *c;
	int due = 0, lost = 0;

	for (c = lab->copies; c < lab->copies + lab->copied; c++)
		if (lab->probes[c->probe].step == GROUP &&
		    c->sent + lab->latency <= lab->latest) {
			due++;
			lost += !c->answered;
		}
	return lost * 4 > due;
}

/* What the experiments show. */
static void
diag_facts(struct diagnosis *d)
{
	struct facts *f = &d->f;
	struct lab *lab = d->lab;
	struct count *step = f->step;
	const struct probe *p;
	const struct flow *u;
	int i;

	for (i = 0; i < STEPS; i++)
		step[i] = lab_count(lab, (enum step)i);
	u = &d->r->flow[BY_UNICAST];
	if (!f->stopped && u->answered > 0) {
		step[UNICAST].sent += (int)u->sent;
		step[UNICAST].answered += (int)u->answered;
	}
	diag_facts_link(d);
	f->report = lab->report;
	inet_ntop(AF_INET6, &f->report.group, f->there, sizeof(f->there));
	f->deaf = lab_own_deaf(lab, 0);
	f->loops = step[OWN_ANY].answered > 0;
	f->untold = lab->untold;
	f->bare_unicast = lab->bare_unicast;
	f->late += lab->late;
	if (!f->partly)
		f->delay = time_ms(lab->latency);
	f->in_part = diag_in_part(lab);
	if (lab->late > 0 && request_slot(d->r, lab->late_seq) != NULL)
		f->delay = time_ms(lab->late_time -
		    request_slot(d->r, lab->late_seq)->sent);
	diag_facts_bare(d);
	fmt_address(f->unicast, &d->target);
	memcpy(f->listener, f->unicast, sizeof(f->listener));
	f->near = step[HOP1].answered > 0 ||
	    (f->target && IN6_IS_ADDR_LINKLOCAL(&d->target.sin6_addr));
	FOR_PROBES (p, lab) {
		if (p->all.answered == 0)
			continue;
		if (p->step == BY_GROUP || p->step == EVERYBODY ||
		    p->step == REJOIN)
			fmt_address(f->listener, &p->from);
		if (p->step == ELSEWHERE)
			fmt_interface(f->other, p->to.sin6_scope_id);
		if (p->step == LADDER && (f->least == 0 || p->hops < f->least))
			f->least = p->hops;
		f->near |= (p->step == MORE_HOPS || p->step == UNICAST) &&
		    IN6_IS_ADDR_LINKLOCAL(&p->from.sin6_addr);
	}
	f->least = f->least == 0 ? 64 : f->least;
	f->on_link = f->near || diag_on_link(d);
	f->uncalibrated = step[OWN_CLOSED].answered == 0 &&
	    lab_find(lab, OWN_CLOSED, 0) != NULL;
	f->unsent = f->target && step[UNICAST].sent == 0;
	diag_facts_errno(d);
}

/*
 * The verdict is worked out, then what it rests on is tried again; what does
 * not hold is chance, and so told.
 */
static void
diag_verdict(struct diagnosis *d, struct verdict *v)
{
	const char *looks;
	bool holds;
	int i;

	diag_facts(d);
	cause_decide(v, &d->f);
	for (i = 0; i < 3; i++) {
		if (stop || d->f.looks != NULL ||
		    (v->yes == NONE && v->silence == 0))
			return;
		looks = v->code;
		holds = diag_confirm(d, v);
		if (!holds && !d->rejoined)
			diag_rejoin(d); /* there was nobody to ask */
		diag_facts(d);
		cause_decide(v, &d->f);
		if (strcmp(looks, v->code) != 0)
			continue;
		if (holds)
			return;
		break;
	}
	d->f.looks = v->code;
	cause_decide(v, &d->f);
}

static void
diag_notes(struct diagnosis *d, const struct verdict *v)
{
	struct verdict note;

	if (d->f.other_host && d->r->flow[BY_UNICAST].sent > 0)
		out_line("note: other-host: another host answered %s; %s, "
			 "which -u names, never did\n",
		    d->f.group, d->f.unicast);
	memset(&note, 0, sizeof(note));
	if (d->f.stopped && strcmp(v->code, "stopped") != 0 &&
	    strcmp(v->code, "one-answer") != 0) {
		cause_stopped(&note, &d->f);
		cause_print("note", &note, 0);
	}
	if (d->lab->same_address)
		out_line("note: same-address: another host has our address "
			 "%s, too: a cloned MAC address?\n",
		    d->r->source_text + 6);
}

/* Own copies first and alone, then what the other experiments need. */
static void
diag_open(struct diagnosis *d)
{
	struct flow *back;
	struct lab *lab = d->lab;
	long long begun;
	struct probe *p;

	begun = time_now();
	lab_begin(lab, d->o, d->r->id, d->r->next);
	lab->self = d->r->source;
	if (lab_own_open(lab, d->r->index, 3) == 0) {
		lab_run(lab, 20 * MILLI, OWN_WAIT, NONE);
		FOR_PROBES (p, lab) /* all lost: by chance? */
			p->planned = p->all.answered == 0 ? SILENCE : 0;
		lab_run(lab, 2 * MILLI, 20 * MILLI, NONE);
	}
	lab_own_close(lab);
	lab->link = &d->r->link;
	lab->begun = begun;
	lab->end = begun + VERDICT;
	d->group = sock_address(&d->o->group, d->r->index, d->o->port);
	d->all = sock_numeric(ALL_NODES, d->r->index, d->o->port);
	d->unicast_fd = d->r->flow[BY_UNICAST].fd;
	if (d->unicast_fd == -1)
		d->unicast_fd = sock_open(SOCK_DGRAM, 0);
	lab->fd[lab->fds++] = d->r->flow[BY_MULTICAST].fd;
	if (d->unicast_fd != -1)
		lab->fd[lab->fds++] = d->unicast_fd;
	back = &d->r->flow[BACK_BY_GROUP];
	if (back->fd != -1) {
		lab->back = lab->fd[lab->fds++] = back->fd;
		lab_add(lab, BACK, 'b', back->fd, &d->group, -1, 0);
	}
}

/* Returns the status that the cause has, or that it had before. */
static enum status
diag_main(struct requester *r, enum status status)
{
	static struct diagnosis d;
	const struct probe *p;
	struct verdict v;

	d.r = r;
	d.lab = &r->lab;
	diag_facts_run(&d);
	out_line("\n");
	out_flush();
	if (d.f.error != 0 && !stop) {
		memset(&v, 0, sizeof(v));
		if (d.o->interface != 0 && !d.f.gone && d.f.error != ENETDOWN)
			out_line("checked: unicast connect() on %s: %s\n",
			    d.f.name, d.f.link_up ? "works" : "fails");
		if (cause_here(&v, &d.f))
			cause_print("diagnosis", &v, 0);
		return status;
	}
	if (stop) { /* what needs no experiment */
		memset(&v, 0, sizeof(v));
		if (r->run.answered < r->flow[BY_MULTICAST].sent &&
		    (d.f.stopped ? cause_stopped(&v, &d.f)
				 : cause_run(&v, &d.f)))
			cause_print("diagnosis", &v, 0);
		out_line("interrupted: the rest was not diagnosed\n");
		return status;
	}
	diag_open(&d);
	if (!cause_arguments(&v, &d.f))
		diag_experiment(&d);
	diag_verdict(&d, &v);
	FOR_PROBES (p, d.lab)
		if (p->connected)
			sock_close(p->fd);
	if (stop) {
		out_line("interrupted: the rest was not diagnosed\n");
		return status;
	}
	diag_checked(&d);
	cause_print("diagnosis", &v,
	    strcmp(v.code, "filter-in") == 0 ? 28016 : d.o->port);
	diag_notes(&d, &v);
	return v.status;
}

static enum status
request_main(const struct options *o)
{
	static struct requester r;
	const struct flow *group = &r.flow[BY_MULTICAST];
	char text[ENDPOINT_MAX];
	enum status status = FAULT;
	bool all;

	if (request_open(&r, o))
		request_send(&r);
	if (group->error == 0) {
		r.run.start = r.now;
		note_all_nodes(o);
		request_note_source(&r);
		request_run(&r);
		request_summary(&r);
		all = group->sent > 0 && r.run.answered == group->sent &&
		    (!o->control || r.named || r.flow[BY_UNICAST].answered > 0);
		if (group->error == 0)
			status = all ? ANSWERED : UNANSWERED;
	} else if (stop)
		status = UNANSWERED;
	if (out.quiet > 1 && (status == ANSWERED || stop || o->no_diagnosis))
		printf("%s: %llu of %llu answered\n",
		    status == ANSWERED ? "ok"
			: stop         ? "interrupted"
				       : "unanswered",
		    r.run.answered, group->sent);
	if (status == ANSWERED && r.run.unsent > 0)
		status = FAULT; /* and it has passed */
	else if (status != ANSWERED && !o->no_diagnosis)
		status = diag_main(&r, status);
	if (r.twice.sin6_family == AF_INET6)
		out_line("note: duplicate: %s answered a HELLO more than once: "
			 "two of its interfaces are on this link, two "
			 "listeners run there, or the network loops\n"
			 "try: start one listener there, with -I\n",
		    fmt_address(text, &r.twice));
	if (group->table.count == 1 &&
	    sock_host(&group->table.rows->address, &r.source))
		out_line("note: same-host: what answered has an address of "
			 "this host: a listener here, which proves nothing of "
			 "the link\n"
			 "try: stop the listener here\n");
	link_note(&r.link, r.index);
	return status;
}

/* OPTIONS */

struct role {
	const char *name;
	const char *takes; /* first the one that means it */
	int count, wait;   /* the defaults */
	enum status (*main)(const struct options *);
};

static void
usage(void)
{
	fputs(
	    "usage: mcast6dbg -l [-qvx] [-A group] [-c count] [-I interface]\n"
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
	    "  -x            hexdump of all datagrams\n",
	    stdout);
}

/* Decimal, whole or seconds; arg has the arguments by letter, NULL: none. */
static double
parse_number(const char **arg, int option, double min, double max,
    double without)
{
	const char *text = arg[option];
	bool seconds = option == 'i' || option == 'w';
	double number;
	char *end;

	if (text == NULL)
		return without;
	number = strtod(text, &end);
	if (end == text || *end != '\0' ||
	    text[strspn(text, seconds ? "0123456789." : "0123456789")] !=
		'\0' ||
	    strlen(text) > strcspn(text, ".") + sizeof("123456789") ||
	    number < min || number > max)
		usage_error("-%c %s: takes %s, %.10g to %.10g", option, text,
		    seconds ? "seconds such as 0.25" : "a whole number", min,
		    max);
	return number;
}

/* By name or index; returns the index. */
static unsigned int
parse_interface(int option, const char *text)
{
	char can[NAMES_MAX], down[NAMES_MAX], name[IF_NAMESIZE];
	unsigned long long n;
	unsigned int index;

	index = if_nametoindex(text);
	if (index == 0 && text[wire_number(text, strlen(text), &n)] == '\0' &&
	    n <= INT32_MAX && if_indextoname((unsigned int)n, name) != NULL)
		index = (unsigned int)n;
	if (index == 0) {
		sock_choices(can, down);
		usage_error("-%c %s: no such interface; there are:%s%s", option,
		    text, can, *can == *down ? " only loopback" : down);
	}
	return index;
}

/* -A or -u, and the interface that a zone behind the address names. */
static struct in6_addr
parse_address(int option, const char *text, unsigned int *interface)
{
	char plain[INET6_ADDRSTRLEN];
	struct in6_addr a = in6addr_any;
	size_t n;

	n = strcspn(text, "%");
	snprintf(plain, sizeof(plain), "%.*s", (int)n, text);
	if (n >= sizeof(plain) || inet_pton(AF_INET6, plain, &a) != 1 ||
	    IN6_IS_ADDR_MULTICAST(&a) != (option == 'A') ||
	    IN6_IS_ADDR_UNSPECIFIED(&a) || IN6_IS_ADDR_V4MAPPED(&a))
		usage_error("-%c %s: takes an IPv6 %s", option, text,
		    option == 'A' ? "multicast address, which begins with ff, "
				    "such as " DEFAULT_GROUP " or " ALL_NODES
				    "%em0"
				  : "unicast address, such as fe80::1%em0");
	if (text[n] != '\0')
		*interface = parse_interface(option, text + n + 1);
	return a;
}

static void
parse_addresses(struct options *o, const char **arg)
{
	unsigned int zone;
	struct in6_addr a;

	if (arg['I'] != NULL)
		o->interface = parse_interface('I', arg['I']);
	zone = o->interface;
	o->group = parse_address('A',
	    arg['A'] == NULL ? DEFAULT_GROUP : arg['A'], &zone);
	if (o->interface != 0 && o->interface != zone)
		usage_error("-A %s: its zone and -I %s are not the same",
		    arg['A'], arg['I']);
	o->interface = zone;
	if (zone != 0)
		fmt_interface(o->name, zone);
	o->wide = (o->group.s6_addr[1] & 15) > 2;
	if (arg['u'] == NULL)
		return;
	a = parse_address('u', arg['u'], &zone);
	if (!IN6_IS_ADDR_LINKLOCAL(&a))
		zone = 0;
	else if (zone == 0)
		usage_error("-u: a link-local address takes a zone "
			    "(fe80::1%%em0) or -I");
	o->unicast = sock_address(&a, zone, o->port);
	o->control = true;
}

static const struct role *
parse_options(struct options *o, int argc, char **argv)
{
	static const struct role roles[] = {
		{ "requester", "bAcHIiNnPpqsuvwx", 1, 2, request_main },
		{ "listener", "-l -A -c -I -P -q -v -w -x", 0, 0, listen_main },
		{ "selftest", "-t -A -I -P -v -w -x", 0, 1, selftest_main },
	};
	static const char letters[] = ":A:bc:H:hI:i:lNn:P:p:qs:tu:Vvw:x";
	const char *arg[128] = { NULL }, *mask;
	const struct role *role;
	int c;

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		argv[1] = "-h";
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		argv[1] = "-V";
	opterr = 0;
	while ((c = getopt(argc, argv, letters)) != -1) {
		if (c == ':' || c == '?')
			usage_error("-%c: %s", optopt,
			    c == ':' ? "needs an argument"
				     : "no such option; -h lists them all");
		arg[c] = optarg != NULL ? optarg : "";
		out.quiet += c == 'q';
		if (c == 'h')
			usage();
		if (c == 'V')
			puts("mcast6dbg " VERSION);
		if (c == 'h' || c == 'V') {
			out_flush();
			exit(ANSWERED);
		}
	}
	if (optind < argc)
		usage_error("%s: no operand is taken, options only (-h)",
		    argv[optind]);
	role = &roles[arg['l'] != NULL ? 1 : arg['t'] != NULL ? 2 : 0];
	for (c = 0; c < 128; c++)
		if (arg[c] != NULL && strchr(role->takes, c) == NULL)
			usage_error("-%c: the %s (%.2s) takes only %s%s", c,
			    role->name, role->takes, role->takes,
			    c == 'p' ? "; the port to listen on is -P" : "");
	o->both_ways = arg['b'] != NULL;
	o->no_diagnosis = arg['N'] != NULL;
	o->count = (long)parse_number(arg, 'c', 0, 1e9, role->count);
	o->hops = (int)parse_number(arg, 'H', 0, 255, 1);
	o->listeners = (long)parse_number(arg, 'n', 1, 1e6, 1);
	o->port = (unsigned int)parse_number(arg, 'P', 1, 65535, DEFAULT_PORT);
	o->source_port = (unsigned int)parse_number(arg, 'p', 1, 65535, 0);
	o->size = (size_t)parse_number(arg, 's', PADDED_MIN, HELLO_MAX, 0);
	o->interval = (long long)(parse_number(arg, 'i', 0, 1e6, 1) * SECOND);
	o->wait =
	    (long long)(parse_number(arg, 'w', 1e-3, 1e6, role->wait) * SECOND);
	parse_addresses(o, arg);
	if (o->both_ways && o->interval < SECOND / 10)
		usage_error("-b: not with -i below 0.1: a listener answers to "
			    "the group ten times a second at most");
	mask = getenv("FLOM_TRACE_MASK");
	out.role = role->name;
	out.hexdump = arg['x'] != NULL;
	out.trace = arg['v'] != NULL ||
	    (mask != NULL && (strtoul(mask, NULL, 0) & 0x110000) != 0);
	return role;
}

/* MAIN */

int
main(int argc, char **argv)
{
	static struct options options;
	char group[INET6_ADDRSTRLEN];
	const struct role *role;
	int fd;

	do /* what is closed becomes no socket, and can't be written to */
		fd = open("/dev/null", O_RDONLY);
	while (fd != -1 && fd <= STDERR_FILENO);
	close(fd);
	setvbuf(stderr, NULL, _IOFBF, 0); /* flushed with every line */
	role = parse_options(&options, argc, argv);
	out.terminal = isatty(STDERR_FILENO) == 1;
	signals_block();
	inet_ntop(AF_INET6, &options.group, group, sizeof(group));
	trace_call(NO_CALL, "group %s, port %u, interface %s", group,
	    options.port,
	    options.interface == 0 ? "(none named)" : options.name);
	if (options.interface != 0)
		trace_call((int)options.interface, "if_nametoindex(%s)",
		    options.name);
	quit(role->main(&options));
	return 0;
}
