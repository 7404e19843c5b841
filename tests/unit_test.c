/*
 * Unit tests of mcast6dbg: all that needs no network.  Built with ATF, or
 * with portable/atf-c.h where there is none, and run on other processors.
 */

#define main mcast6dbg_main
#include "../mcast6dbg.c"
#undef main

#include <sys/wait.h>

#include <atf-c.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GONE 2147483647u /* an interface index that nobody has */

static char printed[1 << 16]; /* see capture_end */
static int capture_saved;
static FILE *capture_file;
static char arguments_text[256];
static char *arguments[32];

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

/* The words of the text as argv; '' is an empty one. Returns argc. */
static int
split(const char *text)
{
	char *s;
	int argc;

	snprintf(arguments_text, sizeof(arguments_text), "mcast6dbg %s", text);
	argc = 0;
	for (s = arguments_text; *s != '\0';) {
		arguments[argc++] = s;
		s += strcspn(s, " ");
		if (*s == ' ')
			*s++ = '\0';
		if (strcmp(arguments[argc - 1], "''") == 0)
			arguments[argc - 1][0] = '\0';
	}
	arguments[argc] = NULL;
	return argc;
}

/* Returns the options of that command line. */
static struct options *
parse(const char *text)
{
	static struct options options;
	int argc;

	memset(&options, 0, sizeof(options));
	memset(&output, 0, sizeof(output));
	optind = 1;
	argc = split(text);
	parse_options(&options, argc, arguments);
	return &options;
}

/* Returns the message that refuses that command line, "" if it is taken. */
static const char *
refusal(const char *text)
{
	pid_t pid;
	int status;

	capture_begin(stderr);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		parse(text);
		_exit(0);
	}
	ATF_REQUIRE(pid != -1 && waitpid(pid, &status, 0) == pid);
	capture_end(stderr);
	ATF_REQUIRE(WIFEXITED(status));
	if (WEXITSTATUS(status) == 0)
		return "";
	ATF_CHECK_EQ_MSG(WEXITSTATUS(status), USAGE, "%s\n", text);
	ATF_CHECK_MSG(strchr(printed, '\n') == strrchr(printed, '\n'),
	    "%s: one line, not %s\n", text, printed);
	return printed;
}

/* The command line is refused, in one line that has all of the words. */
static void
refused(const char *text, const char *words)
{
	const char *message, *end;
	char word[64];

	message = refusal(text);
	ATF_CHECK_MSG(*message != '\0', "%s: was taken\n", text);
	for (; *words != '\0'; words = *end == '\0' ? end : end + 1) {
		end = words + strcspn(words, " ");
		snprintf(word, sizeof(word), "%.*s", (int)(end - words), words);
		ATF_CHECK_MSG(strstr(message, word) != NULL,
		    "%s: no %s in %s\n", text, word, message);
	}
}

static struct sockaddr_in6
address(const char *text, unsigned int zone, unsigned int port)
{
	struct in6_addr a;

	ATF_REQUIRE_EQ(inet_pton(AF_INET6, text, &a), 1);
	return sock_address(&a, zone, port);
}

static bool
same_address(const struct in6_addr *a, const char *text)
{
	struct sockaddr_in6 b;

	b = address(text, 0, 0);
	return IN6_ARE_ADDR_EQUAL(a, &b.sin6_addr);
}

/* Options */

ATF_TC_WITHOUT_HEAD(options_have_the_defaults_of_the_manual);
ATF_TC_BODY(options_have_the_defaults_of_the_manual, tc)
{
	const struct options *o;

	o = parse("");
	ATF_CHECK_EQ(o->role, 'r');
	ATF_CHECK(same_address(&o->group, "ff12::8000:6db6"));
	ATF_CHECK_EQ(o->port, 28015);
	ATF_CHECK_EQ(o->source_port, 0);
	ATF_CHECK_EQ(o->interface, 0);
	ATF_CHECK_EQ(o->count, 1);
	ATF_CHECK_EQ(o->wait, 2 * SECOND);
	ATF_CHECK_EQ(o->interval, SECOND);
	ATF_CHECK_EQ(o->hops, 1);
	ATF_CHECK_EQ(o->listeners, 1);
	ATF_CHECK_EQ(o->size, 0);
	ATF_CHECK(!o->unicast_control);
	ATF_CHECK(!o->no_diagnosis);
	ATF_CHECK(!output.quiet && !output.trace && !output.hexdump);
	o = parse("-l");
	ATF_CHECK_EQ(o->role, 'l');
	ATF_CHECK_EQ(o->count, 0);
	ATF_CHECK_EQ(o->wait, 0);
	o = parse("-t");
	ATF_CHECK_EQ(o->role, 't');
	ATF_CHECK_EQ(o->wait, SECOND);
}

ATF_TC_WITHOUT_HEAD(options_of_a_requester_are_taken);
ATF_TC_BODY(options_of_a_requester_are_taken, tc)
{
	const struct options *o;

	o = parse("-A ff0e::1234 -c 7 -H 16 -i 0.5 -N -n 3 -P 5353 -p 99 "
		  "-q -s 100 -u 2001:db8::1 -v -w 4 -x");
	ATF_CHECK_EQ(o->role, 'r');
	ATF_CHECK(same_address(&o->group, "ff0e::1234"));
	ATF_CHECK_EQ(o->count, 7);
	ATF_CHECK_EQ(o->hops, 16);
	ATF_CHECK_EQ(o->interval, SECOND / 2);
	ATF_CHECK(o->no_diagnosis);
	ATF_CHECK_EQ(o->listeners, 3);
	ATF_CHECK_EQ(o->port, 5353);
	ATF_CHECK_EQ(o->source_port, 99);
	ATF_CHECK_EQ(o->size, 100);
	ATF_CHECK(o->unicast_control);
	ATF_CHECK(same_address(&o->unicast.sin6_addr, "2001:db8::1"));
	ATF_CHECK_EQ(o->unicast.sin6_port, htons(5353));
	ATF_CHECK_EQ(o->wait, 4 * SECOND);
	ATF_CHECK(output.quiet && output.trace && output.hexdump);
}

ATF_TC_WITHOUT_HEAD(options_of_another_role_are_refused);
ATF_TC_BODY(options_of_another_role_are_refused, tc)
{
	static const char *const listener[] = { "-H 1", "-i 1", "-N", "-n 1",
		"-p 1", "-s 28", "-u ::1" };
	static const char *const selftest[] = { "-c 1", "-H 1", "-i 1", "-N",
		"-n 1", "-p 1", "-q", "-s 28", "-u ::1" };
	char text[32], option[3];
	size_t i;

	option[2] = '\0';
	for (i = 0; i < COUNT(listener); i++) {
		snprintf(text, sizeof(text), "%s -l", listener[i]);
		memcpy(option, text, 2);
		refused(text, option);
	}
	for (i = 0; i < COUNT(selftest); i++) {
		snprintf(text, sizeof(text), "-t %s", selftest[i]);
		memcpy(option, text + 3, 2);
		refused(text, option);
	}
	ATF_CHECK_STREQ(refusal("-l -A ff02::1 -c 1 -P 1 -qvx -w 1"), "");
	ATF_CHECK_STREQ(refusal("-t -A ff02::1 -P 1 -vx -w 1"), "");
}

ATF_TC_WITHOUT_HEAD(roles_exclude_each_other);
ATF_TC_BODY(roles_exclude_each_other, tc)
{
	refused("-l -t", "-t -l");
	refused("-t -l", "-t -l");
	ATF_CHECK_STREQ(refusal("-l -l"), "");
}

ATF_TC_WITHOUT_HEAD(stray_words_are_refused);
ATF_TC_BODY(stray_words_are_refused, tc)
{
	refused("em0", "em0");
	refused("-q -- -q", "-q");
	refused("-Z", "-Z");
	refused("-c", "-c");
	refused("-l -w", "-w");
}

ATF_TC_WITHOUT_HEAD(number_is_taken_whole);
ATF_TC_BODY(number_is_taken_whole, tc)
{
	ATF_CHECK_EQ(parse("-c 12")->count, 12);
	ATF_CHECK_EQ(parse("-c 007")->count, 7);
	refused("-c 12x", "-c 12x");
	refused("-c x12", "-c x12");
	refused("-c 1.5", "-c 1.5");
	refused("-c 1e3", "-c 1e3");
	refused("-c 0x10", "-c 0x10");
	refused("-c +1", "-c +1");
	refused("-c -1", "-c -1");
	refused("-c ''", "-c");
	refused("-c nan", "-c nan");
	refused("-c 1,000", "-c 1,000");
}

ATF_TC_WITHOUT_HEAD(number_of_too_many_digits_is_refused);
ATF_TC_BODY(number_of_too_many_digits_is_refused, tc)
{
	refused("-c 18446744073709551617", "-c 18446744073709551617");
	refused("-P 4294967297", "-P 4294967297");
	refused("-c 9223372036854775808", "-c");
	refused("-c 00000000000000000000000000000000000000001x", "-c");
}

ATF_TC_WITHOUT_HEAD(number_has_a_range_that_is_named);
ATF_TC_BODY(number_has_a_range_that_is_named, tc)
{
	ATF_CHECK_EQ(parse("-P 1")->port, 1);
	ATF_CHECK_EQ(parse("-P 65535")->port, 65535);
	refused("-P 0", "-P 0 1 65535");
	refused("-P 65536", "-P 65536 1 65535");
	refused("-P 99999", "-P 99999 1 65535");
	refused("-p 0", "-p 0 1 65535");
	refused("-p 65536", "-p 65536 1 65535");
	ATF_CHECK_EQ(parse("-c 0")->count, 0);
	ATF_CHECK_EQ(parse("-c 1000000000")->count, 1000000000);
	refused("-c 1000000001", "-c 1000000001 0 1000000000");
	ATF_CHECK_EQ(parse("-H 0")->hops, 0);
	ATF_CHECK_EQ(parse("-H 255")->hops, 255);
	refused("-H 256", "-H 256 0 255");
	ATF_CHECK_EQ(parse("-n 1000000")->listeners, 1000000);
	refused("-n 0", "-n 0 1 1000000");
	refused("-n 1000001", "-n 1000001 1 1000000");
	ATF_CHECK_EQ(parse("-s 28")->size, 28);
	ATF_CHECK_EQ(parse("-s 65525")->size, 65525);
	refused("-s 27", "-s 27 28 65525");
	refused("-s 65526", "-s 65526 28 65525");
}

ATF_TC_WITHOUT_HEAD(seconds_may_have_a_fraction);
ATF_TC_BODY(seconds_may_have_a_fraction, tc)
{
	ATF_CHECK_EQ(parse("-w 2")->wait, 2 * SECOND);
	ATF_CHECK_EQ(parse("-w 2.")->wait, 2 * SECOND);
	ATF_CHECK_EQ(parse("-w 0.25")->wait, SECOND / 4);
	ATF_CHECK_EQ(parse("-w .5")->wait, SECOND / 2);
	ATF_CHECK_EQ(parse("-i 1.000000001")->interval, SECOND + 1);
	ATF_CHECK_EQ(parse("-i 0.001")->interval, MILLI);
	ATF_CHECK_EQ(parse("-i 0")->interval, 0);
}

ATF_TC_WITHOUT_HEAD(seconds_are_plain_decimals);
ATF_TC_BODY(seconds_are_plain_decimals, tc)
{
	static const char *const bad[] = { "''", ".", "-1", "+1", "nan", "inf",
		"1e3", "0x1", "1.5.2", "1,5", "1s", "1.5s", "..5",
		"1.0000000001", "1.-5", "1.+5", "99999999999999999999" };
	char text[64];
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text), "-w %s", bad[i]);
		refused(text, "-w");
		snprintf(text, sizeof(text), "-i %s", bad[i]);
		refused(text, "-i");
	}
}

ATF_TC_WITHOUT_HEAD(seconds_have_a_range_that_is_named);
ATF_TC_BODY(seconds_have_a_range_that_is_named, tc)
{
	ATF_CHECK_EQ(parse("-w 0.001")->wait, MILLI);
	ATF_CHECK_EQ(parse("-w 1000000")->wait, 1000000 * SECOND);
	ATF_CHECK_EQ(parse("-i 1000000")->interval, 1000000 * SECOND);
	refused("-w 0", "-w 0.001 1000000");
	refused("-w 0.000999999", "-w 0.001 1000000");
	refused("-w 1000000.000000001", "-w 0.001 1000000");
	refused("-w 1000001", "-w 0.001 1000000");
	refused("-i 1000000.1", "-i 0 1000000");
}

ATF_TC_WITHOUT_HEAD(address_is_split_from_its_zone);
ATF_TC_BODY(address_is_split_from_its_zone, tc)
{
	struct in6_addr a;
	const char *zone;

	ATF_CHECK_STREQ(parse_address(&a, "ff02::1"), "");
	ATF_CHECK(same_address(&a, "ff02::1"));
	ATF_CHECK_STREQ(parse_address(&a, "ff05::1:3%em0") + 1, "em0");
	ATF_CHECK(same_address(&a, "ff05::1:3"));
	ATF_CHECK_STREQ(parse_address(&a, "fe80::1%") + 1, "");
	ATF_CHECK_STREQ(parse_address(&a, "fe80::1%a%b") + 1, "a%b");
	zone = parse_address(&a,
	    "1111:2222:3333:4444:5555:6666:123.123.123.123%1");
	ATF_CHECK_STREQ(zone + 1, "1");
}

ATF_TC_WITHOUT_HEAD(malformed_address_is_refused);
ATF_TC_BODY(malformed_address_is_refused, tc)
{
	static const char *const bad[] = { "", "%em0", "1.2.3.4", "ff02::1::2",
		"ff02:", "ff02::g", "[ff02::1]", "ff02::1/64", " ff02::1",
		"localhost", "ff02::12345",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999",
		"00000000000000000000000000000000000000000000000000000000" };
	struct in6_addr a;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		ATF_CHECK_MSG(parse_address(&a, bad[i]) == NULL, "%s\n",
		    bad[i]);
}

ATF_TC_WITHOUT_HEAD(group_must_be_multicast);
ATF_TC_BODY(group_must_be_multicast, tc)
{
	static const char *const bad[] = { "224.0.0.1", "::ffff:224.0.0.1",
		"fe80::1", "2001:db8::1", "::", "::1", "ff02", "''", "all",
		"fe02::1", "ff12::8000:6db6x" };
	char text[64];
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text), "-A %s", bad[i]);
		refused(text, strcmp(bad[i], "''") == 0 ? "-A" : text);
	}
	ATF_CHECK(same_address(&parse("-A ff02::1")->group, "ff02::1"));
	ATF_CHECK(same_address(&parse("-A FF0E::DB8")->group, "ff0e::db8"));
}

ATF_TC_WITHOUT_HEAD(unicast_control_must_be_unicast);
ATF_TC_BODY(unicast_control_must_be_unicast, tc)
{
	refused("-u ff02::1", "-u ff02::1");
	refused("-u ::", "-u ::");
	refused("-u 192.0.2.1", "-u 192.0.2.1");
	refused("-u ::ffff:192.0.2.1", "-u ::ffff:192.0.2.1");
	refused("-u host.example", "-u host.example");
	ATF_CHECK(parse("-u ::1")->unicast_control);
}

ATF_TC_WITHOUT_HEAD(link_local_control_needs_a_zone);
ATF_TC_BODY(link_local_control_needs_a_zone, tc)
{
	refused("-u fe80::1", "-u fe80::1%em0 -I");
	ATF_CHECK_EQ(parse("-u fe80::1%1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-u fe80::1 -I 1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-I 1 -u fe80::1")->unicast.sin6_scope_id, 1);
	ATF_CHECK_EQ(parse("-u 2001:db8::1 -I 1")->unicast.sin6_scope_id, 0);
	ATF_CHECK_EQ(parse("-u 2001:db8::1%1")->unicast.sin6_scope_id, 0);
	ATF_CHECK_EQ(parse("-u fe80::1%1")->interface, 0);
}

ATF_TC_WITHOUT_HEAD(interface_has_a_name_or_an_index);
ATF_TC_BODY(interface_has_a_name_or_an_index, tc)
{
	char name[IF_NAMESIZE], text[64];
	const struct options *o;

	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	o = parse("-I 1");
	ATF_CHECK_EQ(o->interface, 1);
	ATF_CHECK_STREQ(o->name, name);
	snprintf(text, sizeof(text), "-I %s", name);
	o = parse(text);
	ATF_CHECK_EQ(o->interface, 1);
	ATF_CHECK_STREQ(o->name, name);
	snprintf(text, sizeof(text), "-l -A ff05::1%%1 -I %s", name);
	o = parse(text);
	ATF_CHECK_EQ(o->interface, 1);
	ATF_CHECK(same_address(&o->group, "ff05::1"));
}

