# shellcheck shell=sh
# shellcheck disable=SC2046,SC2154 # net_at gives words; atf_check saves out
# Hostile datagrams, and hosts that lack what a program takes for granted.
# Host a has the listener, host b the requester, or the attacker.

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

# COUNT SOURCE-PORT TEXT: datagrams from b to the group.
attack() {
	atf_check $(net_at b) "$RESPONDER" -f "$1" "$2" \
	    ff12::8000:6db6 eth0 28015 "$3"
}

# FILE REGEX: how many lines match.
lines() {
	grep -Ec -e "$2" "$1"
}

# FILE...: nothing but printable characters.
printable() {
	! LC_ALL=C grep -n '[^ -~]' "$@" >&2 || atf_fail "raw bytes in $*"
}

net_case own_port "a HELLO from our own port makes no loop of answers"
own_port_body() {
	net_two_hosts
	net_listener a
	net_listener b
	attack 1 =28015 HELLO
	request 0 -I eth0
	# Of its own WELCOME and that of a, b's listener hears both.
	net_until sh -c "grep -c \"^Arrived .*'WELCOME'\" b.out | grep -x 2"
	net_stop a
	net_stop b
	for host in a b; do
		atf_check_equal 2 "$(lines $host.out '^Sent ')"
		atf_check_equal 0 "$(lines $host.out "^Sent .*'HELLO'")"
	done
	has a.out "2 answered, 0 other datagrams, 0 answers failed"
	has b.out "2 answered, 2 other datagrams, 0 answers failed"
}

net_case port_zero "a HELLO from port 0 is not answered"
port_zero_body() {
	net_two_hosts
	net_listener a
	attack 1 =0 HELLO
	net_wait_line a.out "^Arrived datagram is 'HELLO' from .*]:0$"
	request 0 -I eth0
	net_stop a
	has a.out "1 answered, 1 other datagrams, 0 answers failed"
}

net_case foreign_flood "WELCOMEs of foreign runs are counted and answer nothing"
foreign_flood_body() {
	net_two_hosts
	net_listener a -q
	net_start b b "$MCAST6DBG" -q -I eth0 -p 4000 -c 0 -i 0.01 -w 0.5
	net_until grep -q '!!!' b.out
	to=$(net_ll b eth0)
	for text in 'WELCOME 00000000 1 m' 'WELCOME 00000000 1 m' HELLO ''; do
		atf_check $(net_at a) \
		    "$RESPONDER" -f 5000 4001 "$to" eth0 4000 "$text"
	done
	marks=$(tr -dc '!.' <b.out)
	net_until grep -Fq "$marks!!!" b.out
	net_kill b INT
	net_wait b
	status=$?
	[ $status -le 1 ] || atf_fail "exit status $status"
	matches b.out '[0-9]+ foreign datagrams' \
	    "$(net_ll a eth0)%eth0: [1-9][0-9]* answered, .*"
	atf_check_equal 1 "$(lines b.out ' answered, [0-9]+ lost')"
	# Loss is the honest difference, whatever the flood has cost.
	awk '/ sent, / { sent = $1; answered = $3 }
	    / still out/ { out = $(NF - 2) }
	    / lost, / { row = $2; lost = $4; late = $8 }
	    END { known = row + lost + late
		exit !(row == answered && known <= sent &&
		    known >= sent - out) }' b.out ||
	    atf_fail "$(tail -n 1 b.out)"
}

net_case bare_flood "bare WELCOMEs don't answer what was answered already"
bare_flood_body() {
	net_two_hosts
	net_start a a "$RESPONDER" ff12::8000:6db6 eth0 28015 \
	    bare,bare,bare bare
	net_wait_line a.out joined
	request 0 -I eth0 -c 2 -i 0.1
	has out "2 sent, 2 answered, 0.0% loss"
	matches out '.*: 2 answered, 0 lost, [12] duplicate, .*'
}

net_case truncated_tags "half a tag is echoed or ignored, never misread"
truncated_tags_body() {
	net_two_hosts
	net_listener a -v
	n=0
	for tag in ' ' ' 0' ' 01234567' ' 01234567 ' ' 01234567 1' \
	    ' 01234567 1 ' ' 01234567 99999999999999999999999 r' \
	    ' 0123456z 1 r' ' 01234567 -1 r' ' 01234567  1 r' \
	    ' 01234567 1 rr' ' 012345678 1 r'; do
		attack 1 4000 "HELLO$tag"
		n=$((n + 1))
		net_wait_line a.out "^Sent datagram is 'WELCOME$tag' to"
	done
	net_stop a
	has a.out "$n answered, 0 other datagrams, 0 answers failed"
	atf_check_equal 0 "$(lines a.err IPV6_LEAVE_GROUP)"
}

