# shellcheck shell=sh
# shellcheck disable=SC2016,SC2046,SC2154 # words; what net.sh and others set
# A listener and a requester on two hosts, what they print, and their ends.

. "$(atf_get_srcdir)/net.sh"

# FILE TEXT: it has just these lines, but for ports of requesters and times.
lines() {
	sed 's/\(\[fe80[^]]*\]\):[0-9]*$/\1:PORT/
	    s/, [0-9]*\.[0-9]\{3\} ms/, TIME ms/' "$1" >lines
	atf_check -o inline:"$2\n" cat lines
}

both_consoles_body() { # each line that FLoM's users know is on both consoles
	link
	expect 0 -I em0
	lines out "\
Sent datagram is 'HELLO' to [ff12::8000:6db6%em0]:28015 from $A
Arrived datagram is 'WELCOME' from [$B]:28015, TIME ms"
	ends b TERM 0
	lines b.out "\
Listening on [ff12::8000:6db6]:28015, joined on lo em0
Arrived datagram is 'HELLO' from [$A]:PORT
Sent datagram is 'WELCOME' to [$A]:PORT
1 answered, 0 other datagrams, 0 answers failed
HELLOs: 1 to the group, 0 by unicast, 0 of a diagnosis"
	atf_check cat b.err
}

# GROUP ARGUMENT...: both roles with that -A; the requester's further ones.
exchange() {
	group=$1
	shift
	link -A "$group" -c 1
	expect 0 -A "$group" "$@"
	group=${group%\%*}
	matches out "Sent datagram is 'HELLO' to \[$group%em0]:28015 from .*" \
	    "Arrived datagram is 'WELCOME' from \[.*]:28015, [0-9.]* ms"
	net_wait b
	atf_check_equal 0 $?
	listener_says "^Sent datagram is 'WELCOME' to "
}

all_nodes_body() { # ff02::1, on the interface that the kernel picks
	exchange ff02::1
	says '^note: all-nodes: '
	listener_says '^note: all-nodes: '
}

all_nodes_zone_body() { # ff02::1%em0: the zone names the interface
	exchange ff02::1%em0
	listener_says '^Listening on \[ff02::1(%em0)?]:28015, joined on em0$'
}

site_scope_body() { exchange ff05::1234 -I em0; } # ff05::1234, with -I
# ff05::1234%em0, which getaddrinfo refuses
site_scope_zone_body() { exchange ff05::1234%em0; }

global_scope_body() { # ff0e::1234, from and to global addresses
	link -A ff0e::1234
	net_addr a em0 2001:db8::a/64
	net_addr b em0 2001:db8::b/64
	expect 0 -A ff0e::1234 -I em0
	says '^Sent .* to \[ff0e::1234%em0]:28015 from 2001:db8::a$' \
	    '^Arrived .* from \[2001:db8::b]:28015, .* ms$'
}

interface_index_body() { # -I takes the index of an interface in both roles
	two_hosts
	net_listener b -I "$(net_index b em0)"
	has b.out "Listening on [ff12::8000:6db6%em0]:28015, joined on em0"
	expect 0 -I "$(net_index a em0)"
}

right_interface_body() { # -I is where HELLO leaves, and where it is heard
	two_hosts
	net_link a em1 b em1
	for group in ff12::1 ff05::1; do
		net_listener b -I em1 -A $group
		expect 1 -N -w 0.2 -A $group -I em0
		expect 0 -A $group -I em1
		net_stop b
	done
}

port_body() { # -P is the port on both sides
	link -P 5000
	expect 0 -P 5000 -I em0
	says '^Sent .* to \[ff12::8000:6db6%em0]:5000 from ' \
	    '^Arrived .*]:5000,'
	expect 1 -N -w 0.2 -I em0
}

ends_with_answer_body() { # an answer ends the requester, not the wait
	link
	expect 0 -I em0 -w 1000
}

