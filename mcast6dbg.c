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
 *	datagram = verb [ " " id " " seq " " kind [ " " padding ] ]
 *	verb     = "HELLO" | "WELCOME"
 *	id       = 8 hex digits, one per run of the requester
 *	seq      = decimal, 1 to 10 digits
 *	kind     = "m" to the group, "u" unicast control,
 *	           "r" join the group again and report,
 *	           "g" answer to ff02::1 too
 *	padding  = the byte at offset i of the HELLO is 'a' + i % 26
 *
 * The answer is WELCOME and all that followed HELLO, unchanged; to kind r
 * words of key=value are appended (see listen_report).
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

#define VERSION "1.0"
#define DEFAULT_GROUP "ff12::8000:6db6"
#define ALL_NODES "ff02::1"
#define DEFAULT_PORT 28015 /* FLoM's */
#define CLOSED_PORT 33434  /* where traceroute(8) expects nobody */

#define SECOND 1000000000LL
#define MILLI 1000000LL
#define MICRO 1000LL

#define HELLO_MAX 65525 /* bytes; the WELCOME is two bytes longer */
#define DATAGRAM_MAX 65536
#define BATCH 256       /* datagrams read before signals and time get a turn */
#define ID_SIZE 8       /* digits of a run's id: a uint64_t has room for them */
#define PADDED_MIN 28   /* bytes; room for the longest tag */
#define ENDPOINT_MAX 80 /* "[addr%ifname]:port" */
#define SOCKADDR_MAX 160 /* a socket address in the trace */
#define PADDED_MAX 64    /* bytes; more than the longest tag */
#define REPORT_MAX 256   /* bytes of listen_report */
#define QUEUED_SIZE 1000 /* bytes; a few of them fill the smallest buffer */
#define PROBES_MAX 4096
#define LISTENERS_MAX (1L << 20)
#define SLOTS_MIN 1024 /* a power of two */
#define SLOTS_MAX (1UL << 22)
#define LOOPS_MAX 16  /* interfaces looped at once: two descriptors each */
#define LADDER_MAX 64 /* hop limits that the diagnosis tries */
#define MARKS_A_LINE 60

#define RESCAN (2 * SECOND)       /* between looks for new interfaces */
#define TENTATIVE (3 * SECOND)    /* for an address to become usable */
#define REJECT_WAIT (300 * MILLI) /* for an ICMPv6 error after an answer */
#define LOOP_WAIT (250 * MILLI)   /* for a copy of our own */
#define REPORT_LOOP (20 * MILLI)  /* the same, while others wait */
#define SUSPENDED (250 * MILLI)   /* overslept by more: we were stopped */
#define TCP_WAIT (3300 * MILLI)   /* neighbour discovery gives up in 3 s */
#define FRESH 10                  /* seconds that a reported error counts */

enum status { ANSWERED, UNANSWERED, USAGE, FAULT };

enum verb { OTHER, HELLO, WELCOME };

/* The tag of a datagram; kind 0: it had none. */
struct tag {
	uint64_t id; /* the bytes of its eight digits, as they stand */
	unsigned long long seq;
	char kind;
};

struct options {
	char role; /* l(istener), r(equester), t(est) */
	struct in6_addr group;
	unsigned int interface; /* index, 0: none named */
	char name[IF_NAMESIZE]; /* of that interface */
	bool unicast_control;
	struct sockaddr_in6 unicast;
	unsigned int port, source_port;
	long count;
	int hops;
	long listeners;
	size_t size; /* bytes of a HELLO, 0: no padding */
	long long wait, interval;
	bool no_diagnosis;
};

/* What pselect() waits for, and what it found. */
struct watch {
	fd_set in, out;
	int max;
};

/* A copy of our own, sent with hop limit 0 so that it stays on this host. */
struct loop {
	unsigned int index;
	int join_error, send_error; /* errno, 0: none */
	int fd[2];                  /* on any port, on the group's port */
	bool sent[3], seen[3];      /* see enum copy */
	struct sockaddr_in6 from;
};
enum copy { TO_ANY, TO_PORT, FROM_PORT };

/* An interface on which the listener is, or would be, a member. */
struct member {
	unsigned int index;
	char name[IF_NAMESIZE];
	int error; /* errno of the join, 0: joined */
	int fd;
};

struct listener {
	const struct options *o;
	uint64_t id; /* of its own looped copies */
	int *fds;    /* that receive */
	size_t fd_count;
	int spare;     /* holds the memberships that fds[0] has no room for */
	bool on_group; /* bound to the group address, :: is taken */
	struct member *members;
	size_t member_count;
	int check; /* socket connected to a requester, see listen_check */
	struct sockaddr_in6 checked;
	long long check_end, next_check;
	long long now, rescan; /* the latter: when to look for interfaces */
	long long next_rejoin, next_multicast, next_note;
	const char *loop; /* what listen_loops said last */
	unsigned long long answered, others, failed;
	int error; /* errno of the last answer that failed */
	long long error_time;
	struct sockaddr_in6 peer; /* the last one shown, and its text: */
	char peer_text[ENDPOINT_MAX];
	unsigned char data[DATAGRAM_MAX + 2 + REPORT_MAX];
};

/* One that answers, and how well. Times in nanoseconds. */
struct responder {
	struct sockaddr_in6 address;
	unsigned long long answered, duplicate, late, disordered, damaged;
	unsigned long long newest; /* sequence number answered, and by bits */
	uint64_t window;           /* which of the 64 up to it were */
	double shortest, longest, sum, squares;
};

/* A hash table of responders that keeps their order of arrival. */
struct table {
	struct responder *rows;
	uint32_t *buckets;  /* row + 1, 0: free */
	size_t count, size; /* size a power of two, at least 2 * count */
};

/* A HELLO that was sent. */
struct slot {
	unsigned long long seq;
	long long sent;
	unsigned long long answers; /* from different listeners */
	bool unicast;               /* the control was answered */
};

struct requester {
	const struct options *o;
	int fd;
	int control; /* of the unicast control, -1: none */
	uint64_t id;
	bool tagged;
	unsigned int index; /* that the group is sent to, 0: not known */
	struct sockaddr_in6 group, source;
	char group_text[ENDPOINT_MAX];  /* as in lines */
	char source_text[ENDPOINT_MAX]; /* " from addr%ifname" */
	struct slot *slots;
	size_t slot_count;                       /* a power of two */
	unsigned long long next, oldest, marked; /* sequence numbers */
	long long now, suspended; /* of now, time stopped is taken off */
	long long start, due, flush_due;
	unsigned long long answered, unicast_answered, foreign;
	unsigned long long trailing; /* lost since the last one answered */
	long long last_answered;     /* when that one was sent */
	int marks;
	int error; /* errno of the last sendto, 0: it worked */
	struct table multicast, unicast;
	char hello[DATAGRAM_MAX], padding[DATAGRAM_MAX];
	unsigned char data[DATAGRAM_MAX];
};

/* Evidence: what is known of a failure, a bit each. */
#define BIT(n) (1ULL << (n))
#define E_RESERVED BIT(0)        /* group of scope 0 or f */
#define E_INTERFACE_LOCAL BIT(1) /* group of scope 1 */
#define E_NO_HOPS BIT(2)         /* hop limit 0 */
#define E_NAMED BIT(3)           /* the interface was named */
#define E_LOOPBACK BIT(4)        /* it is a loopback interface */
#define E_WIDE BIT(5)            /* scope wider than link */
#define E_FILTERED BIT(6)        /* sendto: EPERM, EACCES */
#define E_NO_SOURCE BIT(7)       /* sendto: EADDRNOTAVAIL */
#define E_NO_PATH BIT(8)         /* sendto: ENETUNREACH and its like */
#define E_TOO_LONG BIT(9)        /* sendto: EMSGSIZE */
#define E_LINK_UP BIT(10)        /* unicast connect() works on the interface */
#define E_TAKEN BIT(11)          /* bind: EADDRINUSE */
#define E_NOT_LOOPED BIT(12)     /* our own copy did not come back */
#define E_PARTLY BIT(13)         /* something was answered */
#define E_STOPPED BIT(14)        /* but nothing any more in the end */
#define E_AGAIN BIT(15)          /* the group answered again */
#define E_SMALL BIT(16)          /* answered without padding */
#define E_OTHER BIT(17)          /* answered on another interface */
#define E_HOPS BIT(18)           /* answered with more hops */
#define E_ALL_NODES BIT(19)      /* ff02::1 answered */
#define E_BY_GROUP BIT(20)       /* ff02::1 answered, to ff02::1 at least */
#define E_AFTER BIT(21)          /* the group answered after a re-join */
#define E_OTHER_GROUP BIT(22)    /* the listener reports another group */
#define E_THERE_FAILED BIT(23)   /* the listener reports a failed answer */
#define E_THERE_LOST BIT(24)     /* the listener's own copy is lost there */
#define E_TARGET BIT(25)         /* a unicast address is known */
#define E_UNICAST BIT(26)        /* unicast answered */
#define E_HOP1 BIT(27)           /* unicast with hop limit 1 answered */
#define E_REFUSED BIT(28)        /* unicast: ECONNREFUSED */
#define E_REJECTED BIT(29)       /* unicast: EACCES */
#define E_CLOSED BIT(30)         /* a closed port: ECONNREFUSED */
#define E_TCP BIT(31)            /* TCP: the host is there */
#define E_NO_NEIGHBOUR BIT(32)   /* TCP: EHOSTUNREACH, EHOSTDOWN */
#define E_LINK_LOCAL BIT(33)     /* our source address is link-local */
#define E_BARE BIT(34)           /* untagged WELCOME to one of many probes */
#define E_NOT_SENT BIT(35)       /* the listener could not answer */
#define E_NOT_JOINED BIT(36)     /* the listener's join was refused */
#define E_HEARD_NOTHING BIT(37)  /* the listener's end */
#define E_DUPLICATE BIT(38)      /* one HELLO answered twice by one */
#define E_GROUP_ALL BIT(39)      /* the group is ff02::1 */
#define E_FALLBACK BIT(40)       /* :: is taken, the group address is not */

/*
 * A cause fits when all evidence of needs is there and none of lacks.  In
 * sentence and remedy (lines of it separated by \n) %c stands for a word of
 * struct words.
 */
struct cause {
	const char *code;
	enum status status;
	unsigned long long needs, lacks;
	const char *sentence, *remedy;
};

struct words {
	const char *word[128]; /* by letter */
};

enum step {
	AGAIN,
	EVERYBODY,
	BY_GROUP,
	ELSEWHERE,
	MORE_HOPS,
	SMALL,
	UNICAST,
	HOP1,
	CLOSED,
	TCP,
	REJOIN,
	AFTER,
	LADDER
};

/* One experiment of the diagnosis: up to three copies of one HELLO. */
struct probe {
	enum step step;
	char kind;
	int fd; /* its own connected socket, -1: the requester's */
	struct sockaddr_in6 to;
	unsigned int index;
	int hops;
	size_t size;
	int copies; /* still to be sent */
	long long due;
	bool sent, answered;
	int error; /* errno that came instead of an answer */
	struct sockaddr_in6 from;
};

struct diagnosis {
	struct requester *r;
	unsigned long long evidence;
	struct probe *probes;
	size_t count;
	unsigned long long base; /* sequence number of probes[0] */
	bool has_target;
	struct sockaddr_in6 target;   /* -u, or a listener found */
	struct sockaddr_in6 stranger; /* answers ff02::1, never the group */
	struct in6_addr other_group;  /* reported by a listener */
	bool same_group;
	bool queued; /* what is sent to target stays on this host */
	char there_error[32];
	struct loop loop;
	struct words words; /* and what they point to: */
	char name[IF_NAMESIZE], other[IF_NAMESIZE];
	char group[INET6_ADDRSTRLEN], there_group[INET6_ADDRSTRLEN];
	char listener[ENDPOINT_MAX], unicast[ENDPOINT_MAX];
	char number[7][24], interfaces[512];
};

/* options */
static void usage(void);
static void parse_options(struct options *, int, char **);
static void parse_help(int);
static void parse_option(struct options *, int);
static void parse_roles(const struct options *, const char *);
static void parse_group(struct options *, const char *);
static void parse_unicast(struct options *, const char *);
static void parse_interface(struct options *, char, const char *);
static const char *parse_address(struct in6_addr *, const char *);
static long long parse_number(char, const char *, long long, long long);
static long long parse_seconds(char, const char *, long long);
static bool parse_digits(const char *, size_t, long long *);

/* listener */
static enum status listen_main(const struct options *);
static void listen_open(struct listener *);
static void listen_opened(struct listener *);
static void listen_words(const struct listener *, struct words *, char *);
static void listen_refused(const struct member *, bool);
static int listen_bind(struct listener *, unsigned int);
static void listen_rescan(struct listener *, bool);
static struct member *listen_member(struct listener *,
    const struct if_nameindex *, bool);
static void listen_follow(struct listener *, size_t,
    const struct if_nameindex *);
static void listen_join(struct listener *, struct member *);
static void listen_join_spare(struct listener *, struct member *);
static int listen_drop(struct listener *, const struct member *);
static void listen_leave(struct listener *, struct member *);
static void listen_add_fd(struct listener *, int);
static void listen_run(struct listener *);
static bool listen_done(const struct listener *);
static bool listen_drain(struct listener *, int);
static void listen_datagram(struct listener *, int, size_t,
    const struct sockaddr_in6 *);
static bool listen_answer(struct listener *, int, size_t,
    const struct sockaddr_in6 *);
static void listen_failed(struct listener *, const struct sockaddr_in6 *, int,
    const char *);
static void listen_multicast(struct listener *, int, size_t,
    const struct sockaddr_in6 *);
static size_t listen_report(struct listener *, unsigned char *,
    const struct sockaddr_in6 *);
static void listen_rejoin(struct listener *, unsigned int);
static const char *listen_loops(struct listener *, unsigned int);
static void listen_check(struct listener *, const struct sockaddr_in6 *);
static void listen_check_read(struct listener *);
static void listen_show(struct listener *, size_t, size_t,
    const struct sockaddr_in6 *);
static void listen_end(struct listener *);
static void listen_silence(struct listener *);

/* requester */
static enum status request_main(const struct options *);
static void request_open(struct requester *, const struct options *);
static void request_taken(const struct options *, const char *);
static void request_locate(struct requester *);
static int request_first(struct requester *);
static void request_run(struct requester *);
static bool request_finished(const struct requester *);
static bool request_all_sent(const struct requester *);
static long long request_due(const struct requester *);
static long long request_timeout(const struct requester *);
static bool request_wait(struct requester *, long long);
static void request_send(struct requester *);
static void request_send_one(struct requester *, const struct tag *,
    const struct sockaddr_in6 *);
static void request_grow(struct requester *);
static struct slot *request_slot(const struct requester *, unsigned long long);
static bool request_drain(struct requester *, int);
static void request_datagram(struct requester *, size_t,
    const struct sockaddr_in6 *, char);
static const char *request_count(struct requester *, const struct tag *, bool,
    const struct sockaddr_in6 *, long long *);
static void request_expire(struct requester *, long long);
static bool request_answered(const struct requester *, const struct slot *);
static void request_decide(struct requester *, const struct slot *);
static void request_lost(const struct requester *, const struct slot *);
static void request_clock(struct requester *);
static enum status request_summary(struct requester *);
static void request_totals(const char *, unsigned long long, unsigned long long,
    unsigned long long);
static void request_rows(const struct requester *, const struct table *,
    const char *);
static void request_duplicates(const struct requester *);
static struct responder *table_find(struct table *,
    const struct sockaddr_in6 *);
static bool table_grow(struct table *);
static size_t table_bucket(const struct table *, const struct sockaddr_in6 *);
static int responder_order(struct responder *, unsigned long long);
static void responder_time(struct responder *, double);

/* self-test */
static enum status selftest_main(const struct options *);
static void selftest_row(const struct options *, const struct loop *, int *,
    int *);
static void loop_test(const struct options *, uint64_t, struct loop *, size_t,
    long long);
static void loop_open(const struct options *, uint64_t, struct loop *);
static int loop_bind(const struct sockaddr_in6 *, const struct in6_addr *,
    unsigned int);
static void loop_send(uint64_t, struct loop *, int, enum copy,
    const struct sockaddr_in6 *);
static bool loop_read(uint64_t, struct loop *, struct watch *);
static bool loop_lost(const struct loop *);
static void loop_checked(const char *, const struct loop *);
static bool is_loopback(const char *);

/* diagnosis */
static const struct cause *diag_decide(unsigned long long);
static unsigned long long diag_errno(int, unsigned int);
static unsigned long long diag_arguments(const struct options *);
static void diag_expand(const char *, size_t, const struct words *);
static const struct cause *diag_say(const char *, unsigned long long,
    const struct words *);
