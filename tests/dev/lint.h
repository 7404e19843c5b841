/*
 * Included before mcast6dbg.c by lint.sh: has the compiler check the
 * arguments of the functions that take a format, as of printf(3).
 */
static void trace_call(long long, int, const char *, ...)
    __attribute__((format(printf, 3, 4)));
static void usage_error(const char *, ...)
    __attribute__((format(printf, 1, 2)));
