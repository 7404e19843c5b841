# Measures mcast6dbg beside the least that C can do (bench_floor.c) and beside
# its peers: ssmping, asmping, socat and ping.  One table of ratios:
#
#	make bench
#	sh tests/dev/bench.sh [part ...]
#
# with the parts exchange listener flood requester rtt scale sizes footprint
# verdict.
#
# All of it happens between two hosts, network namespaces of its own, inside a
# process namespace, so that everything ends with this script.  The listener
# has a core to itself, and so has the requester.  It installs nothing; what
# needs a program that is not there is shown as skipped.
#
# A ratio is ours to the other one.  A target with an x is one of the ratio.

limit=355 # seconds that all of it may take
parts='exchange listener flood requester rtt scale sizes footprint verdict'
here=$(cd "$(dirname "$0")" && pwd) || exit 1
MCAST6DBG=${MCAST6DBG:-$here/../../mcast6dbg}

# OUTSIDE

if [ "$1" != inside ]; then
	for part in "$@"; do
		case " $parts " in
		*" $part "*) ;;
		*)
			echo "usage: bench.sh [part ...], of: $parts" >&2
			exit 2
			;;
		esac
	done
	for tool in unshare nsenter ip taskset timeout; do
		command -v $tool >/dev/null && continue
		echo "bench: Linux with $tool is needed" >&2
		exit 1
	done
	if [ "$(nproc)" -lt 2 ]; then
		echo "bench: two cores are needed" >&2
		exit 1
	fi
	tmp=$(mktemp -d) || exit 1
	trap 'kill -9 $run $watch 2>/dev/null; rm -rf "$tmp"' EXIT
	trap 'exit 130' HUP INT TERM
	for program in bench_floor bench_load; do
		cc -O2 -o "$tmp/$program" "$here/$program.c" || exit 1
	done
	user=
	[ "$(id -u)" = 0 ] || user=--map-root-user
	MCAST6DBG=$MCAST6DBG tmp=$tmp unshare $user --net --pid --fork \
	    --kill-child --mount-proc sh "$0" inside "$@" &
	run=$!
	timeout $limit tail --pid=$run -f /dev/null &
	watch=$!
	if ! wait $watch; then
		echo "bench: not done after $limit s" >&2
		exit 1
	fi
	watch=
	wait $run
	exit
fi

# HOSTS: the listener's, a, is where this script is; b is the requester's.

shift
cd "$tmp" || exit 1
trap 'exit 130' HUP INT TERM
ours=$MCAST6DBG
floor=$tmp/bench_floor
load=$tmp/bench_load
group=ff12::8000:6db6

has() {
	command -v "$1" >/dev/null
}

# COMMAND...: until it succeeds, for 10 s
until_ok() {
	patience=$(($(date +%s) + 10))
	until "$@" >/dev/null 2>&1; do
		if [ "$(date +%s)" -ge $patience ]; then
			echo "bench: never: $*" >&2
			return 1
		fi
	done
}

# Before other programs of this machine, where that is allowed
prefer=
[ -n "$(nice -n -15 true 2>&1)" ] || prefer='nice -n -15'

on_b() {
	nsenter -t "$keeper" -n $prefer taskset -c 1 "$@"
}

# Replaces this shell: to be followed by &
on_a() {
	exec $prefer taskset -c 0 "$@"
}

# HOST-PREFIX...
prepare() {
	"$@" ip link set lo up
	"$@" sh -c 'for where in all default; do
		echo 0 >/proc/sys/net/ipv6/conf/$where/accept_dad
	done'
}

usable() {
	[ "$("$@" ip -o -6 addr show dev eth0 -tentative | wc -l)" = 2 ]
}

link_local() {
	"$@" ip -o -6 addr show dev eth0 scope link |
	    sed -n 's|.* inet6 \(fe80[^/]*\)/.*|\1|p'
}

hosts() {
	unshare --net sh -c 'echo up; exec tail -f /dev/null' >up &
	keeper=$!
	until_ok [ -s up ] || exit 1
	prepare env
	prepare on_b
	ip link add eth0 type veth peer name eth0 netns $keeper || exit 1
	ip link set eth0 up
	on_b ip link set eth0 up
	ip -6 addr add fd00:a::1/64 dev eth0
	on_b ip -6 addr add fd00:a::2/64 dev eth0
	until_ok usable env && until_ok usable on_b || exit 1
	lla=$(link_local env) llb=$(link_local on_b)
}

