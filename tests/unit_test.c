/*
 * Unit tests of mcast6dbg: what no network can show.  Built with ATF, or with
 * dev/portable/atf-c.h where there is none, and run on other processors.
 */

#define main mcast6dbg_main
#include "../mcast6dbg.c"
#undef main

#include <sys/wait.h>

#include <atf-c.h>

#define TEST(name)                 \
	ATF_TC_WITHOUT_HEAD(name); \
	ATF_TC_BODY(name, tc)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GONE 2147483647u /* an interface index that nobody has */
#define ID "0123abcd"    /* of the run, in all tests */

static char printed[1 << 18]; /* see capture_end */
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

/* From here on what goes to the stream is kept. */
static void
capture_begin(FILE *stream)
{
	fflush(stream);
	capture_file = tmpfile();
	capture_saved = dup(fileno(stream));
	ATF_REQUIRE(capture_file != NULL && capture_saved != -1);
	ATF_REQUIRE(dup2(fileno(capture_file), fileno(stream)) != -1);
}

/* Returns what has gone to the stream, which is also in printed. */
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

static void
has(const char *text, const char *part)
{
	ATF_CHECK_MSG(strstr(text, part) != NULL, "no '%s' in:\n%s\n", part,
	    text);
}

static void
has_not(const char *text, const char *part)
{
	ATF_CHECK_MSG(strstr(text, part) == NULL, "'%s' in:\n%s\n", part, text);
}

/* Returns the options of that command line; '' is an empty word. */
static struct options *
parse(const char *text)
{
	static struct options options;
	static char words[256];
	static char *argv[32];
	char *s;
	int argc;

	snprintf(words, sizeof(words), "mcast6dbg %s", text);
	argc = 0;
	for (s = strtok(words, " "); s != NULL; s = strtok(NULL, " "))
		argv[argc++] = strcmp(s, "''") == 0 ? s + 2 : s;
	argv[argc] = NULL;
	memset(&options, 0, sizeof(options));
	memset(&out, 0, sizeof(out));
	optind = 1;
	parse_options(&options, argc, argv);
	return &options;
}

/* What that command line prints to the stream, and its exit status. */
static const char *
refusal(const char *text, FILE *stream, int *status)
{
	pid_t pid;

	capture_begin(stream);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		parse(text);
		_exit(0);
	}
	ATF_REQUIRE(pid != -1 && waitpid(pid, status, 0) == pid);
	capture_end(stream);
	ATF_REQUIRE(WIFEXITED(*status));
	*status = WEXITSTATUS(*status);
	return printed;
}

/* The command line is refused, in one line that has all of the words. */
static void
refused(const char *text, const char *words)
{
	char list[128], *word;
	int status;

	refusal(text, stderr, &status);
	ATF_CHECK_EQ_MSG(status, USAGE, "%s: %d\n", text, status);
	ATF_CHECK_MSG(strncmp(printed, "mcast6dbg: ", 11) == 0 &&
		strchr(printed, '\n') != NULL &&
		strchr(printed, '\n')[1] == '\0',
	    "%s: one line, not %s\n", text, printed);
	snprintf(list, sizeof(list), "%s", words);
	for (word = strtok(list, " "); word != NULL; word = strtok(NULL, " "))
		has(printed, word);
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

/* Options */

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

	o = parse("-A ff0e::1234 -b -c 7 -H 16 -i 0.5 -N -n 3 -P 5353 -p 99 "
		  "-qq -s 100 -u 2001:db8::1 -v -w 4 -x");
	ATF_CHECK(is(&o->group, "ff0e::1234") && o->wide);
	ATF_CHECK(o->both_ways && o->no_diagnosis && o->control);
	ATF_CHECK(o->count == 7 && o->hops == 16 && o->listeners == 3);
	ATF_CHECK(o->interval == SECOND / 2 && o->wait == 4 * SECOND);
	ATF_CHECK(o->port == 5353 && o->source_port == 99 && o->size == 100);
	ATF_CHECK(is(&o->unicast.sin6_addr, "2001:db8::1"));
	ATF_CHECK_EQ(o->unicast.sin6_port, htons(5353));
	ATF_CHECK(out.quiet == 2 && out.trace && out.hexdump);
	parse("-l -A ff02::1 -c 1 -P 1 -qvx -w 1");
	parse("-t -A ff02::1 -P 1 -vx -w 1");
	parse("-l -l");
}

TEST(options_of_another_role_are_refused)
{
	static const char *const options[] = { "-H 1", "-i 1", "-N", "-n 1",
		"-p 1", "-s 28", "-u ::1", "-b", "-c 1", "-q" };
	char text[32];
	size_t i;

	for (i = 0; i < COUNT(options); i++) {
		snprintf(text, sizeof(text), "%s -t", options[i]);
		refused(text, "(-t)");
		has(printed, (text[2] = '\0', text));
		snprintf(text, sizeof(text), "-l %s", options[i]);
		if (i < 8)
			refused(text, "(-l)");
	}
	refused("-l -p 1", "-p -P");
	refused("-l -t", "-l -t");
	refused("-t -l", "-l -t");
}

TEST(numbers_are_taken_whole_and_in_their_range)
{
	static const char *const bad[] = { "12x", "x12", "1.5", "1e3", "0x10",
		"+1", "-1", "nan", "1,000", "18446744073709551617",
		"9223372036854775808",
		"00000000000000000000000000000000000000001x" };
	static const char *const ranges[][2] = { { "-P 0", "1 65535" },
		{ "-P 65536", "1 65535" }, { "-P 4294967297", "1 65535" },
		{ "-p 0", "1 65535" }, { "-p 65536", "1 65535" },
		{ "-c 1000000001", "0 1000000000" }, { "-H 256", "0 255" },
		{ "-n 0", "1 1000000" }, { "-n 1000001", "1 1000000" },
		{ "-s 27", "28 65525" }, { "-s 65526", "28 65525" },
		{ "-c ''", "0" } };
	char text[80];
	size_t i;

	ATF_CHECK_EQ(parse("-c 007")->count, 7);
	ATF_CHECK_EQ(parse("-c 0")->count, 0);
	ATF_CHECK_EQ(parse("-c 1000000000")->count, 1000000000);
	ATF_CHECK(parse("-P 1")->port == 1 && parse("-P 65535")->port == 65535);
	ATF_CHECK(parse("-H 0")->hops == 0 && parse("-H 255")->hops == 255);
	ATF_CHECK_EQ(parse("-n 1000000")->listeners, 1000000);
	ATF_CHECK(parse("-s 28")->size == 28);
	ATF_CHECK(parse("-s 65525")->size == 65525);
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text), "-c %s", bad[i]);
		refused(text, text);
	}
	for (i = 0; i < COUNT(ranges); i++)
		refused(ranges[i][0], ranges[i][1]);
}

TEST(seconds_are_plain_decimals_in_a_range)
{
	static const char *const bad[] = { "''", ".", "-1", "+1", "nan", "inf",
		"1e3", "0x1", "1.5.2", "1,5", "1s", "1.5s", "..5",
		"1.0000000001", "1.-5", "99999999999999999999", "1000001",
		"1000000.000000001" };
	char text[64];
	size_t i;

	ATF_CHECK_EQ(parse("-w 2.")->wait, 2 * SECOND);
	ATF_CHECK_EQ(parse("-w 0.25")->wait, SECOND / 4);
	ATF_CHECK_EQ(parse("-w .5")->wait, SECOND / 2);
	ATF_CHECK_EQ(parse("-w 0.001")->wait, MILLI);
	ATF_CHECK_EQ(parse("-w 1000000")->wait, 1000000 * SECOND);
	ATF_CHECK_EQ(parse("-i 1.000000001")->interval, SECOND + 1);
	ATF_CHECK_EQ(parse("-i 0")->interval, 0);
	ATF_CHECK_EQ(parse("-b -i 0.1")->interval, SECOND / 10);
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text), "-w %s", bad[i]);
		refused(text, "-w 0.001 1000000");
		snprintf(text, sizeof(text), "-i %s", bad[i]);
		refused(text, "-i 1000000");
	}
	refused("-w 0", "-w 0.001 1000000");
	refused("-w 0.000999999", "-w 0.001 1000000");
	refused("-b -i 0.099", "-b -i 0.1");
}

