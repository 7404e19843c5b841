# shellcheck shell=sh
# The command line: what it takes, what it refuses and how.

. "$(atf_get_srcdir)/net.sh"

# REGEX ARGUMENT...: a usage error, one line that matches.
refused() {
	re=$1
	shift
	atf_check -s exit:2 -o empty -e save:err "$MCAST6DBG" "$@"
	[ "$(wc -l <err)" = 1 ] && grep -Eqx -e "mcast6dbg: $re" err && return
	cat err >&2
	atf_fail "'$*': not one line that matches: $re"
}

# ARGUMENT...: no usage error (-h, which comes last, ends it well).
accepted() {
	atf_check -o match:'^usage:' -e empty "$MCAST6DBG" "$@" -h
}

# OPTION MIN MAX: a whole number in that range, and nothing else.
takes_number() {
	accepted "-$1" "$2"
	accepted "-$1" "$3"
	accepted "-$1$3"
	for n in $(($2 - 1)) $(($3 + 1)) -1 '' ' 1' '50 ' abc 50x x50 5.0 5e1 \
	    0x50 nan inf 18446744073709551666 4294967346 9223372036854775858; do
		refused "-$1 $n: takes .*$2 to $3.*" "-$1" "$n"
	done
	refused "-$1 \\+50: takes .*$2 to $3.*" "-$1" +50
}

# OPTION MIN: seconds, with a fraction or without, from MIN to a million.
takes_seconds() {
	for n in "$2" 1 1. .5 0.5 0.001 1000000 1000000.0; do
		accepted "-$1" "$n"
	done
	for n in -1 -0.5 '' . ' 1' '1 ' abc 1x 1.x 1,5 1.5.2 1e3 0x1 nan inf \
	    infinity 1000000.001 1000001 18446744073709551617 ..5 1.-5 \
	    1.0000000001 1000000.000000001; do
		refused "-$1 $n: takes seconds.*$2 to 1000000.*" "-$1" "$n"
	done
	refused "-$1 \\+1: takes seconds.*" "-$1" +1
}

port_body() { takes_number P 1 65535; } # -P takes a port and nothing else
# -p takes a port and nothing else
source_port_body() { takes_number p 1 65535; }
# -c takes a count and nothing else
count_body() { takes_number c 0 1000000000; }
hops_body() { takes_number H 0 255; } # -H takes a hop limit and nothing else
# -n takes a number of listeners and nothing else
listeners_body() { takes_number n 1 1000000; }
# -s takes a size that holds the tag and fits a datagram
size_body() { takes_number s 28 65525; }
interval_body() { takes_seconds i 0; } # -i takes seconds, also none

wait_body() { # -w takes seconds, but not none
	takes_seconds w 0.001
	refused '-w 0: takes seconds.*0\.001 to 1000000.*' -w 0
	refused '-w 0\.0009: takes seconds.*0\.001 to 1000000.*' -w 0.0009
}

missing_argument_body() { # an option without its argument is named
	for option in A c H I i n P p s u w; do
		refused "-$option: .*argument.*" "-$option"
	done
}

unknown_option_body() { # an option that does not exist is named
	refused '-z: .*' -z
	refused '-4: .*' -l4
	refused '--.*' --nosuch
}

operand_body() { # an operand is named: the group belongs behind -A
	refused 'ff02::1: .*' ff02::1
	refused 'ff02::1: .*' -l ff02::1
	refused 'ff02::1: .*' -t -- ff02::1
	refused '-: .*' -
}

group_body() { # -A takes an IPv6 multicast address and nothing else
	for group in ff02::1 ff12::8000:6db6 FF05::1234 ff0e:0:0::1 \
	    ff02::1%lo ff02::1%1 ff05::1234%lo ff0e::1%1; do
		accepted -A "$group"
	done
	for group in 224.0.0.1 ::ffff:224.0.0.1 fe80::1 2001:db8::1 :: ::1 \
	    fec0::ff02 '' group.example localhost ff02::1/16 ff02 ff02:::1 \
	    ff02::12345 ff02::1: ff02::1::2 fe02::1 ff12::8000:6db6x \
	    1111:2222:3333:4444:5555:6666:7777:8888:9999 \
	    00000000000000000000000000000000000000000000000000000000; do
		refused "-A $group: .*(ff02::1|ff).*" -A "$group"
	done
	refused '-A \[ff02::1]: .*ff.*' -A '[ff02::1]'
}