unanswered_body() { # without an answer it ends after -w and says what it did
	two_hosts
	timed expect 1 -N -I em0 -w 0.25
	[ "$ms" -ge 250 ] || atf_fail "gave up after $ms ms"
	to='[ff12::8000:6db6%em0]:28015'
	has out "Sent datagram is 'HELLO' to $to from $A" \
	    "No answer to 'HELLO' from $to within 0.25 s" \
	    "1 sent, 0 answered, 100.0% loss"
	timed expect 1 -N -I em0 -w 0.001
	[ "$ms" -lt 2000 ] || atf_fail "took $ms ms for 1"
}

same_host_body() { # a listener on this very host proves nothing, and is noted
	link
	healthy -I em0
	says '!^note: same-host'
	net_stop b
	net_listener a
	healthy -I em0
	says '^note: same-host: ' '^try: '
}

many_interfaces_body() { # 200 interfaces: joined on each
	two_hosts
	net_stubs b 199 if
	net_listener b
	has b.out "Listening on [ff12::8000:6db6]:28015, joined on lo em0$(
	    seq 199 | sed 's/^/ if/' | tr -d '\n')"
	for n in 1 199; do
		net_in b ip maddr show dev "if$n" | grep -q ff12::8000:6db6 ||
		    atf_fail "if$n is no member"
	done
	expect 0 -I em0
}

no_join_body() { # a listener that can join nowhere fails, and says where
	net_host b
	net_stubs b 1 if
	net_in b ip link set if1 mtu 1200 # no IPv6 below 1280
	atf_check -s exit:3 -o match:'^diagnosis: no-interface: ' -e \
	    inline:'mcast6dbg: setsockopt IPV6_JOIN_GROUP if1: Invalid argument
' $(net_at b) timeout 10 "$MCAST6DBG" -l -I if1
}

join_memory_body() { # a join that the system has no room for is named
	two_hosts
	net_stubs b 99 if
	# Where it is not the namespace's own, there is nothing to be seen.
	net_in b sh -c 'echo 2048 >/proc/sys/net/core/optmem_max' || return 0
	net_listener b
	listener_says '^note: join-refused: .*if99.*: Cannot allocate memory$' \
	    '^try: .*optmem_max'
	expect 0 -I em0
}

only_hello_body() { # HELLO is answered and no other datagram
	link
	n=0
	for text in HELL HELLOX hello 'HELLO\n' 'HELLO\0' 'HELLO\t1' ' HELLO' \
	    WELCOME 'WELCOME 01234567 1 m' 'WELCOME HELLO' '\0' 'HELL\0 ' \
	    'xHELLO ' ''; do
		# shellcheck disable=SC2059 # a format it is
		printf "$text" | send 1 4000 "$B"
		n=$((n + 1))
	done
	ask HELLO
	ends b TERM 0
	has b.out "1 answered, $n other datagrams, 0 answers failed" \
	    "Arrived datagram is '' from [$A]:4000"
	atf_check_equal $((n + 1)) "$(grep -c '^Arrived datagram is ' b.out)"
	atf_check_equal 1 "$(grep -c '^Sent datagram is ' b.out)"
}

echo_tag_body() { # what follows HELLO comes back unchanged behind WELCOME
	link
	for rest in ' 0123abcd 7 m' ' 89ABCDEF 4294967295 u padding' ' ' \
	    ' 0123abcd 7 z' ' no tag' ' 0123abcd -1 m' \
	    ' \001\000\033[2J\377\n'; do
		ask "HELLO$rest"
		# shellcheck disable=SC2059 # a format it is
		printf "WELCOME$rest" | cmp - answer ||
		    atf_fail "$rest came back changed"
	done
}

report_body() { # kind r: the listener joins again and reports what it knows
	link
	ask 'HELLO 0123abcd 7 r'
	atf_check -o inline:"WELCOME 0123abcd 7 r group=ff12::8000:6db6\
 port=28015 joined=yes zone=em0 loop=yes" cat answer
}

other_port_body() { # kind o: the answer comes to the port that HELLO names
	link
	taken a 4001
	printf 'HELLO 0123abcd 7 o 4001' | send 1 4000 "$B"
	net_wait_line a-4001.out '^WELCOME 0123abcd 7 o 4001$'
}

