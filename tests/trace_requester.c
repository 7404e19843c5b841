/*
 * What "mcast6dbg -v -I interface" traces up to its answer, written down as
 * C, as trace_listener.c is.
 *
 *	trace_requester interface
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
	socklen_t addrlen;
	ssize_t n;
	unsigned int interface;
	char data[65536];
	int fd, on, hops;

	if (argc != 2)
		return 2;
	on = 1;
	hops = 1;
	interface = if_nametoindex(argv[1]);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface,
	    sizeof(interface));
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops));
	memset(&sa, 0, sizeof(sa));
	sa.sin6_family = AF_INET6;
	bind(fd, (struct sockaddr *)&sa, sizeof(sa));
	sa.sin6_port = htons(28015);
	inet_pton(AF_INET6, "ff12::8000:6db6", &sa.sin6_addr);
	sa.sin6_scope_id = interface;
	if (sendto(fd, "HELLO", 5, 0, (struct sockaddr *)&sa, sizeof(sa)) !=
	    5) {
		perror("sendto");
		return 1;
	}
	addrlen = sizeof(sa);
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&sa,
	    &addrlen);
	return n != 7 || memcmp(data, "WELCOME", 7) != 0;
}