static enum status diag_fault(struct requester *, int);
static enum status diag_requester(struct requester *);
static enum status diag_verdict(struct diagnosis *);
static unsigned long long diag_run_evidence(const struct requester *);
static void diag_loop(struct diagnosis *);
static void diag_experiment(struct diagnosis *);
static void diag_round(struct diagnosis *);
static void diag_found(struct diagnosis *);
static void diag_neighbour(struct diagnosis *);
static void diag_learn(struct diagnosis *);
static void diag_unicast(struct diagnosis *);
static void diag_connected(struct diagnosis *, enum step, int, unsigned int,
    int);
static struct probe *diag_probe(struct diagnosis *, enum step, char,
    const struct sockaddr_in6 *, unsigned int, int);
static void diag_run(struct diagnosis *, long long, enum step);
static long long diag_send_due(struct diagnosis *, long long, long long);
static void diag_send(struct diagnosis *, struct probe *);
static void diag_failed(struct diagnosis *, struct probe *, int);
static void diag_receive(struct diagnosis *, int, struct probe *);
static void diag_answer(struct diagnosis *, size_t, const struct sockaddr_in6 *,
    struct probe *);
static void diag_report(struct diagnosis *, const char *, size_t);
static void diag_tcp(struct diagnosis *, struct probe *);
static struct probe *diag_find(const struct diagnosis *, enum step);
static void diag_words(struct diagnosis *);
static void diag_checked(struct diagnosis *);
static void diag_checked_probe(const struct diagnosis *, const struct probe *);

/* sockets */
static int sock_open(int);
static int sock_set(int, int, int, const char *, int);
static int sock_bind(int, const struct sockaddr_in6 *);
static int sock_connect(int, const struct sockaddr_in6 *);
static int sock_name(int, struct sockaddr_in6 *);
static int sock_join(int, bool, const struct in6_addr *, unsigned int);
static ssize_t sock_send(int, const void *, size_t,
    const struct sockaddr_in6 *);
static bool sock_room(int);
static ssize_t sock_receive(int, void *, size_t, struct sockaddr_in6 *);
static void sock_close(int);
static void sock_buffer(int);
static struct if_nameindex *sock_interfaces(void);
static struct sockaddr_in6 sock_address(const struct in6_addr *, unsigned int,
    unsigned int);
static struct sockaddr_in6 sock_any(unsigned int);
static struct sockaddr_in6 sock_all_nodes(unsigned int, unsigned int);
static int sock_source(const struct sockaddr_in6 *, unsigned int,
    struct sockaddr_in6 *);
static bool sock_link_up(unsigned int);
static bool sock_same(const struct sockaddr_in6 *, const struct sockaddr_in6 *);
static bool sock_host(const struct sockaddr_in6 *, const struct sockaddr_in6 *);
static void watch_add(struct watch *, int, bool);
static bool watch_ready(const struct watch *, int, bool);
static int watch_wait(struct watch *, long long);
static void signals_block(void);
static void signals_take(void);
static void signal_stop(int);

/* wire */
static size_t wire_encode(char *, enum verb, const struct tag *, size_t);
static bool wire_is_id(const unsigned char *);
static enum verb wire_decode(const unsigned char *, size_t, struct tag *,
    size_t *);
static void wire_pad(char *, size_t);
static bool wire_intact(const unsigned char *, size_t, size_t, const char *,
    size_t);
static uint64_t wire_id(void);
static unsigned int scope(const struct in6_addr *);
static bool wide(const struct in6_addr *);
static bool is_all_nodes(const struct in6_addr *);

/* time */
static long long time_now(void);
static double square_root(double);

/* output */
static void show(const char *, const void *, size_t, const char *, const char *,
    const char *);
static void hexdump(const void *, size_t);
static void fmt_hex(char *, size_t);
static void out_escaped(FILE *, const unsigned char *, size_t);
static void out_flush(void);
static const char *fmt_address(char *, const struct sockaddr_in6 *);
static const char *fmt_endpoint(char *, const struct sockaddr_in6 *);
static const char *fmt_sockaddr(const struct sockaddr_in6 *);
static void fmt_name(char *, const char *);
static const char *fmt_interface(char *, unsigned int);
static size_t fmt_decimal(char *, unsigned long long);
static const char *fmt_interfaces(char *, size_t);
static void trace_begin(void);
static void trace_end(long long, int);
static void trace_number(const char *, unsigned long long, const char *);
static void trace_call(long long, int, const char *, ...);
static void trace_datagram(const char *, int, const unsigned char *, ssize_t,
    size_t, const struct sockaddr_in6 *);

/* errors */
static const char *errno_name(int);
static void complain(const char *, const char *);
static void fatal(const char *, const char *);
static void usage_error(const char *, ...);

#define SET(fd, level, option, value) \
	sock_set(fd, level, option, #level ", " #option, value)

static volatile sig_atomic_t stop;

static struct {
	const char *role;
	bool trace, hexdump, quiet;
	bool silent;   /* quiet and no hexdump: show() has nothing to do */
	time_t second; /* that stamp is of */
	char stamp[80];
	struct sockaddr_in6 peer; /* that the text is of */
	char peer_text[SOCKADDR_MAX];
} output;

static const char hex[] = "0123456789abcdef";

static const char *const synopsis[] = {
	"mcast6dbg -l [-qvx] [-A group] [-c count] [-I interface] [-P port]"
	" [-w seconds]",
	"mcast6dbg [-Nqvx] [-A group] [-c count] [-H hops] [-I interface]"
	" [-i seconds]\n"
	"          [-n listeners] [-P port] [-p port] [-s size] [-u address]"
	" [-w seconds]",
	"mcast6dbg -t [-vx] [-A group] [-I interface] [-P port] [-w seconds]",
	"mcast6dbg -h | -V",
};

int
main(int argc, char **argv)
{
	static struct options options;
	enum status status;
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != -1)
			continue;
		if (fd == STDOUT_FILENO)
			fatal("write", "standard output");
		if (open("/dev/null", O_RDWR) == -1)
			exit(FAULT);
	}
	setvbuf(stderr, NULL, _IOFBF, 0); /* flushed with every line */
	parse_options(&options, argc, argv);
	signals_block();
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
	out_flush();
	if (fclose(stdout) == EOF)
		fatal("close", "standard output");
	return (int)status;
}

static void
usage(void)
{
	size_t i;

	for (i = 0; i < sizeof(synopsis) / sizeof(synopsis[0]); i++)
		printf("%s %s\n", i == 0 ? "usage:" : "      ", synopsis[i]);
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
	mask = getenv("FLOM_TRACE_MASK");
	if (mask != NULL && (strtoul(mask, NULL, 0) & 0x110000) != 0)
		output.trace = true;

	n = 0;
	opterr = 0;
	while ((c = getopt(argc, argv, ":A:c:H:hI:i:lNn:P:p:qs:tu:Vvw:x")) !=
	    -1) {
		if (c == ':')
			usage_error("-%c: needs an argument", optopt);
		if (c == '?')
			usage_error("-%c: no such option; -h lists them all",
			    optopt);
		if (c == 'h' || c == 'V')
			parse_help(c);
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
	output.silent = output.quiet && !output.hexdump;
	if (o->count == -1)
		o->count = o->role == 'r' ? 1 : 0;
	if (o->wait == -1)
		o->wait = o->role == 'r' ? 2 * SECOND
		    : o->role == 't'     ? SECOND
					 : 0;
	if (o->unicast_control && o->unicast.sin6_scope_id == 0 &&
	    IN6_IS_ADDR_LINKLOCAL(&o->unicast.sin6_addr)) {
		if (o->interface == 0)
			usage_error("-u: a link-local address takes a zone "
				    "(fe80::1%%em0) or -I");
		o->unicast.sin6_scope_id = o->interface;
	}
	o->unicast.sin6_port = htons((in_port_t)o->port);
}

static void
parse_help(int c)
{
	if (c == 'h')
		usage();
	else
		printf("mcast6dbg %s\n", VERSION);
	out_flush();
	exit(ANSWERED);
}

static void
parse_option(struct options *o, int c)
{
	switch (c) {
	case 'A':
		parse_group(o, optarg);
		break;
	case 'c':
		o->count = (long)parse_number('c', optarg, 0, 1000000000);
		break;
	case 'H':
		o->hops = (int)parse_number('H', optarg, 0, 255);
		break;
	case 'I':
		parse_interface(o, 'I', optarg);
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
		output.quiet = true;
		break;
	case 's':
		o->size =
		    (size_t)parse_number('s', optarg, PADDED_MIN, HELLO_MAX);
		break;
	case 'u':
		parse_unicast(o, optarg);
		break;
	case 'v':
		output.trace = true;
		break;
	case 'w':
		o->wait = parse_seconds('w', optarg, MILLI);
		break;
	case 'x':
		output.hexdump = true;
		break;
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

	has = "AcHIiNnPpqsuvwx";
	role = "a requester";
	if (o->role == 'l') {
		has = "lAcIPqvwx";
		role = "a listener (-l)";
	} else if (o->role == 't') {
		has = "tAIPvwx";
		role = "the self-test (-t)";
	}
	output.role = o->role == 'l' ? "listener"
	    : o->role == 't'         ? "selftest"
				     : "requester";
	for (s = seen; *s != '\0'; s++)
		if (strchr(has, *s) == NULL)
			usage_error("-%c: %s does not take it, only -%s", *s,
			    role, has);
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
		parse_interface(o, 'A', zone + 1);
}

static void
parse_unicast(struct options *o, const char *text)
{
	const struct in6_addr *a;
	const char *zone;
	struct options named;

	memset(&named, 0, sizeof(named));
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
		parse_interface(&named, 'u', zone + 1);
		if (IN6_IS_ADDR_LINKLOCAL(a))
			o->unicast.sin6_scope_id = named.interface;
	}
	o->unicast_control = true;
}

/*
 * Takes an interface by name or index, as -I has it or behind the % of an
 * address.  Both may name it, if they name the same.
 */
static void
parse_interface(struct options *o, char option, const char *text)
{
	char there[512], name[IF_NAMESIZE];
	unsigned int index;
	long long n;

	index = if_nametoindex(text);
	if (index == 0 && parse_digits(text, strlen(text), &n) && n > 0 &&
	    n <= INT32_MAX && if_indextoname((unsigned int)n, name) != NULL)
		index = (unsigned int)n;
	if (index == 0)
		usage_error("-%c %s: no such interface; there are:%s", option,
		    optarg, fmt_interfaces(there, sizeof(there)));
	if (o->interface != 0 && o->interface != index)
		usage_error(
		    "-%c %s: -I and the zone of -A must agree, and %s is "
		    "named already",
		    option, optarg, o->name);
	o->interface = index;
	if (if_indextoname(index, o->name) == NULL)
		usage_error("-%c %s: that interface has gone", option, optarg);
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
	if (inet_pton(AF_INET6, plain, address) != 1)
		return NULL;
	return text + n;
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

/* Whether the n bytes are a decimal number of up to 18 digits. */
static bool
parse_digits(const char *text, size_t n, long long *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < n && i < 18 && text[i] >= '0' && text[i] <= '9'; i++)
		*value = *value * 10 + (text[i] - '0');
	return n > 0 && n <= 18 && i == n;
}

static enum status
listen_main(const struct options *o)
{
	static struct listener l;

	l.o = o;
	l.id = wire_id();
	l.check = l.spare = -1;
	l.members = calloc(1, sizeof(*l.members));
	if (l.members == NULL)
		fatal("calloc", "interfaces");
	listen_open(&l);
	listen_run(&l);
	listen_end(&l);
	return ANSWERED;
}

/*
 * Binds [::]:port where that is free: there unicast HELLOs arrive too.  Else
 * the group address, which for link-local scope takes a socket an interface.
 */
static void
listen_open(struct listener *l)
{
	int fd;

	fd = listen_bind(l, 0);
	if (fd == -1 && errno == EADDRINUSE) {
		l->on_group = true;
		if (wide(&l->o->group))
			fd = listen_bind(l, 0);
	}
	if (fd != -1)
		listen_add_fd(l, fd);
	else if (!l->on_group)
		exit(FAULT);
	if (fd != -1 || !wide(&l->o->group))
		listen_rescan(l, true);
	listen_opened(l);
}

/* Says where the group was joined and where not; ends if that is nowhere. */
static void
listen_opened(struct listener *l)
{
	char text[ENDPOINT_MAX], there[512];
	struct words words;
	struct member *m, *end;
	size_t joined;
	bool taken;

	listen_words(l, &words, text);
	taken = l->on_group;
	joined = 0;
	end = l->members + l->member_count;
	for (m = l->members; m < end; m++) {
		joined += m->error == 0;
		taken = taken && m->error == EADDRINUSE;
	}
	if (joined > 0) {
		fputs("Listening on ", stdout);
		fputs(text, stdout);
		fputs(", joined on", stdout);
		for (m = l->members; m < end; m++)
			if (m->error == 0) {
				putchar(' ');
				fputs(m->name, stdout);
			}
		putchar('\n');
	} else if (taken) {
		errno = EADDRINUSE;
		complain("bind", text);
	}
	for (m = l->members; m < end; m++)
		if (m->error != 0 && !taken)
			listen_refused(m, joined == 0);
	if (joined == 0) {
		words.word['f'] = fmt_interfaces(there, sizeof(there));
		diag_say("diagnosis",
		    taken ? E_TAKEN : E_NOT_JOINED | E_NO_PATH, &words);
		exit(FAULT);
	}
	if (l->on_group)
		diag_say("note", E_TAKEN | E_FALLBACK, &words);
	if (is_all_nodes(&l->o->group))
		diag_say("note", E_GROUP_ALL, &words);
}

static void
listen_words(const struct listener *l, struct words *words, char *text)
{
	struct sockaddr_in6 group;

	memset(words, 0, sizeof(*words));
	group = sock_address(&l->o->group, l->o->interface, l->o->port);
	words->word['g'] = fmt_endpoint(text, &group);
	words->word['i'] = l->o->interface != 0 ? l->o->name : "em0";
	words->word['p'] = strchr(text, ']') + 2;
}

static void
listen_refused(const struct member *m, bool fault)
{
	struct words words;

	if (fault) {
		errno = m->error;
		complain("setsockopt IPV6_JOIN_GROUP", m->name);
		return;
	}
	memset(&words, 0, sizeof(words));
	words.word['i'] = m->name;
	words.word['e'] = strerror(m->error);
	diag_say("note", E_NOT_JOINED, &words);
}

/*
 * Returns a socket bound to [::]:port, or to the group address there (for
 * link-local scope on the interface); -1 with errno.
 */
static int
listen_bind(struct listener *l, unsigned int index)
{
	char text[ENDPOINT_MAX];
	const char *call;
	struct sockaddr_in6 address;
	int error, fd;

	fd = sock_open(SOCK_DGRAM);
	if (fd == -1)
		return -1;
	address = sock_any(l->o->port);
	if (l->on_group)
		address = sock_address(&l->o->group, index, l->o->port);
	call = "setsockopt SO_REUSEADDR";
	if (SET(fd, SOL_SOCKET, SO_REUSEADDR, 1) == 0)
		call = "bind";
	if (*call == 's' || sock_bind(fd, &address) == -1) {
		error = errno;
		if (error != EADDRINUSE)
			complain(call, fmt_endpoint(text, &address));
		sock_close(fd);
		errno = error;
		return -1;
	}
	sock_buffer(fd);
	return fd;
}

/*
 * Brings the memberships in line with the interfaces that there are: new ones
 * are joined, refused ones tried again, and unless starting that is said.
 */
static void
listen_rescan(struct listener *l, bool starting)
{
	struct if_nameindex *there, *p;
	struct member *m;
	size_t i;
	int error;

	there = sock_interfaces();
	if (there == NULL) {
		if (starting)
			fatal("if_nameindex", "");
		return;
	}
	for (i = l->member_count; i-- > 0;)
		listen_follow(l, i, there);
	for (p = there; p->if_index != 0; p++) {
		m = listen_member(l, p, starting);
		if (m == NULL || m->error == 0)
			continue;
		error = m->error;
		listen_join(l, m);
		if (!starting && m->error == 0)
			printf("Joined on %s\n", m->name);
		else if (!starting && m->error != error)
			listen_refused(m, false);
	}
	if_freenameindex(there);
	out_flush();
}

/*
 * Returns the member of that interface, a new one with error -1, or NULL: -I
 * names another (by its name, whatever its index has become since).
 */
static struct member *
listen_member(struct listener *l, const struct if_nameindex *p, bool starting)
{
	struct member *m;
	bool named;

	for (m = l->members; m < l->members + l->member_count; m++)
		if (m->index == p->if_index)
			return m;
	named = p->if_index == l->o->interface;
	if (!starting)
		named = strcmp(p->if_name, l->o->name) == 0;
	if (l->o->interface != 0 && !named)
		return NULL;
	m = realloc(l->members, (l->member_count + 1) * sizeof(*m));
	if (m == NULL)
		fatal("realloc", "interfaces");
	l->members = m;
	m += l->member_count++;
	memset(m, 0, sizeof(*m));
	m->index = p->if_index;
	m->error = m->fd = -1;
	fmt_name(m->name, p->if_name);
	return m;
}

/*
 * Drops a member whose interface has gone (no call ever fails for that), and
 * follows a new name.  The index may also have been given to another
 * interface: joining again settles that.
 */
static void
listen_follow(struct listener *l, size_t i, const struct if_nameindex *there)
{
	struct member *m;

	m = &l->members[i];
	while (there->if_index != 0 && there->if_index != m->index)
		there++;
	if (there->if_index == 0) {
		printf("Left %s: it is gone\n", m->name);
		listen_leave(l, m);
		memmove(m, m + 1, (--l->member_count - i) * sizeof(*m));
	} else if (strcmp(there->if_name, m->name) != 0) {
		printf("Renamed %s to %s\n", m->name, there->if_name);
		fmt_name(m->name, there->if_name);
		listen_leave(l, m);
		listen_join(l, m);
	} else
		return;
	memset(&l->peer, 0, sizeof(l->peer)); /* its text has the old name */
}

/*
 * Where a socket has no room for one more membership, another, unbound,
 * takes it: the host is a member all the same.
 */
static void
listen_join(struct listener *l, struct member *m)
{
	int fd;

	m->error = 0;
	fd = l->fd_count > 0 ? l->fds[0] : -1;
	if (l->on_group && !wide(&l->o->group)) {
		fd = m->fd = listen_bind(l, m->index);
		if (fd == -1) {
			m->error = errno;
			return;
		}
		listen_add_fd(l, fd);
	}
	if (sock_join(fd, true, &l->o->group, m->index) == 0)
		return;
	m->error = errno;
	if (m->fd != -1)
		listen_leave(l, m);
	else if (m->error == ENOMEM || m->error == ENOBUFS)
		listen_join_spare(l, m);
}

static void
listen_join_spare(struct listener *l, struct member *m)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (l->spare != -1 &&
		    sock_join(l->spare, true, &l->o->group, m->index) == 0) {
			m->error = 0;
			return;
		}
		if (tries == 0) /* a full one stays open, as a member */
			l->spare = sock_open(SOCK_DGRAM);
	}
}