# TABLE

# WHAT OURS OTHER THAN TARGET [RATIO]: numbers, or a word where there is none.
# The target is "x<=1.2" for the ratio, "<=150" for ours, or "".
row() {
	awk -v what="$1" -v o="$2" -v p="$3" -v than="$4" -v target="$5" \
	    -v ratio="$6" '
	function number(v) {
		if (v !~ /^[0-9.]+$/)
			return v
		return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f",
		    v)
	}
	BEGIN {
		if (ratio == "" && o ~ /^[0-9.]+$/ && p + 0 > 0)
			ratio = o / p
		if (ratio != "")
			shown = sprintf(ratio < 0.095 ? "%.3f" : "%.2f", ratio)
		bound = target
		value = (sub(/^x/, "", bound) ? shown : o) ""
		more = sub(/^>=/, "", bound)
		sub(/^<=/, "", bound)
		if (value !~ /^[0-9.]+$/)
			verdict = target == "" ? "" : "FAILED"
		else if (target != "")
			verdict = (more ? value + 0 >= bound + 0 : \
			    value + 0 <= bound + 0) ? "ok" : "missed"
		printf "%-30s %7s %7s %-9s %6s %7s %s\n", what, number(o),
		    number(p), than, shown, target, verdict
	}' | sed 's/ *$//' | tee -a rows
}

skip() {
	printf '%-30s skipped: %s\n' "$1" "$2" | tee -a rows
}

# A measurement that is not what it should be.
wrong() {
	echo "bench: $*" >&2
	echo wrong >>wrong
}

