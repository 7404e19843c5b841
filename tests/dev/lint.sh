# What can be checked of mcast6dbg without running it.  For developers and
# CI: a missing tool is a failure.  All gates run; each that finds something
# says what, and the exit status is then 1.

cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0

# Word lists: not quoted below.
c=mcast6dbg.c
strict='-std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow
    -Wstrict-prototypes -Wformat=2 -Werror -include tests/dev/lint.h'
source="$c tests/*.[ch] tests/dev/*.[ch]"
shell='tests/*.sh tests/dev/*.sh .ci/run'
text="$source Makefile README tests/PORTABLE $shell"

for tool in gcc clang clang-format clang-tidy cppcheck mandoc shellcheck \
    ctags=universal-ctags nm=binutils col=bsdextrautils git; do
	command -v "${tool%=*}" >/dev/null && continue
	echo "no ${tool%=*}: install the package ${tool#*=}"
	status=1
done

# gate NAME COMMAND...: the command must succeed.
gate() {
	name=$1
	shift
	"$@" >"$tmp/out" 2>&1 && return
	sed "s/^/$name: /" "$tmp/out"
	echo "$name: failed"
	status=1
}

# absent PATTERN FILE...: no line matches the extended expression.
absent() {
	grep -nE "$@"
	[ $? = 1 ]
}

# The program without comments.
code() {
	gcc -fpreprocessed -dD -E -P -w $c
}

# Without the paths that led there.
tidy() {
	clang-tidy --quiet $c -- -std=c99 >"$tmp/tidy" 2>/dev/null ||
	    ! grep -A 2 -E 'warning:|error:' "$tmp/tidy"
}

no_conditional() {
	absent '^[[:blank:]]*#[[:blank:]]*(if|el|endif|pragma)' $c
}

feature_macro() {
	grep -nE '^[[:blank:]]*#[[:blank:]]*(include|define[[:blank:]]+_)' $c |
	    awk '
		NR == 1 && !/#define _DEFAULT_SOURCE$/ ||
		NR > 1 && /define/ { print; bad = 1 }
		END { exit bad || NR < 2 }'
}

# "a b" as the extended expression (a|b)
either() {
	echo "($*)" | tr ' ' '|'
}

headers() {
	ok=$(either arpa/inet errno fcntl inttypes limits net/if netinet/in \
	    signal stdarg stdbool stddef stdint stdio stdlib string \
	    sys/select sys/socket sys/time sys/types time unistd)
	grep -n '^[[:blank:]]*#[[:blank:]]*include' $c |
	    absent -v "<$ok\\.h>\$"
}

# Not on every system, or not safe.
banned() {
	words=$(either SO_REUSEPORT MSG_DONTWAIT 'IPV6_(RECV)?PKTINFO' \
	    IPV6_RECVHOPLIMIT in6_pktinfo 'MCAST_[A-Z_]+' sin6_len \
	    'IPV6_(ADD|DROP)_MEMBERSHIP' HOST_NAME_MAX NI_MAXHOST \
	    AI_ADDRCONFIG AI_V4MAPPED '__[a-z_]+')
	calls=$(either 'v?errx?' 'v?warnx?' recvmsg sendmsg getifaddrs \
	    '[gs]etprogname' 'arc4random[a-z_]*' 'strl?(cpy|cat)' \
	    'strn(cpy|cat)' 'v?(s|as)printf' 'v?[fs]?scanf' gets \
	    'ato(i|l|ll|f)' rand srand signal usleep ioctl alloca strtok \
	    'gethostby[a-z]+' 'inet_(addr|aton|ntoa)')
	code | absent "\\<($words\\>|${calls}[[:blank:]]*\\()"
}

columns() {
	for file in $text; do
		expand "$file" | awk -v f="$file" 'length > 80 {
			print f ":" NR ": " length " columns"; bad = 1
		} END { exit bad }' || return
	done
}

