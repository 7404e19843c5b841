# mcast6dbg: for GNU make, BSD make and pdpmake, also with -j.
# illumos: make LDLIBS='-lsocket -lnsl'
.POSIX:
.SUFFIXES:
.SUFFIXES: .c .sh

CC = cc
CFLAGS = -Os
CPPFLAGS =
LDFLAGS =
LDLIBS =

DESTDIR =
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man

# Seconds that "make fuzz" takes.
FUZZTIME = 60

# tests/Kyuafile lists the same test programs.
TESTS = tests/attack_test tests/cli_test tests/diag_test \
	tests/exchange_test tests/measure_test tests/quirks_test \
	tests/unit_test
HELPERS = tests/responder tests/shim.so tests/trace_listener \
	tests/trace_requester

KYUA = kyua --config=none --logfile=/dev/null

all: mcast6dbg

# bmake: not in ./obj.  All: the goals in order, "deps" before "check".
.OBJDIR: .
.NOTPARALLEL:
.PHONY: all check lint fuzz bench deps install uninstall dist clean

.c:
	$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

# ATF's C library (in FreeBSD's base a private one) and its shell have
# other places on other systems.
tests/unit_test: tests/unit_test.c mcast6dbg.c
	@atf=$$(pkg-config --cflags --libs atf-c 2>/dev/null) || \
	[ ! -e /usr/lib/libprivateatf-c.so ] || atf=-lprivateatf-c; \
	set -x; $(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ \
	    tests/unit_test.c $(LDLIBS) $${atf:--latf-c}

# For the network tests, which are for Linux; elsewhere it need not compile.
tests/shim.so: tests/shim.c
	-$(CC) $(CFLAGS) -shared -fPIC -o $@ tests/shim.c -ldl

.sh:
	@PATH=$$PATH:/usr/libexec:/usr/local/bin:/usr/pkg/bin; \
	sh=$$(command -v atf-sh) || { echo 'no atf-sh: make deps'; exit 1; }; \
	printf '\043!%s\n' "$$sh" | cat - $< >$@ && chmod +x $@

check: all $(TESTS) $(HELPERS)
	@rm -f results.db && \
	cpus=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) && \
	cases=$$((cpus > 5 ? 20 : cpus * 4)) && \
	$(KYUA) -v parallelism=$$cases test -k tests/Kyuafile \
	    -r results.db || { \
		echo && $(KYUA) report -r results.db \
		    --results-filter=broken,failed | grep -e ' -> ' && \
		echo 'Again, with all that such a case says:' \
		    'kyua debug -k tests/Kyuafile PROGRAM:CASE' && exit 1; \
	}

lint:
	@sh tests/dev/lint.sh

# New inputs go to a directory that is thrown away, crashes to tests/dev/.
fuzz: tests/dev/fuzz
	@new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT && \
	tests/dev/fuzz -max_total_time=$(FUZZTIME) \
	    -artifact_prefix=tests/dev/ "$$new" tests/dev/corpus

tests/dev/fuzz: tests/dev/fuzz.c mcast6dbg.c
	clang -g -O1 -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all -o $@ tests/dev/fuzz.c

bench: all
	@sh tests/dev/bench.sh

deps:
	@sh tests/dev/deps.sh

install: all
	mkdir -p "$(DESTDIR)$(BINDIR)" "$(DESTDIR)$(MANDIR)/man1" && \
	cp -f mcast6dbg "$(DESTDIR)$(BINDIR)" && \
	chmod 755 "$(DESTDIR)$(BINDIR)/mcast6dbg" && \
	cp -f mcast6dbg.1 "$(DESTDIR)$(MANDIR)/man1" && \
	chmod 644 "$(DESTDIR)$(MANDIR)/man1/mcast6dbg.1"

# From a staging directory also the directories that are empty then.
uninstall:
	rm -f "$(DESTDIR)$(BINDIR)/mcast6dbg" \
	    "$(DESTDIR)$(MANDIR)/man1/mcast6dbg.1"
	@[ -z "$(DESTDIR)" ] || (cd "$(DESTDIR)" && \
	    rmdir -p ".$(BINDIR)" ".$(MANDIR)/man1") 2>/dev/null || :

# What is committed, with the commit's time and no owner: always the same.
dist:
	@name=mcast6dbg-$$(awk -F'"' '/define VERSION/ { print $$2 }' \
	    mcast6dbg.c) && \
	git archive --prefix="$$name/" -o "$$name.tar" HEAD && \
	gzip -9nf "$$name.tar" && echo "$$name.tar.gz"

clean:
	rm -f mcast6dbg results.db mcast6dbg-*.tar.gz tests/dev/fuzz \
	    $(TESTS) $(HELPERS)
