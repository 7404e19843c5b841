/*
 * Fuzz target (libFuzzer of clang): what reads bytes of the network and of
 * the command line.  The first byte of an input chooses what the others go
 * to.  Whatever is wrong aborts, for the sanitizers and the checks here.
 */

#define exit fuzz_exit
#define _exit fuzz_end
#define main mcast6dbg_main
#include "../../mcast6dbg.c"
#undef main
#undef exit
#undef _exit

#include <setjmp.h>
#include <stddef.h>

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What is left of an input. */
struct input {
	const uint8_t *data;
	size_t size;
};

static jmp_buf on_exit_to;
static int exit_status;
static char *printed; /* what stdout and stderr were given */
static size_t printed_size;

/* Stands in for _exit(2), with which a run would end in silence. */
void
fuzz_end(int status)
{
	fprintf(stderr, "_exit(%d)\n", status);
	abort();
}

/* Stands in for exit(3). */
void
fuzz_exit(int status)
{
	exit_status = status;
	longjmp(on_exit_to, 1);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	stdout = stderr = open_memstream(&printed, &printed_size);
	if (stdout == NULL)
		abort();
	return 0;
}

static void
require(bool ok)
{
	if (!ok)
		abort();
}

/* Nothing but lines of printable ASCII may have been printed. */
static void
require_printable(void)
{
	size_t i;

	fflush(stdout);
	for (i = 0; i < printed_size; i++)
		require(printed[i] == '\n' ||
		    (printed[i] >= 0x20 && printed[i] < 0x7f));
}

/* Takes bytes off the input; zeroes where it has no more. */
static void
take(struct input *in, void *to, size_t size)
{
	size_t n;

	n = size < in->size ? size : in->size;
	memset(to, 0, size);
	if (n > 0)
		memcpy(to, in->data, n);
	in->data += n;
	in->size -= n;
}

static unsigned int
take_byte(struct input *in)
{
	uint8_t byte;

	take(in, &byte, 1);
	return byte;
}

static struct sockaddr_in6
take_address(struct input *in)
{
	struct in6_addr address;
	uint32_t zone;
	uint16_t port;

	take(in, &address, sizeof(address));
	take(in, &zone, sizeof(zone));
	take(in, &port, sizeof(port));
	return sock_address(&address, zone, port);
}

/* A datagram: a byte of length (255: the rest), and its bytes. */
static size_t
take_datagram(struct input *in, unsigned char *data)
{
	size_t n;

	n = take_byte(in);
	if (n == 255 || n > in->size)
		n = in->size < DATAGRAM_MAX ? in->size : DATAGRAM_MAX;
	take(in, data, n);
	return n;
}

static void
fuzz_decode(struct input *in)
{
	struct tag tag, again;
	char encoded[TAGGED_MAX], id[ID_SIZE + 1];
	enum verb verb;
	size_t rest, n;

	verb = wire_decode(in->data, in->size, &tag, &rest);
	if (verb == OTHER || tag.kind == '\0') {
		require(tag.kind == '\0');
		return;
	}
	require(rest <= in->size);
	require(rest >= (verb == HELLO ? 18u : 20u));
	require(in->data[rest - 1] == (unsigned char)tag.kind);
	snprintf(id, sizeof(id), "%.8s", (const char *)&tag.id);
	if (strlen(id) != ID_SIZE)
		return; /* never sent by us */
	n = wire_encode(encoded, verb, &tag, 0);
	require(tag.kind == 'o' || n <= rest); /* fewer zeroes, maybe */
	require(wire_decode((unsigned char *)encoded, n, &again, &rest) ==
	    verb);
	require(again.id == tag.id && again.seq == tag.seq &&
	    again.kind == tag.kind && again.port == tag.port);
}

/* What is sent comes back intact, and with any change of it does not. */
static void
fuzz_encode(struct input *in)
{
	static unsigned char data[DATAGRAM_MAX];
	struct tag tag, again;
	char id[ID_SIZE + 1];
	uint32_t where, number;
	uint16_t size;
	size_t rest, n;

	memset(&tag, 0, sizeof(tag));
	take(in, &number, sizeof(number));
	snprintf(id, sizeof(id), "%08x", number);
	memcpy(&tag.id, id, ID_SIZE);
	take(in, &tag.seq, sizeof(tag.seq));
	take(in, &size, sizeof(size));
	take(in, &where, sizeof(where));
	tag.seq %= 1000000000000000000ULL;
	tag.kind = "murgb"[take_byte(in) % 5];
	size = size > HELLO_MAX ? HELLO_MAX : size < PADDED_MIN ? 0 : size;
	for (n = 0; n < size; n++)
		data[n + 2] = (unsigned char)('a' + n % 26);
	n = wire_encode((char *)data + 2, HELLO, &tag, size) + 2;
	require(n < TAGGED_MAX || n == size + 2u);
	memcpy(data, "WELCOME", 7);
	require(wire_decode(data, n, &again, &rest) == WELCOME);
	require(again.id == tag.id && again.seq == tag.seq &&
	    again.kind == tag.kind);
	require(wire_intact(data, n, rest, size));
	require(!wire_intact(data, n - 1, rest, size));
	if (n == rest)
		return;
	where = (uint32_t)rest + where % (uint32_t)(n - rest);
	data[where] = (unsigned char)(data[where] + 1 + take_byte(in) % 255);
	require(!wire_intact(data, n, rest, size));
}