flom_server_body() { # a bare WELCOME, as FLoM's server sends it, is an answer
	two_hosts
	responder $GROUP bare
	expect 0 -I em0
	says "^Arrived datagram is 'WELCOME' from .*, .* ms$"
	expect 0 -I em0 -c 3 -i 0
	has out "3 sent, 3 answered, 0.0% loss"
}

listener_count_body() { # -c: so many answers, and the listener ends
	link -c 2
	printf other | send 1 0 "$B"
	expect 0 -I em0
	expect 0 -I em0
	net_wait b
	atf_check_equal 0 $?
	has b.out "2 answered, 1 other datagrams, 0 answers failed"
	expect 1 -N -w 0.1 -I em0
}

listener_wait_body() { # -w: so many seconds, and the listener ends
	link -w 0.1
	net_wait b
	atf_check_equal 0 $?
	has b.out "0 answered, 0 other datagrams, 0 answers failed"
	listener_says '^note: silent: '
}

listener_deaf_body() { # a listener that can't hear says so when it starts
	two_hosts
	filter b input udp dport 28015 drop
	net_listener b
	net_wait_line b.out '^note: filter-in: .* on em0:'
	ends b TERM 0
	listener_says '^note: silent: '
	atf_check_equal 1 "$(grep -c '^note: filter-in: ' b.out)"
}

listener_counts_body() { # at its end, the listener tells its HELLOs apart
	link
	expect 0 -I em0 -c 3 -i 0 -u "$B"
	expect 0 -I em0
	ask 'HELLO 0123abcd 7 r'
	ends b TERM 0
	has b.out "8 answered, 0 other datagrams, 0 answers failed" \
	    "HELLOs: 4 to the group, 3 by unicast, 1 of a diagnosis"
}

monitor_body() { # a passive monitor shows a live application, and is silent
	link -A ff02::fb -P 5353 -x
	printf '\0\0\001\0\0\001\0\0\0\0\0\0\005_http\004_tcp' |
	    send 1 5353 ff02::fb 5353
	net_wait_line b.out '^00000017$'
	ends b TERM 0
	nul='\x00'
	shown="$nul$nul\\x01$nul$nul\\x01$nul$nul$nul$nul$nul$nul"
	shown="$shown\\x05_http\\x04_tcp"
	has b.out "Arrived datagram is '$shown' from [$A]:5353" \
	    "00000010  74 70 04 5f 74 63 70$(printf '%30s' '')|tp._tcp|" \
	    "0 answered, 1 other datagrams, 0 answers failed"
}

shared_port_body() { # two listeners on one host share the port and both hear
	link
	net_start second b "$MCAST6DBG" -l
	net_wait_line second.out '^Listening on'
	expect 0 -I em0 -c 3 -i 0.1
	says '^note: duplicate: '
	for name in b second; do
		net_wait_line $name.out "^Sent datagram is 'WELCOME"
	done
}

shared_unicast_body() { # a program that has the port keeps its unicast
	two_hosts
	taken b 28015 :: shared
	net_listener b
	listener_says '^note: port-shared: '
	printf unicast | send 1 0 "$B"
	net_wait_line b-28015.out '^unicast$'
	expect 0 -I em0
	ends b TERM 0
	has b.out "1 answered, 0 other datagrams, 0 answers failed"
}

shared_copies_body() { # no copy of ours comes to a program that has the port
	two_hosts
	taken b 28015 :: shared
	for role in '-l -w 0.2' '-l -w 0.2 -I em0' -t '-t -I em0'; do
		# shellcheck disable=SC2086 # words
		net_in b timeout 10 "$MCAST6DBG" $role >out ||
		    fail "exit $?: $role"
	done
	printf last | send 1 0 "$B"
	net_wait_line b-28015.out '^last$'
	atf_check -o inline:'bound\nlast\n' cat b-28015.out
	# HELLOs to the group are for all who are on it here, too.
	net_in b timeout 10 "$MCAST6DBG" -I em0 -w 0.1 >out
	printf end | send 1 0 "$B"
	net_wait_line b-28015.out '^end$'
	! grep WELCOME b-28015.out || atf_fail "a copy of the requester's"
}

