/*
 * Unit tests of mcast6dbg: what no network can show.  Built with ATF, or with
 * dev/portable/atf-c.h where there is none, and run on other processors.
 */

#define main mcast6dbg_main
#include "../mcast6dbg.c"
#undef main

#include <atf-c.h>

#define TEST(name)                 \
	ATF_TC_WITHOUT_HEAD(name); \
	ATF_TC_BODY(name, tc)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GONE 2147483647u /* an interface index that nobody has */
#define ID "0123abcd"    /* of the run, in all tests */

/* What the statement writes to the stream, and in "printed", too. */
#define PRINTED(stream, statement) \
	(capture_begin(stream), statement, capture_end(stream))

static char printed[1 << 18];
static int capture_saved;
static FILE *capture_file;

const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);

/* For LeakSanitizer: ATF never frees its list of cases; say nothing of it. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libatf-c";
}

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

static void
capture_begin(FILE *stream)
{
	fflush(stream);
	capture_file = tmpfile();
	capture_saved = dup(fileno(stream));
	ATF_REQUIRE(capture_file != NULL && capture_saved != -1);
	ATF_REQUIRE(dup2(fileno(capture_file), fileno(stream)) != -1);
}

static const char *
capture_end(FILE *stream)
{
	size_t n;

	fflush(stream);
	ATF_REQUIRE(dup2(capture_saved, fileno(stream)) != -1);
	close(capture_saved);
	rewind(capture_file);
	n = fread(printed, 1, sizeof(printed) - 1, capture_file);
	printed[n] = '\0';
	fclose(capture_file);
	return printed;
}

/* The text has each of these parts, with a | between them; not one after !. */
static void
says(const char *text, const char *parts)
{
	char list[512], *part;
	bool absent;

	snprintf(list, sizeof(list), "%s", parts);
	for (part = strtok(list, "|"); part != NULL; part = strtok(NULL, "|")) {
		absent = *part == '!';
		ATF_CHECK_MSG((strstr(text, part + absent) == NULL) == absent,
		    "'%s' in:\n%s\n", part, text);
	}
}

/* Returns the options of that command line. */
static struct options *
parse(const char *text)
{
	static struct options options;
	static char words[256];
	static char *argv[32];
	char *s;
	int argc = 0;

	snprintf(words, sizeof(words), "mcast6dbg %s", text);
	for (s = strtok(words, " "); s != NULL; s = strtok(NULL, " "))
		argv[argc++] = s;
	argv[argc] = NULL;
	memset(&options, 0, sizeof(options));
	memset(&out, 0, sizeof(out));
	optind = 1;
	parse_options(&options, argc, argv);
	return &options;
}

static struct sockaddr_in6
address(const char *text, unsigned int zone, unsigned int port)
{
	struct in6_addr a;

	ATF_REQUIRE_EQ(inet_pton(AF_INET6, text, &a), 1);
	return sock_address(&a, zone, port);
}

static bool
is(const struct in6_addr *a, const char *text)
{
	struct sockaddr_in6 b;

	b = address(text, 0, 0);
	return IN6_ARE_ADDR_EQUAL(a, &b.sin6_addr);
}

static uint64_t
id_of(const char *text)
{
	uint64_t id;

	memcpy(&id, text, sizeof(id));
	return id;
}

/* A copy that ends where its memory ends, for the sanitizers; to be freed. */
static unsigned char *
exact(const void *data, size_t size)
{
	unsigned char *copy;

	copy = malloc(size == 0 ? 1 : size);
	ATF_REQUIRE(copy != NULL);
	memcpy(copy, data, size);
	return copy;
}

/* Options: what they mean; cli_test has what is refused. */

TEST(options_have_the_defaults_of_the_manual)
{
	const struct options *o;

	o = parse("");
	ATF_CHECK_STREQ(out.role, "requester");
	ATF_CHECK(is(&o->group, "ff12::8000:6db6"));
	ATF_CHECK(o->port == 28015 && o->source_port == 0);
	ATF_CHECK(o->interface == 0 && o->count == 1 && o->listeners == 1);
	ATF_CHECK(o->wait == 2 * SECOND && o->interval == SECOND);
	ATF_CHECK(o->hops == 1 && o->size == 0 && !o->control);
	ATF_CHECK(!o->no_diagnosis && !o->both_ways && !o->wide);
	ATF_CHECK(out.quiet == 0 && !out.trace && !out.hexdump);
	o = parse("-l");
	ATF_CHECK_STREQ(out.role, "listener");
	ATF_CHECK(o->count == 0 && o->wait == 0);
	o = parse("-t");
	ATF_CHECK_STREQ(out.role, "selftest");
	ATF_CHECK_EQ(o->wait, SECOND);
}

TEST(options_are_taken)
{
	const struct options *o;

	o = parse("-A FF0E::1234 -b -c 007 -H 16 -i 0.5 -N -n 3 -P 5353 -p 99 "
		  "-qq -s 100 -u 2001:db8::1 -v -w 4 -x");
	ATF_CHECK(is(&o->group, "ff0e::1234") && o->wide);
	ATF_CHECK(o->both_ways && o->no_diagnosis && o->control);
	ATF_CHECK(o->count == 7 && o->hops == 16 && o->listeners == 3);
	ATF_CHECK(o->interval == SECOND / 2 && o->wait == 4 * SECOND);
	ATF_CHECK(o->port == 5353 && o->source_port == 99 && o->size == 100);
	ATF_CHECK(is(&o->unicast.sin6_addr, "2001:db8::1"));
	ATF_CHECK_EQ(o->unicast.sin6_port, htons(5353));
	ATF_CHECK(out.quiet == 2 && out.trace && out.hexdump);
	parse("-l -l -A ff02::1 -c 1 -P 1 -qvx -w 1");
	parse("-t -A ff02::1 -P 1 -vx -w 1");
	ATF_CHECK(!parse("-A ff32::1")->wide && parse("-A ff05::1:3")->wide);
	ATF_CHECK_EQ(parse("-w 2.")->wait, 2 * SECOND);
	ATF_CHECK_EQ(parse("-w .5")->wait, SECOND / 2);
	ATF_CHECK_EQ(parse("-w 0.001")->wait, MILLI);
	ATF_CHECK_EQ(parse("-w 1000000")->wait, 1000000 * SECOND);
	ATF_CHECK_EQ(parse("-i 1.000000001")->interval, SECOND + 1);
	ATF_CHECK_EQ(parse("-i 0")->interval, 0);
}

TEST(interface_has_a_name_or_an_index_and_is_the_zone)
{
	static const struct {
		const char *words;
		unsigned int interface, zone;
	} cases[] = { { "-u fe80::1%1", 0, 1 }, { "-u fe80::1 -I 1", 1, 1 },
		{ "-I 1 -u 2001:db8::1", 1, 0 }, { "-u 2001:db8::1%1", 0, 0 } };
	char name[IF_NAMESIZE], text[64];
	const struct options *o;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		o = parse(cases[i].words);
		ATF_CHECK_EQ(o->interface, cases[i].interface);
		ATF_CHECK_EQ(o->unicast.sin6_scope_id, cases[i].zone);
	}
	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	snprintf(text, sizeof(text), "-l -A ff05::1%%1 -I %s", name);
	o = parse(text);
	ATF_CHECK(o->interface == 1 && is(&o->group, "ff05::1"));
	ATF_CHECK_STREQ(o->name, name);
}

TEST(flom_trace_mask_turns_the_trace_on)
{
	static const char *const on[] = { "0x10000", "0x00100000", "65536",
		"1048576", "0xffffffff" };
	static const char *const off[] = { "0xffeeffff", "0", "0x1", "0xeffff",
		"10000", "", "x" };
	size_t i;

	for (i = 0; i < COUNT(on) + COUNT(off); i++) {
		setenv("FLOM_TRACE_MASK",
		    i < COUNT(on) ? on[i] : off[i - COUNT(on)], 1);
		parse("");
		ATF_CHECK_EQ_MSG(out.trace, i < COUNT(on), "%s\n",
		    getenv("FLOM_TRACE_MASK"));
	}
}

/* Wire */

static struct tag
tag_of(unsigned long long seq, char kind, unsigned int port)
{
	struct tag tag;

	memset(&tag, 0, sizeof(tag));
	tag.id = id_of(ID);
	tag.seq = seq;
	tag.kind = kind;
	tag.port = port;
	return tag;
}

/* Writes a padded datagram, as a requester has it. Returns its length. */
static size_t
encode(void *data, enum verb verb, const struct tag *tag, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		((char *)data)[i] = (char)('a' + i % 26);
	return wire_encode(data, verb, tag, size);
}

static enum verb
decode(const char *text, size_t size, struct tag *tag, size_t *rest)
{
	unsigned char *copy;
	enum verb verb;

	copy = exact(text, size);
	verb = wire_decode(copy, size, tag, rest);
	free(copy);
	return verb;
}

/* Decodes a text, in which $ is the id and @ a NUL. */
static enum verb
decoded(const char *text, struct tag *tag, size_t *rest)
{
	char data[64], *p = data;

	for (; *text != '\0'; text++)
		if (*text == '$') {
			memcpy(p, ID, ID_SIZE);
			p += ID_SIZE;
		} else
			*p++ = *text == '@' ? '\0' : *text;
	return decode(data, (size_t)(p - data), tag, rest);
}

/* Each, up to NULL, has that verb and no tag. */
static void
untagged(enum verb verb, const char *const *text)
{
	struct tag tag;
	size_t rest;

	for (; *text != NULL; text++) {
		ATF_CHECK_EQ_MSG(decoded(*text, &tag, &rest), verb, "%s\n",
		    *text);
		ATF_CHECK_MSG(tag.kind == '\0' && (verb != HELLO || rest == 5),
		    "%s\n", *text);
	}
}