net_case too_long_to_answer "a HELLO whose WELCOME fits no datagram"
too_long_to_answer_body() {
	net_two_hosts
	net_listener a
	{
		printf 'HELLO '
		head -c 65521 /dev/zero | tr '\0' x
	} >datagram
	atf_check $(net_at b) socat -u -b 65536 FILE:datagram \
	    "UDP6-SENDTO:[$(net_ll a eth0)%eth0]:28015"
	net_wait_line a.out '^note: answer-failed: .*Message too long'
	request 0 -I eth0
	net_stop a
	has a.out "1 answered, 0 other datagrams, 1 answers failed"
}

net_case escapes_at_listener "no terminal escape gets through a listener"
escapes_at_listener_body() {
	net_two_hosts
	net_listener a -v -x
	escape=$(printf '\033]0;title\007\033[2J\233\r')
	attack 1 4000 "HELLO $escape"
	attack 1 4000 "$escape' from [::1]:1"
	net_wait_line a.out "^Arrived .*x1b\[2J\\\\x9b\\\\x0d\\\\x27 from"
	net_stop a
	printable a.out a.err
}

net_case escapes_at_requester "no terminal escape gets through a requester"
escapes_at_requester_body() {
	net_two_hosts
	net_start a a "$RESPONDER" ff12::8000:6db6 eth0 28015 longer,ok
	net_wait_line a.out joined
	atf_check -o save:out -e save:err \
	    $(net_at b) timeout 10 "$MCAST6DBG" -v -x -c 2 -i 0 -I eth0
	matches out 'Arrived datagram is .*\\x1b.*'
	printable out err
}

net_case hostile_report "a listener's report full of nonsense does no harm"
hostile_report_body() {
	net_two_hosts
	net_start a a "$RESPONDER" ff12::1 eth0 28015 report
	net_wait_line a.out joined
	atf_check -s exit:1 -o save:out -e save:err \
	    $(net_at b) timeout 20 "$MCAST6DBG" -v -x -w 0.2 -I eth0
	matches out 'diagnosis: .*'
	printable out err
}

net_case rejoin_storm "the listener joins again once a second at most"
rejoin_storm_body() {
	net_two_hosts
	net_listener a -v
	attack 200 4000 'HELLO 01234567 1 r'
	# By unicast: what comes between leaving and joining is lost.
	atf_check $(net_at b) "$RESPONDER" -f 1 4000 \
	    "$(net_ll a eth0)" eth0 28015 'HELLO 01234567 2 r'
	net_wait_line a.out "^Sent datagram is 'WELCOME 01234567 2 r "
	net_stop a
	seconds=$(sed -n 's/^\([^.]*\)\..*/\1/p' a.err | sort -u | wc -l)
	n=$(lines a.err 'IPV6_LEAVE_GROUP')
	[ "$n" -ge 1 ] || atf_fail "never joined again"
	[ "$n" -le "$seconds" ] || atf_fail "$n times within $seconds s"
}

net_case multicast_storm "the listener answers to ff02::1 once a second at most"
multicast_storm_body() {
	net_two_hosts
	net_listener a -v
	attack 200 4000 'HELLO 01234567 1 g'
	attack 1 4000 'HELLO 01234567 2 g'
	net_wait_line a.out "^Sent datagram is 'WELCOME 01234567 2 g'"
	net_stop a
	seconds=$(sed -n 's/^\([^.]*\)\..*/\1/p' a.err | sort -u | wc -l)
	n=$(lines a.err "sendto.*sin6_port=4000.*'ff02::1'")
	[ "$n" -ge 1 ] || atf_fail "never answered to ff02::1"
	[ "$n" -le "$seconds" ] || atf_fail "$n times within $seconds s"
}