fallback_body() { # where :: is taken, the group is bound
	two_hosts
	taken b 28015 ::1
	for group in "$WIDE" "$GROUP -I em0"; do
		# shellcheck disable=SC2086 # words
		net_listener b -A $group
		listener_says '^note: port-shared: .*only multicast'
		expect 0 -I em0 -A "${group%% *}"
		ends b TERM 0
		has b.out "1 answered, 0 other datagrams, 0 answers failed"
	done
}

port_taken_body() { # a port that another program holds alone is an error
	two_hosts
	taken a 28015
	for role in '-l -A ff12::1' '-l -A ff05::1' '-p 28015 -I em0'; do
		# shellcheck disable=SC2086 # words
		request $role
		atf_check_equal 3 $?
		says '^diagnosis: port-taken: ' '^try: '
		each_line -E err \
		    '^mcast6dbg: bind .*28015: Address already in use$'
		says '!Listening'
	done
}

stamp='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}'
group_sa="addrlen=28; IPv6 address, sin6_port=28015, sin6_flowinfo=0x0, \
sin6_addr='ff12::8000:6db6', sin6_scope_id=[0-9]+"

# FILE ROLE REGEX...: each line is a trace of that role, from the group and the
# port to the exit status, and each REGEX is in one of them.
traces() {
	file=$1
	head="$stamp \\[[0-9]+\\] $2: "
	shift 2
	! grep -Ev "^$head" "$file" >&2 || atf_fail "a line without its stamp"
	sed -n 1p "$file" | grep -Eq ": group ff12::8000:6db6, port 28015" &&
	    tail -n 1 "$file" | grep -Eq "^${head}exit status [0-3]$" ||
	    atf_fail "first: $(sed -n 1p "$file"), last: $(tail -n 1 "$file")"
	for re in "$@"; do
		each_line -E "$file" "^$head.*$re"
	done
}

trace_listener_body() { # -v shows each network call of a listener
	link -v -c 1
	expect 0 -I em0 -p 4000
	net_wait b
	index=$(net_index b em0)
	traces b.err listener \
	    'if_nameindex\(\) = 2$' "if_nameindex\\(.* em0 = $index\$" \
	    'fcntl\([0-9]+, F_SETFL, O_NONBLOCK\) = 0' 'pselect\(.*HELLO$' \
	    'socket\(.*AF_INET6.*SOCK_DGRAM.*\) = [0-9]+$' \
	    'setsockopt\([0-9]+, IPPROTO_IPV6, IPV6_V6ONLY, 1\) = 0' \
	    'setsockopt\([0-9]+, SOL_SOCKET, SO_REUSEADDR, 1\) = 0' \
	    "bind\\(.*addrlen=28; IPv6 address, sin6_port=28015, \
sin6_flowinfo=0x0, sin6_addr='::', sin6_scope_id=0.*\\) = 0" \
	    "IPV6_JOIN_GROUP, ff12::8000:6db6, interface $index\\) = 0" \
	    'setsockopt\(.*, SOL_SOCKET, SO_SNDBUF, [0-9]+\) = 0' \
	    'probe: sendto\(.*WELCOME' \
	    "recvfrom\\(.*addrlen=28; IPv6 address, sin6_port=4000, \
sin6_flowinfo=0x0, sin6_addr='fe80::.*', sin6_scope_id=[0-9]+.*= 5$" \
	    'recvfrom.*HELLO' 'HELLO.*|48 ?45 ?4c ?4c ?4f' \
	    "sendto\\(.*sin6_port=4000, .* = 7$" '57 ?45 ?4c ?43 ?4f ?4d ?45'
	grep -q "\\[$(cat b.pid)\\]" b.err || atf_fail "not the listener's pid"
}

