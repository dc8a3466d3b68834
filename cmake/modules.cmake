# One static library and one test program per module. A module's sources are the .cc files of its
# folder (and sub-folders), its tests the *_test.cc files beside them; what it may link is read from
# cmake/layers.txt.
file(STRINGS cmake/layers.txt fairline_layers REGEX "^[a-z_]+:")

function(fairline_layers_of module result)
  foreach(line IN LISTS fairline_layers)
    if(line MATCHES "^${module}:(.*)$")
      string(STRIP "${CMAKE_MATCH_1}" edges)
      string(REPLACE " " ";" edges "${edges}")
      list(TRANSFORM edges PREPEND fairline_)
      set(${result} "${edges}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "cmake/layers.txt has no line for ${module}")
endfunction()

# Files that are compiled for processors not everybody has; the program asks the processor before it
# calls them. They may not use anything inline that other files use too: the linker keeps one copy.
function(fairline_kernels sources)
  foreach(file IN LISTS sources)
    if(file MATCHES "_avx2\\.cc$")
      set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS "-O3;-mavx2;-mfma")
    elseif(file MATCHES "_avx512\\.cc$")
      # g++ 12 takes the intrinsics' own undefined values for mistakes.
      set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS
        "-O3;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mavx512cd;-Wno-uninitialized")
    endif()
  endforeach()
endfunction()

function(fairline_module module)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/src/fairline/${module})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cc)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(FILTER sources EXCLUDE REGEX "_avx(2|512)\\.cc$")
  endif()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  fairline_layers_of(${module} edges)

  add_library(fairline_${module} STATIC ${sources})
  fairline_kernels("${sources}")
  target_include_directories(fairline_${module} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(fairline_${module} PUBLIC ${edges} ${ARG_LINK})
  set_target_properties(fairline_${module} PROPERTIES LINKER_LANGUAGE CXX)

  if(tests)
    add_executable(${module}_test ${tests})
    foreach(test IN LISTS tests)
      if(test MATCHES "_emulated_test\\.cc$")  # it tells of vectors passed by value, which stay within a file
        set_source_files_properties(${test} PROPERTIES COMPILE_OPTIONS -Wno-psabi)
      endif()
    endforeach()
    target_link_libraries(${module}_test PRIVATE fairline_${module} GTest::gmock GTest::gtest_main
                          rapidcheck)
    target_compile_options(${module}_test PRIVATE -O1)  # half the time to build them
    set_target_properties(${module}_test PROPERTIES
                          RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${module} COMMAND ${module}_test)
    set_tests_properties(${module} PROPERTIES TIMEOUT 600 ENVIRONMENT
                         "FAIRLINE_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

# Makes the bytes of a file available as `extern const std::string_view NAME` in namespace fairline.
function(fairline_embed module file name)
  set(source ${CMAKE_BINARY_DIR}/embedded/${name}.cc)
  set(path ${CMAKE_SOURCE_DIR}/${file})
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
// Generated from @file@ by cmake/modules.cmake.
#include <string_view>
asm(".section .rodata\n.global fairline_@name@\nfairline_@name@:\n.incbin \"@path@\"\n"
    ".global fairline_@name@_end\nfairline_@name@_end:\n.byte 0\n.text\n");
extern "C" const char fairline_@name@[], fairline_@name@_end[];
namespace fairline {
extern const std::string_view @name@;
const std::string_view @name@(fairline_@name@, fairline_@name@_end - fairline_@name@);
}  // namespace fairline
]])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${path})
  target_sources(fairline_${module} PRIVATE ${source})
endfunction()