net_case multicast_from_afar "kind g from beyond the link: no answer to ff02::1"
multicast_from_afar_body() {
	net_two_hosts
	net_addr a eth0 2001:db8::a/64
	net_addr b eth0 2001:db8::b/64
	net_listener a -v
	atf_check $(net_at b) "$RESPONDER" -f 1 4000 \
	    2001:db8::a eth0 28015 'HELLO 01234567 1 g'
	net_wait_line a.out \
	    "^Sent datagram is 'WELCOME 01234567 1 g' to \[2001:db8::b]:4000"
	net_stop a
	atf_check_equal 0 "$(lines a.err "sendto.*'ff02::1'")"
}

net_case flooded_stop "SIGTERM ends a listener while a flood goes on"
flooded_stop_body() {
	net_two_hosts
	net_listener a -v -x
	net_start flood b timeout 8 "$RESPONDER" -f 100000000 4000 \
	    ff12::8000:6db6 eth0 28015 HELLO
	net_wait_line a.out '^Arrived'
	net_stop a
	atf_check_equal 0 $?
	! grep 'State:.*Z' "/proc/$(cat flood.pid)/status" ||
	    atf_fail 'the flood was over first'
	net_kill flood TERM
}

net_case flooded_listener "a flooded listener: answers, or an honest loss"
flooded_listener_body() {
	net_two_hosts
	net_listener a -q
	net_start flood b "$RESPONDER" -f 300000 4000 \
	    ff12::8000:6db6 eth0 28015 HELLO
	net_in b timeout 30 "$MCAST6DBG" -N -I eth0 -c 20 -i 0.01 -w 1 >out
	status=$?
	net_wait flood
	[ $status -le 1 ] || atf_fail "exit status $status"
	matches out '20 sent, [0-9]+ answered, [0-9.]+% loss'
	request 0 -I eth0 -w 20 # behind what is queued
	net_stop a
	atf_check_equal 0 $?
	matches a.out '[1-9][0-9]{2,} answered, 0 other datagrams, .*'
}

net_case forged_answers "a number or kind that is not out answers nothing"
forged_answers_body() {
	net_two_hosts
	net_listener a
	net_start b b "$MCAST6DBG" -I eth0 -p 4000 -c 2 -i 1000
	net_wait_line b.out '^Arrived'
	id=$(sed -n "s/^Sent datagram is 'HELLO \\([^ ]*\\) .*/\\1/p" b.out)
	to=$(net_ll b eth0)
	for tag in "$id 2 m" "$id 0 m" "$id 18446744073709551617 m" "$id 1 u" \
	    "$id 1 r"; do
		atf_check $(net_at a) "$RESPONDER" -f 1 28015 "$to" eth0 4000 \
		    "WELCOME $tag"
		net_wait_line b.out "^Arrived datagram is 'WELCOME $tag' .*"
	done
	net_kill b INT
	net_wait b
	atf_check_equal 0 $?
	has b.out "1 sent, 1 answered, 0.0% loss"
	has b.out "5 foreign datagrams"
	matches b.out "$(net_ll a eth0)%eth0: 1 answered, 0 lost, \
0 duplicate, 0 late, 0 out of order, 0 damaged, .*"
}

# LIMIT: a command of the shell that takes a resource away; every role then
# does its work or says what fails.  (LeakSanitizer would fail itself.)
limited() {
	for role in '-l -w 0.01' '-I eth0 -w 0.05 -N' '-I eth0 -w 0.05' \
	    '-t -I eth0'; do
		net_in b timeout 20 env ASAN_OPTIONS=detect_leaks=0 \
		    sh -c "$1 && exec \"\$0\" $role" "$MCAST6DBG" >out 2>err
		status=$?
		case $status in
		[01]) ;;
		3) grep -q '^mcast6dbg: ' err || grep '^eth0 ' out ;;
		*) false ;;
		esac && continue
		cat out err >&2
		atf_fail "$1: $role: exit status $status, or no word of why"
	done
}

net_case descriptors "with few descriptors each role says what it lacks"
descriptors_body() {
	net_two_hosts
	# One more than are open, which the loader needs too.
	atf_check -s exit:3 -o ignore -e match:'^mcast6dbg: .*Too many open' \
	    $(net_at b) env ASAN_OPTIONS=detect_leaks=0 \
	    sh -c 'ulimit -n 4 && exec "$0" -l' "$MCAST6DBG"
	for n in 4 5 6 7 8 10 12; do
		limited "ulimit -n $n"
	done
}