TEST(datagrams_are_written_as_the_manual_has_them)
{
	static const struct {
		unsigned long long seq;
		unsigned int port;
		char kind;
		const char *text;
	} cases[] = { { 1, 0, '\0', "HELLO" },
		{ 1, 0, 'm', "HELLO " ID " 1 m" },
		{ 0, 0, 'u', "HELLO " ID " 0 u" },
		{ 9999999999ULL, 0, 'r', "HELLO " ID " 9999999999 r" },
		{ 4294967296ULL, 0, 'g', "HELLO " ID " 4294967296 g" },
		{ 7, 0, 'b', "HELLO " ID " 7 b" },
		{ 7, 65535, 'o', "HELLO " ID " 7 o 65535" } };
	char data[DATAGRAM_MAX];
	struct tag tag, got;
	size_t i, n, rest;

	for (i = 0; i < COUNT(cases); i++) {
		tag = tag_of(cases[i].seq, cases[i].kind, cases[i].port);
		n = encode(data, HELLO, &tag, 0);
		data[n] = '\0';
		ATF_CHECK_STREQ(data, cases[i].text);
		ATF_CHECK_EQ(decode(data, n, &got, &rest), HELLO);
		ATF_CHECK(got.kind == tag.kind &&
		    (tag.kind == '\0' ||
			(got.id == tag.id && got.seq == tag.seq &&
			    got.port == tag.port)));
	}
	tag = tag_of(1, '\0', 0);
	ATF_CHECK_EQ(encode(data, WELCOME, &tag, 0), 7);
	ATF_CHECK(memcmp(data, "WELCOME", 7) == 0);
	tag = tag_of(12, 'm', 0);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 18), 19);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 30), 30);
	ATF_CHECK(memcmp(data, "HELLO " ID " 12 m uvwxyzabcd", 30) == 0);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, HELLO_MAX), HELLO_MAX);
	ATF_CHECK_EQ(data[HELLO_MAX - 1], 'a' + (HELLO_MAX - 1) % 26);
	tag = tag_of(13, 'm', 0); /* over the last one, without padding anew */
	ATF_CHECK_EQ(wire_encode(data, HELLO, &tag, 30), 30);
	ATF_CHECK(memcmp(data, "HELLO " ID " 13 m uvwxyzabcd", 30) == 0);
}

TEST(verb_stands_alone_or_before_a_space)
{
	static const char *const hello[] = { "HELLO", "HELLO world", NULL };
	static const char *const welcome[] = { "WELCOME", "WELCOME ", NULL };
	static const char *const others[] = { "", "H", "HELL", "hello",
		"HELLOx", "HELLO\n", "HELLO\t1", "HELLO@", "HELLOHELLO",
		" HELLO", "WELCOM", "WELCOMEx", "WELCOME\r", "welcome", "\xff",
		"HELLO$ 1 m", " $ 1 m", NULL };

	untagged(HELLO, hello);
	untagged(WELCOME, welcome);
	untagged(OTHER, others);
}

TEST(malformed_tag_is_no_tag)
{
	static const char *const bad[] = { "HELLO ", "HELLO $", "HELLO $ ",
		"HELLO $ 1", "HELLO $ 1 ", "HELLO $ 1m", "HELLO $  m",
		"HELLO $ m 1", "HELLO 0123abc 1 m", "HELLO $e 1 m",
		"HELLO  $ 1 m", "HELLO $  1 m", "HELLO $ 1  m", "HELLO $ -1 m",
		"HELLO $ 1x m", "HELLO $ 0x1 m", "HELLO $ 1 mm",
		"HELLO $ 1 m\t", "HELLO $\t1 m", "HELLO $ 1\tm",
		"HELLO $ 1234567890123456789 m",
		"HELLO $ 99999999999999999999 m", "HELLO $@1 m", "HELLO $ 1@m",
		"HELLO $ 1 m@", "HELLO $ 1 @", "HELLO $ 1 @ abc",
		/* what asks for more than an echo needs a hex id */
		"HELLO whatever 1 r", "HELLO 0123ABCD 1 r",
		"HELLO 0123abcg 1 g", "HELLO 0123abc/ 1 b",
		"HELLO 0123abc: 1 o 9", "HELLO 0123abc@ 1 r",
		"HELLO \377123abcd 1 g", NULL };

	untagged(HELLO, bad);
}

TEST(port_of_kind_o_is_a_port_or_none)
{
	static const struct {
		const char *words;
		unsigned int port;
	} cases[] = { { "o 1", 1 }, { "o 65535", 65535 }, { "o 65536", 0 },
		{ "o 70000 x", 0 }, { "o 4294967297", 0 }, { "o -1", 0 },
		{ "o 99x", 0 }, { "o 99 abc", 99 }, { "o", 0 }, { "o ", 0 },
		{ "o  99", 0 }, { "o 0", 0 }, { "o 1234567890123456789", 0 },
		{ "m 99", 0 } };
	char text[64];
	struct tag tag;
	size_t i, rest;

	for (i = 0; i < COUNT(cases); i++) {
		snprintf(text, sizeof(text), "HELLO $ 1 %s", cases[i].words);
		decoded(text, &tag, &rest);
		ATF_CHECK_EQ(tag.kind, *cases[i].words);
		ATF_CHECK_EQ_MSG(tag.port, cases[i].port, "%s\n", text);
	}
}

TEST(no_byte_behind_the_datagram_is_read)
{
	static const char whole[] = "WELCOME " ID " 1234567890 o 12345 pad";
	unsigned long long number;
	struct tag tag;
	size_t n, rest;

	for (n = 0; n < strlen(whole); n++) {
		decode(whole, n, &tag, &rest);
		ATF_CHECK_EQ(wire_decode((const unsigned char *)whole, n, &tag,
				 &rest),
		    n < 7 ? OTHER : WELCOME);
		ATF_CHECK_EQ_MSG(tag.kind, n < 29 ? '\0' : 'o', "%lu\n",
		    (unsigned long)n);
		ATF_CHECK(rest <= n || tag.kind == '\0');
	}
	ATF_CHECK_EQ(wire_number("123456789012345678", 18, &number), 18);
	ATF_CHECK_EQ(number, 123456789012345678ULL);
	ATF_CHECK(wire_number("12", 1, &number) == 1 && number == 1);
	ATF_CHECK_EQ(wire_number("1234567890123456789", 19, &number), 0);
}

TEST(ids_are_eight_hex_digits_that_differ)
{
	char text[ID_SIZE + 1] = "";
	uint64_t id, first;
	int i, differ = 0;

	first = wire_id();
	for (i = 0; i < 1000; i++) {
		id = wire_id();
		differ += id != first;
		memcpy(text, &id, ID_SIZE);
		ATF_REQUIRE_EQ(strspn(text, "0123456789abcdef"), ID_SIZE);
	}
	ATF_CHECK(differ > 0);
}

/* A WELCOME to a HELLO of that size. Returns its length. */
static size_t
welcome(unsigned char *data, size_t size, size_t *rest)
{
	struct tag tag, got;
	size_t n;

	tag = tag_of(1, 'm', 0);
	n = encode(data + 2, HELLO, &tag, size) + 2;
	memcpy(data, "WELCOME", 7);
	ATF_REQUIRE_EQ(wire_decode(data, n, &got, rest), WELCOME);
	return n;
}

TEST(padding_is_intact_only_as_it_was_sent)
{
	static unsigned char data[DATAGRAM_MAX];
	static const size_t sizes[] = { 0, 18, 19, 20, 28, 46, 1400,
		HELLO_MAX };
	size_t i, n, rest;

	for (i = 0; i < COUNT(sizes); i++) {
		n = welcome(data, sizes[i], &rest);
		ATF_CHECK_MSG(wire_intact(data, n, rest, sizes[i]), "%lu\n",
		    (unsigned long)sizes[i]);
	}
	data[HELLO_MAX + 1] ^= 1;
	ATF_CHECK(!wire_intact(data, HELLO_MAX + 2, rest, HELLO_MAX));
	n = welcome(data, 100, &rest);
	ATF_REQUIRE_EQ(n, 102);
	for (i = rest; i < n; i++) {
		data[i] ^= 1;
		ATF_CHECK(!wire_intact(data, n, rest, 100));
		data[i] ^= 1;
	}
	for (i = rest; i < 110; i++)
		ATF_CHECK(wire_intact(data, i, rest, 100) == (i == n));
	ATF_CHECK(!wire_intact(data, n, rest, 0));
	ATF_CHECK(wire_intact(data, rest, rest, 0));
}

/* Output */

static char quoted[QUOTED_MAX];

#define TEXT_OF(data, size) fmt_text(quoted, data, size)
#define DUMP_OF(data, size) PRINTED(stdout, out_hexdump(data, size))
#define BYTES_OF(text) (const unsigned char *)(text)

TEST(bytes_of_the_network_are_printable_ascii)
{
	char expected[16];
	unsigned char byte;
	int i;

	ATF_CHECK_STREQ(TEXT_OF(BYTES_OF(""), 0), "''");
	ATF_CHECK_STREQ(TEXT_OF(BYTES_OF("a\0b\n\033[2J"), 8),
	    "'a\\x00b\\x0a\\x1b[2J'");
	for (i = 0; i < 256; i++) {
		byte = (unsigned char)i;
		snprintf(expected, sizeof(expected),
		    i < 0x20 || i > 0x7e || i == '\'' || i == '\\' ? "'\\x%02x'"
								   : "'%c'",
		    (unsigned int)i);
		ATF_CHECK_STREQ(TEXT_OF(&byte, 1), expected);
	}
}

TEST(long_text_is_cut_to_its_first_48_bytes)
{
	static const unsigned char data[1400];
	char expected[4 * 64 + 32] = "'";
	int i;

	for (i = 0; i < 64; i++)
		strcat(expected, "\\x00");
	strcat(expected, "'");
	ATF_CHECK_STREQ(TEXT_OF(data, 64), expected);
	strcpy(expected + 1 + 4 * 48, "...' (65 bytes)");
	ATF_CHECK_STREQ(TEXT_OF(data, 65), expected);
	strcpy(expected + 1 + 4 * 48, "...' (1400 bytes)");
	ATF_CHECK_STREQ(TEXT_OF(data, 1400), expected);
}

#define ZEROES "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "

