/*
 * What "mcast6dbg -l -v" traces up to its first answer, and "mcast6dbg -v -I
 * interface", written down as C: the trace alone is enough to make the same
 * calls in another program.
 *
 *	trace_peer listener | requester interface
 */

#define _DEFAULT_SOURCE

#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sockaddr_in6 sa;
static socklen_t addrlen = sizeof(sa);
static char data[65536];

static void
check(const char *call, int result)
{
	if (result == -1) {
		perror(call);
		exit(1);
	}
}

static int
listener(int fd, unsigned int interface)
{
	struct ipv6_mreq mreq;
	ssize_t n;
	int on = 1;

	check("bind", bind(fd, (struct sockaddr *)&sa, sizeof(sa)));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	inet_pton(AF_INET6, "ff12::8000:6db6", &mreq.ipv6mr_multiaddr);
	mreq.ipv6mr_interface = interface;
	check("join",
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &mreq, sizeof(mreq)));
	puts("Listening");
	fflush(stdout);
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&sa,
	    &addrlen);
	if (n != 5 || memcmp(data, "HELLO", 5) != 0)
		return 1;
	return sendto(fd, "WELCOME", 7, 0, (struct sockaddr *)&sa, addrlen) !=
	    7;
}

static int
requester(int fd, unsigned int interface)
{
	ssize_t n;
	int hops = 1;

	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface,
	    sizeof(interface));
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
	inet_pton(AF_INET6, "ff12::8000:6db6", &sa.sin6_addr);
	sa.sin6_scope_id = interface;
	check("sendto",
	    (int)sendto(fd, "HELLO", 5, 0, (struct sockaddr *)&sa, sizeof(sa)));
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&sa,
	    &addrlen);
	return n != 7 || memcmp(data, "WELCOME", 7) != 0;
}

int
main(int argc, char **argv)
{
	int fd, on = 1;

	if (argc != 3)
		return 2;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	sa.sin6_family = AF_INET6;
	sa.sin6_port = htons(28015);
	return (*argv[1] == 'l' ? listener : requester)(fd,
	    if_nametoindex(argv[2]));
}
