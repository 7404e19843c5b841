# shellcheck shell=sh
# shellcheck disable=SC2046,SC2154 # net_at gives words; atf_check saves out
# A listener and a requester on two hosts, what they print, and their ends.
# Host a has the listener, host b the requester.

. "$(atf_get_srcdir)/net.sh"

# Until these cases have their requester on host a.
request() {
	status=$1
	shift
	atf_check -s "exit:$status" -o save:out -e empty \
	    $(net_at b) timeout 30 "$MCAST6DBG" "$@"
}
net_two_hosts() {
	net_host a
	net_host b
	net_link a eth0 b eth0
}
net_filter() {
	filter "$@"
}

# What differs from run to run: ports of requesters and times.
normal() {
	sed 's/\(\[fe80[^]]*\]\):[0-9]*$/\1:PORT/
	    s/, [0-9]*\.[0-9]\{3\} ms/, TIME ms/' "$@"
}

# FORMAT: printf(1)'s bytes from b to a, one datagram, its answer to "answer".
ask() {
	rm -f answer
	# shellcheck disable=SC2059 # a format it is
	printf "$1" >question
	atf_check $(net_at b) timeout 10 socat -t 0 \
	    "UDP6-SENDTO:[$(net_ll a eth0)%eth0]:28015" \
	    SYSTEM:"cat question; dd bs=65536 count=1 of=answer status=none"
}

# FILE [PORT]: its bytes from b to a in one datagram.
send() {
	atf_check $(net_at b) socat -u -b 65536 "FILE:$1" \
	    "UDP6-SENDTO:[$(net_ll a eth0)%eth0]:${2:-28015}"
}

net_case both_consoles "each line that FLoM's users know is on both consoles"
both_consoles_body() {
	net_two_hosts
	a=$(net_ll a eth0) b=$(net_ll b eth0)
	net_listener a
	request 0 -I eth0
	normal out | atf_check -o inline:"\
Sent datagram is 'HELLO' to [ff12::8000:6db6%eth0]:28015 from $b%eth0
Arrived datagram is 'WELCOME' from [$a%eth0]:28015, TIME ms
" cat
	net_stop a
	atf_check_equal 0 $?
	normal a.out | atf_check -o inline:"\
Listening on [ff12::8000:6db6]:28015, joined on lo eth0
Arrived datagram is 'HELLO' from [$b%eth0]:PORT
Sent datagram is 'WELCOME' to [$b%eth0]:PORT
1 answered, 0 other datagrams, 0 answers failed
" cat
	atf_check cat a.err
}

# GROUP ARGUMENT...: both roles with that -A; the requester's further ones.
exchange() {
	group=$1
	shift
	net_two_hosts
	net_listener a -A "$group" -c 1
	request 0 -A "$group" "$@"
	group=${group%\%*}
	matches out "Sent datagram is 'HELLO' to \[$group%eth0]:28015 from .*" \
	    "Arrived datagram is 'WELCOME' from \[.*]:28015, [0-9.]* ms"
	net_wait a
	atf_check_equal 0 $?
	matches a.out "Sent datagram is 'WELCOME' to .*"
}

net_case all_nodes "ff02::1, on the interface that the kernel picks"
all_nodes_body() {
	exchange ff02::1
	matches out 'note: all-nodes: .*'
	matches a.out 'note: all-nodes: .*'
}

net_case all_nodes_zone "ff02::1%eth0: the zone names the interface"
all_nodes_zone_body() {
	exchange ff02::1%eth0
	matches a.out 'Listening on \[ff02::1(%eth0)?]:28015, joined on eth0'
}

net_case site_scope "ff05::1234, with -I"
site_scope_body() {
	exchange ff05::1234 -I eth0
}

net_case site_scope_zone "ff05::1234%eth0, which getaddrinfo refuses"
site_scope_zone_body() {
	exchange ff05::1234%eth0
}

