/*
 * Fuzz target (libFuzzer of clang): what reads bytes of the network and of
 * the command line.  The first byte of an input chooses what the others go
 * to.  Whatever is wrong aborts, for the sanitizers and the checks here.
 */

#define exit fuzz_exit
#define main mcast6dbg_main
#include "../../mcast6dbg.c"
#undef main
#undef exit

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
	char encoded[PADDED_MAX];
	enum verb verb;
	size_t rest, n;

	verb = wire_decode(in->data, in->size, &tag, &rest);
	require(rest <= in->size);
	if (verb == OTHER || tag.kind == '\0') {
		require(tag.kind == '\0');
		return;
	}
	require(rest >= (verb == HELLO ? 18u : 20u));
	require(in->data[rest - 1] == (unsigned char)tag.kind);
	n = wire_encode(encoded, verb, &tag, 0);
	require(n <= rest); /* less if the number had zeroes before it */
	require(wire_decode((unsigned char *)encoded, n, &again, &rest) ==
	    verb);
	require(again.id == tag.id && again.seq == tag.seq &&
	    again.kind == tag.kind && rest == n);
}

/* What is sent comes back intact, and with any change of it does not. */
static void
fuzz_encode(struct input *in)
{
	static unsigned char data[DATAGRAM_MAX];
	static char padding[DATAGRAM_MAX];
	struct tag tag, again;
	char id[ID_SIZE + 1];
	uint32_t where, number;
	uint16_t size;
	size_t rest, n;

	memset(&tag, 0, sizeof(tag));
	take(in, &number, sizeof(number));
	snprintf(id, sizeof(id), "%08x", number);
	memcpy(&tag.id, id, sizeof(tag.id));
	take(in, &tag.seq, sizeof(tag.seq));
	take(in, &size, sizeof(size));
	take(in, &where, sizeof(where));
	tag.seq %= 10000000000ULL;
	tag.kind = "murg"[take_byte(in) % 4];
	size = size > HELLO_MAX ? HELLO_MAX : size < PADDED_MIN ? 0 : size;
	wire_pad((char *)data + 2, size);
	wire_pad(padding, size);
	n = wire_encode((char *)data + 2, HELLO, &tag, size) + 2;
	require(size == 0 ? n <= PADDED_MIN + 2 : n == size + 2u);
	memcpy(data, "WELCOME", 7);
	require(wire_decode(data, n, &again, &rest) == WELCOME);
	require(again.id == tag.id && again.seq == tag.seq &&
	    again.kind == tag.kind);
	require(wire_intact(data, n, rest, padding, size));
	require(!wire_intact(data, n - 1, rest, padding, size));
	if (size == 0)
		return;
	where = (uint32_t)rest + where % (uint32_t)(n - rest);
	data[where] = (unsigned char)(data[where] + 1 + take_byte(in) % 255);
	require(!wire_intact(data, n, rest, padding, size));
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
	require(o.wait >= (o.role == 'l' ? 0 : MILLI) &&
	    o.wait <= 1000000 * SECOND);
	require(o.interval >= 0 && o.interval <= 1000000 * SECOND);
	require(strlen(o.name) < sizeof(o.name));
	require(!o.unicast_control || o.role == 'r');
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
	puts(fmt_sockaddr(&a));
}

