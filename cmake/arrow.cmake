# The plug-in for Parquet and Arrow files, lib/libfairline_arrow.so, which the program opens at run
# time (data/arrow_library.h): libparquet must not meet the program's OpenSSL.
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/fairline/arrow/*.cc)
set(tests ${sources})
list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
list(FILTER tests INCLUDE REGEX "_test\\.cc$")

add_library(fairline_arrow_objects OBJECT ${sources})
set_target_properties(fairline_arrow_objects PROPERTIES
  POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_include_directories(fairline_arrow_objects PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(fairline_arrow_objects PUBLIC parquet)

add_library(fairline_arrow MODULE)
target_link_libraries(fairline_arrow PRIVATE fairline_arrow_objects)
set_target_properties(fairline_arrow PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib
  BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
if(TARGET fairline)
  add_dependencies(fairline fairline_arrow)
endif()

# For executables that have the plug-in inside, which tests and fuzzing need: sanitizers cannot open
# it. They bring a digest of their own (tests/no_digest.cc), so that nothing of OpenSSL is linked.
add_library(fairline_arrow_inside INTERFACE)
target_sources(fairline_arrow_inside INTERFACE $<TARGET_OBJECTS:fairline_arrow_objects>
               ${CMAKE_SOURCE_DIR}/tests/no_digest.cc)
target_link_libraries(fairline_arrow_inside INTERFACE fairline_data parquet)
target_link_options(fairline_arrow_inside INTERFACE -Wl,--as-needed)

if(tests AND NOT FAIRLINE_FUZZ)
  add_executable(arrow_test ${tests})
  target_link_libraries(arrow_test PRIVATE fairline_arrow_inside GTest::gmock GTest::gtest_main)
  target_compile_options(arrow_test PRIVATE -O1)
  set_target_properties(arrow_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME arrow COMMAND arrow_test)
  set_tests_properties(arrow PROPERTIES TIMEOUT 600)
endif()
