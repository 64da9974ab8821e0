#!/usr/bin/env bash
# What every kernel takes of an NVIDIA GPU (registers, spills, stack, local memory), without one:
# clang makes PTX with the macros of the preset "gpu", ptxas says what becomes of it. NVIDIA's own
# compiler may differ a little. Fails where a kernel spills or takes over 48 KB of local memory.
#
#   CLANG       clang 15 or later (else the newest on PATH)
#   PTXAS       CUDA's ptxas (else the one on PATH, or in CUDA's folder)
#   LIBDEVICE   CUDA's libdevice.10.bc (else the one in CUDA's folder)
#   ARCH        the GPU, default sm_90
#   PROGRAMS    a pattern of names in Source.java, where not all are asked for
set -euo pipefail
shopt -s nullglob

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
java=$here/src/main/java/dev/maxent/opencl
sources=$here/src/main/resources/dev/maxent/opencl
arch=${ARCH:-sm_90}
readonly most_local=$((48 << 10))

skip() {
  echo "skipped: $1"
  exit 0
}

# The first of its arguments that is a file.
first_file() {
  local file
  for file in "$@"; do
    if [[ -f $file ]]; then
      printf '%s' "$file"
      return
    fi
  done
}

clang=${CLANG:-}
for version in '' -22 -21 -20 -19 -18 -17 -16 -15; do
  [[ -z $clang ]] || break
  candidate=$(command -v "clang$version" || true)
  if [[ -n $candidate && $("$candidate" -dumpversion | cut -d. -f1) -ge 15 ]]; then clang=$candidate; fi
done
[[ -n $clang ]] || skip 'there is no clang 15 or later (install clang-15, or set CLANG)'

cuda=("${CUDA_HOME:-/usr/local/cuda}" /usr/local/cuda-* /usr/lib/cuda)
ptxas=${PTXAS:-$(command -v ptxas || first_file "${cuda[@]/%//bin/ptxas}")}
[[ -n $ptxas ]] || skip "there is no ptxas (part of CUDA's nvcc package; or set PTXAS)"
libdevice=${LIBDEVICE:-$(first_file "${cuda[@]/%//nvvm/libdevice/libdevice.10.bc}" \
  /usr/lib/nvidia-cuda-toolkit/libdevice/libdevice.10.bc)}
[[ -n $libdevice ]] || skip "there is no libdevice.10.bc (part of CUDA; or set LIBDEVICE)"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# The preset and the programs as the code has them, so that this cannot fall behind.
# The numbers of array $1 in class $2, one a line.
numbers() {
  sed -nE "s/.* $1 = \{([0-9, ]+)\};.*/\1/p" "$java/$2.java" | tr -d ' ' | tr ',' '\n'
}
preset=$(sed -nE 's/.*"gpu" -> new Tuning\(name, limited\(([0-9]+), most\), [0-9]+, ([0-9]+),.*/\1 \2/p' \
  "$java/Tuning.java")