median() {
	sort -n | awk '{ v[NR] = $1 } END { if (NR > 0)
	    print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# LISTENERS

member() {
	grep -q 'eth0 *ff12[0-9a-f]*80006db6 ' /proc/net/igmp6 &&
	    grep -q ':6D6F ' /proc/net/udp6
}

daemon_there() {
	grep -q ':10E1 ' /proc/net/udp6
}

asleep() {
	grep -q '^State:.S' "/proc/$1/status"
}

# CONDITION COMMAND...: start it on a's core; its pid in $pid.
start() {
	condition=$1
	shift
	on_a "$@" >out 2>err &
	pid=$!
	until_ok "$condition" || cat err >&2
}

listen() {
	start member "$@"
}

stop() {
	kill -TERM "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# PID: kilobytes
resident() {
	awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

sent_by_a() {
	awk '/^Udp6OutDatagrams/ { print $2 }' /proc/net/snmp6
}

# ONE EXCHANGE, whole process

# WHAT OTHER TARGET COUNT OTHER-COMMAND...: wall and CPU beside it, divided by
# the HELLOs that $asks says
beside() {
	beside_what=$1 beside_name=$2 beside_target=$3 beside_count=$4
	shift 4
	# shellcheck disable=SC2046,SC2086 # words
	set -- $(on_b "$load" pairs "$beside_count" "$ours" $asks -- "$@")
	[ $# = 6 ] || set -- - - - - - -
	# shellcheck disable=SC2046 # numbers
	set -- $(echo "$@" | awk -v n="${asks##*-c }" '{
		for (i = 1; i <= 4 && n + 0 > 1; i++)
			$i /= n
		print
	}')
	row "$beside_what, wall us" "$1" "$3" "$beside_name" \
	    "$beside_target" "${5#-}"
	row "$beside_what, CPU us" "$2" "$4" "$beside_name" '' "${6#-}"
}

# Ours, as -O2 makes it.
faster() {
	[ -x faster ] || cc -O2 -o faster "$here/../../mcast6dbg.c" || exit 1
}

part_exchange() {
	asks='-I eth0 -c 1'
	listen "$ours" -lq -I eth0
	beside 'one exchange' floor 'x<=1.20' 300 "$floor" -I eth0
	faster
	beside 'one exchange' '-O2' '' 100 ./faster -I eth0 -c 1
	if has ping; then
		beside 'one exchange' ping '' 50 ping -6 -c 1 $group%eth0
	else
		skip 'one exchange' 'no ping'
	fi
	if has socat; then
		beside 'one exchange' socat '' 3 sh -c "printf HELLO |
		    socat - 'UDP6-DATAGRAM:[$group%eth0]:28015' | grep -q W"
	else
		skip 'one exchange' 'no socat'
	fi
	listener=$pid
	if has ssmpingd; then
		start daemon_there ssmpingd
		beside 'one exchange' asmping '' 3 asmping -6 -c 1 -I eth0 \
		    $group "$lla%eth0"
		beside 'one exchange' ssmping '' 3 ssmping -6 -c 1 -I eth0 \
		    fd00:a::1
		stop
	else
		skip 'one exchange' 'no ssmping'
	fi
	pid=$listener
	stop
}

# INSTRUCTIONS, by callgrind, as the slope between two counts

callgrind='valgrind --tool=callgrind --callgrind-out-file=/dev/null'

# FUNCTION FEW MANY COMMAND...: FUNCTION COUNT COMMAND... prints instructions.
slope() {
	slope_function=$1 slope_few=$2 slope_many=$3
	shift 3
	for slope_count in $slope_few $slope_many; do
		$slope_function $slope_count "$@"
	done | awk -v n=$((slope_many - slope_few)) '{ v[NR] = $1 }
	    END { if (NR == 2) printf "%.0f\n", (v[2] - v[1]) / n }'
}

# FILE: of a program and of those that it forked
collected() {
	awk '/Collected/ { sum += $4 } END { print sum }' "$1"
}

# What has ended and was not waited for has no command line.
no_callgrind() {
	! grep -q '[c]allgrind' /proc/[0-9]*/cmdline
}

# COUNT COMMAND...: of a listener that is asked so often, as $asked has it,
# with $window of it waiting
of_listener() {
	of_count=$1
	shift
	# shellcheck disable=SC2086 # words
	start $condition $callgrind "$@"
	# shellcheck disable=SC2086 # words
	on_b "$load" ask $asked "$of_count" $window $query ||
	    wrong "$*: not answered"
	stop
	until_ok no_callgrind
	collected err
}

# COUNT COMMAND...: of one that shows so many and does not answer
of_dump() {
	of_count=$1
	shift
	# shellcheck disable=SC2086 # words
	start $condition $callgrind "$@"
	# shellcheck disable=SC2086 # words
	on_b "$load" flood $asked "$(echo "$of_count" |
	    awk '{ print $1 / 400 }')" 400 $query >/dev/null
	until_ok asleep "$pid"
	stop
	dumped=$(grep -c '^ 48 45 4c 4c 4f' err)
	[ "$dumped" = "$of_count" ] || wrong "$*: $dumped, not $of_count shown"
	collected err
}

# COUNT COMMAND...: of a requester that is told to ask so often with -c
of_requester() {
	of_count=$1
	shift
	# shellcheck disable=SC2086 # words
	on_b $callgrind "$@" -c "$of_count" >of.out 2>of.err ||
	    wrong "$*: not answered: $(grep -v '^==' of.err)"
	collected of.err
}

# What asmping asks for an answer to ff12::4321:1234, and a HELLO with a tag
ssmping_query=5100010004000000220002000400000001000300086b034cb5000581b3\
0004001102ff120000000000000000000043211234
tagged_hello=48454c4c4f20303030303030303120312075

part_listener() {
	if ! has valgrind; then
		skip 'listener, instr per HELLO' 'no valgrind'
		return
	fi
	condition=member asked="$group eth0 28015" query=$tagged_hello window=64
	f=$(slope of_listener 1000 11000 "$floor" -l -I eth0)
	q=$(slope of_listener 1000 11000 "$ours" -lq -I eth0)
	row 'listener -q, instr per HELLO' "$q" "$f" floor '<=150'
	query=
	row '... per HELLO without tag' \
	    "$(slope of_listener 1000 11000 "$ours" -lq -I eth0)" "$f" floor ''
	query=$tagged_hello window=1
	row '... per HELLO that is alone' \
	    "$(slope of_listener 1000 11000 "$ours" -lq -I eth0)" \
	    "$(slope of_listener 1000 11000 "$floor" -l -I eth0)" floor ''
	window=64
	if has ssmpingd; then
		condition=daemon_there asked="$lla eth0 4321"
		query=$ssmping_query
		s=$(slope of_listener 1000 3000 ssmpingd)
		row 'listener -q, instr per HELLO' "$q" "$s" ssmpingd ''
		condition=member asked="$group eth0 28015"
		query=$tagged_hello
	else
		skip 'listener -q, instr per HELLO' 'no ssmping'
	fi
	v=$(slope of_listener 1000 6000 "$ours" -l -I eth0)
	row 'listener, lines to a file' "$v" "$f" floor '<=2500'
	v=$(slope of_listener 1000 3000 "$ours" -lvx -I eth0)
	s=-
	if has socat; then
		s=$(slope of_dump 100 400 socat -x -u \
		    "UDP6-RECV:28015,ipv6-join-group=[$group]:eth0" STDOUT)
	else
		skip 'listener -v -x to a file' 'no socat'
	fi
	row 'listener -v -x to a file' "$v" "$s" 'socat -x' '<=12000'
}

# FLOOD

# SECONDS RATE COMMAND...: answers per second into $rate, per cent lost into
# $loss, growth of the resident set in kB into $growth.  Answers are counted
# by the kernel; the listener's own count must be the same.
flood() {
	flood_seconds=$1 flood_rate=$2
	shift 2
	start $condition "$@"
	until_ok asleep "$pid"
	before=$(sent_by_a) growth=$(resident "$pid")
	# shellcheck disable=SC2046,SC2086 # words
	set -- $(on_b "$load" flood $asked "$flood_seconds" "$flood_rate" \
	    $query)
	until_ok asleep "$pid"
	growth=$(($(resident "$pid") - growth))
	answers=$(($(sent_by_a) - before))
	stop
	counted=$(sed -n 's/^\([0-9]*\) answered.*/\1/p' out)
	[ "${counted:-$answers}" = $answers ] ||
	    wrong "flood: $counted answers counted, $answers sent"
	answers=$((answers / per_hello))
	rate=$(echo "$answers $2" | awk '{ printf "%.0f\n", $1 / $2 }')
	loss=$(echo "$answers $1" |
	    awk '{ printf "%.3f\n", 100 - 100 * $1 / $2 }')
}

# TURNS SECONDS RATE: ours and the floor in turn; files of rates and losses
floods() {
	rm -f ours.rate floor.rate ours.loss floor.loss
	turn=0
	while [ $turn -lt "$1" ]; do
		turn=$((turn + 1))
		order='ours floor'
		[ $((turn % 2)) = 0 ] || order='floor ours'
		for who in $order; do
			case $who in
			ours) flood "$2" "$3" "$ours" -lq -I eth0 ;;
			floor) flood "$2" "$3" "$floor" -l -I eth0 ;;
			esac
			echo "$rate" >>$who.rate
			echo "$loss" >>$who.loss
			echo "$growth" >>$who.growth
		done
	done
}

part_flood() {
	condition=member asked="$group eth0 28015" query='' per_hello=1
	floods 15 0.4 1600000
	o=$(median <ours.rate)
	row 'flood, answers per second' "$o" "$(median <floor.rate)" floor \
	    'x>=0.97' "$(paste ours.rate floor.rate |
	    awk '{ print $1 / $2 }' | median)"
	row 'flood, memory grows by kB' "$(sort -n ours.growth | tail -n 1)" \
	    "$(sort -n floor.growth | tail -n 1)" floor '<=64'
	floods 5 0.4 200000
	row '200,000 HELLOs/s, % lost' "$(median <ours.loss)" \
	    "$(median <floor.loss)" floor ''
	if has ssmpingd; then
		condition=daemon_there asked="$lla eth0 4321"
		query=$ssmping_query per_hello=2
		flood 1 1600000 ssmpingd
		row 'flood, answers per second' "$o" "$rate" ssmpingd ''
	else
		skip 'flood, answers per second' 'no ssmping'
	fi
	if has socat; then
		condition=member asked="$group eth0 28015" query='' per_hello=1
		flood 1 1000 socat -T 0.1 -t 0.1 \
		    "UDP6-RECVFROM:28015,ipv6-join-group=[$group]:eth0,fork" \
		    PIPE
		row 'flood, answers per second' "$o" "$rate" socat ''
	else
		skip 'flood, answers per second' 'no socat'
	fi
}