trace_requester_body() { # -v shows each network call of a requester
	link
	request -v -I em0 -H 7 -p 4000 || fail "exit $?"
	traces err requester 'socket\(.*\) = [0-9]+$' \
	    "if_nametoindex\\(em0\\) = $(net_index a em0)" \
	    'pselect\(.* 2.000000 s\) waits for WELCOME' \
	    "getsockname\\(.*sin6_port=4000, .*sin6_addr='::'" \
	    'setsockopt\(.*, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 7\) = 0' \
	    "setsockopt\\(.*, IPV6_MULTICAST_IF, $(net_index a em0)\\) = 0" \
	    "bind\\(.*sin6_port=4000, .*\\) = 0" \
	    "probe: connect\\(.*$group_sa.*\\) = 0" \
	    'setsockopt\(.*, SOL_SOCKET, SO_SNDBUF, [0-9]+\) = 0' \
	    "getsockname\\(.*sin6_addr='fe80::.*= 0" \
	    "sendto\\(.*$group_sa.*\\) = 5$" '48 ?45 ?4c ?4c ?4f' \
	    "recvfrom\\(.*sin6_port=28015, .*= 7$" '57 ?45 ?4c ?43 ?4f ?4d ?45'
	! grep '= -1 ' err | grep -v -e ' probe: ' -e EAGAIN ||
	    atf_fail "frightens without need"
	atf_check_equal 2 "$(wc -l <out)"
}

trace_programs_body() { # two programs that were written from the trace
	dir=$(atf_get_srcdir)
	two_hosts
	for peer in "$dir/trace_requester em0" "$MCAST6DBG -I em0"; do
		net_start b b "$dir/trace_listener" em0
		net_wait_line b.out Listening
		# shellcheck disable=SC2086 # words
		atf_check -o ignore $(net_at a) timeout 10 $peer
		net_wait b
		atf_check_equal 0 $?
	done
	net_listener b
	atf_check $(net_at a) timeout 10 "$dir/trace_requester" em0
}

trace_cut_body() { # a datagram of 1400 bytes is cut in lines and trace
	link
	request -v -x -I em0 -s 1400 || fail "exit $?"
	says "^Sent datagram is 'HELLO .{42}\\.\\.\\.' \\(1400 bytes\\) to " \
	    "^Arrived .*'WELCOME .{40}\\.\\.\\.' \\(1402 bytes\\) from "
	has out 00000578 0000057a
	! grep -E '.{500}' out err || atf_fail "a long line"
}

trace_selftest_body() { # -t -v traces as selftest
	two_hosts
	request -t -v || fail "exit $?"
	traces err selftest 'if_nameindex\(' \
	    "IPV6_JOIN_GROUP, ff12.*interface $(net_index a em0)" \
	    'sendto\(' 'recvfrom\('
}

hexdump_both_ways_body() { # -x shows what is sent too, in both roles
	link -x -c 1
	expect 0 -I em0 -x
	net_wait b
	hello="\
00000000  48 45 4c 4c 4f                                    |HELLO|
00000005"
	welcome="\
00000000  57 45 4c 43 4f 4d 45                              |WELCOME|
00000007"
	for file in out b.out; do
		sed "s/^\([AS][a-z]*\) datagram is '\([A-Z]*\)'.*/\1 \2/
		    /^Listening/d" $file >$file.short
	done
	atf_check -o inline:"Sent HELLO
$hello
Arrived WELCOME
$welcome
" cat out.short
	atf_check -o inline:"Arrived HELLO
$hello
Sent WELCOME
$welcome
1 answered, 0 other datagrams, 0 answers failed
HELLOs: 1 to the group, 0 by unicast, 0 of a diagnosis
" cat b.out.short
}

hexdump_diagnosis_body() { # -x: direction and peer of what the diagnosis sends
	two_hosts
	expect 1 -x -I em0 -w 0.1
	awk '/^00000000/ { n++; if (before !~ / (to|from) \[/) bad = 1 }
	    { before = $0 } END { exit bad || n < 10 }' out ||
	    fail "a dump alone"
}

