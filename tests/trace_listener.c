/*
 * What "mcast6dbg -l -v" traces up to its first answer, written down as C:
 * the trace alone is enough to make the same calls in another program.
 *
 *	trace_listener interface
 */

#define _DEFAULT_SOURCE

#include <sys/socket.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	struct sockaddr_in6 sa;
	struct ipv6_mreq mreq;
	socklen_t addrlen;
	ssize_t n;
	char data[65536];
	int fd, on;

	if (argc != 2)
		return 2;
	on = 1;
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	memset(&sa, 0, sizeof(sa));
	sa.sin6_family = AF_INET6;
	sa.sin6_port = htons(28015);
	if (bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == -1) {
		perror("bind");
		return 1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	inet_pton(AF_INET6, "ff12::8000:6db6", &mreq.ipv6mr_multiaddr);
	mreq.ipv6mr_interface = if_nametoindex(argv[1]);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &mreq,
		sizeof(mreq)) == -1) {
		perror("join");
		return 1;
	}
	puts("Listening");
	fflush(stdout);
	addrlen = sizeof(sa);
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&sa,
	    &addrlen);
	if (n != 5 || memcmp(data, "HELLO", 5) != 0)
		return 1;
	n = sendto(fd, "WELCOME", 7, 0, (struct sockaddr *)&sa, addrlen);
	return n != 7;
}