ATF_TC_WITHOUT_HEAD(unknown_interface_is_refused);
ATF_TC_BODY(unknown_interface_is_refused, tc)
{
	refused("-I nosuch0", "-I nosuch0");
	refused("-A ff02::1%nosuch0", "-A nosuch0");
	refused("-u fe80::1%nosuch0", "-u nosuch0");
	refused("-I 0", "-I");
	refused("-I 2147483647", "-I 2147483647");
	refused("-I 4294967297", "-I 4294967297");
	refused("-I 18446744073709551617", "-I");
	refused("-I -1", "-I -1");
	refused("-I ''", "-I");
	refused("-A ff02::1%", "-A");
	refused("-I a-name-longer-than-any-interface-has", "-I");
}

ATF_TC_WITHOUT_HEAD(flom_trace_mask_turns_the_trace_on);
ATF_TC_BODY(flom_trace_mask_turns_the_trace_on, tc)
{
	setenv("FLOM_TRACE_MASK", "0x10000", 1);
	parse("");
	ATF_CHECK(output.trace);
	setenv("FLOM_TRACE_MASK", "0x00100000", 1);
	parse("");
	ATF_CHECK(output.trace);
	setenv("FLOM_TRACE_MASK", "0xffeeffff", 1);
	parse("");
	ATF_CHECK(!output.trace);
	setenv("FLOM_TRACE_MASK", "", 1);
	parse("");
	ATF_CHECK(!output.trace);
}

/* Wire */

static struct tag
tag_of(const char *id, unsigned long long seq, char kind)
{
	struct tag tag;

	memset(&tag, 0, sizeof(tag));
	memcpy(&tag.id, id, sizeof(tag.id));
	tag.seq = seq;
	tag.kind = kind;
	return tag;
}

/* Decodes the text (NULs in it count, so size has to be told). */
static enum verb
decode_bytes(const char *text, size_t size, struct tag *tag, size_t *rest)
{
	unsigned char *exact;
	enum verb verb;

	exact = malloc(size + 1); /* so that a sanitizer sees an overrun */
	ATF_REQUIRE(exact != NULL);
	memcpy(exact + 1, text, size);
	verb = wire_decode(exact + 1, size, tag, rest);
	free(exact);
	return verb;
}

/* A HELLO without a tag, its rest right behind the verb. */
static void
no_tag(const char *text, size_t size)
{
	struct tag tag;
	size_t rest;

	ATF_CHECK_EQ_MSG(decode_bytes(text, size, &tag, &rest), HELLO, "%s\n",
	    text);
	ATF_CHECK_EQ_MSG(tag.kind, '\0', "%s\n", text);
	ATF_CHECK_EQ_MSG(rest, 5, "%s: %lu\n", text, (unsigned long)rest);
}

/* Returns the verb of a text. */
static enum verb
decode(const char *text, struct tag *tag, size_t *rest)
{
	return decode_bytes(text, strlen(text), tag, rest);
}

/* Writes a padded datagram, as a requester has it. Returns its length. */
static size_t
encode(char *data, enum verb verb, const struct tag *tag, size_t size)
{
	wire_pad(data, size);
	return wire_encode(data, verb, tag, size);
}

ATF_TC_WITHOUT_HEAD(bare_hello_is_floms_five_bytes);
ATF_TC_BODY(bare_hello_is_floms_five_bytes, tc)
{
	char data[DATAGRAM_MAX];
	struct tag bare;

	bare = tag_of("0123abcd", 1, '\0');
	ATF_REQUIRE_EQ(encode(data, HELLO, &bare, 0), 5);
	ATF_CHECK(memcmp(data, "HELLO", 5) == 0);
	ATF_REQUIRE_EQ(encode(data, WELCOME, &bare, 0), 7);
	ATF_CHECK(memcmp(data, "WELCOME", 7) == 0);
}

ATF_TC_WITHOUT_HEAD(tag_is_id_sequence_number_and_kind);
ATF_TC_BODY(tag_is_id_sequence_number_and_kind, tc)
{
	static const struct {
		const char *id;
		unsigned long long seq;
		char kind;
		const char *text;
	} cases[] = {
		{ "0123abcd", 1, 'm', "HELLO 0123abcd 1 m" },
		{ "00000000", 0, 'u', "HELLO 00000000 0 u" },
		{ "ffffffff", 9999999999ULL, 'r',
		    "HELLO ffffffff 9999999999 r" },
		{ "80000001", 4294967296ULL, 'g',
		    "HELLO 80000001 4294967296 g" },
	};
	char data[DATAGRAM_MAX];
	struct tag tag, got;
	size_t i, n, rest;

	for (i = 0; i < COUNT(cases); i++) {
		tag = tag_of(cases[i].id, cases[i].seq, cases[i].kind);
		n = encode(data, HELLO, &tag, 0);
		data[n] = '\0';
		ATF_CHECK_STREQ(data, cases[i].text);
		ATF_CHECK_EQ(decode(data, &got, &rest), HELLO);
		ATF_CHECK_EQ(got.id, tag.id);
		ATF_CHECK_EQ(got.seq, cases[i].seq);
		ATF_CHECK_EQ(got.kind, cases[i].kind);
		ATF_CHECK_EQ(rest, n);
	}
}

ATF_TC_WITHOUT_HEAD(id_is_eight_hex_digits_and_differs);
ATF_TC_BODY(id_is_eight_hex_digits_and_differs, tc)
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

ATF_TC_WITHOUT_HEAD(padding_fills_up_to_the_size);
ATF_TC_BODY(padding_fills_up_to_the_size, tc)
{
	char data[DATAGRAM_MAX];
	struct tag tag;

	tag = tag_of("0123abcd", 12, 'm');
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 18), 19);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 19), 19);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 20), 20);
	ATF_CHECK(memcmp(data, "HELLO 0123abcd 12 m ", 20) == 0);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, 30), 30);
	ATF_CHECK(memcmp(data, "HELLO 0123abcd 12 m uvwxyzabcd", 30) == 0);
	ATF_CHECK_EQ(encode(data, HELLO, &tag, HELLO_MAX), HELLO_MAX);
	ATF_CHECK_EQ(data[HELLO_MAX - 1], 'a' + (HELLO_MAX - 1) % 26);
}

ATF_TC_WITHOUT_HEAD(verb_stands_alone_or_before_a_space);
ATF_TC_BODY(verb_stands_alone_or_before_a_space, tc)
{
	static const char *const others[] = { "", "H", "HELL", "hello",
		"HELLOx", "HELLO\n", "HELLO\t1", "HELLOHELLO", " HELLO",
		"WELCOM", "WELCOMEx", "WELCOME\r", "welcome", "\xff",
		"HELLO0123abcd 1 m" };
	struct tag tag;
	size_t rest, i;

	ATF_CHECK_EQ(decode("HELLO", &tag, &rest), HELLO);
	ATF_CHECK_EQ(tag.kind, '\0');
	ATF_CHECK_EQ(rest, 5);
	ATF_CHECK_EQ(decode("WELCOME", &tag, &rest), WELCOME);
	ATF_CHECK_EQ(tag.kind, '\0');
	ATF_CHECK_EQ(rest, 7);
	ATF_CHECK_EQ(decode("WELCOME 0123abcd 1 u", &tag, &rest), WELCOME);
	ATF_CHECK_EQ(tag.kind, 'u');
	ATF_CHECK_EQ(rest, 20);
	for (i = 0; i < COUNT(others); i++)
		ATF_CHECK_EQ_MSG(decode(others[i], &tag, &rest), OTHER, "%s\n",
		    others[i]);
	ATF_CHECK_EQ(decode_bytes("HELLO\0", 6, &tag, &rest), OTHER);
	ATF_CHECK_EQ(decode(" 0123abcd 1 m", &tag, &rest), OTHER);
	ATF_CHECK_EQ(tag.kind, '\0');
	no_tag("HELLO ", 6);
	no_tag("HELLO world", 11);
}

ATF_TC_WITHOUT_HEAD(malformed_tag_is_no_tag);
ATF_TC_BODY(malformed_tag_is_no_tag, tc)
{
	static const char *const bad[] = { "HELLO 0123abcd", "HELLO 0123abcd ",
		"HELLO 0123abcd 1", "HELLO 0123abcd 1 ", "HELLO 0123abcd 1m",
		"HELLO 0123abcd  m", "HELLO 0123abcd m 1", "HELLO 0123abc 1 m",
		"HELLO 0123abcde 1 m", "HELLO  0123abcd 1 m",
		"HELLO 0123abcd  1 m", "HELLO 0123abcd 1  m",
		"HELLO 0123abcd -1 m", "HELLO 0123abcd 1x m",
		"HELLO 0123abcd 0x1 m", "HELLO 0123abcd 1 mm",
		"HELLO 0123abcd 1 m\t", "HELLO 0123abcd\t1 m",
		"HELLO 0123abcd 1\tm", "HELLO 0123abcd 1234567890123456789 m",
		"HELLO 0123abcd 99999999999999999999 m" };
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		no_tag(bad[i], strlen(bad[i]));
}

ATF_TC_WITHOUT_HEAD(tag_that_asks_for_more_needs_a_hex_id);
ATF_TC_BODY(tag_that_asks_for_more_needs_a_hex_id, tc)
{
	static const char *const bad[] = { "HELLO whatever 1 r",
		"HELLO 0123ABCD 1 r", "HELLO 0123abcg 1 g",
		"HELLO 0123abc/ 1 g", "HELLO 0123abc: 1 g",
		"HELLO 0123abc` 1 r", "HELLO ~123abcd 1 r",
		"HELLO \377123abcd 1 g" };
	struct tag tag;
	size_t i, rest;

	for (i = 0; i < COUNT(bad); i++)
		no_tag(bad[i], strlen(bad[i]));
	decode("HELLO 0129afbc 1 r", &tag, &rest);
	ATF_CHECK_EQ(tag.kind, 'r');
	decode("HELLO 0129afbc 1 g", &tag, &rest);
	ATF_CHECK_EQ(tag.kind, 'g');
}

ATF_TC_WITHOUT_HEAD(tag_with_a_nul_is_no_tag);
ATF_TC_BODY(tag_with_a_nul_is_no_tag, tc)
{
	no_tag("HELLO 0123abcd\0001 m", 18);
	no_tag("HELLO 0123abcd 1\0m", 18);
	no_tag("HELLO 0123abcd 1 m\0", 19);
	no_tag("HELLO 0123abcd 1 \0", 18);
	no_tag("HELLO 0123abcd 1 \0 abc", 22);
}

ATF_TC_WITHOUT_HEAD(sequence_number_has_up_to_18_digits);
ATF_TC_BODY(sequence_number_has_up_to_18_digits, tc)
{
	struct tag tag;
	size_t rest;

	decode("HELLO 0123abcd 999999999999999999 m", &tag, &rest);
	ATF_CHECK_EQ(tag.kind, 'm');
	ATF_CHECK_EQ(tag.seq, 999999999999999999ULL);
	decode("HELLO 0123abcd 0000000007 m", &tag, &rest);
	ATF_CHECK_EQ(tag.kind, 'm');
	ATF_CHECK_EQ(tag.seq, 7);
	no_tag("HELLO 0123abcd 1000000000000000000 m", 36);
}

ATF_TC_WITHOUT_HEAD(no_byte_behind_the_datagram_is_read);
ATF_TC_BODY(no_byte_behind_the_datagram_is_read, tc)
{
	static const char whole[] = "WELCOME 0123abcd 1234567890 m padding";
	struct tag tag;
	size_t n, rest;

	for (n = 0; n < strlen(whole); n++) {
		decode_bytes(whole, n, &tag, &rest);
		ATF_CHECK_EQ(wire_decode((const unsigned char *)whole, n, &tag,
				 &rest),
		    n < 7 ? OTHER : WELCOME);
		ATF_CHECK_EQ_MSG(tag.kind, n < 29 ? '\0' : 'm', "%lu\n",
		    (unsigned long)n);
		ATF_CHECK(rest <= n);
	}
}

/* A WELCOME to a HELLO of that tag and size. Returns its length. */
static size_t
welcome(unsigned char *data, const struct tag *tag, size_t size, size_t *rest)
{
	struct tag got;
	size_t n;

	n = encode((char *)data + 2, HELLO, tag, size) + 2;
	memcpy(data, "WELCOME", 7);
	ATF_REQUIRE_EQ(wire_decode(data, n, &got, rest), WELCOME);
	return n;
}

/* Whether a WELCOME to a HELLO of that size is undamaged. */
static bool
intact(const unsigned char *data, size_t n, size_t rest, size_t size)
{
	static char padding[DATAGRAM_MAX];

	wire_pad(padding, size);
	return wire_intact(data, n, rest, padding, size);
}

ATF_TC_WITHOUT_HEAD(padding_that_came_back_is_intact);
ATF_TC_BODY(padding_that_came_back_is_intact, tc)
{
	unsigned char data[DATAGRAM_MAX];
	size_t sizes[] = { 0, 18, 19, 20, 28, 46, 1400, HELLO_MAX };
	size_t i, n, rest;
	struct tag tag;

	tag = tag_of("0123abcd", 1, 'm');
	for (i = 0; i < COUNT(sizes); i++) {
		n = welcome(data, &tag, sizes[i], &rest);
		ATF_CHECK_MSG(intact(data, n, rest, sizes[i]), "%lu\n",
		    (unsigned long)sizes[i]);
	}
}

ATF_TC_WITHOUT_HEAD(padding_with_a_damaged_byte_is_not_intact);
ATF_TC_BODY(padding_with_a_damaged_byte_is_not_intact, tc)
{
	unsigned char data[DATAGRAM_MAX];
	size_t n, i, rest;
	struct tag tag;

	tag = tag_of("0123abcd", 1, 'm');
	n = welcome(data, &tag, 100, &rest);
	ATF_REQUIRE_EQ(n, 102);
	for (i = rest; i < n; i++) {
		data[i] ^= 1;
		ATF_CHECK_MSG(!intact(data, n, rest, 100), "byte %lu\n",
		    (unsigned long)i);
		data[i] ^= 1;
	}
	n = welcome(data, &tag, HELLO_MAX, &rest);
	data[n - 1] = '\0';
	ATF_CHECK(!intact(data, n, rest, HELLO_MAX));
}

ATF_TC_WITHOUT_HEAD(padding_of_another_length_is_not_intact);
ATF_TC_BODY(padding_of_another_length_is_not_intact, tc)
{
	unsigned char data[DATAGRAM_MAX];
	size_t rest;
	struct tag tag;

	tag = tag_of("0123abcd", 1, 'm');
	welcome(data, &tag, 100, &rest);
	ATF_CHECK(!intact(data, 101, rest, 100));
	ATF_CHECK(!intact(data, rest, rest, 100));
	ATF_CHECK(!intact(data, rest + 1, rest, 100));
	welcome(data, &tag, 101, &rest);
	ATF_CHECK(!intact(data, 103, rest, 100));
	ATF_CHECK(!intact(data, 103, rest, 0));
	ATF_CHECK(intact(data, rest, rest, 0));
}

ATF_TC_WITHOUT_HEAD(scope_of_a_group_is_told);
ATF_TC_BODY(scope_of_a_group_is_told, tc)
{
	static const struct {
		const char *group;
		unsigned int scope;
		bool wide;
	} cases[] = { { "ff00::1", 0, false }, { "ff01::1", 1, false },
		{ "ff11::1", 1, false }, { "ff02::1", 2, false },
		{ "ff12::1", 2, false }, { "ff32::1", 2, false },
		{ "ff03::1", 3, true }, { "ff05::1", 5, true },
		{ "ff15::1", 5, true }, { "ff08::1", 8, true },
		{ "ff0e::1", 14, true }, { "ff0f::1", 15, true } };
	struct sockaddr_in6 a;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		a = address(cases[i].group, 0, 0);
		ATF_CHECK_EQ(scope(&a.sin6_addr), cases[i].scope);
		ATF_CHECK_EQ(wide(&a.sin6_addr), cases[i].wide);
	}
}

ATF_TC_WITHOUT_HEAD(all_nodes_is_one_group);
ATF_TC_BODY(all_nodes_is_one_group, tc)
{
	struct sockaddr_in6 a;

	a = address("ff02::1", 0, 0);
	ATF_CHECK(is_all_nodes(&a.sin6_addr));
	a = address("ff01::1", 0, 0);
	ATF_CHECK(!is_all_nodes(&a.sin6_addr));
	a = address("ff02::2", 0, 0);
	ATF_CHECK(!is_all_nodes(&a.sin6_addr));
	a = address("ff12::1", 0, 0);
	ATF_CHECK(!is_all_nodes(&a.sin6_addr));
}

/* Output */

/* Returns what out_escaped prints. */
static const char *
escaped(const char *data, size_t size)
{
	capture_begin(stdout);
	out_escaped(stdout, (const unsigned char *)data, size);
	return capture_end(stdout);
}

ATF_TC_WITHOUT_HEAD(printable_bytes_are_printed_as_they_are);
ATF_TC_BODY(printable_bytes_are_printed_as_they_are, tc)
{
	static const char all[] =
	    " !\"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`"
	    "abcdefghijklmnopqrstuvwxyz{|}~";

	ATF_CHECK_STREQ(escaped(all, strlen(all)), all);
	ATF_CHECK_STREQ(escaped("", 0), "");
}