# STATUS ARGUMENT...: of -t on a, whose table goes to "out"; an address that
# is too long for its column ends its line.
selftest() {
	expect "$1" -t ${2:+"$2" "$3"}
	! grep -E '.{81}' out | grep -Ev '^(note|try): ' || fail "too wide"
	sed -i -e :a -e '$!N; s/\n  */ /; ta' -e 'P; D' out
	says '^interface +index +source +join +send +loop +verdict$'
}

selftest_healthy_body() { # -t: a host whose interface works, lo does not count
	two_hosts
	selftest 0
	says "^em0 +[0-9]+ +${A%\%*} .* ok\$" '^lo +1 .* \(no-route\)$'
}

selftest_down_body() { # -t: an interface that is down counts only alone
	two_hosts
	net_stubs a 1 if
	net_in a ip link set if1 down
	selftest 0
	says '^em0 .* ok$' '^if1 .* \(down\)$'
	net_in a ip link set em0 down
	selftest 3
	says '^em0 .* \(down\)$' '^if1 .* \(down\)$'
}

selftest_no_address_body() { # -t: an interface without an address counts not
	two_hosts
	net_stubs a 1 if
	net_in a ip -6 addr flush dev if1
	selftest 0
	says '^em0 .* ok$' '^if1 .* \(no-address\)$'
}

selftest_filter_body() { # -t: a host whose packet filter drops fails
	two_hosts
	filter a output udp dport 28015 drop
	selftest 3
	says '^em0 .* filter-out'
	net_in a nft flush ruleset
	filter a input udp dport 28015 drop
	selftest 3
	says '^em0 .* filter-in'
}

selftest_lo_only_body() { # -t: a host with nothing but lo can't do multicast
	net_host a
	selftest 3
	says '^lo +1 .*no-route'
}

selftest_lo_route_body() { # -t: lo passes where it has the route
	net_host a
	net_in a ip -6 route add local ff00::/8 dev lo
	selftest 0
	says '^lo +1 .* ok$'
}

selftest_interface_body() { # -t -I tests that interface only
	two_hosts
	net_stubs a 1 if
	net_in a ip link set if1 down
	selftest 0 -I em0
	says '^em0 .* ok$' '!^(lo|if1) '
	selftest 3 -I if1
	says '^if1 .* \(down\)$'
	says '!no interface here'
}

selftest_many_body() { # -t: 200 interfaces, tested together, not in turn
	two_hosts
	net_stubs a 199 if
	selftest 0
	atf_check_equal 200 "$(grep -c ' ok$' out)"
}

selftest_own_listener_body() { # -t: a listener here does not hear its copies
	link
	$(net_at b) timeout 20 "$MCAST6DBG" -t >out || fail "exit $?"
	ends b TERM 0
	has b.out "0 answered, 0 other datagrams, 0 answers failed"
}

selftest_default_body() { # -t: where interface 0 joins and sends
	two_hosts
	net_stubs a 1 if
	selftest 0
	says '^default .*em0'
	net_in a ip -6 route add multicast ff00::/8 dev if1 table local metric 1
	selftest 0
	says '^default .*if1'
}

selftest_leaves_body() { # -t: ok means that a datagram could leave
	two_hosts
	filter a output meta l4proto udp ip6 hoplimit 1 drop
	selftest 3
	says '^em0 .* filter-out'
}

# SIGNAL: ends both roles, at once and with what was seen so far.
ends_roles() {
	link
	requester -I em0 -c 0 -i 1000
	net_wait_line a.out '^Arrived'
	timed ends a "$1" 0
	[ "$ms" -lt 10000 ] || atf_fail "not at once"
	timed ends b "$1" 0
	[ "$ms" -lt 10000 ] || atf_fail "not at once"
	has a.out "1 sent, 1 answered, 0.0% loss"
	has b.out "1 answered, 0 other datagrams, 0 answers failed"
	atf_check cat a.err b.err
}

sigint_body() { ends_roles INT; } # SIGINT ends both roles with a summary
sigterm_body() { ends_roles TERM; } # SIGTERM ends both roles with a summary