net_case global_scope "ff0e::1234, from and to global addresses"
global_scope_body() {
	net_two_hosts
	net_addr a eth0 2001:db8::a/64
	net_addr b eth0 2001:db8::b/64
	net_listener a -A ff0e::1234
	request 0 -A ff0e::1234 -I eth0
	matches out "Sent .* to \[ff0e::1234%eth0]:28015 from 2001:db8::b" \
	    "Arrived .* from \[2001:db8::a]:28015, .* ms"
}

net_case interface_index "-I takes the index of an interface in both roles"
interface_index_body() {
	net_two_hosts
	net_listener a -I "$(net_index a eth0)"
	has a.out "Listening on [ff12::8000:6db6%eth0]:28015, joined on eth0"
	request 0 -I "$(net_index b eth0)"
}

net_case right_interface "-I is where HELLO leaves, and where it is heard"
right_interface_body() {
	net_two_hosts
	net_link a eth1 b eth1
	for group in ff12::1 ff05::1; do
		net_listener a -I eth1 -A $group
		request 1 -N -w 0.2 -A $group -I eth0
		request 0 -A $group -I eth1
		net_stop a
	done
}

net_case port "-P is the port on both sides"
port_body() {
	net_two_hosts
	net_listener a -P 5000
	request 0 -P 5000 -I eth0
	matches out "Sent .* to \[ff12::8000:6db6%eth0]:5000 from .*" \
	    "Arrived .*]:5000, .*"
	request 1 -N -w 0.2 -I eth0
}

net_case ends_with_answer "an answer ends the requester, not the wait"
ends_with_answer_body() {
	net_two_hosts
	net_listener a
	atf_check -o match:Arrived \
	    $(net_at b) timeout 2 "$MCAST6DBG" -I eth0 -w 1000
}

net_case unanswered "without an answer it ends after -w and says what it did"
unanswered_body() {
	net_two_hosts
	start=$(date +%s%N)
	request 1 -N -I eth0 -w 0.25
	elapsed=$((($(date +%s%N) - start) / 1000000))
	[ "$elapsed" -ge 250 ] || atf_fail "gave up after $elapsed ms"
	b=$(net_ll b eth0)
	to='[ff12::8000:6db6%eth0]:28015'
	has out "Sent datagram is 'HELLO' to $to from $b%eth0" \
	    "No answer to 'HELLO' from $to within 0.25 s" \
	    "1 sent, 0 answered, 100.0% loss"
	start=$(date +%s%N)
	request 1 -N -I eth0 -w 0.001
	elapsed=$((($(date +%s%N) - start) / 1000000))
	[ "$elapsed" -lt 2000 ] || atf_fail "took $elapsed ms for 1"
}

# COUNT: a listener with so many more interfaces joins on each.
joins_all() {
	net_two_hosts
	net_stubs a "$1" if
	net_listener a
	line="Listening on [ff12::8000:6db6]:28015, joined on lo eth0"
	for n in $(seq "$1"); do
		line="$line if$n"
	done
	has a.out "$line"
	for n in 1 "$1"; do
		net_in a ip maddr show dev "if$n" | grep -q ff12::8000:6db6 ||
		    atf_fail "if$n is no member"
	done
	request 0 -I eth0
}

net_case two_interfaces "two interfaces: joined on each"
two_interfaces_body() {
	joins_all 1
}

net_case five_interfaces "five interfaces: joined on each"
five_interfaces_body() {
	joins_all 4
}

net_case many_interfaces "200 interfaces: joined on each"
many_interfaces_body() {
	joins_all 199
}

net_case join_refused "an interface that refuses is named, the others go on"
join_refused_body() {
	net_two_hosts
	net_stubs a 1 if
	net_in a ip link set if1 mtu 1200 # no IPv6 below 1280
	net_listener a
	has a.out "Listening on [ff12::8000:6db6]:28015, joined on lo eth0"
	net_wait_line a.out '^note: join-refused: if1: Invalid argument'
	request 0 -I eth0
}