/* Leaves the group. Returns the socket that was the member. */
static int
listen_drop(struct listener *l, const struct member *m)
{
	int fd;

	fd = m->fd != -1 ? m->fd : l->fds[0];
	if (sock_join(fd, false, &l->o->group, m->index) == -1 && m->fd == -1 &&
	    l->spare != -1) {
		fd = l->spare;
		sock_join(fd, false, &l->o->group, m->index);
	}
	return fd;
}

static void
listen_leave(struct listener *l, struct member *m)
{
	size_t i;

	if (m->error != 0)
		return;
	if (m->fd == -1) {
		listen_drop(l, m);
		return;
	}
	for (i = 0; i < l->fd_count; i++)
		if (l->fds[i] == m->fd)
			l->fds[i] = l->fds[--l->fd_count];
	sock_close(m->fd);
	m->fd = -1;
}

static void
listen_add_fd(struct listener *l, int fd)
{
	int *fds;

	fds = realloc(l->fds, (l->fd_count + 1) * sizeof(*fds));
	if (fds == NULL)
		fatal("realloc", "sockets");
	l->fds = fds;
	l->fds[l->fd_count++] = fd;
}

static void
listen_run(struct listener *l)
{
	struct watch watch;
	long long end, timeout;
	bool more;
	size_t i;

	l->now = time_now();
	end = l->o->wait > 0 ? l->now + l->o->wait : INT64_MAX;
	l->rescan = l->now + RESCAN;
	more = false;
	out_flush();
	while (!listen_done(l) && l->now < end) {
		memset(&watch, 0, sizeof(watch));
		for (i = 0; i < l->fd_count; i++)
			watch_add(&watch, l->fds[i], false);
		timeout = (l->rescan < end ? l->rescan : end) - l->now;
		if (l->check != -1) {
			watch_add(&watch, l->check, false);
			if (l->check_end - l->now < timeout)
				timeout = l->check_end - l->now;
		}
		if (!more && !output.silent)
			out_flush();
		watch_wait(&watch, more ? 0 : timeout);
		l->now = time_now();
		more = false;
		for (i = 0; i < l->fd_count && !listen_done(l); i++)
			if (watch_ready(&watch, l->fds[i], false))
				more |= listen_drain(l, l->fds[i]);
		if (l->check != -1 && l->fd_count > 0)
			listen_check_read(l);
		if (l->now >= l->rescan) {
			listen_rescan(l, false);
			l->rescan = l->now + RESCAN;
		}
	}
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
	unsigned long long most;
	ssize_t n;

	most = BATCH;
	if (l->o->count > 0 &&
	    (unsigned long long)l->o->count < l->answered + most)
		most = (unsigned long long)l->o->count - l->answered;
	for (; most > 0; most--) {
		n = sock_receive(fd, l->data + 2, DATAGRAM_MAX, &from);
		if (n == -1)
			return false;
		listen_datagram(l, fd, (size_t)n, &from);
	}
	signals_take();
	return true;
}

/*
 * Answers what stands at data + 2 if it is a HELLO.  WELCOME is two bytes
 * longer, so what follows the verb stays where it is.
 */
static void
listen_datagram(struct listener *l, int fd, size_t n,
    const struct sockaddr_in6 *from)
{
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
		listen_show(l, n, 0, from);
		return;
	}
	if (l->now >= l->next_check)
		listen_check(l, from);
	memcpy(l->data, "WELCOME", 7);
	size = n + 2;
	if (tag.kind == 'r')
		size += listen_report(l, l->data + size, from);
	sent = listen_answer(l, fd, size, from);
	if (tag.kind == 'g')
		listen_multicast(l, fd, size, from);
	if (!output.silent) {
		memcpy(l->data + 2, "HELLO", 5);
		listen_show(l, n, sent ? size : 0, from);
	}
}

/* What arrived and, unless answered is 0, the WELCOME of that size. */
static void
listen_show(struct listener *l, size_t n, size_t answered,
    const struct sockaddr_in6 *peer)
{
	if (output.silent)
		return;
	if (!sock_same(&l->peer, peer)) {
		l->peer = *peer;
		fmt_endpoint(l->peer_text, peer);
	}
	show("Arrived datagram is '", l->data + 2, n, "' from ", l->peer_text,
	    "");
	if (answered == 0)
		return;
	memcpy(l->data, "WELCOME", 7);
	show("Sent datagram is '", l->data, answered, "' to ", l->peer_text,
	    "");
}

/* Returns whether it was sent. */
static bool
listen_answer(struct listener *l, int fd, size_t size,
    const struct sockaddr_in6 *to)
{
	ssize_t n;

	n = sock_send(fd, l->data, size, to);
	if (n == -1 && sock_room(fd))
		n = sock_send(fd, l->data, size, to);
	if (n == -1 && l->on_group &&
	    (errno == EOPNOTSUPP || errno == EADDRNOTAVAIL ||
		errno == EINVAL)) {
		/* BSD sends nothing from a group address */
		if (l->spare == -1)
			l->spare = sock_open(SOCK_DGRAM);
		n = sock_send(l->spare, l->data, size, to);
	}
	if (n != -1) {
		l->answered++;
		return true;
	}
	l->failed++;
	l->error = errno;
	l->error_time = l->now;
	listen_failed(l, to, l->error, "WELCOME was not sent");
	return false;
}

/* At most once a second; the count at the end has them all. */
static void
listen_failed(struct listener *l, const struct sockaddr_in6 *peer, int error,
    const char *how)
{
	char text[ENDPOINT_MAX];
	struct words words;

	if (l->now < l->next_note)
		return;
	l->next_note = l->now + SECOND;
	memset(&words, 0, sizeof(words));
	words.word['l'] = fmt_endpoint(text, peer);
	words.word['x'] = how;
	words.word['e'] = strerror(error);
	diag_say("note", E_NOT_SENT, &words);
}

/* Kind g: the answer to all nodes too, once a second. */
static void
listen_multicast(struct listener *l, int fd, size_t size,
    const struct sockaddr_in6 *from)
{
	struct sockaddr_in6 to;

	if (!IN6_IS_ADDR_LINKLOCAL(&from->sin6_addr) ||
	    l->now < l->next_multicast)
		return;
	l->next_multicast = l->now + SECOND;
	to = sock_all_nodes(from->sin6_scope_id, ntohs(from->sin6_port));
	sock_send(fd, l->data, size, &to);
}

/*
 * Kind r: joins again, once a second, and appends what the listener knows,
 * " group=G port=P zone=IF loop=yes|no error=ERRNO error-age=SECONDS": zone
 * only for a link-local source, loop and error only where known.  Returns
 * the bytes appended, REPORT_MAX at most.
 */
static size_t
listen_report(struct listener *l, unsigned char *words,
    const struct sockaddr_in6 *from)
{
	char group[INET6_ADDRSTRLEN], text[REPORT_MAX], zone[IF_NAMESIZE];
	size_t n;

	if (l->now >= l->next_rejoin) {
		l->next_rejoin = l->now + SECOND;
		listen_rejoin(l, from->sin6_scope_id);
		l->loop = listen_loops(l, from->sin6_scope_id);
	}
	inet_ntop(AF_INET6, &l->o->group, group, sizeof(group));
	n = (size_t)snprintf(text, sizeof(text), " group=%s port=%u", group,
	    l->o->port);
	if (from->sin6_scope_id != 0)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " zone=%s",
		    fmt_interface(zone, from->sin6_scope_id));
	if (l->loop != NULL)
		n += (size_t)snprintf(text + n, sizeof(text) - n, " loop=%s",
		    l->loop);
	if (l->error != 0)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    " error=%s error-age=%lld", errno_name(l->error),
		    (l->now - l->error_time) / SECOND);
	memcpy(words, text, n);
	return n;
}

/* On one interface, 0: on all. Leaving first makes the host report anew. */
static void
listen_rejoin(struct listener *l, unsigned int index)
{
	struct member *m;
	int fd;

	for (m = l->members; m < l->members + l->member_count; m++) {
		if (m->error != 0 || (index != 0 && m->index != index))
			continue;
		fd = listen_drop(l, m);
		if (sock_join(fd, true, &l->o->group, m->index) == -1)
			m->error = errno;
	}
}

/* Whether copies come back on the interface (0: any): yes, no, NULL untold. */
static const char *
listen_loops(struct listener *l, unsigned int index)
{
	struct loop loops[LOOPS_MAX];
	const struct member *m;
	const char *looped;
	size_t i, n;

	memset(loops, 0, sizeof(loops));
	n = 0;
	for (m = l->members; m < l->members + l->member_count; m++)
		if (n < LOOPS_MAX && m->error == 0 &&
		    (index != 0 ? m->index == index : !is_loopback(m->name)))
			loops[n++].index = m->index;
	loop_test(l->o, l->id, loops, n, REPORT_LOOP);
	looped = NULL;
	for (i = 0; i < n; i++) {
		if (!loops[i].sent[TO_PORT])
			continue;
		if (loops[i].seen[TO_PORT])
			return "yes";
		looped = "no";
	}
	return looped;
}

/*
 * An ICMPv6 error that an answer provokes is shown to connected sockets only.
 * So for a short while after the first HELLO in a second there is one, bound
 * to the address and port that the answer leaves from and connected to the
 * requester.  Unicast HELLOs that it takes from there are answered as well.
 */
static void
listen_check(struct listener *l, const struct sockaddr_in6 *peer)
{
	struct sockaddr_in6 local;
	int fd;

	l->next_check = l->now + SECOND;
	if (l->check != -1 || sock_source(peer, 0, &local) == -1)
		return;
	local.sin6_port = htons((in_port_t)l->o->port);
	fd = sock_open(SOCK_DGRAM);
	if (fd == -1)
		return;
	SET(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (sock_bind(fd, &local) == -1 || sock_connect(fd, peer) == -1) {
		sock_close(fd);
		return;
	}
	l->check = fd;
	l->checked = *peer;
	l->check_end = l->now + REJECT_WAIT;
}

static void
listen_check_read(struct listener *l)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH && !listen_done(l); i++) {
		n = sock_receive(l->check, l->data + 2, DATAGRAM_MAX, &from);
		if (n != -1)
			listen_datagram(l, l->fds[0], (size_t)n, &from);
		else if (errno == EACCES)
			listen_failed(l, &l->checked, errno,
			    "WELCOME was rejected there");
		else if (errno != ECONNREFUSED) /* the requester has ended */
			break;
	}
	if (l->now < l->check_end)
		return;
	sock_close(l->check);
	l->check = -1;
}

static void
listen_end(struct listener *l)
{
	printf("%llu answered, %llu other datagrams, %llu answers failed\n",
	    l->answered, l->others, l->failed);
	if (l->answered + l->others + l->failed == 0)
		listen_silence(l);
}

/* Nothing was heard. Does this host hear itself? */
static void
listen_silence(struct listener *l)
{
	unsigned long long evidence;
	char text[ENDPOINT_MAX];
	struct words words;
	struct loop *loops;
	size_t i;

	stop = 0; /* a second signal ends this, too */
	evidence = E_HEARD_NOTHING;
	listen_words(l, &words, text);
	loops = calloc(l->member_count + 1, sizeof(*loops));
	if (loops == NULL)
		fatal("calloc", "interfaces");
	for (i = 0; i < l->member_count; i++)
		loops[i].index = l->members[i].index;
	loop_test(l->o, l->id, loops, l->member_count, LOOP_WAIT);
	for (i = 0; i < l->member_count && !stop; i++) {
		if (l->members[i].error != 0)
			continue;
		loop_checked(l->members[i].name, &loops[i]);
		if (!loops[i].sent[TO_PORT] || loops[i].seen[TO_PORT])
			continue;
		evidence |= E_NOT_LOOPED;
		words.word['i'] = l->members[i].name;
	}
	free(loops);
	if (!stop)
		diag_say("note", evidence, &words);
}

static enum status
request_main(const struct options *o)
{
	static struct requester r;
	enum status status;

	request_open(&r, o);
	if (request_first(&r) == -1) {
		errno = r.error;
		complain("sendto", r.group_text);
		return diag_fault(&r, r.error);
	}
	request_run(&r);
	status = request_summary(&r);
	if (status == ANSWERED || stop || o->no_diagnosis)
		return status;
	out_flush();
	return r.error != 0 ? diag_fault(&r, r.error) : diag_requester(&r);
}

static void
request_open(struct requester *r, const struct options *o)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 any;

	r->o = o;
	r->id = wire_id();
	r->next = r->oldest = r->marked = 1;
	r->tagged = o->count != 1 || o->listeners > 1 || o->size > 0 ||
	    o->unicast_control;
	r->fd = sock_open(SOCK_DGRAM);
	if (r->fd == -1)
		exit(FAULT);
	if (o->source_port != 0) {
		any = sock_any(o->source_port);
		if (sock_bind(r->fd, &any) == -1)
			request_taken(o, fmt_endpoint(text, &any));
	}
	sock_buffer(r->fd);
	/*
	 * On a port of its own: after a unicast HELLO a stateful filter would
	 * let the WELCOME to a multicast one in as well.
	 */
	r->control = -1;
	if (o->unicast_control && (r->control = sock_open(SOCK_DGRAM)) == -1)
		exit(FAULT);
	if (o->interface != 0 &&
	    SET(r->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)o->interface) ==
		-1)
		fatal("setsockopt IPV6_MULTICAST_IF", o->name);
	if (SET(r->fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, o->hops) == -1)
		fatal("setsockopt IPV6_MULTICAST_HOPS", "");
	wire_pad(r->hello, o->size);
	wire_pad(r->padding, o->size);
	r->slot_count = SLOTS_MIN;
	r->slots = calloc(r->slot_count, sizeof(*r->slots));
	if (r->slots == NULL || !table_grow(&r->multicast) ||
	    !table_grow(&r->unicast))
		fatal("calloc", "HELLOs");
}

static void
request_taken(const struct options *o, const char *port)
{
	struct words words;

	complain("bind", port);
	memset(&words, 0, sizeof(words));
	words.word['g'] = port;
	if (errno == EADDRINUSE && !o->no_diagnosis)
		diag_say("diagnosis", E_TAKEN, &words);
	exit(FAULT);
}

/*
 * Finds the interface and source address that the group is sent from.  Where
 * no interface is named, the kernel's choice shows in the source address: of
 * a looped copy if it is link-local, else of a socket on each interface.
 */