static void
fuzz_print(struct input *in)
{
	output.hexdump = true;
	hexdump(in->data, in->size);
	out_escaped(stdout, in->data, in->size);
	output.role = "fuzz";
	trace_datagram("sendto", 1, in->data, (ssize_t)in->size, in->size,
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
	require(table_grow(&table));
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
	free(table.buckets);
}

static struct requester *
requester(struct options *o)
{
	static struct requester r;

	memset(&r, 0, sizeof(r));
	memset(o, 0, sizeof(*o));
	o->count = 0;
	o->listeners = 1;
	o->wait = SECOND;
	r.o = o;
	r.fd = r.control = -1;
	r.tagged = true;
	memcpy(&r.id, "0123abcd", sizeof(r.id));
	r.next = r.oldest = r.marked = 1;
	r.slot_count = SLOTS_MIN;
	r.slots = calloc(r.slot_count, sizeof(*r.slots));
	require(r.slots != NULL && table_grow(&r.multicast) &&
	    table_grow(&r.unicast));
	request_clock(&r);
	return &r;
}

static void
requester_free(struct requester *r)
{
	free(r->slots);
	free(r->multicast.rows);
	free(r->multicast.buckets);
	free(r->unicast.rows);
	free(r->unicast.buckets);
}

/* HELLOs go out and datagrams come in, in the order of the input. */
static void
fuzz_requester(struct input *in)
{
	struct options o;
	struct sockaddr_in6 from;
	struct requester *r;
	struct slot *slot;
	unsigned int flags;
	size_t n;

	r = requester(&o);
	flags = take_byte(in);
	o.unicast_control = (flags & 1) != 0;
	o.listeners = (flags & 2) != 0 ? 2 : 1;
	o.size = (flags & 4) != 0 ? 40 : 0;
	output.quiet = output.silent = (flags & 8) != 0;
	wire_pad(r->padding, o.size);
	while (in->size > 0) {
		n = take_byte(in);
		if (n < 128) {
			from = take_address(in);
			n = take_datagram(in, r->data);
			request_datagram(r, n, &from,
			    from.sin6_port % 2 == 0 ? 'm' : 'u');
		} else if (n < 250) {
			if (r->next - r->oldest >= r->slot_count)
				request_grow(r);
			slot = &r->slots[r->next & (r->slot_count - 1)];
			memset(slot, 0, sizeof(*slot));
			slot->seq = r->next++;
			slot->sent = r->now - (long long)(n % 4) * SECOND / 2;
		} else
			request_expire(r, r->now);
		require(r->oldest <= r->next && r->marked <= r->next);
		require(r->answered < r->next);
	}
	request_summary(r);
	require_printable();
	requester_free(r);
}

/* Without a socket or an interface, so that no answer is sent. */
static void
fuzz_listener(struct input *in)
{
	static struct member refused;
	static struct listener l;
	struct options o;
	struct sockaddr_in6 from;
	size_t n;

	memset(&l, 0, offsetof(struct listener, data));
	memset(&o, 0, sizeof(o));
	o.port = DEFAULT_PORT;
	l.o = &o;
	l.check = l.spare = -1;
	l.next_check = INT64_MAX;
	refused.error = EPERM;
	l.members = &refused;
	l.member_count = 1;
	while (in->size > 0) {
		from = take_address(in);
		n = take_datagram(in, l.data + 2);
		l.now += take_byte(in) * 10 * MILLI;
		listen_datagram(&l, -1, n, &from);
	}
	require_printable();
}

static void
fuzz_diagnosis(struct input *in)
{
	static struct diagnosis d;
	static struct probe probes[LADDER + 1];
	struct options o;
	struct sockaddr_in6 from;
	size_t n, steps_taken;

	memset(&d, 0, sizeof(d));
	memset(probes, 0, sizeof(probes));
	d.r = requester(&o);
	d.probes = probes;
	d.base = 10;
	from = take_address(in);
	steps_taken = take_byte(in) % (LADDER + 1);
	for (n = 0; n <= steps_taken; n++)
		diag_probe(&d, (enum step)n, 'm', &from, 0, 1);
	while (in->size > 0) {
		from = take_address(in);
		n = take_datagram(in, d.r->data);
		diag_answer(&d, n, &from,
		    take_byte(in) % 2 == 0 ? NULL : probes + d.count - 1);
	}
	require((d.evidence & E_THERE_FAILED) == 0 || d.there_error[0] == 'E');
	diag_words(&d);
	diag_checked(&d);
	diag_say("diagnosis", d.evidence, &d.words);
	require_printable();
	requester_free(d.r);
}

/* The words of a report alone. */
static void
fuzz_report(struct input *in)
{
	struct diagnosis d;
	struct options o;

	memset(&d, 0, sizeof(d));
	d.r = requester(&o);
	diag_report(&d, (const char *)in->data, in->size);
	require((d.evidence & E_THERE_FAILED) == 0 ||
	    (d.there_error[0] == 'E' &&
		strlen(d.there_error) < sizeof(d.there_error)));
	requester_free(d.r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(struct input *) = { fuzz_decode,
		fuzz_encode, fuzz_options, fuzz_format, fuzz_print, fuzz_order,
		fuzz_table, fuzz_requester, fuzz_listener, fuzz_diagnosis,
		fuzz_report };
	struct input in;
	size_t target;

	in.data = data;
	in.size = size;
	target = take_byte(&in) % (sizeof(targets) / sizeof(targets[0]));
	memset(&output, 0, sizeof(output));
	rewind(stdout);
	fflush(stdout);
	targets[target](&in);
	if (target == 3 || target == 4)
		require_printable();
	return 0;
}