ATF_TC_WITHOUT_HEAD(all_other_bytes_are_escaped);
ATF_TC_BODY(all_other_bytes_are_escaped, tc)
{
	char byte, expected[8];
	int c;

	ATF_CHECK_STREQ(escaped("\033[2J\0\r\n", 7), "\\x1b[2J\\x00\\x0d\\x0a");
	ATF_CHECK_STREQ(escaped("it's \\x41", 9), "it\\x27s \\x5cx41");
	for (c = 0; c < 256; c++) {
		if (c >= 0x20 && c < 0x7f && c != '\\' && c != '\'')
			continue;
		byte = (char)c;
		snprintf(expected, sizeof(expected), "\\x%02x", c);
		ATF_CHECK_STREQ(escaped(&byte, 1), expected);
	}
}

/* Returns what hexdump prints. */
static const char *
dumped(const void *data, size_t size)
{
	output.hexdump = true;
	capture_begin(stdout);
	hexdump(data, size);
	return capture_end(stdout);
}

ATF_TC_WITHOUT_HEAD(hexdump_is_that_of_hexdump_1);
ATF_TC_BODY(hexdump_is_that_of_hexdump_1, tc)
{
	ATF_CHECK_STREQ(dumped("", 0), "");
	ATF_CHECK_STREQ(dumped("WELCOME", 7),
	    "00000000  57 45 4c 43 4f 4d 45"
	    "                              |WELCOME|\n"
	    "00000007\n");
	ATF_CHECK_STREQ(dumped("0123456789abcdef", 16),
	    "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
	    "|0123456789abcdef|\n"
	    "00000010\n");
	ATF_CHECK_STREQ(dumped("HELLO\0\033[2J~\177\200\377 0123", 19),
	    "00000000  48 45 4c 4c 4f 00 1b 5b  32 4a 7e 7f 80 ff 20 30  "
	    "|HELLO..[2J~... 0|\n"
	    "00000010  31 32 33                                          "
	    "|123|\n"
	    "00000013\n");
}

#define ZEROES "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  "

ATF_TC_WITHOUT_HEAD(hexdump_has_a_star_for_lines_that_repeat);
ATF_TC_BODY(hexdump_has_a_star_for_lines_that_repeat, tc)
{
	static char data[65527];

	ATF_CHECK_STREQ(dumped(data, 64),
	    "00000000  " ZEROES "|................|\n"
	    "*\n"
	    "00000040\n");
	ATF_CHECK_STREQ(dumped(data, 65527),
	    "00000000  " ZEROES "|................|\n"
	    "*\n"
	    "0000fff0  00 00 00 00 00 00 00                              "
	    "|.......|\n"
	    "0000fff7\n");
	memcpy(data + 16, "000000000000000100000000000000010000000000000002",
	    48);
	ATF_CHECK_STREQ(dumped(data, 100),
	    "00000000  " ZEROES "|................|\n"
	    "00000010  30 30 30 30 30 30 30 30  30 30 30 30 30 30 30 31  "
	    "|0000000000000001|\n"
	    "*\n"
	    "00000030  30 30 30 30 30 30 30 30  30 30 30 30 30 30 30 32  "
	    "|0000000000000002|\n"
	    "00000040  " ZEROES "|................|\n"
	    "*\n"
	    "00000060  00 00 00 00                                       "
	    "|....|\n"
	    "00000064\n");
}

ATF_TC_WITHOUT_HEAD(hexdump_is_only_for_x);
ATF_TC_BODY(hexdump_is_only_for_x, tc)
{
	parse("");
	capture_begin(stdout);
	hexdump("WELCOME", 7);
	ATF_CHECK_STREQ(capture_end(stdout), "");
	parse("-q -x");
	capture_begin(stdout);
	hexdump("WELCOME", 7);
	ATF_CHECK(strlen(capture_end(stdout)) > 0);
}

ATF_TC_WITHOUT_HEAD(address_has_its_zone_by_name);
ATF_TC_BODY(address_has_its_zone_by_name, tc)
{
	char text[ENDPOINT_MAX], name[IF_NAMESIZE], expected[ENDPOINT_MAX];
	struct sockaddr_in6 a;

	a = address("fe80::1", 1, 0);
	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	snprintf(expected, sizeof(expected), "fe80::1%%%s", name);
	ATF_CHECK_STREQ(fmt_address(text, &a), expected);
	a = address("2001:db8::1", 0, 0);
	ATF_CHECK_STREQ(fmt_address(text, &a), "2001:db8::1");
}

ATF_TC_WITHOUT_HEAD(interface_that_has_gone_is_a_number);
ATF_TC_BODY(interface_that_has_gone_is_a_number, tc)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 a;

	a = address("fe80::1", GONE, 0);
	ATF_CHECK_STREQ(fmt_address(text, &a), "fe80::1%2147483647");
	ATF_CHECK_STREQ(fmt_interface(text, GONE), "2147483647");
	ATF_CHECK_STREQ(fmt_interface(text, 4294967295u), "4294967295");
}

ATF_TC_WITHOUT_HEAD(endpoint_has_brackets_and_port);
ATF_TC_BODY(endpoint_has_brackets_and_port, tc)
{
	char text[ENDPOINT_MAX];
	struct sockaddr_in6 a;

	a = address("ff02::1", 0, 28015);
	ATF_CHECK_STREQ(fmt_endpoint(text, &a), "[ff02::1]:28015");
	a = address("::", 0, 0);
	ATF_CHECK_STREQ(fmt_endpoint(text, &a), "[::]:0");
	a = address("1111:2222:3333:4444:5555:6666:7777:8888", GONE, 65535);
	ATF_CHECK_STREQ(fmt_endpoint(text, &a),
	    "[1111:2222:3333:4444:5555:6666:7777:8888%2147483647]:65535");
}

ATF_TC_WITHOUT_HEAD(socket_address_is_as_in_floms_trace);
ATF_TC_BODY(socket_address_is_as_in_floms_trace, tc)
{
	struct sockaddr_in6 a, b;
	int i;

	a = address("ff02::1", 2, 28015);
	b = address("1111:2222:3333:4444:5555:6666:7777:8888", 4294967295u,
	    65535);
	b.sin6_flowinfo = htonl(0xfabcde);
	for (i = 0; i < 2; i++) {
		ATF_CHECK_STREQ(fmt_sockaddr(&a),
		    "addrlen=28; IPv6 address, sin6_port=28015, "
		    "sin6_flowinfo=0x0, sin6_addr='ff02::1', "
		    "sin6_scope_id=2");
		ATF_CHECK_STREQ(fmt_sockaddr(&b),
		    "addrlen=28; IPv6 address, sin6_port=65535, "
		    "sin6_flowinfo=0xfabcde, "
		    "sin6_addr='1111:2222:3333:4444:5555:6666:7777:8888', "
		    "sin6_scope_id=4294967295");
	}
}

ATF_TC_WITHOUT_HEAD(decimal_has_up_to_twenty_digits);
ATF_TC_BODY(decimal_has_up_to_twenty_digits, tc)
{
	char text[24];

	text[fmt_decimal(text, 0)] = '\0';
	ATF_CHECK_STREQ(text, "0");
	text[fmt_decimal(text, 10)] = '\0';
	ATF_CHECK_STREQ(text, "10");
	text[fmt_decimal(text, 18446744073709551615ULL)] = '\0';
	ATF_CHECK_STREQ(text, "18446744073709551615");
}

ATF_TC_WITHOUT_HEAD(loopback_interfaces_are_known_by_name);
ATF_TC_BODY(loopback_interfaces_are_known_by_name, tc)
{
	ATF_CHECK(is_loopback("lo"));
	ATF_CHECK(is_loopback("lo0"));
	ATF_CHECK(is_loopback("lo12"));
	ATF_CHECK(!is_loopback("em0"));
	ATF_CHECK(!is_loopback("l"));
	ATF_CHECK(!is_loopback("le0"));
	ATF_CHECK(!is_loopback("lowpan0"));
	ATF_CHECK(!is_loopback("lo0a"));
	ATF_CHECK(!is_loopback("wlo1"));
	ATF_CHECK(!is_loopback(""));
}

ATF_TC_WITHOUT_HEAD(trace_has_time_process_role_call_and_result);
ATF_TC_BODY(trace_has_time_process_role_call_and_result, tc)
{
	static const char shape[] = "dddd-dd-dd dd:dd:dd.dddddd [";
	char expected[96];
	size_t i;

	parse("-l -v");
	capture_begin(stderr);
	trace_call(0, 0, "setsockopt(%d, %s, %d)", 3,
	    "IPPROTO_IPV6, IPV6_V6ONLY", 1);
	capture_end(stderr);
	for (i = 0; i < strlen(shape); i++)
		ATF_CHECK_MSG(shape[i] == 'd'
			? printed[i] >= '0' && printed[i] <= '9'
			: printed[i] == shape[i],
		    "%lu: %s\n", (unsigned long)i, printed);
	snprintf(expected, sizeof(expected),
	    "%ld] listener: setsockopt(3, IPPROTO_IPV6, IPV6_V6ONLY, 1) = "
	    "0\n",
	    (long)getpid());
	ATF_CHECK_STREQ(printed + strlen(shape), expected);
}

ATF_TC_WITHOUT_HEAD(trace_of_a_failure_has_errno_by_name_and_text);
ATF_TC_BODY(trace_of_a_failure_has_errno_by_name_and_text, tc)
{
	char expected[80];

	parse("-t -v");
	capture_begin(stderr);
	errno = 0;
	trace_call(-1, EADDRINUSE, "close(%d)", 5);
	ATF_CHECK_EQ(errno, EADDRINUSE);
	capture_end(stderr);
	snprintf(expected, sizeof(expected),
	    "selftest: close(5) = -1 EADDRINUSE (%s)\n", strerror(EADDRINUSE));
	ATF_CHECK_MSG(strstr(printed, expected) != NULL, "%s\n", printed);
}

ATF_TC_WITHOUT_HEAD(trace_of_a_datagram_has_text_and_bytes);
ATF_TC_BODY(trace_of_a_datagram_has_text_and_bytes, tc)
{
	static const unsigned char data[] = { 'H', 'E', 0x1b, '\'', 0xff };
	struct sockaddr_in6 to;

	parse("-v");
	to = address("ff02::1", 2, 28015);
	capture_begin(stderr);
	trace_datagram("sendto", 3, data, 5, 5, &to);
	capture_end(stderr);
	ATF_CHECK_MSG(strstr(printed, "requester: sendto(3, ") != NULL, "%s\n",
	    printed);
	ATF_CHECK_MSG(strstr(printed, "HE\\x1b\\x27\\xff") != NULL, "%s\n",
	    printed);
	ATF_CHECK_MSG(strstr(printed, " 48 45 1b 27 ff") != NULL, "%s\n",
	    printed);
	ATF_CHECK_MSG(strstr(printed, "sin6_addr='ff02::1'") != NULL, "%s\n",
	    printed);
	ATF_CHECK_MSG(strstr(printed, " = 5\n") != NULL, "%s\n", printed);
}

ATF_TC_WITHOUT_HEAD(errno_has_its_name);
ATF_TC_BODY(errno_has_its_name, tc)
{
	ATF_CHECK_STREQ(errno_name(EPERM), "EPERM");
	ATF_CHECK_STREQ(errno_name(EACCES), "EACCES");
	ATF_CHECK_STREQ(errno_name(EADDRINUSE), "EADDRINUSE");
	ATF_CHECK_STREQ(errno_name(EADDRNOTAVAIL), "EADDRNOTAVAIL");
	ATF_CHECK_STREQ(errno_name(EAFNOSUPPORT), "EAFNOSUPPORT");
	ATF_CHECK_STREQ(errno_name(EAGAIN), "EAGAIN");
	ATF_CHECK_STREQ(errno_name(ECONNREFUSED), "ECONNREFUSED");
	ATF_CHECK_STREQ(errno_name(EHOSTDOWN), "EHOSTDOWN");
	ATF_CHECK_STREQ(errno_name(EHOSTUNREACH), "EHOSTUNREACH");
	ATF_CHECK_STREQ(errno_name(EINPROGRESS), "EINPROGRESS");
	ATF_CHECK_STREQ(errno_name(EINVAL), "EINVAL");
	ATF_CHECK_STREQ(errno_name(EMSGSIZE), "EMSGSIZE");
	ATF_CHECK_STREQ(errno_name(ENETDOWN), "ENETDOWN");
	ATF_CHECK_STREQ(errno_name(ENETUNREACH), "ENETUNREACH");
	ATF_CHECK_STREQ(errno_name(ENOBUFS), "ENOBUFS");
	ATF_CHECK_STREQ(errno_name(ENODEV), "ENODEV");
	ATF_CHECK_STREQ(errno_name(ENOMEM), "ENOMEM");
	ATF_CHECK_STREQ(errno_name(ENXIO), "ENXIO");
	ATF_CHECK_STREQ(errno_name(ETIMEDOUT), "ETIMEDOUT");
	ATF_CHECK_STREQ(errno_name(0), "errno");
	ATF_CHECK_STREQ(errno_name(-1), "errno");
	ATF_CHECK_STREQ(errno_name(99999), "errno");
}

ATF_TC_WITHOUT_HEAD(error_has_call_object_and_reason);
ATF_TC_BODY(error_has_call_object_and_reason, tc)
{
	char expected[120];

	capture_begin(stderr);
	errno = ENODEV;
	complain("setsockopt IPV6_JOIN_GROUP", "em0");
	ATF_CHECK_EQ(errno, ENODEV);
	snprintf(expected, sizeof(expected),
	    "mcast6dbg: setsockopt IPV6_JOIN_GROUP em0: %s\n",
	    strerror(ENODEV));
	ATF_CHECK_STREQ(capture_end(stderr), expected);
}

/* Statistics */

ATF_TC_WITHOUT_HEAD(square_root_is_exact_enough);
ATF_TC_BODY(square_root_is_exact_enough, tc)
{
	static const double roots[] = { 0.000001, 0.001, 0.5, 1, 1.5, 2, 3,
		1000, 123456.789, 1e9, 1e12, 1e15 };
	double root;
	size_t i;

	for (i = 0; i < COUNT(roots); i++) {
		root = square_root(roots[i] * roots[i]);
		ATF_CHECK_MSG(root > roots[i] * (1 - 1e-9) &&
			root < roots[i] * (1 + 1e-9),
		    "%g: %g\n", roots[i], root);
	}
}

ATF_TC_WITHOUT_HEAD(square_root_of_what_has_none_is_0);
ATF_TC_BODY(square_root_of_what_has_none_is_0, tc)
{
	ATF_CHECK(!(square_root(0) > 0));
	ATF_CHECK(!(square_root(-1e-9) > 0) && !(square_root(-1e-9) < 0));
}

/* What responder_order says of each of the numbers, as a sign. */
static const char *
orders(struct responder *p, const unsigned long long *seq, size_t n)
{
	static char text[256];
	size_t i;

	for (i = 0; i < n; i++)
		text[i] = "?-+~"[responder_order(p, seq[i]) + 2];
	text[n] = '\0';
	return text;
}

ATF_TC_WITHOUT_HEAD(order_of_answers_is_told);
ATF_TC_BODY(order_of_answers_is_told, tc)
{
	static const unsigned long long in_order[] = { 1, 2, 3, 5, 8 },
					swapped[] = { 2, 1, 4, 3, 3 },
					doubled[] = { 1, 1, 2, 1, 2 };
	struct responder p;

	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, in_order, COUNT(in_order)), "+++++");
	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, swapped, COUNT(swapped)), "+~+~-");
	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, doubled, COUNT(doubled)), "+-+--");
}

ATF_TC_WITHOUT_HEAD(order_is_told_of_up_to_63_behind);
ATF_TC_BODY(order_is_told_of_up_to_63_behind, tc)
{
	static const unsigned long long edge[] = { 100, 37, 37, 36, 38, 99,
		100 },
					jump[] = { 1, 64, 1, 2, 65, 2, 3, 129,
						66, 66, 128, 1000000 };
	struct responder p;

	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, edge, COUNT(edge)), "+~-?~~-");
	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, jump, COUNT(jump)), "++-~+-~+~-~+");
}

ATF_TC_WITHOUT_HEAD(order_survives_large_numbers);
ATF_TC_BODY(order_survives_large_numbers, tc)
{
	static const unsigned long long large[] = { 1, 4294967295ULL,
		4294967296ULL, 4294967295ULL, 4294967294ULL, 9999999999ULL,
		9999999936ULL, 9999999936ULL };
	struct responder p;

	memset(&p, 0, sizeof(p));
	ATF_CHECK_STREQ(orders(&p, large, COUNT(large)), "+++-~+~-");
}

static void
table_free(struct table *t)
{
	free(t->rows);
	free(t->buckets);
}

