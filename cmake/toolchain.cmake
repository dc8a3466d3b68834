# How everything is compiled. -ffp-contract=off: g++ would fuse a*b+c and change recorded bits
# (ARCHITECTURE.md, "Numbers"); where a fused multiply-add is wanted the code says std::fma.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)  # statement expressions, in core/result.h only
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")

add_compile_options(-ffp-contract=off -fno-omit-frame-pointer -fstack-protector-strong
                    -Wall -Wextra -Werror -Wno-missing-field-initializers)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's own stable_sort uses what it calls deprecated.
  add_compile_options(-Wno-gnu-statement-expression -Wno-deprecated-declarations)
endif()

option(FAIRLINE_SANITIZE "Address and undefined behaviour sanitizers" OFF)
if(FAIRLINE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
  # g++ 12 takes std::variant for uninitialized when it instruments it.
  add_compile_options(-Wno-maybe-uninitialized)
endif()

# Exploration by libFuzzer; needs clang and builds only what the targets of tests/fuzz link.
option(FAIRLINE_FUZZ "Fuzz targets that explore (make fuzz)" OFF)
if(FAIRLINE_FUZZ)
  set(fairline_fuzz_flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_compile_options(${fairline_fuzz_flags})
  add_link_options(${fairline_fuzz_flags})
endif()

find_program(FAIRLINE_MOLD mold)
if(FAIRLINE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(FAIRLINE_CCACHE ccache)
if(FAIRLINE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FAIRLINE_CCACHE})
endif()