static void
request_locate(struct requester *r)
{
	struct if_nameindex *there, *p;
	struct sockaddr_in6 source;
	struct loop loop;

	r->index = r->o->interface;
	r->group = sock_address(&r->o->group, r->index, r->o->port);
	memset(&r->source, 0, sizeof(r->source));
	if (sock_source(&r->group, r->index, &r->source) == 0 &&
	    r->index == 0 && (there = sock_interfaces()) != NULL) {
		for (p = there; p->if_index != 0 && r->index == 0; p++)
			if (sock_source(&r->group, p->if_index, &source) == 0 &&
			    IN6_ARE_ADDR_EQUAL(&source.sin6_addr,
				&r->source.sin6_addr))
				r->index = p->if_index;
		if_freenameindex(there);
	} else if (r->index == 0) {
		memset(&loop, 0, sizeof(loop));
		loop_test(r->o, r->id, &loop, 1, LOOP_WAIT);
		r->source = loop.from;
		r->index = loop.from.sin6_scope_id;
	}
	if (IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr))
		r->source.sin6_scope_id = r->index;
	r->group.sin6_scope_id = r->index;
	fmt_endpoint(r->group_text, &r->group);
	r->group.sin6_scope_id = r->o->interface;
	r->source_text[0] = '\0';
	if (r->source.sin6_family == AF_INET6) {
		memcpy(r->source_text, " from ", 6);
		fmt_address(r->source_text + 6, &r->source);
	}
}

/*
 * Sends the first HELLO.  An address is tentative for a second or two after
 * its interface came up, so that EADDRNOTAVAIL is waited for.  Returns -1
 * if the HELLO can't be sent, with the errno in error.
 */
static int
request_first(struct requester *r)
{
	struct watch none;
	long long end;

	r->start = time_now();
	end = r->start + TENTATIVE;
	for (;;) {
		request_locate(r);
		request_clock(r);
		r->due = r->now;
		request_send(r);
		if (r->error == 0)
			break;
		if (r->error != EADDRNOTAVAIL || stop || time_now() >= end)
			return -1;
		r->next = 1;
		memset(&none, 0, sizeof(none));
		watch_wait(&none, 100 * MILLI);
	}
	r->start = r->slots[1].sent;
	if (is_all_nodes(&r->o->group))
		diag_say("note", E_GROUP_ALL, NULL);
	return 0;
}

static void
request_run(struct requester *r)
{
	bool drained;

	while (!stop && !request_finished(r)) {
		drained = !request_wait(r, request_timeout(r)) ||
		    (request_drain(r, r->fd) &&
			(r->control == -1 || request_drain(r, r->control)));
		if (r->oldest < r->next)
			request_expire(r, drained ? r->now : r->now - SECOND);
		if (request_due(r) <= r->now)
			request_send(r);
	}
	if (r->marks > 0)
		putchar('\n');
}

static bool
request_finished(const struct requester *r)
{
	return request_all_sent(r) && r->oldest == r->next;
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

/* Until then, or until the oldest HELLO is given up. */
static long long
request_timeout(const struct requester *r)
{
	const struct slot *slot;
	long long until;

	until = request_due(r);
	slot = request_slot(r, r->oldest);
	if (slot != NULL && slot->sent + r->o->wait < until)
		until = slot->sent + r->o->wait;
	if (until > r->now + SUSPENDED)
		return SUSPENDED;
	return until > r->now ? until - r->now : 0;
}

/*
 * Returns whether anything can be read.  Writing what was printed would delay
 * the reading of an answer on its way, so output waits for 2 ms of silence,
 * or 50 ms.  Time in which this process was stopped does not count.
 */
static bool
request_wait(struct requester *r, long long timeout)
{
	struct watch watch;
	long long before, silence;
	int ready;

	before = r->now;
	if (before >= r->flush_due) {
		out_flush();
		r->flush_due = before + 50 * MILLI;
	}
	silence = timeout < 2 * MILLI ? timeout : 2 * MILLI;
	memset(&watch, 0, sizeof(watch));
	watch_add(&watch, r->fd, false);
	watch_add(&watch, r->control, false);
	ready = watch_wait(&watch, silence);
	if (ready == 0 && timeout > silence && !stop) {
		out_flush();
		watch_add(&watch, r->fd, false);
		watch_add(&watch, r->control, false);
		ready = watch_wait(&watch, timeout - silence);
	}
	request_clock(r);
	if (r->now > before + timeout + SUSPENDED) {
		r->suspended += r->now - before - timeout;
		r->now = before + timeout;
	}
	return ready > 0;
}

/* One HELLO to the group, and the control beside it. */
static void
request_send(struct requester *r)
{
	struct slot *slot;
	struct tag tag;

	if (r->next - r->oldest >= r->slot_count)
		request_grow(r);
	slot = &r->slots[r->next & (r->slot_count - 1)];
	slot->answers = 0;
	slot->unicast = false;
	tag.id = r->id;
	tag.seq = slot->seq = r->next++;
	tag.kind = r->tagged ? 'm' : '\0';
	request_clock(r);
	slot->sent = r->now;
	r->due += r->o->interval;
	if (slot->sent > r->due + SECOND)
		r->due = slot->sent; /* don't catch up with a burst */
	request_send_one(r, &tag, &r->group);
	if (r->o->unicast_control) {
		tag.kind = 'u';
		request_send_one(r, &tag, &r->o->unicast);
	}
}

/* A full queue costs this HELLO only; another errno is kept and told once. */
static void
request_send_one(struct requester *r, const struct tag *tag,
    const struct sockaddr_in6 *to)
{
	char text[ENDPOINT_MAX];
	size_t size;
	ssize_t n;
	int fd;

	size = wire_encode(r->hello, HELLO, tag, r->o->size);
	fd = tag->kind == 'u' ? r->control : r->fd;
	n = sock_send(fd, r->hello, size, to);
	if (n == -1 && sock_room(fd))
		n = sock_send(fd, r->hello, size, to);
	if (n != -1 && !output.silent)
		show("Sent datagram is '", r->hello, size, "' to ",
		    tag->kind == 'u' ? fmt_endpoint(text, to) : r->group_text,
		    tag->kind == 'u' ? "" : r->source_text);
	if (tag->kind == 'u')
		return;
	if (n != -1)
		r->error = 0;
	else if (errno != r->error && errno != EAGAIN && errno != ENOBUFS) {
		r->error = errno;
		if (tag->seq > 1)
			complain("sendto", r->group_text);
	}
}

/* Twice the slots; with SLOTS_MAX of them the oldest HELLO is given up. */
static void
request_grow(struct requester *r)
{
	struct slot *slots;
	unsigned long long seq;
	size_t size;

	size = r->slot_count * 2;
	slots = NULL;
	if (size > 0 && size <= SLOTS_MAX)
		slots = calloc(size, sizeof(*slots));
	if (slots == NULL) {
		request_expire(r,
		    r->slots[r->oldest & (r->slot_count - 1)].sent +
			r->o->wait);
		return;
	}
	for (seq = r->oldest; seq < r->next; seq++)
		slots[seq & (size - 1)] = r->slots[seq & (r->slot_count - 1)];
	free(r->slots);
	r->slots = slots;
	r->slot_count = size;
}

/* Returns the slot of a HELLO, NULL: not sent, or too long ago. */
static struct slot *
request_slot(const struct requester *r, unsigned long long seq)
{
	struct slot *slot;

	slot = &r->slots[seq & (r->slot_count - 1)];
	return seq > 0 && slot->seq == seq ? slot : NULL;
}

/* Returns false if more may be queued. */
static bool
request_drain(struct requester *r, int fd)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(fd, r->data, sizeof(r->data), &from);
		if (n == -1)
			return true;
		request_datagram(r, (size_t)n, &from, fd == r->fd ? 'm' : 'u');
		if (r->marked == r->next)
			return true; /* all is answered: send at once */
	}
	signals_take();
	return false;
}

static void
request_datagram(struct requester *r, size_t n, const struct sockaddr_in6 *from,
    char kind)
{
	char peer[ENDPOINT_MAX], suffix[48];
	const char *verdict;
	struct tag tag;
	long long rtt;
	size_t rest;
	bool bare;

	request_clock(r);
	rtt = -1;
	verdict = "foreign";
	if (wire_decode(r->data, n, &tag, &rest) == WELCOME) {
		bare = tag.kind == '\0' && rest == n;
		if (bare) {
			tag.id = r->id;
			tag.seq = r->next - 1;
			tag.kind = kind;
		}
		if (tag.id == r->id && tag.seq > 0 && tag.seq < r->next &&
		    tag.kind == kind)
			verdict = request_count(r, &tag,
			    bare ||
				wire_intact(r->data, n, rest, r->padding,
				    r->o->size),
			    from, &rtt);
	}
	if (*verdict == 'f')
		r->foreign++;
	if (output.silent)
		return;
	if (rtt >= 0)
		snprintf(suffix, sizeof(suffix), ", %.3f ms%s%s",
		    (double)rtt / MILLI, *verdict == '\0' ? "" : ", ", verdict);
	else
		snprintf(suffix, sizeof(suffix), ", %s", verdict);
	show("Arrived datagram is '", r->data, n, "' from ",
	    fmt_endpoint(peer, from), suffix);
}

/*
 * Counts an answer of our own id.  Returns what is wrong with it, "" if
 * nothing is, and its round-trip time if that is known.
 */
static const char *
request_count(struct requester *r, const struct tag *tag, bool intact,
    const struct sockaddr_in6 *from, long long *rtt)
{
	struct responder *row;
	struct slot *slot;
	int order;

	row = table_find(tag->kind == 'u' ? &r->unicast : &r->multicast, from);
	if (row == NULL)
		return "foreign";
	if (!intact) {
		row->damaged++;
		return "damaged";
	}
	slot = request_slot(r, tag->seq);
	if (slot != NULL)
		*rtt = r->now - slot->sent;
	order = responder_order(row, tag->seq);
	if (order == -1) {
		row->duplicate++;
		return "duplicate";
	}
	if (slot == NULL || *rtt > r->o->wait || order == -2) {
		row->late++;
		return "late";
	}
	row->answered++;
	row->disordered += order == 1;
	responder_time(row, (double)*rtt);
	if (tag->kind == 'u')
		slot->unicast = true;
	else
		slot->answers++;
	request_expire(r, 0);
	return order == 1 ? "out of order" : "";
}

/*
 * Closes the HELLOs that all known listeners have answered or that were sent
 * the wait before now, then decides, in order, those that need no more.
 */
static void
request_expire(struct requester *r, long long now)
{
	const struct slot *slot;
	unsigned long long need;

	need = (unsigned long long)r->o->listeners;
	if (need < r->multicast.count)
		need = r->multicast.count;
	while (r->oldest < r->next) {
		slot = request_slot(r, r->oldest);
		if (slot->sent + r->o->wait > now &&
		    (slot->answers < need || !request_answered(r, slot)))
			break;
		r->oldest++;
	}
	while (r->marked < r->next) {
		slot = request_slot(r, r->marked);
		if (r->marked >= r->oldest && !request_answered(r, slot))
			break;
		request_decide(r, slot);
		r->marked++;
	}
}

static bool
request_answered(const struct requester *r, const struct slot *slot)
{
	return slot->answers >= (unsigned long long)r->o->listeners &&
	    (slot->unicast || !r->o->unicast_control);
}

/* Counts a HELLO by what came until now, and prints its mark or its loss. */
static void
request_decide(struct requester *r, const struct slot *slot)
{
	bool answered;

	answered = slot->answers >= (unsigned long long)r->o->listeners;
	r->unicast_answered += slot->unicast;
	if (answered) {
		r->answered++;
		r->trailing = 0;
		r->last_answered = slot->sent;
	} else
		r->trailing++;
	if (output.quiet) {
		if (r->marks == 0)
			printf("%5lld  ", (slot->sent - r->start) / SECOND);
		putchar(!r->o->unicast_control ? (answered ? '!' : '.')
			: answered             ? (slot->unicast ? '!' : 'm')
					       : (slot->unicast ? 'u' : '.'));
		if (++r->marks == MARKS_A_LINE) {
			putchar('\n');
			r->marks = 0;
		}
	} else if (!answered)
		request_lost(r, slot);
}

static void
request_lost(const struct requester *r, const struct slot *slot)
{
	char hello[PADDED_MAX];
	struct tag tag;

	tag.id = r->id;
	tag.seq = slot->seq;
	tag.kind = r->tagged ? 'm' : '\0';
	hello[wire_encode(hello, HELLO, &tag, 0)] = '\0';
	printf("No answer to '%s' from %s within %g s", hello, r->group_text,
	    (double)r->o->wait / SECOND);
	if (slot->answers > 0)
		printf(" but from %llu of %ld listeners", slot->answers,
		    r->o->listeners);
	putchar('\n');
}

static void
request_clock(struct requester *r)
{
	r->now = time_now() - r->suspended;
}

static enum status
request_summary(struct requester *r)
{
	unsigned long long decided;

	decided = r->marked - 1;
	if (r->next > 2 || r->o->listeners > 1 || r->answered < decided ||
	    output.quiet || stop || r->o->unicast_control || r->foreign > 0) {
		request_totals("", decided, r->next - 1, r->answered);
		if (r->next > r->marked)
			printf(", %llu still out", r->next - r->marked);
		putchar('\n');
		request_rows(r, &r->multicast, "");
		if (r->o->unicast_control) {
			request_totals("unicast: ", decided, r->next - 1,
			    r->unicast_answered);
			putchar('\n');
			request_rows(r, &r->unicast, "unicast ");
		}
		if (r->foreign > 0)
			printf("%llu foreign datagrams\n", r->foreign);
	}
	request_duplicates(r);
	if (r->error != 0)
		return FAULT;
	return decided > 0 && r->answered == decided ? ANSWERED : UNANSWERED;
}

/* The loss is that of the HELLOs that are not out any more. */
static void
request_totals(const char *what, unsigned long long decided,
    unsigned long long sent, unsigned long long answered)
{
	printf("%s%llu sent, %llu answered, %.1f%% loss", what, sent, answered,
	    decided == 0
		? 0.0
		: (double)(decided - answered) * 100.0 / (double)decided);
}

/* Lost: neither answered in time nor late, of the HELLOs not out any more. */
static void
request_rows(const struct requester *r, const struct table *table,
    const char *what)
{
	const struct responder *p;
	char address[ENDPOINT_MAX];
	unsigned long long lost;
	double mean, n;
	size_t i;

	for (i = 0; i < table->count; i++) {
		p = &table->rows[i];
		lost = r->oldest - 1;
		lost -=
		    lost < p->answered + p->late ? lost : p->answered + p->late;
		printf("%s%s: %llu answered, %llu lost, %llu duplicate, "
		       "%llu late, %llu out of order, %llu damaged",
		    what, fmt_address(address, &p->address), p->answered, lost,
		    p->duplicate, p->late, p->disordered, p->damaged);
		if (p->answered > 0) {
			n = (double)p->answered;
			mean = p->sum / n;
			printf(", rtt min/avg/max/stddev "
			       "%.3f/%.3f/%.3f/%.3f ms",
			    p->shortest / MILLI, mean / MILLI,
			    p->longest / MILLI,
			    square_root(p->squares / n - mean * mean) / MILLI);
		}
		putchar('\n');
	}
}

static void
request_duplicates(const struct requester *r)
{
	const struct responder *p;
	char address[ENDPOINT_MAX];
	struct words words;

	memset(&words, 0, sizeof(words));
	for (p = r->multicast.rows; p < r->multicast.rows + r->multicast.count;
	     p++)
		if (p->duplicate > 0) {
			words.word['l'] = fmt_address(address, &p->address);
			diag_say("note", E_DUPLICATE, &words);
			return;
		}
}

/* Returns the row of that address, a new one if need be; NULL: full. */
static struct responder *
table_find(struct table *t, const struct sockaddr_in6 *address)
{
	struct responder *row;
	size_t i;

	i = table_bucket(t, address);
	if (t->buckets[i] != 0)
		return &t->rows[t->buckets[i] - 1];
	if (t->count * 2 >= t->size) {
		if (!table_grow(t))
			return NULL;
		i = table_bucket(t, address);
	}
	row = &t->rows[t->count];
	memset(row, 0, sizeof(*row));
	row->address = *address;
	t->buckets[i] = (uint32_t)++t->count;
	return row;
}

static bool
table_grow(struct table *t)
{
	struct responder *rows;
	uint32_t *buckets;
	size_t i, size;

	size = t->size == 0 ? 64 : t->size * 2;
	if (size / 2 > LISTENERS_MAX)
		return false;
	rows = realloc(t->rows, size / 2 * sizeof(*rows));
	if (rows == NULL)
		return false;
	t->rows = rows;
	buckets = calloc(size, sizeof(*buckets));
	if (buckets == NULL)
		return false;
	free(t->buckets);
	t->buckets = buckets;
	t->size = size;
	for (i = 0; i < t->count; i++)
		buckets[table_bucket(t, &rows[i].address)] = (uint32_t)i + 1;
	return true;
}