ATF_TC_WITHOUT_HEAD(twenty_thousand_listeners_are_told_apart);
ATF_TC_BODY(twenty_thousand_listeners_are_told_apart, tc)
{
	struct table table;
	struct sockaddr_in6 a;
	struct responder *row;
	unsigned int i;
	int round;

	memset(&table, 0, sizeof(table));
	ATF_REQUIRE(table_grow(&table));
	for (round = 0; round < 2; round++)
		for (i = 0; i < 20000; i++) {
			a = address("fe80::", 2 + i % 2, 28015);
			a.sin6_addr.s6_addr[15] = (unsigned char)(i >> 1);
			a.sin6_addr.s6_addr[9] = (unsigned char)(i >> 9);
			row = table_find(&table, &a);
			ATF_REQUIRE(row != NULL);
			ATF_REQUIRE(sock_same(&row->address, &a));
			ATF_REQUIRE_EQ(row->answered, round == 0 ? 0 : i + 1);
			row->answered = i + 1;
		}
	ATF_CHECK_EQ(table.count, 20000);
	for (i = 0; i < 20000; i++)
		ATF_REQUIRE_EQ(table.rows[i].answered, i + 1);
	table_free(&table);
}

ATF_TC_WITHOUT_HEAD(listener_is_the_same_from_another_port);
ATF_TC_BODY(listener_is_the_same_from_another_port, tc)
{
	struct sockaddr_in6 a, b, c;
	struct responder *row;
	struct table table;

	memset(&table, 0, sizeof(table));
	ATF_REQUIRE(table_grow(&table));
	a = address("fe80::1", 2, 28015);
	b = address("fe80::1", 2, 1024);
	c = address("fe80::1", 3, 28015);
	row = table_find(&table, &a);
	ATF_CHECK(table_find(&table, &b) == row);
	ATF_CHECK(table_find(&table, &c) != row);
	ATF_CHECK_EQ(table.count, 2);
	table_free(&table);
}

/* Requester */

/* A requester of that command line that has nothing sent and no socket. */
static struct requester *
requester(const char *text)
{
	static struct requester r;

	free(r.slots);
	table_free(&r.multicast);
	table_free(&r.unicast);
	memset(&r, 0, sizeof(r));
	r.o = parse(text);
	r.fd = r.control = -1;
	request_clock(&r);
	r.id = tag_of("0123abcd", 0, 'm').id;
	r.tagged = true;
	r.next = r.oldest = r.marked = 1;
	r.slot_count = SLOTS_MIN;
	r.slots = calloc(r.slot_count, sizeof(*r.slots));
	ATF_REQUIRE(r.slots != NULL && table_grow(&r.multicast) &&
	    table_grow(&r.unicast));
	r.start = time_now();
	wire_pad(r.padding, r.o->size);
	r.group = address("ff12::8000:6db6", 0, 28015);
	r.source = address("fe80::2", 1, 0);
	fmt_endpoint(r.group_text, &r.group);
	return &r;
}

/* As if so many HELLOs had been sent that long before now. */
static void
sent(struct requester *r, int n, long long ago)
{
	struct slot *slot;

	while (n-- > 0) {
		if (r->next - r->oldest >= r->slot_count)
			request_grow(r);
		slot = &r->slots[r->next & (r->slot_count - 1)];
		memset(slot, 0, sizeof(*slot));
		slot->seq = r->next++;
		slot->sent = time_now() - ago;
	}
}

/* Returns what is printed when these bytes arrive; kind m: not as control. */
static const char *
arrived_bytes(struct requester *r, const char *data, size_t size,
    const char *peer, char kind)
{
	struct sockaddr_in6 from;

	from = address(peer, 0, 28015);
	memcpy(r->data, data, size);
	capture_begin(stdout);
	request_datagram(r, size, &from, kind);
	return capture_end(stdout);
}

/* Returns what is printed when this text arrives from one listener. */
static const char *
arrived(struct requester *r, const char *text)
{
	return arrived_bytes(r, text, strlen(text), "fe80::1", 'm');
}

/* The row of that listener. */
static const struct responder *
row_of(const struct requester *r, const char *peer)
{
	size_t i;

	for (i = 0; i < r->multicast.count; i++)
		if (same_address(&r->multicast.rows[i].address.sin6_addr, peer))
			return &r->multicast.rows[i];
	ATF_REQUIRE_MSG(false, "no row of %s\n", peer);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(answer_is_counted_with_its_time);
ATF_TC_BODY(answer_is_counted_with_its_time, tc)
{
	const struct responder *p;
	struct requester *r;

	r = requester("-c 2");
	sent(r, 1, 10 * MILLI);
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_MSG(strncmp(printed,
			  "Arrived datagram is 'WELCOME 0123abcd 1 m' from "
			  "[fe80::1]:28015, 1",
			  66) == 0,
	    "%s\n", printed);
	ATF_CHECK_MSG(strstr(printed, " ms\n") != NULL, "%s\n", printed);
	p = row_of(r, "fe80::1");
	ATF_CHECK_EQ(p->answered, 1);
	ATF_CHECK(p->shortest >= 10 * MILLI);
	ATF_CHECK_EQ(p->late + p->duplicate + p->damaged + p->disordered, 0);
	ATF_CHECK_EQ(r->answered, 1);
	ATF_CHECK_EQ(r->foreign, 0);
}

ATF_TC_WITHOUT_HEAD(foreign_datagrams_are_not_answers);
ATF_TC_BODY(foreign_datagrams_are_not_answers, tc)
{
	static const char *const foreign[] = { "", "WELCOMEx", "HELLO",
		"HELLO 0123abcd 1 m", "WELCOME 0123abce 1 m",
		"WELCOME 0123abcd 0 m", "WELCOME 0123abcd 2 m",
		"WELCOME 0123abcd 4294967297 m", "WELCOME 0123abcd 1 r",
		"WELCOME 0123abcd 1 g", "WELCOME 0123abcd 1 x",
		"WELCOME 0123abcd 1 u", "WELCOME 0123ABCD 1 m", "WELCOME ",
		"WELCOME home" };
	struct requester *r;
	size_t i;

	r = requester("-c 2");
	sent(r, 1, 0);
	for (i = 0; i < COUNT(foreign); i++)
		ATF_CHECK_MSG(strstr(arrived(r, foreign[i]), ", foreign\n") !=
			NULL,
		    "%s\n", printed);
	ATF_CHECK_EQ(r->foreign, COUNT(foreign));
	ATF_CHECK_EQ(r->multicast.count, 0);
	ATF_CHECK_EQ(r->answered, 0);
}

ATF_TC_WITHOUT_HEAD(foreign_id_with_a_nul_for_kind_is_no_answer);
ATF_TC_BODY(foreign_id_with_a_nul_for_kind_is_no_answer, tc)
{
	struct requester *r;

	r = requester("-c 2");
	sent(r, 1, 0);
	arrived_bytes(r, "WELCOME 99999999 1 \0", 20, "fe80::1", 'm');
	ATF_CHECK_EQ(r->foreign, 1);
	ATF_CHECK_EQ(r->answered, 0);
}

ATF_TC_WITHOUT_HEAD(bare_welcome_answers_the_newest_hello);
ATF_TC_BODY(bare_welcome_answers_the_newest_hello, tc)
{
	struct requester *r;

	r = requester("-c 3");
	sent(r, 2, 0);
	arrived(r, "WELCOME");
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 1);
	ATF_CHECK_EQ(r->slots[1].answers, 0);
	ATF_CHECK_EQ(r->slots[2].answers, 1);
}

ATF_TC_WITHOUT_HEAD(second_answer_is_a_duplicate);
ATF_TC_BODY(second_answer_is_a_duplicate, tc)
{
	struct requester *r;

	r = requester("-c 3");
	sent(r, 2, 0);
	arrived(r, "WELCOME 0123abcd 1 m");
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_MSG(strstr(printed, ", duplicate\n") != NULL, "%s\n",
	    printed);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 1);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->duplicate, 1);
	ATF_CHECK_EQ(r->answered, 1);
	capture_begin(stdout);
	request_duplicates(r);
	capture_end(stdout);
	ATF_CHECK_MSG(strncmp(printed, "note: duplicate: fe80::1 ", 25) == 0,
	    "%s\n", printed);
}

ATF_TC_WITHOUT_HEAD(answer_after_the_wait_is_late);
ATF_TC_BODY(answer_after_the_wait_is_late, tc)
{
	struct requester *r;

	r = requester("-c 3 -w 2");
	sent(r, 1, 3 * SECOND);
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_MSG(strstr(printed, ", late\n") != NULL, "%s\n", printed);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->late, 1);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 0);
	ATF_CHECK_EQ(r->answered, 0);
}

ATF_TC_WITHOUT_HEAD(answer_behind_a_newer_one_is_out_of_order);
ATF_TC_BODY(answer_behind_a_newer_one_is_out_of_order, tc)
{
	struct requester *r;

	r = requester("-c 3");
	sent(r, 2, 0);
	arrived(r, "WELCOME 0123abcd 2 m");
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_MSG(strstr(printed, ", out of order\n") != NULL, "%s\n",
	    printed);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->disordered, 1);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 2);
	ATF_CHECK_EQ(r->answered, 2);
}

ATF_TC_WITHOUT_HEAD(damaged_padding_is_counted_apart);
ATF_TC_BODY(damaged_padding_is_counted_apart, tc)
{
	struct requester *r;

	r = requester("-c 3 -s 30");
	sent(r, 1, 0);
	arrived(r, "WELCOME 0123abcd 1 m tuvwxyzabXd");
	ATF_CHECK_MSG(strstr(printed, "damaged\n") != NULL, "%s\n", printed);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->damaged, 1);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 0);
	arrived(r, "WELCOME 0123abcd 1 m tuvwxyzabcd");
	ATF_CHECK_EQ(row_of(r, "fe80::1")->damaged, 1);
	ATF_CHECK_EQ(row_of(r, "fe80::1")->answered, 1);
}

ATF_TC_WITHOUT_HEAD(control_is_counted_apart);
ATF_TC_BODY(control_is_counted_apart, tc)
{
	static const char answer[] = "WELCOME 0123abcd 1 u";
	struct requester *r;

	r = requester("-c 3 -u 2001:db8::1");
	sent(r, 1, 0);
	arrived(r, answer);
	ATF_CHECK_EQ(r->foreign, 1);
	arrived_bytes(r, answer, strlen(answer), "2001:db8::1", 'u');
	ATF_CHECK_EQ(r->multicast.count, 0);
	ATF_CHECK_EQ(r->unicast.count, 1);
	ATF_CHECK(r->slots[1].unicast);
	ATF_CHECK_EQ(r->slots[1].answers, 0);
	ATF_CHECK_EQ(r->oldest, 1);
}

ATF_TC_WITHOUT_HEAD(hello_waits_for_all_the_listeners);
ATF_TC_BODY(hello_waits_for_all_the_listeners, tc)
{
	static const char answer[] = "WELCOME 0123abcd 1 m";
	struct requester *r;

	r = requester("-c 3 -n 2");
	sent(r, 1, 0);
	arrived_bytes(r, answer, strlen(answer), "fe80::1", 'm');
	arrived_bytes(r, answer, strlen(answer), "fe80::1", 'm');
	ATF_CHECK_EQ(r->answered, 0);
	arrived_bytes(r, answer, strlen(answer), "fe80::3", 'm');
	ATF_CHECK_EQ(r->answered, 1);
}

ATF_TC_WITHOUT_HEAD(hello_stays_out_for_the_listeners_known);
ATF_TC_BODY(hello_stays_out_for_the_listeners_known, tc)
{
	static const char first[] = "WELCOME 0123abcd 1 m",
			  second[] = "WELCOME 0123abcd 2 m";
	struct requester *r;

	r = requester("-c 3");
	sent(r, 2, 0);
	arrived_bytes(r, first, strlen(first), "fe80::1", 'm');
	arrived_bytes(r, first, strlen(first), "fe80::3", 'm');
	arrived_bytes(r, second, strlen(second), "fe80::1", 'm');
	ATF_CHECK_EQ(r->answered, 2);
	ATF_CHECK_EQ(r->oldest, 2);
	arrived_bytes(r, second, strlen(second), "fe80::3", 'm');
	ATF_CHECK_EQ(r->oldest, 3);
	ATF_CHECK_EQ(row_of(r, "fe80::3")->answered, 2);
}

ATF_TC_WITHOUT_HEAD(hello_is_lost_after_the_wait);
ATF_TC_BODY(hello_is_lost_after_the_wait, tc)
{
	struct requester *r;

	r = requester("-c 3 -w 2");
	sent(r, 1, 3 * SECOND);
	sent(r, 1, SECOND);
	capture_begin(stdout);
	request_expire(r, time_now());
	capture_end(stdout);
	ATF_CHECK_MSG(strncmp(printed, "No answer to ", 13) == 0 &&
		strstr(printed, "from [ff12::8000:6db6]:28015 within 2 s\n") !=
		    NULL,
	    "%s\n", printed);
	ATF_CHECK_EQ(r->oldest, 2);
	ATF_CHECK_EQ(r->trailing, 1);
}

ATF_TC_WITHOUT_HEAD(more_hellos_out_than_slots_are_kept);
ATF_TC_BODY(more_hellos_out_than_slots_are_kept, tc)
{
	struct requester *r;
	unsigned long long seq;

	r = requester("-c 0 -q");
	sent(r, 700, 0);
	capture_begin(stdout);
	for (seq = 1; seq <= 700; seq++) {
		r->slots[seq].answers = 1;
		request_expire(r, 0);
	}
	capture_end(stdout);
	ATF_CHECK_EQ(r->oldest, 701);
	sent(r, 5000, 0);
	ATF_CHECK_EQ(r->slot_count, 8192);
	for (seq = 701; seq <= 5700; seq++) {
		ATF_REQUIRE(request_slot(r, seq) != NULL);
		ATF_REQUIRE_EQ(request_slot(r, seq)->seq, seq);
	}
	ATF_CHECK(request_slot(r, 0) == NULL);
	ATF_CHECK(request_slot(r, 5701) == NULL);
}

ATF_TC_WITHOUT_HEAD(slot_that_was_given_away_is_not_found);
ATF_TC_BODY(slot_that_was_given_away_is_not_found, tc)
{
	struct requester *r;

	r = requester("-c 0 -q -w 2");
	capture_begin(stdout);
	sent(r, SLOTS_MIN, 3 * SECOND);
	request_expire(r, time_now());
	sent(r, 1, 0);
	capture_end(stdout);
	ATF_CHECK_EQ(r->slot_count, SLOTS_MIN);
	ATF_CHECK(request_slot(r, 1) == NULL);
	ATF_CHECK(request_slot(r, SLOTS_MIN + 1) != NULL);
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_EQ(row_of(r, "fe80::1")->late, 1);
}

/* Decides a HELLO of that second. */
static void
decided(struct requester *r, long long second, bool answered, bool unicast)
{
	struct slot slot;

	memset(&slot, 0, sizeof(slot));
	slot.sent = r->start + second * SECOND;
	slot.answers = answered;
	slot.unicast = unicast;
	request_decide(r, &slot);
}

ATF_TC_WITHOUT_HEAD(marks_tell_multicast_and_control);
ATF_TC_BODY(marks_tell_multicast_and_control, tc)
{
	struct requester *r;

	r = requester("-q -c 2");
	capture_begin(stdout);
	decided(r, 0, true, false);
	decided(r, 1, false, false);
	ATF_CHECK_STREQ(capture_end(stdout), "    0  !.");
	r = requester("-q -c 4 -u ::1");
	capture_begin(stdout);
	decided(r, 0, true, true);
	decided(r, 1, true, false);
	decided(r, 2, false, true);
	decided(r, 3, false, false);
	ATF_CHECK_STREQ(capture_end(stdout), "    0  !mu.");
	ATF_CHECK_EQ(r->answered, 2);
	ATF_CHECK_EQ(r->unicast_answered, 2);
}

ATF_TC_WITHOUT_HEAD(marks_are_60_to_a_line_behind_the_second);
ATF_TC_BODY(marks_are_60_to_a_line_behind_the_second, tc)
{
	struct requester *r;
	int i;

	r = requester("-q -c 0 -i 4");
	capture_begin(stdout);
	for (i = 0; i < 121; i++)
		decided(r, i * 4, true, false);
	ATF_CHECK_STREQ(capture_end(stdout),
	    "    0  !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
	    "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\n"
	    "  240  !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
	    "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!\n"
	    "  480  !");
}

ATF_TC_WITHOUT_HEAD(row_has_the_statistics_of_its_listener);
ATF_TC_BODY(row_has_the_statistics_of_its_listener, tc)
{
	struct sockaddr_in6 a;
	struct responder *p;
	struct requester *r;

	r = requester("-c 12");
	r->next = r->oldest = r->marked = 13;
	a = address("fe80::1", 0, 28015);
	p = table_find(&r->multicast, &a);
	ATF_REQUIRE(p != NULL);
	p->answered = 1;
	responder_time(p, 3 * MILLI);
	p->answered = 2;
	responder_time(p, MILLI);
	p->late = 4;
	p->duplicate = 5;
	p->disordered = 6;
	p->damaged = 7;
	capture_begin(stdout);
	request_rows(r, &r->multicast, "");
	ATF_CHECK_STREQ(capture_end(stdout),
	    "fe80::1: 2 answered, 6 lost, 5 duplicate, 4 late, "
	    "6 out of order, 7 damaged, "
	    "rtt min/avg/max/stddev 1.000/2.000/3.000/1.000 ms\n");
}