net_case no_join "a listener that can join nowhere fails, and says where"
no_join_body() {
	net_host a
	net_stubs a 1 if
	net_in a ip link set if1 mtu 1200
	atf_check -s exit:3 -o save:out -e save:err \
	    $(net_at a) timeout 10 "$MCAST6DBG" -l -I if1
	matches out 'diagnosis: no-interface: .*' 'try: .*'
	has err "mcast6dbg: setsockopt IPV6_JOIN_GROUP if1: Invalid argument"
}

net_case only_hello "HELLO is answered and no other datagram"
only_hello_body() {
	net_two_hosts
	net_listener a
	n=0
	for text in HELL HELLOX hello 'HELLO\n' 'HELLO\0' 'HELLO\t1' ' HELLO' \
	    WELCOME 'WELCOME 01234567 1 m' 'WELCOME HELLO' '\0' 'HELL\0 ' \
	    'xHELLO '; do
		# shellcheck disable=SC2059 # a format it is
		printf "$text" >datagram
		send datagram
		n=$((n + 1))
	done
	net_in b "$RESPONDER" -f 1 4000 "$(net_ll a eth0)" eth0 28015 ''
	ask HELLO
	net_stop a
	has a.out "1 answered, $((n + 1)) other datagrams, 0 answers failed"
	atf_check_equal $((n + 2)) "$(grep -c '^Arrived datagram is ' a.out)"
	atf_check_equal 1 "$(grep -c '^Sent datagram is ' a.out)"
	has a.out "Arrived datagram is '' from [$(net_ll b eth0)%eth0]:4000"
}

net_case bare_hello "FLoM's five bytes HELLO get its seven bytes WELCOME"
bare_hello_body() {
	net_two_hosts
	net_listener a
	ask HELLO
	atf_check -o inline:WELCOME cat answer
}

net_case echo_tag "what follows HELLO comes back unchanged behind WELCOME"
echo_tag_body() {
	net_two_hosts
	net_listener a
	for rest in ' 0123abcd 7 m' ' 89ABCDEF 4294967295 u padding' ' ' \
	    ' 0123abcd 7 z' ' no tag' ' 0123abcd -1 m' \
	    ' \001\000\033[2J\377\n'; do
		ask "HELLO$rest"
		# shellcheck disable=SC2059 # a format it is
		printf "WELCOME$rest" >expected
		cmp expected answer || atf_fail "$rest came back changed"
	done
}

net_case report "kind r: the listener joins again and reports what it knows"
report_body() {
	net_two_hosts
	net_listener a
	ask 'HELLO 0123abcd 7 r'
	atf_check -o inline:"WELCOME 0123abcd 7 r group=ff12::8000:6db6\
 port=28015 zone=eth0 loop=yes" cat answer
}

net_case flom_server "a bare WELCOME, as FLoM's server sends it, is an answer"
flom_server_body() {
	net_two_hosts
	net_start a a "$RESPONDER" ff12::8000:6db6 eth0 28015 bare
	net_wait_line a.out joined
	request 0 -I eth0
	matches out "Arrived datagram is 'WELCOME' from .*, .* ms"
	request 0 -I eth0 -c 3 -i 0
	has out "3 sent, 3 answered, 0.0% loss"
}

net_case listener_count "-c: so many answers, and the listener ends"
listener_count_body() {
	net_two_hosts
	net_listener a -c 2
	printf other >datagram
	send datagram
	request 0 -I eth0
	request 0 -I eth0
	net_wait a
	atf_check_equal 0 $?
	has a.out "2 answered, 1 other datagrams, 0 answers failed"
	request 1 -N -w 0.1 -I eth0
}