TEST(hexdump_is_that_of_hexdump_1)
{
	static char data[65527];

	parse("");
	ATF_CHECK_STREQ(DUMP_OF("WELCOME", 7), "");
	parse("-q -x");
	ATF_CHECK_STREQ(DUMP_OF("", 0), "");
	ATF_CHECK_STREQ(DUMP_OF("WELCOME", 7),
	    "00000000  57 45 4c 43 4f 4d 45"
	    "                              |WELCOME|\n"
	    "00000007\n");
	ATF_CHECK_STREQ(DUMP_OF("0123456789", 10),
	    "00000000  30 31 32 33 34 35 36 37  38 39"
	    "                    |0123456789|\n"
	    "0000000a\n");
	ATF_CHECK_STREQ(DUMP_OF("HELLO\0\033[2J~\177\200\377 0123", 19),
	    "00000000  48 45 4c 4c 4f 00 1b 5b  32 4a 7e 7f 80 ff 20 30  "
	    "|HELLO..[2J~... 0|\n"
	    "00000010  31 32 33                                          "
	    "|123|\n"
	    "00000013\n");
	ATF_CHECK_STREQ(DUMP_OF(data, 65527),
	    "00000000  " ZEROES "|................|\n"
	    "*\n"
	    "0000fff0  00 00 00 00 00 00 00                              "
	    "|.......|\n"
	    "0000fff7\n");
	memcpy(data + 16, "000000000000000100000000000000010000000000000002",
	    48);
	ATF_CHECK_STREQ(DUMP_OF(data, 96),
	    "00000000  " ZEROES "|................|\n"
	    "00000010  30 30 30 30 30 30 30 30  30 30 30 30 30 30 30 31  "
	    "|0000000000000001|\n"
	    "*\n"
	    "00000030  30 30 30 30 30 30 30 30  30 30 30 30 30 30 30 32  "
	    "|0000000000000002|\n"
	    "00000040  " ZEROES "|................|\n"
	    "*\n"
	    "00000060\n");
}

TEST(addresses_have_zone_brackets_and_port)
{
	char text[ENDPOINT_MAX], name[IF_NAMESIZE], expected[ENDPOINT_MAX];
	struct sockaddr_in6 a;

	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	a = address("2001:db8::1", 0, 28015);
	ATF_CHECK_STREQ(fmt_address(text, &a), "2001:db8::1");
	ATF_CHECK_STREQ(fmt_endpoint(text, &a), "[2001:db8::1]:28015");
	a = address("fe80::1", 1, 65535);
	snprintf(expected, sizeof(expected), "[fe80::1%%%s]:65535", name);
	ATF_CHECK_STREQ(fmt_endpoint(text, &a), expected);
	a = address("fe80::1", GONE, 0);
	errno = EPERM;
	ATF_CHECK_STREQ(fmt_endpoint(text, &a), "[fe80::1%2147483647]:0");
	ATF_CHECK_EQ_MSG(errno, EPERM, "errno is kept\n");
	a = address("1111:2222:3333:4444:5555:6666:123.123.123.123", GONE, 99);
	ATF_CHECK(strlen(fmt_endpoint(text, &a)) < ENDPOINT_MAX);
	says(text, "%2147483647]:99");
}

TEST(list_of_names_ends_with_dots_when_it_is_full)
{
	char list[NAMES_MAX] = "";
	int i;

	fmt_append(list, "em0");
	fmt_append(list, "em1");
	ATF_CHECK_STREQ(list, " em0 em1");
	for (i = 0; i < 1000; i++)
		fmt_append(list, "interface000015");
	ATF_CHECK(strlen(list) < sizeof(list));
	ATF_CHECK_STREQ(list + strlen(list) - 8, "0015 ...");
}

TEST(trace_has_the_call_its_bytes_and_its_errno)
{
	struct sockaddr_in6 to;
	char expected[64];

	parse("-v");
	out.probing = true;
	to = address("ff02::1", 2, 28015);
	errno = 0;
	says(PRINTED(stderr, sock_send(-1, "HE\033'\377", 5, &to)),
	    "requester: probe: sendto(-1, |'HE\\x1b\\x27\\xff' 48 45 1b 27 ff|"
	    "addrlen=28; IPv6 address, sin6_port=28015, sin6_flowinfo=0x0, "
	    "sin6_addr='ff02::1', sin6_scope_id=2");
	ATF_CHECK_EQ(errno, EBADF);
	snprintf(expected, sizeof(expected), " = -1 EBADF (%s)\n",
	    strerror(EBADF));
	says(printed, expected);
	ATF_CHECK_STREQ(errno_name(EHOSTDOWN), "EHOSTDOWN");
	ATF_CHECK_STREQ(errno_name(ENXIO), "ENXIO");
	ATF_CHECK_STREQ(errno_name(12345), "E12345");
	ATF_CHECK(sock_loopback("lo") && sock_loopback("lo0"));
	ATF_CHECK(!sock_loopback("lowpan0") && !sock_loopback("em0"));
}

/* Requester */

TEST(order_of_answers_is_told_of_up_to_63_behind)
{
	static const struct {
		unsigned long long seq;
		int order;
	} cases[] = { { 1, 0 }, { 1, -1 }, { 3, 0 }, { 2, 1 }, { 2, -1 },
		{ 66, 0 }, { 3, -1 }, { 2, -2 }, { 999999999999ULL, 0 },
		{ 66, -2 } };
	struct responder p;
	size_t i;

	memset(&p, 0, sizeof(p));
	for (i = 0; i < COUNT(cases); i++)
		ATF_CHECK_EQ(responder_order(&p, cases[i].seq), cases[i].order);
}

TEST(listeners_are_told_apart_by_address_and_zone)
{
	struct table table;
	struct sockaddr_in6 a, b;
	unsigned int i, round;

	memset(&table, 0, sizeof(table));
	a = address("fe80::", 1, 28015);
	for (round = 0; round < 2; round++)
		for (i = 0; i < 20000; i++) {
			a.sin6_addr.s6_addr[14] = (uint8_t)(i >> 8);
			a.sin6_addr.s6_addr[15] = (uint8_t)i;
			a.sin6_port = htons((in_port_t)(i + round));
			ATF_REQUIRE_EQ(table_find(&table, &a), table.rows + i);
		}
	ATF_CHECK_EQ(table.count, 20000);
	b = a;
	b.sin6_port = 0;
	ATF_CHECK(sock_host(&a, &b));
	a.sin6_scope_id = 2;
	ATF_CHECK(!sock_host(&a, &b));
	ATF_CHECK_EQ(table_find(&table, &a), table.rows + 20000);
	free(table.rows);
}

/* A requester that has sent so many HELLOs, that long ago. */
static struct requester *
requester(const char *options, int sent, long long ago)
{
	static struct requester r;
	struct slot *slot;
	int i;

	for (i = 0; i < WAYS; i++)
		free(r.flow[i].table.rows);
	memset(&r, 0, sizeof(r));
	r.o = parse(options);
	r.id = id_of(ID);
	r.tagged = true;
	r.next = r.oldest = 1;
	for (i = 0; i < WAYS; i++) {
		r.flow[i].fd = -1;
		r.flow[i].kind = r.o->both_ways ? 'b' : "mub"[i];
		strcpy(r.flow[i].text, "[ff02::2]:9");
	}
	r.flow[BY_MULTICAST].need = r.o->listeners;
	r.flow[BY_UNICAST].need = r.o->control;
	r.flow[BACK_BY_GROUP].need = r.o->both_ways ? r.o->listeners : 0;
	r.link.fd = -1;
	r.run.start = r.now = time_now();
	while (sent-- > 0) {
		slot = &r.slots[r.next++ % SLOTS];
		memset(slot, 0, sizeof(*slot));
		slot->sent = r.now - ago;
		slot->gone[BY_MULTICAST] = true;
		slot->gone[BY_UNICAST] = r.o->control;
		slot->gone[BACK_BY_GROUP] = r.o->both_ways;
	}
	return &r;
}

/* Returns what is printed when this text arrives that way from a peer. */
static const char *
arrived(struct requester *r, enum way way, const char *peer, const char *text)
{
	struct sockaddr_in6 from;
	size_t n = strlen(text);

	from = address(peer, 0, 28015);
	memcpy(r->lab.data, text, n);
	return PRINTED(stdout, request_datagram(r, n, &from, way));
}

/*
 * So many answers by the group, unicast and the group's own way: words with
 * the kind, B for b to the group, a digit for the HELLO and one for the peer.
 */
static void
answers(struct requester *r, const char *words)
{
	char peer[16], text[32];

	for (; *words != '\0'; words += words[3] == ' ' ? 4 : 3) {
		snprintf(peer, sizeof(peer), "fe80::%c", words[2]);
		snprintf(text, sizeof(text), "WELCOME " ID " %c %c", words[1],
		    *words == 'B' ? 'b' : *words);
		arrived(r, *words == 'B' ? BACK_BY_GROUP : BY_MULTICAST, peer,
		    text);
	}
}

/* What is printed once all that is out is given up. */
static const char *
given_up(struct requester *r)
{
	return PRINTED(stdout, (request_expire(r, INT64_MAX), out_break()));
}

static const char *
summary(struct requester *r)
{
	const char *line, *end;

	given_up(r);
	PRINTED(stdout, request_summary(r));
	for (line = printed; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		ATF_REQUIRE(end != NULL);
		ATF_CHECK_MSG(end - line <= 80, "%.*s\n", (int)(end - line),
		    line);
	}
	return printed;
}

TEST(marks_tell_what_came_60_to_a_line)
{
	static const struct {
		const char *options;
		int hellos;
		const char *answers, *marks;
	} cases[] = {
		{ "-n 2 -u ::1", 5, "m11 u21 m31 m32 m41 m42 u41", "+um!." },
		{ "-b", 3, "b21 B31", ".><" },
		{ "-n 2", 2, "m11 m11 m21 m22", "+!" }, /* a duplicate */
	};
	char expected[80];
	struct requester *r;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		snprintf(expected, sizeof(expected), "-q -c 0 %s",
		    cases[i].options);
		r = requester(expected, cases[i].hellos, 0);
		answers(r, cases[i].answers);
		snprintf(expected, sizeof(expected), "    0  %s\n",
		    cases[i].marks);
		ATF_CHECK_STREQ(given_up(r), expected);
	}
	r = requester("-q -c 0", 61, 0);
	r->run.start -= 1234 * SECOND;
	ATF_CHECK_STREQ(given_up(r),
	    " 1234  "
	    "............................................................"
	    "\n 1234  .\n");
}

