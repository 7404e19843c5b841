/*
 * The least that a listener and a requester in C can be: recvfrom(), sendto()
 * and nothing else.  What "make bench" holds mcast6dbg against.
 *
 *	bench_floor -l [-A group] [-c count] [-I interface] [-P port]
 *	bench_floor [-r] [-A group] [-c count] [-i seconds] [-s size]
 *	    -I interface [-P port]
 *
 * The listener joins on one interface or on all, says so, answers HELLO with
 * WELCOME and what followed, count times or until SIGTERM, and prints how
 * often it did.  The requester sends HELLO and waits for any answer, count
 * times; it fails after 2 s without one.  With -r it prints each round trip.
 */

#define _DEFAULT_SOURCE

#include <sys/socket.h>
#include <sys/time.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long answered;
static char data[65536 + 2];

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
report(int signal)
{
	(void)signal;
	printf("%lu answered\n", answered);
	fflush(stdout);
	_exit(0);
}

static int
join(int fd, const struct in6_addr *group, unsigned int index)
{
	struct ipv6_mreq m;

	m.ipv6mr_multiaddr = *group;
	m.ipv6mr_interface = index;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &m, sizeof(m));
}

static void
listener(int fd, struct sockaddr_in6 *group, unsigned long count)
{
	struct sockaddr_in6 peer;
	struct if_nameindex *all, *i;
	struct in6_addr address;
	socklen_t length;
	ssize_t n;
	int on;

	on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	address = group->sin6_addr;
	memset(&group->sin6_addr, 0, sizeof(group->sin6_addr));
	if (bind(fd, (struct sockaddr *)group, sizeof(*group)) == -1)
		die("bind");
	if (group->sin6_scope_id != 0) {
		if (join(fd, &address, group->sin6_scope_id) == -1)
			die("join");
	} else {
		all = if_nameindex();
		for (i = all; i != NULL && i->if_index != 0; i++)
			if (join(fd, &address, i->if_index) == -1)
				perror(i->if_name);
		if_freenameindex(all);
	}
	signal(SIGTERM, report);
	puts("Listening");
	fflush(stdout);
	while (answered != count) {
		length = sizeof(peer);
		n = recvfrom(fd, data + 2, sizeof(data) - 2, 0,
		    (struct sockaddr *)&peer, &length);
		if (n < 5 || memcmp(data + 2, "HELLO", 5) != 0)
			continue;
		memcpy(data, "WELCOME", 7);
		if (sendto(fd, data, (size_t)n + 2, 0, (struct sockaddr *)&peer,
			length) != -1)
			answered++;
	}
	report(SIGTERM);
}

/* Once a pause, if there is one, and printing the round trip, if asked to. */
static void
requester(int fd, const struct sockaddr_in6 *group, unsigned long count,
    size_t size, double pause, int print)
{
	static char answer[65536];
	struct timespec before, after, rest;
	struct timeval patience;
	unsigned long i;

	patience.tv_sec = 2;
	patience.tv_usec = 0;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	rest.tv_sec = (time_t)pause;
	rest.tv_nsec = (long)((pause - (double)rest.tv_sec) * 1e9);
	memset(data, ' ', sizeof(data));
	memcpy(data, "HELLO", 5);
	for (i = 0; i < count; i++) {
		if (i > 0 && pause > 0)
			nanosleep(&rest, NULL);
		if (print)
			clock_gettime(CLOCK_MONOTONIC, &before);
		if (sendto(fd, data, size, 0, (const struct sockaddr *)group,
			sizeof(*group)) == -1)
			die("sendto");
		if (recvfrom(fd, answer, sizeof(answer), 0, NULL, NULL) !=
		    (ssize_t)size + 2)
			die("recvfrom");
		if (!print)
			continue;
		clock_gettime(CLOCK_MONOTONIC, &after);
		printf("%.3f ms\n",
		    (double)(after.tv_sec - before.tv_sec) * 1e3 +
			(double)(after.tv_nsec - before.tv_nsec) / 1e6);
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in6 group;
	unsigned long count;
	size_t size;
	double pause;
	int c, fd, listen, print;

	memset(&group, 0, sizeof(group));
	group.sin6_family = AF_INET6;
	group.sin6_port = htons(28015);
	inet_pton(AF_INET6, "ff12::8000:6db6", &group.sin6_addr);
	count = 0;
	size = 5;
	pause = 0;
	listen = print = 0;
	while ((c = getopt(argc, argv, "lrA:c:I:i:P:s:")) != -1) {
		if (c == 'l')
			listen = 1;
		else if (c == 'r')
			print = 1;
		else if (c == 'A')
			inet_pton(AF_INET6, optarg, &group.sin6_addr);
		else if (c == 'c')
			count = strtoul(optarg, NULL, 10);
		else if (c == 'I')
			group.sin6_scope_id = if_nametoindex(optarg);
		else if (c == 'i')
			pause = strtod(optarg, NULL);
		else if (c == 'P')
			group.sin6_port = htons((in_port_t)atoi(optarg));
		else if (c == 's')
			size = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd == -1)
		die("socket");
	if (listen)
		listener(fd, &group, count > 0 ? count : (unsigned long)-1);
	else
		requester(fd, &group, count > 0 ? count : 1, size, pause,
		    print);
	return 0;
}
