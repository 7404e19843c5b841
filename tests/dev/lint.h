/*
 * Included before mcast6dbg.c by lint.sh: has the compiler check the
 * arguments of the functions that take a format, as of printf(3).
 */
struct verdict;

static void out_line(const char *, ...) __attribute__((format(printf, 1, 2)));
static int trace_call(int, const char *, ...)
    __attribute__((format(printf, 2, 3)));
static void usage_error(const char *, ...)
    __attribute__((format(printf, 1, 2)));
static _Bool say(struct verdict *, const char *, const char *, ...)
    __attribute__((format(printf, 3, 4)));