TEST(more_hellos_than_slots_are_told_apart)
{
	struct requester *r;

	r = requester("-q -c 0", 5000, 0);
	ATF_CHECK_EQ(r->oldest, 1);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 4999 m");
	says(summary(r), "5000 sent, 2 answered, 100.0% loss\n");
}

TEST(table_has_its_columns_sorted_by_address)
{
	struct requester *r;
	struct responder *row;
	int i;

	r = requester("-c 0 -q", 4, 0);
	arrived(r, BY_MULTICAST, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
	    "WELCOME " ID " 1 m");
	answers(r, "m12 m12 m22");
	arrived(r, BY_MULTICAST, "fe80::2", "WELCOME " ID " 2 m x");
	arrived(r, BY_MULTICAST, "2001:db8::2", "WELCOME " ID " 1 m");
	row = r->flow[BY_MULTICAST].table.rows;
	for (i = 0; i < 3; i++)
		row[i].shortest = row[i].longest = row[i].sum = 82000;
	row[1].longest = 22217000;
	row[1].sum = 444348000;
	says(summary(r),
	    "4 sent, 2 answered, 50.0% loss\n"
	    "listener                     answered lost dup late "
	    "order bad rtt min/avg/max ms\n"
	    "2001:db8::2                         1    3          "
	    "          0.082/0.082/0.082\n|\n"
	    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff\n"
	    "                                    1    3          "
	    "          0.082/0.082/0.082\n|\n"
	    "fe80::2                             2    2   1      "
	    "        1 0.082/222.2/22.22\n");
	r = requester("-c 0 -q -n 3 -u ::1", 1, 0);
	answers(r, "m11");
	says(summary(r),
	    "1 sent, 0 answered, 100.0% loss\n|"
	    "unicast: 1 sent, 0 answered, 100.0% loss\n|"
	    "1 of 3 listeners answered, 2 never\n");
}

/* Listener */

/*
 * A listener without a socket or an interface, so that its answers fail;
 * with -q they are left in data.
 */
static struct listener *
listener(const char *options)
{
	static struct listener l;

	memset(&l, 0, sizeof(l));
	l.o = parse(options);
	l.id = id_of("76543210");
	l.fd = l.sender = l.link.fd = -1;
	return &l;
}

/* What is printed when that HELLO arrives; the answer is in data. */
static const char *
heard(struct listener *l, const char *text, const char *host, unsigned int zone,
    unsigned int port)
{
	struct sockaddr_in6 from;

	from = address(host, zone, port);
	memset(l->data, 0, 512);
	memcpy(l->data + 2, text, strlen(text));
	return PRINTED(stdout, listen_datagram(l, -1, strlen(text), &from));
}

TEST(what_cannot_be_answered_is_not_answered)
{
	struct listener *l;

	l = listener("-l -q");
	heard(l, "HELLO", "fe80::2", 0, 0);
	heard(l, "HELLO", "ff02::1", 0, 4000);
	ATF_CHECK(l->failed == 0 && l->others == 2);
	heard(l, "WELCOME 76543210 1 m", "fe80::2", 0, 4000); /* its own copy */
	ATF_CHECK(l->failed == 0 && l->others == 2);
	heard(l, "WELCOME " ID " 1 m", "fe80::2", 0, 4000);
	ATF_CHECK(l->failed == 0 && l->others == 3);
	heard(l, "HELLO " ID " 1 m", "fe80::2", 0, 4000);
	ATF_CHECK(l->failed == 1 && l->others == 3 && l->answered == 0);
	says((const char *)l->data, "WELCOME " ID " 1 m");
}

TEST(answer_that_failed_is_told_once_a_second)
{
	struct listener *l;

	l = listener("-l");
	says(heard(l, "HELLO\033", "fe80::2", 0, 4000),
	    "Arrived datagram is 'HELLO\\x1b' from [fe80::2]:4000\n");
	says(heard(l, "HELLO there", "fe80::2", 0, 4000),
	    "Arrived datagram is 'HELLO there' from [fe80::2]:4000\n|!Sent|"
	    "note: answer-failed: [fe80::2]:4000: ");
	says(heard(l, "HELLO there", "fe80::2", 0, 4000), "!note:");
}

/* ICMPv6 */

static struct link *
link_of(void)
{
	static struct link l;

	memset(&l, 0, sizeof(l));
	l.fd = -1;
	l.raw = true;
	l.id = id_of(ID);
	l.port = 28015;
	l.self = address("fe80::2", 3, 0);
	return &l;
}

/* One packet of the text's address. */
static void
icmp(struct link *l, const void *data, size_t size, const char *from,
    unsigned int zone)
{
	struct sockaddr_in6 a;
	unsigned char *copy;

	a = address(from, zone, 0);
	copy = exact(data, size);
	link_packet(l, copy, size, &a, false);
	free(copy);
}

/* Type 1 from there about a datagram of ours to that address and port. */
static void
rejection(struct link *l, size_t size, const char *from, int type, int code,
    int protocol, const char *to, unsigned int port)
{
	unsigned char data[56] = { 0 };
	struct sockaddr_in6 a;

	a = address(to, 0, 0);
	data[0] = (unsigned char)type;
	data[1] = (unsigned char)code;
	data[8] = 0x60;
	data[8 + 6] = (unsigned char)protocol;
	memcpy(data + 8 + 24, &a.sin6_addr, 16);
	data[8 + 40] = 0x12;
	data[8 + 42] = (unsigned char)(port >> 8);
	data[8 + 43] = (unsigned char)port;
	icmp(l, data, size, from, 3);
}

TEST(mld_queries_have_24_bytes_or_28_and_more)
{
	unsigned char query[40] = { 130 };
	struct link *l;
	size_t size;

	for (size = 0; size <= sizeof(query); size++) {
		l = link_of();
		icmp(l, query, size, "fe80::1", 3);
		ATF_CHECK_EQ_MSG(l->queriers, size == 24 || size >= 28,
		    "%lu bytes\n", (unsigned long)size);
	}
	l = link_of();
	icmp(l, query, 28, "2001:db8::1", 0); /* RFC 3810, 5.1.14 */
	query[8] = 0xff; /* of one group: the answer to a leave */
	icmp(l, query, 28, "fe80::1", 3);
	query[8] = 0;
	icmp(l, query, 28, "fe80::1", 4);
	icmp(l, query, 28, "fe80::2", 3); /* ourselves */
	query[0] = 131;
	icmp(l, query, 28, "fe80::1", 3);
	ATF_CHECK_EQ(l->queriers, 0);
	query[0] = 130;
	icmp(l, query, 28, "fe80::1", 3);
	icmp(l, query, 28, "fe80::9", 3);
	ATF_CHECK_EQ(l->queriers, 1);
	ATF_CHECK(is(&link_querier(l, 3)->address.sin6_addr, "fe80::9"));
	l->self.sin6_scope_id = 0; /* a listener: all interfaces */
	for (size = 1; size < 1000; size++)
		icmp(l, query, 28, "fe80::9", (unsigned int)size);
	ATF_CHECK_EQ(l->queriers, QUERIERS_MAX);
}

TEST(echo_replies_are_those_to_our_own_echo)
{
	unsigned char reply[24] = { 129, 0, 0, 0, 1, 2, 3, 4 };
	char text[32];
	struct link *l;
	size_t size;
	int i;

	memcpy(reply + 8, ID, 8);
	for (size = 0; size <= sizeof(reply); size++) {
		l = link_of();
		icmp(l, reply, size, "fe80::1", 3);
		ATF_CHECK_EQ_MSG(l->replies, size == 16, "%lu bytes\n",
		    (unsigned long)size);
	}
	l = link_of();
	reply[0] = 128; /* a request */
	icmp(l, reply, 16, "fe80::1", 3);
	reply[0] = 129;
	reply[15] ^= 1; /* somebody else's ping */
	icmp(l, reply, 16, "fe80::1", 3);
	reply[15] ^= 1;
	icmp(l, reply, 16, "fe80::2", 3);
	icmp(l, reply, 16, "fe80::1", 4);
	ATF_CHECK_EQ(l->replies, 0);
	icmp(l, reply, 16, "fe80::1", 3);
	icmp(l, reply, 16, "fe80::1", 3);
	ATF_CHECK(l->replies == 1 && l->hosts == 1);
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "fe80::1:%x", i);
		icmp(l, reply, 16, text, 3);
	}
	ATF_CHECK(l->hosts >= HOSTS_MAX && l->replies >= HOSTS_MAX);
}

TEST(rejections_are_those_of_our_own_datagrams)
{
	struct link *l;
	size_t size;

	for (size = 0; size <= 56; size++) {
		l = link_of();
		rejection(l, size, "fe80::9", 1, 1, IPPROTO_UDP, "fe80::1",
		    28015);
		ATF_CHECK_EQ_MSG(l->rejected_by.sin6_family != 0, size >= 52,
		    "%lu bytes\n", (unsigned long)size);
	}
	ATF_CHECK(is(&l->rejected_by.sin6_addr, "fe80::9"));
	ATF_CHECK(is(&l->rejected, "fe80::1") && l->rejection == 1);
	l = link_of();
	rejection(l, 56, "fe80::9", 1, 1, IPPROTO_UDP, "fe80::1", 28016);
	rejection(l, 56, "fe80::9", 1, 1, IPPROTO_TCP, "fe80::1", 28015);
	rejection(l, 56, "fe80::9", 2, 1, IPPROTO_UDP, "fe80::1", 28015);
	ATF_CHECK_EQ(l->rejected_by.sin6_family, 0);
	/* with KAME's zone */
	rejection(l, 56, "fe80::9", 1, 1, IPPROTO_UDP, "fe80:3::1", 28015);
	ATF_CHECK(is(&l->rejected, "fe80::1"));
}

