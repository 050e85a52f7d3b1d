# Storewalk. Every target may be run again at no cost; `make help` lists them.
SHELL := /bin/bash
BIN   := $(CURDIR)/.bin
TAGS  := ci,mobile,migrated_fynedo

# What Debian must have: to build the phone's window, and to look at pages and windows.
APT_BUILD := gcc libc6-dev pkg-config libx11-dev libegl-dev libgles-dev
APT_E2E   := xvfb xdotool libgl1-mesa-dri libegl1 libgles2 fonts-noto-cjk chromium strace
APT_PHONE := gcc libc6-dev pkg-config libgl-dev libx11-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev

# Packages whose goroutines meet; the race detector is too slow for the rest.
RACE := ./mobile/syncer ./mobile/capture ./mobile/device ./server/api ./server/auth ./shared/blob ./shared/pulse

export GOFLAGS := -buildvcs=false
export PATH    := $(BIN):$(PATH)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help apt build server phone apk android jni demo test vet unit race e2e record crash sim fuzz bench bench-phone screens lint clean mutants

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

apt: ## install the Debian packages that are missing
	@scripts/apt $(APT_BUILD) $(APT_E2E)

# What is run is built, and then takes the place of make's shell: go run would not pass signals on.

build: ## compile the server, the demo and all else that needs no C compiler
	@mkdir -p $(BIN)
	CGO_ENABLED=0 go build -tags $(TAGS) ./...
	CGO_ENABLED=0 go build -o $(BIN)/ ./server ./demo

server: ## run the server on http://127.0.0.1:8080 with its data in .data/server
	@mkdir -p "$(BIN)"
	CGO_ENABLED=0 go build -o "$(BIN)/server" ./server
	@exec "$(BIN)/server" serve --listen 127.0.0.1:8080 --data .data/server

phone: ## run the phone app in a window (needs a display)
	@test -n "$$DISPLAY" || { echo "phone: no display here; 'make screens' draws the app's screens to docs/screens"; exit 1; }
	@scripts/apt $(APT_PHONE)
	@mkdir -p "$(BIN)"
	CGO_ENABLED=1 go build -tags migrated_fynedo -o "$(BIN)/phone" ./mobile
	@exec "$(BIN)/phone"

apk: ## pack the app for Android phones into .bin (needs an NDK in ANDROID_NDK_HOME)
	@mkdir -p "$(BIN)"
	@scripts/apk

android: ## check for Android what needs no NDK
	CGO_ENABLED=0 GOOS=android GOARCH=arm64 go vet ./shared/... ./mobile/{store,identity,syncer,capture,photo,barcode,device}/...

jni: ## the app's calls of Android's framework, on a desktop's Java machine
	@scripts/apt $(APT_PHONE) default-jdk-headless
	@scripts/jni $(TAGS)

demo: ## a field day told by a server and phones; EXIT=1 stops at its end, PHOTOS=folder takes its pictures
	@test -z "$$DISPLAY" || scripts/apt $(APT_PHONE)
	@mkdir -p "$(BIN)"
	CGO_ENABLED=0 go build -tags $(TAGS) -o "$(BIN)/demo" ./demo
	@exec "$(BIN)/demo" $(if $(EXIT),--exit) $(if $(PHOTOS),--photos "$(PHOTOS)")

test: apt vet unit race e2e crash ## all checks and tests, as CI runs them

vet: $(BIN)/staticcheck-v0.8.2 ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	CGO_ENABLED=0 go vet -tags $(TAGS) ./...
	CGO_ENABLED=0 $< -tags $(TAGS) ./...

unit: ## tests that need nothing but Go
	@# The shape of the module is asked of the go command, which the test cache cannot see.
	CGO_ENABLED=0 go test -count=1 .
	CGO_ENABLED=0 go test -timeout 40m -tags $(TAGS) $$(go list -tags $(TAGS) ./... | grep -v -e /e2e -e /sim/crash -e '^storewalk$$')

