# shellcheck shell=sh
# shellcheck disable=SC2046,SC2154 # net_at gives words; atf_check saves out
# Many HELLOs, many listeners, unicast beside multicast, and listeners that
# see interfaces come and go.  Host b has the requester.

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

ms='[0-9]+\.[0-9]{3}'
times="rtt min/avg/max/stddev $ms/$ms/$ms/$ms ms"

# ANSWERED LOST DUPLICATE LATE DISORDERED DAMAGED: the row of some listener.
row() {
	echo "$1 answered, $2 lost, $3 duplicate, $4 late, $5 out of order," \
	    "$6 damaged(, $times)?"
}

# ACTION...: hosts a and b, where a answers HELLO as responder.c does.
responds() {
	net_two_hosts
	net_start a a "$RESPONDER" ff12::8000:6db6 eth0 28015 "$@"
	net_wait_line a.out joined
}

# Hosts a, b and c at one switch.
three_hosts() {
	net_switch switch
	for host in a b c; do
		net_host $host
		net_plug switch $host eth0
	done
}

# NAME TEXT: until the program's output has it, its last line unfinished.
shows() {
	net_until grep -q -e "$2" "$1.out"
}

net_case closed_loop "-i 0: the next HELLO as soon as the last is answered"
closed_loop_body() {
	net_two_hosts
	net_listener a -q
	request 0 -I eth0 -c 1000 -i 0 -w 5
	has out "1000 sent, 1000 answered, 0.0% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 1000 0 0 0 0 0)"
	atf_check_equal 2002 "$(wc -l <out)"
}

net_case closed_loop_lost "-i 0: the next HELLO as soon as one is given up"
closed_loop_lost_body() {
	net_two_hosts
	start=$(date +%s%N)
	request 1 -N -I eth0 -c 3 -i 0 -w 0.1
	elapsed=$((($(date +%s%N) - start) / 1000000))
	[ "$elapsed" -ge 300 ] || atf_fail "three waits within $elapsed ms"
	has out "3 sent, 0 answered, 100.0% loss"
	atf_check_equal 3 "$(grep -c '^No answer to .* within 0.1 s$' out)"
}

net_case interval "-i keeps the rate, and does not busy-wait for it"
interval_body() {
	net_two_hosts
	net_listener a -q
	start=$(date +%s%N)
	atf_check -o save:out $(net_at b) sh -c \
	    '"$0" -q -I eth0 -c 500 -i 0.001 -w 5; cat /proc/$$/stat >stat' \
	    "$MCAST6DBG"
	elapsed=$((($(date +%s%N) - start) / 1000000))
	has out "500 sent, 500 answered, 0.0% loss"
	[ "$elapsed" -ge 499 ] || atf_fail "500 at 1 ms within $elapsed ms"
	# The children's user and system time, in ticks.
	ticks=$(awk '{ print $16 + $17 }' stat)
	[ $((ticks * 1000 / $(getconf CLK_TCK))) -lt $((elapsed / 2)) ] ||
	    atf_fail "$ticks ticks of CPU time in $elapsed ms"
}

net_case size "-s: HELLO has that many bytes, and the padding comes back"
size_body() {
	net_two_hosts
	net_listener a
	for size in 28 1000 65525; do
		request 0 -I eth0 -s $size
		sed -n "s/^Sent datagram is '\\(HELLO .*\\)' to .*/\\1/p" out \
		    >hello
		atf_check_equal $((size + 1)) "$(wc -c <hello)"
		! grep damaged out | grep -v ' 0 damaged' ||
		    atf_fail "padding of $size came back damaged"
	done
}

net_case source_port "-p is the port that HELLOs come from"
source_port_body() {
	net_two_hosts
	net_listener a
	request 0 -I eth0 -p 4000 -c 2 -i 0
	net_stop a
	atf_check_equal 2 \
	    "$(grep -c '^Arrived .* from \[fe80.*%eth0\]:4000$' a.out)"
}

net_case tagged "more than one HELLO: tagged with one id, numbered from 1"
tagged_body() {
	net_two_hosts
	net_listener a
	request 0 -I eth0 -c 3 -i 0
	sed -n "s/^Sent datagram is '\\([^']*\\)' .*/\\1/p" out >sent
	id=$(sed -n '1s/HELLO \([0-9a-f]\{8\}\) .*/\1/p' sent)
	atf_check -o inline:"HELLO $id 1 m\nHELLO $id 2 m\nHELLO $id 3 m\n" \
	    cat sent
}

