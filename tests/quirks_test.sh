# shellcheck shell=sh
# shellcheck disable=SC2016,SC2034,SC2046,SC2154 # words are expanded late
# Linux with the socket calls of a BSD: both roles under tests/shim.c.  The
# last part of PORTABLE says which of its quirks is known from where.

. "$(atf_get_srcdir)/net.sh"

SHIM=$(atf_get_srcdir)/shim.so
systems='openbsd netbsd7 freebsd'

# REQUESTER LISTENER: each role from now on has these quirks, "" for none.
# What the environment has is for the requester and -t.
as() {
	export REQUESTER_QUIRKS="$1" LISTENER_QUIRKS="$2"
	[ ! -e under ] || return 0
	cat >under <<-EOF
	#!/bin/sh
	quirks=\$REQUESTER_QUIRKS
	[ "\$1" != -l ] || quirks=\$LISTENER_QUIRKS
	QUIRKS=\$quirks LD_PRELOAD=$SHIM exec "$MCAST6DBG" "\$@"
	EOF
	chmod +x under
	MCAST6DBG=$PWD/under
}

# NAME CODE NETWORK ARGUMENTS ...: fault NAME_SYSTEM ..., once for each system,
# which both roles are.
faults() {
	name=$1 code=$2 network=$3 arguments="$4 -w 1"
	shift 4
	for system in $systems; do
		fault "${name}_$system" "$code" "as $system $system; $network" \
		    "$arguments" "$@"
	done
}

# NAME DESCRIPTION: a case for each system, whose body is "NAME SYSTEM".
on_each() {
	for system in $systems; do
		net_case "$1_$system" "$2"
		eval "$1_${system}_body() { $1 $system; }"
	done
}

# STATUS: of -t; in "out" a row is one line.
table() {
	request -t
	status=$?
	[ $status -eq "$1" ] || fail "exit $status, not $1: -t"
	awk '/^[^ ]/ && NR > 1 { printf "\n" } { printf "%s", $0 }
	    END { print "" }' out >rows
	mv rows out
}

# WHAT WORKS

# REQUESTER LISTENER: every option that sends or receives.
exchanges() {
	as "$1" "$2"
	link
	expect 0 -I em0
	matches out "Sent datagram is 'HELLO' to \[$GROUP%em0]:28015 from $A" \
	    "Arrived datagram is 'WELCOME' from \[$B]:28015, [0-9.]* ms"
	healthy -A "$GROUP%em0" -c 3 -i 0 -u "$B"
	healthy -I em0 -b -c 2 -i 0.1
	healthy -I em0 -H 5 -p 4567
	listen_again -I em0 -A $WIDE -P 4568
	healthy -I em0 -A $WIDE -P 4568
}

# To a neighbour that was not resolved the first large answer is lost, and
# that is no fragment's fault.
large() {
	as "$1" "$2"
	link
	for size in 9000 20000 65525; do
		healthy -I em0 -s 64 -u "$B"
		healthy -I em0 -s $size -c 3 -i 0.1 -u "$B"
	done
}

for system in $systems; do
	for pair in "$system -" "- $system" "$system $system"; do
		name=$(echo "$pair" | sed 's/-/linux/; s/ /_/')
		pair=$(echo "$pair" | sed "s/-/''/")
		net_case "exchange_$name" 'requester and listener'
		net_case "large_$name" '-s with more than 9,216 bytes'
		eval "exchange_${name}_body() { exchanges $pair; }
		    large_${name}_body() { large $pair; }"
	done
done

on_each selftest '-t: an interface that works'
selftest() {
	as "$1" ''
	two_hosts
	table 0
	matches out 'em0 +[0-9]+ .* ok'
}