TEST(closed_port_is_told_of_the_host_that_was_asked)
{
	struct link *l;

	l = link_of();
	l->hosts = 2;
	l->host[0] = address("fe80::1", 3, 0);
	l->host[1] = address("fe80::9", 3, 0);
	rejection(l, 56, "fe80::9", 1, 4, IPPROTO_UDP, "fe80::9", 28015);
	ATF_CHECK(!l->refuses[0] && l->refuses[1] && !l->closes[1]);
	ATF_CHECK_EQ(l->rejected_by.sin6_family, 0);
	rejection(l, 56, "fe80::1", 1, 1, IPPROTO_UDP, "fe80::1", 28015);
	rejection(l, 56, "fe80::1", 1, 4, IPPROTO_UDP, "fe80::1", CLOSED_PORT);
	ATF_CHECK(!l->refuses[0] && l->closes[0]);
}

/* Experiments */

/* Chances by Pascal's triangle: C(60,30) has 57 bits. */
TEST(certain_is_fishers_exact_test)
{
	static uint64_t c[61][61];
	int n, m, k;

	for (n = 0; n <= 60; n++)
		for (c[n][0] = 1, k = 1; k <= n; k++)
			c[n][k] = c[n - 1][k - 1] + c[n - 1][k];
	for (n = 0; n <= 30; n++)
		for (m = 0; m <= 30; m++)
			for (k = 0; k <= n; k++)
				/* Of a tie the last bit of a double tells. */
				ATF_REQUIRE_MSG(100 * c[n][k] == c[n + m][k] ||
					certain(k, n, m) ==
					    (k > 0 &&
						100 * c[n][k] < c[n + m][k]),
				    "%d of %d, 0 of %d\n", k, n, m);
	ATF_CHECK(!certain(4, 4, 4) && certain(5, 5, 5));
	ATF_CHECK(!certain(1, 6, 60) && !certain(100, 100, 0));
	ATF_CHECK(certain(6, 100, 200) && certain(7, 6, 6));
}

/* Experiments whose HELLOs have numbers from 10 on; socket 7 is the group's. */
static struct lab *
lab_of(void)
{
	static struct lab lab;

	lab_begin(&lab, parse(""), id_of(ID), 10);
	lab.fd[lab.fds++] = 7;
	lab.self = address("fe80::2", 0, 0);
	return &lab;
}

/* A probe of which so many copies have been sent. */
static struct probe *
tried(struct lab *lab, enum step step, char kind, int fd, int copies)
{
	struct sockaddr_in6 to;
	struct probe *p;

	to = address("ff02::1", 0, 28015);
	p = lab_add(lab, step, kind, fd, &to, 1, 0);
	for (; copies > 0; copies--) {
		lab->copies[lab->copied].probe = (size_t)(p - lab->probes);
		lab->copies[lab->copied].sent = time_now() - 20 * MILLI;
		lab->copies[lab->copied++].answered = false;
		p->all.sent++;
		p->since.sent++;
	}
	return p;
}

static void
came_in(struct lab *lab, int fd, const char *peer, const char *text)
{
	struct sockaddr_in6 from;

	from = address(peer, 0, 28015);
	memcpy(lab->data, text, strlen(text));
	lab_answer(lab, fd, NULL, strlen(text), &from);
}

TEST(answer_is_counted_for_the_copy_of_its_number)
{
	struct probe *group, *all, *host;
	struct lab *lab;

	lab = lab_of();
	group = tried(lab, GROUP, 'm', 7, 2); /* 10 and 11 */
	all = tried(lab, EVERYBODY, 'm', 7, 2);
	host = tried(lab, UNICAST, 'u', 8, 2);
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 12 m");
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 12 m"); /* again */
	ATF_CHECK(all->all.answered == 1 && all->since.answered == 1);
	ATF_CHECK(is(&all->from.sin6_addr, "fe80::9"));
	/* by another address, to another socket */
	came_in(lab, 7, "2001:db8::1", "WELCOME " ID " 15 u");
	ATF_CHECK_EQ(host->all.answered, 1);
	came_in(lab, 8, "fe80::9", "WELCOME " ID " 10 m");
	ATF_CHECK(group->all.answered == 1 && lab->latency >= 20 * MILLI);
	ATF_CHECK(lab_count(lab, GROUP).answered == 1 &&
	    lab_count(lab, GROUP).sent == 2);
	ATF_CHECK(lab->late == 0 && lab->bare == 0 && !lab->same_address);
	came_in(lab, 7, "fe80::2", "WELCOME " ID " 13 m"); /* our address */
	ATF_CHECK(lab->same_address && all->all.answered == 2);
}

TEST(answer_to_something_else_is_counted_nowhere)
{
	static const char *const foreign[] = { "WELCOME 0123abce 10 m",
		"WELCOME " ID " 10 u", "WELCOME " ID " 12 m",
		"WELCOME " ID " 999999999999999999 m", "WELCOME " ID " 0 m",
		"HELLO " ID " 10 m", "WELCOME " ID " 10", "WELCOME x",
		"WELCOME \377", "", "WELCOMED", "WELCOME " ID " 5 u" };
	struct probe *group;
	struct lab *lab;
	size_t i;

	lab = lab_of();
	group = tried(lab, GROUP, 'm', 7, 2);
	for (i = 0; i < COUNT(foreign); i++) {
		came_in(lab, 7, "fe80::9", foreign[i]);
		ATF_CHECK_MSG(group->all.answered == 0 && lab->late == 0 &&
			lab->bare == 0,
		    "%s\n", foreign[i]);
	}
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 9 m");
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 3 m");
	ATF_CHECK(lab->late == 2 && lab->late_seq == 9);
	ATF_CHECK_EQ(group->all.answered, 0);
}

TEST(bare_welcome_names_a_probe_only_if_there_is_one)
{
	struct probe *group;
	struct lab *lab;
	int others;

	for (others = 0; others < 2; others++) {
		lab = lab_of();
		group = tried(lab, GROUP, 'm', 7, 1);
		if (others > 0)
			tried(lab, EVERYBODY, 'm', 7, 1);
		came_in(lab, 7, "fe80::9", "WELCOME");
		ATF_CHECK_EQ(group->all.answered, 1 - others);
		ATF_CHECK_EQ(lab_count(lab, EVERYBODY).answered, 0);
		ATF_CHECK(lab->bare == 1 && lab->untold == others);
		ATF_CHECK(is(&lab->bare_from.sin6_addr, "fe80::9"));
		ATF_CHECK(!lab->bare_unicast);
	}
	tried(lab, UNICAST, 'u', 8, 1);
	came_in(lab, 8, "fe80::9", "WELCOME");
	ATF_CHECK(lab->bare_unicast && lab_came(lab, UNICAST));
}

static const struct report *
report(struct lab *lab, const char *words)
{
	unsigned char *copy;

	copy = exact(words, strlen(words));
	lab_report(lab, copy, strlen(words));
	free(copy);
	return &lab->report;
}

TEST(report_of_a_listener_is_read_word_by_word)
{
	const struct report *r;
	struct lab *lab;

	lab = lab_of();
	r = report(lab,
	    " group=ff12::8000:6db6 port=28015 joined=yes zone=em0 "
	    "loop=yes");
	ATF_CHECK(r->reports == 1 && r->lost == 0 && r->joined);
	ATF_CHECK(r->same_group && !r->other_group && r->error[0] == '\0');
	report(lab,
	    " group=ff02::9 port=1 joined=no loop=no error=EMSGSIZE "
	    "error-age=1");
	ATF_CHECK(r->reports == 2 && r->lost == 1 && r->joined);
	ATF_CHECK(r->same_group && r->other_group && is(&r->group, "ff02::9"));
	ATF_CHECK_STREQ(r->error, "EMSGSIZE");
	/* as the answer to kind r, and to nothing else */
	lab = lab_of();
	tried(lab, REJOIN, 'r', 7, 1);
	tried(lab, GROUP, 'm', 7, 1);
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 10 r group=ff02::9");
	came_in(lab, 7, "fe80::9", "WELCOME " ID " 11 m group=ff02::8");
	ATF_CHECK(lab->report.reports == 1);
	ATF_CHECK(is(&lab->report.group, "ff02::9"));
}

TEST(report_with_hostile_words_tells_nothing)
{
	static const char *const hostile[] = { "", " ", "group=ff02::9",
		" group=", " group=::", " group=fe80::1", " group=ff02::9x",
		" group=%s%n", " xgroup=ff02::9",
		" group=ff02:0000000000000000000000000000000000000000000000::1",
		" error=E", " error=Eabc error-age=1", " error=\033[2J",
		" error=EPERM", " error=EPERM error-age=", " loop=", " joined=",
		" error=EPERM error-age=2", " error=EPERM error-age=-1",
		" error=EPERM error-age=99999999999", " loop=yes", " joined=no",
		" error=PERM error-age=1",
		" error=EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA error-age=1" };
	char words[4 * REPORT_MAX];
	const struct report *r;
	size_t i;

	for (i = 0; i < COUNT(hostile); i++) {
		r = report(lab_of(), hostile[i]);
		ATF_CHECK_MSG(r->reports == 1 && r->lost == 0 && !r->joined &&
			!r->same_group && !r->other_group &&
			r->error[0] == '\0',
		    "%s\n", hostile[i]);
	}
	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	memcpy(words + REPORT_MAX, " group=ff02::9", 14);
	ATF_CHECK(!report(lab_of(), words)->other_group);
}

/* The decision */

static struct facts f;
static struct options o;
static struct flow flow[WAYS];
static struct verdict v;

/* Facts of a host that sends and hears nothing of anybody. */
static void
silence(void)
{
	int i;

	memset(&f, 0, sizeof(f));
	memset(flow, 0, sizeof(flow));
	o = *parse("");
	o.interface = 3;
	f.o = &o;
	f.flow = flow;
	flow[BY_MULTICAST].sent = 1;
	flow[BY_MULTICAST].need = 1;
	for (i = 0; i <= AFTER_SMALL; i++)
		f.step[i].sent = i == AFTER || i > REJOIN ? 0 : 100;
	f.link_up = f.loops = true;
	f.querier = -1;
	f.least = 64;
	strcpy(f.name, "em0");
	strcpy(f.other, "em1");
	strcpy(f.group, "ff12::8000:6db6");
	strcpy(f.there, "ff12::9");
	strcpy(f.unicast, "fe80::1%em0");
	strcpy(f.listener, "fe80::1%em0");
	strcpy(f.can, " em0 em1");
}

