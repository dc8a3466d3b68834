# Third parties (docs/reference/dependencies.md gives the reason for each).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
find_package(prometheus-cpp REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
if(NOT FAIRLINE_FUZZ)
  find_package(Boost 1.81 REQUIRED)
  find_package(CLI11 REQUIRED)
endif()

# LightGBM: library of the PyPI wheel, headers of its sdist, put there by setup/install.
set(FAIRLINE_LIGHTGBM_DIR "" CACHE PATH "Folder with lib/lib_lightgbm.so and include/")
if(NOT EXISTS ${FAIRLINE_LIGHTGBM_DIR}/lib/lib_lightgbm.so)
  message(FATAL_ERROR "LightGBM is not in FAIRLINE_LIGHTGBM_DIR: configure by `make build`")
endif()
configure_file(${FAIRLINE_LIGHTGBM_DIR}/lib/lib_lightgbm.so
               ${CMAKE_BINARY_DIR}/lib/lib_lightgbm.so COPYONLY)
add_library(lightgbm SHARED IMPORTED)
set_target_properties(lightgbm PROPERTIES
  IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/lib/lib_lightgbm.so
  IMPORTED_NO_SONAME ON
  INTERFACE_INCLUDE_DIRECTORIES ${FAIRLINE_LIGHTGBM_DIR}/include)

# Arrow: two libraries and the headers of the pyarrow wheel, put there by setup/install. Without
# them the program is built without its plug-in for Parquet and Arrow files (cmake/arrow.cmake).
set(FAIRLINE_ARROW_DIR "" CACHE PATH "Folder with lib/libarrow.so.2600, lib/libparquet.so.2600, include/")
if(FAIRLINE_ARROW_DIR)
  foreach(name arrow parquet)
    set(file lib/lib${name}.so.2600)
    configure_file(${FAIRLINE_ARROW_DIR}/${file} ${CMAKE_BINARY_DIR}/${file} COPYONLY)
    add_library(${name} SHARED IMPORTED)
    set_target_properties(${name} PROPERTIES
      IMPORTED_LOCATION ${CMAKE_BINARY_DIR}/${file}
      INTERFACE_INCLUDE_DIRECTORIES ${FAIRLINE_ARROW_DIR}/include)
  endforeach()
  target_link_libraries(parquet INTERFACE arrow)
endif()