each_alone_body() { # each quirk can be had alone, and is in PORTABLE
	as '' ''
	two_hosts
	for quirk in $(sed -n 's/^	{ "\(.*\)",.*/\1/p' "${SHIM%so}c")
	do
		grep -q "^$quirk " "$(atf_get_srcdir)/PORTABLE" ||
		    atf_fail "PORTABLE does not have $quirk"
		as "$quirk" "$quirk"
		net_listener b
		healthy -I em0
		net_stop b
	done
	[ "$quirk" = v6only ] || atf_fail 'the last was not tried'
}

on_each signal 'both roles end with their counts'
signal() {
	as "$1" "$1"
	link
	requester -I em0 -c 0 -i 1000
	net_wait_line a.out '^Arrived'
	ends a INT 0
	ends b TERM 0
	has a.out '1 sent, 1 answered, 0.0% loss'
	atf_check cat a.err b.err
}

on_each no_interface 'no-interface: without -I'
no_interface() {
	as "$1" "$1"
	link
	diagnosed no-interface
	says '^try: name one with -I:.* em0'
}

# WHAT DOES NOT

faults snooping snooping bridged '-I em0' forgotten
faults not_joined not-joined bridged '-I em0' \
    'switch_filter forward ip6 daddr $GROUP drop'
faults other_group other-group link '-I em0' 'listen_again -A ff12::1234' \
    '"^try: -A ff12::1234"'
faults filter_multicast filter-multicast bridged '-I em0 -u $B' \
    'switch_filter forward ip6 daddr ff00::/8 meta l4proto udp drop'
faults answer_lost answer-lost bridged '-I em0' all_forgotten
faults wrong_interface wrong-interface two_links '-I ${if:-em0}' if=em1 \
    '"^try: -I em0$"'
faults fragments fragments 'bridged; healthy -I em0' '-I em0 -s 4000' \
    'switch_filter forward ip6 nexthdr 44 drop'
faults filter_in filter-in link '-I em0' 'filter a input udp dport 1-65535 drop'
faults filter_out filter-out link '-I em0' \
    'filter a output udp dport 28015 drop'
faults no_listener no-listener link '-I em0' 'net_stop b'
faults port_silent port-silent link '-I em0' 'net_kill b STOP'
faults lossy lossy link '-I em0' \
    'filter b input udp dport 28015 numgen inc mod 1000 0 drop'

# 1: a system that says that the interface is down is believed.
for system in openbsd freebsd; do
	fault "down_$system" down "as $system ''; link" '-I em0' \
	    'export QUIRK_DOWN=em0' '"^diagnosis: .*em0" "^try: .*em0 up"'
done
for system in netbsd7 'freebsd down-address'; do
	fault "down_address_${system%% *}" no-address \
	    "as '$system' ''; link" '-I em0' 'export QUIRK_DOWN=em0' \
	    '"^diagnosis: .*em0.*down"'
done

# 2: what connect() says of -u is no news of a neighbour.
faults unreachable_route unreachable link '-I em0 $more' '
	net_stop b
	more="-u 2001:db8:dead::1"' '"^checked: .*No route to host"'
for system in openbsd netbsd7; do
	fault "host_down_$system" no-neighbour "as $system ''; link" \
	    '-I em0 $more' '
		net_stop b
		net_addr a em0 2001:db8::1/64
		more="-u 2001:db8::dead"' '"^checked: .*Host is down"'
done

# No errno ever tells of it: root asks for the neighbour, a user can't.
host_silent_body() { # an absent host that nobody tells of
	as freebsd freebsd
	link
	healthy -I em0
	net_stop b
	diagnosed no-neighbour -I em0 -u fe80::dead%em0
	as 'freebsd no-raw' ''
	diagnosed unreachable -I em0 -u fe80::dead%em0 -w 1
}

# 3: no refusal ever comes from a link-local peer.  Root sees ICMPv6.
fault refused_openbsd no-listener "as openbsd ''; link" '-I em0 -u $B' \
    'net_stop b'
fault refused_mute port-silent "as openbsd ''; link" '-I em0 -u $B' \
    'net_kill b STOP'