group_zone_body() { # an unknown zone of a group is named
	for zone in nosuch 999999 -1 lox 4294967297 1x; do
		refused "-A.*[ %]${zone}[:;].*" -A "ff02::1%$zone"
		refused "-A.*[ %]${zone}[:;].*" -A "ff05::1%$zone"
	done
	refused '-A.*' -A ff02::1%
}

interface_body() { # -I takes an interface that exists and nothing else
	accepted -I lo
	accepted -I 1
	for interface in nosuch 999999 0 -1 +1 lox 4294967297 1x '' \
	    an-interface-name-that-is-too-long; do
		refused "-I.* ?$interface.*" -I "$interface"
	done
}

unicast_body() { # -u takes an IPv6 unicast address and nothing else
	accepted -u ::1
	accepted -u 2001:db8::1
	accepted -u fe80::1%lo
	accepted -u fe80::1%1
	accepted -u fe80::1 -I lo
	for address in 127.0.0.1 ::ffff:127.0.0.1 ff02::1 ff02::1%lo :: '' \
	    host.example localhost fe80::1/64 fe80::1::1; do
		refused "-u $address: .*unicast.*" -u "$address"
	done
	refused '-u.*nosuch.*' -u fe80::1%nosuch
	refused '-u.*fe80::1.*-I.*|-u.*zone.*' -u fe80::1
}

zone_against_interface_body() { # the zone of -A and -I must agree
	two_hosts
	for words in '-A ff02::1%em0 -I lo' '-I lo -A ff02::1%em0' \
	    '-l -A ff05::1%lo -I em0' '-t -I em0 -A ff02::1%lo'; do
		# shellcheck disable=SC2086 # words
		request $words
		atf_check_equal 2 $?
		[ ! -s out ] && [ "$(wc -l <err)" -eq 1 ] || fail "$words"
		for word in -I -A em0 lo; do
			each_line -F err "$word"
		done
	done
	expect 0 -A ff02::1%em0 -I em0 -h
	expect 0 -I 1 -A ff02::1%lo -h
}

# ROLE LETTER...: options that do not go with the role.
not_of_role() {
	role=$1
	shift
	for option in "$@"; do
		argument=
		case $option in
		u) argument=::1 ;;
		[cHinps]) argument=100 ;;
		esac
		refused "-$option.*-$role.*" "-$role" "-$option" $argument
		refused "-$option.*-$role.*" "-$option" $argument "-$role"
	done
}

options_of_a_requester_body() { # a listener refuses the requester's options
	not_of_role l b H i N n p s u
	refused '-p.*-P.*' -l -p 4000
}

# the self-test refuses the other roles' options
options_of_others_body() { not_of_role t b c H i N n p q s u; }

two_roles_body() { # -l and -t exclude each other
	refused '-[lt].*-[lt].*' -l -t
	refused '-[lt].*-[lt].*' -tl
}

both_ways_body() { # -b goes with ten HELLOs a second at most
	accepted -b -i 0.1
	accepted -qq -b
	refused '-b.*-i.*0\.1.*' -b -i 0.09
	refused '-b.*-i.*0\.1.*' -i 0 -b
}

help_body() { # -h, --help: the four forms, and a line for each option
	atf_check -o save:usage -e empty "$MCAST6DBG" -h
	atf_check_equal 4 "$(grep -c 'mcast6dbg [-[]' usage)"
	for letter in A b c H h I i l N n P p q s t u V v w x; do
		atf_check_equal "$letter 1" \
		    "$letter $(grep -Ec "^ *-$letter( |\$)" usage)"
	done
	! grep -E '.{81}' usage || atf_fail "more than 80 columns"
	atf_check -o file:usage -e empty "$MCAST6DBG" --help
}

version_body() { # -V, --version: name and version
	for option in -V --version; do
		atf_check -o match:'^mcast6dbg [0-9]+\.[0-9]+$' -e empty \
		    "$MCAST6DBG" "$option"
	done
}