# REQUESTER

part_requester() {
	listen "$floor" -l -I eth0
	f=- q=- p=-
	if has valgrind; then
		f=$(slope of_requester 1000 11000 "$floor" -I eth0)
		q=$(slope of_requester 1000 11000 "$ours" -q -i 0 -I eth0)
		# A copy, since valgrind can't run what has capabilities.
		! has ping || cp "$(command -v ping)" ping
		! has ping || p=$(slope of_requester 1000 3000 \
		    ./ping -6 -f -q $group%eth0)
		row 'requester -q -i 0, instr' "$q" "$f" floor '<=1000'
		row 'requester -q -i 0, instr' "$q" "$p" 'ping -f' ''
	else
		skip 'requester -q -i 0, instr' 'no valgrind'
	fi
	asks='-q -i 0 -I eth0 -c 3000'
	beside '-q -i 0, each HELLO' floor '' 11 "$floor" -I eth0 -c 3000
	faster
	# shellcheck disable=SC2086 # words
	beside '-q -i 0, each HELLO' '-O2' '' 11 ./faster $asks
	if has ping; then
		beside '-q -i 0, each HELLO' 'ping -f' '' 3 \
		    ping -6 -f -q -c 3000 $group%eth0
	else
		skip '-q -i 0, each HELLO' 'no ping'
	fi
	# shellcheck disable=SC2046 # numbers
	set -- $(on_b "$load" pairs 1 "$ours" -q -i 0.001 -c 1500 -I eth0 -- \
	    "$floor" -i 0.001 -c 1500 -I eth0)
	row '-i 0.001, % of a core' \
	    "$(echo "$1 $2" | awk '{ print 100 * $2 / $1 }')" \
	    "$(echo "$3 $4" | awk '{ print 100 * $2 / $1 }')" floor '<=15'
	row '-i 0.001, ms per HELLO' \
	    "$(echo "$1" | awk '{ print $1 / 1.5e6 }')" \
	    "$(echo "$3" | awk '{ print $1 / 1.5e6 }')" floor '<=1.1'
	stop
}