refused_unseen_body() { # silent: what is not delivered proves nothing
	as 'openbsd no-raw' ''
	link
	healthy -I em0 -u "$B"
	net_stop b
	diagnosed silent -I em0 -u "$B"
	says '^diagnosis: .*nothing listens' '^try: .*global address'
}

# 4: see snooping_freebsd, not_joined_freebsd, other_group_freebsd.

# 5: an interface that can't carry multicast is no fault.
no_cast_body() { # an interface without multicast by nature is left alone
	as openbsd openbsd
	two_hosts
	net_stubs b 1 enc
	net_stubs a 1 enc
	export QUIRK_NOCAST=enc1
	net_listener b
	matches b.out "Listening on \[$GROUP]:28015, joined on (lo )?em0"
	listener_says '!^note: join-refused'
	table 0
	matches out 'enc1 .* \(.*\)'
	diagnosed no-interface
	says '!^try: .*enc1'
	diagnosed no-multicast -I enc1
}

no_cast_remedy_body() { # optmem_max is for memory only
	as '' ''
	two_hosts
	net_link a em1 b em1
	net_in b ip link set em1 mtu 1000
	net_listener b
	listener_says '^note: join-refused: em1: ' '!optmem_max'
}

# 6: OpenBSD's lo0 does not loop a link-local group.
lo_link_body() { # a deaf lo is no filter
	as '' openbsd
	two_hosts
	net_in b ip -6 route add local ff00::/8 dev lo table local
	net_listener b -w 1
	net_wait b
	listener_says '^note: silent: ' '!filter-in'
}

# 7: a copy with hop limit 0 comes back on an interface that is down.
selftest_down_body() { # -t: ok means that a datagram could leave
	two_hosts
	for system in $systems 'freebsd down-address'; do
		as "$system" ''
		QUIRK_DOWN=em0 table 3
		says '!^em0 .* ok$'
	done
	net_link a em1 b em1
	export QUIRK_DOWN=em0
	as openbsd ''
	table 0
	matches out 'em0 .* ENETDOWN .* \(down\)' 'em1 .* ok'
}

selftest_no_ipv6_body() { # -t: without an address it does not count
	two_hosts
	net_link a em1 b em1
	for system in $systems; do
		as "$system" ''
		net_in a ip -6 addr flush dev em1
		table 0
		matches out 'em0 .* ok' 'em1 .* \(.*\)'
		net_conf a em1 disable_ipv6 1
		table 0
		matches out 'em0 .* ok' 'em1 .* \(.*\)'
		net_conf a em1 disable_ipv6 0
	done
}

# 8: where no group can be bound, the port is what is wrong.
port_taken_netbsd7_body() { # port-taken: and no group can be bound
	as netbsd7 netbsd7
	two_hosts
	taken a 28015
	diagnosed port-taken -l
	grep -q '^mcast6dbg: bind .*: Address already in use$' err ||
	    fail 'another errno'
}

own_filter_netbsd7_body() { # silent: our filter lets the answers in
	as netbsd7 netbsd7
	link
	filter a input udp sport 28015 accept
	stateful a
	healthy -I em0
	net_stop b
	diagnosed silent -I em0
}

port_shared_body() { # two listeners on a host: the second binds the group
	for system in openbsd freebsd; do
		as '' "$system"
		[ -e b.ns ] || link
		listen_again
		net_start second b "$MCAST6DBG" -l
		net_wait_line second.out '^Listening on'
		healthy -I em0 -n 1 -c 3 -i 0.1
		says '^note: duplicate: .*listeners'
		net_stop second
	done
}

# 9: the name is from the command line.
on_each gone 'gone: the interface is destroyed in mid-run'
gone() {
	as "$1" ''
	link
	requester -I em0 -c 15 -i 0.2 -w 0.3
	net_wait_line a.out '^Arrived'
	net_in a ip link del em0
	ended a 3
	says '^diagnosis: gone: .*em0'
	says '!link set [0-9]'
}