net_case listener_wait "-w: so many seconds, and the listener ends"
listener_wait_body() {
	net_two_hosts
	atf_check -o save:out -e empty \
	    $(net_at a) timeout 10 "$MCAST6DBG" -l -w 0.1
	has out "Listening on [ff12::8000:6db6]:28015, joined on lo eth0" \
	    "0 answered, 0 other datagrams, 0 answers failed" \
	    "checked: own copy looped back on eth0: yes"
	matches out 'note: silent: .*'
}

net_case heard_nothing_filtered "heard nothing: the port's own copy is lost"
heard_nothing_filtered_body() {
	net_two_hosts
	net_filter a input 'udp dport 28015 drop'
	atf_check -o save:out -e empty \
	    $(net_at a) timeout 10 "$MCAST6DBG" -l -w 0.1
	matches out "checked: own copy looped back on eth0: .*not.*port" \
	    'note: filter-in: .*'
}

net_case monitor "a passive monitor shows a live application, and is silent"
monitor_body() {
	net_two_hosts
	net_listener a -A ff02::fb -P 5353 -x
	printf '\0\0\001\0\0\001\0\0\0\0\0\0\005_http\004_tcp' >query
	atf_check $(net_at b) socat -u FILE:query \
	    'UDP6-SENDTO:[ff02::fb%eth0]:5353,sourceport=5353'
	net_wait_line a.out '^00000017$'
	net_stop a
	nul='\x00'
	shown="$nul$nul\\x01$nul$nul\\x01$nul$nul$nul$nul$nul$nul"
	shown="$shown\\x05_http\\x04_tcp"
	has a.out \
	    "Arrived datagram is '$shown' from [$(net_ll b eth0)%eth0]:5353" \
	    "0 answered, 1 other datagrams, 0 answers failed"
	sed -n '/^0000/p' a.out >dump
	hexdump -C query | diff - dump >&2 || atf_fail "not like hexdump -C"
}

net_case shared_port "two listeners on one host share the port and both hear"
shared_port_body() {
	net_two_hosts
	net_listener a
	net_start second a "$MCAST6DBG" -l
	net_wait_line second.out '^Listening on'
	request 0 -I eth0
	for name in a second; do
		net_wait_line $name.out "^Sent datagram is 'WELCOME'"
		! grep port-taken $name.out || atf_fail "$name fell back"
	done
}

net_case shared_with_other "the port is shared with a program that shares it"
shared_with_other_body() {
	net_two_hosts
	net_start other a socat -u UDP6-RECV:28015,reuseaddr STDOUT
	net_wait_port a 28015
	net_listener a
	! grep port-taken a.out || atf_fail "fell back"
	request 0 -I eth0
}

# GROUP: [::]:28015 can't be bound, but the group address can.
falls_back() {
	net_two_hosts
	net_start other a socat -u 'UDP6-RECV:28015,bind=[::1]' STDOUT
	net_wait_port a 28015
	net_listener a -A "$1"
	net_wait_line a.out '^note: port-taken: '
	request 0 -I eth0 -A "$1"
	net_stop a
	has a.out "1 answered, 0 other datagrams, 0 answers failed"
}

net_case fallback_link "where :: is taken, a link-local group is bound"
fallback_link_body() {
	falls_back ff12::8000:6db6
}

net_case fallback_wide "where :: is taken, a wider group is bound"
fallback_wide_body() {
	falls_back ff05::1234
}

net_case port_taken "a port that another program holds alone is an error"
port_taken_body() {
	net_two_hosts
	net_start other a socat -u UDP6-RECV:28015 STDOUT
	net_wait_port a 28015
	for group in ff12::1 ff05::1; do
		atf_check -s exit:3 -o save:out -e save:err \
		    $(net_at a) timeout 10 "$MCAST6DBG" -l -A $group
		matches out 'diagnosis: port-taken: .*' 'try: .*'
		matches err \
		    "mcast6dbg: bind .*$group.*28015: Address already in use"
		! grep Listening out || atf_fail "says that it listens"
	done
}