/* Returns the bucket that has the address, or the free one that it gets. */
static size_t
table_bucket(const struct table *t, const struct sockaddr_in6 *address)
{
	const struct sockaddr_in6 *a;
	uint32_t hash, word[4];
	size_t i;

	memcpy(word, &address->sin6_addr, sizeof(word));
	hash = address->sin6_scope_id ^ word[0];
	hash = ((hash * 31 ^ word[1]) * 31 ^ word[2]) * 31 ^ word[3];
	hash *= 2654435761u;
	hash ^= hash >> 16;
	for (i = hash & (t->size - 1); t->buckets[i] != 0;
	     i = (i + 1) & (t->size - 1)) {
		a = &t->rows[t->buckets[i] - 1].address;
		if (sock_host(a, address))
			break;
	}
	return i;
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

static void
responder_time(struct responder *p, double rtt)
{
	if (p->answered == 1 || rtt < p->shortest)
		p->shortest = rtt;
	if (rtt > p->longest)
		p->longest = rtt;
	p->sum += rtt;
	p->squares += rtt * rtt;
}

/*
 * One row an interface.  A loopback that carries no multicast is no fault, nor
 * is an interface that is switched off, as long as another one passes.
 */
static enum status
selftest_main(const struct options *o)
{
	struct if_nameindex *there, *p;
	struct loop *loops;
	size_t n, i;
	int passed, failed;

	there = sock_interfaces();
	if (there == NULL)
		fatal("if_nameindex", "");
	for (n = 0; there[n].if_index != 0;)
		n++;
	loops = calloc(n + 1, sizeof(*loops));
	if (loops == NULL)
		fatal("calloc", "interfaces");
	n = 0;
	for (p = there; p->if_index != 0; p++)
		if (o->interface == 0 || p->if_index == o->interface)
			loops[n++].index = p->if_index;
	loop_test(o, wire_id(), loops, n, o->wait);
	if (stop)
		return UNANSWERED;
	printf("%-15s %5s  %-32s %-8s %-8s %-8s %s\n", "interface", "index",
	    "source", "join", "send", "loopback", "verdict");
	passed = failed = 0;
	for (i = 0; i < n; i++)
		selftest_row(o, &loops[i], &passed, &failed);
	if (passed + failed == 0)
		printf("no interface here can carry multicast\n");
	if_freenameindex(there);
	free(loops);
	return passed > 0 && failed == 0 ? ANSWERED : FAULT;
}

static void
selftest_row(const struct options *o, const struct loop *loop, int *passed,
    int *failed)
{
	char name[IF_NAMESIZE], address[ENDPOINT_MAX];
	struct sockaddr_in6 group, source;
	const char *join, *send, *looped, *verdict;
	unsigned long long evidence;

	fmt_interface(name, loop->index);
	group = sock_address(&o->group, loop->index, o->port);
	if (sock_source(&group, loop->index, &source) == 0)
		fmt_address(address, &source);
	else
		snprintf(address, sizeof(address), "-");
	join = send = verdict = "ok";
	looped = "-";
	evidence = E_NAMED | (is_loopback(name) ? E_LOOPBACK : 0);
	if (loop->join_error != 0) {
		join = errno_name(loop->join_error);
		send = "-";
		verdict = "join-refused";
	} else if (loop->send_error != 0) {
		verdict = send = errno_name(loop->send_error);
		evidence |= diag_errno(loop->send_error, loop->index);
		if ((evidence & ~(E_NAMED | E_LOOPBACK)) != 0)
			verdict = diag_decide(evidence)->code;
	} else if (loop_lost(loop) ||
	    (loop->sent[TO_PORT] && !loop->seen[TO_PORT])) {
		looped = "lost";
		verdict = diag_decide(evidence | E_NOT_LOOPED)->code;
	} else
		looped = "ok";
	printf("%-15s %5u  %-32s %-8s %-8s %-8s %s", name, loop->index, address,
	    join, send, looped, verdict);
	if (strcmp(verdict, "ok") == 0)
		++*passed;
	else if (is_loopback(name))
		printf(" (loopback, not counted)");
	else if (strcmp(verdict, "down") == 0)
		printf(" (not counted)");
	else
		++*failed;
	putchar('\n');
}

/*
 * Sends copies to the group that are to come back, on each of n interfaces,
 * and waits for them, LOOPS_MAX interfaces at a time.
 */
static void
loop_test(const struct options *o, uint64_t id, struct loop *loops, size_t n,
    long long wait)
{
	struct watch watch;
	long long end;
	bool waiting;
	size_t batch, i;

	for (; n > 0; n -= batch, loops += batch) {
		batch = n < LOOPS_MAX ? n : LOOPS_MAX;
		for (i = 0; i < batch; i++)
			loop_open(o, id, &loops[i]);
		end = time_now() + wait;
		do {
			memset(&watch, 0, sizeof(watch));
			waiting = false;
			for (i = 0; i < batch; i++)
				waiting |= loop_read(id, &loops[i], &watch);
			if (waiting)
				watch_wait(&watch, end - time_now());
		} while (waiting && !stop && time_now() < end);
		for (i = 0; i < batch; i++) {
			loop_read(id, &loops[i], &watch);
			sock_close(loops[i].fd[0]);
			sock_close(loops[i].fd[1]);
		}
	}
}

/*
 * Two receivers, on any port and (where it can be had) on the group's, and
 * three copies: between any ports, to the group's port, and from the group's
 * port, which is what a packet filter takes for a WELCOME.
 */
static void
loop_open(const struct options *o, uint64_t id, struct loop *loop)
{
	struct sockaddr_in6 any, to;
	int sender;

	loop->fd[0] = sock_open(SOCK_DGRAM);
	loop->fd[1] = -1;
	if (loop->fd[0] == -1) {
		loop->join_error = errno;
		return;
	}
	any = sock_any(0);
	if (sock_bind(loop->fd[0], &any) == -1 ||
	    sock_name(loop->fd[0], &any) == -1 ||
	    sock_join(loop->fd[0], true, &o->group, loop->index) == -1) {
		loop->join_error = errno;
		return;
	}
	to = sock_address(&o->group, loop->index, o->port);
	if (loop->index != 0 || wide(&o->group))
		loop->fd[1] = loop_bind(&to, &o->group, loop->index);
	sender = sock_open(SOCK_DGRAM);
	if (sender == -1) {
		loop->join_error = errno;
		return;
	}
	to.sin6_port = any.sin6_port;
	loop_send(id, loop, sender, TO_ANY, &to);
	if (loop->fd[1] != -1) {
		if (loop->send_error == 0)
			loop_send(id, loop, loop->fd[1], FROM_PORT, &to);
		to.sin6_port = htons((in_port_t)o->port);
		if (loop->send_error == 0)
			loop_send(id, loop, sender, TO_PORT, &to);
	}
	sock_close(sender);
}

/* Returns a socket on the group's address and port, joined; -1: none. */
static int
loop_bind(const struct sockaddr_in6 *address, const struct in6_addr *group,
    unsigned int index)
{
	int fd;

	fd = sock_open(SOCK_DGRAM);
	if (fd == -1)
		return -1;
	SET(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (sock_bind(fd, address) == -1 ||
	    sock_join(fd, true, group, index) == -1) {
		sock_close(fd);
		return -1;
	}
	return fd;
}

static void
loop_send(uint64_t id, struct loop *loop, int fd, enum copy copy,
    const struct sockaddr_in6 *to)
{
	char data[PADDED_MAX];
	struct tag tag;
	size_t size;

	SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 0);
	if (loop->index != 0)
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)loop->index);
	tag.id = id;
	tag.seq = (unsigned long long)loop->index * 4 + copy;
	tag.kind = 'm';
	size = wire_encode(data, WELCOME, &tag, 0);
	if (sock_send(fd, data, size, to) != -1) {
		loop->sent[copy] = true;
		hexdump(data, size);
	} else if (copy != FROM_PORT) /* which BSD can't send */
		loop->send_error = errno;
}

/* Reads what came back; returns whether more is to come. */
static bool
loop_read(uint64_t id, struct loop *loop, struct watch *watch)
{
	unsigned char data[PADDED_MAX];
	struct sockaddr_in6 from;
	struct tag tag;
	ssize_t n;
	size_t rest;
	int i;

	for (i = 0; i < 2; i++) {
		if (loop->fd[i] == -1)
			continue;
		while ((n = sock_receive(loop->fd[i], data, sizeof(data),
			    &from)) != -1) {
			if (wire_decode(data, (size_t)n, &tag, &rest) !=
				WELCOME ||
			    tag.kind != 'm' || tag.id != id ||
			    tag.seq / 4 != loop->index || tag.seq % 4 == 3)
				continue;
			loop->seen[tag.seq % 4] = true;
			loop->from = from;
			hexdump(data, (size_t)n);
		}
		watch_add(watch, loop->fd[i], false);
	}
	for (i = 0; i < 3; i++)
		if (loop->sent[i] && !loop->seen[i])
			return true;
	return false;
}

/* From the group's port if that can be told: so WELCOMEs come. */
static bool
loop_lost(const struct loop *loop)
{
	return !loop->seen[loop->sent[FROM_PORT] ? FROM_PORT : TO_ANY];
}

static void
loop_checked(const char *name, const struct loop *loop)
{
	bool any, port;

	printf("checked: own copy looped back on %s: ", name);
	any = loop->seen[TO_ANY];
	port = loop->seen[TO_PORT];
	if (loop->join_error != 0 || loop->send_error != 0)
		printf("%s: %s\n",
		    loop->join_error != 0 ? "no join" : "not sent",
		    strerror(loop->join_error != 0 ? loop->join_error
						   : loop->send_error));
	else if (any && (port || !loop->sent[TO_PORT]))
		printf("yes\n");
	else if (!any && !port)
		printf("%s\n",
		    loop->seen[FROM_PORT] ? "only from the group's port"
					  : "no");
	else
		printf("%s\n",
		    any ? "yes, but not on the group's port"
			: "only on the group's port");
}

static bool
is_loopback(const char *name)
{
	return strncmp(name, "lo", 2) == 0 &&
	    name[2 + strspn(name + 2, "0123456789")] == '\0';
}
/*
 * The first that fits is the cause.  Words: a answered, b sent, c listeners
 * wanted, d that one's group, e errno text, f interfaces to choose from, g
 * group, h least hop limit, i interface, l listener, o other interface, p
 * port, s when it stopped, u unicast address, x what failed there, z size.
 */
static const struct cause causes[] = {
	{ "no-interface", FAULT, E_NOT_JOINED | E_NO_PATH, 0,
	    "%g could be joined on no interface", "one of these with -I:%f" },
	{ "join-refused", FAULT, E_NOT_JOINED, 0, "%i: %e",
	    "see the limits of memberships (net.core.optmem_max)" },
	{ "answer-failed", FAULT, E_NOT_SENT, 0, "%l: %x: %e",
	    "Operation not permitted, Permission denied: the packet filter of "
	    "the host that said so; no route, no address: none of the "
	    "requester's scope here" },
	{ "duplicate", ANSWERED, E_DUPLICATE, 0,
	    "%l answered a HELLO more than once: two of its interfaces are "
	    "on this link, or the network loops",
	    "start the listener with -I" },
	{ "all-nodes", ANSWERED, E_GROUP_ALL, 0,
	    "every node is a member of ff02::1 and no switch filters it, so "
	    "an answer proves little for other groups",
	    "another group, such as -A " DEFAULT_GROUP },
	{ "port-taken", ANSWERED, E_TAKEN | E_FALLBACK, 0,
	    "another program has the port; bound to %g, so only multicast "
	    "is heard, no unicast",
	    "another port with -P on both hosts, to hear both" },
	{ "port-taken", FAULT, E_TAKEN, 0,
	    "another program has the port of %g and does not share it "
	    "(SO_REUSEADDR)",
	    "another port: -p here, -P on both hosts\nsockstat -6 (BSD) or "
	    "ss -6ulnp (Linux) shows who has it" },
	{ "filter-in", ANSWERED, E_HEARD_NOTHING | E_NOT_LOOPED, 0,
	    "nothing was heard, and not even an own copy to %g came back on "
	    "%i: this host's packet filter drops what comes in",
	    "let UDP to port %p in on %i" },
	{ "silent", ANSWERED, E_HEARD_NOTHING, 0, "nothing was heard on %g",
	    "mcast6dbg -A the same group and -I its interface on the other "
	    "host, and read its diagnosis" },
	{ "scope-reserved", UNANSWERED, E_RESERVED, 0,
	    "the scope of %g is reserved, and most systems drop it",
	    "a group of link-local scope, -A " DEFAULT_GROUP },
	{ "scope-interface", UNANSWERED, E_INTERFACE_LOCAL, 0,
	    "%g has interface-local scope and never leaves this host",
	    "a group of link-local scope, -A " DEFAULT_GROUP },
	{ "hop-limit", UNANSWERED, E_NO_HOPS, 0,
	    "with hop limit 0 a HELLO is not to leave this host", "-H 1" },
	{ "filter-out", FAULT, E_FILTERED, 0,
	    "this host's packet filter, or a prohibit route, stops the HELLO "
	    "to %g on its way out",
	    "let UDP to port %p out: nft list ruleset, ip -6 route (Linux); "
	    "pfctl -sr, ipfw list, npfctl show (BSD)" },
	{ "too-long", FAULT, E_TOO_LONG, 0,
	    "%z bytes are more than this system sends in one datagram",
	    "a smaller -s (BSD: about 9200)" },
	{ "no-address", FAULT, E_NO_SOURCE | E_NAMED, 0,
	    "%i has no usable source address: none at all, or a tentative or "
	    "duplicate one",
	    "look with ip -6 addr show dev %i (Linux), ifconfig %i (BSD), "
	    "and give it an address" },
	{ "no-interface", FAULT, E_NO_SOURCE, 0,
	    "this system has no usable default interface for multicast",
	    "name one with -I:%f" },
	{ "no-interface", FAULT, E_NO_PATH, E_NAMED,
	    "this system has no default interface for multicast",
	    "name one with -I:%f" },
	{ "no-route", FAULT, E_NO_PATH | E_LOOPBACK, 0,
	    "%i, a loopback interface, carries no multicast here",
	    "another interface, or ip -6 route add local ff00::/8 dev %i "
	    "(Linux)" },
	{ "no-route", FAULT, E_NO_PATH | E_LINK_UP, 0,
	    "%i is up but has no multicast route",
	    "ip -6 route add multicast ff00::/8 dev %i table local (Linux)\n"
	    "route add -inet6 ff00::/8 -interface %i (BSD)" },
	{ "down", FAULT, E_NO_PATH, 0,
	    "%i is down, or IPv6 is switched off on it",
	    "ip link set %i up; sysctl net.ipv6.conf.%i.disable_ipv6=0 "
	    "(Linux)\nifconfig %i up; ifconfig %i inet6 -ifdisabled (BSD)" },
	{ "no-route", FAULT, E_NOT_LOOPED | E_LOOPBACK, 0,
	    "%i, a loopback interface, carries no multicast here",
	    "another interface, or ip -6 route add local ff00::/8 dev %i "
	    "(Linux)" },
	{ "stopped", UNANSWERED, E_STOPPED, E_AGAIN,
	    "answered until %s, then not any more; 250 to 270 s after the "
	    "listener joined it is MLD snooping without a querier",
	    "enable an MLD querier on the link, or turn MLD snooping off\n"
	    "on the listener's host: does it still run, is its link up?" },
	{ "partial", UNANSWERED, E_PARTLY, 0,
	    "%a of %b HELLOs were answered by %c or more listeners; the rows "
	    "above tell who is missing how often",
	    "-c 100 -i 0.1 measures the loss; -u tells it from unicast loss" },
	{ "lossy", UNANSWERED, E_AGAIN, 0,
	    "now %g answers: a HELLO or its WELCOME was lost or late, or the "
	    "listener has only just begun",
	    "measure with -c 100 -i 0.1, or wait longer with -w" },
	{ "fragments", UNANSWERED, E_SMALL, 0,
	    "small HELLOs are answered, those of %z bytes are not: fragments "
	    "are dropped on the way, or the MTU differs",
	    "a smaller -s, and compare the MTUs (ip link, ifconfig)" },
	{ "hop-limit", UNANSWERED, E_HOPS, E_OTHER,
	    "there are routers in between: hop limit %h is answered", "-H %h" },
	{ "silent", UNANSWERED, E_BARE, 0,
	    "a listener is reached by one of the probes above, but its "
	    "WELCOME has no tag, so it can't be told by which",
	    "mcast6dbg -l on the other host instead of FLoM" },
	{ "filter-in", UNANSWERED, E_NOT_LOOPED,
	    E_ALL_NODES | E_BY_GROUP | E_REFUSED,
	    "not even an own copy came back on %i: this host's packet filter "
	    "drops what comes in; a rule for established connections does "
	    "not do, it can't pair a unicast WELCOME with a multicast HELLO",
	    "accept UDP from port %p, or fix our port with -p and accept that: "
	    "nft insert rule inet filter input udp sport %p accept (Linux)\n"
	    "pass in inet6 proto udp from any port %p (pf)" },
	{ "wrong-interface", UNANSWERED, E_OTHER, 0,
	    "the listener is behind %o, but the HELLO left on %i", "-I %o" },
	{ "source-scope", UNANSWERED, E_LINK_LOCAL | E_WIDE,
	    E_ALL_NODES | E_BY_GROUP | E_HOP1,
	    "%g is wider than the link, but the source address is link-local, "
	    "and no router forwards that",
	    "give %i a global or unique-local address" },
	{ "answer-lost", UNANSWERED, E_BY_GROUP, E_ALL_NODES,
	    "%l hears us and answers by multicast, but its unicast answer is "
	    "lost: neighbour discovery fails on the way (a switch that forgot "
	    "the solicited-node group, filtered ICMPv6), or its host has no "
	    "address or route of that scope, or filters the answer",
	    "let ICMPv6 pass, enable an MLD querier or turn MLD snooping off\n"
	    "on the listener's host: ping our address" },
	{ "snooping", UNANSWERED, E_AFTER, 0,
	    "a switch had forgotten that %l is a member",
	    "enable an MLD querier on this link, or turn MLD snooping off: "
	    "ip link set br0 type bridge mcast_querier 1, "
	    "or mcast_snooping 0 (Linux)" },
	{ "other-group", UNANSWERED, E_OTHER_GROUP, 0,
	    "%l listens on %d, not on %g", "-A %d" },
	{ "answer-lost", UNANSWERED, E_THERE_FAILED, 0,
	    "%l heard a HELLO but could not answer it: %x",
	    "on its host: EPERM or EACCES is its packet filter, ENETUNREACH "
	    "or EADDRNOTAVAIL no route or address of our scope" },
	{ "filter-remote", UNANSWERED, E_THERE_LOST, 0,
	    "the packet filter on the host of %l drops %g: not even its own "
	    "copy comes back there",
	    "let UDP to %g port %p in there" },
	{ "not-joined", UNANSWERED, E_ALL_NODES, 0,
	    "%l is reached by ff02::1 but not by %g: its MLD reports don't "
	    "reach the switch, a switch drops or has forgotten the group, or "
	    "the listener joined another group or on another interface",
	    "on the listener's host: netstat -gs, ip maddr (Linux), ifmcstat "
	    "(BSD); let MLD (ICMPv6 types 131, 132, 143) pass" },
	{ "not-routed", UNANSWERED, E_UNICAST, E_HOP1,
	    "a router is between here and %u and does not forward %g: no "
	    "multicast routing there, or a group of link-local scope, which "
	    "no router forwards",
	    "a group of wider scope (-A ff0e::1234 -H 16), and multicast "
	    "routing on the router" },
	{ "filter-multicast", UNANSWERED, E_UNICAST, 0,
	    "unicast to %u is answered, multicast is not: it is dropped on "
	    "the way (a filter, an access point, a cloud network without "
	    "multicast), or the listener has no address of that scope to "
	    "answer from",
	    "a capture on the listener's host: tcpdump -i em0 udp port %p" },
	{ "no-listener", UNANSWERED, E_REFUSED, 0,
	    "the host of %u is there, but nothing listens on port %p, or only "
	    "on the group's address, or a filter says so",
	    "start mcast6dbg -l -A %g there, with the same -P" },
	{ "filter-remote", UNANSWERED, E_REJECTED, 0,
	    "a packet filter at %u, or on the way, rejects UDP port %p",
	    "let UDP to port %p in there" },
	{ "filter-remote", UNANSWERED, E_CLOSED, 0,
	    "a packet filter at %u, or on the way there or back, drops UDP "
	    "port %p: another, closed port says so",
	    "let UDP to port %p in there" },
	{ "filter-remote", UNANSWERED, E_TCP, 0,
	    "the host of %u is there, but a packet filter there or on the "
	    "way drops UDP",
	    "let UDP to port %p in there" },
	{ "no-neighbour", UNANSWERED, E_NO_NEIGHBOUR, 0,
	    "nobody answers for %u, or the router to it, on the link: cable, "
	    "VLAN, client isolation of an access point, or the host is off",
	    "ip -6 neigh (Linux), ndp -a (BSD), and the link in between" },
	{ "unreachable", UNANSWERED, E_TARGET, 0,
	    "nothing comes back from %u: no route, the host is down, or it "
	    "drops everything",
	    "ping6 and traceroute6 to it" },
	{ "silent", UNANSWERED, 0, 0,
	    "nothing answered: no listener, or the first hop drops all",
	    "mcast6dbg -l on the other host, if none runs there\n"
	    "its unicast address with -u tells the causes apart" },
};