net_case loss "loss to a tenth of a percent, and one line for each lost HELLO"
loss_body() {
	net_two_hosts
	net_listener a -c 11
	request 1 -N -I eth0 -c 12 -i 0 -w 0.3
	has out "12 sent, 11 answered, 8.3% loss"
	atf_check_equal 1 "$(grep -c "^No answer to 'HELLO" out)"
	matches out "$(net_ll a eth0)%eth0: $(row 11 1 0 0 0 0)"
}

net_case times "round-trip times in order and not of another clock"
times_body() {
	net_two_hosts
	net_listener a
	request 0 -I eth0 -c 20 -i 0
	sed -n 's/^Arrived .*, \([0-9.]*\) ms$/\1/p' out | sort -n >each
	atf_check_equal 20 "$(wc -l <each)"
	sed -n 's,.* min/avg/max/stddev \([^ ]*\) ms$,\1,p' out | tr / ' ' |
	    cat - each | awk '
	NR == 1 { min = $1; avg = $2; max = $3; next }
	NR == 2 { first = $1 }
	{ sum += $1; last = $1 }
	END { exit !(min == first && max == last && min > 0 && max < 5000 &&
	    avg - sum / 20 < 0.002 && sum / 20 - avg < 0.002) }' && return
	cat out >&2
	atf_fail "minimum, average and maximum are not those of the answers"
}

net_case marks_lines "-q: 60 marks to a line behind the elapsed seconds"
marks_lines_body() {
	net_two_hosts
	net_listener a
	request 0 -q -I eth0 -c 61 -i 0.02 -w 5
	matches out '    0  !{60}' '    1  !' "$(net_ll a eth0)%eth0: .*"
	has out "61 sent, 61 answered, 0.0% loss"
	atf_check_equal 4 "$(wc -l <out)"
}

net_case marks_lost "-q: a dot for each lost HELLO, and no line"
marks_lost_body() {
	net_two_hosts
	request 1 -N -q -I eth0 -c 3 -i 0 -w 0.01
	atf_check -o inline:"    0  ...\n3 sent, 0 answered, 100.0% loss\n" \
	    cat out
}

net_case marks_at_once "-q: a mark shows as soon as its HELLO is answered"
marks_at_once_body() {
	net_two_hosts
	net_listener a
	net_start b b "$MCAST6DBG" -q -I eth0 -c 0 -i 1000
	shows b '^    0  !$'
	net_kill b INT
	net_wait b
	atf_check_equal 0 $?
}

net_case control "-u: a unicast HELLO beside each, with a summary of its own"
control_body() {
	net_two_hosts
	net_listener a
	a=$(net_ll a eth0)
	request 0 -I eth0 -c 3 -i 0 -u "$a%eth0"
	has out "3 sent, 3 answered, 0.0% loss" \
	    "unicast: 3 sent, 3 answered, 0.0% loss"
	matches out "$a%eth0: $(row 3 0 0 0 0 0)" \
	    "unicast $a%eth0: $(row 3 0 0 0 0 0)" \
	    "Sent datagram is 'HELLO [0-9a-f]{8} 3 u' to \[$a%eth0]:28015.*"
}

# RULE MARK STATUS: a control run on which, in the middle, that rule falls.
control_filtered() {
	net_two_hosts
	net_listener a -q
	net_start b b "$MCAST6DBG" -q -I eth0 -c 0 -i 0.02 -w 0.1 \
	    -u "$(net_ll a eth0)%eth0"
	shows b '!!!'
	net_filter a input "$1"
	shows b "$2$2$2"
	net_kill b INT
	net_wait b
	atf_check_equal "$3" $?
	matches b.out '[0-9]+ sent, [0-9]+ answered, .* loss(, .*)?' \
	    'unicast: [0-9]+ sent, [0-9]+ answered, .* loss(, .*)?'
}

net_case mark_u "-q -u: u where only unicast is answered"
mark_u_body() {
	control_filtered 'ip6 daddr ff00::/8 udp dport 28015 drop' u 1
	! grep '^    0.*[um]!' b.out || atf_fail "marks out of order"
}

net_case mark_m "-q -u: m where only multicast is answered"
mark_m_body() {
	control_filtered 'ip6 daddr fe80::/10 udp dport 28015 drop' m 0
}

net_case mark_none "-q -u: a dot where neither is answered"
mark_none_body() {
	control_filtered 'udp dport 28015 drop' '\.' 1
}

net_case stopped "answered, then not any more to the end: stopped, and when"
stopped_body() {
	net_two_hosts
	net_listener a -c 10
	request 1 -I eth0 -c 15 -i 0.01 -w 0.5
	has out "15 sent, 10 answered, 33.3% loss"
	atf_check_equal 1 "$(grep -c '^diagnosis: ' out)"
	matches out 'diagnosis: stopped: .*[0-9] s.*' 'try: .*'
}