/* Words separated by NUL: refused with status 2 and a line, or in range. */
static void
fuzz_options(struct input *in)
{
	static struct options o;
	static char text[1024];
	char *argv[34];
	int argc;
	size_t i, n;

	n = in->size < sizeof(text) - 1 ? in->size : sizeof(text) - 1;
	take(in, text, n);
	text[n] = '\0';
	argc = 0;
	argv[argc++] = text + n;
	for (i = 0; i < n && argc < 33; i += strlen(text + i) + 1)
		argv[argc++] = text + i;
	argv[argc] = NULL;
	memset(&o, 0, sizeof(o));
	optind = 0; /* glibc: begin anew in the middle of a word, too */
	if (setjmp(on_exit_to) != 0) {
		fflush(stderr);
		require(exit_status == USAGE || exit_status == ANSWERED);
		require(printed_size > 0);
		return;
	}
	parse_options(&o, argc, argv);
	require(IN6_IS_ADDR_MULTICAST(&o.group));
	require(o.port >= 1 && o.port <= 65535 && o.source_port <= 65535);
	require(o.count >= 0 && o.count <= 1000000000);
	require(o.hops >= 0 && o.hops <= 255);
	require(o.listeners >= 1 && o.listeners <= 1000000);
	require(o.size == 0 || (o.size >= 28 && o.size <= 65525));
	require(o.wait >= 0 && o.wait <= 1000000 * SECOND);
	require(o.interval >= 0 && o.interval <= 1000000 * SECOND);
	require(strlen(o.name) < sizeof(o.name));
	require(!o.control || !IN6_IS_ADDR_MULTICAST(&o.unicast.sin6_addr));
}

static void
fuzz_format(struct input *in)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 a;

	a = take_address(in);
	take(in, &a.sin6_flowinfo, sizeof(a.sin6_flowinfo));
	require(strlen(fmt_endpoint(text, &a)) < ENDPOINT_MAX);
	puts(text);
	trace_socket(0, "connect", 1, NULL, 0, &a);
}

static void
fuzz_print(struct input *in)
{
	char text[QUOTED_MAX];

	out.hexdump = true;
	out_hexdump(in->data, in->size);
	puts(fmt_text(text, in->data, in->size));
	trace_socket((ssize_t)in->size, "recvfrom", 1, in->data, in->size,
	    NULL);
}

/* Against all that was seen, kept in full. */
static void
fuzz_order(struct input *in)
{
	static bool seen[65536];
	struct responder p;
	unsigned long long seq, newest;
	int order;

	memset(seen, 0, sizeof(seen));
	memset(&p, 0, sizeof(p));
	seq = 1;
	newest = 0;
	while (in->size > 0) {
		seq = (seq + take_byte(in) - 100) % 65536;
		if (seq == 0)
			continue;
		order = responder_order(&p, seq);
		require((order == 0) == (seq > newest));
		if (order != 0)
			require(newest - seq >= 64 ? order == -2
				: seen[seq]        ? order == -1
						   : order == 1);
		if (seq > newest)
			newest = seq;
		seen[seq] = true;
	}
}

/* Each address has one row, and no two have the same. */
static void
fuzz_table(struct input *in)
{
	struct sockaddr_in6 known[256];
	struct responder *row;
	struct table table;
	size_t i;

	memset(&table, 0, sizeof(table));
	while (in->size > 0 && table.count < 256) {
		known[table.count] = take_address(in);
		for (i = 0; i < table.count; i++)
			if (IN6_ARE_ADDR_EQUAL(&known[i].sin6_addr,
				&known[table.count].sin6_addr) &&
			    known[i].sin6_scope_id ==
				known[table.count].sin6_scope_id)
				break;
		row = table_find(&table, &known[table.count]);
		require(row == table.rows + i);
	}
	free(table.rows);
}