net_case source_port_taken "a source port that is taken is an error"
source_port_taken_body() {
	net_two_hosts
	net_start other b socat -u UDP6-RECV:4000 STDOUT
	net_wait_port b 4000
	atf_check -s exit:3 -o ignore \
	    -e match:'^mcast6dbg: bind .*:4000: Addr' $(net_at b) \
	    timeout 10 "$MCAST6DBG" -I eth0 -p 4000
}

stamp='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}'
group_sa="addrlen=28; IPv6 address, sin6_port=28015, sin6_flowinfo=0x0, \
sin6_addr='ff12::8000:6db6', sin6_scope_id=[0-9]+"

# FILE ROLE REGEX...: each line is a trace of that role, and each REGEX is in
# one of them.
traces() {
	file=$1
	head="$stamp \\[[0-9]+\\] $2: "
	shift 2
	! grep -Ev "^$head" "$file" >&2 || atf_fail "a line without its stamp"
	for re in "$@"; do
		grep -Eq "^$head.*$re" "$file" && continue
		cat "$file" >&2
		atf_fail "no trace of: $re"
	done
}

net_case trace_listener "-v shows each network call of a listener"
trace_listener_body() {
	net_two_hosts
	net_listener a -v -c 1
	request 0 -I eth0 -p 4000
	net_wait a
	traces a.err listener 'if_nameindex\(.*eth0' \
	    'socket\(.*AF_INET6.*SOCK_DGRAM.*\) = [0-9]+$' \
	    'setsockopt\([0-9]+, IPPROTO_IPV6, IPV6_V6ONLY, 1\) = 0' \
	    'setsockopt\([0-9]+, SOL_SOCKET, SO_REUSEADDR, 1\) = 0' \
	    "bind\\(.*addrlen=28; IPv6 address, sin6_port=28015, \
sin6_flowinfo=0x0, sin6_addr='::', sin6_scope_id=0.*\\) = 0" \
	    'IPV6_JOIN_GROUP.*ff12::8000:6db6.*eth0.* = 0' \
	    "recvfrom\\(.*addrlen=28; IPv6 address, sin6_port=4000, \
sin6_flowinfo=0x0, sin6_addr='fe80::.*', sin6_scope_id=[0-9]+.*= 5$" \
	    'recvfrom.*HELLO' 'HELLO.*|48 ?45 ?4c ?4c ?4f' \
	    "sendto\\(.*sin6_port=4000, .* = 7$" '57 ?45 ?4c ?43 ?4f ?4d ?45'
	grep -q "\\[$(cat a.pid)\\]" a.err || atf_fail "not the listener's pid"
}

net_case trace_requester "-v shows each network call of a requester"
trace_requester_body() {
	net_two_hosts
	net_listener a
	atf_check -o save:out -e save:err \
	    $(net_at b) timeout 10 "$MCAST6DBG" -v -I eth0 -H 7 -p 4000
	traces err requester 'socket\(.*\) = [0-9]+$' \
	    'setsockopt\(.*, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 7\) = 0' \
	    "setsockopt\\(.*, IPV6_MULTICAST_IF, $(net_index b eth0)\\) = 0" \
	    "bind\\(.*sin6_port=4000, .*\\) = 0" \
	    "connect\\(.*$group_sa.*\\) = 0" \
	    "getsockname\\(.*sin6_addr='fe80::.*= 0" \
	    "sendto\\(.*$group_sa.*\\) = 5$" '48 ?45 ?4c ?4c ?4f' \
	    "recvfrom\\(.*sin6_port=28015, .*= 7$" '57 ?45 ?4c ?43 ?4f ?4d ?45'
	atf_check_equal 2 "$(wc -l <out)"
}