race: ## tests of the packages whose goroutines meet, under the race detector
	CGO_ENABLED=1 go test -race -timeout 40m -tags $(TAGS) $(RACE)

e2e: apt ## app, server, real Chromium and the phone's window together
	CGO_ENABLED=0 E2E=must go test -p 1 -timeout 40m -tags $(TAGS) ./e2e/...

record: apt ## a whole day by touches in a real window, in both languages, with a picture of each step in RECORD=folder
	CGO_ENABLED=0 E2E=must RECORD="$(abspath $(or $(RECORD),.data/day))" go test -count=1 -tags $(TAGS) -run 'TestADayIsLived' ./e2e

crash: apt ## real servers and phones, killed 200 times, and power cuts; SEED=n takes the same victims again
	@# What is killed is built by the test, which the test cache cannot see.
	CGO_ENABLED=0 E2E=must go test -count=1 -timeout 40m -v ./sim/crash -crash.seed $(or $(SEED),0)

sim: ## SEEDS=200 runs of phones, office and server with every fault (5000 for the night)
	@mkdir -p $(BIN)
	CGO_ENABLED=0 go test -c -o $(BIN)/sim.test ./sim
	@set -o pipefail; $(BIN)/sim.test -test.run '^TestSim$$' -test.timeout 0 -sim.seeds $(or $(SEEDS),200) | grep -vx PASS

mutants: ## switch off each rule of the exchange: the simulation must fail without it
	@set -o pipefail; CGO_ENABLED=0 go test -count=1 -timeout 0 -v -run '^TestEveryRule' ./sim -sim.mutants all | grep -v -e '^=== ' -e seed=

fuzz: ## every fuzz target for ten seconds
	@CGO_ENABLED=0 scripts/fuzz $(TAGS) 10s

bench: ## what the exchange costs beside a floor, to docs/bench.md (RUNS=n), then every microbenchmark, briefly
	CGO_ENABLED=0 go run ./sim/bench -runs $(or $(RUNS),5) -out docs/bench.md
	CGO_ENABLED=0 go test -tags $(TAGS) -run '^$$' -bench . -benchtime 100ms -benchmem \
		$$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -n1 dirname | sort -u)

bench-phone: apt ## what a person waits for whose phone holds 5,000 stores and 20,000 photos, to docs/bench.md
	@mkdir -p $(BIN)
	CGO_ENABLED=0 go build -tags $(TAGS) -o $(BIN)/bench-phone ./sim/bench/phone
	@# Pages are opened a hundred times faster than by a person: Fyne keeps what was shown for seconds instead of a minute.
	@FYNE_CACHE=3s exec $(BIN)/bench-phone -runs $(or $(RUNS),24) -out docs/bench.md

screens: apt ## draw the app's screens and the office's pages to docs/screens, with an index
	@mkdir -p docs/screens && rm -f docs/screens/app-*.png docs/screens/page-*.png
	CGO_ENABLED=0 E2E=must SCREENS=$(CURDIR)/docs/screens go test -count=1 -timeout 60m -tags $(TAGS) -run 'Fits' ./mobile/ui ./server/web
	@scripts/screens docs/screens

lint: $(BIN)/golangci-lint-v2.15.0 ## golangci-lint (its first build takes some minutes)
	CGO_ENABLED=0 $< run --build-tags $(TAGS) ./...

clean: ## remove what was built and the local data
	rm -rf $(BIN) .data

define tool
$(BIN)/$(notdir $(1))-$(2):
	@mkdir -p $(BIN)
	CGO_ENABLED=0 GOBIN=$(BIN) go install $(1)@$(2) && mv $(BIN)/$(notdir $(1)) $$@
endef
$(eval $(call tool,honnef.co/go/tools/cmd/staticcheck,v0.8.2))
$(eval $(call tool,github.com/golangci/golangci-lint/v2/cmd/golangci-lint,v2.15.0))