/* What an experiment is, in checked: lines, and the evidence of an answer. */
static const struct {
	const char *what;
	unsigned long long evidence;
} steps[] = {
	[AGAIN] = { "%g again", E_AGAIN },
	[EVERYBODY] = { "ff02::1", E_ALL_NODES | E_BY_GROUP },
	[BY_GROUP] = { "ff02::1, answer to ff02::1 too", E_BY_GROUP },
	[ELSEWHERE] = { "%g on %o", E_OTHER },
	[MORE_HOPS] = { "%g with hop limit 64", E_HOPS },
	[SMALL] = { "%g without padding", E_SMALL },
	[UNICAST] = { "unicast to %u", E_UNICAST },
	[HOP1] = { "unicast to %u with hop limit 1", E_HOP1 | E_UNICAST },
	[CLOSED] = { "a closed port there", 0 },
	[TCP] = { "TCP to %u", E_TCP },
	[REJOIN] = { "%l asked to join again", 0 },
	[AFTER] = { "%g after %l joined again", E_AFTER },
	[LADDER] = { "%g with hop limit %h", 0 },
};

static const struct cause *
diag_decide(unsigned long long evidence)
{
	const struct cause *c;

	c = causes;
	while ((evidence & c->needs) != c->needs || (evidence & c->lacks) != 0)
		c++;
	return c;
}

/* The evidence in an errno of sendto; index 0: no interface was named. */
static unsigned long long
diag_errno(int error, unsigned int index)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return E_FILTERED;
	case EMSGSIZE:
		return E_TOO_LONG;
	case EADDRNOTAVAIL:
		return E_NO_SOURCE;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case ENODEV:
	case ENXIO:
	case EINVAL:
		return E_NO_PATH |
		    (index != 0 && sock_link_up(index) ? E_LINK_UP : 0);
	default:
		return 0;
	}
}

static unsigned long long
diag_arguments(const struct options *o)
{
	unsigned long long evidence;

	evidence = 0;
	switch (scope(&o->group)) {
	case 0:
	case 15:
		evidence |= E_RESERVED;
		break;
	case 1:
		evidence |= E_INTERFACE_LOCAL;
	}
	if (o->hops == 0)
		evidence |= E_NO_HOPS;
	if (o->interface != 0)
		evidence |= E_NAMED;
	if (wide(&o->group))
		evidence |= E_WIDE;
	return evidence;
}

/* Prints with the words put in; a word that is not known is left out. */
static void
diag_expand(const char *text, size_t n, const struct words *words)
{
	const char *end, *word;

	for (end = text + n; text < end; text++) {
		if (*text != '%') {
			putchar(*text);
			continue;
		}
		text++;
		word = words == NULL ? NULL : words->word[*text & 127];
		fputs(word == NULL ? "?" : word, stdout);
	}
}

/* Prints, under the label, the cause that fits, and returns it. */
static const struct cause *
diag_say(const char *label, unsigned long long evidence,
    const struct words *words)
{
	const struct cause *cause;
	const char *s;

	cause = diag_decide(evidence);
	printf("%s: %s: ", label, cause->code);
	diag_expand(cause->sentence, strlen(cause->sentence), words);
	for (s = cause->remedy; *s != '\0'; s += *s == '\n') {
		printf("\ntry: ");
		diag_expand(s, strcspn(s, "\n"), words);
		s += strcspn(s, "\n");
	}
	putchar('\n');
	out_flush();
	return cause;
}

/* What a failed sendto means; the fault is on this host. */
static enum status
diag_fault(struct requester *r, int error)
{
	unsigned long long evidence;
	struct diagnosis d;

	evidence = diag_errno(error, r->o->interface);
	if (evidence == 0 || r->o->no_diagnosis)
		return FAULT;
	memset(&d, 0, sizeof(d));
	d.r = r;
	diag_words(&d);
	evidence |= diag_arguments(r->o);
	if (is_loopback(d.name))
		evidence |= E_LOOPBACK;
	if ((evidence & (E_NO_PATH | E_NAMED)) == (E_NO_PATH | E_NAMED))
		printf("checked: unicast connect() on %s: %s\n", d.name,
		    (evidence & E_LINK_UP) != 0 ? "works" : "fails");
	diag_say("diagnosis", evidence, &d.words);
	return FAULT;
}

/* Experiments after a time-out; the verdict comes within 4 seconds. */
static enum status
diag_requester(struct requester *r)
{
	enum status status;
	struct diagnosis d;
	size_t i;

	memset(&d, 0, sizeof(d));
	d.r = r;
	d.base = r->next;
	d.probes = calloc(PROBES_MAX, sizeof(*d.probes));
	if (d.probes == NULL)
		fatal("calloc", "probes");
	d.evidence = diag_arguments(r->o) | diag_run_evidence(r);
	diag_loop(&d);
	if ((d.evidence & (E_RESERVED | E_INTERFACE_LOCAL | E_NO_HOPS)) == 0)
		diag_experiment(&d);
	status = stop ? UNANSWERED : diag_verdict(&d);
	for (i = 0; i < d.count; i++)
		sock_close(d.probes[i].fd);
	free(d.probes);
	return status;
}

/* A run that stopped has a cause that can still be seen: that is a note. */
static enum status
diag_verdict(struct diagnosis *d)
{
	const struct cause *cause;

	diag_words(d);
	diag_checked(d);
	cause = diag_say("diagnosis", d->evidence, &d->words);
	d->evidence &= ~(E_STOPPED | E_PARTLY);
	if (strcmp(cause->code, "stopped") == 0 &&
	    strcmp(diag_decide(d->evidence)->code, "silent") != 0)
		diag_say("note", d->evidence, &d->words);
	return cause->status;
}

/* What the run itself shows. */
static unsigned long long
diag_run_evidence(const struct requester *r)
{
	unsigned long long evidence, before;
	size_t i;

	evidence = 0;
	for (i = 0; i < r->multicast.count; i++)
		if (r->multicast.rows[i].answered > 0)
			evidence |= E_PARTLY;
	before = r->marked - 1 - r->trailing;
	if (r->answered > 0 && r->trailing >= 3 &&
	    (before - r->answered) * 4 <= before)
		evidence |= E_STOPPED;
	if (IN6_IS_ADDR_LINKLOCAL(&r->source.sin6_addr))
		evidence |= E_LINK_LOCAL;
	return evidence;
}

static void
diag_loop(struct diagnosis *d)
{
	d->loop.index = d->r->index;
	loop_test(d->r->o, d->r->id, &d->loop, 1, LOOP_WAIT);
	fmt_interface(d->name, d->r->index);
	if (is_loopback(d->name))
		d->evidence |= E_LOOPBACK;
	if (d->loop.send_error == 0 && d->loop.join_error == 0 &&
	    loop_lost(&d->loop))
		d->evidence |= E_NOT_LOOPED;
}

/*
 * The group alone first, so that an untagged answer tells something; then all
 * else at once; then what follows from the answers.  TCP needs 3 s to tell
 * that a neighbour is not there, so it starts with the first.
 */
static void
diag_experiment(struct diagnosis *d)
{
	const struct requester *r;
	long long start;

	r = d->r;
	start = time_now();
	diag_probe(d, AGAIN, 'm', &r->group, r->index, r->o->hops);
	d->probes[0].copies = 1;
	d->has_target = r->o->unicast_control;
	d->target = r->o->unicast;
	if (d->has_target)
		diag_connected(d, TCP, SOCK_STREAM, r->o->port, 0);
	diag_run(d, 200 * MILLI, AGAIN);
	if ((d->evidence & (E_AGAIN | E_PARTLY)) == E_AGAIN)
		return;
	diag_round(d);
	diag_run(d, SECOND, (d->evidence & E_PARTLY) != 0 ? LADDER : AGAIN);
	if ((d->evidence & E_AGAIN) != 0)
		return;
	diag_found(d);
	if ((d->evidence &
		(E_TARGET | E_UNICAST | E_REFUSED | E_REJECTED | E_CLOSED |
		    E_ALL_NODES)) != E_TARGET)
		return;
	diag_neighbour(d);
	if ((d->evidence & (E_TCP | E_NO_NEIGHBOUR)) == 0)
		diag_run(d, start + TCP_WAIT - time_now(), TCP);
}

static void
diag_round(struct diagnosis *d)
{
	struct if_nameindex *there, *p;
	const struct options *o;
	struct sockaddr_in6 to;

	o = d->r->o;
	to = sock_all_nodes(d->r->index, o->port);
	d->probes[0].copies = 2;
	sock_join(d->r->fd, true, &to.sin6_addr, d->r->index);
	diag_probe(d, BY_GROUP, 'g', &to, d->r->index, 1);
	diag_probe(d, EVERYBODY, 'm', &to, d->r->index, 1);
	if (o->hops < 64)
		diag_probe(d, MORE_HOPS, 'm', &d->r->group, d->r->index, 64);
	if (o->size > 0)
		diag_probe(d, SMALL, 'm', &d->r->group, d->r->index, o->hops);
	if (d->has_target)
		diag_unicast(d);
	there = sock_interfaces();
	for (p = there; p != NULL && p->if_index != 0; p++)
		if (p->if_index != d->r->index && !is_loopback(p->if_name)) {
			to = sock_address(&o->group, p->if_index, o->port);
			diag_probe(d, ELSEWHERE, 'm', &to, p->if_index,
			    o->hops);
		}
	if (there != NULL)
		if_freenameindex(there);
}

/* With the listeners found: join again, and the group once more. */
static void
diag_found(struct diagnosis *d)
{
	const struct options *o;
	struct sockaddr_in6 to;
	bool known;
	int hops;

	o = d->r->o;
	known = d->has_target;
	diag_learn(d);
	if ((d->evidence & E_HOPS) != 0)
		for (hops = o->hops + 1; hops <= LADDER_MAX; hops++)
			diag_probe(d, LADDER, 'm', &d->r->group, d->r->index,
			    hops);
	if (d->has_target && !known)
		diag_unicast(d);
	if ((d->evidence & E_BY_GROUP) != 0) {
		to = sock_all_nodes(d->r->index, o->port);
		diag_probe(d, REJOIN, 'r', &to, d->r->index, 1);
	}
	if ((d->evidence & (E_UNICAST | E_BY_GROUP)) != 0 && d->has_target)
		diag_connected(d, REJOIN, SOCK_DGRAM, o->port, 0);
	diag_run(d, 400 * MILLI, LADDER);
	if (diag_find(d, REJOIN) != NULL) {
		diag_probe(d, AFTER, 'm', &d->r->group, d->r->index, o->hops);
		diag_run(d, 800 * MILLI, AFTER);
	}
}

/*
 * Linux keeps datagrams until neighbour discovery is through, and on account
 * of the socket: one with a small buffer stays full then.  (Its TCP does not
 * tell of a missing neighbour where that address is link-local.)  After three
 * seconds it gives up and drops them, so there is more than one try.
 */
static void
diag_neighbour(struct diagnosis *d)
{
	struct sockaddr_in6 to;
	struct watch watch;
	int fd, i, tries;

	to = d->target;
	to.sin6_port = htons(CLOSED_PORT);
	fd = sock_open(SOCK_DGRAM);
	if (fd == -1)
		return;
	SET(fd, SOL_SOCKET, SO_SNDBUF, 1);
	if (sock_connect(fd, &to) == 0)
		for (tries = 0; tries < 3 && !d->queued; tries++) {
			for (i = 0; i < 8; i++)
				sock_send(fd, d->r->data, QUEUED_SIZE, NULL);
			diag_run(d, 300 * MILLI, TCP);
			memset(&watch, 0, sizeof(watch));
			watch_add(&watch, fd, true);
			d->queued = !stop && watch_wait(&watch, 0) == 0;
		}
	if (d->queued)
		d->evidence |= E_NO_NEIGHBOUR;
	sock_close(fd);
}

/* The listener that answered is the unicast control where -u names none. */
static void
diag_learn(struct diagnosis *d)
{
	const struct probe *p;

	for (p = d->probes; p < d->probes + d->count && !d->has_target; p++)
		if (p->answered && p->step != ELSEWHERE) {
			d->has_target = true;
			d->target = p->from;
		}
}

/*
 * Sockets of their own: connected ones are shown ICMPv6 errors, and the state
 * that a filter keeps of them does not let answers of the group in.
 */
static void
diag_unicast(struct diagnosis *d)
{
	d->evidence |= E_TARGET;
	diag_connected(d, UNICAST, SOCK_DGRAM, d->r->o->port, 0);
	diag_connected(d, HOP1, SOCK_DGRAM, d->r->o->port, 1);
	diag_connected(d, CLOSED, SOCK_DGRAM, CLOSED_PORT, 0);
}