# ROUND TRIPS, as each tool reports them, all running side by side once a
# second for as long, so that they find the link in the same state.

# NAME: its minimum and median, beside ours
round_trips() {
	sed -n 's/.*[ =]\([0-9.]*\) ms$/\1/p; s/^\([0-9.]*\) ms$/\1/p' \
	    "$1.rtt" >"$1.ms"
	[ "$(wc -l <"$1.ms")" -ge 8 ] ||
	    wrong "$1: $(wc -l <"$1.ms") round trips"
	row 'rtt reported, minimum ms' "$(sort -n ours.ms | head -n 1)" \
	    "$(sort -n "$1.ms" | head -n 1)" "$1" ''
	row 'rtt reported, median ms' "$(median <ours.ms)" \
	    "$(median <"$1.ms")" "$1" ''
}

part_rtt() {
	port=28016
	tools=floor
	listen "$ours" -lq -I eth0
	on_a "$floor" -l -I eth0 -P $port >/dev/null &
	daemons=$!
	if has ssmpingd; then
		on_a ssmpingd >/dev/null 2>&1 &
		daemons="$daemons $!"
		until_ok daemon_there
		tools="$tools asmping ssmping"
	else
		skip 'rtt reported' 'no ssmping'
	fi
	if has ping; then
		tools="$tools ping"
	else
		skip 'rtt reported' 'no ping'
	fi
	asking=
	for tool in ours $tools; do
		case $tool in
		ours) set -- "$ours" -c 8 -I eth0 ;;
		floor) set -- "$floor" -r -c 8 -i 1 -I eth0 -P $port ;;
		asmping) set -- asmping -6 -c 8 -I eth0 $group "$lla%eth0" ;;
		ssmping) set -- ssmping -6 -c 8 -I eth0 fd00:a::1 ;;
		ping) set -- ping -6 -c 8 -n $group%eth0 ;;
		esac
		on_b "$@" >$tool.rtt 2>&1 &
		asking="$asking $!"
		sleep 0.15 # so that no two ask at the same time
	done
	# shellcheck disable=SC2086 # words
	wait $asking
	sed -n 's/^Arrived.* \([0-9.]*\) ms$/\1/p' ours.rtt >ours.ms
	for tool in $tools; do
		round_trips $tool
	done
	# shellcheck disable=SC2086 # words
	kill $daemons
	stop
}