ATF_TC_WITHOUT_HEAD(row_with_more_answers_than_closed_hellos_lost_none);
ATF_TC_BODY(row_with_more_answers_than_closed_hellos_lost_none, tc)
{
	struct sockaddr_in6 a;
	struct responder *p;
	struct requester *r;

	r = requester("-c 12");
	r->next = 13;
	a = address("fe80::1", 0, 28015);
	p = table_find(&r->multicast, &a);
	ATF_REQUIRE(p != NULL);
	p->answered = p->late = 1;
	r->oldest = 2;
	capture_begin(stdout);
	request_rows(r, &r->multicast, "");
	capture_end(stdout);
	ATF_CHECK_MSG(strstr(printed, " 0 lost,") != NULL, "%s\n", printed);
}

ATF_TC_WITHOUT_HEAD(summary_has_sent_answered_and_loss);
ATF_TC_BODY(summary_has_sent_answered_and_loss, tc)
{
	struct requester *r;

	r = requester("-c 12 -q");
	r->next = r->oldest = r->marked = 13;
	r->answered = 11;
	capture_begin(stdout);
	ATF_CHECK_EQ(request_summary(r), UNANSWERED);
	ATF_CHECK_STREQ(capture_end(stdout),
	    "12 sent, 11 answered, 8.3% loss\n");
	r->answered = 12;
	capture_begin(stdout);
	ATF_CHECK_EQ(request_summary(r), ANSWERED);
	ATF_CHECK_STREQ(capture_end(stdout),
	    "12 sent, 12 answered, 0.0% loss\n");
	r->error = ENETUNREACH;
	capture_begin(stdout);
	ATF_CHECK_EQ(request_summary(r), FAULT);
	capture_end(stdout);
}

ATF_TC_WITHOUT_HEAD(next_hello_is_due_after_the_interval);
ATF_TC_BODY(next_hello_is_due_after_the_interval, tc)
{
	struct requester *r;

	r = requester("-c 2 -i 1 -w 2");
	sent(r, 1, 0);
	r->due = r->now + SECOND / 10;
	ATF_CHECK_EQ(request_due(r), r->due);
	ATF_CHECK_EQ(request_timeout(r), SECOND / 10);
	r->due = r->now - 1;
	ATF_CHECK_EQ(request_timeout(r), 0);
	sent(r, 1, 0);
	ATF_CHECK_EQ(request_due(r), INT64_MAX);
	ATF_CHECK(!request_finished(r));
}

ATF_TC_WITHOUT_HEAD(next_hello_of_a_closed_loop_is_due_after_the_answer);
ATF_TC_BODY(next_hello_of_a_closed_loop_is_due_after_the_answer, tc)
{
	struct requester *r;

	r = requester("-c 2 -i 0 -w 2");
	sent(r, 1, 0);
	ATF_CHECK_EQ(request_due(r), INT64_MAX);
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_EQ(request_due(r), r->now);
	ATF_CHECK_EQ(request_timeout(r), 0);
	sent(r, 1, 0);
	arrived(r, "WELCOME 0123abcd 2 m");
	ATF_CHECK_EQ(request_due(r), INT64_MAX);
	ATF_CHECK(request_finished(r));
}

ATF_TC_WITHOUT_HEAD(hello_is_waited_for_no_longer_than_the_wait);
ATF_TC_BODY(hello_is_waited_for_no_longer_than_the_wait, tc)
{
	struct requester *r;

	r = requester("-c 1 -w 0.1");
	sent(r, 1, 0);
	r->now = r->slots[1].sent;
	ATF_CHECK_EQ(request_timeout(r), SECOND / 10);
	r->now += SECOND;
	ATF_CHECK_EQ(request_timeout(r), 0);
	r = requester("-c 1 -w 1000000");
	sent(r, 1, 0);
	ATF_CHECK(request_timeout(r) <= SUSPENDED);
}

/* Listener */

/*
 * A listener of that command line that has no socket and is no member, so
 * that its answers fail; with -q they are left in data.
 */
static struct listener *
listener(const char *text)
{
	static struct member refused;
	static struct listener l;

	memset(&l, 0, sizeof(l));
	refused.error = EPERM;
	l.members = &refused;
	l.member_count = 1;
	l.o = parse(text);
	l.id = tag_of("76543210", 0, 'm').id;
	l.check = l.spare = -1;
	l.next_check = INT64_MAX;
	l.now = time_now();
	return &l;
}

/* Whether the listener tried to answer what arrives. */
static bool
answers(struct listener *l, const char *text, const struct sockaddr_in6 *from)
{
	unsigned long long tried;

	tried = l->answered + l->failed;
	memcpy(l->data + 2, text, strlen(text));
	capture_begin(stdout);
	listen_datagram(l, -1, strlen(text), from);
	capture_end(stdout);
	return l->answered + l->failed > tried;
}

ATF_TC_WITHOUT_HEAD(listener_answers_hello_and_nothing_else);
ATF_TC_BODY(listener_answers_hello_and_nothing_else, tc)
{
	static const char *const others[] = { "", "HELL", "HELLOx", "WELCOME",
		"WELCOME 0123abcd 1 m", "WELCOME 76543210 1 m", "hello" };
	struct sockaddr_in6 from;
	struct listener *l;
	size_t i;

	l = listener("-l -q");
	from = address("2001:db8::1", 0, 1024);
	ATF_CHECK(answers(l, "HELLO", &from));
	ATF_CHECK(memcmp(l->data, "WELCOME", 7) == 0);
	ATF_CHECK(answers(l, "HELLO 0123abcd 1 m padding", &from));
	ATF_CHECK(memcmp(l->data, "WELCOME 0123abcd 1 m padding", 28) == 0);
	ATF_CHECK(answers(l, "HELLO whatever it is", &from));
	for (i = 0; i < COUNT(others); i++)
		ATF_CHECK_MSG(!answers(l, others[i], &from), "%s\n", others[i]);
}

ATF_TC_WITHOUT_HEAD(lines_of_datagrams_begin_like_floms);
ATF_TC_BODY(lines_of_datagrams_begin_like_floms, tc)
{
	struct sockaddr_in6 from;

	from = address("2001:db8::1", 0, 1024);
	answers(listener("-l"), "WEL\033", &from);
	ATF_CHECK_STREQ(printed,
	    "Arrived datagram is 'WEL\\x1b' from [2001:db8::1]:1024\n");
	answers(listener("-l -q"), "WEL\033", &from);
	ATF_CHECK_STREQ(printed, "");
	answers(listener("-l -q -x"), "WEL\033", &from);
	ATF_CHECK_MSG(strncmp(printed, "00000000  57 45 4c 1b ", 22) == 0,
	    "%s\n", printed);
}

ATF_TC_WITHOUT_HEAD(listener_answers_no_forged_source);
ATF_TC_BODY(listener_answers_no_forged_source, tc)
{
	struct sockaddr_in6 from;
	struct listener *l;

	l = listener("-l");
	from = address("2001:db8::1", 0, 0);
	ATF_CHECK(!answers(l, "HELLO", &from));
	from = address("ff02::1", 0, 28015);
	ATF_CHECK(!answers(l, "HELLO", &from));
	from = address("ff0e::1", 0, 1024);
	ATF_CHECK(!answers(l, "HELLO 0123abcd 1 g", &from));
	ATF_CHECK_EQ(l->others, 3);
}

/* Returns the report that is appended to the answer. */
static const char *
report(struct listener *l, const struct sockaddr_in6 *from)
{
	static const char hello[] = "HELLO 0123abcd 1 r";
	static char text[REPORT_MAX + 32];

	memset(l->data, 0, sizeof(l->data));
	ATF_CHECK(answers(l, hello, from));
	ATF_CHECK(memcmp(l->data, "WELCOME 0123abcd 1 r", 20) == 0);
	snprintf(text, sizeof(text), "%s", (const char *)l->data + 20);
	return text;
}

ATF_TC_WITHOUT_HEAD(report_names_group_port_and_zone);
ATF_TC_BODY(report_names_group_port_and_zone, tc)
{
	char name[IF_NAMESIZE], expected[128];
	struct sockaddr_in6 from;
	struct listener *l;

	l = listener("-l -q");
	from = address("2001:db8::1", 0, 1024);
	ATF_CHECK_STREQ(report(l, &from), " group=ff12::8000:6db6 port=28015");
	l = listener("-l -q -A ff0e::1 -P 9");
	ATF_REQUIRE(if_indextoname(1, name) != NULL);
	snprintf(expected, sizeof(expected), " group=ff0e::1 port=9 zone=%s",
	    name);
	from = address("fe80::1", 1, 1024);
	ATF_CHECK_STREQ(report(l, &from), expected);
}

ATF_TC_WITHOUT_HEAD(report_has_the_answer_that_failed);
ATF_TC_BODY(report_has_the_answer_that_failed, tc)
{
	struct sockaddr_in6 from;
	struct listener *l;

	l = listener("-l -q");
	from = address("2001:db8::1", 0, 1024);
	l->loop = "yes";
	l->next_rejoin = INT64_MAX;
	l->error = EPERM;
	l->error_time = l->now - 3 * SECOND;
	ATF_CHECK_STREQ(report(l, &from),
	    " group=ff12::8000:6db6 port=28015 loop=yes error=EPERM "
	    "error-age=3");
}

ATF_TC_WITHOUT_HEAD(longest_report_has_room);
ATF_TC_BODY(longest_report_has_room, tc)
{
	unsigned char words[REPORT_MAX];
	struct sockaddr_in6 from;
	struct listener *l;

	l = listener(
	    "-l -q -A ff1e:1111:2222:3333:4444:5555:6666:7777 -P 65535");
	from = address("fe80::1", 4294967295u, 1024);
	l->loop = "yes";
	l->now = INT64_MAX - 1;
	l->next_rejoin = INT64_MAX;
	l->error = EPROTONOSUPPORT;
	ATF_CHECK(listen_report(l, words, &from) < REPORT_MAX - 50);
}

ATF_TC_WITHOUT_HEAD(rejoin_is_limited_to_once_a_second);
ATF_TC_BODY(rejoin_is_limited_to_once_a_second, tc)
{
	struct sockaddr_in6 from;
	struct listener *l;
	long long next;

	l = listener("-l -q");
	from = address("fe80::1", 1, 1024);
	report(l, &from);
	next = l->next_rejoin;
	ATF_CHECK_EQ(next, l->now + SECOND);
	l->now += SECOND - 1;
	report(l, &from);
	ATF_CHECK_EQ(l->next_rejoin, next);
	l->now++;
	report(l, &from);
	ATF_CHECK_EQ(l->next_rejoin, next + SECOND);
}

ATF_TC_WITHOUT_HEAD(multicast_answer_is_limited_to_once_a_second);
ATF_TC_BODY(multicast_answer_is_limited_to_once_a_second, tc)
{
	static const char hello[] = "HELLO 0123abcd 1 g";
	struct sockaddr_in6 from;
	struct listener *l;
	long long next;

	l = listener("-l");
	from = address("2001:db8::1", 0, 1024);
	answers(l, hello, &from);
	ATF_CHECK_EQ(l->next_multicast, 0);
	from = address("fe80::1", 1, 1024);
	answers(l, "HELLO 0123abcd 1 m", &from);
	ATF_CHECK_EQ(l->next_multicast, 0);
	answers(l, hello, &from);
	next = l->next_multicast;
	ATF_CHECK_EQ(next, l->now + SECOND);
	l->now += SECOND - 1;
	answers(l, hello, &from);
	ATF_CHECK_EQ(l->next_multicast, next);
	l->now++;
	answers(l, hello, &from);
	ATF_CHECK_EQ(l->next_multicast, next + SECOND);
}

/*
 * Diagnosis: which evidence leads to which cause.  An added cause is a row
 * here: one with evidence as it is gathered, and where its place in the
 * order matters, one in which it meets the cause behind it.
 */

#define LINK (E_NAMED | E_LINK_LOCAL) /* -I, a group of link-local scope */
#define FARTHER (E_NAMED | E_WIDE)    /* -I, a wider one */

struct decision {
	unsigned long long evidence;
	const char *code;
	enum status status;
};

/* What a listener, a summary and a warning say. */
static const struct decision notes[] = {
	{ E_NOT_JOINED | E_NO_PATH, "no-interface", FAULT },
	{ E_NOT_JOINED, "join-refused", FAULT },
	{ E_NOT_SENT, "answer-failed", FAULT },
	{ E_DUPLICATE, "duplicate", ANSWERED },
	{ E_GROUP_ALL, "all-nodes", ANSWERED },
	{ E_TAKEN | E_FALLBACK, "port-taken", ANSWERED },
	{ E_TAKEN, "port-taken", FAULT },
	{ E_HEARD_NOTHING | E_NOT_LOOPED, "filter-in", ANSWERED },
	{ E_HEARD_NOTHING, "silent", ANSWERED },
};

/* What the command line says. */
static const struct decision by_arguments[] = {
	{ LINK | E_RESERVED, "scope-reserved", UNANSWERED },
	{ LINK | E_INTERFACE_LOCAL, "scope-interface", UNANSWERED },
	{ LINK | E_NO_HOPS, "hop-limit", UNANSWERED },
	{ E_RESERVED | E_NO_HOPS, "scope-reserved", UNANSWERED },
	{ E_INTERFACE_LOCAL | E_NO_HOPS, "scope-interface", UNANSWERED },
	{ E_RESERVED | E_FILTERED, "scope-reserved", UNANSWERED },
	{ E_INTERFACE_LOCAL | E_NO_PATH, "scope-interface", UNANSWERED },
	{ E_NO_HOPS | E_NOT_LOOPED, "hop-limit", UNANSWERED },
	{ E_NO_HOPS | E_STOPPED | E_PARTLY, "hop-limit", UNANSWERED },
	{ E_RESERVED | E_AGAIN, "scope-reserved", UNANSWERED },
};

/* What an errno of sendto says. */
static const struct decision by_errno[] = {
	{ E_FILTERED, "filter-out", FAULT },
	{ E_FILTERED | LINK, "filter-out", FAULT },
	{ E_TOO_LONG | LINK, "too-long", FAULT },
	{ E_NO_SOURCE | E_NAMED, "no-address", FAULT },
	{ E_NO_SOURCE, "no-interface", FAULT },
	{ E_NO_PATH, "no-interface", FAULT },
	{ E_NO_PATH | E_WIDE, "no-interface", FAULT },
	{ E_NO_PATH | E_NAMED | E_LOOPBACK, "no-route", FAULT },
	{ E_NO_PATH | E_NAMED | E_LOOPBACK | E_LINK_UP, "no-route", FAULT },
	{ E_NO_PATH | E_NAMED | E_LINK_UP, "no-route", FAULT },
	{ E_NO_PATH | E_NAMED, "down", FAULT },
	{ E_NO_PATH | FARTHER, "down", FAULT },
	{ E_FILTERED | E_NO_PATH | LINK, "filter-out", FAULT },
	{ E_TOO_LONG | E_NO_PATH | LINK, "too-long", FAULT },
	{ E_NO_SOURCE | E_NO_PATH | E_NAMED, "no-address", FAULT },
	{ E_FILTERED | E_PARTLY | E_STOPPED, "filter-out", FAULT },
	{ E_NO_PATH | E_NAMED | E_PARTLY, "down", FAULT },
	{ LINK | E_NOT_LOOPED | E_LOOPBACK, "no-route", FAULT },
};

/* What the run itself says. */
static const struct decision by_run[] = {
	{ LINK | E_PARTLY, "partial", UNANSWERED },
	{ LINK | E_PARTLY | E_AGAIN, "partial", UNANSWERED },
	{ LINK | E_PARTLY | E_AGAIN | E_STOPPED, "partial", UNANSWERED },
	{ LINK | E_PARTLY | E_STOPPED, "stopped", UNANSWERED },
	{ LINK | E_PARTLY | E_STOPPED | E_ALL_NODES | E_BY_GROUP | E_AFTER,
	    "stopped", UNANSWERED },
	{ LINK | E_PARTLY | E_NOT_LOOPED, "partial", UNANSWERED },
};