static void
diag_connected(struct diagnosis *d, enum step step, int type, unsigned int port,
    int hops)
{
	struct sockaddr_in6 to;
	struct probe *p;

	to = d->target;
	to.sin6_port = htons((in_port_t)port);
	p = diag_probe(d, step, step == REJOIN ? 'r' : 'u', &to, 0, hops);
	if (p == NULL)
		return;
	p->fd = sock_open(type);
	if (p->fd == -1) {
		p->error = errno;
		p->copies = 0;
		return;
	}
	if (hops > 0)
		SET(p->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops);
	if (type == SOCK_STREAM)
		p->copies = 0;
	if (sock_connect(p->fd, &to) == -1 && errno != EINPROGRESS) {
		p->error = errno;
		p->copies = 0;
		if (type == SOCK_STREAM)
			diag_failed(d, p, errno);
	}
}

/* Returns a new probe, NULL if there are too many. */
static struct probe *
diag_probe(struct diagnosis *d, enum step step, char kind,
    const struct sockaddr_in6 *to, unsigned int index, int hops)
{
	struct probe *p;

	if (d->count == PROBES_MAX)
		return NULL;
	p = &d->probes[d->count++];
	p->step = step;
	p->kind = kind;
	p->fd = -1;
	p->to = *to;
	p->index = index;
	p->hops = hops;
	if (step == AGAIN || step == ELSEWHERE || step == MORE_HOPS ||
	    step == AFTER || step == LADDER)
		p->size = d->r->o->size;
	p->copies = 3;
	return p;
}

/* Sends and receives for that long, or until that step is answered. */
static void
diag_run(struct diagnosis *d, long long wait, enum step until)
{
	const struct probe *p;
	struct watch watch;
	long long end, next, now;
	size_t i;

	out_flush();
	for (now = time_now(), end = now + wait; now < end && !stop;
	     now = time_now()) {
		p = diag_find(d, until);
		if (p != NULL && (p->answered || p->error != 0))
			return;
		memset(&watch, 0, sizeof(watch));
		watch_add(&watch, d->r->fd, false);
		next = diag_send_due(d, now, end);
		for (i = 0; i < d->count; i++)
			if (d->probes[i].fd != -1 && !d->probes[i].answered &&
			    d->probes[i].error == 0)
				watch_add(&watch, d->probes[i].fd,
				    d->probes[i].step == TCP);
		watch_wait(&watch, next - now);
		if (watch_ready(&watch, d->r->fd, false))
			diag_receive(d, d->r->fd, NULL);
		for (i = 0; i < d->count; i++)
			if (d->probes[i].fd == -1)
				continue;
			else if (watch_ready(&watch, d->probes[i].fd, false))
				diag_receive(d, d->probes[i].fd, &d->probes[i]);
			else if (watch_ready(&watch, d->probes[i].fd, true))
				diag_tcp(d, &d->probes[i]);
	}
}

/* Sends the copies that are due; returns when there is more to do. */
static long long
diag_send_due(struct diagnosis *d, long long now, long long end)
{
	struct probe *p;

	for (p = d->probes; p < d->probes + d->count; p++) {
		if (p->copies == 0 || p->answered || p->error != 0)
			continue;
		if (p->due <= now) {
			diag_send(d, p);
			p->copies--;
			p->due = now + 150 * MILLI;
		}
		if (p->copies > 0 && p->due < end)
			end = p->due;
	}
	return end;
}

static void
diag_send(struct diagnosis *d, struct probe *p)
{
	struct tag tag;
	size_t size;
	int fd;

	fd = p->fd;
	if (fd == -1) {
		fd = d->r->fd;
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)p->index);
		SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, p->hops);
	}
	tag.id = d->r->id;
	tag.seq = d->base + (unsigned long long)(p - d->probes);
	tag.kind = p->kind;
	size = wire_encode(d->r->hello, HELLO, &tag, p->size);
	if (sock_send(fd, d->r->hello, size, p->fd == -1 ? &p->to : NULL) !=
	    -1) {
		p->sent = true;
		hexdump(d->r->hello, size);
	} else if (errno != EAGAIN && errno != ENOBUFS)
		diag_failed(d, p, errno);
}

/* An errno: on a connected socket, once it has sent, what came from there. */
static void
diag_failed(struct diagnosis *d, struct probe *p, int error)
{
	p->error = error;
	if (p->step == TCP && error == ECONNREFUSED)
		d->evidence |= E_TCP;
	else if (p->step == TCP &&
	    (error == EHOSTUNREACH || error == EHOSTDOWN))
		d->evidence |= E_NO_NEIGHBOUR;
	else if (p->step == UNICAST && p->sent && error == ECONNREFUSED)
		d->evidence |= E_REFUSED;
	else if (p->step == UNICAST && p->sent && error == EACCES)
		d->evidence |= E_REJECTED;
	else if (p->step == CLOSED && p->sent && error == ECONNREFUSED)
		d->evidence |= E_CLOSED;
}

static void
diag_receive(struct diagnosis *d, int fd, struct probe *p)
{
	struct sockaddr_in6 from;
	ssize_t n;
	int i;

	for (i = 0; i < BATCH; i++) {
		n = sock_receive(fd, d->r->data, sizeof(d->r->data), &from);
		if (n != -1) {
			hexdump(d->r->data, (size_t)n);
			diag_answer(d, (size_t)n, &from, p);
		} else {
			if (p != NULL && p->error == 0 && errno != EAGAIN &&
			    errno != EINTR)
				diag_failed(d, p, errno);
			break;
		}
	}
}

/*
 * An untagged WELCOME answers its socket's probe, or the group as long as
 * nothing else is out.  A late one to the run answers the group, too.
 */
static void
diag_answer(struct diagnosis *d, size_t n, const struct sockaddr_in6 *from,
    struct probe *p)
{
	struct tag tag;
	size_t rest;

	if (wire_decode(d->r->data, n, &tag, &rest) != WELCOME)
		return;
	if (tag.kind == '\0') {
		if (rest != n)
			return;
		if (p == NULL && diag_find(d, EVERYBODY) != NULL) {
			d->evidence |= E_BARE;
			return;
		}
		if (p == NULL)
			p = &d->probes[0];
	} else {
		if (tag.id != d->r->id || tag.seq == 0 ||
		    tag.seq >= d->base + d->count)
			return;
		if (tag.seq < d->base &&
		    (tag.kind != 'm' || (d->evidence & E_PARTLY) != 0))
			return;
		p = &d->probes[tag.seq < d->base ? 0 : tag.seq - d->base];
	}
	if (sock_host(from, &d->r->source) &&
	    (p->step == EVERYBODY || p->step == BY_GROUP))
		return; /* a listener on this host tells nothing of the link */
	if (p->answered && p->step == BY_GROUP && sock_host(from, &p->from))
		d->evidence |= E_ALL_NODES; /* twice: by unicast, too */
	if (!p->answered)
		p->from = *from;
	p->answered = true;
	d->evidence |= steps[p->step].evidence;
	if (p->step == EVERYBODY && d->r->multicast.rows != NULL &&
	    d->r->multicast.buckets[table_bucket(&d->r->multicast, from)] == 0)
		d->stranger = *from;
	if (p->step == REJOIN)
		diag_report(d, (const char *)d->r->data + rest, n - rest);
}

/* Reads the words of listen_report; whatever is not as it has it is left. */
static void
diag_report(struct diagnosis *d, const char *text, size_t n)
{
	char word[64], error[sizeof(d->there_error)];
	struct in6_addr group;
	size_t length, i;
	long long age;

	age = -1;
	error[0] = '\0';
	for (i = 0; i < n; i += length + 1) {
		for (length = 0; i + length < n && text[i + length] != ' ';)
			length++;
		if (length >= sizeof(word))
			continue;
		memcpy(word, text + i, length);
		word[length] = '\0';
		if (strncmp(word, "group=", 6) == 0 &&
		    inet_pton(AF_INET6, word + 6, &group) == 1) {
			if (IN6_ARE_ADDR_EQUAL(&group, &d->r->o->group))
				d->same_group = true;
			else
				d->other_group = group;
		} else if (strcmp(word, "loop=no") == 0)
			d->evidence |= E_THERE_LOST;
		else if (strncmp(word, "error=", 6) == 0 &&
		    length - 6 < sizeof(error))
			memcpy(error, word + 6, length - 5);
		else if (strncmp(word, "error-age=", 10) == 0 &&
		    !parse_digits(word + 10, length - 10, &age))
			age = -1;
	}
	if (age >= 0 && age <= FRESH && error[0] == 'E' &&
	    error[strspn(error, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] ==
		'\0') {
		memcpy(d->there_error, error, sizeof(error));
		d->evidence |= E_THERE_FAILED;
	}
	d->evidence &= ~E_OTHER_GROUP;
	if (!d->same_group && IN6_IS_ADDR_MULTICAST(&d->other_group))
		d->evidence |= E_OTHER_GROUP;
}

static void
diag_tcp(struct diagnosis *d, struct probe *p)
{
	socklen_t n;
	int error;

	if (p->answered || p->error != 0)
		return;
	n = sizeof(error);
	if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &n) == -1)
		error = errno;
	trace_call(error == 0 ? 0 : -1, error, "connect(%d) completes", p->fd);
	if (error != 0) {
		diag_failed(d, p, error);
		return;
	}
	p->answered = true;
	p->from = p->to;
	d->evidence |= E_TCP;
}

/* The first probe of that step, an answered one if there is one; or NULL. */
static struct probe *
diag_find(const struct diagnosis *d, enum step step)
{
	struct probe *found;
	size_t i;

	found = NULL;
	for (i = 0; i < d->count; i++)
		if (d->probes[i].step == step &&
		    (found == NULL ||
			(d->probes[i].answered && !found->answered)))
			found = &d->probes[i];
	return found;
}

static void
diag_words(struct diagnosis *d)
{
	const struct requester *r;
	const struct probe *p;
	const char **word;

	r = d->r;
	word = d->words.word;
	snprintf(d->number[0], sizeof(d->number[0]), "%llu", r->answered);
	snprintf(d->number[1], sizeof(d->number[1]), "%llu", r->marked - 1);
	snprintf(d->number[2], sizeof(d->number[2]), "%ld", r->o->listeners);
	snprintf(d->number[3], sizeof(d->number[3]), "%u", r->o->port);
	snprintf(d->number[4], sizeof(d->number[4]), "%zu", r->o->size);
	snprintf(d->number[5], sizeof(d->number[5]), "%.1f s",
	    (double)(r->last_answered - r->start) / SECOND);
	word['a'] = d->number[0];
	word['b'] = d->number[1];
	word['c'] = d->number[2];
	word['p'] = d->number[3];
	word['z'] = d->number[4];
	word['s'] = d->number[5];
	inet_ntop(AF_INET6, &r->o->group, d->group, sizeof(d->group));
	word['g'] = d->group;
	inet_ntop(AF_INET6, &d->other_group, d->there_group,
	    sizeof(d->there_group));
	word['d'] = d->there_group;
	word['f'] = fmt_interfaces(d->interfaces, sizeof(d->interfaces));
	word['i'] = r->index == 0 ? "the kernel's choice of interface"
				  : fmt_interface(d->name, r->index);
	word['x'] = d->there_error;
	if ((p = diag_find(d, LADDER)) != NULL && p->answered)
		snprintf(d->number[6], sizeof(d->number[6]), "%d", p->hops);
	else
		snprintf(d->number[6], sizeof(d->number[6]), "64");
	word['h'] = d->number[6];
	if ((p = diag_find(d, ELSEWHERE)) != NULL)
		word['o'] = fmt_interface(d->other, p->index);
	if (d->has_target)
		word['u'] = word['l'] = fmt_address(d->unicast, &d->target);
	if (((p = diag_find(d, EVERYBODY)) != NULL && p->answered) ||
	    ((p = diag_find(d, BY_GROUP)) != NULL && p->answered) ||
	    ((p = diag_find(d, REJOIN)) != NULL && p->answered))
		word['l'] = fmt_address(d->listener, &p->from);
}

/*
 * One line an experiment, in the order in which they began; of those that
 * are alike only the one that was answered.
 */
static void
diag_checked(struct diagnosis *d)
{
	char text[ENDPOINT_MAX];
	const struct probe *p;

	loop_checked(d->words.word['i'], &d->loop);
	for (p = d->probes; p < d->probes + d->count; p++) {
		if (p != diag_find(d, p->step) ||
		    (!p->sent && p->error == 0 && p->step != TCP))
			continue;
		if (p->step == ELSEWHERE && !p->answered)
			d->words.word['o'] = "other interfaces";
		diag_checked_probe(d, p);
	}
	if (d->queued)
		printf("checked: datagrams to %s: stay queued on this host, "
		       "no neighbour takes them\n",
		    d->unicast);
	if (d->stranger.sin6_family == AF_INET6 && d->r->multicast.count > 0)
		printf("checked: %s answers ff02::1 but never answered %s\n",
		    fmt_address(text, &d->stranger), d->group);
}

static void
diag_checked_probe(const struct diagnosis *d, const struct probe *p)
{
	char text[ENDPOINT_MAX];

	printf("checked: ");
	diag_expand(steps[p->step].what, strlen(steps[p->step].what),
	    &d->words);
	if (p->answered)
		printf(": answered by %s\n", fmt_endpoint(text, &p->from));
	else if (p->error != 0)
		printf(": %s\n", strerror(p->error));
	else
		printf(": %s\n",
		    p->step == TCP && p->fd != -1 ? "no answer yet" : "silent");
}

/* Returns a socket that does not block, -1 with errno. */
static int
sock_open(int type)
{
	const char *call;
	int error, fd;

	call = "socket";
	fd = socket(AF_INET6, type, 0);
	trace_call(fd, errno, "socket(AF_INET6, %s, 0)",
	    type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_STREAM");
	error = errno;
	if (fd >= FD_SETSIZE) {
		error = EMFILE;
	} else if (fd != -1) {
		call = "setsockopt IPV6_V6ONLY";
		if (fcntl(fd, F_SETFL, O_NONBLOCK) != -1 &&
		    SET(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) != -1)
			return fd;
		error = errno;
	}
	sock_close(fd);
	errno = error;
	complain(call, "AF_INET6");
	return -1;
}

/* An int does for IPV6_MULTICAST_IF too: it has the size of an unsigned. */
static int
sock_set(int fd, int level, int option, const char *name, int value)
{
	int result;

	result = setsockopt(fd, level, option, &value, sizeof(value));
	trace_call(result, errno, "setsockopt(%d, %s, %d)", fd, name, value);
	return result;
}

static int
sock_bind(int fd, const struct sockaddr_in6 *address)
{
	int result;

	result = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	if (output.trace)
		trace_call(result, errno, "bind(%d, %s)", fd,
		    fmt_sockaddr(address));
	return result;
}

static int
sock_connect(int fd, const struct sockaddr_in6 *address)
{
	int result;

	result =
	    connect(fd, (const struct sockaddr *)address, sizeof(*address));
	if (output.trace)
		trace_call(result, errno, "connect(%d, %s)", fd,
		    fmt_sockaddr(address));
	return result;
}

static int
sock_name(int fd, struct sockaddr_in6 *address)
{
	socklen_t n;
	int result;

	n = sizeof(*address);
	result = getsockname(fd, (struct sockaddr *)address, &n);
	if (output.trace)
		trace_call(result, errno, "getsockname(%d, %s)", fd,
		    result == -1 ? "" : fmt_sockaddr(address));
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
	if (output.trace)
		trace_call(result, errno,
		    "setsockopt(%d, IPPROTO_IPV6, %s, %s, interface %u %s)", fd,
		    join ? "IPV6_JOIN_GROUP" : "IPV6_LEAVE_GROUP",
		    inet_ntop(AF_INET6, group, address, sizeof(address)), index,
		    index == 0 ? "(any)" : fmt_interface(name, index));
	return result == -1 && join && errno == EADDRINUSE ? 0 : result;
}

/* to NULL: the socket is connected. */
static ssize_t
sock_send(int fd, const void *data, size_t size, const struct sockaddr_in6 *to)
{
	ssize_t n;

	n = sendto(fd, data, size, 0, (const struct sockaddr *)to,
	    to == NULL ? 0 : sizeof(*to));
	if (output.trace)
		trace_datagram("sendto", fd, data, n, size, to);
	return n;
}

/* After a send: if a queue was full, waits a little; worth another try? */
static bool
sock_room(int fd)
{
	struct watch watch;

	if (errno != EAGAIN && errno != ENOBUFS)
		return false;
	memset(&watch, 0, sizeof(watch));
	watch_add(&watch, fd, true);
	watch_wait(&watch, 10 * MILLI);
	return true;
}

static ssize_t
sock_receive(int fd, void *data, size_t size, struct sockaddr_in6 *from)
{
	socklen_t length;
	ssize_t n;

	length = sizeof(*from);
	n = recvfrom(fd, data, size, 0, (struct sockaddr *)from, &length);
	if (output.trace)
		trace_datagram("recvfrom", fd, data, n, size, from);
	return n;
}

static void
sock_close(int fd)
{
	int result;

	if (fd == -1)
		return;
	result = close(fd);
	trace_call(result, errno, "close(%d)", fd);
}

/* As large as the system gives: Linux clamps, BSD refuses what is too much. */
static void
sock_buffer(int fd)
{
	socklen_t n;
	int result, size;

	for (size = 1 << 23; size > 1 << 15; size /= 2)
		if (SET(fd, SOL_SOCKET, SO_RCVBUF, size) == 0)
			break;
	n = sizeof(size);
	result = getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &n);
	trace_call(result, errno, "getsockopt(%d, SOL_SOCKET, SO_RCVBUF, %d)",
	    fd, size);
}