net_case trace_failure "-v shows errno by name and text"
trace_failure_body() {
	net_two_hosts
	net_start other a socat -u UDP6-RECV:28015 STDOUT
	net_wait_port a 28015
	atf_check -s exit:3 -o ignore -e save:err \
	    $(net_at a) timeout 10 "$MCAST6DBG" -l -v
	grep -v '^mcast6dbg: ' err >trace
	traces trace listener \
	    'bind\(.*\) = -1 EADDRINUSE \(Address already in use\)$'
}

net_case trace_mask "FLOM_TRACE_MASK with one of FLoM's bits traces, others not"
trace_mask_body() {
	net_two_hosts
	for mask in 0x10000 0x100000 65536 1048576 0xffffffff; do
		atf_check -s exit:1 -o ignore -e match:'requester: sendto' \
		    $(net_at b) env FLOM_TRACE_MASK=$mask \
		    "$MCAST6DBG" -N -w 0.01 -I eth0
	done
	for mask in 0 0x1 0xeffff 10000 '' x; do
		atf_check -s exit:1 -o ignore -e empty \
		    $(net_at b) env FLOM_TRACE_MASK="$mask" \
		    "$MCAST6DBG" -N -w 0.01 -I eth0
	done
}

net_case trace_selftest "-t -v traces as selftest"
trace_selftest_body() {
	net_two_hosts
	atf_check -o ignore -e save:err \
	    $(net_at b) timeout 10 "$MCAST6DBG" -t -v
	traces err selftest 'if_nameindex\(' 'IPV6_JOIN_GROUP.*eth0' \
	    'sendto\(' 'recvfrom\('
}

# FILE: as a datagram to a listener, -x shows it as hexdump -C does.
dumps() {
	send "$1"
	hexdump -C "$1" >expected
	net_wait_line a.out "^$(tail -n 1 expected)\$"
	sed -n '/^[0-9a-f]\{8\}/p; /^\*$/p' a.out >dump
	diff expected dump >&2 || atf_fail "not like hexdump -C"
}

net_case hexdump_binary "-x shows escapes, NULs and high bytes like hexdump -C"
hexdump_binary_body() {
	net_two_hosts
	net_listener a -x
	printf '\033[2J\0\001\177\200\377|~ HELLO\r\n\t\\' >datagram
	dumps datagram
	! LC_ALL=C grep -q '[^ -~]' a.out || atf_fail "a raw byte on stdout"
}

net_case hexdump_repeated "-x folds repeated lines like hexdump -C"
hexdump_repeated_body() {
	net_two_hosts
	net_listener a -x
	{
		printf %0320d 0
		printf x
		printf %0335d 0 # to the end of a line of 16
	} >datagram
	dumps datagram
}

net_case hexdump_largest "-x shows the largest datagram like hexdump -C"
hexdump_largest_body() {
	net_two_hosts
	net_listener a -x
	head -c 65527 /dev/urandom >datagram
	dumps datagram
}

net_case hexdump_both_ways "-x shows what is sent too, in both roles"
hexdump_both_ways_body() {
	net_two_hosts
	net_listener a -x -c 1
	request 0 -I eth0 -x
	net_wait a
	for file in out a.out; do
		sed "s/^\([AS][a-z]*\) datagram is '\([A-Z]*\)'.*/\1 \2/" \
		    $file | grep -v '^Listening' >$file.short
	done
	printf HELLO | hexdump -C >hello
	printf WELCOME | hexdump -C >welcome
	{
		echo Sent HELLO
		cat hello
		echo Arrived WELCOME
		cat welcome
	} | diff - out.short >&2 || atf_fail "on the requester"
	{
		echo Arrived HELLO
		cat hello
		echo Sent WELCOME
		cat welcome
		echo 1 answered, 0 other datagrams, 0 answers failed
	} | diff - a.out.short >&2 || atf_fail "on the listener"
}

# STATUS: of -t on b, whose table goes to "out".
selftest() {
	atf_check -s "exit:$1" -o save:out -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -t
	matches out \
	    'interface +index +source +join +send +loopback +verdict.*'
}