/* HELLOs go out and datagrams come in, in the order of the input. */
static void
fuzz_requester(struct input *in)
{
	static struct requester r;
	struct options o;
	struct sockaddr_in6 from;
	struct slot *slot;
	struct flow *f;
	unsigned int flags;
	size_t n;

	memset(&r, 0, offsetof(struct requester, lab));
	memset(&o, 0, sizeof(o));
	flags = take_byte(in);
	o.count = 0;
	o.wait = SECOND;
	o.control = (flags & 1) != 0;
	o.listeners = (flags & 2) != 0 ? 2 : 1;
	o.size = (flags & 4) != 0 ? 40 : 0;
	o.both_ways = (flags & 16) != 0;
	out.quiet = flags >> 6;
	r.o = &o;
	r.tagged = true;
	memcpy(&r.id, "0123abcd", sizeof(r.id));
	r.next = r.oldest = 1;
	for (n = 0; n < WAYS; n++)
		r.flow[n].kind = "mub"[n];
	r.flow[BY_MULTICAST].need = o.listeners;
	r.flow[BY_UNICAST].need = o.control;
	r.flow[BACK_BY_GROUP].need = o.both_ways ? o.listeners : 0;
	while (in->size > 0) {
		n = take_byte(in);
		if (n < 128) {
			from = take_address(in);
			n = take_datagram(in, r.lab.data);
			request_datagram(&r, n, &from,
			    (enum way)(from.sin6_port % WAYS));
		} else if (n < 250) {
			if (r.next - r.oldest == SLOTS)
				continue;
			slot = &r.slots[r.next++ % SLOTS];
			memset(slot, 0, sizeof(*slot));
			slot->sent =
			    time_now() - (long long)(n % 4) * SECOND / 2;
			slot->gone[BY_MULTICAST] = n % 8 != 0;
			slot->gone[BY_UNICAST] = o.control;
			slot->gone[BACK_BY_GROUP] = o.both_ways;
		} else
			request_expire(&r, time_now());
		require(r.oldest <= r.next);
		require(r.run.answered < r.next);
		for (f = r.flow; f < r.flow + WAYS; f++)
			require(f->sent < r.next && f->answered < r.next);
	}
	request_summary(&r);
	require_printable();
	for (f = r.flow; f < r.flow + WAYS; f++)
		free(f->table.rows);
}

/*
 * Without a socket or an interface: no answer is sent, and without a zone no
 * copies of its own are.
 */
static void
fuzz_listener(struct input *in)
{
	static struct listener l;
	struct options o;
	struct sockaddr_in6 from;
	size_t n;

	memset(&l, 0, offsetof(struct listener, lab));
	memset(&o, 0, sizeof(o));
	o.port = DEFAULT_PORT;
	l.o = &o;
	l.fd = l.sender = l.link.fd = -1;
	l.loop = "";
	l.member[0].error = EPERM;
	l.member[0].fd = -1;
	l.members = 1;
	while (in->size > 0) {
		from = take_address(in);
		from.sin6_scope_id = 0;
		n = take_datagram(in, l.data + 2);
		out.quiet = (int)take_byte(in) % 2;
		listen_datagram(&l, -1, n, &from);
	}
	require_printable();
}

/* Packets of the link, in memory that ends where they end. */
static void
fuzz_link(struct input *in)
{
	struct link l;
	struct sockaddr_in6 from;
	unsigned char data[256], *exact;
	bool listener;
	size_t n;

	memset(&l, 0, sizeof(l));
	l.fd = -1;
	memcpy(&l.id, "0123abcd", sizeof(l.id));
	l.port = DEFAULT_PORT;
	listener = take_byte(in) % 2 == 0;
	l.self = take_address(in);
	while (in->size > 0) {
		from = take_address(in);
		n = take_byte(in);
		take(in, data, n);
		exact = malloc(n + 1);
		require(exact != NULL);
		memcpy(exact + 1, data, n);
		link_packet(&l, exact + 1, n, &from, listener);
		free(exact);
	}
	require(l.queriers <= QUERIERS_MAX && l.hosts >= 0);
}

/* One probe of each kind, copies of all, and what answers. */
static void
fuzz_lab(struct input *in)
{
	static const char kinds[] = "mgrou";
	static const enum step steps[] = { GROUP, EVERYBODY, REJOIN, OTHER_PORT,
		UNICAST, BACK };
	static struct lab lab;
	struct options o;
	struct sockaddr_in6 from;
	struct probe *p, *own;
	uint64_t id;
	size_t i, n;

	memset(&o, 0, sizeof(o));
	memcpy(&id, "0123abcd", sizeof(id));
	lab_begin(&lab, &o, id, 10);
	lab.fds = 2;
	lab.fd[0] = 3;
	lab.fd[1] = 4;
	from = take_address(in);
	for (i = 0; i < 6; i++) {
		p = lab_add(&lab, steps[i], kinds[i % 5], i == 5 ? 5 : 3, &from,
		    1, 4);
		for (n = 0; n < 4; n++, lab.copied++) {
			lab.copies[lab.copied].probe = i;
			lab.copies[lab.copied].answered = false;
			p->all.sent++;
			p->since.sent++;
		}
	}
	lab.back = 5;
	while (in->size > 0) {
		from = take_address(in);
		n = take_datagram(in, lab.data);
		i = take_byte(in);
		own = i < 128 ? NULL : lab.probes + i % 6;
		lab_answer(&lab, 3 + (int)i % 3, own, n, &from);
	}
	FOR_PROBES (p, &lab) {
		require(p->all.sent >= 0 && p->all.sent <= 4);
		require(p->step == BACK || p->all.answered <= 4);
	}
}