static struct if_nameindex *
sock_interfaces(void)
{
	struct if_nameindex *there, *p;

	there = if_nameindex();
	trace_call(there == NULL ? -1 : 0, errno, "if_nameindex()");
	for (p = there; output.trace && p != NULL && p->if_index != 0; p++)
		trace_call(0, 0, "if_nameindex() has %u %s", p->if_index,
		    p->if_name);
	return there;
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
sock_any(unsigned int port)
{
	return sock_address(&in6addr_any, 0, port);
}

static struct sockaddr_in6
sock_all_nodes(unsigned int zone, unsigned int port)
{
	struct in6_addr all;

	inet_pton(AF_INET6, ALL_NODES, &all);
	return sock_address(&all, zone, port);
}

/*
 * The source address of what is sent there, and for multicast on that
 * interface; -1 with errno.
 */
static int
sock_source(const struct sockaddr_in6 *to, unsigned int index,
    struct sockaddr_in6 *source)
{
	int error, fd, result;

	fd = sock_open(SOCK_DGRAM);
	if (fd == -1)
		return -1;
	result = 0;
	if (index != 0)
		result = SET(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index);
	if (result == 0)
		result = sock_connect(fd, to);
	if (result == 0)
		result = sock_name(fd, source);
	error = errno;
	sock_close(fd);
	errno = error;
	return result;
}

/* Whether unicast could be sent to a link-local address on the interface. */
static bool
sock_link_up(unsigned int index)
{
	struct sockaddr_in6 neighbour, source;

	neighbour = sock_any(DEFAULT_PORT);
	inet_pton(AF_INET6, "fe80::1", &neighbour.sin6_addr);
	neighbour.sin6_scope_id = index;
	return sock_source(&neighbour, 0, &source) == 0;
}

static bool
sock_same(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return a->sin6_port == b->sin6_port && sock_host(a, b);
}

/* The same address, whatever the ports. */
static bool
sock_host(const struct sockaddr_in6 *a, const struct sockaddr_in6 *b)
{
	return a->sin6_scope_id == b->sin6_scope_id &&
	    IN6_ARE_ADDR_EQUAL(&a->sin6_addr, &b->sin6_addr);
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
	return FD_ISSET((unsigned int)fd, writing ? &watch->out : &watch->in);
}

/* Signals come in here and nowhere else. Returns the number ready, or 0. */
static int
watch_wait(struct watch *watch, long long timeout)
{
	struct timespec ts;
	sigset_t none;
	int n;

	if (timeout < 0)
		timeout = 0;
	if (timeout > 86400 * SECOND)
		timeout = 86400 * SECOND;
	ts.tv_sec = (time_t)(timeout / SECOND);
	ts.tv_nsec = (long)(timeout % SECOND);
	sigemptyset(&none);
	n = pselect(watch->max + 1, &watch->in, &watch->out, NULL, &ts, &none);
	if (n > 0)
		return n;
	if (n == -1 && errno != EINTR)
		fatal("pselect", "");
	memset(watch, 0, sizeof(*watch));
	return 0;
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

static void
signal_stop(int number)
{
	stop = number;
}

/*
 * Writes a datagram into data, PADDED_MAX bytes at least, and returns its
 * length.  Where size is more than that, data has padding from wire_pad.
 */
static size_t
wire_encode(char *data, enum verb verb, const struct tag *tag, size_t size)
{
	size_t n;

	n = verb == HELLO ? 5 : 7;
	memcpy(data, verb == HELLO ? "HELLO\0" : "WELCOME", 7);
	if (tag->kind == '\0')
		return n;
	data[n++] = ' ';
	memcpy(data + n, &tag->id, ID_SIZE);
	n += ID_SIZE;
	data[n++] = ' ';
	n += fmt_decimal(data + n, tag->seq);
	data[n++] = ' ';
	data[n++] = tag->kind;
	if (n < size)
		data[n++] = ' ';
	return n < size ? size : n;
}

static bool
wire_is_id(const unsigned char *data)
{
	int i;

	for (i = 0; i < ID_SIZE; i++)
		if (data[i] < '0' || data[i] > 'f' ||
		    (data[i] > '9' && data[i] < 'a'))
			return false;
	return true;
}

/*
 * Returns the verb of a datagram, with its tag (kind 0: none, or not of the
 * form), and in rest the offset of what follows.
 */
static enum verb
wire_decode(const unsigned char *data, size_t size, struct tag *tag,
    size_t *rest)
{
	const unsigned char *p, *end;
	enum verb verb;
	unsigned long long seq;
	unsigned int digit;
	ptrdiff_t digits;
	size_t n, i;

	tag->kind = '\0';
	tag->id = 0;
	tag->seq = 0;
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
	seq = 0;
	end = data + size - 2; /* a space and the kind are to follow */
	for (p = data + i + 1; p < end && (digit = *p - 48u) <= 9; p++)
		seq = seq * 10 + digit;
	digits = p - (data + i + 1);
	if (digits < 1 || digits > 18 || p[0] != ' ' || p[1] == '\0' ||
	    (p < end && p[2] != ' '))
		return verb;
	/* Of an id that asks for no more than an echo the form doesn't matter.
	 */
	if ((p[1] == 'r' || p[1] == 'g') && !wire_is_id(data + n + 1))
		return verb;
	memcpy(&tag->id, data + n + 1, ID_SIZE);
	tag->seq = seq;
	tag->kind = (char)p[1];
	*rest = (size_t)(p + 2 - data);
	return verb;
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
wire_intact(const unsigned char *data, size_t size, size_t rest,
    const char *padding, size_t hello)
{
	if (rest >= hello + 2)
		return size == rest;
	return size == hello + 2 && data[rest] == ' ' &&
	    memcmp(data + rest + 1, padding + rest - 1, size - rest - 1) == 0;
}

/* Differs between runs and hosts; no secret. */
static uint64_t
wire_id(void)
{
	char text[ID_SIZE];
	struct timespec ts;
	uint64_t id;
	uint32_t mixed;

	/* The clock and, where addresses are random, that of a variable. */
	clock_gettime(CLOCK_REALTIME, &ts);
	mixed = (uint32_t)ts.tv_sec * 40503u;
	mixed ^= (uint32_t)ts.tv_nsec * 16777619u;
	mixed ^= (uint32_t)(uintptr_t)&ts * 2654435761u;
	mixed ^= mixed >> 15;
	fmt_hex(text, mixed);
	memcpy(&id, text, ID_SIZE);
	return id;
}

/* RFC 4291, 2.7: 1 interface-local, 2 link-local, 5 site-local, e global. */
static unsigned int
scope(const struct in6_addr *group)
{
	return group->s6_addr[1] & 15u;
}

static bool
wide(const struct in6_addr *group)
{
	return scope(group) > 2;
}

static bool
is_all_nodes(const struct in6_addr *group)
{
	struct sockaddr_in6 all;

	all = sock_all_nodes(0, 0);
	return IN6_ARE_ADDR_EQUAL(group, &all.sin6_addr);
}

static long long
time_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * SECOND + ts.tv_nsec;
}

/* sqrt(3) would need -lm. */
static double
square_root(double x)
{
	double root;
	int i;

	if (!(x > 0))
		return 0;
	root = x > 1 ? x : 1;
	for (i = 0; i < 100; i++)
		root = (root + x / root) / 2;
	return root;
}

/*
 * FLoM's line of a datagram, unless quiet, and its hexdump with -x.
 */
static void
show(const char *what, const void *data, size_t size, const char *way,
    const char *peer, const char *suffix)
{
	if (!output.quiet) {
		fputs(what, stdout);
		out_escaped(stdout, data, size);
		fputs(way, stdout);
		fputs(peer, stdout);
		fputs(suffix, stdout);
		putchar('\n');
	}
	hexdump(data, size);
}

/* With -x, as hexdump -C has it: lines that repeat the one before are a *. */
static void
hexdump(const void *bytes, size_t size)
{
	const unsigned char *data;
	char line[80];
	size_t i, n, offset;
	bool starred;

	if (!output.hexdump)
		return;
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
		memset(line, ' ', sizeof(line));
		fmt_hex(line, offset);
		line[60] = '|';
		for (i = 0; i < n; i++) {
			char *at = line + 10 + i * 3 + (i >= 8);

			at[0] = hex[data[offset + i] >> 4];
			at[1] = hex[data[offset + i] & 15];
			line[61 + i] = '.';
			if (data[offset + i] >= 0x20 && data[offset + i] < 0x7f)
				line[61 + i] = (char)data[offset + i];
		}
		line[61 + n] = '|';
		line[62 + n] = '\n';
		fwrite(line, 1, 63 + n, stdout);
	}
	if (size > 0) {
		fmt_hex(line, size);
		line[8] = '\n';
		fwrite(line, 1, 9, stdout);
	}
}

/* Writes eight hex digits, without a NUL. */
static void
fmt_hex(char *to, size_t value)
{
	int i;

	for (i = 7; i >= 0; i--, value >>= 4)
		to[i] = hex[value & 15];
}

/* Nothing from the network reaches a terminal but printable ASCII. */
static void
out_escaped(FILE *to, const unsigned char *data, size_t size)
{
	size_t i, plain;

	for (i = plain = 0; i < size; i++) {
		if (data[i] >= 0x20 && data[i] < 0x7f && data[i] != '\'' &&
		    data[i] != '\\')
			continue;
		fwrite(data + plain, 1, i - plain, to);
		fprintf(to, "\\x%02x", data[i]);
		plain = i + 1;
	}
	fwrite(data + plain, 1, size - plain, to);
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
	text[n++] = ']';
	text[n++] = ':';
	n += fmt_decimal(text + n, ntohs(address->sin6_port));
	text[n] = '\0';
	return text;
}

/* As FLoM's trace prints it; valid until the next call. */
static const char *
fmt_sockaddr(const struct sockaddr_in6 *a)
{
	char address[INET6_ADDRSTRLEN];

	if (memcmp(&output.peer, a, sizeof(*a)) == 0)
		return output.peer_text;
	output.peer = *a;
	snprintf(output.peer_text, sizeof(output.peer_text),
	    "addrlen=%u; IPv6 address, sin6_port=%u, sin6_flowinfo=0x%x, "
	    "sin6_addr='%s', sin6_scope_id=%u",
	    (unsigned int)sizeof(*a), ntohs(a->sin6_port),
	    (unsigned int)ntohl(a->sin6_flowinfo),
	    inet_ntop(AF_INET6, &a->sin6_addr, address, sizeof(address)),
	    (unsigned int)a->sin6_scope_id);
	return output.peer_text;
}

/* A copy of an interface's name, in IF_NAMESIZE bytes. */
static void
fmt_name(char *to, const char *name)
{
	size_t n;

	n = strlen(name);
	if (n >= IF_NAMESIZE)
		n = IF_NAMESIZE - 1;
	memcpy(to, name, n);
	to[n] = '\0';
}

/* The name, or the number of one that has gone, in IF_NAMESIZE bytes. */
static const char *
fmt_interface(char *name, unsigned int index)
{
	if (if_indextoname(index, name) == NULL)
		name[fmt_decimal(name, index)] = '\0';
	return name;
}

/* Writes up to 20 digits, without a NUL; returns how many. */
static size_t
fmt_decimal(char *to, unsigned long long value)
{
	char digits[20];
	size_t n;

	n = sizeof(digits);
	do
		digits[--n] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	memcpy(to, digits + n, sizeof(digits) - n);
	return sizeof(digits) - n;
}

/* " em0 em1": the interfaces to choose from, without loopback. */
static const char *
fmt_interfaces(char *text, size_t size)
{
	struct if_nameindex *there, *p;
	size_t n;
	bool cut;

	n = 0;
	text[0] = '\0';
	there = if_nameindex();
	for (p = there; p != NULL && p->if_index != 0; p++) {
		if (is_loopback(p->if_name))
			continue;
		cut = n + strlen(p->if_name) + sizeof(" ...") + 1 > size;
		n += (size_t)snprintf(text + n, size - n, " %s",
		    cut ? "..." : p->if_name);
		if (cut)
			break;
	}
	if (there != NULL)
		if_freenameindex(there);
	return n == 0 ? " none but loopback" : text;
}

/* "YYYY-MM-DD hh:mm:ss.uuuuuu [pid] role: ", local time. */
static void
trace_begin(void)
{
	const size_t seconds = sizeof("YYYY-MM-DD hh:mm:ss") - 1;
	struct timespec ts;
	struct tm tm;
	long micros;
	size_t i;

	out_flush();
	clock_gettime(CLOCK_REALTIME, &ts);
	if (ts.tv_sec != output.second) {
		output.second = ts.tv_sec;
		localtime_r(&ts.tv_sec, &tm);
		strftime(output.stamp, sizeof(output.stamp),
		    "%Y-%m-%d %H:%M:%S", &tm);
		snprintf(output.stamp + seconds, sizeof(output.stamp) - seconds,
		    ".uuuuuu [%ld] %s: ", (long)getpid(), output.role);
	}
	micros = ts.tv_nsec / MICRO;
	for (i = seconds + 6; i > seconds; i--, micros /= 10)
		output.stamp[i] = (char)('0' + micros % 10);
	fputs(output.stamp, stderr);
}

static void
trace_end(long long result, int error)
{
	if (result == -1)
		fprintf(stderr, " = -1 %s (%s)\n", errno_name(error),
		    strerror(error));
	else
		trace_number(" = ", (unsigned long long)result, "\n");
	fflush(stderr);
}

/* printf() would take longer than the call that is traced. */
static void
trace_number(const char *before, unsigned long long value, const char *after)
{
	char digits[20];
	size_t n;

	n = fmt_decimal(digits, value);
	fputs(before, stderr);
	fwrite(digits, 1, n, stderr);
	fputs(after, stderr);
}

/* A call, its result and, where that is -1, its errno, which is left as is. */
static void
trace_call(long long result, int error, const char *format, ...)
{
	va_list ap;

	if (!output.trace)
		return;
	trace_begin();
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	trace_end(result, error);
	errno = error;
}

/* With the bytes, as text and in hex, that were sent or have arrived. */
static void
trace_datagram(const char *call, int fd, const unsigned char *data, ssize_t n,
    size_t size, const struct sockaddr_in6 *peer)
{
	char line[3 * 64];
	int error;
	size_t bytes, i, used;

	error = errno;
	bytes = *call == 's' ? size : n == -1 ? 0 : (size_t)n;
	trace_begin();
	fputs(call, stderr);
	trace_number("(", (unsigned long long)fd, ", '");
	out_escaped(stderr, data, bytes);
	putc('\'', stderr);
	for (i = used = 0; i < bytes; i++) {
		line[used++] = ' ';
		line[used++] = hex[data[i] >> 4];
		line[used++] = hex[data[i] & 15];
		if (used == sizeof(line) || i + 1 == bytes) {
			fwrite(line, 1, used, stderr);
			used = 0;
		}
	}
	trace_number(", ", size, ", 0");
	if (peer != NULL && (*call == 's' || n != -1)) {
		fputs(", ", stderr);
		fputs(fmt_sockaddr(peer), stderr);
	}
	putc(')', stderr);
	trace_end(n, error);
	errno = error;
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
		NAME(EAFNOSUPPORT), NAME(EAGAIN), NAME(EALREADY), NAME(EBADF),
		NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EDESTADDRREQ),
		NAME(EHOSTDOWN), NAME(EHOSTUNREACH), NAME(EINPROGRESS),
		NAME(EINTR), NAME(EINVAL), NAME(EIO), NAME(EISCONN),
		NAME(EMFILE), NAME(EMSGSIZE), NAME(ENETDOWN), NAME(ENETUNREACH),
		NAME(ENFILE), NAME(ENOBUFS), NAME(ENODEV), NAME(ENOMEM),
		NAME(ENOPROTOOPT), NAME(ENOTCONN), NAME(ENXIO),
		NAME(EOPNOTSUPP), NAME(EPERM), NAME(EPIPE), NAME(EPROTO),
		NAME(EPROTONOSUPPORT), NAME(ETIMEDOUT) };
#undef NAME
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return "errno";
}

/* call object: what errno says */
static void
complain(const char *call, const char *object)
{
	int error;

	error = errno;
	out_flush();
	fprintf(stderr, "mcast6dbg: %s%s%s: %s\n", call,
	    *object == '\0' ? "" : " ", object, strerror(error));
	fflush(stderr);
	errno = error;
}

static void
fatal(const char *call, const char *object)
{
	complain(call, object);
	exit(FAULT);
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