TEST(addresses_are_those_that_can_be_meant)
{
	static const char *const groups[] = { "224.0.0.1", "::ffff:224.0.0.1",
		"fe80::1", "2001:db8::1", "::", "ff02", "all", "fe02::1",
		"ff12::8000:6db6x", "ff02::1::2", "[ff02::1]", "ff02::1/64",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999",
		"00000000000000000000000000000000000000000000000000000000" };
	static const char *const hosts[] = { "ff02::1", "::", "192.0.2.1",
		"::ffff:192.0.2.1", "host.example", "fe80::1::1" };
	char text[80];
	size_t i;

	for (i = 0; i < COUNT(groups); i++) {
		snprintf(text, sizeof(text), "-A %s", groups[i]);
		refused(text, text);
	}
	for (i = 0; i < COUNT(hosts); i++) {
		snprintf(text, sizeof(text), "-u %s", hosts[i]);
		refused(text, text);
	}
	refused("-A ''", "-A");
	refused("-u fe80::1", "-u fe80::1%em0 -I");
	ATF_CHECK(is(&parse("-A FF0E::DB8")->group, "ff0e::db8"));
	ATF_CHECK(parse("-A ff32::1")->wide == false);
	ATF_CHECK(parse("-A ff05::1:3")->wide);
	ATF_CHECK_EQ(parse("-u fe80::1%1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-u fe80::1%1")->interface, 0);
	ATF_CHECK_EQ(parse("-u fe80::1 -I 1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-I 1 -u fe80::1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-I 1 -u 2001:db8::1")->unicast.sin6_scope_id, 0);
	ATF_CHECK_EQ(parse("-u 2001:db8::1%1")->unicast.sin6_scope_id, 0);
}

TEST(interface_has_a_name_or_an_index)
{
	static const char *const bad[] = { "-I nosuch0", "-A ff02::1%nosuch0",
		"-u fe80::1%nosuch0", "-I 0", "-I 2147483647", "-I 4294967297",
		"-I 18446744073709551617", "-I -1", "-I ''", "-A ff02::1%",
		"-I a-name-longer-than-any-interface-has" };
	char name[IF_NAMESIZE], text[64];
	const struct options *o;
	size_t i;

	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	o = parse("-I 1");
	ATF_CHECK_EQ(o->interface, 1);
	ATF_CHECK_STREQ(o->name, name);
	snprintf(text, sizeof(text), "-l -A ff05::1%%1 -I %s", name);
	o = parse(text);
	ATF_CHECK_EQ(o->interface, 1);
	ATF_CHECK_STREQ(o->name, name);
	ATF_CHECK(is(&o->group, "ff05::1"));
	for (i = 0; i < COUNT(bad); i++)
		refused(bad[i], "interface");
}

TEST(stray_words_are_refused_and_help_is_given)
{
	int status;

	refused("em0", "em0");
	refused("-q -- -q", "-q");
	refused("-Z", "-Z -h");
	refused("-c", "-c argument");
	refused("-l -w", "-w argument");
	has(refusal("-h", stdout, &status), "usage: mcast6dbg -l ");
	ATF_CHECK_EQ(status, 0);
	has(refusal("--help", stdout, &status), "usage: mcast6dbg -l ");
	has(refusal("--version", stdout, &status), "mcast6dbg " VERSION "\n");
	ATF_CHECK_EQ(status, 0);
}

TEST(flom_trace_mask_turns_the_trace_on)
{
	setenv("FLOM_TRACE_MASK", "0x10000", 1);
	parse("");
	ATF_CHECK(out.trace);
	setenv("FLOM_TRACE_MASK", "0x00100000", 1);
	parse("");
	ATF_CHECK(out.trace);
	setenv("FLOM_TRACE_MASK", "0xffeeffff", 1);
	parse("");
	ATF_CHECK(!out.trace);
	setenv("FLOM_TRACE_MASK", "", 1);
	parse("");
	ATF_CHECK(!out.trace);
}

/* Wire */