/* The words of a report alone. */
static void
fuzz_report(struct input *in)
{
	static struct lab lab;
	struct options o;

	memset(&o, 0, sizeof(o));
	lab_begin(&lab, &o, 0, 1);
	lab_report(&lab, in->data, in->size);
	require(lab.report.error[0] == '\0' || lab.report.error[0] == 'E');
	require(strlen(lab.report.error) < sizeof(lab.report.error));
	puts(lab.report.error);
}

/* Whatever was counted, there is one cause, and it is printed. */
static void
fuzz_decide(struct input *in)
{
	static const char *const names[] = { "", "em0", "em0, em1" };
	static struct verdict v;
	static struct flow flow[WAYS];
	struct facts f;
	struct options o;
	bool *const may[] = { &f.link_up, &f.loopback, &f.gone, &f.deaf,
		&f.loops, &f.link_source, &f.partly, &f.stopped, &f.bare_run,
		&f.other_host, &f.bare_unicast, &f.once, &f.target, &f.on_link,
		&f.near, &f.no_host, &f.echo, &f.refused, &f.rejected,
		&f.report.same_group, &f.report.other_group, &f.report.joined,
		&o.wide, &o.control, &o.both_ways };
	size_t i;

	memset(&f, 0, sizeof(f));
	memset(&o, 0, sizeof(o));
	memset(flow, 0, sizeof(flow));
	f.o = &o;
	f.flow = flow;
	o.port = DEFAULT_PORT;
	o.listeners = take_byte(in) % 4 + 1;
	o.hops = (int)take_byte(in);
	o.size = take_byte(in) * 256;
	o.interface = take_byte(in) % 3;
	for (i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		*may[i] = take_byte(in) % 2 != 0;
	f.error = (int)take_byte(in) % 140;
	f.hosts = (int)take_byte(in) % 17;
	f.hosts_refused = f.hosts > 0 ? (int)take_byte(in) % f.hosts : 0;
	f.responders = take_byte(in) % 3;
	f.late = (int)take_byte(in) % 3;
	f.least = (int)take_byte(in);
	f.report.reports = (int)take_byte(in) % 3;
	f.report.lost = f.report.reports > 0 && take_byte(in) % 2 != 0;
	for (i = 0; i < WAYS; i++) {
		flow[i].need = take_byte(in) % 3;
		flow[i].sent = take_byte(in);
		flow[i].answered =
		    flow[i].sent == 0 ? 0 : take_byte(in) % (flow[i].sent + 1);
	}
	snprintf(f.group, sizeof(f.group), DEFAULT_GROUP);
	snprintf(f.name, sizeof(f.name), "em0");
	snprintf(f.other, sizeof(f.other), "em1");
	snprintf(f.unicast, sizeof(f.unicast), "fe80::1%%em0");
	snprintf(f.can, sizeof(f.can), "%s", names[take_byte(in) % 3]);
	snprintf(f.down, sizeof(f.down), "%s", names[take_byte(in) % 3]);
	for (i = 0; i < STEPS; i++) {
		f.step[i].sent = (int)take_byte(in);
		f.step[i].answered = f.step[i].sent == 0
		    ? 0
		    : (int)take_byte(in) % (f.step[i].sent + 1);
		f.step[i].error = (int)take_byte(in) % 140;
	}
	cause_decide(&v, &f);
	require(v.code != NULL);
	require(v.status == UNANSWERED || v.status == FAULT);
	require(strlen(v.text) < sizeof(v.text) - 1);
	cause_print("diagnosis", &v, DEFAULT_PORT);
	require_printable();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(struct input *) = { fuzz_decode,
		fuzz_encode, fuzz_options, fuzz_format, fuzz_print, fuzz_order,
		fuzz_table, fuzz_requester, fuzz_listener, fuzz_lab,
		fuzz_report, fuzz_decide, fuzz_link };
	struct input in;
	size_t target;

	in.data = data;
	in.size = size;
	target = take_byte(&in) % (sizeof(targets) / sizeof(targets[0]));
	memset(&out, 0, sizeof(out));
	out.role = "fuzz";
	out.trace = size % 2 != 0;
	rewind(stdout);
	fflush(stdout);
	targets[target](&in);
	if (target == 3 || target == 4 || target == 10)
		require_printable();
	return 0;
}