static void
answered(enum step step)
{
	f.step[step].sent = f.step[step].answered = 6;
}

static void
refuses(enum step step)
{
	f.step[step].sent = f.step[step].answered = 3;
	f.step[step].error = ECONNREFUSED;
}

/* That many of the run's HELLOs, and of each way's so many were answered. */
static void
run(int n, int group, int unicast, int back)
{
	int i, count[WAYS];

	count[0] = group;
	count[1] = unicast;
	count[2] = back;
	for (i = 0; i < WAYS; i++)
		if (count[i] >= 0) {
			flow[i].need = 1;
			flow[i].sent = (unsigned long long)n;
			flow[i].answered = (unsigned long long)count[i];
		}
	f.run.answered = (unsigned long long)group;
	f.partly = group > 0 || back > 0;
	f.responders = f.partly;
}

/* Says the verdict all that it has to, in printable words? */
static void
well_told(void)
{
	const char *s;

	ATF_REQUIRE_MSG(strlen(v.text) + 1 < sizeof(v.text), "%s: cut\n",
	    v.code);
	for (s = v.text; *s == '\n' || (*s >= 0x20 && *s < 0x7f); s++)
		continue;
	ATF_CHECK_MSG(*s == '\0' && s > v.text && s[-1] != '\n' &&
		strpbrk(v.text, "?\"") == NULL &&
		strstr(v.text, "(null)") == NULL &&
		strstr(v.text, "  ") == NULL && strstr(v.text, "\n\n") == NULL,
	    "%s: %s\n", v.code, v.text);
	ATF_CHECK_MSG(v.let_in || strchr(v.text, '\n') != NULL,
	    "%s: no remedy\n", v.code);
}

/* The cause has that code; its text has the parts that stand behind a |. */
static void
decided(const char *code, const char *facts)
{
	size_t n = strcspn(code, "|");

	cause_decide(&v, &f);
	ATF_CHECK_MSG(strlen(v.code) == n && strncmp(v.code, code, n) == 0,
	    "%s, not %s: %s\n", v.code, code, facts);
	well_told();
	says(v.text, code + n);
}