net_case partial "some answered, some not: partial"
partial_body() {
	responds ok none ok
	request 1 -I eth0 -c 4 -i 0.01 -w 0.3
	has out "4 sent, 3 answered, 25.0% loss"
	atf_check_equal 1 "$(grep -c '^diagnosis: ' out)"
	matches out 'diagnosis: partial: .*3 of 4.*'
}

net_case one_of_two_dead "loss is each listener's own, not summed"
one_of_two_dead_body() {
	three_hosts
	net_listener a
	net_listener c -c 5
	request 0 -I eth0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 20 answered, 0.0% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 20 0 0 0 0 0)" \
	    "$(net_ll c eth0)%eth0: $(row 5 15 0 0 0 0)"
}

net_case both_must_answer "-n 2: a HELLO that one of two answers is lost"
both_must_answer_body() {
	three_hosts
	net_listener a
	net_listener c -c 5
	request 1 -n 2 -I eth0 -c 20 -i 0.01 -w 0.5
	has out "20 sent, 5 answered, 75.0% loss"
	matches out 'diagnosis: (partial|stopped): .*' \
	    "$(net_ll c eth0)%eth0: $(row 5 15 0 0 0 0)"
}

net_case slower_listener "the last HELLO waits for all listeners that are known"
slower_listener_body() {
	responds ok,many/fd00::1/1
	net_any_source a
	request 0 -I eth0 -c 3 -i 0
	matches out "$(net_ll a eth0)%eth0: $(row 3 0 0 0 0 0)" \
	    "fd00::1: $(row 3 0 0 0 0 0)"
}

# COUNT: so many answer each HELLO, from fd00::1 on.
many_answer() {
	responds "many/fd00::1/$1"
	net_any_source a
}

# COUNT: so many rows there are, for each of those one.
rows() {
	grep -Ex "fd00::[0-9a-f]+: $(row 1 0 0 0 0 0)" out |
	    sed 's/ .*//' | sort -u | wc -l
}

net_case one_of_twelve_missing "-n 12, 11 answer: exit 1, and the 11 are named"
one_of_twelve_missing_body() {
	many_answer 11
	request 1 -n 12 -I eth0 -w 1
	has out "1 sent, 0 answered, 100.0% loss"
	atf_check_equal 11 "$(rows)"
	matches out 'diagnosis: partial: .*'
}

net_case all_twelve "-n 12, 12 answer: exit 0 without the wait"
all_twelve_body() {
	many_answer 12
	request 0 -n 12 -I eth0 -w 1000
	has out "1 sent, 1 answered, 0.0% loss"
	atf_check_equal 12 "$(rows)"
}

net_case thousand "1,000 addresses answer one HELLO and are told apart"
thousand_body() {
	many_answer 1000
	request 0 -q -n 1000 -I eth0 -w 20
	has out "1 sent, 1 answered, 0.0% loss"
	atf_check_equal 1000 "$(rows)"
	request 1 -q -n 1001 -I eth0 -w 2
	atf_check_equal 1000 "$(rows)"
}

net_case duplicate "a second answer to one HELLO is a duplicate, and noted"
duplicate_body() {
	responds ok,ok ok
	request 0 -I eth0 -c 3 -i 0.01
	has out "3 sent, 3 answered, 0.0% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 3 0 1 0 0 0)" \
	    'note: duplicate: .*'
}

net_case late "an answer after the wait is late: neither lost nor in time"
late_body() {
	responds hold held,ok ok
	request 1 -N -I eth0 -c 3 -i 0.5 -w 0.2
	has out "3 sent, 2 answered, 33.3% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 2 0 0 1 0 0)"
}

net_case out_of_order "an older HELLO answered after a newer one"
out_of_order_body() {
	responds hold ok,held ok
	request 0 -I eth0 -c 3 -i 0.05 -w 10
	has out "3 sent, 3 answered, 0.0% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 3 0 0 0 1 0)"
}

net_case damaged "an answer whose padding differs is damaged and no answer"
damaged_body() {
	responds damage cut longer ok
	request 1 -N -I eth0 -c 4 -i 0 -w 0.3 -s 100
	has out "4 sent, 1 answered, 75.0% loss"
	matches out "$(net_ll a eth0)%eth0: $(row 1 3 0 0 0 3)"
}

net_case foreign "an answer with another id, number or verb is foreign"
foreign_body() {
	responds id,seq,verb,ok
	request 0 -I eth0 -c 1 -s 100
	has out "1 sent, 1 answered, 0.0% loss" "3 foreign datagrams"
	matches out "$(net_ll a eth0)%eth0: $(row 1 0 0 0 0 0)"
	atf_check_equal 1 "$(grep -c ' answered, [0-9]* lost' out)"
}

