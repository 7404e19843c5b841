/*
 * As much of ATF as unit_test.c needs, for targets that have no libatf-c:
 * runs every case in a process of its own and exits 1 if one failed.
 */

#include <sys/types.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int atf_failed;

static void
atf_case(const char *name, void (*body)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		atf_failed = 0;
		body();
		fflush(stdout);
		_exit(atf_failed != 0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) == -1 || status != 0) {
		printf("failed: %s\n", name);
		atf_failed++;
	}
}

static int
atf_check(int ok, const char *file, int line, const char *what)
{
	if (!ok) {
		printf("%s:%d: not so: %s\n", file, line, what);
		atf_failed++;
	}
	return ok;
}

#define ATF_CHECK(e) atf_check((e) != 0, __FILE__, __LINE__, #e)
#define ATF_CHECK_EQ(a, b) ATF_CHECK((a) == (b))
#define ATF_CHECK_STREQ(a, b) ATF_CHECK(strcmp(a, b) == 0)
#define ATF_CHECK_MSG(e, ...) (ATF_CHECK(e) || printf(__VA_ARGS__))
#define ATF_CHECK_EQ_MSG(a, b, ...) ATF_CHECK_MSG((a) == (b), __VA_ARGS__)
#define ATF_CHECK_STREQ_MSG(a, b, ...) \
	ATF_CHECK_MSG(strcmp(a, b) == 0, __VA_ARGS__)

#define ATF_REQUIRE(e) (ATF_CHECK(e) || (fflush(stdout), _exit(1), 0))
#define ATF_REQUIRE_EQ(a, b) ATF_REQUIRE((a) == (b))
#define ATF_REQUIRE_STREQ(a, b) ATF_REQUIRE(strcmp(a, b) == 0)
#define ATF_REQUIRE_MSG(e, ...) ATF_REQUIRE(ATF_CHECK_MSG(e, __VA_ARGS__))

#define ATF_TC_WITHOUT_HEAD(tc) static void tc##_body(void)
#define ATF_TC_BODY(tc, ptr) static void tc##_body(void)
#define ATF_TP_ADD_TC(tp, tc) atf_case(#tc, tc##_body)
#define ATF_TP_ADD_TCS(tp) \
	static int atf_cases(void); \
	int main(void) \
	{ \
		return atf_cases(); \
	} \
	static int atf_cases(void)
#define atf_no_error() (atf_failed != 0)