read -r group per_lane <<<"$preset"
mapfile -t all_sizes < <(numbers SHARED_SIZES RowShape)
mapfile -t targets < <(numbers TARGETS SteinDirection)
mapfile -t distances < <(numbers DISTANCES SteinSmall)
small_group=$(sed -nE 's/.* SMALL_GROUP = ([0-9]+);/\1/p' "$java/SteinSmall.java")
mapfile -t stein_kernels < <(sed -nE 's/^#define (RBF|IMQ|LINEAR) ([0-9])$/\2/p' "$sources/stein_kernel.cl")
mapfile -t programs < <(tr -d ' \n' <"$java/Source.java" | grep -oE '[A-Z_]+\(("[a-z_]+\.cl",?)+\)')
if [[ -z $group || -z $per_lane || ${#all_sizes[@]} -eq 0 \
  || ${#targets[@]} -eq 0 || ${#distances[@]} -eq 0 || -z $small_group || ${#stein_kernels[@]} -ne 3 || ${#programs[@]} -eq 0 ]]; then
  echo "resources.sh: cannot read Tuning.java, RowShape.java, SteinDirection.java, SteinSmall.java, stein_kernel.cl or Source.java any more" >&2
  exit 1
fi
# As SteinDirection computes it.
tile=1
while ((4 * tile * tile <= group)); do tile=$((2 * tile)); done

# Sets of macros with which a program's text $1 is built, one a line.
macros_of() {
  local -a sets=('') more
  local set size d kernel
  if grep -q PER_LANE "$1"; then
    sets=()
    for size in "${all_sizes[@]}"; do
      if ((size <= per_lane)); then sets+=("-DPER_LANE=$size"); fi
    done
  fi
  if grep -q WEIGHTED "$1"; then
    more=()
    for set in "${sets[@]}"; do more+=("$set -DWEIGHTED=0" "$set -DWEIGHTED=1"); done
    sets=("${more[@]}")
  fi
  if grep -q KERNEL "$1"; then
    sets=()
    for d in 1 2 6 8 16 17 64 256; do
      more=('')
      if grep -q DISTANCES "$1"; then
        if ((d > ${#targets[@]})); then continue; fi
        # Without a median, and the most local memory.
        more=("-DDISTANCES=${distances[0]}" "-DDISTANCES=${distances[-1]}")
      elif grep -q TARGETS "$1"; then
        if ((d > ${#targets[@]})); then continue; fi
        more=("-DTARGETS=${targets[d - 1]}")
      elif grep -q TILE "$1"; then
        if ((d <= ${#targets[@]})); then continue; fi
        more=("-DTILE=$tile")
      fi
      for kernel in "${stein_kernels[@]}"; do
        for set in "${more[@]}"; do sets+=("-DD=$d -DKERNEL=$kernel $set"); done
      done
    done
  fi
  printf '%s\n' "${sets[@]}"
}

# Compiles text $1 with the macros that follow to $work/kernel.ptx, then reports its kernels.
report() {
  local text=$1 items=$group
  shift
  if grep -q DISTANCES "$text"; then items=$small_group; fi
  "$clang" -target nvptx64-nvidia-nvcl -x cl -cl-std=CL1.2 -O3 -Werror \
    -Xclang -target-cpu -Xclang sm_86 -Xclang -target-feature -Xclang +ptx75 \
    -Xclang -mlink-builtin-bitcode -Xclang "$libdevice" \
    -DGROUP="$items" -DSHUFFLES "$@" -S "$text" -o "$work/kernel.ptx"
  # Old clangs do not know new GPUs; the PTX is the same.
  sed -i -E "s/^\.version .*/.version 8.0/; s/^\.target .*/.target $arch/" "$work/kernel.ptx"
  "$ptxas" -arch="$arch" -v "$work/kernel.ptx" -o "$work/kernel.cubin" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    return 1
  }
  awk -v macros="$*" '
    /Compiling entry function/ { split($0, quoted, "\x27"); kernel = quoted[2] }
    /bytes stack frame/ { stack = $1; stores = $5; loads = $9 }
    /Used [0-9]+ registers/ {
      registers = $0; sub(/.*Used /, "", registers); sub(/ .*/, "", registers)
      memory = 0
      if (match($0, /[0-9]+ bytes smem/)) { memory = substr($0, RSTART, RLENGTH) + 0 }
      print kernel, registers, stores, loads, stack, memory, macros
    }' "$work/log" | sort >>"$work/table"
}

for program in "${programs[@]}"; do
  if [[ ! ${program%%(*} =~ ${PROGRAMS:-.} ]]; then continue; fi
  text=$work/${program%%(*}.cl
  cat "$here/resources.h" >"$text"
  for file in $(grep -oE '[a-z_]+\.cl' <<<"$program"); do
    printf '#line 1 "%s"\n' "$file" >>"$text"
    cat "$sources/$file" >>"$text"
  done
  while read -r -a macros; do
    report "$text" ${macros[@]+"${macros[@]}"}
  done < <(macros_of "$text")
done

echo "# $("$clang" --version | head -n 1); ptxas $("$ptxas" --version | sed -nE 's/.*release ([0-9.]+).*/\1/p'); $arch, groups of $group"
awk -v most="$most_local" '
  BEGIN { row = "%-20s %9s %12s %11s %6s %13s  %s\n"
    printf row, "kernel", "registers", "spill stores", "spill loads", "stack", "local memory", "macros" }
  { macros = $7
    for (i = 8; i <= NF; i++) { macros = macros " " $i }
    printf row, $1, $2, $3, $4, $5, $6, macros
    if ($3 + $4 > 0 || $6 > most) { bad++ } }
  END { printf "%d kernels, %d that spill or take over %d bytes of local memory\n", NR, bad, most
    exit bad > 0 || NR == 0 }' "$work/table"
