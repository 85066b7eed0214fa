# Two commands do everything: `make repro` builds hbpipe and the sample site, `make test` runs every test.
# Each target works alone, first, from a clean clone, on Debian with a Swift toolchain.

PREFIX ?= /usr/local
SWIFT ?= swift

# What hbpipe is built from; README.md says why each is there.
PACKAGES = libssl-dev libsqlite3-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libtomlplusplus-dev libvips-dev \
  pkg-config git
# What only tests need: other programs that judge.
TEST_PACKAGES = python3 python3-venv
DVC = .build-dvc/bin/python
DVC_VERSION = 3.67.1

# The product carries its Swift runtime and the C libraries that hbpipe links, and stands at a fixed
# address, so that it starts fast (docs/decisions/0007-start.md) and runs where no toolchain is. Tests
# cannot be linked that way; they have a build of their own.
ARCHIVES = .build-product/archives
PRODUCT = $(SWIFT) build -c release --static-swift-stdlib -Xlinker -no-pie -Xlinker -L$(ARCHIVES) \
  --scratch-path .build-product
BIN = .build-product/release

.PHONY: repro build test check format install bench clean dependencies test-dependencies

repro: build
	$(BIN)/hbpipe repro

build: dependencies
	mkdir -p $(ARCHIVES)
	ln -sf $(foreach name,crypto sqlite3 cmark-gfm cmark-gfm-extensions,\
	  "$$(pkg-config --variable=libdir libcrypto)/lib$(name).a") $(ARCHIVES)
	$(PRODUCT) --product hbpipe-vips
	$(PRODUCT) --product hbpipe

test: dependencies test-dependencies $(DVC)
	HBPIPE_DVC_PYTHON="$(CURDIR)/$(DVC)" $(SWIFT) test -c release

# DVC, to be asked what the same files mean to it.
$(DVC): | test-dependencies
	python3 -m venv .build-dvc
	$(@D)/pip install --quiet dvc==$(DVC_VERSION)
	touch $@

check: dependencies
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error -Xswiftc -warnings-as-errors
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/hbpipe
	install -s -m 755 $(BIN)/hbpipe $(DESTDIR)$(PREFIX)/bin/hbpipe
	install -s -m 755 $(BIN)/hbpipe-vips $(DESTDIR)$(PREFIX)/libexec/hbpipe/hbpipe-vips

bench: build
	Benchmarks/run

clean:
	rm -rf .build .build-product .build-dvc public

dependencies:
	@.ci/install-packages $(PACKAGES)

test-dependencies:
	@.ci/install-packages $(TEST_PACKAGES)