net_case memory "with little memory each role says what it lacks"
memory_body() {
	net_two_hosts
	# From where the loader has enough; a sanitizer never has.
	n=1000
	until net_in b sh -c "ulimit -v $n && exec \"\$0\" -V" "$MCAST6DBG"; do
		n=$((n + 100))
		[ $n -lt 20000 ] || return 0
	done >/dev/null 2>&1
	for more in 0 100 200 300 500 800 1200 2000; do
		limited "ulimit -v $((n + more))"
	done
}

net_case option_memory "more joins than one socket has room for: all are made"
option_memory_body() {
	net_two_hosts
	net_stubs a 199 if
	# Where this is the host's own and not a namespace's, it has room.
	net_in a sh -c 'echo 2048 >/proc/sys/net/core/optmem_max' 2>/dev/null
	net_listener a
	! grep '^note: join-refused' a.out || atf_fail "refused"
	for n in 1 100 199; do
		net_in a ip maddr show dev "if$n" | grep -q ff12::8000:6db6 ||
		    atf_fail "if$n is no member"
	done
	request 0 -I eth0
}

net_case no_address "a host without any IPv6 address says so"
no_address_body() {
	net_two_hosts
	net_in b ip -6 addr flush dev eth0
	net_in b ip -6 addr flush dev lo
	atf_check -s exit:3 -o match:'^diagnosis: no-address: ' \
	    -e match:'^mcast6dbg: sendto .*: Cannot assign requested' \
	    $(net_at b) timeout 20 "$MCAST6DBG" -I eth0
	atf_check -s exit:3 -o match:'^eth0 .* no-address' -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -t
	atf_check -o match:'^Listening on' -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -l -w 0.01
}

net_case disabled "a host with IPv6 switched off says so"
disabled_body() {
	net_two_hosts
	net_conf b all disable_ipv6 1
	atf_check -s exit:3 -o match:'^diagnosis: (down|no-address): ' \
	    -e match:'^mcast6dbg: sendto ' \
	    $(net_at b) timeout 20 "$MCAST6DBG" -I eth0
	atf_check -s exit:3 -o match:'^diagnosis: (no-interface|down): ' \
	    -e match:'^mcast6dbg: sendto ' \
	    $(net_at b) timeout 20 "$MCAST6DBG"
	atf_check -s exit:3 -o match:'^eth0 .* (down|no-address)' -e empty \
	    $(net_at b) timeout 20 "$MCAST6DBG" -t
	net_in b timeout 20 "$MCAST6DBG" -l -w 0.01 >out 2>err
	status=$?
	[ $status = 0 ] || [ $status = 3 ] || atf_fail "exit status $status"
}

net_case read_only "nothing is written where the program runs"
read_only_body() {
	net_two_hosts
	net_listener a
	mkdir empty
	atf_check -o match:'^Arrived' $(net_at b) unshare -m sh -c \
	    'mount -t tmpfs -o ro none empty && cd empty && exec "$0" -I eth0' \
	    "$(realpath "$MCAST6DBG")"
}

net_case unprivileged "no privilege is needed in any role"
unprivileged_body() {
	net_two_hosts
	# Root without a capability is an ordinary user to the network.
	plain='setpriv --bounding-set=-all --inh-caps=-all'
	net_start a a $plain "$MCAST6DBG" -l
	net_wait_line a.out '^Listening on'
	# shellcheck disable=SC2086 # words
	atf_check -o match:'^Arrived' \
	    $(net_at b) $plain "$MCAST6DBG" -I eth0 -s 1000
	# shellcheck disable=SC2086 # words
	atf_check -o match:'^eth0 .* ok$' $(net_at b) $plain "$MCAST6DBG" -t
	# shellcheck disable=SC2086 # words
	atf_check -s exit:1 -o match:'^diagnosis: silent: ' \
	    $(net_at b) $plain "$MCAST6DBG" -I eth0 -P 9 -w 0.1
}

net_case empty_environment "no environment is needed in any role"
empty_environment_body() {
	net_two_hosts
	net_start a a env -i "$MCAST6DBG" -l
	net_wait_line a.out '^Listening on'
	atf_check -o match:'^Arrived' $(net_at b) env -i "$MCAST6DBG" -I eth0
	atf_check -o ignore $(net_at b) env -i "$MCAST6DBG" -t
}
