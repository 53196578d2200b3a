# `make serve` shows the course, `make test` doubts it, `make help` lists the rest.

PYTHON ?= python3
TORCH_INDEX ?=
PORT ?= 8000
WORKERS ?= 2
ARGS ?=

# Paths are relative and quoted, so the folder may have spaces in its name.
RUN := .venv/bin/python -m
INSTALL = $(RUN) pip install --disable-pip-version-check -c constraints.txt \
	$(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)")

# Every worker computes in one thread: two workers with two threads each would fight over two cores.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
	TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1

export NO_MKDOCS_2_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 2

.PHONY: help serve test build record bench lint format upgrade clean lesson-named

help: ## list the targets and the variables
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=python3.12   the Python to build .venv with: 3.11, 3.12 or 3.13"
	@echo "  TORCH_INDEX=URL     where pip looks for PyTorch besides; README.md says when"
	@echo "  PORT=8000           where serve listens"
	@echo "  WORKERS=2           processes of make test"
	@echo "  ARGS=\"-k digits\"    more options for pytest, mkdocs or the recorder"

serve: .venv/site ## show the course at http://localhost:8000, rebuilt on every change
	$(RUN) mkdocs serve --livereload --dev-addr localhost:$(PORT) $(ARGS)

test: .venv/all ## run every page as each reader, and every test but the slow ones
	$(ONE_THREAD) $(RUN) pytest -n $(WORKERS) --dist loadgroup -m "not slow and not browser" $(ARGS)

build: .venv/site ## build the site into site/; any warning is an error
	$(RUN) mkdocs build --strict $(ARGS)

record: lesson-named .venv/all ## measure again: LESSON=convolutions [FRAMEWORK=pytorch] [DEVICE=cpu] [OUTPUTS=1] [WORDS=1]
	$(RUN) tools.record $(LESSON) $(if $(FRAMEWORK),--framework $(FRAMEWORK)) \
		$(if $(DEVICE),--device $(DEVICE)) $(if $(OUTPUTS),--outputs) $(if $(WORDS),--words) $(ARGS)

bench: .venv/all ## time every page as each reader
	$(RUN) tools.bench $(ARGS)

lint: .venv/all ## check the style of the code and of the workflows
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	@if command -v actionlint >/dev/null; then actionlint; \
		else echo "actionlint is not installed: the workflows were not checked here"; fi

format: .venv/all ## put the code into the course's style
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

upgrade: .venv/all ## move every package to its newest version, then record every lesson again
	$(INSTALL) --quiet uv
	$(RUN) uv pip compile --quiet --upgrade --universal --python-version 3.11 \
		--all-extras --strip-extras --no-annotate --no-emit-index-url \
		--custom-compile-command "make upgrade" -o constraints.txt pyproject.toml
	$(MAKE) .venv/all
	$(RUN) tools.record --all

clean: ## remove .venv, site/ and every cache
	rm -rf .venv site build *.egg-info .pytest_cache .ruff_cache .hypothesis .cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lesson-named:
	@test -n "$(LESSON)" || { echo "Name a lesson: make record LESSON=convolutions"; exit 1; }

# An empty file in .venv says what is installed there. It is out of date when the requirements
# change, and only then is pip called again: after the set-up everything works without a network.
.venv/site: pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON) here:" \
		"install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12 ..."; exit 1; }
	@"$(PYTHON)" tools/setup.py .venv
	@echo "Installing the site's packages: about half a minute"
	@$(INSTALL) --quiet -e ".[site]"
	@touch .venv/site

.venv/all: .venv/site without-dependencies.txt
	@echo "Installing PyTorch, TensorFlow and the tests' packages: some minutes, 3 GB"
	@$(INSTALL) -e ".[site,pytorch,tensorflow,test]"
	@$(INSTALL) --quiet --no-deps -r without-dependencies.txt
	@touch .venv/all