/* What the group says when it is asked again, in other ways. */
static const struct decision by_group[] = {
	{ LINK | E_AGAIN, "lossy", UNANSWERED },
	{ LINK | E_SMALL, "fragments", UNANSWERED },
	{ LINK | E_OTHER, "wrong-interface", UNANSWERED },
	{ FARTHER | E_HOPS, "hop-limit", UNANSWERED },
	{ LINK | E_BARE, "silent", UNANSWERED },
	{ LINK | E_AGAIN | E_SMALL, "lossy", UNANSWERED },
	{ LINK | E_AGAIN | E_OTHER | E_HOPS, "lossy", UNANSWERED },
	{ LINK | E_AGAIN | E_BARE, "lossy", UNANSWERED },
	{ LINK | E_SMALL | E_OTHER, "fragments", UNANSWERED },
	{ LINK | E_OTHER | E_HOPS, "wrong-interface", UNANSWERED },
	{ LINK | E_OTHER | E_ALL_NODES | E_BY_GROUP, "wrong-interface",
	    UNANSWERED },
	{ FARTHER | E_HOPS | E_LINK_LOCAL, "hop-limit", UNANSWERED },
	{ FARTHER | E_HOPS | E_TARGET | E_UNICAST, "hop-limit", UNANSWERED },
	{ LINK | E_BARE | E_NOT_LOOPED, "silent", UNANSWERED },
	{ LINK | E_BARE | E_TARGET | E_UNICAST | E_HOP1, "silent", UNANSWERED },
};

/* What our own copy says. */
static const struct decision by_loop[] = {
	{ E_NOT_LOOPED | E_ALL_NODES | E_BY_GROUP, "not-joined", UNANSWERED },
	{ LINK | E_NOT_LOOPED, "filter-in", UNANSWERED },
	{ E_NOT_LOOPED, "filter-in", UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_TARGET | E_UNICAST | E_HOP1, "filter-in",
	    UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_TARGET | E_CLOSED | E_TCP, "filter-in",
	    UNANSWERED },
	{ FARTHER | E_LINK_LOCAL | E_NOT_LOOPED, "filter-in", UNANSWERED },
	/* it was dropped, yet nothing listens there: that is certain */
	{ LINK | E_NOT_LOOPED | E_TARGET | E_REFUSED, "no-listener",
	    UNANSWERED },
	/* it was dropped, yet answers come in: then the rest decides */
	{ LINK | E_NOT_LOOPED | E_ALL_NODES | E_BY_GROUP, "not-joined",
	    UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_ALL_NODES | E_BY_GROUP | E_AFTER, "snooping",
	    UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_BY_GROUP, "answer-lost", UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_AGAIN, "lossy", UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_HOPS, "hop-limit", UNANSWERED },
	{ LINK | E_NOT_LOOPED | E_OTHER, "filter-in", UNANSWERED },
};

#define REACHED (LINK | E_ALL_NODES | E_BY_GROUP | E_TARGET)

/* What a listener on the link says. */
static const struct decision by_all_nodes[] = {
	{ FARTHER | E_LINK_LOCAL, "source-scope", UNANSWERED },
	{ FARTHER | E_LINK_LOCAL | E_TARGET | E_REFUSED, "source-scope",
	    UNANSWERED },
	{ FARTHER | E_LINK_LOCAL | E_TARGET | E_UNICAST, "source-scope",
	    UNANSWERED },
	{ FARTHER | E_LINK_LOCAL | E_TARGET | E_UNICAST | E_HOP1,
	    "filter-multicast", UNANSWERED },
	{ REACHED | E_WIDE, "not-joined", UNANSWERED },
	{ LINK | E_BY_GROUP, "answer-lost", UNANSWERED },
	{ LINK | E_BY_GROUP | E_AFTER, "answer-lost", UNANSWERED },
	{ LINK | E_BY_GROUP | E_TARGET | E_NO_NEIGHBOUR, "answer-lost",
	    UNANSWERED },
	{ REACHED | E_AFTER, "snooping", UNANSWERED },
	{ REACHED | E_AFTER | E_UNICAST | E_HOP1, "snooping", UNANSWERED },
	{ REACHED | E_AFTER | E_OTHER_GROUP, "snooping", UNANSWERED },
	{ REACHED | E_OTHER_GROUP, "other-group", UNANSWERED },
	{ LINK | E_TARGET | E_UNICAST | E_HOP1 | E_OTHER_GROUP, "other-group",
	    UNANSWERED },
	{ REACHED | E_OTHER_GROUP | E_THERE_FAILED | E_THERE_LOST,
	    "other-group", UNANSWERED },
	{ REACHED | E_THERE_FAILED, "answer-lost", UNANSWERED },
	{ REACHED | E_THERE_FAILED | E_THERE_LOST, "answer-lost", UNANSWERED },
	{ REACHED | E_THERE_LOST, "filter-remote", UNANSWERED },
	{ LINK | E_TARGET | E_UNICAST | E_HOP1 | E_THERE_LOST, "filter-remote",
	    UNANSWERED },
	{ REACHED, "not-joined", UNANSWERED },
	{ REACHED | E_UNICAST | E_HOP1 | E_TCP, "not-joined", UNANSWERED },
	{ REACHED | E_UNICAST, "not-joined", UNANSWERED },
};

#define TARGET (LINK | E_TARGET)

/* What the unicast address says. */
static const struct decision by_unicast[] = {
	{ TARGET | E_UNICAST, "not-routed", UNANSWERED },
	{ TARGET | E_UNICAST | E_TCP, "not-routed", UNANSWERED },
	{ TARGET | E_UNICAST | E_HOP1, "filter-multicast", UNANSWERED },
	{ TARGET | E_UNICAST | E_HOP1 | E_CLOSED | E_TCP, "filter-multicast",
	    UNANSWERED },
	{ TARGET | E_REFUSED, "no-listener", UNANSWERED },
	{ TARGET | E_REFUSED | E_CLOSED | E_TCP, "no-listener", UNANSWERED },
	{ TARGET | E_REJECTED, "filter-remote", UNANSWERED },
	{ TARGET | E_REJECTED | E_NO_NEIGHBOUR, "filter-remote", UNANSWERED },
	{ TARGET | E_CLOSED, "filter-remote", UNANSWERED },
	{ TARGET | E_CLOSED | E_TCP, "filter-remote", UNANSWERED },
	{ TARGET | E_TCP, "filter-remote", UNANSWERED },
	{ TARGET | E_NO_NEIGHBOUR, "no-neighbour", UNANSWERED },
	{ TARGET, "unreachable", UNANSWERED },
	{ FARTHER | E_TARGET, "unreachable", UNANSWERED },
};

/* What names no cause. */
static const struct decision fits_none[] = {
	{ 0, "silent", UNANSWERED },
	{ E_NAMED, "silent", UNANSWERED },
	{ LINK, "silent", UNANSWERED },
	{ FARTHER, "silent", UNANSWERED },
	{ E_LINK_LOCAL, "silent", UNANSWERED },
	{ LINK | E_LOOPBACK, "silent", UNANSWERED },
	{ LINK | E_LINK_UP, "silent", UNANSWERED },
	{ LINK | E_FALLBACK, "silent", UNANSWERED },
	{ FARTHER | E_LOOPBACK | E_LINK_UP | E_FALLBACK, "silent", UNANSWERED },
};

static const struct {
	const struct decision *decisions;
	size_t count;
} all_decisions[] = {
	{ notes, COUNT(notes) },
	{ by_arguments, COUNT(by_arguments) },
	{ by_errno, COUNT(by_errno) },
	{ by_run, COUNT(by_run) },
	{ by_group, COUNT(by_group) },
	{ by_loop, COUNT(by_loop) },
	{ by_all_nodes, COUNT(by_all_nodes) },
	{ by_unicast, COUNT(by_unicast) },
	{ fits_none, COUNT(fits_none) },
};

static void
check_decisions(const struct decision *d, size_t n)
{
	const struct cause *cause;

	for (; n > 0; n--, d++) {
		cause = diag_decide(d->evidence);
		ATF_CHECK_MSG(strcmp(cause->code, d->code) == 0,
		    "%#llx: %s, not %s\n", d->evidence, cause->code, d->code);
		ATF_CHECK_MSG(cause->status == d->status, "%#llx: %s, %d\n",
		    d->evidence, cause->code, (int)cause->status);
	}
}

ATF_TC_WITHOUT_HEAD(notes_have_their_causes);
ATF_TC_BODY(notes_have_their_causes, tc)
{
	check_decisions(notes, COUNT(notes));
}

ATF_TC_WITHOUT_HEAD(arguments_decide_first);
ATF_TC_BODY(arguments_decide_first, tc)
{
	check_decisions(by_arguments, COUNT(by_arguments));
}

ATF_TC_WITHOUT_HEAD(errno_decides_next);
ATF_TC_BODY(errno_decides_next, tc)
{
	check_decisions(by_errno, COUNT(by_errno));
}

ATF_TC_WITHOUT_HEAD(partly_answered_run_has_its_own_causes);
ATF_TC_BODY(partly_answered_run_has_its_own_causes, tc)
{
	check_decisions(by_run, COUNT(by_run));
}

ATF_TC_WITHOUT_HEAD(group_that_answers_decides_before_the_copy);
ATF_TC_BODY(group_that_answers_decides_before_the_copy, tc)
{
	check_decisions(by_group, COUNT(by_group));
}

ATF_TC_WITHOUT_HEAD(own_copy_decides_unless_answers_come_in);
ATF_TC_BODY(own_copy_decides_unless_answers_come_in, tc)
{
	check_decisions(by_loop, COUNT(by_loop));
}

ATF_TC_WITHOUT_HEAD(all_nodes_decide_before_unicast);
ATF_TC_BODY(all_nodes_decide_before_unicast, tc)
{
	check_decisions(by_all_nodes, COUNT(by_all_nodes));
}

ATF_TC_WITHOUT_HEAD(unicast_decides_last);
ATF_TC_BODY(unicast_decides_last, tc)
{
	check_decisions(by_unicast, COUNT(by_unicast));
}

ATF_TC_WITHOUT_HEAD(evidence_that_fits_no_cause_is_silent);
ATF_TC_BODY(evidence_that_fits_no_cause_is_silent, tc)
{
	check_decisions(fits_none, COUNT(fits_none));
}

ATF_TC_WITHOUT_HEAD(every_cause_is_decided_by_some_test);
ATF_TC_BODY(every_cause_is_decided_by_some_test, tc)
{
	bool decided_by[COUNT(causes)];
	size_t i, j;

	memset(decided_by, 0, sizeof(decided_by));
	for (i = 0; i < COUNT(all_decisions); i++)
		for (j = 0; j < all_decisions[i].count; j++)
			decided_by[diag_decide(
				       all_decisions[i].decisions[j].evidence) -
			    causes] = true;
	for (i = 0; i < COUNT(causes); i++)
		ATF_CHECK_MSG(decided_by[i], "row %lu, %s\n", (unsigned long)i,
		    causes[i].code);
}

ATF_TC_WITHOUT_HEAD(evidence_is_a_bit_each);
ATF_TC_BODY(evidence_is_a_bit_each, tc)
{
	static const unsigned long long bits[] = { E_RESERVED,
		E_INTERFACE_LOCAL, E_NO_HOPS, E_NAMED, E_LOOPBACK, E_WIDE,
		E_FILTERED, E_NO_SOURCE, E_NO_PATH, E_TOO_LONG, E_LINK_UP,
		E_TAKEN, E_NOT_LOOPED, E_PARTLY, E_STOPPED, E_AGAIN, E_SMALL,
		E_OTHER, E_HOPS, E_ALL_NODES, E_BY_GROUP, E_AFTER,
		E_OTHER_GROUP, E_THERE_FAILED, E_THERE_LOST, E_TARGET,
		E_UNICAST, E_HOP1, E_REFUSED, E_REJECTED, E_CLOSED, E_TCP,
		E_NO_NEIGHBOUR, E_LINK_LOCAL, E_BARE, E_NOT_SENT, E_NOT_JOINED,
		E_HEARD_NOTHING, E_DUPLICATE, E_GROUP_ALL, E_FALLBACK };
	unsigned long long seen;
	size_t i;

	seen = 0;
	for (i = 0; i < COUNT(bits); i++) {
		ATF_CHECK(bits[i] != 0 && (bits[i] & (bits[i] - 1)) == 0);
		ATF_CHECK_EQ(seen & bits[i], 0);
		seen |= bits[i];
	}
}

ATF_TC_WITHOUT_HEAD(sentences_and_remedies_have_known_words);
ATF_TC_BODY(sentences_and_remedies_have_known_words, tc)
{
	const char *texts[2], *s;
	size_t i, j;

	for (i = 0; i < COUNT(causes); i++) {
		texts[0] = causes[i].sentence;
		texts[1] = causes[i].remedy;
		ATF_CHECK(*texts[0] != '\0' && strchr(texts[0], '\n') == NULL);
		for (j = 0; j < COUNT(texts); j++) {
			s = texts[j];
			ATF_CHECK_MSG(*s != '\0' && *s != '\n' &&
				s[strlen(s) - 1] != '\n' &&
				strstr(s, "\n\n") == NULL,
			    "%s\n", causes[i].code);
			while ((s = strchr(s, '%')) != NULL) {
				s++;
				ATF_CHECK_MSG(*s != '\0' &&
					strchr("abcdefghiloprsuxz", *s) != NULL,
				    "%s: %%%c\n", causes[i].code, *s);
			}
		}
	}
}

ATF_TC_WITHOUT_HEAD(cause_is_said_in_a_line_and_remedies_in_more);
ATF_TC_BODY(cause_is_said_in_a_line_and_remedies_in_more, tc)
{
	struct words words;

	memset(&words, 0, sizeof(words));
	words.word['g'] = "ff05::1";
	words.word['p'] = "99";
	words.word['i'] = "em0";
	capture_begin(stdout);
	diag_say("diagnosis", E_NO_PATH | E_NAMED | E_LINK_UP, &words);
	capture_end(stdout);
	ATF_CHECK_MSG(strncmp(printed, "diagnosis: no-route: em0 ", 25) == 0,
	    "%s\n", printed);
	ATF_CHECK_MSG(strstr(printed, "\ntry: ip -6 route ") != NULL, "%s\n",
	    printed);
	ATF_CHECK_MSG(strstr(printed, "\ntry: route ") != NULL, "%s\n",
	    printed);
	ATF_CHECK(strchr(printed, '%') == NULL);
	capture_begin(stdout);
	diag_say("note", E_GROUP_ALL, NULL);
	capture_end(stdout);
	ATF_CHECK_MSG(strncmp(printed, "note: all-nodes: ", 17) == 0, "%s\n",
	    printed);
}

ATF_TC_WITHOUT_HEAD(words_are_not_expanded_themselves);
ATF_TC_BODY(words_are_not_expanded_themselves, tc)
{
	struct words words;

	memset(&words, 0, sizeof(words));
	words.word['i'] = "%g%s%n";
	words.word['o'] = "";
	capture_begin(stdout);
	diag_expand("a %i b%o c %g", 8, &words);
	ATF_CHECK_STREQ(capture_end(stdout), "a %g%s%n b");
}

/* Each errno of sendto in PORTABILITY's table, and those read of elsewhere. */
ATF_TC_WITHOUT_HEAD(errno_of_no_interface_named_is_no_interface);
ATF_TC_BODY(errno_of_no_interface_named_is_no_interface, tc)
{
	static const int errors[] = { EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL,
		ENODEV, ENXIO, EINVAL, ENETDOWN };
	unsigned long long evidence;
	size_t i;

	for (i = 0; i < COUNT(errors); i++) {
		evidence = diag_errno(errors[i], 0);
		ATF_CHECK_MSG(strcmp(diag_decide(evidence)->code,
				  "no-interface") == 0,
		    "%s: %s\n", errno_name(errors[i]),
		    diag_decide(evidence)->code);
		ATF_CHECK_EQ(evidence & E_LINK_UP, 0);
		ATF_CHECK_STREQ(diag_decide(evidence | E_WIDE)->code,
		    "no-interface");
	}
}

ATF_TC_WITHOUT_HEAD(errno_of_an_interface_that_has_no_path_is_down);
ATF_TC_BODY(errno_of_an_interface_that_has_no_path_is_down, tc)
{
	static const int errors[] = { EHOSTUNREACH, ENETUNREACH, ENODEV, ENXIO,
		EINVAL, ENETDOWN };
	unsigned long long evidence;
	size_t i;

	parse("");
	for (i = 0; i < COUNT(errors); i++) {
		evidence = diag_errno(errors[i], GONE) | E_NAMED;
		ATF_CHECK_MSG(strcmp(diag_decide(evidence)->code, "down") == 0,
		    "%s: %s\n", errno_name(errors[i]),
		    diag_decide(evidence)->code);
		ATF_CHECK_STREQ(diag_decide(evidence | E_LINK_UP)->code,
		    "no-route");
	}
}

ATF_TC_WITHOUT_HEAD(errno_of_an_interface_without_address_is_no_address);
ATF_TC_BODY(errno_of_an_interface_without_address_is_no_address, tc)
{
	ATF_CHECK_STREQ(diag_decide(diag_errno(EADDRNOTAVAIL, 1) | E_NAMED)
			    ->code,
	    "no-address");
}

ATF_TC_WITHOUT_HEAD(errno_of_a_packet_filter_is_filter_out);
ATF_TC_BODY(errno_of_a_packet_filter_is_filter_out, tc)
{
	ATF_CHECK_STREQ(diag_decide(diag_errno(EPERM, 0))->code, "filter-out");
	ATF_CHECK_STREQ(diag_decide(diag_errno(EACCES, 0))->code, "filter-out");
	ATF_CHECK_STREQ(diag_decide(diag_errno(EPERM, 1) | E_NAMED)->code,
	    "filter-out");
	ATF_CHECK_STREQ(diag_decide(diag_errno(EACCES, 1) | E_NAMED)->code,
	    "filter-out");
}