# SCALE

# LISTENERS HELLOS: microseconds of CPU time for each answer, of which all
# must come: the slope between twice as many HELLOs and as many
per_answer() {
	# shellcheck disable=SC2046 # numbers
	set -- $1 $2 $(on_b "$load" pairs 7 \
	    "$ours" -q -i 0 -w 10 -I eth0 -n $1 -c $(($2 * 2)) -- \
	    "$ours" -q -i 0 -w 10 -I eth0 -n $1 -c "$2")
	echo "$@" | awk 'NF == 8 { print ($4 - $6) / ($1 * $2) }'
}

part_scale() {
	ip -6 addr del fd00:a::1/64 dev eth0
	base=
	for n in 10 100 1000 10000; do
		listen "$load" many $group eth0 28015 fd00:b:: $n 0
		each=$(per_answer $n $((20000 / n)))
		: "${base:=$each}"
		row "$n listeners, CPU us each" "${each:--}" "$base" 10 \
		    'x<=1.10'
		stop
	done
	ip -6 addr add fd00:a::1/64 dev eth0
	until_ok usable env
}

# HOW-MANY: time until the listener has joined on so many interfaces
start_up() {
	# shellcheck disable=SC2046 # numbers
	set -- "$1" $($prefer taskset -c 0 "$load" pairs -f "$2" "$ours" -l -- \
	    "$floor" -l)
	row "$1 interfaces, start-up us" "${2:--}" "${4:--}" floor '' "$6"
}

part_sizes() {
	listen "$floor" -l -I eth0
	for size in 64 1024 8192 65525; do
		# shellcheck disable=SC2046 # numbers
		set -- $(on_b "$load" pairs 9 \
		    "$ours" -q -i 0 -I eth0 -c 1000 -s $size -- \
		    "$floor" -I eth0 -c 1000 -s $size)
		row "$size bytes, us per HELLO" \
		    "$(echo "$1" | awk '{ print $1 / 1000 }')" \
		    "$(echo "$3" | awk '{ print $1 / 1000 }')" floor '' "$5"
	done
	stop
	interfaces=2 # lo and eth0
	start_up 2 100
	for total in 20 200; do
		while [ $interfaces -lt $total ]; do
			echo "link add v$interfaces up type veth" \
			    "peer name w$interfaces"
			echo "link set w$interfaces up"
			interfaces=$((interfaces + 2))
		done >links
		ip -batch links || wrong 'no veth'
		start_up $interfaces 20
	done
	ip -o link | sed -n 's/.*: \(v[0-9]*\)@.*/link del \1/p' >links
	ip -batch links
}

# FOOTPRINT

stripped() {
	strip -o stripped "$1" && wc -c <stripped
}

part_footprint() {
	if has strip; then
		o=$(stripped "$ours")
		row 'stripped, bytes' "$o" "$(stripped "$floor")" floor \
		    '<=49152'
		for peer in ssmping ping socat; do
			! has $peer || row 'stripped, bytes' "$o" \
			    "$(stripped "$(command -v $peer)")" $peer ''
		done
	else
		skip 'stripped, bytes' 'no strip'
	fi
	condition=member
	rm -f ours.idle floor.idle
	for turn in 1 2 3 4 5; do
		idle "$ours" -l -I eth0 >>ours.idle
		idle "$floor" -l -I eth0 >>floor.idle
	done
	o=$(cut -d' ' -f1 ours.idle | median)
	f=$(cut -d' ' -f1 floor.idle | median)
	row 'listener idle, resident kB' "$o" "$f" floor "<=$((f + 300))"
	row '... of it not shared, kB' "$(cut -d' ' -f2 ours.idle | median)" \
	    "$(cut -d' ' -f2 floor.idle | median)" floor ''
	if has socat; then
		row 'listener idle, resident kB' "$o" "$(idle socat \
		    "UDP6-RECVFROM:28015,ipv6-join-group=[$group]:eth0,fork" \
		    PIPE | cut -d' ' -f1)" socat ''
	fi
	if has ssmpingd; then
		condition=daemon_there
		row 'listener idle, resident kB' "$o" \
		    "$(idle ssmpingd | cut -d' ' -f1)" ssmpingd ''
	fi
	for cc in gcc clang tcc; do
		if ! has $cc; then
			skip "$cc, ms to compile" "no $cc"
			continue
		fi
		# shellcheck disable=SC2046 # numbers
		set -- $($prefer "$load" pairs 5 \
		    $cc -O2 -o x "$here/../../mcast6dbg.c" -- \
		    $cc -O2 -o y "$here/bench_floor.c" 2>/dev/null)
		row "$cc -O2, ms to compile" \
		    "$(echo "$1" | awk '{ print $1 / 1000 }')" \
		    "$(echo "$3" | awk '{ print $1 / 1000 }')" floor ''
	done
	row 'lines' "$(wc -l <"$here/../../mcast6dbg.c")" \
	    "$(wc -l <"$here/bench_floor.c")" floor ''
}