ascii() {
	LC_ALL=C absent '[^[:print:][:blank:]]|[[:blank:]]$' \
	    $text mcast6dbg.1 tests/Kyuafile
}

# Bottom-up, nothing is needed before it is defined.
prototypes() {
	! ctags --kinds-C=p -o - $c | grep .
}

# A chain of causes is long, and so is what reads the options.
functions() {
	ctags --fields=+ne --kinds-C=f -o - $c | awk -F'\t' '
	{
		for (i = 4; i <= NF; i++) {
			split($i, field, ":")
			at[field[1]] = field[2]
		}
		lines = at["end"] - at["line"] + 1
		if (lines >= 60 && $1 !~ /^(cause_|parse_option)/) {
			print $1 "() has " lines " lines"
			bad = 1
		}
	}
	END { exit bad || NR == 0 }'
}

# At file scope, so without the point of a "static" in a function.
variables() {
	gcc -O0 -fno-pie -c -o "$tmp/o" $c &&
	nm "$tmp/o" | awk '$2 ~ /^[bBcCdDrR]$/ && $3 !~ /\./ { print $3; n++ }
		END { exit n > 3 }'
}

top_level() {
	files=$(git ls-files) && [ -n "$files" ] || files=$(ls)
	files=$(echo "$files" | sed 's,/.*,,' | sort -u |
	    grep -vxe '\..*' -e mcast6dbg -e results.db | tr '\n' ' ')
	echo "$files"
	[ "$files" = 'Makefile README mcast6dbg.1 mcast6dbg.c tests ' ]
}

synopsis() {
	gcc -o "$tmp/m" $c &&
	"$tmp/m" -h | sed 's/^usage://; /^$/q' | xargs -n 1 >"$tmp/usage" &&
	mandoc -Tascii mcast6dbg.1 | col -b |
	    sed -n '/^SYNOPSIS/,/^DESCRIPTION/{/^[A-Z]/!p;}' |
	    xargs -n 1 >"$tmp/synopsis" &&
	diff "$tmp/usage" "$tmp/synopsis"
}

# A test waits for a line or a state, not for a time.
sleeps() {
	absent '(^|[^a-z_])sleep ' tests/*_test.sh tests/net.sh
}

# Directory, Makefile and Kyuafile name the same test programs.
test_lists() {
	find tests -name '*_test.*' | sed 's/\.[^.]*$//' | sort >"$tmp/files"
	awk '/^TESTS =/ { on = 1 } on { print } !/\\$/ { on = 0 }' Makefile |
	    grep -o 'tests/[a-z_]*' | sort | diff "$tmp/files" - &&
	sed -n 's,.*name="\(.*\)".*,tests/\1,p' tests/Kyuafile |
	    sort | diff "$tmp/files" -
}

gate format clang-format --dry-run -Werror $source
gate gcc gcc $strict -O2 -Wsuggest-attribute=format -o "$tmp/o" $c
gate clang clang $strict -O2 -o "$tmp/o" $c
gate analyzer gcc $strict -fanalyzer -c -o "$tmp/o" $c
# style(9) declares at the top of a function; cppcheck 2.10 takes "a < b ?
# a : b" to be one of the two, and does not see that fatal() never returns.
gate cppcheck cppcheck --quiet --std=c99 --error-exitcode=1 \
    --enable=warning,style,performance,portability \
    --suppress=variableScope --suppress=knownConditionTrueFalse \
    --suppress=nullPointerRedundantCheck --suppress=ctunullpointer $c
gate clang-tidy tidy
gate mandoc mandoc -Tlint -Wstyle mcast6dbg.1
gate shellcheck shellcheck -S warning -e SC1007,SC2238 -s sh $shell
gate conditional no_conditional
gate feature feature_macro
gate headers headers
gate banned banned
gate columns columns
gate ascii ascii
gate prototypes prototypes
gate functions functions
gate variables variables
gate top-level top_level
gate synopsis synopsis
gate sleep sleeps
gate tests test_lists

exit $status