ATF_TC_WITHOUT_HEAD(errno_of_a_long_payload_is_too_long);
ATF_TC_BODY(errno_of_a_long_payload_is_too_long, tc)
{
	ATF_CHECK_STREQ(diag_decide(diag_errno(EMSGSIZE, 0))->code, "too-long");
	ATF_CHECK_STREQ(diag_decide(diag_errno(EMSGSIZE, 1) | E_NAMED)->code,
	    "too-long");
}

ATF_TC_WITHOUT_HEAD(errno_of_something_else_is_no_evidence);
ATF_TC_BODY(errno_of_something_else_is_no_evidence, tc)
{
	static const int errors[] = { 0, ENOBUFS, EAGAIN, ENOMEM, EBADF, EINTR,
		EIO, ECONNREFUSED, ETIMEDOUT, EAFNOSUPPORT };
	size_t i;

	for (i = 0; i < COUNT(errors); i++)
		ATF_CHECK_EQ_MSG(diag_errno(errors[i], 1), 0, "%s\n",
		    errno_name(errors[i]));
}

ATF_TC_WITHOUT_HEAD(arguments_are_evidence);
ATF_TC_BODY(arguments_are_evidence, tc)
{
	ATF_CHECK_EQ(diag_arguments(parse("")), 0);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff00::1")), E_RESERVED);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff1f::1")), E_RESERVED | E_WIDE);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff01::1")), E_INTERFACE_LOCAL);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff11::1")), E_INTERFACE_LOCAL);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff05::1")), E_WIDE);
	ATF_CHECK_EQ(diag_arguments(parse("-H 0")), E_NO_HOPS);
	ATF_CHECK_EQ(diag_arguments(parse("-I 1")), E_NAMED);
	ATF_CHECK_EQ(diag_arguments(parse("-A ff0e::1%1")), E_NAMED | E_WIDE);
}

/* Evidence of so many HELLOs, answered, and lost in a row at the end. */
static unsigned long long
run_of(unsigned long long count, unsigned long long answered,
    unsigned long long trailing)
{
	struct sockaddr_in6 a;
	struct requester *r;

	r = requester("-c 0");
	r->next = r->oldest = r->marked = count + 1;
	r->answered = answered;
	r->trailing = trailing;
	a = address("fe80::1", 1, 28015);
	ATF_REQUIRE(table_find(&r->multicast, &a) != NULL);
	r->multicast.rows[0].answered = answered;
	return diag_run_evidence(r) & (E_PARTLY | E_STOPPED);
}

ATF_TC_WITHOUT_HEAD(run_that_lost_all_is_not_partly_answered);
ATF_TC_BODY(run_that_lost_all_is_not_partly_answered, tc)
{
	ATF_CHECK_EQ(run_of(1, 0, 1), 0);
	ATF_CHECK_EQ(run_of(600, 0, 600), 0);
}

ATF_TC_WITHOUT_HEAD(run_that_was_answered_and_then_not_stopped);
ATF_TC_BODY(run_that_was_answered_and_then_not_stopped, tc)
{
	ATF_CHECK_EQ(run_of(600, 260, 340), E_PARTLY | E_STOPPED);
	ATF_CHECK_EQ(run_of(4, 1, 3), E_PARTLY | E_STOPPED);
	ATF_CHECK_EQ(run_of(600, 259, 340), E_PARTLY | E_STOPPED);
}

ATF_TC_WITHOUT_HEAD(run_that_lost_now_and_then_did_not_stop);
ATF_TC_BODY(run_that_lost_now_and_then_did_not_stop, tc)
{
	ATF_CHECK_EQ(run_of(600, 599, 0), E_PARTLY);
	ATF_CHECK_EQ(run_of(600, 598, 2), E_PARTLY);
	ATF_CHECK_EQ(run_of(100, 50, 3), E_PARTLY);
	ATF_CHECK_EQ(run_of(100, 72, 3), E_PARTLY);
}

ATF_TC_WITHOUT_HEAD(run_with_too_few_listeners_is_partly_answered);
ATF_TC_BODY(run_with_too_few_listeners_is_partly_answered, tc)
{
	struct requester *r;

	r = requester("-c 1 -n 2");
	sent(r, 1, 0);
	arrived(r, "WELCOME 0123abcd 1 m");
	ATF_CHECK_EQ(diag_run_evidence(r), E_PARTLY | E_LINK_LOCAL);
}

ATF_TC_WITHOUT_HEAD(source_address_is_evidence);
ATF_TC_BODY(source_address_is_evidence, tc)
{
	struct requester *r;

	r = requester("-c 1");
	ATF_CHECK_EQ(diag_run_evidence(r), E_LINK_LOCAL);
	r->source = address("2001:db8::2", 0, 0);
	ATF_CHECK_EQ(diag_run_evidence(r), 0);
	r->source = address("fd00::2", 0, 0);
	ATF_CHECK_EQ(diag_run_evidence(r), 0);
}

ATF_TC_WITHOUT_HEAD(own_copy_is_lost_unless_one_from_the_port_came);
ATF_TC_BODY(own_copy_is_lost_unless_one_from_the_port_came, tc)
{
	static const struct {
		bool sent[3], seen[3]; /* TO_ANY, TO_PORT, FROM_PORT */
		bool lost;
		const char *text;
	} cases[] = {
		{ { true, true, true }, { true, true, true }, false, "yes" },
		{ { true, true, true }, { false, false, false }, true, "no" },
		{ { true, false, false }, { true, false, false }, false,
		    "yes" },
		{ { true, false, false }, { false, false, false }, true, "no" },
		{ { true, true, true }, { false, false, true }, false,
		    "only from the group's port" },
		{ { true, true, true }, { true, false, false }, true,
		    "yes, but not on the group's port" },
		{ { true, true, true }, { false, true, false }, true,
		    "only on the group's port" },
	};
	char expected[120];
	struct loop loop;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		memset(&loop, 0, sizeof(loop));
		memcpy(loop.sent, cases[i].sent, sizeof(loop.sent));
		memcpy(loop.seen, cases[i].seen, sizeof(loop.seen));
		ATF_CHECK_EQ_MSG(loop_lost(&loop), cases[i].lost, "%s\n",
		    cases[i].text);
		capture_begin(stdout);
		loop_checked("em0", &loop);
		snprintf(expected, sizeof(expected),
		    "checked: own copy looped back on em0: %s\n",
		    cases[i].text);
		ATF_CHECK_STREQ(capture_end(stdout), expected);
	}
}

ATF_TC_WITHOUT_HEAD(own_copy_that_was_not_sent_says_why);
ATF_TC_BODY(own_copy_that_was_not_sent_says_why, tc)
{
	char expected[160];
	struct loop loop;

	memset(&loop, 0, sizeof(loop));
	loop.send_error = ENETUNREACH;
	capture_begin(stdout);
	loop_checked("em0", &loop);
	loop.join_error = ENODEV;
	loop_checked("em1", &loop);
	snprintf(expected, sizeof(expected),
	    "checked: own copy looped back on em0: not sent: %s\n",
	    strerror(ENETUNREACH));
	ATF_CHECK_MSG(strncmp(capture_end(stdout), expected,
			  strlen(expected)) == 0,
	    "%s\n", printed);
	snprintf(expected, sizeof(expected),
	    "checked: own copy looped back on em1: no join: %s\n",
	    strerror(ENODEV));
	ATF_CHECK_MSG(strstr(printed, expected) != NULL, "%s\n", printed);
}

/* A diagnosis with nothing out yet. */
static struct diagnosis *
diagnosis(const char *text)
{
	static struct probe probes[8];
	static struct diagnosis d;

	memset(&d, 0, sizeof(d));
	memset(probes, 0, sizeof(probes));
	d.r = requester(text);
	sent(d.r, 1, 0);
	d.base = d.r->next;
	d.probes = probes;
	return &d;
}

/* Returns the evidence in the words behind a listener's answer. */
static unsigned long long
reported(const char *words)
{
	struct diagnosis *d;
	char *exact;
	size_t n;

	d = diagnosis("");
	n = strlen(words);
	exact = malloc(n + 1); /* no NUL, so that an overrun is seen */
	ATF_REQUIRE(exact != NULL);
	memcpy(exact + 1, words, n);
	diag_report(d, exact + 1, n);
	free(exact);
	return d->evidence;
}

ATF_TC_WITHOUT_HEAD(report_tells_of_another_group);
ATF_TC_BODY(report_tells_of_another_group, tc)
{
	ATF_CHECK_EQ(reported(" group=ff05::99 port=28015 zone=em0 loop=yes"),
	    E_OTHER_GROUP);
	ATF_CHECK_EQ(reported(" group=ff12::8000:6db6 port=28015"), 0);
	ATF_CHECK_EQ(reported(" group=ff12:0:0::8000:6db6"), 0);
}

ATF_TC_WITHOUT_HEAD(report_of_one_in_the_group_outweighs_the_others);
ATF_TC_BODY(report_of_one_in_the_group_outweighs_the_others, tc)
{
	static const char other[] = " group=ff05::99",
			  same[] = " group=ff12::8000:6db6";
	struct diagnosis *d;

	d = diagnosis("");
	diag_report(d, other, strlen(other));
	ATF_CHECK_EQ(d->evidence, E_OTHER_GROUP);
	diag_report(d, same, strlen(same));
	ATF_CHECK_EQ(d->evidence, 0);
	diag_report(d, other, strlen(other));
	ATF_CHECK_EQ(d->evidence, 0);
}

ATF_TC_WITHOUT_HEAD(report_tells_of_a_copy_lost_there);
ATF_TC_BODY(report_tells_of_a_copy_lost_there, tc)
{
	ATF_CHECK_EQ(reported(" loop=no"), E_THERE_LOST);
	ATF_CHECK_EQ(reported(" loop=yes"), 0);
	ATF_CHECK_EQ(reported(" loop=none"), 0);
	ATF_CHECK_EQ(reported(" xloop=no"), 0);
	ATF_CHECK_EQ(reported(" loop=no zone=em0"), E_THERE_LOST);
}

ATF_TC_WITHOUT_HEAD(report_tells_of_a_fresh_failure_there);
ATF_TC_BODY(report_tells_of_a_fresh_failure_there, tc)
{
	static const char words[] = " error=EPERM error-age=0";
	struct diagnosis *d;

	d = diagnosis("");
	diag_report(d, words, strlen(words));
	ATF_CHECK_EQ(d->evidence, E_THERE_FAILED);
	ATF_CHECK_STREQ(d->there_error, "EPERM");
	ATF_CHECK_EQ(reported(" error=ENETUNREACH error-age=10"),
	    E_THERE_FAILED);
	ATF_CHECK_EQ(reported(" error=EPERM error-age=11"), 0);
	ATF_CHECK_EQ(reported(" error=EPERM"), 0);
}

ATF_TC_WITHOUT_HEAD(report_of_an_old_listener_tells_nothing);
ATF_TC_BODY(report_of_an_old_listener_tells_nothing, tc)
{
	ATF_CHECK_EQ(reported(""), 0);
	ATF_CHECK_EQ(reported(" "), 0);
	ATF_CHECK_EQ(reported(" colour=blue mood=good"), 0);
}

ATF_TC_WITHOUT_HEAD(report_with_hostile_words_tells_nothing);
ATF_TC_BODY(report_with_hostile_words_tells_nothing, tc)
{
	static const char *const hostile[] = { " group=", " group=::1",
		" group=fe80::1", " group=224.0.0.1", " group=ff05::99%em0",
		" group=ff05::99/64", " group", "=", " = = ", " error-age=1",
		" error= error-age=1", " error=\033[2J error-age=1",
		" error=eperm error-age=1", " error=E%s%n error-age=1",
		" error=EPERM error-age=", " error=EPERM error-age=-1",
		" error=EPERM error-age=1x", " error=EPERM error-age=1.5",
		" error=EPERM error-age=18446744073709551617",
		" error=EPERM error-age=1 error-age=99",
		" error=EAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA error-age=1",
		" group=ff05::99:00000000000000000000000000000000000000001",
		" loop=no\t", " loop=no\001", "      ", " Loop=no" };
	size_t i;

	for (i = 0; i < COUNT(hostile); i++)
		ATF_CHECK_EQ_MSG(reported(hostile[i]), 0, "%s\n", hostile[i]);
}

ATF_TC_WITHOUT_HEAD(report_longer_than_any_is_read_to_its_end);
ATF_TC_BODY(report_longer_than_any_is_read_to_its_end, tc)
{
	static char words[65536];

	memset(words, 'x', sizeof(words) - 1);
	ATF_CHECK_EQ(reported(words), 0);
	memset(words, ' ', sizeof(words) - 1);
	memcpy(words + sizeof(words) - 9, " loop=no", 8);
	ATF_CHECK_EQ(reported(words), E_THERE_LOST);
}

/* Returns the evidence after this has arrived from there. */
static unsigned long long
experiment_from(struct diagnosis *d, const char *text, const char *peer,
    struct probe *p)
{
	struct sockaddr_in6 from;

	from = address(peer, 1, 28015);
	memcpy(d->r->data, text, strlen(text));
	diag_answer(d, strlen(text), &from, p);
	return d->evidence;
}

static unsigned long long
experiment(struct diagnosis *d, const char *text, struct probe *p)
{
	return experiment_from(d, text, "fe80::1", p);
}

ATF_TC_WITHOUT_HEAD(answer_belongs_to_the_probe_of_its_number);
ATF_TC_BODY(answer_belongs_to_the_probe_of_its_number, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("-c 2");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, MORE_HOPS, 'm', &to, 1, 64);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 4 m", NULL), 0);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 0 m", NULL), 0);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abce 3 m", NULL), 0);
	ATF_CHECK_EQ(experiment(d, "HELLO 0123abcd 3 m", NULL), 0);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 3 m", NULL), E_HOPS);
	ATF_CHECK(d->probes[1].answered && !d->probes[0].answered);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 2 m", NULL),
	    E_HOPS | E_AGAIN);
}

ATF_TC_WITHOUT_HEAD(answer_is_the_evidence_of_its_step);
ATF_TC_BODY(answer_is_the_evidence_of_its_step, tc)
{
	static const struct {
		enum step step;
		unsigned long long evidence;
	} cases[] = {
		{ AGAIN, E_AGAIN },
		{ EVERYBODY, E_ALL_NODES | E_BY_GROUP },
		{ BY_GROUP, E_BY_GROUP },
		{ ELSEWHERE, E_OTHER },
		{ MORE_HOPS, E_HOPS },
		{ SMALL, E_SMALL },
		{ UNICAST, E_UNICAST },
		{ HOP1, E_HOP1 | E_UNICAST },
		{ CLOSED, 0 },
		{ REJOIN, 0 },
		{ AFTER, E_AFTER },
		{ LADDER, 0 },
	};
	struct sockaddr_in6 to;
	struct diagnosis *d;
	size_t i;

	to = address("fe80::1", 1, 28015);
	for (i = 0; i < COUNT(cases); i++) {
		d = diagnosis("");
		diag_probe(d, cases[i].step, 'm', &to, 1, 1);
		ATF_CHECK_EQ_MSG(experiment(d, "WELCOME 0123abcd 2 m", NULL),
		    cases[i].evidence, "step %d\n", (int)cases[i].step);
		ATF_CHECK(d->probes[0].answered);
	}
}

ATF_TC_WITHOUT_HEAD(late_answer_to_the_run_is_the_group_again);
ATF_TC_BODY(late_answer_to_the_run_is_the_group_again, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("-c 2");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, MORE_HOPS, 'm', &to, 1, 64);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 1 m", NULL), E_AGAIN);
	ATF_CHECK(d->probes[0].answered && !d->probes[1].answered);
}

ATF_TC_WITHOUT_HEAD(bare_answer_names_a_probe_only_if_there_is_one);
ATF_TC_BODY(bare_answer_names_a_probe_only_if_there_is_one, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	ATF_CHECK_EQ(experiment(d, "WELCOME", NULL), E_AGAIN);
	d = diagnosis("");
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, EVERYBODY, 'm', &to, 1, 1);
	diag_probe(d, UNICAST, 'u', &to, 0, 0);
	ATF_CHECK_EQ(experiment(d, "WELCOME home", NULL), 0);
	ATF_CHECK_EQ(experiment(d, "WELCOME", NULL), E_BARE);
	d->evidence = 0;
	ATF_CHECK_EQ(experiment(d, "WELCOME", &d->probes[2]), E_UNICAST);
}

ATF_TC_WITHOUT_HEAD(answer_by_multicast_alone_is_told);
ATF_TC_BODY(answer_by_multicast_alone_is_told, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, BY_GROUP, 'g', &to, 1, 1);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 3 g", NULL), E_BY_GROUP);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 3 g", NULL),
	    E_BY_GROUP | E_ALL_NODES);
}