/* With these facts, and silence else, that is the cause. */
#define CAUSE(code, ...)                     \
	do {                                 \
		silence();                   \
		__VA_ARGS__;                 \
		decided(code, #__VA_ARGS__); \
	} while (0)

TEST(errno_of_sendto_is_a_fault_of_this_host)
{
	static const struct {
		int error;
		const char *code[3]; /* -I, its link up or down; without -I */
	} cases[] = {
		{ EPERM, { "filter-out" } },
		{ EACCES, { "filter-out" } },
		{ EMSGSIZE, { "too-long" } },
		{ ENOBUFS, { "queue-full" } },
		{ EAGAIN, { "queue-full" } },
		{ ENETDOWN, { "down" } }, /* BSD: it is */
		{ ENETUNREACH, { "no-route", "down", "no-interface" } },
		{ EHOSTUNREACH, { "no-route", "down", "no-interface" } },
		{ EADDRNOTAVAIL,
		    { "no-address", "no-address", "no-interface" } },
		{ ENXIO, { "no-route", "down", "no-interface" } },
		{ ENODEV, { "no-route", "down", "no-interface" } },
		{ EINVAL, { "no-route", "down", "no-interface" } },
		{ EDESTADDRREQ, { "no-multicast" } },
		{ EOPNOTSUPP, { "no-multicast" } },
		{ EAFNOSUPPORT, { "no-multicast" } },
		{ EHOSTDOWN, { "no-multicast" } },
	};
	const char *const *code;
	size_t i;
	int n;

	for (i = 0; i < COUNT(cases); i++)
		for (n = 0, code = cases[i].code; n < 3; n++) {
			CAUSE(code[code[n] == NULL ? 0 : n],
			      f.error = cases[i].error;
			      f.link_up = n != 1; o.interface = n != 2);
			ATF_CHECK_EQ(v.status, FAULT);
			ATF_CHECK(cause_here(&v, &f));
		}
	CAUSE("gone|em0", f.error = ENODEV; f.gone = true);
	CAUSE("gone", f.error = ENETUNREACH; f.gone = true);
	CAUSE("gone", f.gone = true);
	CAUSE("no-route", f.error = ENETUNREACH; f.loopback = true);
	CAUSE("no-route", f.error = EHOSTUNREACH; f.loopback = true;
	      f.link_up = false);
	CAUSE("no-interface|name one with -I: em0 em1", f.error = EHOSTUNREACH;
	      o.interface = 0);
	/* no descriptor, no memory: that is no evidence of anything */
	CAUSE("silent", f.error = EMFILE);
	CAUSE("silent", f.error = ENOMEM);
}

TEST(what_cannot_work_is_told_of_the_arguments)
{
	static const struct {
		uint8_t scope;
		const char *code;
	} cases[] = { { 0x00, "scope-reserved" }, { 0x1f, "scope-reserved" },
		{ 0x01, "scope-interface" }, { 0x11, "scope-interface" } };
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		CAUSE(cases[i].code, o.group.s6_addr[1] = cases[i].scope);
	CAUSE("hop-limit", o.hops = 0);
	ATF_CHECK_EQ(v.status, UNANSWERED);
	CAUSE("no-route", f.deaf = f.loopback = true);
	CAUSE("silent", f.loopback = true);
}

TEST(run_that_was_partly_answered_has_its_own_causes)
{
	CAUSE("partial|7 of 10 HELLOs|-u tells", run(10, 7, -1, -1));
	CAUSE("partial|unicast is lost as well", run(10, 7, 6, -1));
	CAUSE("partial|1 of 3 listeners", run(10, 10, -1, -1); o.listeners = 3);
	CAUSE("multicast-loss|40 of 100 HELLOs, 0 by unicast",
	    run(100, 60, 100, -1));
	CAUSE("multicast-loss", run(100, 60, 90, -1));
	CAUSE("partial", run(100, 60, 89, -1)); /* unicast is lost too */
	CAUSE("partial", run(9, 4, 9, -1));     /* too few to tell */
	CAUSE("one-way|does not come back", run(10, 10, -1, 0));
	CAUSE("one-way|flows both ways", run(10, 0, -1, 10));
	CAUSE("partial", run(10, 10, -1, 5));
	CAUSE("one-answer", run(5, 1, -1, -1); f.run.bare = 1);
	CAUSE("partial", run(5, 2, -1, -1); f.run.bare = 2);
}

TEST(run_that_stopped_has_the_cause_that_is_proven)
{
	CAUSE("stopped|answered until 60.0 s|!snooping", run(90, 60, -1, -1);
	      f.stopped = true; f.stopped_at = 60);
	CAUSE("stopped|\nan MLD querier on the link", run(300, 260, -1, -1);
	      f.stopped = true; f.stopped_at = 260);
	CAUSE("stopped|!an MLD querier", run(300, 260, -1, -1);
	      f.stopped = true; f.stopped_at = 260; f.querier = 30;
	      f.listened = 300);
	CAUSE("snooping", run(300, 260, -1, -1); f.stopped = true;
	      answered(EVERYBODY); answered(AFTER));
	CAUSE("no-listener", run(9, 5, -1, -1);
	      f.stopped = f.target = f.refused = true; refuses(PORT));
	CAUSE("partial", run(9, 5, -1, -1); f.stopped = true; answered(GROUP));
}

TEST(group_that_is_answered_is_late_or_lossy)
{
	CAUSE("lossy|1 of 100 HELLOs", f.step[GROUP].answered = 1);
	CAUSE("late|after 2500 ms, and -w is 2000 ms|\n-w 6", f.late = 1;
	      f.delay = 2500);
	CAUSE("late", f.step[GROUP].answered = 1; f.delay = 2001);
	CAUSE("lossy", f.late = 1; f.delay = 1500);
	CAUSE("lossy|looks like hop-limit", f.looks = "hop-limit";
	      answered(MORE_HOPS));
	CAUSE("lossy|!no-listener", f.looks = "no-listener"; answered(GROUP));
	CAUSE("lossy", f.other_host = true; answered(UNICAST));
	CAUSE("no-listener", f.other_host = f.refused = true; refuses(PORT));
}

TEST(listeners_report_is_a_cause)
{
	CAUSE("answer-lost|fe80::1%em0 heard a HELLO but could not answer it: "
	      "EMSGSIZE",
	      strcpy(f.report.error, "EMSGSIZE");
	      o.size = 1400; answered(SMALL));
	CAUSE("filter-remote", f.report.reports = f.report.lost = 3;
	      answered(EVERYBODY));
	ATF_CHECK(v.let_in);
	CAUSE("not-joined", f.report.reports = f.report.lost = 2;
	      answered(EVERYBODY));
	CAUSE("not-joined", f.report.reports = 4; f.report.lost = 3;
	      answered(EVERYBODY));
	CAUSE("return-path", strcpy(f.report.error, "ENETUNREACH");
	      o.wide = true; answered(FROM_LINK));
	CAUSE("other-group|listens on ff12::9, not on ff12::8000:6db6",
	      f.report.other_group = true;
	      answered(UNICAST));
	CAUSE("not-joined", f.report.other_group = f.report.same_group = true;
	      answered(EVERYBODY); f.step[AFTER].sent = 6);
}

TEST(another_way_that_is_answered_is_the_cause)
{
	CAUSE("fragments", o.size = 1233; answered(SMALL));
	CAUSE("length", o.size = 1232; answered(SMALL));
	CAUSE("hop-limit|hop limit 3 is answered, 1 is not\n-H 3",
	      answered(MORE_HOPS);
	      f.least = 3);
	CAUSE("wrong-interface|behind em1, but the HELLO left on em0\n-I em1",
	    answered(ELSEWHERE));
	CAUSE("return-path", answered(FROM_LINK); o.wide = true);
	CAUSE("source-scope", f.link_source = o.wide = true; o.hops = 16);
	CAUSE("silent", f.link_source = true; o.hops = 16);
	CAUSE("silent", f.link_source = o.wide = true); /* one hop */
	CAUSE("not-joined", f.link_source = o.wide = true; o.hops = 16;
	      answered(EVERYBODY); f.step[AFTER].sent = 6);
}

TEST(filter_in_is_proven_by_kind_o_or_silence_of_all)
{
	CAUSE("filter-in", f.target = true; answered(UNICAST); answered(HOP1));
	CAUSE("filter-in|-p 28016", f.target = f.deaf = true;
	      answered(UNICAST));
	ATF_CHECK(v.yes == UNICAST && v.no == OTHER_PORT && v.let_in);
	CAUSE("answer-lost|filter on a router", f.target = true;
	      answered(UNICAST));
	ATF_CHECK(v.yes == UNICAST && v.no == OTHER_PORT && !v.let_in);
	/* a harmless rule on ff00::/8: the answers are unicast */
	CAUSE("filter-multicast", f.target = f.deaf = true; answered(UNICAST);
	      answered(HOP1); answered(OTHER_PORT));
	CAUSE("filter-multicast", f.target = true; answered(UNICAST);
	      answered(HOP1); f.bare_unicast = true);
	CAUSE("filter-in|not even own copies", f.deaf = true; f.loops = false);
	CAUSE("not-joined", f.deaf = true; answered(EVERYBODY);
	      f.step[AFTER].sent = 6);
	CAUSE("answer-lost", f.deaf = true; answered(BY_GROUP));
	CAUSE("no-listener", f.deaf = f.target = f.refused = true);
}

TEST(listener_that_ff02_1_reaches_is_not_in_the_group)
{
	CAUSE("not-joined|not even after it joined again", answered(EVERYBODY);
	      f.step[AFTER].sent = 6; f.report.joined = true;
	      f.report.reports = 1);
	ATF_CHECK(v.yes == EVERYBODY && v.no == AFTER && v.silence >= 45);
	CAUSE("not-joined|!joined again", answered(EVERYBODY);
	      f.step[AFTER].sent = 6);
	CAUSE("lossy|not heard often enough", answered(EVERYBODY));
	CAUSE("snooping|\nan MLD querier", answered(EVERYBODY);
	      answered(AFTER));
	CAUSE("snooping|!an MLD querier", answered(EVERYBODY); answered(AFTER);
	      f.querier = 9);
	CAUSE("snooping|hop limit is too small as well|\nand -H 64",
	      answered(EVERYBODY);
	      answered(AFTER_HOPS));
	CAUSE("snooping|too long as well", answered(EVERYBODY);
	      answered(AFTER_SMALL));
	CAUSE("lossy", answered(EVERYBODY); answered(AFTER); f.report.lost = 1);
	CAUSE("not-joined|reached by unicast", f.target = true;
	      answered(UNICAST); answered(HOP1); answered(OTHER_PORT);
	      f.report.reports = 1);
	CAUSE("answer-lost|answers by multicast", answered(BY_GROUP));
}

TEST(unicast_that_is_answered_leaves_the_group_at_fault)
{
	CAUSE("not-routed", f.target = true; answered(UNICAST);
	      answered(OTHER_PORT));
	ATF_CHECK(v.yes == UNICAST && v.no == HOP1);
	CAUSE("filter-multicast", f.target = true; answered(UNICAST);
	      answered(OTHER_PORT); answered(HOP1); f.near = true);
	ATF_CHECK(v.yes == UNICAST && v.no == GROUP && v.silence >= 45);
	CAUSE("filter-multicast", f.target = true; answered(UNICAST);
	      answered(OTHER_PORT); f.step[HOP1].sent = 0);
}

TEST(unicast_that_is_silent_has_what_else_is_told)
{
	CAUSE("no-listener|nothing listens on port 28015",
	      f.target = f.refused = true;
	      refuses(PORT));
	CAUSE("filter-remote|fe80::9%em0 says so", f.target = f.rejected = true;
	      strcpy(f.rejecter, ": fe80::9%em0 says so"));
	CAUSE("port-silent", f.target = true; refuses(CLOSED));
	CAUSE("no-listener", f.target = f.refused = true; refuses(CLOSED));
	CAUSE("silent|ICMPv6 errors are dropped", f.target = true;
	      refuses(TCP)); /* no claim on UDP */
	CAUSE("silent|this system hides refusals",
	      f.target = f.uncalibrated = true;
	      refuses(TCP));
	CAUSE("filter-remote", f.target = f.resolved = f.on_link = true);
	CAUSE("no-neighbour", f.target = f.nobody = f.on_link = true);
	CAUSE("no-neighbour", f.target = f.no_host = true; /* NetBSD */
	      f.step[PORT].error = EHOSTDOWN);
	CAUSE("silent", f.target = f.nobody = true; refuses(TCP));
	CAUSE("unreachable|there is a route", f.target = true);
	CAUSE("unreachable", f.target = f.resolved = true); /* its router */
	CAUSE("unreachable", f.target = f.resolved = f.on_link = true;
	      f.solicited = true); /* and so our answer is what was lost */
	CAUSE("unreachable", f.target = true; f.step[PORT].error = ENETUNREACH);
	says(v.text, strerror(ENETUNREACH));
	CAUSE("silent", f.target = true; f.step[UNICAST].error = EMFILE);
}

TEST(hosts_of_the_link_tell_where_no_listener_does)
{
	CAUSE("no-listener|the 2 hosts", f.echo = true;
	      f.hosts = f.hosts_refused = 2);
	CAUSE("silent", f.echo = o.wide = true; f.heard = 2;
	      f.hosts = f.hosts_refused = 2); /* it may be behind a router */
	CAUSE("silent", f.echo = f.lossy = true; f.heard = 2;
	      f.hosts = f.hosts_refused = 2); /* or not be among them */
	CAUSE("filter-remote", f.echo = true; f.hosts = 2;
	      f.hosts_refused = f.hosts_mute = f.hosts_rejected = 1);
	CAUSE("port-silent|fe80::9%em0", f.echo = true; f.hosts = 2;
	      f.hosts_refused = f.hosts_mute = f.hosts_closed = 1;
	      strcpy(f.mute, " fe80::9%em0"));
	CAUSE("silent", f.echo = true; f.hosts = f.hosts_mute = 1);
	CAUSE("no-neighbour", f.echo = true);
	CAUSE("silent|\nas root, or its unicast address with -u|!or here",
	    (void)0);
	CAUSE("silent|or here", f.loops = false);
	CAUSE("silent|no tag", f.untold = 1; f.bare_run = true);
	CAUSE("one-answer", f.once = true);
}

static const struct {
	const char *code;
	enum step steps[2]; /* that are answered */
	bool target, hosts;
	uint8_t scope;
	int error, answered;
} order[] = { { "filter-out", { NONE, NONE }, .error = EPERM },
	{ "scope-interface", { NONE, NONE }, .scope = 1 },
	{ "partial", { NONE, NONE }, .answered = 7 },
	{ "lossy", { GROUP, NONE } }, { "fragments", { SMALL, NONE } },
	{ "hop-limit", { MORE_HOPS, NONE } },
	{ "wrong-interface", { ELSEWHERE, NONE } },
	{ "return-path", { FROM_LINK, NONE } },
	{ "filter-in", { UNICAST, HOP1 }, true },
	{ "snooping", { EVERYBODY, AFTER } },
	{ "not-joined", { EVERYBODY, NONE } },
	{ "answer-lost", { BY_GROUP, NONE } },
	{ "not-routed", { UNICAST, OTHER_PORT }, true },
	{ "no-listener", { NONE, NONE }, .hosts = true } };

static void
add(size_t i)
{
	int n;

	o.size = 1400;
	f.step[AFTER].sent = 6;
	for (n = 0; n < 2; n++)
		if (order[i].steps[n] != NONE)
			answered(order[i].steps[n]);
	if (strcmp(order[i].code, "filter-in") == 0)
		f.step[OTHER_PORT].answered = 0;
	f.target |= order[i].target;
	if (order[i].hosts)
		f.hosts = f.hosts_refused = 1;
	if (order[i].scope != 0)
		o.group.s6_addr[1] = order[i].scope;
	if (order[i].error != 0)
		f.error = order[i].error;
	if (order[i].answered != 0)
		run(10, order[i].answered, -1, -1);
}

/* Of each two causes that could be named the first in this order is. */
TEST(causes_have_an_order)
{
	size_t i, j;

	for (i = 0; i < COUNT(order); i++)
		for (j = i; j < COUNT(order); j++)
			CAUSE(order[i].code, add(j); add(i));
	silence();
	for (i = COUNT(order); i-- > 0;) {
		add(i);
		decided(order[i].code, "all that come later, too");
	}
}

static uint32_t
chance(uint32_t n)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* Whatever experiments of a random network may count. */
static void
anything(void)
{
	static const int errors[] = { 0, 0, 0, ECONNREFUSED, EACCES,
		EHOSTUNREACH, EHOSTDOWN, ENETUNREACH, EMFILE };
	static const size_t sizes[] = { 0, 0, 28, 1232, 1233, 65525 };
	static bool *const flags[] = { &f.deaf, &f.link_source, &f.target,
		&f.near, &f.on_link, &f.resolved, &f.nobody, &f.no_host,
		&f.refused, &f.closed, &f.rejected, &f.unsent, &f.uncalibrated,
		&f.bare_unicast, &f.echo, &f.solicited, &f.lossy, &o.wide,
		&f.report.other_group, &f.report.joined };
	struct count *c;
	size_t i;
	int n;

	silence();
	n = (int)chance(100) + 1;
	run(n, (int)chance(3) == 0 ? (int)chance((uint32_t)n) : 0,
	    (int)chance((uint32_t)n + 1) - (int)chance(2) * n,
	    (int)chance((uint32_t)n + 1) - n);
	for (c = f.step; c < f.step + STEPS; c++) {
		c->sent = (int)chance(2) * (int)chance(200);
		c->answered = chance(4) != 0 ? 0 : (int)chance(200);
		c->answered = c->answered < c->sent ? c->answered : c->sent;
		c->error = errors[chance(COUNT(errors))];
	}
	for (i = 0; i < COUNT(flags); i++)
		*flags[i] = chance(3) == 0;
	o.size = sizes[chance(COUNT(sizes))];
	o.hops = 1 + (int)chance(100);
	o.listeners = 1 + (long)chance(3);
	f.loops = !f.deaf;
	f.stopped = f.partly && chance(4) == 0;
	f.stopped_at = chance(300);
	f.late = chance(8) == 0;
	f.delay = chance(4000);
	f.target |= reached(&f);
	f.on_link |= f.near;
	f.nobody &= !f.resolved;
	f.refused |= came(&f, PORT);
	f.untold = (int)chance(8) == 0;
	f.hosts = (int)chance(3);
	f.hosts_refused = (int)chance((uint32_t)f.hosts + 1);
	f.hosts_mute = f.hosts - f.hosts_refused;
	f.hosts_rejected = (int)chance((uint32_t)f.hosts_mute + 1);
	f.hosts_closed = (int)chance(2);
	f.report.reports = (int)chance(5);
	f.report.lost = (int)chance((uint32_t)f.report.reports + 1);
	if (chance(9) == 0)
		strcpy(f.report.error, "EADDRNOTAVAIL");
	if (!came(&f, EVERYBODY) && !came(&f, UNICAST)) /* none reported */
		memset(&f.report, 0, sizeof(f.report));
	f.querier = (long long)chance(300) - 100;
	f.listened = chance(2) * 300;
	f.least = 1 + (int)chance(64);
	if (chance(20) == 0)
		f.looks = "snooping";
	memset(f.name, 'n', IF_NAMESIZE - 1); /* as long as can be */
	memset(f.other, 'o', IF_NAMESIZE - 1);
	memset(f.group, 'f', INET6_ADDRSTRLEN - 1);
	memset(f.there, 't', INET6_ADDRSTRLEN - 1);
	memset(f.unicast, 'u', ENDPOINT_MAX - 1);
	memset(f.listener, 'l', ENDPOINT_MAX - 1);
	memset(f.rejecter, 'r', sizeof(f.rejecter) - 1);
	memset(f.mute, 'm', NAMES_MAX - 1);
	memset(f.can, 'c', NAMES_MAX - 1);
	memset(f.down, 'd', NAMES_MAX - 1);
}

static bool
code_is(const char *codes)
{
	char code[32];

	snprintf(code, sizeof(code), " %s ", v.code);
	return strstr(codes, code) != NULL;
}

#define RULE(condition) ATF_REQUIRE_MSG(condition, "%s\n", v.code)

/* What the rules of the diagnosis say of facts, whatever was counted. */
TEST(no_facts_break_the_rules)
{
	long i;

	for (i = 0; i < 300000; i++) {
		anything();
		cause_decide(&v, &f);
		well_told();
		/* the group is answered: loss or change, and no structure */
		if (came(&f, GROUP) || f.late > 0)
			RULE(code_is(" lossy late partial one-way "
				     "multicast-loss stopped "));
		/* answers to the one, silence of the other, and not weaker */
		RULE(v.yes == NONE || came(&f, v.yes) ||
		    (v.yes == UNICAST && reached(&f)));
		RULE(v.no == NONE || !came(&f, v.no));
		if (code_is(" not-joined filter-multicast port-silent "
			    "no-neighbour ") ||
		    (code_is(" filter-remote ") && v.yes == NONE))
			RULE(v.silence >= 45);
		if (code_is(" fragments length hop-limit wrong-interface "
			    "return-path snooping not-joined not-routed "
			    "filter-multicast other-group "))
			RULE(v.yes != NONE);
		/* no sentence against a line above it */
		RULE(!code_is(" hop-limit not-routed ") || !f.near);
		RULE(!code_is(" fragments ") || o.size > 1232);
		RULE(!code_is(" filter-in ") || !came(&f, OTHER_PORT));
		RULE(!code_is(" no-listener ") || f.refused ||
		    f.hosts_refused > 0);
		RULE(!reached(&f) ||
		    !code_is(" no-neighbour unreachable no-listener "));
		RULE(v.status == UNANSWERED);
	}
	for (i = 0; i < 1000; i++) { /* and of this host's own faults */
		anything();
		f.error = (int)chance(135) + 1;
		f.gone = chance(4) == 0;
		f.loopback = chance(2) == 0;
		o.interface = chance(2);
		cause_decide(&v, &f);
		well_told();
	}
}

TEST(cause_is_a_line_and_a_line_for_each_remedy)
{
	parse("");
	memset(&v, 0, sizeof(v));
	say(&v, "some-code", "a %s sentence\nthis, or\nthat", "short");
	ATF_CHECK_STREQ(PRINTED(stdout, cause_print("diagnosis", &v, 28015)),
	    "diagnosis: some-code: a short sentence\ntry: this, or\n"
	    "try: that\n");
	v.let_in = true;
	says(PRINTED(stdout, cause_print("note", &v, 28015)),
	    "note: some-code: a short sentence\n|\ntry: nft insert rule inet "
	    "filter input udp dport 28015 accept");
	parse("-qq");
	ATF_CHECK_STREQ(PRINTED(stdout, cause_print("diagnosis", &v, 28015)),
	    "some-code: a short sentence\n");
	ATF_CHECK_STREQ(PRINTED(stdout, cause_print("note", &v, 28015)), "");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, options_have_the_defaults_of_the_manual);
	ATF_TP_ADD_TC(tp, options_are_taken);
	ATF_TP_ADD_TC(tp, interface_has_a_name_or_an_index_and_is_the_zone);
	ATF_TP_ADD_TC(tp, flom_trace_mask_turns_the_trace_on);
	ATF_TP_ADD_TC(tp, datagrams_are_written_as_the_manual_has_them);
	ATF_TP_ADD_TC(tp, verb_stands_alone_or_before_a_space);
	ATF_TP_ADD_TC(tp, malformed_tag_is_no_tag);
	ATF_TP_ADD_TC(tp, port_of_kind_o_is_a_port_or_none);
	ATF_TP_ADD_TC(tp, no_byte_behind_the_datagram_is_read);
	ATF_TP_ADD_TC(tp, ids_are_eight_hex_digits_that_differ);
	ATF_TP_ADD_TC(tp, padding_is_intact_only_as_it_was_sent);
	ATF_TP_ADD_TC(tp, bytes_of_the_network_are_printable_ascii);
	ATF_TP_ADD_TC(tp, long_text_is_cut_to_its_first_48_bytes);
	ATF_TP_ADD_TC(tp, hexdump_is_that_of_hexdump_1);
	ATF_TP_ADD_TC(tp, addresses_have_zone_brackets_and_port);
	ATF_TP_ADD_TC(tp, list_of_names_ends_with_dots_when_it_is_full);
	ATF_TP_ADD_TC(tp, trace_has_the_call_its_bytes_and_its_errno);
	ATF_TP_ADD_TC(tp, order_of_answers_is_told_of_up_to_63_behind);
	ATF_TP_ADD_TC(tp, listeners_are_told_apart_by_address_and_zone);
	ATF_TP_ADD_TC(tp, marks_tell_what_came_60_to_a_line);
	ATF_TP_ADD_TC(tp, more_hellos_than_slots_are_told_apart);
	ATF_TP_ADD_TC(tp, table_has_its_columns_sorted_by_address);
	ATF_TP_ADD_TC(tp, what_cannot_be_answered_is_not_answered);
	ATF_TP_ADD_TC(tp, answer_that_failed_is_told_once_a_second);
	ATF_TP_ADD_TC(tp, mld_queries_have_24_bytes_or_28_and_more);
	ATF_TP_ADD_TC(tp, echo_replies_are_those_to_our_own_echo);
	ATF_TP_ADD_TC(tp, rejections_are_those_of_our_own_datagrams);
	ATF_TP_ADD_TC(tp, closed_port_is_told_of_the_host_that_was_asked);
	ATF_TP_ADD_TC(tp, certain_is_fishers_exact_test);
	ATF_TP_ADD_TC(tp, answer_is_counted_for_the_copy_of_its_number);
	ATF_TP_ADD_TC(tp, answer_to_something_else_is_counted_nowhere);
	ATF_TP_ADD_TC(tp, bare_welcome_names_a_probe_only_if_there_is_one);
	ATF_TP_ADD_TC(tp, report_of_a_listener_is_read_word_by_word);
	ATF_TP_ADD_TC(tp, report_with_hostile_words_tells_nothing);
	ATF_TP_ADD_TC(tp, errno_of_sendto_is_a_fault_of_this_host);
	ATF_TP_ADD_TC(tp, what_cannot_work_is_told_of_the_arguments);
	ATF_TP_ADD_TC(tp, run_that_was_partly_answered_has_its_own_causes);
	ATF_TP_ADD_TC(tp, run_that_stopped_has_the_cause_that_is_proven);
	ATF_TP_ADD_TC(tp, group_that_is_answered_is_late_or_lossy);
	ATF_TP_ADD_TC(tp, listeners_report_is_a_cause);
	ATF_TP_ADD_TC(tp, another_way_that_is_answered_is_the_cause);
	ATF_TP_ADD_TC(tp, filter_in_is_proven_by_kind_o_or_silence_of_all);
	ATF_TP_ADD_TC(tp, listener_that_ff02_1_reaches_is_not_in_the_group);
	ATF_TP_ADD_TC(tp, unicast_that_is_answered_leaves_the_group_at_fault);
	ATF_TP_ADD_TC(tp, unicast_that_is_silent_has_what_else_is_told);
	ATF_TP_ADD_TC(tp, hosts_of_the_link_tell_where_no_listener_does);
	ATF_TP_ADD_TC(tp, causes_have_an_order);
	ATF_TP_ADD_TC(tp, no_facts_break_the_rules);
	ATF_TP_ADD_TC(tp, cause_is_a_line_and_a_line_for_each_remedy);
	return atf_no_error();
}
