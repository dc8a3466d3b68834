#include "fairline/data/arrow_library.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <filesystem>
#include <string>

// There in executables that have the plug-in inside (cmake/arrow.cmake), else null.
extern "C" __attribute__((weak)) const FairlineArrowApi* fairline_arrow_api_1();

namespace fairline {
namespace {

constexpr const char* kFile = "libfairline_arrow.so";

std::unexpected<Error> NotInstalled(std::string detail) {
  return Fail(ErrorCode::kUnsupported,
              fmt::format("Parquet and Arrow files are not supported by this installation ({} is "
                          "not there or does not load); use CSV",
                          kFile),
              std::move(detail));
}

Result<const FairlineArrowApi*> OpenPlugin() {
  // Deep binding and the address sanitizer do not go together.
  if (dlsym(RTLD_DEFAULT, "__asan_init") != nullptr) {
    return Fail(ErrorCode::kUnsupported, "this sanitizer build reads Parquet in arrow_test only");
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return NotInstalled(error.message());
  const std::string path = program.parent_path().parent_path() / "lib" / kFile;
  // Deep binding gives the plug-in its own OpenSSL and keeps ours for us. It is never closed.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == nullptr) return NotInstalled(dlerror());
  void* symbol = dlsym(library, "fairline_arrow_api_1");
  if (symbol == nullptr) return NotInstalled(dlerror());
  const auto* api = reinterpret_cast<const FairlineArrowApi* (*)()>(symbol)();
  if (api->border != kFairlineArrowBorder) return NotInstalled("it is of another release");
  return api;
}

}  // namespace

Result<const FairlineArrowApi*> ArrowApi() {
  if (fairline_arrow_api_1 != nullptr) return fairline_arrow_api_1();
  static const auto opened = OpenPlugin();
  return opened;
}

}  // namespace fairline
