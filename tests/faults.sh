# shellcheck shell=sh disable=SC2034,SC2154
# Networks, and what can be wrong in them.  The requester is on host a, its
# interface is em0; the listener is on host b, whose address is in B.

GROUP=ff12::8000:6db6
WIDE=ff05::8000:6db6

# a -- b; LISTENER-ARGUMENT...
link() {
	net_host a
	net_host b
	net_link a em0 b em0
	B=$(net_ll b em0)%em0
	net_listener b "$@"
}

# a -- sw -- b; LISTENER-ARGUMENT...
bridged() {
	net_switch sw
	net_host a
	net_host b
	net_plug sw a em0
	net_plug sw b em0
	B=$(net_ll b em0)%em0
	net_listener b "$@"
}

# a -- b on em0, a -- c on em1, an address of wide scope on each.
two_links() {
	link "$@"
	net_host c
	net_link a em1 c em0
}

# N LISTENER-ARGUMENT...: a -- r1 -- ... -- rN -- b, on each wire the net
# 2001:db8:0::/64, 2001:db8:1::/64, ..., unicast routed.
routed() {
	routers=$1
	shift
	net_host a
	prev=a prev_if=em0 wire=0
	while [ $wire -lt "$routers" ]; do
		net_host r$wire
		net_conf r$wire all forwarding 1
		routed_wire r$wire left
		prev=r$wire prev_if=right wire=$((wire + 1))
	done
	net_host b
	routed_wire b em0
	net_in a ip -6 route add default via 2001:db8:0::2
	net_in b ip -6 route add default via "2001:db8:$routers::1"
	wire=1
	while [ $wire -lt "$routers" ]; do
		net_in r$((wire - 1)) ip -6 route add \
		    default via 2001:db8:$wire::2
		net_in r$wire ip -6 route add \
		    2001:db8:0::/64 via 2001:db8:$wire::1
		wire=$((wire + 1))
	done
	B=2001:db8:$routers::2
	net_listener b "$@"
}

# HOST IF: the wire from the host before to that interface.
routed_wire() {
	net_link $prev $prev_if "$1" "$2"
	net_addr $prev $prev_if 2001:db8:$wire::1/64
	net_addr "$1" "$2" 2001:db8:$wire::2/64
}

# The routers forward the wide group from a to b.
multicast_routing() {
	wire=0
	while [ $wire -lt "$routers" ]; do
		cat >r$wire.conf <<-EOF
		mroute from left group $WIDE to right
		EOF
		net_start r$wire r$wire smcrouted -n -f r$wire.conf \
		    -P "$PWD/r$wire.run" -u "$PWD/r$wire.sock"
		net_until routes_multicast r$wire
		wire=$((wire + 1))
	done
}

# HOST: has been told of its route.
routes_multicast() {
	net_in "$1" smcroutectl -u "$PWD/$1.sock" -p show routes |
	    grep -q $WIDE
}

# HOST HOOK RULE: a rule of the host's packet filter.
filter() {
	host=$1 hook=$2
	shift 2
	net_in "$host" nft "add table ip6 t; add chain ip6 t $hook {
	    type filter hook $hook priority 0; };
	    add rule ip6 t $hook $*" || atf_fail "no rule: $*"
}

# HOST: let in only neighbour discovery and what the host asked for.
stateful() {
	filter "$1" input ct state established,related accept
	filter "$1" input icmpv6 type \
	    '{ nd-neighbor-solicit, nd-neighbor-advert }' accept
	filter "$1" input drop
}

# HOOK RULE: a rule of the switch, for what it forwards or takes in.
switch_filter() {
	hook=$1
	shift
	net_in sw nft "add table bridge t; add chain bridge t $hook {
	    type filter hook $hook priority 0; };
	    add rule bridge t $hook $*" || atf_fail "no rule: $*"
}

# Make the switch ask for members once, believe that somebody asks for ever,
# and forget them after a second.  Times are in 10 ms.
forgetful() {
	net_in sw ip link set br0 type bridge mcast_startup_query_count 1 \
	    mcast_startup_query_interval 100000 mcast_query_interval 100000 \
	    mcast_last_member_interval 100000 \
	    mcast_query_response_interval 10 mcast_membership_interval 100
	net_in sw ip link set br0 type bridge mcast_querier 1
}

# Until the switch has forgotten the group: long enough for it to trust its
# querier, which takes the response interval.
forgotten() {
	net_until knows $GROUP
	forgetful
	net_until forgot $GROUP
}

# The same, and every solicited-node group; and no host knows a neighbour.
all_forgotten() {
	forgotten
	net_until forgot ff02::1:ff
	net_in a ip -6 neigh flush dev em0
	net_in b ip -6 neigh flush dev em0
}

knows() {
	net_in sw bridge mdb show | grep -q "$1"
}

forgot() {
	! knows "$1"
}