# COMMAND...: kB that it has resident once it waits, and of them its own
idle() {
	start $condition "$@"
	until_ok asleep "$pid"
	awk '/^VmRSS/ { all = $2 } /^RssAnon/ { print all, $2 }' \
	    "/proc/$pid/status"
	stop
}

# VERDICT: seconds from start to end of one requester that finds a fault, and
# whether it is named.  FLoM's debugger and asmping have no name for any, and
# what they do beside is as documented, or as seen with asmping -c 1.

# CODE FLOM ARGUMENT...
verdict() {
	verdict_code=$1 verdict_flom=$2
	shift 2
	verdict_start=$(date +%s%N)
	on_b "$ours" -P 28017 -I eth0 "$@" >verdict.out 2>&1
	took=$(echo "$verdict_start $(date +%s%N)" |
	    awk '{ print ($2 - $1) / 1e9 }')
	if ! grep -q "^diagnosis: $verdict_code:" verdict.out; then
		wrong "$verdict_code: $(grep ^diagnosis: verdict.out)"
		took=wrong
	fi
	row "$verdict_code, s to name" $took "$verdict_flom" FLoM '<=6'
}

# HOST RULE...: a packet filter there; clear HOST ends it
filter() {
	filter_on=$1
	shift
	$filter_on nft add table ip6 bench
	for hook in input output; do
		$filter_on nft add chain ip6 bench $hook \
		    "{ type filter hook $hook priority 0; }"
	done
	$filter_on nft "add rule ip6 bench $*"
}

clear() {
	$1 nft delete table ip6 bench
}

part_verdict() {
	on_a "$ours" -l -I eth0 -P 28017 >there.out 2>&1 &
	there=$!
	until_ok grep -q Listening there.out
	verdict other-group hangs -A ff12::1
	verdict no-listener hangs -P 28018 -u "$lla"
	verdict no-neighbour hangs -P 28018 -u fe80::dead
	verdict no-listener hangs -P 28018
	on_b ip -6 route del ff00::/8 dev eth0 table local
	verdict no-route 'exits 1'
	on_b ip link set eth0 down
	verdict down 'exits 1'
	on_b ip link set eth0 up
	on_b ip -6 addr add fd00:a::2/64 dev eth0
	until_ok usable on_b
	if has nft; then
		filter on_b output udp dport 28017 drop
		verdict filter-out 'exits 1'
		clear on_b
		filter on_b input drop
		verdict filter-in hangs
		clear on_b
		filter env input ip6 saddr $llb ip6 daddr ff00::/8 \
		    meta l4proto udp drop
		verdict filter-multicast hangs -u "$lla"
		clear env
		filter env input udp dport 28017 drop
		verdict port-silent hangs -u "$lla"
		clear env
	else
		skip 'four verdicts' 'no nft'
	fi
	kill $there
}

machine() {
	echo "$(nproc) x $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo |
	    head -n 1), Linux $(uname -r)"
	echo "$(cc --version | head -n 1); load before this$(uptime |
	    sed 's/.*load average//')"
}

machine
printf '%-30s %7s %7s %-9s %6s %7s\n' '' ours other than ratio target
hosts
# shellcheck disable=SC2086 # words
[ $# -gt 0 ] || set -- $parts
for part in "$@"; do
	part_"$part"
done
for word in ok missed FAILED; do
	echo "$(grep -c " $word\$" rows) $word"
done | paste -sd ,
echo "$(grep -c ' skipped: ' rows) skipped"
[ ! -e wrong ] && ! grep -q 'FAILED$' rows