net_case selftest_healthy "-t: a host whose interface works, lo does not count"
selftest_healthy_body() {
	net_two_hosts
	selftest 0
	matches out "eth0 +[0-9]+ +$(net_ll b eth0)\\S* .* ok" \
	    'lo +1 .*no-route.*not counted.*'
}

net_case selftest_down "-t: an interface that is down counts only alone"
selftest_down_body() {
	net_two_hosts
	net_stubs b 1 if
	net_in b ip link set if1 down
	selftest 0
	matches out 'eth0 .* ok' 'if1 .* down \(not counted\)'
	net_in b ip link set eth0 down
	selftest 3
	matches out 'eth0 .* down.*' 'if1 .* down.*'
}

net_case selftest_no_address "-t: an interface without an address fails"
selftest_no_address_body() {
	net_two_hosts
	net_stubs b 1 if
	net_in b ip -6 addr flush dev if1
	selftest 3
	matches out 'eth0 .* ok' 'if1 .* no-address.*'
}

net_case selftest_filter "-t: a host whose packet filter drops fails"
selftest_filter_body() {
	net_two_hosts
	net_filter b output 'udp dport 28015 drop'
	selftest 3
	matches out 'eth0 .* filter-out.*'
	net_in b nft flush ruleset
	net_filter b input 'udp dport 28015 drop'
	selftest 3
	matches out 'eth0 .* filter-in.*'
}

net_case selftest_lo_only "-t: a host with nothing but lo can't do multicast"
selftest_lo_only_body() {
	net_host b
	selftest 3
	matches out 'lo +1 .*no-route.*'
}

net_case selftest_lo_route "-t: lo passes where it has the route"
selftest_lo_route_body() {
	net_host b
	net_in b ip -6 route add local ff00::/8 dev lo
	atf_check -o match:'^lo +1 .* ok' -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -t
}

net_case selftest_interface "-t -I tests that interface only"
selftest_interface_body() {
	net_two_hosts
	net_stubs b 1 if
	net_in b ip link set if1 down
	atf_check -o save:out -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -t -I eth0
	matches out 'eth0 .* ok'
	! grep -E '^(lo|if1) ' out || atf_fail "more than eth0"
}

net_case selftest_many "-t: 200 interfaces, tested together, not in turn"
selftest_many_body() {
	net_two_hosts
	net_stubs b 199 if
	selftest 0
	atf_check_equal 200 "$(grep -c ' ok$' out)"
}

# SIGNAL: ends both roles, at once and with what was seen so far.
ends_roles() {
	net_two_hosts
	net_listener a
	net_start b b "$MCAST6DBG" -I eth0 -c 0 -i 1000
	net_wait_line b.out '^Arrived'
	start=$(date +%s)
	net_kill b "$1"
	net_wait b
	atf_check_equal 0 $?
	net_kill a "$1"
	net_wait a
	atf_check_equal 0 $?
	[ $(($(date +%s) - start)) -lt 10 ] || atf_fail "not at once"
	has b.out "1 sent, 1 answered, 0.0% loss"
	matches b.out "$(net_ll a eth0)%eth0: 1 answered, 0 lost, .*"
	has a.out "1 answered, 0 other datagrams, 0 answers failed"
	atf_check cat a.err b.err
}

net_case sigint "SIGINT ends both roles with a summary"
sigint_body() {
	ends_roles INT
}

net_case sigterm "SIGTERM ends both roles with a summary"
sigterm_body() {
	ends_roles TERM
}

net_case signal_waiting "a signal ends the wait for an answer"
signal_waiting_body() {
	net_two_hosts
	net_start b b "$MCAST6DBG" -I eth0 -w 1000
	net_wait_line b.out '^Sent'
	start=$(date +%s)
	net_stop b
	atf_check_equal 1 $?
	[ $(($(date +%s) - start)) -lt 10 ] || atf_fail "not at once"
	matches b.out '1 sent, 0 answered, .*, 1 still out'
	! grep diagnosis b.out || atf_fail "diagnosis after an interrupt"
}