net_case summary_at_interrupt "SIGINT in a run: the summary of what was seen"
summary_at_interrupt_body() {
	net_two_hosts
	net_listener a
	net_start b b "$MCAST6DBG" -I eth0 -c 0 -i 0.01
	net_wait_line b.out "HELLO [0-9a-f]* 10 m"
	net_kill b INT
	net_wait b
	atf_check_equal 0 $?
	matches b.out '[0-9]+ sent, [0-9]+ answered, 0.0% loss(, .*)?' \
	    "$(net_ll a eth0)%eth0: $(row '[0-9]+' 0 0 0 0 0)"
}

net_case send_fails_later "a HELLO that can't be sent in mid-run: exit 3"
send_fails_later_body() {
	net_two_hosts
	net_listener a -q
	net_start b b "$MCAST6DBG" -q -I eth0 -c 0 -i 0.02 -w 0.1
	shows b '!!!'
	net_in b ip link set eth0 down
	net_wait_line b.err \
	    '^mcast6dbg: sendto \[ff12::8000:6db6%eth0]:28015: Network is unre'
	net_kill b INT
	net_wait b
	atf_check_equal 3 $?
	atf_check_equal 1 "$(wc -l <b.err)"
}

net_case suspended "a requester that was stopped for a while counts no loss"
suspended_body() {
	net_two_hosts
	net_listener a -q
	net_start b b "$MCAST6DBG" -q -I eth0 -c 0 -i 0.02 -w 0.3
	shows b '!!!'
	net_kill b STOP
	request 1 -N -I eth0 -P 9 -w 1 # all that while it is stopped
	marks=$(tr -dc '!.' <b.out)
	net_kill b CONT
	shows b "$marks!!!"
	net_kill b INT
	net_wait b
	atf_check_equal 0 $?
	matches b.out '[0-9]+ sent, [0-9]+ answered, 0.0% loss(, .*)?'
	sent=$(sed -n 's/ sent, .*//p' b.out)
	[ "$sent" -lt $((${#marks} + 40)) ] || atf_fail "a burst to catch up"
}

# NAME: its resident set, in KiB.
resident() {
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' \
	    "/proc/$(cat "$1.pid")/status"
}

# BYTES: until the requester has printed more than that.
progress() {
	net_until eval '[ "$(wc -c <b.out)" -gt '"$1 ]"
}

net_case memory "memory does not grow with the number of HELLOs"
memory_body() {
	net_two_hosts
	net_listener a -q
	net_start b b "$MCAST6DBG" -q -I eth0 -c 0 -i 0 -w 5
	progress 3000
	a=$(resident a) b=$(resident b)
	progress 20000
	[ "$(resident a)" -le $((a + 64)) ] || atf_fail "listener grew from $a"
	[ "$(resident b)" -le $((b + 64)) ] || atf_fail "requester grew from $b"
	net_stop b
	atf_check_equal 0 $?
}

net_case interface_appears "an interface that appears is joined, and said"
interface_appears_body() {
	net_two_hosts
	net_listener a
	net_link a eth1 b eth1
	net_wait_line a.out '^Joined on eth1$'
	request 0 -I eth1
}

net_case interface_vanishes "an interface that goes is said, others go on"
interface_vanishes_body() {
	net_two_hosts
	net_link a eth1 b eth1
	net_listener a
	net_in a ip link del eth1
	net_wait_line a.out '^Left eth1: it is gone$'
	request 0 -I eth0
	net_link a eth1 b eth1
	net_wait_line a.out '^Joined on eth1$'
	request 0 -I eth1
}

net_case last_interface_vanishes "the only interface goes and comes again"
last_interface_vanishes_body() {
	net_two_hosts
	net_listener a -I eth0
	net_in a ip link del eth0
	net_wait_line a.out '^Left eth0: it is gone$'
	net_link a eth0 b eth0
	net_wait_line a.out '^Joined on eth0$'
	request 0 -I eth0
	net_stop a
	atf_check_equal 0 $?
}

net_case interface_renamed "an interface that is renamed is said"
interface_renamed_body() {
	net_two_hosts
	net_listener a
	net_in a ip link set eth0 down
	net_in a ip link set eth0 name wan0
	net_in a ip link set wan0 up
	net_ready a wan0
	net_wait_line a.out '^Renamed eth0 to wan0$'
	request 0 -I eth0
	net_wait_line a.out "^Arrived datagram is 'HELLO' from .*%wan0"
}

net_case interface_down "an interface that was down is heard again"
interface_down_body() {
	net_two_hosts
	net_listener a
	request 0 -I eth0
	net_in a ip link set eth0 down
	request 1 -N -I eth0 -w 0.1
	net_in a ip link set eth0 up
	net_ready a eth0
	net_ready b eth0
	request 0 -I eth0
}