static struct tag
tag_of(unsigned long long seq, char kind, unsigned int port)
{
	struct tag tag;

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

/* Decodes bytes that end where the memory ends, for the sanitizers. */
static enum verb
decode(const char *text, size_t size, struct tag *tag, size_t *rest)
{
	unsigned char *exact;
	enum verb verb;

	exact = malloc(size + 1);
	ATF_REQUIRE(exact != NULL);
	memcpy(exact + 1, text, size);
	verb = wire_decode(exact + 1, size, tag, rest);
	free(exact);
	return verb;
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

TEST(datagrams_are_written_as_the_manual_has_them)
{
	static const struct {
		unsigned long long seq;
		unsigned int port;
		char kind;
		const char *text;
	} cases[] = {
		{ 1, 0, '\0', "HELLO" },
		{ 1, 0, 'm', "HELLO " ID " 1 m" },
		{ 0, 0, 'u', "HELLO " ID " 0 u" },
		{ 9999999999ULL, 0, 'r', "HELLO " ID " 9999999999 r" },
		{ 4294967296ULL, 0, 'g', "HELLO " ID " 4294967296 g" },
		{ 7, 0, 'b', "HELLO " ID " 7 b" },
		{ 7, 65535, 'o', "HELLO " ID " 7 o 65535" },
	};
	char data[DATAGRAM_MAX];
	struct tag tag, got;
	size_t i, n, rest;

	for (i = 0; i < COUNT(cases); i++) {
		tag = tag_of(cases[i].seq, cases[i].kind, cases[i].port);
		n = encode(data, HELLO, &tag, 0);
		data[n] = '\0';
		ATF_CHECK_STREQ(data, cases[i].text);
		ATF_CHECK_EQ(decode(data, n, &got, &rest), HELLO);
		ATF_CHECK_EQ(got.kind, tag.kind);
		if (tag.kind != '\0')
			ATF_CHECK(got.id == tag.id && got.seq == tag.seq &&
			    got.port == tag.port);
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
	static const char *const others[] = { "", "H", "HELL", "hello",
		"HELLOx", "HELLO\n", "HELLO\t1", "HELLOHELLO", " HELLO",
		"WELCOM", "WELCOMEx", "WELCOME\r", "welcome", "\xff",
		"HELLO" ID " 1 m", " " ID " 1 m" };
	struct tag tag;
	size_t rest, i;

	ATF_CHECK_EQ(decode("WELCOME", 7, &tag, &rest), WELCOME);
	ATF_CHECK(tag.kind == '\0' && rest == 7);
	ATF_CHECK_EQ(decode("HELLO world", 11, &tag, &rest), HELLO);
	ATF_CHECK(tag.kind == '\0' && rest == 5);
	ATF_CHECK_EQ(decode("WELCOME " ID " 1 u", 20, &tag, &rest), WELCOME);
	ATF_CHECK(tag.kind == 'u' && rest == 20);
	for (i = 0; i < COUNT(others); i++) {
		ATF_CHECK_EQ_MSG(decode(others[i], strlen(others[i]), &tag,
				     &rest),
		    OTHER, "%s\n", others[i]);
		ATF_CHECK_EQ(tag.kind, '\0');
	}
	ATF_CHECK_EQ(decode("HELLO\0", 6, &tag, &rest), OTHER);
}

TEST(malformed_tag_is_no_tag)
{
#define BYTES(s) s, sizeof(s) - 1
	static const struct {
		const char *text;
		size_t size;
	} bad[] = { { BYTES("HELLO ") }, { BYTES("HELLO " ID) },
		{ BYTES("HELLO " ID " ") }, { BYTES("HELLO " ID " 1") },
		{ BYTES("HELLO " ID " 1 ") }, { BYTES("HELLO " ID " 1m") },
		{ BYTES("HELLO " ID "  m") }, { BYTES("HELLO " ID " m 1") },
		{ BYTES("HELLO 0123abc 1 m") }, { BYTES("HELLO " ID "e 1 m") },
		{ BYTES("HELLO  " ID " 1 m") }, { BYTES("HELLO " ID "  1 m") },
		{ BYTES("HELLO " ID " 1  m") }, { BYTES("HELLO " ID " -1 m") },
		{ BYTES("HELLO " ID " 1x m") }, { BYTES("HELLO " ID " 0x1 m") },
		{ BYTES("HELLO " ID " 1 mm") }, { BYTES("HELLO " ID " 1 m\t") },
		{ BYTES("HELLO " ID "\t1 m") }, { BYTES("HELLO " ID " 1\tm") },
		{ BYTES("HELLO " ID " 1234567890123456789 m") },
		{ BYTES("HELLO " ID " 99999999999999999999 m") },
		{ BYTES("HELLO " ID "\0001 m") },
		{ BYTES("HELLO " ID " 1\0m") }, { BYTES("HELLO " ID " 1 m\0") },
		{ BYTES("HELLO " ID " 1 \0") },
		{ BYTES("HELLO " ID " 1 \0 abc") },
		/* what asks for more than an echo needs a hex id */
		{ BYTES("HELLO whatever 1 r") },
		{ BYTES("HELLO 0123ABCD 1 r") },
		{ BYTES("HELLO 0123abcg 1 g") },
		{ BYTES("HELLO 0123abc/ 1 b") },
		{ BYTES("HELLO 0123abc: 1 o 9") },
		{ BYTES("HELLO 0123abc\0 1 r") },
		{ BYTES("HELLO \377123abcd 1 g") } };
	struct tag tag;
	size_t i, rest;

	for (i = 0; i < COUNT(bad); i++) {
		ATF_CHECK_EQ(decode(bad[i].text, bad[i].size, &tag, &rest),
		    HELLO);
		ATF_CHECK_MSG(tag.kind == '\0' && rest == 5, "%s\n",
		    bad[i].text);
	}
}

TEST(port_of_kind_o_is_a_port_or_none)
{
	static const struct {
		const char *words;
		unsigned int port;
	} cases[] = { { " 1", 1 }, { " 65535", 65535 }, { " 65536", 0 },
		{ " 70000 x", 0 }, { " 4294967297", 0 }, { " -1", 0 },
		{ " 99x", 0 }, { " 99 abc", 99 }, { "", 0 }, { " ", 0 },
		{ "  99", 0 }, { " 0", 0 }, { " 1234567890123456789", 0 } };
	char text[64];
	struct tag tag;
	size_t i, rest;

	for (i = 0; i < COUNT(cases); i++) {
		snprintf(text, sizeof(text), "HELLO " ID " 1 o%s",
		    cases[i].words);
		decode(text, strlen(text), &tag, &rest);
		ATF_CHECK_EQ(tag.kind, 'o');
		ATF_CHECK_EQ_MSG(tag.port, cases[i].port, "%s\n", text);
	}
	decode("HELLO " ID " 1 m 99", 21, &tag, &rest);
	ATF_CHECK_EQ(tag.port, 0);
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
	ATF_CHECK_EQ(wire_number("12", 1, &number), 1);
	ATF_CHECK_EQ(number, 1);
	ATF_CHECK_EQ(wire_number("1234567890123456789", 19, &number), 0);
}

TEST(ids_are_eight_hex_digits_that_differ)
{
	char text[ID_SIZE + 1];
	uint64_t id, first;
	int i, differ;

	first = wire_id();
	text[ID_SIZE] = '\0';
	differ = 0;
	for (i = 0; i < 1000; i++) {
		id = wire_id();
		differ += id != first;
		memcpy(text, &id, ID_SIZE);
		ATF_REQUIRE_EQ(strspn(text, "0123456789abcdef"), ID_SIZE);
	}
	ATF_CHECK(differ > 0);
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

/* What is printed of these bytes. */
static const char *
text_of(const void *data, size_t size)
{
	static char text[QUOTED_MAX];

	return fmt_text(text, data, size);
}

static const char *
dump_of(const void *data, size_t size)
{
	capture_begin(stdout);
	out_hexdump(data, size);
	return capture_end(stdout);
}

TEST(bytes_of_the_network_are_printable_ascii)
{
	char expected[16];
	unsigned char byte;
	int i;

	ATF_CHECK_STREQ(text_of("", 0), "''");
	ATF_CHECK_STREQ(text_of("HELLO !~", 8), "'HELLO !~'");
	ATF_CHECK_STREQ(text_of("a\0b\n\033[2J", 8), "'a\\x00b\\x0a\\x1b[2J'");
	for (i = 0; i < 256; i++) {
		byte = (unsigned char)i;
		if (i < 0x20 || i > 0x7e || i == '\'' || i == '\\')
			snprintf(expected, sizeof(expected), "'\\x%02x'",
			    (unsigned int)i);
		else
			snprintf(expected, sizeof(expected), "'%c'", i);
		ATF_CHECK_STREQ(text_of(&byte, 1), expected);
	}
}

TEST(long_text_is_cut_to_its_first_48_bytes)
{
	char data[1400], expected[128];

	memset(data, 'x', sizeof(data));
	snprintf(expected, sizeof(expected), "'%.64s'", data);
	ATF_CHECK_STREQ(text_of(data, 64), expected);
	snprintf(expected, sizeof(expected), "'%.48s...' (65 bytes)", data);
	ATF_CHECK_STREQ(text_of(data, 65), expected);
	snprintf(expected, sizeof(expected), "'%.48s...' (1400 bytes)", data);
	ATF_CHECK_STREQ(text_of(data, 1400), expected);
}

#define ZEROES "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "

TEST(hexdump_is_that_of_hexdump_1)
{
	static char data[65527];

	parse("");
	ATF_CHECK_STREQ(dump_of("WELCOME", 7), "");
	parse("-q -x");
	ATF_CHECK_STREQ(dump_of("", 0), "");
	ATF_CHECK_STREQ(dump_of("WELCOME", 7),
	    "00000000  57 45 4c 43 4f 4d 45"
	    "                              |WELCOME|\n"
	    "00000007\n");
	ATF_CHECK_STREQ(dump_of("0123456789", 10),
	    "00000000  30 31 32 33 34 35 36 37  38 39"
	    "                    |0123456789|\n"
	    "0000000a\n");
	ATF_CHECK_STREQ(dump_of("HELLO\0\033[2J~\177\200\377 0123", 19),
	    "00000000  48 45 4c 4c 4f 00 1b 5b  32 4a 7e 7f 80 ff 20 30  "
	    "|HELLO..[2J~... 0|\n"
	    "00000010  31 32 33                                          "
	    "|123|\n"
	    "00000013\n");
	ATF_CHECK_STREQ(dump_of(data, 65527),
	    "00000000  " ZEROES "|................|\n"
	    "*\n"
	    "0000fff0  00 00 00 00 00 00 00                              "
	    "|.......|\n"
	    "0000fff7\n");
	memcpy(data + 16, "000000000000000100000000000000010000000000000002",
	    48);
	ATF_CHECK_STREQ(dump_of(data, 96),
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
	has(text, "%2147483647]:99");
}

TEST(list_of_names_ends_with_dots_when_it_is_full)
{
	char list[NAMES_MAX];
	int i;

	list[0] = '\0';
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
	capture_begin(stderr);
	errno = 0;
	sock_send(-1, "HE\033'\377", 5, &to);
	ATF_CHECK_EQ(errno, EBADF);
	capture_end(stderr);
	has(printed, "requester: probe: sendto(-1, ");
	has(printed, "'HE\\x1b\\x27\\xff' 48 45 1b 27 ff");
	has(printed,
	    "addrlen=28; IPv6 address, sin6_port=28015, "
	    "sin6_flowinfo=0x0, sin6_addr='ff02::1', sin6_scope_id=2");
	snprintf(expected, sizeof(expected), " = -1 EBADF (%s)\n",
	    strerror(EBADF));
	has(printed, expected);
	ATF_CHECK_STREQ(errno_name(EHOSTDOWN), "EHOSTDOWN");
	ATF_CHECK_STREQ(errno_name(ENXIO), "ENXIO");
	ATF_CHECK_STREQ(errno_name(12345), "E12345");
	ATF_CHECK(sock_loopback("lo") && sock_loopback("lo0"));
	ATF_CHECK(!sock_loopback("lowpan0") && !sock_loopback("em0"));
}

/* Order of answers */

TEST(order_of_answers_is_told_of_up_to_63_behind)
{
	static bool seen[4096];
	struct responder p;
	unsigned long long seq, newest;
	uint32_t random;
	int i, order;

	memset(&p, 0, sizeof(p));
	ATF_CHECK_EQ(responder_order(&p, 1), 0);
	ATF_CHECK_EQ(responder_order(&p, 1), -1);
	ATF_CHECK_EQ(responder_order(&p, 3), 0);
	ATF_CHECK_EQ(responder_order(&p, 2), 1);
	ATF_CHECK_EQ(responder_order(&p, 2), -1);
	ATF_CHECK_EQ(responder_order(&p, 66), 0);
	ATF_CHECK_EQ(responder_order(&p, 3), -1);
	ATF_CHECK_EQ(responder_order(&p, 2), -2);
	ATF_CHECK_EQ(responder_order(&p, 999999999999ULL), 0);
	ATF_CHECK_EQ(responder_order(&p, 66), -2);
	memset(&p, 0, sizeof(p)); /* against all that was seen */
	random = 1;
	newest = 0;
	for (i = 0; i < 20000; i++) {
		random = random * 1664525 + 1013904223;
		seq = newest + 1 + (random >> 8) % 90;
		seq = seq > 80 ? seq - 80 : seq;
		if (seq >= COUNT(seen))
			break;
		order = responder_order(&p, seq);
		ATF_REQUIRE_EQ(order,
		    seq > newest             ? 0
			: newest - seq >= 64 ? -2
			: seen[seq]          ? -1
					     : 1);
		seen[seq] = true;
		newest = seq > newest ? seq : newest;
	}
	ATF_CHECK(newest > 1000);
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

/* Requester */

static struct requester *
requester(const char *options)
{
	static const char kinds[] = { 'm', 'u', 'b' };
	static struct requester r;
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
		r.flow[i].kind = kinds[i];
		snprintf(r.flow[i].text, sizeof(r.flow[i].text), "[ff02::2]:9");
	}
	if (r.o->both_ways)
		r.flow[BY_MULTICAST].kind = 'b';
	r.flow[BY_MULTICAST].need = r.o->listeners;
	r.flow[BY_UNICAST].need = r.o->control;
	r.flow[BACK_BY_GROUP].need = r.o->both_ways ? r.o->listeners : 0;
	r.link.fd = -1;
	r.run.start = r.now = time_now();
	return &r;
}

/* As if so many HELLOs had been sent that long before now. */
static void
sent(struct requester *r, int n, long long ago)
{
	struct slot *slot;

	while (n-- > 0) {
		slot = &r->slots[r->next++ % SLOTS];
		memset(slot, 0, sizeof(*slot));
		slot->sent = time_now() - ago;
		slot->gone[BY_MULTICAST] = true;
		slot->gone[BY_UNICAST] = r->o->control;
		slot->gone[BACK_BY_GROUP] = r->o->both_ways;
	}
}

/* Returns what is printed when this text arrives that way from a peer. */
static const char *
arrived(struct requester *r, enum way way, const char *peer, const char *text)
{
	struct sockaddr_in6 from;
	size_t n;

	from = address(peer, 0, 28015);
	n = strlen(text);
	memcpy(r->lab.data, text, n);
	capture_begin(stdout);
	request_datagram(r, n, &from, way);
	return capture_end(stdout);
}

/* What is printed once all that is out is given up. */
static const char *
given_up(struct requester *r)
{
	capture_begin(stdout);
	request_expire(r, INT64_MAX);
	out_break();
	return capture_end(stdout);
}

static const char *
summary(struct requester *r)
{
	const char *line, *end;

	given_up(r);
	capture_begin(stdout);
	request_summary(r);
	capture_end(stdout);
	for (line = printed; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		ATF_REQUIRE(end != NULL);
		ATF_CHECK_MSG(end - line <= 80, "%.*s\n", (int)(end - line),
		    line);
	}
	return printed;
}

/* The counts of the first listener that answered the group. */
static const struct responder *
row(const struct requester *r)
{
	ATF_REQUIRE(r->flow[BY_MULTICAST].table.count > 0);
	return r->flow[BY_MULTICAST].table.rows;
}

TEST(answers_are_counted_by_what_they_are)
{
	struct requester *r;

	r = requester("-c 0");
	sent(r, 1, 3 * SECOND);
	sent(r, 3, 10 * MILLI);
	has(arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 2 m"),
	    "Arrived datagram is 'WELCOME " ID " 2 m' from [fe80::1]:28015, 1");
	has(printed, " ms\n");
	has(arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 2 m"),
	    " ms, duplicate\n");
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 4 m");
	has(arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 3 m"),
	    " ms, out of order\n");
	has(arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m"),
	    " ms, late\n");
	has(arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 4 m x"),
	    ", damaged\n");
	ATF_CHECK(row(r)->answered == 3 && row(r)->duplicate == 1);
	ATF_CHECK(row(r)->disordered == 1 && row(r)->late == 1);
	ATF_CHECK(row(r)->damaged == 1 && r->run.foreign == 0);
	ATF_CHECK(row(r)->shortest >= 10 * MILLI &&
	    row(r)->longest < 2 * SECOND && row(r)->sum >= 30 * MILLI);
}

TEST(foreign_datagrams_are_no_answers)
{
	static const char *const foreign[] = { "WELCOME 0123abce 1 m",
		"WELCOME " ID " 0 m", "WELCOME " ID " 2 m",
		"WELCOME " ID " 999999999999 m", "WELCOME " ID " 1 r",
		"WELCOME " ID " 1 b", "WELCOME " ID " 1 x", "HELLO " ID " 1 m",
		"HELLO", "WELCOME ", "WELCOMEx", "welcome", "",
		"WELCOME " ID " 1 m\n", "WELCOME " ID " 1" };
	struct requester *r;
	size_t i;

	r = requester("-c 0");
	sent(r, 1, 0);
	for (i = 0; i < COUNT(foreign); i++) {
		arrived(r, BY_MULTICAST, "fe80::1", foreign[i]);
		ATF_CHECK_EQ_MSG(r->run.foreign, i + 1, "%s\n", foreign[i]);
	}
	ATF_CHECK_EQ(r->flow[BY_MULTICAST].table.count, 0);
	has(summary(r), "\n15 foreign datagrams\n");
}

TEST(bare_welcome_answers_the_newest_hello)
{
	struct requester *r;

	r = requester("-c 0 -s 40");
	sent(r, 1, 1 * SECOND);
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME");
	ATF_CHECK(row(r)->answered == 1 && row(r)->newest == 2);
	ATF_CHECK_EQ(r->run.bare, 1);
}

TEST(hello_waits_for_all_that_was_asked_for)
{
	struct requester *r;

	r = requester("-c 0 -n 2");
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	ATF_CHECK_EQ(r->oldest, 1);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	ATF_CHECK_EQ(r->oldest, 1);
	arrived(r, BY_MULTICAST, "fe80::2", "WELCOME " ID " 1 m");
	ATF_CHECK(r->oldest == 2 && r->run.answered == 1);
	r = requester("-c 0 -u ::1");
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	ATF_CHECK_EQ(r->oldest, 1);
	arrived(r, BY_MULTICAST, "2001:db8::9", "WELCOME " ID " 1 u");
	ATF_CHECK(r->oldest == 2 && r->flow[BY_UNICAST].answered == 1);
	r = requester("-c 0 -b");
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 b");
	ATF_CHECK_EQ(r->oldest, 1);
	has(arrived(r, BACK_BY_GROUP, "fe80::1", "WELCOME " ID " 1 b"),
	    " ms, to the group\n");
	ATF_CHECK(r->oldest == 2 && r->flow[BACK_BY_GROUP].answered == 1);
}

TEST(no_more_hellos_are_out_than_are_told_apart)
{
	struct requester *r;

	r = requester("-q -c 0 -i 0.0001");
	sent(r, SLOTS - 1, 0);
	ATF_CHECK_EQ(request_due(r), r->due);
	sent(r, 1, 0);
	ATF_CHECK_EQ(request_due(r), INT64_MAX);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	ATF_CHECK_EQ(request_due(r), r->due);
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::2", "WELCOME " ID " 1 m");
	ATF_CHECK(row(r)->answered == 1 && row(r)[1].late == 1);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 4096 m");
	ATF_CHECK_EQ(row(r)->answered, 2);
	has(summary(r), "4097 sent, 2 answered, 100.0% loss\n");
}

TEST(marks_tell_what_came_60_to_a_line)
{
	struct requester *r;

	r = requester("-q -c 0 -n 2 -u ::1");
	sent(r, 5, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	arrived(r, BY_UNICAST, "fe80::1", "WELCOME " ID " 2 u");
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 3 m");
	arrived(r, BY_MULTICAST, "fe80::2", "WELCOME " ID " 3 m");
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 4 m");
	arrived(r, BY_MULTICAST, "fe80::2", "WELCOME " ID " 4 m");
	arrived(r, BY_UNICAST, "fe80::1", "WELCOME " ID " 4 u");
	ATF_CHECK_STREQ(given_up(r), "    0  +um!.\n");
	r = requester("-q -c 0 -b");
	sent(r, 3, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 2 b");
	arrived(r, BACK_BY_GROUP, "fe80::1", "WELCOME " ID " 3 b");
	ATF_CHECK_STREQ(given_up(r), "    0  .><\n");
	r = requester("-q -c 0");
	sent(r, 60, 0);
	r->run.start -= 1234 * SECOND;
	sent(r, 1, 0);
	ATF_CHECK_STREQ(given_up(r),
	    " 1234  "
	    "............................................................"
	    "\n 1234  .\n");
}

TEST(loss_is_told_with_what_did_come)
{
	struct requester *r;

	r = requester("-c 0 -w 0.5 -n 3");
	sent(r, 2, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 2 m");
	ATF_CHECK_STREQ(given_up(r),
	    "No answer to 'HELLO " ID " 1 m' from [ff02::2]:9 within 0.5 s\n"
	    "No answer to 'HELLO " ID " 2 m' from [ff02::2]:9 within 0.5 s but "
	    "from 1 of 3 listeners\n");
}

TEST(table_has_its_columns_sorted_by_address)
{
	struct requester *r;

	r = requester("-c 0 -q");
	sent(r, 4, 0);
	arrived(r, BY_MULTICAST, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
	    "WELCOME " ID " 1 m");
	arrived(r, BY_MULTICAST, "2001:db8::2", "WELCOME " ID " 1 m");
	arrived(r, BY_MULTICAST, "2001:db8::2", "WELCOME " ID " 1 m");
	arrived(r, BY_MULTICAST, "2001:db8::2", "WELCOME " ID " 2 m x");
	r->flow[BY_MULTICAST].table.rows[0].shortest = 100000;
	r->flow[BY_MULTICAST].table.rows[0].longest = 100000;
	r->flow[BY_MULTICAST].table.rows[0].sum = 100000;
	r->flow[BY_MULTICAST].table.rows[1].shortest = 82000;
	r->flow[BY_MULTICAST].table.rows[1].longest = 22217000;
	r->flow[BY_MULTICAST].table.rows[1].sum = 222174000;
	has(summary(r),
	    "4 sent, 1 answered, 75.0% loss\n"
	    "listener                     answered lost dup late "
	    "order bad rtt min/avg/max ms\n"
	    "2001:db8::2                         1    3   1      "
	    "        1 0.082/222.2/22.22\n"
	    "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff\n"
	    "                                    1    3          "
	    "          0.");
	r = requester("-c 0 -q -n 3 -u ::1");
	sent(r, 1, 0);
	arrived(r, BY_MULTICAST, "fe80::1", "WELCOME " ID " 1 m");
	has(summary(r), "1 sent, 0 answered, 100.0% loss\n");
	has(printed, "unicast: 1 sent, 0 answered, 100.0% loss\n");
	has(printed, "1 of 3 listeners answered, 2 never\n");
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
heard(struct listener *l, const char *text, const struct sockaddr_in6 *from)
{
	memset(l->data, 0, 256);
	memcpy(l->data + 2, text, strlen(text));
	capture_begin(stdout);
	listen_datagram(l, -1, strlen(text), from);
	return capture_end(stdout);
}

TEST(listener_answers_hello_and_nothing_else)
{
	static const char *const hellos[] = { "HELLO", "HELLO ", "HELLO there",
		"HELLO " ID " 1 m", "HELLO " ID " 1 x", "HELLO " ID " 1 r",
		"HELLO " ID " 1 g", "HELLO " ID " 1 b", "HELLO " ID " 1 o 99" };
	static const char *const others[] = { "", "WELCOME", "WELCOME HELLO",
		"WELCOME " ID " 1 m", "HELLOx", "hello", "HELL", "\xff" };
	struct sockaddr_in6 from, forged;
	struct listener *l;
	size_t i;

	l = listener("-l -q");
	from = address("fe80::2", 0, 4000);
	for (i = 0; i < COUNT(hellos); i++) {
		heard(l, hellos[i], &from);
		ATF_CHECK_EQ_MSG(l->failed, i + 1, "%s\n", hellos[i]);
		ATF_CHECK(memcmp(l->data, "WELCOME", 7) == 0);
		ATF_CHECK(memcmp(l->data + 7, hellos[i] + 5,
			      strlen(hellos[i]) - 5) == 0);
	}
	for (i = 0; i < COUNT(others); i++)
		heard(l, others[i], &from);
	forged = address("fe80::2", 0, 0);
	heard(l, "HELLO", &forged);
	forged = address("ff02::1", 0, 4000);
	heard(l, "HELLO", &forged);
	ATF_CHECK(l->failed == COUNT(hellos) && l->answered == 0);
	ATF_CHECK_EQ(l->others, COUNT(others) + 2);
	heard(l, "WELCOME 76543210 1 m", &from); /* its own copy */
	ATF_CHECK_EQ(l->others, COUNT(others) + 2);
}

TEST(listener_tells_like_flom_what_arrived)
{
	struct sockaddr_in6 from;
	struct listener *l;

	l = listener("-l");
	from = address("fe80::2", 0, 4000);
	has(heard(l, "HELLO\033", &from),
	    "Arrived datagram is 'HELLO\\x1b' from [fe80::2]:4000\n");
	has(heard(l, "HELLO there", &from),
	    "Arrived datagram is 'HELLO there' from [fe80::2]:4000\n");
	has_not(printed, "Sent");
	has(printed, "note: answer-failed: [fe80::2]:4000: ");
	has_not(heard(l, "HELLO there", &from), "note:"); /* once a second */
}

TEST(report_has_what_the_listener_knows)
{
	struct sockaddr_in6 from;
	struct listener *l;
	const char *words;
	int i;

	l = listener("-l -q -A ff15:1:2:3:4:5:6:7 -P 65535");
	from = address("2001:db8::2", 0, 4000);
	heard(l, "HELLO " ID " 1 r abc", &from);
	words = (const char *)l->data;
	has(words,
	    "WELCOME " ID " 1 r abc group=ff15:1:2:3:4:5:6:7 port=65535 "
	    "joined=no");
	has_not(words, "error=");
	has_not(words, "zone=");
	heard(l, "HELLO " ID " 1 r", &from);
	has(words, " error=EBADF error-age=0");
	from = address("fe80::2", GONE, 4000);
	heard(l, "HELLO " ID " 1 r", &from);
	has(words, " zone=2147483647");
	ATF_CHECK(strlen(words) < 20 + REPORT_MAX);
	for (i = 0; i < 100; i++)
		heard(l, "HELLO " ID " 1 r", &from);
	has(words, " group=");
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

/* One packet of the text's address, in memory that ends where it ends. */
static void
icmp(struct link *l, const void *data, size_t size, const char *from,
    unsigned int zone)
{
	struct sockaddr_in6 a;
	unsigned char *exact;

	a = address(from, zone, 0);
	exact = malloc(size + 1);
	ATF_REQUIRE(exact != NULL);
	memcpy(exact + 1, data, size);
	link_packet(l, exact + 1, size, &a, false);
	free(exact);
}

/* Type 1 about a datagram of ours to that address and port. */
static void
rejection(unsigned char *data, int code, const char *to, unsigned int port)
{
	struct sockaddr_in6 a;

	a = address(to, 0, 0);
	memset(data, 0, 56);
	data[0] = 1;
	data[1] = (unsigned char)code;
	data[8] = 0x60;
	data[8 + 6] = IPPROTO_UDP;
	memcpy(data + 8 + 24, &a.sin6_addr, 16);
	data[8 + 40] = 0x12;
	data[8 + 42] = (unsigned char)(port >> 8);
	data[8 + 43] = (unsigned char)port;
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
	unsigned char data[56];
	struct link *l;
	size_t size;

	rejection(data, 1, "fe80::1", 28015);
	for (size = 0; size <= sizeof(data); size++) {
		l = link_of();
		icmp(l, data, size, "fe80::9", 3);
		ATF_CHECK_EQ_MSG(l->rejected_by.sin6_family != 0, size >= 52,
		    "%lu bytes\n", (unsigned long)size);
	}
	ATF_CHECK(is(&l->rejected_by.sin6_addr, "fe80::9"));
	ATF_CHECK(is(&l->rejected, "fe80::1") && l->rejection == 1);
	l = link_of();
	rejection(data, 1, "fe80::1", 28016);
	icmp(l, data, 56, "fe80::9", 3);
	rejection(data, 1, "fe80::1", 28015);
	data[8 + 6] = IPPROTO_TCP;
	icmp(l, data, 56, "fe80::9", 3);
	rejection(data, 1, "fe80::1", 28015);
	data[0] = 2; /* packet too big */
	icmp(l, data, 56, "fe80::9", 3);
	ATF_CHECK_EQ(l->rejected_by.sin6_family, 0);
	rejection(data, 1, "fe80:3::1", 28015); /* with KAME's zone */
	icmp(l, data, 56, "fe80::9", 3);
	ATF_CHECK(is(&l->rejected, "fe80::1"));
}

TEST(closed_port_is_told_of_the_host_that_was_asked)
{
	unsigned char data[56];
	struct link *l;

	l = link_of();
	l->hosts = 2;
	l->host[0] = address("fe80::1", 3, 0);
	l->host[1] = address("fe80::9", 3, 0);
	rejection(data, 4, "fe80::9", 28015);
	icmp(l, data, 56, "fe80::9", 3);
	ATF_CHECK(!l->refuses[0] && l->refuses[1]);
	ATF_CHECK_EQ(l->rejected_by.sin6_family, 0);
	rejection(data, 1, "fe80::1", 28015);
	icmp(l, data, 56, "fe80::1", 3);
	ATF_CHECK(!l->refuses[0]);
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
	struct probe *group, *all;
	struct lab *lab;

	lab = lab_of();
	group = tried(lab, GROUP, 'm', 7, 1);
	came_in(lab, 7, "fe80::9", "WELCOME");
	ATF_CHECK(group->all.answered == 1 && lab->bare == 1);
	ATF_CHECK_EQ(lab->untold, 0);
	lab = lab_of();
	group = tried(lab, GROUP, 'm', 7, 1);
	all = tried(lab, EVERYBODY, 'm', 7, 1);
	came_in(lab, 7, "fe80::9", "WELCOME");
	ATF_CHECK(group->all.answered == 0 && all->all.answered == 0);
	ATF_CHECK(lab->bare == 1 && lab->untold == 1);
	ATF_CHECK(is(&lab->bare_from.sin6_addr, "fe80::9"));
}

TEST(answer_of_our_own_address_is_another_host)
{
	struct probe *all;
	struct lab *lab;

	lab = lab_of();
	all = tried(lab, EVERYBODY, 'm', 7, 1);
	came_in(lab, 7, "fe80::2", "WELCOME " ID " 10 m");
	ATF_CHECK(lab->same_address && all->all.answered == 1);
}

static const struct report *
report(struct lab *lab, const char *words)
{
	unsigned char *exact;
	size_t n;

	n = strlen(words);
	exact = malloc(n + 1);
	ATF_REQUIRE(exact != NULL);
	memcpy(exact + 1, words, n);
	lab_report(lab, exact + 1, n);
	free(exact);
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
		" error=EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA error-age=1" };
	char words[4 * REPORT_MAX];
	const struct report *r;
	struct lab *lab;
	size_t i;

	for (i = 0; i < COUNT(hostile); i++) {
		lab = lab_of();
		r = report(lab, hostile[i]);
		ATF_CHECK_MSG(r->reports == 1 && r->lost == 0 && !r->joined &&
			!r->same_group && !r->other_group &&
			r->error[0] == '\0',
		    "%s\n", hostile[i]);
	}
	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	memcpy(words + REPORT_MAX, " group=ff02::9", 14);
	r = report(lab, words);
	ATF_CHECK(!r->other_group);
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

static void
refuses(enum step step)
{
	f.step[step].sent = f.step[step].answered = 3;
	f.step[step].error = ECONNREFUSED;
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
	ATF_CHECK_MSG(*s == '\0' && strpbrk(v.text, "?\"") == NULL &&
		strstr(v.text, "(null)") == NULL &&
		strstr(v.text, "  ") == NULL && strstr(v.text, "\n\n") == NULL,
	    "%s: %s\n", v.code, v.text);
	ATF_CHECK_MSG(v.let_in || strchr(v.text, '\n') != NULL,
	    "%s: no remedy\n", v.code);
	ATF_CHECK(v.text[0] != '\0' && v.text[strlen(v.text) - 1] != '\n');
}

static void
decided(const char *code, const char *facts)
{
	cause_decide(&v, &f);
	ATF_CHECK_MSG(strcmp(v.code, code) == 0, "%s, not %s: %s\n", v.code,
	    code, facts);
	well_told();
}

/* With these facts, and silence else, that is the cause. */
#define CAUSE(code, facts)             \
	do {                           \
		silence();             \
		facts;                 \
		decided(code, #facts); \
	} while (0)

TEST(errno_of_sendto_is_a_fault_of_this_host)
{
	static const struct {
		int error;
		const char *down, *up, *unnamed; /* -I, its link; without -I */
	} cases[] = {
		{ EPERM, "filter-out", "filter-out", "filter-out" },
		{ EACCES, "filter-out", "filter-out", "filter-out" },
		{ EMSGSIZE, "too-long", "too-long", "too-long" },
		{ ENOBUFS, "queue-full", "queue-full", "queue-full" },
		{ EAGAIN, "queue-full", "queue-full", "queue-full" },
		{ ENETDOWN, "down", "down", "down" }, /* BSD: it is */
		{ ENETUNREACH, "down", "no-route", "no-interface" },
		{ EHOSTUNREACH, "down", "no-route", "no-interface" },
		{ EADDRNOTAVAIL, "no-address", "no-address", "no-interface" },
		{ ENXIO, "down", "no-route", "no-interface" },
		{ ENODEV, "down", "no-route", "no-interface" },
		{ EINVAL, "down", "no-route", "no-interface" },
		{ EDESTADDRREQ, "no-multicast", "no-multicast",
		    "no-multicast" },
		{ EOPNOTSUPP, "no-multicast", "no-multicast", "no-multicast" },
		{ EAFNOSUPPORT, "no-multicast", "no-multicast",
		    "no-multicast" },
		{ EHOSTDOWN, "no-multicast", "no-multicast", "no-multicast" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		CAUSE(cases[i].up, f.error = cases[i].error);
		ATF_CHECK_EQ(v.status, FAULT);
		CAUSE(cases[i].down, f.error = cases[i].error;
		      f.link_up = false);
		ATF_CHECK_EQ(v.status, FAULT);
		CAUSE(cases[i].unnamed, f.error = cases[i].error;
		      o.interface = 0);
		ATF_CHECK_EQ(v.status, FAULT);
		memset(&v, 0, sizeof(v));
		ATF_CHECK(cause_here(&v, &f));
	}
	CAUSE("gone", f.error = ENODEV; f.gone = true);
	has(v.text, "em0");
	CAUSE("gone", f.error = ENXIO; f.gone = true);
	CAUSE("no-route", f.error = ENETUNREACH; f.loopback = true);
	CAUSE("no-route", f.error = EADDRNOTAVAIL + 0 * ENETUNREACH;
	      f.error = EHOSTUNREACH; f.loopback = true; f.link_up = false);
	CAUSE("no-interface", f.error = EHOSTUNREACH; o.interface = 0);
	has(v.text, "name one with -I: em0 em1");
	/* no descriptor, no memory: that is no evidence of anything */
	CAUSE("silent", f.error = EMFILE);
	CAUSE("silent", f.error = ENOMEM);
}

TEST(what_cannot_work_is_told_of_the_arguments)
{
	CAUSE("scope-reserved", o.group.s6_addr[1] = 0x00);
	CAUSE("scope-reserved", o.group.s6_addr[1] = 0x1f);
	CAUSE("scope-interface", o.group.s6_addr[1] = 0x01);
	CAUSE("scope-interface", o.group.s6_addr[1] = 0x11);
	CAUSE("hop-limit", o.hops = 0);
	ATF_CHECK_EQ(v.status, UNANSWERED);
	CAUSE("no-route", o.group.s6_addr[1] = 0x01; f.error = ENETUNREACH);
	CAUSE("no-route", f.deaf = f.loopback = true);
}

TEST(run_that_was_partly_answered_has_its_own_causes)
{
	CAUSE("partial", run(10, 7, -1, -1));
	has(v.text, "7 of 10 HELLOs");
	has(v.text, "-u tells");
	CAUSE("partial", run(10, 7, 6, -1));
	has(v.text, "unicast is lost as well");
	CAUSE("partial", run(10, 10, -1, -1); o.listeners = 3);
	has(v.text, "1 of 3 listeners");
	CAUSE("multicast-loss", run(100, 60, 100, -1));
	has(v.text, "40 of 100 HELLOs, 0 by unicast");
	CAUSE("multicast-loss", run(100, 60, 90, -1));
	CAUSE("partial", run(100, 60, 89, -1)); /* unicast is lost too */
	CAUSE("partial", run(9, 4, 9, -1));     /* too few to tell */
	CAUSE("one-way", run(10, 10, -1, 0));
	has(v.text, "does not come back");
	CAUSE("one-way", run(10, 0, -1, 10));
	has(v.text, "flows both ways");
	CAUSE("partial", run(10, 10, -1, 5));
	CAUSE("one-answer", run(5, 1, -1, -1); f.run.bare = 1);
	CAUSE("partial", run(5, 2, -1, -1); f.run.bare = 2);
}

TEST(run_that_stopped_has_the_cause_that_is_proven)
{
	CAUSE("stopped", run(90, 60, -1, -1); f.stopped = true;
	      f.stopped_at = 60);
	has(v.text, "answered until 60.0 s");
	has_not(v.text, "snooping");
	CAUSE("stopped", run(300, 260, -1, -1); f.stopped = true;
	      f.stopped_at = 260);
	has(v.text, "\nan MLD querier on the link");
	CAUSE("stopped", run(300, 260, -1, -1); f.stopped = true;
	      f.stopped_at = 260; f.querier = 30; f.listened = 300);
	has_not(v.text, "an MLD querier");
	CAUSE("snooping", run(300, 260, -1, -1); f.stopped = true;
	      answered(EVERYBODY); answered(AFTER));
	CAUSE("no-listener", run(9, 5, -1, -1); f.stopped = f.target = true;
	      f.refused = true; refuses(PORT));
	CAUSE("partial", run(9, 5, -1, -1); f.stopped = true; answered(GROUP));
}

TEST(group_that_is_answered_is_late_or_lossy)
{
	CAUSE("lossy", f.step[GROUP].answered = 1);
	has(v.text, "1 of 100 HELLOs");
	CAUSE("late", f.late = 1; f.delay = 2500);
	has(v.text, "after 2500 ms, and -w is 2000 ms");
	has(v.text, "\n-w 6");
	CAUSE("late", f.step[GROUP].answered = 1; f.delay = 2001);
	CAUSE("lossy", f.late = 1; f.delay = 1500);
	CAUSE("lossy", f.looks = "hop-limit"; answered(MORE_HOPS));
	has(v.text, "looks like hop-limit");
	CAUSE("lossy", f.looks = "no-listener"; answered(GROUP));
	has_not(v.text, "no-listener");
	CAUSE("lossy", f.other_host = true; answered(UNICAST));
	CAUSE("no-listener", f.other_host = f.refused = true; refuses(PORT));
}

TEST(listeners_report_is_a_cause)
{
	CAUSE("answer-lost", strcpy(f.report.error, "EMSGSIZE"); o.size = 1400;
	      answered(SMALL));
	has(v.text,
	    "fe80::1%em0 heard a HELLO but could not answer it: "
	    "EMSGSIZE");
	CAUSE("filter-remote", f.report.reports = f.report.lost = 3;
	      answered(EVERYBODY));
	ATF_CHECK(v.let_in);
	CAUSE("not-joined", f.report.reports = f.report.lost = 2;
	      answered(EVERYBODY));
	CAUSE("not-joined", f.report.reports = 4; f.report.lost = 3;
	      answered(EVERYBODY));
	CAUSE("other-group", f.report.other_group = true; answered(UNICAST));
	has(v.text, "listens on ff12::9, not on ff12::8000:6db6");
	CAUSE("not-joined", f.report.other_group = f.report.same_group = true;
	      answered(EVERYBODY));
}

TEST(another_way_that_is_answered_is_the_cause)
{
	CAUSE("fragments", o.size = 1233; answered(SMALL));
	CAUSE("length", o.size = 1232; answered(SMALL));
	CAUSE("hop-limit", answered(MORE_HOPS); f.least = 3);
	has(v.text, "hop limit 3 is answered, 1 is not\n-H 3");
	CAUSE("wrong-interface", answered(ELSEWHERE));
	has(v.text, "behind em1, but the HELLO left on em0\n-I em1");
	CAUSE("return-path", answered(FROM_LINK); o.wide = true);
	CAUSE("source-scope", f.link_source = o.wide = true; o.hops = 16);
	CAUSE("silent", f.link_source = true; o.hops = 16);
	CAUSE("silent", f.link_source = o.wide = true); /* one hop */
	CAUSE("not-joined", f.link_source = o.wide = true; o.hops = 16;
	      answered(EVERYBODY));
}

TEST(filter_in_is_proven_by_kind_o_or_silence_of_all)
{
	CAUSE("filter-in", f.target = true; answered(UNICAST); answered(HOP1));
	CAUSE("filter-in", f.target = f.deaf = true; answered(UNICAST));
	ATF_CHECK(v.yes == UNICAST && v.no == OTHER_PORT && v.let_in);
	has(v.text, "-p 28016");
	CAUSE("not-routed", f.target = true; answered(UNICAST)); /* NAT */
	/* a harmless rule on ff00::/8: the answers are unicast */
	CAUSE("filter-multicast", f.target = f.deaf = true; answered(UNICAST);
	      answered(HOP1); answered(OTHER_PORT));
	CAUSE("filter-multicast", f.target = true; answered(UNICAST);
	      answered(HOP1); f.bare_unicast = true);
	CAUSE("filter-in", f.deaf = true; f.loops = false);
	has(v.text, "not even own copies");
	CAUSE("not-joined", f.deaf = true; answered(EVERYBODY));
	CAUSE("answer-lost", f.deaf = true; answered(BY_GROUP));
	CAUSE("no-listener", f.deaf = f.target = f.refused = true);
}

TEST(listener_that_ff02_1_reaches_is_not_in_the_group)
{
	CAUSE("not-joined", answered(EVERYBODY); f.step[AFTER].sent = 6;
	      f.report.joined = true; f.report.reports = 1);
	ATF_CHECK(v.yes == EVERYBODY && v.no == AFTER && v.silence >= 45);
	has(v.text, "not even after it joined again");
	CAUSE("not-joined", answered(EVERYBODY));
	ATF_CHECK(v.no == GROUP);
	has_not(v.text, "joined again");
	CAUSE("snooping", answered(EVERYBODY); answered(AFTER));
	has(v.text, "\nan MLD querier");
	CAUSE("snooping", answered(EVERYBODY); answered(AFTER); f.querier = 9);
	has_not(v.text, "an MLD querier");
	CAUSE("snooping", answered(EVERYBODY); answered(AFTER_HOPS));
	has(v.text, "hop limit is too small as well");
	has(v.text, "\nand -H 64");
	CAUSE("snooping", answered(EVERYBODY); answered(AFTER_SMALL));
	has(v.text, "too long as well");
	CAUSE("answer-lost", answered(BY_GROUP));
	has(v.text, "answers by multicast");
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
	CAUSE("no-listener", f.target = f.refused = true; refuses(PORT));
	has(v.text, "nothing listens on port 28015");
	CAUSE("filter-remote", f.target = f.rejected = true;
	      strcpy(f.rejecter, ": fe80::9%em0 says so"));
	has(v.text, "fe80::9%em0 says so");
	CAUSE("port-silent", f.target = true; refuses(CLOSED));
	CAUSE("no-listener", f.target = f.refused = true; refuses(CLOSED));
	CAUSE("silent", f.target = true; refuses(TCP)); /* no claim on UDP */
	has(v.text, "ICMPv6 errors are dropped");
	CAUSE("silent", f.target = f.uncalibrated = true; refuses(TCP));
	has(v.text, "this system hides refusals");
	CAUSE("filter-remote", f.target = f.resolved = f.on_link = true);
	CAUSE("no-neighbour", f.target = f.nobody = f.on_link = true);
	CAUSE("no-neighbour", f.target = f.no_host = true; /* NetBSD */
	      f.step[PORT].error = EHOSTDOWN);
	CAUSE("unreachable", f.target = true);
	has(v.text, "there is a route");
	CAUSE("unreachable", f.target = true; f.step[PORT].error = ENETUNREACH);
	has(v.text, strerror(ENETUNREACH));
}

TEST(hosts_of_the_link_tell_where_no_listener_does)
{
	CAUSE("no-listener", f.echo = true; f.hosts = f.hosts_refused = 2);
	has(v.text, "the 2 hosts");
	CAUSE("filter-remote", f.echo = true; f.hosts = 2; f.hosts_refused = 1;
	      f.hosts_mute = f.hosts_rejected = 1);
	CAUSE("port-silent", f.echo = true; f.hosts = 2; f.hosts_refused = 1;
	      f.hosts_mute = f.hosts_closed = 1;
	      strcpy(f.mute, " fe80::9%em0"));
	has(v.text, "fe80::9%em0");
	CAUSE("silent", f.echo = true; f.hosts = f.hosts_mute = 1);
	CAUSE("no-neighbour", f.echo = true);
	CAUSE("silent", (void)0);
	has(v.text, "\nas root, or its unicast address with -u");
	has_not(v.text, "or here");
	CAUSE("silent", f.loops = false);
	has(v.text, "or here");
	CAUSE("silent", f.untold = 3; f.bare_run = true);
	has(v.text, "no tag");
	CAUSE("one-answer", f.once = true);
}

static void
fact_errno(void)
{
	f.error = EPERM;
}

static void
fact_scope(void)
{
	o.group.s6_addr[1] = 0x01;
}

static void
fact_run(void)
{
	run(10, 7, -1, -1);
}

static void
fact_report(void)
{
	strcpy(f.report.error, "EPERM");
}

static void
fact_other_port(void)
{
	f.target = true;
	answered(UNICAST);
	answered(HOP1);
	f.step[OTHER_PORT].answered = 0;
}

static void
fact_after(void)
{
	answered(EVERYBODY);
	answered(AFTER);
}

static void
fact_unicast(void)
{
	f.target = true;
	answered(UNICAST);
	answered(OTHER_PORT);
}

static void
fact_hosts(void)
{
	f.hosts = f.hosts_refused = 1;
}

static const struct {
	const char *code;
	void (*add)(void); /* NULL: the step is answered */
	enum step step;
} order[] = { { "filter-out", fact_errno, NONE },
	{ "scope-interface", fact_scope, NONE }, { "partial", fact_run, NONE },
	{ "lossy", NULL, GROUP }, { "answer-lost", fact_report, NONE },
	{ "fragments", NULL, SMALL }, { "hop-limit", NULL, MORE_HOPS },
	{ "wrong-interface", NULL, ELSEWHERE },
	{ "return-path", NULL, FROM_LINK },
	{ "filter-in", fact_other_port, NONE },
	{ "snooping", fact_after, NONE }, { "not-joined", NULL, EVERYBODY },
	{ "answer-lost", NULL, BY_GROUP }, { "not-routed", fact_unicast, NONE },
	{ "no-listener", fact_hosts, NONE } };

static void
add(size_t i)
{
	o.size = 1400;
	if (order[i].add != NULL)
		order[i].add();
	else
		answered(order[i].step);
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
	struct count *c;
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
	o.size = sizes[chance(COUNT(sizes))];
	o.hops = 1 + (int)chance(100);
	o.wide = chance(2) == 0;
	o.listeners = 1 + (long)chance(3);
	f.deaf = chance(2) == 0;
	f.loops = !f.deaf;
	f.link_source = chance(2) == 0;
	f.stopped = f.partly && chance(4) == 0;
	f.stopped_at = chance(300);
	f.late = chance(8) == 0;
	f.delay = chance(4000);
	f.target = reached(&f) || chance(2) == 0;
	f.near = chance(3) == 0;
	f.on_link = f.near || chance(2) == 0;
	f.resolved = chance(3) == 0;
	f.nobody = !f.resolved && chance(2) == 0;
	f.no_host = chance(5) == 0;
	f.refused = came(&f, PORT) || chance(3) == 0;
	f.rejected = chance(5) == 0;
	f.unsent = chance(5) == 0;
	f.uncalibrated = chance(3) == 0;
	f.untold = (int)chance(8) == 0;
	f.bare_unicast = chance(5) == 0;
	f.echo = chance(2) == 0;
	f.hosts = (int)chance(3);
	f.hosts_refused = (int)chance((uint32_t)f.hosts + 1);
	f.hosts_mute = f.hosts - f.hosts_refused;
	f.hosts_rejected = (int)chance((uint32_t)f.hosts_mute + 1);
	f.hosts_closed = (int)chance(2);
	f.report.reports = (int)chance(5);
	f.report.lost = (int)chance((uint32_t)f.report.reports + 1);
	f.report.other_group = chance(9) == 0;
	f.report.joined = chance(2) == 0;
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
			ATF_REQUIRE_MSG(code_is(" lossy late partial one-way "
						"multicast-loss stopped "),
			    "%s\n", v.code);
		/* answers to the one, silence of the other, and not weaker */
		ATF_REQUIRE_MSG(v.yes == NONE || came(&f, v.yes) ||
			(v.yes == UNICAST && reached(&f)),
		    "%s\n", v.code);
		ATF_REQUIRE_MSG(v.no == NONE || !came(&f, v.no), "%s\n",
		    v.code);
		if (code_is(" not-joined filter-multicast port-silent "
			    "no-neighbour ") ||
		    (code_is(" filter-remote ") && v.yes == NONE))
			ATF_REQUIRE_MSG(v.silence >= 45, "%s\n", v.code);
		if (code_is(" fragments length hop-limit wrong-interface "
			    "return-path snooping not-joined not-routed "
			    "filter-multicast other-group "))
			ATF_REQUIRE_MSG(v.yes != NONE, "%s\n", v.code);
		/* no sentence against a line above it */
		ATF_REQUIRE(!code_is(" hop-limit not-routed ") || !f.near);
		ATF_REQUIRE(!code_is(" fragments ") || o.size > 1232);
		ATF_REQUIRE(!code_is(" filter-in ") || !came(&f, OTHER_PORT));
		ATF_REQUIRE(!code_is(" no-listener ") || f.refused ||
		    f.hosts_refused > 0);
		if (reached(&f))
			ATF_REQUIRE_MSG(!code_is(" no-neighbour unreachable "
						 "no-listener "),
			    "%s\n", v.code);
		ATF_REQUIRE_EQ(v.status, UNANSWERED);
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
	capture_begin(stdout);
	cause_print("diagnosis", &v, 28015);
	ATF_CHECK_STREQ(capture_end(stdout),
	    "diagnosis: some-code: a short sentence\ntry: this, or\n"
	    "try: that\n");
	v.let_in = true;
	capture_begin(stdout);
	cause_print("note", &v, 28015);
	capture_end(stdout);
	has(printed, "note: some-code: a short sentence\n");
	has(printed,
	    "\ntry: nft insert rule inet filter input udp dport 28015 "
	    "accept");
	parse("-qq");
	capture_begin(stdout);
	cause_print("diagnosis", &v, 28015);
	ATF_CHECK_STREQ(capture_end(stdout), "some-code: a short sentence\n");
	capture_begin(stdout);
	cause_print("note", &v, 28015);
	ATF_CHECK_STREQ(capture_end(stdout), "");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, options_have_the_defaults_of_the_manual);
	ATF_TP_ADD_TC(tp, options_are_taken);
	ATF_TP_ADD_TC(tp, options_of_another_role_are_refused);
	ATF_TP_ADD_TC(tp, numbers_are_taken_whole_and_in_their_range);
	ATF_TP_ADD_TC(tp, seconds_are_plain_decimals_in_a_range);
	ATF_TP_ADD_TC(tp, addresses_are_those_that_can_be_meant);
	ATF_TP_ADD_TC(tp, interface_has_a_name_or_an_index);
	ATF_TP_ADD_TC(tp, stray_words_are_refused_and_help_is_given);
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
	ATF_TP_ADD_TC(tp, answers_are_counted_by_what_they_are);
	ATF_TP_ADD_TC(tp, foreign_datagrams_are_no_answers);
	ATF_TP_ADD_TC(tp, bare_welcome_answers_the_newest_hello);
	ATF_TP_ADD_TC(tp, hello_waits_for_all_that_was_asked_for);
	ATF_TP_ADD_TC(tp, no_more_hellos_are_out_than_are_told_apart);
	ATF_TP_ADD_TC(tp, marks_tell_what_came_60_to_a_line);
	ATF_TP_ADD_TC(tp, loss_is_told_with_what_did_come);
	ATF_TP_ADD_TC(tp, table_has_its_columns_sorted_by_address);
	ATF_TP_ADD_TC(tp, listener_answers_hello_and_nothing_else);
	ATF_TP_ADD_TC(tp, listener_tells_like_flom_what_arrived);
	ATF_TP_ADD_TC(tp, report_has_what_the_listener_knows);
	ATF_TP_ADD_TC(tp, mld_queries_have_24_bytes_or_28_and_more);
	ATF_TP_ADD_TC(tp, echo_replies_are_those_to_our_own_echo);
	ATF_TP_ADD_TC(tp, rejections_are_those_of_our_own_datagrams);
	ATF_TP_ADD_TC(tp, closed_port_is_told_of_the_host_that_was_asked);
	ATF_TP_ADD_TC(tp, certain_is_fishers_exact_test);
	ATF_TP_ADD_TC(tp, answer_is_counted_for_the_copy_of_its_number);
	ATF_TP_ADD_TC(tp, answer_to_something_else_is_counted_nowhere);
	ATF_TP_ADD_TC(tp, bare_welcome_names_a_probe_only_if_there_is_one);
	ATF_TP_ADD_TC(tp, answer_of_our_own_address_is_another_host);
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