net_case signal_diagnosing "a signal ends the diagnosis before its verdict"
signal_diagnosing_body() {
	net_two_hosts
	net_start b b "$MCAST6DBG" -I eth0 -w 0.001 -u fe80::dead%eth0
	net_wait_line b.out '^1 sent'
	net_stop b
	atf_check_equal 1 $?
	! grep '^diagnosis' b.out || atf_fail "went on to the verdict"
}

net_case signal_selftest "a signal ends -t"
signal_selftest_body() {
	net_two_hosts
	net_filter b input 'udp dport 28015 drop'
	net_start b b "$MCAST6DBG" -t -v -w 1000
	net_wait_line b.err 'sendto'
	start=$(date +%s)
	net_stop b
	[ $? = 3 ] || [ $? = 1 ] || atf_fail "status"
	[ $(($(date +%s) - start)) -lt 10 ] || atf_fail "not at once"
}

net_case full_device "a full stdout ends both roles with a message"
full_device_body() {
	net_two_hosts
	net_in a timeout 10 "$MCAST6DBG" -l >/dev/full 2>err
	atf_check_equal 3 $?
	atf_check -o match:'^mcast6dbg: .*No space left' cat err
	net_listener a
	for role in '-I eth0' -t; do
		# shellcheck disable=SC2086 # words
		net_in b timeout 10 "$MCAST6DBG" $role >/dev/full 2>err
		atf_check_equal 3 $?
		atf_check -o match:'^mcast6dbg: .*No space left' cat err
	done
}

net_case closed_stdout "a closed stdout ends all roles with a message"
closed_stdout_body() {
	net_two_hosts
	net_listener a
	for role in -l -t '-I eth0' -h; do
		# shellcheck disable=SC2086 # words
		net_in b timeout 10 "$MCAST6DBG" $role >&- 2>err
		atf_check_equal 3 $?
		matches err 'mcast6dbg: .*Bad file descriptor'
	done
}

net_case closed_stderr "a closed stderr or stdin ends nothing"
closed_stderr_body() {
	net_two_hosts
	net_listener a
	atf_check -o match:Arrived $(net_at b) sh -c \
	    'exec timeout 10 "$0" -v -I eth0 2>&- <&-' "$MCAST6DBG"
}

net_case head_listener "| head -1: the next line ends the listener"
head_listener_body() {
	net_two_hosts
	mkfifo lines
	net_start a a sh -c 'exec "$0" -l >lines' "$MCAST6DBG"
	atf_check -o match:'^Listening on' head -n 1 lines
	# shellcheck disable=SC2216
	net_in b timeout 10 "$MCAST6DBG" -N -w 0.5 -I eth0 >out 2>&1
	net_wait a
	atf_check_equal 3 $?
	matches a.err 'mcast6dbg: .*Broken pipe'
}

net_case head_requester "| head -1: the next line ends the requester"
head_requester_body() {
	net_two_hosts
	net_listener a
	mkfifo lines
	net_start b b sh -c 'exec "$0" -c 0 -i 0.01 -I eth0 >lines' "$MCAST6DBG"
	atf_check -o match:'^Sent' head -n 1 lines
	net_wait b
	atf_check_equal 3 $?
	matches b.err 'mcast6dbg: .*Broken pipe'
}

net_case line_by_line "results come line by line into a pipe"
line_by_line_body() {
	net_two_hosts
	net_listener a
	mkfifo lines
	net_start b b sh -c 'exec "$0" -c 2 -i 1000 -I eth0 >lines' "$MCAST6DBG"
	timeout 10 sed '/^Arrived/q' lines >out
	matches out "Arrived datagram is 'WELCOME .*"
}