# 10: IPv6 is off on the interface, and each system has its own remedy.
for system in $systems; do
	code=no-address
	[ $system != openbsd ] || code=down
	fault "disabled_$system" $code "as $system ''; link" '-I em0' \
	    'net_conf a em0 disable_ipv6 1' '"em0 inet6 -ifdisabled" \
	    "inet6 eui64" "ndp -i em0 -- -disabled"'
done

# 11
source_body() { # source: another interface's address
	for system in $systems; do
		as "$system" ''
		[ -e a.ns ] || two_links -A $WIDE
		net_addr a em1 2001:db8:1::1/64 2>/dev/null
		request -I em0 -A $WIDE -N -w 0.2
		says 'from 2001:db8:1::1' '^note: source: .*2001:db8:1::1'
	done
}

# 12: see large_*; what is lost at first was not lost by a filter.
for system in openbsd netbsd7; do
	fault "first_large_$system" lossy "as $system $system; link" \
	    '-I em0 $more' '
		listen_again
		more="-s 20000"'
done

# 13: one host has several addresses.
other_address_body() { # partial: a host that answers from two addresses
	as '' ''
	link -A $WIDE
	net_addr a em0 2001:db8::1/64
	net_addr b em0 2001:db8::2/64
	healthy -I em0 -A $WIDE
	diagnosed partial -I em0 -A $WIDE -n 2
	says '!never answered'
}

# ERRORS OF THIS HOST

# ERRNO CODE: for every HELLO to a group.
errno() {
	fault "errno_$1" "$2" "as '' ''; link" '-I em0' \
	    "export FAIL=sendto:$1:multicast"
}

errno ENOKEY no-multicast
errno EDESTADDRREQ no-multicast
errno EOPNOTSUPP no-multicast
errno ENOBUFS queue-full
errno EAGAIN queue-full
errno ENETDOWN down
errno EMSGSIZE too-long

errno_selftest_body() { # -t: a row has the name of its errno
	as '' ''
	two_hosts
	for error in EDESTADDRREQ EOPNOTSUPP ENOBUFS EMSGSIZE; do
		FAIL=sendto:$error table 3
		says "^em0 .* $error"
	done
	FAIL=sendto:ENOKEY table 3 # not a name that every system has
	says '!errno'
}

remedies_body() { # no remedy is for Linux only
	as '' ''
	link
	for error in EACCES EADDRNOTAVAIL EHOSTUNREACH ENETDOWN ENETUNREACH \
	    ENOBUFS EPERM; do
		FAIL=sendto:$error:multicast request -I em0
		says '^diagnosis: ' '^try: '
		! grep -q '^try: .*(Linux)' out ||
		    says '^try: .*\((BSD|FreeBSD|pf)\)'
	done
}

control_not_sent_body() { # what was not sent is no other host
	as '' ''
	link
	export FAIL=sendto:ENETDOWN:unicast
	request -I em0 -u "$B" -w 0.2
	says '!other-host'
	grep -q 'Network is down' err || fail 'without its errno'
}

# Descriptors end during the experiments: what was not sent is not silence.
no_descriptors_body() { # no cause is made of what could not be sent
	as '' ''
	bridged
	healthy -I em0 -u "$B"
	switch_filter forward ip6 daddr $GROUP drop
	for n in 4 5 6 7 8 9 10; do
		FAIL=socket:EMFILE:$n request -I em0 -u "$B"
		says '^unicast: ([01]) sent, \1 answered' \
		    '^diagnosis: (not-joined|filter-multicast|lossy|silent): '
	done
	net_stop b
	for n in 2 3 4 5 6; do
		FAIL=socket:EMFILE:$n request -I em0 -u "$B" -w 0.2
		says '!^diagnosis: (filter|port-silent|unreachable|hop|not-)'
	done
}