ATF_TC_WITHOUT_HEAD(answer_by_multicast_of_another_is_no_second);
ATF_TC_BODY(answer_by_multicast_of_another_is_no_second, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, BY_GROUP, 'g', &to, 1, 1);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 2 g", NULL), E_BY_GROUP);
	ATF_CHECK_EQ(experiment_from(d, "WELCOME 0123abcd 2 g", "fe80::3",
			 NULL),
	    E_BY_GROUP);
}

ATF_TC_WITHOUT_HEAD(listener_on_this_host_tells_nothing_of_the_link);
ATF_TC_BODY(listener_on_this_host_tells_nothing_of_the_link, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("");
	to = address("ff02::1", 1, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, EVERYBODY, 'm', &to, 1, 1);
	diag_probe(d, BY_GROUP, 'g', &to, 1, 1);
	d->r->source = address("fe80::2", 1, 0);
	experiment_from(d, "WELCOME 0123abcd 3 m", "fe80::2", NULL);
	experiment_from(d, "WELCOME 0123abcd 4 g", "fe80::2", NULL);
	ATF_CHECK_EQ(d->evidence, 0);
	ATF_CHECK(!d->probes[1].answered && !d->probes[2].answered);
	ATF_CHECK_EQ(experiment(d, "WELCOME 0123abcd 3 m", NULL),
	    E_ALL_NODES | E_BY_GROUP);
}

ATF_TC_WITHOUT_HEAD(experiments_are_told_a_line_each);
ATF_TC_BODY(experiments_are_told_a_line_each, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;
	size_t i;

	d = diagnosis("");
	to = address("2001:db8::1", 0, 28015);
	diag_probe(d, AGAIN, 'm', &to, 1, 1);
	diag_probe(d, EVERYBODY, 'm', &to, 1, 1)->answered = true;
	d->probes[1].from = to;
	diag_probe(d, ELSEWHERE, 'm', &to, GONE, 1);
	diag_probe(d, ELSEWHERE, 'm', &to, GONE, 1);
	diag_probe(d, UNICAST, 'u', &to, 0, 0)->error = ECONNREFUSED;
	for (i = 0; i < d->count; i++)
		d->probes[i].sent = true;
	d->has_target = true;
	d->target = to;
	diag_words(d);
	capture_begin(stdout);
	diag_checked(d);
	capture_end(stdout);
	ATF_CHECK_MSG(strstr(printed,
			  "\nchecked: ff12::8000:6db6 again: silent\n"
			  "checked: ff02::1: answered by "
			  "[2001:db8::1]:28015\n"
			  "checked: ff12::8000:6db6 on other interfaces: "
			  "silent\n"
			  "checked: unicast to 2001:db8::1: ") != NULL,
	    "%s\n", printed);
	ATF_CHECK_MSG(strstr(printed, strerror(ECONNREFUSED)) != NULL, "%s\n",
	    printed);
}

ATF_TC_WITHOUT_HEAD(interface_that_answered_is_told_of_the_others);
ATF_TC_BODY(interface_that_answered_is_told_of_the_others, tc)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;

	d = diagnosis("");
	to = address("2001:db8::1", 0, 28015);
	diag_probe(d, ELSEWHERE, 'm', &to, 4000000001u, 1);
	diag_probe(d, ELSEWHERE, 'm', &to, GONE, 1)->answered = true;
	d->probes[0].sent = d->probes[1].sent = true;
	d->probes[1].from = to;
	diag_words(d);
	ATF_CHECK_STREQ(d->words.word['o'], "2147483647");
	capture_begin(stdout);
	diag_checked(d);
	capture_end(stdout);
	ATF_CHECK_MSG(strstr(printed, "on 2147483647: answered by ") != NULL,
	    "%s\n", printed);
	ATF_CHECK_MSG(strstr(printed, "silent") == NULL, "%s\n", printed);
}

/* Returns the evidence in an errno of a probe that was sent. */
static unsigned long long
failed(enum step step, int error)
{
	struct sockaddr_in6 to;
	struct diagnosis *d;
	struct probe *p;

	d = diagnosis("");
	to = address("fe80::1", 1, 28015);
	p = diag_probe(d, step, 'u', &to, 0, 0);
	ATF_REQUIRE(p != NULL);
	p->sent = true;
	diag_failed(d, p, error);
	return d->evidence;
}

ATF_TC_WITHOUT_HEAD(errno_of_a_connected_socket_is_evidence);
ATF_TC_BODY(errno_of_a_connected_socket_is_evidence, tc)
{
	ATF_CHECK_EQ(failed(UNICAST, ECONNREFUSED), E_REFUSED);
	ATF_CHECK_EQ(failed(UNICAST, EACCES), E_REJECTED);
	ATF_CHECK_EQ(failed(UNICAST, EHOSTUNREACH), 0);
	ATF_CHECK_EQ(failed(CLOSED, ECONNREFUSED), E_CLOSED);
	ATF_CHECK_EQ(failed(CLOSED, EACCES), 0);
	ATF_CHECK_EQ(failed(HOP1, EHOSTUNREACH), 0);
	ATF_CHECK_EQ(failed(TCP, ECONNREFUSED), E_TCP);
	ATF_CHECK_EQ(failed(TCP, EHOSTUNREACH), E_NO_NEIGHBOUR);
	ATF_CHECK_EQ(failed(TCP, EHOSTDOWN), E_NO_NEIGHBOUR);
	ATF_CHECK_EQ(failed(TCP, ETIMEDOUT), 0);
	ATF_CHECK_EQ(failed(TCP, ENETUNREACH), 0);
	ATF_CHECK_EQ(failed(AGAIN, ECONNREFUSED), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, options_have_the_defaults_of_the_manual);
	ATF_TP_ADD_TC(tp, options_of_a_requester_are_taken);
	ATF_TP_ADD_TC(tp, options_of_another_role_are_refused);
	ATF_TP_ADD_TC(tp, roles_exclude_each_other);
	ATF_TP_ADD_TC(tp, stray_words_are_refused);
	ATF_TP_ADD_TC(tp, number_is_taken_whole);
	ATF_TP_ADD_TC(tp, number_of_too_many_digits_is_refused);
	ATF_TP_ADD_TC(tp, number_has_a_range_that_is_named);
	ATF_TP_ADD_TC(tp, seconds_may_have_a_fraction);
	ATF_TP_ADD_TC(tp, seconds_are_plain_decimals);
	ATF_TP_ADD_TC(tp, seconds_have_a_range_that_is_named);
	ATF_TP_ADD_TC(tp, address_is_split_from_its_zone);
	ATF_TP_ADD_TC(tp, malformed_address_is_refused);
	ATF_TP_ADD_TC(tp, group_must_be_multicast);
	ATF_TP_ADD_TC(tp, unicast_control_must_be_unicast);
	ATF_TP_ADD_TC(tp, link_local_control_needs_a_zone);
	ATF_TP_ADD_TC(tp, interface_has_a_name_or_an_index);
	ATF_TP_ADD_TC(tp, unknown_interface_is_refused);
	ATF_TP_ADD_TC(tp, flom_trace_mask_turns_the_trace_on);
	ATF_TP_ADD_TC(tp, bare_hello_is_floms_five_bytes);
	ATF_TP_ADD_TC(tp, tag_is_id_sequence_number_and_kind);
	ATF_TP_ADD_TC(tp, id_is_eight_hex_digits_and_differs);
	ATF_TP_ADD_TC(tp, padding_fills_up_to_the_size);
	ATF_TP_ADD_TC(tp, verb_stands_alone_or_before_a_space);
	ATF_TP_ADD_TC(tp, malformed_tag_is_no_tag);
	ATF_TP_ADD_TC(tp, tag_that_asks_for_more_needs_a_hex_id);
	ATF_TP_ADD_TC(tp, tag_with_a_nul_is_no_tag);
	ATF_TP_ADD_TC(tp, sequence_number_has_up_to_18_digits);
	ATF_TP_ADD_TC(tp, no_byte_behind_the_datagram_is_read);
	ATF_TP_ADD_TC(tp, padding_that_came_back_is_intact);
	ATF_TP_ADD_TC(tp, padding_with_a_damaged_byte_is_not_intact);
	ATF_TP_ADD_TC(tp, padding_of_another_length_is_not_intact);
	ATF_TP_ADD_TC(tp, scope_of_a_group_is_told);
	ATF_TP_ADD_TC(tp, all_nodes_is_one_group);
	ATF_TP_ADD_TC(tp, printable_bytes_are_printed_as_they_are);
	ATF_TP_ADD_TC(tp, all_other_bytes_are_escaped);
	ATF_TP_ADD_TC(tp, hexdump_is_that_of_hexdump_1);
	ATF_TP_ADD_TC(tp, hexdump_has_a_star_for_lines_that_repeat);
	ATF_TP_ADD_TC(tp, hexdump_is_only_for_x);
	ATF_TP_ADD_TC(tp, address_has_its_zone_by_name);
	ATF_TP_ADD_TC(tp, interface_that_has_gone_is_a_number);
	ATF_TP_ADD_TC(tp, endpoint_has_brackets_and_port);
	ATF_TP_ADD_TC(tp, socket_address_is_as_in_floms_trace);
	ATF_TP_ADD_TC(tp, decimal_has_up_to_twenty_digits);
	ATF_TP_ADD_TC(tp, loopback_interfaces_are_known_by_name);
	ATF_TP_ADD_TC(tp, trace_has_time_process_role_call_and_result);
	ATF_TP_ADD_TC(tp, trace_of_a_failure_has_errno_by_name_and_text);
	ATF_TP_ADD_TC(tp, trace_of_a_datagram_has_text_and_bytes);
	ATF_TP_ADD_TC(tp, errno_has_its_name);
	ATF_TP_ADD_TC(tp, error_has_call_object_and_reason);
	ATF_TP_ADD_TC(tp, square_root_is_exact_enough);
	ATF_TP_ADD_TC(tp, square_root_of_what_has_none_is_0);
	ATF_TP_ADD_TC(tp, order_of_answers_is_told);
	ATF_TP_ADD_TC(tp, order_is_told_of_up_to_63_behind);
	ATF_TP_ADD_TC(tp, order_survives_large_numbers);
	ATF_TP_ADD_TC(tp, twenty_thousand_listeners_are_told_apart);
	ATF_TP_ADD_TC(tp, listener_is_the_same_from_another_port);
	ATF_TP_ADD_TC(tp, answer_is_counted_with_its_time);
	ATF_TP_ADD_TC(tp, foreign_datagrams_are_not_answers);
	ATF_TP_ADD_TC(tp, foreign_id_with_a_nul_for_kind_is_no_answer);
	ATF_TP_ADD_TC(tp, bare_welcome_answers_the_newest_hello);
	ATF_TP_ADD_TC(tp, second_answer_is_a_duplicate);
	ATF_TP_ADD_TC(tp, answer_after_the_wait_is_late);
	ATF_TP_ADD_TC(tp, answer_behind_a_newer_one_is_out_of_order);
	ATF_TP_ADD_TC(tp, damaged_padding_is_counted_apart);
	ATF_TP_ADD_TC(tp, control_is_counted_apart);
	ATF_TP_ADD_TC(tp, hello_waits_for_all_the_listeners);
	ATF_TP_ADD_TC(tp, hello_stays_out_for_the_listeners_known);
	ATF_TP_ADD_TC(tp, hello_is_lost_after_the_wait);
	ATF_TP_ADD_TC(tp, more_hellos_out_than_slots_are_kept);
	ATF_TP_ADD_TC(tp, slot_that_was_given_away_is_not_found);
	ATF_TP_ADD_TC(tp, marks_tell_multicast_and_control);
	ATF_TP_ADD_TC(tp, marks_are_60_to_a_line_behind_the_second);
	ATF_TP_ADD_TC(tp, row_has_the_statistics_of_its_listener);
	ATF_TP_ADD_TC(tp, row_with_more_answers_than_closed_hellos_lost_none);
	ATF_TP_ADD_TC(tp, summary_has_sent_answered_and_loss);
	ATF_TP_ADD_TC(tp, next_hello_is_due_after_the_interval);
	ATF_TP_ADD_TC(tp, next_hello_of_a_closed_loop_is_due_after_the_answer);
	ATF_TP_ADD_TC(tp, hello_is_waited_for_no_longer_than_the_wait);
	ATF_TP_ADD_TC(tp, listener_answers_hello_and_nothing_else);
	ATF_TP_ADD_TC(tp, lines_of_datagrams_begin_like_floms);
	ATF_TP_ADD_TC(tp, listener_answers_no_forged_source);
	ATF_TP_ADD_TC(tp, report_names_group_port_and_zone);
	ATF_TP_ADD_TC(tp, report_has_the_answer_that_failed);
	ATF_TP_ADD_TC(tp, longest_report_has_room);
	ATF_TP_ADD_TC(tp, rejoin_is_limited_to_once_a_second);
	ATF_TP_ADD_TC(tp, multicast_answer_is_limited_to_once_a_second);
	ATF_TP_ADD_TC(tp, notes_have_their_causes);
	ATF_TP_ADD_TC(tp, arguments_decide_first);
	ATF_TP_ADD_TC(tp, errno_decides_next);
	ATF_TP_ADD_TC(tp, partly_answered_run_has_its_own_causes);
	ATF_TP_ADD_TC(tp, group_that_answers_decides_before_the_copy);
	ATF_TP_ADD_TC(tp, own_copy_decides_unless_answers_come_in);
	ATF_TP_ADD_TC(tp, all_nodes_decide_before_unicast);
	ATF_TP_ADD_TC(tp, unicast_decides_last);
	ATF_TP_ADD_TC(tp, evidence_that_fits_no_cause_is_silent);
	ATF_TP_ADD_TC(tp, every_cause_is_decided_by_some_test);
	ATF_TP_ADD_TC(tp, evidence_is_a_bit_each);
	ATF_TP_ADD_TC(tp, sentences_and_remedies_have_known_words);
	ATF_TP_ADD_TC(tp, cause_is_said_in_a_line_and_remedies_in_more);
	ATF_TP_ADD_TC(tp, words_are_not_expanded_themselves);
	ATF_TP_ADD_TC(tp, errno_of_no_interface_named_is_no_interface);
	ATF_TP_ADD_TC(tp, errno_of_an_interface_that_has_no_path_is_down);
	ATF_TP_ADD_TC(tp, errno_of_an_interface_without_address_is_no_address);
	ATF_TP_ADD_TC(tp, errno_of_a_packet_filter_is_filter_out);
	ATF_TP_ADD_TC(tp, errno_of_a_long_payload_is_too_long);
	ATF_TP_ADD_TC(tp, errno_of_something_else_is_no_evidence);
	ATF_TP_ADD_TC(tp, arguments_are_evidence);
	ATF_TP_ADD_TC(tp, run_that_lost_all_is_not_partly_answered);
	ATF_TP_ADD_TC(tp, run_that_was_answered_and_then_not_stopped);
	ATF_TP_ADD_TC(tp, run_that_lost_now_and_then_did_not_stop);
	ATF_TP_ADD_TC(tp, run_with_too_few_listeners_is_partly_answered);
	ATF_TP_ADD_TC(tp, source_address_is_evidence);
	ATF_TP_ADD_TC(tp, own_copy_is_lost_unless_one_from_the_port_came);
	ATF_TP_ADD_TC(tp, own_copy_that_was_not_sent_says_why);
	ATF_TP_ADD_TC(tp, report_tells_of_another_group);
	ATF_TP_ADD_TC(tp, report_of_one_in_the_group_outweighs_the_others);
	ATF_TP_ADD_TC(tp, report_tells_of_a_copy_lost_there);
	ATF_TP_ADD_TC(tp, report_tells_of_a_fresh_failure_there);
	ATF_TP_ADD_TC(tp, report_of_an_old_listener_tells_nothing);
	ATF_TP_ADD_TC(tp, report_with_hostile_words_tells_nothing);
	ATF_TP_ADD_TC(tp, report_longer_than_any_is_read_to_its_end);
	ATF_TP_ADD_TC(tp, answer_belongs_to_the_probe_of_its_number);
	ATF_TP_ADD_TC(tp, answer_is_the_evidence_of_its_step);
	ATF_TP_ADD_TC(tp, late_answer_to_the_run_is_the_group_again);
	ATF_TP_ADD_TC(tp, bare_answer_names_a_probe_only_if_there_is_one);
	ATF_TP_ADD_TC(tp, answer_by_multicast_alone_is_told);
	ATF_TP_ADD_TC(tp, answer_by_multicast_of_another_is_no_second);
	ATF_TP_ADD_TC(tp, listener_on_this_host_tells_nothing_of_the_link);
	ATF_TP_ADD_TC(tp, experiments_are_told_a_line_each);
	ATF_TP_ADD_TC(tp, interface_that_answered_is_told_of_the_others);
	ATF_TP_ADD_TC(tp, errno_of_a_connected_socket_is_evidence);

	return atf_no_error();
}