signal_waiting_body() { # a signal ends the wait for an answer
	two_hosts
	requester -I em0 -w 1000
	net_wait_line a.out '^Sent'
	timed ends a TERM 1
	[ "$ms" -lt 10000 ] || atf_fail "not at once"
	has a.out "0 sent, 0 answered, 0.0% loss"
	grep -q 'not diagnosed' a.out || atf_fail "not a word of that"
	each_line -E a.out '!^diagnosis'
}

signal_selftest_body() { # a signal ends -t with the table of what is known
	two_hosts
	net_stubs a 80 if
	filter a input iifname if80 meta l4proto udp drop
	requester -t -v -w 1000
	net_wait_line a.err 'pselect() = 0$' # all others are answered
	timed net_stop a
	[ "$ms" -lt 2000 ] || atf_fail "not at once"
	matches a.out 'if1 .* ok' 'if79 .* ok'
}

signal_tentative_body() { # a signal ends the wait for an address
	two_hosts
	tentative 600
	requester -I em0 -v
	net_wait_line a.err 'EADDRNOTAVAIL'
	timed ends a TERM 1
	[ "$ms" -lt 2000 ] || atf_fail "not at once"
	each_line -E a.out '!diagnosis'
}

quiet_body() { # -qq: one line
	link
	expect 0 -qq -I em0 -c 20 -i 0
	atf_check -o inline:'ok: 20 of 20 answered\n' cat out
	net_stop b
	expect 1 -qq -I em0 -u "$B" -w 0.1
	matches out 'no-listener: .*'
	atf_check_equal 1 "$(wc -l <out)"
	net_in a ip link set em0 down
	request -qq -I em0
	atf_check_equal 3 $?
	matches out 'down: .*'
	atf_check_equal 1 "$(wc -l <out)"
}

full_device_body() { # a full stdout ends both roles with a message
	link
	for role in -l '-I em0' -t -h -V; do
		# shellcheck disable=SC2086 # words
		net_in a timeout 10 "$MCAST6DBG" $role >/dev/full 2>err
		atf_check_equal 3 $?
		atf_check -o match:'^mcast6dbg: .*No space left' cat err
	done
}

closed_stdout_body() { # a closed stdout ends all roles with a message
	link
	for role in -l -t '-I em0' -h; do
		# shellcheck disable=SC2086 # words
		net_in a timeout 10 "$MCAST6DBG" $role >&- 2>err
		atf_check_equal 3 $?
		matches err 'mcast6dbg: .*Bad file descriptor'
	done
}

closed_stderr_body() { # a closed stderr or stdin ends nothing
	link
	net_in a timeout 10 "$MCAST6DBG" -v -I em0 2>&- <&- >out ||
	    atf_fail "exit $?"
	says '^Arrived'
}

# HOST ARGUMENTS FIRST: a program whose output goes to head -n 1, FIRST.
head_of() {
	mkfifo lines
	net_start "$1" "$1" sh -c "exec \"\$0\" $2 >lines" "$MCAST6DBG"
	atf_check -o match:"$3" head -n 1 lines
}

# HOST: the next line is its program's end.
broken_pipe() {
	net_wait "$1"
	atf_check_equal 3 $?
	matches "$1.err" 'mcast6dbg: .*Broken pipe'
}

head_listener_body() { # | head -1: the next line ends the listener
	two_hosts
	head_of b -l '^Listening on'
	request -N -w 0.5 -I em0
	broken_pipe b
}

head_requester_body() { # | head -1: the next line ends the requester
	link
	head_of a '-c 0 -i 0.01 -I em0' '^Sent'
	broken_pipe a
}

line_by_line_body() { # results come line by line into a pipe
	link
	mkfifo lines
	net_start a a sh -c 'exec "$0" -c 2 -i 1000 -I em0 >lines' "$MCAST6DBG"
	timeout 10 sed '/^Arrived/q' lines >out
	says "^Arrived datagram is 'WELCOME "
}
